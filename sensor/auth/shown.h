/*
 * Tickets shown to services: completes an event on its way out.
 *
 * SMB session setups and RPC binds carry an AP-REQ, which names the service but
 * not the account; whose ticket it is stands in tickets.h. This is the one
 * place where the two meet, so that neither smb/ nor rpc/ needs to know.
 */
#ifndef ASHIATO_SENSOR_AUTH_SHOWN_H
#define ASHIATO_SENSOR_AUTH_SHOWN_H

#include "sensor/core/handoff.h"

/* Fill in whose ticket the request of ${event} shows, if it shows one. Strings live in the arena of ${env}; when that is
 * full the account stays unknown. */
void shown_complete(const struct env *env, const Ev__Event *event);

/* The krb.ap that follows ${event}; false if it shows no ticket. ${out} and ${body} borrow from ${event}. */
bool shown_event(const Ev__Event *event, Ev__Event *out, Ev__KrbAp *body);

#endif
