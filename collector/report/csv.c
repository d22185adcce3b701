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
	{ "findings", "findings" },
	{ "evidence", "evidence" },
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

struct table {
	const char *key;	/* of the document */
	const struct column *columns;
	size_t n;
};

static const struct table incidents = { "incidents", incident_columns, sizeof incident_columns / sizeof *incident_columns };
static const struct table accesses = { "accesses", access_columns, sizeof access_columns / sizeof *access_columns };

static const struct table *table_of(enum report_part parts)
{
	return parts & REPORT_INCIDENTS ? &incidents : &accesses;
}

/* The titles if ${row} is NULL. */
static void print_row(struct report_out *out, const struct table *table, const json_t *row)
{
	for (size_t i = 0; i < table->n; i++) {
		report_text_of(out, i > 0 ? "," : "");
		begin_cell(out);
		if (row == NULL)
			put(out, table->columns[i].title);
		else
			report_value(out, put, row, table->columns[i].key);
		report_text_of(out, "\"");
	}
	report_text_of(out, "\r\n");
}

/* Keys of an entry, as baseline import reads them again. */
static const struct column entry_columns[] = {
	{ "site", "site" },	      { "source", "source" },		{ "account", "account" },
	{ "destination", "destination" }, { "actions", "actions" },	{ "sha256", "sha256" },
	{ "when", "when" },	      { "valid_from", "valid_from" },	{ "valid_until", "valid_until" },
	{ "reason", "reason" },	      { "reference", "reference" },
};

static const struct table entries_table = { "entries", entry_columns, sizeof entry_columns / sizeof *entry_columns };

void report_csv_entries(struct report_out *out, const json_t *entries)
{
	print_row(out, &entries_table, NULL);
	for (size_t i = json_array_size(entries); i-- > 0;)	/* the list is newest first */
		print_row(out, &entries_table, json_array_get(entries, i));
}

static void begin(struct report_out *out, enum report_part part)
{
	print_row(out, table_of(part), NULL);
}

static void print(struct report_out *out, enum report_part part, const json_t *row)
{
	print_row(out, table_of(part), row);
}

/* A table ends with its last row. */
static void end(struct report_out *out, enum report_part part)
{
	(void)out, (void)part;
}

const struct report_stream report_csv_stream = { begin, print, end };

void report_csv(struct report_out *out, const json_t *document, enum report_part parts)
{
	const json_t *rows = json_object_get(document, table_of(parts)->key);
	begin(out, parts);
	for (size_t i = 0; i < json_array_size(rows); i++)
		print(out, parts, json_array_get(rows, i));
	end(out, parts);
}
