/*
 * The quarantine folder: copies of files that moved over the network, for
 * whoever has to look at them.
 *
 * Each copy is named by its SHA-256, readable by its owner only and never
 * executable; what the network calls it plays no part in where it goes. The
 * folder holds no more than so many bytes, earlier runs included; what does
 * not fit is left out, and counted. Only a sensor that reads capture files has
 * one: live, the process that sees packets may touch no file (sensor/live.h).
 */
#ifndef ASHIATO_SENSOR_QUARANTINE_H
#define ASHIATO_SENSOR_QUARANTINE_H

#include "sensor/core/handoff.h"

enum { QUARANTINE_PARTS = 64 };	/* copies under way at once; each holds a file descriptor */

struct quarantine;

/* Open the folder ${dir}, made if it is not there, for at most ${max_bytes}. NULL and a sentence in ${error} if it cannot be. */
struct quarantine *quarantine_open(const char *dir, uint64_t max_bytes, char *error, size_t error_cap);

/* Drop what is under way. */
void quarantine_close(struct quarantine *q);

/* What the engine keeps files with; lives as long as ${q}. */
const struct file_keeper *quarantine_keeper(const struct quarantine *q);

/* Copies kept (those that were there already count), and left out for want of room or by an error. */
uint64_t quarantine_kept(const struct quarantine *q);
uint64_t quarantine_left_out(const struct quarantine *q);

#endif
