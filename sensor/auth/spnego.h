/*
 * SPNEGO: the envelope in which Windows negotiates a mechanism (RFC 4178,
 * [MS-SPNG]).
 *
 * Opens the envelope and says what is in it; the token inside is somebody
 * else's to read. Covers NegTokenInit, Microsoft's NegTokenInit2 (the hint of
 * an SMB negotiate answer) and NegTokenResp.
 */
#ifndef ASHIATO_SENSOR_AUTH_SPNEGO_H
#define ASHIATO_SENSOR_AUTH_SPNEGO_H

#include "sensor/core/view.h"

#include <stdbool.h>
#include <stddef.h>

enum {
	SPNEGO_MECHANISMS_MAX = 8,	/* listed; Windows offers four, MIT Kerberos five; the token itself says which one is used */
};

struct spnego {
	struct view offered[SPNEGO_MECHANISMS_MAX];	/* mechTypes: contents of the OIDs, in order */
	size_t n_offered;
	struct view supported;	/* supportedMech of a NegTokenResp; empty when not there */
	struct view inner;	/* mechToken or responseToken; empty when not there */
	struct view hint_name;	/* of a NegTokenInit2's negHints; empty when not there */
	bool has_state;
	uint8_t state;		/* negState of a NegTokenResp */
	bool has_mic;		/* mechListMIC is there */
};

/* The name of a negState (RFC 4178 4.2.2); NULL for one without. */
const char *spnego_state_name(unsigned state);

/* True if ${token} begins like one of the three envelopes. */
bool spnego_looks_like(struct view token);

/* Open ${token}. The views of ${out} lie in it. False: malformed; ${out} is as it was. */
bool spnego_parse(struct view token, struct spnego *out);

/* The name under which events know a mechanism's OID: "ntlm", "kerberos",
 * "ms-kerberos", "kerberos-u2u", "negoex"; NULL when it has none. */
const char *spnego_mechanism_name(struct view oid);

/* Row ${i} of the mechanisms that have a name; NULL past the last. */
const char *spnego_mechanism(size_t i);

#endif
