/* Of which hosts a log that says nothing says something. */
#include "tests/unit/collector/pipeline/sessions.h"

#include <criterion/criterion.h>

/* FS1's System channel around all sessions, and a logon at DC1: what one file holds of two hosts, DC1's logon first or last. */
static void import_of_two(struct bench *b, bool dc_first)
{
	struct logkit k = { .offset_ns = 0 };
	logkit_life(&k, -600);
	logkit_life(&k, 6000);
	for (size_t i = 0; i < k.n; i++) {
		k.records[i].channel = "System";
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

Test(absence, a_host_of_which_a_file_holds_the_system_channel_alone_proves_no_absence)
{
	struct bench b;
	struct logkit k = { .offset_ns = 0 };
	bench_open(&b, ":memory:");
	sessions_see(&b);
	logkit_life(&k, -600);
	logkit_life(&k, 6000);
	for (size_t i = 0; i < k.n; i++) {
		k.records[i].channel = "System";
		k.records[i].server_address = "10.0.0.2";
		k.records[i].has_zone = true;
	}
	sessions_import(&b, &k);
	cr_expect_str_eq(sessions_verdicts(&b), "vvvv");
	bench_close(&b);
}

Test(absence, a_stream_that_has_never_sent_a_logon_proves_no_absence)
{
	for (int has_logon = 0; has_logon < 2; has_logon++) {
		struct bench b;
		struct logkit k = { .offset_ns = 0 };
		bench_open(&b, ":memory:");
		sessions_stream(&b, "fs1", NULL);
		sessions_see(&b);
		logkit_life(&k, -600);
		if (has_logon)
			logkit_logon(&k, SESSIONS_PORT + 1000, "dave", -300);
		logkit_life(&k, 6000);
		for (size_t i = 0; i < k.n; i++) {
			k.records[i].server_address = "10.0.0.2";
			k.records[i].has_zone = true;
		}
		logkit_import(&b, &k, "fs1", 0, k.n);
		cr_expect_str_eq(sessions_verdicts(&b), has_logon ? "llll" : "vvvv");
		bench_close(&b);
	}
}
