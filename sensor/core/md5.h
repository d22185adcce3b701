/*
 * MD5 (RFC 1321) of several messages side by side.
 *
 * A step of MD5 waits for the one before, so a processor works through one
 * message at a fraction of what it could; so does libcrypto. Several messages
 * do not wait for each other: a word of each lies in one vector, and eight take
 * little longer than two. Knows nothing but bytes in order.
 */
#ifndef ASHIATO_SENSOR_CORE_MD5_H
#define ASHIATO_SENSOR_CORE_MD5_H

#include "sensor/core/view.h"

#include <stdint.h>

enum { MD5_BYTES = 16, MD5_BLOCK_BYTES = 64, MD5_LANES = 8 };

struct md5 {
	uint32_t state[4];
	uint64_t n_bytes;	/* so far */
	uint8_t waiting[MD5_BLOCK_BYTES];	/* the last n_bytes % MD5_BLOCK_BYTES of them */
};

void md5_begin(struct md5 *m);

/* The next bytes of a message. */
struct md5_piece {
	struct md5 *md5;
	struct view bytes;
};

/* Add ${n} pieces, at most MD5_LANES, each to another message. */
void md5_add(const struct md5_piece pieces[], size_t n);

/* What everything added comes to; ${m} means nothing then. */
void md5_end(struct md5 *m, uint8_t out[MD5_BYTES]);

#endif
