/*
 * A bounded memory of what hosts did lately, for rules that look beyond one
 * session: a payload of fixed size per (site, source), (site,
 * destination) or both. Holds a fixed number of them; in the place of a new one the
 * one goes, among a few that share its place, that was used longest ago.
 */
#ifndef ASHIATO_COLLECTOR_DETECT_RECENT_H
#define ASHIATO_COLLECTOR_DETECT_RECENT_H

#include "collector/detect/feed.h"

struct recent;

/* ${entries} payloads of ${payload_bytes}; ${forget} releases what a payload holds, before it is zeroed. True from it: something
 * was lost by that. NULL when memory is short. */
struct recent *recent_new(size_t entries, size_t payload_bytes, bool (*forget)(void *payload));
void recent_free(struct recent *r);

/* Which hosts of an event make the key. */
enum recent_key { RECENT_SOURCE, RECENT_DESTINATION, RECENT_PAIR };

/* The payload for the event's hosts; NULL if there is none. */
void *recent_find(struct recent *r, const struct feed *f, enum recent_key key);
/* The same, made (all zeros) if needed. Valid until the next call. */
void *recent_get(struct recent *r, const struct feed *f, enum recent_key key);

/* How often something was lost. */
uint64_t recent_lost(const struct recent *r);

#endif
