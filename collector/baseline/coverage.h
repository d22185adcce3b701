/*
 * What the log of an access's server covers, trail by trail: the ground of
 * every statement that something is missing. A trail speaks for itself alone,
 * and only of what it has shown to hold. Pure.
 */
#ifndef ASHIATO_COLLECTOR_BASELINE_COVERAGE_H
#define ASHIATO_COLLECTOR_BASELINE_COVERAGE_H

#include "collector/baseline/ledger.h"

/* True if ${t}, a trail of ${c} that holds one of ${acts}, goes from ${from_ns} to ${to_ns} (UTC) by a clock whose offset is known. */
bool coverage_of(const struct ledger_clock *c, const struct ledger_trail *t, uint32_t acts, int64_t from_ns, int64_t to_ns);

/* True if the whole log of ${c} does, whatever it holds. */
bool coverage_of_log(const struct ledger_clock *c, int64_t from_ns, int64_t to_ns);

/* Whether ${t} would tell of a logon over the network at ${at_ns} (UTC), by what it has told before and since. */
enum coverage_telling {
	COVERAGE_NEVER,		/* it has told none */
	COVERAGE_NOT_YET,	/* its first came later */
	COVERAGE_NO_MORE,	/* its last came more than ledger_told_ns before, and it goes on without */
	COVERAGE_TELLS,
};
enum coverage_telling coverage_telling(const struct ledger_clock *c, const struct ledger_trail *t, int64_t at_ns);

/* The trail of ${c} that says most of a logon at ${at_ns}; NULL if none has ever told one. */
const struct ledger_trail *coverage_trail(const struct ledger_clock *c, int64_t at_ns);

/* True if the host told logons before ${at_ns}, and its log goes on beyond, but for longer than ledger_told_ns without any: its audit
 * was turned off, or what is forwarded was changed. */
bool coverage_has_stopped(const struct ledger_clock *c, int64_t at_ns);

#endif
