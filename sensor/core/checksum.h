/*
 * The internet checksum: RFC 1071, over the IPv4 header (RFC 791 3.1) and over a TCP segment with its pseudo-header
 * (RFC 9293 3.1, RFC 8200 8.1).
 *
 * A receiver drops what does not add up, so bytes in such a segment are not what it read. A capture taken on the
 * sending host shows segments whose checksum the network card has yet to fill in; telling these apart is the
 * connection's business (connection.c).
 */
#ifndef ASHIATO_SENSOR_CORE_CHECKSUM_H
#define ASHIATO_SENSOR_CORE_CHECKSUM_H

#include "sensor/core/ip.h"

/* True if ${bytes}, their checksum among them, add up. An odd last byte counts as the first of a pair. */
bool checksum_holds(struct view bytes);

/* True if the TCP segment that ${ip} carries adds up. Its capture must be whole. */
bool checksum_segment_holds(const struct ip *ip);

#endif
