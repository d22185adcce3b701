/*
 * The sources of server logs as people read them: how far each has come, how
 * far its clocks are off and how that is known, which hosts have which address.
 */
#ifndef ASHIATO_COLLECTOR_SOURCES_H
#define ASHIATO_COLLECTOR_SOURCES_H

#include "collector/store/store.h"

/*
 * Those that ${f} finds (text, before, limit), how many there are on all pages in ${total} (may be NULL): a JSON array
 * (new reference), an object a source: "file" (its name), "kind", "site", "hosts", "records", "skipped" (could not
 * be read), "others", "duplicates", "error", "offset_seconds" (of most of its clocks; null: of none is it known) and "clocks":
 * [{"host","has_zone","offset_seconds","offset_by","matches","first","last","records","addresses":[{"address","how"}]}], first
 * and last in UTC as far as the offset is known.
 */
json_t *sources_of(struct store_tx *tx, const struct store_filter *f, int64_t *total);

#endif
