/*
 * Reading logs in tests: what a reader makes of a text, record by record, as
 * lines of text that can be compared.
 */
#ifndef ASHIATO_TESTS_LIB_LOGREAD_H
#define ASHIATO_TESTS_LIB_LOGREAD_H

#include "collector/logs/reader.h"

#include <stdbool.h>
#include <stddef.h>

enum { LOGREAD_TEXT_BYTES = 1 << 20 };

/* What was read: one line a record ("logon success 2020-… FS1 LAB\dave …") or reject ("reject 3 not a JSON object"). */
struct logread {
	char text[LOGREAD_TEXT_BYTES];
	size_t used;
	size_t n_records, n_rejects;
	bool was_fed, was_ended;	/* what feeding and ending said */
	char format[32];
	char error[160];
};

/* Read the ${n} bytes in pieces of ${piece} bytes (0: at once); ${format} and ${server} may be NULL. Valid until the next call. */
const struct logread *logread_read(const char *format, const char *server, const void *bytes, size_t n, size_t piece);

/* The same of a text, at once, in no named format, of server "FS1". */
const struct logread *logread_read_text(const char *text);

/* A whole file, which the caller frees; NULL if there is none. */
char *logread_file(const char *path, size_t *n);

#endif
