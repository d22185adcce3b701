#include "collector/plan.h"
#include "collector/plan_time.h"
#include "proto/base/clock.h"
#include "tests/lib/ladder.h"
#include "tests/lib/ruleskit.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* What a table gave: the entries as JSON lines, "row N: why" for the rest. */
struct got {
	char text[4096];
	size_t used, rows;
};

static void take(void *ctx, size_t row, json_t *entry, const char *why)
{
	struct got *g = ctx;
	char *text = entry != NULL ? json_dumps(entry, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
	g->rows++;
	if (g->used < sizeof g->text)
		g->used += (size_t)(text != NULL ? snprintf(g->text + g->used, sizeof g->text - g->used, "%s\n", text) :
						   snprintf(g->text + g->used, sizeof g->text - g->used, "row %zu: %s\n", row, why));
	free(text);
}

static bool read_table(const char *csv, const struct plan_options *options, struct got *g, char error[256])
{
	struct plan_options told = *options;
	told.each = take;
	told.ctx = g;
	*g = (struct got){ 0 };
	error[0] = '\0';
	return plan_read(ruleskit_rules(), csv, strlen(csv), &told, error, 256);
}

static const struct {
	const char *csv;
	struct plan_options options;
	const char *gives;
} tables[] = {
	{ "source,account\n10.0.0.5,LAB\\adm\n", { 0 }, "{\"account\":\"LAB\\\\adm\",\"source\":\"10.0.0.5\"}\n" },
	{ "SOURCE;Account\r\n10.0.0.5;adm\r\n", { 0 }, "{\"account\":\"adm\",\"source\":\"10.0.0.5\"}\n" },
	{ "\xef\xbb\xbfsource\taccount\n10.0.0.5\tadm", { 0 }, "{\"account\":\"adm\",\"source\":\"10.0.0.5\"}\n" },
	{ "Jump host,Who,Other\n10.0.0.5,adm,x\n", { .mapping = "source=Jump host,account=Who" },
	  "{\"account\":\"adm\",\"source\":\"10.0.0.5\"}\n" },
	{ "source,actions\n10.0.0.5,\"svcctl.*, smb.tree.admin\"\n", { 0 },
	  "{\"actions\":[\"svcctl.*\",\"smb.tree.admin\"],\"source\":\"10.0.0.5\"}\n" },
	{ "source,valid_until\n10.0.0.5,2026-01-31\n", { 0 },
	  "{\"source\":\"10.0.0.5\",\"valid_until\":\"2026-02-01T00:00:00.000000000Z\"}\n" },
	{ "source,valid_until\n10.0.0.5,2026-01-31 08:00\n", { .zone = "Europe/Zurich" },
	  "{\"source\":\"10.0.0.5\",\"valid_until\":\"2026-01-31T07:00:00.000000000Z\"}\n" },
	{ "source,valid_until\n10.0.0.5,2026-07-31 08:00:30\n", { .zone = "Europe/Zurich" },
	  "{\"source\":\"10.0.0.5\",\"valid_until\":\"2026-07-31T06:00:30.000000000Z\"}\n" },
	{ "source,valid_until\n10.0.0.5,2026-07-31T08:00:30+09:00\n", { .zone = "Europe/Zurich" },
	  "{\"source\":\"10.0.0.5\",\"valid_until\":\"2026-07-30T23:00:30.000000000Z\"}\n" },
	{ "source,reason\n10.0.0.5,\n10.0.0.6,mine\n", { .reason = "list" },
	  "{\"reason\":\"list\",\"source\":\"10.0.0.5\"}\n{\"reason\":\"mine\",\"source\":\"10.0.0.6\"}\n" },
	{ "source,reason\n10.0.0.5,\"a \"\"b\"\",\nc\"\n", { 0 }, "{\"reason\":\"a \\\"b\\\",\\nc\",\"source\":\"10.0.0.5\"}\n" },
	{ "source,reason\n10.0.0.5,'=1+1\n", { 0 }, "{\"reason\":\"=1+1\",\"source\":\"10.0.0.5\"}\n" },
	{ "source\n10.0.0/33\n\n10.0.0.6\n", { 0 },
	  "row 2: source: \"10.0.0/33\" is not an address, a range like 10.0.0.0/24 or 10.0.0.1-10.0.0.9, or a host's name\n"
	  "{\"source\":\"10.0.0.6\"}\n" },
	{ "source,valid_until\n10.0.0.5,tomorrow\n", { 0 },
	  "row 2: valid_until: \"tomorrow\" is no time here; write " PLAN_TIME_FORMS "\n" },
	{ "source,valid_from\n10.0.0.5,08/06/2020 08:00 AM\n", { 0 },
	  "row 2: valid_from: 08/06/2020 08:00 AM may be two days, with the month or the day first; write " PLAN_TIME_FORMS "\n" },
	{ "source,valid_until\n10.0.0.5,06.08.2020 08:00\n10.0.0.5,31.1.2026\n", { .zone = "Europe/Zurich" },
	  "{\"source\":\"10.0.0.5\",\"valid_until\":\"2020-08-06T06:00:00.000000000Z\"}\n"
	  "{\"source\":\"10.0.0.5\",\"valid_until\":\"2026-01-31T23:00:00.000000000Z\"}\n" },
	{ "source,destination,account\n10.0.0.5,10.0.0.6; 10.0.0.7,dave\n", { 0 },
	  "{\"account\":\"dave\",\"destination\":\"10.0.0.6\",\"source\":\"10.0.0.5\"}\n"
	  "{\"account\":\"dave\",\"destination\":\"10.0.0.7\",\"source\":\"10.0.0.5\"}\n" },
	{ "source|destination|account\na1,a2|b1,b2|c1;c2\n", { 0 },
	  "{\"account\":\"c1\",\"destination\":\"b1\",\"source\":\"a1\"}\n"
	  "{\"account\":\"c1\",\"destination\":\"b1\",\"source\":\"a2\"}\n"
	  "{\"account\":\"c1\",\"destination\":\"b2\",\"source\":\"a1\"}\n"
	  "{\"account\":\"c1\",\"destination\":\"b2\",\"source\":\"a2\"}\n"
	  "{\"account\":\"c2\",\"destination\":\"b1\",\"source\":\"a1\"}\n"
	  "{\"account\":\"c2\",\"destination\":\"b1\",\"source\":\"a2\"}\n"
	  "{\"account\":\"c2\",\"destination\":\"b2\",\"source\":\"a1\"}\n"
	  "{\"account\":\"c2\",\"destination\":\"b2\",\"source\":\"a2\"}\n" },
	{ "source,reference,valid_until\n10.0.0.5,CHG1,2026-01-31\n10.0.0.6,,2026-01-31\n10.0.0.7,CHG2,\n", { .is_planned = true },
	  "{\"reference\":\"CHG1\",\"source\":\"10.0.0.5\",\"valid_until\":\"2026-02-01T00:00:00.000000000Z\"}\n"
	  "row 3: reference: planned work needs one\nrow 4: valid_until: planned work needs one\n" },
	{ "account,reference,valid_until\n,CHG1,2026-01-31\n*,CHG1,2026-01-31\nLAB\\*,CHG1,2026-01-31\n", { .is_planned = true },
	  "row 2: planned work needs a source or an account, and not one that is as good as any\n"
	  "row 3: planned work needs a source or an account, and not one that is as good as any\n"
	  "row 4: planned work needs a source or an account, and not one that is as good as any\n" },
	{ "source,valid_until\n10.0.0.5,2026-03-29\n", { .zone = "Europe/Zurich" },
	  "{\"source\":\"10.0.0.5\",\"valid_until\":\"2026-03-29T22:00:00.000000000Z\"}\n" },
	{ "source,valid_from\n10.0.0.5,2026-03-29 02:30\n10.0.0.5,2026-03-29 03:00\n", { .zone = "Europe/Zurich" },
	  "row 2: valid_from: 2026-03-29 02:30 does not exist in Europe/Zurich: clocks are set forward over that hour\n"
	  "{\"source\":\"10.0.0.5\",\"valid_from\":\"2026-03-29T01:00:00.000000000Z\"}\n" },
	{ "source,account\n10.0.0.5,LAB\\dave; LAB\\eve\n", { 0 },
	  "{\"account\":\"LAB\\\\dave\",\"source\":\"10.0.0.5\"}\n{\"account\":\"LAB\\\\eve\",\"source\":\"10.0.0.5\"}\n" },
	{ "source;account\n10.0.0.5;dave,,eve,\n10.0.0.5;\";\"\n", { 0 },
	  "{\"account\":\"dave\",\"source\":\"10.0.0.5\"}\n{\"account\":\"eve\",\"source\":\"10.0.0.5\"}\n"
	  "row 3: account: only one account (several need an entry each) is allowed here\n" },
	{ "source,reason\n10.0.0.5,\xff\n", { 0 }, "row 2: reason: is no UTF-8 text\n" },
	{ "source\n10.0.0.5,too,many\n", { 0 }, "{\"source\":\"10.0.0.5\"}\n" },
	{ "source,account\n10.0.0.5\n", { 0 }, "{\"source\":\"10.0.0.5\"}\n" },
};

Test(plan, a_table_becomes_entries_and_bad_rows_are_told)
{
	static struct got g;
	char error[256];
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		cr_expect(read_table(tables[i].csv, &tables[i].options, &g, error), "table %zu: %s", i, error);
		cr_expect_str_eq(g.text, tables[i].gives, "table %zu", i);
	}
}

