/*
 * Somebody hides from the sensor: a connection that was captured whole shows
 * what its receiver cannot have read (flow.summary's signs). One finding for
 * each pair of hosts, in the name of whoever was logged on there, so that it
 * joins what the same source and account did besides.
 */
#ifndef ASHIATO_COLLECTOR_DETECT_EVASION_H
#define ASHIATO_COLLECTOR_DETECT_EVASION_H

#include "collector/detect/recent.h"

/* Memory for findings of ${pairs} pairs of hosts; NULL when memory is short. */
struct recent *evasion_memory(size_t pairs);

/* The connection of ${f} has ended. */
void evasion_summary(const struct feed *f);

#endif
