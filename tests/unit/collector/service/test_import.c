#include "tests/lib/bench.h"

#include <criterion/criterion.h>
#include <string.h>

static struct bench b;
static const struct service_session me = { .user = "me" };

static void begin(void)
{
	bench_open(&b, ":memory:");
}

static void end(void)
{
	bench_close(&b);
}

TestSuite(import, .init = begin, .fini = end);

static json_t *imported(const char *request, enum answer expected)
{
	json_t *json = json_loads(request, 0, NULL), *out = NULL;
	cr_assert_not_null(json, "%s", request);
	cr_assert_eq(service_baseline_import(b.service, &me, json, &out, b.error), expected, "%s", b.error);
	json_decref(json);
	return out;
}

static json_int_t number(const json_t *row, const char *key)
{
	return json_integer_value(json_object_get(row, key));
}

static size_t n_entries(void)
{
	json_t *list = NULL;
	cr_assert_eq(service_baseline_all(b.service, &list, b.error), ANSWER_OK);
	size_t n = json_array_size(json_object_get(list, "items"));
	json_decref(list);
	return n;
}

static const char table[] = "{\"csv\":\"Jump,User,Start,End,Ticket\\n"
			    "10.0.0.1,LAB\\\\admin,2014-05-13,2014-05-14,CHG-1\\n"
			    "10.0.0/33,x,2014-05-13,2014-05-14,CHG-2\\n"
			    "10.0.0.3,x,2014-05-13,,CHG-3\\n\","
			    "\"map\":\"source=Jump,account=User,valid_from=Start,valid_until=End,reference=Ticket\","
			    "\"planned\":true,\"reason\":\"change tickets\"}";

Test(import, planned_work_explains_accesses_and_bad_rows_are_told)
{
	bench_psexec(&b, "admin", "10.0.0.2", 0);
	json_t *done = imported(table, ANSWER_OK);
	cr_expect_eq(number(done, "added"), 1);
	cr_expect_eq(number(done, "rejected"), 2);
	const json_t *rejects = json_object_get(done, "rejects");
	cr_expect_eq(number(json_array_get(rejects, 0), "row"), 3);
	cr_expect_eq(number(json_array_get(rejects, 1), "row"), 4);
	json_decref(done);
	json_t *list = NULL;
	cr_assert_eq(service_baseline_all(b.service, &list, b.error), ANSWER_OK);
	const json_t *entry = json_array_get(json_object_get(list, "items"), 0);
	cr_expect_str_eq(json_string_value(json_object_get(entry, "reference")), "CHG-1");
	cr_expect_str_eq(json_string_value(json_object_get(entry, "reason")), "change tickets");
	cr_expect_eq(number(entry, "hits"), 1);
	json_decref(list);
}

Test(import, the_same_table_again_adds_nothing)
{
	json_decref(imported(table, ANSWER_OK));
	json_t *again = imported(table, ANSWER_OK);
	cr_expect_eq(number(again, "added"), 0);
	cr_expect_eq(number(again, "known"), 1);
	cr_expect_eq(n_entries(), 1);
	json_decref(again);
}

Test(import, a_rehearsal_says_the_same_and_changes_nothing)
{
	char rehearsal[sizeof table + 32];
	snprintf(rehearsal, sizeof rehearsal, "%.*s,\"dry_run\":true}", (int)(sizeof table - 2), table);
	json_t *done = imported(rehearsal, ANSWER_OK);
	cr_expect_eq(number(done, "added"), 1);
	cr_expect(json_is_true(json_object_get(done, "dry_run")));
	cr_expect_eq(n_entries(), 0);
	json_decref(done);
}

Test(import, of_a_document_all_entries_come_or_none)
{
	imported("{\"entries\":[{\"source\":\"10.0.0.1\"},{\"source\":\"10.0.0/33\"}]}", ANSWER_BAD_REQUEST);
	cr_expect(strncmp(b.error, "entry 2: source", 15) == 0, "%s", b.error);
	cr_expect_eq(n_entries(), 0);
	json_t *done = imported("{\"entries\":[{\"source\":\"10.0.0.1\"},{\"source\":\"10.0.0.1\"},"
				"{\"source\":\"10.0.0.2\"}]}", ANSWER_OK);
	cr_expect_eq(number(done, "added"), 2);
	cr_expect_eq(number(done, "known"), 1, "twice in one document is once");
	json_decref(done);
}

Test(import, what_names_nobody_comes_in_only_when_it_is_meant_and_then_with_a_warning)
{
	json_t *done = imported("{\"csv\":\"source,account\\n10.0.0.1,adm\\n,?*\\n10.0.0.1,*\\n\"}", ANSWER_OK);
	cr_expect_eq(number(done, "added"), 2);
	cr_expect_eq(number(done, "rejected"), 1);
	cr_expect_eq(number(json_array_get(json_object_get(done, "rejects"), 0), "row"), 3);
	cr_expect_eq(number(done, "wide"), 1);
	cr_expect_eq(number(json_array_get(json_object_get(done, "warnings"), 0), "row"), 4);
	json_decref(done);
	done = imported("{\"csv\":\"source,account\\n,?*\\n0.0.0.0/0,**\\n\",\"force\":true}", ANSWER_OK);
	cr_expect_eq(number(done, "added"), 2);
	cr_expect_eq(number(done, "wide"), 2);
	json_decref(done);
	done = imported("{\"entries\":[{\"source\":\"10.0.0.1\",\"account\":\"adm\"},{\"account\":\"*\"}],\"force\":true}",
			ANSWER_OK);
	cr_expect_eq(number(json_array_get(json_object_get(done, "warnings"), 0), "row"), 2);
	json_decref(done);
	imported("{\"entries\":[{\"source\":\"10.0.0.1\",\"account\":\"adm\"},{\"account\":\"*\"}]}", ANSWER_BAD_REQUEST);
	cr_expect(strncmp(b.error, "entry 2: ", 9) == 0 && strstr(b.error, "force") != NULL, "%s", b.error);
}

