#include "collector/logs/when.h"

#include "proto/base/clock.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { YEAR_MIN = 1970, YEAR_MAX = 2261, DAY_SECONDS = 86400, FRACTION_DIGITS = 9 };

struct reading {
	const char *at;
	bool failed;
};

struct civil {
	int year, month, day, hour, minute, second, ns;
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

/* Days since 1970-01-01 of the proleptic Gregorian calendar; years begin in March, so that a leap day is the last. */
static int64_t days_of(const struct civil *c)
{
	int64_t year = c->month <= 2 ? c->year - 1 : c->year;
	int64_t of_year = (153 * (c->month + (c->month > 2 ? -3 : 9)) + 2) / 5 + c->day - 1;
	return year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719468;
}

static int month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return days[month - 1] + (month == 2 && is_leap);
}

static bool is_civil(const struct civil *c)
{
	return c->year >= YEAR_MIN && c->year <= YEAR_MAX && c->month >= 1 && c->month <= 12 && c->day >= 1 &&
	       c->day <= month_days(c->year, c->month) && c->hour < 24 && c->minute < 60 && c->second <= 60;
}

static int64_t ns_of(const struct civil *c)
{
	int64_t seconds = days_of(c) * DAY_SECONDS + c->hour * 3600 + c->minute * 60 + c->second;
	return seconds * CLOCK_SECOND_NS + c->ns;
}

static int fraction(struct reading *in)
{
	int ns = 0, n = 0;
	for (; isdigit((unsigned char)*in->at); n++, in->at++)
		if (n < FRACTION_DIGITS)
			ns = ns * 10 + (*in->at - '0');
	in->failed |= n == 0;
	for (; n < FRACTION_DIGITS; n++)
		ns *= 10;
	return ns;
}

static void clock_of(struct reading *in, struct civil *c)
{
	c->hour = digits(in, 1, 2);
	wants(in, ':');
	c->minute = digits(in, 2, 2);
	if (takes(in, ':'))
		c->second = digits(in, 2, 2);
	if (takes(in, '.') || takes(in, ','))
		c->ns = fraction(in);
}

/* "Z", " UTC", "+02:00", "-0400", "+02" or nothing: seconds east of UTC. */
static int64_t zone_of(struct reading *in, bool *has_zone)
{
	*has_zone = *in->at != '\0';
	takes(in, ' ');
	if (takes(in, 'Z') || !*has_zone)
		return 0;
	if (strcmp(in->at, "UTC") == 0 || strcmp(in->at, "GMT") == 0) {
		in->at += 3;
		return 0;
	}
	int sign = takes(in, '-') ? -1 : 1;
	if (sign == 1)
		wants(in, '+');
	int hours = digits(in, 2, 2);
	takes(in, ':');
	int minutes = *in->at != '\0' ? digits(in, 2, 2) : 0;
	return sign * (hours * 3600 + minutes * 60);
}

/* "AM" or "PM" after a time of twelve hours; a narrow no-break space may stand before it (ICU since 2023). */
static bool half_day(struct reading *in, struct civil *c)
{
	while (takes(in, ' ') || strncmp(in->at, "\xe2\x80\xaf", 3) == 0)
		in->at += *in->at == '\xe2' ? 3 : 0;
	bool is_pm = strncasecmp(in->at, "PM", 2) == 0;
	if (!is_pm && strncasecmp(in->at, "AM", 2) != 0)
		return false;
	in->at += 2;
	in->failed |= c->hour < 1 || c->hour > 12;
	c->hour = c->hour % 12 + (is_pm ? 12 : 0);
	return true;
}

static bool finish(struct reading *in, const struct civil *c, struct log_when *out)
{
	struct log_when when;
	int64_t east = zone_of(in, &when.has_zone);
	if (in->failed || *in->at != '\0' || !is_civil(c))
		return false;
	when.ns = ns_of(c) - east * CLOCK_SECOND_NS;
	*out = when;
	return true;
}

static void swap(int *a, int *b)
{
	int kept = *a;
	*a = *b;
	*b = kept;
}

/* The year stands last: how Windows' locales print a date. */
static bool parse_locale(const char *text, struct log_when *out)
{
	struct reading in = { text, false };
	struct civil c = { 0 };
	c.day = digits(&in, 1, 2);
	bool has_slash = takes(&in, '/');
	if (!has_slash)
		wants(&in, '.');
	c.month = digits(&in, 1, 2);
	wants(&in, has_slash ? '/' : '.');
	c.year = digits(&in, 4, 4);
	takes(&in, ',');
	wants(&in, ' ');
	clock_of(&in, &c);
	bool month_first = has_slash && half_day(&in, &c);
	if ((month_first && c.day <= 12) || (has_slash && c.month > 12))
		swap(&c.day, &c.month);
	return finish(&in, &c, out);
}

static bool parse_epoch(const char *text, struct log_when *out)
{
	char *end;
	if (!isdigit((unsigned char)*text))
		return false;
	unsigned long long ms = strtoull(text, &end, 10);
	if (strcmp(end, ")/") != 0 || ms >= (unsigned long long)INT64_MAX / CLOCK_MS_NS)
		return false;
	*out = (struct log_when){ (int64_t)ms * CLOCK_MS_NS, true };
	return true;
}

bool log_when_parse(const char *text, struct log_when *out)
{
	static const char epoch[] = "/Date(";
	if (strncmp(text, epoch, sizeof epoch - 1) == 0)
		return parse_epoch(text + sizeof epoch - 1, out);
	struct reading in = { text, false };
	struct civil c = { .year = digits(&in, 4, 4) };
	char between = *in.at == '/' ? '/' : '-';
	wants(&in, between);
	if (in.failed)
		return parse_locale(text, out);
	c.month = digits(&in, 2, 2);
	wants(&in, between);
	c.day = digits(&in, 2, 2);
	if (!takes(&in, 'T'))
		wants(&in, ' ');
	clock_of(&in, &c);
	return finish(&in, &c, out);
}

static int month_named(struct reading *in)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	for (int i = 0; i < 12; i++)
		if (strncmp(in->at, months + i * 3, 3) == 0) {
			in->at += 3;
			return i + 1;
		}
	in->failed = true;
	return 0;
}

static int year_of(int64_t ns)
{
	struct civil c = { .year = YEAR_MIN, .month = 1, .day = 1 };
	while (c.year < YEAR_MAX && (c.year++, ns_of(&c) <= ns))
		;
	return c.year - 1;
}

/* In the latest year that does not put it more than a day after the reference. */
static bool give_year(struct civil *c, int64_t reference_ns)
{
	int64_t limit = reference_ns + CLOCK_HOUR_NS * 24;
	for (c->year = year_of(limit); c->year >= YEAR_MIN; c->year--)
		if (is_civil(c) && ns_of(c) <= limit)
			return true;
	return false;
}

size_t log_when_syslog(const char *text, size_t n, int64_t reference_ns, struct log_when *out)
{
	char copy[] = "Mmm dd hh:mm:ss";
	if (n < sizeof copy - 1)
		return 0;
	memcpy(copy, text, sizeof copy - 1);
	struct reading in = { copy, false };
	struct civil c = { .month = month_named(&in) };
	wants(&in, ' ');
	takes(&in, ' ');
	c.day = digits(&in, 1, 2);
	wants(&in, ' ');
	clock_of(&in, &c);
	if (in.failed || *in.at != '\0' || !give_year(&c, reference_ns))
		return 0;
	*out = (struct log_when){ .ns = ns_of(&c) };
	return sizeof copy - 1;
}
