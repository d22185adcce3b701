/*
 * Reports for a terminal. What strangers chose can neither end a line nor
 * speak to the terminal: control characters and those that turn the direction
 * of writing are written as \u{…}.
 */
#include "collector/report/report.h"

#include "proto/base/text.h"

#include <stdio.h>
#include <string.h>

static bool is_harmless(uint32_t point)
{
	bool is_control = point < 0x20 || (point >= 0x7f && point <= 0x9f);
	bool turns = (point >= 0x200e && point <= 0x200f) || (point >= 0x2028 && point <= 0x202e) ||
		     (point >= 0x2066 && point <= 0x2069) || point == 0x061c;
	return !is_control && !turns;
}

static void put(struct report_out *out, const char *text)
{
	size_t left = strlen(text);
	while (left > 0) {
		uint32_t point = (unsigned char)*text;
		size_t n = text_utf8_char(text, left, &point);
		if (n > 0 && is_harmless(point)) {
			report_bytes(out, text, n);
		} else {
			char escape[16];
			snprintf(escape, sizeof escape, "\\u{%x}", (unsigned)point);
			report_text_of(out, escape);
		}
		n = n > 0 ? n : 1;
		text += n;
		left -= n;
	}
}

/* "  title  value", if there is one. */
static void line(struct report_out *out, const char *title, const json_t *row, const char *key)
{
	const json_t *value = json_object_get(row, key);
	if (value == NULL || json_is_null(value))
		return;
	char label[32];
	snprintf(label, sizeof label, "  %-13s ", title);
	report_text_of(out, label);
	report_value(out, put, row, key);
	report_text_of(out, "\n");
}

static void print_step(struct report_out *out, const json_t *step)
{
	report_text_of(out, "    ");
	report_value(out, put, step, "time");
	report_text_of(out, "  ");
	report_value(out, put, step, "destination");
	report_text_of(out, "  ");
	report_value(out, put, step, "step");
	if (json_integer_value(json_object_get(step, "count")) > 1) {
		report_text_of(out, " x");
		report_value(out, put, step, "count");
	}
	if (json_object_size(json_object_get(step, "detail")) > 0) {
		report_text_of(out, "  (");
		report_detail(out, put, step);
		report_text_of(out, ")");
	}
	report_text_of(out, "\n");
}

static void print_incident(struct report_out *out, const json_t *incident)
{
	static const struct {
		const char *title, *key;
	} lines[] = {
		{ "source", "source" },	      { "account", "account" },	      { "workstation", "workstation" },
		{ "destinations", "destinations" }, { "first seen", "first_seen" }, { "last seen", "last_seen" },
		{ "profile", "profile" },     { "techniques", "techniques" }, { "verdict", "verdict" },
	};
	report_text_of(out, "Incident ");
	report_value(out, put, incident, "id");
	report_text_of(out, ": ");
	report_value(out, put, incident, "severity");
	report_text_of(out, " (");
	report_value(out, put, incident, "score");
	report_text_of(out, ")  ");
	report_value(out, put, incident, "title");
	report_text_of(out, "\n");
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		line(out, lines[i].title, incident, lines[i].key);
	const json_t *steps = json_object_get(incident, "steps");
	for (size_t i = 0; i < json_array_size(steps); i++)
		print_step(out, json_array_get(steps, i));
	const json_t *evidence = json_object_get(incident, "evidence");
	for (size_t i = 0; i < json_array_size(evidence); i++) {
		report_text_of(out, "  - ");
		put(out, json_string_value(json_array_get(evidence, i)));
		report_text_of(out, "\n");
	}
	report_text_of(out, "\n");
}

enum { ROW_KEYS = 10 };

/* A list of rows under a title; nothing at all when there are none. */
struct table {
	const char *key;		/* of the document */
	const char *title;
	const char *columns[ROW_KEYS];	/* NULL ends them */
};

static const struct table accesses_table = {
	"accesses", "Administrator access",
	{ "start", "verdict", "source", "destination", "account", "steps", "findings", "evidence", NULL }
};
static const struct table log_only_table = {
	"log_only", "Logged by the server, seen by no sensor", { "time", "source", "source_port", "host", "account", "because", NULL }
};
static const struct table sources_table = {
	"sources", "Server logs", { "file", "hosts", "offset_seconds", "records", "skipped", NULL }
};
static const struct table opaque_table = {
	"opaque", "Encrypted sessions: what happened inside cannot be seen",
	{ "start", "source", "destination", "account", "auth", "dialect", "messages", NULL }
};

static void print_row(struct report_out *out, const char *const *columns, const json_t *row)
{
	for (; *columns != NULL; columns++) {
		report_text_of(out, "  ");
		if (json_is_null(json_object_get(row, *columns)))
			report_text_of(out, "-");
		report_value(out, put, row, *columns);
	}
	report_text_of(out, "\n");
}

static void print_table(struct report_out *out, const json_t *document, const struct table *table)
{
	const json_t *rows = json_object_get(document, table->key);
	if (json_array_size(rows) == 0)
		return;
	report_text_of(out, table->title);
	report_text_of(out, "\n");
	for (size_t i = 0; i < json_array_size(rows); i++)
		print_row(out, table->columns, json_array_get(rows, i));
	report_text_of(out, "\n");
}

static void print_coverage(struct report_out *out, const json_t *coverage)
{
	if (coverage == NULL)
		return;
	report_value(out, put, coverage, "packets");
	report_text_of(out, " packets, ");
	report_value(out, put, coverage, "events");
	report_text_of(out, " events, ");
	report_value(out, put, coverage, "gaps");
	report_text_of(out, " gaps, ");
	report_value(out, put, coverage, "malformed");
	report_text_of(out, " malformed");
	if (json_is_true(json_object_get(coverage, "truncated")))
		report_text_of(out, "; a capture ends in the middle of a packet");
	report_text_of(out, "\n");
}

void report_text(struct report_out *out, const json_t *document, enum report_part parts)
{
	const json_t *incidents = json_object_get(document, "incidents");
	if ((parts & REPORT_INCIDENTS) && json_array_size(incidents) == 0)
		report_text_of(out, "No incident.\n\n");
	for (size_t i = 0; (parts & REPORT_INCIDENTS) && i < json_array_size(incidents); i++)
		print_incident(out, json_array_get(incidents, i));
	if (parts & REPORT_ACCESSES)
		print_table(out, document, &accesses_table);
	print_table(out, document, &log_only_table);
	print_table(out, document, &opaque_table);
	print_table(out, document, &sources_table);
	print_coverage(out, json_object_get(document, "coverage"));
}