static const struct {
	const char *csv;
	struct plan_options options;
	const char *error;
} wrong[] = {
	{ "", { 0 }, "the table is empty" },
	{ "who,where\nx,y\n", { 0 }, "no column of the first row" },
	{ "source\n10.0.0.5\n", { .mapping = "source=Jump host" }, "the table has no column \"Jump host\"" },
	{ "source\n10.0.0.5\n", { .mapping = "sorce=source" }, "the mapping is KEY=COLUMN" },
	{ "source\n10.0.0.5\n", { .mapping = "source" }, "the mapping is KEY=COLUMN" },
	{ "source\n10.0.0.5\n", { .zone = "Europe/Nowhere" }, "there is no time zone \"Europe/Nowhere\"" },
};

Test(plan, what_is_no_table_is_refused_with_a_sentence)
{
	static struct got g;
	char error[256];
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		cr_expect(!read_table(wrong[i].csv, &wrong[i].options, &g, error), "table %zu", i);
		cr_expect(strncmp(error, wrong[i].error, strlen(wrong[i].error)) == 0, "table %zu: %s", i, error);
		cr_expect_eq(g.rows, 0);
	}
}

Test(plan, a_cell_of_the_limit_is_read_and_a_longer_one_is_its_rows_error)
{
	static struct got g;
	static char csv[PLAN_CELL_BYTES + 64];
	char error[256];
	for (int over = 0; over < 2; over++) {
		int at = snprintf(csv, sizeof csv, "source,reason\n10.0.0.5,");
		memset(csv + at, 'a', PLAN_CELL_BYTES - 1 + (size_t)over);
		snprintf(csv + at + PLAN_CELL_BYTES - 1 + over, 2, "\n");
		cr_expect(read_table(csv, &(struct plan_options){ 0 }, &g, error), "%s", error);
		cr_expect_eq(strncmp(g.text, "row 2: reason: is too long", 26) == 0, over == 1);
	}
}

