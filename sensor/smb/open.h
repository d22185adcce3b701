/*
 * Opened files and pipes, and what moves through them.
 *
 * An open begins with the request to create it, because a compound may write
 * to it before the answer names it; its file id makes it findable once the
 * answer is there. Opens that were made before the capture began are made up
 * when they are first used. Bytes go on to env->files or env->pipes; where
 * neither the tree nor the answer told which of the two an open is, and
 * whether a pipe speaks DCE/RPC, the first bytes through it do. A pipe that
 * does not is counted and reported (smb.pipe) when it ends.
 */
#ifndef ASHIATO_SENSOR_SMB_OPEN_H
#define ASHIATO_SENSOR_SMB_OPEN_H

#include "sensor/smb/fact.h"

enum open_kind {
	OPEN_UNKNOWN,	/* file or pipe: the first bytes will tell */
	OPEN_FILE,
	OPEN_PIPE,	/* a pipe; the first bytes will tell whether it speaks DCE/RPC */
	OPEN_RPC,
	OPEN_RAW_PIPE,
	OPEN_DEAF,	/* ended, or no memory for what moves through it */
	N_OPEN_KINDS
};

enum {
	OPEN_FIRST_BYTES = 16,	/* a DCE/RPC header (C706 12.6.1) */
	OPEN_KEY_BYTES = 24,	/* [MS-SMB2] 2.2.32.3 ResumeKey */
};

/* What moved through a pipe that does not speak DCE/RPC. */
struct raw_pipe {
	uint64_t bytes_to_server;
	uint64_t bytes_to_client;
	int64_t last_ns;
};

struct open {
	uint64_t file_id;	/* SMB2: the volatile half, which sessions may have in common; SMB1: the FID */
	uint64_t session_id;
	uint32_t tree_id;
	uint32_t references;
	struct named_ends *named;	/* of the connection on which its first data moved; NULL before */
	char *share;		/* \\HOST\SHARE (share.h), or NULL */
	char *path;		/* below the share; NULL when the create was not captured */
	struct held *held;	/* a pipe's: what the server has not taken yet (hold.h) */
	char *first_path;	/* as it was before a rename, if data had been handed on under it */
	uint8_t *resume_key;	/* what the server calls it when something is copied from it (OPEN_KEY_BYTES); NULL: nobody asked */
	uint64_t persistent_id;	/* SMB2: the other half of its id */
	int64_t time_ns;	/* of the create request, or of the first use */
	uint64_t size;		/* end of file as far as known */
	bool has_size;
	bool has_id;
	bool is_directory;
	bool is_deleted_on_close;
	bool is_deleted;
	bool is_durable;	/* it outlives its connection */
	uint8_t kind;		/* enum open_kind */
	bool is_first_write;	/* which way the bytes in first went */
	uint8_t n_first;	/* bytes in first */
	uint64_t first_offset;
	uint8_t first[OPEN_FIRST_BYTES];	/* too few yet to tell the kind by */
	union {
		struct transfer *transfer;
		struct assoc *assoc;
		struct raw_pipe *raw;
	} to;
};

/*
 * A new open on a tree, without an id, with one reference for the caller;
 * ${path} (may be NULL) is copied. NULL (counted) when memory is short.
 */
struct open *open_new(struct conn *c, uint64_t session_id, uint32_t tree_id, const char *path, int64_t time_ns);

/* One more reference; NULL is allowed and returned. */
struct open *open_hold(struct open *o);

/* Let a reference go; the last one frees it. NULL is allowed. */
void open_release(struct conn *c, struct open *o);

/* The answer named it: findable from now on. An older open of that id must have been closed unseen, and ends.
 * When there are LIMIT_OPENS the oldest ends that is neither a pipe nor on an administrative share, else the oldest. */
void open_name(struct conn *c, struct open *o, uint64_t file_id);

/* The open with this id, with one reference for the caller; NULL if there is none. SMB2 servers number the opens of each session
 * from the same beginning ([MS-SMB2] 3.3.1.10); an SMB1 FID is the connection's, whatever the session. */
