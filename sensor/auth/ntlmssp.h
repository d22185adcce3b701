/*
 * NTLMSSP: the three messages of an NTLM logon ([MS-NLMP] 2.2.1).
 *
 * Everything the messages show is reported, nothing is judged: which client
 * library wrote an AUTHENTICATE is the collector's conclusion, drawn from the
 * plain facts gathered here.
 */
#ifndef ASHIATO_SENSOR_AUTH_NTLMSSP_H
#define ASHIATO_SENSOR_AUTH_NTLMSSP_H

#include "events.pb-c.h"
#include "sensor/core/arena.h"
#include "sensor/core/view.h"

#include <stdbool.h>

/* True if ${token} begins with the NTLMSSP signature. */
bool ntlmssp_looks_like(struct view token);

/* Read one message into ${out}: mechanism, one of the three messages, and
 * `anonymous` for an AUTHENTICATE. Strings live in ${arena}. False: malformed,
 * or the arena is full; ${out} is as it was. */
bool ntlmssp_parse(struct view message, struct arena *arena, Ev__AuthToken *out);

#endif
