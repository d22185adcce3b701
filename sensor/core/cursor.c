#include "sensor/core/cursor.h"

#include <string.h>

/* Every byte of every header goes through these: with ${n} known where they are used, a read is one load. */
#define ALWAYS_INLINE inline __attribute__((always_inline))

struct cursor cur_of(struct view bytes)
{
	static const uint8_t nothing[1];
	const uint8_t *start = bytes.bytes != NULL ? bytes.bytes : nothing;

	return (struct cursor){ .start = start, .next = start, .end = start + (bytes.bytes != NULL ? bytes.n : 0) };
}

size_t cur_left(const struct cursor *c)
{
	return c->bad ? 0 : (size_t)(c->end - c->next);
}

size_t cur_offset(const struct cursor *c)
{
	return (size_t)(c->next - c->start);
}

/* The next ${n} bytes, passed over; NULL, and bad, when there are fewer. */
static ALWAYS_INLINE const uint8_t *pass(struct cursor *c, size_t n)
{
	const uint8_t *at = c->next;

	if (c->bad || (size_t)(c->end - at) < n) {
		c->bad = true;
		return NULL;
	}
	c->next += n;
	return at;
}

static ALWAYS_INLINE uint64_t little_endian(struct cursor *c, size_t n)
{
	const uint8_t *at = pass(c, n);
	uint64_t value = 0;

	if (at == NULL)
		return 0;
#pragma GCC unroll 8
	for (size_t i = 0; i < n; i++)
		value |= (uint64_t)at[i] << 8 * i;
	return value;
}

static ALWAYS_INLINE uint64_t big_endian(struct cursor *c, size_t n)
{
	const uint8_t *at = pass(c, n);
	uint64_t value = 0;

	if (at == NULL)
		return 0;
#pragma GCC unroll 8
	for (size_t i = 0; i < n; i++)
		value |= (uint64_t)at[i] << 8 * (n - 1 - i);
	return value;
}

uint8_t cur_u8(struct cursor *c)
{
	return (uint8_t)little_endian(c, 1);
}

uint16_t cur_u16le(struct cursor *c)
{
	return (uint16_t)little_endian(c, 2);
}

uint32_t cur_u32le(struct cursor *c)
{
	return (uint32_t)little_endian(c, 4);
}

uint64_t cur_u64le(struct cursor *c)
{
	return little_endian(c, 8);
}

uint16_t cur_u16be(struct cursor *c)
{
	return (uint16_t)big_endian(c, 2);
}

uint32_t cur_u24be(struct cursor *c)
{
	return (uint32_t)big_endian(c, 3);
}

uint32_t cur_u32be(struct cursor *c)
{
	return (uint32_t)big_endian(c, 4);
}

uint64_t cur_u64be(struct cursor *c)
{
	return big_endian(c, 8);
}

struct view cur_take(struct cursor *c, size_t n)
{
	const uint8_t *at = pass(c, n);

	return at != NULL ? view_of(at, n) : view_of(NULL, 0);
}

struct view cur_rest(struct cursor *c)
{
	return cur_take(c, cur_left(c));
}

void cur_skip(struct cursor *c, size_t n)
{
	pass(c, n);
}

void cur_align(struct cursor *c, size_t of)
{
	pass(c, -cur_offset(c) & (of - 1));
}

struct view cur_at(struct cursor *c, size_t offset, size_t n)
{
	size_t whole = (size_t)(c->end - c->start);

	if (c->bad || offset > whole || n > whole - offset) {
		c->bad = true;
		return view_of(NULL, 0);
	}
	return view_of(c->start + offset, n);
}

void cur_seek(struct cursor *c, size_t offset)
{
	if (c->bad || offset > (size_t)(c->end - c->start))
		c->bad = true;
	else
		c->next = c->start + offset;
}

size_t cur_count(struct cursor *c, size_t n, size_t size_of_each)
{
	if (c->bad || (size_of_each != 0 && n > cur_left(c) / size_of_each)) {
		c->bad = true;
		return 0;
	}
	return n;
}

bool cur_sees(const struct cursor *c, const void *magic, size_t n)
{
	return cur_left(c) >= n && memcmp(c->next, magic, n) == 0;
}

void cur_reject(struct cursor *c)
{
	c->bad = true;
}
