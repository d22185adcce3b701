/*
 * The digest: SHA-256 and MD5 of a file that arrives in pieces.
 *
 * Bytes are hashed as they come in order. Pieces that come early wait in one
 * window of bounded size; what comes too early for it, or twice with perhaps
 * other bytes, spoils the digest, and a spoiled digest is never reported. The
 * same bytes in the same order go to whoever keeps copies of files.
 */
#ifndef ASHIATO_SENSOR_FILE_DIGEST_H
#define ASHIATO_SENSOR_FILE_DIGEST_H

#include "sensor/core/handoff.h"

#include <openssl/types.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	DIGEST_BYTES = 32,
	DIGEST_MD5_BYTES = 16,
	DIGEST_WINDOW_BLOCK = 256 * 1024,	/* what a client's parallel requests of 64 KiB can be out of order */
};

struct digest_window;

struct digest {
	EVP_MD_CTX *sha256;	/* NULL: not begun, or spoiled */
	EVP_MD_CTX *md5;	/* NULL too where this machine's policy forbids MD5 */
	const struct file_keeper *keeper;
	void *part;		/* the keeper's; NULL: no copy is made */
	uint64_t next;		/* bytes hashed; the offset of the next one */
	bool is_spoiled;
	struct digest_window *window;	/* of the pool; NULL when nothing waits */
};

/* Load what the library reads from files at its first use: for a process that may open none afterwards. */
void digest_prepare(void);

struct digest_result {
	uint8_t sha256[DIGEST_BYTES];
	uint8_t md5[DIGEST_MD5_BYTES];
	bool has_md5;
	bool is_kept;		/* by the keeper */
};

/* Begin to hash from offset 0, and to copy to ${keeper} (may be NULL), which outlives the digest. Without memory the digest is spoiled. */
void digest_begin(struct digest *d, const struct file_keeper *keeper);

/* ${bytes} of the file at ${offset}; those that were hashed before are passed over. */
void digest_feed(struct digest *d, struct pool *pool, uint64_t offset, struct view bytes);

/* The bytes [${begin}, ${end}) are not part of the file after all. Spoils the digest if some of them are hashed. */
void digest_take_back(struct digest *d, struct pool *pool, uint64_t begin, uint64_t end);

/* Give up; what is waiting goes back to the pool, the copy is dropped. */
void digest_spoil(struct digest *d, struct pool *pool);

/* The digests of the first ${size} bytes. False: these are not what was hashed, ${out} is as it was. The digest is over either way. */
bool digest_end(struct digest *d, struct pool *pool, uint64_t size, struct digest_result *out);

#endif
