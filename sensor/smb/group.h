/*
 * What is open, for one connection or for several that share it.
 *
 * Trees and opens belong to a session, not to the connection they were opened
 * on: once a session is bound to a second connection ([MS-SMB2] 3.3.5.5.2), a
 * file opened on the one is written through the other. Such connections are one
 * group. A connection begins as a group of its own.
 */
#ifndef ASHIATO_SENSOR_SMB_GROUP_H
#define ASHIATO_SENSOR_SMB_GROUP_H

#include "sensor/core/handoff.h"
#include "sensor/core/table.h"

struct conn;

struct group {
	struct table trees;	/* tree.h */
	struct table opens;	/* open.h */
	uint32_t client_mark;	/* of the ClientGuid, of the ServerGuid; 0: not seen */
	uint32_t server_mark;
	uint16_t n_conns;
	uint16_t last_tree;	/* the row found last: most is asked of one tree again and again */
	uint16_t n_dear_opens;	/* as many of the oldest were dear when one had to go (open.c) */
};

/* A group of one connection; NULL (counted) when memory is short. */
struct group *group_new(struct env *env);

/* Remember who negotiated, by the GUIDs (16 bytes each, or empty). */
void group_mark(struct group *g, struct view client_guid, struct view server_guid);

/* True if ${c} and ${other} can be channels of one session: both sides are the same by their GUIDs, or, where those were not
 * seen, by their addresses. */
bool group_can_join(const struct conn *c, const struct conn *other);

/* ${c} becomes a channel of the group of ${other}; what was open on it is open there too. False, and counted, when that has
 * LIMIT_CHANNELS already or memory is short. */
bool group_join(struct conn *c, const struct conn *other);

/* The last connection of it, or one of several? */
bool group_is_last(const struct conn *c);

/* ${c} is over. With the last connection the group goes; its trees and opens must be gone by then. */
void group_leave(struct conn *c);

#endif
