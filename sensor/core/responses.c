#include "sensor/core/responses.h"

enum { ESS_CHALLENGE_BYTES = 8 };	/* of the LM response; zeros follow (2.2.2.6) */

const char *responses_kind(struct view lm, struct view nt, uint32_t flags)
{
	if (nt.n > RESPONSES_V1_BYTES)
		return "ntlmv2";
	if (nt.n < RESPONSES_V1_BYTES)
		return lm.n == RESPONSES_V1_BYTES ? "lm" : "none";
	if ((flags & RESPONSES_ESS) != 0 && lm.n == RESPONSES_V1_BYTES && view_is_zero(view_after(lm, ESS_CHALLENGE_BYTES)))
		return "ntlmv1-ess";
	return "ntlmv1";
}

const char *responses_lm_kind(struct view lm, struct view nt, const char *kind)
{
	if (lm.n == 0)
		return "none";
	if (view_is_zero(lm))
		return "zero";
	if (view_equals(lm, nt))
		return "copy";
	return strcmp(kind, "ntlmv1-ess") == 0 ? "challenge" : "response";
}

bool responses_has_lm(struct view lm)
{
	return lm.n == RESPONSES_V1_BYTES && !view_is_zero(lm);
}
