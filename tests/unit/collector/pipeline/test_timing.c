/* A clock that is set or steps is followed, and what it showed before stands for what was written then. */
#include "collector/store/store.h"
#include "proto/base/clock.h"
#include "tests/lib/facts.h"
#include "tests/unit/collector/pipeline/sessions.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { N = 16, EVERY_S = 3 * 3600, SET_BEFORE = 9 };	/* two days; the clock is set in the middle of one */

static const int64_t first_ns = -4 * CLOCK_HOUR_NS, then_ns = -4 * CLOCK_HOUR_NS + 1200 * CLOCK_SECOND_NS;

static void see(struct bench *b)
{
	for (unsigned i = 0; i < N; i++) {
		struct facts_session s = { "10.0.0.1", "10.0.0.2", SESSIONS_PORT + i, SESSIONS_PORT + i, BENCH_T0 + (int64_t)i * EVERY_S };
		Ev__EventBatch *batch = facts_new(BENCH_EPOCH, b->next_seq);
		facts_psexec(batch, &s, "admin");
		b->next_seq += batch->n_events;
		bench_commit(b, batch);
		facts_free(batch);
	}
}

/* The log of a server that is set forward before session ${set_before}, without sessions 3 and 12. */
static void write_log(struct logkit *k, unsigned set_before)
{
	*k = (struct logkit){ .offset_ns = first_ns };
	logkit_life(k, -600);
	for (unsigned i = 0; i < N; i++) {
		k->offset_ns = i < set_before ? first_ns : then_ns;
		if (i != 3 && i != 12)
			logkit_logon(k, (uint16_t)(SESSIONS_PORT + i), "admin", (int64_t)i * EVERY_S);
	}
	logkit_life(k, N * EVERY_S);
}

static void shuffle(struct logkit *k, unsigned seed)
{
	for (size_t i = k->n - 1; i > 0; i--) {
		size_t other = (size_t)rand_r(&seed) % (i + 1);
		struct log_record swapped = k->records[i];
		k->records[i] = k->records[other];
		k->records[other] = swapped;
	}
}

Test(timing, a_clock_that_is_set_during_a_day_is_followed_in_whatever_order_the_log_comes)
{
	for (unsigned seed = 0; seed < 6; seed++) {
		struct bench b;
		struct logkit k;
		bench_open(&b, ":memory:");
		bench_now_ns = (BENCH_T0 + 2 * N * (int64_t)EVERY_S) * CLOCK_SECOND_NS;
		write_log(&k, SET_BEFORE);
		if (seed > 0)
			shuffle(&k, seed);
		if (seed % 2 == 0)
			see(&b);
		for (size_t from = 0; from < k.n; from += 30)
			logkit_import(&b, &k, "fs1.jsonl", from, from + 30 < k.n ? from + 30 : k.n);
		if (seed % 2 == 1)
			see(&b);
		cr_expect_str_eq(sessions_verdicts(&b), "aaalaaaaaaaalaaa", "seed %u: %s", seed, sessions_verdicts(&b));
		bench_close(&b);
	}
}

/* ---- steps --------------------------------------------------------------------------------------------------------------- */

/* "2 log.clock_stepped by +1200.0 s": how many incidents of tampering there are, and the first step of one. */
static const char *told(struct bench *b)
{
	static char out[128];
	static const struct store_filter all = { .limit = -1 };
	struct store_tx *tx = store_read(b->store);
	json_t *rows = store_list(tx, STORE_REPORT_INCIDENTS, &all, NULL), *found = NULL;
	size_t n = 0;
	for (size_t i = 0; i < json_array_size(rows); i++) {
		json_t *row = json_array_get(rows, i);
		const char *profile = json_string_value(json_object_get(row, "profile"));
		bool is_told = profile != NULL && strcmp(profile, "log-tampering") == 0;
		n += is_told;
		found = is_told ? row : found;
	}
	snprintf(out, sizeof out, "%zu %s", n, found != NULL ? json_string_value(json_object_get(found, "severity")) : "-");
	json_decref(rows);
	cr_assert_eq(store_commit(tx, b->error, sizeof b->error), 0, "%s", b->error);
	return out;
}

