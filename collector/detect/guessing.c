#include "collector/detect/guessing.h"

#include "collector/detect/acts.h"
#include "collector/detect/detail.h"
#include "collector/detect/glob.h"

#include <stdlib.h>
#include <string.h>

enum {
	WAYS = 8,		/* sources that share a place in the table */
	SOURCES_MIN = 64,
	SESSIONS_PER_SOURCE = 16,
	FAILURES_MAX = CATALOGUE_FAILURES_MAX,
};

/* A failure that is not yet part of a finding. */
struct failure {
	int64_t time_ns;
	struct act act;		/* its detail is ours */
};

struct source {
	int64_t site_id;
	uint8_t ip[16];
	size_t n_ip;		/* 0: free */
	int64_t last_ns;
	struct failure recent[FAILURES_MAX];
	size_t n_recent;
	struct session *finding;	/* NULL: not (yet) too many */
	uint32_t failures;		/* of the finding */
	char *success;
};

struct guesses {
	struct source *sources;
	size_t n_sets;		/* a power of two */
	uint64_t lost;
};

struct guesses *guessing_new(size_t sessions)
{
	struct guesses *g = calloc(1, sizeof *g);
	if (!g)
		return NULL;
	g->n_sets = SOURCES_MIN / WAYS;
	while (g->n_sets * WAYS * SESSIONS_PER_SOURCE * 2 <= sessions)
		g->n_sets *= 2;
	g->sources = calloc(g->n_sets * WAYS, sizeof *g->sources);
	if (g->sources)
		return g;
	free(g);
	return NULL;
}

static void forget_recent(struct source *s)
{
	for (size_t i = 0; i < s->n_recent; i++)
		json_decref(s->recent[i].act.detail);
	s->n_recent = 0;
}

static void forget(struct source *s)
{
	forget_recent(s);
	sessions_free_loose(s->finding);
	free(s->success);
	*s = (struct source){ 0 };
}

void guessing_free(struct guesses *g)
{
	if (!g)
		return;
	for (size_t i = 0; i < g->n_sets * WAYS; i++)
		forget(&g->sources[i]);
	free(g->sources);
	free(g);
}

uint64_t guessing_lost(const struct guesses *g)
{
	return g->lost;
}

/* ---- the table ---- */

static struct source *set_of(const struct guesses *g, const struct feed *f)
{
	const ProtobufCBinaryData *ip = &f->event->client->ip;
	uint64_t h = 0xcbf29ce484222325u ^ (uint64_t)f->origin->site_id;
	for (size_t i = 0; i < ip->len; i++)
		h = (h ^ ip->data[i]) * 0x100000001b3u;
	return &g->sources[(h ^ h >> 32) % g->n_sets * WAYS];
}

static bool is_source(const struct source *s, const struct feed *f)
{
	const ProtobufCBinaryData *ip = &f->event->client->ip;
	return s->n_ip && s->n_ip == ip->len && s->site_id == f->origin->site_id && memcmp(s->ip, ip->data, ip->len) == 0;
}

static struct source *find(const struct guesses *g, const struct feed *f)
{
	struct source *set = set_of(g, f);
	for (size_t i = 0; i < WAYS; i++)
		if (is_source(&set[i], f))
			return &set[i];
	return NULL;
}

static struct source *find_or_make(struct guesses *g, const struct feed *f)
{
	const ProtobufCBinaryData *ip = &f->event->client->ip;
	struct source *s = find(g, f);
	if (s || ip->len > sizeof s->ip)
		return s;
	struct source *set = set_of(g, f);
	s = set;
	for (size_t i = 1; i < WAYS; i++)
		if (!set[i].n_ip || (s->n_ip && set[i].last_ns < s->last_ns))
			s = &set[i];
	g->lost += s->finding != NULL;
	forget(s);
	s->site_id = f->origin->site_id;
	s->n_ip = ip->len;
	memcpy(s->ip, ip->data, ip->len);
	return s;
}

/* ---- the finding ---- */

