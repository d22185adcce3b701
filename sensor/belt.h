/*
 * A belt: a ring of slots that pass through stages of work, each stage in a
 * thread of its own, always in the same order.
 *
 * The first stage takes slots that are free, each other one those that the
 * stage before it passed on; what the last stage passes on is free again. So
 * there are never more slots under way than there are, and whoever is ahead
 * waits. Nobody waits busily, and a stage that had to wait is woken only when
 * there is work for a while, or its neighbour says that it shall not wait for
 * more. Knows no packet and no event: a slot is a number.
 */
#ifndef ASHIATO_SENSOR_BELT_H
#define ASHIATO_SENSOR_BELT_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BELT_STAGES = 3, BELT_END = -1 };

/* What a stage that sleeps waits for: until stage ${of} has passed on ${wanted} slots. */
struct belt_sleep {
	bool is_asleep;
	unsigned of;
	uint64_t wanted;
};

struct belt {
	unsigned n_slots, n_stages;
	unsigned wake_slots[BELT_STAGES];
	pthread_mutex_t lock;
	pthread_cond_t woken[BELT_STAGES];
	/* under the lock */
	uint64_t passed[BELT_STAGES];	/* slots each stage has passed on since the beginning */
	bool is_closed[BELT_STAGES];
	struct belt_sleep sleeps[BELT_STAGES];
};

/* A belt of ${n_slots} slots through ${n_stages}, at most BELT_STAGES. A stage that waits is woken for no fewer than its ${wake_slots}: at
 * most half of all, so that not everybody can wait at once (the last to fall asleep has no slot left, and two others cannot have all). */
void belt_init(struct belt *b, unsigned n_slots, unsigned n_stages, const unsigned wake_slots[]);
void belt_fini(struct belt *b);

/* The slot that ${stage} has to work on next; waits for it. BELT_END when the stage before it is closed and has left nothing. */
int belt_take(struct belt *b, unsigned stage);

/* ${stage} is done with the slot it took. */
void belt_pass(struct belt *b, unsigned stage);

/* What ${stage} has passed on shall be worked on now, however little it is. */
void belt_hurry(struct belt *b, unsigned stage);

/* How many slots ${stage} has passed on that the next one has not done yet. */
uint64_t belt_lead(struct belt *b, unsigned stage);

/* ${stage} will pass nothing on any more. */
void belt_close(struct belt *b, unsigned stage);

/* Wait until the last stage is done with everything that ${stage} has passed on. Hurries the next stage; those between have to hurry
 * theirs. */
void belt_wait(struct belt *b, unsigned stage);

#endif
