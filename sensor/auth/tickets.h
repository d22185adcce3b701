/*
 * Whose ticket is that? What was seen of tickets being issued, kept until they
 * are shown to a service.
 *
 * The sealed part of a ticket is the same bytes when a KDC issues it and when
 * a client shows it, so the join is exact; where the very ticket was not seen,
 * a host that asked for a service as one client only is taken to be that
 * client. Bounded (TICKETS_MAX, and a sixteenth of the pool), aged, counted;
 * all memory is the pool's. It knows nothing of messages or connections.
 */
#ifndef ASHIATO_SENSOR_AUTH_TICKETS_H
#define ASHIATO_SENSOR_AUTH_TICKETS_H

#include "sensor/core/counts.h"
#include "sensor/core/limits.h"
#include "sensor/core/pool.h"
#include "sensor/core/view.h"

#include <stdbool.h>

enum {
	TICKETS_MAX = 4096,		/* a branch of 500 people who hold eight each */
	TICKET_NAMES_BYTES = 512,	/* all names of one ticket; those of people take some 80 */
};

struct tickets;

/* What is known of a ticket. Names are never NULL; "" is unknown. */
struct ticket_facts {
	const char *client;		/* whose it is */
	const char *client_realm;
	const char *requester;		/* who asked for it, when that is not the client */
	const char *service;
	const char *realm;		/* of the service */
};

/* ${pool}, ${counts} and ${limits} are borrowed for as long as it lives. NULL when memory is short. */
struct tickets *tickets_new(struct pool *pool, struct counts *counts, const struct limits *limits);
void tickets_free(struct tickets *t);

/* That a host got a ticket. */
struct ticket_issue {
	uint64_t id;			/* 0: the answer was not seen */
	struct view address;		/* of the host */
	int64_t until_ns;		/* good until then at most; 0: nobody said */
};

/* ${facts} are those of the ticket of ${issue}. They are copied; when there is no room the ticket used longest ago is forgotten
 * (counted). */
void tickets_note(struct tickets *t, const struct ticket_issue *issue, const struct ticket_facts *facts, int64_t now_ns);

/* What is known of the ticket ${id}; NULL: it was not seen. Valid until the next call of tickets_note. */
const struct ticket_facts *tickets_of_id(struct tickets *t, uint64_t id, int64_t now_ns);

/* The same by the host that shows it and the service it is for; NULL unless all tickets of that host for that service
 * are one client's. */
const struct ticket_facts *tickets_of_service(struct tickets *t, struct view address, const char *service, const char *realm,
					      int64_t now_ns);

#endif
