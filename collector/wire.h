/*
 * What an event tells that server logs can be held against: a logon with the
 * client's end of its connection, and what a server and its domain are called. Pure.
 */
#ifndef ASHIATO_COLLECTOR_WIRE_H
#define ASHIATO_COLLECTOR_WIRE_H

#include "collector/store/store.h"

struct wire_sink {
	void *ctx;
	store_wire_logon_fn logon;
	void (*name)(void *ctx, int64_t site, const struct store_host_name *n);
	void (*domain)(void *ctx, int64_t site, const struct store_domain_claim *c);
};

/* Rows are borrowed for the call. */
void wire_look(const struct origin *from, const Ev__Event *event, const struct wire_sink *sink);

#endif
