/*
 * Packed EventBatches for tests of spool, uplink and ingest: events of one
 * kind, consecutive numbers, times that follow the numbers.
 */
#ifndef ASHIATO_TESTS_BATCHES_H
#define ASHIATO_TESTS_BATCHES_H

#include "events.pb-c.h"

#include <stddef.h>
#include <stdint.h>

enum batches_kind {
	BATCHES_ADMIN,		/* smb.create on ADMIN$ */
	BATCHES_ORDINARY,	/* smb.create on another share */
	BATCHES_MIXED,		/* odd numbers admin, even ones ordinary */
	BATCHES_CALL,		/* rpc.call */
};

/* ${n} events from ${first_seq} on, packed; free() it. ${size} gets its length. */
uint8_t *batches_pack(uint64_t epoch, uint64_t first_seq, size_t n, enum batches_kind kind, size_t *size);

#endif