/* A log of ${n} sessions whose clock is ${before} off, and from session 8 on, the next day, ${after}. */
static void write_stepping(struct logkit *k, bool has_zone, int64_t before_ns, int64_t after_ns)
{
	*k = (struct logkit){ .offset_ns = before_ns };
	logkit_life(k, -600);
	for (unsigned i = 0; i < N; i++) {
		k->offset_ns = i < 8 ? before_ns : after_ns;
		logkit_logon(k, (uint16_t)(SESSIONS_PORT + i), "admin", (int64_t)i * EVERY_S);
	}
	logkit_life(k, N * EVERY_S);
	for (size_t i = 0; i < k->n; i++) {
		k->records[i].has_zone = has_zone;
		k->records[i].server_address = "10.0.0.2";
	}
}

Test(timing, a_clock_that_steps_is_told_once_in_whatever_order_the_log_comes)
{
	static const struct {
		bool has_zone;
		int64_t before_s, after_s;
		const char *told;
	} rows[] = {
		{ true, 0, 300, "1 low" },	   { true, 200, 0, "1 low" },	   { true, 0, 10800, "1 low" },
		{ true, 0, 30, "0 -" },		   { true, 0, 0, "0 -" },	   { false, 7200, 7200 + 3600, "0 -" },
		{ false, 7200, 7200 - 3600, "0 -" }, { false, 7200, 7320, "1 low" }, { false, 7200, 0, "1 low" },
	};
	for (size_t i = 0; i < 2 * sizeof rows / sizeof *rows; i++) {
		struct bench b;
		struct logkit k;
		bench_open(&b, ":memory:");
		bench_now_ns = (BENCH_T0 + 2 * N * (int64_t)EVERY_S) * CLOCK_SECOND_NS;
		write_stepping(&k, rows[i / 2].has_zone, rows[i / 2].before_s * CLOCK_SECOND_NS, rows[i / 2].after_s * CLOCK_SECOND_NS);
		if (i % 2 == 1)
			shuffle(&k, (unsigned)i);
		see(&b);
		for (int again = 0; again < 2; again++)
			for (size_t from = 0; from < k.n; from += 30)
				logkit_import(&b, &k, "fs1.jsonl", from, from + 30 < k.n ? from + 30 : k.n);
		cr_expect_str_eq(told(&b), rows[i / 2].told, "row %zu: %s", i / 2, told(&b));
		bench_close(&b);
	}
}

/* The same connections every day at the same time: each pairs with the record of the day before too. */
Test(timing, a_day_like_the_one_before_does_not_make_a_clock_step)
{
	struct bench b;
	struct logkit k = { .offset_ns = 3 * CLOCK_HOUR_NS };
	bench_open(&b, ":memory:");
	bench_now_ns = (BENCH_T0 + 5 * 86400) * CLOCK_SECOND_NS;
	logkit_life(&k, -86400);
	for (unsigned i = 0; i < 20; i++) {
		int64_t second = (int64_t)(i / 5) * 86400 + (int64_t)(i % 5) * 600;
		struct facts_session s = { "10.0.0.1", "10.0.0.2", SESSIONS_PORT + i % 5, SESSIONS_PORT + i, BENCH_T0 + second };
		Ev__EventBatch *batch = facts_new(BENCH_EPOCH, b.next_seq);
		facts_psexec(batch, &s, "admin");
		b.next_seq += batch->n_events;
		bench_commit(&b, batch);
		facts_free(batch);
		if (i != 11 && i != 12)	/* erased: more pairs of that day are of strangers */
			logkit_logon(&k, (uint16_t)(SESSIONS_PORT + i % 5), "admin", second);
	}
	for (size_t i = 0; i < k.n; i++)
		k.records[i].has_zone = true;
	logkit_import(&b, &k, "fs1.jsonl", 0, k.n);
	cr_expect_str_eq(told(&b), "0 -", "%s", told(&b));
	bench_close(&b);
}

