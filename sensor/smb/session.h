/*
 * Sessions of a connection: who logged on, and what they sealed.
 *
 * SMB1 calls a session a UID. SMB2 sessions stand in the registry too, so that
 * one bound to a second connection, or replaced after a reconnect, is found by
 * its id. At most LIMIT_SESSIONS; for a newer one the oldest goes that holds no
 * administrative share, else the oldest, and is counted.
 */
#ifndef ASHIATO_SENSOR_SMB_SESSION_H
#define ASHIATO_SENSOR_SMB_SESSION_H

#include "sensor/smb/conn.h"

/* Encrypted messages of a session on a connection (SMB2 TRANSFORM_HEADER), by direction: [0] to the server, [1] to the client. */
struct sealed {
	int64_t first_ns;
	int64_t last_ns;
	uint64_t messages[2];
	uint64_t bytes[2];
	uint32_t largest[2];	/* bytes of one message */
};

/* How a session proved who it is, as its tokens said so far. */
enum auth { AUTH_UNKNOWN, AUTH_NTLM, AUTH_KERBEROS };

/* One session on one connection; bound to several it has one of these on each. */
struct session {
	uint64_t id;
	struct conn *conn;
	struct session *next;	/* on the connection, a newer one */
	struct session *chain;	/* in the registry: the next newer one of its bucket */
	struct sealed *sealed;	/* NULL: no encrypted message yet */
	uint8_t auth;		/* enum auth */
	bool is_established : 1;
	bool is_registered : 1;
	bool is_stranger : 1;	/* known by its encrypted messages alone */
};

/* The session, or NULL. Valid until the next session is added or dropped; so are the others. */
struct session *session_find(const struct conn *c, uint64_t id);

/* The session, added if it is new; NULL (counted) when memory is short. */
struct session *session_get(struct conn *c, uint64_t id);

/* The session is over, at ${time_ns}: its opens end, its trees go, its encrypted totals are reported. */
void session_end(struct conn *c, uint64_t id, int64_t time_ns);

/* Session ${id} was bound to this connection: it shares what is open with the one it was made on, if that was seen. */
void session_bind(struct conn *c, uint64_t id);

/* A connection of which the logon was not captured uses session ${id}; it may be a channel of one that is known. */
void session_meet(struct conn *c, uint64_t id);

/* A new session stands in for session ${id} of a connection that was lost, at ${time_ns}: that is over. */
void session_replace(struct conn *c, uint64_t id, int64_t time_ns);

/* One encrypted message of ${n_bytes} inside its transform header. Ids that nobody logged on under are believed
 * SESSION_STRANGERS times on a connection; the rest are counted only, for anybody can invent them. */
void session_sealed(struct conn *c, uint64_t id, enum way way, uint32_t n_bytes, int64_t time_ns);

enum { SESSION_STRANGERS = 4 };

/* Report the encrypted totals; forget all sessions. */
void session_fini(struct conn *c);

#endif
