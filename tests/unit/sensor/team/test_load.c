#include "sensor/load.h"

#include <criterion/criterion.h>
#include <string.h>

static struct load load;
static uint8_t bytes[LOAD_BYTES + 1];

static bool add(size_t n)
{
	return load_add(&load, &(struct packet){ .time_ns = (int64_t)n, .bytes = view_of(bytes, n), .link_type = 1 });
}

Test(load, as_many_packets_as_it_has_places_and_no_more)
{
	for (size_t i = 0; i < LOAD_PACKETS; i++)
		cr_assert(add(i));
	cr_expect_not(add(1));
	cr_expect_eq(load.n, LOAD_PACKETS);
	load_empty(&load);
	cr_expect(add(1));
}

Test(load, as_many_bytes_as_it_has_and_no_more)
{
	cr_expect_not(add(LOAD_BYTES + 1));
	cr_expect(add(LOAD_BYTES));
	cr_expect_not(add(1));
	cr_expect(add(0));
	load_empty(&load);
	cr_expect(add(1));
	cr_expect_not(add(LOAD_BYTES));
	cr_expect(add(LOAD_BYTES - 1));
}

Test(load, packets_are_copies_that_it_knows_as_its_own)
{
	memset(bytes, 'a', 3);
	cr_assert(add(3));
	memset(bytes, 'b', 3);
	cr_assert(add(3));
	cr_expect_arr_eq(load.packets[0].bytes.bytes, "aaa", 3);
	cr_expect_eq(load.packets[1].time_ns, 3);
	cr_expect(load_holds(&load, load.packets[1].bytes));
	cr_expect_not(load_holds(&load, view_of(bytes, 3)));
	cr_expect_not(load_holds(&load, view_of(NULL, 0)));
	cr_expect_not(load_holds(&load, view_of(load.bytes + load.used_bytes, 1)), "nothing stands there yet");
}
