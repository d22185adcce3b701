/*
 * Every bound of the sensor in one place, with its unit and its reason.
 *
 * Fixed bounds are enum constants because they size fields; what an operator
 * may change stands in struct limits.
 */
#ifndef ASHIATO_SENSOR_CORE_LIMITS_H
#define ASHIATO_SENSOR_CORE_LIMITS_H

#include <stddef.h>
#include <stdint.h>

enum {
	/* one string of an event, UTF-8; a Windows path is at most 260 UTF-16 units, a \\?\ path is longer than anyone types: a longer
	 * string ends in an ellipsis, a longer path kept with an open file keeps its last component */
	LIMIT_TEXT_BYTES = 1024,
	LIMIT_PATH_BYTES = 512,
	LIMIT_RANGES = 32,		/* of one smb.transfer; a tool that writes in order makes one; with more it is not complete */
	LIMIT_MESSAGE_BYTES = 65536 + 256,	/* an SMB message read whole; longer ones are file data, or padded: counted */
	LIMIT_COMPRESSED_BYTES = 1 << 20,	/* a compressed message; Windows writes 1 MiB at a time and compresses what shrinks */
	LIMIT_INFLATED_BYTES = (1 << 20) + 65536,	/* of its original: those data and their heads; the rest is passed over */
	LIMIT_INFLATED_HEAD = 4096,	/* of it, when there was too much in a second: a path of 1,900 characters */
	LIMIT_INFLATED_PER_SECOND = 512 << 20,	/* of packet time: a Gbit/s that shrank to a quarter */
	LIMIT_TRANSACTION_BYTES = 8192,	/* of a side of a split SMB1 transaction: a path of 4,000 characters; the rest is not read */
	LIMIT_STUB_BYTES = 65536,	/* of one RPC call's arguments (a task's XML is the longest with 4 KiB); a cut one is counted */
	LIMIT_ANSWER_BYTES = 8192,	/* stub data of an answer kept for what it tells (DCOM's activation properties take some 1.5 KiB) */

	/* Tables that a hostile client can fill. What gives way is counted and reported as far as it is known, and it is what matters
	 * least: reads before other requests, ordinary shares before administrative ones and pipes, else the oldest (trees: smb/tree.h). */
	LIMIT_PENDING = 256,		/* unanswered requests per connection; credits allow more, clients do not use them */
	LIMIT_SESSIONS = 64,		/* sessions per connection (a terminal server multiplexes its users) */
	LIMIT_CHANNELS = 32,		/* connections that share a session; Windows takes as many, a further one is read by itself */
	LIMIT_TREES = 4096,		/* tree connects per connection, or per group of channels; 32 bytes each where they are alike */
	LIMIT_OPENS = 16384,		/* open files, the same; Windows and Samba let a session have as many */
	LIMIT_DURABLES = 1024,		/* opens remembered whose connection is gone and that may be claimed again */
	LIMIT_RPC_CONTEXTS = 255,	/* presentation contexts per association: as many as a bind can offer, so that decoys hide none */
	LIMIT_RPC_CALLS = 128,		/* calls under way per association; the oldest is reported without its answer */

	LIMIT_RPC_ARGS = 16,		/* arguments reported per call; no row of the tables has more */
};

/* Which files are hashed. */
enum hash_policy {
	HASH_DEFAULT,	/* what moves over admin shares, what is named like an executable, and what begins like one */
	HASH_ALL,
	HASH_NONE,
};

struct limits {
	size_t memory_bytes;		/* cap of the pool: everything that outlives a packet */
	size_t arena_bytes;		/* scratch for the events of one packet */
	size_t out_of_order_bytes;	/* TCP payload held back per direction until a hole is filled */
	uint32_t flows;			/* connections in the table at once */
	int64_t idle_ns;		/* a connection silent for so long is closed, in packet time */
	int64_t hole_ns;		/* a hole in a stream is given up after so long without its bytes */
	enum hash_policy hash;
};

/* 56 MiB (of which a sixteenth stays free: with 100,000 idle SMB connections the whole process takes less than 64), 1 MiB,
 * 256 KiB, 100,000 flows, 1 h, 2 s. */
extern const struct limits limits_default;

#endif
