/*
 * The threads that share a sensor's work on packets, with the engine between
 * them. One reads packets, one parses them, one finishes events (finish.h):
 *
 *   1 thread    the caller does everything, burst by burst (burst.h)
 *   2 threads   the caller reads and parses; another one finishes
 *   3 threads   the caller reads; a second one parses, a third one finishes
 *
 * Packets and what is to be done with their events travel on a belt (belt.h),
 * in order, and are looked at by one thread at a time: batches are the same,
 * byte for byte, however many threads there are. Whoever is ahead waits;
 * nothing is lost for that. Where an event's work does not fit into its slot,
 * the parser waits for the finisher and does it itself.
 */
#ifndef ASHIATO_SENSOR_TEAM_H
#define ASHIATO_SENSOR_TEAM_H

#include "sensor/engine.h"
#include "sensor/finish.h"

/* Of the 160 KiB that a slot has, small packets touch some 40, long ones all: with three threads 4 to 15 MiB in all, with two, as
 * live, at most 2.5. */
enum { TEAM_THREADS_MOST = 3, TEAM_SLOTS_OF_3 = 96, TEAM_SLOTS_OF_2 = 16 };

struct team;

struct team_options {
	unsigned n_threads;	/* at most TEAM_THREADS_MOST; 0 is 1; the same where the system has no more */
	const struct limits *limits;
	uint64_t epoch;		/* of the batches */
	/* The engine's events, in the thread that parses. What shall become part of a batch is given to team_add. */
	event_fn emit;
	/* As in struct finisher, in the thread that finishes. With more than one thread digests are added after emit has seen the event. */
	void (*deliver)(void *ctx, const struct batch *batch);
	void (*give_up)(void *ctx, uint64_t seq);
	void *ctx;
};

/* NULL when memory is short. */
struct team *team_new(const struct team_options *o);

/* A packet for the engine, which it gets now or with a later call. */
void team_feed(struct team *t, const struct packet *packet);

/* No packet is at hand: everything gathered so far is given to the engine. Does not wait for that. */
void team_flush(struct team *t);

/* True when nothing waits for team_flush. */
bool team_is_idle(const struct team *t);

/* Put ${event} into the batch under way; to be called by emit alone. */
void team_add(struct team *t, const Ev__Event *event);

/* Wait until everything fed is parsed, then let the caller be the one who parses. */
void team_gather(struct team *t);

/* The engine, for whoever parses: the caller, unless there are three threads and team_gather was not called yet. */
struct engine *team_engine(struct team *t);

/* Deliver the batch under way although it is not full, with team_flush; for whoever parses. */
void team_deliver(struct team *t);

/* Finish and deliver everything, end the threads and the engine. NULL is allowed. */
void team_free(struct team *t);

#endif
