/*
 * Community ID v1, seed 0: one name for a connection that other tools compute
 * too (github.com/corelight/community-id-spec): "1:" + base64(SHA-1(seed,
 * smaller address, larger address, protocol, 0, its port, the other port)),
 * all in network order, the end with the smaller (address, port) first.
 */
#ifndef ASHIATO_SENSOR_CORE_COMMUNITY_H
#define ASHIATO_SENSOR_CORE_COMMUNITY_H

#include "sensor/core/view.h"

enum { COMMUNITY_BYTES = 31 };	/* "1:", 28 characters, NUL */

/* One end: address of 4 or 16 bytes, port in host order. */
struct community_end {
	struct view address;
	uint16_t port;
};

/* Write the id of the TCP connection between ${a} and ${b}, whose addresses are of one length. */
void community_of_tcp(struct community_end a, struct community_end b, char out[COMMUNITY_BYTES]);

/* The same of a UDP conversation. */
void community_of_udp(struct community_end a, struct community_end b, char out[COMMUNITY_BYTES]);

#endif
