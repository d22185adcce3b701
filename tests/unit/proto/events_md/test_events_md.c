/* Holds schema/events.md against the descriptors and against the sensor's counters. Runs from the root of the tree. */
#include "proto/codec.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CELL_BYTES = 512, ROWS_MAX = 512 };

struct row {
	char section[CELL_BYTES];	/* of the last heading that names something in backquotes, or "Counters" */
	char key[CELL_BYTES], type[CELL_BYTES], meaning[CELL_BYTES];
	bool met;	/* by a key of the contract */
};

static struct row rows[ROWS_MAX];
static size_t n_rows;

/* ---- reading the page ------------------------------------------------------------------------------------------- */

/* The text between backquotes at the front of ${from}, or all of it without spaces around. */
static void cell(const char *from, size_t n, char out[CELL_BYTES])
{
	while (n > 0 && *from == ' ') {
		from++;
		n--;
	}
	while (n > 0 && from[n - 1] == ' ')
		n--;
	if (n > 1 && from[0] == '`' && memchr(from + 1, '`', n - 1) == from + n - 1) {
		from++;
		n -= 2;
	}
	snprintf(out, CELL_BYTES, "%.*s", (int)n, from);
}

static void heading(const char *line, char section[CELL_BYTES])
{
	cell(line + strspn(line, "# "), strlen(line + strspn(line, "# ")), section);
}

/* "| `key` | type | meaning |" */
static void table_row(char *line, const char *section)
{
	char *bars[4];
	size_t n = 0;
	for (char *p = line; *p && n < 4; p++)
		if (*p == '|')
			bars[n++] = p;
	if (n < 4 || strncmp(line, "| `", 3) != 0)
		return;
	cr_assert_lt(n_rows, ROWS_MAX);
	struct row *r = &rows[n_rows++];
	snprintf(r->section, sizeof r->section, "%s", section);
	cell(bars[0] + 1, (size_t)(bars[1] - bars[0] - 1), r->key);
	cell(bars[1] + 1, (size_t)(bars[2] - bars[1] - 1), r->type);
	cell(bars[2] + 1, (size_t)(bars[3] - bars[2] - 1), r->meaning);
}

static void read_page(void)
{
	FILE *f = fopen("schema/events.md", "r");
	cr_assert_not_null(f, "run from the root of the tree");
	char line[2048], section[CELL_BYTES] = "";
	while (fgets(line, sizeof line, f)) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#')
			heading(line, section);
		table_row(line, section);
	}
	fclose(f);
	cr_assert_gt(n_rows, 100);
}

TestSuite(events_md, .init = read_page);

static struct row *find(const char *section, const char *key)
{
	for (size_t i = 0; i < n_rows; i++)
		if (strcmp(rows[i].section, section) == 0 && strcmp(rows[i].key, key) == 0)
			return &rows[i];
	return NULL;
}

/* ---- keys ------------------------------------------------------------------------------------------------------- */

/* The row of ${key}; what lies inside a security token is described once, in the section "token". */
static struct row *row_of(const char *kind, const char *key)
{
	struct row *r = find(kind, key);
	char first[CELL_BYTES];
	snprintf(first, sizeof first, "%.*s", (int)strcspn(key, "."), key);
	struct row *outer = find(kind, first);
	if (!r && outer && strcmp(outer->type, "token") == 0)
		r = find("token", key + strlen(first) + 1);
	return r;
}

static void meet(void *ctx, const char *kind, const char *key, const char *type)
{
	(void)ctx;
	struct row *r = row_of(kind, key);
	cr_expect(r, "schema/events.md does not describe %s of %s", key, kind);
	if (!r)
		return;
	r->met = true;
	cr_expect_neq(r->meaning[0], '\0', "%s of %s has no meaning", key, kind);
	bool is_token = strcmp(r->type, "token") == 0 && strcmp(type, "object") == 0;
	cr_expect(is_token || strcmp(r->type, type) == 0, "%s of %s is %s, the page says %s", key, kind, type, r->type);
}

Test(events_md, every_key_is_described_with_its_type_and_no_other_one)
{
	codec_keys(meet, NULL);
	for (size_t i = 0; i < n_rows; i++) {
		bool is_kind = strchr(rows[i].section, '.') || strcmp(rows[i].section, "token") == 0;
		cr_expect(!is_kind || rows[i].met, "schema/events.md describes %s of %s, which is gone", rows[i].key, rows[i].section);
	}
}

/* ---- counters --------------------------------------------------------------------------------------------------- */

struct counter {
	const char *name, *kind, *meaning;
};

static const struct counter counters[] = {
#define COUNT(id, name, kind, meaning) { name, #kind, meaning },
#include "sensor/core/counts.def"
#undef COUNT
};

enum { N_COUNTERS = sizeof counters / sizeof *counters };

static const char *kind_word(const char *kind)
{
	return strcmp(kind, "COUNT_OF_LOSS") == 0 ? "loss" : strcmp(kind, "COUNT_OF_MALFORMED") == 0 ? "malformed" : "traffic";
}

/* What live sensors count besides. */
static bool is_around_the_engine(const char *name)
{
	return strncmp(name, "spool.", 6) == 0 || strncmp(name, "extract.", 8) == 0;
}

Test(events_md, every_counter_is_described_as_counts_def_says)
{
	for (size_t i = 0; i < N_COUNTERS; i++) {
		struct row *r = find("Counters", counters[i].name);
		cr_expect(r, "schema/events.md does not describe the counter %s", counters[i].name);
		if (!r)
			continue;
		r->met = true;
		cr_expect_str_eq(r->type, kind_word(counters[i].kind), "%s", counters[i].name);
		cr_expect_str_eq(r->meaning, counters[i].meaning);
	}
	for (size_t i = 0; i < n_rows; i++) {
		bool is_engine = strcmp(rows[i].section, "Counters") == 0 && !is_around_the_engine(rows[i].key);
		cr_expect(!is_engine || rows[i].met, "schema/events.md describes the counter %s, which is gone", rows[i].key);
	}
}
