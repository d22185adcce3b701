#include "collector/baseline/hours.h"
#include "proto/base/clock.h"

#include <criterion/criterion.h>
#include <string.h>

static const struct {
	const char *when, *time;
	bool is_in;
} in[] = {
	/* 2025-01-06 was a Monday */
	{ "Mon-Fri 08:00-18:00", "2025-01-06T08:00:00Z", true },
	{ "Mon-Fri 08:00-18:00", "2025-01-06T07:59:59.999999999Z", false },
	{ "Mon-Fri 08:00-18:00", "2025-01-06T17:59:59.999999999Z", true },
	{ "Mon-Fri 08:00-18:00", "2025-01-06T18:00:00Z", false },
	{ "Mon-Fri 08:00-18:00", "2025-01-10T12:00:00Z", true },
	{ "Mon-Fri 08:00-18:00", "2025-01-11T12:00:00Z", false },
	{ "mon-FRI", "2025-01-10T23:59:59Z", true },
	{ "Sat,Sun", "2025-01-12T00:00:00Z", true },
	{ "Fri-Mon", "2025-01-06T12:00:00Z", true },
	{ "Fri-Mon", "2025-01-07T12:00:00Z", false },
	{ "Tue", "2025-01-07T00:00:00Z", true },
	{ "08:00-12:00,13:00-24:00", "2025-01-06T12:30:00Z", false },
	{ "08:00-12:00,13:00-24:00", "2025-01-06T23:59:59Z", true },
	{ "00:00-24:00", "2025-01-06T00:00:00Z", true },
	{ "Fri 22:00-06:00", "2025-01-10T22:00:00Z", true },
	{ "Fri 22:00-06:00", "2025-01-11T05:59:59Z", true },
	{ "Fri 22:00-06:00", "2025-01-11T06:00:00Z", false },
	{ "Fri 22:00-06:00", "2025-01-10T05:00:00Z", false },
	{ "Fri 22:00-06:00", "2025-01-10T21:59:59Z", false },
	{ "08:00-18:00 +01:00", "2025-01-06T07:00:00Z", true },
	{ "08:00-18:00 +01:00", "2025-01-06T17:00:00Z", false },
	{ "08:00-18:00 -03:30", "2025-01-06T11:29:00Z", false },
	{ "08:00-18:00 -03:30", "2025-01-06T11:30:00Z", true },
	{ "Mon 00:00-01:00 +01:00", "2025-01-05T23:30:00Z", true },
	{ "Mon-Fri 08:00-18:00 Europe/Zurich", "2025-01-06T07:00:00Z", true },
	{ "Mon-Fri 08:00-18:00 Europe/Zurich", "2025-07-07T06:00:00Z", true },
	{ "Mon-Fri 08:00-18:00 Europe/Zurich", "2025-07-07T05:59:59Z", false },
	{ "Mon-Fri 08:00-18:00 europe/zurich", "2025-07-07T16:00:00Z", false },
	{ "08:00-18:00 UTC", "2025-01-06T08:00:00Z", true },
	{ "08:00-18:00 z", "2025-01-06T08:00:00Z", true },
	{ "Thu", "1970-01-01T00:00:00Z", true },
	{ "Wed", "1969-12-31T23:59:59Z", true },
	{ "  Mon   08:00-09:00   UTC  ", "2025-01-06T08:30:00Z", true },
};

Test(hours, a_moment_is_within_from_the_beginning_to_just_before_the_end)
{
	for (size_t i = 0; i < sizeof in / sizeof in[0]; i++) {
		struct hours h;
		int64_t ns = 0;
		cr_assert(hours_parse(in[i].when, &h), "%s", in[i].when);
		cr_assert(clock_parse(in[i].time, &ns));
		cr_expect_eq(hours_cover(&h, ns), in[i].is_in, "%s in %s", in[i].time, in[i].when);
	}
}

static const char *const wrong[] = {
	"", " ", "UTC", "+01:00", "Mo", "Monday", "Mon-", "-Mon", "Mon,", "Mon-Fri-Sun", "Mon 8:00-18:00", "08:00", "08:00-",
	"08:00-25:00", "24:00-08:00", "08:60-09:00", "08:00-24:01", "08:00-08:00", "08:00-18:00,", "08:00-18:00 +1:00",
	"08:00-18:00 +15:00", "08:00-18:00 +01:60", "08:00-18:00 Mars/Olympus", "08:00-18:00 UTC x", "Mon 08:00-18:00 Tue",
	"08:00-18:00 Mon", "Mon;Tue", "08:00 - 18:00",
	"00:00-01:00,02:00-03:00,04:00-05:00,06:00-07:00,08:00-09:00,10:00-11:00,12:00-13:00,14:00-15:00,16:00-17:00",
};

Test(hours, what_is_not_of_the_grammar_is_rejected)
{
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		struct hours h = { .days = 0x80 };
		cr_expect(!hours_parse(wrong[i], &h), "\"%s\"", wrong[i]);
		cr_expect_eq(h.days, 0x80);
	}
}

