/*
 * Events as JSON, by walking the descriptors that protoc-c generated: a field
 * added to events.proto appears in the output without a line of code. The
 * shape is design's contract: seq, time, response_time, site, sensor,
 * community_id, client, server, kind, status, body.
 */
#ifndef ASHIATO_PROTO_CODEC_H
#define ASHIATO_PROTO_CODEC_H

#include "events.pb-c.h"

#include <jansson.h>
#include <stdbool.h>

/* "smb.session_setup" for EV__EVENT__BODY_SMB_SESSION_SETUP; NULL for an unknown one. */
const char *codec_kind(Ev__Event__BodyCase body);

/* The event as a JSON object (new reference); every field of its body stands
 * there, null when absent. ${site} and ${sensor} may be NULL. NULL when memory is short. */
json_t *codec_event_json(const Ev__Event *event, const char *site, const char *sensor);

/* Only the body. */
json_t *codec_body_json(const Ev__Event *event);

/* Walk the keys of every body for documentation and tests: "smb.create.path", its type as printed. */
typedef void (*codec_key_fn)(void *ctx, const char *kind, const char *key, const char *type);
void codec_keys(codec_key_fn each, void *ctx);

/* The address of ${e} as text. False, and ${out} as it was, if ${e} is NULL or has none. */
enum { CODEC_ADDRESS_BYTES = 46 };
bool codec_address(const Ev__Endpoint *e, char out[CODEC_ADDRESS_BYTES]);

/* True if ${event} came from a peer and is fit to be stored: body known, addresses 4 or 16 bytes, times sane, strings valid
 * UTF-8 and within bounds. Else false and a sentence. A collector asks this before anything else. */
bool codec_event_valid(const Ev__Event *event, char *error, size_t error_cap);

#endif
