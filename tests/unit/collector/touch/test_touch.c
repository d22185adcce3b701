#include "collector/touch.h"

#include "proto/base/clock.h"

#include <criterion/criterion.h>

#define HOUR CLOCK_HOUR_NS

static const struct store_log_host judged = { .is_judged = true, .judged_first_ns = 0, .judged_last_ns = 100 * HOUR };

Test(touch, a_record_of_last_week_and_one_of_now_leave_what_lies_between)
{
	struct touch_news news = { 0 };
	touch_note(&news, &judged, 20 * HOUR);
	touch_note(&news, &judged, 101 * HOUR);
	touch_note(&news, &judged, 20 * HOUR + CLOCK_SECOND_NS);
	cr_assert(news.has_any);
	cr_assert_eq(news.from_ns, 20 * HOUR);
	cr_assert_eq(news.to_ns, 101 * HOUR);
	cr_assert_eq(news.n_within, 1);
	cr_assert_eq(news.within[0].from_ns, 20 * HOUR);
	cr_assert_eq(news.within[0].to_ns, 20 * HOUR + CLOCK_SECOND_NS);
}

Test(touch, channels_that_are_read_apart_are_spans_of_their_own)
{
	struct touch_news news = { 0 };
	for (int minute = 0; minute < 30; minute++) {
		touch_note(&news, &judged, 10 * HOUR + minute * HOUR / 60);
		touch_note(&news, &judged, 50 * HOUR - minute * HOUR / 60);
	}
	cr_assert_eq(news.n_within, 2);
	cr_assert_eq(news.within[0].to_ns - news.within[0].from_ns, 29 * HOUR / 60);
	cr_assert_eq(news.within[1].to_ns - news.within[1].from_ns, 29 * HOUR / 60);
}

Test(touch, scattered_records_stay_few_spans_that_cover_them_all)
{
	struct touch_news news = { 0 };
	for (int i = 0; i < 100; i++)
		touch_note(&news, &judged, i * 37 % 100 * HOUR);
	cr_assert_eq(news.n_within, TOUCH_SPANS);
	for (int i = 0; i < 100; i++) {
		bool is_covered = false;
		for (size_t s = 0; s < news.n_within; s++)
			is_covered |= news.within[s].from_ns <= i * HOUR && i * HOUR <= news.within[s].to_ns;
		cr_expect(is_covered, "hour %d", i);
	}
}

Test(touch, of_a_log_that_was_never_judged_only_the_whole_counts)
{
	static const struct store_log_host fresh;
	struct touch_news news = { 0 };
	touch_note(&news, &fresh, 5 * HOUR);
	touch_note(&news, &fresh, 3 * HOUR);
	cr_assert_eq(news.n_within, 0);
	cr_assert_eq(news.from_ns, 3 * HOUR);
	cr_assert_eq(news.to_ns, 5 * HOUR);
}
