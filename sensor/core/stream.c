#include "sensor/core/stream.h"

#include <string.h>

/* Bytes ahead of a hole: one piece of a segment. */
struct piece {
	struct piece *next;
	int64_t time_ns;
	uint32_t seq;
	uint32_t n;
	uint8_t bytes[];
};

/* The pieces of one stream, ascending, not overlapping. Only ever there while there are some. */
struct held {
	struct piece *first;
	struct piece *last;
	size_t bytes;		/* with their heads, so that many small ones count too */
	uint32_t n;
};

static void *get(const struct stream_env *env, size_t n)
{
	void *block = pool_get(env->pool, n);

	if (block == NULL)
		count(env->counts, COUNT_POOL_FULL);
	return block;
}

void stream_start(struct stream *s, uint32_t seq)
{
	s->next = seq;
	s->is_started = true;
}

static struct view bytes_of(const struct piece *p)
{
	return view_of(p->bytes, p->n);
}

static uint32_t end_of(const struct piece *p)
{
	return p->seq + p->n;
}

static void deliver(struct stream *s, const struct stream_env *env, void *ctx, struct view bytes, int64_t time_ns)
{
	s->next += (uint32_t)bytes.n;
	if (bytes.n > 0)
		env->data(ctx, bytes, time_ns);
}

/* Take the first held piece off the list; the list goes with its last piece. */
static struct piece *pop(struct stream *s, const struct stream_env *env)
{
	struct held *held = s->held;
	struct piece *p = held->first;

	held->first = p->next;
	held->bytes -= sizeof(*p) + p->n;
	held->n--;
	if (held->first == NULL) {
		pool_put(env->pool, held, sizeof(*held));
		s->held = NULL;
	}
	return p;
}

static void put_back(const struct stream_env *env, struct piece *p)
{
	pool_put(env->pool, p, sizeof(*p) + p->n);
}

/* Hand on the held pieces that have come into order. */
static void drain(struct stream *s, const struct stream_env *env, void *ctx)
{
	while (s->held != NULL && s->held->first->seq == s->next) {
		struct piece *p = pop(s, env);

		deliver(s, env, ctx, bytes_of(p), p->time_ns);
		put_back(env, p);
	}
}

/* Nothing up to ${seq} will come any more. */
static void jump(struct stream *s, const struct stream_env *env, void *ctx, uint32_t seq, int64_t time_ns)
{
	uint32_t n = seq - s->next;

	count(env->counts, COUNT_TCP_GAP);
	count_n(env->counts, COUNT_TCP_GAP_BYTES, n);
	s->gaps++;
	s->gap_bytes += n;
	s->next = seq;
	env->gap(ctx, n, time_ns);
}

static void give_up_hole(struct stream *s, const struct stream_env *env, void *ctx)
{
	jump(s, env, ctx, s->held->first->seq, s->held->first->time_ns);
	drain(s, env, ctx);
}

static void compare(const struct stream_env *env, struct view first, struct view later)
{
	size_t n = first.n < later.n ? first.n : later.n;

	if (!view_equals(view_first(first, n), view_first(later, n)))
		count(env->counts, COUNT_TCP_OVERLAP);
}

/* ${payload} begins at s->next. What is held already came first and is used. */
static void take_in_order(struct stream *s, const struct stream_env *env, void *ctx, struct view payload, int64_t time_ns)
{
	while (payload.n > 0) {
		uint32_t hole = s->held != NULL ? s->held->first->seq - s->next : UINT32_MAX;
		struct view fresh = view_first(payload, hole);
		struct piece *p;

		deliver(s, env, ctx, fresh, time_ns);
		payload = view_after(payload, fresh.n);
		if (s->held == NULL || s->held->first->seq != s->next)
			continue;
		compare(env, bytes_of(s->held->first), payload);
		payload = view_after(payload, s->held->first->n);
		p = pop(s, env);
		deliver(s, env, ctx, bytes_of(p), p->time_ns);
		put_back(env, p);
	}
}

/* Keep ${bytes}, which overlap nothing, behind ${after} (NULL: in front); NULL when memory is short. */
static struct piece *insert(struct stream *s, const struct stream_env *env, struct piece *after, uint32_t seq, struct view bytes,
			    int64_t time_ns)
{
	struct held *held = s->held;
	struct piece *p = get(env, sizeof(*p) + bytes.n);

	if (p == NULL)
		return NULL;
	*p = (struct piece){ .time_ns = time_ns, .seq = seq, .n = (uint32_t)bytes.n };
	memcpy(p->bytes, bytes.bytes, bytes.n);
	p->next = after != NULL ? after->next : held->first;
	if (after != NULL)
		after->next = p;
	else
		held->first = p;
	if (p->next == NULL)
		held->last = p;
	held->bytes += sizeof(*p) + bytes.n;
	held->n++;
	return p;
}

