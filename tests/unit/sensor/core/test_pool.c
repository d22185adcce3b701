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
	struct pool *p = pool_new(2048 + 80);
	void *a = pool_get(p, 65);
	void *b = pool_get(p, 1025);

	cr_expect_not_null(a);
	cr_expect_not_null(b);
	cr_expect_eq(pool_used_bytes(p), 80 + 2048);
	cr_expect_null(pool_get(p, 1));
	pool_put(p, a, 65);
	cr_expect_eq(pool_used_bytes(p), 2048);
	a = pool_get(p, 1);
	cr_expect_not_null(a);
	pool_put(p, a, 1);
	pool_put(p, b, 1025);
	cr_expect_eq(pool_used_bytes(p), 0);
	pool_free(p);
}

static size_t class_bytes(size_t n)
{
	struct pool *p = pool_new(4 << 20);
	void *block = pool_get(p, n);
	size_t bytes = pool_used_bytes(p);

	pool_put(p, block, n);
	cr_expect_eq(pool_used_bytes(p), 0);
	pool_free(p);
	return bytes;
}

Test(pool, classes_are_16_bytes_apart_up_to_512_and_powers_of_two_above)
{
	static const size_t edges[][2] = {
		{ 1, 16 }, { 16, 16 }, { 17, 32 }, { 496, 496 }, { 497, 512 }, { 512, 512 }, { 513, 1024 }, { 1024, 1024 },
		{ 1025, 2048 }, { (1 << 20) + 1, 2 << 20 }, { 2 << 20, 2 << 20 },
	};

	for (size_t i = 0; i < sizeof(edges) / sizeof(*edges); i++)
		cr_expect_eq(class_bytes(edges[i][0]), edges[i][1], "%zu", edges[i][0]);
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

/* Blocks of ${n} bytes until the pool is full, or back. */
static size_t fill(struct pool *p, void **blocks, size_t cap, size_t n)
{
	size_t i = 0;

	while (i < cap && (blocks[i] = pool_get(p, n)) != NULL)
		i++;
	return i;
}

static void put_back(struct pool *p, void **blocks, size_t first, size_t end, size_t step, size_t n)
{
	for (size_t i = first; i < end; i += step)
		pool_put(p, blocks[i], n);
}

enum { CAP = 4 << 20, BLOCKS = CAP / 16 };

Test(pool, what_was_full_of_blocks_of_one_class_can_be_full_of_another)
{
	static void *blocks[BLOCKS];
	static const size_t sizes[] = { 240, 16, 512, 1 << 20, 48, 1024, 496, 240 };
	struct pool *p = pool_new(CAP);

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		size_t n = fill(p, blocks, BLOCKS, sizes[i]);

		cr_expect_geq(n * sizes[i], CAP * 15 / 16, "%zu of %zu bytes", n, sizes[i]);
		put_back(p, blocks, 0, n, 1, sizes[i]);
		cr_expect_eq(pool_used_bytes(p), 0);
	}
	pool_free(p);
}

#ifndef __SANITIZE_ADDRESS__	/* where every block is the system's own */
Test(pool, pages_that_are_kept_by_one_block_each_count_as_used)
{
	static void *blocks[BLOCKS];
	enum { SIZE = 256, ON_A_PAGE = 4096 / SIZE };
	struct pool *p = pool_new(CAP);
	size_t n = fill(p, blocks, BLOCKS, SIZE);

	for (size_t i = 1; i < ON_A_PAGE; i++)
		put_back(p, blocks, i, n, ON_A_PAGE, SIZE);
	cr_expect_geq(pool_used_bytes(p), CAP * 15 / 16, "so that connections are evicted until there is room");
	put_back(p, blocks, 0, n, ON_A_PAGE, SIZE);
	cr_expect_eq(pool_used_bytes(p), 0);
	pool_free(p);
}
#endif

Test(pool, blocks_of_any_size_never_overlap)
{
	enum { N = 512, ROUNDS = 200000, MOST = 1200 };
	static struct { uint8_t *bytes; size_t n; } held[N];
	struct pool *p = pool_new(256 << 10);
	uint32_t random = 1;

	for (int round = 0; round < ROUNDS; round++) {
		size_t i = (random = random * 1664525 + 1013904223) >> 23;

		for (size_t k = 0; held[i].bytes != NULL && k < held[i].n; k++)
			cr_assert_eq(held[i].bytes[k], (uint8_t)i, "somebody else wrote into it");
		pool_put(p, held[i].bytes, held[i].n);
		held[i].n = random % MOST;
		held[i].bytes = pool_get(p, held[i].n);
		if (held[i].bytes != NULL)
			memset(held[i].bytes, (int)i, held[i].n);
	}
	for (size_t i = 0; i < N; i++)
		pool_put(p, held[i].bytes, held[i].n);
	cr_expect_eq(pool_used_bytes(p), 0);
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
