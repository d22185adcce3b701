/*
 * The whitelist: entries come and go, and every access is judged again in the
 * same transaction.
 */
#include "collector/service_parts.h"

#include "collector/baseline/address.h"
#include "collector/baseline/hosts.h"
#include "collector/baseline/width.h"
#include "collector/detect/rules.h"
#include "collector/entry.h"
#include "proto/base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t ends_soon_ns = 14 * 24 * CLOCK_HOUR_NS;
enum { PAGE_DEFAULT = 50 };

/* ---- listing ---------------------------------------------------------------------------------------------------------- */

static void set_expired(struct service *s, json_t *entry)
{
	const char *until = json_string_value(json_object_get(entry, "valid_until"));
	int64_t until_ns = INT64_MAX;
	if (until != NULL)
		clock_parse(until, &until_ns);
	json_object_set_new(entry, "expired", json_boolean(until_ns < s->now_ns()));
}

static json_t *entries_of(struct service *s, struct store_tx *tx, const struct store_filter *f, int64_t *total)
{
	json_t *entries = store_list(tx, STORE_BASELINE, f, total);
	size_t i;
	json_t *entry;
	json_array_foreach(entries, i, entry)
		set_expired(s, entry);
	return entries;
}

enum answer service_baseline_all(struct service *s, json_t **out, char error[SERVICE_ERROR_BYTES])
{
	static const struct store_filter all = { .limit = -1 };
	struct store_tx *tx = store_read(s->store);
	json_t *entries = entries_of(s, tx, &all, NULL);
	return service_answer(tx, json_pack("{s:o?}", "items", entries), out, error);
}

static bool is_state(const char *state)
{
	static const char *const states[] = { "in_force", "ended", "ending", "unused" };
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (strcmp(states[i], state) == 0)
			return true;
	return false;
}

enum answer service_baseline(struct service *s, const struct service_query *q, json_t **out, char error[SERVICE_ERROR_BYTES])
{
	int64_t total = 0, limit = q->limit != 0 ? q->limit : PAGE_DEFAULT;
	if (q->state != NULL && !is_state(q->state))
		return service_says(ANSWER_BAD_REQUEST, error, "state: in_force, ended, ending or unused");
	struct store_filter f = { .state = q->state, .text = q->text, .entry = q->entry, .before = q->before, .limit = limit + 1,
				  .from_ns = s->now_ns(), .to_ns = s->now_ns() + ends_soon_ns };
	struct store_tx *tx = store_search(s->store);
	json_t *entries = entries_of(s, tx, &f, &total), *next = json_null();
	f.limit = 1;
	json_t *upkeep = store_list(tx, STORE_BASELINE_UPKEEP, &f, NULL);
	if ((int64_t)json_array_size(entries) > limit) {
		json_array_remove(entries, (size_t)limit);
		next = json_incref(json_object_get(json_array_get(entries, (size_t)limit - 1), "id"));
	}
	json_t *page = json_pack("{s:o?,s:o,s:I,s:O?}", "items", entries, "next", next, "total", (json_int_t)total, "upkeep",
				 json_array_get(upkeep, 0));
	json_decref(upkeep);
	return service_answer(tx, page, out, error);
}

enum { PREVIEW_INCIDENTS = 20, PREVIEW_ACTS = 20 };

/* ---- preview ---------------------------------------------------------------------------------------------------------- */

/* Texts and numbers an entry reaches, each once. */
struct reach {
	json_t *incidents, *sources, *destinations, *accounts;
	json_t *left_over;	/* {act: in how many accesses} */
	json_int_t accesses;
};

static void count_in(json_t *set, const char *text)
{
	json_object_set_new(set, text != NULL ? text : "", json_true());
}

static void reach_add(struct reach *r, const struct access *a)
{
	char incident[24];
	r->accesses++;
	count_in(r->sources, a->source);
	count_in(r->destinations, a->destination);
	count_in(r->accounts, a->account);
	snprintf(incident, sizeof incident, "%lld", (long long)a->incident_id);
	if (a->incident_id != 0 && a->verdict != VERDICT_LEGITIMATE)
		count_in(r->incidents, incident);
}

static void leave_over(void *ctx, const char *act)
{
	json_t *all = ctx;
	json_object_set_new(all, act, json_integer(json_integer_value(json_object_get(all, act)) + 1));
}

static bool may_be_reached(void *only, const struct access *a)
{
	return a->is_access && baseline_may_cover(only, a);
}

static void measure(struct store_tx *tx, struct baseline *only, struct reach *r)
{
	int64_t *ids;
	size_t n = store_access_ids(tx, may_be_reached, only, &ids);
	struct store_members m = { 0 };
	for (size_t i = 0; i < n; i++) {
		store_members_of_access(tx, ids[i], &m);
		const struct member *one = m.n == 1 ? &m.items[0] : NULL;
		if (one == NULL)
			continue;
		if (baseline_covers(only, one->access, one->steps, one->n_steps) != 0)
			reach_add(r, one->access);
		else
			baseline_left_over(only, one->access, one->steps, one->n_steps, leave_over, r->left_over);
	}
	store_members_fini(&m);
	free(ids);
}

