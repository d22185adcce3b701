/*
 * Reports as one HTML file that needs nothing else: no scripts, its own style,
 * light and dark, printable. Markup is written with MARKUP, which takes string
 * literals only; everything else goes through put, which escapes it.
 */
#include "collector/report/report.h"

#include "collector/report/document.h"
#include "proto/base/clock.h"

#include <stdio.h>
#include <string.h>

#define MARKUP(out, literal) report_bytes(out, "" literal "", sizeof(literal) - 1)

static void put(struct report_out *out, const char *text)
{
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '<':
			MARKUP(out, "&lt;");
			break;
		case '>':
			MARKUP(out, "&gt;");
			break;
		case '&':
			MARKUP(out, "&amp;");
			break;
		case '"':
			MARKUP(out, "&quot;");
			break;
		case '\'':
			MARKUP(out, "&#39;");
			break;
		default:
			report_bytes(out, text, 1);
		}
	}
}

static const char style[] =
	":root{color-scheme:light dark;--ink:#1a1d21;--soft:#5b6470;--line:#d8dde3;--paper:#fff;--panel:#f5f7f9;"
	"--critical:#b3123b;--high:#c2410c;--medium:#9a6700;--low:#3d6b8c;--good:#1a7f37}"
	"@media (prefers-color-scheme:dark){:root{--ink:#e6e9ee;--soft:#98a2b0;--line:#333b46;--paper:#14181d;"
	"--panel:#1c2229;--critical:#ff6b8a;--high:#ff9a5c;--medium:#e3b341;--low:#7fb3d9;--good:#57c278}}"
	"*{box-sizing:border-box}"
	"body{margin:0 auto;max-width:76rem;padding:2rem 1.5rem;background:var(--paper);color:var(--ink);"
	"font:15px/1.5 system-ui,sans-serif}"
	"h1{font-size:1.5rem;margin:0}h3{font-size:1rem;margin:0}p{margin:.25rem 0}.soft{color:var(--soft)}"
	"h2{font-size:1.15rem;margin:2.5rem 0 .75rem;border-bottom:1px solid var(--line);padding-bottom:.35rem}"
	"article{background:var(--panel);border:1px solid var(--line);border-left:4px solid var(--low);border-radius:6px;"
	"padding:1rem 1.25rem;margin:0 0 1rem;break-inside:avoid-page}"
	"article.critical{border-left-color:var(--critical)}article.high{border-left-color:var(--high)}"
	"article.medium{border-left-color:var(--medium)}"
	".badge{font-weight:600;text-transform:uppercase;font-size:.75rem;letter-spacing:.04em}"
	".critical .badge{color:var(--critical)}.high .badge{color:var(--high)}"
	".medium .badge{color:var(--medium)}.low .badge{color:var(--low)}"
	"dl{display:grid;grid-template-columns:9rem 1fr;gap:.15rem 1rem;margin:.75rem 0}"
	"dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}"
	"table{border-collapse:collapse;width:100%;font-size:.85rem}"
	"th{text-align:left;color:var(--soft);font-weight:600}"
	"th,td{padding:.3rem .75rem .3rem 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:break-word}"
	"td:last-child{overflow-wrap:anywhere}"
	"td.time{white-space:nowrap;font-variant-numeric:tabular-nums}.legitimate{color:var(--good)}"
	"code{font:.85em ui-monospace,monospace}ul{margin:.5rem 0;padding-left:1.2rem}"
	"@media print{body{max-width:none;padding:0}article{background:none}}";

struct column {
	const char *title, *key;
};

static void print_pairs(struct report_out *out, const struct column *pairs, size_t n, const json_t *row)
{
	MARKUP(out, "<dl>");
	for (size_t i = 0; i < n; i++) {
		if (json_is_null(json_object_get(row, pairs[i].key)))
			continue;
		MARKUP(out, "<dt>");
		put(out, pairs[i].title);
		MARKUP(out, "</dt><dd>");
		report_value(out, put, row, pairs[i].key);
		MARKUP(out, "</dd>");
	}
	MARKUP(out, "</dl>\n");
}

static void print_step(struct report_out *out, const json_t *step)
{
	MARKUP(out, "<tr><td class=\"time\">");
	report_value(out, put, step, "time");
	MARKUP(out, "</td><td>");
	report_value(out, put, step, "destination");
	MARKUP(out, "</td><td><code>");
	report_value(out, put, step, "step");
	MARKUP(out, "</code></td><td>");
	report_value(out, put, step, "count");
	MARKUP(out, "</td><td>");
	report_value(out, put, step, "technique");
	MARKUP(out, "</td><td>");
	report_detail(out, put, step);
	MARKUP(out, "</td></tr>\n");
}

