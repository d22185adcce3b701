/*
 * The internet layer: IPv4 with options, IPv6 with extension headers.
 *
 * Reads one header chain down to TCP, UDP or a fragment; putting fragments
 * together is fragment.h's. Whether the header's checksum adds up is noted, not
 * judged: offloading leaves it empty in captures taken on the sending host (credible.h).
 */
#ifndef ASHIATO_SENSOR_CORE_IP_H
#define ASHIATO_SENSOR_CORE_IP_H

#include "sensor/core/view.h"

#include <stdbool.h>

enum ip_result {
	IP_IS_TCP,		/* payload is a TCP segment */
	IP_IS_UDP,		/* payload is a UDP datagram */
	IP_IS_FRAGMENT,		/* payload is a piece of something that may be one */
	IP_IS_OTHER,
	IP_IS_MALFORMED,
};

enum { IP_NEXT_UDP = 17 };	/* struct ip's next_header, IANA protocol numbers */

struct ip {
	uint8_t version;		/* 4 or 6 */
	struct view source;		/* 4 or 16 bytes */
	struct view destination;
	uint8_t next_header;		/* what the payload begins with (IPv4: protocol) */
	uint8_t hops;			/* time to live, hop limit: how many it may still take */
	bool header_adds_up;		/* its checksum is right; IPv6 has none */
	struct view payload;		/* as captured, without what the link layer padded */
	size_t wire_bytes;		/* its length on the wire; more than payload.n when the capture is cut */
	uint32_t fragment_id;		/* of a fragment: Identification, 16 bits in IPv4 */
	uint32_t fragment_offset;	/* in bytes */
	bool more_fragments;
};

/* Read the packet ${bytes}. ${out} is filled unless the result is IP_IS_MALFORMED. */
enum ip_result ip_parse(struct view bytes, struct ip *out);

/* Go on behind a reassembled datagram: ${ip}'s payload and wire_bytes are the
 * whole, its next_header what the whole begins with. Any result but IP_IS_FRAGMENT. */
enum ip_result ip_parse_whole(struct ip *ip);

#endif
