#include "proto/pack.h"

#include <endian.h>
#include <stdbool.h>
#include <string.h>

enum wire_type { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };

/* Where the next byte goes, downwards; ${at} stays at ${begin} once something did not fit. */
struct sink {
	uint8_t *begin, *at;
	bool is_full;
};

static inline bool has_room(struct sink *s, size_t n)
{
	if ((size_t)(s->at - s->begin) >= n)
		return true;
	s->is_full = true;
	return false;
}

static inline void put_bytes(struct sink *s, const void *bytes, size_t n)
{
	if (n == 0 || !has_room(s, n))
		return;
	s->at -= n;
	memcpy(s->at, bytes, n);
}

static void put_long_varint(struct sink *s, uint64_t value)
{
	size_t n = (64 - (size_t)__builtin_clzll(value | 1) + 6) / 7;

	if (!has_room(s, n))
		return;
	s->at -= n;
	for (size_t i = 0; i + 1 < n; i++, value >>= 7)
		s->at[i] = (uint8_t)(0x80 | (value & 0x7F));
	s->at[n - 1] = (uint8_t)value;
}

/* Base 128, least significant group first. Most are tags and lengths of one byte. */
static inline void put_varint(struct sink *s, uint64_t value)
{
	if (value < 0x80 && s->at > s->begin)
		*--s->at = (uint8_t)value;
	else
		put_long_varint(s, value);
}

static void put_tag(struct sink *s, const ProtobufCFieldDescriptor *f, enum wire_type type)
{
	put_varint(s, (uint64_t)f->id << 3 | type);
}

/* ---- one value, its tag before it ---- */

static void put_message(struct sink *s, const ProtobufCMessage *message);

static void put_counted(struct sink *s, const ProtobufCFieldDescriptor *f, const void *bytes, size_t n)
{
	put_bytes(s, bytes, n);
	put_varint(s, n);
	put_tag(s, f, WIRE_BYTES);
}

static void put_int32(struct sink *s, const ProtobufCFieldDescriptor *f, const void *value)
{
	put_varint(s, (uint64_t)(int64_t)*(const int32_t *)value);
	put_tag(s, f, WIRE_VARINT);
}

static void put_uint32(struct sink *s, const ProtobufCFieldDescriptor *f, const void *value)
{
	put_varint(s, *(const uint32_t *)value);
	put_tag(s, f, WIRE_VARINT);
}

static void put_uint64(struct sink *s, const ProtobufCFieldDescriptor *f, const void *value)
{
	put_varint(s, *(const uint64_t *)value);
	put_tag(s, f, WIRE_VARINT);
}

static void put_bool(struct sink *s, const ProtobufCFieldDescriptor *f, const void *value)
{
	put_varint(s, *(const protobuf_c_boolean *)value != 0);
	put_tag(s, f, WIRE_VARINT);
}

static void put_fixed32(struct sink *s, const ProtobufCFieldDescriptor *f, const void *value)
{
	const uint32_t little = htole32(*(const uint32_t *)value);

	put_bytes(s, &little, sizeof(little));
	put_tag(s, f, WIRE_32);
}

static void put_fixed64(struct sink *s, const ProtobufCFieldDescriptor *f, const void *value)
{
	const uint64_t little = htole64(*(const uint64_t *)value);

	put_bytes(s, &little, sizeof(little));
	put_tag(s, f, WIRE_64);
}

static void put_string(struct sink *s, const ProtobufCFieldDescriptor *f, const void *value)
{
	const char *text = *(const char *const *)value;

	put_counted(s, f, text, text != NULL ? strlen(text) : 0);
}

static void put_binary(struct sink *s, const ProtobufCFieldDescriptor *f, const void *value)
{
	const ProtobufCBinaryData *b = value;

	put_counted(s, f, b->data, b->len);
}

static void put_submessage(struct sink *s, const ProtobufCFieldDescriptor *f, const void *value)
{
	const ProtobufCMessage *message = *(const ProtobufCMessage *const *)value;
	const uint8_t *end = s->at;

	if (message != NULL)
		put_message(s, message);
	put_varint(s, (uint64_t)(end - s->at));
	put_tag(s, f, WIRE_BYTES);
}

/* By ProtobufCType: how a value is written, and how large it is in a list. */
static const struct shape {
	void (*put)(struct sink *s, const ProtobufCFieldDescriptor *f, const void *value);
	size_t size;
	bool is_pointer;	/* absent when NULL */
} shapes[] = {
	[PROTOBUF_C_TYPE_INT32] = { put_int32, sizeof(int32_t), false },
	[PROTOBUF_C_TYPE_UINT32] = { put_uint32, sizeof(uint32_t), false },
	[PROTOBUF_C_TYPE_UINT64] = { put_uint64, sizeof(uint64_t), false },
	[PROTOBUF_C_TYPE_FIXED32] = { put_fixed32, sizeof(uint32_t), false },
	[PROTOBUF_C_TYPE_FIXED64] = { put_fixed64, sizeof(uint64_t), false },
	[PROTOBUF_C_TYPE_SFIXED64] = { put_fixed64, sizeof(uint64_t), false },
	[PROTOBUF_C_TYPE_BOOL] = { put_bool, sizeof(protobuf_c_boolean), false },
	[PROTOBUF_C_TYPE_STRING] = { put_string, sizeof(char *), true },
	[PROTOBUF_C_TYPE_BYTES] = { put_binary, sizeof(ProtobufCBinaryData), false },
	[PROTOBUF_C_TYPE_MESSAGE] = { put_submessage, sizeof(ProtobufCMessage *), true },
};

/* ---- fields ---- */

static void put_list(struct sink *s, const ProtobufCFieldDescriptor *f, const struct shape *shape, const char *message)
{
	size_t n = *(const size_t *)(message + f->quantifier_offset);
	const char *list = *(const char *const *)(message + f->offset);

	while (n-- > 0)
		shape->put(s, f, list + n * shape->size);
}

/* One of several that exclude each other says beside it which of them is there. */
static inline bool is_another(const ProtobufCFieldDescriptor *f, const char *message)
{
	return (f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0 && *(const uint32_t *)(const void *)(message + f->quantifier_offset) != f->id;
}

/* An optional value says beside it whether it is there; a pointer says it itself. */
static inline bool is_present(const ProtobufCFieldDescriptor *f, const struct shape *shape, const char *message)
{
	if (f->label == PROTOBUF_C_LABEL_REQUIRED)
		return true;
	if (shape->is_pointer)
		return *(const void *const *)(const void *)(message + f->offset) != NULL;
	return (f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0 || *(const protobuf_c_boolean *)(message + f->quantifier_offset);
}

/* Fields stand in the order of their tags, so they are written from the last on. */
static void put_message(struct sink *s, const ProtobufCMessage *message)
{
	const ProtobufCMessageDescriptor *d = message->descriptor;
	const char *base = (const char *)message;

	for (unsigned i = d->n_fields; i-- > 0 && !s->is_full;) {
		const ProtobufCFieldDescriptor *f = &d->fields[i];
		const struct shape *shape = &shapes[f->type];

		if (is_another(f, base))
			continue;
		if (f->label == PROTOBUF_C_LABEL_REPEATED)
			put_list(s, f, shape, base);
		else if (is_present(f, shape, base))
			shape->put(s, f, base + f->offset);
	}
}

size_t pack_to_end(const ProtobufCMessage *message, uint8_t *out, size_t cap)
{
	struct sink s = { .begin = out, .at = out + cap };

	put_message(&s, message);
	return s.is_full ? SIZE_MAX : (size_t)(out + cap - s.at);
}
