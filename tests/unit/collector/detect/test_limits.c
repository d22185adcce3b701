#include "collector/detect/detect.h"
#include "tests/lib/ruleskit.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct detect *small(struct told *told, size_t sessions, size_t steps)
{
	struct detect_limits limits = { .sessions = sessions, .steps_per_session = steps, .session_idle_ns = 1000000000 };
	struct detect_sink sink = told_sink(told);
	struct detect *d = detect_new(ruleskit_rules(), &limits, &sink);
	cr_assert(d);
	return d;
}

static void end(struct detect *d, struct told *told, struct eventkit *k)
{
	detect_free(d);
	told_fini(told);
	eventkit_free(k);
}

Test(limits, a_flood_of_sessions_does_not_push_out_an_admin_access)
{
	struct told told;
	struct detect *d = small(&told, 8, 64);
	struct eventkit *k = eventkit_new();
	ruleskit_feed(d, eventkit_logon(k, "LAB", "admin", STATUS_OK));
	ruleskit_feed(d, eventkit_tree(k, "ADMIN$", STATUS_OK));
	for (uint32_t port = 1; port < 100; port++) {
		k->client_port = port;
		ruleskit_feed(d, eventkit_logon(k, "LAB", "alice", STATUS_OK));
	}
	k->client_port = 50000;
	ruleskit_feed(d, eventkit_transfer(k, "\\\\H\\ADMIN$", "x.exe", "write", 10, "pe32"));
	cr_assert_eq(told.n, 1);
	cr_assert(told_step(&told.accesses[0], "file.write.exe"));
	cr_assert_str_eq(told.accesses[0].row.account, "LAB\\admin");
	cr_assert_eq(detect_lost(d), 0);
	end(d, &told, k);
}

Test(limits, admin_accesses_that_had_to_go_are_counted)
{
	struct told told;
	struct detect *d = small(&told, 4, 64);
	struct eventkit *k = eventkit_new();
	for (uint32_t port = 1; port <= 10; port++) {
		k->client_port = port;
		ruleskit_feed(d, eventkit_tree(k, "ADMIN$", STATUS_OK));
	}
	cr_assert_eq(told.n, 10);
	cr_assert_eq(detect_lost(d), 6);
	end(d, &told, k);
}

Test(limits, sessions_on_one_connection_are_bounded_too)
{
	struct told told;
	struct detect *d = small(&told, 4, 64);
	struct eventkit *k = eventkit_new();
	for (uint64_t id = 1; id <= 50; id++) {
		k->session_id = id;
		ruleskit_feed(d, eventkit_logon(k, "LAB", "alice", STATUS_OK));
	}
	ruleskit_feed(d, eventkit_tree(k, "ADMIN$", STATUS_OK));
	cr_assert_eq(told.n, 1);
	end(d, &told, k);
}

/* Connect to a share of a name not seen before. */
static void connect_new(struct detect *d, struct eventkit *k, int i)
{
	char share[32];
	snprintf(share, sizeof share, "share%d", i);
	ruleskit_feed(d, eventkit_tree(k, share, STATUS_OK));
}

Test(limits, a_flood_of_ordinary_steps_does_not_hide_an_admin_act)
{
	struct told told;
	struct detect *d = small(&told, 4, 16);
	struct eventkit *k = eventkit_new();
	for (int i = 0; i < 100; i++)
		connect_new(d, k, i);
	ruleskit_feed(d, eventkit_tree(k, "ADMIN$", STATUS_OK));
	ruleskit_feed(d, eventkit_transfer(k, "\\\\H\\ADMIN$", "x.exe", "write", 10, "pe32"));
	cr_assert(told_step(&told.accesses[0], "smb.tree.admin"));
	cr_assert(told_step(&told.accesses[0], "file.write.exe"));
	cr_assert_leq(told.accesses[0].n_steps, 16);
	const struct step *first = told_step(&told.accesses[0], "smb.tree");
	cr_assert_eq(first->count, 100 - 12 + 1);
	cr_assert(json_is_true(json_object_get(first->detail, "merged")));
	cr_assert_eq(detect_lost(d), 100 - 12);
	end(d, &told, k);
}

Test(limits, admin_acts_past_the_limit_are_counted_under_their_name)
{
	struct told told;
	struct detect *d = small(&told, 4, 8);
	struct eventkit *k = eventkit_new();
	for (int i = 0; i < 50; i++) {
		char path[32];
		snprintf(path, sizeof path, "x%d.exe", i);
		ruleskit_feed(d, eventkit_transfer(k, "\\\\H\\ADMIN$", path, "write", 10, "pe32"));
	}
	uint32_t writes = 0;
	cr_assert_eq(told.accesses[0].n_steps, 8);
	for (size_t i = 0; i < told.accesses[0].n_steps; i++)
		if (strcmp(told.accesses[0].steps[i].name, "file.write.exe") == 0)
			writes += told.accesses[0].steps[i].count;
	cr_assert_eq(writes, 50);
	cr_assert_eq(told.n_files, 50);
	end(d, &told, k);
}

Test(limits, what_was_idle_for_too_long_begins_anew)
{
	struct told told;
	struct detect *d = small(&told, 4, 8);
	struct eventkit *k = eventkit_new();
	ruleskit_feed(d, eventkit_tree(k, "ADMIN$", STATUS_OK));
	k->time_ns += 1000000000;
	ruleskit_feed(d, eventkit_tree(k, "C$", STATUS_OK));
	cr_assert_eq(told.n, 2);
	end(d, &told, k);
}
