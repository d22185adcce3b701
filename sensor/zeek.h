/*
 * Zeek's log files: one for each log that has a row, in a folder, as
 * tab-separated text with Zeek's header lines or as JSON lines.
 *
 * What stands in them is said by the tables of zeek_logs.h; this knows how the
 * two forms are written (docs.zeek.org, "ASCII Writer"). #open and #close are
 * packet times, so that the same capture gives the same files.
 */
#ifndef ASHIATO_SENSOR_ZEEK_H
#define ASHIATO_SENSOR_ZEEK_H

#include "events.pb-c.h"

#include <stddef.h>

enum zeek_form { ZEEK_TSV, ZEEK_JSON };

struct zeek;

/* Write to the folder ${dir}, made if it is not there. NULL and a sentence in ${error} if that cannot be. */
struct zeek *zeek_open(const char *dir, enum zeek_form form, char *error, size_t error_cap);

/* Log ${event} where it belongs; ${zeek} is a struct zeek (event_fn). */
void zeek_event(void *zeek, const Ev__Event *event);

/* Finish the files. -1 and a sentence if one of them could not be written to its end. */
int zeek_close(struct zeek *z, char *error, size_t error_cap);

#endif
