#include "collector/intake.h"

#include "collector/baseline/speaker.h"
#include "proto/base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOST_NAME_BYTES = 256 };	/* a DNS name has at most 253 */

/* UTC+14 against UTC-12: no clock that is merely set to a zone is further ahead of ours. */
static const int64_t ahead_ns = 26 * CLOCK_HOUR_NS;

enum { SPANS = 4 };	/* of a host in a batch: one, and more where clocks were wrong */

struct span {
	int64_t first_ns, last_ns;
};

struct intake_host {
	char name[HOST_NAME_BYTES];
	bool has_zone;
	int64_t id;
	struct store_log_news news;
	struct trail {
		struct span spans[SPANS];	/* of the batch, more than STORE_LOG_GAP_NS apart when they began */
		size_t n_spans;
	} trails[N_LOG_TRAILS];		/* LOG_TRAIL_NONE: whatever the host writes */
};

void intake_begin(struct intake *in, struct store_tx *tx, struct correlate *c, int64_t source, int64_t now_ns)
{
	*in = (struct intake){ .tx = tx, .correlate = c, .now_ns = now_ns };
	if (!store_log_source_of_id(tx, source, &in->source))
		store_tx_fail(tx, "the source of this log has been removed");
	in->n_clocks = store_log_host_count(tx, source, NULL);
}

static struct intake_host *grow(struct intake *in)
{
	if (in->n_hosts == in->cap_hosts) {
		size_t cap = in->cap_hosts == 0 ? 8 : 2 * in->cap_hosts;
		struct intake_host *more = reallocarray(in->hosts, cap, sizeof *more);
		if (more == NULL) {
			store_tx_fail(in->tx, "out of memory");
			return NULL;
		}
		in->hosts = more;
		in->cap_hosts = cap;
	}
	return &in->hosts[in->n_hosts++];
}

/* How far a record written at ${time_ns} takes the log: one of a year to come is kept, but it is no sign that the log covers
 * everything until then. */
static int64_t reach_of(const struct intake *in, int64_t time_ns)
{
	return time_ns < in->now_ns + ahead_ns ? time_ns : in->now_ns + ahead_ns;
}

/* ---- of whom the source speaks ---- */

static const char not_ours[] = "of a host that this source may not speak for";
static const char no_host[] = "names no host, and this source may speak for several";

static void set_hosts(struct intake *in)
{
	store_log_source_hosts(in->tx, in->source.id, in->source.hosts);
}

/* A source that nobody has told its hosts speaks of the first one it names; a name without a domain is its with the first domain seen. */
static bool may_speak_of(struct intake *in, const char *name)
{
	struct store_log_source *s = &in->source;
	if (s->hosts[0] == '\0' && speaker_is_plain(name)) {
		snprintf(s->hosts, sizeof s->hosts, "%s", name);
		set_hosts(in);
	}
	enum speaker_word word = speaker_bind(s->hosts, sizeof s->hosts, name);
	if (word == SPEAKER_BOUND)
		set_hosts(in);
	return word != SPEAKER_NONE;
}

static bool speaks_of_one(const struct store_log_source *s)
{
	return speaker_is_plain(s->hosts);
}

/* Whose a record is that names nobody: the one host's of a source that has no other; as it stands where the source has no list, or
 * one that allows that; else NULL. */
static const char *owner_of(const struct intake *in, const char *server)
{
	const struct store_log_source *s = &in->source;
	if (speaks_of_one(s))
		return s->hosts;
	return s->hosts[0] == '\0' || speaker_may(s->hosts, server) ? server : NULL;
}

static bool names_nobody(const struct log_record *r)
{
	return r->is_nameless || speaker_is_loopback(r->server);
}

struct wanted {
	const struct intake *in;
	const struct log_record *r;
};

static bool is_wanted(void *ctx, size_t place)
{
	const struct wanted *w = ctx;
	const struct intake_host *h = &w->in->hosts[place];
	return h->has_zone == w->r->has_zone && strcasecmp(h->name, w->r->server) == 0;
}

static struct intake_host *known(struct intake *in, const struct log_record *r)
{
	struct wanted wanted = { in, r };
	int64_t at = slots_find(&in->known, slots_of_text(r->server), is_wanted, &wanted);
	return at != SLOTS_NONE ? &in->hosts[at] : NULL;
}

static struct intake_host *begin_host(struct intake *in, const struct log_record *r)
{
	struct intake_host *h = grow(in);
	if (h == NULL)
		return NULL;
	int64_t reach_ns = reach_of(in, r->time_ns);
	*h = (struct intake_host){ .has_zone = r->has_zone, .news = { .first_ns = reach_ns, .last_ns = reach_ns } };
	memcpy(h->name, r->server, strlen(r->server) + 1);
	if (!slots_add(&in->known, slots_of_text(h->name), in->n_hosts - 1))
		store_tx_fail(in->tx, "out of memory");
	h->id = store_log_host(in->tx, in->source.id, h->name, h->has_zone, reach_ns, in->now_ns);
	return h;
}

