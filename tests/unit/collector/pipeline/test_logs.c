#include "collector/baseline/ledger.h"
#include "collector/store/store.h"
#include "proto/base/clock.h"
#include "tests/lib/bench.h"
#include "tests/lib/facts.h"
#include "tests/unit/collector/pipeline/sessions.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char error[256];

Test(logs, a_log_confirms_what_the_network_saw)
{
	struct bench b;
	struct logkit k;
	bench_open(&b, ":memory:");
	sessions_see(&b);
	cr_assert_str_eq(sessions_verdicts(&b), "vvvv");
	sessions_log(&k, -1);
	sessions_import(&b, &k);
	cr_assert_str_eq(sessions_verdicts(&b), "aaaa");
	bench_close(&b);
}

Test(logs, what_comes_first_does_not_matter)
{
	struct bench b;
	struct logkit k;
	bench_open(&b, ":memory:");
	sessions_log(&k, 1);
	sessions_import(&b, &k);
	sessions_see(&b);
	cr_assert_str_eq(sessions_verdicts(&b), "alaa");
	bench_close(&b);
}

Test(logs, an_erased_logon_is_unlogged_and_its_neighbours_are_not)
{
	struct bench b;
	struct logkit k;
	bench_open(&b, ":memory:");
	sessions_see(&b);
	sessions_log(&k, 2);
	sessions_import(&b, &k);
	cr_assert_str_eq(sessions_verdicts(&b), "aala");
	bench_close(&b);
}

Test(logs, a_logon_record_taken_away_leaves_a_finding)
{
	struct bench b;
	struct logkit k;
	bench_open(&b, ":memory:");
	sessions_see(&b);
	sessions_log(&k, -1);
	for (size_t i = 0; i < k.n; i++)
		if (k.records[i].act == LOG_LOGON && k.records[i].source_port == SESSIONS_PORT + 3)
			k.records[i] = k.records[0];
	sessions_import(&b, &k);
	cr_assert_str_eq(sessions_verdicts(&b), "aaaa!");
	bench_close(&b);
}

Test(logs, a_logoff_is_missing_once_a_log_that_comes_in_parts_has_passed_its_time)
{
	struct bench b;
	struct logkit k = { .offset_ns = -4 * CLOCK_HOUR_NS };
	bench_open(&b, ":memory:");
	sessions_see(&b);
	logkit_life(&k, -600);
	for (unsigned i = 0; i < N_SESSIONS; i++)
		logkit_logon(&k, (uint16_t)(SESSIONS_PORT + i), "admin", 60 * i);
	k.records[--k.n].record_id = 0;		/* the last one's logoff */
	size_t n = k.n;
	logkit_life(&k, 60 * N_SESSIONS + 300);
	logkit_life(&k, 60 * N_SESSIONS + 900);
	logkit_life(&k, 60 * N_SESSIONS + 1500);
	logkit_import(&b, &k, "fs1.jsonl", 0, n);
	for (size_t i = n; i < k.n - 1; i++) {
		logkit_import(&b, &k, "fs1.jsonl", i, i + 1);
		cr_assert_str_eq(sessions_verdicts(&b), "aaaa", "part %zu", i - n);
	}
	logkit_import(&b, &k, "fs1.jsonl", k.n - 1, k.n);
	cr_assert_str_eq(sessions_verdicts(&b), "aaaa!");
	bench_close(&b);
}

Test(logs, a_log_that_ends_before_an_access_says_nothing_of_it)
{
	struct bench b;
	struct logkit k;
	bench_open(&b, ":memory:");
	sessions_see(&b);
	sessions_log(&k, -1);
	logkit_import(&b, &k, "fs1.jsonl", 0, 1 + 2 * 6);
	cr_assert_str_eq(sessions_verdicts(&b), "aavv");
	logkit_import(&b, &k, "fs1.jsonl", 0, k.n);
	cr_assert_str_eq(sessions_verdicts(&b), "aaaa");
	bench_close(&b);
}

