/*
 * Many whitelist entries at once: a JSON document, all or none of it, or a
 * table of planned work, whose good rows come in and whose bad ones are told.
 * What is in force already, word for word, is not added again: the same export
 * may be imported every night.
 */
#include "collector/service_parts.h"

#include "collector/baseline/hosts.h"
#include "collector/baseline/width.h"
#include "collector/detect/rules.h"
#include "collector/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_TOLD = 100 };

struct import {
	struct service *s;
	const char *by, *reason;
	const struct hosts *names;	/* whose addresses are known */
	json_t *entries;		/* objects for entry_of_json, proven */
	json_t *rejects;
	json_t *warnings;		/* of what comes in all the same */
	json_int_t n_rejected, n_wide, added, known;
	bool is_rehearsal, is_forced;
};

/* ---- what is there already -------------------------------------------------------------------------------------------- */

/* All that an entry says but for its author, as one text; the caller frees it. */
static char *words_of(const struct baseline_entry *e)
{
	json_t *actions = json_array_size(e->actions) > 0 ? e->actions : NULL;	/* an empty list says as much as none */
	json_t *all = json_pack("[s?,s?,s?,s?,O?,s?,s?,I,I,s?,s?]", e->site, e->source, e->account, e->destination, actions, e->sha256,
				e->when, (json_int_t)e->valid_from_ns, (json_int_t)e->valid_until_ns, e->reason, e->reference);
	char *text = json_dumps(all, JSON_COMPACT);
	json_decref(all);
	return text;
}

static void remember(void *set, const struct baseline_entry *e)
{
	char *words = words_of(e);
	if (words != NULL)
		json_object_set_new(set, words, json_true());
	free(words);
}

/* ---- adding ----------------------------------------------------------------------------------------------------------- */

static void add_one(struct import *im, struct store_tx *tx, json_t *known, const json_t *json)
{
	struct baseline_entry e;
	char error[SERVICE_ERROR_BYTES];
	if (!entry_of_json(im->s->rules, json, &e, error, sizeof error)) {
		store_tx_fail(tx, "%s", error);
		return;
	}
	e.author = e.author != NULL ? e.author : im->by;
	e.reason = e.reason != NULL ? e.reason : im->reason;
	char *words = words_of(&e);
	bool is_known = words == NULL || json_object_get(known, words) != NULL;
	im->known += is_known;
	im->added += !is_known;
	if (!is_known)
		json_object_set_new(known, words, json_true());
	if (!is_known && !im->is_rehearsal)
		store_baseline_add(tx, &e, im->s->now_ns());
	free(words);
}

static void add_all(void *ctx, struct store_tx *tx)
{
	struct import *im = ctx;
	json_t *known = json_object();
	store_baseline_each(tx, remember, known);
	for (size_t i = 0; i < json_array_size(im->entries) && store_tx_ok(tx); i++)
		add_one(im, tx, known, json_array_get(im->entries, i));
	json_decref(known);
	if (im->added > 0 && !im->is_rehearsal) {
		json_t *detail = json_pack("{s:I,s:I}", "added", im->added, "rejected", im->n_rejected);
		store_audit(tx, im->by, "baseline.import", im->reason, detail, im->s->now_ns());
		json_decref(detail);
	}
}

static enum answer rehearse(struct import *im, char error[SERVICE_ERROR_BYTES])
{
	struct store_tx *tx = store_read(im->s->store);
	add_all(im, tx);
	return service_stored(tx, error);
}

static enum answer carry_out(struct import *im, char error[SERVICE_ERROR_BYTES])
{
	if (im->is_rehearsal)
		return rehearse(im, error);
	return pipeline_change(im->s->pipeline, add_all, im, error, SERVICE_ERROR_BYTES) == 0 ? ANSWER_OK : ANSWER_FAILED;
}

/* ---- reading ---------------------------------------------------------------------------------------------------------- */

static void tell_row(json_t *list, size_t row, const char *why)
{
	if (json_array_size(list) < ROWS_TOLD)
		json_array_append_new(list, json_pack("{s:I,s:s}", "row", (json_int_t)row, "reason", why));
}

/* Say of what is wide, or covers nothing, that it is so. False if it is too wide to come in without being meant so. */
static bool weigh(struct import *im, size_t row, const json_t *json)
{
	struct baseline_entry e;
	char why[SERVICE_ERROR_BYTES];
	if (!entry_of_json(im->s->rules, json, &e, why, sizeof why))
		return true;
	if (width_is_open(&e) && !im->is_forced)
		return false;
	const char *warning = service_entry_warning(im->s, &e, im->names);
	im->n_wide += warning != NULL;
	if (warning != NULL)
		tell_row(im->warnings, row, warning);
	return true;
}

static void take_row(void *ctx, size_t row, json_t *entry, const char *why)
{
	struct import *im = ctx;
	if (entry != NULL && weigh(im, row, entry)) {
		json_array_append(im->entries, entry);
		return;
	}
	im->n_rejected++;
	tell_row(im->rejects, row, entry != NULL ? width_refusal : why);
}

