/*
 * Replay: the real sensor, run on a stored capture, and its events given to
 * the real pipeline. What it says travels through a pipe in the frames of
 * proto/frame.h, exactly as the uplink would send them.
 */
#ifndef ASHIATO_COLLECTOR_REPLAY_H
#define ASHIATO_COLLECTOR_REPLAY_H

#include "collector/pipeline.h"

/* Run the sensor on ${capture} and commit what it says as ${who}; add to
 * ${coverage}. -1 and a sentence when the sensor cannot be run, breaks off or
 * the store fails; what was committed before stays, and is in ${coverage}. The
 * sensor's own words go to standard error; where they say it all, the sentence
 * is empty. */
int replay(struct pipeline *pipeline, const struct enrolled *who, const char *capture, struct coverage *coverage, char *error,
	   size_t error_cap);

#endif
