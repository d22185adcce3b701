/*
 * One file of the spool: frames of EventBatch, one after the other
 * (proto/frame.h), named by the number of the first event it may hold.
 *
 * Reads records and writes whole ones; knows nothing of acknowledgements,
 * bounds or policy, which are the spool's.
 */
#ifndef ASHIATO_SENSOR_SEGMENT_H
#define ASHIATO_SENSOR_SEGMENT_H

#include "events.pb-c.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { SEGMENT_NAME_BYTES = 24 };	/* "0000000000000001.events" and NUL */

/* File name of the segment that begins with ${first_seq}, and back; false for another file's name. */
void segment_name(uint64_t first_seq, char out[SEGMENT_NAME_BYTES]);
bool segment_name_parse(const char *name, uint64_t *first_seq);

/* One batch as it lies in a segment. */
struct segment_record {
	Ev__EventBatch *batch;	/* unpacked; segment_record_free */
	const uint8_t *body;	/* packed; in the reader's buffer, until its next read */
	size_t n;
	uint64_t first_seq, last_seq;
};

enum segment_next {
	SEGMENT_RECORD,
	SEGMENT_END,	/* exactly at the end of the file */
	SEGMENT_TORN,	/* what follows is no whole record of this epoch */
};

/* Reads a segment from front to back. */
struct segment_reader {
	int fd;		/* -1: none */
	off_t at;	/* where the next record begins */
	uint64_t epoch;
	uint8_t *body;	/* FRAME_BODY_MAX_BYTES at most; grows */
	size_t cap;
};

void segment_reader_fini(struct segment_reader *r);

/* Begin at the front of ${name} in ${dir}. -1 and errno when it cannot be opened. */
int segment_reader_open(struct segment_reader *r, int dir, const char *name);

/* The next record; with SEGMENT_RECORD the caller frees it (segment_record_free). */
enum segment_next segment_read(struct segment_reader *r, struct segment_record *out);

void segment_record_free(struct segment_record *record);

/* Unpack and check a batch: of ${epoch}, at least one event, numbers consecutive. NULL if it is not. */
Ev__EventBatch *segment_unpack(uint64_t epoch, const uint8_t *body, size_t n);

/* Append one frame at ${*end}, which moves on. -1 and errno when it cannot be
 * written whole; the file is then cut back to ${*end}. */
int segment_append(int fd, off_t *end, const uint8_t *body, size_t n);

#endif
