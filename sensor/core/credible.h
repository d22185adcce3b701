/*
 * Would the receiver have read this segment? What it drops must not be taken for what was said: an intruder could
 * send the sensor one thing and the server another (Ptacek and Newsham, "Insertion, Evasion, and Denial of Service",
 * 1998).
 *
 * Dropped as the receiver drops it (RFC 9293 3.10.7.4, RFC 791 3.1): a checksum that does not add up, data without
 * the ACK flag. A direction is only held to its checksums once it has shown right ones (its SYN's, or several in a
 * row): a capture taken on the sending host shows them unfinished. Segments longer than a frame carries were merged
 * after they were received (GRO, LRO) and have none of their own. Fewer hops left than the connection began with is
 * counted only: routes change, but a segment that dies before it arrives looks like this.
 */
#ifndef ASHIATO_SENSOR_CORE_CREDIBLE_H
#define ASHIATO_SENSOR_CORE_CREDIBLE_H

#include "sensor/core/ip.h"
#include "sensor/core/stream.h"
#include "sensor/core/tcp.h"

enum {
	CREDIBLE_SUMS = 8,		/* right checksums in a row that show a direction to have them (a SYN's counts alone) */
	CREDIBLE_FRAME_BYTES = 1460,	/* the most payload of a TCP segment in an Ethernet frame */
};

/* Ask for the checksums now, in the thread that has just had the bytes in its hands; credible does, if nobody has. */
void credible_weigh(const struct ip *ip, struct tcp *tcp);

/* True if ${tcp}, carried by ${ip} in the direction ${s}, counts. What it tells about the direction is noted in ${s};
 * why it does not is counted. */
bool credible(struct stream *s, const struct ip *ip, const struct tcp *tcp, struct counts *counts);

#endif
