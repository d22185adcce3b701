#include "collector/detect/sessions.h"

#include <stdlib.h>
#include <string.h>

enum { RANK_ENDED, RANK_ORDINARY, RANK_KEPT, N_RANKS };

/* FNV-1a, 64 bits. The keys come from enrolled sensors and hold a SHA-1 already. */
static uint64_t hash_bytes(uint64_t h, const void *bytes, size_t n)
{
	const uint8_t *b = bytes;
	for (size_t i = 0; i < n; i++)
		h = (h ^ b[i]) * 0x100000001b3u;
	return h;
}

static struct connection **bucket_of(const struct sessions *s, const struct connection_key *key)
{
	uint64_t h = 0xcbf29ce484222325u;
	h = hash_bytes(h, &key->sensor_id, sizeof key->sensor_id);
	h = hash_bytes(h, &key->epoch, sizeof key->epoch);
	h = hash_bytes(h, key->community_id, strlen(key->community_id));
	return &s->buckets[h & (s->n_buckets - 1)];
}

static bool same_key(const struct connection_key *a, const struct connection_key *b)
{
	return a->sensor_id == b->sensor_id && a->epoch == b->epoch && strcmp(a->community_id, b->community_id) == 0;
}

bool sessions_init(struct sessions *s, size_t max, int64_t idle_ns)
{
	*s = (struct sessions){ .max = max ? max : 1, .idle_ns = idle_ns, .n_buckets = 64 };
	while (s->n_buckets < s->max)
		s->n_buckets *= 2;
	s->buckets = calloc(s->n_buckets, sizeof(struct connection *));
	return s->buckets != NULL;
}

/* ---- freeing ---- */

static void free_session(struct session *x)
{
	for (size_t i = 0; i < x->n_steps; i++) {
		free(x->steps[i].name);
		json_decref(x->steps[i].row.detail);
	}
	for (size_t i = 0; i < SESSION_PIPES; i++)
		free(x->pipes[i].name);
	free(x->steps);
	free(x->account);
	free(x->workstation);
	free(x->ntlm_target);
	free(x);
}

/* Take the session that ${*place} points at out of its list. */
static void drop_session(struct sessions *s, struct connection *c, struct session **place)
{
	struct session *x = *place;
	*place = x->next;
	c->n_sessions--;
	s->n_sessions--;
	free_session(x);
}

static void drop_sessions(struct sessions *s, struct connection *c)
{
	while (c->sessions)
		drop_session(s, c, &c->sessions);
}

struct session *sessions_make_loose(void)
{
	return calloc(1, sizeof(struct session));
}

void sessions_free_loose(struct session *x)
{
	if (x)
		free_session(x);
}

/* ---- order of going ---- */

static void unlink_rank(struct sessions *s, struct connection *c)
{
	struct rank_list *list = &s->ranks[c->rank];
	*(c->idler ? &c->idler->fresher : &list->idlest) = c->fresher;
	*(c->fresher ? &c->fresher->idler : &list->freshest) = c->idler;
	c->idler = c->fresher = NULL;
}

static void link_rank(struct sessions *s, struct connection *c, unsigned rank)
{
	struct rank_list *list = &s->ranks[rank];
	c->rank = rank;
	c->idler = list->freshest;
	c->fresher = NULL;
	*(list->freshest ? &list->freshest->fresher : &list->idlest) = c;
	list->freshest = c;
}

static void set_rank(struct sessions *s, struct connection *c, unsigned rank)
{
	unlink_rank(s, c);
	link_rank(s, c, rank);
}

void sessions_restart(struct sessions *s, struct connection *c)
{
	drop_sessions(s, c);
	c->library_facts = 0;
	c->dialect[0] = '\0';
	set_rank(s, c, RANK_ORDINARY);
}

bool sessions_has_ended(const struct connection *c)
{
	return c->rank == RANK_ENDED;
}

void sessions_ended(struct sessions *s, struct connection *c)
{
	set_rank(s, c, RANK_ENDED);
}

