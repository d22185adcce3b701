/*
 * What interfaces and operations are called.
 *
 * The table is schema/rpc-operations.csv, turned into C by operations.awk when
 * the sensor is built. Names only: which operations have their arguments read
 * is interfaces.c's to say.
 */
#ifndef ASHIATO_SENSOR_RPC_OPERATIONS_H
#define ASHIATO_SENSOR_RPC_OPERATIONS_H

#include "sensor/rpc/ndr.h"

/* One row. A row without an operation only names its interface. */
struct operation {
	struct uuid interface_uuid;
	uint16_t opnum;
	const char *interface;
	const char *name;
};

/* The first row of the interface ${uuid}; NULL when the table has none. */
const struct operation *operations_of(const struct uuid *uuid);

/* The row of ${opnum} of the interface whose first row is ${first} (may be NULL); NULL when the table has none. */
const struct operation *operations_row(const struct operation *first, uint16_t opnum);

/* The row of ${opnum} of the interface ${uuid}; NULL when the table has none. */
const struct operation *operations_find(const struct uuid *uuid, uint16_t opnum);

/* The name of the interface ${uuid}; NULL when the table has none. */
const char *operations_interface(const struct uuid *uuid);

/* The rows, in order of UUID and opnum, for tests and lists. */
const struct operation *operations_all(size_t *n);

#endif
