#include "collector/report/document.h"
#include "collector/report/report.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct page {
	char *text;
	size_t n;
	size_t room;	/* writes fail once it is used up */
};

static bool collect(void *ctx, const char *bytes, size_t n)
{
	struct page *p = ctx;
	if (n > p->room)
		return false;
	p->room -= n;
	p->text = realloc(p->text, p->n + n + 1);
	memcpy(p->text + p->n, bytes, n);
	p->n += n;
	p->text[p->n] = '\0';
	return true;
}

/* A document whose one incident and access carry ${evil} wherever strangers choose the text. */
static json_t *document_with(const char *evil)
{
	json_t *step = json_pack("{s:s,s:s,s:s,s:i,s:{s:s,s:[s]}}", "time", "t", "step", "svcctl.create_service", "destination",
				 "10.0.0.2", "count", 2, "detail", "service", evil, "facts", evil);
	json_t *incident = json_pack("{s:i,s:s,s:i,s:s,s:s,s:n,s:[s],s:[s],s:[o]}", "id", 1, "severity", "high", "score", 70, "title",
				     evil, "account", evil, "workstation", "destinations", "10.0.0.2", "evidence", evil, "steps", step);
	json_t *access = json_pack("{s:i,s:s,s:s,s:s,s:[s,s]}", "id", 1, "start", "t", "verdict", "unverified", "account", evil, "steps",
				   "smb.logon", evil);
	return json_pack("{s:[o],s:[o]}", "incidents", incident, "accesses", access);
}

static char *printed(const char *format, const json_t *document, enum report_part parts)
{
	struct page page = { .room = SIZE_MAX };
	struct report_out out = { .write = collect, .ctx = &page };
	report_format(format)(&out, document, parts);
	cr_assert_not(out.failed);
	return page.text;
}

Test(report, only_known_formats_have_a_printer)
{
	cr_assert_not_null(report_format("json"));
	cr_assert_null(report_format("pdf"));
	cr_assert_null(report_format(""));
}

Test(report, markup_that_strangers_chose_is_text_in_html)
{
	json_t *document = document_with("<script>alert(1)</script> \"'&");
	char *page = printed("html", document, REPORT_ALL);
	cr_assert_null(strstr(page, "<script"), "%s", page);
	cr_assert_not_null(strstr(page, "&lt;script&gt;alert(1)&lt;/script&gt; &quot;&#39;&amp;"));
	cr_assert_null(strstr(page, "http:"), "a report needs nothing else");
	cr_assert_null(strstr(page, "url("));
	free(page);
	json_decref(document);
}

Test(report, a_cell_that_a_spreadsheet_would_run_is_text_in_csv)
{
	static const char *const evil[] = { "=cmd()", "+1", "-1", "@x", "\tx", "\rx" };
	for (size_t i = 0; i < sizeof evil / sizeof *evil; i++) {
		json_t *document = document_with(evil[i]);
		char *page = printed("csv", document, REPORT_INCIDENTS);
		char want[32];
		snprintf(want, sizeof want, ",\"'%s\"", evil[i]);
		cr_assert_not_null(strstr(page, want), "%s", page);
		free(page);
		json_decref(document);
	}
}

Test(report, quotes_and_line_ends_stay_inside_their_cell)
{
	json_t *document = document_with("a \"b\",\nc = d");
	char *page = printed("csv", document, REPORT_ACCESSES);
	cr_assert_not_null(strstr(page, ",\"a \"\"b\"\",\nc = d\","), "%s", page);
	cr_assert_not_null(strstr(page, "\"smb.logon, a \"\"b\"\",\nc = d\""), "%s", page);
	free(page);
	json_decref(document);
}

Test(report, csv_has_one_line_of_titles_and_one_a_row)
{
	json_t *document = document_with("x");
	char *page = printed("csv", document, REPORT_INCIDENTS);
	size_t lines = 0;
	for (char *at = page; (at = strstr(at, "\r\n")) != NULL; at += 2)
		lines++;
	cr_assert_eq(lines, 2);
	cr_assert_eq(strncmp(page, "\"id\",\"severity\",", 16), 0);
	free(page);
	json_decref(document);
}

Test(report, text_cannot_speak_to_the_terminal)
{
	json_t *document = document_with("\x1b[2Jx\ny\xe2\x80\xae z");
	char *page = printed("text", document, REPORT_ALL);
	cr_assert_null(strchr(page, '\x1b'));
	cr_assert_null(strstr(page, "\xe2\x80\xae"));
	cr_assert_not_null(strstr(page, "\\u{1b}[2Jx\\u{a}y\\u{202e} z"), "%s", page);
	cr_assert_not_null(strstr(page, "svcctl.create_service x2"));
	free(page);
	json_decref(document);
}

