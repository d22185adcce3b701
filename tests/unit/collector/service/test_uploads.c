#include "tests/lib/bench.h"
#include "tests/lib/facts.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static struct bench b;
static const struct service_session me = { .user = "me" };
static const char logon[] = "{\"EventTime\":\"2026-11-23 10:02:11\",\"Hostname\":\"FS9\",\"EventID\":4624,\"RecordNumber\":1,"
			    "\"Channel\":\"Security\",\"SourceName\":\"Microsoft-Windows-Security-Auditing\",\"TargetUserName\":\"ops\","
			    "\"TargetDomainName\":\"LAB\",\"IpAddress\":\"203.0.113.9\",\"IpPort\":\"50000\",\"LogonType\":\"3\","
			    "\"TargetLogonId\":\"0x1234\"}\n";

static void open_bench(void)
{
	bench_open(&b, ":memory:");
}

static void close_bench(void)
{
	bench_close(&b);
}

TestSuite(uploads, .init = open_bench, .fini = close_bench);

static json_t *object(const char *text)
{
	json_t *json = json_loads(text, 0, NULL);
	cr_assert_not_null(json);
	return json;
}

/* What came of ${text} given as ${log}. */
static json_t *give(const struct service_given_log *log, const char *text)
{
	struct service_upload *u = NULL;
	json_t *out = NULL;
	cr_assert_eq(service_upload_give(b.service, &me, log, &u, b.error), ANSWER_OK, "%s", b.error);
	service_upload_feed(u, text, strlen(text));
	cr_assert_eq(service_upload_end(u, &out, b.error), ANSWER_OK, "%s", b.error);
	return out;
}

static json_int_t number(const json_t *json, const char *key)
{
	return json_integer_value(json_object_get(json, key));
}

static json_t *only_source(void)
{
	json_t *page = NULL;
	cr_assert_eq(service_log_sources(b.service, &(struct service_query){ .limit = 500 }, &page, b.error), ANSWER_OK, "%s", b.error);
	const json_t *items = json_object_get(page, "items");
	cr_assert_eq(json_array_size(items), 1);
	json_t *source = json_incref(json_array_get(items, 0));
	json_decref(page);
	return source;
}

Test(uploads, a_log_that_somebody_gives_makes_its_source_and_counts_what_came_of_it)
{
	char text[sizeof logon + 32];
	snprintf(text, sizeof text, "%sno JSON at all\n", logon);
	const struct service_given_log log = { .source = "FS9", .site = "basel", .file = "fs9.jsonl" };
	json_t *done = give(&log, text);
	cr_expect_eq(number(done, "accepted"), 1);
	cr_expect_eq(number(done, "rejected"), 1);
	json_decref(done);
	json_t *source = only_source();
	cr_expect_str_eq(json_string_value(json_object_get(source, "file")), "FS9");
	cr_expect_str_eq(json_string_value(json_object_get(source, "kind")), "file");
	cr_expect_str_eq(json_string_value(json_object_get(source, "site")), "basel");
	json_decref(source);
	done = give(&log, logon);
	cr_expect_eq(number(done, "accepted"), 0);
	cr_expect_eq(number(done, "duplicates"), 1);
	json_decref(done);
}

Test(uploads, a_zone_that_is_given_dates_times_without_one)
{
	json_t *page = NULL;
	const struct service_given_log log = { .source = "FS9", .zone = "+02:00" };
	const struct service_query all = { .limit = 10 };
	json_decref(give(&log, logon));
	cr_assert_eq(service_logs(b.service, &all, &page, b.error), ANSWER_OK, "%s", b.error);
	const json_t *record = json_array_get(json_object_get(page, "items"), 0);
	cr_expect_str_eq(json_string_value(json_object_get(record, "time")), "2026-11-23T08:02:11.000000000Z");
	json_decref(page);
}

