/*
 * The spool: events wait on the disk until the collector has them.
 *
 * A directory of segments (sensor/segment.h), a random 64-bit epoch made with
 * it, and a lock, so that no two sensors share one. Batches are appended to the
 * newest segment; acknowledged segments are deleted. It survives a crash at any
 * byte: opening cuts the newest segment behind its last whole record.
 *
 * Durability: spool_read hands out only what fdatasync has put on the disk, so
 * the collector never knows an event that a power cut can take from here, and
 * numbers are never used twice. What was appended and not yet sent can be lost
 * in a power cut, not in a crash of the program.
 *
 * Bound: when ${cap_bytes} is reached, the oldest segments are thinned to the
 * events that matter (sensor/relevance.h), then the oldest go whole. What went
 * is counted by kind, and the collector sees the hole in the numbers. When the
 * disk itself is full the same happens; what still cannot be written is counted.
 *
 * One thread uses it. Knows no socket.
 */
#ifndef ASHIATO_SENSOR_SPOOL_H
#define ASHIATO_SENSOR_SPOOL_H

#include "sensor/segment.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct spool;

enum {
	SPOOL_KINDS = 64,			/* body numbers of events.proto lie below */
	SPOOL_CAP_MIN_BYTES = 1024 * 1024,
};

struct spool_stats {
	uint64_t bytes;				/* on the disk now */
	uint64_t dropped[SPOOL_KINDS];		/* events given up because the spool was full, by Ev__Event__BodyCase */
	uint64_t unwritten;			/* events lost because the disk was full or failed */
	uint64_t damaged;			/* segments of which the rest could not be read */
};

/* The directory ${path} as a descriptor, made if missing, so that a process can give up its rights between this and
 * spool_open. -1 and a sentence. */
int spool_directory(const char *path, char *error, size_t error_cap);

/* Open or create the spool in ${directory}, which it owns from here on; ${path}
 * is its name in messages. NULL and a sentence when it cannot be used: in use
 * by another sensor, not a spool, no permission, disk full. */
struct spool *spool_open(int directory, const char *path, uint64_t cap_bytes, char *error, size_t error_cap);

void spool_close(struct spool *s);

uint64_t spool_epoch(const struct spool *s);

/* Number of the next event that may be appended, and of the first one that is still held (the same when none is). */
uint64_t spool_next_seq(const struct spool *s);
uint64_t spool_first_seq(const struct spool *s);

/* spool_next_seq as it was when the spool was opened: what a collector may know at most. */
uint64_t spool_opened_seq(const struct spool *s);

/* True if an event is held that is not acknowledged. */
bool spool_waits(const struct spool *s);

/* Append a packed EventBatch of this epoch, numbered from spool_next_seq on or
 * higher. -1 if it is not that, or the disk would not take it; counted and,
 * once until it works again, logged. */
int spool_append(struct spool *s, const uint8_t *body, size_t n);

/* The next batch not read since the last spool_rewind, oldest first, synced to
 * the disk. False when there is none. The caller frees it (segment_record_free). */
bool spool_read(struct spool *s, struct segment_record *out);

/* Read again from the first event that is not acknowledged. */
void spool_rewind(struct spool *s);

/* Everything up to ${high_water} is durable at the collector. */
void spool_ack(struct spool *s, uint64_t high_water);


const struct spool_stats *spool_stats(const struct spool *s);

#endif
