#include "proto/base/clock.h"

#include <criterion/criterion.h>

static void expect(const char *text, int64_t want)
{
	int64_t ns = -1;
	cr_assert(clock_parse(text, &ns), "%s", text);
	cr_assert(ns == want, "%s is %lld, not %lld", text, (long long)ns, (long long)want);
}

Test(clock, a_time_is_written_with_nine_digits_in_utc)
{
	char text[CLOCK_TEXT_BYTES];
	clock_text(0, text);
	cr_assert_str_eq(text, "1970-01-01T00:00:00.000000000Z");
	clock_text(INT64_C(1388534400000000001), text);
	cr_assert_str_eq(text, "2014-01-01T00:00:00.000000001Z");
	clock_text(-1, text);
	cr_assert_str_eq(text, "1969-12-31T23:59:59.999999999Z");
}

Test(clock, both_ends_of_int64_are_written_and_read_again)
{
	char text[CLOCK_TEXT_BYTES];
	clock_text(INT64_MAX, text);
	expect(text, INT64_MAX);
	clock_text(INT64_MIN + CLOCK_SECOND_NS, text);
	expect(text, INT64_MIN + CLOCK_SECOND_NS);
}

Test(clock, fractions_and_offsets_are_read)
{
	expect("2014-01-01T00:00:00Z", INT64_C(1388534400000000000));
	expect("2014-01-01 00:00:00.5Z", INT64_C(1388534400500000000));
	expect("2014-01-01T09:00:00+09:00", INT64_C(1388534400000000000));
	expect("2013-12-31T20:00:00.1234567899-04:00", INT64_C(1388534400123456789));
	expect("2016-02-29T00:00:00Z", INT64_C(1456704000000000000));
}

Test(clock, what_is_no_time_is_refused)
{
	static const char *const bad[] = { "", "2014", "2014-01-01", "2014-01-01T00:00", "2014-01-01T00:00:00",
					   "2014-01-01T00:00:00.Z", "2014-02-30T00:00:00Z", "2014-13-01T00:00:00Z",
					   "2014-01-01T24:00:00Z", "2014-01-01T00:60:00Z", "2014-01-01T00:00:61Z",
					   "2014-01-01T00:00:00+24:00", "2014-01-01T00:00:00+0900",
					   "2014-01-01T00:00:00Zx", "2263-01-01T00:00:00Z", "0001-01-01T00:00:00Z" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		int64_t ns = 7;
		cr_assert_not(clock_parse(bad[i], &ns), "%s", bad[i]);
		cr_assert(ns == 7);
	}
}
