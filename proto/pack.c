#include "proto/pack.h"

#include "events.pb-c.h"

#include <assert.h>
#include <endian.h>
#include <stddef.h>
#include <string.h>

/*
 * Everything is written downwards into ${out}, of which the first ${room} bytes are free. Each function returns how many are left,
 * or -1 once something did not fit, and hands a -1 on.
 */

enum wire_type { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };

#define TAG(field, type) ((uint32_t)(field) << 3 | (type))

/* Most values are short, their tags and lengths of one or two bytes: those are written where they stand, without a call. */
#define HOT static inline __attribute__((always_inline))
#define COLD static __attribute__((noinline))

enum { ONE_BYTE_END = 1 << 7, TWO_BYTES_END = 1 << 14, SHORT_BYTES = 32, HEAD_BYTES = 4 };

/* ---- pieces ---- */

HOT ptrdiff_t put_raw(uint8_t *out, ptrdiff_t room, const void *bytes, size_t n)
{
	if (room < 0 || (size_t)room < n)
		return -1;
	room -= (ptrdiff_t)n;
	memcpy(out + room, bytes, n);
	return room;
}

COLD ptrdiff_t put_long_varint(uint8_t *out, ptrdiff_t room, uint64_t value)
{
	const ptrdiff_t n = (64 - __builtin_clzll(value | 1) + 6) / 7;

	if (room < n)
		return -1;
	room -= n;
	for (ptrdiff_t i = 0; i + 1 < n; i++, value >>= 7)
		out[room + i] = (uint8_t)(ONE_BYTE_END | (value & 0x7F));
	out[room + n - 1] = (uint8_t)value;
	return room;
}

/* Base 128, least significant group first. */
HOT ptrdiff_t put_varint(uint8_t *out, ptrdiff_t room, uint64_t value)
{
	if (value >= TWO_BYTES_END || room < 2)
		return put_long_varint(out, room, value);
	if (value >= ONE_BYTE_END) {
		out[--room] = (uint8_t)(value >> 7);
		value |= ONE_BYTE_END;
	}
	out[--room] = (uint8_t)value;
	return room;
}

/* Copy ${n} bytes, at most SHORT_BYTES, as two pieces that may overlap. */
HOT void copy_short(uint8_t *to, const uint8_t *from, size_t n)
{
	if (n >= 16) {
		memcpy(to, from, 16);
		memcpy(to + n - 16, from + n - 16, 16);
	} else if (n >= 8) {
		memcpy(to, from, 8);
		memcpy(to + n - 8, from + n - 8, 8);
	} else if (n >= 4) {
		memcpy(to, from, 4);
		memcpy(to + n - 4, from + n - 4, 4);
	} else {
		for (size_t i = 0; i < n; i++)
			to[i] = from[i];
	}
}

/* ---- one value, its tag before it ---- */

HOT ptrdiff_t put_number(uint8_t *out, ptrdiff_t room, uint32_t tag, uint64_t value)
{
	return put_varint(out, put_varint(out, room, value), tag);
}

HOT ptrdiff_t put_fixed32(uint8_t *out, ptrdiff_t room, uint32_t tag, uint32_t value)
{
	const uint32_t little = htole32(value);

	return put_varint(out, put_raw(out, room, &little, sizeof(little)), tag);
}

HOT ptrdiff_t put_fixed64(uint8_t *out, ptrdiff_t room, uint32_t tag, int64_t value)
{
	const uint64_t little = htole64((uint64_t)value);

	return put_varint(out, put_raw(out, room, &little, sizeof(little)), tag);
}

/* The head of what has been written from ${end} down to ${room}: its length, and ${tag}. */
HOT ptrdiff_t put_head(uint8_t *out, ptrdiff_t room, ptrdiff_t end, uint32_t tag)
{
	return room < 0 ? -1 : put_number(out, room, tag, (uint64_t)(end - room));
}

COLD ptrdiff_t put_long_bytes(uint8_t *out, ptrdiff_t room, uint32_t tag, const void *bytes, size_t n)
{
	return put_head(out, n != 0 ? put_raw(out, room, bytes, n) : room, room, tag);
}

static ptrdiff_t put_bytes(uint8_t *out, ptrdiff_t room, uint32_t tag, const void *bytes, size_t n)
{
	if (n > SHORT_BYTES || room < SHORT_BYTES + HEAD_BYTES)
		return put_long_bytes(out, room, tag, bytes, n);
	copy_short(out + room - n, bytes, n);
	return put_number(out, room - (ptrdiff_t)n, tag, n);
}

HOT ptrdiff_t put_text(uint8_t *out, ptrdiff_t room, uint32_t tag, const char *text)
{
	return put_bytes(out, room, tag, text, text != NULL ? strlen(text) : 0);
}

HOT ptrdiff_t put_binary(uint8_t *out, ptrdiff_t room, uint32_t tag, ProtobufCBinaryData value)
{
	return put_bytes(out, room, tag, value.data, value.len);
}

/* ---- messages ---- */

struct packer {
	const ProtobufCMessageDescriptor *type;
	ptrdiff_t (*put)(uint8_t *out, ptrdiff_t room, const void *message);
};

#include "pack.inc"

static const struct packer *packer_of(const ProtobufCMessageDescriptor *type)
{
	size_t i = 0;

	while (packers[i].type != type) {
		i++;
		assert(i < sizeof(packers) / sizeof(packers[0]));
	}
	return &packers[i];
}

size_t pack_to_end(const ProtobufCMessage *message, uint8_t *out, size_t cap)
{
	ptrdiff_t room = packer_of(message->descriptor)->put(out, (ptrdiff_t)cap, message);

	return room < 0 ? SIZE_MAX : cap - (size_t)room;
}
