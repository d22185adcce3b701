#include "collector/plan.h"

#include "collector/baseline/width.h"
#include "collector/plan_time.h"
#include "proto/base/clock.h"
#include "proto/base/text.h"

#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NO_COLUMN = -1 };

static const char separators[] = ",;\t|";

/* ---- cells ------------------------------------------------------------------------------------------------------------ */

struct cell {
	char text[PLAN_CELL_BYTES];
	const char *wrong;	/* why it cannot be used; NULL if it can */
};

/* What a key's cell becomes in the entry. */
static json_t *text_value(const struct zone *zone, const char *text)
{
	(void)zone;
	return json_string(text);
}

/* "a, b;c" as a list. */
static json_t *list_value(const struct zone *zone, const char *text)
{
	static const char between[] = ",; \t\r\n";
	json_t *list = json_array();
	(void)zone;
	for (text += strspn(text, between); *text != '\0'; text += strspn(text, between)) {
		size_t n = strcspn(text, between);
		json_array_append_new(list, json_stringn(text, n));
		text += n;
	}
	return list;
}

/* True if no clock of ${zone} ever shows ${wall_ns}. */
static bool is_in_gap(const struct zone *zone, int64_t wall_ns)
{
	int64_t utc_ns = zone_utc_of(zone, wall_ns);
	return utc_ns + zone_offset_s(zone, utc_ns / CLOCK_SECOND_NS) * CLOCK_SECOND_NS != wall_ns;
}

/* A time that names its zone as it is, a wall time in ${zone}, ${after_date_ns} later if it is a date alone. */
static json_t *moment_value(const struct zone *zone, const char *text, int64_t after_date_ns)
{
	char out[CLOCK_TEXT_BYTES];
	int64_t ns;
	enum plan_time is = plan_time_read(text, &ns);
	if (is == PLAN_TIME_NONE || is == PLAN_TIME_TWO_DAYS)
		return json_null();	/* its row is told why (times_are_fine) */
	ns += is == PLAN_TIME_DATE ? after_date_ns : 0;
	clock_text(is == PLAN_TIME_MOMENT ? ns : zone_utc_of(zone, ns), out);	/* by the offset of the moment meant */
	return json_string(out);
}

static json_t *time_value(const struct zone *zone, const char *text)
{
	return moment_value(zone, text, 0);
}

/* A date is over with its day. */
static json_t *end_value(const struct zone *zone, const char *text)
{
	return moment_value(zone, text, 24 * CLOCK_HOUR_NS);
}

/* Keys of an entry that a table may give, and how. */
static const struct key {
	const char *name;
	json_t *(*value)(const struct zone *zone, const char *text);
} keys[] = {
	{ "account", text_value },     { "actions", list_value },    { "destination", text_value }, { "reason", text_value },
	{ "reference", text_value },   { "sha256", text_value },     { "site", text_value },	    { "source", text_value },
	{ "valid_from", time_value },  { "valid_until", end_value }, { "when", text_value },
};
enum { N_KEYS = sizeof keys / sizeof *keys };

/* ---- the table -------------------------------------------------------------------------------------------------------- */

struct table {
	const struct rules *rules;
	const struct plan_options *options;
	struct zone zone;
	char *error;
	size_t error_cap;
	char wanted[N_KEYS][PLAN_NAME_BYTES];	/* the column that holds each key */
	bool is_mapped[N_KEYS];			/* by the mapping: then it must be there */
	int key_of[PLAN_COLUMNS_MAX];		/* of each column; NO_COLUMN: of no interest */
	size_t n_told;				/* entries so far */
	size_t row, column;			/* the cell at hand; rows from 1 */
	bool is_empty;				/* nothing stands in the row so far */
	struct cell cells[N_KEYS];
	bool failed;
};

static bool fail(struct table *t, const char *what, const char *name)
{
	snprintf(t->error, t->error_cap, "%s%s%s%s", what, name != NULL ? " \"" : "", name != NULL ? name : "", name != NULL ? "\"" : "");
	t->failed = true;
	return false;
}

