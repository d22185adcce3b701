/*
 * Packing a message from its end to its beginning.
 *
 * What a length prefix states is known once what it counts is written, so one
 * walk over the message is enough where protobuf-c takes one to measure and one
 * to write. The bytes are the same as protobuf-c's. One function a message, made
 * from events.proto by pack.awk, does it field by field: nothing is looked up.
 * Fields that are not in events.proto, which only what a newer peer sent can
 * hold, are left out.
 */
#ifndef ASHIATO_PROTO_PACK_H
#define ASHIATO_PROTO_PACK_H

#include <protobuf-c/protobuf-c.h>

/* Write ${message}, one of events.proto, so that it ends at ${out} + ${cap}; how long it is. SIZE_MAX when there is no room for it:
 * what stands in ${out} then means nothing. */
size_t pack_to_end(const ProtobufCMessage *message, uint8_t *out, size_t cap);

#endif
