#include "collector/slots.h"

#include <stdlib.h>
#include <string.h>

enum { CAP_MIN = 64 };

struct slot {
	uint64_t hash;
	uint32_t place;
	bool is_taken;
};

/* Where the search for ${hash} begins. */
static size_t home_of(const struct slots *s, uint64_t hash)
{
	return (size_t)(hash >> 32) & (s->cap - 1);
}

int64_t slots_find(const struct slots *s, uint64_t hash, slots_is_fn is, void *ctx)
{
	if (s->cap == 0)
		return SLOTS_NONE;
	for (size_t at = home_of(s, hash); s->items[at].is_taken; at = (at + 1) & (s->cap - 1))
		if (s->items[at].hash == hash && is(ctx, s->items[at].place))
			return s->items[at].place;
	return SLOTS_NONE;
}

static void put(struct slots *s, struct slot slot)
{
	size_t at = home_of(s, slot.hash);
	while (s->items[at].is_taken)
		at = (at + 1) & (s->cap - 1);
	s->items[at] = slot;
	s->n++;
}

static bool grow(struct slots *s)
{
	struct slots larger = { .cap = s->cap == 0 ? CAP_MIN : 2 * s->cap };
	larger.items = calloc(larger.cap, sizeof *larger.items);
	if (larger.items == NULL)
		return false;
	for (size_t i = 0; i < s->cap; i++)
		if (s->items[i].is_taken)
			put(&larger, s->items[i]);
	free(s->items);
	*s = larger;
	return true;
}

bool slots_add(struct slots *s, uint64_t hash, size_t place)
{
	if (2 * (s->n + 1) > s->cap && !grow(s))
		return false;
	put(s, (struct slot){ hash, (uint32_t)place, true });
	return true;
}

void slots_clear(struct slots *s)
{
	if (s->cap > 0)
		memset(s->items, 0, s->cap * sizeof *s->items);
	s->n = 0;
}

void slots_fini(struct slots *s)
{
	free(s->items);
	*s = (struct slots){ 0 };
}

/* splitmix64's last step */
uint64_t slots_of_number(int64_t n)
{
	uint64_t x = (uint64_t)n + UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

/* FNV-1a over the letters made small. */
uint64_t slots_of_text(const char *text)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;
		hash = (hash ^ (c >= 'A' && c <= 'Z' ? (unsigned char)(c | 0x20) : c)) * UINT64_C(0x100000001b3);
	}
	return hash;
}
