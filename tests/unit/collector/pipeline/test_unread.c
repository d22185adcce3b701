/* What of a log could not be read may be what seems to be missing. */
#include "collector/log_feed.h"
#include "collector/log_import.h"
#include "proto/base/clock.h"
#include "tests/unit/collector/pipeline/sessions.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TEXT_BYTES = 4096 };

/* A log of FS1's under way into a collector that saw the sessions. */
static struct {
	struct bench bench;
	struct store_log_source source;
	struct log_options options;
	struct log_feed *feed;
	char error[256];
} t;

static void begin(void)
{
	const struct store_log_source_new fresh = { .name = "fs1", .kind = "file", .site = "branch" };

	bench_open(&t.bench, ":memory:");
	sessions_see(&t.bench);
	cr_assert_eq(log_import_source(t.bench.store, &fresh, &t.source, t.error, sizeof t.error), 0);
	t.feed = log_feed_new(t.bench.pipeline, t.source.id, "fs1.log", &t.options);
}

static void end(void)
{
	log_feed_free(t.feed);
	bench_close(&t.bench);
}

TestSuite(unread, .init = begin, .fini = end);

/* Samba's record of somebody else's logon, ${second} after the first session. */
static void write_logon(char *out, int second)
{
	char when[32];
	time_t at = BENCH_T0 + second;
	struct tm tm;
	strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%S", gmtime_r(&at, &tm));
	snprintf(out + strlen(out), TEXT_BYTES - strlen(out),
		 "{\"timestamp\": \"%s.000000+0000\", \"type\": \"Authentication\", \"Authentication\": {\"status\": \"NT_STATUS_OK\", "
		 "\"localAddress\": \"ipv4:10.0.0.2:445\", \"remoteAddress\": \"ipv4:10.0.9.9:%d\", \"clientAccount\": \"backup\", "
		 "\"logonType\": 3}}\n",
		 when, 30000 + (second + 10000) % 20000);
}

static void write_broken(char *out)
{
	strncat(out, "{\"timestamp\": \"2014-05-13T16:5\n", TEXT_BYTES - strlen(out) - 1);
}

static void feed(const char *text)
{
	cr_assert_eq(log_feed_bytes(t.feed, text, strlen(text), t.error, sizeof t.error), 0, "%s", t.error);
}

/* Session i is i minutes after the first; ${before} and ${behind} are the neighbours of two lines that are cut. */
static void feed_broken(int before, int behind, size_t pieces)
{
	char text[3][TEXT_BYTES] = { "", "", "" };
	write_logon(text[0], -600);
	write_logon(text[0], before);
	write_broken(text[pieces > 1]);
	write_broken(text[pieces > 1]);
	write_logon(text[pieces > 2 ? 2 : pieces > 1], behind);
	write_logon(text[pieces > 2 ? 2 : pieces > 1], 6000);
	for (size_t i = 0; i < 3; i++)
		feed(text[i]);
	cr_assert_eq(log_feed_end(t.feed, t.error, sizeof t.error), 0, "%s", t.error);
}

Test(unread, a_logon_is_not_missing_where_lines_between_two_records_could_not_be_read)
{
	static const struct {
		int before, behind;
		const char *verdicts;
	} rows[] = { { -120, -70, "llll" }, { -120, -50, "v!lll" }, { 70, 75, "lv!v!l" }, { -300, 300, "v!v!v!v!" }, { 300, 310, "llll" } };
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (size_t pieces = 1; pieces <= 3; pieces++) {
			end();
			begin();
			feed_broken(rows[i].before, rows[i].behind, pieces);
			cr_expect_str_eq(sessions_verdicts(&t.bench), rows[i].verdicts, "row %zu, %zu pieces: %s", i, pieces,
					 sessions_verdicts(&t.bench));
		}
}

Test(unread, lines_that_come_after_the_log_was_judged_take_the_verdict_back)
{
	char text[TEXT_BYTES] = "";
	write_logon(text, -600);
	write_logon(text, 6000);
	feed(text);
	cr_assert_str_eq(sessions_verdicts(&t.bench), "llll");
	text[0] = '\0';
	write_logon(text, 55);
	write_broken(text);
	write_logon(text, 56);
	feed(text);
	cr_assert_str_eq(sessions_verdicts(&t.bench), "v!v!ll", "%s", sessions_verdicts(&t.bench));
}

Test(unread, a_line_that_is_read_and_is_no_logon_hides_nothing)
{
	char text[TEXT_BYTES] = "";
	write_logon(text, -600);
	strncat(text, "{\"timestamp\": 5, \"message\": \"an object of somebody else's\"}\n", TEXT_BYTES - strlen(text) - 1);
	write_logon(text, 6000);
	feed(text);
	cr_assert_str_eq(sessions_verdicts(&t.bench), "llll", "%s", sessions_verdicts(&t.bench));
}

Test(unread, what_is_broken_at_the_end_of_an_input_is_of_the_minutes_after_it)
{
	char text[TEXT_BYTES] = "";
	write_logon(text, -600);
	write_logon(text, 70 - 600);
	write_broken(text);
	feed(text);
	cr_assert_eq(log_feed_end(t.feed, t.error, sizeof t.error), 0, "%s", t.error);
	log_feed_free(t.feed);
	t.feed = log_feed_new(t.bench.pipeline, t.source.id, "fs1.log", &t.options);
	text[0] = '\0';
	write_logon(text, 6000);
	feed(text);
	cr_assert_str_eq(sessions_verdicts(&t.bench), "v!v!v!l", "%s", sessions_verdicts(&t.bench));
}
