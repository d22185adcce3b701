/*
 * One input of a source of server logs on its way into the store: bytes in,
 * records out through intake.h, a transaction a piece. Every way in (files,
 * uploads, syslog, folders) is one of these.
 */
#ifndef ASHIATO_COLLECTOR_LOG_FEED_H
#define ASHIATO_COLLECTOR_LOG_FEED_H

#include "collector/logs/reader.h"
#include "collector/store/store.h"

struct pipeline;
struct log_feed;

enum { LOG_FEED_PIECE_BYTES = 1 << 20 };	/* the most for a transaction: some thousand records, some tens of ms */

/* ${input} names file or peer in rejects; what ${options} points to must live as long as the feed. NULL if there is no such
 * format or memory is short. */
struct log_feed *log_feed_new(struct pipeline *p, int64_t source, const char *input, const struct log_options *options);
void log_feed_free(struct log_feed *f);

/* Go on in the middle of ${file}, whose position each piece moves on with its records. Only before the first byte; the file
 * is borrowed. With bytes 0 it only keeps the position. */
void log_feed_position(struct log_feed *f, const char *path, struct store_log_file *file);

/* Store the records of the next bytes, durable on return: 0. -1 and a sentence when the store fails or nothing of the log can
 * be read; what was stored before stays, the feed is over. */
int log_feed_bytes(struct log_feed *f, const void *bytes, size_t n, char *error, size_t error_cap);

/* Keep aside ${piece}, which came broken and for which no record can be read: its beginning, with ${reason}. As log_feed_bytes. */
int log_feed_broken(struct log_feed *f, const char *reason, const char *piece, size_t n, char *error, size_t error_cap);

/* There are no more bytes: what stands at the end without a line end is a record too. */
int log_feed_end(struct log_feed *f, char *error, size_t error_cap);

/* How much text has been read, unpacked. */
uint64_t log_feed_text_bytes(const struct log_feed *f);

/* What came of it so far. */
struct store_log_tally log_feed_tally(const struct log_feed *f);

/* It failed for what the log is, not for the store. */
bool log_feed_is_unreadable(const struct log_feed *f);

/* See log_reader_is_seekable; the format, NULL while it is not known. */
bool log_feed_is_seekable(const struct log_feed *f);
const char *log_feed_format(const struct log_feed *f);

#endif
