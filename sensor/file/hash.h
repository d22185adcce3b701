/*
 * A hash: SHA-256 and MD5 of bytes in order, side by side.
 *
 * Knows no file and no offsets; those are the digest's (digest.h). It belongs
 * to one thread at a time, not to the one that began it: nothing of it lies in
 * the pool.
 */
#ifndef ASHIATO_SENSOR_FILE_HASH_H
#define ASHIATO_SENSOR_FILE_HASH_H

#include "sensor/core/view.h"

#include <stdbool.h>
#include <stdint.h>

enum { HASH_SHA256_BYTES = 32, HASH_MD5_BYTES = 16 };

struct hash;

struct hash_result {
	uint8_t sha256[HASH_SHA256_BYTES];
	uint8_t md5[HASH_MD5_BYTES];
	bool has_md5;	/* false where this machine's policy forbids MD5 */
};

/* Load what the library reads from files at its first use: for a process that may open none afterwards. */
void hash_prepare(void);

/* Nothing is hashed yet, nor the library asked. NULL when memory is short. */
struct hash *hash_begin(void);

/* The next bytes. */
void hash_add(struct hash *h, struct view bytes);

/* What everything added comes to; ${h} is gone. False when the library failed at any of it: ${out} is as it was. */
bool hash_end(struct hash *h, struct hash_result *out);

/* Give up ${h}; NULL is allowed. */
void hash_drop(struct hash *h);

#endif
