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

struct counts {
	uint64_t of[N_COUNTS];
};

static inline void count(struct counts *c, enum count which) { c->of[which]++; }
static inline void count_n(struct counts *c, enum count which, uint64_t n) { c->of[which] += n; }

const char *count_name(enum count which);		/* "tcp.gap" */
enum count_kind count_kind_of(enum count which);
const char *count_meaning(enum count which);		/* one sentence */

/* Sum of all counters of one kind. */
uint64_t counts_sum(const struct counts *c, enum count_kind kind);

#endif