Test(logs, a_record_of_a_year_to_come_does_not_cover_what_is_not_yet_received)
{
	struct bench b;
	struct logkit k = { .offset_ns = -4 * CLOCK_HOUR_NS };
	bench_open(&b, ":memory:");
	sessions_see(&b);
	bench_now_ns = (BENCH_T0 + 90) * CLOCK_SECOND_NS;
	logkit_life(&k, -600);
	logkit_logon(&k, SESSIONS_PORT, "admin", 0);
	logkit_logon(&k, SESSIONS_PORT + 1, "admin", 60);
	logkit_life(&k, 20LL * 365 * 86400);
	logkit_import(&b, &k, "fs1.jsonl", 0, k.n);
	cr_assert_str_eq(sessions_verdicts(&b), "aavv");
	bench_close(&b);
}

Test(logs, a_host_whose_log_came_in_many_files_is_judged_by_those_near_the_access)
{
	enum { DAYS = 2 * LEDGER_CLOCKS };
	struct bench b;
	struct logkit k;
	char name[16];
	bench_open(&b, ":memory:");
	sessions_see(&b);
	for (int day = DAYS; day > 0; day--) {
		k = (struct logkit){ .offset_ns = -4 * CLOCK_HOUR_NS };
		logkit_life(&k, -86400LL * day);
		k.records[0].server_address = "10.0.0.2";
		snprintf(name, sizeof name, "day%d.jsonl", day);
		logkit_import(&b, &k, name, 0, k.n);
	}
	sessions_log(&k, 2);
	sessions_import(&b, &k);
	cr_assert_str_eq(sessions_verdicts(&b), "aala");
	bench_close(&b);
}

Test(logs, records_that_come_late_by_another_way_take_unlogged_back)
{
	struct bench b;
	struct logkit k;
	bench_open(&b, ":memory:");
	sessions_see(&b);
	sessions_log(&k, 0);
	sessions_import(&b, &k);
	cr_assert_str_eq(sessions_verdicts(&b), "laaa");
	sessions_log(&k, -1);
	logkit_import(&b, &k, "late.jsonl", 0, k.n);
	cr_assert_str_eq(sessions_verdicts(&b), "aaaa");
	bench_close(&b);
}

Test(logs, what_an_access_was_judged_is_kept_with_its_evidence)
{
	struct bench b;
	struct logkit k;
	json_t *history = NULL;
	bench_open(&b, ":memory:");
	sessions_see(&b);
	cr_assert_eq(service_verdicts(b.service, 1, &history, error), ANSWER_OK, "%s", error);
	cr_expect_eq(json_array_size(json_object_get(history, "items")), 1);
	cr_expect(json_is_string(json_object_get(json_array_get(json_object_get(history, "items"), 0), "at")));
	json_decref(history);
	sessions_log(&k, 0);
	sessions_import(&b, &k);
	sessions_log(&k, -1);
	logkit_import(&b, &k, "late.jsonl", 0, k.n);
	cr_assert_eq(service_verdicts(b.service, 1, &history, error), ANSWER_OK, "%s", error);
	const json_t *items = json_object_get(history, "items");
	const char *verdicts[] = { "unapproved", "unlogged", "unverified" };
	cr_assert_eq(json_array_size(items), 3, "the first one too");
	for (size_t i = 0; i < 3; i++) {
		const json_t *item = json_array_get(items, i);
		cr_expect_str_eq(json_string_value(json_object_get(item, "verdict")), verdicts[i]);
		cr_expect(json_is_string(json_object_get(item, "at")));
		cr_expect(json_array_size(json_object_get(item, "evidence")) > 0);
	}
	cr_expect(json_is_array(json_object_get(history, "hypotheses")));
	json_decref(history);
	cr_expect_eq(service_verdicts(b.service, 99, &history, error), ANSWER_NOT_FOUND);
	bench_close(&b);
}

/* ---- the same in the end, however it comes ----------------------------------------------------------------------------- */

static void shuffle(struct logkit *k, unsigned seed)
{
	for (size_t i = k->n - 1; i > 0; i--) {
		size_t other = (size_t)rand_r(&seed) % (i + 1);
		struct log_record swapped = k->records[i];
		k->records[i] = k->records[other];
		k->records[other] = swapped;
	}
}

