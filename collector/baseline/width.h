/*
 * How wide a whitelist entry is: what it names so loosely that it might as
 * well not name it. Judged by the number of addresses and by what a pattern
 * leaves open, not by its spelling: "0.0.0.0/0", "?*" and `*\*` name nobody.
 */
#ifndef ASHIATO_COLLECTOR_BASELINE_WIDTH_H
#define ASHIATO_COLLECTOR_BASELINE_WIDTH_H

#include "collector/model.h"

/* True if neither source nor account of ${e} names anybody: it holds for whoever steals any password. */
bool width_is_open(const struct baseline_entry *e);

/* Why ${e} is wide, in a sentence for its author; NULL if it is not. */
const char *width_warning(const struct baseline_entry *e);

#endif
