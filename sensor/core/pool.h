/*
 * The pool: all memory that outlives a packet.
 *
 * Blocks come in size classes, steps of 16 bytes while they are small (what a
 * connection is made of) and powers of two above. Small ones lie side by side
 * in pages of one class, so that they take no more than they are; a page that
 * holds none any more may become one of another class, or be returned. Large
 * ones go back to a free list. So a busy sensor stops asking the system for
 * memory once it is warm, and whatever it was full of, it can be full of something else.
 * The pool has one cap for everything (limits.memory_bytes); at the cap pool_get
 * returns NULL, and the caller gives up what it was about to keep and counts it.
 */
#ifndef ASHIATO_SENSOR_CORE_POOL_H
#define ASHIATO_SENSOR_CORE_POOL_H

#include <stddef.h>

struct pool;

/* A pool that never holds more than ${cap_bytes} and 128 KiB, a page under way of each class; NULL when memory is short. */
struct pool *pool_new(size_t cap_bytes);
void pool_free(struct pool *p);

/* ${n} zeroed bytes (n at most 2 MiB), aligned for any type; NULL at the cap. */
void *pool_get(struct pool *p, size_t n);

/* The same, but with whatever stood there before: for who writes them before reading them. */
void *pool_take(struct pool *p, size_t n);

/* Give back a block of the ${n} bytes it was asked for. NULL is allowed. */
void pool_put(struct pool *p, void *block, size_t n);

/* Bytes now handed out, rounded up to their size classes; and where most blocks of many pages were put back, what those pages
 * keep from others. */
size_t pool_used_bytes(const struct pool *p);

#endif
