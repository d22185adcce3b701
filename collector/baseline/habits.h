/*
 * Habits: what administrators have been seen to do day by day, summed up. Pure.
 *
 * A habit is one (site, source, account, destination, action). The store keeps
 * a row for each of its days; here they are added up with decay, and it is
 * said what follows: a habit may suggest a whitelist entry to a person, and
 * lower or raise the score of an incident a little. It never silences: an
 * intruder who is patient becomes a habit too.
 *
 * Days and hours are UTC's.
 */
#ifndef ASHIATO_COLLECTOR_BASELINE_HABITS_H
#define ASHIATO_COLLECTOR_BASELINE_HABITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	HABIT_WEEK_DAYS = 7,
	HABIT_LEARNING_DAYS = 14,	/* of a site's first sensor, unless set otherwise: two of every weekday */
	HABIT_LEARNING_DAYS_MAX = 365,
	HABIT_KEEP_DAYS = 180,		/* older days are forgotten */
	HABIT_HALF_LIFE_DAYS = 28,	/* a day counts half as much after four weeks */
	HABIT_SETTLED_DAYS = 5,		/* different days: fewer are chance */
	HABIT_SETTLED_WEIGHT = 2,	/* of them, each decayed: five in a row count until a month later */
};

/* What one day saw of a habit. */
struct habit_day {
	int64_t day;		/* since 1970-01-01 */
	uint32_t hours;		/* bit h: in the hour that begins at h */
	uint32_t accesses;
};

/* Its days added up. Zero before the first. */
struct habit {
	int64_t first_day, last_day;
	uint32_t days;
	uint64_t accesses;
	double weight;				/* days, each decayed by its age */
	uint32_t week[HABIT_WEEK_DAYS];		/* hours, from Monday on */
};

/* The day and the hour of it that ${time_ns} lies in. */
int64_t habit_day_of(int64_t time_ns);
unsigned habit_hour_of(int64_t time_ns);

/* Add ${d}, as old as it is on ${today}; a day from ${today} on is not the past and counts nothing. */
void habit_add(struct habit *h, const struct habit_day *d, int64_t today);

/* Seen on enough days, of late enough, to be called one. */
bool habit_is_settled(const struct habit *h);

/* True if it has happened at that hour, or the one before or after, on the same day of the week, or on any workday if that
 * is one: who works on Tuesdays at ten may do so on Thursday. */
bool habit_has_hour(const struct habit *h, int64_t time_ns);

/* What the habits of everything that an incident did say together. */
struct habit_view {
	size_t acts;		/* different (account, destination, action) of it */
	size_t settled;		/* of them are settled habits */
	size_t in_hours;	/* of those, at their hours */
	size_t unknown;		/* never seen before */
	uint32_t days_min;	/* of the settled ones, the fewest days */
	uint32_t known_days;	/* how long this site has been watched */
	bool learning;		/* not long enough yet */
};

enum { HABIT_SENTENCE_BYTES = 256 };

/* What ${v} adds to a score (may be negative; 0: nothing to say), and the sentence that says why. */
int habit_weigh(const struct habit_view *v, char sentence[HABIT_SENTENCE_BYTES]);

#endif