static enum answer read_table(struct import *im, const json_t *request, char error[SERVICE_ERROR_BYTES])
{
	const json_t *csv = json_object_get(request, "csv");
	struct plan_options options = { .mapping = json_string_value(json_object_get(request, "map")),
					.zone = json_string_value(json_object_get(request, "zone")),
					.reason = im->reason,
					.is_planned = json_is_true(json_object_get(request, "planned")),
					.each = take_row,
					.ctx = im };
	return plan_read(im->s->rules, json_string_value(csv), json_string_length(csv), &options, error, SERVICE_ERROR_BYTES) ?
		       ANSWER_OK :
		       ANSWER_BAD_REQUEST;
}

static enum answer read_document(struct import *im, const json_t *request, char error[SERVICE_ERROR_BYTES])
{
	json_t *document = json_pack("{s:O}", "entries", json_object_get(request, "entries"));
	const json_t *entries = entry_document(im->s->rules, document, error, SERVICE_ERROR_BYTES);
	enum answer answer = entries != NULL ? ANSWER_OK : ANSWER_BAD_REQUEST;
	if (entries != NULL)
		json_array_extend(im->entries, (json_t *)(uintptr_t)entries);
	for (size_t i = 0; i < json_array_size(im->entries) && answer == ANSWER_OK; i++)
		if (!weigh(im, i + 1, json_array_get(im->entries, i)))
			answer = service_says(ANSWER_BAD_REQUEST, error, "entry %zu: %s", i + 1, width_refusal);
	json_decref(document);
	return answer;
}

static bool is_json_bool(const json_t *value)
{
	return json_is_boolean(value);
}

static bool is_json_array(const json_t *value)
{
	return json_is_array(value);
}

static bool is_json_text(const json_t *value)
{
	return json_is_string(value) && strlen(json_string_value(value)) == json_string_length(value);
}

/* Keys of a request and what they are. */
static const struct {
	const char *key;
	bool (*is)(const json_t *value);
	const char *what;
} words[] = {
	{ "csv", is_json_text, "a table as text" },	   { "dry_run", is_json_bool, "true or false" },
	{ "entries", is_json_array, "a list" },		   { "force", is_json_bool, "true or false" },
	{ "map", is_json_text, "text: KEY=COLUMN,KEY=COLUMN" }, { "planned", is_json_bool, "true or false" },
	{ "reason", is_json_text, "text" },		   { "zone", is_json_text, "a time zone's name" },
};

static enum answer check_request(const json_t *request, char error[SERVICE_ERROR_BYTES])
{
	const char *key;
	json_t *value;
	json_object_foreach((json_t *)(uintptr_t)request, key, value) {
		size_t i = 0;
		while (i < sizeof words / sizeof *words && strcmp(words[i].key, key) != 0)
			i++;
		if (i == sizeof words / sizeof *words)
			return service_says(ANSWER_BAD_REQUEST, error, "%.64s: an import has no such key", key);
		if (!words[i].is(value))
			return service_says(ANSWER_BAD_REQUEST, error, "%s: only %s is allowed here", key, words[i].what);
	}
	if ((json_object_get(request, "csv") != NULL) == (json_object_get(request, "entries") != NULL))
		return service_says(ANSWER_BAD_REQUEST, error, "send either entries or csv");
	return ANSWER_OK;
}

static enum answer run(struct import *im, const json_t *request, char error[SERVICE_ERROR_BYTES])
{
	struct store_tx *tx = store_read(im->s->store);
	struct hosts *names = pipeline_load_hosts(tx);
	enum answer answer = service_stored(tx, error);
	if (answer == ANSWER_OK && names == NULL)
		answer = service_says(ANSWER_FAILED, error, "out of memory");
	im->names = names;
	if (answer == ANSWER_OK)
		answer = json_object_get(request, "csv") != NULL ? read_table(im, request, error) : read_document(im, request, error);
	im->names = NULL;
	hosts_free(names);
	return answer == ANSWER_OK ? carry_out(im, error) : answer;
}

enum answer service_baseline_import(struct service *s, const struct service_session *who, const json_t *request, json_t **out,
				    char error[SERVICE_ERROR_BYTES])
{
	const char *reason = json_string_value(json_object_get(request, "reason"));
	struct import im = { .s = s,
			     .by = who->user,
			     .reason = reason != NULL ? reason : "imported",
			     .entries = json_array(),
			     .rejects = json_array(),
			     .warnings = json_array(),
			     .is_rehearsal = json_is_true(json_object_get(request, "dry_run")),
			     .is_forced = json_is_true(json_object_get(request, "force")) };
	enum answer answer = check_request(request, error);
	if (answer == ANSWER_OK)
		answer = run(&im, request, error);
	if (answer == ANSWER_OK)
		*out = json_pack("{s:b,s:I,s:I,s:I,s:O,s:I,s:O}", "dry_run", im.is_rehearsal, "added", im.added, "known", im.known,
				 "rejected", im.n_rejected, "rejects", im.rejects, "wide", im.n_wide, "warnings", im.warnings);
	json_decref(im.entries);
	json_decref(im.rejects);
	json_decref(im.warnings);
	return answer;
}