/* In pieces of all sizes, each up to twice, sessions in between. */
static void import_torn(struct bench *b, const struct logkit *k, unsigned seed)
{
	unsigned seen = 0;
	for (size_t from = 0; from < k->n;) {
		size_t to = from + 1 + (size_t)rand_r(&seed) % 9;
		to = to < k->n ? to : k->n;
		logkit_import(b, k, "fs1.jsonl", from, to);
		if (rand_r(&seed) % 3 == 0)
			logkit_import(b, k, "fs1.jsonl", from, to);
		if (seen < N_SESSIONS && rand_r(&seed) % 2 == 0)
			sessions_see_one(b, seen++);
		from = to;
	}
	while (seen < N_SESSIONS)
		sessions_see_one(b, seen++);
}

Test(logs, shuffled_repeated_split_and_late_logs_end_in_the_same_verdicts)
{
	for (unsigned seed = 1; seed <= 40; seed++) {
		struct bench b;
		struct logkit k;
		bench_open(&b, ":memory:");
		sessions_log(&k, 1);
		shuffle(&k, seed);
		import_torn(&b, &k, seed);
		cr_assert_str_eq(sessions_verdicts(&b), "alaa", "seed %u", seed);
		bench_close(&b);
	}
}

/* ---- what only the log has --------------------------------------------------------------------------------------------- */

static char *log_only(struct bench *b)
{
	static const struct store_filter all = { .limit = -1 };
	struct store_tx *tx = store_read(b->store);
	json_t *rows = store_list(tx, STORE_LOG_ONLY, &all, NULL);
	cr_assert_eq(store_commit(tx, error, sizeof error), 0, "%s", error);
	char *text = NULL;
	size_t n = json_array_size(rows);
	const json_t *row = json_array_get(rows, 0);
	cr_assert(asprintf(&text, "%zu %s:%lld", n, n > 0 ? json_string_value(json_object_get(row, "source")) : "",
			   n > 0 ? json_integer_value(json_object_get(row, "source_port")) : 0LL) > 0);
	json_decref(rows);
	return text;
}

static void expect_log_only(struct bench *b, const char *wanted)
{
	char *got = log_only(b);
	cr_assert_str_eq(got, wanted);
	free(got);
}

Test(logs, an_admin_logon_that_no_sensor_saw_is_listed_once)
{
	struct bench b;
	struct logkit k;
	bench_open(&b, ":memory:");
	sessions_see(&b);
	sessions_log(&k, -1);
	logkit_logon(&k, 41000, "eve", 100);
	sessions_import(&b, &k);
	cr_assert_str_eq(sessions_verdicts(&b), "aaaa");
	expect_log_only(&b, "1 10.0.0.1:41000");
	bench_close(&b);
}

Test(logs, a_logon_is_not_only_logged_while_no_sensor_listens)
{
	struct bench b;
	struct logkit k;
	bench_open(&b, ":memory:");
	sessions_see(&b);
	sessions_log(&k, -1);
	logkit_logon(&k, 41000, "eve", 5000);
	sessions_import(&b, &k);
	expect_log_only(&b, "0 :0");
	bench_close(&b);
}

Test(logs, what_a_sensor_sends_late_is_not_only_logged)
{
	struct bench b;
	struct logkit k;
	bench_open(&b, ":memory:");
	sessions_see_one(&b, 0);
	sessions_see_one(&b, 3);
	sessions_log(&k, -1);
	sessions_import(&b, &k);
	char *before = log_only(&b);
	cr_assert_eq(before[0], '2');
	free(before);
	sessions_see_one(&b, 1);
	sessions_see_one(&b, 2);
	expect_log_only(&b, "0 :0");
	cr_assert_str_eq(sessions_verdicts(&b), "aaaa");
	bench_close(&b);
}

Test(logs, a_hosts_own_account_and_addresses_of_its_own_are_no_admin_logons_from_elsewhere)
{
	struct bench b;
	struct logkit k;
	bench_open(&b, ":memory:");
	sessions_see(&b);
	sessions_log(&k, -1);
	size_t first = k.n;
	logkit_logon(&k, 41000, "fs1$", 100);
	logkit_logon(&k, 41001, "eve", 101);
	for (size_t i = first + 6; i < k.n; i++)
		if (k.records[i].source_address != NULL)
			k.records[i].source_address = "fe80::1";
	sessions_import(&b, &k);
	expect_log_only(&b, "0 :0");
	bench_close(&b);
}

