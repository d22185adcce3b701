/*
 * The digest: SHA-256 of a file that arrives in pieces.
 *
 * Bytes are hashed as they come in order. Pieces that come early wait in one
 * window of bounded size; what comes too early for it, or twice with perhaps
 * other bytes, spoils the digest, and a spoiled digest is never reported.
 */
#ifndef ASHIATO_SENSOR_FILE_DIGEST_H
#define ASHIATO_SENSOR_FILE_DIGEST_H

#include "sensor/core/pool.h"
#include "sensor/core/view.h"

#include <openssl/types.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	DIGEST_BYTES = 32,
	DIGEST_WINDOW_BLOCK = 256 * 1024,	/* what a client's parallel requests of 64 KiB can be out of order */
};

struct digest_window;

struct digest {
	EVP_MD_CTX *sha256;	/* NULL: not begun, or spoiled */
	uint64_t next;		/* bytes hashed; the offset of the next one */
	bool is_spoiled;
	struct digest_window *window;	/* of the pool; NULL when nothing waits */
};

/* Begin to hash from offset 0. Without memory for it the digest is spoiled. */
void digest_begin(struct digest *d);

/* ${bytes} of the file at ${offset}; those that were hashed before are passed over. */
void digest_feed(struct digest *d, struct pool *pool, uint64_t offset, struct view bytes);

/* The bytes [${begin}, ${end}) are not part of the file after all. Spoils the digest if some of them are hashed. */
void digest_take_back(struct digest *d, struct pool *pool, uint64_t begin, uint64_t end);

/* Give up; what is waiting goes back to the pool. */
void digest_spoil(struct digest *d, struct pool *pool);

/* Write the SHA-256 of the first ${size} bytes. False: these are not what was hashed. The digest is over either way. */
bool digest_end(struct digest *d, struct pool *pool, uint64_t size, uint8_t out[DIGEST_BYTES]);

#endif
