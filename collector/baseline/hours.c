#include "collector/baseline/hours.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { ALL_DAYS = 0x7f };

static const char *const day_names[7] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };

/* ---- reading ---- */

/* The next day's name at ${*at}; -1 if there is none. */
static int read_day(const char **at)
{
	for (int day = 0; day < 7; day++)
		if (strncasecmp(*at, day_names[day], 3) == 0) {
			*at += 3;
			return day;
		}
	return -1;
}

static bool read_days(const char *at, const char *end, struct hours *h)
{
	do {
		int first = read_day(&at), last = first;
		if (*at == '-') {
			at++;
			last = read_day(&at);
		}
		if (first < 0 || last < 0)
			return false;
		for (int day = first;; day = (day + 1) % 7) {
			h->days |= (uint8_t)(1 << day);
			if (day == last)
				break;
		}
	} while (at < end && *at++ == ',');
	return at == end;
}

/* HH:MM in minutes, at most 24:00; -1 if it is none. */
static int read_minute(const char **at)
{
	const char *s = *at;
	for (int i = 0; i < 5; i++)
		if (i == 2 ? s[i] != ':' : !isdigit((unsigned char)s[i]))
			return -1;
	int minute = ((s[0] - '0') * 10 + s[1] - '0') * 60 + (s[3] - '0') * 10 + s[4] - '0';
	*at += 5;
	return s[3] < '6' && minute <= HOURS_MINUTES ? minute : -1;
}

static bool read_times(const char *at, const char *end, struct hours *h)
{
	do {
		int begin = read_minute(&at);
		if (begin < 0 || *at++ != '-' || h->n_spans == HOURS_SPANS)
			return false;
		int close = read_minute(&at);
		if (close < 0 || begin == close || begin == HOURS_MINUTES)
			return false;
		h->spans[h->n_spans].begin_min = (uint16_t)begin;
		h->spans[h->n_spans++].end_min = (uint16_t)close;
	} while (at < end && *at++ == ',');
	return at == end;
}

/* The end of the word that begins at ${at}. */
static const char *word_end(const char *at)
{
	return at + strcspn(at, " ");
}

static const char *next_word(const char *at)
{
	return at + strspn(at, " ");
}

bool hours_parse(const char *text, struct hours *out)
{
	struct hours h = { 0 };
	const char *at = next_word(text);
	const char *end = word_end(at), *peek = at;
	/* "Mon..." or "Monrovia"? A day is followed by its end, a comma or a dash. */
	if (read_day(&peek) >= 0 && (peek == end || *peek == ',' || *peek == '-')) {
		if (!read_days(at, end, &h))
			return false;
		at = next_word(end);
		end = word_end(at);
	}
	if (isdigit((unsigned char)*at)) {
		if (!read_times(at, end, &h))
			return false;
		at = next_word(end);
		end = word_end(at);
	}
	if (!h.days && !h.n_spans)
		return false;
	if (at != end) {
		if (!zone_find(at, (size_t)(end - at), &h.zone))
			return false;
		at = next_word(end);
	}
	if (*at)
		return false;
	if (!h.days)
		h.days = ALL_DAYS;
	if (!h.n_spans) {
		h.n_spans = 1;
		h.spans[0].end_min = HOURS_MINUTES;
	}
	*out = h;
	return true;
}

/* ---- asking ---- */

static bool has_day(const struct hours *h, int64_t day)
{
	return h->days & 1 << (((day + 4) % 7 + 7) % 7);	/* 1970-01-01 was a Thursday */
}

bool hours_cover(const struct hours *h, int64_t time_ns)
{
	const int64_t second_ns = 1000000000, day_s = 86400;
	int64_t utc_s = time_ns / second_ns - (time_ns % second_ns < 0);
	int64_t local_s = utc_s + zone_offset_s(&h->zone, utc_s);
	int64_t day = local_s / day_s - (local_s % day_s < 0);
	int minute = (int)((local_s - day * day_s) / 60);
	for (size_t i = 0; i < h->n_spans; i++) {
		int begin = h->spans[i].begin_min, end = h->spans[i].end_min;
		bool wraps = end < begin;
		if (has_day(h, day) && minute >= begin && (wraps || minute < end))
			return true;
		if (wraps && has_day(h, day - 1) && minute < end)
			return true;
	}
	return false;
}
