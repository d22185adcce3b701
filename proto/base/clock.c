#include "proto/base/clock.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

void clock_text(int64_t ns, char out[CLOCK_TEXT_BYTES])
{
	int64_t seconds = ns / CLOCK_SECOND_NS;
	int64_t rest = ns % CLOCK_SECOND_NS;
	if (rest < 0) {
		rest += CLOCK_SECOND_NS;
		seconds--;
	}
	struct tm tm;
	time_t t = (time_t)seconds;
	gmtime_r(&t, &tm);
	char date[24];
	strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(out, CLOCK_TEXT_BYTES, "%.19s.%09dZ", date, (int)rest);
}

/* ${n} digits at ${*at} as a number, moving on; -1 if they are not digits. */
static int digits(const char **at, int n)
{
	int value = 0;
	for (int i = 0; i < n; i++) {
		if (!isdigit((unsigned char)(*at)[i]))
			return -1;
		value = value * 10 + ((*at)[i] - '0');
	}
	*at += n;
	return value;
}

/* True, moving on, if ${*at} is one of ${allowed}. */
static bool one_of(const char **at, const char *allowed)
{
	if (**at == '\0' || strchr(allowed, **at) == NULL)
		return false;
	(*at)++;
	return true;
}

/* ".123456789" or nothing: nanoseconds; -1 for a dot without digits. */
static int64_t fraction(const char **at)
{
	if (**at != '.')
		return 0;
	(*at)++;
	if (!isdigit((unsigned char)**at))
		return -1;
	int64_t ns = 0;
	int64_t unit = CLOCK_SECOND_NS / 10;
	for (; isdigit((unsigned char)**at); (*at)++, unit /= 10)
		ns += (**at - '0') * unit;
	return ns;
}

/* "Z" or "+09:00" up to the end: seconds to subtract. */
static bool zone(const char *at, int64_t *seconds)
{
	*seconds = 0;
	if (strcmp(at, "Z") == 0 || strcmp(at, "z") == 0)
		return true;
	int64_t sign = *at == '-' ? -1 : 1;
	if (!one_of(&at, "+-"))
		return false;
	int hours = digits(&at, 2);
	if (!one_of(&at, ":"))
		return false;
	int minutes = digits(&at, 2);
	if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || *at != '\0')
		return false;
	*seconds = sign * (hours * 3600 + minutes * 60);
	return true;
}

/* "2014-01-01T00:00:00", moving on. False when a part is missing or out of range; 31 February is caught by the caller. */
static bool date_time(const char **at, struct tm *tm)
{
	*tm = (struct tm){ 0 };
	tm->tm_year = digits(at, 4) - 1900;
	if (!one_of(at, "-"))
		return false;
	tm->tm_mon = digits(at, 2) - 1;
	if (!one_of(at, "-"))
		return false;
	tm->tm_mday = digits(at, 2);
	if (!one_of(at, "Tt "))
		return false;
	tm->tm_hour = digits(at, 2);
	if (!one_of(at, ":"))
		return false;
	tm->tm_min = digits(at, 2);
	if (!one_of(at, ":"))
		return false;
	tm->tm_sec = digits(at, 2);
	return tm->tm_year >= -1900 && tm->tm_mon >= 0 && tm->tm_mon < 12 && tm->tm_mday >= 1 && tm->tm_mday <= 31 &&
	       tm->tm_hour >= 0 && tm->tm_hour < 24 && tm->tm_min >= 0 && tm->tm_min < 60 && tm->tm_sec >= 0 &&
	       tm->tm_sec <= 60;
}

bool clock_parse(const char *text, int64_t *ns)
{
	struct tm tm;
	const char *at = text;
	if (!date_time(&at, &tm))
		return false;
	int day = tm.tm_mday;
	int second = tm.tm_sec;
	tm.tm_sec = 0;
	int64_t rest = fraction(&at);
	int64_t offset;
	if (rest < 0 || !zone(at, &offset))
		return false;
	int64_t seconds = (int64_t)timegm(&tm);
	int64_t out;
	if (tm.tm_mday != day || __builtin_mul_overflow(seconds + second - offset, CLOCK_SECOND_NS, &out) ||
	    __builtin_add_overflow(out, rest, &out))
		return false;
	*ns = out;
	return true;
}

static int64_t read_clock(clockid_t id)
{
	struct timespec now;
	clock_gettime(id, &now);
	return now.tv_sec * CLOCK_SECOND_NS + now.tv_nsec;
}

int64_t clock_now_ns(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t clock_steady_ns(void)
{
	return read_clock(CLOCK_MONOTONIC);
}
