/*
 * The TCP header: RFC 9293 3.1. Reads one segment; what segments mean to each
 * other is stream.h's and connection.h's.
 *
 * Whether its checksum adds up is asked by credible.h: it takes reading all of the segment.
 */
#ifndef ASHIATO_SENSOR_CORE_TCP_H
#define ASHIATO_SENSOR_CORE_TCP_H

#include "sensor/core/view.h"

#include <stdbool.h>

enum { TCP_FIN = 0x01, TCP_SYN = 0x02, TCP_RST = 0x04, TCP_ACK = 0x10 };

/* What the checksums of a segment and its IP header say. */
enum tcp_sums { TCP_SUMS_UNASKED, TCP_SUMS_RIGHT, TCP_SUMS_WRONG };

struct tcp {
	uint16_t source_port;
	uint16_t destination_port;
	uint32_t seq;
	uint32_t ack;
	uint8_t flags;
	struct view payload;	/* as captured */
	uint32_t wire_bytes;	/* the payload's length on the wire */
	enum tcp_sums sums;	/* filled in by credible.h */
};

/* Read the segment ${bytes} that was ${wire_bytes} long on the wire. False: malformed; ${out} is as it was. */
bool tcp_parse(struct view bytes, size_t wire_bytes, struct tcp *out);

/* True if all flags in ${flags} are set. */
static inline bool tcp_has(const struct tcp *t, unsigned flags)
{
	return (t->flags & flags) == flags;
}

/* How far sequence number ${a} lies behind ${b} (negative: before it), across the wrap; RFC 9293 3.4. */
static inline int32_t tcp_distance(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b);
}

#endif
