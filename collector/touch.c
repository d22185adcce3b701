#include "collector/touch.h"

#include "collector/baseline/ledger.h"
#include "collector/clocks.h"
#include "collector/log_only.h"
#include "proto/base/clock.h"

#include <stdlib.h>

static const int64_t waiting_ns = 300 * CLOCK_SECOND_NS;	/* how long an access may wait for a log that has passed it */
static const int64_t apart_ns = 60 * CLOCK_SECOND_NS;		/* records nearer to each other are one span */

/* ---- what is new ---- */

/* How far ${time_ns} is from ${s}; 0 inside. */
static int64_t distance(const struct touch_span *s, int64_t time_ns)
{
	if (time_ns < s->from_ns)
		return s->from_ns - time_ns;
	return time_ns > s->to_ns ? time_ns - s->to_ns : 0;
}

static struct touch_span *nearest(struct touch_news *news, int64_t time_ns)
{
	struct touch_span *best = NULL;
	for (size_t i = 0; i < news->n_within; i++)
		if (best == NULL || distance(&news->within[i], time_ns) < distance(best, time_ns))
			best = &news->within[i];
	return best;
}

static void extend(struct touch_span *s, int64_t time_ns)
{
	s->from_ns = time_ns < s->from_ns ? time_ns : s->from_ns;
	s->to_ns = time_ns > s->to_ns ? time_ns : s->to_ns;
}

static void note_within(struct touch_news *news, int64_t time_ns)
{
	struct touch_span *s = nearest(news, time_ns);
	if (s != NULL && (distance(s, time_ns) <= apart_ns || news->n_within == TOUCH_SPANS))
		extend(s, time_ns);
	else
		news->within[news->n_within++] = (struct touch_span){ time_ns, time_ns };
}

void touch_note(struct touch_news *news, const struct store_log_host *h, int64_t time_ns)
{
	struct touch_span all = { news->has_any ? news->from_ns : time_ns, news->has_any ? news->to_ns : time_ns };
	extend(&all, time_ns);
	news->from_ns = all.from_ns;
	news->to_ns = all.to_ns;
	news->has_any = true;
	if (h->is_judged && time_ns >= h->judged_first_ns && time_ns <= h->judged_last_ns)
		note_within(news, time_ns);
}

void touch_again(struct touch_news *news, const struct store_log_host *h, int64_t from_ns, int64_t to_ns)
{
	struct touch_span s = { from_ns > h->judged_first_ns ? from_ns : h->judged_first_ns,
				to_ns < h->judged_last_ns ? to_ns : h->judged_last_ns };
	if (!h->is_judged || s.from_ns > s.to_ns)
		return;
	touch_note(news, h, s.from_ns);
	struct touch_span *at = nearest(news, s.from_ns);
	extend(at, s.to_ns);
}

void touch_reached(struct touch_news *news, const struct store_log_host *h, int64_t from_ns, int64_t to_ns)
{
	struct touch_span s = { from_ns, to_ns };
	touch_again(news, h, from_ns, to_ns);
	if (news->has_due) {
		extend(&s, news->due.from_ns);
		extend(&s, news->due.to_ns);
	}
	news->has_due = true;
	news->due = s;
}

/* ---- a part ---- */

/* A part of the log, in UTC, whose accesses are gathered. */
struct part {
	const struct touch *touch;
	struct store_log_part log;
	bool goes_on;			/* the log has come further than it was judged: */
	int64_t due_from_ns, due_to_ns;	/* accesses that ended then are due the last of their records */
};

static void find_due_at(void *ctx, const char *address, const char *how)
{
	(void)how;
	const struct part *p = ctx;
	int64_t *ids;
	struct store_endpoint due = { address, 0, p->due_from_ns, p->due_to_ns };
	size_t n = store_accesses_due(p->touch->tx, p->touch->h->site_id, &due, &ids);
	id_set_take(p->touch->accesses, ids, n);
}

static void find_at(void *ctx, const char *address, const char *how)
{
	struct part *p = ctx;
	const struct touch *t = p->touch;
	int64_t *ids, site = t->h->site_id;
	struct store_endpoint e = { address, 0, p->log.from_ns, p->log.to_ns };
	p->log.address = address;
	size_t n = store_accesses_at(t->tx, &p->log, &ids);
	id_set_take(t->accesses, ids, n);
	if (p->goes_on)
		find_due_at(p, address, how);
	n = store_opaques_at(t->tx, site, &e, &ids);
	id_set_take(t->opaques, ids, n);
}

