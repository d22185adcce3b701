/*
 * Requests that wait for their responses.
 *
 * At most LIMIT_PENDING per connection, and at most PENDING_KEPT_BYTES of what
 * they keep of their messages. For a newer one an older is given up and then
 * reported without a response, as are those left at the end: the oldest read,
 * which anybody can leave waiting, else the oldest that is about neither an
 * administrative share nor pipes, else the oldest.
 */
#ifndef ASHIATO_SENSOR_SMB_PENDING_H
#define ASHIATO_SENSOR_SMB_PENDING_H

#include "sensor/smb/conn.h"

struct assembly;
struct pending;
struct smb1_block;

enum { PENDING_KEPT_BYTES = 98304 };	/* the longest message to a pipe, beside two security tokens of 16 KiB (MaxTokenSize is 12,000) */

/* A response, or the part of one that answers one request. */
struct answer {
	int64_t time_ns;
	uint32_t status;
	uint64_t session_id;
	uint32_t tree_id;
	struct view unit;		/* SMB2: from the header on; the head only, if bulk data follow */
	const struct smb1_block *block;	/* SMB1: the block that answers; NULL for SMB2, and when a failed chain ended before it */
	struct message *message;
};

enum finish { FINISH_DONE, FINISH_MORE, FINISH_MALFORMED };

/*
 * Report and act on an exchange. ${a} is NULL when the response was not seen,
 * ${p} when the request was not; never both. FINISH_MORE: this answer was not
 * the last. FINISH_MALFORMED: ${a} could not be read and nothing was done; the
 * caller counts it and calls again without it.
 */
typedef enum finish (*finish_fn)(struct conn *c, struct pending *p, const struct answer *a);

struct pending {
	struct pending *next;	/* on the connection, a newer one */
	uint64_t key;		/* SMB2: MessageId; SMB1: MID and PID */
	int64_t time_ns;
	uint64_t session_id;
	finish_fn finish;
	struct open *open;	/* what it is about: a reference of its own, or NULL */
	uint8_t *kept;		/* what was kept of the request, NULL: nothing */
	struct assembly *assembly;	/* SMB1 transactions: the request as far as it is there; NULL: whole, or given up */
	uint32_t kept_n;
	uint32_t tree_id;
	uint64_t offset;	/* read, write: of the first byte; SMB1: where the block begins in what was kept */
	uint32_t count;		/* read, write: bytes; transaction: bytes of the answer so far */
	uint32_t access;	/* create: DesiredAccess */
	uint32_t options;	/* create: CreateOptions */
	uint32_t serial;	/* SMB1: of its message */
	uint16_t what;		/* create: CreateDisposition, and how; set info: its class; IOCTL: its row; NT_RENAME: InformationLevel */
	uint8_t command;
	bool has_dfs_prefix;	/* create */
	bool is_bare;		/* a read: it says nothing that its answer does not */
	bool is_dear;		/* about an administrative share or pipes, as far as known when it was sent; set by pending_add */
	bool is_split;		/* SMB1 transactions: in several messages */
};

/*
 * Remember a copy of ${p} and of ${keep}. Takes over the caller's reference to
 * p->open. One with the same key and command may wait already: SMB1 servers
 * answer both, and the older is answered first; but where answers may have been
 * missed it is given up, for clients do not do that. False when memory is short
 * (counted): the request will not be reported.
 */
bool pending_add(struct conn *c, const struct pending *p, struct view keep);

/* The request with this key and command; NULL if none waits. */
struct pending *pending_find(struct conn *c, uint64_t key, uint8_t command);

/* Give up the oldest requests, but not the one with this key and command, until ${n} more bytes can be kept or no other is left.
 * Returns that one; NULL if none waits. */
struct pending *pending_room(struct conn *c, uint64_t key, uint8_t command, size_t n);

/* Forget ${p} without a word. */
void pending_drop(struct conn *c, struct pending *p);

/* True if the answer with this key and command had better wait for its request, or for the rest of it (see conn_may_wait). */
bool pending_is_awaited(struct conn *c, uint64_t key, uint8_t command, const struct message *m);

/* The oldest request of this command; NULL if none waits. */
struct pending *pending_find_command(struct conn *c, uint8_t command);

/* What was kept. */
struct view pending_kept(const struct pending *p);

/* What was kept, where that is text; NULL if there is none. */
char *pending_text(const struct pending *p);

/* Which request an answer is to, and who reads it. */
struct reply {
	uint64_t key;
	uint8_t command;
	finish_fn finish;
	enum count malformed;	/* counts an answer that cannot be read */
};

/* Hand ${a} to ${r}->finish for the request it is to, or as an answer to none. */
void pending_answer(struct conn *c, const struct reply *r, const struct answer *a);

/* ${p} ends with ${a}, whatever it waited for. */
void pending_end(struct conn *c, struct pending *p, const struct answer *a);

/* Give up every request, in the order they were sent. */
void pending_fini(struct conn *c);

#endif
