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
