/*
 * One SMB connection: its ends, its roles and the tables of what is open on it.
 *
 * Shared by all of smb/. An idle connection (negotiated, one session, one
 * tree) holds this structure, one row each of two tables and the name of the
 * share; everything else is made when it is needed and given back afterwards.
 */
#ifndef ASHIATO_SENSOR_SMB_CONN_H
#define ASHIATO_SENSOR_SMB_CONN_H

#include "sensor/core/handoff.h"
#include "sensor/smb/nbss.h"
#include "sensor/core/table.h"

struct conn {
	struct env *env;
	const struct tcp_ends *ends;
	struct parties *parties;	/* made for the first open whose data are handed on; NULL before, and again when nothing is open */
	struct table sessions;		/* session.h */
	struct table trees;		/* tree.h */
	struct table opens;		/* open.h */
	struct table pendings;		/* pending.h */
	struct nbss nbss;
	uint32_t malformed;
	uint32_t kept_bytes;		/* of requests, in all pendings */
	uint16_t dialect;		/* DialectRevision, or DIALECT_SMB1; 0: not seen */
	uint8_t client;			/* enum way: the side that sends requests */
	bool is_client_shown;		/* a message has shown it; until then the ports suggest it */
	bool is_client_proved;		/* a response has matched a request */
};

enum { DIALECT_SMB1 = 0x0001 };

/* NTSTATUS values that mean something here ([MS-ERREF] 2.3.1). */
enum {
	STATUS_SUCCESS = 0x00000000,
	STATUS_PENDING = 0x00000103,
};
#define STATUS_BUFFER_OVERFLOW ((uint32_t)0x80000005)		/* a warning: the data are there, more follow */
#define STATUS_MORE_PROCESSING_REQUIRED ((uint32_t)0xC0000016)

/* The side that sends requests. */
enum way conn_client(const struct conn *c);

/* A message went ${way} and says what it is. False if it contradicts the roles as they are proved. */
bool conn_takes(struct conn *c, enum way way, bool is_response);

/* A response has matched a request: the roles are certain from here on. */
void conn_prove(struct conn *c);

/* Both ends for those that data are handed on to; NULL (counted) when memory is short. */
const struct parties *conn_parties(struct conn *c);

/* Count something malformed, here and for the flow. */
void conn_malformed(struct conn *c, enum count reason);

#endif
