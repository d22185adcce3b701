#include "collector/normal.h"

#include "proto/base/clock.h"
#include "tests/lib/bench.h"
#include "tests/lib/facts.h"

#include <criterion/criterion.h>
#include <string.h>

enum { HOUR_S = 3600, WEEK_S = 7 * 24 * HOUR_S };

static struct bench b;

/* With its first batch the pipeline forgets what is old by the real clock, and not again for a minute. */
static void begin(void)
{
	bench_open(&b, ":memory:");
	Ev__EventBatch *nothing = facts_new(BENCH_EPOCH, 1);
	bench_commit(&b, nothing);
	facts_free(nothing);
}

static void end(void)
{
	bench_close(&b);
	bench_now_ns = (BENCH_T0 + 3600) * CLOCK_SECOND_NS;
}

TestSuite(profile, .init = begin, .fini = end);

static int64_t hour_of(int64_t second)
{
	return (BENCH_T0 + second) / HOUR_S;
}

/* ${n} logons of 10.0.0.7 in the hour of ${second}. */
static void logons(int64_t second, uint64_t n)
{
	struct store_tx *tx = store_write(b.store);
	store_norm_add(tx, &(struct store_norm){ hour_of(second), b.who.site_id, "10.0.0.7", n, 0 });
	cr_assert_eq(store_commit(tx, b.error, sizeof b.error), 0, "%s", b.error);
}

static json_t *unusual_at(int64_t second, unsigned learning_days)
{
	struct store_tx *tx = store_read(b.store);
	json_t *rows = normal_unusual(tx, hour_of(second), learning_days);
	cr_assert_eq(store_commit(tx, b.error, sizeof b.error), 0, "%s", b.error);
	return rows;
}

static size_t n_unusual_at(int64_t second, unsigned learning_days)
{
	json_t *rows = unusual_at(second, learning_days);
	size_t n = json_array_size(rows);
	json_decref(rows);
	return n;
}

Test(profile, a_batch_counts_the_logons_of_its_clients)
{
	bench_psexec(&b, "admin", "10.0.0.2", 0);
	bench_psexec(&b, "admin", "10.0.0.3", 60);
	struct store_norm_mean means[STORE_WEEK_HOURS];
	struct store_tx *tx = store_read(b.store);
	store_norm_week(tx, "branch", "10.0.0.1", hour_of(0) + 1, 1, means);
	cr_assert_eq(store_commit(tx, b.error, sizeof b.error), 0);
	size_t at = (size_t)((hour_of(0) + 72) % STORE_WEEK_HOURS);
	cr_expect_float_eq(means[at].sessions, 2, 1e-9);
	cr_expect_float_eq(means[at].admin_accesses, 2, 1e-9);
	cr_expect_float_eq(means[(at + 1) % STORE_WEEK_HOURS].sessions, 0, 1e-9);
}

static const struct {
	uint64_t before, now;
	bool is_unusual;
} rows[] = { { 0, 49, false }, { 0, 50, true }, { 20, 59, false }, { 20, 60, true }, { 100, 299, false }, { 100, 300, true } };

Test(profile, three_times_the_most_of_like_hours_is_unusual_from_a_floor_on)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int64_t now = (int64_t)(i + 1) * 20 * WEEK_S;
		if (rows[i].before > 0)
			logons(now - 3 * WEEK_S + HOUR_S, rows[i].before);
		logons(now, rows[i].now);
		cr_expect_eq(n_unusual_at(now, 14) > 0, rows[i].is_unusual, "row %zu", i);
	}
}

Test(profile, other_hours_say_nothing)
{
	logons(20 * WEEK_S, 60);
	logons(20 * WEEK_S - WEEK_S + 2 * HOUR_S, 100);
	logons(20 * WEEK_S - 9 * WEEK_S, 100);
	json_t *unusual = unusual_at(20 * WEEK_S, 14);
	cr_assert_eq(json_array_size(unusual), 2, "the host, and the site that is nothing but it");
	const char *sentence = json_string_value(json_object_get(json_array_get(unusual, 1), "sentence"));
	cr_expect(strstr(sentence, "60 logons in an hour; at this time of the week there were none in 8 weeks") != NULL, "%s", sentence);
	json_decref(unusual);
}

Test(profile, nothing_is_unusual_while_a_site_is_learned)
{
	logons(0, 500);
	cr_expect_gt(n_unusual_at(0, 14), 0);
	cr_expect_eq(n_unusual_at(0, (unsigned)(BENCH_T0 / (24 * HOUR_S)) + 1), 0);
}

Test(profile, the_service_shows_this_hour_the_last_one_and_a_week)
{
	bench_now_ns = (BENCH_T0 + 20 * (int64_t)WEEK_S) * CLOCK_SECOND_NS;
	logons(20 * WEEK_S - HOUR_S, 80);
	json_t *out = NULL;
	cr_assert_eq(service_unusual(b.service, &out, b.error), ANSWER_OK, "%s", b.error);
	const json_t *hours = json_object_get(out, "hours");
	cr_assert_eq(json_array_size(hours), 2);
	cr_expect_eq(json_array_size(json_object_get(json_array_get(hours, 0), "items")), 0);
	cr_expect_eq(json_array_size(json_object_get(json_array_get(hours, 1), "items")), 2);
	json_decref(out);
	struct service_query q = { .site = "branch", .text = "10.0.0.7" };
	cr_assert_eq(service_profile(b.service, &q, &out, b.error), ANSWER_OK, "%s", b.error);
	cr_expect_eq(json_array_size(json_object_get(out, "week")), STORE_WEEK_HOURS);
	json_decref(out);
	cr_expect_eq(service_profile(b.service, &(struct service_query){ 0 }, &out, b.error), ANSWER_BAD_REQUEST);
}

Test(profile, old_hours_are_forgotten)
{
	logons(0, 500);
	struct store_tx *tx = store_write(b.store);
	normal_forget(tx, (BENCH_T0 + 10 * (int64_t)WEEK_S) * CLOCK_SECOND_NS);
	cr_assert_eq(store_commit(tx, b.error, sizeof b.error), 0);
	cr_expect_eq(n_unusual_at(0, 14), 0);
}

Test(profile, many_hosts_of_one_batch_are_all_counted)
{
	static struct normal_tally tally;
	Ev__Event event = EV__EVENT__INIT;
	Ev__Endpoint client = EV__ENDPOINT__INIT;
	Ev__SmbSessionSetup setup = EV__SMB_SESSION_SETUP__INIT;
	struct origin from = { .site_id = b.who.site_id };
	uint8_t ip[4] = { 10, 0, 1, 0 };
	event.body_case = EV__EVENT__BODY_SMB_SESSION_SETUP;
	event.smb_session_setup = &setup;
	event.client = &client;
	event.has_status = true;
	event.time = BENCH_T0 * CLOCK_SECOND_NS;
	setup.final = true;
	client.ip = (ProtobufCBinaryData){ 4, ip };
	struct store_tx *tx = store_write(b.store);
	for (int i = 0; i < 2 * NORMAL_HOSTS + 10; i++) {
		ip[3] = (uint8_t)i;
		normal_count(&tally, tx, &from, &event);
	}
	normal_flush(&tally, tx);
	struct store_norm_mean means[STORE_WEEK_HOURS];
	store_norm_week(tx, "branch", NULL, hour_of(0) + 1, 1, means);
	cr_assert_eq(store_commit(tx, b.error, sizeof b.error), 0, "%s", b.error);
	cr_expect_float_eq(means[(hour_of(0) + 72) % STORE_WEEK_HOURS].sessions, 2 * NORMAL_HOSTS + 10, 1e-9);
}
