#include "collector/log_feed.h"
#include "collector/log_import.h"
#include "tests/lib/bench.h"
#include "tests/lib/scratch.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES = 60, LINE_BYTES = 256, LISTING_BYTES = 1 << 16 };

static struct bench bench;
static struct store_log_source source;
static char error[256];

static void open_bench(void)
{
	const struct store_log_source_new fresh = { .name = "fs1", .kind = "file", .site = "branch" };
	bench_open(&bench, ":memory:");
	cr_assert_eq(log_import_source(bench.store, &fresh, &source, error, sizeof error), 0);
}

static void close_bench(void)
{
	bench_close(&bench);
}

TestSuite(import, .init = open_bench, .fini = close_bench);

/* Every fourth has no number, every fifth a zone. */
static void line_of(unsigned i, char out[LINE_BYTES])
{
	char number[32] = "";
	if (i % 4 != 0)
		snprintf(number, sizeof number, "\"RecordNumber\":%u,", i + 1);
	snprintf(out, LINE_BYTES,
		 "{\"EventTime\":\"2026-11-23 10:%02u:11%s\",\"Hostname\":\"FS%u\",%s\"EventID\":%u,\"TargetUserName\":\"dave%u\","
		 "\"TargetLogonId\":\"0x%x\",\"IpAddress\":\"10.0.0.1\",\"IpPort\":\"%u\"}\n",
		 i, i % 5 == 0 ? "Z" : "", i % 3, number, i % 7 == 0 ? 1 : 4624, i, i, 40000 + i);
}

/* The lines ${order}[0..n) in a file. */
static const char *file_of(const char *name, const unsigned *order, size_t n)
{
	char line[LINE_BYTES];
	FILE *f = fopen(scratch_path(name), "w");
	for (size_t i = 0; i < n; i++) {
		line_of(order[i], line);
		fputs(line, f);
	}
	fclose(f);
	return scratch_path(name);
}

static struct store_log_tally import(const char *path, bool grows)
{
	struct store_log_tally t;
	struct log_import i = { .pipeline = bench.pipeline, .store = bench.store, .source = source.id, .grows = grows };
	cr_assert_eq(log_import_file(&i, path, &t, error, sizeof error), 0, "%s", error);
	return t;
}

static void in_order(unsigned order[LINES])
{
	for (unsigned i = 0; i < LINES; i++)
		order[i] = i;
}

/* ---- what is stored --------------------------------------------------------------------------------------------------- */

struct listing {
	char text[LISTING_BYTES];
	size_t used;
};

static void list(struct listing *l, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	l->used += (size_t)vsnprintf(l->text + l->used, sizeof l->text - l->used, format, args);
	va_end(args);
	cr_assert_lt(l->used, sizeof l->text);
}

static bool list_record(void *ctx, int64_t id, int64_t host, const struct log_record *r)
{
	(void)id, (void)host;
	list(ctx, "%s %lld %s %u %llu\n", r->server, (long long)r->time_ns, r->account, r->source_port, (unsigned long long)r->record_id);
	return true;
}

struct of_host {
	struct listing *l;
	struct store_tx *tx;
	const char *name;
	bool has_zone;
};

static bool list_host(void *ctx, const struct store_log_host *h)
{
	struct of_host *o = ctx;
	if (strcmp(h->name, o->name) != 0 || h->has_zone != o->has_zone)
		return true;
	list(o->l, "%s zone %d %lld to %lld, %llu\n", h->name, h->has_zone, (long long)h->first_ns, (long long)h->last_ns,
	     (unsigned long long)h->records);
	store_log_of_host(o->tx, h->id, INT64_MIN, INT64_MAX, list_record, o->l);
	return true;
}

/* Every host and record, in an order that does not depend on when it came. */
static const char *stored(struct listing *l)
{
	struct store_tx *tx = store_read(bench.store);
	l->used = 0;
	for (unsigned i = 0; i < 6; i++) {
		char name[8];
		snprintf(name, sizeof name, "FS%u", i % 3);
		struct of_host o = { l, tx, name, i >= 3 };
		store_log_hosts(tx, list_host, &o);
	}
	cr_assert_eq(store_commit(tx, error, sizeof error), 0);
	return l->text;
}

static char *stored_whole(void)
{
	static struct listing l;
	unsigned order[LINES];
	in_order(order);
	import(file_of("whole.jsonl", order, LINES), false);
	char *text = strdup(stored(&l));
	bench_close(&bench);
	open_bench();
	return text;
}

/* ---- tests ------------------------------------------------------------------------------------------------------------ */

Test(import, the_same_file_again_adds_nothing)
{
	unsigned order[LINES];
	in_order(order);
	const char *path = file_of("a.jsonl", order, LINES);
	struct store_log_tally first = import(path, false), second = import(path, false);
	cr_assert_eq(first.records + first.others, LINES);
	cr_assert_eq(second.records, 0);
	cr_assert_eq(second.rejected, 0);
}

Test(import, shuffled_repeated_and_split_logs_end_in_the_same_rows)
{
	static struct listing l;
	char *whole = stored_whole();
	unsigned order[2 * LINES], state = 1;
	for (unsigned round = 0; round < 10; round++) {
		in_order(order);
		in_order(order + LINES);
		for (unsigned i = 2 * LINES - 1; i > 0; i--) {
			state = state * 1103515245 + 12345;
			unsigned k = (state >> 8) % (i + 1), kept = order[i];
			order[i] = order[k];
			order[k] = kept;
		}
		unsigned cut = round * 2 * LINES / 10;
		import(file_of("one.jsonl", order, cut), false);
		import(file_of("two.jsonl", order + cut, 2 * LINES - cut), false);
		cr_expect_str_eq(stored(&l), whole, "round %u", round);
		bench_close(&bench);
		open_bench();
	}
	free(whole);
}

