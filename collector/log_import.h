/*
 * A file of server logs into the store: from where it was left last time, or
 * from its beginning; each record once, however often the file comes.
 */
#ifndef ASHIATO_COLLECTOR_LOG_IMPORT_H
#define ASHIATO_COLLECTOR_LOG_IMPORT_H

#include "collector/store/store.h"

struct pipeline;
struct zone;

/* How far it is: ${done} of ${size} bytes (0: not known). False stops it; what was read stays. */
typedef bool (*log_progress_fn)(void *ctx, uint64_t done, uint64_t size);

struct log_import {
	struct pipeline *pipeline;
	struct store *store;
	int64_t source;
	const char *format;		/* NULL: by content */
	const char *server;		/* who logged what names no host; may be NULL: then its own address, else … */
	const char *fallback;		/* … this: the source's name; may be NULL */
	const struct zone *zone;	/* in which times without one are written; NULL: their offset is to be found */
	const char *program;		/* this program's own file, to read .evtx with; NULL: /proc/self/exe */
	bool grows;			/* somebody writes it: leave a last line without its end for the next time */
	bool *waits;			/* with grows: set when the file was left alone, because its format is read whole and its
					 * writer was at it a moment ago; come again */
	log_progress_fn progress;	/* may be NULL */
	void *ctx;
};

/* Import ${path}, "-" the standard input. 0, and in ${tally} what came of it; -1 and a sentence that names the file when it cannot
 * be read to its end or stored (${tally} is what was stored all the same). */
int log_import_file(const struct log_import *i, const char *path, struct store_log_tally *tally, char *error, size_t error_cap);

/* The source with the name of ${fresh}, made as that says if there is none. -1 and a sentence on failure. */
int log_import_source(struct store *store, const struct store_log_source_new *fresh, struct store_log_source *out, char *error,
		      size_t error_cap);

#endif
