/*
 * The quarantine folder: copies of files that moved over the network, for
 * whoever has to look at them.
 *
 * Each copy is named by its SHA-256, readable by its owner only and never
 * executable; what the network calls it plays no part in where it goes. The
 * folder holds no more than so many bytes, earlier runs included; what does
 * not fit is left out, and counted. However small, a copy counts as
 * QUARANTINE_LEAST_BYTES: many tiny ones fill a disk's table of files. Live it
 * belongs to a process of its own (keep.h), as the one that sees packets may
 * touch no file.
 */
#ifndef ASHIATO_SENSOR_QUARANTINE_H
#define ASHIATO_SENSOR_QUARANTINE_H

#include "sensor/core/handoff.h"
#include "sensor/parts.h"

enum {
	QUARANTINE_PARTS = PARTS_MOST,	/* copies under way at once; each holds a file descriptor */
	QUARANTINE_LEAST_BYTES = 4096,	/* a block of most file systems */
};

struct quarantine;

/* Open the folder ${dir}, a name that outlives it, made if it is not there, for at most ${max_bytes}. NULL and a sentence in ${error}
 * if it cannot be, or another sensor has it. */
struct quarantine *quarantine_open(const char *dir, uint64_t max_bytes, char *error, size_t error_cap);

/* Drop what is under way. */
void quarantine_close(struct quarantine *q);

/* What the engine keeps files with; lives as long as ${q}. */
const struct file_keeper *quarantine_keeper(const struct quarantine *q);

/* The folder, for who holds this process to it. */
int quarantine_folder(const struct quarantine *q);

/* Say in the log how many copies were kept. */
void quarantine_report(const struct quarantine *q);

/* Copies kept (those that were there already count), and left out for want of room or by an error. */
uint64_t quarantine_kept(const struct quarantine *q);
uint64_t quarantine_left_out(const struct quarantine *q);

#endif