static void find_due(const struct touch *t, const struct touch_span *s)
{
	int64_t offset_ns;
	if (clocks_offset(t->tx, t->h, &offset_ns) == LEDGER_UNKNOWN)
		return;
	struct part p = { .touch = t,
			  .due_from_ns = s->from_ns - offset_ns - ledger_due_ns,
			  .due_to_ns = s->to_ns - offset_ns - ledger_due_ns + CLOCK_SECOND_NS };
	store_log_addresses(t->tx, t->h->id, find_due_at, &p);
}

/* How far the clock was off at the least and at the most around then: what was written under any of them is touched. */
static void offsets_of(const struct touch *t, const struct touch_span *s, int64_t *least_ns, int64_t *most_ns)
{
	const int64_t day_ns = 24 * CLOCK_HOUR_NS;
	int64_t least, most;
	if (!store_log_offset_range(t->tx, t->h->id, s->from_ns / day_ns - 2, s->to_ns / day_ns + 2, &least, &most))
		return;
	*least_ns = least < *least_ns ? least : *least_ns;
	*most_ns = most > *most_ns ? most : *most_ns;
}

/* Accesses just beyond a part are touched too: one learns that the log does not reach it, another that it need not wait. By a proved
 * clock, only those that are not settled. */
static void find_part(const struct touch *t, const struct touch_span *s)
{
	const struct store_log_host *h = t->h;
	int64_t offset_ns;
	enum ledger_how how = clocks_offset(t->tx, h, &offset_ns);
	int64_t least_ns = offset_ns, most_ns = offset_ns;
	int64_t after_ns = how < LEDGER_LOGONS_AGREE ? ledger_rivals_ns : h->is_stream ? waiting_ns : ledger_reuse_ns;
	if (how == LEDGER_LOGONS_AGREE)
		offsets_of(t, s, &least_ns, &most_ns);
	int64_t slack_ns = how == LEDGER_UNKNOWN ? ledger_zones_ns : t->is_whole ? ledger_past_ns : after_ns;
	int64_t near_ns = how >= LEDGER_LOGONS_AGREE && !t->is_whole ? ledger_slack_ns : slack_ns;
	struct part p = { .touch = t,
			  .log = { .site_id = h->site_id,
				   .near_from_ns = s->from_ns - most_ns - near_ns,
				   .near_to_ns = s->to_ns - least_ns + near_ns,
				   .from_ns = s->from_ns - most_ns - slack_ns,
				   .to_ns = s->to_ns - least_ns + slack_ns },
			  .goes_on = h->is_judged && !t->is_whole && s->to_ns > h->judged_last_ns,
			  .due_from_ns = h->judged_last_ns - offset_ns - ledger_due_ns,
			  .due_to_ns = s->to_ns - offset_ns - ledger_due_ns + CLOCK_SECOND_NS };
	store_log_addresses(t->tx, h->id, find_at, &p);
	if (how == LEDGER_UNKNOWN)
		return;
	struct log_only_span only = { h->site_id, h->id, t->name, s->from_ns, s->to_ns, offset_ns };
	log_only_find(t->tx, &only);
}

/* ---- all of it ---- */

static void find_whole(const struct touch *t)
{
	struct touch_span all = { t->h->first_ns, t->h->last_ns };
	if (t->news->has_any) {
		extend(&all, t->news->from_ns);
		extend(&all, t->news->to_ns);
	}
	find_part(t, &all);
}

/* Before and behind what was judged, with the silence in between; and inside it. */
static void find_news(const struct touch *t)
{
	const struct touch_news *news = t->news;
	const struct store_log_host *h = t->h;
	if (news->from_ns < h->judged_first_ns)
		find_part(t, &(struct touch_span){ news->from_ns, h->judged_first_ns });
	if (news->to_ns > h->judged_last_ns)
		find_part(t, &(struct touch_span){ h->judged_last_ns, news->to_ns });
	for (size_t i = 0; i < news->n_within; i++)
		find_part(t, &news->within[i]);
	if (news->has_due)
		find_due(t, &news->due);
}

void touch_find(const struct touch *t)
{
	if (!t->is_whole && !t->news->has_any)
		return;
	if (t->is_whole || !t->h->is_judged)
		find_whole(t);
	else
		find_news(t);
	store_log_host_judged(t->tx, t->h->id);
}
