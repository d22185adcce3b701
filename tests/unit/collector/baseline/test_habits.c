#include "collector/baseline/habits.h"

#include "proto/base/clock.h"

#include <criterion/criterion.h>

static int64_t at(const char *text)
{
	int64_t ns = 0;
	cr_assert(clock_parse(text, &ns));
	return ns;
}

static struct habit of_days(int64_t first, unsigned n, uint32_t hours, int64_t today)
{
	struct habit h = { 0 };
	for (unsigned i = 0; i < n; i++)
		habit_add(&h, &(struct habit_day){ first + i, hours, 2 }, today);
	return h;
}

Test(habits, a_day_begins_at_midnight_utc)
{
	cr_expect_eq(habit_day_of(0), 0);
	cr_expect_eq(habit_day_of(-1), -1);
	cr_expect_eq(habit_hour_of(-1), 23);
	cr_expect_eq(habit_day_of(at("2026-11-23T00:00:00Z")) - habit_day_of(at("2026-11-22T23:59:59.999999999Z")), 1);
	cr_expect_eq(habit_hour_of(at("2026-11-23T13:59:59Z")), 13);
}

Test(habits, its_days_add_up_and_the_day_itself_does_not_count)
{
	struct habit h = of_days(100, 6, 1u << 9, 105);
	cr_expect_eq(h.first_day, 100);
	cr_expect_eq(h.last_day, 104);
	cr_expect_eq(h.days, 5);
	cr_expect_eq(h.accesses, 10);
}

Test(habits, a_day_counts_half_after_four_weeks)
{
	struct habit fresh = of_days(100, 1, 1, 100 + HABIT_HALF_LIFE_DAYS);
	cr_expect_float_eq(fresh.weight, 0.5, 1e-9);
}

Test(habits, five_days_of_late_make_one_and_four_or_long_past_ones_do_not)
{
	struct habit four = of_days(100, 4, 1, 104), five = of_days(100, 5, 1, 105), old = of_days(100, 5, 1, 105 + 40);
	cr_expect(!habit_is_settled(&four));
	cr_expect(habit_is_settled(&five));
	cr_expect(!habit_is_settled(&old));
}

Test(habits, workdays_speak_for_each_other_and_the_weekend_for_itself)
{
	int64_t monday = habit_day_of(at("2026-11-02T00:00:00Z"));
	struct habit h = of_days(monday, 5, 1u << 10, monday + 20);
	cr_expect(habit_has_hour(&h, at("2026-11-26T10:30:00Z")), "a Thursday at ten");
	cr_expect(habit_has_hour(&h, at("2026-11-26T11:30:00Z")), "an hour later");
	cr_expect(!habit_has_hour(&h, at("2026-11-26T12:30:00Z")), "two hours later");
	cr_expect(!habit_has_hour(&h, at("2026-11-28T10:30:00Z")), "a Saturday");
}

Test(habits, hours_around_midnight_are_neighbours)
{
	int64_t monday = habit_day_of(at("2026-11-02T00:00:00Z"));
	struct habit h = of_days(monday, 5, 1u << 23, monday + 20);
	cr_expect(habit_has_hour(&h, at("2026-11-26T00:30:00Z")));
	cr_expect(habit_has_hour(&h, at("2026-11-26T22:30:00Z")));
	cr_expect(!habit_has_hour(&h, at("2026-11-26T01:30:00Z")));
}

static const struct {
	struct habit_view view;
	int add;
	const char *says;
} weighed[] = {
	{ { .acts = 2, .settled = 2, .in_hours = 2, .days_min = 12 }, -15, "A habit: " },
	{ { .acts = 2, .settled = 2, .in_hours = 1, .days_min = 12 }, -5, "A habit at an unusual hour" },
	{ { .acts = 2, .unknown = 2, .known_days = 30 }, 10, "Never seen before: in 30 days" },
	{ { .acts = 2, .settled = 1, .in_hours = 1, .unknown = 1, .known_days = 30 }, 5, "Partly new: 1 of 2" },
	{ { .acts = 2, .settled = 1, .in_hours = 1 }, 0, "" },
	{ { .acts = 2, .unknown = 2, .learning = true }, 0, "" },
	{ { .acts = 0 }, 0, "" },
};

Test(habits, they_weigh_a_little_either_way_and_nothing_while_learning)
{
	for (size_t i = 0; i < sizeof weighed / sizeof *weighed; i++) {
		char sentence[HABIT_SENTENCE_BYTES];
		cr_expect_eq(habit_weigh(&weighed[i].view, sentence), weighed[i].add, "row %zu", i);
		cr_expect(strncmp(sentence, weighed[i].says, strlen(weighed[i].says)) == 0, "row %zu: %s", i, sentence);
		cr_expect_eq(sentence[0] == '\0', weighed[i].add == 0, "row %zu", i);
	}
}
