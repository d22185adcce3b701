#include "collector/slots.h"

#include <criterion/criterion.h>

enum { N = 5000 };

static int64_t numbers[N];

static bool is_number(void *ctx, size_t place)
{
	return numbers[place] == *(const int64_t *)ctx;
}

Test(slots, each_of_many_is_found_where_it_was_kept_and_others_are_not)
{
	struct slots s = { 0 };
	for (size_t i = 0; i < N; i++) {
		numbers[i] = (int64_t)i * 977 - 1000;
		cr_assert(slots_add(&s, slots_of_number(numbers[i]), i));
	}
	for (size_t i = 0; i < N; i++) {
		int64_t other = numbers[i] + 1;
		cr_assert_eq(slots_find(&s, slots_of_number(numbers[i]), is_number, &numbers[i]), (int64_t)i);
		cr_assert_eq(slots_find(&s, slots_of_number(other), is_number, &other), SLOTS_NONE);
	}
	slots_fini(&s);
}

Test(slots, those_of_one_hash_are_told_apart_by_the_caller)
{
	struct slots s = { 0 };
	for (size_t i = 0; i < 100; i++) {
		numbers[i] = (int64_t)i;
		cr_assert(slots_add(&s, 7, i));
	}
	for (size_t i = 0; i < 100; i++)
		cr_assert_eq(slots_find(&s, 7, is_number, &numbers[i]), (int64_t)i);
	slots_fini(&s);
}

Test(slots, nothing_is_found_in_none_and_in_what_was_cleared)
{
	struct slots s = { 0 };
	numbers[0] = 1;
	cr_assert_eq(slots_find(&s, slots_of_number(1), is_number, &numbers[0]), SLOTS_NONE);
	cr_assert(slots_add(&s, slots_of_number(1), 0));
	slots_clear(&s);
	cr_assert_eq(slots_find(&s, slots_of_number(1), is_number, &numbers[0]), SLOTS_NONE);
	slots_fini(&s);
	slots_clear(&s);
}

Test(slots, a_text_hashes_alike_in_any_case)
{
	cr_assert_eq(slots_of_text("FS1.lab.Example"), slots_of_text("fs1.LAB.example"));
	cr_assert_neq(slots_of_text("fs1"), slots_of_text("fs2"));
	cr_assert_neq(slots_of_text("@["), slots_of_text("`{"));
}
