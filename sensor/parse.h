/*
 * [parse]: source → engine → batches → pipe. Has packets, and no key, no
 * socket and no spool. What it has of files it hands on (courier.h).
 */
#ifndef ASHIATO_SENSOR_PARSE_H
#define ASHIATO_SENSOR_PARSE_H

#include "sensor/channel.h"
#include "sensor/live.h"

/* What [parse] has to do with the others. */
struct parse_ends {
	int send;	/* the channel to [send] */
	int keep;	/* the courier's socket to [keep]; -1: there is none */
	const struct channel_page *page;
};

/* Run until the source ends or a signal comes. Returns the process's exit status. */
int parse_run(const struct live_options *o, const struct live_source *source, const struct parse_ends *ends);

#endif
