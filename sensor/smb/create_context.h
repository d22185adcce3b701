/*
 * Create contexts: what a client wants of an open beyond opening it.
 *
 * [MS-SMB2] 2.2.13.2 and 2.2.14.2. Read are those that say which open is meant
 * (one that outlived its connection, an old version of the file) and who wants
 * it; the others are passed over.
 */
#ifndef ASHIATO_SENSOR_SMB_CREATE_CONTEXT_H
#define ASHIATO_SENSOR_SMB_CREATE_CONTEXT_H

#include "sensor/core/cursor.h"

enum durable { DURABLE_NONE, DURABLE_V1, DURABLE_V2, DURABLE_PERSISTENT };

struct create_contexts {
	enum durable durable;		/* asked for; in an answer: granted */
	bool is_reconnect;
	uint64_t persistent_id;		/* then: the open that is claimed */
	uint64_t volatile_id;
	struct view create_guid;	/* 16 bytes each, or empty */
	struct view app_instance_id;
	struct view lease_key;
	uint64_t snapshot;		/* FILETIME of the version that is meant; 0: the file as it is */
};

/* Read the contexts of a request. False, and ${out} as it was, if they are malformed. */
bool create_context_asked(struct view list, struct create_contexts *out);

/* True if there is something in ${k}. */
bool create_context_tells(const struct create_contexts *k);

/* Read those of an answer: only ->durable and ->lease_key are set. The same if they are malformed. */
bool create_context_answered(struct view list, struct create_contexts *out);

/* The name of row ${i} of the contexts of a request that are read; NULL past the last. */
const char *create_context_name(size_t i);

#endif
