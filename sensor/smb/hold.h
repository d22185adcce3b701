/*
 * What a client said to a pipe, until the server has taken it.
 *
 * A pipe is a stream. Bytes of a write that the server refused are no part of
 * it: read as if they were, they put the reader out of step with the server,
 * for as long as whoever sent them likes. So what is said waits here, beside
 * its open, for the answer to its request; what comes out of the pipe
 * meanwhile waits behind it, so that all goes on in the order it came. Of one
 * open HOLD_BYTES are held; if they do not do, all goes on as if it had been
 * taken, and a refusal then makes the reader search for the next PDU.
 */
#ifndef ASHIATO_SENSOR_SMB_HOLD_H
#define ASHIATO_SENSOR_SMB_HOLD_H

#include "sensor/smb/open.h"

enum { HOLD_BYTES = 65536 };	/* as much as fits into one request to a pipe whose answer is awaited, and no more of them */

/* Request ${key} says ${n} bytes to ${o} (may be NULL), at ${time_ns}: they shall be held, if it is a pipe. */
void hold_begin(struct conn *c, struct open *o, uint64_t key, uint32_t n, int64_t time_ns);

/* ${p} moves through pipe ${o}, of which something is held. False: ${p} is not, and goes on. */
bool hold_piece(struct conn *c, struct open *o, const struct piece *p);

/* Request ${key} to ${o} (may be NULL) was answered with ${a}; NULL: it never will be. What the server took goes on. */
void hold_answered(struct conn *c, struct open *o, uint64_t key, const struct answer *a);

/* Nothing of it is part of the stream. */
void hold_drop(struct conn *c, struct open *o);

/* All of it goes on: nothing more is learned about it. */
void hold_end(struct conn *c, struct open *o);

#endif
