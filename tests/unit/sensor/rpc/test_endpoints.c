#include "sensor/rpc/endpoints.h"
#include "tests/lib/stage.h"

#include <criterion/criterion.h>
#include <string.h>

static const struct view server = { (const uint8_t *)"\xC0\x00\x02\x02", 4 };
static const struct view server6 = { (const uint8_t *)"\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16 };

static struct uuid uuid_of(unsigned number)
{
	struct uuid u;

	memset(u.bytes, (int)number, sizeof(u.bytes));
	return u;
}

/* How many interfaces are known at ${port} of ${ip}, and what the first of them is. */
static void expect_known(struct endpoints *e, struct view ip, uint16_t port, size_t n, unsigned first)
{
	struct uuid expected = uuid_of(first);
	struct endpoint known = { .n = 0 };

	cr_expect_eq(endpoints_find(e, (struct endpoint_place){ ip, port }, 0, &known), n > 0, "port %u", port);
	cr_expect_eq(known.n, n, "port %u", port);
	if (n > 0)
		cr_expect(uuid_equals(&known.interfaces[0], &expected));
}

static void learn(struct endpoints *e, struct view ip, uint16_t port, unsigned number)
{
	struct uuid u = uuid_of(number);

	endpoints_learn(e, (struct endpoint_place){ ip, port }, &u, ENDPOINT_MAPPED, 0);
}

Test(endpoints, what_was_learned_is_known_per_address_and_port_in_both_families)
{
	struct stage *s = stage_new(0);
	struct endpoints *e = endpoints_new(s->env.pool);

	expect_known(e, server, 49668, 0, 0);
	learn(e, server, 49668, 1);
	learn(e, server6, 49668, 2);
	learn(e, server, 49669, 3);
	learn(e, server, 49668, 1);
	learn(e, server, 49668, 4);
	expect_known(e, server, 49668, 2, 1);
	expect_known(e, server6, 49668, 1, 2);
	expect_known(e, server, 49669, 1, 3);
	expect_known(e, server6, 49669, 0, 0);
	endpoints_free(e);
	stage_free(s);
}

Test(endpoints, the_surest_source_is_named)
{
	struct stage *s = stage_new(0);
	struct endpoints *e = endpoints_new(s->env.pool);
	struct uuid u = uuid_of(1);
	struct endpoint known;

	endpoints_learn(e, (struct endpoint_place){ server, 1 }, &u, ENDPOINT_BOUND, 0);
	cr_assert(endpoints_find(e, (struct endpoint_place){ server, 1 }, 0, &known));
	cr_expect_str_eq(endpoints_source_name(known.source), "earlier bind");
	endpoints_learn(e, (struct endpoint_place){ server, 1 }, &u, ENDPOINT_MAPPED, 0);
	endpoints_learn(e, (struct endpoint_place){ server, 1 }, &u, ENDPOINT_ACTIVATED, 0);
	cr_assert(endpoints_find(e, (struct endpoint_place){ server, 1 }, 0, &known));
	cr_expect_str_eq(endpoints_source_name(known.source), "endpoint map");
	endpoints_free(e);
	stage_free(s);
}

Test(endpoints, a_port_of_more_interfaces_than_there_is_room_for_is_not_told)
{
	struct stage *s = stage_new(0);
	struct endpoints *e = endpoints_new(s->env.pool);

	for (unsigned i = 1; i <= ENDPOINTS_INTERFACES; i++)
		learn(e, server, 1, i);
	expect_known(e, server, 1, ENDPOINTS_INTERFACES, 1);
	learn(e, server, 1, 1);
	expect_known(e, server, 1, ENDPOINTS_INTERFACES, 1);
	for (unsigned i = 0; i < 300; i++)
		learn(e, server, 1, ENDPOINTS_INTERFACES + 1);
	expect_known(e, server, 1, 0, 0);
	endpoints_free(e);
	stage_free(s);
}

Test(endpoints, what_is_older_than_a_day_is_not_believed)
{
	const int64_t day = INT64_C(24) * 3600 * 1000000000;
	struct stage *s = stage_new(0);
	struct endpoints *e = endpoints_new(s->env.pool);
	struct uuid u = uuid_of(1), v = uuid_of(2), found;
	struct endpoint known;

	endpoints_learn(e, (struct endpoint_place){ server, 1 }, &u, ENDPOINT_MAPPED, 0);
	endpoints_learn_object(e, server, &u, &v, 0);
	cr_expect(endpoints_find(e, (struct endpoint_place){ server, 1 }, day, &known));
	cr_expect(endpoints_find_object(e, server, &u, day, &found));
	cr_expect_not(endpoints_find(e, (struct endpoint_place){ server, 1 }, day + 1, &known));
	cr_expect_not(endpoints_find_object(e, server, &u, day + 1, &found));
	endpoints_learn(e, (struct endpoint_place){ server, 1 }, &v, ENDPOINT_MAPPED, day + 1);
	cr_assert(endpoints_find(e, (struct endpoint_place){ server, 1 }, day + 1, &known));
	cr_expect_eq(known.n, 1, "the server was started anew");
	cr_expect(uuid_equals(&known.interfaces[0], &v));
	endpoints_free(e);
	stage_free(s);
}

Test(endpoints, an_object_is_known_by_server_and_id)
{
	struct stage *s = stage_new(0);
	struct endpoints *e = endpoints_new(s->env.pool);
	struct uuid u = uuid_of(1), v = uuid_of(2), w = uuid_of(3), found;

	cr_expect_not(endpoints_find_object(e, server, &u, 0, &found));
	endpoints_learn_object(e, server, &u, &v, 0);
	cr_assert(endpoints_find_object(e, server, &u, 0, &found));
	cr_expect(uuid_equals(&found, &v));
	cr_expect_not(endpoints_find_object(e, server6, &u, 0, &found));
	cr_expect_not(endpoints_find_object(e, server, &v, 0, &found));
	endpoints_learn_object(e, server, &u, &w, 0);
	cr_assert(endpoints_find_object(e, server, &u, 0, &found));
	cr_expect(uuid_equals(&found, &w));
	endpoints_free(e);
	stage_free(s);
}

Test(endpoints, a_flood_stays_within_the_tables_and_leaves_what_is_in_use)
{
	struct stage *s = stage_new(0);
	struct endpoints *e = endpoints_new(s->env.pool);
	size_t before;

	learn(e, server, 1, 1);
	before = pool_used_bytes(s->env.pool);
	for (unsigned port = 2; port < 60000; port++) {
		learn(e, server, (uint16_t)port, 2);
		expect_known(e, server, 1, 1, 1);
	}
	cr_expect_eq(pool_used_bytes(s->env.pool), before);
	expect_known(e, server, 59999, 1, 2);
	endpoints_free(e);
	stage_free(s);
}

Test(endpoints, without_memory_or_without_the_table_nothing_is_learned)
{
	struct stage *s = stage_new(512);
	struct endpoints *e = endpoints_new(s->env.pool);
	struct uuid u = uuid_of(1), found;
	struct endpoint known;

	learn(e, server, 1, 1);
	endpoints_learn_object(e, server, &u, &u, 0);
	expect_known(e, server, 1, 0, 0);
	cr_expect_not(endpoints_find_object(e, server, &u, 0, &found));
	learn(NULL, server, 1, 1);
	endpoints_learn_object(NULL, server, &u, &u, 0);
	cr_expect_not(endpoints_find(NULL, (struct endpoint_place){ server, 1 }, 0, &known));
	cr_expect_not(endpoints_find_object(NULL, server, &u, 0, &found));
	endpoints_free(e);
	stage_free(s);
}
