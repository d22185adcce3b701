/*
 * The face's front door: HTTPS for the dashboard and the REST interface.
 *
 * The only file that knows libmicrohttpd. One thread per connection, bounded
 * in number overall and per address; every request is turned into a struct
 * request and answered by the router.
 */
#ifndef ASHIATO_WEB_SERVER_H
#define ASHIATO_WEB_SERVER_H

#include "collector/service.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct web_options {
	const char *address;		/* to listen on, "127.0.0.1", "::", … */
	uint16_t port;			/* 0: any free one */
	const char *certificate_path;	/* PEM; made, self-signed, when neither file exists */
	const char *key_path;		/* PEM, 0600 */
};

struct web_server;

/* Listen and serve until web_stop. ${service} must outlive the server. NULL
 * and one sentence naming the address, port or file on failure. */
struct web_server *web_start(struct service *service, const struct web_options *options, char *error, size_t error_cap);

/* Close every connection and free the server. NULL is allowed. */
void web_stop(struct web_server *w);

uint16_t web_port(const struct web_server *w);

/* SHA-256 of the certificate, "AB:CD:…", for a person to compare with what the browser shows. */
const char *web_fingerprint(const struct web_server *w);

#endif
