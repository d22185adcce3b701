/*
 * The log: one line per message on standard error, "program: level: text".
 *
 * Text may quote what a stranger sent. Control characters, bytes that are not
 * UTF-8, and the characters that turn the direction of writing are escaped
 * here, once, so no caller can forget: a name from the wire can neither end a
 * line nor colour a terminal. Threads may log at once; a line is one write(2).
 */
#ifndef ASHIATO_PROTO_BASE_LOG_H
#define ASHIATO_PROTO_BASE_LOG_H

#include <stddef.h>

enum { LOG_LINE_BYTES = 1024 };	/* longer ones are cut */

/* Something failed and a person has to act. Says what, on which thing, and what to do. */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Something is odd or lost, work goes on. */
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A state has changed. */
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ${text} into ${out}, made harmless: "\n" becomes the two characters \ n, other ones \xHH, per byte.
 * Always terminated; what does not fit is left out. Returns ${out}. */
char *log_escape(const char *text, char *out, size_t out_cap);

#endif
