#include "sensor/core/pool.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

Test(pool, blocks_come_zeroed_even_when_used_before)
{
	struct pool *p = pool_new(4096);
	uint8_t *block = pool_get(p, 100);

	memset(block, 0xAA, 100);
	pool_put(p, block, 100);
	block = pool_get(p, 128);
	cr_expect_eq(block[0], 0);
	cr_expect_eq(block[99], 0);
	pool_put(p, block, 128);
	pool_free(p);
}

Test(pool, the_cap_counts_whole_size_classes)
{
	struct pool *p = pool_new(256);
	void *a = pool_get(p, 65);
	void *b = pool_get(p, 128);

	cr_expect_not_null(a);
	cr_expect_not_null(b);
	cr_expect_eq(pool_used_bytes(p), 256);
	cr_expect_null(pool_get(p, 1));
	pool_put(p, a, 65);
	cr_expect_eq(pool_used_bytes(p), 128);
	a = pool_get(p, 1);
	cr_expect_not_null(a);
	pool_put(p, a, 1);
	pool_put(p, b, 128);
	cr_expect_eq(pool_used_bytes(p), 0);
	pool_free(p);
}

Test(pool, memory_kept_in_small_blocks_can_become_a_large_one)
{
	struct pool *p = pool_new(1 << 20);
	void *small[1024];
	void *large;

	for (int i = 0; i < 1024; i++)
		cr_assert_not_null(small[i] = pool_get(p, 1024));
	cr_expect_null(pool_get(p, 32));
	for (int i = 0; i < 1024; i++)
		pool_put(p, small[i], 1024);
	large = pool_get(p, 1 << 20);
	cr_expect_not_null(large);
	pool_put(p, large, 1 << 20);
	pool_free(p);
}

Test(pool, nothing_may_be_given_back)
{
	struct pool *p = pool_new(4096);

	pool_put(p, NULL, 77);
	cr_expect_eq(pool_used_bytes(p), 0);
	pool_free(p);
	pool_free(NULL);
}
