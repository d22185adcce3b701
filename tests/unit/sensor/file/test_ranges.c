#include "sensor/file/ranges.h"

#include <criterion/criterion.h>

static bool is(const struct ranges *r, uint32_t i, uint64_t begin, uint64_t end)
{
	return i < r->n && r->row[i].begin == begin && r->row[i].end == end;
}

Test(ranges, neighbours_and_overlaps_merge)
{
	struct ranges r = { 0 };

	ranges_add(&r, 10, 20);
	ranges_add(&r, 20, 30);
	cr_expect(is(&r, 0, 10, 30) && r.n == 1);
	ranges_add(&r, 40, 50);
	ranges_add(&r, 0, 5);
	cr_expect(r.n == 3 && is(&r, 0, 0, 5) && is(&r, 2, 40, 50));
	ranges_add(&r, 4, 41);
	cr_expect(r.n == 1 && is(&r, 0, 0, 50));
	ranges_add(&r, 7, 9);
	cr_expect(r.n == 1 && is(&r, 0, 0, 50));
	ranges_add(&r, 60, 60);
	cr_expect_eq(r.n, 1, "nothing is nothing");
	cr_expect_eq(ranges_bytes(&r), 50);
	cr_expect_eq(ranges_end(&r), 50);
}

Test(ranges, the_last_row_is_taken_and_one_more_is_refused)
{
	struct ranges r = { 0 };

	for (uint64_t i = 0; i < LIMIT_RANGES; i++)
		cr_expect(ranges_add(&r, 10 * i, 10 * i + 5));
	cr_expect_not(r.is_full);
	cr_expect_not(ranges_add(&r, 1000, 1001));
	cr_expect(r.is_full);
	cr_expect(ranges_add(&r, 5, 10), "what closes a hole still has its place");
	cr_expect_eq(r.n, LIMIT_RANGES - 1);
}

Test(ranges, removing_cuts_and_splits)
{
	struct ranges r = { 0 };

	ranges_add(&r, 0, 100);
	ranges_remove(&r, 40, 60);
	cr_expect(r.n == 2 && is(&r, 0, 0, 40) && is(&r, 1, 60, 100));
	ranges_remove(&r, 0, 10);
	ranges_remove(&r, 90, 200);
	cr_expect(is(&r, 0, 10, 40) && is(&r, 1, 60, 90));
	ranges_remove(&r, 40, 60);
	cr_expect_eq(r.n, 2, "there was nothing");
	ranges_remove(&r, 0, UINT64_MAX);
	cr_expect_eq(r.n, 0);
}

Test(ranges, splitting_the_last_row_drops_and_says_so)
{
	struct ranges r = { 0 };

	for (uint64_t i = 0; i < LIMIT_RANGES; i++)
		ranges_add(&r, 10 * i, 10 * i + 5);
	ranges_remove(&r, 2, 3);
	cr_expect(r.is_full);
	cr_expect(is(&r, 0, 0, 2) && is(&r, 1, 10, 15));
	cr_expect_eq(ranges_bytes(&r), 5 * LIMIT_RANGES - 1, "the half that was dropped still counts");
	ranges_remove(&r, 0, UINT64_MAX);
	cr_expect(ranges_bytes(&r) == 0 && ranges_end(&r) == 0);
}

Test(ranges, cover_and_overlap_are_exact_at_their_edges)
{
	struct ranges r = { 0 };

	cr_expect(ranges_cover(&r, 0));
	cr_expect_not(ranges_cover(&r, 1));
	ranges_add(&r, 0, 10);
	cr_expect(ranges_cover(&r, 10));
	cr_expect_not(ranges_cover(&r, 11));
	cr_expect(ranges_overlap(&r, 9, 10));
	cr_expect_not(ranges_overlap(&r, 10, 11));
}

/* Random steps against one byte per offset. */
Test(ranges, they_are_what_a_bitmap_would_be)
{
	struct ranges r = { 0 };
	bool map[64] = { false };
	uint32_t seed = 1;

	for (int step = 0; step < 20000; step++) {
		uint64_t begin, end, n = 0;

		seed = seed * 1664525 + 1013904223;
		begin = seed >> 26;
		end = begin + (seed >> 20 & 7);
		end = end < 64 ? end : 64;
		if (seed >> 10 & 1)
			ranges_add(&r, begin, end);
		else
			ranges_remove(&r, begin, end);
		for (uint64_t i = begin; i < end; i++)
			map[i] = seed >> 10 & 1;
		for (uint64_t i = 0; i < 64; i++) {
			n += map[i];
			cr_assert_eq(ranges_overlap(&r, i, i + 1), map[i]);
		}
		cr_assert_eq(ranges_bytes(&r), n);
	}
}