/* ---- the log itself ---------------------------------------------------------------------------------------------------- */

/* "profile severity source" of the incident that has no access; "" if there is none. */
static const char *tampering(struct bench *b)
{
	static char out[256];
	static const struct store_filter all = { .limit = -1 };
	struct store_tx *tx = store_read(b->store);
	json_t *rows = store_list(tx, STORE_INCIDENTS, &all, NULL);
	cr_assert_eq(store_commit(tx, error, sizeof error), 0, "%s", error);
	out[0] = '\0';
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		if (json_is_null(json_object_get(row, "verdict")))
			snprintf(out, sizeof out, "%s %s %s", json_string_value(json_object_get(row, "profile")),
				 json_string_value(json_object_get(row, "severity")), json_string_value(json_object_get(row, "source")));
	}
	json_decref(rows);
	return out;
}

Test(logs, a_cleared_log_is_an_incident_of_its_host)
{
	struct bench b;
	struct logkit k;
	bench_open(&b, ":memory:");
	sessions_see(&b);
	sessions_log(&k, -1);
	logkit_life(&k, 6001);
	sessions_import(&b, &k);
	cr_assert_str_eq(tampering(&b), "");
	k.records[k.n - 1].act = LOG_CLEARED;
	k.records[k.n - 1].event_id = 1102;
	logkit_import(&b, &k, "again.jsonl", k.n - 1, k.n);
	cr_assert_str_eq(tampering(&b), "log-tampering high FS1.lab.example");
	bench_close(&b);
}

Test(logs, a_log_whose_numbers_rise_while_its_times_fall_goes_backwards)
{
	struct bench b;
	struct logkit k;
	bench_open(&b, ":memory:");
	sessions_see(&b);
	sessions_log(&k, -1);
	logkit_life(&k, 6000 + 1);
	logkit_life(&k, 6000 - 8000);
	logkit_import(&b, &k, "fs1.jsonl", 0, k.n - 1);
	sessions_import(&b, &k);
	cr_assert_str_eq(tampering(&b), "log-tampering medium 10.0.0.2");
	bench_close(&b);
}

Test(logs, late_records_do_not_make_a_log_go_backwards)
{
	struct bench b;
	struct logkit k;
	bench_open(&b, ":memory:");
	sessions_log(&k, -1);
	logkit_import(&b, &k, "fs1.jsonl", k.n - 1, k.n);
	logkit_import(&b, &k, "fs1.jsonl", 0, k.n);
	cr_assert_str_eq(tampering(&b), "");
	bench_close(&b);
}

/* ---- encrypted sessions ------------------------------------------------------------------------------------------------ */

static void see_encrypted(struct bench *b, uint32_t port, int64_t second)
{
	struct facts_session s = { "10.0.0.1", "10.0.0.2", port, port, BENCH_T0 + second };
	Ev__EventBatch *batch = facts_new(BENCH_EPOCH, b->next_seq);
	Ev__Event *logon = facts_logon(batch, &s, "LAB", "admin");
	logon->smb_session_setup->has_encrypt_data = true;
	logon->smb_session_setup->encrypt_data = true;
	s.second += 10;
	facts_flow_end(batch, &s);
	b->next_seq += batch->n_events;
	bench_commit(b, batch);
	facts_free(batch);
}

Test(logs, an_encrypted_session_becomes_an_access_when_its_log_has_administrators_acts)
{
	for (int log_first = 0; log_first < 2; log_first++) {
		struct bench b;
		struct logkit k;
		bench_open(&b, ":memory:");
		sessions_see_one(&b, 0);
		sessions_log(&k, -1);
		logkit_logon(&k, 51000, "admin", 300);
		if (log_first)
			sessions_import(&b, &k);
		see_encrypted(&b, 51000, 300);
		see_encrypted(&b, 51001, 400);
		if (!log_first) {
			cr_assert_str_eq(sessions_verdicts(&b), "v");
			sessions_import(&b, &k);
		}
		cr_assert_str_eq(sessions_verdicts(&b), "aa", "the second encrypted session stays opaque");
		bench_close(&b);
	}
}

