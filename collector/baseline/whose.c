#include "collector/baseline/whose.h"

#include "collector/baseline/ledger.h"
#include "collector/baseline/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ACCOUNT_BYTES = 160,	/* 20 + 104 characters are the longest names of Windows, and a domain's */
	OWN = 0,		/* the place of the access's own connection */
	NOBODY = -1,
};

struct logon {
	int64_t time_ns;
	uint16_t port;
	char account[ACCOUNT_BYTES];	/* "": unknown */
};

struct record {
	int64_t clock, id, utc_ns;
	uint64_t logon_id;
	enum log_act act;
	char account[ACCOUNT_BYTES];
	size_t unit;			/* records of one logon are one: where its first stands */
	int owner;			/* of a unit's first: the port that took it */
};

struct pair {
	int64_t apart_ns;
	size_t logon, record;
};

struct whose {
	struct logon own;
	int64_t reach_ns;
	bool fits[WHOSE_MAX][WHOSE_MAX];	/* a connection, by where its first logon stands, and a unit */
	struct logon logons[WHOSE_MAX];
	struct record records[WHOSE_MAX];
	size_t n_logons, n_records;
	bool is_settled;
};

static int64_t apart(int64_t a, int64_t b)
{
	return a > b ? a - b : b - a;
}

static int by_number(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static bool may_be_same(const char *a, const char *b)
{
	return a[0] == '\0' || b[0] == '\0' || names_same_user(a, b);
}

static void set_account(char out[ACCOUNT_BYTES], const char *account)
{
	snprintf(out, ACCOUNT_BYTES, "%s", account != NULL ? account : "");
}

static void set_logon(struct logon *out, const struct whose_logon *l)
{
	*out = (struct logon){ .time_ns = l->time_ns, .port = l->port };
	set_account(out->account, l->account);
}

struct whose *whose_new(const struct whose_logon *own, int64_t reach_ns)
{
	struct whose *w = calloc(1, sizeof *w);
	if (w == NULL)
		return NULL;
	set_logon(&w->own, own);
	w->reach_ns = reach_ns;
	w->logons[w->n_logons++] = w->own;
	return w;
}

void whose_free(struct whose *w)
{
	free(w);
}

/* ---- gathering ---- */

/* In an order that has nothing to do with how they came. */
static int by_logon(const void *a, const void *b)
{
	const struct logon *x = a, *y = b;
	int order = by_number(x->time_ns, y->time_ns);
	if (order == 0)
		order = by_number(x->port, y->port);
	return order != 0 ? order : strcmp(x->account, y->account);
}

static int by_record(const void *a, const void *b)
{
	const struct record *x = a, *y = b;
	int order = by_number(x->utc_ns, y->utc_ns);
	if (order == 0)
		order = strcmp(x->account, y->account);
	if (order == 0)
		order = x->logon_id < y->logon_id ? -1 : x->logon_id > y->logon_id;
	if (order == 0)
		order = by_number(x->act, y->act);
	return order != 0 ? order : by_number(x->id, y->id);
}

static bool is_further(const struct whose *w, int64_t a_ns, int64_t b_ns, int order)
{
	int64_t a = apart(a_ns, w->own.time_ns), b = apart(b_ns, w->own.time_ns);
	return a != b ? a > b : order > 0;
}

static bool is_further_logon(const struct whose *w, const struct logon *a, const struct logon *b)
{
	return is_further(w, a->time_ns, b->time_ns, by_logon(a, b));
}

static bool is_further_record(const struct whose *w, const struct record *a, const struct record *b)
{
	return is_further(w, a->utc_ns, b->utc_ns, by_record(a, b));
}

void whose_add_logon(struct whose *w, const struct whose_logon *l)
{
	struct logon new;
	size_t last = OWN + 1;
	set_logon(&new, l);
	if (w->n_logons < WHOSE_MAX) {
		w->logons[w->n_logons++] = new;
		return;
	}
	for (size_t i = last + 1; i < WHOSE_MAX; i++)
		last = is_further_logon(w, &w->logons[i], &w->logons[last]) ? i : last;
	if (is_further_logon(w, &w->logons[last], &new))
		w->logons[last] = new;
}

void whose_add_record(struct whose *w, int64_t clock, int64_t id, const struct log_record *r, int64_t utc_ns)
{
	struct record new = { .clock = clock, .id = id, .utc_ns = utc_ns, .logon_id = r->logon_id, .act = r->act, .owner = NOBODY };
	size_t last = 0;
	set_account(new.account, r->account);
	if (w->n_records < WHOSE_MAX) {
		w->records[w->n_records++] = new;
		return;
	}
	for (size_t i = 1; i < WHOSE_MAX; i++)
		last = is_further_record(w, &w->records[i], &w->records[last]) ? i : last;
	if (is_further_record(w, &w->records[last], &new))
		w->records[last] = new;
}

/* ---- units ---- */

/* One logon writes many records: under its id, or, where there is none, a logon with the shares it connects to at once. What two
 * sources carry is one record too. */
static bool is_of_unit(const struct record *first, const struct record *r)
{
	if (first->logon_id != 0 || r->logon_id != 0)
		return first->logon_id == r->logon_id;
	bool is_same = strcmp(first->account, r->account) == 0;
	bool is_copy = first->clock != r->clock && first->act == r->act && first->utc_ns == r->utc_ns;
	bool is_its_share = first->act == LOG_LOGON && r->act == LOG_SHARE && r->utc_ns - first->utc_ns <= ledger_slack_ns;
	return is_same && (is_copy || is_its_share);
}

static void unite(struct whose *w)
{
	for (size_t i = 0; i < w->n_records; i++) {
		size_t unit = 0;
		while (unit < i && (w->records[unit].unit != unit || !is_of_unit(&w->records[unit], &w->records[i])))
			unit++;
		w->records[i].unit = unit;
	}
}

/* ---- pairing ---- */

static int by_distance(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int order = by_number(x->apart_ns, y->apart_ns);
	if (order == 0)
		order = by_number((int64_t)x->record, (int64_t)y->record);
	return order != 0 ? order : by_number((int64_t)x->logon, (int64_t)y->logon);
}

/* A connection is known by the place of its first logon. */
static size_t connection_of(const struct whose *w, uint16_t port)
{
	size_t i = 0;
	while (w->logons[i].port != port)
		i++;
	return i;
}

static size_t pairs_of(struct whose *w, struct pair *out)
{
	size_t n = 0;
	for (size_t r = 0; r < w->n_records; r++)
		for (size_t l = 0; w->records[r].unit == r && l < w->n_logons; l++) {
			int64_t apart_ns = apart(w->records[r].utc_ns, w->logons[l].time_ns);
			if (apart_ns > w->reach_ns || !may_be_same(w->records[r].account, w->logons[l].account))
				continue;
			out[n++] = (struct pair){ apart_ns, l, r };
			w->fits[connection_of(w, w->logons[l].port)][r] = true;
		}
	return n;
}

static bool has_taken(const struct whose *w, uint16_t port)
{
	for (size_t r = 0; r < w->n_records; r++)
		if (w->records[r].owner == port)
			return true;
	return false;
}

/* A connection takes one unit, however many logons it saw. */
static void take_nearest(struct whose *w)
{
	struct pair *pairs = malloc(sizeof *pairs * WHOSE_MAX * WHOSE_MAX);
	size_t n = pairs != NULL ? pairs_of(w, pairs) : 0;
	if (n > 0)
		qsort(pairs, n, sizeof *pairs, by_distance);
	for (size_t i = 0; i < n; i++) {
		struct record *first = &w->records[pairs[i].record];
		if (first->owner == NOBODY && !has_taken(w, w->logons[pairs[i].logon].port))
			first->owner = w->logons[pairs[i].logon].port;
	}
	free(pairs);
}

/* What a search for a free unit has come by. */
struct search {
	size_t waiting[WHOSE_MAX], n_waiting;	/* connections that would take another unit */
	size_t from[WHOSE_MAX];			/* by unit: which of them would take it */
	bool is_seen[WHOSE_MAX];
};

/* A free unit that ${s}'s connections may have, its way there in ${s}; WHOSE_MAX: none. */
static size_t find_free(const struct whose *w, struct search *s)
{
	for (size_t i = 0; i < s->n_waiting; i++)
		for (size_t r = 0; r < w->n_records; r++) {
			if (s->is_seen[r] || !w->fits[s->waiting[i]][r])
				continue;
			s->is_seen[r] = true;
			s->from[r] = s->waiting[i];
			if (w->records[r].owner == NOBODY)
				return r;
			s->waiting[s->n_waiting++] = connection_of(w, (uint16_t)w->records[r].owner);
		}
	return WHOSE_MAX;
}

static size_t taken_by(const struct whose *w, uint16_t port)
{
	size_t r = 0;
	while (r < w->n_records && w->records[r].owner != port)
		r++;
	return r;
}

/* A connection without a unit gets one if those that have one can move so that a free one is left; none loses its own. */
static void make_room(struct whose *w, uint16_t port)
{
	struct search s = { .waiting = { connection_of(w, port) }, .n_waiting = 1 };
	if (has_taken(w, port))
		return;
	for (size_t r = find_free(w, &s); r != WHOSE_MAX;) {
		uint16_t taker = w->logons[s.from[r]].port;
		size_t left = taken_by(w, taker);
		w->records[r].owner = taker;
		r = left < w->n_records ? left : WHOSE_MAX;
	}
}

static void begin(struct whose *w)
{
	qsort(w->logons, w->n_logons, sizeof *w->logons, by_logon);
	qsort(w->records, w->n_records, sizeof *w->records, by_record);
	unite(w);
	take_nearest(w);
	w->is_settled = true;
}

/* ---- the answer ---- */

static int64_t distance_of(const struct whose *w, const struct record *r, uint16_t port)
{
	int64_t least_ns = INT64_MAX;
	for (size_t i = 0; i < w->n_logons; i++) {
		int64_t apart_ns = apart(w->logons[i].time_ns, r->utc_ns);
		least_ns = w->logons[i].port == port && apart_ns < least_ns ? apart_ns : least_ns;
	}
	return least_ns;
}

/* Not every connection connects to a share, but each has a logon: of a share alone nobody can say whose it is within the slack. */
static bool is_share_alone(const struct whose *w, size_t unit)
{
	for (size_t i = 0; i < w->n_records; i++)
		if (w->records[i].unit == unit && w->records[i].act != LOG_SHARE)
			return false;
	return true;
}

static bool may_be_own(const struct whose *w, size_t unit)
{
	const struct record *first = &w->records[unit];
	int64_t own_ns = distance_of(w, first, w->own.port);
	if (first->owner == w->own.port)
		return true;
	if (own_ns > w->reach_ns || !may_be_same(first->account, w->own.account))
		return false;
	if (first->owner == NOBODY)
		return true;
	return is_share_alone(w, unit) && own_ns - distance_of(w, first, (uint16_t)first->owner) <= ledger_slack_ns;
}

bool whose_is_own(struct whose *w, int64_t id)
{
	if (!w->is_settled) {
		begin(w);
		make_room(w, w->own.port);
	}
	for (size_t i = 0; i < w->n_records; i++)
		if (w->records[i].id == id)
			return may_be_own(w, w->records[i].unit);
	return false;
}

bool whose_has_one(struct whose *w)
{
	if (!w->is_settled) {
		begin(w);
		for (size_t i = 0; i < w->n_logons; i++)
			make_room(w, w->logons[i].port);
	}
	return has_taken(w, w->own.port);
}
