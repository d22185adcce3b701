/*
 * What people do to the sources of server logs, from the command line or the
 * face: make one that sends, say of which hosts it speaks, set its clocks
 * right, take it away. Verdicts follow in the same transaction.
 */
#ifndef ASHIATO_COLLECTOR_SOURCE_CHANGE_H
#define ASHIATO_COLLECTOR_SOURCE_CHANGE_H

#include "collector/pipeline.h"
#include "collector/store/store.h"

enum { SOURCE_TOKEN_CHARS = 64 };

/* Make ${what}, without its token: one that uploads gets a token here, which is nowhere kept but as its hash, in ${token}; else
 * "" comes there. ${by}: who. -1 and a sentence when the name is taken or the store fails. */
int source_add(struct store *store, const char *by, const struct store_log_source_new *what, char token[SOURCE_TOKEN_CHARS + 1],
	       char *error, size_t error_cap);

enum source_deed {
	SOURCE_REMOVE,	/* with every record it brought */
	SOURCE_CLOCK,	/* its clocks, or those of ${host} alone, show ${offset_ns} more than UTC; not ${is_set}: that is taken back */
	SOURCE_HOSTS,	/* it speaks of ${hosts} (baseline/speaker.h); what it brought of others goes */
};

struct source_change {
	enum source_deed deed;
	const char *by, *name;
	const char *host, *hosts;
	bool is_set;
	int64_t offset_ns;
	int64_t now_ns;
	bool is_known;		/* set: there is such a source, and such a host of it */
};

/* -1 and a sentence when there is no such source or host (is_known is false then), or the store fails: nothing has changed. */
int source_change(struct pipeline *p, struct source_change *c, char *error, size_t error_cap);

#endif
