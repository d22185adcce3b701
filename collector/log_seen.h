/*
 * Which files of a folder have been read as they are: by inode, size and time
 * of change. A folder may hold ten thousand that nobody writes any more, and
 * each write to another one asks again.
 */
#ifndef ASHIATO_COLLECTOR_LOG_SEEN_H
#define ASHIATO_COLLECTOR_LOG_SEEN_H

#include "collector/slots.h"

#include <sys/stat.h>

struct log_seen_file;

/* All zero is empty. */
struct log_seen {
	struct log_seen_file *files;
	size_t n, cap;
	struct slots known;	/* where each is in ${files}, by inode */
};

/* True if the file was read as ${st} shows it now, or could not be and it is too early (${now_ns}, steady) to try again. */
bool log_seen_is_done(struct log_seen *s, const struct stat *st, int64_t now_ns);

/* It was, ${is_read} or not. When memory is short it is not noted, and read again. */
void log_seen_note(struct log_seen *s, const struct stat *st, bool is_read, int64_t now_ns);

/* Forget the files that were not asked for since the last call: they are gone. */
void log_seen_sweep(struct log_seen *s);

void log_seen_fini(struct log_seen *s);

#endif
