/*
 * Habits for people: the list, how far learning is, and what a person may want
 * to approve. Nothing here changes a verdict.
 */
#include "collector/service_parts.h"

#include "collector/detect/rules.h"
#include "collector/habitual.h"
#include "proto/base/clock.h"

#include <stdio.h>
#include <string.h>

enum {
	LIST_DEFAULT = 50,
	SETTLED_MAX = 5000,		/* looked at for suggestions, seen last first */
	ACTIONS_MAX = 64,		/* of one suggestion */
	SUGGESTED_DAYS = 90,		/* an entry from a habit ends; then it is asked again */
};

static const int64_t day_ns = 24 * CLOCK_HOUR_NS;

static json_t *time_json(int64_t ns)
{
	char text[CLOCK_TEXT_BYTES];
	clock_text(ns, text);
	return json_string(text);
}

/* ---- learning --------------------------------------------------------------------------------------------------------- */

struct learning {
	json_t *sites;
	int64_t now_ns;
	unsigned days;
};

static void add_site(void *ctx, int64_t site, const char *name, int64_t since_ns)
{
	struct learning *l = ctx;
	int64_t until_ns = (habit_day_of(since_ns) + l->days) * day_ns;
	(void)site;
	json_array_append_new(l->sites, json_pack("{s:s,s:o,s:o,s:b}", "site", name, "since", time_json(since_ns), "until",
						  time_json(until_ns), "learning", l->now_ns < until_ns));
}

static json_t *learning_json(struct service *s, struct store_tx *tx)
{
	struct learning l = { json_array(), s->now_ns(), habitual_learning_days(tx) };
	store_habit_sites(tx, add_site, &l);
	return json_pack("{s:I,s:o}", "days", (json_int_t)l.days, "sites", l.sites);
}

enum answer service_learning_set(struct service *s, const struct service_session *who, const json_t *change,
				 char error[SERVICE_ERROR_BYTES])
{
	const json_t *days = json_object_get(change, "learning_days");
	json_int_t n = json_integer_value(days);
	if (json_object_size(change) != 1 || !json_is_integer(days) || n < 1 || n > HABIT_LEARNING_DAYS_MAX)
		return service_says(ANSWER_BAD_REQUEST, error, "learning_days: a number from 1 to %d", HABIT_LEARNING_DAYS_MAX);
	struct store_tx *tx = store_write(s->store);
	store_tx_changes(tx);
	store_setting_set(tx, habitual_setting, n);
	store_audit(tx, who->user, "baseline.learning", NULL, change, s->now_ns());
	return service_stored(tx, error);
}

/* ---- the list --------------------------------------------------------------------------------------------------------- */

static void add_habit(void *items, const struct store_habit_row *row)
{
	json_array_append_new(items, json_pack("{s:s,s:s,s:s?,s:s,s:s,s:I,s:I,s:o,s:o}", "site", row->site, "source", row->key.source,
					       "account", row->key.account, "destination", row->key.destination, "action",
					       row->key.action, "days", (json_int_t)row->days, "accesses",
					       (json_int_t)row->accesses, "first_seen",
					       time_json(row->first_day * day_ns), "last_seen", time_json(row->last_ns)));
}

enum answer service_habits(struct service *s, const struct service_query *q, json_t **out, char error[SERVICE_ERROR_BYTES])
{
	if (q->limit > SERVICE_LIMIT_MAX)
		return service_says(ANSWER_BAD_REQUEST, error, "limit: from 1 to %d", SERVICE_LIMIT_MAX);
	struct store_habit_filter f = { .text = q->text,
					.today = habit_day_of(s->now_ns()) + 1,
					.half_life_days = HABIT_HALF_LIFE_DAYS,
					.limit = q->limit != 0 ? q->limit : LIST_DEFAULT,
					.offset = q->before };
	struct store_tx *tx = store_search(s->store);
	json_t *items = json_array();
	int64_t total = store_habits(tx, &f, add_habit, items), end = f.offset + (int64_t)json_array_size(items);
	json_t *next = end < total ? json_integer(end) : json_null();
	return service_answer(tx, json_pack("{s:o,s:o,s:o,s:I}", "learning", learning_json(s, tx), "items", items, "next", next, "total",
					    (json_int_t)total), out, error);
}

