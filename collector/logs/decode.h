/*
 * From a log's bytes to UTF-8 text: gzip is unpacked, UTF-16 with a byte order
 * mark turned into UTF-8, a byte order mark taken off. Pure; a few tens of KiB.
 */
#ifndef ASHIATO_COLLECTOR_LOGS_DECODE_H
#define ASHIATO_COLLECTOR_LOGS_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct log_decode;

/* Where the text goes. False ends the feeding. */
typedef bool (*log_text_fn)(void *ctx, const char *text, size_t n);

/* NULL if memory is short. */
struct log_decode *log_decode_new(log_text_fn text, void *ctx);
void log_decode_free(struct log_decode *d);

/* The next bytes, cut anywhere. False if they cannot be (a damaged gzip) or the text function said so. */
bool log_decode_feed(struct log_decode *d, const void *bytes, size_t n);

/* Nothing more comes. False if something was left half. */
bool log_decode_end(struct log_decode *d);

/* True if the text is the bytes themselves, from the first on. */
bool log_decode_is_plain(const struct log_decode *d);

/* Go on in the middle of bytes that were plain. */
void log_decode_resume(struct log_decode *d);

#endif
