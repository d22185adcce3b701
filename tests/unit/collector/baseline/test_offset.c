#include "collector/baseline/names.h"
#include "collector/baseline/offset.h"
#include "proto/base/clock.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static const int64_t wire_ns = 1596695228 * CLOCK_SECOND_NS + 875139000;	/* 2020-08-06T06:27:08.875139Z */
static const struct offset_hint none;

static void add(struct offset_samples *s, int64_t written_ns, int64_t at_ns)
{
	struct offset_sample sample;
	if (offset_sample(written_ns, at_ns, &sample))
		offset_add(s, &sample);
}

/* The wire's moment ${second} later, as a clock ${offset_ns} away writes it in whole seconds. */
static void add_whole(struct offset_samples *s, int second, int64_t offset_ns)
{
	int64_t wire = wire_ns + second * CLOCK_SECOND_NS, written = wire + offset_ns;
	add(s, written - written % CLOCK_SECOND_NS, wire);
}

Test(offset, two_logons_give_a_zone_to_the_second)
{
	struct offset_samples s = { 0 };
	struct offset_estimate out;
	add_whole(&s, 0, -4 * CLOCK_HOUR_NS);
	add_whole(&s, 21, -4 * CLOCK_HOUR_NS);
	cr_assert(offset_estimate(&s, &none, &out));
	cr_assert_eq(out.offset_ns, -4 * CLOCK_HOUR_NS);
	cr_assert_eq(out.matches, 2);
}

Test(offset, one_logon_is_enough_near_a_whole_zone_and_not_far_from_one)
{
	static const struct {
		int64_t offset_ns;
		bool is_known;
	} rows[] = { { -4 * CLOCK_HOUR_NS, true }, { 345 * 60 * CLOCK_SECOND_NS, true }, { 29 * CLOCK_SECOND_NS, true },
		     { 200 * CLOCK_SECOND_NS, false }, { 15 * CLOCK_HOUR_NS + 31 * CLOCK_SECOND_NS, false } };
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct offset_samples s = { 0 };
		struct offset_estimate out;
		add(&s, wire_ns + rows[i].offset_ns, wire_ns);
		cr_assert_eq(offset_estimate(&s, &none, &out), rows[i].is_known, "row %zu", i);
	}
}

Test(offset, a_clock_that_is_wrong_by_minutes_is_found_when_logons_agree)
{
	struct offset_samples s = { 0 };
	struct offset_estimate out;
	for (int i = 0; i < 5; i++)
		add(&s, wire_ns + i * CLOCK_HOUR_NS + 203 * CLOCK_SECOND_NS + i * CLOCK_MS_NS, wire_ns + i * CLOCK_HOUR_NS);
	cr_assert(offset_estimate(&s, &none, &out));
	cr_assert_eq(out.offset_ns, 203 * CLOCK_SECOND_NS);
}

Test(offset, milliseconds_of_difference_between_samples_do_not_move_it)
{
	struct offset_samples s = { 0 };
	struct offset_estimate out;
	for (int i = 0; i < 20000; i++) {
		int64_t wire = wire_ns + i * CLOCK_SECOND_NS;
		add(&s, wire + 37 * CLOCK_SECOND_NS + 400 * CLOCK_MS_NS + i * 7919 % 41 * CLOCK_MS_NS, wire);
		if (i % 100 != 99)
			continue;
		cr_assert(offset_estimate(&s, &none, &out));
		cr_assert_eq(out.offset_ns, 37 * CLOCK_SECOND_NS + 400 * CLOCK_MS_NS, "after %d samples", i + 1);
	}
}

Test(offset, whole_seconds_give_no_finer_offset_than_seconds)
{
	struct offset_samples s = { 0 };
	struct offset_estimate out;
	for (int i = 0; i < 50; i++)
		add_whole(&s, i * 7, 203 * CLOCK_SECOND_NS);
	cr_assert(offset_estimate(&s, &none, &out));
	cr_assert_eq(out.offset_ns % CLOCK_SECOND_NS, 0);
	cr_assert_leq(llabs(out.offset_ns - 203 * CLOCK_SECOND_NS), CLOCK_SECOND_NS);
}