/* ---- suggestions ------------------------------------------------------------------------------------------------------ */

/* Settled habits of one (site, source, account, destination). Its key in ${groups} of struct gathering. */
struct gathering {
	json_t *groups;		/* by the four as one text */
	json_t *learning;	/* names of sites that are still learned, as keys */
};

static void gather(void *ctx, const struct store_habit_row *row)
{
	struct gathering *g = ctx;
	char name[512];
	if (row->key.account == NULL || json_object_get(g->learning, row->site) != NULL)
		return;		/* "any account" would be too wide to suggest */
	snprintf(name, sizeof name, "%s|%s|%s|%s", row->site, row->key.source, row->key.account, row->key.destination);
	json_t *group = json_object_get(g->groups, name);
	if (group == NULL) {
		group = json_pack("{s:I,s:s,s:s,s:s,s:s,s:[],s:I,s:I}", "site_id", (json_int_t)row->key.site, "site", row->site,
				  "source", row->key.source, "account", row->key.account, "destination", row->key.destination,
				  "actions", "first", (json_int_t)row->first_day, "last", (json_int_t)row->last_ns);
		json_object_set_new(g->groups, name, group);
	}
	if (json_array_size(json_object_get(group, "actions")) < ACTIONS_MAX)
		json_array_append_new(json_object_get(group, "actions"), json_string(row->key.action));
}

static const char *text_of(const json_t *group, const char *key)
{
	return json_string_value(json_object_get(group, key));
}

static struct store_habit_key key_of(const json_t *group, const char *action)
{
	return (struct store_habit_key){ json_integer_value(json_object_get(group, "site_id")), text_of(group, "source"),
					 text_of(group, "account"), text_of(group, "destination"), action };
}

/* True if an entry covers an access that does all of ${group}'s acts when the habit was seen last. */
static bool is_covered(struct service *s, const struct baseline *baseline, const json_t *group)
{
	int64_t last_ns = json_integer_value(json_object_get(group, "last"));
	struct access a = { .is_access = true, .site = text_of(group, "site"), .source = text_of(group, "source"),
			    .account = text_of(group, "account"), .destination = text_of(group, "destination"),
			    .start_ns = last_ns, .end_ns = last_ns };
	struct step steps[ACTIONS_MAX];
	const json_t *actions = json_object_get(group, "actions");
	size_t n = json_array_size(actions);
	for (size_t i = 0; i < n; i++) {
		const char *name = json_string_value(json_array_get(actions, i));
		const struct rule *rule = catalogue_step(s->rules->catalogue, name, NULL);
		steps[i] = (struct step){ .ordinal = (uint32_t)i, .name = name, .time_ns = last_ns, .last_ns = last_ns, .count = 1,
					  .admin = true, .technique = rule != NULL ? rule->technique : NULL };
	}
	return baseline_covers(baseline, &a, steps, n) != 0;
}

/* The habits of all acts as one: the fewest days, every hour. */
static struct habit sum_of(struct store_tx *tx, const json_t *group, int64_t today)
{
	struct habit sum = { 0 };
	size_t i;
	json_t *action;
	json_array_foreach(json_object_get(group, "actions"), i, action) {
		struct store_habit_key key = key_of(group, json_string_value(action));
		struct habit one;
		habitual_sum(tx, &key, today, &one);
		sum.days = i == 0 || one.days < sum.days ? one.days : sum.days;
		sum.accesses = one.accesses > sum.accesses ? one.accesses : sum.accesses;
		for (size_t d = 0; d < HABIT_WEEK_DAYS; d++)
			sum.week[d] |= one.week[d];
	}
	return sum;
}

static json_t *week_json(const struct habit *h)
{
	json_t *week = json_array();
	for (size_t d = 0; d < HABIT_WEEK_DAYS; d++)
		json_array_append_new(week, json_integer(h->week[d]));
	return week;
}

