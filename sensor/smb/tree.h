/*
 * Trees: what a tree id means, in the group of the connection.
 *
 * SMB1 calls it a TID. At most LIMIT_TREES; for a newer one the oldest goes that
 * is no administrative share, else the oldest of which there is another with
 * the same path, else the oldest, and is counted. Trees of one path keep it once.
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
	bool is_shared;	/* SMB1: the id means this tree in every session */
};

/* The tree, or NULL. Valid until the next tree is added or dropped. */
struct tree *tree_find(const struct conn *c, uint64_t session_id, uint32_t id);

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
