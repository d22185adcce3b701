/*
 * Sessions that are encrypted inside: listed, never judged by that alone.
 */
#ifndef ASHIATO_COLLECTOR_DETECT_SEALED_H
#define ASHIATO_COLLECTOR_DETECT_SEALED_H

#include "collector/detect/feed.h"

/* Sealed messages were seen. */
void sealed_seen(const struct feed *f);

/* The server said that ${x}, or a share in it, is encrypted. */
void sealed_declared(const struct feed *f, struct session *x);

#endif
