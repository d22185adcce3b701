/*
 * What the tests of auth/ share: reading one token in a fresh arena.
 */
#ifndef ASHIATO_TESTS_UNIT_SENSOR_AUTH_H
#define ASHIATO_TESTS_UNIT_SENSOR_AUTH_H

#include "sensor/auth/token.h"
#include "tests/lib/wire.h"

/* Read ${token} into ${out}; strings live until the next call. */
bool auth_read(struct view token, Ev__AuthToken *out);

/* An arena for tests that call a parser directly; emptied by each call. */
struct arena *auth_arena(void);

/* Make the whole of ${w} the content of one DER element that bears ${tag}. */
void auth_wrap(struct wire *w, unsigned tag);

/* Append an element: its tag, and its content of less than 128 bytes in hexadecimal. */
void auth_element(struct wire *w, unsigned tag, const char *content);

/* Recorded between Samba's client and server, and impacket's client (tests/golden/psexec-samba, psexec-impacket). */
extern const char *const recorded_hint;			/* NegTokenInit2 of an SMB negotiate answer */
extern const char *const recorded_negotiate;		/* NegTokenInit with a NEGOTIATE */
extern const char *const recorded_challenge;		/* NegTokenResp with a CHALLENGE */
extern const char *const recorded_samba;		/* NegTokenResp with Samba's AUTHENTICATE */
extern const char *const recorded_impacket;		/* NegTokenResp with impacket's AUTHENTICATE */
extern const char *const recorded_last_word;		/* NegTokenResp with a mechListMIC only */

#endif
