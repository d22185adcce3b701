/*
 * The digest: SHA-256 and MD5 of a file that arrives in pieces.
 *
 * Bytes are hashed as they come in order. Pieces that come early wait in one
 * window of bounded size; what comes too early for it, or twice with perhaps
 * other bytes, spoils the digest, and a spoiled digest is never reported. The
 * same bytes in the same order go to whoever keeps copies of files. Hashing
 * itself is done at once (hash.h) or left to somebody else (struct file_hasher).
 */
#ifndef ASHIATO_SENSOR_FILE_DIGEST_H
#define ASHIATO_SENSOR_FILE_DIGEST_H

#include "sensor/core/handoff.h"
#include "sensor/file/hash.h"

#include <stdbool.h>
#include <stdint.h>

enum { DIGEST_WINDOW_BLOCK = 256 * 1024 };	/* what a client's parallel requests of 64 KiB can be out of order */

struct digest_window;

struct digest {
	struct hash *hash;	/* NULL: not begun, or spoiled */
	const struct file_hasher *hasher;	/* NULL: bytes are hashed at once */
	const struct file_keeper *keeper;
	void *part;		/* the keeper's; NULL: no copy is made */
	uint64_t next;		/* bytes hashed; the offset of the next one */
	bool is_spoiled;
	struct digest_window *window;	/* of the pool; NULL when nothing waits */
};

struct digest_result {
	struct hash_result hash;
	bool is_kept;		/* by the keeper */
};

/* Begin to hash from offset 0, by ${hasher}, and to copy to ${keeper}; either may be NULL, and outlives the digest. A keeper wants
 * digests at once: there is no hasher beside it. Without memory the digest is spoiled. */
void digest_begin(struct digest *d, const struct file_hasher *hasher, const struct file_keeper *keeper);

/* ${bytes} of the file at ${offset}; those that were hashed before are passed over. */
void digest_feed(struct digest *d, struct pool *pool, uint64_t offset, struct view bytes);

/* The bytes [${begin}, ${end}) are not part of the file after all. Spoils the digest if some of them are hashed. */
void digest_take_back(struct digest *d, struct pool *pool, uint64_t begin, uint64_t end);

/* Give up; what is waiting goes back to the pool, the copy is dropped. */
void digest_spoil(struct digest *d, struct pool *pool);

enum digest_end {
	DIGEST_NONE,	/* the first ${size} bytes are not what was hashed */
	DIGEST_READY,	/* ${out} is filled in */
	DIGEST_LATER,	/* the hasher puts them into the next event, if it can */
};

/* The digests of the first ${size} bytes. The digest is over either way. */
enum digest_end digest_end(struct digest *d, struct pool *pool, uint64_t size, struct digest_result *out);

#endif
