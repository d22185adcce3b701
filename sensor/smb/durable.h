/*
 * Opens that outlive their connection ([MS-SMB2] 3.3.4.18), by what a client
 * calls them when it comes back: what they are named, because it need not say
 * so again.
 *
 * One per engine. LIMIT_DURABLES are remembered; the oldest is forgotten for a
 * newer one.
 */
#ifndef ASHIATO_SENSOR_SMB_DURABLE_H
#define ASHIATO_SENSOR_SMB_DURABLE_H

#include "sensor/core/pool.h"
#include "sensor/core/view.h"

#include <stdbool.h>
#include <stdint.h>

struct durables;

/* One of them. */
struct durable_open {
	struct view server;	/* its address */
	uint64_t persistent_id;
	const char *share;	/* \\HOST\SHARE, or NULL */
	const char *path;	/* below the share, or NULL */
};

/* NULL when memory is short. */
struct durables *durables_new(struct pool *pool);

/* NULL is allowed. */
void durables_free(struct durables *d);

/* Remember a copy of ${o}; false if it could not be, or another one had to be forgotten for it. NULL is allowed. */
bool durables_keep(struct durables *d, const struct durable_open *o);

/* The one with this id, the newest first; false if there is none. What ${out} shows is valid until the next call. NULL is allowed. */
bool durables_find(const struct durables *d, struct view server, uint64_t persistent_id, struct durable_open *out);

/* It was claimed: forget it. */
void durables_drop(struct durables *d, struct view server, uint64_t persistent_id);

#endif
