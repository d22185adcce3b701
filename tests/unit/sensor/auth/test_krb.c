#include "sensor/auth/krb.h"
#include "tests/lib/ladder.h"
#include "tests/unit/sensor/auth/auth.h"
#include "tests/unit/sensor/auth/krb_wire.h"

#include <criterion/criterion.h>
#include <string.h>

static const struct view NOTHING;

static struct krb_message read_message(const struct wire *w)
{
	struct krb_message m;

	cr_assert(krb_parse(wire_view(w), &m));
	return m;
}

static void expect_text(struct view v, const char *expected)
{
	cr_expect(view_equals(v, view_of(expected, strlen(expected))), "not %s", expected);
}

static void expect_name(const struct krb_name *name, const char *expected)
{
	cr_expect_str_eq(krb_name_text(auth_arena(), name), expected);
}

Test(krb, an_as_request_says_who_wants_what)
{
	static struct wire padata, w;
	struct krb_message m;

	krb_timestamp(&padata, "17");
	krb_padata(&padata, "0080", view_of("\x30\x05\xa0\x03\x01\x01\xff", 7));
	krb_as_req(&w, "dave", wire_view(&padata));
	m = read_message(&w);
	cr_expect_eq(m.type, KRB_AS_REQ);
	expect_name(&m.client, "dave");
	expect_name(&m.service, "krbtgt/LAB.EXAMPLE");
	expect_text(m.realm, "LAB.EXAMPLE");
	expect_text(m.workstation, "KALI            ");
	cr_expect_eq(m.options, 0x40810010);
	cr_expect_eq(m.till_ns, INT64_C(2136422885) * 1000000000);
	cr_assert_eq(m.etypes.n, 3);
	cr_expect_eq(m.etypes.of[2], 23);
	cr_assert_eq(m.padata.n, 2);
	cr_expect_eq(m.padata.of[1], 128);
	cr_expect(m.has_preauth_etype);
	cr_expect_eq(m.preauth_etype, 23);
}

Test(krb, a_request_without_preauthentication_has_none)
{
	static struct wire w;
	struct krb_message m;

	krb_as_req(&w, "dave", NOTHING);
	m = read_message(&w);
	cr_expect_eq(m.padata.n, 0);
	cr_expect_not(m.has_preauth_etype);
}

Test(krb, a_tgs_request_shows_a_ticket)
{
	static struct wire w;
	struct krb_message m;

	krb_tgs_req(&w, "cifs/fs1", "the tgt", NOTHING);
	m = read_message(&w);
	cr_expect_eq(m.type, KRB_TGS_REQ);
	cr_expect_eq(m.client.n, 0);
	expect_text(m.shown.cipher, "the tgt");
	cr_expect_eq(m.shown.etype, 18);
	expect_name(&m.service, "cifs/fs1");
}

Test(krb, both_ways_to_ask_for_somebody_else_are_read)
{
	static struct wire by_name, by_certificate, w;
	struct krb_message m;

	krb_for_user(&by_name, "Administrator");
	krb_tgs_req(&w, "cifs/fs1", "t", wire_view(&by_name));
	m = read_message(&w);
	expect_name(&m.for_user, "Administrator");
	expect_text(m.for_user_realm, "LAB.EXAMPLE");
	w.n = 0;
	krb_x509_user(&by_certificate, "carol");
	krb_tgs_req(&w, "cifs/fs1", "t", wire_view(&by_certificate));
	m = read_message(&w);
	expect_name(&m.for_user, "carol");
}

Test(krb, a_reply_names_the_client_and_holds_a_ticket)
{
	static struct wire w;
	struct krb_message m;

	krb_reply(&w, 13, "dave", "cifs/fs1", "abc");
	m = read_message(&w);
	cr_expect_eq(m.type, KRB_TGS_REP);
	expect_name(&m.client, "dave");
	expect_text(m.client_realm, "LAB.EXAMPLE");
	expect_name(&m.ticket.service, "cifs/fs1");
	cr_expect_eq(m.ticket.etype, 18);
	cr_expect_eq(m.reply_etype, 23);
	cr_expect_eq(krb_ticket_id(&m.ticket), 0xba7816bf8f01cfea);
}

Test(krb, an_error_may_tell_which_keys_the_account_has)
{
	static struct wire info, padata, w;
	struct krb_message m;

	krb_integer(&info, 0, "12");
	auth_wrap(&info, 0x30);
	auth_wrap(&info, 0x30);
	krb_padata(&padata, "13", wire_view(&info));
	krb_error(&w, "19", "krbtgt/LAB.EXAMPLE", wire_view(&padata));
	m = read_message(&w);
	cr_expect_eq(m.type, KRB_ERROR);
	cr_expect_eq(m.error, 25);
	cr_assert_eq(m.etypes.n, 1);
	cr_expect_eq(m.etypes.of[0], 18);
	cr_expect_str_eq(krb_error_name(m.error), "KDC_ERR_PREAUTH_REQUIRED");
	cr_expect_null(krb_error_name(59));
}

