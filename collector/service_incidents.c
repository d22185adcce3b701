/*
 * One incident: its page, and what a person says of it.
 */
#include "collector/service_parts.h"

#include "collector/report/document.h"
#include "collector/store/learned.h"

#include <stdio.h>
#include <string.h>

enum { NOTE_MAX_BYTES = 4000 };

static json_t *profile_text(struct service *s, const json_t *incident)
{
	struct profile_text text;
	const char *profile = json_string_value(json_object_get(incident, "profile"));
	if (!rules_profile(s->rules, profile, &text))
		return json_pack("{s:s,s:s,s:[]}", "title", profile, "what_it_is", "", "what_to_check");
	return json_pack("{s:s,s:s,s:O}", "title", text.title, "what_it_is", text.what_it_is, "what_to_check",
			 text.what_to_check);
}

static json_t *rows_of(struct store_tx *tx, enum store_list what, int64_t incident)
{
	struct store_filter f = { .incident = incident, .limit = -1 };
	return store_list(tx, what, &f, NULL);
}

/* NULL if there is none or the store failed. */
static json_t *incident_of(struct service *s, struct store_tx *tx, int64_t id)
{
	json_t *rows = rows_of(tx, STORE_INCIDENTS, id);
	json_t *incident = json_incref(json_array_get(rows, 0));
	json_decref(rows);
	if (incident == NULL)
		return NULL;
	json_object_set_new(incident, "steps", document_steps(tx, s->rules, id));
	json_object_set_new(incident, "access_rows", rows_of(tx, STORE_INCIDENT_ACCESSES, id));
	json_object_set_new(incident, "files", rows_of(tx, STORE_INCIDENT_FILES, id));
	json_object_set_new(incident, "log_points", service_log_points(s, tx, incident));
	json_object_set_new(incident, "profile_text", profile_text(s, incident));
	return incident;
}

enum answer service_incident(struct service *s, int64_t id, json_t **out, char error[SERVICE_ERROR_BYTES])
{
	struct store_tx *tx = store_read(s->store);
	json_t *incident = id > 0 ? incident_of(s, tx, id) : NULL;
	if (incident != NULL || !store_tx_ok(tx))
		return service_answer(tx, incident, out, error);
	store_rollback(tx);
	return service_says(ANSWER_NOT_FOUND, error, "there is no incident %lld", (long long)id);
}

/* ---- change ----------------------------------------------------------------------------------------------------------- */

static bool is_one_of(const char *word, const char *const *words, size_t n)
{
	for (size_t i = 0; word != NULL && i < n; i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

static enum answer check_keys(const json_t *change, char error[SERVICE_ERROR_BYTES])
{
	static const char *const known[] = { "close_reason", "note", "state" };
	const char *key;
	json_t *value;
	if (!json_is_object(change) || json_object_size(change) == 0)
		return service_says(ANSWER_BAD_REQUEST, error, "send an object with state, close_reason or note");
	json_object_foreach((json_t *)(uintptr_t)change, key, value)
		if (!is_one_of(key, known, 3) || !(json_is_string(value) || json_is_null(value)))
			return service_says(ANSWER_BAD_REQUEST, error, "%.64s: only state, close_reason and note, as text", key);
	return ANSWER_OK;
}

/* What ${change} asks for, beside what stands in ${now}. */
static enum answer read_change(const json_t *change, const struct store_state *now, struct store_change *out,
			       char error[SERVICE_ERROR_BYTES])
{
	static const char *const states[] = { "new", "acknowledged", "closed" };
	static const char *const reasons[] = { "true_positive", "false_positive" };
	enum answer answer = check_keys(change, error);
	if (answer != ANSWER_OK)
		return answer;
	const char *state = json_string_value(json_object_get(change, "state"));
	const char *reason = json_string_value(json_object_get(change, "close_reason"));
	const json_t *note = json_object_get(change, "note");
	out->state = state != NULL ? state : now->state;
	out->keeps_state = state == NULL && reason == NULL;
	out->close_reason = reason;
	if (state == NULL && reason == NULL && now->close_reason[0] != '\0')
		out->close_reason = now->close_reason;
	out->sets_note = note != NULL;
	out->note = json_string_value(note);
	if (!is_one_of(out->state, states, 3))
		return service_says(ANSWER_BAD_REQUEST, error, "state: new, acknowledged or closed");
	bool is_closed = strcmp(out->state, "closed") == 0;
	if (reason != NULL && strcmp(reason, "legitimate") == 0)
		return service_says(ANSWER_BAD_REQUEST, error,
				    "close_reason: an incident becomes legitimate, and closes, by a whitelist entry that covers it");
	if (is_closed && !out->keeps_state && !is_one_of(out->close_reason, reasons, 2))
		return service_says(ANSWER_BAD_REQUEST, error,
				    "close_reason: a closed incident needs true_positive or false_positive");
	if (!is_closed && reason != NULL)
		return service_says(ANSWER_BAD_REQUEST, error, "close_reason: only a closed incident has one");
	if (json_string_length(note) > NOTE_MAX_BYTES)
		return service_says(ANSWER_BAD_REQUEST, error, "note: at most %d bytes", NOTE_MAX_BYTES);
	return ANSWER_OK;
}

static enum answer change_in(struct service *s, struct store_tx *tx, const struct service_session *who, int64_t id,
			     const json_t *change, char error[SERVICE_ERROR_BYTES])
{
	struct store_state now;
	if (!store_incident_state(tx, id, &now))
		return service_says(ANSWER_NOT_FOUND, error, "there is no incident %lld", (long long)id);
	struct store_change wanted = { .by = who->user, .at_ns = s->now_ns() };
	enum answer answer = read_change(change, &now, &wanted, error);
	if (answer != ANSWER_OK)
		return answer;
	char object[32];
	snprintf(object, sizeof object, "%lld", (long long)id);
	store_tx_changes(tx);
	store_incident_change(tx, id, &wanted);
	store_habits_judged(tx, id);
	store_audit(tx, who->user, "incident.change", object, change, wanted.at_ns);
	return ANSWER_OK;
}

enum answer service_incident_change(struct service *s, const struct service_session *who, int64_t id, const json_t *change,
				    json_t **out, char error[SERVICE_ERROR_BYTES])
{
	struct store_tx *tx = store_write(s->store);
	enum answer answer = change_in(s, tx, who, id, change, error);
	if (answer == ANSWER_OK || !store_tx_ok(tx))
		answer = service_stored(tx, error);
	else
		store_rollback(tx);
	return answer == ANSWER_OK ? service_incident(s, id, out, error) : answer;
}
