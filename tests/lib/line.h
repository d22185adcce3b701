/*
 * A TCP connection that a protocol is told about: 192.0.2.1:49152, who opened
 * it, and 192.0.2.2:445.
 */
#ifndef ASHIATO_TESTS_LINE_H
#define ASHIATO_TESTS_LINE_H

#include "sensor/core/flow.h"
#include "sensor/core/handoff.h"

struct line {
	struct flow flow;	/* its community id is "1:test" */
};

/* Fill in ${l}, which stays where it is. The port is ${port_offset} above 49152. */
void line_init(struct line *l, uint16_t port_offset, bool midstream);

#endif
