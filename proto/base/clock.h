/*
 * Time as the contracts write it: inside, int64 nanoseconds since 1970-01-01
 * UTC; outside, RFC 3339 in UTC with nine digits. Pure but for the last two functions.
 */
#ifndef ASHIATO_PROTO_BASE_CLOCK_H
#define ASHIATO_PROTO_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define CLOCK_SECOND_NS INT64_C(1000000000)
#define CLOCK_HOUR_NS	(3600 * CLOCK_SECOND_NS)
#define CLOCK_MS_NS	INT64_C(1000000)

enum { CLOCK_TEXT_BYTES = 31 };	/* "2014-01-01T00:00:00.000000000Z" and a NUL; int64 reaches from 1677 to 2262 */

/* Write ${ns} as text into ${out}. Never fails. */
void clock_text(int64_t ns, char out[CLOCK_TEXT_BYTES]);

/* Read an RFC 3339 time: 'T' or a space, any number of digits of the second's
 * fraction (those past the ninth are dropped), "Z" or an offset "+09:00". False
 * for anything else, a date that does not exist or one that int64 cannot hold. */
bool clock_parse(const char *text, int64_t *ns);

/* The time now. */
int64_t clock_now_ns(void);

/* Since some fixed moment, never set back: for time-outs. */
int64_t clock_steady_ns(void);

#endif