Test(uploads, what_is_said_of_a_log_must_mean_something)
{
	static char long_name[200];
	memset(long_name, 'x', sizeof long_name - 1);
	const struct {
		struct service_given_log log;
		const char *names;
	} wrong[] = {
		{ { .source = NULL }, "source:" },
		{ { .source = "" }, "source:" },
		{ { .source = long_name }, "source:" },
		{ { .source = "a", .site = long_name }, "site:" },
		{ { .source = "a", .host = long_name }, "host:" },
		{ { .source = "a", .format = "docx" }, "format:" },
		{ { .source = "a", .zone = "Atlantis" }, "zone:" },
	};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct service_upload *u = NULL;
		cr_expect_eq(service_upload_give(b.service, &me, &wrong[i].log, &u, b.error), ANSWER_BAD_REQUEST);
		cr_expect_eq(strncmp(b.error, wrong[i].names, strlen(wrong[i].names)), 0, "%s", b.error);
		cr_expect_null(u);
	}
}

Test(uploads, a_source_of_another_site_is_a_conflict)
{
	struct service_upload *u = NULL;
	struct service_given_log log = { .source = "FS9", .site = "basel" };
	json_decref(give(&log, logon));
	log.site = "bern";
	cr_expect_eq(service_upload_give(b.service, &me, &log, &u, b.error), ANSWER_CONFLICT);
	cr_expect_not_null(strstr(b.error, "basel"), "%s", b.error);
}

static enum answer add(const char *text, json_t **out)
{
	json_t *what = object(text);
	const enum answer answer = service_log_source_add(b.service, &me, what, out, b.error);
	json_decref(what);
	return answer;
}

Test(uploads, a_new_source_tells_its_token_once_and_the_token_opens_it)
{
	json_t *made = NULL;
	struct service_upload *u = NULL;
	cr_assert_eq(add("{\"name\":\"dc1\",\"site\":\"basel\"}", &made), ANSWER_OK, "%s", b.error);
	const char *token = json_string_value(json_object_get(made, "token"));
	cr_assert_not_null(token);
	cr_expect_eq(service_upload_begin(b.service, token, "192.0.2.1", &u, b.error), ANSWER_OK, "%s", b.error);
	service_upload_drop(u);
	json_decref(made);
	cr_expect_eq(add("{\"name\":\"dc1\"}", &made), ANSWER_CONFLICT);
	cr_assert_eq(add("{\"name\":\"fw\",\"kind\":\"syslog\",\"address\":\"192.0.2.7\"}", &made), ANSWER_OK, "%s", b.error);
	cr_expect(json_is_null(json_object_get(made, "token")));
	json_decref(made);
}

Test(uploads, a_source_that_could_not_send_is_refused)
{
	json_t *made = NULL;
	const char *const wrong[] = {
		"{}",
		"{\"name\":\"\"}",
		"{\"name\":\"a\",\"kind\":\"pigeon\"}",
		"{\"name\":\"a\",\"kind\":\"syslog\"}",
		"{\"name\":\"a\",\"kind\":\"syslog\",\"address\":\"10.0.0.0/24\"}",
		"{\"name\":\"a\",\"address\":\"10.0.0.1\"}",
		"{\"name\":\"a\",\"format\":\"docx\"}",
		"{\"name\":\"a\",\"hosts\":\",\"}",
		"{\"name\":\"a\",\"token\":\"x\"}",
	};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		cr_expect_eq(add(wrong[i], &made), ANSWER_BAD_REQUEST, "%s", wrong[i]);
}

typedef enum answer (*change_fn)(struct service *s, const struct service_session *who, const json_t *what, char error[SERVICE_ERROR_BYTES]);

static enum answer change(change_fn how, const char *text)
{
	json_t *what = object(text);
	const enum answer answer = how(b.service, &me, what, b.error);
	json_decref(what);
	return answer;
}

