/*
 * Trees: what a tree id means, in the group of the connection.
 *
 * SMB1 calls it a TID. At most LIMIT_TREES; for a newer one the oldest goes that
 * is no administrative share. Of administrative ones the newest goes of those
 * on which nothing is open, else of all, and first one whose share the session
 * had already, be it under another name of the host: a flood pushes out itself.
 * What goes is counted. Trees of one path keep it once.
 */
#ifndef ASHIATO_SENSOR_SMB_TREE_H
#define ASHIATO_SENSOR_SMB_TREE_H

#include "sensor/smb/conn.h"

enum share_type { SHARE_UNKNOWN, SHARE_DISK, SHARE_PIPE, SHARE_PRINT };

struct tree {
	uint64_t session_id;
	char *path;	/* \\HOST\SHARE, kept once for all trees that have it (share.h); NULL when the request was not seen */
	uint32_t id;
	uint8_t type;	/* enum share_type */
	bool is_shared : 1;	/* SMB1: the id means this tree in every session */
	bool is_admin : 1;	/* an administrative share; set by tree_add, like the two below */
	bool is_repeated : 1;	/* and its session had a tree of that share */
	uint16_t n_opens;	/* on it now */
};

/* The tree, or NULL. Valid until the next tree is added or dropped. */
struct tree *tree_find(const struct conn *c, uint64_t session_id, uint32_t id);

/* Something was opened on the tree, or what was open on it is over. */
void tree_opened(struct conn *c, uint64_t session_id, uint32_t id);
void tree_closed(struct conn *c, uint64_t session_id, uint32_t id);

/* Tree ${t} was connected; it is copied, and so is t->path. A tree of the same ids is replaced. */
void tree_add(struct conn *c, const struct tree *t);

/* The tree is disconnected, at ${time_ns}: what is open on it ends. */
void tree_end(struct conn *c, uint64_t session_id, uint32_t id, int64_t time_ns);

/* Forget the trees of a session; all trees. */
void tree_forget_session(struct conn *c, uint64_t session_id);
void tree_fini(struct conn *c);

/* True if an administrative share is connected: on this session, on any. */
bool tree_is_admin_session(const struct conn *c, uint64_t session_id);
bool tree_has_admin(const struct conn *c);

/* The trees of ${from} are those of the connection's group now. */
void tree_adopt(struct conn *c, struct group *from);

#endif
