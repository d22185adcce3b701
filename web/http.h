/*
 * A request and its answer, as the resources see them: no sockets, no
 * libmicrohttpd, no SQL. server.c makes the request from the connection and
 * sends the answer; tests make requests by hand.
 */
#ifndef ASHIATO_WEB_HTTP_H
#define ASHIATO_WEB_HTTP_H

#include "collector/service.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum method { METHOD_GET, METHOD_POST, METHOD_PATCH, METHOD_DELETE, METHOD_OTHER };

enum {
	HTTP_PARAMS = 16,		/* query parameters of one request; no resource has as many */
	HTTP_BODY_BYTES = 64 * 1024,	/* a request body; a whitelist entry is under 4 KiB */
	HTTP_TABLE_BYTES = 16 << 20,	/* one that brings a table: a hundred thousand rows of planned work; only of somebody logged in */
	HTTP_COOKIE_BYTES = 256,
};

struct param {
	const char *name;
	const char *value;
};

/* All strings live as long as the request. */
struct request {
	enum method method;
	const char *path;		/* "/api/v1/incidents/7" */
	struct param params[HTTP_PARAMS];
	size_t n_params;
	bool too_many_params;
	const char *remote;		/* the peer's address */
	const char *token;		/* cookie ashiato_session or NULL */
	const char *csrf;		/* header X-CSRF-Token or NULL */
	const char *authorization;	/* or NULL */
	const char *content_type;	/* or NULL */
	const char *fetch_site;		/* header Sec-Fetch-Site or NULL */
	const char *if_none_match;	/* or NULL */
	const char *body;		/* or NULL */
	size_t body_bytes;
	int64_t id;			/* the {id} of the route's pattern */
	struct service_upload *upload;	/* the log that came as the body; the handler ends it */
	struct service_session session;	/* filled by the router where the route needs a login */
	struct service *service;
};

/* How the body of an answer is to be sent. */
enum body_kind {
	BODY_NONE,
	BODY_JSON,		/* ${json} */
	BODY_STATIC,		/* ${bytes}, which live as long as the program */
	BODY_FILE,		/* ${file}, from its beginning */
	BODY_STREAM,		/* server-sent events */
};

struct response {
	unsigned status;
	enum body_kind body;
	json_t *json;			/* owned */
	const char *bytes;
	size_t n_bytes;
	FILE *file;			/* owned */
	const char *content_type;
	const char *csp;		/* NULL: the dashboard's */
	const char *cache;		/* Cache-Control; NULL: no-store */
	char etag[24];			/* empty: none */
	char cookie[HTTP_COOKIE_BYTES];	/* Set-Cookie; empty: none */
	char disposition[96];		/* Content-Disposition; empty: none */
};

/* Answer ${status} with ${json} (reference taken). */
void respond_json(struct response *r, unsigned status, json_t *json);

/* Answer {"error": sentence}. */
void respond_error(struct response *r, unsigned status, const char *sentence);

/* Answer what a service function said: ${json} (may be NULL: no body) with ${ok_status}, or its error. */
void respond_answer(struct response *r, enum answer answer, unsigned ok_status, json_t *json, const char *error);

/* Answer ${status} without a body. */
void respond_empty(struct response *r, unsigned status);

/* The body as a JSON object (new reference); else NULL and an answered error. */
json_t *request_object(const struct request *q, struct response *r);

/* Release what the response owns. */
void response_fini(struct response *r);

#endif
