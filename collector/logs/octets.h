/*
 * Syslog messages in a byte stream: RFC 6587 3.4.1 octet counting ("83 <34>1
 * …") and 3.4.2 lines, told apart by their first byte. Pure; the caller's
 * storage.
 */
#ifndef ASHIATO_COLLECTOR_LOGS_OCTETS_H
#define ASHIATO_COLLECTOR_LOGS_OCTETS_H

#include <stdbool.h>
#include <stddef.h>

enum { LOG_MESSAGE_BYTES = 256 << 10 };	/* RFC 5424 6.1 asks for 2,048; a registered task (4698) brings some 100 KiB */

struct log_octets {
	char message[LOG_MESSAGE_BYTES];
	size_t n;		/* collected */
	size_t wanted;		/* by the count; 0: a line, or the count itself */
	enum { OCTETS_START, OCTETS_COUNT, OCTETS_COUNTED, OCTETS_LINE } state;
	bool is_too_long;
};

/* A whole message without its frame; ${is_cut}: this is only its beginning, LOG_MESSAGE_BYTES or what came of it. */
typedef void (*log_message_fn)(void *ctx, const char *message, size_t n, bool is_cut);

/* The next bytes of the stream. False if they are no frame at all: the stream cannot be understood any more. */
bool log_octets_feed(struct log_octets *o, const char *bytes, size_t n, log_message_fn message, void *ctx);

/* The stream is over: what has come of a message goes out too, a line as it is, a counted one as cut. */
void log_octets_end(struct log_octets *o, log_message_fn message, void *ctx);

#endif
