#include "sensor/core/fragment.h"
#include "tests/lib/packets.h"

#include <criterion/criterion.h>
#include <string.h>

static struct pool *pool;
static struct counts counts;
static struct fragments *fragments;
static uint8_t whole[60000];

static void set_up(void)
{
	pool = pool_new(16 << 20);
	fragments = fragments_new(pool, &counts);
	for (size_t i = 0; i < sizeof(whole); i++)
		whole[i] = (uint8_t)(i * 7 + i / 256);
}

static void tear_down(void)
{
	fragments_free(fragments);
	cr_expect_eq(pool_used_bytes(pool), 0);
	pool_free(pool);
}

TestSuite(fragment, .init = set_up, .fini = tear_down);

static struct ip ip;

static bool add_bytes(uint16_t id, size_t offset, struct view piece, bool more, int64_t time_ns)
{
	static uint8_t packet[65536];

	cr_assert_eq(ip_parse(packets_ipv4_fragment(1, 2, id, offset, more, piece, packet), &ip), IP_IS_FRAGMENT);
	return fragments_add(fragments, &ip, time_ns);
}

static bool add(uint16_t id, size_t offset, size_t n, bool more)
{
	return add_bytes(id, offset, view_of(whole + offset, n), more, 0);
}

/* The same in IPv6. */
static bool add_v6(uint32_t id, size_t offset, struct view piece, bool more)
{
	static const uint8_t addresses[32] = { 0xFD, [15] = 1, [16] = 0xFD, [31] = 2 };
	struct ip fragment = { .version = 6, .source = view_of(addresses, 16), .destination = view_of(addresses + 16, 16),
			       .next_header = 6, .payload = piece, .wire_bytes = piece.n, .fragment_id = id,
			       .fragment_offset = (uint32_t)offset, .more_fragments = more };
	bool is_whole = fragments_add(fragments, &fragment, 0);

	ip = fragment;
	return is_whole;
}

static void expect_whole(size_t n)
{
	cr_expect_eq(ip.next_header, 6);
	cr_expect_eq(ip.wire_bytes, n);
	cr_expect(view_equals(ip.payload, view_of(whole, n)));
}

Test(fragment, pieces_in_order_make_the_whole)
{
	cr_expect_not(add(1, 0, 1480, true));
	cr_expect_not(add(1, 1480, 1480, true));
	cr_expect(add(1, 2960, 33, false));
	expect_whole(2993);
	cr_expect_eq(counts.of[COUNT_IP_FRAGMENT], 0);
}

Test(fragment, pieces_in_any_order_make_the_whole)
{
	cr_expect_not(add(1, 2960, 33, false));
	cr_expect_not(add(1, 0, 1480, true));
	cr_expect(add(1, 1480, 1480, true));
	expect_whole(2993);
}

Test(fragment, datagrams_are_told_apart_by_their_id)
{
	cr_expect_not(add(1, 0, 8, true));
	cr_expect_not(add(2, 8, 8, false));
	cr_expect(add(2, 0, 8, true));
	cr_expect(add(1, 8, 8, false));
	expect_whole(16);
}

Test(fragment, a_datagram_of_the_greatest_length_is_whole)
{
	for (size_t at = 0; at < 59200; at += 1480)
		cr_assert_not(add(1, at, 1480, true));
	cr_expect(add(1, 59200, 800, false));
	expect_whole(60000);
}

Test(fragment, one_that_ends_past_64_kib_is_dropped)
{
	cr_expect_not(add(1, 0, 8, true));
	cr_expect_not(add_bytes(1, 65528, view_of(whole, 8), false, 0));
	cr_expect_eq(counts.of[COUNT_IP_FRAGMENT], 2);
}

Test(fragment, in_version_4_the_first_bytes_of_an_overlap_stay)
{
	static const uint8_t other[16] = { 0 };

	cr_expect_not(add(1, 0, 16, true));
	cr_expect_not(add_bytes(1, 8, view_of(other, 8), true, 0));
	cr_expect(add(1, 8, 16, false));
	expect_whole(24);
	cr_expect_eq(counts.of[COUNT_IP_OVERLAP], 1);
}

Test(fragment, in_version_6_an_overlap_drops_the_datagram)
{
	static const uint8_t other[16] = { 0 };

	cr_expect_not(add_v6(1, 0, view_of(whole, 16), true));
	cr_expect_not(add_v6(1, 8, view_of(other, 16), true));
	cr_expect_eq(counts.of[COUNT_IP_FRAGMENT], 2);
	cr_expect_not(add_v6(1, 24, view_of(whole + 24, 8), false));
}

Test(fragment, in_version_6_an_exact_repetition_does_no_harm)
{
	cr_expect_not(add_v6(1, 0, view_of(whole, 16), true));
	cr_expect_not(add_v6(1, 0, view_of(whole, 16), true));
	cr_expect(add_v6(1, 16, view_of(whole + 16, 8), false));
	expect_whole(24);
}

Test(fragment, pieces_that_contradict_each_other_drop_the_datagram)
{
	cr_expect_not(add(1, 8, 8, false));
	cr_expect_not(add(1, 16, 8, true), "behind the end");
	cr_expect_eq(counts.of[COUNT_IP_FRAGMENT], 2);
	cr_expect_not(add(1, 8, 8, false));
	cr_expect_not(add(1, 8, 16, false), "two ends");
	cr_expect_not(add(1, 0, 9, true), "not in units of eight");
	cr_expect_not(add(2, 16, 8, true));
	cr_expect_not(add(2, 8, 8, false), "an end before what is there");
	cr_expect_eq(counts.of[COUNT_IP_FRAGMENT], 7);
}

Test(fragment, what_stays_incomplete_is_dropped_in_packet_time)
{
	cr_expect_not(add_bytes(1, 0, view_of(whole, 8), true, 1000));
	cr_expect_not(add_bytes(1, 8, view_of(whole + 8, 8), false, 1001 + FRAGMENT_AGE_NS));
	cr_expect_eq(counts.of[COUNT_IP_FRAGMENT], 1);
}

Test(fragment, the_oldest_datagram_gives_way)
{
	for (int i = 0; i <= FRAGMENT_DATAGRAMS; i++)
		cr_expect_not(add_bytes((uint16_t)i, 0, view_of(whole, 8), true, i));
	cr_expect_eq(counts.of[COUNT_IP_FRAGMENT], 1);
	cr_expect_not(add_bytes(0, 8, view_of(whole + 8, 8), false, 100));
	cr_expect(add_bytes(2, 8, view_of(whole + 8, 8), false, 100));
}

Test(fragment, without_memory_the_piece_is_dropped)
{
	struct pool *small = pool_new(4096);

	fragments_free(fragments);
	fragments = fragments_new(small, &counts);
	cr_expect_not(add(1, 0, 8, true));
	cr_expect_eq(counts.of[COUNT_IP_FRAGMENT], 1);
	cr_expect_eq(counts.of[COUNT_POOL_FULL], 1);
	fragments_free(fragments);
	cr_expect_eq(pool_used_bytes(small), 0);
	pool_free(small);
	fragments = fragments_new(pool, &counts);
}