/* ---- a person decides ---------------------------------------------------------------------------------------------------- */

static json_t *clock_row(struct bench *b)
{
	json_t *list = NULL;
	cr_assert_eq(service_log_sources(b->service, &(struct service_query){ .limit = 500 }, &list, b->error), ANSWER_OK, "%s", b->error);
	json_t *clocks = json_object_get(json_array_get(json_object_get(list, "items"), 0), "clocks");
	json_t *row = json_deep_copy(json_array_get(clocks, 0));
	json_decref(list);
	return row;
}

Test(timing, a_dated_clock_that_is_hours_off_is_suspected_until_a_person_believes_its_logons)
{
	static const struct service_session operator = { .user = "op" };
	struct bench b;
	struct logkit k;
	bench_open(&b, ":memory:");
	bench_now_ns = (BENCH_T0 + 2 * N * (int64_t)EVERY_S) * CLOCK_SECOND_NS;
	see(&b);
	write_stepping(&k, true, 2 * CLOCK_HOUR_NS, 2 * CLOCK_HOUR_NS);
	logkit_import(&b, &k, "fs1.jsonl", 0, k.n);
	json_t *row = clock_row(&b);
	cr_expect_str_eq(json_string_value(json_object_get(row, "offset_by")), "zone");
	cr_expect_str_eq(sessions_verdicts(&b), "vvvvvvvvvvvvvvvv", "nobody is accused by it: %s", sessions_verdicts(&b));
	cr_expect_float_eq(json_number_value(json_object_get(row, "suspected_seconds")), 7200, 2.5);
	json_t *change = json_pack("{s:s,s:s,s:O}", "name", "fs1.jsonl", "host", json_string_value(json_object_get(row, "host")),
				   "offset_seconds", json_object_get(row, "suspected_seconds"));
	cr_assert_eq(service_log_clock_set(b.service, &operator, change, b.error), ANSWER_OK, "%s", b.error);
	json_decref(change);
	json_decref(row);
	row = clock_row(&b);
	cr_expect_str_eq(json_string_value(json_object_get(row, "offset_by")), "configured");
	cr_expect(json_is_null(json_object_get(row, "suspected_seconds")));
	cr_expect_str_eq(sessions_verdicts(&b), "aaaaaaaaaaaaaaaa", "%s", sessions_verdicts(&b));
	json_decref(row);
	bench_close(&b);
}

Test(timing, forged_records_of_hours_away_excuse_nothing_while_others_fit_what_the_log_writes)
{
	struct bench b;
	struct logkit k;
	bench_open(&b, ":memory:");
	bench_now_ns = (BENCH_T0 + 2 * N * (int64_t)EVERY_S) * CLOCK_SECOND_NS;
	see(&b);
	write_stepping(&k, true, 0, 0);
	size_t n = k.n;
	for (size_t i = 0; i < n; i++) {
		bool is_his = k.records[i].logon_id == SESSIONS_PORT + 3;
		if (is_his)
			k.records[i].act = LOG_OTHER;
		if (k.records[i].act != LOG_LOGON || k.n == LOGKIT_MAX)
			continue;
		k.records[k.n] = k.records[i];
		k.records[k.n].time_ns += 10 * CLOCK_HOUR_NS;
		k.records[k.n].record_id = 1000 + k.n;
		k.n++;
	}
	logkit_import(&b, &k, "fs1.jsonl", 0, k.n);
	cr_expect_str_eq(sessions_verdicts(&b), "aaalaaaaaaaaaaaa", "%s", sessions_verdicts(&b));
	bench_close(&b);
}