Test(krb, more_types_than_are_listed_do_no_harm)
{
	static struct wire padata, w;
	struct krb_message m;

	for (int i = 0; i < 40; i++)
		krb_padata(&padata, "7f", NOTHING);
	krb_as_req(&w, "dave", wire_view(&padata));
	m = read_message(&w);
	cr_expect_eq(m.padata.n, KRB_PADATA_MAX);
}

Test(krb, preauthentication_that_is_broken_inside_tells_nothing_and_the_rest_stands)
{
	static struct wire padata, w;
	struct krb_message m;

	krb_padata(&padata, "02", view_of("\x30\x7f", 2));
	krb_padata(&padata, "01", view_of("\x6e\x84\xff\xff\xff\xff", 6));
	krb_padata(&padata, "0081", NOTHING);
	krb_as_req(&w, "dave", wire_view(&padata));
	m = read_message(&w);
	cr_expect_eq(m.padata.n, 3);
	cr_expect_not(m.has_preauth_etype);
	cr_expect_eq(m.shown.cipher.n, 0);
	cr_expect_eq(m.for_user.n, 0);
}

Test(krb, a_date_that_is_none_is_no_time)
{
	static const char *const wrong[] = { "20371313024805Z", "2037091302480 Z", "99990913024805Z", "20370913244805Z" };
	static struct wire w;
	uint8_t *at;

	krb_as_req(&w, "dave", NOTHING);
	at = memmem(w.bytes, w.n, "20370913024805Z", 15);
	cr_assert_not_null(at);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		memcpy(at, wrong[i], 15);
		cr_expect_eq(read_message(&w).till_ns, 0, "%s", wrong[i]);
	}
	memcpy(at, "19700101000001Z", 15);
	cr_expect_eq(read_message(&w).till_ns, INT64_C(1000000000));
	memcpy(at, "20240229000000Z", 15);
	cr_expect_eq(read_message(&w).till_ns, INT64_C(1709164800) * 1000000000);
}

Test(krb, another_version_or_type_is_refused)
{
	static struct wire w;
	struct krb_message m = { .error = 99 };

	krb_as_req(&w, "dave", NOTHING);
	w.bytes[0] = 0x6c;
	cr_expect_not(krb_parse(wire_view(&w), &m), "the tag says TGS-REQ, the message AS-REQ");
	w.n = 0;
	krb_ap_req(&w, "cifs/fs", "abc", "12");
	cr_expect_not(krb_parse(wire_view(&w), &m));
	cr_expect_not(krb_parse(NOTHING, &m));
	cr_expect_eq(m.error, 99);
}

Test(krb, the_beginning_of_a_message_shows_that_it_is_one)
{
	static struct wire w;
	struct view first = view_of(w.bytes, KRB_HEAD_BYTES);

	krb_as_req(&w, "dave", NOTHING);
	cr_expect(krb_opens(first, w.n));
	cr_expect(krb_is_request(first));
	cr_expect_not(krb_opens(first, w.n - 1));
	cr_expect_not(krb_opens(first, w.n + 1));
	cr_expect_not(krb_opens(view_first(first, 10), w.n));
	w.n = 0;
	krb_error(&w, "19", "krbtgt/LAB.EXAMPLE", NOTHING);
	cr_expect(krb_opens(first, w.n));
	cr_expect_not(krb_is_request(first));
	w.bytes[0] = 0x6e;
	cr_expect_not(krb_opens(first, w.n));
}

Test(krb, types_of_preauthentication_have_names_or_numbers)
{
	cr_expect_str_eq(krb_padata_name(auth_arena(), 136), "fx-fast");
	cr_expect_str_eq(krb_padata_name(auth_arena(), 16), "pk-as-req");
	cr_expect_str_eq(krb_padata_name(auth_arena(), -7), "-7");
}

static void each(struct view prefix, void *ctx)
{
	struct krb_message m;

	if (krb_parse(prefix, &m))
		cr_expect_eq(prefix.n, *(size_t *)ctx);
}

Test(krb, no_prefix_is_taken_for_the_whole)
{
	static struct wire padata, w[4];

	krb_timestamp(&padata, "17");
	krb_for_user(&padata, "Administrator");
	krb_x509_user(&padata, "carol");
	krb_as_req(&w[0], "dave", wire_view(&padata));
	krb_tgs_req(&w[1], "cifs/fs1", "tgt", wire_view(&padata));
	krb_reply(&w[2], 11, "dave", "krbtgt/LAB.EXAMPLE", "abc");
	krb_error(&w[3], "19", "krbtgt/LAB.EXAMPLE", wire_view(&padata));
	for (int i = 0; i < 4; i++)
		ladder(w[i].bytes, w[i].n, each, &w[i].n);
}