static int key_named(const char *name, size_t n)
{
	for (int k = 0; k < N_KEYS; k++)
		if (strlen(keys[k].name) == n && strncmp(keys[k].name, name, n) == 0)
			return k;
	return NO_COLUMN;
}

/* "key=Column,key=Column". */
static bool read_mapping(struct table *t)
{
	for (int k = 0; k < N_KEYS; k++)
		snprintf(t->wanted[k], PLAN_NAME_BYTES, "%s", keys[k].name);
	for (const char *p = t->options->mapping; p != NULL && *p != '\0';) {
		size_t n = strcspn(p, ","), name = strcspn(p, "=,");
		int k = key_named(p, name);
		if (k == NO_COLUMN || name == n || n - name - 1 >= PLAN_NAME_BYTES)
			return fail(t, "the mapping is KEY=COLUMN,KEY=COLUMN with keys of a whitelist entry; it says", p);
		snprintf(t->wanted[k], PLAN_NAME_BYTES, "%.*s", (int)(n - name - 1), p + name + 1);
		t->is_mapped[k] = true;
		p += n + (p[n] == ',');
	}
	return true;
}

static void header_cell(struct table *t, const char *text)
{
	for (int k = 0; k < N_KEYS; k++)
		if (strcasecmp(t->wanted[k], text) == 0)
			t->key_of[t->column] = k;
}

static bool has_column(const struct table *t, int key)
{
	for (size_t c = 0; c < t->column && c < PLAN_COLUMNS_MAX; c++)
		if (t->key_of[c] == key)
			return true;
	return false;
}

static void end_header(struct table *t)
{
	size_t found = 0;
	for (int k = 0; k < N_KEYS && !t->failed; k++) {
		bool is_there = has_column(t, k);
		found += is_there;
		if (!is_there && t->is_mapped[k])
			fail(t, "the table has no column", t->wanted[k]);
	}
	if (found == 0 && !t->failed)
		fail(t, "no column of the first row is called like a key of a whitelist entry; name them with a mapping", NULL);
}

/* Our own export puts an apostrophe before what a spreadsheet would take for a formula. */
static const char *without_guard(const char *text)
{
	return text[0] == '\'' && text[1] != '\0' && strchr("=+-@\t\r", text[1]) != NULL ? text + 1 : text;
}

static void data_cell(struct table *t, const char *text, size_t n)
{
	int k = t->column < PLAN_COLUMNS_MAX ? t->key_of[t->column] : NO_COLUMN;
	t->is_empty = t->is_empty && n == 0;
	if (k == NO_COLUMN)
		return;
	struct cell *cell = &t->cells[k];
	cell->wrong = n >= PLAN_CELL_BYTES ? "is too long" : text_is_utf8(text, n) ? NULL : "is no UTF-8 text";
	if (cell->wrong == NULL)
		snprintf(cell->text, sizeof cell->text, "%s", without_guard(text));
}

/* libcsv's callbacks. */
static void on_cell(void *bytes, size_t n, void *ctx)
{
	struct table *t = ctx;
	const char *text = bytes != NULL ? bytes : "";
	if (!t->failed && t->row == 1 && t->column < PLAN_COLUMNS_MAX)
		header_cell(t, text);
	else if (!t->failed && t->row > 1)
		data_cell(t, text, n);
	t->column++;
}

/* False, and ${why}, if a cell of the row cannot be used or one that planned work needs is empty. */
static bool cells_are_fine(const struct table *t, char *why, size_t cap)
{
	for (int k = 0; k < N_KEYS; k++)
		if (t->cells[k].wrong != NULL) {
			snprintf(why, cap, "%s: %s", keys[k].name, t->cells[k].wrong);
			return false;
		}
	static const char *const needed[] = { "reference", "valid_until" };
	for (size_t i = 0; t->options->is_planned && i < sizeof needed / sizeof *needed; i++)
		if (t->cells[key_named(needed[i], strlen(needed[i]))].text[0] == '\0') {
			snprintf(why, cap, "%s: planned work needs one", needed[i]);
			return false;
		}
	return true;
}