/* The clock of ${r}'s host; NULL, and in ${why} the words, if it is none of this source's. */
static struct intake_host *host_of(struct intake *in, const struct log_record *r, const char **why)
{
	struct intake_host *h = known(in, r);
	if (h != NULL)
		return h;
	if (strlen(r->server) >= HOST_NAME_BYTES)
		*why = "names no server";
	else if (!names_nobody(r) && !may_speak_of(in, r->server))
		*why = not_ours;
	else if (in->n_clocks >= INTAKE_CLOCKS_MAX && store_log_host_count(in->tx, in->source.id, r->server) == 0)
		*why = "of one host more than a source may have";
	if (*why != NULL)
		return NULL;
	in->n_clocks++;
	return begin_host(in, r);
}

static void add(struct intake *in, struct intake_host *h, const struct log_record *r)
{
	int64_t id = store_log_add(in->tx, h->id, r);
	if (id == 0) {
		in->tally.duplicates++;
		return;
	}
	in->tally.records++;
	h->news.records++;
	correlate_record(in->correlate, h->id, r);
}

/* ---- how far a log goes ---- */

static void cover(struct intake *in, const struct intake_host *h, enum log_trail trail, const struct span *s)
{
	struct store_log_span covered = { h->id, trail, s->first_ns, s->last_ns };
	if (store_log_span_add(in->tx, &covered))
		correlate_whole(in->correlate, h->id);
}

/* The span of the batch that ${time_ns} belongs to; a new one where none is near. */
static struct span *span_at(struct intake *in, struct intake_host *h, enum log_trail trail, int64_t time_ns)
{
	struct trail *t = &h->trails[trail];
	for (size_t i = 0; i < t->n_spans; i++) {
		struct span *s = &t->spans[i];
		if (time_ns >= s->first_ns - STORE_LOG_GAP_NS && time_ns <= s->last_ns + STORE_LOG_GAP_NS)
			return s;
	}
	struct span *s = t->n_spans < SPANS ? &t->spans[t->n_spans++] : &t->spans[0];
	if (s->first_ns != 0 || s->last_ns != 0)
		cover(in, h, trail, s);
	*s = (struct span){ time_ns, time_ns };
	return s;
}

static void widen_trail(struct intake *in, struct intake_host *h, enum log_trail trail, int64_t time_ns)
{
	struct span *s = span_at(in, h, trail, time_ns);
	s->first_ns = time_ns < s->first_ns ? time_ns : s->first_ns;
	s->last_ns = time_ns > s->last_ns ? time_ns : s->last_ns;
}

static void widen(struct intake *in, struct intake_host *h, const struct log_record *r)
{
	int64_t reach_ns = reach_of(in, r->time_ns);
	struct store_log_news *n = &h->news;
	enum log_trail trail = log_trail_of(r);
	widen_trail(in, h, LOG_TRAIL_NONE, reach_ns);
	if (trail != LOG_TRAIL_NONE)
		widen_trail(in, h, trail, reach_ns);
	n->first_ns = reach_ns < n->first_ns ? reach_ns : n->first_ns;
	n->last_ns = reach_ns > n->last_ns ? reach_ns : n->last_ns;
	if (r->received_ns != 0 && (n->received_ns == 0 || r->received_ns < n->received_ns))
		n->received_ns = r->received_ns;
}

/* ---- heartbeats ---- */

static const char *take_heartbeat(struct intake *in, const struct log_record *r)
{
	int64_t *ids, at_ns = r->time_ns < in->now_ns ? r->time_ns : in->now_ns;
	if (!names_nobody(r) && !may_speak_of(in, r->server))
		return not_ours;
	in->tally.others++;
	size_t n = store_log_alive(in->tx, in->source.id, r->server, at_ns, in->now_ns, &ids);
	for (size_t i = 0; i < n; i++)
		correlate_alive(in->correlate, ids[i], at_ns);
	free(ids);
	return NULL;
}

/* ---- records ---- */

static const char *take_record(struct intake *in, const struct log_record *r)
{
	const char *why = NULL;
	struct intake_host *h = host_of(in, r, &why);
	if (h == NULL)
		return why;
	widen(in, h, r);
	if (r->act != LOG_OTHER) {
		add(in, h, r);
		return NULL;
	}
	in->tally.others++;
	correlate_host(in->correlate, h->id, r);
	return NULL;
}

const char *intake_record(struct intake *in, const struct log_record *r)
{
	struct log_record owned = *r;
	if (r->server != NULL && names_nobody(r))
		owned.server = owner_of(in, r->server);
	if (owned.server == NULL)
		return r->server != NULL ? no_host : "names no server";
	owned.is_nameless = names_nobody(r);
	return (r->is_heartbeat ? take_heartbeat : take_record)(in, &owned);
}

static void cover_trails(struct intake *in, const struct intake_host *h)
{
	for (size_t t = 0; t < N_LOG_TRAILS; t++)
		for (size_t s = 0; s < h->trails[t].n_spans; s++)
			cover(in, h, (enum log_trail)t, &h->trails[t].spans[s]);
}

void intake_end(struct intake *in, const char *error)
{
	for (size_t i = 0; i < in->n_hosts; i++) {
		const struct intake_host *h = &in->hosts[i];
		store_log_host_seen(in->tx, h->id, &h->news, in->now_ns);
		cover_trails(in, h);
	}
	store_log_source_seen(in->tx, in->source.id, &in->tally, error, in->now_ns);
	free(in->hosts);
	slots_fini(&in->known);
	in->hosts = NULL;
	in->n_hosts = in->cap_hosts = 0;
}