Test(offset, pairs_of_strangers_scatter_and_lose)
{
	struct offset_samples s = { 0 };
	struct offset_estimate out;
	for (int i = 0; i < 40; i++)
		add(&s, wire_ns + i * 977 * CLOCK_SECOND_NS, wire_ns - i * 131 * CLOCK_SECOND_NS);
	for (int i = 0; i < 4; i++)
		add_whole(&s, i * 100, 2 * CLOCK_HOUR_NS);
	cr_assert(offset_estimate(&s, &none, &out));
	cr_assert_eq(out.offset_ns, 2 * CLOCK_HOUR_NS);
	cr_assert_eq(out.matches, 4);
}

Test(offset, among_equals_the_hint_decides)
{
	struct offset_hint hint = { true, false, -4 * CLOCK_HOUR_NS };
	struct offset_samples s = { 0 };
	struct offset_estimate out;
	add_whole(&s, 0, 3 * CLOCK_HOUR_NS);
	add_whole(&s, 0, -4 * CLOCK_HOUR_NS);
	cr_assert(offset_estimate(&s, &hint, &out));
	cr_assert_eq(out.offset_ns, -4 * CLOCK_HOUR_NS);
}

Test(offset, what_some_more_logons_show_stands_beside_it_and_one_stranger_does_not)
{
	struct offset_samples s = { 0 };
	struct offset_estimate out;
	for (int i = 0; i < 5; i++)
		add_whole(&s, i * 100, 2 * CLOCK_HOUR_NS);
	add_whole(&s, 700, 2 * CLOCK_HOUR_NS + 1200 * CLOCK_SECOND_NS);
	cr_assert(offset_estimate(&s, &none, &out));
	cr_assert_not(out.has_other);
	add_whole(&s, 800, 2 * CLOCK_HOUR_NS + 1200 * CLOCK_SECOND_NS);
	cr_assert(offset_estimate(&s, &none, &out));
	cr_assert(out.has_other);
	cr_assert_eq(out.offset_ns, 2 * CLOCK_HOUR_NS);
	cr_assert_leq(llabs(out.other_ns - 2 * CLOCK_HOUR_NS - 1200 * CLOCK_SECOND_NS), CLOCK_SECOND_NS);
}

Test(offset, the_order_of_samples_does_not_matter_and_repeats_count_once)
{
	struct offset_samples up = { 0 }, down = { 0 };
	struct offset_estimate a, b;
	for (int i = 0; i < 5000; i++) {
		add_whole(&up, i, CLOCK_HOUR_NS);
		add_whole(&up, i, CLOCK_HOUR_NS);
		add_whole(&down, 4999 - i, CLOCK_HOUR_NS);
	}
	cr_assert(offset_estimate(&up, &none, &a) && offset_estimate(&down, &none, &b));
	cr_assert_eq(a.offset_ns, b.offset_ns);
	cr_assert_eq(a.matches, OFFSET_SAMPLES);
	cr_assert_eq(b.matches, OFFSET_SAMPLES);
}

Test(offset, logons_that_agree_with_neither_are_counted_once_each)
{
	static const int64_t deltas[] = { 0, 0, 0, 400, 400, -7000, 9000, 9000 };	/* seconds; the last two of one logon */
	static const struct offset_hint hint = { true, true, 0 };
	struct offset_samples s = { .n = 0 };
	struct offset_estimate found;
	for (size_t i = 0; i < 8; i++) {
		struct offset_sample sample;
		int64_t seen_ns = (1000000 + 3600 * (int64_t)(i < 7 ? i : 6)) * CLOCK_SECOND_NS;
		cr_assert(offset_sample(seen_ns + deltas[i] * CLOCK_SECOND_NS + (int64_t)i, seen_ns, &sample));
		offset_add(&s, &sample);
	}
	cr_assert(offset_estimate(&s, &hint, &found));
	cr_expect_eq(found.matches, 3);
	cr_expect(found.has_other);
	cr_expect_eq(found.strangers, 2);
}

Test(offset, without_samples_nothing_is_known)
{
	struct offset_samples s = { 0 };
	struct offset_estimate out;
	add(&s, wire_ns + 27 * CLOCK_HOUR_NS, wire_ns);
	cr_assert_eq(s.n, 0);
	cr_assert_not(offset_estimate(&s, &none, &out));
}

