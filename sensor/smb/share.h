/*
 * The name of a share, kept once for all trees and opens that have it.
 *
 * In memory it stands behind what has to be known of it again and again: how
 * many have it, and which administrative one it is. Owners hold the text
 * alone, which reads like any other.
 */
#ifndef ASHIATO_SENSOR_SMB_SHARE_H
#define ASHIATO_SENSOR_SMB_SHARE_H

#include "sensor/core/handoff.h"

/* A copy of ${text}, \\HOST\SHARE, cut as name_keep cuts it, with one reference; NULL for NULL, or (counted) when memory is short. */
char *share_keep(struct env *env, const char *text);

/* One more reference to ${kept}, which share_keep returned; NULL is allowed and returned. */
char *share_hold(char *kept);

/* Let a reference go; the last one frees it. NULL is allowed. */
void share_release(struct pool *pool, char *kept);

/* name_is_admin of ${kept}, known since it was kept. */
bool share_is_admin(const char *kept);

/* True if both are the same administrative share, whatever the host and however it is spelt. */
bool share_is_same_admin(const char *kept, const char *other);

#endif
