#include "collector/detect/detect.h"
#include "tests/unit/collector/detect/fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define SECOND_NS INT64_C(1000000000)

TestSuite(guessing, .init = fixture_begin, .fini = fixture_end);
TestSuite(zerologon, .init = fixture_begin, .fini = fixture_end);

/* One failed logon on a connection of its own. */
static void fail(const char *user, int status)
{
	kit->client_port++;
	ruleskit_feed(detection, eventkit_logon(kit, "LAB", user, status));
}

static json_int_t number(const char *key)
{
	return json_integer_value(json_object_get(told_step(&told.accesses[0], "auth.guessing")->detail, key));
}

Test(guessing, four_failures_are_a_typing_error_and_five_a_finding)
{
	for (int i = 0; i < 4; i++)
		fail("admin", STATUS_LOGON_FAILURE);
	cr_assert_eq(told.n, 0);
	fail("admin", STATUS_LOGON_FAILURE);
	cr_assert_eq(told.n, 1);
	cr_assert(!told.accesses[0].row.is_access);
	cr_assert_eq(told.accesses[0].row.key.seq, 1);
	cr_assert_str_eq(told.accesses[0].row.account, "LAB\\admin");
	cr_assert_eq(number("failures"), 5);
	cr_assert_str_eq(told_step(&told.accesses[0], "auth.guessing")->technique, "T1110");
	cr_assert_eq(told_step(&told.accesses[0], "smb.logon.failed")->count, 5);
}

Test(guessing, many_accounts_and_servers_are_counted_and_no_account_is_named)
{
	char user[16];
	for (int i = 0; i < 8; i++) {
		snprintf(user, sizeof user, "user%d", i / 2);
		kit->server = i % 2 ? "10.0.0.9" : "10.0.0.10";
		fail(user, STATUS_LOGON_FAILURE);
	}
	cr_assert_eq(told.n, 1);
	cr_assert_null(told.accesses[0].row.account);
	cr_assert_eq(number("failures"), 8);
	cr_assert_eq(number("accounts"), 4);
	cr_assert_eq(number("destinations"), 2);
}

/* A logon of ${client} at a KDC that is refused with ${error}. */
static void fail_kerberos(const char *client, int32_t error)
{
	static const int32_t aes[] = { 18, 0 };
	static char name[] = "KDC_ERR_SOMETHING";
	Ev__Event *e = eventkit_krb_as(kit, client, aes);
	e->krb_as->has_error = true;
	e->krb_as->error = error;
	e->krb_as->error_name = name;
	e->krb_as->has_ticket_etype = e->krb_as->has_reply_etype = false;
	ruleskit_feed(detection, e);
}

Test(guessing, wrong_passwords_shown_to_a_kdc_count_too)
{
	static const int32_t aes[] = { 18, 0 };
	for (int i = 0; i < 10; i++)
		fail_kerberos("dave", 25);
	cr_assert_eq(told.n, 0, "to be asked for proof is no failure");
	for (int i = 0; i < 5; i++)
		fail_kerberos("dave", 24);
	cr_assert_eq(told.n, 1);
	cr_assert(!told.accesses[0].row.is_access);
	cr_assert_str_eq(told.accesses[0].row.account, "LAB.TEST\\dave");
	cr_assert_eq(told_step(&told.accesses[0], "krb.logon.failed")->count, 5);
	ruleskit_feed(detection, eventkit_krb_as(kit, "dave", aes));
	const json_t *success = json_object_get(told_step(&told.accesses[0], "auth.guessing")->detail, "success");
	cr_assert_str_eq(json_string_value(success), "LAB.TEST\\dave");
}

Test(guessing, names_tried_at_a_kdc_and_failures_elsewhere_are_one_finding)
{
	fail_kerberos("alice", 6);
	fail_kerberos("bob", 6);
	fail_kerberos("carol", 18);
	fail("admin", STATUS_LOGON_FAILURE);
	cr_assert_eq(told.n, 0);
	kit->client_port++;
	Ev__Event *bind = eventkit_bind(kit, "tcp", "root");
	static char failure[] = "failure";
	bind->rpc_bind->logon = failure;
	ruleskit_feed(detection, bind);
	cr_assert_eq(told.n, 1);
	cr_assert_eq(number("failures"), 5);
	cr_assert_eq(number("accounts"), 5);
	cr_assert_not_null(told_step(&told.accesses[0], "rpc.logon.failed"));
}

Test(guessing, hundreds_of_failures_are_one_finding)
{
	for (int i = 0; i < 400; i++)
		fail("admin", STATUS_LOGON_FAILURE);
	cr_assert_eq(told.n, 1);
	cr_assert_eq(number("failures"), 400);
	cr_assert_eq(told.accesses[0].n_steps, 2);
}

Test(guessing, failures_five_minutes_apart_are_none)
{
	for (int i = 0; i < 20; i++) {
		fail("admin", STATUS_LOGON_FAILURE);
		kit->time_ns += 76 * SECOND_NS;
	}
	cr_assert_eq(told.n, 0);
}

Test(guessing, failures_just_within_five_minutes_are_one)
{
	for (int i = 0; i < 5; i++) {
		fail("admin", STATUS_LOGON_FAILURE);
		kit->time_ns += 74 * SECOND_NS;
	}
	cr_assert_eq(told.n, 1);
}

