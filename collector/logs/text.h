/*
 * What the formats share about texts: addresses, numbers, names. Pure.
 */
#ifndef ASHIATO_COLLECTOR_LOGS_TEXT_H
#define ASHIATO_COLLECTOR_LOGS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	LOG_ADDRESS_BYTES = 64,
	LOG_PIECE_BYTES = 256,	/* of a rejected record, for a person to know it again */
};

/* ${text} as canonical text of an address: IPv4 mapped into IPv6 is IPv4, no zone index. False for "-", "LOCAL", names. */
bool log_address(const char *text, char out[LOG_ADDRESS_BYTES]);

/* A number, decimal (negative too) or hexadecimal with 0x; ${otherwise} for NULL and what is none. */
int64_t log_number(const char *text, int64_t otherwise);

/* ${text}, or NULL for "-" and NULL: how Windows writes that it does not know. */
const char *log_known(const char *text);

/* How many blanks and tabs ${text} begins with. */
size_t log_blanks(const char *text, size_t n);

/* The beginning of ${text}, what is not UTF-8 shown as '?'. */
void log_piece(const char *text, size_t n, char out[LOG_PIECE_BYTES]);

#endif
