/*
 * The cursor: the only thing in this sensor that touches packet bytes.
 *
 * It walks a view from the front and is sticky: after a read past the end
 * every later read returns 0 (or an empty view) and cur_ok is false. A parser
 * therefore reads straight down the specification's table and asks cur_ok
 * once, before it believes anything. Nothing here allocates or fails loudly.
 */
#ifndef ASHIATO_SENSOR_CORE_CURSOR_H
#define ASHIATO_SENSOR_CORE_CURSOR_H

#include "sensor/core/view.h"

#include <stdbool.h>
#include <string.h>

struct cursor {
	const uint8_t *start;	/* what cur_at measures from */
	const uint8_t *next;
	const uint8_t *end;
	bool bad;
};

/* A cursor over ${bytes}, at its first byte. */
static inline struct cursor cur_of(struct view bytes);

/* True as long as no read went past the end. */
static inline bool cur_ok(const struct cursor *c) { return !c->bad; }

/* Bytes not yet read (0 once bad), and bytes read so far. */
static inline size_t cur_left(const struct cursor *c);
static inline size_t cur_offset(const struct cursor *c);

/* Read one unsigned integer, its byte order in the name. */
static inline uint8_t cur_u8(struct cursor *c);
static inline uint16_t cur_u16le(struct cursor *c);
static inline uint32_t cur_u32le(struct cursor *c);
static inline uint64_t cur_u64le(struct cursor *c);
static inline uint16_t cur_u16be(struct cursor *c);
static inline uint32_t cur_u24be(struct cursor *c);
static inline uint32_t cur_u32be(struct cursor *c);
static inline uint64_t cur_u64be(struct cursor *c);

/* The next ${n} bytes as a view; an empty view, and bad, if there are fewer. */
static inline struct view cur_take(struct cursor *c, size_t n);

/* A cursor over the next ${n} bytes, which are passed over; false, and bad, if there are fewer. When ${n} is a constant, as the
 * length of a header is, one check stands for those of all that is read within it. */
static inline bool cur_part(struct cursor *c, size_t n, struct cursor *part);

/* Everything that is left. */
static inline struct view cur_rest(struct cursor *c);

/* Go ${n} bytes on. */
static inline void cur_skip(struct cursor *c, size_t n);

/* Go on to the next multiple of ${of} (a power of two), counted from the start of the view. */
static inline void cur_align(struct cursor *c, size_t of);

/* ${n} bytes at ${offset} from the start of the view, wherever the cursor
 * stands; the cursor does not move. This is the one way to follow an offset
 * that came from the wire. Bad if it does not lie inside. */
static inline struct view cur_at(struct cursor *c, size_t offset, size_t n);

/* Move to ${offset} from the start of the view. Bad if that is past the end. */
static inline void cur_seek(struct cursor *c, size_t offset);

/* ${n} if ${n} elements of at least ${size_of_each} bytes can still follow,
 * else 0 and bad. This is the one way to obtain a loop bound from the wire. */
static inline size_t cur_count(struct cursor *c, size_t n, size_t size_of_each);

/* True if the next bytes are ${n} bytes ${magic}; does not move, does not go bad. */
static inline bool cur_sees(const struct cursor *c, const void *magic, size_t n);

/* Mark as bad: a value that was read cannot be right. */
static inline void cur_reject(struct cursor *c);

/* The integer at ${offset} of ${header}; 0 past its end. For headers of one length that every packet has: once it is known that
 * all of it is there, a field is one load, without a check. */
static inline uint8_t cur_field_u8(struct view header, size_t offset);
static inline uint16_t cur_field_u16be(struct view header, size_t offset);
static inline uint32_t cur_field_u32be(struct view header, size_t offset);

/* ---- how ----
 * Here, so that they become part of their caller: every byte of every header goes through these, and with the number of bytes
 * known where it is used a read is one load. Names that end in _ are for this file alone. */

static inline struct cursor cur_of(struct view bytes)
{
	static const uint8_t nothing[1];
	const uint8_t *start = bytes.bytes != NULL ? bytes.bytes : nothing;

	return (struct cursor){ .start = start, .next = start, .end = start + (bytes.bytes != NULL ? bytes.n : 0) };
}

static inline size_t cur_left(const struct cursor *c)
{
	return c->bad ? 0 : (size_t)(c->end - c->next);
}

static inline size_t cur_offset(const struct cursor *c)
{
	return (size_t)(c->next - c->start);
}