Test(hours, every_shorter_prefix_is_read_or_rejected_and_nothing_else)
{
	static const char whole[] = "Mon-Fri,Sun 08:00-12:00,13:00-18:00 America/Argentina/Buenos_Aires";
	for (size_t n = 0; n <= strlen(whole); n++) {
		char text[sizeof whole];
		struct hours h;
		memcpy(text, whole, n);
		text[n] = '\0';
		hours_parse(text, &h);
	}
}

/* ---- zones ---- */

static int32_t offset(const char *zone, const char *time)
{
	struct zone z;
	int64_t ns = 0;
	cr_assert(zone_find(zone, strlen(zone), &z), "%s", zone);
	cr_assert(clock_parse(time, &ns));
	return zone_offset_s(&z, ns / 1000000000);
}

Test(zone, clocks_change_at_the_second_the_rule_names)
{
	cr_expect_eq(offset("Europe/Zurich", "2025-03-30T00:59:59Z"), 3600);
	cr_expect_eq(offset("Europe/Zurich", "2025-03-30T01:00:00Z"), 7200);
	cr_expect_eq(offset("Europe/Zurich", "2025-10-26T00:59:59Z"), 7200);
	cr_expect_eq(offset("Europe/Zurich", "2025-10-26T01:00:00Z"), 3600);
	cr_expect_eq(offset("America/New_York", "2025-03-09T06:59:59Z"), -5 * 3600);
	cr_expect_eq(offset("America/New_York", "2025-03-09T07:00:00Z"), -4 * 3600);
	cr_expect_eq(offset("America/New_York", "2025-11-02T05:59:59Z"), -4 * 3600);
	cr_expect_eq(offset("America/New_York", "2025-11-02T06:00:00Z"), -5 * 3600);
}

Test(zone, summer_lies_across_the_new_year_in_the_south)
{
	cr_expect_eq(offset("Australia/Sydney", "2025-01-01T00:00:00Z"), 11 * 3600);
	cr_expect_eq(offset("Australia/Sydney", "2025-07-01T00:00:00Z"), 10 * 3600);
	cr_expect_eq(offset("Australia/Sydney", "2024-12-31T23:59:59Z"), 11 * 3600);
}

Test(zone, odd_zones_are_right_too)
{
	cr_expect_eq(offset("Asia/Kolkata", "2025-07-01T00:00:00Z"), 5 * 3600 + 1800);
	cr_expect_eq(offset("Asia/Kathmandu", "2025-07-01T00:00:00Z"), 5 * 3600 + 2700);
	cr_expect_eq(offset("Australia/Lord_Howe", "2025-01-01T00:00:00Z"), 11 * 3600);
	cr_expect_eq(offset("Australia/Lord_Howe", "2025-07-01T00:00:00Z"), 10 * 3600 + 1800);
	cr_expect_eq(offset("Europe/Dublin", "2025-07-01T00:00:00Z"), 3600);
	cr_expect_eq(offset("Europe/Dublin", "2025-01-01T00:00:00Z"), 0);
	cr_expect_eq(offset("America/Nuuk", "2025-07-01T00:00:00Z"), -1 * 3600);
	cr_expect_eq(offset("Asia/Jerusalem", "2025-03-28T00:00:00Z"), 3 * 3600);
	cr_expect_eq(offset("Asia/Tokyo", "2025-07-01T00:00:00Z"), 9 * 3600);
}

static const char *const wrong_rules[] = { "", "C", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
					   "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,M3.5.0,M10.5.0x",
					   "CET-25", "<+01-1", "CET-1CEST,J0,J366", "CET-1CEST,M3.5.0/200,M10.5.0" };

Test(zone, what_is_no_rule_is_rejected)
{
	struct zone z;
	for (size_t i = 0; i < sizeof wrong_rules / sizeof wrong_rules[0]; i++)
		cr_expect(!zone_parse(wrong_rules[i], &z), "%s", wrong_rules[i]);
	cr_assert(zone_parse("A-1B,J60/0,J300/24", &z) == false, "a name has three letters");
	cr_assert(zone_parse("AAA-1BBB,J60/0,300", &z));
}

static const struct {
	const char *name, *rule;
} shipped[] = {
#define ZONE(name, rule) { name, rule },
#include "collector/baseline/zones.def"
#undef ZONE
};

Test(zone, every_zone_that_ships_has_a_rule_that_can_be_read)
{
	struct zone z;
	for (size_t i = 0; i < sizeof shipped / sizeof shipped[0]; i++) {
		cr_expect(zone_parse(shipped[i].rule, &z), "%s: %s", shipped[i].name, shipped[i].rule);
		cr_expect(i == 0 || strcmp(shipped[i - 1].name, shipped[i].name) < 0, "%s", shipped[i].name);
	}
}
