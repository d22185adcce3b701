#include "collector/timing.h"

#include "proto/base/clock.h"

#include <stdlib.h>

#define DAY_NS (24 * CLOCK_HOUR_NS)

enum {
	ENOUGH = 8,		/* samples that a day is estimated from; a quiet day borrows those of its neighbours … */
	BORROW_DAYS = 7,	/* … no further away than this */
	SETTLED_S = 3,		/* a day's own samples that differ from those by less change nothing … */
	DRIFT_S = 60,		/* … and by more are another clock, or strangers */
	KEEP_DAYS = 400,	/* then a sample is forgotten, and what it showed */
	STEP_LOGONS = 3,	/* a day's, before and after: fewer may be strangers */
};

bool timing_pair(struct store_tx *tx, struct timing *t, int64_t host, int64_t written_ns, const struct store_wire_logon *w,
		 struct offset_sample *out)
{
	if (!offset_sample(written_ns, w->time_ns, out))
		return false;
	int64_t day = w->time_ns / DAY_NS;
	if (!t->knows || t->day != day)
		t->n = store_log_samples_size(tx, host, day, &t->largest);
	t->knows = true;
	t->day = day;
	if (t->n >= OFFSET_A_DAY && out->hash >= t->largest)	/* most samples of a long log change nothing, and are not written */
		return true;
	struct store_log_sample row = { out->hash, day, out->delta_ns, out->is_whole_second, w->server };
	if (!store_log_sample_add(tx, host, &row))
		return true;
	t->first_day = !t->has_new || day < t->first_day ? day : t->first_day;
	t->last_day = !t->has_new || day > t->last_day ? day : t->last_day;
	t->has_new = true;
	if (++t->n > OFFSET_A_DAY)
		store_log_samples_cut(tx, host, day, OFFSET_A_DAY);
	t->knows = t->n < OFFSET_A_DAY;
	return true;
}

/* ---- estimating -------------------------------------------------------------------------------------------------------- */

struct dated {
	int64_t day;
	struct offset_sample sample;
	char server[STORE_ADDRESS_BYTES];
};

/* The samples that are looked at, by day. */
struct work {
	struct store_tx *tx;
	struct store_log_host *h;
	const struct timing_sink *sink;
	struct dated *items;
	size_t n, cap;
};

static void take(void *ctx, const struct store_log_sample *s)
{
	struct work *w = ctx;
	if (w->n == w->cap) {
		size_t cap = w->cap == 0 ? 64 : 2 * w->cap;
		struct dated *more = reallocarray(w->items, cap, sizeof *more);
		if (more == NULL) {
			store_tx_fail(w->tx, "out of memory");
			return;
		}
		w->items = more;
		w->cap = cap;
	}
	struct dated *d = &w->items[w->n++];
	*d = (struct dated){ .day = s->day, .sample = { s->hash, s->delta_ns, s->is_whole_second } };
	snprintf(d->server, sizeof d->server, "%s", s->server);
}

static size_t add_distance(const struct work *w, int64_t day, int64_t distance, struct offset_samples *out)
{
	for (size_t i = 0; i < w->n; i++)
		if (llabs(w->items[i].day - day) == distance)
			offset_add(out, &w->items[i].sample);
	return out->n;
}

/* The samples of ${day}, and of the days nearest to it until they are enough. */
static void gather(const struct work *w, int64_t day, struct offset_samples *out)
{
	out->n = 0;
	for (int64_t distance = 0; distance <= BORROW_DAYS; distance++)
		if (add_distance(w, day, distance, out) >= ENOUGH)
			return;
}

static void tie_servers(const struct work *w, int64_t day, const struct store_log_offset *o)
{
	for (size_t i = 0; i < w->n; i++) {
		const struct dated *d = &w->items[i];
		if (d->day == day && (offset_agrees(&d->sample, o->offset_ns) || (o->has_other && offset_agrees(&d->sample, o->other_ns))))
			w->sink->server(w->sink->ctx, d->server);
	}
}

static struct offset_hint hint_of(const struct store_log_host *h)
{
	return (struct offset_hint){ h->has_zone || h->has_receipt, h->has_zone, h->has_zone ? 0 : h->receipt_ns };
}

/* By the logons of ${day} alone. */
static bool estimate_alone(const struct work *w, int64_t day, struct offset_estimate *out)
{
	struct offset_samples samples = { .n = 0 };
	struct offset_hint hint = hint_of(w->h);
	add_distance(w, day, 0, &samples);
	return offset_estimate(&samples, &hint, out) && out->matches >= STEP_LOGONS;
}

