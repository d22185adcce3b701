/*
 * A JSON object inside a line of another format. Pure.
 */
#ifndef ASHIATO_COLLECTOR_LOGS_JSON_H
#define ASHIATO_COLLECTOR_LOGS_JSON_H

#include "collector/logs/format.h"

/* Read the object ${text} of ${n} bytes and hand on or reject what it is; ${state} is of log_format_json. */
void log_json_object(void *state, struct log_parse *p, const char *text, size_t n);

#endif
