#include "sensor/auth/kerberos.h"
#include "tests/lib/ladder.h"
#include "tests/unit/sensor/auth/auth.h"
#include "tests/unit/sensor/auth/krb_wire.h"

#include <criterion/criterion.h>

/* An AP-REQ by hand: cifs/fs in LAB.EXAMPLE, the ticket under AES-256 (18), the authenticator under ${etype}. */
static void write_ap_req(struct wire *w, const char *etype)
{
	w->n = 0;
	krb_ap_req(w, "cifs/fs", "abc", etype);
}

/* The same as a GSS token (RFC 4121 4.1) of the mechanism ${oid}. */
static void write_gss(struct wire *w, const char *oid)
{
	struct wire ap_req = { .n = 0 };

	write_ap_req(&ap_req, "17");
	w->n = 0;
	auth_element(w, 0x06, oid);
	wire_hex(w, "0100");
	wire_view_of(w, wire_view(&ap_req));
	auth_wrap(w, 0x60);
}

static void expect_it(const Ev__AuthToken *token)
{
	cr_expect_str_eq(token->mechanism, "kerberos");
	cr_assert_not_null(token->kerberos);
	cr_expect_str_eq(token->kerberos->realm, "LAB.EXAMPLE");
	cr_expect_str_eq(token->kerberos->service, "cifs/fs");
	cr_expect_eq(token->kerberos->etype, 18);
	cr_expect_eq(token->kerberos->authenticator_etype, 23);
	cr_expect(token->kerberos->mutual_required);
	cr_expect_eq(token->kerberos->ticket_id, 0xba7816bf8f01cfea, "the first 64 bits of SHA-256 of abc (FIPS 180-4)");
}

Test(kerberos, a_bare_ap_req_is_read)
{
	static struct wire w;
	Ev__AuthToken token;

	write_ap_req(&w, "17");
	cr_assert(auth_read(wire_view(&w), &token));
	expect_it(&token);
	cr_expect_not(token.spnego);
}

Test(kerberos, a_gss_token_around_it_is_read)
{
	static struct wire w;
	Ev__AuthToken token;

	write_gss(&w, "2a864886f712010202");
	cr_assert(auth_read(wire_view(&w), &token));
	expect_it(&token);
}

Test(kerberos, microsofts_own_identifier_means_the_same)
{
	static struct wire w;
	Ev__AuthToken token;

	write_gss(&w, "2a864882f712010202");
	cr_assert(auth_read(wire_view(&w), &token));
	expect_it(&token);
}

Test(kerberos, inside_spnego_it_is_read_with_what_was_offered)
{
	static struct wire gss, w;
	Ev__AuthToken token;

	auth_element(&w, 0x06, "2a864882f712010202");
	auth_wrap(&w, 0x30);
	auth_wrap(&w, 0xa0);
	write_gss(&gss, "2a864886f712010202");
	auth_wrap(&gss, 0x04);
	auth_wrap(&gss, 0xa2);
	wire_view_of(&w, wire_view(&gss));
	auth_wrap(&w, 0x30);
	auth_wrap(&w, 0xa0);
	cr_assert(auth_read(wire_view(&w), &token));
	expect_it(&token);
	cr_expect(token.spnego);
	cr_assert_eq(token.n_offered, 1);
	cr_expect_str_eq(token.offered[0], "ms-kerberos");
}

Test(kerberos, an_answer_has_a_mechanism_and_nothing_else)
{
	static struct wire w;
	Ev__AuthToken token;

	auth_element(&w, 0x06, "2a864886f712010202");
	wire_hex(&w, "0200 6f00");
	auth_wrap(&w, 0x60);
	cr_assert(auth_read(wire_view(&w), &token));
	cr_expect_str_eq(token.mechanism, "kerberos");
	cr_expect_null(token.kerberos);
}

Test(kerberos, a_negative_encryption_type_stays_negative)
{
	static struct wire w;
	Ev__AuthToken token;

	write_ap_req(&w, "ff7b");
	cr_assert(auth_read(wire_view(&w), &token));
	cr_expect_eq(token.kerberos->authenticator_etype, -133);
}

Test(kerberos, an_error_in_the_answer_is_named)
{
	static struct wire error, w;
	Ev__AuthToken token;

	krb_error(&error, "25", "cifs/fs", view_of(NULL, 0));
	auth_element(&w, 0x06, "2a864886f712010202");
	wire_hex(&w, "0300");
	wire_view_of(&w, wire_view(&error));
	auth_wrap(&w, 0x60);
	cr_assert(auth_read(wire_view(&w), &token));
	cr_expect_str_eq(token.mechanism, "kerberos");
	cr_expect_eq(token.kerberos_error, 37);
	cr_expect_str_eq(token.kerberos_error_name, "KRB_AP_ERR_SKEW");
}

static void each(struct view prefix, void *ctx)
{
	Ev__AuthToken token;

	if (auth_read(prefix, &token))
		cr_expect_eq(prefix.n, *(size_t *)ctx);
}

Test(kerberos, no_prefix_is_taken_for_the_whole)
{
	static struct wire w;

	write_gss(&w, "2a864886f712010202");
	ladder(w.bytes, w.n, each, &w.n);
}
