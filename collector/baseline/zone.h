/*
 * Time zones without files or a clock: a zone is its present rule as POSIX
 * writes it ("CET-1CEST,M3.5.0,M10.5.0/3"), and the question is only how far
 * its clocks are ahead at a given moment. A rule speaks for today and the
 * years to come; past changes of law are not known here.
 */
#ifndef ASHIATO_COLLECTOR_BASELINE_ZONE_H
#define ASHIATO_COLLECTOR_BASELINE_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One change of the clocks in a year, [POSIX.1-2017] 8.3 "rule". */
struct zone_change {
	char kind;		/* 'M' month.week.day, 'J' day 1..365 without 29 February, 'D' day 0..365 */
	int month, week, day;
	int32_t time_s;		/* local time; may be negative or beyond a day */
};

struct zone {
	int32_t standard_s;	/* ahead of UTC */
	int32_t summer_s;
	bool has_summer;
	struct zone_change to_summer, to_standard;
};

/* Read "UTC", "Z", "+01:00", "-03:30" or an IANA name ("Europe/Zurich", any case). False: no such zone. */
bool zone_find(const char *name, size_t n, struct zone *out);

/* Read a POSIX rule. False if it is none. */
bool zone_parse(const char *rule, struct zone *out);

/* How many seconds local time is ahead of UTC at ${utc_s} (since 1970). */
int32_t zone_offset_s(const struct zone *z, int64_t utc_s);

/* What local time ${local_ns} of ${zone} (a struct zone) is in UTC, by its present rule; in the hour that comes twice a year, the
 * first one. */
int64_t zone_utc_of(const void *zone, int64_t local_ns);

#endif
