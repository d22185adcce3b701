/*
 * The log-point table of the field study, filled in for one incident: which of
 * its rows were seen between the source and the destination where most was
 * done. The rows are data (schema/profiles.json).
 *
 * "no" is said only where the session was readable from its logon on, so that
 * the act would have been seen; everything else that is missing is "not_seen".
 */
#include "collector/service_parts.h"

#include "collector/detect/glob.h"
#include "collector/report/report.h"
#include "proto/base/clock.h"
#include "proto/codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t around_ns = 60 * CLOCK_SECOND_NS;	/* before the first step the dialect is negotiated, after the last flows end */

/* What the wire showed of the incident at one destination. */
struct view {
	const json_t *rows;		/* of the table */
	const json_t *steps;		/* of the incident */
	const char *destination;
	json_t *first;			/* kind of event → id of the first one */
	json_t *files;			/* "smb.create \\\\server\\share\\path" → id of the first one */
	bool has_logon, is_encrypted, has_gap;
};

/* ---- where to look ---------------------------------------------------------------------------------------------------- */

static const char *text_at(const json_t *row, const char *key)
{
	return json_string_value(json_object_get(row, key));
}

/* The destination with the most administrator steps; NULL without steps. */
static const char *busiest(const json_t *steps)
{
	json_t *counts = json_object();
	const char *best = NULL;
	json_int_t most = -1;
	for (size_t i = 0; i < json_array_size(steps); i++) {
		const json_t *step = json_array_get(steps, i);
		const char *destination = text_at(step, "destination");
		json_int_t n = json_integer_value(json_object_get(counts, destination));
		n += json_is_true(json_object_get(step, "admin"));
		json_object_set_new(counts, destination, json_integer(n));
		if (n > most) {
			most = n;
			best = destination;
		}
	}
	json_decref(counts);
	return best;
}

static void set_first(json_t *map, const char *key, int64_t id)
{
	if (json_object_get(map, key) == NULL)
		json_object_set_new(map, key, json_integer(id));
}

/* As the detail of a step writes the path. */
static void note_file(struct view *v, int64_t id, const char *kind, const char *share, const char *path)
{
	if (share == NULL || path == NULL)
		return;
	json_t *key = json_sprintf("%s %s\\%s", kind, share, path);
	set_first(v->files, json_string_value(key), id);
	json_decref(key);
}

static void note_files(struct view *v, int64_t id, const Ev__Event *event)
{
	const char *kind = codec_kind(event->body_case);
	if (event->body_case == EV__EVENT__BODY_SMB_CREATE && event->has_status && event->status == 0)
		note_file(v, id, kind, event->smb_create->share, event->smb_create->path);
	if (event->body_case == EV__EVENT__BODY_SMB_TRANSFER)
		note_file(v, id, kind, event->smb_transfer->share, event->smb_transfer->path);
	if (event->body_case == EV__EVENT__BODY_SMB_DELETE && !event->smb_delete->taken_back)
		note_file(v, id, kind, event->smb_delete->share, event->smb_delete->path);
}

static void look_at(void *ctx, int64_t id, const struct origin *from, const Ev__Event *event)
{
	struct view *v = ctx;
	(void)from;
	set_first(v->first, codec_kind(event->body_case), id);
	note_files(v, id, event);
	if (event->body_case == EV__EVENT__BODY_SMB_SESSION_SETUP)
		v->has_logon = true;
	if (event->body_case == EV__EVENT__BODY_SMB_ENCRYPTED)
		v->is_encrypted = true;
	if (event->body_case == EV__EVENT__BODY_FLOW_SUMMARY)
		v->has_gap |= event->flow_summary->gaps > 0 || event->flow_summary->midstream;
}

static void look(struct store_tx *tx, const json_t *incident, struct view *v)
{
	int64_t from = 0, to = 0;
	clock_parse(text_at(incident, "first_seen"), &from);
	clock_parse(text_at(incident, "last_seen"), &to);
	const struct store_touch touch = { json_integer_value(json_object_get(incident, "id")), v->destination, from - around_ns,
					   to + around_ns };
	store_events_touching(tx, &touch, look_at, v);
	const json_t *accesses = json_object_get(incident, "access_rows");
	for (size_t i = 0; i < json_array_size(accesses); i++) {
		const json_t *access = json_array_get(accesses, i);
		if (strcmp(text_at(access, "destination"), v->destination) == 0)
			v->is_encrypted |= json_is_true(json_object_get(access, "encrypted"));
	}
}

/* ---- one row ---------------------------------------------------------------------------------------------------------- */

static bool names_step(const json_t *globs, const char *step)
{
	for (size_t i = 0; i < json_array_size(globs); i++)
		if (glob_matches(json_string_value(json_array_get(globs, i)), step))
			return true;
	return false;
}

