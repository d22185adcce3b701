/*
 * Zerologon (CVE-2020-1472): a Netlogon credential of eight zero bytes is
 * right for one challenge in 256, so a tool tries until one is accepted, each
 * time on a connection of its own or not. A rule with memory: it counts per
 * pair of hosts and tells one finding, however many attempts there were.
 */
#ifndef ASHIATO_COLLECTOR_DETECT_ZEROLOGON_H
#define ASHIATO_COLLECTOR_DETECT_ZEROLOGON_H

#include "collector/detect/acts.h"
#include "collector/detect/recent.h"

/* Memory for ${pairs} of hosts. NULL when memory is short. */
struct recent *zerologon_memory(size_t pairs);

/* ${act} (not yet added) is a call on the association ${x}. */
void zerologon_call(const struct feed *f, struct session *x, const struct act *act);

#endif
