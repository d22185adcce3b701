/*
 * Incidents: groups of accesses, what they show, and what people said of them.
 */
#include "collector/store/query.h"

#include <stdio.h>

static void bind_group(struct query q, const struct access *a)
{
	query_int(q, ":site", a->site_id);
	query_text(q, ":source", a->source);
	query_text(q, ":account", a->account);
}

static void bind_span(struct query q, const struct access *a)
{
	query_int(q, ":start", a->start_ns);
	query_int(q, ":end", a->end_ns);
}

static void bind_names(struct query q, const struct access *a)
{
	bind_group(q, a);
	query_text(q, ":alias", a->alias);
}

size_t store_incident_candidates(struct store_tx *tx, const struct access *a, const struct store_near *near, int64_t *ids,
				 size_t cap)
{
	struct query q = query_of(tx, QUERY_incident_candidates);
	bind_names(q, a);
	bind_span(q, a);
	query_int(q, ":gap", near->gap_ns);
	query_int(q, ":members_max", (int64_t)near->members_max);
	query_int(q, ":limit", (int64_t)cap);
	size_t n = 0;
	while (query_row(q))
		ids[n++] = column_int(q, 0);
	return n;
}

size_t store_incident_members(struct store_tx *tx, int64_t incident)
{
	struct query q = query_of(tx, QUERY_incident_members);
	query_int(q, ":incident", incident);
	return (size_t)query_number(q, 0);
}

bool store_incident_is_of(struct store_tx *tx, int64_t incident, const struct access *a)
{
	struct query q = query_of(tx, QUERY_incident_is_of);
	query_int(q, ":incident", incident);
	bind_names(q, a);
	return query_number(q, 0) != 0;
}

int64_t store_incident_new(struct store_tx *tx, const struct access *a)
{
	struct query q = query_of(tx, QUERY_incident_new);
	bind_group(q, a);
	bind_span(q, a);
	return query_number(q, 0);
}

void store_incident_cover(struct store_tx *tx, int64_t incident, const struct access *a)
{
	struct query q = query_of(tx, QUERY_incident_cover);
	query_int(q, ":incident", incident);
	bind_span(q, a);
	query_run(q);
}

void store_incident_merge(struct store_tx *tx, int64_t into, int64_t from)
{
	struct query members = query_of(tx, QUERY_incident_merge);
	query_int(members, ":into", into);
	query_int(members, ":from", from);
	query_run(members);
	struct query span = query_of(tx, QUERY_incident_merge_span);
	query_int(span, ":into", into);
	query_int(span, ":from", from);
	query_run(span);
	store_incident_remove(tx, from);
}

void store_incident_remove(struct store_tx *tx, int64_t id)
{
	struct query q = query_of(tx, QUERY_incident_remove);
	query_int(q, ":incident", id);
	query_run(q);
}

void store_incident_save(struct store_tx *tx, int64_t id, const struct incident *i)
{
	struct query q = query_of(tx, QUERY_incident_save);
	query_int(q, ":id", id);
	query_text(q, ":account", i->account);
	query_text(q, ":workstation", i->workstation);
	query_text(q, ":severity", i->severity);
	query_int(q, ":score", i->score);
	query_text(q, ":profile", i->profile);
	query_text(q, ":title", i->title);
	query_json(q, ":techniques", i->techniques);
	query_json(q, ":destinations", i->destinations);
	query_json(q, ":evidence", i->evidence);
	query_json(q, ":hypotheses", i->hypotheses);
	query_int_or_null(q, ":verdict", i->verdict, i->has_verdict);
	query_int(q, ":first", i->first_ns);
	query_int(q, ":last", i->last_ns);
	query_int(q, ":accesses", (int64_t)i->n_accesses);
	query_run(q);
}

bool store_incident_state(struct store_tx *tx, int64_t id, struct store_state *out)
{
	struct query q = query_of(tx, QUERY_incident_state);
	query_int(q, ":id", id);
	if (!query_row(q))
		return false;
	*out = (struct store_state){ .by_verdicts = column_int(q, 1) != 0,
				    .by_person = column_int(q, 2) != 0,
				    .last_ns = column_int(q, 3) };
	snprintf(out->state, sizeof out->state, "%s", column_text(q, 0));
	snprintf(out->close_reason, sizeof out->close_reason, "%s", column_is_null(q, 4) ? "" : column_text(q, 4));
	query_end(q);
	return true;
}

static void note_change(struct store_tx *tx, int64_t id, const struct store_change *c)
{
	struct query q = query_of(tx, QUERY_incident_note);
	query_int(q, ":id", id);
	query_text(q, ":state", c->state);
	query_text(q, ":close_reason", c->close_reason);
	query_text(q, ":note", c->note);
	query_text(q, ":by", c->by);
	query_int(q, ":at", c->at_ns);
	query_run(q);
}

void store_incident_change(struct store_tx *tx, int64_t id, const struct store_change *c)
{
	struct query q = query_of(tx, QUERY_incident_change);
	query_int(q, ":id", id);
	query_text(q, ":state", c->state);
	query_text(q, ":close_reason", c->close_reason);
	query_text(q, ":note", c->note);
	query_int(q, ":sets_note", c->sets_note);
	query_int(q, ":keeps_state", c->keeps_state);
	query_text(q, ":by", c->by);
	query_int(q, ":at", c->at_ns);
	query_run(q);
	note_change(tx, id, c);
}
