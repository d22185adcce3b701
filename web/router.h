/*
 * Which request is whose: the table of routes, and what must hold before a
 * handler runs (a login, a CSRF token, a same-site caller).
 */
#ifndef ASHIATO_WEB_ROUTER_H
#define ASHIATO_WEB_ROUTER_H

#include "web/http.h"

/* Answer ${q}. Never fails: what is wrong is answered with a status and a sentence. */
void router_answer(struct request *q, struct response *r);

/* Walk the table, for tests: every route must stand in schema/openapi.yaml and the other way round. */
typedef void (*router_row_fn)(void *ctx, const char *method, const char *pattern);
void router_rows(router_row_fn each, void *ctx);

#endif
