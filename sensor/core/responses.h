/*
 * What kind of responses a client proves its password with: [MS-NLMP] 2.2.2.3
 * to 2.2.2.8, whether NTLMSSP carries them or SMB1's session setup does. Told
 * by their lengths and zeros alone; nothing is verified.
 */
#ifndef ASHIATO_SENSOR_CORE_RESPONSES_H
#define ASHIATO_SENSOR_CORE_RESPONSES_H

#include "sensor/core/view.h"

enum { RESPONSES_V1_BYTES = 24 };	/* of LM and of NTLM version 1; a longer NT response is version 2 */

/* NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY (2.2.2.5) */
#define RESPONSES_ESS ((uint32_t)0x00080000)

/* "ntlmv2", "ntlmv1", "ntlmv1-ess", "lm" or "none", by LM response ${lm}, NT response ${nt} and NTLMSSP's NegotiateFlags. */
const char *responses_kind(struct view lm, struct view nt, uint32_t flags);

/* What stands in the LM response field, beside what responses_kind called ${kind}: "none", "zero", "copy" (of the NT response),
 * "challenge" or "response". */
const char *responses_lm_kind(struct view lm, struct view nt, const char *kind);

/* True if ${lm} is an LM response that is not all zeros. */
bool responses_has_lm(struct view lm);

#endif
