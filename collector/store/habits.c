/*
 * Habits, day by day, and the few numbers that people set.
 */
#include "collector/store/learned.h"
#include "collector/store/query.h"

#include <string.h>

static void run_of(struct store_tx *tx, enum query_id id, const char *name, int64_t value)
{
	struct query q = query_of(tx, id);
	query_int(q, name, value);
	query_run(q);
}

/* ---- learning --------------------------------------------------------------------------------------------------------- */

void store_habits_learn(struct store_tx *tx, int64_t before_ns, int64_t keep_day)
{
	run_of(tx, QUERY_habit_learn, ":before", before_ns);
	run_of(tx, QUERY_habit_learned, ":before", before_ns);
	run_of(tx, QUERY_habit_forget, ":day", keep_day);
}

void store_habits_judged(struct store_tx *tx, int64_t incident)
{
	struct store_state state;
	if (!store_incident_state(tx, incident, &state))
		return;
	if (strcmp(state.close_reason, "true_positive") != 0) {
		run_of(tx, QUERY_habit_relearn, ":incident", incident);
		return;
	}
	run_of(tx, QUERY_habit_unlearn, ":incident", incident);
	run_of(tx, QUERY_habit_unlearned, ":incident", incident);
	query_run(query_of(tx, QUERY_habit_drop));
}

/* ---- reading ---------------------------------------------------------------------------------------------------------- */

static const char *or_empty(const char *account)
{
	return account != NULL ? account : "";
}

static void bind_whose(struct query q, const struct store_habit_key *key)
{
	query_int(q, ":site", key->site);
	query_text(q, ":source", key->source);
	query_text(q, ":account", or_empty(key->account));
	query_text(q, ":destination", key->destination);
}

void store_habit_days(struct store_tx *tx, const struct store_habit_key *key, store_habit_day_fn each, void *ctx)
{
	struct query q = query_of(tx, QUERY_habit_days);
	bind_whose(q, key);
	query_text(q, ":action", key->action);
	while (query_row(q))
		each(ctx, column_int(q, 0), (uint32_t)column_int(q, 1), (uint32_t)column_int(q, 2));
}

/* Columns of habits.sql. */
enum { SITE, NAME, SOURCE, ACCOUNT, DESTINATION, ACTION, DAYS, ACCESSES, FIRST, LAST, WEIGHT, FOUND };

static void tell_row(struct query q, store_habit_fn each, void *ctx)
{
	const char *account = column_text(q, ACCOUNT);
	struct store_habit_row row = {
		.key = { column_int(q, SITE), column_text(q, SOURCE), account != NULL && account[0] != '\0' ? account : NULL,
			 column_text(q, DESTINATION), column_text(q, ACTION) },
		.site = column_text(q, NAME),
		.first_day = column_int(q, FIRST),
		.last_ns = column_int(q, LAST),
		.days = (uint64_t)column_int(q, DAYS),
		.accesses = (uint64_t)column_int(q, ACCESSES),
	};
	each(ctx, &row);
}

int64_t store_habits(struct store_tx *tx, const struct store_habit_filter *f, store_habit_fn each, void *ctx)
{
	struct query q = query_of(tx, QUERY_habits);
	query_int(q, ":today", f->today);
	query_int(q, ":half_life", f->half_life_days);
	query_int(q, ":days_min", f->days_min);
	query_int(q, ":weight_min", f->weight_min);
	query_text(q, ":text", f->text);
	query_int(q, ":limit", f->limit);
	query_int(q, ":offset", f->offset);
	int64_t found = 0;
	while (query_row(q)) {
		found = column_int(q, FOUND);
		tell_row(q, each, ctx);
	}
	return found;
}

void store_habit_sites(struct store_tx *tx, store_site_fn each, void *ctx)
{
	struct query q = query_of(tx, QUERY_habit_sites);
	while (query_row(q))
		each(ctx, column_int(q, 0), column_text(q, 1), column_int(q, 2));
}

int64_t store_habit_since(struct store_tx *tx, int64_t site, int64_t otherwise)
{
	struct query q = query_of(tx, QUERY_habit_since);
	query_int(q, ":site", site);
	int64_t since = query_number(q, 0);
	return since != 0 ? since : otherwise;
}

/* ---- what people say -------------------------------------------------------------------------------------------------- */

void store_habit_refuse(struct store_tx *tx, const struct store_refusal *r, int64_t now_ns)
{
	struct query q = query_of(tx, QUERY_habit_refuse);
	query_text(q, ":site", r->site);
	query_text(q, ":source", r->source);
	query_text(q, ":account", or_empty(r->account));
	query_text(q, ":destination", r->destination);
	query_text(q, ":by", r->by);
	query_int(q, ":now", now_ns);
	query_run(q);
}

bool store_habit_is_refused(struct store_tx *tx, const struct store_habit_key *key)
{
	struct query q = query_of(tx, QUERY_habit_refused);
	bind_whose(q, key);
	return query_number(q, 0) != 0;
}

bool store_habit_is_unlogged(struct store_tx *tx, const struct store_habit_key *key)
{
	struct query q = query_of(tx, QUERY_habit_unlogged);
	bind_whose(q, key);
	return query_number(q, 0) != 0;
}

int64_t store_setting(struct store_tx *tx, const char *name, int64_t otherwise)
{
	struct query q = query_of(tx, QUERY_setting);
	query_text(q, ":name", name);
	return query_number(q, otherwise);
}

void store_setting_set(struct store_tx *tx, const char *name, int64_t value)
{
	struct query q = query_of(tx, QUERY_setting_set);
	query_text(q, ":name", name);
	query_int(q, ":value", value);
	query_run(q);
}
