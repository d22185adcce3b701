#include "sensor/core/cursor.h"
#include "tests/lib/ladder.h"

#include <criterion/criterion.h>

static const uint8_t eight[] = { 1, 2, 3, 4, 5, 6, 7, 8 };

Test(cursor, integers_are_read_in_the_byte_order_of_their_name)
{
	struct cursor c = cur_of(view_of(eight, sizeof(eight)));

	cr_expect_eq(cur_u8(&c), 1);
	cr_expect_eq(cur_u16le(&c), 0x0302);
	cr_expect_eq(cur_u16be(&c), 0x0405);
	cr_expect_eq(cur_u24be(&c), 0x060708);
	cr_expect(cur_ok(&c));
	c = cur_of(view_of(eight, sizeof(eight)));
	cr_expect_eq(cur_u32le(&c), 0x04030201);
	cr_expect_eq(cur_u32be(&c), 0x05060708);
	c = cur_of(view_of(eight, sizeof(eight)));
	cr_expect_eq(cur_u64le(&c), UINT64_C(0x0807060504030201));
	c = cur_of(view_of(eight, sizeof(eight)));
	cr_expect_eq(cur_u64be(&c), UINT64_C(0x0102030405060708));
	cr_expect(cur_ok(&c));
}

Test(cursor, one_byte_too_many_is_bad_and_stays_bad)
{
	struct cursor c = cur_of(view_of(eight, 3));

	cr_expect_eq(cur_u32le(&c), 0);
	cr_expect_not(cur_ok(&c));
	cr_expect_eq(cur_u8(&c), 0);
	cr_expect_eq(cur_left(&c), 0);
	cr_expect_eq(cur_take(&c, 0).n, 0);
	cr_expect_eq(cur_at(&c, 0, 1).n, 0);
	cr_expect_not(cur_ok(&c));
}

Test(cursor, an_empty_view_may_have_no_address)
{
	struct cursor c = cur_of(view_of(NULL, 0));

	cr_expect_eq(cur_rest(&c).n, 0);
	cr_expect(cur_ok(&c));
	cr_expect_eq(cur_u8(&c), 0);
	cr_expect_not(cur_ok(&c));
}

Test(cursor, an_offset_is_counted_from_the_start_and_does_not_move_the_cursor)
{
	struct cursor c = cur_of(view_of(eight, sizeof(eight)));

	cur_skip(&c, 5);
	cr_expect(view_equals(cur_at(&c, 1, 2), view_of(eight + 1, 2)));
	cr_expect_eq(cur_offset(&c), 5);
	cr_expect_eq(cur_at(&c, 8, 0).n, 0);
	cr_expect(cur_ok(&c));
}

Test(cursor, an_offset_that_would_overflow_is_refused)
{
	struct cursor c = cur_of(view_of(eight, sizeof(eight)));

	cur_at(&c, 4, SIZE_MAX - 2);
	cr_expect_not(cur_ok(&c));
	c = cur_of(view_of(eight, sizeof(eight)));
	cur_at(&c, 7, 2);
	cr_expect_not(cur_ok(&c));
	c = cur_of(view_of(eight, sizeof(eight)));
	cur_seek(&c, 9);
	cr_expect_not(cur_ok(&c));
}

Test(cursor, aligning_counts_from_the_start_of_the_view)
{
	struct cursor c = cur_of(view_of(eight + 1, 7));

	cur_align(&c, 4);
	cr_expect_eq(cur_offset(&c), 0);
	cur_skip(&c, 1);
	cur_align(&c, 4);
	cr_expect_eq(cur_offset(&c), 4);
	cur_skip(&c, 1);
	cur_align(&c, 8);
	cr_expect_not(cur_ok(&c));
}

Test(cursor, a_count_from_the_wire_must_fit_what_is_left)
{
	struct cursor c = cur_of(view_of(eight, sizeof(eight)));

	cr_expect_eq(cur_count(&c, 2, 4), 2);
	cr_expect(cur_ok(&c));
	cr_expect_eq(cur_count(&c, SIZE_MAX / 4 + 2, 4), 0);
	cr_expect_not(cur_ok(&c));
}

Test(cursor, looking_for_a_magic_neither_moves_nor_spoils)
{
	struct cursor c = cur_of(view_of(eight, 2));

	cr_expect(cur_sees(&c, "\x01\x02", 2));
	cr_expect_not(cur_sees(&c, "\x01\x02\x03", 3));
	cr_expect_eq(cur_offset(&c), 0);
	cr_expect(cur_ok(&c));
	cur_reject(&c);
	cr_expect_not(cur_ok(&c));
}

static void read_everything(struct view prefix, void *ctx)
{
	struct cursor c = cur_of(prefix);

	(void)ctx;
	cur_u8(&c);
	cur_u16be(&c);
	cur_u32le(&c);
	cur_take(&c, 1);
	cr_expect_eq(cur_ok(&c), prefix.n == sizeof(eight));
}

Test(cursor, every_shorter_prefix_is_bad)
{
	ladder(eight, sizeof(eight), read_everything, NULL);
}
