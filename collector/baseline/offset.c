#include "collector/baseline/offset.h"

#include "proto/base/clock.h"

#include <stdlib.h>

static const int64_t window_ns = 6 * CLOCK_SECOND_NS;		/* true pairs lie within: the log is written moments after the request */
static const int64_t quarter_ns = CLOCK_HOUR_NS / 4;		/* zones are multiples of it */
static const int64_t furthest_ns = 26 * CLOCK_HOUR_NS;		/* UTC+14 against UTC-12 */
static const int64_t single_ns = 30 * CLOCK_SECOND_NS;		/* how near a zone or the hint one sample alone must lie */
static const int64_t wrong_ns = 15 * 60 * CLOCK_SECOND_NS;	/* no clock that names its zone is further off */
static const int64_t receipt_ns = 60 * CLOCK_SECOND_NS;
static const int64_t tenth_ns = CLOCK_SECOND_NS / 10;		/* evidence shows no more */

enum {
	OF_MEDIAN = 15,			/* samples whose median is the offset */
	LOGON_MASK = (1 << 24) - 1,	/* of a hash: which wire logon it is of */
};

static int64_t distance(int64_t a, int64_t b)
{
	return a > b ? a - b : b - a;
}

static int64_t rounded(int64_t ns, int64_t step_ns)
{
	return (ns + (ns < 0 ? -step_ns / 2 : step_ns / 2)) / step_ns * step_ns;
}

static int64_t nearest_quarter(int64_t ns)
{
	return rounded(ns, quarter_ns);
}

/* ---- samples ---- */

/* splitmix64's last step. */
static uint64_t mixed(uint64_t x)
{
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

/* Over both times: which samples stay must not depend on their order. */
static uint64_t hash_of(int64_t written_ns, int64_t wire_ns)
{
	uint64_t x = mixed((uint64_t)written_ns * UINT64_C(0x9e3779b97f4a7c15) ^ (uint64_t)wire_ns);
	uint64_t logon = mixed((uint64_t)wire_ns) & LOGON_MASK;
	return (x >> 1 & ~(uint64_t)LOGON_MASK) | logon;	/* the store sorts signed numbers */
}

static bool has(const struct offset_samples *s, uint64_t hash)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->items[i].hash == hash)
			return true;
	return false;
}

static size_t largest(const struct offset_samples *s)
{
	size_t at = 0;
	for (size_t i = 1; i < s->n; i++)
		if (s->items[i].hash > s->items[at].hash)
			at = i;
	return at;
}

bool offset_sample(int64_t written_ns, int64_t wire_ns, struct offset_sample *out)
{
	if (distance(written_ns, wire_ns) > furthest_ns)
		return false;
	*out = (struct offset_sample){ hash_of(written_ns, wire_ns), written_ns - wire_ns, written_ns % CLOCK_SECOND_NS == 0 };
	return true;
}

void offset_add(struct offset_samples *s, const struct offset_sample *sample)
{
	if (has(s, sample->hash))
		return;
	if (s->n < OFFSET_SAMPLES) {
		s->items[s->n++] = *sample;
		return;
	}
	size_t at = largest(s);
	if (sample->hash < s->items[at].hash)
		s->items[at] = *sample;
}

bool offset_agrees(const struct offset_sample *sample, int64_t offset_ns)
{
	return distance(sample->delta_ns, offset_ns) <= window_ns / 2;
}

/* ---- estimating ---- */

/* Samples from ${first} on that lie within the window; which of several such runs is best. */
struct run {
	size_t first, n;
	size_t logons;		/* that they are of: anybody can write many records that name one */
	int64_t middle_ns;	/* the median's offset, half a second added where the log writes whole ones */
	bool is_whole_second;
};

static int by_delta(const void *a, const void *b)
{
	const struct offset_sample *x = a, *y = b;
	return (x->delta_ns > y->delta_ns) - (x->delta_ns < y->delta_ns);
}

static bool is_another_logon(const struct offset_sample *run, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (((run[i].hash ^ run[at].hash) & LOGON_MASK) == 0)
			return false;
	return true;
}

static struct run run_at(const struct offset_sample *sorted, size_t n, size_t first)
{
	struct run r = { .first = first, .is_whole_second = true };
	while (first + r.n < n && sorted[first + r.n].delta_ns - sorted[first].delta_ns <= window_ns) {
		r.logons += is_another_logon(&sorted[first], r.n);
		r.is_whole_second &= sorted[first + r.n++].is_whole_second;
	}
	r.middle_ns = sorted[first + r.n / 2].delta_ns + (r.is_whole_second ? CLOCK_SECOND_NS / 2 : 0);
	return r;
}

static int64_t oddness(const struct run *r, const struct offset_hint *hint)
{
	return hint->is_known ? distance(r->middle_ns, hint->offset_ns) : distance(r->middle_ns, nearest_quarter(r->middle_ns));
}

static bool is_better(const struct run *a, const struct run *b, const struct offset_hint *hint)
{
	if (a->logons != b->logons)
		return a->logons > b->logons;
	int64_t of_a = oddness(a, hint), of_b = oddness(b, hint);
	return of_a != of_b ? of_a < of_b : distance(a->middle_ns, 0) < distance(b->middle_ns, 0);
}

