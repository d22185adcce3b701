/*
 * Files: what was opened, moved, copied, linked, renamed and deleted. On an administrative
 * share all of it is an act; on other shares only executables are noted, as
 * rows to search, never as acts.
 */
#ifndef ASHIATO_COLLECTOR_DETECT_FILES_H
#define ASHIATO_COLLECTOR_DETECT_FILES_H

#include "collector/detect/feed.h"

void files_create(const struct feed *f);	/* also the opening of pipes */
void files_transfer(const struct feed *f);
void files_copy(const struct feed *f);
void files_link(const struct feed *f);
void files_rename(const struct feed *f);
void files_delete(const struct feed *f);

#endif
