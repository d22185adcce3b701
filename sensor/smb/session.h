/*
 * Sessions and trees of a connection: what a session id and a tree id mean.
 *
 * SMB1 calls a session a UID and a tree a TID. At most LIMIT_SESSIONS and
 * LIMIT_TREES; the oldest goes for a newer one and is counted.
 */
#ifndef ASHIATO_SENSOR_SMB_SESSION_H
#define ASHIATO_SENSOR_SMB_SESSION_H

#include "sensor/smb/conn.h"

/* Encrypted messages of a session (SMB2 TRANSFORM_HEADER). */
struct sealed {
	int64_t first_ns;
	int64_t last_ns;
	uint64_t messages_to_server;
	uint64_t messages_to_client;
	uint64_t bytes_to_server;
	uint64_t bytes_to_client;
};

/* How a session proved who it is, as its tokens said so far. */
enum auth { AUTH_UNKNOWN, AUTH_NTLM, AUTH_KERBEROS };

struct session {
	uint64_t id;
	struct sealed *sealed;	/* NULL: no encrypted message yet */
	uint8_t auth;		/* enum auth */
	bool is_established;
};

/* The session, or NULL. Valid until the next session is added or dropped; so are the others. */
struct session *session_find(const struct conn *c, uint64_t id);

/* The session, added if it is new; NULL (counted) when memory is short. */
struct session *session_get(struct conn *c, uint64_t id);

/* The session is over, at ${time_ns}: its opens end, its trees go, its encrypted totals are reported. */
void session_end(struct conn *c, uint64_t id, int64_t time_ns);

/* One encrypted message of ${n_bytes} inside its transform header. */
void session_sealed(struct conn *c, uint64_t id, enum way way, uint64_t n_bytes, int64_t time_ns);

enum share_type { SHARE_UNKNOWN, SHARE_DISK, SHARE_PIPE, SHARE_PRINT };

struct tree {
	uint64_t session_id;
	char *path;	/* \\HOST\SHARE; NULL when the request was not seen */
	uint32_t id;
	uint8_t type;	/* enum share_type */
	bool is_shared;	/* SMB1: the id means this tree in every session */
};

/* The tree, or NULL. Valid until the next tree is added or dropped. */
struct tree *tree_find(const struct conn *c, uint64_t session_id, uint32_t id);

/* Tree ${t} was connected; it is copied, and so is t->path. A tree of the same ids is replaced. */
void tree_add(struct conn *c, const struct tree *t);

/* The tree is disconnected, at ${time_ns}: what is open on it ends. */
void tree_end(struct conn *c, uint64_t session_id, uint32_t id, int64_t time_ns);

/* Report the encrypted totals; forget all sessions and trees. */
void session_fini(struct conn *c);

#endif
