/*
 * Every SMB2 session of every connection, by its id.
 *
 * A session that is bound to a second connection (multichannel), or replaced by
 * a new one after a reconnect, is named there by its id alone; this is where the
 * first connection is found. The rows are the sessions themselves, chained in
 * buckets under a keyed hash, so that nobody outside can aim at one bucket.
 * One per engine; what makes two sessions the same one is its user's to say.
 */
#ifndef ASHIATO_SENSOR_SMB_REGISTRY_H
#define ASHIATO_SENSOR_SMB_REGISTRY_H

#include "sensor/core/pool.h"

#include <stdbool.h>
#include <stdint.h>

struct registry;
struct session;

enum { REGISTRY_CROWD = 256 };

/* For some ${n} sessions; ${seed} keys the hash. NULL when memory is short. */
struct registry *registry_new(struct pool *pool, uint32_t n, const uint64_t seed[2]);

/* Frees it; sessions still in it must have been dropped. NULL is allowed. */
void registry_free(struct registry *r);

/* False, and nothing done, when its bucket holds REGISTRY_CROWD: somebody uses one id over and over. */
bool registry_add(struct registry *r, struct session *s);

void registry_drop(struct registry *r, struct session *s);

/* The newest session with this id of which ${fits} says so to ${ctx}; NULL if there is none. */
struct session *registry_find(const struct registry *r, uint64_t id, bool (*fits)(const struct session *s, const void *ctx),
			      const void *ctx);

#endif
