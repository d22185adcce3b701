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

struct cursor {
	const uint8_t *start;	/* what cur_at measures from */
	const uint8_t *next;
	const uint8_t *end;
	bool bad;
};

/* A cursor over ${bytes}, at its first byte. */
struct cursor cur_of(struct view bytes);

/* True as long as no read went past the end. */
static inline bool cur_ok(const struct cursor *c) { return !c->bad; }

/* Bytes not yet read (0 once bad), and bytes read so far. */
size_t cur_left(const struct cursor *c);
size_t cur_offset(const struct cursor *c);

/* Read one unsigned integer, its byte order in the name. */
uint8_t cur_u8(struct cursor *c);
uint16_t cur_u16le(struct cursor *c);
uint32_t cur_u32le(struct cursor *c);
uint64_t cur_u64le(struct cursor *c);
uint16_t cur_u16be(struct cursor *c);
uint32_t cur_u24be(struct cursor *c);
uint32_t cur_u32be(struct cursor *c);
uint64_t cur_u64be(struct cursor *c);

/* The next ${n} bytes as a view; an empty view, and bad, if there are fewer. */
struct view cur_take(struct cursor *c, size_t n);

/* Everything that is left. */
struct view cur_rest(struct cursor *c);

/* Go ${n} bytes on. */
void cur_skip(struct cursor *c, size_t n);

/* Go on to the next multiple of ${of} (a power of two), counted from the start of the view. */
void cur_align(struct cursor *c, size_t of);

/* ${n} bytes at ${offset} from the start of the view, wherever the cursor
 * stands; the cursor does not move. This is the one way to follow an offset
 * that came from the wire. Bad if it does not lie inside. */
struct view cur_at(struct cursor *c, size_t offset, size_t n);

/* Move to ${offset} from the start of the view. Bad if that is past the end. */
void cur_seek(struct cursor *c, size_t offset);

/* ${n} if ${n} elements of at least ${size_of_each} bytes can still follow,
 * else 0 and bad. This is the one way to obtain a loop bound from the wire. */
size_t cur_count(struct cursor *c, size_t n, size_t size_of_each);

/* True if the next bytes are ${n} bytes ${magic}; does not move, does not go bad. */
bool cur_sees(const struct cursor *c, const void *magic, size_t n);

/* Mark as bad: a value that was read cannot be right. */
void cur_reject(struct cursor *c);

#endif