/* Why ${text} cannot be the time of ${key}; false if it can. */
static bool time_is_wrong(const struct table *t, const char *key, const char *text, char *why, size_t cap)
{
	int64_t ns;
	enum plan_time is = plan_time_read(text, &ns);
	if (is == PLAN_TIME_NONE)
		snprintf(why, cap, "%s: \"%.32s\" is no time here; write %s", key, text, PLAN_TIME_FORMS);
	else if (is == PLAN_TIME_TWO_DAYS)
		snprintf(why, cap, "%s: %.32s may be two days, with the month or the day first; write %s", key, text, PLAN_TIME_FORMS);
	else if (is == PLAN_TIME_WALL && is_in_gap(&t->zone, ns))
		snprintf(why, cap, "%s: %.32s does not exist in %.64s: clocks are set forward over that hour", key, text,
			 t->options->zone);
	else
		return false;
	return true;
}

/* False, and ${why}, if one of a row's times cannot be used. */
static bool times_are_fine(const struct table *t, char *why, size_t cap)
{
	for (int k = 0; k < N_KEYS; k++) {
		bool is_time = keys[k].value == time_value || keys[k].value == end_value;
		const char *text = t->cells[k].text;
		if (is_time && text[0] != '\0' && time_is_wrong(t, keys[k].name, text, why, cap))
			return false;
	}
	return true;
}

static json_t *entry_of_row(const struct table *t)
{
	json_t *entry = json_object();
	for (int k = 0; k < N_KEYS; k++)
		if (t->cells[k].text[0] != '\0')
			json_object_set_new(entry, keys[k].name, keys[k].value(&t->zone, t->cells[k].text));
	if (json_object_get(entry, "reason") == NULL && t->options->reason != NULL)
		json_object_set_new(entry, "reason", json_string(t->options->reason));
	return entry;
}

/* The entry of the row's cells as they are now. */
static void tell_entry(struct table *t)
{
	char why[256];
	struct baseline_entry e;
	json_t *entry = cells_are_fine(t, why, sizeof why) && times_are_fine(t, why, sizeof why) ? entry_of_row(t) : NULL;
	bool ok = entry != NULL && entry_of_json(t->rules, entry, &e, why, sizeof why);
	if (ok && t->options->is_planned && width_is_open(&e)) {
		snprintf(why, sizeof why, "planned work needs a source or an account, and not one that is as good as any");
		ok = false;
	}
	t->options->each(t->options->ctx, t->row, ok ? entry : NULL, ok ? NULL : why);
	json_decref(entry);
}

/* Keys whose cell may list several, in which tickets do; and what stands between them. */
static const char *const listed[] = { "account", "destination", "source" };
enum { N_LISTED = sizeof listed / sizeof *listed };
static const char list_ends[] = ",;\r\n", list_between[] = ",; \t\r\n";

static struct cell *listed_cell(struct table *t, size_t i)
{
	return &t->cells[key_named(listed[i], strlen(listed[i]))];
}

/* How many ${text} lists; 1 if it is no list. */
static size_t items_of(const char *text)
{
	size_t n = 0;
	for (text += strspn(text, list_between); *text != '\0'; n++) {
		text += strcspn(text, list_ends);
		text += strspn(text, list_between);
	}
	return n > 0 ? n : 1;
}

