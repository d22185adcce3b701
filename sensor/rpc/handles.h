/*
 * Context handles: what a server's 20 opaque octets stand for.
 *
 * StartService names no service and BaseRegSetValue no key: they carry a
 * handle that an earlier answer gave out. This remembers, per association and
 * bounded, the name under which each handle was asked for.
 */
#ifndef ASHIATO_SENSOR_RPC_HANDLES_H
#define ASHIATO_SENSOR_RPC_HANDLES_H

#include "sensor/core/counts.h"
#include "sensor/core/pool.h"
#include "sensor/core/view.h"
#include "sensor/rpc/ndr.h"

/* Open at once in one association; the services of a "sc" session are two or three. Whoever opens more makes calls on the oldest
 * come without their name, and is counted. */
enum { HANDLES_MAX = 16 };

struct handle {
	uint8_t bytes[NDR_HANDLE_BYTES];
	char *name;	/* of the pool */
	size_t name_bytes;
};

struct handles {
	struct pool *pool;
	struct counts *counts;	/* NULL: nobody counts */
	struct handle *rows;	/* of the pool, from the first handle on */
	size_t next;		/* the row that gives way when all are taken */
};

/* ${handle} stands for ${name} from now on. The oldest one gives way when there
 * are too many. A handle of zeros (an answer that refuses) is not kept. */
void handles_put(struct handles *h, struct view handle, const char *name);

/* What ${handle} stands for, valid until the next call that changes ${h}; NULL when that was not seen. */
const char *handles_name(const struct handles *h, struct view handle);

void handles_forget(struct handles *h, struct view handle);

void handles_fini(struct handles *h);

#endif
