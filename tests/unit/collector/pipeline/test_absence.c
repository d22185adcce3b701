/* Of which hosts a log that says nothing says something. */
#include "proto/base/clock.h"
#include "tests/unit/collector/pipeline/sessions.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

/* FS1's logon at the console, before, and its own service's, after all sessions; and a logon at DC1: what one file holds of two hosts,
 * DC1's logon first or last. */
static void import_of_two(struct bench *b, bool dc_first)
{
	struct logkit k = { .offset_ns = 0 };
	logkit_life(&k, -600);
	logkit_life(&k, 6000);
	for (size_t i = 0; i < k.n; i++) {
		k.records[i].logon_type = i == 0 ? 2 : 5;
		k.records[i].source_address = NULL;
		k.records[i].server_address = "10.0.0.2";
	}
	size_t fs1 = k.n;
	k.server = "DC1.lab.example";
	logkit_logon(&k, SESSIONS_PORT + 1000, "dave", 5);
	for (size_t i = 0; i < k.n; i++)
		k.records[i].has_zone = true;
	logkit_import(b, &k, "both.jsonl", dc_first ? fs1 : 0, dc_first ? k.n : fs1);
	logkit_import(b, &k, "both.jsonl", dc_first ? 0 : fs1, dc_first ? fs1 : k.n);
}

Test(absence, a_file_that_holds_one_hosts_logons_would_hold_anothers_whichever_comes_first)
{
	for (int dc_first = 0; dc_first < 2; dc_first++) {
		struct bench b;
		bench_open(&b, ":memory:");
		sessions_see(&b);
		import_of_two(&b, dc_first);
		cr_expect_str_eq(sessions_verdicts(&b), "llll");
		bench_close(&b);
	}
}

Test(absence, a_host_of_which_a_file_holds_the_system_channel_alone_proves_no_absence_though_another_has_logons)
{
	for (int has_other = 0; has_other < 2; has_other++) {
		struct bench b;
		struct logkit k = { .offset_ns = 0 };
		bench_open(&b, ":memory:");
		sessions_see(&b);
		logkit_system(&k, -600);
		logkit_system(&k, 6000);
		for (size_t i = 0; i < k.n; i++)
			k.records[i].server_address = "10.0.0.2";
		k.server = "DC1.lab.example";
		if (has_other)
			logkit_logon(&k, SESSIONS_PORT + 1000, "dave", 5);
		for (size_t i = 0; i < k.n; i++)
			k.records[i].has_zone = true;
		sessions_import(&b, &k);
		cr_expect_str_eq(sessions_verdicts(&b), "vvvv");
		bench_close(&b);
	}
}

Test(absence, a_stream_of_logons_that_are_not_over_the_network_proves_no_absence)
{
	static const struct {
		int32_t type;
		const char *address, *verdicts;
	} rows[] = { { 2, "10.0.9.9", "vvvv" },	 { 10, "10.0.9.9", "vvvv" }, { 5, NULL, "vvvv" },
		     { 3, "127.0.0.1", "vvvv" }, { 3, NULL, "vvvv" },	     { 3, "10.0.9.9", "llll" }, { 8, "10.0.9.9", "llll" } };
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct bench b;
		struct logkit k = { .offset_ns = 0 };
		bench_open(&b, ":memory:");
		sessions_stream(&b, "fs1", NULL);
		sessions_see(&b);
		logkit_life(&k, -600);
		logkit_life(&k, 6000);
		for (size_t r = 0; r < k.n; r++) {
			k.records[r].logon_type = rows[i].type;
			k.records[r].source_address = rows[i].address;
			k.records[r].server_address = "10.0.0.2";
			k.records[r].has_zone = true;
		}
		logkit_import(&b, &k, "fs1", 0, k.n);
		cr_expect_str_eq(sessions_verdicts(&b), rows[i].verdicts, "row %zu: %s", i, sessions_verdicts(&b));
		bench_close(&b);
	}
}