Test(import, a_host_without_a_known_address_comes_in_with_a_warning)
{
	json_t *done = imported("{\"csv\":\"source,account\\n10.0.0.1,adm\\njump9,adm\\n\"}", ANSWER_OK);
	const json_t *warning = json_array_get(json_object_get(done, "warnings"), 0);
	cr_expect_eq(number(done, "added"), 2);
	cr_expect_eq(number(warning, "row"), 3);
	cr_expect_not_null(strstr(json_string_value(json_object_get(warning, "reason")), "No address of that host"));
	json_decref(done);
}

static const char *const wrong[] = {
	"{}",
	"{\"csv\":\"source\\n\",\"entries\":[]}", "{\"entries\":{}}", "{\"csv\":5}",
	"{\"csv\":\"source\\n10.0.0.1\",\"force\":1}", "{\"csv\":\"x\",\"more\":1}",
	"{\"csv\":\"a\\u0000b\"}",
	"{\"csv\":\"source\\n10.0.0.1\",\"planned\":\"yes\"}", "{\"csv\":\"source\\n10.0.0.1\",\"zone\":\"Mars\"}",
};

Test(import, a_request_that_means_nothing_is_refused_with_a_sentence)
{
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		json_t *json = json_loads(wrong[i], JSON_ALLOW_NUL, NULL), *out = NULL;
		cr_assert_not_null(json, "%s", wrong[i]);
		b.error[0] = '\0';
		cr_expect_eq(service_baseline_import(b.service, &me, json, &out, b.error), ANSWER_BAD_REQUEST, "%s", wrong[i]);
		cr_expect_neq(b.error[0], '\0', "%s", wrong[i]);
		json_decref(json);
	}
}

/* ---- pages and exports ------------------------------------------------------------------------------------------------ */

static json_t *page_of(const struct service_query *q)
{
	json_t *page = NULL;
	cr_assert_eq(service_baseline(b.service, q, &page, b.error), ANSWER_OK, "%s", b.error);
	return page;
}

static void add_entry(const char *source, const char *until)
{
	json_t *stored = NULL;
	json_t *entry = json_pack("{s:s,s:s,s:s?}", "source", source, "reason", "because", "valid_until", until);
	cr_assert_eq(service_baseline_add(b.service, &me, entry, &stored, b.error), ANSWER_OK, "%s", b.error);
	json_decref(entry);
	json_decref(stored);
}

Test(import, the_whitelist_comes_in_pages_and_by_what_becomes_of_its_entries)
{
	add_entry("10.0.0.1", "2001-01-01T00:00:00Z");
	add_entry("10.0.0.2", NULL);
	add_entry("10.0.0.3", "2199-01-01T00:00:00Z");
	json_t *page = page_of(&(struct service_query){ .limit = 2 });
	cr_expect_eq(number(page, "total"), 3);
	cr_expect_eq(json_array_size(json_object_get(page, "items")), 2);
	cr_expect_eq(number(json_object_get(page, "upkeep"), "ended"), 1);
	struct service_query rest = { .limit = 2, .before = number(page, "next") };
	json_decref(page);
	page = page_of(&rest);
	cr_expect_eq(json_array_size(json_object_get(page, "items")), 1);
	cr_expect(json_is_null(json_object_get(page, "next")));
	json_decref(page);
	static const struct {
		const char *state;
		json_int_t total;
	} states[] = { { "in_force", 2 }, { "ended", 1 }, { "ending", 0 }, { "unused", 0 } };
	for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
		page = page_of(&(struct service_query){ .state = states[i].state });
		cr_expect_eq(number(page, "total"), states[i].total, "%s", states[i].state);
		json_decref(page);
	}
	page = page_of(&(struct service_query){ .text = "0.0.3" });
	cr_expect_eq(number(page, "total"), 1);
	json_decref(page);
	cr_expect_eq(service_baseline(b.service, &(struct service_query){ .state = "open" }, &page, b.error), ANSWER_BAD_REQUEST);
}

static bool gather(void *ctx, const char *bytes, size_t n)
{
	char *text = ctx;
	strncat(text, bytes, n);
	return true;
}

Test(import, what_is_exported_comes_in_again_as_known)
{
	static const char *const formats[] = { "json", "csv" };
	const struct service_query all = { 0 };
	add_entry("10.0.0.2", "2199-01-01T00:00:00Z");
	for (size_t i = 0; i < 2; i++) {
		char text[4096] = "";
		json_t *done = NULL, *request;
		const struct service_report_of of = { "baseline", formats[i], &all };
		cr_assert_eq(service_report(b.service, &of, gather, text, b.error), ANSWER_OK, "%s", b.error);
		request = i == 0 ? json_loads(text, 0, NULL) : json_pack("{s:s}", "csv", text);
		cr_assert_eq(service_baseline_import(b.service, &me, request, &done, b.error), ANSWER_OK, "%s", b.error);
		cr_expect_eq(number(done, "known"), 1, "%s", formats[i]);
		cr_expect_eq(number(done, "added"), 0, "%s", formats[i]);
		json_decref(request);
		json_decref(done);
	}
	const struct service_report_of html = { "baseline", "html", &all };
	cr_expect_eq(service_report(b.service, &html, gather, NULL, b.error), ANSWER_NOT_FOUND);
}
