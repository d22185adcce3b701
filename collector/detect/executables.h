/*
 * Which files of a host's administrative shares are known to be executables,
 * whatever they are called: whoever moved one there under another name is
 * recognised when it is renamed, deleted or fetched, also in a later session
 * and from another source. A rule with memory; it keeps the last few of each
 * host, as hashes, and knows of none before the collector started.
 */
#ifndef ASHIATO_COLLECTOR_DETECT_EXECUTABLES_H
#define ASHIATO_COLLECTOR_DETECT_EXECUTABLES_H

#include "collector/detect/recent.h"

/* Memory for ${hosts}. NULL when memory is short. */
struct recent *executables_memory(size_t hosts);

/* ${path} (\\HOST\SHARE\path) on the event's server now holds an executable; or does not: other bytes, or nothing. */
void executables_learn(const struct feed *f, const char *path);
void executables_forget(const struct feed *f, const char *path);

bool executables_knows(const struct feed *f, const char *path);

#endif