/* FS1's Security channel reaches the second session, then the fourth; System goes on beyond all of them from the beginning. */
Test(absence, a_channel_that_lags_is_judged_by_when_it_has_caught_up)
{
	for (int is_stream = 0; is_stream < 2; is_stream++) {
		struct bench b;
		struct logkit k = { .offset_ns = 0 };
		bench_open(&b, ":memory:");
		if (is_stream)
			sessions_stream(&b, "fs1", NULL);
		sessions_see(&b);
		logkit_life(&k, -600);
		logkit_system(&k, -500);
		logkit_life(&k, 70);
		logkit_system(&k, 6000);
		size_t early = k.n;
		logkit_life(&k, 6001);
		for (size_t i = 0; i < k.n; i++) {
			k.records[i].server_address = "10.0.0.2";
			k.records[i].has_zone = true;
		}
		logkit_import(&b, &k, "fs1", 0, early);
		cr_expect_str_eq(sessions_verdicts(&b), "llvv", "%s", sessions_verdicts(&b));
		logkit_import(&b, &k, "fs1", early, k.n);
		cr_expect_str_eq(sessions_verdicts(&b), "llll", "%s", sessions_verdicts(&b));
		bench_close(&b);
	}
}

Test(absence, a_stream_that_has_never_sent_a_logon_proves_no_absence)
{
	for (int has_logon = 0; has_logon < 2; has_logon++) {
		struct bench b;
		struct logkit k = { .offset_ns = 0 };
		bench_open(&b, ":memory:");
		sessions_stream(&b, "fs1", NULL);
		sessions_see(&b);
		logkit_system(&k, -600);
		if (has_logon)
			logkit_logon(&k, SESSIONS_PORT + 1000, "dave", -300);
		logkit_system(&k, 6000);
		for (size_t i = 0; i < k.n; i++)
			k.records[i].channel = "Security";
		for (size_t i = 0; i < k.n; i++) {
			k.records[i].server_address = "10.0.0.2";
			k.records[i].has_zone = true;
		}
		logkit_import(&b, &k, "fs1", 0, k.n);
		cr_expect_str_eq(sessions_verdicts(&b), has_logon ? "llll" : "vvvv");
		bench_close(&b);
	}
}

/* ---- how far a log goes ------------------------------------------------------------------------------------------------ */

static void place(struct logkit *k, size_t from)
{
	for (size_t i = from; i < k->n; i++) {
		k->records[i].server_address = "10.0.0.2";
		k->records[i].has_zone = true;
	}
}

Test(absence, a_record_that_a_broken_clock_dates_years_back_or_ahead_covers_nothing_between)
{
	static const int64_t years[] = { -13, 5 };
	for (size_t i = 0; i < 2; i++) {
		struct bench b;
		struct logkit k = { .offset_ns = 0 };
		bench_open(&b, ":memory:");
		bench_now_ns = (BENCH_T0 + 10LL * 365 * 86400) * CLOCK_SECOND_NS;
		sessions_see(&b);
		logkit_life(&k, years[i] < 0 ? 300 : -300);
		logkit_life(&k, years[i] * 365 * 86400);
		place(&k, 0);
		sessions_import(&b, &k);
		cr_expect_str_eq(sessions_verdicts(&b), "vvvv");
		bench_close(&b);
	}
}

Test(absence, spans_of_a_log_that_come_in_any_order_become_one)
{
	static const int64_t days[][3] = { { -10, 1, 12 }, { 12, -10, 1 }, { 1, 12, -10 }, { 12, 1, -10 } };
	for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
		struct bench b;
		bench_open(&b, ":memory:");
		sessions_see(&b);
		for (size_t d = 0; d < 3; d++) {
			struct logkit k = { .offset_ns = 0 };
			bench_now_ns = (BENCH_T0 + 20 * 86400) * CLOCK_SECOND_NS;
			logkit_life(&k, days[i][d] * 86400);
			place(&k, 0);
			sessions_import(&b, &k);
		}
		cr_expect_str_eq(sessions_verdicts(&b), "llll");
		bench_close(&b);
	}
}

