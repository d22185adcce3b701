#include "collector/detect/guessing.h"

#include "collector/detect/acts.h"
#include "collector/detect/detail.h"
#include "collector/detect/glob.h"

#include <stdlib.h>
#include <string.h>

enum { FAILURES_MAX = CATALOGUE_FAILURES_MAX };

/* A failure that is not yet part of a finding. */
struct failure {
	int64_t time_ns;
	struct act act;		/* its detail is ours */
};

/* What one source did. */
struct source {
	int64_t last_ns;
	struct failure recent[FAILURES_MAX];
	size_t n_recent;
	struct session *finding;	/* NULL: not (yet) too many */
	uint32_t failures;		/* of the finding */
	char *success;
};

static void end_finding(struct source *s)
{
	sessions_free_loose(s->finding);
	free(s->success);
	s->finding = NULL;
	s->success = NULL;
}

static bool forget(void *payload)
{
	struct source *s = payload;
	bool is_lost = s->finding != NULL;
	for (size_t i = 0; i < s->n_recent; i++)
		json_decref(s->recent[i].act.detail);
	end_finding(s);
	return is_lost;
}

struct recent *guessing_memory(size_t sources)
{
	return recent_new(sources, sizeof(struct source), forget);
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

static struct act failure_act(const struct feed *f, const char *name, const char *account, const char *why)
{
	struct session place = { 0 };
	json_t *detail = NULL;
	feed_begin_row(f, &place);
	detail_put_text(&detail, "account", account);
	detail_put_text(&detail, "destination", place.destination);
	detail_put_text(&detail, "status", why);
	return acts_of(f, name, detail, false);
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

void guessing_failure(const struct feed *f, const char *name, const char *account, const char *why)
{
	const struct catalogue *c = f->detect->catalogue;
	struct source *s = recent_get(f->detect->guesses, f, RECENT_SOURCE);
	if (s->finding && f->event->time - s->last_ns > c->guess_window_ns)
		end_finding(s);
	s->last_ns = f->event->time;
	struct act act = failure_act(f, name, account, why);
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
	struct source *s = recent_find(f->detect->guesses, f, RECENT_SOURCE);
	if (!s || !s->finding || !account || f->event->time - s->last_ns > f->detect->catalogue->guess_window_ns)
		return;
	if (feed_set_text(&s->success, account))
		judge(f, s);
}
