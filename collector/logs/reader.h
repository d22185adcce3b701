/*
 * Reads a server's log, pushed in as bytes, in whatever format it is.
 *
 * The pieces may be cut anywhere. gzip, a byte order mark, UTF-16 and CR LF
 * are taken off; the format is told by the content unless it is named. A
 * record that cannot be read is handed to the sink with its line and a reason
 * and never stops the rest. Memory is bounded by the longest record. No I/O;
 * native .evtx files, which need a file, are evtx.h.
 */
#ifndef ASHIATO_COLLECTOR_LOGS_READER_H
#define ASHIATO_COLLECTOR_LOGS_READER_H

#include "collector/logs/record.h"

enum {
	LOG_RECORD_CAP = 1 << 20,	/* a registered task's XML is the longest there is: some 100 KiB */
	LOG_DETECT_BYTES = 16 << 10,	/* of the beginning, to tell the format */
};

struct log_options {
	const char *format;		/* a format's name; NULL: by content */
	const char *server;		/* who logged what names no host; NULL: its own address where that is there, else … */
	const char *fallback;		/* … this; NULL: rejected */
	int64_t reference_ns;		/* times that lack a year are not later than a day after this */
	size_t record_cap;		/* the longest record; 0: LOG_RECORD_CAP */
	const void *zone;		/* for utc_of */
	int64_t (*utc_of)(const void *zone, int64_t local_ns);	/* what a time without a zone is in UTC; NULL: not known */
};

/* Where records go. What they point to is valid during the call. */
struct log_sink {
	void *ctx;
	void (*record)(void *ctx, const struct log_record *r);
	/* ${piece}: its beginning, UTF-8. */
	void (*reject)(void *ctx, uint64_t line, const char *reason, const char *piece);
	/* What is rejected next may have been anything, a logon too. NULL: nobody asks. */
	void (*unread)(void *ctx);
};

struct log_reader;

/* NULL if there is no such format or memory is short. ${options} and what it points to are borrowed until log_reader_free. */
struct log_reader *log_reader_new(const struct log_options *options, const struct log_sink *sink);
void log_reader_free(struct log_reader *r);

/* The next bytes of the log. False once it is clear that nothing of it can be read: log_reader_error says why. */
bool log_reader_feed(struct log_reader *r, const void *bytes, size_t n);
/* There are no more. */
bool log_reader_end(struct log_reader *r);

/* A sentence; "" while all is well. */
const char *log_reader_error(const struct log_reader *r);

/* The format's name; NULL until it is known. */
const char *log_reader_format(const struct log_reader *r);

/* How many bytes of the text have been read up to the end of a record, and the number of the line that follows, from 1. */
uint64_t log_reader_bytes(const struct log_reader *r);
uint64_t log_reader_line(const struct log_reader *r);

/* True if a reader that resumes with this one's format, bytes and line may be fed the file from that byte on: the bytes are the
 * text's own and the format keeps nothing from one line to the next. */
bool log_reader_is_seekable(const struct log_reader *r);
/* Before the first byte, on a reader whose format is named: what is fed begins there. */
void log_reader_resume(struct log_reader *r, uint64_t bytes, uint64_t line);

/* The formats, by index; NULL past the last. */
const char *log_format_name(unsigned i);

#endif
