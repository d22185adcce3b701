/*
 * DCOM classes that the sensor knows by name (classes.def).
 */
#ifndef ASHIATO_SENSOR_RPC_CLASSES_H
#define ASHIATO_SENSOR_RPC_CLASSES_H

#include "sensor/rpc/ndr.h"

/* The name of the class ${class}; NULL when the table has none. */
const char *classes_name(const struct uuid *class);

#endif
