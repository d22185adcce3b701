#include "collector/plan_time.h"

#include "proto/base/clock.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { MONTHS = 12, TEXT_BYTES = 64 };

struct reading {
	const char *at;
	bool failed;
	int year, month, day, hour, minute, second;
};

/* From ${min} to ${max} digits. */
static int digits(struct reading *in, int min, int max)
{
	int value = 0, n = 0;
	for (; n < max && isdigit((unsigned char)*in->at); n++)
		value = value * 10 + (*in->at++ - '0');
	in->failed |= n < min;
	return value;
}

static bool takes(struct reading *in, char c)
{
	bool is = *in->at == c;
	in->at += is;
	return is;
}

static void wants(struct reading *in, char c)
{
	in->failed |= !takes(in, c);
}

static void year_first(struct reading *in)
{
	char between = strchr(in->at, '/') != NULL ? '/' : '-';
	in->year = digits(in, 4, 4);
	wants(in, between);
	in->month = digits(in, 1, 2);
	wants(in, between);
	in->day = digits(in, 1, 2);
}

/* True if it may be two days. */
static bool year_last(struct reading *in)
{
	int first = digits(in, 1, 2);
	char between = *in->at == '/' ? '/' : '.';
	wants(in, between);
	int second = digits(in, 1, 2);
	wants(in, between);
	in->year = digits(in, 4, 4);
	bool is_month_first = between == '/' && second > MONTHS;
	in->day = is_month_first ? second : first;
	in->month = is_month_first ? first : second;
	return between == '/' && first <= MONTHS && second <= MONTHS && first != second;
}

/* "AM" or "PM" behind a time of twelve hours. */
static void half_day(struct reading *in)
{
	const char *word = in->at + strspn(in->at, " ");
	bool is_pm = strncasecmp(word, "PM", 2) == 0;
	if (!is_pm && strncasecmp(word, "AM", 2) != 0)
		return;
	in->at = word + 2;
	in->failed |= in->hour < 1 || in->hour > 12;
	in->hour = in->hour % 12 + (is_pm ? 12 : 0);
}

static void time_of_day(struct reading *in)
{
	takes(in, ',');
	if (!takes(in, 'T'))
		wants(in, ' ');
	in->hour = digits(in, 1, 2);
	wants(in, ':');
	in->minute = digits(in, 2, 2);
	if (takes(in, ':'))
		in->second = digits(in, 2, 2);
	half_day(in);
}

/* What was read as RFC 3339 writes it, which the clock's own reader checks; a fraction and a zone are left to it. */
static bool to_clock(const struct reading *in, const char *zone, int64_t *ns)
{
	char text[TEXT_BYTES];
	int n = snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d%s%s", in->year, in->month, in->day, in->hour, in->minute,
			 in->second, in->at, zone);
	return n > 0 && (size_t)n < sizeof text && clock_parse(text, ns);
}

enum plan_time plan_time_read(const char *text, int64_t *ns)
{
	struct reading in = { .at = text };
	bool is_two_days = false;
	if (strspn(text, "0123456789") == 4)
		year_first(&in);
	else
		is_two_days = year_last(&in);
	bool is_date = *in.at == '\0';
	if (!is_date)
		time_of_day(&in);
	int64_t wall_ns, moment_ns;
	bool is_wall = !in.failed && to_clock(&in, "Z", &wall_ns), is_moment = !in.failed && !is_date && to_clock(&in, "", &moment_ns);
	if (!is_wall && !is_moment)
		return PLAN_TIME_NONE;
	if (is_two_days)
		return PLAN_TIME_TWO_DAYS;
	*ns = is_moment ? moment_ns : wall_ns;
	return is_moment ? PLAN_TIME_MOMENT : is_date ? PLAN_TIME_DATE : PLAN_TIME_WALL;
}
