/*
 * How the protocols hand work to each other without knowing each other.
 *
 * smb/, auth/, rpc/ and file/ never include one another. Each is given, at
 * birth, a struct env that holds what every parser may use (scratch memory,
 * state memory, counters, the way out for events) and the function tables of
 * its neighbours. engine.c fills it in; a test fills in its own.
 */
#ifndef ASHIATO_SENSOR_CORE_HANDOFF_H
#define ASHIATO_SENSOR_CORE_HANDOFF_H

#include "events.pb-c.h"
#include "sensor/core/arena.h"
#include "sensor/core/counts.h"
#include "sensor/core/limits.h"
#include "sensor/core/pool.h"
#include "sensor/core/view.h"

#include <stdbool.h>

/* Both ends of a connection as the protocol's roles see them, ready to stand in an event. */
struct parties {
	Ev__Endpoint client;
	Ev__Endpoint server;
	char community_id[31];	/* "1:" + base64 of SHA-1: 30 characters and NUL */
};

/* The way out. ${event} and all it points to need to live only during the
 * call. The receiver sets seq. */
typedef void (*event_fn)(void *ctx, const Ev__Event *event);

/* Reads one whole security token (SPNEGO or raw) into ${out}, whose strings
 * live in ${arena}. False: malformed; ${out} is as it was. Pure, no state. */
typedef bool (*token_fn)(struct view token, struct arena *arena, Ev__AuthToken *out);

/* ---- what travels through one open pipe (smb → rpc) ---- */

/* Where a pipe or a TCP association is; copied by the receiver. */
struct pipe_place {
	const struct parties *parties;	/* lives as long as the connection */
	const char *pipe;		/* name in lower case without \PIPE\ ; "" when its create was not captured; NULL for TCP */
	uint64_t session_id;
	uint32_t tree_id;
	uint64_t file_id;
	bool has_ids;			/* the three above mean something (not over TCP) */
};

struct env;
struct assoc;	/* one RPC association; private to rpc/ */
struct endpoints;	/* what servers offer where; private to rpc/ */

struct pipe_ops {
	/* A new association; NULL when memory is short (counted by the callee). */
	struct assoc *(*open)(struct env *env, const struct pipe_place *place);
	/* Bytes in order, to the server or to the client; any cut. ${time_ns} is that of the message that carried them. */
	void (*feed)(struct assoc *a, bool to_server, struct view bytes, int64_t time_ns);
	/* ${n} bytes of that direction are missing. */
	void (*gap)(struct assoc *a, bool to_server, uint64_t n, int64_t time_ns);
	/* The answer named an open that was spoken to before (a compound). */
	void (*named)(struct assoc *a, uint64_t file_id);
	/* What is still unanswered is emitted; ${a} is gone afterwards. */
	void (*close)(struct assoc *a);
	/* True while it holds what an incident needs and cannot be seen again. */
	bool (*is_dear)(const struct assoc *a);
	/* True if these first bytes look like a DCE/RPC PDU (so the pipe speaks RPC). Pure. */
	bool (*looks_like)(struct view first_bytes);
};

/* ---- one open file (smb → file) ---- */

struct file_place {
	const struct parties *parties;
	uint64_t session_id;
	uint32_t tree_id;
	uint64_t file_id;	/* 0 when only a later answer names the open: see named */
	const char *share;	/* \\HOST\SHARE or NULL; lives as long as the open */
	const char *path;	/* lives as long as the open */
	bool has_size;		/* end of file at the open, as the server stated it */
	uint64_t size;
	bool wants_hash;	/* default policy: admin share or executable by name; others are hashed only when they begin like code */
};

struct transfer;	/* one open's data, both directions; private to file/ */

