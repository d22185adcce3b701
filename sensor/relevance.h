/*
 * What a full spool gives up last.
 *
 * An event matters if the collector may need it to see an admin access: who
 * logged on, what was connected to, RPC, pipes, encryption, and files on an
 * admin share or on a share whose name was not captured. Ordinary file work,
 * negotiations, flow summaries and health reports do not. Pure.
 */
#ifndef ASHIATO_SENSOR_RELEVANCE_H
#define ASHIATO_SENSOR_RELEVANCE_H

#include "events.pb-c.h"

#include <stdbool.h>

bool relevance_of(const Ev__Event *event);

#endif
