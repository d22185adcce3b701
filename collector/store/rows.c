/*
 * Rows as JSON: what a column's name says of how it is printed.
 */
#include "collector/store/query.h"

#include "proto/base/clock.h"

#include <assert.h>
#include <sqlite3.h>
#include <string.h>

static json_t *as_is(struct query q, int column)
{
	if (sqlite3_column_type(q.statement, column) == SQLITE_INTEGER)
		return json_integer(column_int(q, column));
	return json_string(column_text(q, column));
}

static json_t *as_bool(struct query q, int column)
{
	return json_boolean(column_int(q, column) != 0);
}

static json_t *as_hex(struct query q, int column)
{
	int64_t value = column_int(q, column);
	return value == 0 ? json_null() : json_sprintf("0x%016llx", (unsigned long long)value);
}

static json_t *as_time(struct query q, int column)
{
	char text[CLOCK_TEXT_BYTES];
	clock_text(column_int(q, column), text);
	return json_string(text);
}

static json_t *as_act(struct query q, int column)
{
	return json_string(log_act_name((enum log_act)column_int(q, column)));
}

static json_t *as_verdict(struct query q, int column)
{
	return json_string(verdict_name((enum verdict)column_int(q, column)));
}

/* How a column named "name:kind" is printed. */
static const struct {
	const char *kind;
	json_t *(*print)(struct query q, int column);
} printers[] = {
	{ "act", as_act },   { "bool", as_bool }, { "hex", as_hex },
	{ "json", column_json }, { "time", as_time }, { "verdict", as_verdict },
};

static json_t *print_column(struct query q, int column, const char *kind)
{
	if (column_is_null(q, column))
		return json_null();
	if (*kind == '\0')
		return as_is(q, column);
	for (size_t i = 0; i < sizeof printers / sizeof *printers; i++)
		if (strcmp(printers[i].kind, kind) == 0)
			return printers[i].print(q, column);
	assert(!"a column of unknown kind");
	return NULL;
}

json_t *query_object(struct query q)
{
	json_t *object = json_object();
	int n = sqlite3_column_count(q.statement);
	for (int i = 0; i < n; i++) {
		const char *name = sqlite3_column_name(q.statement, i);
		size_t length = strcspn(name, ":");
		if (length == 0)
			continue;
		const char *kind = name[length] == ':' ? name + length + 1 : "";
		json_object_setn_new(object, name, length, print_column(q, i, kind));
	}
	return object;
}
