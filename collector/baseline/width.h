/*
 * How wide a whitelist entry is: what it names so loosely that it might as
 * well not name it. Judged by the number of addresses, by what a pattern
 * leaves open and for how long, not by its spelling: "0.0.0.0/0", "?*" and
 * `*\*` name nobody.
 */
#ifndef ASHIATO_COLLECTOR_BASELINE_WIDTH_H
#define ASHIATO_COLLECTOR_BASELINE_WIDTH_H

#include "collector/detect/profiles.h"
#include "collector/model.h"

/* True if neither source nor account of ${e} names anybody: it holds for whoever steals any password. */
bool width_is_open(const struct baseline_entry *e);

/* What is said to who adds an open entry without saying that it is meant so. */
extern const char width_refusal[];

/* Why ${e}, written at ${now_ns}, is wide or, by a profile of ${profiles}, void: a sentence for its author; NULL if it is neither. */
const char *width_warning(const struct profiles *profiles, const struct baseline_entry *e, int64_t now_ns);

#endif
