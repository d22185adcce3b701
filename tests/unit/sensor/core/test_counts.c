#include "sensor/core/counts.h"
#include "sensor/core/limits.h"

#include <criterion/criterion.h>
#include <string.h>

Test(counts, every_counter_has_a_name_of_its_own_and_a_meaning)
{
	for (int i = 0; i < N_COUNTS; i++) {
		cr_assert_not_null(count_name((enum count)i));
		cr_expect_gt(strlen(count_meaning((enum count)i)), 3);
		for (int k = 0; k < i; k++)
			cr_expect_str_neq(count_name((enum count)i), count_name((enum count)k));
	}
}

Test(counts, sums_keep_the_kinds_apart)
{
	struct counts c = { 0 };

	count(&c, COUNT_IP_MALFORMED);
	count_n(&c, COUNT_TCP_MALFORMED, 2);
	count_n(&c, COUNT_TCP_GAP_BYTES, 1000);
	count(&c, COUNT_TCP_GAP);
	cr_expect_eq(counts_sum(&c, COUNT_OF_MALFORMED), 3);
	cr_expect_eq(counts_sum(&c, COUNT_OF_TRAFFIC), 1000);
	cr_expect_eq(counts_sum(&c, COUNT_OF_LOSS), 1);
}

Test(counts, the_default_limits_are_those_the_header_states)
{
	cr_expect_eq(limits_default.memory_bytes, 56u * 1024 * 1024);
	cr_expect_eq(limits_default.hole_ns, INT64_C(2000000000));
	cr_expect_eq(limits_default.flows, 100000);
}
