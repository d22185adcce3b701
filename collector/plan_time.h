/*
 * Times as exports of planned work write them. An entry approves what happens
 * then, so a text that may be two days is none: nothing is guessed. Pure.
 */
#ifndef ASHIATO_COLLECTOR_PLAN_TIME_H
#define ASHIATO_COLLECTOR_PLAN_TIME_H

#include <stdint.h>

enum plan_time {
	PLAN_TIME_NONE,		/* no time */
	PLAN_TIME_TWO_DAYS,	/* 08/06/2026 is a day in June here and one in August there */
	PLAN_TIME_MOMENT,	/* names its zone */
	PLAN_TIME_WALL,		/* what the clock on the wall shows */
	PLAN_TIME_DATE,		/* a day */
};

/* What to write instead, for a sentence. */
#define PLAN_TIME_FORMS "2026-01-31 08:00, 2026-01-31T08:00:00Z (or +01:00), 31.01.2026 08:00, or a date alone"

/*
 * A whole text: a date and, behind it, a time, or nothing.
 *   2026-01-31   2026/01/31   31.01.2026 (the day first)   1/31/2026, 31/1/2026 (where only one order is a date)
 *   08:00   08:00:30   08:00:30.5   8:00 AM   and a zone as in RFC 3339, Z or +01:00
 * ${ns} is UTC for a moment, else as if the wall's clock showed UTC; a date begins at midnight. As it was for the first two.
 */
enum plan_time plan_time_read(const char *text, int64_t *ns);

#endif