/* The entry a person may add as it is. */
static json_t *entry_json(const json_t *group, const struct habit *h, int64_t now_ns)
{
	char reason[128], first[CLOCK_TEXT_BYTES];
	clock_text(json_integer_value(json_object_get(group, "first")) * day_ns, first);
	snprintf(reason, sizeof reason, "Habit: seen on %u days since %.10s", h->days, first);
	return json_pack("{s:O,s:O,s:O,s:O,s:O,s:n,s:n,s:n,s:o,s:s,s:n}", "site", json_object_get(group, "site"), "source",
			 json_object_get(group, "source"), "account", json_object_get(group, "account"), "destination",
			 json_object_get(group, "destination"), "actions", json_object_get(group, "actions"), "sha256", "when",
			 "valid_from", "valid_until", time_json(now_ns + SUGGESTED_DAYS * day_ns), "reason", reason, "reference");
}

static json_t *suggestion_json(struct store_tx *tx, const json_t *group, int64_t now_ns)
{
	struct habit h = sum_of(tx, group, habit_day_of(now_ns));
	return json_pack("{s:O,s:O,s:O,s:O,s:O,s:I,s:I,s:o,s:o,s:o,s:o}", "site", json_object_get(group, "site"), "source",
			 json_object_get(group, "source"), "account", json_object_get(group, "account"), "destination",
			 json_object_get(group, "destination"), "actions", json_object_get(group, "actions"), "days",
			 (json_int_t)h.days, "accesses", (json_int_t)h.accesses, "first_seen",
			 time_json(json_integer_value(json_object_get(group, "first")) * day_ns), "last_seen",
			 time_json(json_integer_value(json_object_get(group, "last"))), "week", week_json(&h), "entry",
			 entry_json(group, &h, now_ns));
}

static json_t *learning_sites(struct service *s, struct store_tx *tx)
{
	json_t *learning = learning_json(s, tx), *out = json_object();
	size_t i;
	json_t *site;
	json_array_foreach(json_object_get(learning, "sites"), i, site)
		if (json_is_true(json_object_get(site, "learning")))
			json_object_set_new(out, json_string_value(json_object_get(site, "site")), json_true());
	json_decref(learning);
	return out;
}

static json_t *suggestions(struct service *s, struct store_tx *tx, const struct baseline *baseline)
{
	int64_t now_ns = s->now_ns();
	struct store_habit_filter f = { .today = habit_day_of(now_ns),
					.half_life_days = HABIT_HALF_LIFE_DAYS,
					.days_min = HABIT_SETTLED_DAYS,
					.weight_min = HABIT_SETTLED_WEIGHT,
					.limit = SETTLED_MAX };
	struct gathering g = { json_object(), learning_sites(s, tx) };
	json_t *items = json_array(), *group;
	const char *name;
	store_habits(tx, &f, gather, &g);
	json_object_foreach(g.groups, name, group) {
		struct store_habit_key key = key_of(group, "");
		if (!store_habit_is_refused(tx, &key) && !store_habit_is_unlogged(tx, &key) && !is_covered(s, baseline, group))
			json_array_append_new(items, suggestion_json(tx, group, now_ns));
	}
	json_decref(g.groups);
	json_decref(g.learning);
	return items;
}

enum answer service_suggestions(struct service *s, json_t **out, char error[SERVICE_ERROR_BYTES])
{
	struct store_tx *tx = store_read(s->store);
	struct baseline *baseline = pipeline_load_baseline(tx, s->rules);
	json_t *items = baseline != NULL ? suggestions(s, tx, baseline) : NULL;
	baseline_free(baseline);
	return service_answer(tx, json_pack("{s:o,s:o?}", "learning", learning_json(s, tx), "items", items), out, error);
}

enum answer service_suggestion_refuse(struct service *s, const struct service_session *who, const json_t *which,
				      char error[SERVICE_ERROR_BYTES])
{
	struct store_refusal r = { .by = who->user };
	if (json_unpack((json_t *)(uintptr_t)which, "{s:s,s:s,s:s,s:s!}", "site", &r.site, "source", &r.source, "account", &r.account,
			"destination", &r.destination) != 0)
		return service_says(ANSWER_BAD_REQUEST, error, "send site, source, account and destination of the suggestion");
	struct store_tx *tx = store_write(s->store);
	store_tx_changes(tx);
	store_habit_refuse(tx, &r, s->now_ns());
	store_audit(tx, who->user, "baseline.refuse", NULL, which, s->now_ns());
	return service_stored(tx, error);
}
