#include "sensor/auth/kerberos.h"
#include "tests/lib/ladder.h"
#include "tests/unit/sensor/auth/auth.h"

#include <criterion/criterion.h>

enum { GENERAL_STRING = 0x1b };

/* [${number}] INTEGER */
static void integer(struct wire *w, unsigned number, const char *value)
{
	struct wire inner = { .n = 0 };

	auth_element(&inner, 0x02, value);
	auth_wrap(&inner, 0xa0 + number);
	wire_view_of(w, wire_view(&inner));
}

/* [${number}] EncryptedData with this etype. */
static void encrypted(struct wire *w, unsigned number, const char *etype)
{
	struct wire inner = { .n = 0 };

	integer(&inner, 0, etype);
	auth_element(&inner, 0xa2, "0403616263");
	auth_wrap(&inner, 0x30);
	auth_wrap(&inner, 0xa0 + number);
	wire_view_of(w, wire_view(&inner));
}

/* [2] PrincipalName cifs/fs */
static void principal(struct wire *w)
{
	struct wire names = { .n = 0 }, inner = { .n = 0 };

	auth_element(&names, GENERAL_STRING, "63696673");
	auth_element(&names, GENERAL_STRING, "6673");
	auth_wrap(&names, 0x30);
	auth_wrap(&names, 0xa1);
	integer(&inner, 0, "02");
	wire_view_of(&inner, wire_view(&names));
	auth_wrap(&inner, 0x30);
	auth_wrap(&inner, 0xa2);
	wire_view_of(w, wire_view(&inner));
}

/* An AP-REQ by hand (RFC 4120 5.5.1): cifs/fs in LAB.EXAMPLE, the ticket under AES-256 (18), the authenticator under ${etype}. */
static void write_ap_req(struct wire *w, const char *etype)
{
	struct wire ticket = { .n = 0 };

	integer(&ticket, 0, "05");
	auth_element(&ticket, 0xa1, "1b0b4c41422e4558414d504c45");
	principal(&ticket);
	encrypted(&ticket, 3, "12");
	auth_wrap(&ticket, 0x30);
	auth_wrap(&ticket, 0x61);
	auth_wrap(&ticket, 0xa3);
	w->n = 0;
	integer(w, 0, "05");
	integer(w, 1, "0e");
	auth_element(w, 0xa2, "03050020000000");
	wire_view_of(w, wire_view(&ticket));
	encrypted(w, 4, etype);
	auth_wrap(w, 0x30);
	auth_wrap(w, 0x6e);
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
