/*
 * The copies of files that are under way at once: so many, each in a place of
 * its own, for whoever keeps them (courier.h, quarantine.h).
 *
 * When one more begins and no place is free, one gives way: of those that have
 * not come to PARTS_SMALL_BYTES yet the one that moved longest ago, else of
 * all. So files that were opened and left lying keep nobody out, and whoever
 * wants to push a file out has to move that much in each of so many others.
 */
#ifndef ASHIATO_SENSOR_PARTS_H
#define ASHIATO_SENSOR_PARTS_H

#include <stddef.h>
#include <stdint.h>

enum { PARTS_MOST = 64, PARTS_SMALL_BYTES = 4096 };

struct parts {
	uint64_t moves;		/* so far: what time it is here */
	uintptr_t last_id;
	struct {
		uintptr_t id;	/* 0: free */
		uint64_t moved;	/* when it last did */
		uint64_t bytes;
	} places[PARTS_MOST];
};

/* Where the next one shall go: a free place, or that of the part that has to give way. */
size_t parts_choose(const struct parts *p);

/* Take ${place}, from whom it may belong to. The handle is never given again: who comes with that of a part that gave way has none. */
void *parts_take(struct parts *p, size_t place);

/* Where the part of ${handle} is; PARTS_MOST when it is gone. */
size_t parts_find(const struct parts *p, const void *handle);

/* ${n} bytes more of it came. */
void parts_moved(struct parts *p, size_t place, size_t n);

void parts_leave(struct parts *p, size_t place);

#endif
