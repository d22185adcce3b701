/*
 * The digest: SHA-256 and MD5 of a file that arrives in pieces.
 *
 * Bytes are hashed as they come in order. Pieces that come early wait in a
 * window of bounded reach; what comes too early for it, or twice with perhaps
 * other bytes, spoils the digest, and a spoiled digest is never reported. The
 * same bytes in the same order go to whoever keeps copies of files. Hashing
 * itself is done at once (hash.h) or left to somebody else (struct file_hasher).
 *
 * The windows of all digests share an eighth of the memory there is, so that
 * files with a hole, however many, push no connections out. Who wants room
 * when that is used up takes it from the window that was opened first: from a
 * guess (a digest begun before it is known whether anybody wants it) before
 * any other, and a guess only from a guess.
 */
#ifndef ASHIATO_SENSOR_FILE_DIGEST_H
#define ASHIATO_SENSOR_FILE_DIGEST_H

#include "sensor/core/handoff.h"
#include "sensor/file/hash.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	DIGEST_BLOCK_BYTES = 64 * 1024,	/* a window holds blocks of the file, those that something waits in */
	DIGEST_BLOCKS = 64,
	DIGEST_REACH = (DIGEST_BLOCKS - 1) * DIGEST_BLOCK_BYTES,	/* Windows has up to four writes of 1 MiB on the way */
	DIGEST_ROWS = 1024,		/* of ranges, for a file that is hashed and written with many holes (4 MiB in pieces of 2 KiB) */
	DIGEST_SHARE = 8,		/* of the memory, for all windows: one part in so many */
};

struct digest_window;

enum digest_state { DIGEST_IDLE, DIGEST_RUNS, DIGEST_SPOILED };

struct digest {
	struct env *env;
	enum digest_state state;
	bool is_guess;		/* perhaps nobody wants it: it has less right to room, and is idle again, not spoiled, when what came
				 * early cannot be kept */
	struct hash *hash;	/* NULL until byte 0 has come */
	void *part;		/* the keeper's; NULL: no copy is made */
	uint64_t next;		/* bytes hashed; the offset of the next one */
	struct digest_window *window;	/* of the pool; NULL when nothing waits */
};

struct digest_result {
	struct hash_result hash;
	bool is_kept;		/* by the keeper */
};

/* Begin to hash from offset 0, by the hasher and for the keeper of ${env}, which outlives the digest. A keeper wants digests at
 * once: there is no hasher beside it. ${d} is at rest or all zero; it must stay where it is until it is spoiled or at its end. */
void digest_begin(struct digest *d, struct env *env, bool is_guess);

/* ${bytes} of the file at ${offset}; those that were hashed before are passed over. Counts COUNT_FILE_WINDOW_FULL when pieces that
 * came early, of this digest or of another, are given up for want of room. */
void digest_feed(struct digest *d, uint64_t offset, struct view bytes);

/* Bytes that came early and wait, those at ${offset} and some behind them; an empty view when there are none. Valid until the next call. */
struct view digest_waiting(const struct digest *d, uint64_t offset);

/* The bytes [${begin}, ${end}) are not part of the file after all. Spoils the digest if some of them are hashed. */
void digest_take_back(struct digest *d, uint64_t begin, uint64_t end);

/* Give up; what is waiting goes back to the pool, the copy is dropped. */
void digest_spoil(struct digest *d);

enum digest_end {
	DIGEST_NONE,	/* the first ${size} bytes are not what was hashed */
	DIGEST_READY,	/* ${out} is filled in */
	DIGEST_LATER,	/* the hasher puts them into the next event, if it can */
};

/* The digests of the first ${size} bytes. The digest is over either way. */
enum digest_end digest_end(struct digest *d, uint64_t size, struct digest_result *out);

/* Room of ${n} bytes of the share that windows have, which tables of their holes belong to as well; NULL when it is used up. It goes
 * back with the same ${n}; NULL goes nowhere. */
void *digest_take(struct env *env, size_t n);
void digest_put(struct env *env, void *block, size_t n);

#endif
