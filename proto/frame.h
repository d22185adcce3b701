/*
 * Framing: how a message of events.proto stands on the wire and in a file.
 *
 * Over ZeroMQ a message has two parts: the head below, then the protobuf
 * bytes. In a file or a pipe (`ashiato-sensor --format proto`, the spool) the
 * head is followed by the bytes directly. A reader that meets another version
 * refuses with a sentence that names both.
 *
 *   0  4  magic "ASHI"
 *   4  2  version, little-endian
 *   6  2  kind (enum frame_kind), little-endian
 *   8  4  length of the protobuf bytes, little-endian
 *  12  4  CRC-32 (zlib's) of the protobuf bytes, little-endian
 */
#ifndef ASHIATO_PROTO_FRAME_H
#define ASHIATO_PROTO_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FRAME_VERSION = 1,
	FRAME_HEAD_BYTES = 16,
	FRAME_BODY_MAX_BYTES = 4 * 1024 * 1024,	/* a collector accepts no longer message */
};

enum frame_kind { FRAME_HELLO = 1, FRAME_WELCOME = 2, FRAME_BATCH = 3, FRAME_ACK = 4 };

struct frame {
	enum frame_kind kind;
	size_t n;	/* length of the body */
	uint32_t crc;
};

/* Write the head for ${body} into ${head}. n at most FRAME_BODY_MAX_BYTES. */
void frame_write(uint8_t head[FRAME_HEAD_BYTES], enum frame_kind kind, const void *body, size_t n);

/* Read a head of ${n_head} bytes. False, and a sentence in ${error}, when it is
 * short, has another magic or version, an unknown kind or too long a body. */
bool frame_read(const void *head, size_t n_head, struct frame *out, char *error, size_t error_cap);

/* True if ${body} is what the head promised (length and CRC). */
bool frame_matches(const struct frame *f, const void *body, size_t n);

#endif
