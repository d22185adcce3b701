/*
 * Server logs by syslog: UDP, and TCP under TLS. A thread of its own receives,
 * tells sources by the address a message comes from, and hands what has
 * gathered to the store twice a second. Off unless asked for.
 *
 * UDP is neither safe from forgery nor from loss, so it belongs into a network
 * of its own; TCP without TLS is not offered. Messages of peers that are no
 * source are dropped and counted.
 */
#ifndef ASHIATO_COLLECTOR_SYSLOG_H
#define ASHIATO_COLLECTOR_SYSLOG_H

#include "collector/store/store.h"

struct pipeline;
struct syslog_server;

struct syslog_options {
	const char *udp_address, *tls_address;	/* NULL: not */
	uint16_t udp_port, tls_port;		/* 0: any free one */
	const char *certificate_path, *key_path;	/* PEM, for TLS */
};

/* Receive until syslog_stop; ${p} and ${store} must outlive it. NULL and a sentence that names what failed. */
struct syslog_server *syslog_start(struct pipeline *p, struct store *store, const struct syslog_options *o, char *error, size_t error_cap);
/* Store what has been received, end. NULL is allowed. */
void syslog_stop(struct syslog_server *s);

uint16_t syslog_udp_port(const struct syslog_server *s);
uint16_t syslog_tls_port(const struct syslog_server *s);

#endif
