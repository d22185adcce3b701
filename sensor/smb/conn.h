/*
 * One SMB connection: its ends, its roles, its sessions and what is under way.
 *
 * Shared by all of smb/. An idle connection (negotiated, one session, one
 * tree) holds this structure, its group, a session, a row of one table and the
 * name of the share; everything else is made when it is needed and given back
 * afterwards.
 */
#ifndef ASHIATO_SENSOR_SMB_CONN_H
#define ASHIATO_SENSOR_SMB_CONN_H

#include "sensor/core/handoff.h"
#include "sensor/core/table.h"
#include "sensor/smb/group.h"
#include "sensor/smb/nbss.h"

struct pending;
struct session;

/* Both ends for those that data are handed on to; whoever holds a reference may outlive the connection, and with it the flow that
 * its ends point into. */
struct named_ends {
	struct parties parties;
	struct {
		uint8_t address[16];
		uint8_t mac[6];
	} of_client, of_server;	/* what they point to */
	uint32_t references;
};

struct conn {
	struct env *env;
	const struct tcp_ends *ends;
	struct named_ends *named;	/* made for the first open whose data are handed on; NULL while no open holds it */
	struct group *group;
	struct session *sessions;	/* the oldest first */
	struct pending *pendings;	/* the oldest first */
	struct nbss nbss;
	uint32_t malformed;
	uint32_t kept_bytes;		/* of requests, in all pendings */
	uint16_t dialect;		/* DialectRevision, or DIALECT_SMB1; 0: not seen */
	uint8_t n_sessions;
	uint8_t client : 1;		/* enum way: the side that sends requests */
	bool is_client_shown : 1;	/* a message has shown it; until then the ports suggest it */
	bool is_client_proved : 1;	/* it opened the connection, or a response has matched a request */
	bool is_leaky : 1;		/* bytes of it were not captured */
	uint8_t n_vain : 2;		/* responses that waited for a request in vain since the last that met one */
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

/* True if a message that went ${way} is a response: by the side it came from, once the roles are known; until then by what its
 * header ${says}. Servers do not look at that. */
bool conn_is_response(const struct conn *c, enum way way, bool says);

/* Such a message is read. One that shows the roles is learned from; one that contradicts them is counted. */
void conn_takes(struct conn *c, enum way way, bool says);

/* A response has matched a request: the roles are certain from here on. */
void conn_prove(struct conn *c);

/* True if a response to what was not asked in ${m} yet may wait for its request, as when the two were captured in the wrong
 * order; where requests are missing altogether none waits for long. */
bool conn_may_wait(const struct conn *c, const struct message *m);

/* A response has waited, and no request came. */
void conn_waited_in_vain(struct conn *c);

/* Both ends, with a reference for the caller; NULL (counted) when memory is short. */
struct named_ends *conn_name_ends(struct conn *c);

/* Let a reference go; the last one frees it. NULL is allowed. */
void conn_release_ends(struct env *env, struct named_ends *n);

/* Count something malformed, here and for the flow. */
void conn_malformed(struct conn *c, enum count reason);

#endif
