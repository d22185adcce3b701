/*
 * Packing a message from its end to its beginning.
 *
 * What a length prefix states is known once what it counts is written, so one
 * walk over the message is enough where protobuf-c takes one to measure and one
 * to write. The bytes are the same as protobuf-c's. Reads the descriptors that
 * protoc-c made; knows no message by name.
 */
#ifndef ASHIATO_PROTO_PACK_H
#define ASHIATO_PROTO_PACK_H

#include <protobuf-c/protobuf-c.h>

/* Write ${message} so that it ends at ${out} + ${cap}; how long it is. SIZE_MAX when there is no room for it: what stands in
 * ${out} then means nothing. Groups, packed lists and floating point are not written: events.proto has none. */
size_t pack_to_end(const ProtobufCMessage *message, uint8_t *out, size_t cap);

#endif
