/*
 * What detect remembers: connections, the sessions on them, their steps so
 * far. Bounded; knows nothing of what an act means.
 *
 * A connection is (sensor, epoch, community id). An SMB session is a session
 * id on it; an RPC association over TCP is the session 0 of its connection.
 * When there are too many, whole connections go: those ended first, then the
 * idlest without an admin access, admin accesses last.
 */
#ifndef ASHIATO_COLLECTOR_DETECT_SESSIONS_H
#define ASHIATO_COLLECTOR_DETECT_SESSIONS_H

#include "collector/detect/detect.h"

enum {
	SESSION_COMMUNITY_BYTES = 48,
	SESSION_ADDRESS_BYTES = 48,	/* INET6_ADDRSTRLEN is 46 */
	SESSION_DIALECT_BYTES = 16,
	SESSION_PIPES = 8,		/* pipes remembered until it shows whose they are */
	SESSION_SITE_BYTES = 64,
};

struct held_step {
	struct step row;	/* name and detail are ours */
	char *name;
};

/* A pipe that was opened and is not yet known to belong to a tool. */
struct held_pipe {
	char *name;
	struct event_key event;
	int64_t time_ns;
};

struct session {
	struct connection *connection;
	struct session *next;		/* on the same connection, newest first */
	uint64_t id;
	bool is_rpc;
	bool is_told;			/* the sink knows it: an access or a finding */
	bool has_logon;
	bool is_opaque;
	unsigned library_facts;
	struct access row;		/* its strings point at the fields below, or are static */
	char site[SESSION_SITE_BYTES];
	char source[SESSION_ADDRESS_BYTES];
	char destination[SESSION_ADDRESS_BYTES];
	char dialect[SESSION_DIALECT_BYTES];
	char community_id[SESSION_COMMUNITY_BYTES];
	char *account, *workstation, *ntlm_target;
	struct held_step *steps;
	size_t n_steps, cap_steps;
	struct held_pipe pipes[SESSION_PIPES];
	size_t n_pipes;			/* ever; the oldest is overwritten */
	bool is_zerologon;		/* its Netlogon calls belong to that finding */
	uint64_t sealed_messages, sealed_bytes;
};

struct connection_key {
	int64_t sensor_id;
	uint64_t epoch;
	char community_id[SESSION_COMMUNITY_BYTES];
};

struct connection {
	struct connection_key key;
	struct connection *same_hash;
	struct connection *idler, *fresher;	/* place among those of its rank */
	unsigned rank;				/* 0 ended, 1 ordinary, 2 with an admin access or finding */
	struct session *sessions;
	size_t n_sessions;
	int64_t last_ns;
	unsigned library_facts;			/* of the negotiation */
	char dialect[SESSION_DIALECT_BYTES];
};

struct rank_list {
	struct connection *idlest, *freshest;
};

struct sessions {
	struct connection **buckets;
	size_t n_buckets;			/* a power of two */
	struct rank_list ranks[3];
	size_t n_connections, n_sessions, max;
	int64_t idle_ns;
	uint64_t lost;				/* accesses dropped while under way */
};

/* False when memory is short. */
bool sessions_init(struct sessions *s, size_t max, int64_t idle_ns);
void sessions_fini(struct sessions *s);

/* The connection of ${key}, made if needed; what was idle for too long at ${now_ns} is forgotten first. It becomes the
 * freshest. NULL when memory is short. Valid until the next call. */
struct connection *sessions_connection(struct sessions *s, const struct connection_key *key, int64_t now_ns);

/* Forget the sessions of ${c}: addresses and ports are used anew. */
void sessions_restart(struct sessions *s, struct connection *c);

/* True if ${c} ended and nothing began on it since. */
bool sessions_has_ended(const struct connection *c);

/* ${c} ended: it goes first when room is needed. What still comes for it is taken. */
void sessions_ended(struct sessions *s, struct connection *c);

/* ${c} holds something that is told: it goes last. */
void sessions_keep(struct sessions *s, struct connection *c);

/* The session ${id} on ${c}; NULL if there is none. */
struct session *sessions_find(const struct connection *c, uint64_t id, bool is_rpc);

/* Forget the session ${id} on ${c}, if there is one. */
void sessions_forget(struct sessions *s, struct connection *c, uint64_t id, bool is_rpc);

/* A new session; there is none with its id. Others are dropped where room is needed. NULL when memory is short. */
struct session *sessions_begin(struct sessions *s, struct connection *c, uint64_t id, bool is_rpc);

/* A session that stands on no connection (a finding over many); the caller frees it with sessions_free_loose. */
struct session *sessions_make_loose(void);
void sessions_free_loose(struct session *x);

#endif
