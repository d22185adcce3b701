/*
 * The link layer: what stands before the IP header, by link type.
 *
 * Knows frame formats and nothing of what they carry. Pure: one frame in, a
 * view of the IP packet, the MAC addresses and the VLAN out. Link types are
 * numbered as libpcap's DLT_* (the numbers stand here because only capture.c
 * may include <pcap.h>).
 */
#ifndef ASHIATO_SENSOR_CORE_LINK_H
#define ASHIATO_SENSOR_CORE_LINK_H

#include "sensor/core/view.h"

#include <stdbool.h>

enum link_type {
	LINK_NULL = 0,		/* BSD loopback, family in the capturing host's byte order */
	LINK_ETHERNET = 1,
	LINK_RAW = 12,		/* IPv4 or IPv6 without anything before it */
	LINK_LOOP = 108,	/* OpenBSD loopback, family in network order */
	LINK_LINUX_SLL = 113,	/* "any" device, cooked v1 */
	LINK_IPV4 = 228,
	LINK_IPV6 = 229,
	LINK_LINUX_SLL2 = 276,	/* cooked v2 */
};

enum link_result { LINK_IS_IP, LINK_IS_OTHER, LINK_IS_MALFORMED };

struct link {
	struct view ip;			/* from the IP header's first byte */
	struct view source_mac;		/* 6 bytes, or empty when the link type has none */
	struct view destination_mac;
	uint16_t vlan;			/* innermost VID; 0: untagged (VID 0 only carries a priority, 802.1Q 9.6) */
};

/* True if frames of DLT ${link_type} can be read. */
bool link_knows(int link_type);

/* Read one frame of a link type that link_knows. ${out} is filled on LINK_IS_IP only. */
enum link_result link_parse(int link_type, struct view frame, struct link *out);

#endif
