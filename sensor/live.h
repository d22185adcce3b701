/*
 * Live: packets from a source, through the engine, to the collector, in three
 * processes, so that no code that reads packets can reach a key or a socket; in
 * four with --extract, so that it can reach no file either.
 *
 *   [priv]   the caller: has opened the source; starts the others, passes
 *            SIGINT and SIGTERM on, waits, and ends when they have ended
 *   [parse]  source → engine → batches → pipe, in two threads (team.h); unprivileged, opens nothing, and of a device cannot (confine.h)
 *   [send]   pipe → spool → uplink; has the key, never sees a packet
 *   [keep]   with --extract: copies of files from [parse] → quarantine folder; has nothing but that folder (keep.h)
 *
 * A batch is at most 256 events or 200 ms. At SIGINT, SIGTERM or the end of the
 * source [parse] reports what is unfinished and closes the pipe; [send] spools
 * the rest, waits a bounded time for the collector and leaves what is not
 * acknowledged in the spool. A second signal ends that wait.
 */
#ifndef ASHIATO_SENSOR_LIVE_H
#define ASHIATO_SENSOR_LIVE_H

#include "sensor/core/limits.h"
#include "sensor/engine.h"
#include "sensor/uplink.h"

#include <stdint.h>

enum live_next {
	LIVE_PACKET,
	LIVE_NOTHING,	/* none came in time, or a signal did */
	LIVE_END,	/* the file has ended */
	LIVE_FAILED,	/* the device is gone; already logged by the source */
};

/* A device or a file, opened by the caller before live_run. */
struct live_source {
	void *ctx;
	bool is_file;	/* opens files as it goes: [parse] keeps the caller's user; the end waits longer for the collector */
	/* Wait at most ${timeout_ms} for a packet (a paced file: until it is due). LIVE_PACKET: ${out} is valid until the
	 * next call. LIVE_NOTHING: out->time_ns is what time it is in the source's terms (the clock for a device, capture
	 * time for a file; 0 if unknown). Must return when a signal interrupts it. */
	enum live_next (*next)(void *ctx, int timeout_ms, struct packet *out);
	/* Fill in all but spool_bytes. */
	void (*facts)(void *ctx, struct capture_facts *out);
	/* Called in every process that does not need it (any more). */
	void (*close)(void *ctx);
};

enum {
	LIVE_SPOOL_MIB = 256,		/* --spool-size */
	LIVE_HEALTH_EVERY_S = 10,	/* --health-every */
	LIVE_BATCH_MS = 200,		/* an event is no older when it leaves [parse] */
	LIVE_DRAIN_MS = 5000,		/* how long the end of a device waits for the collector: init systems allow more */
	LIVE_DRAIN_FILE_MS = 120000,	/* and that of a file, which is read much faster than it can be delivered */
};

struct live_options {
	struct uplink_options uplink;
	const char *spool_dir;		/* --spool; created if missing */
	uint64_t spool_bytes;
	unsigned health_every_s;
	const char *extract_dir;	/* --extract; NULL: no copies are kept */
	uint64_t extract_bytes;		/* --extract-max, or its default */
	const char *user;		/* who the others become when started as root; NULL: "nobody" */
	unsigned n_threads;		/* --threads; 0 is 1. [parse] has at most two: one of them finishes events and waits for the pipe;
					 * one where copies are kept: their events wait for their digests */
	struct limits limits;
};

/* Run until the source ends or a signal comes. Owns ${source} from here on.
 * Returns the program's exit status: 0, or 1 after a line in the log. */
int live_run(const struct live_options *o, const struct live_source *source);

#endif
