/*
 * What the store keeps of what it has seen day by day: habits of
 * administrators, the normal profile of hosts, and the few numbers that people
 * set for both. The rules of store.h hold.
 */
#ifndef ASHIATO_COLLECTOR_STORE_LEARNED_H
#define ASHIATO_COLLECTOR_STORE_LEARNED_H

#include "collector/store/store.h"

/* ---- habits (habits.c) ------------------------------------------------------------------------------------------------ */

/* Add every admin act that has not been repeated since ${before_ns} and is not in a habit yet, and forget days before ${keep_day}. */
void store_habits_learn(struct store_tx *tx, int64_t before_ns, int64_t keep_day);

/* A person has judged ${incident}: what an attack has taught is taken back, what is none after all may be learned. */
void store_habits_judged(struct store_tx *tx, int64_t incident);

/* Whose habit. */
struct store_habit_key {
	int64_t site;
	const char *source, *account, *destination, *action;	/* account NULL: unknown */
};
typedef void (*store_habit_day_fn)(void *ctx, int64_t day, uint32_t hours, uint32_t accesses);
/* Its days; bit h of ${hours}: in the hour that begins at h. */
void store_habit_days(struct store_tx *tx, const struct store_habit_key *key, store_habit_day_fn each, void *ctx);

/* One line of the list; texts live until the next. */
struct store_habit_row {
	struct store_habit_key key;
	const char *site;
	int64_t first_day, last_ns;
	uint64_t days, accesses;
};
typedef void (*store_habit_fn)(void *ctx, const struct store_habit_row *row);
struct store_habit_filter {
	const char *text;	/* NULL: any */
	int64_t today;		/* only days before it */
	int64_t half_life_days;	/* a day weighs half as much after so many */
	int64_t days_min, weight_min;
	int64_t limit, offset;
};
/* How many there are on all pages; 0 if this one is empty. */
int64_t store_habits(struct store_tx *tx, const struct store_habit_filter *f, store_habit_fn each, void *ctx);

typedef void (*store_site_fn)(void *ctx, int64_t site, const char *name, int64_t since_ns);
/* Every site with a sensor, and since when it is watched. */
void store_habit_sites(struct store_tx *tx, store_site_fn each, void *ctx);
/* Since when ${site} is watched; ${otherwise} if it has no sensor. */
int64_t store_habit_since(struct store_tx *tx, int64_t site, int64_t otherwise);

/* A suggestion is turned down. ${site} is the site's name. */
struct store_refusal {
	const char *site, *source, *account, *destination, *by;
};
void store_habit_refuse(struct store_tx *tx, const struct store_refusal *r, int64_t now_ns);
bool store_habit_is_refused(struct store_tx *tx, const struct store_habit_key *key);
/* The logon of one of its accesses, of any action, is missing in a log that lives. */
bool store_habit_is_unlogged(struct store_tx *tx, const struct store_habit_key *key);

/* A number that people set; ${otherwise} while nobody has. */
int64_t store_setting(struct store_tx *tx, const char *name, int64_t otherwise);
void store_setting_set(struct store_tx *tx, const char *name, int64_t value);

/* ---- the normal profile (norm.c) --------------------------------------------------------------------------------------- */

/* What ${host} of ${site} did in ${hour} (since 1970): add to it. */
struct store_norm {
	int64_t hour, site;
	const char *host;
	uint64_t sessions, bytes;
};
void store_norm_add(struct store_tx *tx, const struct store_norm *n);
void store_norm_forget(struct store_tx *tx, int64_t before_hour);

/* What is compared with what. */
struct store_norm_question {
	int64_t hour;
	const json_t *hours;		/* array: hours like it */
	const json_t *floors;		/* object: from which value on each metric counts */
	int64_t times;			/* as much as the most of them */
	int64_t since_ns;		/* sites watched since before */
	int64_t limit;
};
/* Rows {"metric","site","host","value","most"}, most unusual first; host null is the whole site. A new reference. */
json_t *store_norm_unusual(struct store_tx *tx, const struct store_norm_question *q);

/* Means of an hour of the week over ${weeks}. */
struct store_norm_mean {
	double sessions, bytes, admin_accesses, executables;
};
enum { STORE_WEEK_HOURS = 168 };
/* From Monday 00:00 UTC on; ${host} NULL: the whole site. Hours from ${to_hour} - ${weeks} weeks to ${to_hour}. */
void store_norm_week(struct store_tx *tx, const char *site, const char *host, int64_t to_hour, int64_t weeks,
		     struct store_norm_mean out[STORE_WEEK_HOURS]);

#endif
