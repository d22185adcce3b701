/*
 * One direction of a TCP connection, put in order: RFC 9293 3.4, 3.10.
 *
 * Bytes that come in order go straight to the sink, uncopied. Bytes ahead of
 * a hole are held (pool memory, at most limits.out_of_order_bytes and
 * STREAM_HELD_SEGMENTS) until the hole is filled or given up. Of bytes that
 * come twice the first ones are used; where held bytes and later ones differ
 * that is counted (bytes already handed on are not kept to compare with). Not here:
 * handshake, resets and what the bytes mean.
 *
 * A hole is given up
 *   - as soon as the other side acknowledges the bytes behind it with a
 *     segment that answers (data or FIN): what it says may depend on them;
 *   - when a bare acknowledgement covers it and it is older than
 *     STREAM_ACKED_HOLE_NS (a capture device may reorder the two);
 *   - limits.hole_ns after it opened, or, when the other side's acknowledgements are captured and say that it
 *     still waits for those bytes too, limits.idle_ns after: a sender may hold them back for as long as it likes;
 *   - when too much is held, or at stream_flush.
 */
#ifndef ASHIATO_SENSOR_CORE_STREAM_H
#define ASHIATO_SENSOR_CORE_STREAM_H

#include "sensor/core/counts.h"
#include "sensor/core/limits.h"
#include "sensor/core/pool.h"
#include "sensor/core/tcp.h"
#include "sensor/core/view.h"

#include <stdbool.h>

enum {
	STREAM_HELD_SEGMENTS = 512,	/* bounds the search for a segment's place; 256 KiB in 1460-byte segments are 180 */
	STREAM_ACKED_HOLE_NS = 10 * 1000000,
	STREAM_WINDOW_BYTES = 64 << 20,	/* as far ahead of an acknowledgement one may be: four times the windows in use */
};

struct held;

struct stream {
	uint32_t next;		/* sequence number of the next byte for the sink */
	uint32_t acked;		/* highest acknowledgement of the other side */
	uint32_t fin;		/* sequence number behind the last byte, once known */
	uint32_t gaps;
	uint64_t gap_bytes;
	struct held *held;	/* NULL while nothing is held */
	bool is_started;	/* next is valid */
	bool is_acked;		/* acked is valid */
	bool has_fin;		/* fin is valid */
	uint8_t right_sums;	/* what credible.h noted: checksums that added up in a row, */
	uint8_t hops;		/* and how many hops were left at the beginning; 0: not known */
	uint16_t signs;		/* what signs.h noted */
};

/* What a stream works with; lives as long as the caller likes, the same for all streams. */
struct stream_env {
	struct pool *pool;
	struct counts *counts;
	const struct limits *limits;
	/* The sink: in-order bytes with the time of the packet that brought them, and ${n} bytes that will never come. */
	void (*data)(void *ctx, struct view bytes, int64_t time_ns);
	void (*gap)(void *ctx, uint64_t n, int64_t time_ns);
};

/* The first byte has sequence number ${seq}. Without this call a stream starts at the first segment with data. */
void stream_start(struct stream *s, uint32_t seq);

/* True if the ${n} bytes at ${seq} are the next, nothing waits behind them and no FIN is known: then they are counted as handed
 * on, and the caller hands them on. Nearly every segment is like that. Otherwise nothing has changed; they are for stream_feed. */
static inline bool stream_pass(struct stream *s, uint32_t seq, size_t n)
{
	if (!s->is_started || seq != s->next || s->held != NULL || s->has_fin)
		return false;
	s->next += (uint32_t)n;
	return true;
}

/* A segment's payload. */
void stream_feed(struct stream *s, const struct stream_env *env, void *ctx, uint32_t seq, struct view payload,
		 int64_t time_ns);

/* The other side acknowledged everything before ${ack}. */
static inline void stream_acked(struct stream *s, uint32_t ack)
{
	if (!s->is_acked || tcp_distance(ack, s->acked) > 0)
		s->acked = ack;
	s->is_acked = true;
}

/* After that, where there are holes: give up those before ${ack}, as far as the rules above allow; ${answers}: it came with a
 * segment that carries data or FIN. */
void stream_pass_over(struct stream *s, const struct stream_env *env, void *ctx, uint32_t ack, bool answers, int64_t time_ns);

/* A FIN stands at ${seq}. */
void stream_fin(struct stream *s, uint32_t seq);

/* Give up holes that have become too old. */
void stream_expire(struct stream *s, const struct stream_env *env, void *ctx, int64_t now_ns);

/* Give up every hole. */
void stream_flush(struct stream *s, const struct stream_env *env, void *ctx);

/* True when bytes are held behind a hole. */
static inline bool stream_has_hole(const struct stream *s)
{
	return s->held != NULL;
}

/* True when every byte up to the FIN went to the sink. */
static inline bool stream_is_finished(const struct stream *s)
{
	return s->has_fin && s->next == s->fin;
}

/* Give the held bytes back without handing them on. */
void stream_fini(struct stream *s, const struct stream_env *env);

#endif
