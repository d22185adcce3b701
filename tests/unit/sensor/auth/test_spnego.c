#include "sensor/auth/spnego.h"
#include "tests/lib/ladder.h"
#include "tests/unit/sensor/auth/auth.h"

#include <criterion/criterion.h>

static bool parse_hex(const char *digits, struct spnego *out)
{
	static struct wire w;

	w.n = 0;
	wire_hex(&w, digits);
	return spnego_parse(wire_view(&w), out);
}

Test(spnego, a_server_hint_offers_mechanisms_and_no_token)
{
	struct spnego s;

	cr_assert(parse_hex(recorded_hint, &s));
	cr_expect_eq(s.n_offered, 1);
	cr_expect_str_eq(spnego_mechanism_name(s.offered[0]), "ntlm");
	cr_expect_eq(s.inner.n, 0);
	cr_expect(view_equals(s.hint_name, view_of("not_defined_in_RFC4178@please_ignore", 36)));
	cr_expect_not(s.has_mic);
}

Test(spnego, a_mic_stands_in_another_place_in_each_envelope)
{
	struct spnego s;

	cr_assert(parse_hex("a0 0c 30 0a a2 02 04 00 a3 04 04 02 abcd", &s));
	cr_expect(s.has_mic, "RFC 4178");
	cr_assert(parse_hex("a0 12 30 10 a3 08 30 06 a0 04 1b 02 6869 a4 04 04 02 abcd", &s));
	cr_expect(s.has_mic, "[MS-SPNG]");
	cr_expect(view_equals(s.hint_name, view_of("hi", 2)));
	cr_assert(parse_hex(recorded_samba, &s));
	cr_expect(s.has_mic);
	cr_expect_not(s.has_state);
}

Test(spnego, how_the_negotiation_stands_has_a_name)
{
	struct spnego s;

	cr_assert(parse_hex(recorded_challenge, &s));
	cr_expect_str_eq(spnego_state_name(s.state), "accept-incomplete");
	cr_assert(parse_hex("a1 07 30 05 a0 03 0a 01 02", &s));
	cr_expect(s.has_state);
	cr_expect_str_eq(spnego_state_name(s.state), "reject");
	cr_expect_null(spnego_state_name(4));
}

Test(spnego, an_init_has_a_token)
{
	struct spnego s;

	cr_assert(parse_hex(recorded_negotiate, &s));
	cr_expect_eq(s.inner.n, 40);
	cr_expect_eq(s.supported.n, 0);
}

Test(spnego, a_response_names_the_mechanism)
{
	struct spnego s;

	cr_assert(parse_hex(recorded_challenge, &s));
	cr_expect_str_eq(spnego_mechanism_name(s.supported), "ntlm");
	cr_expect_eq(s.inner.n, 106);
	cr_expect_eq(s.n_offered, 0);
}

Test(spnego, the_last_word_has_neither_token_nor_mechanism)
{
	struct spnego s;

	cr_assert(parse_hex(recorded_last_word, &s));
	cr_expect_eq(s.inner.n, 0);
	cr_expect_eq(s.supported.n, 0);
}

Test(spnego, all_four_mechanisms_of_windows_have_names)
{
	static const char *const names[] = { "negoex", "ms-kerberos", "kerberos", "kerberos-u2u", "ntlm" };
	struct spnego s;

	static struct wire w;

	auth_element(&w, 0x06, "2b06010401823702021e");
	auth_element(&w, 0x06, "2a864882f712010202");
	auth_element(&w, 0x06, "2a864886f712010202");
	auth_element(&w, 0x06, "2a864886f71201020203");
	auth_element(&w, 0x06, "2b06010401823702020a");
	auth_wrap(&w, 0x30);
	auth_wrap(&w, 0xa0);
	auth_wrap(&w, 0x30);
	auth_wrap(&w, 0xa0);
	cr_assert(spnego_parse(wire_view(&w), &s));
	cr_assert_eq(s.n_offered, 5);
	for (size_t i = 0; i < s.n_offered; i++)
		cr_expect_str_eq(spnego_mechanism_name(s.offered[i]), names[i]);
}

Test(spnego, more_mechanisms_than_there_is_room_for_are_left_out)
{
	struct spnego s;

	static struct wire w;

	for (int i = 0; i <= SPNEGO_MECHANISMS_MAX; i++)
		auth_element(&w, 0x06, "2a");
	auth_wrap(&w, 0x30);
	auth_wrap(&w, 0xa0);
	auth_wrap(&w, 0x30);
	auth_wrap(&w, 0xa0);
	cr_assert(spnego_parse(wire_view(&w), &s));
	cr_expect_eq(s.n_offered, SPNEGO_MECHANISMS_MAX);
}

Test(spnego, another_mechanism_in_the_outer_frame_is_not_spnego)
{
	static struct wire w;

	wire_hex(&w, "6009 06072b0601050502ff");
	cr_expect_not(spnego_looks_like(wire_view(&w)));
	cr_expect_not(spnego_looks_like(view_of("", 0)));
}

Test(spnego, on_failure_the_result_is_as_it_was)
{
	struct spnego s = { .n_offered = 7 };

	cr_expect_not(parse_hex("a103300204", &s));
	cr_expect_eq(s.n_offered, 7);
}

static void each(struct view prefix, void *ctx)
{
	struct spnego s;

	if (spnego_parse(prefix, &s))
		cr_expect_eq(prefix.n, *(size_t *)ctx, "a shorter one than the whole was taken");
}

Test(spnego, no_prefix_is_taken_for_the_whole)
{
	static struct wire w;

	wire_hex(&w, recorded_negotiate);
	ladder(w.bytes, w.n, each, &w.n);
	w.n = 0;
	wire_hex(&w, recorded_challenge);
	ladder(w.bytes, w.n, each, &w.n);
}
