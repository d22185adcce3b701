#include "sensor/auth/tickets.h"
#include "tests/lib/stage.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const uint8_t host_bytes[] = { 192, 0, 2, 1 };
static const struct view host = { host_bytes, sizeof(host_bytes) };
static const int64_t HOUR = INT64_C(3600) * 1000000000;

static struct tickets *begin(struct stage *s, size_t memory_bytes)
{
	struct limits limits = limits_default;
	struct tickets *t;

	limits.memory_bytes = memory_bytes;
	t = tickets_new(s->env.pool, &s->counts, &limits);
	cr_assert_not_null(t);
	return t;
}

static void note(struct tickets *t, uint64_t id, const char *client, int64_t now_ns)
{
	const struct ticket_issue issue = { .id = id, .address = host };

	tickets_note(t, &issue, &(struct ticket_facts){ client, "LAB", "", "cifs/fs", "LAB" }, now_ns);
}

Test(tickets, the_one_used_longest_ago_makes_room)
{
	struct stage *s = stage_new(0);
	struct tickets *t = begin(s, 16 * 384 * 4);	/* room for four */

	for (uint64_t id = 1; id <= 4; id++)
		note(t, id, "dave", 0);
	cr_assert_not_null(tickets_of_id(t, 1, 1));
	note(t, 5, "carol", 1);
	cr_expect_null(tickets_of_id(t, 2, 1));
	cr_expect_str_eq(tickets_of_id(t, 1, 1)->client, "dave");
	cr_expect_str_eq(tickets_of_id(t, 5, 1)->client, "carol");
	cr_expect_eq(s->counts.of[COUNT_KRB_TICKET_LOST], 1);
	tickets_free(t);
	stage_free(s);
}

Test(tickets, a_flood_stays_within_the_bound)
{
	struct stage *s = stage_new(0);
	struct tickets *t = begin(s, limits_default.memory_bytes);

	for (uint64_t id = 1; id <= 3 * TICKETS_MAX; id++)
		note(t, id, "dave", 0);
	cr_expect_leq(pool_used_bytes(s->env.pool), (size_t)3 << 20);
	cr_expect_eq(s->counts.of[COUNT_KRB_TICKET_LOST], 2 * TICKETS_MAX);
	cr_expect_not_null(tickets_of_id(t, 3 * TICKETS_MAX, 0));
	tickets_free(t);
	stage_free(s);
}

Test(tickets, nobody_is_believed_for_longer_than_a_day)
{
	const struct ticket_issue short_lived = { .id = 2, .address = host, .until_ns = HOUR };
	struct stage *s = stage_new(0);
	struct tickets *t = begin(s, limits_default.memory_bytes);

	note(t, 1, "dave", 0);
	tickets_note(t, &short_lived, &(struct ticket_facts){ "carol", "", "", "cifs/fs2", "LAB" }, 0);
	cr_expect_not_null(tickets_of_id(t, 1, 24 * HOUR));
	cr_expect_null(tickets_of_id(t, 1, 24 * HOUR + 1));
	cr_expect_not_null(tickets_of_id(t, 2, HOUR));
	cr_expect_null(tickets_of_id(t, 2, HOUR + 1));
	tickets_free(t);
	stage_free(s);
}

Test(tickets, what_names_nobody_or_too_much_is_not_kept)
{
	struct stage *s = stage_new(0);
	struct tickets *t = begin(s, limits_default.memory_bytes);
	char endless[TICKET_NAMES_BYTES + 1];

	memset(endless, 'x', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	note(t, 1, "", 0);
	note(t, 2, endless, 0);
	cr_expect_null(tickets_of_id(t, 1, 0));
	cr_expect_null(tickets_of_id(t, 2, 0));
	cr_expect_null(tickets_of_id(t, 0, 0));
	tickets_free(t);
	stage_free(s);
}

Test(tickets, without_memory_nothing_is_remembered_and_that_is_counted)
{
	struct stage *s = stage_new(0);
	struct tickets *t = begin(s, 1024);

	note(t, 1, "dave", 0);
	cr_expect_null(tickets_of_id(t, 1, 0));
	cr_expect_eq(s->counts.of[COUNT_KRB_TICKET_LOST], 1);
	tickets_free(t);
	stage_free(s);
}
