#include "collector/group.h"

#include "collector/habitual.h"
#include "collector/judge.h"

#include <stdlib.h>
#include <string.h>

enum {
	CANDIDATES_MAX = 16,	/* incidents one access can join into one; those beyond stay apart */
	MEMBERS_MAX = 1000,	/* then an incident is full and the next one begins: what it shows is composed from all of
				 * them with every batch, and a source that never rests must not make that cost grow for ever */
};

/* ---- ids -------------------------------------------------------------------------------------------------------------- */

void id_set_add(struct id_set *s, int64_t id)
{
	if (s->n > 0 && s->ids[s->n - 1] == id)	/* they come in runs */
		return;
	if (s->n == s->cap) {
		size_t cap = s->cap == 0 ? 16 : s->cap * 2;
		int64_t *grown = reallocarray(s->ids, cap, sizeof *grown);
		if (grown == NULL) {
			s->is_short = true;
			return;
		}
		s->ids = grown;
		s->cap = cap;
	}
	s->ids[s->n++] = id;
}

void id_set_take(struct id_set *s, int64_t *ids, size_t n)
{
	for (size_t i = 0; i < n; i++)
		id_set_add(s, ids[i]);
	free(ids);
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

void id_set_sort(struct id_set *s)
{
	if (s->n == 0)
		return;
	qsort(s->ids, s->n, sizeof *s->ids, by_value);
	size_t n = 1;
	for (size_t i = 1; i < s->n; i++)
		if (s->ids[i] != s->ids[n - 1])
			s->ids[n++] = s->ids[i];
	s->n = n;
}

void id_set_fini(struct id_set *s)
{
	free(s->ids);
	*s = (struct id_set){ 0 };
}

/* ---- one access ------------------------------------------------------------------------------------------------------- */

/* True if ${id} stands still for a person who has closed it: it neither takes up nor gives away members. */
static bool closed_by_person(struct group_work *w, int64_t id)
{
	struct store_state state;
	return store_incident_state(w->tx, id, &state) && !state.by_verdicts && strcmp(state.state, "closed") == 0;
}

static bool is_full(struct group_work *w, int64_t id)
{
	return store_incident_members(w->tx, id) >= MEMBERS_MAX;
}

/* The incident that ${a} belongs to: the first of its group near it, into which the others merge; a new one if there is none. */
static int64_t find_or_begin(struct group_work *w, const struct access *a)
{
	int64_t ids[CANDIDATES_MAX];
	struct store_near near = { incident_gap_ns, MEMBERS_MAX };
	size_t n = store_incident_candidates(w->tx, a, &near, ids, CANDIDATES_MAX);
	if (n == 0)
		return store_incident_new(w->tx, a);
	for (size_t i = 1; i < n; i++)
		store_incident_merge(w->tx, ids[0], ids[i]);
	return ids[0];
}

static void place(struct group_work *w, const struct access *a)
{
	int64_t was = a->incident_id;
	bool stays = was != 0 && store_incident_is_of(w->tx, was, a) && (closed_by_person(w, was) || is_full(w, was));
	int64_t incident = stays ? was : find_or_begin(w, a);
	store_incident_cover(w->tx, incident, a);
	if (incident == was)
		return;
	store_access_group(w->tx, a->id, incident);
	id_set_add(&w->incidents, incident);
}

/* Judge ${m}, and once more with the steps that its log added; its account, too, may be the log's. What is read again is for the
 * incident, in which a legitimate access has no place. */
static struct judged judge(struct group_work *w, int64_t access, struct store_members *m)
{
	struct judging judging = { w->tx, w->baseline, w->now_ns, &w->renamed };
	struct judged judged = judge_member(&judging, &m->items[0]);
	bool is_placed = judged.verdict != VERDICT_LEGITIMATE;
	if (!judged.has_changed || (!is_placed && !judged.has_new_steps))
		return judged;
	store_members_of_access(w->tx, access, m);
	if (judged.has_new_steps && m->n == 1) {
		judged.verdict = judge_member(&judging, &m->items[0]).verdict;
		store_members_of_access(w->tx, access, m);
	}
	return judged;
}

/* What an access shows in its incident: new acts, or at most another verdict. */
enum told { SAME_STEPS, NEW_STEPS };

static void group_one(struct group_work *w, int64_t access, enum told told)
{
	struct store_members m = { 0 };
	store_members_of_access(w->tx, access, &m);
	if (m.n == 1) {
		int64_t was = m.items[0].access->incident_id;
		struct judged judged = judge(w, access, &m);
		bool shows = told == NEW_STEPS || judged.has_changed;
		if (was != 0 && shows)	/* what it leaves shows less */
			id_set_add(&w->incidents, was);
		if (judged.verdict != VERDICT_LEGITIMATE && m.n == 1 && (shows || was == 0))
			place(w, m.items[0].access);
	}
	store_members_fini(&m);
}

void group_access(struct group_work *w, int64_t access)
{
	group_one(w, access, NEW_STEPS);
}

void group_again(struct group_work *w, int64_t access)
{
	group_one(w, access, SAME_STEPS);
}

/* ---- one incident ----------------------------------------------------------------------------------------------------- */

static void change_state(struct group_work *w, int64_t id, const char *state, const char *reason)
{
	struct store_change change = { .state = state, .close_reason = reason, .at_ns = w->now_ns };
	store_incident_change(w->tx, id, &change);
}

/* Every member is legitimate now: there is nothing left to work on. */
static void close_legitimate(struct group_work *w, int64_t id, const struct store_state *state)
{
	if (strcmp(state->state, "closed") != 0)
		change_state(w, id, "closed", "legitimate");
}

/* Show ${i}, and open again what the verdicts had closed, or a person before this happened. */
static void show(struct group_work *w, int64_t id, const struct store_state *state, const struct incident *i)
{
	bool is_closed = strcmp(state->state, "closed") == 0;
	if (is_closed && (state->by_verdicts || i->last_ns > state->last_ns))
		change_state(w, id, "new", NULL);
	store_incident_save(w->tx, id, i);
}

/* Those of ${m} that are not legitimate, to the front of a new array; how many in ${n}. */
static struct member *suspects(struct group_work *w, const struct store_members *m, size_t *n)
{
	struct member *out = reallocarray(NULL, m->n, sizeof *out);
	*n = 0;
	if (out == NULL) {
		w->incidents.is_short = true;
		return NULL;
	}
	for (size_t i = 0; i < m->n; i++)
		if (m->items[i].access->verdict != VERDICT_LEGITIMATE)
			out[(*n)++] = m->items[i];
	return out;
}

static void compose(struct group_work *w, int64_t id, const struct store_members *members, const struct store_state *state)
{
	size_t n;
	struct member *those = suspects(w, members, &n);
	if (those == NULL)
		return;
	if (n == 0) {
		close_legitimate(w, id, state);
	} else {
		struct incident i = { 0 };
		incident_compose(w->rules, those, n, &i);
		habitual_weigh(w->tx, those, n, &i);
		show(w, id, state, &i);
		incident_fini(&i);
	}
	free(those);
}

static void compose_one(struct group_work *w, int64_t id)
{
	struct store_state state;
	if (!store_incident_state(w->tx, id, &state))
		return;		/* merged into another */
	struct store_members m = { 0 };
	store_members_of_incident(w->tx, id, &m);
	if (m.n > 0)
		compose(w, id, &m, &state);
	else if (!state.by_person)
		store_incident_remove(w->tx, id);
	store_members_fini(&m);
}

void group_compose(struct group_work *w)
{
	id_set_sort(&w->incidents);
	for (size_t i = 0; i < w->incidents.n && store_tx_ok(w->tx); i++)
		compose_one(w, w->incidents.ids[i]);
	if (w->incidents.is_short)
		store_tx_fail(w->tx, "out of memory");
}
