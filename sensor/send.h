/*
 * [send]: has the key, the spool and the socket, and never sees a packet.
 */
#ifndef ASHIATO_SENSOR_SEND_H
#define ASHIATO_SENSOR_SEND_H

#include "sensor/channel.h"
#include "sensor/live.h"

/* How [send] ends. */
struct send_end {
	int wait_ms;		/* for the collector to take what is left */
	bool must_deliver;	/* what then still waits in the spool is a failure */
};

/* Spool and deliver what comes on ${fd} until its other end is closed, then
 * end as ${end} says. Returns the process's exit status. */
int send_run(const struct live_options *o, int fd, struct channel_page *page, const struct send_end *end);

#endif