/* The last held piece that begins at or before ${seq}; NULL if none does. */
static struct piece *piece_before(const struct held *held, uint32_t seq)
{
	struct piece *before = NULL;

	if (held->last != NULL && tcp_distance(held->last->seq, seq) <= 0)
		return held->last;
	for (struct piece *p = held->first; p != NULL && tcp_distance(p->seq, seq) <= 0; p = p->next)
		before = p;
	return before;
}

/* Keep those bytes of ${payload} that no held piece covers. False when memory is short. */
static bool hold_pieces(struct stream *s, const struct stream_env *env, uint32_t seq, struct view payload, int64_t time_ns)
{
	struct piece *before = piece_before(s->held, seq);

	while (payload.n > 0) {
		struct piece *after = before != NULL ? before->next : s->held->first;
		uint32_t covered = before != NULL && tcp_distance(end_of(before), seq) > 0 ? end_of(before) - seq : 0;
		struct view fresh = view_after(payload, covered);

		if (covered > 0)
			compare(env, view_after(bytes_of(before), seq - before->seq), payload);
		if (after != NULL)
			fresh = view_first(fresh, after->seq - seq - covered);
		if (fresh.n > 0 && insert(s, env, before, seq + covered, fresh, time_ns) == NULL)
			return false;
		if (after == NULL || payload.n <= covered + fresh.n)
			return true;
		payload = view_after(payload, after->seq - seq);
		seq = after->seq;
		before = after;
	}
	return true;
}

/* ${payload} lies behind a hole: keep it. False when there is no room for it. */
static bool hold(struct stream *s, const struct stream_env *env, uint32_t seq, struct view payload, int64_t time_ns)
{
	bool is_kept;

	if (s->held == NULL)
		s->held = get(env, sizeof(*s->held));
	is_kept = s->held != NULL && s->held->n < STREAM_HELD_SEGMENTS &&
		  s->held->bytes + sizeof(struct piece) + payload.n <= env->limits->out_of_order_bytes &&
		  hold_pieces(s, env, seq, payload, time_ns);
	if (s->held != NULL && s->held->first == NULL) {
		pool_put(env->pool, s->held, sizeof(*s->held));
		s->held = NULL;
	}
	return is_kept;
}

static bool is_out_of_window(const struct stream *s, uint32_t seq)
{
	return s->is_acked && tcp_distance(seq, s->acked) > STREAM_WINDOW_BYTES && tcp_distance(seq, s->next) > 0;
}

void stream_feed(struct stream *s, const struct stream_env *env, void *ctx, uint32_t seq, struct view payload, int64_t time_ns)
{
	if (payload.n == 0)
		return;
	if (!s->is_started)
		stream_start(s, seq);
	if (is_out_of_window(s, seq)) {
		count(env->counts, COUNT_TCP_OUT_OF_WINDOW);
		return;
	}
	if (s->has_fin && tcp_distance(seq + (uint32_t)payload.n, s->fin) > 0)
		s->has_fin = false; /* bytes behind a FIN: it was not this connection's */
	while (tcp_distance(seq, s->next) > 0) {
		if (hold(s, env, seq, payload, time_ns))
			return;
		if (s->held != NULL)
			give_up_hole(s, env, ctx);
		else
			jump(s, env, ctx, seq, time_ns);
	}
	take_in_order(s, env, ctx, view_after(payload, s->next - seq), time_ns);
	drain(s, env, ctx);
}

void stream_pass_over(struct stream *s, const struct stream_env *env, void *ctx, uint32_t ack, bool answers, int64_t time_ns)
{
	while (s->held != NULL && tcp_distance(ack, s->held->first->seq) >= 0 &&
	       (answers || time_ns - s->held->first->time_ns > STREAM_ACKED_HOLE_NS))
		give_up_hole(s, env, ctx);
}

void stream_fin(struct stream *s, uint32_t seq)
{
	if (!s->is_started)
		stream_start(s, seq);
	if (s->has_fin || tcp_distance(seq, s->next) < 0)
		return;
	s->fin = seq;
	s->has_fin = true;
}

void stream_expire(struct stream *s, const struct stream_env *env, void *ctx, int64_t now_ns)
{
	const int64_t patience_ns = s->is_acked ? env->limits->idle_ns : env->limits->hole_ns;

	while (s->held != NULL && now_ns - s->held->first->time_ns > patience_ns)
		give_up_hole(s, env, ctx);
}

void stream_flush(struct stream *s, const struct stream_env *env, void *ctx)
{
	while (s->held != NULL)
		give_up_hole(s, env, ctx);
}

void stream_fini(struct stream *s, const struct stream_env *env)
{
	while (s->held != NULL)
		put_back(env, pop(s, env));
}
