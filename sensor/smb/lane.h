/*
 * One direction of a connection: where messages and their units begin and end.
 *
 * The state machine behind nbss.h, which keeps one of these per direction while
 * something is under way. A response that was captured before its request waits
 * here: its bytes, and those behind it, are kept back until the request is there,
 * for LANE_WAIT_NS of packet time and LANE_WAIT_BYTES at most.
 *
 * As long as a direction was seen from its beginning, or from a search whose
 * find has been proved, headers are where they must be: a packet of any other
 * type is passed over by the length it states, as a server does, and nothing
 * inside it is believed. Only in doubt is it searched for a header.
 */
#ifndef ASHIATO_SENSOR_SMB_LANE_H
#define ASHIATO_SENSOR_SMB_LANE_H

#include "sensor/core/cursor.h"
#include "sensor/smb/nbss.h"

enum {
	LANE_HEADER_BYTES = 4,
	LANE_MAGIC_BYTES = 4,		/* of a unit, enough to ask for a plan */
	LANE_WAIT_NS = 20 * 1000000,	/* a mirror port that merges two directions reorders by less */
	LANE_WAIT_BYTES = 131072,
	LANE_DOUBTS = 2,	/* one message is found by its looks; a second stands where the first says it must */
};

enum lane_state { AT_HEADER, AT_UNIT, IN_BULK, WAITING, LOST, N_LANE_STATES };

struct lane {
	enum lane_state state;
	uint8_t doubts;		/* messages to come before headers are believed to be where they must be; 0: they are */
	uint32_t want;		/* AT_HEADER, AT_UNIT: bytes needed to go on */
	uint8_t *buffer;	/* what spans segments, copied together, or WAITING: what is kept back; NULL while nothing is */
	uint32_t used;
	uint32_t cap;
	uint32_t before;	/* IN_BULK: bytes to pass over, to stream, to pass over */
	uint32_t data;
	uint32_t after;
	uint64_t window;	/* LOST: the last eight bytes */
	uint32_t searched;	/* LOST: bytes looked at */
	int64_t since_ns;	/* WAITING: from then on */
	int64_t kept_ns;	/* WAITING: packet time of the last bytes kept back */
	struct message m;
};

/* Bytes of one direction and what they are handed on to. */
struct feed {
	const struct nbss_user *user;
	enum way way;
	int64_t time_ns;
	struct cursor in;
};

/* Between messages; searching for the next; at the first unit of ${m}. */
struct lane lane_begin(void);
struct lane lane_search(void);
struct lane lane_inside(const struct message *m);

/* Take all of the input. */
void lane_feed(struct lane *f, struct feed *fd);

/* ${n} bytes will never come. */
void lane_gap(struct lane *f, const struct nbss_user *u, uint64_t n);

/* The other direction said something: does what waits go on? */
void lane_retry(struct lane *f, const struct nbss_user *u, enum way way);

/* The message that waits goes on alone; one behind it may wait then. */
void lane_release(struct lane *f, const struct nbss_user *u, enum way way);

/* True if it has waited long enough at ${now_ns}. */
bool lane_is_due(const struct lane *f, int64_t now_ns);

/* Give up the message under way and search for the next. */
void lane_lose(struct lane *f, const struct nbss_user *u);

/* Give back the buffer if nothing is in it; true if there is nothing to remember at all. */
bool lane_rest(struct lane *f, const struct nbss_user *u);

#endif
