/*
 * Capture files one after the other, as fast as they can be read, at their own
 * pace, or as if they happened now. Knows files and clocks, not what packets mean.
 */
#ifndef ASHIATO_SENSOR_REPLAY_H
#define ASHIATO_SENSOR_REPLAY_H

#include "sensor/capture.h"

struct replay_options {
	char *const *paths;	/* in this order; lives as long as the replay */
	size_t n_paths;
	const char *filter;	/* BPF, or NULL */
	bool is_paced;		/* wait between packets as long as they were apart */
	bool is_rebased;	/* shift times so that the first packet of the first file happens now and each file follows the last */
};

struct replay;

/* NULL when memory is short. Files are opened when their turn comes. */
struct replay *replay_new(const struct replay_options *options);
void replay_free(struct replay *r);

/* The next packet. CAPTURE_NOTHING: it is not due within ${timeout_ms}, or a signal came; out->time_ns is then the time
 * in the replay's terms. A file that cannot be opened or is cut is reported in the log, once, and passed over. Never CAPTURE_FAILED. */
enum capture_next replay_next(struct replay *r, int timeout_ms, struct packet *out);

/* Of everything so far; source is the file at hand. */
void replay_facts(struct replay *r, struct capture_facts *out);

/* How many files could not be opened. */
size_t replay_unread(const struct replay *r);

#endif
