/*
 * Stored captures on standard output or in a folder: their events, one JSON
 * object a line, as Zeek's logs or as the frames that the uplink sends, or each
 * SMB command by itself. No device, no collector.
 */
#ifndef ASHIATO_SENSOR_PRINT_H
#define ASHIATO_SENSOR_PRINT_H

#include "sensor/options.h"

/* Read o->paths, print their events and the exit status: 0; 1 when printing failed; 2 when a file could not be read. */
int print_files(const struct options *o);

#endif