static int by_hash(const void *a, const void *b)
{
	const struct offset_sample *x = a, *y = b;
	return (x->hash > y->hash) - (x->hash < y->hash);
}

/* The median of the few samples of ${r} whose hashes are smallest. While a log grows these change ever more rarely, and each change
 * of the offset means that everything the log tells of is judged again. Reorders ${sorted}. */
static int64_t median_of(struct offset_sample *sorted, const struct run *r)
{
	struct offset_sample *those = &sorted[r->first];
	size_t n = r->n < OF_MEDIAN ? r->n : OF_MEDIAN;
	qsort(those, r->n, sizeof *those, by_hash);
	qsort(those, n, sizeof *those, by_delta);
	return those[n / 2].delta_ns + (r->is_whole_second ? CLOCK_SECOND_NS / 2 : 0);
}

/* A whole zone where the fractions that the log left out allow it; no finer than the log writes and evidence shows, so that the
 * offset stands still although the samples do not. */
static int64_t settled(struct offset_sample *sorted, const struct run *r)
{
	int64_t middle_ns = median_of(sorted, r), zone = nearest_quarter(middle_ns);
	if (r->is_whole_second && distance(zone, middle_ns) <= CLOCK_SECOND_NS)
		return zone;
	return rounded(middle_ns, r->is_whole_second ? CLOCK_SECOND_NS : tenth_ns);
}

/* The best run that lies apart from ${best}; one logon's samples are none. */
static struct run apart_from(const struct offset_sample *sorted, size_t n, const struct run *best, const struct offset_hint *hint)
{
	struct run other = { 0 };
	for (size_t i = 0; i < n; i++) {
		struct run r = run_at(sorted, n, i);
		if (r.logons > 1 && distance(r.middle_ns, best->middle_ns) > 2 * window_ns && is_better(&r, &other, hint))
			other = r;
	}
	return other;
}

bool offset_is_plausible(const struct offset_hint *hint, int64_t offset_ns)
{
	return !hint->is_written || distance(offset_ns, 0) <= wrong_ns;
}

/* The plausible ones, or all if none is; how many. */
static size_t take_plausible(const struct offset_samples *s, const struct offset_hint *hint, struct offset_sample *out)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++)
		if (offset_is_plausible(hint, s->items[i].delta_ns))
			out[n++] = s->items[i];
	for (size_t i = 0; n == 0 && i < s->n; i++)
		out[i] = s->items[i];
	return n > 0 ? n : s->n;
}

/* Where a run lies, apart from the array that it was found in. */
struct range {
	int64_t from_ns, to_ns;
};

static struct range range_of(const struct offset_sample *sorted, const struct run *r)
{
	return r->n > 0 ? (struct range){ sorted[r->first].delta_ns, sorted[r->first + r->n - 1].delta_ns } : (struct range){ 1, 0 };
}

static bool is_within(const struct range *r, int64_t ns)
{
	return ns >= r->from_ns && ns <= r->to_ns;
}

static bool is_strange(const struct offset_samples *s, uint64_t hash, const struct range of[2])
{
	for (size_t i = 0; i < s->n; i++) {
		bool is_its = ((s->items[i].hash ^ hash) & LOGON_MASK) == 0;
		if (is_its && (is_within(&of[0], s->items[i].delta_ns) || is_within(&of[1], s->items[i].delta_ns)))
			return false;
	}
	return true;
}

static size_t count_strangers(const struct offset_samples *s, const struct range of[2])
{
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++)
		n += is_another_logon(s->items, i) && is_strange(s, s->items[i].hash, of);
	return n;
}

bool offset_estimate(const struct offset_samples *s, const struct offset_hint *hint, struct offset_estimate *out)
{
	struct offset_sample sorted[OFFSET_SAMPLES];
	struct run best = { 0 };
	size_t n = take_plausible(s, hint, sorted);
	qsort(sorted, n, sizeof *sorted, by_delta);
	for (size_t i = 0; i < n; i++) {
		struct run r = run_at(sorted, n, i);
		if (is_better(&r, &best, hint))
			best = r;
	}
	if (best.n == 0 || (best.logons == 1 && oddness(&best, hint) > single_ns))
		return false;
	struct run other = apart_from(sorted, n, &best, hint);
	const struct range ranges[2] = { range_of(sorted, &best), range_of(sorted, &other) };
	*out = (struct offset_estimate){ .offset_ns = settled(sorted, &best), .matches = best.logons, .has_other = other.n > 0 };
	if (out->has_other)
		out->other_ns = settled(sorted, &other);
	out->strangers = count_strangers(s, ranges);
	return true;
}

bool offset_of_receipt(int64_t written_ns, int64_t received_ns, int64_t *offset_ns)
{
	if (received_ns == 0 || distance(written_ns, received_ns) > furthest_ns)
		return false;
	int64_t zone = nearest_quarter(written_ns - received_ns);
	if (distance(written_ns - received_ns, zone) > receipt_ns)
		return false;
	*offset_ns = zone;
	return true;
}
