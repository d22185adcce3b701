#include "sensor/core/connection.h"

#include "sensor/core/credible.h"
#include "sensor/core/fetch.h"
#include "sensor/core/protocol.h"
#include "sensor/core/rare.h"
#include "sensor/core/signs.h"

#include <assert.h>
#include <string.h>

/* One direction of one connection: what the stream's sink gets as its context. */
struct direction {
	struct connections *connections;
	struct flow *flow;
	enum way way;
};

static struct direction direction_of(struct connections *c, struct flow *f, enum way way)
{
	return (struct direction){ .connections = c, .flow = f, .way = way };
}

static void on_data(void *ctx, struct view bytes, int64_t time_ns)
{
	const struct direction *d = ctx;

	protocol_data(d->connections, d->flow, d->way, bytes, time_ns);
}

static void on_gap(void *ctx, uint64_t n, int64_t time_ns)
{
	const struct direction *d = ctx;

	protocol_gap(d->connections, d->flow, d->way, n, time_ns);
}

void connections_init(struct connections *c)
{
	c->streams = (struct stream_env){ .pool = c->env->pool, .counts = c->env->counts, .limits = c->env->limits,
					  .data = on_data, .gap = on_gap };
}

/* ---- the end of a connection ---- */

static void flush(struct connections *c, struct flow *f)
{
	for (int way = FROM_OPENER; way <= FROM_OPENED; way++) {
		struct direction d = direction_of(c, f, (enum way)way);

		stream_flush(&f->stream[way], &c->streams, &d);
	}
}

static bool is_open(const struct flow *f)
{
	return f->state == FLOW_UNDECIDED || f->state == FLOW_CARRIES;
}

/* Nothing more is believed of this connection; it stays in the table as FLOW_OVER. */
static void end(struct connections *c, struct flow *f, const char *ended_by)
{
	flush(c, f);
	protocol_end(c, f, f->has_reset ? "rst" : ended_by);
	flow_move(c->table, f, FLOW_PLAIN, f->last_ns);
}

static void end_and_remove(struct connections *c, struct flow *f, const char *ended_by)
{
	if (is_open(f))
		end(c, f, ended_by);
	flow_remove(c->table, f);
}

/* ---- room ---- */

/* The flow idle longest in the first list that has one; NULL when there is none. */
static struct flow *idle_longest(const struct connections *c)
{
	for (int list = FLOW_PLAIN; list < N_FLOW_LISTS; list++)
		if (flow_oldest(c->table, (enum flow_list)list) != NULL)
			return flow_oldest(c->table, (enum flow_list)list);
	return NULL;
}

/* Put ${f} where nothing is taken from while there is anything else. Its holes are given up: from there nobody looks after them. */
static void spare(struct connections *c, struct flow *f)
{
	flush(c, f);
	flow_move(c->table, f, FLOW_DEAR, f->listed_ns);
}

/* The next flow to give up; NULL when there is none. However many are dear, no flood makes the sensor forget them while it
 * holds others, nor search for long: each is met once, and comes back only with a packet of its own. */
static struct flow *most_dispensable(struct connections *c)
{
	struct flow *f = idle_longest(c);

	while (f != NULL && f->list != FLOW_DEAR && protocol_is_dear(c, f)) {
		spare(c, f);
		f = idle_longest(c);
	}
	return f;
}

/* False when nothing is left to evict. Forgetting a connection that is over or nobody's loses nothing. */
static bool evict_one(struct connections *c)
{
	struct flow *f = most_dispensable(c);

	if (f == NULL)
		return false;
	if (is_open(f))
		count(c->env->counts, COUNT_FLOW_EVICTED);
	end_and_remove(c, f, "evicted");
	return true;
}

void connections_shrink(struct connections *c, size_t bytes)
{
	struct flow *f;

	while (pool_used_bytes(c->env->pool) > bytes && (f = flow_oldest(c->table, FLOW_DUE)) != NULL) {
		flush(c, f);
		flow_move(c->table, f, f->state == FLOW_CARRIES ? FLOW_CLAIMED : FLOW_PLAIN, f->last_ns);
	}
	while (pool_used_bytes(c->env->pool) > bytes && evict_one(c))
		;
}

/* ---- the beginning of a connection ---- */

/* Make ${f} a connection that begins now, opened from ${opener_side}; what it was has ended. */
static void begin(struct connections *c, struct flow *f, uint8_t opener_side, int64_t now_ns)
{
	struct flow fresh = { .key = f->key, .chain = f->chain, .newer = f->newer, .older = f->older, .list = f->list };

	fresh.first_ns = fresh.last_ns = now_ns;
	fresh.listed_ns = f->listed_ns;
	fresh.opener_side = opener_side & 1U;
	*f = fresh;
	count(c->env->counts, COUNT_FLOW_NEW);
}

