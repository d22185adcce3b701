/*
 * A server log in a file, whatever its format: read from beginning to end in
 * constant memory. Event files (.evtx) are turned into XML by a process of
 * their own.
 */
#ifndef ASHIATO_COLLECTOR_LOG_FILE_H
#define ASHIATO_COLLECTOR_LOG_FILE_H

#include "collector/logs/reader.h"

#include <stddef.h>

enum { LOG_FILE_FORMAT_BYTES = 32 };

/* Hand every record of ${path} to ${sink}. ${format} gets the name of what was found, "" if nothing was. -1 and a sentence if the
 * file cannot be opened or nothing of it can be read; a file that breaks off was read to there. */
int log_file_read(const char *path, const struct log_options *options, const struct log_sink *sink,
		  char format[LOG_FILE_FORMAT_BYTES], char *error, size_t error_cap);

#endif
