/*
 * A stage for parsers: the struct env that the engine would give them, and a
 * record of every event they emit.
 *
 * Events are kept as deep copies, so a test may look at them after the packet
 * is gone. The pool's level is checked when the stage is taken down: a parser
 * that keeps memory after its close fails there.
 */
#ifndef ASHIATO_TESTS_STAGE_H
#define ASHIATO_TESTS_STAGE_H

#include "sensor/core/handoff.h"

enum { STAGE_EVENTS_MAX = 512 };

struct stage {
	struct env env;
	struct arena arena;
	struct counts counts;
	struct parties parties;		/* 192.0.2.1:49152 to 192.0.2.2:445 */
	Ev__Event *events[STAGE_EVENTS_MAX];
	size_t n_events;
};

/* A stage with a pool of ${pool_bytes} (0: 8 MiB); the test sets env.read_token, env.pipes, env.files as it needs. */
struct stage *stage_new(size_t pool_bytes);

/* Take it down; aborts if the pool still has memory out. NULL is allowed. */
void stage_free(struct stage *s);

/* Another packet begins. */
void stage_packet(struct stage *s);

#endif