static enum way way_of(const struct flow *f, uint8_t sender_side)
{
	return sender_side == f->opener_side ? FROM_OPENER : FROM_OPENED;
}

/* Who opened, as far as the first packet shows: a SYN is the opener's, its
 * answer the other's; without either the higher port opened, and of equal ports the sender. */
static uint8_t opener_side_of(const struct flow_key *key, const struct tcp *t, uint8_t sender_side)
{
	if (tcp_has(t, TCP_SYN))
		return tcp_has(t, TCP_ACK) ? !sender_side : sender_side;
	if (key->port[0] == key->port[1])
		return sender_side;
	return key->port[1] > key->port[0];
}

static void note_mac(struct flow *f, enum way way, struct view mac)
{
	if (mac.n == sizeof(f->mac[way]))
		memcpy(f->mac[way], mac.bytes, mac.n);
}

/* Start ${f} with the packet ${a}. */
static void begin_with(struct connections *c, struct flow *f, const struct arrival *a, uint8_t sender_side)
{
	const struct stream was = f->stream[way_of(f, sender_side)];
	enum way way;

	begin(c, f, opener_side_of(&f->key, a->tcp, sender_side), a->time_ns);
	way = way_of(f, sender_side);
	f->stream[way].right_sums = was.right_sums;
	f->stream[way].hops = was.hops;
	note_mac(f, way, a->link->source_mac);
	note_mac(f, !way, a->link->destination_mac);
	f->vlan[way] = f->vlan[!way] = a->link->vlan;
	if (!tcp_has(a->tcp, TCP_SYN))
		return;
	f->has_handshake = true;
	stream_start(&f->stream[way], a->tcp->seq + 1);
	if (tcp_has(a->tcp, TCP_ACK))
		stream_start(&f->stream[!way], a->tcp->ack);
}

/* A new flow for ${a} if it may begin a connection. NULL: it does not, or there is no room. */
static struct flow *new_flow(struct connections *c, const struct arrival *a)
{
	struct flow *f;

	if (tcp_has(a->tcp, TCP_RST) || (a->tcp->wire_bytes == 0 && !tcp_has(a->tcp, TCP_SYN)))
		return NULL;
	do
		f = flow_add(c->table, &a->place->key, a->time_ns);
	while (f == NULL && evict_one(c));
	if (f == NULL) {
		count(c->env->counts, COUNT_POOL_FULL);
		return NULL;
	}
	begin_with(c, f, a, a->place->sender_side);
	return f;
}

/* True if ${t} brings bytes that ${s} has not seen. */
static bool brings_news(const struct stream *s, const struct tcp *t)
{
	return t->wire_bytes > 0 && (!s->is_started || tcp_distance(t->seq + t->wire_bytes, s->next) > 0);
}

/* ${f} is over or nobody's. If ${a} shows that its ports are used anew, begin
 * anew, behind the bytes that are known already. */
static void begin_anew(struct connections *c, struct flow *f, const struct arrival *a, uint8_t sender_side)
{
	const struct stream old = f->stream[way_of(f, sender_side)];

	if (!tcp_has(a->tcp, TCP_SYN) && (f->state != FLOW_OVER || !brings_news(&old, a->tcp)))
		return;
	begin_with(c, f, a, sender_side);
	if (!tcp_has(a->tcp, TCP_SYN) && old.is_started && tcp_distance(a->tcp->seq, old.next) < 0)
		stream_start(&f->stream[way_of(f, sender_side)], old.next);
}

/* ---- one segment of an open connection ---- */

/* ${t}, a SYN that does not repeat the first one, is remembered until the other side
 * answers it; then the ports have begun anew. True if they have. A capture that
 * holds one direction only shows no answer: there the SYN alone tells. */
static bool is_replaced(struct flow *f, const struct tcp *t, enum way way)
{
	const struct stream *s = &f->stream[way];

	if (tcp_has(t, TCP_ACK))
		return f->has_pending_isn && t->ack == f->pending_isn + 1;
	f->has_pending_isn = s->is_started && t->seq + 1 != s->next;
	f->pending_isn = t->seq;
	return f->has_pending_isn && f->packets[!way] == 0;
}

/* RFC 5961 3.2: the ends believe a reset at the very byte they wait for. That is where the stream stands, or, when the capture
 * lost the last bytes, where the other side says it stands. */
static bool is_plausible_reset(const struct stream *s, const struct tcp *t)
{
	return !s->is_started || t->seq == s->next || (s->is_acked && t->seq == s->acked);
}