/* ---- names -------------------------------------------------------------------------------------------------------------- */

/* The log's only logons are ones that no sensor saw, so nothing but its name says whose it is. */
Test(logs, the_name_in_a_servers_challenge_says_whose_log_it_is)
{
	static char names[][4] = { "FS1", "FS2" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct bench b;
		struct logkit k = { .offset_ns = 0 };
		bench_open(&b, ":memory:");
		sessions_challenge(&b, names[i]);
		sessions_see_one(&b, 0);
		logkit_logon(&k, 60001, "eve", -500);
		logkit_logon(&k, 60002, "eve", 500);
		for (size_t r = 0; r < k.n; r++)
			k.records[r].has_zone = true;
		sessions_import(&b, &k);
		cr_assert_str_eq(sessions_verdicts(&b), i == 0 ? "l" : "v", "%s", names[i]);
		bench_close(&b);
	}
}

/* ---- context ----------------------------------------------------------------------------------------------------------- */

static bool has_step(struct bench *b, const char *name)
{
	static const struct store_filter all = { .limit = -1 };
	struct store_tx *tx = store_read(b->store);
	json_t *rows = store_list(tx, STORE_REPORT_ACCESSES, &all, NULL);
	cr_assert_eq(store_commit(tx, error, sizeof error), 0, "%s", error);
	char *text = json_dumps(rows, 0);
	bool found = strstr(text, name) != NULL;
	free(text);
	json_decref(rows);
	return found;
}

static void see_logon(struct bench *b, const char *user, int64_t second)
{
	struct facts_session s = { "10.0.0.1", "10.0.0.3", (uint32_t)(20000 + b->next_seq), b->next_seq, BENCH_T0 + second };
	Ev__EventBatch *batch = facts_new(BENCH_EPOCH, b->next_seq);
	facts_logon(batch, &s, "LAB", user);
	b->next_seq += batch->n_events;
	bench_commit(b, batch);
	facts_free(batch);
}

Test(logs, a_host_that_was_always_one_and_becomes_another_is_told)
{
	struct bench b;
	bench_open(&b, ":memory:");
	for (int i = 0; i < 12; i++)
		see_logon(&b, "eve", -12 * 10000 + i * 10000 - 7200);
	sessions_see_one(&b, 0);
	cr_assert(has_step(&b, "auth.credential_switch"));
	bench_close(&b);
}

Test(logs, an_administrator_who_has_been_there_before_is_no_switch)
{
	struct bench b;
	bench_open(&b, ":memory:");
	see_logon(&b, "admin", -100000);
	for (int i = 0; i < 12; i++)
		see_logon(&b, "eve", -12 * 10000 + i * 10000 - 7200);
	sessions_see_one(&b, 0);
	cr_assert_not(has_step(&b, "auth.credential_switch"));
	bench_close(&b);
}

Test(logs, ntlm_without_a_key_and_new_credentials_on_the_source_are_told_from_the_logs)
{
	struct bench b;
	struct logkit k, origin = { .offset_ns = 0, .server = "10.0.0.1" };
	bench_open(&b, ":memory:");
	sessions_see(&b);
	sessions_log(&k, -1);
	for (size_t i = 0; i < k.n; i++) {
		k.records[i].package = "NTLM";
		k.records[i].key_length = 0;
	}
	logkit_life(&origin, -100);
	origin.records[0].act = LOG_LOGON;
	origin.records[0].logon_type = 9;
	origin.records[0].logon_process = "seclogo";
	origin.records[0].has_zone = true;
	logkit_import(&b, &origin, "origin.xml", 0, origin.n);
	sessions_import(&b, &k);
	cr_assert(has_step(&b, "auth.log_ntlm"));
	cr_assert(has_step(&b, "auth.new_credentials"));
	cr_assert_str_eq(sessions_verdicts(&b), "aaaa");
	bench_close(&b);
}
