#include "sensor/core/signs.h"

#include <criterion/criterion.h>

Test(signs, those_that_counted_are_taken_once)
{
	struct counts c = { 0 };

	cr_expect_eq(signs_take(&c), 0);
	count(&c, COUNT_TCP_CHECKSUM);
	count_n(&c, COUNT_RPC_UNASKED, 3);
	cr_expect_eq(signs_take(&c), 1 << SIGN_TCP_CHECKSUM | 1 << SIGN_RPC_UNASKED);
	cr_expect_eq(signs_take(&c), 0);
	cr_expect_eq(c.of[COUNT_RPC_UNASKED], 3);
}

Test(signs, what_is_no_sign_is_not_one)
{
	struct counts c = { 0 };

	count(&c, COUNT_PACKETS);
	count(&c, COUNT_SMB_MESSAGES);
	count_n(&c, COUNT_RPC_UNASKED, 0);
	cr_expect_eq(signs_take(&c), 0);
}

Test(signs, each_is_found_by_its_counter)
{
	for (int i = 0; i < N_COUNTS; i++) {
		struct counts c = { 0 };
		unsigned signs;

		count(&c, (enum count)i);
		signs = signs_take(&c);
		if (signs != 0)
			cr_expect_str_eq(sign_name((enum sign)__builtin_ctz(signs)), count_name((enum count)i));
		cr_expect_leq(__builtin_popcount(signs), 1);
	}
}