/* A reset is believed when its sender stays silent afterwards (connections_expire). Before a protocol has claimed the
 * connection there is nothing to report, so it is only remembered; ended at once, any SYN could begin it anew. */
static void on_reset(struct connections *c, struct flow *f, const struct arrival *a, enum way way)
{
	if (!is_plausible_reset(&f->stream[way], a->tcp))
		return;
	f->has_reset = true;
	f->reset_way = way;
	if (f->state == FLOW_CARRIES)
		flow_move(c->table, f, FLOW_DUE, a->time_ns);
}

/* A server's answer that was not captured is known from what the client acknowledges. */
static void start_by_ack(struct flow *f, const struct tcp *t, enum way other)
{
	if (f->has_handshake && !f->stream[other].is_started)
		stream_start(&f->stream[other], t->ack);
}

/* Give up what ${a} says will not come. */
static RARE void pass_over(struct connections *c, struct flow *f, const struct arrival *a, enum way other)
{
	struct direction d = direction_of(c, f, other);
	bool answers = a->tcp->wire_bytes > 0 || tcp_has(a->tcp, TCP_FIN);

	stream_pass_over(&f->stream[other], &c->streams, &d, a->tcp->ack, answers, a->time_ns);
}

static void on_ack(struct connections *c, struct flow *f, const struct arrival *a, enum way other)
{
	start_by_ack(f, a->tcp, other);
	stream_acked(&f->stream[other], a->tcp->ack);
	if (stream_has_hole(&f->stream[other]))
		pass_over(c, f, a, other);
}

/* Bytes that are not the next, or nobody's yet. */
static RARE void feed_stream(struct connections *c, struct flow *f, const struct arrival *a, enum way way, uint32_t seq)
{
	struct direction d = direction_of(c, f, way);

	stream_feed(&f->stream[way], &c->streams, &d, seq, a->tcp->payload, a->time_ns);
}

/* Past the stream, and not through its sink, when it lets the bytes pass and it is known whose they are. */
static void feed(struct connections *c, struct flow *f, const struct arrival *a, enum way way, uint32_t seq)
{
	if (f->state == FLOW_CARRIES && stream_pass(&f->stream[way], seq, a->tcp->payload.n))
		protocol_feed(c, f, way, a->tcp->payload, a->time_ns);
	else
		feed_stream(c, f, a, way, seq);
}

static void on_payload(struct connections *c, struct flow *f, const struct arrival *a, enum way way)
{
	struct stream *s = &f->stream[way];
	uint32_t seq = a->tcp->seq + (tcp_has(a->tcp, TCP_SYN) ? 1 : 0);

	if (f->has_reset && f->reset_way == way && brings_news(s, a->tcp))
		f->has_reset = false;
	if (a->tcp->payload.n > 0)
		feed(c, f, a, way, seq);
	if (tcp_has(a->tcp, TCP_FIN))
		stream_fin(s, seq + a->tcp->wire_bytes);
}

static bool has_hole(const struct flow *f)
{
	return stream_has_hole(&f->stream[0]) || stream_has_hole(&f->stream[1]);
}

static enum flow_list list_of(const struct flow *f)
{
	if (is_open(f) && (has_hole(f) || (f->has_reset && f->state == FLOW_CARRIES)))
		return FLOW_DUE;
	return f->state == FLOW_CARRIES ? FLOW_CLAIMED : FLOW_PLAIN;
}

/* Put ${f} into the list that it now belongs to. A connection that turned out to be nobody's needs no bytes held. */
static void relist(struct connections *c, struct flow *f, int64_t now_ns)
{
	if (f->state == FLOW_IGNORED)
		flush(c, f);
	if (list_of(f) != f->list)
		flow_move(c->table, f, list_of(f), now_ns);
}

static void expire_holes(struct connections *c, struct flow *f, int64_t now_ns)
{
	for (int way = FROM_OPENER; way <= FROM_OPENED; way++) {
		struct direction d = direction_of(c, f, (enum way)way);

		stream_expire(&f->stream[way], &c->streams, &d, now_ns);
	}
}

/* True if ${f} carries a protocol, and neither a hole, a FIN nor a reset asks for more than handing bytes on. */
static bool is_at_ease(const struct flow *f)
{
	return f->list == FLOW_CLAIMED && f->state == FLOW_CARRIES && !f->has_reset && !has_hole(f) && !f->stream[0].has_fin &&
	       !f->stream[1].has_fin;
}

