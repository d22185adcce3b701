/*
 * Reports as one table for a spreadsheet: RFC 4180, every cell quoted. A cell
 * that a spreadsheet would take for a formula (it begins with = + - @ or a
 * tab or carriage return) gets an apostrophe in front.
 */
#include "collector/report/report.h"

#include <string.h>

struct column {
	const char *title, *key;
};

static const struct column incident_columns[] = {
	{ "id", "id" },
	{ "severity", "severity" },
	{ "score", "score" },
	{ "state", "state" },
	{ "close_reason", "close_reason" },
	{ "verdict", "verdict" },
	{ "profile", "profile" },
	{ "title", "title" },
	{ "techniques", "techniques" },
	{ "site", "site" },
	{ "source", "source" },
	{ "account", "account" },
	{ "workstation", "workstation" },
	{ "destinations", "destinations" },
	{ "first_seen", "first_seen" },
	{ "last_seen", "last_seen" },
	{ "accesses", "count" },
	{ "note", "note" },
};

static const struct column access_columns[] = {
	{ "id", "id" },
	{ "incident", "incident" },
	{ "verdict", "verdict" },
	{ "site", "site" },
	{ "source", "source" },
	{ "source_port", "source_port" },
	{ "destination", "destination" },
	{ "destination_port", "destination_port" },
	{ "account", "account" },
	{ "workstation", "workstation" },
	{ "auth", "auth" },
	{ "dialect", "dialect" },
	{ "encrypted", "encrypted" },
	{ "start", "start" },
	{ "end", "end" },
	{ "steps", "steps" },
	{ "baseline", "baseline" },
	{ "sensor", "sensor" },
	{ "community_id", "community_id" },
};

/* Text inside a quoted cell. */
static void put(struct report_out *out, const char *text)
{
	if (*text == '\0')
		return;
	if (out->cell_begins && strchr("=+-@\t\r", *text) != NULL)
		report_text_of(out, "'");
	out->cell_begins = false;
	for (; *text != '\0'; text++) {
		if (*text == '"')
			report_text_of(out, "\"");
		report_bytes(out, text, 1);
	}
}

static void begin_cell(struct report_out *out)
{
	report_text_of(out, "\"");
	out->cell_begins = true;
}

static void print_row(struct report_out *out, const struct column *columns, size_t n, const json_t *row)
{
	for (size_t i = 0; i < n; i++) {
		report_text_of(out, i > 0 ? "," : "");
		begin_cell(out);
		if (row == NULL)
			put(out, columns[i].title);
		else
			report_value(out, put, row, columns[i].key);
		report_text_of(out, "\"");
	}
	report_text_of(out, "\r\n");
}

static void print_table(struct report_out *out, const struct column *columns, size_t n, const json_t *rows)
{
	print_row(out, columns, n, NULL);
	for (size_t i = 0; i < json_array_size(rows); i++)
		print_row(out, columns, n, json_array_get(rows, i));
}

void report_csv(struct report_out *out, const json_t *document, enum report_part parts)
{
	if (parts & REPORT_INCIDENTS)
		print_table(out, incident_columns, sizeof incident_columns / sizeof *incident_columns,
			    json_object_get(document, "incidents"));
	else
		print_table(out, access_columns, sizeof access_columns / sizeof *access_columns,
			    json_object_get(document, "accesses"));
}