Test(plan, lists_that_make_too_many_entries_are_their_rows_error)
{
	static struct got g;
	static char csv[512];
	char error[256];
	for (size_t over = 0; over < 2; over++) {
		size_t at = (size_t)snprintf(csv, sizeof csv, "source;account;destination\n");
		const size_t counts[] = { 10, 10, 10 + over };
		for (size_t column = 0; column < 3; column++)
			for (size_t i = 0; i < counts[column]; i++)
				at += (size_t)snprintf(csv + at, sizeof csv - at, "%c%c", (char)('a' + i),
						       i + 1 < counts[column] ? ',' : column < 2 ? ';' : '\n');
		cr_expect(read_table(csv, &(struct plan_options){ 0 }, &g, error), "%s", error);
		cr_expect_eq(g.rows, over ? 1 : PLAN_ENTRIES_PER_ROW, "%zu", g.rows);
	}
}

static const struct {
	const char *text;
	enum plan_time is;
	const char *when;	/* UTC */
} times[] = {
	{ "2026-01-31", PLAN_TIME_DATE, "2026-01-31T00:00:00Z" },
	{ "2026/01/31 08:00", PLAN_TIME_WALL, "2026-01-31T08:00:00Z" },
	{ "2026-01-31T08:00", PLAN_TIME_WALL, "2026-01-31T08:00:00Z" },
	{ "2026-01-31 08:00:00.5", PLAN_TIME_WALL, "2026-01-31T08:00:00.5Z" },
	{ "2026-01-31 08:00+01:00", PLAN_TIME_MOMENT, "2026-01-31T07:00:00Z" },
	{ "2026-01-31T08:00:00Z", PLAN_TIME_MOMENT, "2026-01-31T08:00:00Z" },
	{ "31.01.2026", PLAN_TIME_DATE, "2026-01-31T00:00:00Z" },
	{ "6.8.2020 8:05", PLAN_TIME_WALL, "2020-08-06T08:05:00Z" },
	{ "06.08.2020, 08:05:30", PLAN_TIME_WALL, "2020-08-06T08:05:30Z" },
	{ "1/31/2026 12:00 AM", PLAN_TIME_WALL, "2026-01-31T00:00:00Z" },
	{ "31/1/2026 12:30:01 pm", PLAN_TIME_WALL, "2026-01-31T12:30:01Z" },
	{ "8/8/2026 1:00 PM", PLAN_TIME_WALL, "2026-08-08T13:00:00Z" },
	{ "08/06/2026", PLAN_TIME_TWO_DAYS, NULL },
	{ "08/06/2026 08:00 AM", PLAN_TIME_TWO_DAYS, NULL },
	{ "12/01/2026 10:00", PLAN_TIME_TWO_DAYS, NULL },
	{ "13/13/2026", PLAN_TIME_NONE, NULL },
	{ "30.02.2026", PLAN_TIME_NONE, NULL },
	{ "01.31.2026", PLAN_TIME_NONE, NULL },
	{ "31.01.26", PLAN_TIME_NONE, NULL },
	{ "2026-01-31 13:00 PM", PLAN_TIME_NONE, NULL },
	{ "2026-01-31 0:30 AM", PLAN_TIME_NONE, NULL },
	{ "2026-01-31 24:00", PLAN_TIME_NONE, NULL },
	{ "2026-01-31 08", PLAN_TIME_NONE, NULL },
	{ "2026-01-31 08:00 CET", PLAN_TIME_NONE, NULL },
	{ "08:00", PLAN_TIME_NONE, NULL },
	{ "", PLAN_TIME_NONE, NULL },
	{ "2026-01-31 08:00:00.00000000000000000000000000000000000000000000000000000000000000000", PLAN_TIME_NONE, NULL },
};

Test(plan, a_time_is_read_where_it_can_be_only_one_and_never_guessed)
{
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		int64_t ns = 0, expected = 0;
		cr_expect_eq(plan_time_read(times[i].text, &ns), times[i].is, "%s", times[i].text);
		cr_assert(times[i].when == NULL || clock_parse(times[i].when, &expected), "%s", times[i].when);
		cr_expect_eq(ns, expected, "%s", times[i].text);
	}
}

static void read_prefix(struct view prefix, void *ctx)
{
	static struct got g;
	static const struct plan_options options = { .each = take, .ctx = &g };
	char error[256];
	(void)ctx;
	g = (struct got){ 0 };
	plan_read(ruleskit_rules(), (const char *)prefix.bytes, prefix.n, &options, error, sizeof error);
	cr_expect_leq(g.rows, 2);
}

Test(plan, every_shorter_table_is_read_within_its_bounds)
{
	static const char csv[] = "source,account,\"valid_until\",reason\n10.0.0.5,\"LAB\\\"\"adm\",2026-01-31,\"x\ny\"\n10.0.0.6,b,,\n";
	ladder(csv, sizeof csv - 1, read_prefix, NULL);
}
