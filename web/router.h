/*
 * Which request is whose: the table of routes, and what must hold before a
 * handler runs (a login, a CSRF token, a same-site caller), or before a long
 * body is taken.
 */
#ifndef ASHIATO_WEB_ROUTER_H
#define ASHIATO_WEB_ROUTER_H

#include "web/http.h"

/* Answer ${q}. Never fails: what is wrong is answered with a status and a sentence. */
void router_answer(struct request *q, struct response *r);

/* What the body of a request may be, by its head alone. */
struct admission {
	size_t body_max;		/* bytes that are kept for the handler */
	struct service_upload *upload;	/* takes the body instead, as it comes; the caller's */
};

/* Judge ${q}, of which only the head is there. Whoever may not send a long body is refused before it comes: false, and ${r} is
 * answered. What has an ordinary body is admitted here and judged by router_answer. */
bool router_admit(struct request *q, struct admission *out, struct response *r);

/* Walk the table, for tests: every route must stand in schema/openapi.yaml and the other way round. */
typedef void (*router_row_fn)(void *ctx, const char *method, const char *pattern);
void router_rows(router_row_fn each, void *ctx);

#endif
