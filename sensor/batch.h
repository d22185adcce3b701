/*
 * A batch: events packed as one EventBatch while they still live.
 *
 * The engine's events die when its callback returns, so each is packed at
 * once; what comes out is the protobuf message that frames, the spool and the
 * uplink carry. Knows no file and no socket.
 */
#ifndef ASHIATO_SENSOR_BATCH_H
#define ASHIATO_SENSOR_BATCH_H

#include "events.pb-c.h"

#include <stddef.h>

enum { BATCH_EVENTS = 256 };

struct batch {
	uint64_t epoch;
	uint64_t first_seq;	/* of the first event in it */
	unsigned n_events;
	uint8_t *bytes;		/* the packed message, ${n} long; the batch's own */
	size_t n;
	size_t cap;
};

void batch_init(struct batch *b, uint64_t epoch);
void batch_fini(struct batch *b);

/* Append ${event}, whose seq follows the last one's. -1 when memory is short or it does not fit, because there are
 * BATCH_EVENTS already or the message would grow beyond FRAME_BODY_MAX_BYTES; the batch is as it was. */
int batch_add(struct batch *b, const Ev__Event *event);

/* The same with an event that is packed already: its ${n} bytes at ${packed}, and its ${seq}. */
int batch_append(struct batch *b, uint64_t seq, const uint8_t *packed, size_t n);

/* Forget the events; the memory stays. */
void batch_clear(struct batch *b);

#endif