Test(guessing, other_errors_are_no_guesses)
{
	for (int i = 0; i < 20; i++)
		fail("admin", STATUS_ACCESS_DENIED);
	cr_assert_eq(told.n, 0);
}

Test(guessing, sources_are_counted_apart)
{
	for (int i = 0; i < 8; i++) {
		kit->client = i % 2 ? "10.0.0.5" : "10.0.0.6";
		fail("admin", STATUS_LOGON_FAILURE);
	}
	cr_assert_eq(told.n, 0);
}

Test(guessing, a_success_that_follows_is_told)
{
	for (int i = 0; i < 5; i++)
		fail("admin", STATUS_LOGON_FAILURE);
	kit->client_port++;
	ruleskit_feed(detection, eventkit_logon(kit, "LAB", "admin", STATUS_OK));
	cr_assert_eq(told.n, 1);
	cr_assert_str_eq(json_string_value(json_object_get(told_step(&told.accesses[0], "auth.guessing")->detail, "success")),
			 "LAB\\admin");
}

Test(guessing, a_pause_longer_than_the_window_begins_a_second_finding)
{
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 5; i++)
			fail("admin", STATUS_LOGON_FAILURE);
		kit->time_ns += 301 * SECOND_NS;
	}
	cr_assert_eq(told.n, 2);
}

Test(guessing, more_sources_than_fit_push_out_the_oldest_and_break_nothing)
{
	char address[32];
	for (int i = 0; i < 40000; i++) {
		snprintf(address, sizeof address, "10.%d.%d.%d", i >> 16 & 255, i >> 8 & 255, i & 255);
		kit->client = address;
		fail("admin", STATUS_LOGON_FAILURE);
	}
	cr_assert_eq(told.n, 0);
	cr_assert_eq(detect_lost(detection), 0);
}

/* ---- Zerologon ---- */

/* One attempt; ${is_zero} -1: the credential could not be read. */
static void authenticate(uint32_t code, int is_zero)
{
	Ev__Event *e = eventkit_call(kit, "tcp", "netlogon", "NetrServerAuthenticate3");
	if (is_zero >= 0)
		eventkit_number(kit, e, "credential_zero", (uint64_t)is_zero);
	eventkit_return(e, code);
	ruleskit_feed(detection, e);
}

Test(zerologon, one_credential_of_zeros_is_a_finding)
{
	authenticate(0xc0000022, 1);
	cr_assert_eq(told.n, 1);
	cr_assert(!told.accesses[0].row.is_access);
	cr_assert(told_step(&told.accesses[0], "auth.zerologon"));
	cr_assert(told_step(&told.accesses[0], "netlogon.netr_server_authenticate3.refused"));
}

Test(zerologon, an_ordinary_client_is_nothing)
{
	authenticate(0, 0);
	authenticate(0xc0000022, 0);
	authenticate(0, 0);
	cr_assert_eq(told.n_calls, 0);
}

Test(zerologon, ten_refusals_are_a_finding_even_where_no_argument_is_readable)
{
	for (int i = 0; i < 9; i++)
		authenticate(0xc0000022, -1);
	cr_assert_eq(told.n, 0);
	authenticate(0xc0000022, -1);
	cr_assert_eq(told.n, 1);
}

Test(zerologon, hundreds_of_attempts_are_one_finding_with_one_step_each)
{
	for (int i = 0; i < 300; i++) {
		ruleskit_feed(detection, eventkit_call(kit, "tcp", "netlogon", "NetrServerReqChallenge"));
		authenticate(0xc0000022, 1);
	}
	authenticate(0, 1);
	ruleskit_feed(detection, eventkit_call(kit, "tcp", "netlogon", "NetrServerPasswordSet2"));
	cr_assert_eq(told.n, 1);
	char *names = told_names(&told.accesses[0]);
	cr_assert_str_eq(names, "netlogon.netr_server_req_challenge*300 netlogon.netr_server_authenticate3.refused*300 "
				"auth.zerologon netlogon.netr_server_authenticate3 "
				"netlogon.netr_server_password_set2");
	free(names);
	cr_assert(json_is_true(json_object_get(told_step(&told.accesses[0], "auth.zerologon")->detail, "accepted")));
}

Test(zerologon, attempts_on_connections_of_their_own_are_one_finding)
{
	for (int i = 0; i < 50; i++) {
		kit->client_port++;
		ruleskit_feed(detection, eventkit_bind(kit, "tcp", NULL));
		ruleskit_feed(detection, eventkit_call(kit, "tcp", "netlogon", "NetrServerReqChallenge"));
		authenticate(0xc0000022, 1);
	}
	cr_assert_eq(told.n, 1);
	cr_assert_eq(told.accesses[0].n_steps, 3);
	cr_assert_eq(told_step(&told.accesses[0], "netlogon.netr_server_req_challenge")->count, 50);
	cr_assert_eq(told_step(&told.accesses[0], "netlogon.netr_server_authenticate3.refused")->count, 50);
}

Test(zerologon, refusals_of_a_credential_that_is_not_zero_are_a_broken_trust)
{
	for (int i = 0; i < 50; i++)
		authenticate(0xc0000022, 0);
	cr_assert_eq(told.n_calls, 0);
}

Test(zerologon, ten_unreadable_refusals_within_hours_are_nothing)
{
	for (int i = 0; i < 20; i++) {
		authenticate(0xc0000022, -1);
		kit->time_ns += 301 * SECOND_NS;
	}
	cr_assert_eq(told.n_calls, 0);
}
