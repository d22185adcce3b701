/*
 * Security tokens: what a client and a server say to each other to log on.
 *
 * SMB session setups and RPC auth trailers both carry one token at a time, as
 * SPNEGO or raw. This reads a whole one into an event's AuthToken. It keeps no
 * state and does not know who carried the token, so a token split over several
 * messages is the carrier's to put together.
 */
#ifndef ASHIATO_SENSOR_AUTH_TOKEN_H
#define ASHIATO_SENSOR_AUTH_TOKEN_H

#include "events.pb-c.h"
#include "sensor/core/arena.h"
#include "sensor/core/view.h"

#include <stdbool.h>

/* Read ${token} (token_fn of core/handoff.h): SPNEGO, raw NTLMSSP or a
 * Kerberos GSS token. Strings of ${out} live in ${arena}. False when it is
 * none of them, malformed, or the arena is full; ${out} is then as it was. */
bool token_read(struct view token, struct arena *arena, Ev__AuthToken *out);

#endif
