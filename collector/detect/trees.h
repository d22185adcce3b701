/*
 * Shares: which of them only administrators may connect to.
 */
#ifndef ASHIATO_COLLECTOR_DETECT_TREES_H
#define ASHIATO_COLLECTOR_DETECT_TREES_H

#include "collector/detect/feed.h"

void trees_connect(const struct feed *f);

/* True if ${path} (\\HOST\SHARE; may be NULL) is ADMIN$ or a drive. */
bool trees_is_admin(const struct feed *f, const char *path);

/* Something on the admin share ${path} succeeded: its connection is an act even if it was not captured. */
void trees_imply(const struct feed *f, struct session *x, const char *path);

#endif