/* True if ${place} is the name of a host of which no address is known. */
static bool is_unknown_name(const struct hosts *names, const char *place)
{
	struct address_range range;
	return place != NULL && !address_parse_range(place, &range) && !hosts_knows(names, place);
}

const char *service_entry_warning(struct service *s, const struct baseline_entry *e, const struct hosts *names)
{
	if (is_unknown_name(names, e->source) || is_unknown_name(names, e->destination))
		return "No address of that host is known, so this covers nothing. Name the host's address first: "
		       "ashiato-collector host add NAME ADDRESS.";
	return width_warning(s->rules->profiles, e, s->now_ns());
}

static int newest_first(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x < y) - (x > y);
}

/* The incident's row, as little of it as a list of names needs; NULL if there is none. */
static json_t *named_incident(struct store_tx *tx, int64_t id)
{
	struct store_filter one = { .incident = id, .limit = 1 };
	json_t *rows = store_list(tx, STORE_INCIDENTS, &one, NULL);
	const json_t *row = json_array_get(rows, 0);
	json_t *out = row == NULL ? NULL : json_pack("{s:O,s:O,s:O,s:O}", "id", json_object_get(row, "id"), "title",
						     json_object_get(row, "title"), "severity", json_object_get(row, "severity"),
						     "last_seen", json_object_get(row, "last_seen"));
	json_decref(rows);
	return out;
}

/* The latest of the incidents whose ids are the keys of ${set}. */
static json_t *named_incidents(struct store_tx *tx, json_t *set)
{
	json_t *out = json_array();
	int64_t *ids = calloc(json_object_size(set) + 1, sizeof *ids);
	size_t n = 0;
	const char *key;
	json_t *value;
	if (ids != NULL)
		json_object_foreach(set, key, value)
			ids[n++] = strtoll(key, NULL, 10);
	qsort(ids, n, sizeof *ids, newest_first);
	for (size_t i = 0; i < n && i < PREVIEW_INCIDENTS; i++) {
		json_t *row = named_incident(tx, ids[i]);
		if (row != NULL)
			json_array_append_new(out, row);
	}
	free(ids);
	return out;
}

/* The first acts of ${all}, as a list. */
static json_t *acts_left_over(const json_t *all)
{
	json_t *out = json_array();
	const char *act;
	json_t *accesses;
	json_object_foreach((json_t *)(uintptr_t)all, act, accesses)
		if (json_array_size(out) < PREVIEW_ACTS)
			json_array_append_new(out, json_pack("{s:s,s:O}", "act", act, "accesses", accesses));
	return out;
}

static json_t *preview_json(struct store_tx *tx, const struct reach *r, const char *warning, bool is_open)
{
	return json_pack("{s:I,s:I,s:o,s:I,s:I,s:I,s:o,s:s?,s:b}", "accesses", r->accesses, "incidents",
			 (json_int_t)json_object_size(r->incidents), "incident_list", named_incidents(tx, r->incidents), "sources",
			 (json_int_t)json_object_size(r->sources), "destinations", (json_int_t)json_object_size(r->destinations),
			 "accounts", (json_int_t)json_object_size(r->accounts), "left_over",
			 acts_left_over(r->left_over), "warning", warning, "open", is_open);
}

static enum answer preview(struct service *s, struct baseline *only, const struct baseline_entry *e, json_t **out,
			   char error[SERVICE_ERROR_BYTES])
{
	struct reach r = { json_object(), json_object(), json_object(), json_object(), json_object(), 0 };
	struct store_tx *tx = store_read(s->store);
	struct hosts *names = pipeline_load_hosts(tx);
	const char *warning = NULL;
	if (names == NULL) {
		store_tx_fail(tx, "out of memory");
	} else {
		warning = service_entry_warning(s, e, names);
		baseline_use_hosts(only, names);
		measure(tx, only, &r);
	}
	enum answer answer = service_answer(tx, preview_json(tx, &r, warning, width_is_open(e)), out, error);
	json_decref(r.incidents);
	json_decref(r.sources);
	json_decref(r.destinations);
	json_decref(r.accounts);
	json_decref(r.left_over);
	return answer;
}

/* An entry as a caller may send it: it names no author, and why is not left open. */
static enum answer read_entry(struct service *s, const json_t *json, struct baseline_entry *out, char error[SERVICE_ERROR_BYTES])
{
	if (!entry_of_json(s->rules, json, out, error, SERVICE_ERROR_BYTES))
		return ANSWER_BAD_REQUEST;
	if (out->author != NULL)
		return service_says(ANSWER_BAD_REQUEST, error, "author: is the user who is logged in");
	return ANSWER_OK;
}

