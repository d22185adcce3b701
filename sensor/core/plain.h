/*
 * The headers that nearly every packet has, read in one go: Ethernet with at
 * most one VLAN tag, IPv4 without options or IPv6 without extension headers,
 * not a fragment, TCP.
 *
 * Says nothing that link.h, ip.h and tcp.h would not say one after the other
 * (a test compares them on every recording), at a third of their price: the
 * lengths are known, so there are four checks instead of one a field.
 */
#ifndef ASHIATO_SENSOR_CORE_PLAIN_H
#define ASHIATO_SENSOR_CORE_PLAIN_H

#include "sensor/core/ip.h"
#include "sensor/core/link.h"
#include "sensor/core/tcp.h"

/* Read ${frame}. False: it is no such packet, or malformed; who it is then the parser of each layer knows, and what
 * ${link}, ${ip} and ${tcp} hold means nothing. */
bool plain_parse(int link_type, struct view frame, struct link *link, struct ip *ip, struct tcp *tcp);

#endif
