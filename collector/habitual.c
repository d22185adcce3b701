#include "collector/habitual.h"

#include "collector/detect/detect.h"
#include "proto/base/clock.h"

#include <string.h>

enum { ACTS_MAX = 64 };		/* looked up for one incident: a query each */

static const int64_t quiet_ns = 600 * CLOCK_SECOND_NS;	/* an act repeated within one access counts once, when it is over */

const char habitual_setting[] = "learning_days";

void habitual_learn(struct store_tx *tx, int64_t now_ns)
{
	store_habits_learn(tx, now_ns - quiet_ns, habit_day_of(now_ns) - HABIT_KEEP_DAYS);
}

unsigned habitual_learning_days(struct store_tx *tx)
{
	return (unsigned)store_setting(tx, habitual_setting, HABIT_LEARNING_DAYS);
}

struct sum {
	struct habit *habit;
	int64_t today;
};

static void add_day(void *ctx, int64_t day, uint32_t hours, uint32_t accesses)
{
	const struct sum *sum = ctx;
	habit_add(sum->habit, &(struct habit_day){ day, hours, accesses }, sum->today);
}

void habitual_sum(struct store_tx *tx, const struct store_habit_key *key, int64_t today, struct habit *out)
{
	struct sum sum = { out, today };
	*out = (struct habit){ 0 };
	store_habit_days(tx, key, add_day, &sum);
}

/* The different acts of an incident: each its first. */
struct acts {
	struct {
		const struct access *access;
		const struct step *step;
	} items[ACTS_MAX];
	size_t n;
	bool is_full;
};

static bool same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool is_there(const struct acts *acts, const struct access *a, const struct step *s)
{
	for (size_t i = 0; i < acts->n; i++)
		if (strcmp(acts->items[i].step->name, s->name) == 0 &&
		    strcmp(acts->items[i].access->destination, a->destination) == 0 &&
		    same_text(acts->items[i].access->account, a->account))
			return true;
	return false;
}

static void add_acts(struct acts *acts, const struct member *m)
{
	for (size_t i = 0; i < m->n_steps && !acts->is_full; i++) {
		if (!m->steps[i].admin || is_there(acts, m->access, &m->steps[i]))
			continue;
		acts->is_full = acts->n == ACTS_MAX;
		if (acts->is_full)
			return;
		acts->items[acts->n].access = m->access;
		acts->items[acts->n++].step = &m->steps[i];
	}
}

static void look_up(struct store_tx *tx, const struct access *a, const struct step *s, struct habit_view *v)
{
	struct store_habit_key key = { a->site_id, a->source, a->account, a->destination, s->name };
	struct habit h;
	habitual_sum(tx, &key, habit_day_of(a->start_ns), &h);
	v->acts++;
	v->unknown += h.days == 0;
	if (!habit_is_settled(&h))
		return;
	v->settled++;
	v->in_hours += habit_has_hour(&h, s->time_ns);
	v->days_min = v->days_min == 0 || h.days < v->days_min ? h.days : v->days_min;
}

/* Whoever erases their logon is used to it: that excuses nothing. */
static bool is_unlogged(const struct member *members, size_t n)
{
	bool is = false;
	for (size_t m = 0; m < n && !is; m++)
		is = members[m].access->is_access && members[m].access->verdict == VERDICT_UNLOGGED;
	return is;
}

void habitual_weigh(struct store_tx *tx, const struct member *members, size_t n, struct incident *i)
{
	const struct access *first = members[0].access;
	int64_t known = habit_day_of(first->start_ns) - habit_day_of(store_habit_since(tx, first->site_id, first->start_ns));
	struct habit_view view = { .known_days = known > 0 ? (uint32_t)known : 0, .learning = known < habitual_learning_days(tx) };
	struct acts acts = { .n = 0 };
	char sentence[HABIT_SENTENCE_BYTES];
	if (view.learning)
		return;
	for (size_t m = 0; m < n && !acts.is_full; m++)
		if (members[m].access->is_access)
			add_acts(&acts, &members[m]);
	for (size_t a = 0; a < acts.n; a++)
		look_up(tx, acts.items[a].access, acts.items[a].step, &view);
	view.acts += acts.is_full;
	int add = habit_weigh(&view, sentence);
	if (add > 0 || (add < 0 && !is_unlogged(members, n)))
		incident_weigh(i, add, sentence);
}
