/*
 * What a format is: how its records are told apart, how one is recognised, and
 * what becomes of it. A format is one file that fills one of these; formats.c
 * lists them. Pure.
 */
#ifndef ASHIATO_COLLECTOR_LOGS_FORMAT_H
#define ASHIATO_COLLECTOR_LOGS_FORMAT_H

#include "collector/logs/fields.h"
#include "collector/logs/reader.h"

/* What a format's parser works with; the reader's. */
struct log_parse {
	const struct log_options *options;
	const struct log_sink *sink;
	struct log_fields fields;	/* of the record at hand */
	uint64_t line;			/* where it begins */
	const char *text;		/* the record at hand */
	size_t n;
	bool is_heading;		/* set by a parser: what follows cannot be read without this line */
};

/* Hand on what the parser found. The record gets line and, unless it has one, raw. */
void log_parse_record(struct log_parse *p, struct log_record *r);
/* Who logged it: ${named} by the record, else as the options say. NULL, and the record rejected, if that is nobody. */
const char *log_parse_server(struct log_parse *p, const char *named, const char *own_address);
void log_parse_reject(struct log_parse *p, const char *reason);
/* Likewise, though enough of it was read to know that it is no logon. */
void log_parse_pass(struct log_parse *p, const char *reason);

/* How records are told apart. */
enum log_framing {
	LOG_LINES,	/* by line ends */
	LOG_EVENTS,	/* <Event> … </Event>, whatever stands between */
	LOG_ROWS,	/* by line ends outside quotes */
	LOG_OBJECTS,	/* { … }, whatever stands between */
};

struct log_format {
	const char *name;
	enum log_framing framing;
	bool is_seekable;	/* nothing is kept from one record to the next, unless it is_heading */
	bool is_bytes;		/* its lines may hold any bytes (file names do); the parser sees '?' for what is not UTF-8 */
	/* True if a log whose first ${n} bytes of UTF-8 are ${head} (ended by NUL) is of this format. */
	bool (*is_like)(const char *head, size_t n);
	/* What the parser keeps between records; NULL if memory is short. */
	void *(*open)(void);
	void (*close)(void *state);
	/* Read the record at hand; ${p}'s fields are clear. */
	void (*parse)(void *state, struct log_parse *p);
};

/* The formats; the first that is_like wins. ${i} past the last: NULL. */
const struct log_format *log_format_at(unsigned i);
const struct log_format *log_format_named(const char *name);

extern const struct log_format log_format_json, log_format_json_list, log_format_xml, log_format_csv, log_format_samba, log_format_syslog;

/* Make a record of the fields and hand it on, or reject it: of a Windows event, of a Samba audit object. */
void log_windows_record(struct log_parse *p);
void log_samba_record(struct log_parse *p);

#endif
