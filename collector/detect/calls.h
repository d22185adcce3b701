/*
 * RPC calls, over a pipe or a connection of their own, become steps.
 */
#ifndef ASHIATO_COLLECTOR_DETECT_CALLS_H
#define ASHIATO_COLLECTOR_DETECT_CALLS_H

#include "collector/detect/feed.h"

void calls_call(const struct feed *f);

#endif
