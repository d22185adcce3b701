#include "collector/detect/scene.h"

#include <stdlib.h>
#include <string.h>

/* Which index of names[] each name has: open addressing, 0 is free, else index + 1. */
struct index {
	uint32_t *slots;
	size_t mask;
};

static size_t count_steps(const struct member *members, size_t n)
{
	size_t total = 0;
	for (size_t m = 0; m < n; m++)
		total += members[m].n_steps;
	return total;
}

static bool is_refused(const char *name)
{
	static const char ending[] = ".refused";
	size_t n = strlen(name), k = sizeof ending - 1;
	return n >= k && strcmp(name + n - k, ending) == 0;
}

static uint64_t hash(const char *name)
{
	uint64_t h = 0xcbf29ce484222325u;
	while (*name)
		h = (h ^ (uint8_t)*name++) * 0x100000001b3u;
	return h ^ h >> 32;
}

/* The row of names[] for ${name}, made if needed. */
static struct scene_steps *row_of(struct scene *s, struct index *index, const char *name)
{
	size_t at = hash(name) & index->mask;
	while (index->slots[at] && strcmp(s->names[index->slots[at] - 1].name, name) != 0)
		at = (at + 1) & index->mask;
	if (!index->slots[at]) {
		s->names[s->n_names] = (struct scene_steps){ .name = name, .is_refused = is_refused(name) };
		index->slots[at] = (uint32_t)++s->n_names;
	}
	return &s->names[index->slots[at] - 1];
}

/* Count the steps of each name, cut the memory into as many pieces, fill them. */
static void gather(struct scene *s, struct index *index)
{
	for (size_t m = 0; m < s->n_members; m++)
		for (size_t i = 0; i < s->members[m].n_steps; i++)
			row_of(s, index, s->members[m].steps[i].name)->n++;
	const struct step **next = s->steps;
	for (size_t i = 0; i < s->n_names; i++) {
		s->names[i].steps = next;
		next += s->names[i].n;
		s->names[i].n = 0;
	}
	for (size_t m = 0; m < s->n_members; m++)
		for (size_t i = 0; i < s->members[m].n_steps; i++) {
			struct scene_steps *row = row_of(s, index, s->members[m].steps[i].name);
			/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): counted above */
			row->steps[row->n++] = &s->members[m].steps[i];
		}
}

static int by_destination(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static size_t count_destinations(const struct member *members, size_t n)
{
	const char **all = calloc(n + 1, sizeof *all);
	size_t different = 0;
	for (size_t m = 0; all && m < n; m++)
		all[m] = members[m].access->destination;
	if (all)
		qsort(all, n, sizeof *all, by_destination);
	for (size_t m = 0; all && m < n; m++)
		different += m == 0 || strcmp(all[m - 1], all[m]) != 0;
	free(all);
	return different;
}

bool scene_init(struct scene *s, const struct member *members, size_t n)
{
	size_t total = count_steps(members, n);
	struct index index = { .mask = 15 };
	while (index.mask < 2 * total)
		index.mask = 2 * index.mask + 1;
	*s = (struct scene){ .members = members, .n_members = n, .n_destinations = count_destinations(members, n) };
	s->names = calloc(total + 1, sizeof *s->names);
	s->steps = calloc(total + 1, sizeof *s->steps);
	index.slots = calloc(index.mask + 1, sizeof *index.slots);
	bool ok = s->names && s->steps && index.slots;
	if (ok)
		gather(s, &index);
	free(index.slots);
	return ok;
}

void scene_fini(struct scene *s)
{
	free(s->names);
	free(s->steps);
}
