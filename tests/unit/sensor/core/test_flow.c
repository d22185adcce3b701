#include "sensor/core/flow.h"

#include <criterion/criterion.h>
#include <string.h>

enum { CAPACITY = 1000 };

static struct pool *pool;
static struct flow_table *table;

static void set_up(void)
{
	pool = pool_new(8 << 20);
	table = flow_table_new(pool, CAPACITY, (const uint64_t[2]){ 1, 2 });
}

static void tear_down(void)
{
	for (int list = 0; list < N_FLOW_LISTS; list++)
		while (flow_oldest(table, (enum flow_list)list) != NULL)
			flow_remove(table, flow_oldest(table, (enum flow_list)list));
	flow_table_free(table);
	cr_expect_eq(pool_used_bytes(pool), 0);
	pool_free(pool);
}

TestSuite(flow, .init = set_up, .fini = tear_down);

static struct flow_key key_of(uint8_t source, uint16_t source_port, uint8_t destination, uint16_t destination_port, uint8_t *side)
{
	uint8_t from[4] = { 10, 0, 0, source }, to[4] = { 10, 0, 0, destination };
	struct ip ip = { .version = 4, .source = view_of(from, 4), .destination = view_of(to, 4) };
	struct tcp tcp = { .source_port = source_port, .destination_port = destination_port };

	return flow_key_of(&ip, &tcp, side);
}

static struct flow *add(uint16_t port, int64_t now_ns)
{
	uint8_t side;
	struct flow_key key = key_of(1, port, 2, 445, &side);

	return flow_add(table, &key, now_ns);
}

Test(flow, both_directions_have_one_key_and_different_sides)
{
	uint8_t there, back;
	struct flow_key a = key_of(1, 50000, 2, 445, &there), b = key_of(2, 445, 1, 50000, &back);

	cr_expect_eq(memcmp(&a, &b, sizeof(a)), 0);
	cr_expect_neq(there, back);
	a = key_of(1, 50000, 1, 445, &there);
	b = key_of(1, 445, 1, 50000, &back);
	cr_expect_eq(memcmp(&a, &b, sizeof(a)), 0, "one host talking to itself");
	cr_expect_neq(there, back);
}

Test(flow, many_flows_are_found_again_and_gone_when_removed)
{
	uint8_t side;

	for (uint16_t port = 1; port <= CAPACITY; port++)
		cr_assert_not_null(add(port, port));
	cr_expect_null(add(CAPACITY + 1, 0), "the table is full");
	cr_expect_eq(flow_table_n(table), CAPACITY);
	for (uint16_t port = 1; port <= CAPACITY; port++) {
		struct flow_key key = key_of(1, port, 2, 445, &side);
		struct flow *f = flow_find(table, &key);

		cr_assert_not_null(f);
		cr_assert_eq(f->first_ns, port);
		flow_remove(table, f);
		cr_assert_null(flow_find(table, &key));
	}
	cr_expect_eq(flow_table_n(table), 0);
}

Test(flow, the_oldest_is_the_one_touched_longest_ago)
{
	struct flow *a = add(1, 0), *b = add(2, 0), *c = add(3, 0);

	cr_expect_eq(flow_oldest(table, FLOW_PLAIN), a);
	flow_touch(table, a, 999999999);
	cr_expect_eq(flow_oldest(table, FLOW_PLAIN), a, "once a second is often enough");
	cr_expect_eq(a->last_ns, 999999999);
	flow_touch(table, a, 1000000000);
	cr_expect_eq(flow_oldest(table, FLOW_PLAIN), b);
	flow_move(table, b, FLOW_CLAIMED, 0);
	cr_expect_eq(flow_oldest(table, FLOW_PLAIN), c);
	cr_expect_eq(flow_oldest(table, FLOW_CLAIMED), b);
	flow_move(table, b, FLOW_DUE, 0);
	flow_touch(table, b, INT64_C(5000000000));
	cr_expect_eq(b->listed_ns, 0, "what is due stays due");
	flow_remove(table, c);
	cr_expect_eq(flow_oldest(table, FLOW_PLAIN), a);
}

Test(flow, a_full_pool_gives_no_flow)
{
	struct pool *small = pool_new(2048);
	struct flow_table *t = flow_table_new(small, 100, (const uint64_t[2]){ 0, 0 });
	uint8_t side;
	struct flow_key key = key_of(1, 2, 3, 4, &side);
	int n = 0;

	cr_assert_not_null(t);
	while (flow_add(t, &key, 0) != NULL)
		n++;
	cr_expect_lt(n, 100);
	while (flow_oldest(t, FLOW_PLAIN) != NULL)
		flow_remove(t, flow_oldest(t, FLOW_PLAIN));
	flow_table_free(t);
	cr_expect_null(flow_table_new(small, 1000000, (const uint64_t[2]){ 0, 0 }));
	cr_expect_eq(pool_used_bytes(small), 0);
	pool_free(small);
}

enum { SWEEP = 65536, BUCKETS = 65536 };

/* The most of ${SWEEP} connections that meet in one bucket, when they differ in what ${choose} does with a number. */
static unsigned most_in_a_bucket(const uint64_t seed[2], void (*choose)(uint8_t *from, struct tcp *tcp, uint32_t i), size_t address_bytes)
{
	static uint8_t n_in[BUCKETS];
	struct flow_table *t = flow_table_new(pool, BUCKETS, seed);
	unsigned most = 0;

	cr_assert_not_null(t);
	memset(n_in, 0, sizeof(n_in));
	for (uint32_t i = 0; i < SWEEP; i++) {
		uint8_t from[16] = { 10, 0, 0, 1 }, to[16] = { 10, 0, 0, 2 };
		struct ip ip = { .version = 4, .source = view_of(from, address_bytes), .destination = view_of(to, address_bytes) };
		struct tcp tcp = { .source_port = 50000, .destination_port = 445 };
		struct flow_place place;

		choose(from, &tcp, i);
		flow_place_of(t, &ip, &tcp, &place);
		cr_assert_lt(place.bucket, BUCKETS);
		n_in[place.bucket]++;
		most = n_in[place.bucket] > most ? n_in[place.bucket] : most;
	}
	flow_table_free(t);
	return most;
}

static void other_port(uint8_t *from, struct tcp *tcp, uint32_t i)
{
	(void)from;
	tcp->source_port = (uint16_t)i;
}

static void other_host(uint8_t *from, struct tcp *tcp, uint32_t i)
{
	(void)tcp;
	from[2] = (uint8_t)(i >> 8);
	from[3] = (uint8_t)i;
}

static void other_prefix(uint8_t *from, struct tcp *tcp, uint32_t i)
{
	(void)tcp;
	from[0] = (uint8_t)(i >> 8);
	from[1] = (uint8_t)i;
}

/* Of as many balls thrown into as many bins, one gets more than 12 once in a hundred thousand times. */
Test(flow, neighbours_do_not_share_buckets)
{
	for (uint64_t key = 0; key < 8; key++) {
		const uint64_t seed[2] = { key, key * 77 };

		cr_expect_leq(most_in_a_bucket(seed, other_port, 4), 12);
		cr_expect_leq(most_in_a_bucket(seed, other_host, 4), 12);
		cr_expect_leq(most_in_a_bucket(seed, other_prefix, 4), 12);
		cr_expect_leq(most_in_a_bucket(seed, other_host, 16), 12);
	}
}
