/*
 * What was given up, and why: one counter per reason, shared by every layer.
 *
 * Malformed input is normal; a parser returns false and its caller counts it
 * here. The names are a contract (schema/events.md): sensor.health prints
 * them. Rows stand in counts.def, one per counter, so the enumeration, the
 * names and the documentation cannot drift apart.
 */
#ifndef ASHIATO_SENSOR_CORE_COUNTS_H
#define ASHIATO_SENSOR_CORE_COUNTS_H

#include <stdint.h>

enum count {
#define COUNT(id, name, kind, meaning) COUNT_##id,
#include "sensor/core/counts.def"
#undef COUNT
	N_COUNTS
};

enum count_kind { COUNT_OF_TRAFFIC, COUNT_OF_MALFORMED, COUNT_OF_LOSS };

enum { COUNTS_PER_WORD = 64, COUNTS_WORDS = 2 };

_Static_assert(N_COUNTS <= COUNTS_WORDS * COUNTS_PER_WORD, "every counter has its mark");

struct counts {
	uint64_t of[N_COUNTS];
	uint64_t marked[COUNTS_WORDS];	/* a bit for each counter that counted since signs.h asked */
};

static inline void count_n(struct counts *c, enum count which, uint64_t n)
{
	c->of[which] += n;
	c->marked[which / COUNTS_PER_WORD] |= (uint64_t)(n > 0) << which % COUNTS_PER_WORD;
}

static inline void count(struct counts *c, enum count which) { count_n(c, which, 1); }

const char *count_name(enum count which);		/* "tcp.gap" */
enum count_kind count_kind_of(enum count which);
const char *count_meaning(enum count which);		/* one sentence */

/* Sum of all counters of one kind. */
uint64_t counts_sum(const struct counts *c, enum count_kind kind);

#endif
