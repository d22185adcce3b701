/*
 * Whitelist entries from a table: planned work as jump hosts, privileged
 * access management and change tickets export it, or our own whitelist as CSV.
 * A row becomes an entry (collector/entry.h); a row that cannot is told with
 * its number, and the others go on. Pure.
 *
 * The first row names the columns. Which one holds what is the mapping's word:
 * "source=Jump host,account=User,valid_from=Start,valid_until=End"; keys that
 * it does not name are taken from columns that are called like them.
 */
#ifndef ASHIATO_COLLECTOR_PLAN_H
#define ASHIATO_COLLECTOR_PLAN_H

#include "collector/baseline/zone.h"
#include "collector/entry.h"

enum {
	PLAN_ROWS_MAX = 100000,		/* rows, and entries that they make */
	PLAN_ENTRIES_PER_ROW = 1000,	/* a row that lists accounts, sources and destinations is an entry for each combination */
	PLAN_COLUMNS_MAX = 128,
	PLAN_CELL_BYTES = 4096,		/* a longer cell is an error of its row */
	PLAN_NAME_BYTES = 128,
};

/* ${row} counts from 1, the header; ${entry} is an object for entry_of_json, or NULL and ${why} says what is wrong. Borrowed. */
typedef void (*plan_row_fn)(void *ctx, size_t row, json_t *entry, const char *why);

struct plan_options {
	const char *mapping;		/* NULL: columns are called like the keys */
	const char *zone;		/* of times without one; NULL: UTC */
	const char *reason;		/* of rows without a reason */
	bool is_planned;		/* every row must end (valid_until) and name its reference */
	char separator;			/* 0: comma, or what else the first row is separated by */
	plan_row_fn each;		/* who is told the rows */
	void *ctx;
};

/* Tell every row of ${text}. False, and a sentence, if it has no usable header, the mapping names a column or key that is not
 * there, the zone is none, or it is longer than PLAN_ROWS_MAX. */
bool plan_read(const struct rules *rules, const char *text, size_t n, const struct plan_options *options, char *error,
	       size_t error_cap);

#endif
