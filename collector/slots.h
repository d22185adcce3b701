/*
 * Where something stands in an array, by a hash of what it is called: a batch
 * of a forwarder's log names a thousand hosts in turn, and each record asks
 * for its own. Knows neither the array nor the names; the caller compares.
 */
#ifndef ASHIATO_COLLECTOR_SLOTS_H
#define ASHIATO_COLLECTOR_SLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct slot;

/* All zero is empty. */
struct slots {
	struct slot *items;
	size_t cap;	/* a power of two, at most half of it taken; 0: none */
	size_t n;
};

enum { SLOTS_NONE = -1 };

/* The place of what ${is} takes for its own among those kept under ${hash}; SLOTS_NONE if there is none. */
typedef bool (*slots_is_fn)(void *ctx, size_t place);
int64_t slots_find(const struct slots *s, uint64_t hash, slots_is_fn is, void *ctx);

/* Keep ${place}, which is less than 2^32, under ${hash}. False: memory is short, and it is not kept. */
bool slots_add(struct slots *s, uint64_t hash, size_t place);

/* Forget all; the memory stays. */
void slots_clear(struct slots *s);

void slots_fini(struct slots *s);

/* Hashes of a number, and of a text in any case (ASCII). */
uint64_t slots_of_number(int64_t n);
uint64_t slots_of_text(const char *text);

#endif
