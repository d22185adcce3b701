/*
 * A folder that is watched for server logs: what lies in it and what is
 * written, moved or rotated there is imported (log_import.h), by a thread of
 * its own. Files in the folder itself are of one source named like the folder,
 * those in a folder inside it of a source named like that one; a source that
 * exists already is taken as it is, with its site and format.
 */
#ifndef ASHIATO_COLLECTOR_LOG_FOLDER_H
#define ASHIATO_COLLECTOR_LOG_FOLDER_H

#include "collector/store/store.h"

struct pipeline;
struct log_folder;

/* Watch ${path} until log_folder_stop. NULL and a sentence if it cannot be watched. */
struct log_folder *log_folder_start(struct pipeline *p, struct store *store, const char *path, char *error, size_t error_cap);
/* After the file at hand's next piece. NULL is allowed. */
void log_folder_stop(struct log_folder *f);

#endif
