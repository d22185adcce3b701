#include "collector/baseline/coverage.h"

#include "proto/base/clock.h"

const int64_t ledger_told_ns = 24 * CLOCK_HOUR_NS;

/* The log means the second that begins there when it writes no fractions. */
static int64_t end_of(int64_t last_ns)
{
	return last_ns % CLOCK_SECOND_NS == 0 ? last_ns + CLOCK_SECOND_NS - 1 : last_ns;
}

static bool is_usable(const struct ledger_clock *c)
{
	return c->how != LEDGER_UNKNOWN && !c->is_disputed && !c->is_suspect && c->rival == NULL;
}

bool coverage_of_log(const struct ledger_clock *c, int64_t from_ns, int64_t to_ns)
{
	return is_usable(c) && c->first_ns - c->offset_ns <= from_ns && to_ns <= end_of(c->last_ns) - c->offset_ns;
}

bool coverage_of(const struct ledger_clock *c, const struct ledger_trail *t, uint32_t acts, int64_t from_ns, int64_t to_ns)
{
	bool is_of_acts = (t->acts & acts) != 0 && is_usable(c);
	return is_of_acts && t->first_ns - c->offset_ns <= from_ns && to_ns <= end_of(t->last_ns) - c->offset_ns;
}

enum coverage_telling coverage_telling(const struct ledger_clock *c, const struct ledger_trail *t, int64_t at_ns)
{
	if ((t->acts & LEDGER_TELLS) == 0)
		return COVERAGE_NEVER;
	int64_t written_ns = at_ns + c->offset_ns;
	if (t->since_ns > written_ns + ledger_slack_ns)
		return COVERAGE_NOT_YET;
	return written_ns > t->until_ns && written_ns - t->until_ns > ledger_told_ns ? COVERAGE_NO_MORE : COVERAGE_TELLS;
}

const struct ledger_trail *coverage_trail(const struct ledger_clock *c, int64_t at_ns)
{
	const struct ledger_trail *best = NULL;
	int most = -1;
	for (size_t i = 0; i < N_LOG_TRAILS; i++) {
		const struct ledger_trail *t = &c->trails[i];
		int telling = 2 * (int)coverage_telling(c, t, at_ns) + coverage_of(c, t, LEDGER_TELLS, at_ns, at_ns);
		if ((t->acts & LEDGER_TELLS) == 0 || telling <= most)
			continue;
		best = t;
		most = telling;
	}
	return best;
}

bool coverage_has_stopped(const struct ledger_clock *c, int64_t at_ns)
{
	const struct ledger_trail *t = coverage_trail(c, at_ns);
	if (t == NULL || !coverage_of_log(c, at_ns, at_ns))
		return false;
	bool went_on = c->last_ns > t->until_ns && c->last_ns - t->until_ns > ledger_told_ns;
	bool told_before = t->since_ns - c->offset_ns <= at_ns && t->until_ns - c->offset_ns <= at_ns;
	bool still_tells = coverage_telling(c, t, at_ns) == COVERAGE_TELLS && coverage_of(c, t, LEDGER_TELLS, at_ns, at_ns);
	return went_on && told_before && !still_tells;
}
