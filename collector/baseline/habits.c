#include "collector/baseline/habits.h"

#include "proto/base/clock.h"

#include <math.h>
#include <stdio.h>

static const int64_t day_ns = 24 * CLOCK_HOUR_NS;

enum { MONDAY_OF_1970 = 3, FIRST_OF_WEEKEND = 5, DAY_HOURS = 24 };	/* 1970-01-01 was a Thursday */

int64_t habit_day_of(int64_t time_ns)
{
	int64_t day = time_ns / day_ns;
	return time_ns % day_ns < 0 ? day - 1 : day;
}

unsigned habit_hour_of(int64_t time_ns)
{
	return (unsigned)((time_ns - habit_day_of(time_ns) * day_ns) / CLOCK_HOUR_NS);
}

/* From Monday, 0. */
static unsigned weekday_of(int64_t day)
{
	return (unsigned)(((day + MONDAY_OF_1970) % HABIT_WEEK_DAYS + HABIT_WEEK_DAYS) % HABIT_WEEK_DAYS);
}

void habit_add(struct habit *h, const struct habit_day *d, int64_t today)
{
	if (d->day >= today)
		return;
	h->first_day = h->days == 0 || d->day < h->first_day ? d->day : h->first_day;
	h->last_day = h->days == 0 || d->day > h->last_day ? d->day : h->last_day;
	h->days++;
	h->accesses += d->accesses;
	h->weight += exp2(-(double)(today - d->day) / HABIT_HALF_LIFE_DAYS);
	h->week[weekday_of(d->day)] |= d->hours;
}

bool habit_is_settled(const struct habit *h)
{
	return h->days >= HABIT_SETTLED_DAYS && h->weight >= HABIT_SETTLED_WEIGHT;
}

/* Hours of the days that say something about day ${weekday}. */
static uint32_t hours_like(const struct habit *h, unsigned weekday)
{
	uint32_t hours = h->week[weekday];
	for (unsigned d = 0; weekday < FIRST_OF_WEEKEND && d < FIRST_OF_WEEKEND; d++)
		hours |= h->week[d];
	return hours;
}

bool habit_has_hour(const struct habit *h, int64_t time_ns)
{
	unsigned hour = habit_hour_of(time_ns);
	uint32_t around = 1u << hour | 1u << (hour + 1) % DAY_HOURS | 1u << (hour + DAY_HOURS - 1) % DAY_HOURS;
	return (hours_like(h, weekday_of(habit_day_of(time_ns))) & around) != 0;
}

/* ---- what follows ---- */

static bool is_habit(const struct habit_view *v)
{
	return v->settled == v->acts && v->in_hours == v->acts;
}

static bool is_habit_at_odd_hours(const struct habit_view *v)
{
	return v->settled == v->acts;
}

static bool is_all_new(const struct habit_view *v)
{
	return v->unknown == v->acts;
}

static bool is_partly_new(const struct habit_view *v)
{
	return v->unknown > 0;
}

static void say_habit(const struct habit_view *v, char out[HABIT_SENTENCE_BYTES])
{
	snprintf(out, HABIT_SENTENCE_BYTES, "A habit: everything done here was done from there as this account on %u or more of the "
		 "days before, at these hours.", v->days_min);
}

static void say_odd_hours(const struct habit_view *v, char out[HABIT_SENTENCE_BYTES])
{
	snprintf(out, HABIT_SENTENCE_BYTES, "A habit at an unusual hour: everything done here was done on %u or more of the days "
		 "before, but not all of it at this time of the week.", v->days_min);
}

static void say_all_new(const struct habit_view *v, char out[HABIT_SENTENCE_BYTES])
{
	snprintf(out, HABIT_SENTENCE_BYTES, "Never seen before: in %u days of watching, nothing of this was done from there as this "
		 "account.", v->known_days);
}

static void say_partly_new(const struct habit_view *v, char out[HABIT_SENTENCE_BYTES])
{
	snprintf(out, HABIT_SENTENCE_BYTES, "Partly new: %zu of %zu different acts were never seen from there as this account in %u "
		 "days of watching.", v->unknown, v->acts, v->known_days);
}

/* The first that holds counts. Small on purpose: habits tell what is usual, not what is right. */
static const struct {
	bool (*holds)(const struct habit_view *v);
	int add;
	void (*say)(const struct habit_view *v, char out[HABIT_SENTENCE_BYTES]);
} weights[] = {
	{ is_habit, -15, say_habit },
	{ is_habit_at_odd_hours, -5, say_odd_hours },
	{ is_all_new, 10, say_all_new },
	{ is_partly_new, 5, say_partly_new },
};

int habit_weigh(const struct habit_view *v, char sentence[HABIT_SENTENCE_BYTES])
{
	sentence[0] = '\0';
	if (v->learning || v->acts == 0)
		return 0;
	for (size_t i = 0; i < sizeof weights / sizeof *weights; i++)
		if (weights[i].holds(v)) {
			weights[i].say(v, sentence);
			return weights[i].add;
		}
	return 0;
}