static void say_more(struct report_out *out, size_t n)
{
	char number[24];
	snprintf(number, sizeof number, "%zu", n);
	MARKUP(out, "<p class=\"soft\">&hellip; and ");
	put(out, number);
	MARKUP(out, " more; export the ledger as CSV for all</p>\n");
}

/* ${incident} holds all steps, or the first and how many there are. */
static void print_steps(struct report_out *out, const json_t *incident)
{
	const json_t *steps = json_object_get(incident, "steps"), *total = json_object_get(incident, "steps_total");
	size_t n = total != NULL ? (size_t)json_integer_value(total) : json_array_size(steps);
	if (n == 0)
		return;
	MARKUP(out, "<table><thead><tr><th>Time</th><th>Destination</th><th>Step</th><th>Count</th><th>Technique</th>"
		    "<th>Detail</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < json_array_size(steps) && i < DOCUMENT_STEPS_MAX; i++)
		print_step(out, json_array_get(steps, i));
	MARKUP(out, "</tbody></table>\n");
	if (n > DOCUMENT_STEPS_MAX)
		say_more(out, n - DOCUMENT_STEPS_MAX);
}

static void print_evidence(struct report_out *out, const json_t *evidence)
{
	MARKUP(out, "<ul>\n");
	for (size_t i = 0; i < json_array_size(evidence); i++) {
		MARKUP(out, "<li>");
		put(out, json_string_value(json_array_get(evidence, i)));
		MARKUP(out, "</li>\n");
	}
	MARKUP(out, "</ul>\n");
}

static void print_incident(struct report_out *out, const json_t *incident)
{
	static const struct column pairs[] = {
		{ "Source", "source" },	     { "Site", "site" },	     { "Account", "account" },
		{ "Workstation", "workstation" }, { "Destinations", "destinations" }, { "First seen", "first_seen" },
		{ "Last seen", "last_seen" },	     { "Profile", "profile" },	     { "Techniques", "techniques" },
		{ "Verdict", "verdict" },	     { "State", "state" },	     { "Closed as", "close_reason" },
		{ "Note", "note" },
	};
	MARKUP(out, "<article class=\"");
	report_value(out, put, incident, "severity");
	MARKUP(out, "\"><p class=\"badge\">");
	report_value(out, put, incident, "severity");
	MARKUP(out, " &middot; ");
	report_value(out, put, incident, "score");
	MARKUP(out, "</p><h3>");
	report_value(out, put, incident, "title");
	MARKUP(out, "</h3>\n");
	print_pairs(out, pairs, sizeof pairs / sizeof *pairs, incident);
	print_evidence(out, json_object_get(incident, "evidence"));
	print_steps(out, incident);
	MARKUP(out, "</article>\n");
}

static void print_access(struct report_out *out, const json_t *access)
{
	static const char *const keys[] = { "source", "destination", "account", "auth", "steps", "findings", "evidence" };
	MARKUP(out, "<tr><td class=\"time\">");
	report_value(out, put, access, "start");
	MARKUP(out, "</td><td class=\"");
	report_value(out, put, access, "verdict");
	MARKUP(out, "\">");
	report_value(out, put, access, "verdict");
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		MARKUP(out, "</td><td>");
		report_value(out, put, access, keys[i]);
	}
	MARKUP(out, "</td></tr>\n");
}

/* ---- sections --------------------------------------------------------------------------------------------------------- */

static void begin_incidents(struct report_out *out)
{
	MARKUP(out, "<h2>Incidents</h2>\n");
}

static void end_incidents(struct report_out *out)
{
	if (out->n_rows == 0)
		MARKUP(out, "<p class=\"soft\">None: every administrator access the network saw is explained.</p>\n");
}

static void begin_accesses(struct report_out *out)
{
	MARKUP(out, "<h2>Ledger of administrator access</h2>\n");
}

static void print_ledger_row(struct report_out *out, const json_t *access)
{
	if (out->n_rows == 0)
		MARKUP(out, "<table><thead><tr><th>Start</th><th>Verdict</th><th>Source</th><th>Destination</th><th>Account</th>"
			    "<th>Logon</th><th>Steps</th><th>Findings</th><th>Why this verdict</th></tr></thead><tbody>\n");
	print_access(out, access);
}

