#include "sensor/parts.h"

#include <stdbool.h>

/* Free ones first, then small ones. */
static unsigned rank_of(const struct parts *p, size_t place)
{
	if (p->places[place].id == 0)
		return 0;
	return p->places[place].bytes < PARTS_SMALL_BYTES ? 1 : 2;
}

static bool goes_before(const struct parts *p, size_t a, size_t b)
{
	unsigned rank_a = rank_of(p, a), rank_b = rank_of(p, b);

	return rank_a != rank_b ? rank_a < rank_b : rank_a != 0 && p->places[a].moved < p->places[b].moved;
}

size_t parts_choose(const struct parts *p)
{
	size_t chosen = 0;

	for (size_t i = 1; i < PARTS_MOST; i++)
		if (goes_before(p, i, chosen))
			chosen = i;
	return chosen;
}

void *parts_take(struct parts *p, size_t place)
{
	p->places[place].id = ++p->last_id;
	p->places[place].moved = ++p->moves;
	p->places[place].bytes = 0;
	return (void *)p->last_id;
}

size_t parts_find(const struct parts *p, const void *handle)
{
	size_t i = 0;

	while (i < PARTS_MOST && (p->places[i].id == 0 || p->places[i].id != (uintptr_t)handle))
		i++;
	return i;
}

void parts_moved(struct parts *p, size_t place, size_t n)
{
	p->places[place].moved = ++p->moves;
	p->places[place].bytes += n;
}

void parts_leave(struct parts *p, size_t place)
{
	p->places[place].id = 0;
}