struct file_ops {
	/* First data of an open. NULL when memory is short (counted by the callee). */
	struct transfer *(*open)(struct env *env, const struct file_place *place, int64_t time_ns);
	/* ${bytes} of the file at ${offset}; the pieces of one request come in order, other requests in any order. */
	void (*data)(struct transfer *t, bool is_write, uint64_t offset, struct view bytes, int64_t time_ns);
	/* ${n} bytes at ${offset} travelled but were not captured. */
	void (*lost)(struct transfer *t, bool is_write, uint64_t offset, uint64_t n, int64_t time_ns);
	/* The answer to one read or write: counts requests and refusals. Data of a
	 * refused write has been handed over already; it is taken back by ${offset}, ${n}. */
	void (*answered)(struct transfer *t, bool is_write, uint64_t offset, uint64_t n, uint32_t status, int64_t time_ns);
	/* The answer named an open that data had been written to before (a compound). */
	void (*named)(struct transfer *t, uint64_t file_id);
	/* The answer refused the open: nothing that was written to it before (a compound) ever was. */
	void (*refused)(struct transfer *t);
	/* The answer to the open stated the file's end before any of the data that were already handed over. */
	void (*found)(struct transfer *t, uint64_t size);
	/* The file's end was set or stated: what was written behind it is gone. */
	void (*size)(struct transfer *t, uint64_t size);
	/* Zeros stand in [${begin}, ${end}) now, as far as the file reaches. */
	void (*zeroed)(struct transfer *t, uint64_t begin, uint64_t end);
	/* Emits smb.transfer, one per direction that moved bytes; ${t} is gone afterwards.
	 * ${ended_by} as in the event; path and share as of now (a rename may have changed them). */
	void (*close)(struct transfer *t, const char *share, const char *path, const char *ended_by, int64_t time_ns);
};

struct hash;	/* private to file/ */

/* Who hashes files, if not file/ itself, at once (file → engine's owner). What it is given it does in the order of the calls, with
 * file/hash.h, whenever it likes. */
struct file_hasher {
	void *ctx;
	/* The next bytes; valid only during the call. */
	void (*add)(void *ctx, struct hash *hash, struct view bytes);
	/* These were all; ${hash} is the hasher's now. The event emitted next is the smb.transfer that lacks its digests. */
	void (*end)(void *ctx, struct hash *hash);
	/* Nobody wants them any more; ${hash} is the hasher's now. */
	void (*drop)(void *ctx, struct hash *hash);
};

/* Who keeps copies of files, if anybody does (file → engine's owner). A part is a copy under way. */
struct file_keeper {
	void *ctx;
	/* A new part; NULL when there is no room for one. */
	void *(*begin)(void *ctx);
	/* Its next bytes. False: it is given up, and gone. */
	bool (*bytes)(void *ctx, void *part, struct view in_order);
	/* It is whole and has this SHA-256, or (NULL) it shall be dropped. True if it is kept; ${part} is gone either way. */
	bool (*end)(void *ctx, void *part, const uint8_t *sha256);
};

/* ---- each SMB command, for whoever wants to see them all (smb → engine's owner) ---- */

/* One command of a chain, one element of a compound: what its header says. */
struct smb_command {
	const struct tcp_ends *ends;
	enum way way;
	int64_t time_ns;
	const char *name;	/* "TREE_CONNECT"; NULL: it has none */
	uint16_t command;
	bool is_smb1;
	bool is_response;	/* as it was read: by the side it comes from, once the roles are known */
	bool has_tree;		/* tree_id means something: an asynchronous element has none */
	uint64_t message_id;	/* SMB1: MID */
	uint32_t process_id;	/* SMB1: PID, low half */
	uint64_t session_id;	/* SMB1: UID */
	uint32_t tree_id;	/* SMB1: TID */
	uint32_t status;	/* of a response; SMB1: of this command of the chain */
};

struct smb_watcher {
	void *ctx;
	/* ${command} needs to live only during the call. */
	void (*see)(void *ctx, const struct smb_command *command);
};

/* ---- a protocol on top of TCP (engine → smb, rpc) ---- */

