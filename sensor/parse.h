/*
 * [parse]: source → engine → batches → pipe. Has packets, and no key, no
 * socket and no spool.
 */
#ifndef ASHIATO_SENSOR_PARSE_H
#define ASHIATO_SENSOR_PARSE_H

#include "sensor/channel.h"
#include "sensor/live.h"

/* Run until the source ends or a signal comes. Returns the process's exit status. */
int parse_run(const struct live_options *o, const struct live_source *source, int fd, const struct channel_page *page);

#endif
