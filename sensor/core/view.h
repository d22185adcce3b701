/*
 * A view: bytes that belong to somebody else.
 *
 * A view into a packet dies when engine_feed returns. Whoever needs the bytes
 * longer copies them into a bounded field of its own state.
 */
#ifndef ASHIATO_SENSOR_CORE_VIEW_H
#define ASHIATO_SENSOR_CORE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct view {
	const uint8_t *bytes;	/* may be NULL when n is 0 */
	size_t n;
};

/* Which way bytes travel on a TCP connection. The roles of the protocol on
 * top (who is the SMB client) are that protocol's to find out. */
enum way {
	FROM_OPENER = 0,	/* sent by the side that sent the SYN, or, mid-stream, by the side with the higher port */
	FROM_OPENED = 1,
};

static inline struct view view_of(const void *bytes, size_t n)
{
	return (struct view){ .bytes = bytes, .n = n };
}

/* ${v} without its first ${n} bytes; empty when it has no more. */
static inline struct view view_after(struct view v, size_t n)
{
	return n < v.n ? view_of(v.bytes + n, v.n - n) : view_of(NULL, 0);
}

/* The first ${n} bytes of ${v}, or all of it. */
static inline struct view view_first(struct view v, size_t n)
{
	return view_of(v.bytes, n < v.n ? n : v.n);
}

/* True if both views hold the same bytes. */
static inline bool view_equals(struct view a, struct view b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.bytes, b.bytes, a.n) == 0);
}

/* True if all bytes of ${v} are zero; so it is when there are none. */
static inline bool view_is_zero(struct view v)
{
	uint8_t seen = 0;

	for (size_t i = 0; i < v.n; i++)
		seen |= v.bytes[i];
	return seen == 0;
}

/* Copy the first ${cap} bytes of ${from}, or all when there are fewer, into one's own ${to}; how many they were. */
static inline size_t view_copy(void *to, size_t cap, struct view from)
{
	size_t n = from.n < cap ? from.n : cap;

	if (n > 0)
		memcpy(to, from.bytes, n);
	return n;
}

#endif