static void end_accesses(struct report_out *out)
{
	if (out->n_rows == 0)
		MARKUP(out, "<p class=\"soft\">None was seen.</p>\n");
	else
		MARKUP(out, "</tbody></table>\n");
}

static const struct section {
	enum report_part part;
	const char *key;	/* of the document */
	void (*begin)(struct report_out *out);
	void (*row)(struct report_out *out, const json_t *row);
	void (*end)(struct report_out *out);
} sections[] = {
	{ REPORT_INCIDENTS, "incidents", begin_incidents, print_incident, end_incidents },
	{ REPORT_ACCESSES, "accesses", begin_accesses, print_ledger_row, end_accesses },
};
enum { N_SECTIONS = sizeof sections / sizeof *sections };

static void begin_section(struct report_out *out, const struct section *section)
{
	out->n_rows = 0;
	section->begin(out);
}

static void print_row(struct report_out *out, const struct section *section, const json_t *row)
{
	section->row(out, row);
	out->n_rows++;
}

/* ---- what is about the logs ------------------------------------------------------------------------------------------- */

/* A list of the document that is there only where server logs were read. */
struct log_table {
	const char *key, *title;
	struct column columns[6];
	size_t n;
};

static void print_log_table(struct report_out *out, const struct log_table *table, const json_t *rows)
{
	if (json_array_size(rows) == 0)
		return;
	MARKUP(out, "<h2>");
	put(out, table->title);
	MARKUP(out, "</h2>\n<table><thead><tr>");
	for (size_t i = 0; i < table->n; i++) {
		MARKUP(out, "<th>");
		put(out, table->columns[i].title);
		MARKUP(out, "</th>");
	}
	MARKUP(out, "</tr></thead><tbody>\n");
	for (size_t r = 0; r < json_array_size(rows); r++) {
		MARKUP(out, "<tr>");
		for (size_t i = 0; i < table->n; i++) {
			MARKUP(out, "<td>");
			report_value(out, put, json_array_get(rows, r), table->columns[i].key);
			MARKUP(out, "</td>");
		}
		MARKUP(out, "</tr>\n");
	}
	MARKUP(out, "</tbody></table>\n");
}

static void print_logs(struct report_out *out, const json_t *document)
{
	static const struct log_table tables[] = {
		{ "log_only", "Logged by the server, seen by no sensor",
		  { { "Time", "time" }, { "Source", "source" }, { "Port", "source_port" }, { "Host", "host" }, { "Account", "account" },
		    { "Because", "because" } }, 6 },
		{ "sources", "Server logs",
		  { { "File", "file" }, { "Hosts", "hosts" }, { "Clock minus UTC, s", "offset_seconds" }, { "Records", "records" },
		    { "Skipped", "skipped" } }, 5 },
	};
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		print_log_table(out, &tables[i], json_object_get(document, tables[i].key));
}

/* ---- the page --------------------------------------------------------------------------------------------------------- */

static void begin_page(struct report_out *out)
{
	char now[CLOCK_TEXT_BYTES];
	clock_text(clock_now_ns(), now);
	MARKUP(out, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
		    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Ashiato report</title><style>");
	report_text_of(out, style);
	MARKUP(out, "</style></head><body>\n<header><h1>Ashiato report</h1><p class=\"soft\">Written ");
	put(out, now);
	MARKUP(out, "</p></header>\n");
}

static void end_page(struct report_out *out)
{
	MARKUP(out, "</body></html>\n");
}

static const struct section *section_of(enum report_part part)
{
	return &sections[part == REPORT_INCIDENTS ? 0 : 1];
}

static void begin(struct report_out *out, enum report_part part)
{
	begin_page(out);
	begin_section(out, section_of(part));
}

static void print(struct report_out *out, enum report_part part, const json_t *row)
{
	print_row(out, section_of(part), row);
}

static void end(struct report_out *out, enum report_part part)
{
	section_of(part)->end(out);
	end_page(out);
}

const struct report_stream report_html_stream = { begin, print, end };

static void print_section(struct report_out *out, const struct section *section, const json_t *rows)
{
	begin_section(out, section);
	for (size_t i = 0; i < json_array_size(rows); i++)
		print_row(out, section, json_array_get(rows, i));
	section->end(out);
}

void report_html(struct report_out *out, const json_t *document, enum report_part parts)
{
	begin_page(out);
	for (size_t i = 0; i < N_SECTIONS; i++)
		if (parts & sections[i].part)
			print_section(out, &sections[i], json_object_get(document, sections[i].key));
	print_logs(out, document);
	end_page(out);
}