/* Where no zone is written, clocks jump by an hour twice a year. */
static bool is_step(const struct store_log_host *h, int64_t by_ns)
{
	const int64_t least_ns = 60 * CLOCK_SECOND_NS;
	bool is_summer = !h->has_zone && llabs(llabs(by_ns) - CLOCK_HOUR_NS) < least_ns;
	return llabs(by_ns) >= least_ns && !is_summer;
}

/* What the clock showed on the last day before ${day} on which it showed one time alone; if there is none, on the last one. */
static bool find_before(const struct work *w, int64_t day, struct offset_estimate *out)
{
	struct offset_estimate e;
	bool is_found = false;
	for (int64_t last = day - 1; last >= day - BORROW_DAYS; last--) {
		if (!estimate_alone(w, last, &e) || (is_found && e.has_other))
			continue;
		*out = e;
		is_found = true;
		if (!e.has_other)
			return true;
	}
	return is_found;
}

/* Where some logons still show what it showed before, strangers may have outvoted them. */
static void look_for_step(const struct work *w, int64_t day)
{
	struct offset_estimate now, before = { 0 };
	if (!estimate_alone(w, day, &now) || !find_before(w, day, &before))
		return;
	int64_t by_ns = now.offset_ns - before.offset_ns;
	if (now.has_other && !is_step(w->h, now.other_ns - before.offset_ns))
		return;
	if (is_step(w->h, by_ns) && store_log_offset_stepped(w->tx, w->h->id, day, by_ns))
		w->sink->stepped(w->sink->ctx, &(struct timing_step){ day * DAY_NS, before.offset_ns, now.offset_ns });
}

/* What borrowed samples show is corrected by those of ${day}: a clock drifts, and is set by seconds. */
static bool estimate_with_neighbours(const struct work *w, int64_t day, struct offset_estimate *out)
{
	struct offset_samples samples, own = { .n = 0 };
	struct offset_hint hint = hint_of(w->h);
	struct offset_estimate corrected;
	gather(w, day, &samples);
	if (!offset_estimate(&samples, &hint, out))
		return false;
	hint.is_known = true;
	hint.offset_ns = out->offset_ns;
	if (add_distance(w, day, 0, &own) == samples.n || !offset_estimate(&own, &hint, &corrected))
		return true;
	int64_t by_ns = llabs(corrected.offset_ns - out->offset_ns);
	if (by_ns >= SETTLED_S * CLOCK_SECOND_NS && by_ns <= DRIFT_S * CLOCK_SECOND_NS)
		*out = corrected;
	return true;
}

static void estimate_day(struct work *w, int64_t day)
{
	struct offset_hint hint = hint_of(w->h);
	struct offset_estimate found;
	if (!estimate_with_neighbours(w, day, &found))
		return;
	struct store_log_offset o = { day, found.offset_ns, found.has_other, found.other_ns, found.matches, found.strangers };
	bool is_changed = store_log_offset_save(w->tx, w->h->id, &o);
	if (offset_is_plausible(&hint, o.offset_ns))
		tie_servers(w, day, &o);
	if (is_changed)	/* it stands for the days around that have none */
		w->sink->changed(w->sink->ctx, (day - BORROW_DAYS) * DAY_NS, (day + BORROW_DAYS + 1) * DAY_NS, o.offset_ns);
	look_for_step(w, day);
}

void timing_estimate(struct store_tx *tx, const struct timing *t, bool all, struct store_log_host *h, const struct timing_sink *sink)
{
	struct work w = { .tx = tx, .h = h, .sink = sink };
	int64_t from = all ? 0 : t->first_day - BORROW_DAYS, to = all ? INT32_MAX : t->last_day + BORROW_DAYS;
	if (!all && !t->has_new)
		return;
	store_log_samples_forget(tx, h->id, KEEP_DAYS);
	store_log_samples(tx, h->id, from - BORROW_DAYS, to + BORROW_DAYS, take, &w);
	for (size_t i = 0; i < w.n && store_tx_ok(tx); i++) {
		bool is_first = i == 0 || w.items[i].day != w.items[i - 1].day;
		if (is_first && w.items[i].day >= from && w.items[i].day <= to)
			estimate_day(&w, w.items[i].day);
	}
	free(w.items);
	struct store_log_offset newest;
	if (h->is_set || !store_log_offset_newest(tx, h->id, &newest))
		return;
	if (h->matches != newest.matches || h->offset_ns != newest.offset_ns || !h->has_offset)
		store_log_host_estimate(tx, h->id, true, newest.offset_ns, newest.matches);
	h->has_offset = true;
	h->offset_ns = newest.offset_ns;
	h->matches = newest.matches;
}
