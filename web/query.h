/*
 * The query string of a list as a service_query. A parameter nobody knows is
 * an error: a filter that silently does nothing would show the wrong list.
 */
#ifndef ASHIATO_WEB_QUERY_H
#define ASHIATO_WEB_QUERY_H

#include "web/http.h"

/* False with one sentence in ${error} when a parameter is unknown, not allowed
 * here (${allowed}: names separated by blanks) or has no meaning. Strings of
 * ${out} belong to the request. */
bool query_read(const struct request *q, const char *allowed, struct service_query *out, char error[SERVICE_ERROR_BYTES]);

#endif
