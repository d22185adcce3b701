#include "collector/report/document.h"

json_t *document_steps(struct store_tx *tx, const struct rules *rules, int64_t incident)
{
	struct store_filter all = { .incident = incident, .limit = -1 };
	json_t *steps = store_list(tx, STORE_INCIDENT_STEPS, &all, NULL);
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

/* Lists come newest first; a report reads from the beginning. */
static json_t *oldest_first(json_t *rows)
{
	json_t *turned = json_array();
	for (size_t i = json_array_size(rows); i-- > 0;)
		json_array_append(turned, json_array_get(rows, i));
	json_decref(rows);
	return turned;
}

static json_t *incidents_of(struct store_tx *tx, const struct rules *rules, const struct store_filter *filter)
{
	json_t *incidents = oldest_first(store_list(tx, STORE_INCIDENTS, filter, NULL));
	size_t i;
	json_t *incident;
	json_array_foreach(incidents, i, incident)
	{
		int64_t id = json_integer_value(json_object_get(incident, "id"));
		json_object_set_new(incident, "steps", document_steps(tx, rules, id));
	}
	return incidents;
}

json_t *document_of(struct store_tx *tx, const struct rules *rules, const struct store_filter *filter)
{
	json_t *document = json_object();
	json_object_set_new(document, "incidents", incidents_of(tx, rules, filter));
	json_object_set_new(document, "accesses", oldest_first(store_list(tx, STORE_ACCESSES, filter, NULL)));
	json_object_set_new(document, "files", oldest_first(store_list(tx, STORE_FILES, filter, NULL)));
	json_object_set_new(document, "opaque", oldest_first(store_list(tx, STORE_OPAQUE, filter, NULL)));
	if (store_tx_ok(tx))
		return document;
	json_decref(document);
	return NULL;
}

void document_add_coverage(json_t *document, const struct coverage *c)
{
	json_object_set_new(document, "log_only", json_array());
	json_object_set_new(document, "sources", json_array());
	json_object_set_new(document, "coverage",
			    json_pack("{s:I,s:I,s:I,s:I,s:I,s:b}", "packets", (json_int_t)c->packets, "bytes",
				      (json_int_t)c->bytes, "events", (json_int_t)c->events, "gaps", (json_int_t)c->gaps,
				      "malformed", (json_int_t)c->malformed, "truncated", c->truncated));
}
