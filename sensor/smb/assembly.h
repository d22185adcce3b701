/*
 * SMB1 transactions, and how their requests are put together.
 *
 * TRANSACTION, TRANSACTION2 and NT_TRANSACT ([MS-CIFS] 2.2.4.33, 2.2.4.46,
 * 2.2.4.62) carry parameters and data. What the first message has no room for
 * follows, after an interim response, in secondary requests (2.2.4.34, 2.2.4.47,
 * 2.2.4.63): each says where its share lies, and they come in any order. A
 * server acts once the counts it was given sum up to the totals, and lets the
 * later of two that overlap stand; so does this, but calls them malformed and
 * reads no further than to the hole they leave. Of each side as much is held as
 * the command wants, with the request that waits (pending.h), which bounds them
 * together.
 */
#ifndef ASHIATO_SENSOR_SMB_ASSEMBLY_H
#define ASHIATO_SENSOR_SMB_ASSEMBLY_H

#include "sensor/smb/smb1.h"

enum transaction_side { PARAMETERS, DATA, N_SIDES };

/* What one message of a transaction carries. */
struct transaction_part {
	uint32_t total[N_SIDES];	/* of all messages */
	uint32_t at[N_SIDES];		/* displacement of what this one has */
	struct view bytes[N_SIDES];
	size_t n_setup;			/* words */
	uint16_t setup[4];		/* the first of them; of the first message */
	struct view name;		/* TRANSACTION: its Name, of the first message; empty once that is gone */
};

/* A function of a command, and what it does once its request is whole: ${p}, filled in but for what the function needs, is
 * remembered. False if ${whole} is malformed. ${b} is the last of its messages. */
struct transaction_function {
	uint16_t function;
	bool (*request)(struct conn *c, const struct smb1_block *b, struct pending *p, const struct transaction_part *whole);
	finish_fn finish;
	const char *name;
};

/* The functions of a command that yield facts. */
struct transaction_command {
	uint8_t command;
	uint32_t most;		/* bytes held of each side */
	/* A request that never became whole: ${part} is what was there up to the first hole of each side. */
	void (*cut)(struct conn *c, struct pending *p, const struct transaction_part *part);
	size_t n;
	const struct transaction_function *functions;
};

/* For commands that make nothing of such. */
void assembly_ignore_cut(struct conn *c, struct pending *p, const struct transaction_part *part);

/* The first message of a transaction of ${command}. False if it has more than its totals say, or is malformed. */
bool assembly_first(struct conn *c, const struct smb1_block *b, const struct transaction_command *command, uint16_t function,
		    const struct transaction_part *part);

/* A secondary one. False if it is malformed. */
bool assembly_next(struct conn *c, const struct smb1_block *b, const struct transaction_command *command,
		   const struct transaction_part *part);

/* An answer: leave to send the rest, or the end of the exchange. */
enum finish assembly_finish(struct conn *c, struct pending *p, const struct answer *a);

/* Forget what was held. NULL is allowed. */
void assembly_free(struct conn *c, struct assembly *s);

#endif