/* The next ${n} bytes, passed over; NULL, and bad, when there are fewer. */
static inline __attribute__((always_inline)) const uint8_t *cur_pass_(struct cursor *c, size_t n)
{
	const uint8_t *at = c->next;

	if (c->bad || (size_t)(c->end - at) < n) {
		c->bad = true;
		return NULL;
	}
	c->next += n;
	return at;
}

static inline __attribute__((always_inline)) uint64_t cur_le_(struct cursor *c, size_t n)
{
	const uint8_t *at = cur_pass_(c, n);
	uint64_t value = 0;

	if (at == NULL)
		return 0;
#pragma GCC unroll 8
	for (size_t i = 0; i < n; i++)
		value |= (uint64_t)at[i] << 8 * i;
	return value;
}

static inline __attribute__((always_inline)) uint64_t cur_be_(struct cursor *c, size_t n)
{
	const uint8_t *at = cur_pass_(c, n);
	uint64_t value = 0;

	if (at == NULL)
		return 0;
#pragma GCC unroll 8
	for (size_t i = 0; i < n; i++)
		value |= (uint64_t)at[i] << 8 * (n - 1 - i);
	return value;
}

static inline uint8_t cur_u8(struct cursor *c)
{
	return (uint8_t)cur_le_(c, 1);
}

static inline uint16_t cur_u16le(struct cursor *c)
{
	return (uint16_t)cur_le_(c, 2);
}

static inline uint32_t cur_u32le(struct cursor *c)
{
	return (uint32_t)cur_le_(c, 4);
}

static inline uint64_t cur_u64le(struct cursor *c)
{
	return cur_le_(c, 8);
}

static inline uint16_t cur_u16be(struct cursor *c)
{
	return (uint16_t)cur_be_(c, 2);
}

static inline uint32_t cur_u24be(struct cursor *c)
{
	return (uint32_t)cur_be_(c, 3);
}

static inline uint32_t cur_u32be(struct cursor *c)
{
	return (uint32_t)cur_be_(c, 4);
}

static inline uint64_t cur_u64be(struct cursor *c)
{
	return cur_be_(c, 8);
}

static inline struct view cur_take(struct cursor *c, size_t n)
{
	const uint8_t *at = cur_pass_(c, n);

	return at != NULL ? view_of(at, n) : view_of(NULL, 0);
}

static inline __attribute__((always_inline)) bool cur_part(struct cursor *c, size_t n, struct cursor *part)
{
	const uint8_t *at = cur_pass_(c, n);

	if (at == NULL)
		return false;
	*part = (struct cursor){ .start = at, .next = at, .end = at + n };
	return true;
}

static inline struct view cur_rest(struct cursor *c)
{
	return cur_take(c, cur_left(c));
}

static inline void cur_skip(struct cursor *c, size_t n)
{
	cur_pass_(c, n);
}

static inline void cur_align(struct cursor *c, size_t of)
{
	cur_pass_(c, -cur_offset(c) & (of - 1));
}

static inline struct view cur_at(struct cursor *c, size_t offset, size_t n)
{
	size_t whole = (size_t)(c->end - c->start);

	if (c->bad || offset > whole || n > whole - offset) {
		c->bad = true;
		return view_of(NULL, 0);
	}
	return view_of(c->start + offset, n);
}

static inline void cur_seek(struct cursor *c, size_t offset)
{
	if (c->bad || offset > (size_t)(c->end - c->start))
		c->bad = true;
	else
		c->next = c->start + offset;
}

static inline size_t cur_count(struct cursor *c, size_t n, size_t size_of_each)
{
	if (c->bad || (size_of_each != 0 && n > cur_left(c) / size_of_each)) {
		c->bad = true;
		return 0;
	}
	return n;
}

static inline bool cur_sees(const struct cursor *c, const void *magic, size_t n)
{
	return cur_left(c) >= n && memcmp(c->next, magic, n) == 0;
}

static inline void cur_reject(struct cursor *c)
{
	c->bad = true;
}

static inline __attribute__((always_inline)) uint8_t cur_field_u8(struct view header, size_t offset)
{
	return offset < header.n ? header.bytes[offset] : 0;
}

static inline __attribute__((always_inline)) uint16_t cur_field_u16be(struct view header, size_t offset)
{
	return (uint16_t)(cur_field_u8(header, offset) << 8 | cur_field_u8(header, offset + 1));
}

static inline __attribute__((always_inline)) uint32_t cur_field_u32be(struct view header, size_t offset)
{
	return (uint32_t)cur_field_u16be(header, offset) << 16 | cur_field_u16be(header, offset + 2);
}

#endif
