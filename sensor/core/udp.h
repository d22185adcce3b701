/*
 * The UDP header: RFC 768. What datagrams mean to each other is the protocol's.
 * The checksum is not checked, for the reasons of tcp.h.
 */
#ifndef ASHIATO_SENSOR_CORE_UDP_H
#define ASHIATO_SENSOR_CORE_UDP_H

#include "sensor/core/view.h"

#include <stdbool.h>

struct udp {
	uint16_t source_port;
	uint16_t destination_port;
	struct view payload;	/* as captured */
	size_t wire_bytes;	/* the payload's length on the wire */
};

/* Read the datagram ${bytes} that was ${wire_bytes} long on the wire. False: malformed; ${out} is as it was. */
bool udp_parse(struct view bytes, size_t wire_bytes, struct udp *out);

#endif
