/*
 * An event on its way into Zeek's logs, with what earlier events of the same
 * logon or association said: Zeek writes in one row what comes in several
 * messages. Knows no log; see zeek_logs.h.
 */
#ifndef ASHIATO_SENSOR_ZEEK_SOURCE_H
#define ASHIATO_SENSOR_ZEEK_SOURCE_H

#include "events.pb-c.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	ZEEK_UID_BYTES = 24,
	ZEEK_NAME_BYTES = 256,		/* a name remembered from an earlier event; a DNS name has 255 characters */
	ZEEK_REMEMBERED = 4096,		/* places for such names; a later one takes an earlier one's place */
};

/* What an earlier event of the same logon or association said. */
struct zeek_names {
	uint64_t key;		/* whose; 0: nobody's */
	char nb_computer[ZEEK_NAME_BYTES];
	char dns_computer[ZEEK_NAME_BYTES];
	char dns_tree[ZEEK_NAME_BYTES];
	char address[ZEEK_NAME_BYTES];	/* secondary address of an RPC association */
};

struct zeek_memory {
	struct zeek_names of[ZEEK_REMEMBERED];
};

/* One event on its way into the logs. */
struct zeek_source {
	const Ev__Event *event;
	const struct zeek_names *names;	/* NULL: nothing is remembered */
	char uid[ZEEK_UID_BYTES];	/* of the connection, from its community id: the same in every log and every run */
};

/* The source of ${event}, which must have a client, a server and a community id; what it says for later ones goes into ${memory}. */
struct zeek_source zeek_source_of(struct zeek_memory *memory, const Ev__Event *event);

#endif