/* The ends of a TCP connection before anyone knows their roles: see ends.h for what they are. A part of its struct flow, which
 * has addresses, ports and MACs: pointers to it go round, copies of it are no use. */
struct tcp_ends {
	char community_id[31];
	bool midstream;
};

struct conn;	/* private to the protocol */

enum { CLAIM_BYTES = 24 };	/* a DCE/RPC header takes 16, NetBIOS framing and an SMB2 header's first fields 20 */

struct conn_ops {
	const char *name;	/* "smb", "rpc": FlowSummary.protocol */
	/* NULL when memory is short (counted by the callee). ${ends} lives as long as the connection. */
	struct conn *(*open)(struct env *env, const struct tcp_ends *ends);
	/* In-order bytes of one direction, in any cut; the packet's time. The arena is empty at each call. */
	void (*feed)(struct conn *c, enum way way, struct view bytes, int64_t time_ns);
	/* ${n} bytes of that direction will never come. */
	void (*gap)(struct conn *c, enum way way, uint64_t n, int64_t time_ns);
	/* Emits what is unfinished. ${ended_by} as in FlowSummary. */
	void (*close)(struct conn *c, const char *ended_by, int64_t time_ns);
	/* Malformed messages of this connection, for FlowSummary. */
	uint64_t (*malformed)(const struct conn *c);
	/* True while it holds what an incident needs and cannot be seen again: it is evicted last. */
	bool (*is_dear)(const struct conn *c);
	/* FROM_OPENER or FROM_OPENED: which way the protocol's client sends; what ports suggest until a message has shown it. */
	enum way (*client_sends)(const struct conn *c);
	/* True if a connection whose server port is ${port} speaks this protocol, judged by ${first}: the first (at most
	 * CLAIM_BYTES) bytes of one direction, fewer when no more came before the other side spoke. Every protocol is first
	 * asked with port 0 (by content alone), then, if none claims, with the port; each direction is asked about once. */
	bool (*claims)(uint16_t port, struct view first);
};

/* ---- a protocol on top of UDP (engine → auth) ---- */

/* One datagram; everything in it lives as long as the packet. */
struct datagram {
	Ev__Endpoint from;
	Ev__Endpoint to;
	struct view payload;	/* as captured */
	size_t wire_bytes;	/* its length on the wire */
};

/* ---- what every parser is given ---- */

struct tickets;	/* whose Kerberos tickets are whose; private to auth/ */
struct digest_window;	/* private to file/ */
struct registry;	/* private to smb/ */
struct durables;	/* the same */

struct env {
	struct arena *arena;	/* emptied before every packet */
	struct pool *pool;
	struct counts *counts;
	const struct limits *limits;
	event_fn emit;
	void *emit_ctx;
	token_fn read_token;		/* auth/ */
	const struct pipe_ops *pipes;	/* rpc/ */
	struct endpoints *endpoints;	/* rpc/: what it remembers beyond one association; NULL: nothing */
	const struct file_ops *files;	/* file/ */
	struct tickets *tickets;	/* auth/; NULL: nothing is remembered */
	const struct file_hasher *hasher;	/* NULL: file/ hashes by itself, as it must where a keeper wants digests at once */
	const struct file_keeper *keeper;	/* NULL: nobody keeps files */
	const struct smb_watcher *watcher;	/* NULL: nobody wants to see every SMB command */
	size_t content_bytes;		/* what file/ holds of files' beginnings now, all transfers together */
	struct {
		size_t bytes;		/* of all together, now */
		struct digest_window *first, *last;	/* in the order in which they were opened */
	} windows;			/* pieces of files that came early; file/ */
	struct {
		int64_t second;		/* of packet time */
		uint64_t bytes;
	} inflated;			/* what compressed messages came to in it; smb/ */
	struct registry *smb;		/* what SMB connections of one session find each other by */
	struct durables *durables;	/* opens whose connection is gone; smb/; NULL: nothing is remembered */
};

#endif