Test(report, an_empty_document_says_something_in_every_format)
{
	static const char *const formats[] = { "csv", "html", "json", "text" };
	json_t *document = json_pack("{s:[],s:[]}", "incidents", "accesses");
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		char *page = printed(formats[i], document, REPORT_ALL);
		cr_assert(strlen(page) > 0, "%s", formats[i]);
		free(page);
	}
	json_decref(document);
}

Test(report, a_reader_that_leaves_ends_the_report_wherever_it_is)
{
	static const char *const formats[] = { "csv", "html", "json", "text" };
	json_t *document = document_with("x");
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
		for (size_t room = 0; room < 300; room++) {
			struct page page = { .room = room };
			struct report_out out = { .write = collect, .ctx = &page };
			report_format(formats[i])(&out, document, REPORT_ALL);
			cr_assert(out.failed || page.n <= room);
			free(page.text);
		}
	json_decref(document);
}

static char *streamed(const char *format, const json_t *rows, enum report_part part)
{
	struct page page = { .room = SIZE_MAX };
	struct report_out out = { .write = collect, .ctx = &page };
	const struct report_stream *stream = report_stream(format);
	stream->begin(&out, part);
	for (size_t i = 0; i < json_array_size(rows); i++)
		stream->row(&out, part, json_array_get(rows, i));
	stream->end(&out, part);
	cr_assert_not(out.failed);
	return page.text;
}

/* After the line that says when. */
static const char *body(const char *page)
{
	const char *at = strstr(page, "</header>");
	return at != NULL ? at : page;
}

Test(report, row_by_row_is_printed_what_the_whole_document_prints)
{
	static const struct {
		const char *format, *key;
		enum report_part part;
	} cases[] = { { "csv", "incidents", REPORT_INCIDENTS },
		      { "csv", "accesses", REPORT_ACCESSES },
		      { "html", "incidents", REPORT_INCIDENTS },
		      { "html", "accesses", REPORT_ACCESSES } };
	json_t *full = document_with("x"), *empty = json_pack("{s:[],s:[]}", "incidents", "accesses");
	for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
		const json_t *document = i % 2 ? empty : full;
		char *whole = printed(cases[i / 2].format, document, cases[i / 2].part);
		char *rows = streamed(cases[i / 2].format, json_object_get(document, cases[i / 2].key), cases[i / 2].part);
		cr_assert_str_eq(body(rows), body(whole));
		free(whole);
		free(rows);
	}
	json_decref(full);
	json_decref(empty);
	cr_assert_null(report_stream("json"));
}

static json_t *document_with_steps(size_t n)
{
	json_t *document = document_with("x");
	json_t *steps = json_object_get(json_array_get(json_object_get(document, "incidents"), 0), "steps");
	json_t *step = json_incref(json_array_get(steps, 0));
	json_array_clear(steps);
	while (json_array_size(steps) < n)
		json_array_append(steps, step);
	json_decref(step);
	return document;
}

static size_t times(const char *page, const char *word)
{
	size_t n = 0;
	for (; (page = strstr(page, word)) != NULL; page++)
		n++;
	return n;
}

Test(report, html_shows_so_many_steps_and_says_how_many_more_there_are)
{
	static const size_t counts[] = { DOCUMENT_STEPS_MAX, DOCUMENT_STEPS_MAX + 1, DOCUMENT_STEPS_MAX + 1234 };
	static const char *const lines[] = { NULL, "&hellip; and 1 more; export", "&hellip; and 1234 more; export" };
	for (size_t i = 0; i < 3; i++) {
		json_t *document = document_with_steps(counts[i]);
		if (i == 2) {	/* the others stayed in the store */
			json_t *incident = json_array_get(json_object_get(document, "incidents"), 0);
			json_object_set_new(incident, "steps_total", json_integer((json_int_t)counts[i]));
			while (json_array_size(json_object_get(incident, "steps")) > DOCUMENT_STEPS_MAX)
				json_array_remove(json_object_get(incident, "steps"), DOCUMENT_STEPS_MAX);
		}
		char *page = printed("html", document, REPORT_INCIDENTS);
		cr_assert_eq(times(page, "svcctl.create_service"), DOCUMENT_STEPS_MAX);
		cr_assert_eq(times(page, "&hellip;"), lines[i] != NULL);
		if (lines[i] != NULL)
			cr_assert_not_null(strstr(page, lines[i]));
		free(page);
		json_decref(document);
	}
}
