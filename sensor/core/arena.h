/*
 * The arena: where events and their strings live while one packet is handled.
 *
 * One fixed block per engine, emptied before each packet, so that building an
 * event never calls malloc. When it is full, arena_get returns NULL once and
 * for all until it is emptied; whoever builds an event then gives the event up
 * and counts it (COUNT_ARENA_FULL), so nothing is lost silently.
 */
#ifndef ASHIATO_SENSOR_CORE_ARENA_H
#define ASHIATO_SENSOR_CORE_ARENA_H

#include "sensor/core/view.h"

#include <stdbool.h>

struct arena {
	uint8_t *block;
	size_t cap_bytes;
	size_t used_bytes;
	bool full;	/* a request was refused since the last arena_empty */
};

/* ${n} zeroed bytes aligned for any type, valid until arena_empty; NULL when full. */
void *arena_get(struct arena *a, size_t n);

/* The same, but with whatever stood there before: for who writes all of them at once, as the init of a message does. */
void *arena_take(struct arena *a, size_t n);

/* Forget everything handed out. */
static inline void arena_empty(struct arena *a)
{
	a->used_bytes = 0;
	a->full = false;
}

/*
 * Text from the wire as NUL-terminated, valid UTF-8 in ${a}; NULL when the
 * arena is full. What cannot be decoded becomes U+FFFD, and so does U+0000 in
 * the middle (trailing NULs are dropped: many fields are sent with them). At
 * most LIMIT_TEXT_BYTES of UTF-8; longer text is cut at a character and ends
 * in U+2026, which no parser takes for the whole.
 */
char *text_of_utf16le(struct arena *a, struct view utf16);
char *text_of_bytes(struct arena *a, struct view oem_or_utf8);	/* UTF-8 where valid, else each high byte becomes U+FFFD */

/* A copy of a NUL-terminated string that is already valid UTF-8. */
char *text_copy(struct arena *a, const char *utf8);

/* ${utf8}, which outlives the event, as a field of it; NULL stays NULL. Events' fields are not const, but nobody writes to what
 * they point to: a name out of a table need not be copied to be stated. */
static inline char *text_lend(const char *utf8)
{
	return (char *)(uintptr_t)utf8;
}

#endif
