#include "collector/report/document.h"

#include <stdlib.h>

/* ---- steps ------------------------------------------------------------------------------------------------------------ */

/* Two steps are alike if they did the same to the same host. Jansson's text of that, which the caller frees. */
static char *likeness(const json_t *step)
{
	json_t *what = json_pack("[O,O,O]", json_object_get(step, "destination"), json_object_get(step, "step"),
				 json_object_get(step, "detail"));
	char *text = json_dumps(what, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(what);
	return text;
}

/* Count ${step} in ${row}, which came before it. */
static void count_in(json_t *row, const json_t *step)
{
	json_int_t count = json_integer_value(json_object_get(row, "count"));
	count += json_integer_value(json_object_get(step, "count"));
	json_object_set_new(row, "count", json_integer(count));
	json_object_set(row, "last_time", json_object_get(step, "last_time"));
}

/* Hundreds of like acts in as many sessions are one row with a count. */
struct merge {
	json_t *merged;		/* the rows, by time */
	json_t *rows;		/* the same by likeness */
};

static bool merge_step(void *ctx, json_t *step)
{
	struct merge *m = ctx;
	char *key = likeness(step);
	json_t *row = key != NULL ? json_object_get(m->rows, key) : NULL;
	if (row != NULL) {
		count_in(row, step);
	} else {
		json_array_append(m->merged, step);
		json_object_set(m->rows, key, step);
	}
	free(key);
	return true;
}

static json_t *merged_steps(struct store_tx *tx, int64_t incident)
{
	struct store_filter all = { .incident = incident, .limit = -1 };
	struct merge m = { json_array(), json_object() };
	store_each(tx, STORE_INCIDENT_STEPS, &all, merge_step, &m);
	json_decref(m.rows);
	return m.merged;
}

json_t *document_steps(struct store_tx *tx, const struct rules *rules, int64_t incident)
{
	json_t *steps = merged_steps(tx, incident);
	size_t i;
	json_t *step;
	json_array_foreach(steps, i, step)
	{
		const char *id = json_string_value(json_object_get(step, "technique"));
		const char *name = id != NULL ? rules_technique(rules, id) : NULL;
		json_object_set_new(step, "technique_name", name != NULL ? json_string(name) : json_null());
	}
	return steps;
}

/* ---- the document ----------------------------------------------------------------------------------------------------- */

/* Lists come newest first; a report reads from the beginning. */
static json_t *oldest_first(json_t *rows)
{
	json_t *turned = json_array();
	for (size_t i = json_array_size(rows); i-- > 0;)
		json_array_append(turned, json_array_get(rows, i));
	json_decref(rows);
	return turned;
}

static void add_steps(struct store_tx *tx, const struct rules *rules, json_t *incident)
{
	int64_t id = json_integer_value(json_object_get(incident, "id"));
	json_object_set_new(incident, "steps", document_steps(tx, rules, id));
}

json_t *document_of(struct store_tx *tx, const struct rules *rules, const struct store_filter *filter)
{
	static const struct {
		const char *key;
		enum store_list list;
	} lists[] = {
		{ "incidents", STORE_INCIDENTS },
		{ "accesses", STORE_ACCESSES },
		{ "files", STORE_FILES },
		{ "opaque", STORE_OPAQUE },
	};
	json_t *document = json_object();
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		json_object_set_new(document, lists[i].key, oldest_first(store_list(tx, lists[i].list, filter, NULL)));
	size_t i;
	json_t *incident;
	json_array_foreach(json_object_get(document, "incidents"), i, incident)
		add_steps(tx, rules, incident);
	if (store_tx_ok(tx))
		return document;
	json_decref(document);
	return NULL;
}

/* ---- row by row ------------------------------------------------------------------------------------------------------- */

struct each_incident {
	struct store_tx *tx;
	const struct rules *rules;
	store_row_fn each;
	void *ctx;
};

static bool with_steps(void *ctx, json_t *incident)
{
	struct each_incident *e = ctx;
	add_steps(e->tx, e->rules, incident);
	return e->each(e->ctx, incident);
}

void document_each(struct store_tx *tx, const struct rules *rules, const struct store_filter *filter, enum document_rows rows,
		   store_row_fn each, void *ctx)
{
	struct each_incident e = { tx, rules, each, ctx };
	if (rows == DOCUMENT_STEPS)
		store_each(tx, STORE_REPORT_INCIDENTS, filter, with_steps, &e);
	else
		store_each(tx, rows == DOCUMENT_INCIDENTS ? STORE_REPORT_INCIDENTS : STORE_REPORT_ACCESSES, filter, each, ctx);
}

/* ---- analyze ---------------------------------------------------------------------------------------------------------- */

void document_add_coverage(json_t *document, const struct coverage *c)
{
	json_object_set_new(document, "log_only", json_array());
	json_object_set_new(document, "sources", json_array());
	json_object_set_new(document, "coverage",
			    json_pack("{s:I,s:I,s:I,s:I,s:I,s:b}", "packets", (json_int_t)c->packets, "bytes",
				      (json_int_t)c->bytes, "events", (json_int_t)c->events, "gaps", (json_int_t)c->gaps,
				      "malformed", (json_int_t)c->malformed, "truncated", c->truncated));
}
