/*
 * The channel between [parse] and [send]: frames of proto/frame.h, batches one
 * way, one Hello with epoch and next number the other way; and a page on which
 * [send] tells [parse] how the spool is, for sensor.health.
 */
#ifndef ASHIATO_SENSOR_CHANNEL_H
#define ASHIATO_SENSOR_CHANNEL_H

#include "proto/frame.h"
#include "sensor/spool.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Numbers of struct spool_stats, written by [send] alone. */
struct channel_page {
	_Atomic uint64_t bytes, unwritten, damaged;
	_Atomic uint64_t dropped[SPOOL_KINDS];
};

void channel_publish(struct channel_page *page, const struct spool_stats *stats);

/* Write one frame, waiting as long as it takes. -1 and errno. */
int channel_write(int fd, enum frame_kind kind, const uint8_t *body, size_t n);

enum channel_got {
	CHANNEL_FRAME,
	CHANNEL_NOTHING,	/* no whole frame has come yet */
	CHANNEL_END,	/* the other side has closed, after its last whole frame */
	CHANNEL_BROKEN,	/* what came is no frame, or was cut; logged */
};

/* What has come so far; zero it, set fd. */
struct channel_reader {
	int fd;
	uint8_t head[FRAME_HEAD_BYTES];
	struct frame frame;
	uint8_t *body;	/* the frame's, until the next read */
	size_t cap, n;	/* n: bytes of head and body that are there */
};

/* Go on until a frame is whole or, on a non-blocking fd, nothing is there. */
enum channel_got channel_read(struct channel_reader *r);

void channel_reader_fini(struct channel_reader *r);

#endif
