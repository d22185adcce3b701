/*
 * DCOM begins at port 135: an object is activated there, its methods are
 * called on another connection. A rule with memory that puts the two
 * together: what an access by DCOM began with becomes its step.
 */
#ifndef ASHIATO_COLLECTOR_DETECT_ACTIVATION_H
#define ASHIATO_COLLECTOR_DETECT_ACTIVATION_H

#include "collector/detect/acts.h"
#include "collector/detect/recent.h"

/* Memory for ${pairs} of hosts. NULL when memory is short. */
struct recent *activation_memory(size_t pairs);

/* ${act} (not yet added) is a call on the association ${x}: remember an activation, or join the last one to an access
 * that ${act} begins. */
void activation_call(const struct feed *f, struct session *x, const struct act *act);

#endif