Test(uploads, a_clock_is_set_by_hand_and_taken_back)
{
	const struct service_given_log log = { .source = "FS9" };
	json_decref(give(&log, logon));
	cr_assert_eq(change(service_log_clock_set, "{\"name\":\"FS9\",\"offset_seconds\":-14400}"), ANSWER_OK, "%s", b.error);
	json_t *source = only_source();
	cr_expect_eq(number(source, "offset_seconds"), -14400);
	json_decref(source);
	cr_assert_eq(change(service_log_clock_set, "{\"name\":\"FS9\",\"offset_seconds\":null}"), ANSWER_OK, "%s", b.error);
	source = only_source();
	cr_expect(json_is_null(json_object_get(source, "offset_seconds")));
	json_decref(source);
	json_t *clocks = NULL;
	cr_assert_eq(service_log_clocks(b.service, 1, &clocks, b.error), ANSWER_OK, "%s", b.error);
	const json_t *first = json_array_get(json_object_get(clocks, "items"), 0);
	cr_expect_str_eq(json_string_value(json_object_get(first, "offset_by")), "configured");
	cr_expect_float_eq(json_number_value(json_object_get(first, "offset_seconds")), -14400, 0.001);
	json_decref(clocks);
	cr_expect_eq(change(service_log_clock_set, "{\"name\":\"FS9\",\"host\":\"FS8\",\"offset_seconds\":1}"), ANSWER_NOT_FOUND);
	cr_expect_eq(change(service_log_clock_set, "{\"name\":\"FS9\",\"offset_seconds\":\"1\"}"), ANSWER_BAD_REQUEST);
	cr_expect_eq(change(service_log_clock_set, "{\"name\":\"FS9\",\"offset_seconds\":1e9}"), ANSWER_BAD_REQUEST);
}

Test(uploads, what_a_source_brought_of_hosts_it_no_longer_speaks_of_goes)
{
	const struct service_given_log log = { .source = "FS9" };
	json_decref(give(&log, logon));
	cr_assert_eq(change(service_log_hosts_set, "{\"name\":\"FS9\",\"hosts\":\"dc*,fs1\"}"), ANSWER_OK, "%s", b.error);
	json_t *source = only_source();
	cr_expect_eq(json_array_size(json_object_get(source, "clocks")), 0);
	cr_expect_str_eq(json_string_value(json_object_get(source, "speaks_for")), "dc*,fs1");
	json_decref(source);
	cr_expect_eq(change(service_log_hosts_set, "{\"name\":\"FS9\",\"hosts\":\",\"}"), ANSWER_BAD_REQUEST);
	cr_expect_eq(change(service_log_hosts_set, "{\"name\":\"FS8\",\"hosts\":\"*\"}"), ANSWER_NOT_FOUND);
}

Test(uploads, a_source_goes_with_its_records)
{
	json_t *page = NULL;
	const struct service_query all = { .limit = 10 };
	const struct service_given_log log = { .source = "FS9" };
	json_decref(give(&log, logon));
	cr_assert_eq(change(service_log_source_remove, "{\"name\":\"FS9\"}"), ANSWER_OK, "%s", b.error);
	cr_expect_eq(change(service_log_source_remove, "{\"name\":\"FS9\"}"), ANSWER_NOT_FOUND);
	cr_assert_eq(service_logs(b.service, &all, &page, b.error), ANSWER_OK, "%s", b.error);
	cr_expect_eq(json_array_size(json_object_get(page, "items")), 0);
	json_decref(page);
}

static size_t gzip(const char *text, size_t n, char *out, size_t cap)
{
	z_stream z = { .next_in = (z_const Bytef *)(uintptr_t)text, .avail_in = (uInt)n, .next_out = (Bytef *)out, .avail_out = (uInt)cap };
	deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	cr_assert_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return cap - z.avail_out;
}

static void begin_all(struct service_upload *all[], size_t n, const char *source, enum answer last)
{
	const struct service_given_log log = { .source = source };
	for (size_t i = 0; i < n; i++) {
		enum answer wanted = i + 1 < n ? ANSWER_OK : last;
		cr_expect_eq(service_upload_give(b.service, &me, &log, &all[i], b.error), wanted, "%zu: %s", i, b.error);
	}
}