/* A copy of ${entry} without the word that it is meant as wide as it is (new reference). */
static json_t *without_force(const json_t *entry, bool *is_forced)
{
	json_t *copy = json_is_object(entry) ? json_copy((json_t *)(uintptr_t)entry) : json_null();
	*is_forced = json_is_true(json_object_get(copy, "force"));
	if (json_is_boolean(json_object_get(copy, "force")))
		json_object_del(copy, "force");
	return copy;
}

enum answer service_baseline_preview(struct service *s, const json_t *entry, json_t **out, char error[SERVICE_ERROR_BYTES])
{
	struct baseline_entry e;
	bool is_forced;
	json_t *with_reason = without_force(entry, &is_forced);
	if (json_string_length(json_object_get(with_reason, "reason")) == 0)	/* while it is being written there is none yet */
		json_object_set_new(with_reason, "reason", json_string("preview"));
	enum answer answer = read_entry(s, with_reason, &e, error);
	if (answer == ANSWER_OK) {
		e.id = 1;
		struct baseline *only = baseline_new(s->rules);
		answer = only != NULL && baseline_add(only, &e, error, SERVICE_ERROR_BYTES) ? preview(s, only, &e, out, error) :
											      ANSWER_FAILED;
		baseline_free(only);
	}
	json_decref(with_reason);
	return answer;
}

/* ---- change ----------------------------------------------------------------------------------------------------------- */

struct addition {
	const struct baseline_entry *entry;
	const json_t *json;
	int64_t now_ns;
	int64_t id;
};

static void add(void *ctx, struct store_tx *tx)
{
	struct addition *a = ctx;
	char object[32];
	a->id = store_baseline_add(tx, a->entry, a->now_ns);
	snprintf(object, sizeof object, "%lld", (long long)a->id);
	store_audit(tx, a->entry->author, "baseline.add", object, a->json, a->now_ns);
}

static enum answer check_new(const struct baseline_entry *e, bool is_forced, char error[SERVICE_ERROR_BYTES])
{
	if (e->reason == NULL || e->reason[strspn(e->reason, " \t\r\n")] == '\0')
		return service_says(ANSWER_BAD_REQUEST, error, "reason: say why this access is legitimate");
	if (width_is_open(e) && !is_forced)
		return service_says(ANSWER_BAD_REQUEST, error, "%s", width_refusal);
	return ANSWER_OK;
}

/* The entry as stored, with what its author should know of it. */
static enum answer answer_added(struct service *s, const struct addition *a, json_t **out, char error[SERVICE_ERROR_BYTES])
{
	struct store_tx *tx = store_read(s->store);
	struct store_filter one = { .entry = a->id, .limit = 1 };
	struct hosts *names = pipeline_load_hosts(tx);
	json_t *entries = entries_of(s, tx, &one, NULL);
	json_t *stored = json_incref(json_array_get(entries, 0));
	const char *warning = names != NULL ? service_entry_warning(s, a->entry, names) : NULL;
	json_object_set_new(stored, "warning", warning != NULL ? json_string(warning) : json_null());
	hosts_free(names);
	json_decref(entries);
	return service_answer(tx, stored, out, error);
}

static enum answer add_entry(struct service *s, const char *by, const json_t *json, bool is_forced, json_t **out,
			     char error[SERVICE_ERROR_BYTES])
{
	struct baseline_entry e;
	enum answer answer = read_entry(s, json, &e, error);
	if (answer == ANSWER_OK)
		answer = check_new(&e, is_forced, error);
	if (answer != ANSWER_OK)
		return answer;
	e.author = by;
	struct addition a = { &e, json, s->now_ns(), 0 };
	if (pipeline_change(s->pipeline, add, &a, error, SERVICE_ERROR_BYTES) != 0)
		return ANSWER_FAILED;
	return answer_added(s, &a, out, error);
}

enum answer service_baseline_add(struct service *s, const struct service_session *who, const json_t *entry, json_t **out,
				 char error[SERVICE_ERROR_BYTES])
{
	bool is_forced;
	json_t *json = without_force(entry, &is_forced);
	enum answer answer = add_entry(s, who->user, json, is_forced, out, error);
	json_decref(json);
	return answer;
}

struct removal {
	int64_t id;
	const char *by;
	int64_t now_ns;
	bool found;
};

static void take_away(void *ctx, struct store_tx *tx)
{
	struct removal *r = ctx;
	char object[32];
	r->found = store_baseline_remove(tx, r->id, r->by, r->now_ns);
	snprintf(object, sizeof object, "%lld", (long long)r->id);
	if (r->found)
		store_audit(tx, r->by, "baseline.remove", object, NULL, r->now_ns);
}

enum answer service_baseline_remove(struct service *s, const struct service_session *who, int64_t id, char error[SERVICE_ERROR_BYTES])
{
	struct removal r = { id, who->user, s->now_ns(), false };
	if (pipeline_change(s->pipeline, take_away, &r, error, SERVICE_ERROR_BYTES) != 0)
		return ANSWER_FAILED;
	if (!r.found)
		return service_says(ANSWER_NOT_FOUND, error, "there is no whitelist entry %lld", (long long)id);
	return ANSWER_OK;
}