Test(offset, a_receipt_time_shows_the_zone)
{
	int64_t offset_ns = 0;
	int64_t written = wire_ns - 4 * CLOCK_HOUR_NS;
	cr_assert(offset_of_receipt(written, wire_ns + 2 * CLOCK_SECOND_NS, &offset_ns));
	cr_assert_eq(offset_ns, -4 * CLOCK_HOUR_NS);
	cr_assert_not(offset_of_receipt(written, 0, &offset_ns));
	cr_assert_not(offset_of_receipt(written, wire_ns + 300 * CLOCK_SECOND_NS, &offset_ns), "it may have lain for a zone's difference");
}

Test(names, hosts_are_the_same_with_and_without_their_domain)
{
	cr_assert(names_same_host("WORKSTATION6", "workstation6.theshire.local"));
	cr_assert(names_same_host("fs1.lab.example", "FS1.LAB.EXAMPLE"));
	cr_assert_not(names_same_host("fs1.lab.example", "fs1.other.example"));
	cr_assert_not(names_same_host("fs1", "fs10"));
	cr_assert_not(names_same_host("10.0.0.1", "10.0.0.2"));
	cr_assert_not(names_same_host("", ""));
}

Test(names, users_are_the_same_in_every_spelling)
{
	cr_assert(names_same_user("LAB\\dave", "Dave@LAB.EXAMPLE"));
	cr_assert(names_same_user("dave", "lab.example\\DAVE"));
	cr_assert_not(names_same_user("dave", "dave2"));
	cr_assert_not(names_same_user("LAB\\", "LAB\\"));
}

Test(offset, one_logon_counts_once_however_many_records_name_its_port)
{
	struct offset_samples s = { 0 };
	struct offset_estimate out;
	for (int i = 0; i < 12; i++)
		add(&s, wire_ns + 10 * CLOCK_HOUR_NS + i * CLOCK_SECOND_NS / 4, wire_ns);
	for (int i = 1; i < 3; i++)
		add(&s, wire_ns + i * CLOCK_HOUR_NS, wire_ns + i * CLOCK_HOUR_NS);
	cr_assert(offset_estimate(&s, &none, &out));
	cr_assert_eq(out.offset_ns, 0);
	cr_assert_eq(out.matches, 2);
	cr_assert_not(out.has_other, "of one logon");
}

Test(offset, of_one_logons_records_the_one_nearest_to_the_hint_wins)
{
	struct offset_samples s = { 0 };
	struct offset_estimate out;
	struct offset_hint hint = { .is_known = true, .offset_ns = -4 * CLOCK_HOUR_NS };
	for (int i = 0; i < 3; i++)
		add(&s, wire_ns + 6 * CLOCK_HOUR_NS + i * CLOCK_SECOND_NS, wire_ns);
	add(&s, wire_ns - 4 * CLOCK_HOUR_NS, wire_ns);
	cr_assert(offset_estimate(&s, &hint, &out));
	cr_assert_eq(out.offset_ns, -4 * CLOCK_HOUR_NS);
}

Test(offset, a_written_zone_outweighs_any_number_of_logons_that_are_hours_from_it)
{
	struct offset_samples s = { 0 };
	struct offset_estimate out;
	struct offset_hint zone = { .is_known = true, .is_written = true };
	for (int i = 0; i < 9; i++)
		add(&s, wire_ns + (20 + i) * CLOCK_HOUR_NS, wire_ns + i * CLOCK_HOUR_NS);
	cr_assert(offset_estimate(&s, &zone, &out));
	cr_assert_not(offset_is_plausible(&zone, out.offset_ns), "there is nothing else: it is said, not believed");
	for (int i = 0; i < 2; i++)
		add(&s, wire_ns + i * CLOCK_HOUR_NS + 180 * CLOCK_SECOND_NS, wire_ns + i * CLOCK_HOUR_NS);
	cr_assert(offset_estimate(&s, &zone, &out));
	cr_assert_eq(out.offset_ns, 180 * CLOCK_SECOND_NS);
	cr_assert(offset_is_plausible(&zone, out.offset_ns));
}