Test(timing, logons_that_show_something_else_are_counted_beside_what_most_show)
{
	struct bench b;
	struct logkit k;
	bench_open(&b, ":memory:");
	bench_now_ns = (BENCH_T0 + 2 * N * (int64_t)EVERY_S) * CLOCK_SECOND_NS;
	see(&b);
	write_stepping(&k, true, 0, 0);
	for (size_t i = 0; i < k.n; i++)
		if (k.records[i].source_port == SESSIONS_PORT + 15)
			k.records[i].time_ns += 5 * CLOCK_HOUR_NS;
	logkit_import(&b, &k, "fs1.jsonl", 0, k.n);
	json_t *row = clock_row(&b);
	cr_expect_str_eq(json_string_value(json_object_get(row, "offset_by")), "logons");
	cr_expect_eq(json_integer_value(json_object_get(row, "strangers")), 1);
	cr_expect(json_is_null(json_object_get(row, "suspected_seconds")));
	json_decref(row);
	bench_close(&b);
}

Test(timing, a_clock_that_was_set_long_ago_does_not_hold_the_estimate)
{
	struct bench b;
	struct logkit k;
	bench_open(&b, ":memory:");
	bench_now_ns = (BENCH_T0 + 2 * N * (int64_t)EVERY_S) * CLOCK_SECOND_NS;
	see(&b);
	write_log(&k, 2);
	logkit_import(&b, &k, "fs1.jsonl", 0, k.n);
	json_t *list = NULL;
	cr_assert_eq(service_log_sources(b.service, &(struct service_query){ .limit = 500 }, &list, b.error), ANSWER_OK);
	const json_t *source = json_array_get(json_object_get(list, "items"), 0);
	cr_expect_float_eq(json_number_value(json_object_get(source, "offset_seconds")), -4 * 3600 + 1200, 1.5);
	json_decref(list);
	bench_close(&b);
}

/* ---- clocks that drift ---------------------------------------------------------------------------------------------------- */

enum { DRIFT_N = 8 };

/* One access every ${every_s} and the record of each but ${erased}, by a clock that gains ${gain_s} from one to the next and steps by
 * ${step_s} before the last; the log lives throughout. */
struct drift {
	int every_s, gain_s, step_s;
	bool has_zone;
	int erased;
	const char *verdicts;
};

static void log_drifting(struct logkit *k, const struct drift *d)
{
	*k = (struct logkit){ .offset_ns = d->has_zone ? 0 : first_ns };
	logkit_life(k, -600);
	for (int i = 0; i < DRIFT_N; i++) {
		logkit_life(k, (int64_t)i * d->every_s - 300);
		k->offset_ns += (i == DRIFT_N - 1 ? d->gain_s + d->step_s : d->gain_s) * CLOCK_SECOND_NS;
		if (i != d->erased)
			logkit_logon(k, (uint16_t)(SESSIONS_PORT + i), "admin", (int64_t)i * d->every_s);
		logkit_life(k, (int64_t)i * d->every_s + d->every_s / 2);
	}
	logkit_life(k, (int64_t)DRIFT_N * d->every_s);
	for (size_t i = 0; i < k->n; i++) {
		k->records[i].has_zone = d->has_zone;
		k->records[i].server_address = "10.0.0.2";
	}
}

static void see_drift(struct bench *b, int every_s, unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i++) {
		struct facts_session s = { "10.0.0.1", "10.0.0.2", SESSIONS_PORT + i, SESSIONS_PORT + i, BENCH_T0 + (int64_t)i * every_s };
		Ev__EventBatch *batch = facts_new(BENCH_EPOCH, b->next_seq);
		facts_psexec(batch, &s, "admin");
		b->next_seq += batch->n_events;
		bench_commit(b, batch);
		facts_free(batch);
	}
}

