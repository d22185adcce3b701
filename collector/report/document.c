#include "collector/report/document.h"

/* ---- steps ------------------------------------------------------------------------------------------------------------ */

/* The first ${limit} (-1: all) of ${*total}. */
static json_t *first_steps(struct store_tx *tx, const struct rules *rules, int64_t incident, int64_t limit, int64_t *total)
{
	struct store_filter filter = { .incident = incident, .limit = limit };
	json_t *steps = store_list(tx, STORE_INCIDENT_STEPS, &filter, total);
	size_t i;
	json_t *step;
	json_array_foreach(steps, i, step)
	{
		const char *id = json_string_value(json_object_get(step, "technique"));
		const char *name = id != NULL ? rules_technique(rules, id) : NULL;
		json_object_set_new(step, "technique_name", name != NULL ? json_string(name) : json_null());
	}
	return steps != NULL ? steps : json_array();
}

json_t *document_steps(struct store_tx *tx, const struct rules *rules, int64_t incident)
{
	return first_steps(tx, rules, incident, -1, NULL);
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
		{ "log_only", STORE_LOG_ONLY },
	};
	json_t *document = json_object();
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		json_object_set_new(document, lists[i].key, oldest_first(store_list(tx, lists[i].list, filter, NULL)));
	size_t i;
	json_t *incident;
	json_array_foreach(json_object_get(document, "incidents"), i, incident)
		json_object_set_new(incident, "steps", document_steps(tx, rules, json_integer_value(json_object_get(incident, "id"))));
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
	int64_t total, id = json_integer_value(json_object_get(incident, "id"));
	json_object_set_new(incident, "steps", first_steps(e->tx, e->rules, id, DOCUMENT_STEPS_MAX, &total));
	json_object_set_new(incident, "steps_total", json_integer(total));
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
	json_object_set_new(document, "coverage",
			    json_pack("{s:I,s:I,s:I,s:I,s:I,s:b}", "packets", (json_int_t)c->packets, "bytes",
				      (json_int_t)c->bytes, "events", (json_int_t)c->events, "gaps", (json_int_t)c->gaps,
				      "malformed", (json_int_t)c->malformed, "truncated", c->truncated));
}
