/*
 * Where packets come from: a file or a device. The only part that knows libpcap.
 *
 * Files are pcap (µs and ns) and pcapng, each also compressed with gzip, or
 * "-" for standard input. Times are in ns whatever the source has. Errors are
 * one sentence that names the thing and says what to do. Judges nothing: what
 * packets mean is the engine's.
 */
#ifndef ASHIATO_SENSOR_CAPTURE_H
#define ASHIATO_SENSOR_CAPTURE_H

#include "sensor/engine.h"

enum {
	CAPTURE_SNAP_BYTES = 262144,		/* libpcap's own maximum: nothing on a wire or in an offloaded frame is longer */
	/* 64 ms of a saturated 1 Gbit/s segment while the sensor is off the CPU. All of it is resident from the start and
	 * counts towards the sensor's 64 MiB, of which the engine may take 48. */
	CAPTURE_BUFFER_BYTES = 8 << 20,
	CAPTURE_DELIVER_MS = 100,		/* how long the kernel may gather packets before it wakes us */
};

enum capture_next {
	CAPTURE_PACKET,
	CAPTURE_NOTHING,	/* none came in time, or a signal did */
	CAPTURE_END,		/* the file has ended */
	CAPTURE_FAILED,		/* the device is gone: capture_problem says how */
};

struct capture;

/* Open the file ${path}. ${filter} is a BPF expression or NULL for everything. NULL and a sentence in ${error} on failure. */
struct capture *capture_open_file(const char *path, const char *filter, char *error, size_t error_cap);

/* Open the device ${name}. Without a ${filter}: capture_default_filter. */
struct capture *capture_open_device(const char *name, const char *filter, char *error, size_t error_cap);

/* Of devices: TCP, Kerberos over UDP and what may be a piece of either, untagged, behind one or two VLAN tags, and behind MPLS's
 * labels. (Files are read behind any number of tags.) Where a device's link type has no VLANs the same without them is used. */
const char *capture_default_filter(void);

/* The next packet, valid until the next call; waits at most ${timeout_ms} (0: not at all) for a device. */
enum capture_next capture_next(struct capture *c, int timeout_ms, struct packet *out);

/* What went wrong while reading: the file was cut or damaged, the device went away. A sentence, or NULL. */
const char *capture_problem(const struct capture *c);

/* Fill in all but spool_bytes; strings live as long as ${c}. */
void capture_facts(struct capture *c, struct capture_facts *out);

void capture_close(struct capture *c);

#endif
