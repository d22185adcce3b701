/*
 * The courier: carries copies of files from [parse], which may open nothing,
 * to [keep], which writes them into the quarantine folder (keep.h).
 *
 * It is what the engine keeps files with (struct file_keeper), live. What is
 * carried are bytes in order under the number of a part, and that a part has
 * ended; no name, path, size or digest. Bytes gather until there is a
 * datagram's worth. Packets must not wait for a disk: when [keep] falls behind
 * for longer than COURIER_PATIENCE_MS, what is under way is given up, and no
 * further wait is made until it has been heard of or has taken all again.
 */
#ifndef ASHIATO_SENSOR_COURIER_H
#define ASHIATO_SENSOR_COURIER_H

#include "sensor/core/handoff.h"
#include "sensor/parts.h"

enum {
	COURIER_PARTS = PARTS_MOST,	/* copies under way at once */
	COURIER_DATAGRAM_BYTES = 65536,
	COURIER_HEAD_BYTES = 6,		/* of a record: enum courier_op, part, u32le n */
	COURIER_ANSWER_BYTES = 5,	/* u32le ticket, whether the copy is kept */
	COURIER_PATIENCE_MS = 100,	/* what the kernel holds of packets meanwhile is far more */
	COURIER_WAITS = -1,		/* a patience without end: for a file, which nothing hurries */
	COURIER_SETTLE_MS = 2000,	/* at the end, for answers that have not come yet */
};

/* What [parse] tells [keep]: records, any number in a datagram. */
enum courier_op {
	COURIER_BEGIN,	/* a new part; drop what had its number */
	COURIER_BYTES,	/* its next n bytes, which follow */
	COURIER_END,	/* it is whole; answer with n, the ticket */
	COURIER_DROP,
	COURIER_RESET,	/* drop all parts */
};

struct courier;

/* A courier that sends on ${fd}, a SOCK_SEQPACKET socket that outlives it, and waits for [keep] so long at a time (COURIER_PATIENCE_MS,
 * COURIER_WAITS). NULL when memory is short. */
struct courier *courier_new(int fd, int patience_ms);

/* NULL is allowed. */
void courier_free(struct courier *c);

/* What the engine keeps files with; lives as long as ${c}. A copy counts as kept only when [keep] has said so. */
const struct file_keeper *courier_keeper(const struct courier *c);

/* Nothing more will be kept: wait for answers that are still to come; those that do not count as left out. */
void courier_settle(struct courier *c);

/* Copies kept, and left out for want of room, by an error or because [keep] fell behind. */
uint64_t courier_kept(const struct courier *c);
uint64_t courier_left_out(const struct courier *c);

#endif
