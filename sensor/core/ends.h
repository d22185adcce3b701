/*
 * The two ends of a TCP connection, as events name them.
 *
 * They are made from the flow each time they are needed: an event is rarer than
 * a packet, and kept ready they would be a third of what an idle connection takes.
 */
#ifndef ASHIATO_SENSOR_CORE_ENDS_H
#define ASHIATO_SENSOR_CORE_ENDS_H

#include "sensor/core/handoff.h"

/* The end that sends ${way}. Its bytes are the flow's. */
Ev__Endpoint ends_point(const struct tcp_ends *ends, enum way way);

/* Its port. */
uint16_t ends_port(const struct tcp_ends *ends, enum way way);

/* Its address. */
struct view ends_address(const struct tcp_ends *ends, enum way way);

/* Both ends by their roles, the client being the one that sends ${client}. */
struct parties ends_parties(const struct tcp_ends *ends, enum way client);

#endif
