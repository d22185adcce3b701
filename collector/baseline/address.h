/*
 * Ranges of addresses as people write them: one address, a CIDR range or
 * "first-last", IPv4 or IPv6. An IPv4 address written inside IPv6
 * (::ffff:192.0.2.1) is the same host.
 */
#ifndef ASHIATO_COLLECTOR_BASELINE_ADDRESS_H
#define ASHIATO_COLLECTOR_BASELINE_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

enum { ADDRESS_BYTES = 16 };

struct address_range {
	uint8_t first[ADDRESS_BYTES], last[ADDRESS_BYTES];	/* IPv4 as ::ffff:a.b.c.d */
};

/* False if ${text} is none of the three; ${out} is as it was. */
bool address_parse_range(const char *text, struct address_range *out);

/* True if all of ${range} is IPv4. */
bool address_is_v4(const struct address_range *range);

/* How many bits tell its addresses apart, at least: 0 for one address, 8 for 10.0.0.0/24. */
unsigned address_range_bits(const struct address_range *range);

/* True if ${text} is an address within. A range of one family holds none of the other: ::/0 no IPv4 address. */
bool address_in_range(const struct address_range *range, const char *text);

/* True for an address, in canonical text, that never leaves its host, or only its own link. */
bool address_is_local(const char *address);

#endif
