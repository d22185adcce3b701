/*
 * Kerberos inside a logon: the AP-REQ a client shows to a service.
 *
 * An AP-REQ names the service, its realm and two encryption types; the
 * account is inside the encrypted ticket and therefore not here. Nothing is
 * decrypted, no key is ever needed.
 */
#ifndef ASHIATO_SENSOR_AUTH_KERBEROS_H
#define ASHIATO_SENSOR_AUTH_KERBEROS_H

#include "events.pb-c.h"
#include "sensor/core/arena.h"
#include "sensor/core/view.h"

#include <stdbool.h>

/* True if ${token} begins like an AP-REQ, AP-REP or KRB-ERROR without a GSS header (DCE style, [MS-KILE] 3.4.5.1). */
bool kerberos_looks_like(struct view token);

/* Read what follows the mechanism's OID in a GSS token (RFC 4121 4.1: a token
 * id, then the message), or the bare message, into ${out}: mechanism,
 * `kerberos` for an AP-REQ, the code of a KRB-ERROR. False: malformed, or the arena is full; ${out} is
 * as it was. */
bool kerberos_parse(struct view inner_token, struct arena *arena, Ev__AuthToken *out);

#endif