void sessions_keep(struct sessions *s, struct connection *c)
{
	if (c->rank != RANK_KEPT)
		set_rank(s, c, RANK_KEPT);
}

static void drop_connection(struct sessions *s, struct connection *c)
{
	struct connection **at = bucket_of(s, &c->key);
	while (*at != c)
		at = &(*at)->same_hash;
	*at = c->same_hash;
	drop_sessions(s, c);
	unlink_rank(s, c);
	s->n_connections--;
	free(c);
}

void sessions_fini(struct sessions *s)
{
	for (unsigned rank = 0; rank < N_RANKS; rank++)
		while (s->ranks[rank].idlest)
			drop_connection(s, s->ranks[rank].idlest);
	free(s->buckets);
}

/* The next to go, but never ${spared}; NULL: nothing else is left. */
static struct connection *victim(const struct sessions *s, const struct connection *spared)
{
	for (unsigned rank = 0; rank < N_RANKS; rank++) {
		struct connection *c = s->ranks[rank].idlest;
		if (c == spared && c)
			c = c->fresher;
		if (c)
			return c;	/* NOLINT(clang-analyzer-unix.Malloc): drop_connection unlinks what it frees */
	}
	return NULL;
}

/* Drop until there is room for one more; ${spared} stays, if need be at the cost of its oldest session. */
static void make_room(struct sessions *s, struct connection *spared)
{
	while (s->n_sessions >= s->max || s->n_connections > s->max) {
		struct connection *c = victim(s, spared);
		if (c) {
			s->lost += c->rank == RANK_KEPT;
			drop_connection(s, c);
			continue;
		}
		struct session **oldest = &spared->sessions;
		if (!*oldest)
			return;
		while ((*oldest)->next)
			oldest = &(*oldest)->next;
		s->lost += (*oldest)->is_told;
		drop_session(s, spared, oldest);
	}
}

/* ---- finding and making ---- */

static struct connection *make_connection(struct sessions *s, const struct connection_key *key, struct connection **bucket)
{
	struct connection *c = calloc(1, sizeof *c);
	if (!c)
		return NULL;
	c->key = *key;
	c->same_hash = *bucket;
	*bucket = c;
	link_rank(s, c, RANK_ORDINARY);
	s->n_connections++;
	make_room(s, c);
	return c;
}

struct connection *sessions_connection(struct sessions *s, const struct connection_key *key, int64_t now_ns)
{
	struct connection **bucket = bucket_of(s, key), *c = *bucket;
	while (c && !same_key(&c->key, key))
		c = c->same_hash;
	if (!c)
		c = make_connection(s, key, bucket);
	if (!c)
		return NULL;
	if (c->last_ns && now_ns > c->last_ns && now_ns - c->last_ns > s->idle_ns)
		sessions_restart(s, c);
	if (now_ns > c->last_ns)
		c->last_ns = now_ns;
	set_rank(s, c, c->rank);
	return c;
}

struct session *sessions_find(const struct connection *c, uint64_t id, bool is_rpc)
{
	struct session *x = c->sessions;
	while (x && (x->id != id || x->is_rpc != is_rpc))
		x = x->next;
	return x;
}

void sessions_forget(struct sessions *s, struct connection *c, uint64_t id, bool is_rpc)
{
	struct session **at = &c->sessions;
	while (*at && ((*at)->id != id || (*at)->is_rpc != is_rpc))
		at = &(*at)->next;
	if (*at)
		drop_session(s, c, at);
}

struct session *sessions_begin(struct sessions *s, struct connection *c, uint64_t id, bool is_rpc)
{
	make_room(s, c);
	struct session *x = calloc(1, sizeof *x);
	if (!x)
		return NULL;
	x->connection = c;
	x->id = id;
	x->is_rpc = is_rpc;
	x->next = c->sessions;
	c->sessions = x;
	c->n_sessions++;
	s->n_sessions++;
	return x;
}