/* The first step at the destination that ${row} names. */
static const json_t *step_for(const struct view *v, const json_t *row)
{
	const json_t *globs = json_object_get(row, "steps");
	for (size_t i = 0; v->destination != NULL && i < json_array_size(v->steps); i++) {
		const json_t *step = json_array_get(v->steps, i);
		if (strcmp(text_at(step, "destination"), v->destination) == 0 && names_step(globs, text_at(step, "step")))
			return step;
	}
	return NULL;
}

/* The first event for a row that is told by the kind of event alone. */
static const json_t *event_for(const struct view *v, const json_t *row)
{
	const json_t *kinds = json_object_get(row, "kinds");
	if (json_array_size(json_object_get(row, "steps")) > 0)
		return NULL;
	for (size_t i = 0; i < json_array_size(kinds); i++) {
		const json_t *id = json_object_get(v->first, json_string_value(json_array_get(kinds, i)));
		if (id != NULL)
			return id;
	}
	return NULL;
}

/* The event of ${row}'s kind about the file that ${step} names; else the step's own. */
static const json_t *event_of(const struct view *v, const json_t *row, const json_t *step)
{
	const char *path = text_at(json_object_get(step, "detail"), "path");
	const json_t *kinds = json_object_get(row, "kinds");
	const json_t *found = NULL;
	for (size_t i = 0; path != NULL && found == NULL && i < json_array_size(kinds); i++) {
		json_t *key = json_sprintf("%s %s", json_string_value(json_array_get(kinds, i)), path);
		found = json_object_get(v->files, json_string_value(key));
		json_decref(key);
	}
	return found != NULL ? found : json_object_get(step, "event");
}

static bool write_stream(void *ctx, const char *bytes, size_t n)
{
	return fwrite(bytes, 1, n, ctx) == n;
}

/* A step's detail as one line; null if there is none. */
static json_t *detail_text(const json_t *step)
{
	char *text = NULL;
	size_t n;
	FILE *stream = open_memstream(&text, &n);
	if (stream == NULL)
		return json_null();
	struct report_out out = { .write = write_stream, .ctx = stream };
	report_detail(&out, report_text_of, step);
	fclose(stream);
	json_t *json = n > 0 ? json_stringn(text, n) : json_null();
	free(text);
	return json;
}

static const char *absent(const struct view *v, const json_t *row)
{
	bool is_readable = v->has_logon && !v->is_encrypted && !v->has_gap;
	bool has_steps = json_array_size(json_object_get(row, "steps")) > 0;
	return is_readable && has_steps ? "no" : "not_seen";
}

static json_t *reference(const json_t *row, const char *profile)
{
	const char *text = text_at(json_object_get(row, "reference"), profile);
	return json_string(text != NULL ? text : "-");
}

static json_t *fill_row(const struct view *v, const json_t *row)
{
	const json_t *step = step_for(v, row);
	json_t *event = (json_t *)(uintptr_t)(step != NULL ? event_of(v, row, step) : event_for(v, row));
	bool seen = step != NULL || event != NULL;
	return json_pack("{s:O,s:O,s:s,s:o,s:O?,s:o,s:o,s:o}", "id", json_object_get(row, "id"), "title",
			 json_object_get(row, "title"), "seen", seen ? "yes" : absent(v, row), "detail",
			 step != NULL ? detail_text(step) : json_null(), "event", event, "ordinary",
			 reference(row, "ordinary-file-sharing"), "psexec", reference(row, "psexec"), "metasploit",
			 reference(row, "metasploit-psexec"));
}

/* A row that no event can tell is a check for the responder: what each tool leaves behind on the target. */
static void add_checks(json_t *checks, const json_t *row)
{
	const char *profile;
	json_t *text;
	if (json_array_size(json_object_get(row, "kinds")) > 0)
		return;
	json_object_foreach(json_object_get(row, "reference"), profile, text)
		if (json_string_length(text) > 1)
			json_array_append_new(checks, json_pack("{s:s,s:o}", "profile", profile, "check",
								json_sprintf("Look for %s on the target.",
									     json_string_value(text))));
}

json_t *service_log_points(struct service *s, struct store_tx *tx, const json_t *incident)
{
	struct view v = { .rows = rules_log_points(s->rules),
			  .steps = json_object_get(incident, "steps"),
			  .first = json_object(),
			  .files = json_object() };
	v.destination = busiest(v.steps);
	if (v.destination != NULL)
		look(tx, incident, &v);
	json_t *rows = json_array(), *checks = json_array();
	for (size_t i = 0; i < json_array_size(v.rows); i++) {
		const json_t *row = json_array_get(v.rows, i);
		json_array_append_new(rows, fill_row(&v, row));
		add_checks(checks, row);
	}
	json_decref(v.first);
	json_decref(v.files);
	return json_pack("{s:s?,s:o,s:o}", "destination", v.destination, "rows", rows, "responder_checks", checks);
}
