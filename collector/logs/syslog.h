/*
 * What a syslog message says before its text: RFC 5424, and RFC 3164 as it is
 * written in practice. Pure.
 */
#ifndef ASHIATO_COLLECTOR_LOGS_SYSLOG_H
#define ASHIATO_COLLECTOR_LOGS_SYSLOG_H

#include "collector/logs/format.h"
#include "collector/logs/when.h"

enum { LOG_HOST_BYTES = 256 };

/* A line: what stands before the message, and the message. */
struct log_line {
	bool has_when;
	struct log_when when;
	char host[LOG_HOST_BYTES];	/* "" where it names none */
	const char *message;
	size_t n;
};

/* Read ${l}'s message, take the header off: a priority, the time, the host, the tag. False, and nothing changed, if it has none. */
bool log_syslog_header(struct log_line *l, int64_t reference_ns);

/* Read a message of Samba's: an audit object (by ${json}, a state of log_format_json) or a line of vfs_full_audit. */
void log_samba_message(void *json, struct log_parse *p, const struct log_line *l);

#endif
