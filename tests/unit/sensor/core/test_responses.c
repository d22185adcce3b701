#include "sensor/core/responses.h"

#include <criterion/criterion.h>

static const uint8_t zeros[32], ones[32] = { [0 ... 31] = 1 }, challenge[24] = { 1, 2, 3, 4, 5, 6, 7, 8 };

static struct view of(const uint8_t *bytes, size_t n)
{
	return view_of(bytes, n);
}

Test(responses, the_length_of_the_nt_response_tells_its_version)
{
	struct view lm = of(ones, 24);

	cr_expect_str_eq(responses_kind(lm, of(ones, 23), 0), "lm");
	cr_expect_str_eq(responses_kind(lm, of(ones, 24), 0), "ntlmv1");
	cr_expect_str_eq(responses_kind(lm, of(ones, 25), 0), "ntlmv2");
	cr_expect_str_eq(responses_kind(of(ones, 23), of(NULL, 0), 0), "none");
}

Test(responses, extended_session_security_takes_its_flag_and_zeros_behind_a_challenge)
{
	uint8_t spoilt[24] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
	struct view nt = of(ones, 24);

	cr_expect_str_eq(responses_kind(of(challenge, 24), nt, RESPONSES_ESS), "ntlmv1-ess");
	cr_expect_str_eq(responses_kind(of(challenge, 24), nt, 0), "ntlmv1");
	cr_expect_str_eq(responses_kind(of(spoilt, 24), nt, RESPONSES_ESS), "ntlmv1");
	cr_expect_str_eq(responses_kind(of(challenge, 23), nt, RESPONSES_ESS), "ntlmv1");
}

Test(responses, what_stands_in_the_lm_field)
{
	struct view nt = of(ones, 24);

	cr_expect_str_eq(responses_lm_kind(of(NULL, 0), nt, "ntlmv2"), "none");
	cr_expect_str_eq(responses_lm_kind(of(zeros, 24), nt, "ntlmv2"), "zero");
	cr_expect_str_eq(responses_lm_kind(of(ones, 24), nt, "ntlmv1"), "copy");
	cr_expect_str_eq(responses_lm_kind(of(challenge, 24), nt, "ntlmv1-ess"), "challenge");
	cr_expect_str_eq(responses_lm_kind(of(challenge, 24), nt, "ntlmv1"), "response");
}

Test(responses, an_lm_response_has_24_bytes_that_are_not_all_zero)
{
	cr_expect(responses_has_lm(of(ones, 24)));
	cr_expect_not(responses_has_lm(of(ones, 23)));
	cr_expect_not(responses_has_lm(of(ones, 25)));
	cr_expect_not(responses_has_lm(of(zeros, 24)));
	cr_expect_not(responses_has_lm(of(NULL, 0)));
}
