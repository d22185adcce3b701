/*
 * Where one record of a text ends and the next begins. The text is given in
 * growing pieces; what was looked at is not looked at again. Pure.
 */
#ifndef ASHIATO_COLLECTOR_LOGS_FRAME_H
#define ASHIATO_COLLECTOR_LOGS_FRAME_H

#include "collector/logs/format.h"

struct log_frame {
	size_t scanned;		/* of the text without a record's end */
	bool is_quoted;		/* rows and objects: there, inside quotes */
	bool is_escaped;	/* objects: behind a backslash */
	bool has_begun;		/* objects: at ${begin} */
	size_t begin;
	size_t depth;		/* objects: braces open; 0 in one that has begun: it is none */
};

/* A record within a text: from begin to end; it and what belongs to no record are used up. */
struct log_span {
	size_t begin, end, used;
};

/* The first record of ${text}; false if none ends there. With ${is_last} the text's end ends a line or row. */
bool log_frame_next(struct log_frame *f, enum log_framing how, const char *text, size_t n, bool is_last, struct log_span *out);

/* Give up the record that has begun. */
void log_frame_reset(struct log_frame *f);

/* How much of a text without a record's end cannot belong to one. */
size_t log_frame_useless(enum log_framing how, const char *text, size_t n);

#endif