/* ${f} is not at ease, or a RST came. */
static RARE void after_segment(struct connections *c, struct flow *f, const struct arrival *a, enum way way)
{
	if (tcp_has(a->tcp, TCP_RST)) {
		on_reset(c, f, a, way);
		return;
	}
	if (has_hole(f))
		expire_holes(c, f, a->time_ns);
	if (stream_is_finished(&f->stream[0]) && stream_is_finished(&f->stream[1]))
		end(c, f, "fin");
	relist(c, f, a->time_ns);
}

/* What nobody wants is not worth asking. */
static bool is_believed(struct connections *c, struct flow *f, const struct arrival *a)
{
	enum way way = way_of(f, a->place->sender_side);
	bool is_believed = (f->state == FLOW_IGNORED && !tcp_has(a->tcp, TCP_SYN)) ||
			   credible(&f->stream[way], a->ip, a->tcp, c->env->counts);

	f->stream[way].signs |= signs_take(c->env->counts);
	return is_believed;
}

/* The flow of ${a} where it is not simply ${f}: there is none yet, it is over or nobody's, or ${a} may begin another. */
static RARE struct flow *flow_of(struct connections *c, struct flow *f, const struct arrival *a)
{
	const uint8_t sender_side = a->place->sender_side;

	if (f == NULL)
		f = new_flow(c, a);
	if (f == NULL || !is_believed(c, f, a))
		return NULL;
	if (tcp_has(a->tcp, TCP_SYN) && is_open(f) && is_replaced(f, a->tcp, way_of(f, sender_side)))
		end(c, f, "replaced");
	if (!is_open(f))
		begin_anew(c, f, a, sender_side);
	return f;
}

void connections_packet(struct connections *c, const struct arrival *a)
{
	struct flow *f = flow_at(c->table, a->place);
	enum way way;

	if (f == NULL || !is_open(f) || tcp_has(a->tcp, TCP_SYN))
		f = flow_of(c, f, a);
	else if (!is_believed(c, f, a))
		return;
	if (f == NULL)
		return;
	way = way_of(f, a->place->sender_side);
	if (f->packets[way]++ == 0)
		f->vlan[way] = a->link->vlan;
	f->bytes[way] += a->tcp->wire_bytes;
	flow_touch(c->table, f, a->time_ns);
	if (!is_open(f))
		return;
	if (tcp_has(a->tcp, TCP_ACK))
		on_ack(c, f, a, !way);
	on_payload(c, f, a, way);
	if (!is_at_ease(f) || tcp_has(a->tcp, TCP_RST))
		after_segment(c, f, a, way);
	f->stream[way].signs |= signs_take(c->env->counts);
}

/* ---- ahead of a segment ---- */

void connections_fetch(const struct connections *c, const struct flow_place *const places[], size_t n)
{
	const struct flow *flows[CONNECTIONS_ALONGSIDE];

	assert(n <= CONNECTIONS_ALONGSIDE);
	n = flow_fetch(c->table, places, n, flows);
	for (size_t i = 0; i < n; i++)
		protocol_fetch(flows[i]);
}

/* ---- time ---- */

/* Look after the flow that has been due longest. */
static void settle(struct connections *c, struct flow *f, int64_t now_ns)
{
	if (f->has_reset) {
		end(c, f, "rst");
		return;
	}
	expire_holes(c, f, now_ns);
	relist(c, f, now_ns);
	if (f->list == FLOW_DUE)
		flow_move(c->table, f, FLOW_DUE, now_ns);
}

static void expire_idle(struct connections *c, enum flow_list list, int64_t now_ns)
{
	const int64_t idle_ns = c->env->limits->idle_ns;
	struct flow *f;

	while ((f = flow_oldest(c->table, list)) != NULL && now_ns - f->listed_ns > idle_ns) {
		if (now_ns - f->last_ns > idle_ns)
			end_and_remove(c, f, "idle");
		else
			flow_move(c->table, f, list, now_ns);
	}
}

static RARE void expire(struct connections *c, int64_t now_ns)
{
	struct flow *f;

	while ((f = flow_oldest(c->table, FLOW_DUE)) != NULL && now_ns - f->listed_ns > c->env->limits->hole_ns)
		settle(c, f, now_ns);
	expire_idle(c, FLOW_PLAIN, now_ns);
	expire_idle(c, FLOW_CLAIMED, now_ns);
	expire_idle(c, FLOW_DEAR, now_ns);
}

void connections_expire(struct connections *c, int64_t now_ns)
{
	const struct limits *limits = c->env->limits;

	if (flow_is_any_older(c->table, now_ns - limits->hole_ns, now_ns - limits->idle_ns))
		expire(c, now_ns);
}

void connections_end(struct connections *c, int64_t now_ns)
{
	struct flow *f;

	connections_expire(c, now_ns);
	while ((f = idle_longest(c)) != NULL)
		end_and_remove(c, f, "end of capture");
}
