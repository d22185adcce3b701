/*
 * Framing: where messages begin and end, and which bytes of them are needed.
 *
 * RFC 1002 4.3.1 (port 139) and [MS-SMB2] 2.1 (direct TCP) share one header: a
 * type, which is 0 for a message, and a length. Inside a message this module
 * knows units: an SMB1 message, or one element of an SMB2 compound. It asks its
 * user for a plan as soon as a few bytes of a unit are there, and then hands
 * the unit on whole, or hands its head on whole and its bulk data piece by
 * piece as they come, or passes over it. What lies whole inside one segment is
 * handed on where it lies; only what spans segments is copied together, never
 * more than LIMIT_MESSAGE_BYTES. The cut of the segments changes nothing else.
 * Most messages lie whole in a segment: those are offered as a whole first, so
 * that nothing of them need be remembered from step to step.
 *
 * After a hole inside bulk data it goes on exactly; after any other hole, or in
 * the middle of a stream, it looks for the next header that can be one (lane.h).
 */
#ifndef ASHIATO_SENSOR_SMB_NBSS_H
#define ASHIATO_SENSOR_SMB_NBSS_H

#include "sensor/core/counts.h"
#include "sensor/core/handoff.h"

struct open;
struct lane;

/* The message under way. nbss keeps it from unit to unit; what the units say to each other is their reader's. */
struct message {
	int64_t time_ns;	/* packet time of the message's first byte */
	uint32_t left;		/* its bytes from the unit at hand on */
	uint32_t n_units;	/* units before this one */
	uint32_t serial;	/* SMB1: tells the requests of this message from others with the same MID */
	bool is_inflated;	/* it came out of a compressed message */
	bool has_bulk;		/* the unit at hand is a head, and its bulk data follow */
	bool has_waited;	/* for a request that did not come: it will not wait again */

	/* what a related element inherits ([MS-SMB2] 3.3.5.2.7.2) */
	uint64_t session_id;
	uint32_t tree_id;
	struct open *open;	/* a reference of its own, or NULL */

	/* the bulk data under way */
	bool is_write;
	uint32_t status;	/* of a read's answer */
	struct open *sink;	/* whose they are: a reference of its own, or NULL: nobody's */
	uint64_t request;	/* a write's key (pending.h) */
	uint64_t offset;	/* of the next byte */
	uint64_t begin;		/* of the first */
};

enum verdict {
	UNIT_MORE,	/* ${head} bytes are needed before it can be said */
	UNIT_WHOLE,	/* hand on the unit's ${unit} bytes together */
	UNIT_BULK,	/* hand on ${head} bytes, pass over ${before}, stream ${data}, pass over the rest of ${unit} */
	UNIT_BAD,	/* malformed: pass over the rest of the message */
	UNIT_WAIT,	/* the other direction must say something first */
	UNIT_ALIEN,	/* by its first ${head} (< 8) bytes no SMB at all: the framing itself is wrong */
};

struct plan {
	enum verdict verdict;
	uint32_t head;
	uint32_t before;
	uint32_t data;
	uint32_t unit;
	uint32_t most;	/* UNIT_WHOLE: of a longer unit only so much is handed on, and it is counted; 0: LIMIT_MESSAGE_BYTES */
};

/* What the user of the framing answers; all are called with its ${ctx}. */
struct unit_ops {
	/* Message ${m} lies whole in ${bytes}: take as many units of it as can be taken at once, as ${plan}, ${unit} and the bulk
	 * data's functions would one after the other, and take them off m->left. What is left is gone through step by step. */
	void (*whole)(void *ctx, enum way way, struct message *m, struct view bytes);
	/* What to do with the unit that begins with ${head} (4 bytes or all of
	 * m->left, or as many as it asked for last). The same however many
	 * more there are; nothing of ${m} may change. */
	struct plan (*plan)(void *ctx, enum way way, const struct message *m, struct view head);
	/* A unit, or the head of one with bulk data. */
	void (*unit)(void *ctx, enum way way, struct message *m, struct view bytes);
	/* A piece of the bulk data; ${is_last} with the last. */
	void (*data)(void *ctx, struct message *m, struct view bytes, bool is_last);
	/* ${n} bytes of the bulk data are missing. */
	void (*lost)(void *ctx, struct message *m, uint64_t n);
	/* The bulk data are over, or will never come: let go of m->sink. */
	void (*data_end)(void *ctx, struct message *m);
	/* The message is over, or given up: let go of m->open. */
	void (*message_end)(void *ctx, struct message *m);
	/* Something malformed, under this reason. */
	void (*malformed)(void *ctx, enum count reason);
};

/* Both directions of a connection. Between messages it holds no memory of its own. */
struct nbss {
	struct lane *under_way[2];
};

/* What every call needs. */
struct nbss_user {
	struct env *env;
	const struct unit_ops *ops;
	void *ctx;
};

/* A connection whose beginning was not captured: both directions begin with a search. */
void nbss_init_midstream(struct nbss *n, const struct nbss_user *u);

/* The next bytes of one direction, at ${time_ns}. */
void nbss_feed(struct nbss *n, const struct nbss_user *u, enum way way, struct view bytes, int64_t time_ns);

/* A message of ${size} bytes that did not lie in the stream but came out of one that did, from its first unit on: ${begin} is there,
 * the rest is missing. */
void nbss_inflated(const struct nbss_user *u, enum way way, struct view begin, uint32_t size, int64_t time_ns);

/* ${n_bytes} bytes of that direction will never come. */
void nbss_gap(struct nbss *n, const struct nbss_user *u, enum way way, uint64_t n_bytes);

/* Give up what is under way and all memory. */
void nbss_fini(struct nbss *n, const struct nbss_user *u);

#endif
