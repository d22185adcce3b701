/*
 * When an entry holds: days of the week, times of the day, a zone.
 *
 *   when   = [ days ] [ times ] [ zone ]       at least days or times
 *   days   = day [ "-" day ] { "," day [ "-" day ] }    "Mon-Fri", "Sat,Sun", "Fri-Mon"
 *   times  = HH:MM "-" HH:MM { "," … }         "08:00-12:00,13:00-24:00"; the end is not part of it
 *   zone   = "UTC" | "Z" | "+01:00" | IANA name         without one, UTC
 *
 * Days are the first three letters of their English names, any case. A time
 * that ends before it begins goes on past midnight and belongs to the day on
 * which it began: "Fri 22:00-06:00" covers Saturday at 05:00.
 */
#ifndef ASHIATO_COLLECTOR_BASELINE_HOURS_H
#define ASHIATO_COLLECTOR_BASELINE_HOURS_H

#include "collector/baseline/zone.h"

enum { HOURS_SPANS = 8, HOURS_MINUTES = 24 * 60 };

struct hours {
	uint8_t days;		/* bit 0 Sunday */
	struct {
		uint16_t begin_min, end_min;
	} spans[HOURS_SPANS];
	size_t n_spans;
	struct zone zone;
};

/* False if ${text} is not as above; ${out} is as it was. */
bool hours_parse(const char *text, struct hours *out);

/* True if ${time_ns} (UTC) lies within. */
bool hours_cover(const struct hours *h, int64_t time_ns);

#endif
