#include "tests/lib/ladder.h"
#include "tests/unit/sensor/auth/auth.h"

#include <criterion/criterion.h>

static bool read_hex(const char *digits, Ev__AuthToken *out)
{
	static struct wire w;

	w.n = 0;
	wire_hex(&w, digits);
	return auth_read(wire_view(&w), out);
}

Test(token, a_hint_offers_and_decides_nothing)
{
	Ev__AuthToken token;

	cr_assert(read_hex(recorded_hint, &token));
	cr_expect(token.spnego);
	cr_expect_null(token.mechanism);
	cr_assert_eq(token.n_offered, 1);
	cr_expect_str_eq(token.offered[0], "ntlm");
}

Test(token, ntlm_inside_spnego_is_read)
{
	Ev__AuthToken token;

	cr_assert(read_hex(recorded_negotiate, &token));
	cr_expect_str_eq(token.mechanism, "ntlm");
	cr_expect(token.spnego);
	cr_expect_not_null(token.ntlm_negotiate);
	cr_expect_eq(token.n_offered, 1);
}

Test(token, raw_ntlm_is_read)
{
	Ev__AuthToken token;

	cr_assert(read_hex("4e544c4d53535000 01000000 07020000", &token));
	cr_expect_not(token.spnego);
	cr_expect_not_null(token.ntlm_negotiate);
}

Test(token, the_last_word_of_a_logon_has_no_mechanism)
{
	Ev__AuthToken token;

	cr_assert(read_hex("a1 07 30 05 a0 03 0a 01 00", &token));
	cr_expect(token.spnego);
	cr_expect_null(token.mechanism);
}

Test(token, a_mechanism_that_nobody_reads_is_named)
{
	Ev__AuthToken token;

	cr_assert(read_hex("a0 1a 30 18 a0 0e 30 0c 06 0a 2b06010401823702021e a2 06 04 04 4e45474f", &token));
	cr_expect_str_eq(token.mechanism, "negoex");
	cr_assert(read_hex("a0 13 30 11 a0 07 30 05 06 03 2a0304 a2 06 04 04 4e45474f", &token));
	cr_expect_str_eq(token.mechanism, "other");
	cr_expect_str_eq(token.offered[0], "1.2.3.4");
}

Test(token, garbage_is_refused_and_the_result_is_as_it_was)
{
	Ev__AuthToken token = { .n_offered = 99 };

	cr_expect_not(read_hex("", &token));
	cr_expect_not(read_hex("00", &token));
	cr_expect_not(read_hex("60 05 06 03 2a0304", &token));
	cr_expect_not(read_hex("4e544c4d53535000 09000000", &token));
	cr_expect_eq(token.n_offered, 99);
}

static void each(struct view prefix, void *ctx)
{
	Ev__AuthToken token;

	if (auth_read(prefix, &token))
		cr_expect_eq(prefix.n, *(size_t *)ctx);
}

Test(token, no_prefix_of_what_was_recorded_is_taken_for_the_whole)
{
	const char *const all[] = { recorded_hint,  recorded_negotiate, recorded_challenge,
				    recorded_samba, recorded_impacket,	recorded_last_word };
	static struct wire w;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		w.n = 0;
		wire_hex(&w, all[i]);
		ladder(w.bytes, w.n, each, &w.n);
	}
}
