#include "sensor/batch.h"

#include "proto/frame.h"
#include "proto/pack.h"

#include <stdlib.h>
#include <string.h>

/* A message may be written as its parts in a row (protobuf's encoding: "Last One Wins", repeated fields add up), so
 * each event follows the head as one more element of EventBatch.events: tag, length, bytes. */
enum {
	EVENTS_TAG = 3 << 3 | 2,
	HEAD_MAX_BYTES = 32,
	FRONT_MAX_BYTES = HEAD_MAX_BYTES + 1 + 5,	/* what may stand between a batch's end and an event: head, tag, length */
};

void batch_init(struct batch *b, uint64_t epoch)
{
	*b = (struct batch){ .epoch = epoch };
}

void batch_fini(struct batch *b)
{
	free(b->bytes);
	*b = (struct batch){ .epoch = 0 };
}

void batch_clear(struct batch *b)
{
	b->n_events = 0;
	b->n = 0;
}

static int grow(struct batch *b, size_t n)
{
	size_t cap = b->cap != 0 ? b->cap : 65536;
	uint8_t *bytes;

	if (n <= b->cap)
		return 0;
	while (cap < n)
		cap *= 2;
	bytes = realloc(b->bytes, cap);
	if (bytes == NULL)
		return -1;
	b->bytes = bytes;
	b->cap = cap;
	return 0;
}

static void put_head(struct batch *b, uint64_t first_seq)
{
	Ev__EventBatch head = EV__EVENT_BATCH__INIT;

	b->first_seq = head.first_seq = first_seq;
	head.epoch = b->epoch;
	b->n = ev__event_batch__pack(&head, b->bytes);
}

/* Base 128, least significant group first. */
static void put_length(struct batch *b, size_t length)
{
	for (; length >= 0x80; length >>= 7)
		b->bytes[b->n++] = (uint8_t)(0x80 | (length & 0x7F));
	b->bytes[b->n++] = (uint8_t)length;
}

/* ${event} at the end of the room there is, which grows for it as far as a message may; its length, SIZE_MAX when it does not fit. */
static size_t pack_behind(struct batch *b, const Ev__Event *event, size_t at)
{
	for (;;) {
		size_t cap = b->cap < FRAME_BODY_MAX_BYTES ? b->cap : FRAME_BODY_MAX_BYTES;
		size_t length = at < cap ? pack_to_end(&event->base, b->bytes + at, cap - at) : SIZE_MAX;

		if (length != SIZE_MAX)
			return length;
		if (cap == FRAME_BODY_MAX_BYTES || grow(b, b->cap + 1) != 0)
			return SIZE_MAX;
	}
}

/* The event numbered ${seq}, packed at ${packed} or anywhere behind the batch's end, as its next one; there is room for it. */
static void put_event(struct batch *b, uint64_t seq, const uint8_t *packed, size_t n)
{
	if (b->n_events == 0)
		put_head(b, seq);
	b->bytes[b->n++] = EVENTS_TAG;
	put_length(b, n);
	memmove(b->bytes + b->n, packed, n);
	b->n += n;
	b->n_events++;
}

int batch_add(struct batch *b, const Ev__Event *event)
{
	size_t n, end;

	if (b->n_events == BATCH_EVENTS)
		return -1;
	n = pack_behind(b, event, b->n + FRONT_MAX_BYTES);
	if (n == SIZE_MAX)
		return -1;
	end = b->cap < FRAME_BODY_MAX_BYTES ? b->cap : FRAME_BODY_MAX_BYTES;
	put_event(b, event->seq, b->bytes + end - n, n);
	return 0;
}

int batch_append(struct batch *b, uint64_t seq, const uint8_t *packed, size_t n)
{
	const size_t end = b->n + FRONT_MAX_BYTES + n;

	if (b->n_events == BATCH_EVENTS || end > FRAME_BODY_MAX_BYTES || grow(b, end) != 0)
		return -1;
	put_event(b, seq, packed, n);
	return 0;
}
