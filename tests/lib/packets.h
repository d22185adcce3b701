/*
 * Packets made by hand, for tests: headers around a payload, written into the
 * caller's block. No checksums: a direction that never shows right ones is not held to them.
 */
#ifndef ASHIATO_TESTS_PACKETS_H
#define ASHIATO_TESTS_PACKETS_H

#include "sensor/core/view.h"

/* One TCP segment over IPv4; addresses in host order. */
struct segment {
	uint32_t source, destination;
	uint16_t source_port, destination_port;
	uint32_t seq, ack;
	uint8_t flags;		/* TCP_* */
	struct view payload;
};

enum { PACKETS_HEADERS_BYTES = 14 + 20 + 20 };

/* Ethernet, IPv4, TCP and payload into ${out}, which has room for PACKETS_HEADERS_BYTES more than the payload. */
struct view packets_ethernet(const struct segment *s, uint8_t *out);

/* An IPv4 header for a piece of ${payload} at ${offset} (a multiple of 8), and the piece. */
struct view packets_ipv4_fragment(uint32_t source, uint32_t destination, uint16_t id, size_t offset, int more_fragments,
				  struct view piece, uint8_t *out);

#endif