Test(timing, a_clock_that_drifts_or_is_set_accuses_nobody_and_hides_no_erased_logon_whatever_comes_first)
{
	static const struct drift rows[] = {
		{ 86400, 2, 0, true, -1, "aaaaaaaa" },	    { 86400, 2, 0, false, -1, "aaaaaaaa" },
		{ 3 * 86400, 9, 0, true, 4, "aaaalaaa" },   { 3 * 86400, 9, 0, false, 4, "aaaalaaa" },
		{ 7 * 86400, 14, 0, true, -1, "aaaaaaav" }, { 21600, 0, 7, true, -1, "aaaaaaaa" },
		{ 21600, 0, 30, true, -1, "aaaaaaaa" },	    { 21600, 0, 60, true, 7, "aaaaaaal" },
		{ 21600, 0, 180, true, -1, "aaaaaaav" },    { 21600, 0, 420, true, 3, "aaalaaav" },
		{ 21600, 0, 1200, false, -1, "aaaaaaav" },  { 21600, 0, -1800, false, -1, "aaaaaaav" },
		{ 21600, 0, 4 * 3600, false, -1, "aaaaaaav" }, { 21600, 0, 4 * 3600, false, 7, "aaaaaaal" },
	};
	for (unsigned i = 0; i < 2 * sizeof rows / sizeof *rows; i++) {
		const struct drift *d = &rows[i / 2];
		unsigned n_before = i % 2 == 0 ? DRIFT_N : i / 2 % DRIFT_N;
		struct bench b;
		struct logkit k;
		bench_open(&b, ":memory:");
		bench_now_ns = (BENCH_T0 + 2 * DRIFT_N * (int64_t)d->every_s) * CLOCK_SECOND_NS;
		log_drifting(&k, d);
		if (i % 2 == 1)
			shuffle(&k, i);
		see_drift(&b, d->every_s, 0, n_before);
		for (size_t from = 0; from < k.n; from += 30)
			logkit_import(&b, &k, "fs1.jsonl", from, from + 30 < k.n ? from + 30 : k.n);
		see_drift(&b, d->every_s, n_before, DRIFT_N);
		cr_expect_str_eq(sessions_verdicts(&b), d->verdicts, "row %u: %s", i / 2, sessions_verdicts(&b));
		bench_close(&b);
	}
}

/* What was judged long ago is judged again when a record of its port comes, and when the logon does that had it. */
Test(timing, a_record_of_the_very_port_hours_away_excuses_until_the_logon_comes_that_left_it)
{
	const int64_t hours_s = 5 * 3600;
	struct facts_session other = { "10.0.0.1", "10.0.0.2", SESSIONS_PORT + 3, 99, BENCH_T0 + 180 + hours_s };
	struct bench b;
	struct logkit k;
	bench_open(&b, ":memory:");
	bench_now_ns = (BENCH_T0 + 48 * 3600) * CLOCK_SECOND_NS;
	sessions_see(&b);
	sessions_log(&k, 3);
	logkit_life(&k, 2 * hours_s);
	size_t n = k.n;
	logkit_import(&b, &k, "fs1.jsonl", 0, n);
	cr_expect_str_eq(sessions_verdicts(&b), "aaal");
	logkit_logon(&k, SESSIONS_PORT + 3, "admin", 180 + hours_s);
	logkit_import(&b, &k, "fs1.jsonl", n, k.n);
	cr_expect_str_eq(sessions_verdicts(&b), "aaav", "%s", sessions_verdicts(&b));
	Ev__EventBatch *batch = facts_new(BENCH_EPOCH, b.next_seq);
	facts_psexec(batch, &other, "admin");
	b.next_seq += batch->n_events;
	bench_commit(&b, batch);
	facts_free(batch);
	cr_expect_not_null(strchr(sessions_verdicts(&b), 'l'), "%s", sessions_verdicts(&b));
	cr_expect_null(strchr(sessions_verdicts(&b), 'v'), "%s", sessions_verdicts(&b));
	bench_close(&b);
}
