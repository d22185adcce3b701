/*
 * DCOM classes that the sensor knows by name (classes.def).
 */
#ifndef ASHIATO_SENSOR_RPC_CLASSES_H
#define ASHIATO_SENSOR_RPC_CLASSES_H

#include "sensor/rpc/ndr.h"

struct class {
	struct uuid uuid;
	const char *name;
	const struct uuid *interfaces;	/* that its process offers, and a UUID of zeros; classes_offer */
};

/* The row of ${class}; NULL when the table has none. */
const struct class *classes_find(const struct uuid *class);

/* The interface ${i} that the process of ${class} offers; false behind the last one. */
bool classes_offer(const struct class *class, size_t i, const struct uuid **interface);

/* The rows, in order of UUID, for tests. */
const struct class *classes_all(size_t *n);

#endif