/* ---- heartbeats -------------------------------------------------------------------------------------------------------- */

/* FS1's stream logged somebody before the sessions and nothing since; ${name} beats at ${second}. */
static void beat(struct bench *b, const char *name, int64_t second)
{
	struct logkit k = { .offset_ns = 0 };
	sessions_stream(b, "fs1", "fs1");
	sessions_see(b);
	logkit_logon(&k, SESSIONS_PORT + 1000, "dave", -300);
	place(&k, 0);
	bench_now_ns = (BENCH_T0 + 7000) * CLOCK_SECOND_NS;
	logkit_import(b, &k, "fs1", 0, k.n);
	cr_assert_str_eq(sessions_verdicts(b), "vvvv", "the log has not come so far");
	struct logkit beats = { .server = name };
	logkit_life(&beats, second);
	beats.records[0].act = LOG_OTHER;
	beats.records[0].is_heartbeat = beats.records[0].has_zone = true;
	logkit_import(b, &beats, "fs1", 0, 1);
}

Test(absence, a_quiet_log_whose_sender_lives_covers_as_far_as_that_says)
{
	static const struct {
		const char *name;
		int64_t second;
		const char *verdicts;
	} rows[] = {
		{ "fs1", 6000, "llll" },     { "FS1.lab.example", 6000, "llll" }, { "fs1", 70, "llvv" },
		{ "fs1", 900000, "llll" },   { "fs2", 6000, "vvvv" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct bench b;
		bench_open(&b, ":memory:");
		beat(&b, rows[i].name, rows[i].second);
		cr_expect_str_eq(sessions_verdicts(&b), rows[i].verdicts, "%s %d: %s", rows[i].name, (int)rows[i].second,
				 sessions_verdicts(&b));
		bench_close(&b);
	}
}

/* ---- the file of a collector ------------------------------------------------------------------------------------------- */

/* FS1's first record in the file is ${second} after the first session; DC1's, a minute before all, was received at ${received}. */
static void import_of_collector(struct bench *b, int64_t second, int64_t received)
{
	struct logkit k = { .offset_ns = 0 };
	logkit_life(&k, second);
	logkit_life(&k, 6000);
	place(&k, 0);
	k.server = "DC1.lab.example";
	logkit_logon(&k, SESSIONS_PORT + 1000, "dave", -60);
	for (size_t i = 0; i < k.n; i++) {
		k.records[i].has_zone = true;
		k.records[i].received_ns = received != 0 && i >= 2 ? (BENCH_T0 + received) * CLOCK_SECOND_NS : k.records[i].time_ns;
		if (received == 0)
			k.records[i].received_ns = 0;
	}
	sessions_import(b, &k);
}

Test(absence, the_file_of_a_collector_that_lived_covers_a_host_from_a_minute_before_its_first_record)
{
	static const struct {
		int64_t second, received;
		const char *verdicts;
	} rows[] = {
		{ 20, -58, "llll" },	/* the first session is 20 s before FS1's first record */
		{ 70, -58, "vlll" },	/* 70 s: longer than a lull */
		{ 20, 0, "vlll" },	/* nobody says when anything was received: the file is of no collector */
		{ 20, 10, "vlll" },	/* the collector began after the session */
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct bench b;
		bench_open(&b, ":memory:");
		sessions_see(&b);
		import_of_collector(&b, rows[i].second, rows[i].received);
		cr_expect_str_eq(sessions_verdicts(&b), rows[i].verdicts, "row %zu: %s", i, sessions_verdicts(&b));
		bench_close(&b);
	}
}

Test(absence, a_stream_that_falls_silent_is_an_incident_once)
{
	static const struct store_filter all = { .limit = -1 };
	struct bench b;
	bench_open(&b, ":memory:");
	beat(&b, "fs1", 6000);
	for (int again = 0; again < 2; again++) {
		cr_assert_eq(pipeline_tick(b.pipeline, b.error, sizeof b.error), 0, "%s", b.error);
		struct store_tx *tx = store_read(b.store);
		json_t *rows = store_list(tx, STORE_INCIDENTS, &all, NULL);
		char *text = json_dumps(rows, 0);
		cr_assert_eq(store_commit(tx, b.error, sizeof b.error), 0, "%s", b.error);
		cr_expect_eq(json_array_size(rows), 2, "%s", text);
		cr_expect(strstr(text, "log-") != NULL, "%s", text);
		free(text);
		json_decref(rows);
	}
	cr_expect_str_eq(sessions_verdicts(&b), "llll");
	bench_close(&b);
}

/* FS1's stream told a logon two days before the sessions; its Security channel goes on until after them without any. */
static void fall_silent(struct bench *b, const char *kind)
{
	struct logkit k = { .offset_ns = 0 };
	if (strcmp(kind, "file") != 0)
		sessions_stream(b, "fs1", "*");
	sessions_see(b);
	logkit_life(&k, -2 * 86400);
	logkit_system(&k, 6000);
	k.records[1].channel = "Security";
	place(&k, 0);
	bench_now_ns = (BENCH_T0 + 7000) * CLOCK_SECOND_NS;
	logkit_import(b, &k, "fs1", 0, k.n);
}

static size_t incidents_of_logs(struct bench *b)
{
	static const struct store_filter all = { .limit = -1 };
	struct store_tx *tx = store_read(b->store);
	json_t *rows = store_list(tx, STORE_INCIDENTS, &all, NULL);
	size_t n = 0;
	cr_assert_eq(store_commit(tx, b->error, sizeof b->error), 0, "%s", b->error);
	for (size_t i = 0; i < json_array_size(rows); i++)
		n += strcmp(json_string_value(json_object_get(json_array_get(rows, i), "profile")), "log-tampering") == 0;
	json_decref(rows);
	return n;
}

Test(absence, a_stream_that_stops_to_tell_logons_is_an_incident_and_a_file_a_finding)
{
	static const char *const kinds[] = { "upload", "file" };
	for (size_t i = 0; i < 2; i++) {
		struct bench b;
		struct logkit k = { .offset_ns = 0 };
		bench_open(&b, ":memory:");
		fall_silent(&b, kinds[i]);
		cr_expect_str_eq(sessions_verdicts(&b), "v!v!v!v!", "%s: %s", kinds[i], sessions_verdicts(&b));
		cr_expect_eq(incidents_of_logs(&b), i == 0 ? 1 : 0, "%s", kinds[i]);
		logkit_life(&k, 6100);
		place(&k, 0);
		logkit_import(&b, &k, "fs1", 0, k.n);
		cr_expect_str_eq(sessions_verdicts(&b), "llll", "it tells them again: %s", sessions_verdicts(&b));
		bench_close(&b);
	}
}

Test(absence, a_record_that_is_due_when_a_lagging_channel_has_come_so_far_is_missed_then)
{
	struct bench b;
	struct logkit k = { .offset_ns = 0 };
	bench_open(&b, ":memory:");
	sessions_see(&b);
	logkit_life(&k, -600);
	for (unsigned i = 0; i < N_SESSIONS; i++)
		logkit_logon(&k, (uint16_t)(SESSIONS_PORT + i), "admin", 60 * i);
	for (size_t i = 0; i < k.n; i++)
		if (k.records[i].act == LOG_LOGOFF && k.records[i].logon_id == SESSIONS_PORT)
			k.records[i].act = LOG_OTHER;
	logkit_system(&k, 6000);
	size_t early = k.n;
	logkit_life(&k, 1500);
	place(&k, 0);
	logkit_import(&b, &k, "fs1.jsonl", 0, early);
	cr_expect_str_eq(sessions_verdicts(&b), "aaaa", "%s", sessions_verdicts(&b));
	logkit_import(&b, &k, "fs1.jsonl", early, k.n);
	cr_expect_str_eq(sessions_verdicts(&b), "a!aaa", "%s", sessions_verdicts(&b));
	bench_close(&b);
}
