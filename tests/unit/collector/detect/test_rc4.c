#include "collector/detect/detect.h"
#include "tests/unit/collector/detect/fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(rc4, .init = fixture_begin, .fini = fixture_end);

static const int32_t only_rc4[] = { 23, 0 }, rc4_first[] = { 23, 18, 17, 0 }, only_aes[] = { 18, 17, 0 };

/* A logon at the KDC, on ports of its own. */
static Ev__Event *krb_as(const char *client, const int32_t *offered)
{
	kit->client_port++;
	return eventkit_krb_as(kit, client, offered);
}

static void feed(const Ev__Event *e)
{
	ruleskit_feed(detection, e);
}

/* An administrator's access with a ticket of ${client}; why auth.rc4 is a step of it, or "" if it is none. */
static const char *why_of_access(const char *client)
{
	kit->client_port++;
	feed(eventkit_ticket_logon(kit, client));
	feed(eventkit_tree(kit, "ADMIN$", STATUS_OK));
	cr_assert_gt(told.n, 0);
	const struct step *step = told_step(&told.accesses[told.n - 1], "auth.rc4");
	return step ? json_string_value(json_object_get(step->detail, "why")) : "";
}

Test(rc4, a_logon_that_offered_nothing_else_is_a_step_of_the_access_that_follows)
{
	feed(krb_as("dave", only_rc4));
	cr_assert_eq(told.n, 0, "by itself it is no incident");
	cr_expect_str_eq(why_of_access("DAVE"), "the client offered nothing else");
	cr_expect_eq(told_step(&told.accesses[0], "auth.rc4")->event.seq, 1);
	cr_expect_str_eq(told_step(&told.accesses[0], "auth.rc4")->technique, "T1550.002");
	cr_expect_not(told_step(&told.accesses[0], "auth.rc4")->admin);
}

Test(rc4, an_account_that_used_aes_before_has_no_need_of_rc4)
{
	feed(krb_as("dave", rc4_first));
	cr_expect_str_eq(why_of_access("dave"), "", "an old account may have no other key");
	feed(krb_as("dave", only_aes));
	feed(krb_as("dave", rc4_first));
	cr_expect_str_eq(why_of_access("dave"), "the account has used AES or has such keys");
}

Test(rc4, an_error_that_names_aes_keys_shows_that_they_are_there)
{
	static int32_t keys[] = { 18 };
	Ev__Event *refused = krb_as("dave", rc4_first);
	refused->krb_as->has_error = true;
	refused->krb_as->error = 25;
	refused->krb_as->has_ticket_etype = refused->krb_as->has_reply_etype = false;
	refused->krb_as->n_server_etypes = 1;
	refused->krb_as->server_etypes = keys;
	feed(refused);
	feed(krb_as("dave", rc4_first));
	cr_expect_str_eq(why_of_access("dave"), "the account has used AES or has such keys");
}

Test(rc4, a_logon_that_failed_or_proved_nothing_is_not_told)
{
	Ev__Event *failed = krb_as("dave", only_rc4), *unproved = krb_as("dave", only_rc4);
	failed->krb_as->has_error = true;
	failed->krb_as->error = 24;
	failed->krb_as->has_ticket_etype = false;
	unproved->krb_as->preauth = unproved->krb_as->has_preauth_etype = false;
	feed(failed);
	feed(unproved);
	cr_expect_str_eq(why_of_access("dave"), "");
}

Test(rc4, another_account_source_or_day_is_another_matter)
{
	feed(krb_as("dave", only_rc4));
	cr_expect_str_eq(why_of_access("carol"), "");
	kit->client = "10.0.0.77";
	cr_expect_str_eq(why_of_access("dave"), "");
}

Test(rc4, a_ticket_is_good_for_ten_hours)
{
	feed(krb_as("dave", only_rc4));
	kit->time_ns += INT64_C(10) * 3600 * 1000000000 + 1000000000;
	cr_expect_str_eq(why_of_access("dave"), "");
}

Test(rc4, an_access_with_ntlm_is_not_of_that_logon)
{
	feed(krb_as("dave", only_rc4));
	kit->client_port++;
	feed(eventkit_logon(kit, "LABDOM", "dave", STATUS_OK));
	feed(eventkit_tree(kit, "ADMIN$", STATUS_OK));
	cr_expect_null(told_step(&told.accesses[0], "auth.rc4"));
}

Test(rc4, a_flood_of_logons_forgets_the_oldest)
{
	char user[16];
	for (int i = 0; i < 300; i++) {
		snprintf(user, sizeof user, "user%d", i);
		feed(krb_as(user, only_rc4));
	}
	cr_expect_str_eq(why_of_access("user0"), "");
	cr_expect_str_neq(why_of_access("user299"), "");
}

Test(rc4, who_names_nobody_or_somebody_endless_is_passed_over)
{
	static char endless[600];
	memset(endless, 'x', sizeof endless - 1);
	feed(krb_as(NULL, only_rc4));
	feed(krb_as(endless, only_rc4));
	cr_expect_eq(told.n, 0);
}