Test(uploads, one_source_cannot_keep_the_others_out)
{
	struct service_upload *slow[5] = { NULL };
	begin_all(slow, 5, "slow", ANSWER_TOO_MANY);
	cr_expect_not_null(strstr(b.error, "4 logs of slow"), "%s", b.error);
	const struct service_given_log log = { .source = "FS9" };
	json_decref(give(&log, logon));
	service_upload_drop(slow[0]);
	begin_all(slow, 1, "slow", ANSWER_OK);
	for (size_t i = 0; i < 4; i++)
		service_upload_drop(slow[i]);
}

Test(uploads, one_that_ends_early_says_what_came_before)
{
	static const uint8_t half_gzip[] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3 };
	const struct service_given_log log = { .source = "FS9" };
	struct service_upload *u = NULL;
	json_t *out = NULL;
	char packed[1024];
	size_t n = gzip(logon, strlen(logon), packed, sizeof packed);
	cr_assert_eq(service_upload_give(b.service, &me, &log, &u, b.error), ANSWER_OK);
	service_upload_feed(u, packed, n);
	service_upload_feed(u, (const char *)half_gzip, sizeof half_gzip);
	cr_expect_eq(service_upload_end(u, &out, b.error), ANSWER_BAD_REQUEST);
	cr_expect_not_null(strstr(b.error, "; before that 1 accepted, 0 duplicates"), "%s", b.error);
}

Test(uploads, a_log_that_unpacks_to_much_is_read_piece_by_piece)
{
	enum { COPIES = 40000 };
	const struct service_given_log log = { .source = "FS9" };
	struct service_upload *u = NULL;
	json_t *out = NULL;
	size_t n = strlen(logon), cap = COPIES * n;
	char *text = malloc(cap), *packed = malloc(cap);
	for (size_t i = 0; i < COPIES; i++)
		memcpy(text + i * n, logon, n);
	size_t packed_n = gzip(text, cap, packed, cap);
	cr_assert_eq(service_upload_give(b.service, &me, &log, &u, b.error), ANSWER_OK);
	service_upload_feed(u, packed, packed_n);
	cr_expect_eq(service_upload_end(u, &out, b.error), ANSWER_OK, "%s", b.error);
	cr_expect_eq(number(out, "accepted"), 1);
	cr_expect_eq(number(out, "duplicates"), COPIES - 1);
	json_decref(out);
	free(text);
	free(packed);
}

/* ---- many sources ----------------------------------------------------------------------------------------------------- */

Test(uploads, sources_come_in_pages_and_are_found_by_name)
{
	for (int i = 1; i <= 5; i++) {
		char text[64];
		snprintf(text, sizeof text, "{\"name\":\"page%d\",\"site\":\"branch\"}", i);
		json_t *json = json_loads(text, 0, NULL), *made = NULL;
		cr_assert_eq(service_log_source_add(b.service, &me, json, &made, b.error), ANSWER_OK, "%s", b.error);
		json_decref(json);
		json_decref(made);
	}
	struct service_query q = { .limit = 2, .text = "PAGE" };
	json_int_t seen = 0;
	do {
		json_t *page = NULL;
		cr_assert_eq(service_log_sources(b.service, &q, &page, b.error), ANSWER_OK, "%s", b.error);
		cr_expect_eq(number(page, "total"), 5);
		const json_t *items = json_object_get(page, "items");
		for (size_t i = 0; i < json_array_size(items); i++) {
			char name[32];
			snprintf(name, sizeof name, "page%lld", ++seen);
			cr_expect_str_eq(json_string_value(json_object_get(json_array_get(items, i), "file")), name);
		}
		q.before = number(page, "next");
		json_decref(page);
	} while (q.before != 0);
	cr_expect_eq(seen, 5);
}
