#include "collector/baseline/zone.h"

#include "proto/base/clock.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { HOUR_S = 3600, DAY_S = 86400, OFFSET_MAX_H = 24, TIME_MAX_H = 167 };

static const struct {
	const char *name, *rule;
} zones[] = {
#define ZONE(name, rule) { name, rule },
#include "collector/baseline/zones.def"
#undef ZONE
};
enum { N_ZONES = sizeof zones / sizeof zones[0] };

/* ---- calendar ---- */

/* Days since 1970-01-01 of a day in the Gregorian calendar; month 1..12. Howard Hinnant's days_from_civil: years begin in
 * March, so that the leap day comes last. */
static int64_t days_of(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static bool is_leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t year_of(int64_t days)
{
	int64_t year = 1970 + days / 366 - (days < 0);
	while (days_of(year + 1, 1, 1) <= days)
		year++;
	while (days_of(year, 1, 1) > days)
		year--;
	return year;
}

/* 0 Sunday; 1970-01-01 was a Thursday. */
static int weekday_of(int64_t days)
{
	return (int)(((days + 4) % 7 + 7) % 7);
}

/* ---- rules ---- */

/* A whole number from 0 to ${max} at ${*at}, which moves behind it; -1 if there is none. */
static int number(const char **at, int max)
{
	int value = 0;
	if (!isdigit((unsigned char)**at))
		return -1;
	while (isdigit((unsigned char)**at) && value <= max)
		value = 10 * value + *(*at)++ - '0';
	return value <= max ? value : -1;
}

/* [+-]hh[:mm[:ss]] in seconds. */
static bool read_time(const char **at, int max_h, int32_t *out)
{
	int sign = **at == '-' ? -1 : 1;
	*at += **at == '-' || **at == '+';
	int h = number(at, max_h), m = 0, s = 0;
	if (**at == ':') {
		++*at;
		m = number(at, 59);
	}
	if (**at == ':') {
		++*at;
		s = number(at, 59);
	}
	if (h < 0 || m < 0 || s < 0)
		return false;
	*out = sign * (h * HOUR_S + m * 60 + s);
	return true;
}

/* "CET" or "<+0330>" */
static bool skip_name(const char **at)
{
	const char *begin = *at;
	if (**at == '<') {
		*at += strcspn(*at, ">");
		if (**at != '>')
			return false;
		++*at;
		return true;
	}
	while (isalpha((unsigned char)**at))
		++*at;
	return *at - begin >= 3;
}

static bool pass(const char **at, char c)
{
	if (**at != c)
		return false;
	++*at;
	return true;
}

static bool read_change(const char **at, struct zone_change *out)
{
	*out = (struct zone_change){ .kind = 'D', .time_s = 2 * HOUR_S };
	if (pass(at, 'M')) {
		out->kind = 'M';
		out->month = number(at, 12);
		bool is_whole = pass(at, '.') && (out->week = number(at, 5)) > 0 && pass(at, '.');
		out->day = is_whole ? number(at, 6) : -1;
		if (out->month < 1 || out->day < 0)
			return false;
	} else {
		if (pass(at, 'J'))
			out->kind = 'J';
		out->day = number(at, 365);
		if (out->day < (out->kind == 'J'))
			return false;
	}
	return !pass(at, '/') || read_time(at, TIME_MAX_H, &out->time_s);
}

bool zone_parse(const char *rule, struct zone *out)
{
	struct zone z = { 0 };
	if (!skip_name(&rule) || !read_time(&rule, OFFSET_MAX_H, &z.standard_s))
		return false;
	z.standard_s = -z.standard_s;	/* POSIX counts westwards */
	if (*rule) {
		z.has_summer = true;
		z.summer_s = z.standard_s + HOUR_S;
		if (!skip_name(&rule))
			return false;
		if (*rule != ',') {
			if (!read_time(&rule, OFFSET_MAX_H, &z.summer_s))
				return false;
			z.summer_s = -z.summer_s;
		}
		if (!pass(&rule, ',') || !read_change(&rule, &z.to_summer) || !pass(&rule, ',') ||
		    !read_change(&rule, &z.to_standard))
			return false;
	}
	if (*rule)
		return false;
	*out = z;
	return true;
}

/* "+01:00" */
static bool find_fixed(const char *name, size_t n, struct zone *out)
{
	bool is_shaped = n == 6 && (name[0] == '+' || name[0] == '-') && name[3] == ':';
	const char *at = name + 1;
	if (!is_shaped)
		return false;
	int h = number(&at, 14);
	bool has_two_digits = at == name + 3;
	at++;
	int m = number(&at, 59);
	if (h < 0 || m < 0 || !has_two_digits || at != name + n)
		return false;
	*out = (struct zone){ .standard_s = (name[0] == '-' ? -1 : 1) * (h * HOUR_S + m * 60) };
	return true;
}

bool zone_find(const char *name, size_t n, struct zone *out)
{
	if (n == 1 && (name[0] == 'Z' || name[0] == 'z')) {
		*out = (struct zone){ 0 };
		return true;
	}
	if (find_fixed(name, n, out))
		return true;
	for (size_t i = 0; i < N_ZONES; i++)
		if (strlen(zones[i].name) == n && strncasecmp(zones[i].name, name, n) == 0)
			return zone_parse(zones[i].rule, out);
	return false;
}

/* ---- offsets ---- */

static int64_t day_of_change(const struct zone_change *c, int64_t year)
{
	if (c->kind == 'D')
		return days_of(year, 1, 1) + c->day;
	if (c->kind == 'J')
		return days_of(year, 1, 1) + c->day - 1 + (is_leap(year) && c->day >= 60);
	int64_t first = days_of(year, c->month, 1);
	int64_t next_month = c->month == 12 ? days_of(year + 1, 1, 1) : days_of(year, c->month + 1, 1);
	int64_t day = first + (c->day - weekday_of(first) + 7) % 7 + 7 * (c->week - 1);
	while (day >= next_month)	/* week 5 is the last one */
		day -= 7;
	return day;
}

int32_t zone_offset_s(const struct zone *z, int64_t utc_s)
{
	if (!z->has_summer)
		return z->standard_s;
	int64_t local_s = utc_s + z->standard_s;
	int64_t year = year_of(local_s / DAY_S - (local_s % DAY_S < 0));
	int64_t begin = day_of_change(&z->to_summer, year) * DAY_S + z->to_summer.time_s - z->standard_s;
	int64_t end = day_of_change(&z->to_standard, year) * DAY_S + z->to_standard.time_s - z->summer_s;
	bool is_summer = begin < end ? utc_s >= begin && utc_s < end : utc_s >= begin || utc_s < end;
	return is_summer ? z->summer_s : z->standard_s;
}

int64_t zone_utc_of(const void *zone, int64_t local_ns)
{
	int64_t local_s = local_ns / CLOCK_SECOND_NS;
	int32_t guess_s = zone_offset_s(zone, local_s);
	return local_ns - zone_offset_s(zone, local_s - guess_s) * CLOCK_SECOND_NS;
}