struct open *open_find(const struct conn *c, uint64_t session_id, uint64_t file_id);

/* The open of this session with this id, or one made up for it, with one reference for the caller. NULL when memory is short. */
struct open *open_get(struct conn *c, uint64_t session_id, uint32_t tree_id, uint64_t file_id, int64_t time_ns);

/* It was renamed. */
void open_rename(struct conn *c, struct open *o, const char *new_path);

/* The answer to the open stated where the file ended then; data may have been written since (a compound). */
void open_found(struct conn *c, struct open *o, uint64_t size);

/* The server stated or set where the file ends. */
void open_size(struct conn *c, struct open *o, uint64_t size);

/* The server refused to open it: what a compound moved through it never was. */
void open_refused(struct conn *c, struct open *o, const struct answer *a);

/* The open is over: what it moved is reported. ${ended_by} as in SmbTransfer. */
void open_end(struct conn *c, struct open *o, const char *ended_by, int64_t time_ns);

/* The same for all on a tree, on a session, in the group. */
void open_end_tree(struct conn *c, uint64_t session_id, uint32_t tree_id, int64_t time_ns);
void open_end_session(struct conn *c, uint64_t session_id, int64_t time_ns);
void open_fini(struct conn *c, int64_t time_ns);

/* The session goes on elsewhere: what is durable of its opens is remembered, not closed. */
void open_leave_session(struct conn *c, uint64_t session_id, int64_t time_ns);

/* The server calls it ${key} (OPEN_KEY_BYTES) from now on. */
void open_keep_key(struct conn *c, struct open *o, struct view key);

/* The open the server calls so; NULL if there is none. Without a reference: valid until the next open ends. */
const struct open *open_find_key(const struct conn *c, struct view key);

/* The server put zeros into [${begin}, ${end}), as far as the file reaches. */
void open_zeroed(struct conn *c, struct open *o, uint64_t begin, uint64_t end);

/* The server wrote ${n} bytes at ${offset} into it by itself. */
void open_overwritten(struct conn *c, struct open *o, uint64_t offset, uint64_t n, int64_t time_ns);

/* The last connection was closed by one of its ends: what was to be deleted when closed is. */
void open_disconnected(struct conn *c, int64_t time_ns);

/* True if a pipe is open through which something was done that an incident needs. */
bool open_has_dear_pipe(const struct conn *c);

/* The opens of ${from} are those of the connection's group now. */
void open_adopt(struct conn *c, struct group *from);

/* ---- what moves ---- */

/* Bytes of one request (${is_write}) or response, in order; ${is_last} with the last of it. */
struct piece {
	bool is_write;
	bool is_last;
	uint64_t request;	/* a write's key, as in pending.h */
	uint64_t offset;	/* pipes have none */
	struct view bytes;
	int64_t time_ns;
};

void open_data(struct conn *c, struct open *o, const struct piece *piece);

/* The same, but nothing waits for an answer any more: for hold.h. */
void open_pass(struct conn *c, struct open *o, const struct piece *piece);

/* What a read or write is about, without its bytes. */
struct stretch {
	bool is_write;
	uint64_t offset;
	uint64_t n;
};

/* The bytes of ${s} are missing. */
void open_lost(struct conn *c, struct open *o, const struct stretch *s, int64_t time_ns);

/* The read or write of ${s} was answered. */
void open_answered(struct conn *c, struct open *o, const struct stretch *s, const struct answer *a);

/* Fill the name fields that all bodies share, ${body} being any SMB event with them. */
#define OPEN_FACT(body, o)                                                                                             \
	do {                                                                                                           \
		FACT_SET(body, session_id, (o)->session_id);                                                           \
		FACT_SET(body, tree_id, (o)->tree_id);                                                                 \
		if ((o)->has_id)                                                                                       \
			FACT_SET(body, file_id, (o)->file_id);                                                         \
	} while (0)

#endif
