/*
 * Named pipes that belong to tools of remote execution. A pipe is recognised
 * by its shape, by its traffic, or because it carries the name of the service
 * that was just created; so a renamed service gives equal steps.
 */
#ifndef ASHIATO_COLLECTOR_DETECT_PIPES_H
#define ASHIATO_COLLECTOR_DETECT_PIPES_H

#include "collector/detect/feed.h"

/* A pipe called ${name} was opened. */
void pipes_opened(const struct feed *f, struct session *x, const char *name);

/* A pipe that speaks no RPC was closed (smb.pipe). */
void pipes_closed(const struct feed *f);

#endif