/* An entry for each combination of what the lists from ${from} on name. */
static void tell_lists(struct table *t, size_t from)
{
	char whole[PLAN_CELL_BYTES];
	struct cell *cell = from < N_LISTED ? listed_cell(t, from) : NULL;
	if (cell == NULL) {
		tell_entry(t);
		return;
	}
	snprintf(whole, sizeof whole, "%s", cell->text);
	const char *p = whole + strspn(whole, list_between);
	if (*p == '\0' || strpbrk(whole, list_ends) == NULL) {
		tell_lists(t, from + 1);
		return;
	}
	for (; *p != '\0'; p += strspn(p, list_between)) {
		size_t n = strcspn(p, list_ends);
		snprintf(cell->text, sizeof cell->text, "%.*s", (int)n, p);
		tell_lists(t, from + 1);
		p += n;
	}
	snprintf(cell->text, sizeof cell->text, "%s", whole);
}

static void end_row(struct table *t)
{
	size_t n = 1;
	if (t->is_empty)
		return;
	for (size_t i = 0; i < N_LISTED; i++)
		n *= items_of(listed_cell(t, i)->text);
	t->n_told += n;
	if (n > PLAN_ENTRIES_PER_ROW)
		t->options->each(t->options->ctx, t->row, NULL, "its lists make too many entries; split the row");
	else if (t->n_told > PLAN_ROWS_MAX)
		fail(t, "the table makes too many entries; split it", NULL);
	else
		tell_lists(t, 0);
}

static void begin_row(struct table *t)
{
	t->row++;
	t->column = 0;
	t->is_empty = true;
	for (int k = 0; k < N_KEYS; k++) {
		t->cells[k].text[0] = '\0';
		t->cells[k].wrong = NULL;
	}
}

static void on_row(int end, void *ctx)
{
	struct table *t = ctx;
	(void)end;
	if (t->failed)
		return;
	if (t->row == 1)
		end_header(t);
	else
		end_row(t);
	if (t->row > PLAN_ROWS_MAX)
		fail(t, "the table is too long; split it", NULL);
	begin_row(t);
}

/* Whichever of the usual ones the first row has most of. */
static char separator_of(const char *text, size_t n)
{
	size_t best = 0, most = 0;
	for (size_t s = 0; s < sizeof separators - 1; s++) {
		size_t count = 0;
		for (size_t i = 0; i < n && text[i] != '\n'; i++)
			count += text[i] == separators[s];
		best = count > most ? s : best;
		most = count > most ? count : most;
	}
	return separators[best];
}

static bool read_rows(struct table *t, const char *text, size_t n)
{
	struct csv_parser parser;
	if (csv_init(&parser, CSV_APPEND_NULL) != 0)
		return fail(t, "out of memory", NULL);
	csv_set_delim(&parser, (unsigned char)(t->options->separator != 0 ? t->options->separator : separator_of(text, n)));
	if (csv_parse(&parser, text, n, on_cell, on_row, t) != n || csv_fini(&parser, on_cell, on_row, t) != 0)
		fail(t, csv_strerror(csv_error(&parser)), NULL);
	csv_free(&parser);
	if (t->row < 2 && !t->failed)
		fail(t, "the table is empty: its first row names the columns", NULL);
	return !t->failed;
}

bool plan_read(const struct rules *rules, const char *text, size_t n, const struct plan_options *options, char *error,
	       size_t error_cap)
{
	static const char bom[] = "\xef\xbb\xbf";
	const char *zone = options->zone != NULL ? options->zone : "UTC";
	struct table *t = calloc(1, sizeof *t);
	if (t == NULL) {
		snprintf(error, error_cap, "out of memory");
		return false;
	}
	t->rules = rules;
	t->options = options;
	t->error = error;
	t->error_cap = error_cap;
	if (n >= sizeof bom - 1 && memcmp(text, bom, sizeof bom - 1) == 0) {
		text += sizeof bom - 1;
		n -= sizeof bom - 1;
	}
	for (size_t c = 0; c < PLAN_COLUMNS_MAX; c++)
		t->key_of[c] = NO_COLUMN;
	begin_row(t);
	bool ok = zone_find(zone, strlen(zone), &t->zone) || fail(t, "there is no time zone", zone);
	ok = ok && read_mapping(t) && read_rows(t, text, n);
	free(t);
	return ok;
}