Test(import, a_file_that_has_grown_is_taken_up_where_it_was_left)
{
	static struct listing l;
	char *whole = stored_whole();
	unsigned order[LINES];
	in_order(order);
	import(file_of("grown.jsonl", order, LINES / 2), true);
	struct store_log_tally rest = import(file_of("grown.jsonl", order, LINES), true);
	cr_expect_eq(rest.records + rest.others, LINES / 2);
	cr_expect_eq(rest.duplicates, 0);
	cr_expect_str_eq(stored(&l), whole);
	free(whole);
}

static void append(const char *path, const char *text, size_t n)
{
	FILE *f = fopen(path, "a");
	fwrite(text, 1, n, f);
	fclose(f);
}

Test(import, half_a_line_waits_for_its_other_half)
{
	unsigned order[LINES];
	char line[LINE_BYTES];
	in_order(order);
	const char *path = file_of("half.jsonl", order, LINES - 1);
	line_of(LINES - 1, line);
	append(path, line, 40);
	struct store_log_tally first = import(path, true);
	append(path, line + 40, strlen(line) - 40);
	struct store_log_tally second = import(path, true);
	cr_assert_eq(first.rejected + second.rejected, 0);
	cr_assert_eq(second.records + second.others, 1);
}

Test(import, a_file_renamed_by_rotation_is_known_again_and_a_new_one_in_its_place_is_read)
{
	unsigned order[LINES];
	in_order(order);
	const char *path = file_of("rotated.jsonl", order, LINES / 2);
	import(path, true);
	char old[512];
	snprintf(old, sizeof old, "%s.1", path);
	cr_assert_eq(rename(path, old), 0);
	struct store_log_tally known = import(old, true), fresh = import(file_of("rotated.jsonl", order + LINES / 2, LINES / 2), true);
	cr_assert_eq(known.records + known.others + known.duplicates, 0);
	cr_assert_eq(fresh.records + fresh.others, LINES / 2);
}

static bool stop_at_once(void *ctx, uint64_t done, uint64_t size)
{
	(void)ctx, (void)done, (void)size;
	return false;
}

Test(import, what_cannot_be_read_is_told_with_its_name)
{
	struct store_log_tally t;
	struct log_import i = { .pipeline = bench.pipeline, .store = bench.store, .source = source.id, .progress = stop_at_once };
	unsigned order[LINES];
	in_order(order);
	cr_assert_eq(log_import_file(&i, "/nowhere/a", &t, error, sizeof error), -1);
	cr_assert_str_eq(error, "/nowhere/a: No such file or directory");
	cr_assert_eq(log_import_file(&i, "/", &t, error, sizeof error), -1);
	cr_assert_str_eq(error, "/: is a folder: name the files in it, or let serve --logs-folder watch it");
	cr_assert_eq(log_import_file(&i, file_of("stopped", order, LINES), &t, error, sizeof error), -1);
	cr_assert_not_null(strstr(error, "stopped; go on with the same command"));
}

/* What an upload, which knows no position, makes of ${text}. */
static struct store_log_tally upload(const char *text)
{
	struct log_options options = { .fallback = "fs1" };
	struct log_feed *f = log_feed_new(bench.pipeline, source.id, "10.0.0.9", &options);
	cr_assert_eq(log_feed_bytes(f, text, strlen(text), error, sizeof error), 0, "%s", error);
	cr_assert_eq(log_feed_end(f, error, sizeof error), 0, "%s", error);
	struct store_log_tally t = log_feed_tally(f);
	log_feed_free(f);
	return t;
}

Test(import, what_cannot_be_read_is_counted_once_however_often_it_comes)
{
	static const char text[] = "{\"EventID\":1,\"EventTime\":\"2026-11-23 10:02:11\"}\n{broken\n{broken\n";
	struct store_log_tally first = upload(text), again = upload(text);
	cr_expect_eq(first.rejected, 2);
	cr_expect_eq(again.rejected, 0);
	cr_expect_eq(again.duplicates, 2);
}

static void find_name(void *ctx, int64_t host, const char *name)
{
	(void)host;
	snprintf(ctx, 64, "%s", name);
}

Test(import, what_names_no_host_is_of_the_one_called_like_the_file)
{
	char name[64] = "";
	FILE *f = fopen(scratch_path("audit"), "w");
	fputs("[2026/11/23 10:02:11.1,  0] ../../a.c:1(b)\n  dave|10.77.0.21|kali|share|openat|ok|r|a.txt\n", f);
	fclose(f);
	struct store_log_tally t;
	struct log_import i = { .pipeline = bench.pipeline, .store = bench.store, .source = source.id };
	i.fallback = "fs1.lab.example.log.gz";
	cr_assert_eq(log_import_file(&i, scratch_path("audit"), &t, error, sizeof error), 0, "%s", error);
	cr_assert_eq(t.records, 1);
	struct store_tx *tx = store_read(bench.store);
	store_log_names(tx, source.site_id, find_name, name);
	cr_assert_eq(store_commit(tx, error, sizeof error), 0, "%s", error);
	cr_expect_str_eq(name, "fs1.lab.example");
}