/* How many different values stand under ${key} in the failures of ${x}. */
static size_t count_different(const struct session *x, const char *key, const char **only)
{
	size_t different = 0;
	for (size_t i = 0; i < x->n_steps; i++) {
		const char *value = json_string_value(json_object_get(x->steps[i].row.detail, key));
		size_t j = 0;
		while (j < i && value) {
			const char *before = json_string_value(json_object_get(x->steps[j].row.detail, key));
			if (before && glob_equal(before, value))
				break;
			j++;
		}
		if (!value || j < i)
			continue;
		different++;
		*only = value;
	}
	return different;
}

/* Say how it stands: one step whose detail grows. */
static void judge(const struct feed *f, struct source *s)
{
	struct session *x = s->finding;
	const char *account = NULL, *destination = NULL;
	json_t *detail = NULL;
	size_t n_accounts = count_different(x, "account", &account);
	detail_put_number(&detail, "failures", s->failures);
	detail_put_number(&detail, "accounts", n_accounts);
	detail_put_number(&detail, "destinations", count_different(x, "destination", &destination));
	detail_put_text(&detail, "success", s->success);
	if (feed_set_text(&x->account, n_accounts == 1 ? account : NULL))
		x->row.account = x->account;
	struct act act = acts_of(f, "auth.guessing", detail, true);
	struct held_step *known = acts_find(x, act.name, NULL, NULL);
	if (known)
		acts_change(f->detect, x, known, &act);
	else
		acts_add(f->detect, x, &act);
}

static void begin_finding(const struct feed *f, struct source *s)
{
	s->finding = sessions_make_loose();
	if (!s->finding)
		return;
	feed_begin_row(f, s->finding);
	s->finding->row.key = s->recent[0].act.event;
	s->finding->row.start_ns = s->recent[0].time_ns;
	s->finding->row.source_port = 0;
	s->failures = 0;
	for (size_t i = 0; i < s->n_recent; i++) {
		acts_add(f->detect, s->finding, &s->recent[i].act);
		s->failures++;
	}
	s->n_recent = 0;
	judge(f, s);
	acts_tell_all(f->detect, s->finding);
}

static void end_finding(struct source *s)
{
	sessions_free_loose(s->finding);
	free(s->success);
	s->finding = NULL;
	s->success = NULL;
}

static struct act failure_act(const struct feed *f, const char *account)
{
	struct session place = { 0 };
	json_t *detail = NULL;
	feed_begin_row(f, &place);
	detail_put_text(&detail, "account", account);
	detail_put_text(&detail, "destination", place.destination);
	detail_put_status(&detail, "status", f->event->status);
	return acts_of(f, "smb.logon.failed", detail, false);
}

/* Keep a failure until there are too many; those older than the window are forgotten. */
static void remember(const struct feed *f, struct source *s, const struct act *act)
{
	size_t expired = 0;
	while (expired < s->n_recent && f->event->time - s->recent[expired].time_ns > f->detect->catalogue->guess_window_ns)
		json_decref(s->recent[expired++].act.detail);
	s->n_recent -= expired;
	memmove(s->recent, s->recent + expired, s->n_recent * sizeof s->recent[0]);
	s->recent[s->n_recent++] = (struct failure){ .time_ns = f->event->time, .act = *act };
	if (s->n_recent >= f->detect->catalogue->guess_failures)
		begin_finding(f, s);
}

void guessing_failure(const struct feed *f, const char *account)
{
	const struct catalogue *c = f->detect->catalogue;
	struct source *s = catalogue_is_guess(c, f->event->status) ? find_or_make(f->detect->guesses, f) : NULL;
	if (!s)
		return;
	if (s->finding && f->event->time - s->last_ns > c->guess_window_ns)
		end_finding(s);
	s->last_ns = f->event->time;
	struct act act = failure_act(f, account);
	if (!s->finding) {
		remember(f, s, &act);
		return;
	}
	acts_add(f->detect, s->finding, &act);
	s->failures++;
	judge(f, s);
}

void guessing_success(const struct feed *f, const char *account)
{
	struct source *s = find(f->detect->guesses, f);
	if (!s || !s->finding || !account || f->event->time - s->last_ns > f->detect->catalogue->guess_window_ns)
		return;
	if (feed_set_text(&s->success, account))
		judge(f, s);
}
