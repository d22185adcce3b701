#include "collector/trails.h"

#include "collector/baseline/ledger.h"

#include <string.h>

static void take(void *ctx, const struct store_log_trail *t)
{
	struct trails *trails = ctx;
	if (t->trail > LOG_TRAIL_NONE && t->trail < N_LOG_TRAILS)
		trails->was[t->trail] = trails->is[t->trail] = *t;
}

void trails_load(struct trails *t, struct store_tx *tx, int64_t host)
{
	*t = (struct trails){ 0 };
	store_log_trails(tx, host, take, t);
}

static void learn_logon(struct store_log_trail *t, int64_t time_ns)
{
	if (!t->tells_logons)
		t->logons_first_ns = t->logons_last_ns = time_ns;
	t->tells_logons = true;
	t->logons_first_ns = time_ns < t->logons_first_ns ? time_ns : t->logons_first_ns;
	t->logons_last_ns = time_ns > t->logons_last_ns ? time_ns : t->logons_last_ns;
}

void trails_learn(struct trails *trails, const struct log_record *r)
{
	enum log_trail trail = log_trail_of(r);
	struct store_log_trail *t = &trails->is[trail];
	if (trail == LOG_TRAIL_NONE)
		return;
	if (t->acts == 0)
		*t = (struct store_log_trail){ .trail = trail, .first_ns = r->time_ns, .last_ns = r->time_ns };
	t->acts |= 1u << r->act;
	t->first_ns = r->time_ns < t->first_ns ? r->time_ns : t->first_ns;
	t->last_ns = r->time_ns > t->last_ns ? r->time_ns : t->last_ns;
	if (log_trail_tells_logon(r))
		learn_logon(t, r->time_ns);
}

/* What was judged when a trail did not reach it is judged again now that it does: channels arrive apart. */
static void note_reach(const struct store_log_trail *was, const struct store_log_trail *is, const struct store_log_host *h,
		       struct touch_news *news)
{
	if (is->last_ns > was->last_ns && was->last_ns < h->judged_last_ns)
		touch_reached(news, h, was->last_ns, is->last_ns);
	if (is->first_ns < was->first_ns && was->first_ns > h->judged_first_ns)
		touch_again(news, h, is->first_ns, was->first_ns);
	if (!was->tells_logons)
		return;
	if (is->logons_first_ns < was->logons_first_ns)
		touch_again(news, h, is->logons_first_ns, was->logons_first_ns);
	if (is->logons_last_ns > was->logons_last_ns + ledger_told_ns)
		touch_again(news, h, was->logons_last_ns + ledger_told_ns, is->logons_last_ns);
}

static bool is_same(const struct store_log_trail *a, const struct store_log_trail *b)
{
	return a->acts == b->acts && a->first_ns == b->first_ns && a->last_ns == b->last_ns && a->tells_logons == b->tells_logons &&
	       a->logons_first_ns == b->logons_first_ns && a->logons_last_ns == b->logons_last_ns;
}

bool trails_settle(const struct trails *t, struct store_tx *tx, const struct store_log_host *h, struct touch_news *news)
{
	bool is_whole = false;
	for (size_t i = 0; i < N_LOG_TRAILS; i++) {
		const struct store_log_trail *was = &t->was[i], *is = &t->is[i];
		if (is_same(was, is))
			continue;
		store_log_trail_save(tx, h->id, is);
		if (was->acts != is->acts || was->tells_logons != is->tells_logons)
			is_whole = true;
		else
			note_reach(was, is, h, news);
	}
	return is_whole;
}

bool trails_tell_anew(const struct trails *t)
{
	bool did = false, does = false;
	for (size_t i = 0; i < N_LOG_TRAILS; i++) {
		did |= t->was[i].tells_logons;
		does |= t->is[i].tells_logons;
	}
	return does && !did;
}
