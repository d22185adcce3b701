/*
 * CSV: rows under a header that names the columns. Get-WinEvent | Export-Csv
 * and the Event Viewer's "Save as CSV" carry an event's fields only in its
 * message, which message.c reads; other exports have a column for each.
 */
#include "collector/logs/format.h"
#include "collector/logs/message.h"
#include "proto/base/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { COLUMNS_MAX = 128 };

struct csv {
	enum log_field columns[COLUMNS_MAX];	/* N_LOG_FIELDS: of no interest */
	size_t n_columns;			/* 0: the header has not come */
	char separator;
	char *cell;				/* the one at hand, its quotes taken off */
};

/* Columns that are not called like the fields of EventData, which are columns under their own names. */
/* clang-format off */
static const struct {
	const char *column;
	enum log_field field;
} columns[] = {
	{ "Channel",		LOG_FIELD_CHANNEL },
	{ "Computer",		LOG_FIELD_COMPUTER },
	{ "ComputerName",	LOG_FIELD_COMPUTER },
	{ "Date and Time",	LOG_FIELD_TIME },
	{ "Event ID",		LOG_FIELD_EVENT_ID },
	{ "EventID",		LOG_FIELD_EVENT_ID },
	{ "EventRecordID",	LOG_FIELD_RECORD },
	{ "EventTime",		LOG_FIELD_TIME },
	{ "Hostname",		LOG_FIELD_COMPUTER },
	{ "Id",			LOG_FIELD_EVENT_ID },
	{ "InstanceId",		LOG_FIELD_EVENT_ID },	/* Get-EventLog; of Security the event id */
	{ "Keywords",		LOG_FIELD_OUTCOME },
	{ "KeywordsDisplayNames", LOG_FIELD_OUTCOME },
	{ "LogName",		LOG_FIELD_CHANNEL },
	{ "MachineName",	LOG_FIELD_COMPUTER },
	{ "Message",		LOG_FIELD_MESSAGE },
	{ "ProviderName",	LOG_FIELD_PROVIDER },
	{ "RecordId",		LOG_FIELD_RECORD },
	{ "Source",		LOG_FIELD_PROVIDER },
	{ "SystemTime",		LOG_FIELD_TIME },
	{ "TimeCreated",	LOG_FIELD_TIME },
	{ "TimeGenerated",	LOG_FIELD_TIME },
	{ "イベント ID",		LOG_FIELD_EVENT_ID },	/* the Event Viewer in Japanese */
	{ "キーワード",		LOG_FIELD_OUTCOME },
	{ "コンピュータ",	LOG_FIELD_COMPUTER },
	{ "コンピューター",	LOG_FIELD_COMPUTER },
	{ "ソース",		LOG_FIELD_PROVIDER },
	{ "日付と時刻",		LOG_FIELD_TIME },
};
/* clang-format on */

static enum log_field field_of(const char *name, size_t n)
{
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
		if (strlen(columns[i].column) == n && strncasecmp(columns[i].column, name, n) == 0)
			return columns[i].field;
	return log_field_of(name, n);
}

/* The cell at ${text}[${*at}] into ${c}'s room, ${*at} behind it; its length. */
static size_t take_cell(struct csv *c, const char *text, size_t n, size_t *at)
{
	size_t i = *at, length = 0;
	bool is_quoted = i < n && text[i] == '"';
	for (i += is_quoted; i < n && (is_quoted || text[i] != c->separator); i++) {
		if (is_quoted && text[i] == '"') {
			is_quoted = i + 1 < n && text[i + 1] == '"';
			if (!is_quoted)
				continue;
			i++;
		}
		c->cell[length++] = text[i];
	}
	*at = i + 1;
	return length;
}

/* Semicolons where a comma is the decimal sign; tabs. */
static char separator_of(const char *text, size_t n)
{
	static const char separators[] = ",;\t";
	for (size_t i = 0; i < n; i++)
		if (strchr(separators, text[i]) != NULL && text[i] != '\0')
			return text[i];
	return ',';
}

static void read_header(struct csv *c, struct log_parse *p)
{
	bool has_id = false;
	c->separator = separator_of(p->text, p->n);
	for (size_t at = 0; at < p->n && c->n_columns < COLUMNS_MAX; c->n_columns++) {
		size_t n = take_cell(c, p->text, p->n, &at);
		c->columns[c->n_columns] = field_of(c->cell, n);
		has_id |= c->columns[c->n_columns] == LOG_FIELD_EVENT_ID;
	}
	if (has_id)
		return;
	c->n_columns = 0;
	log_parse_reject(p, "a header without a column for the event id");
}

/* The Event Viewer gives the message, its last cell, no column. */
static void read_row(struct csv *c, struct log_parse *p)
{
	size_t column = 0;
	for (size_t at = 0; at < p->n && column <= c->n_columns; column++) {
		size_t n = take_cell(c, p->text, p->n, &at);
		enum log_field field = column < c->n_columns ? c->columns[column] : LOG_FIELD_MESSAGE;
		if (field != N_LOG_FIELDS)
			log_fields_set(&p->fields, field, c->cell, n);
	}
	if (p->fields.text[LOG_FIELD_MESSAGE] != NULL && log_message_read(&p->fields) == 0)
		p->fields.text[LOG_FIELD_CHANNEL] = NULL;	/* of a channel that cannot be read nothing can be missing */
	log_windows_record(p);
}

static void parse(void *state, struct log_parse *p)
{
	struct csv *c = state;
	if (p->n > LOG_RECORD_CAP || !text_is_utf8(p->text, p->n))
		return log_parse_reject(p, "not UTF-8");
	if (p->text[0] == '#')	/* "#TYPE System.Diagnostics…" before the header */
		return;
	if (c->n_columns == 0)
		read_header(c, p);
	else
		read_row(c, p);
}

static void *open_csv(void)
{
	struct csv *c = calloc(1, sizeof *c);
	if (c == NULL)
		return NULL;
	c->cell = malloc(LOG_RECORD_CAP);
	if (c->cell != NULL)
		return c;
	free(c);
	return NULL;
}

static void close_csv(void *state)
{
	free(((struct csv *)state)->cell);
	free(state);
}

/* A header that names an event id. */
static bool is_like(const char *head, size_t n)
{
	if (n > 0 && head[0] == '#')
		head += strcspn(head, "\n") + (strchr(head, '\n') != NULL);
	size_t length = strcspn(head, "\r\n");
	struct csv c = { .separator = separator_of(head, length) };
	char cell[LOG_DETECT_BYTES];
	c.cell = cell;
	for (size_t at = 0; at < length;) {
		size_t cell_n = take_cell(&c, head, length, &at);
		if (field_of(cell, cell_n) == LOG_FIELD_EVENT_ID)
			return true;
	}
	return false;
}

const struct log_format log_format_csv = { "csv", LOG_ROWS, false, false, is_like, open_csv, close_csv, parse };
