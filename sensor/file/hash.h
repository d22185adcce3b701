/*
 * A hash: SHA-256 and MD5 of bytes in order, side by side.
 *
 * Knows no file and no offsets; those are the digest's (digest.h). It belongs
 * to one thread at a time, not to the one that began it: nothing of it lies in
 * the pool.
 */
#ifndef ASHIATO_SENSOR_FILE_HASH_H
#define ASHIATO_SENSOR_FILE_HASH_H

#include "sensor/core/md5.h"

#include <stdbool.h>
#include <stdint.h>

enum { HASH_SHA256_BYTES = 32, HASH_MD5_BYTES = MD5_BYTES, HASH_ABREAST = MD5_LANES };

struct hash;

struct hash_result {
	uint8_t sha256[HASH_SHA256_BYTES];
	uint8_t md5[HASH_MD5_BYTES];
	bool has_md5;	/* false where this machine's policy forbids MD5 */
};

/* Load what the library reads from files at its first use: for a process that may open none afterwards. */
void hash_prepare(void);

/* NULL when memory is short. */
struct hash *hash_begin(void);

/* The next bytes. */
void hash_add(struct hash *h, struct view bytes);

/* The same in two parts, for one who has several files to hash: SHA-256 at once, and MD5 of one piece each of ${n} of them, at most
 * HASH_ABREAST, side by side (md5.h). Pieces of one file in their order. */
void hash_add_first(struct hash *h, struct view bytes);

struct hash_piece {
	struct hash *hash;
	struct view bytes;
};

void hash_add_second(const struct hash_piece pieces[], size_t n);

/* What everything added comes to; ${h} is gone. False when the library failed at any of it: ${out} is as it was. */
bool hash_end(struct hash *h, struct hash_result *out);

/* Give up ${h}; NULL is allowed. */
void hash_drop(struct hash *h);

#endif
