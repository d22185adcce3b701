/*
 * Finishing: what is still to be done with events when their packets are
 * parsed, so that another thread can do it: files' bytes are hashed, events
 * that lack digests get them, all are put into batches, and full batches are
 * handed on.
 *
 * The parser writes down what is to be done, in a list; the finisher does it,
 * in that order. So the batches are the same whoever does it, and when. Knows
 * no thread: who may touch a list is its owner's business.
 */
#ifndef ASHIATO_SENSOR_FINISH_H
#define ASHIATO_SENSOR_FINISH_H

#include "sensor/batch.h"
#include "sensor/file/hash.h"

enum {
	FINISH_ACTS = 256,
	FINISH_STORE_BYTES = 65536,	/* packed events, 280 bytes each as a rule, and bytes to hash that would not last */
};

struct finisher;

/* One thing to do, and with what; the act knows what it means. */
struct finish_act {
	void (*act)(struct finisher *f, const struct finish_act *with);
	struct hash *hash;
	struct view bytes;
	uint64_t seq;
};

/* What is to be done. All zero is not an empty one: finish_clear. */
struct finish_list {
	size_t n;
	size_t free_bytes;	/* of the store, which is filled from its end */
	struct finish_act acts[FINISH_ACTS];
	uint8_t store[FINISH_STORE_BYTES];
};

void finish_clear(struct finish_list *l);

/*
 * Write down, behind what stands there already. False when there is no room: the list is as it was.
 */

/* Pack ${event}, which may die then. Into an smb.transfer that lacks its digests go those of ${hash}, which is the list's then; NULL
 * for any other. */
bool finish_event(struct finish_list *l, const Ev__Event *event, struct hash *hash);

/* Hash ${bytes}, which stay where they are until the list is done. */
bool finish_lasting(struct finish_list *l, struct hash *hash, struct view bytes);

/* Hash ${bytes}, which are copied. */
bool finish_passing(struct finish_list *l, struct hash *hash, struct view bytes);

/* Give up ${hash}, which is the list's then. */
bool finish_drop(struct finish_list *l, struct hash *hash);

/* Hand on the batch under way although it is not full. */
bool finish_batch(struct finish_list *l);

/* Who does it. */
struct finisher {
	struct batch batch;
	/* A batch of at least one event; it is cleared afterwards. */
	void (*deliver)(void *ctx, const struct batch *batch);
	/* The event numbered ${seq} fits into no batch, or memory is short. */
	void (*give_up)(void *ctx, uint64_t seq);
	void *ctx;
};

/* Do everything on ${l}, which is empty then. */
void finish_all(struct finisher *f, struct finish_list *l);

/* As finish_event, at once. */
void finish_event_now(struct finisher *f, const Ev__Event *event, struct hash *hash);

/* Hand on the batch under way, if there is an event in it. */
void finish_batch_now(struct finisher *f);

#endif
