/*
 * The two ways on which associations travel: a pipe whose roles smb/ knows,
 * and a TCP connection whose roles the first PDU shows.
 */
#include "sensor/rpc/rpc.h"

#include "sensor/core/ends.h"
#include "sensor/rpc/assoc.h"

/* ---- pipes ---- */

static bool looks_like(struct view first_bytes)
{
	size_t n_bytes;

	return first_bytes.n > 0 && pdu_frame(first_bytes, &n_bytes) != PDU_BAD;
}

const struct pipe_ops rpc_pipe_ops = {
	.open = assoc_new,
	.feed = assoc_feed,
	.gap = assoc_gap,
	.named = assoc_named,
	.close = assoc_close,
	.is_dear = assoc_is_dear,
	.looks_like = looks_like,
};

/* ---- TCP ---- */

struct conn {
	struct env *env;
	const struct tcp_ends *ends;
	struct parties parties;
	struct assoc *assoc;
	enum way client_sends;
	bool is_sure;	/* of the line above: a PDU has shown it */
};

/* ${first} begins a PDU that only a client (${to_server}) or only a server sends. */
static bool is_sent_by(struct view first, bool to_server)
{
	static const bool by_client[N_PDU_TYPES] = {
		[PDU_REQUEST] = true, [PDU_BIND] = true, [PDU_ALTER_CONTEXT] = true,
		[PDU_AUTH3] = true, [PDU_CO_CANCEL] = true, [PDU_ORPHANED] = true,
	};
	struct cursor c = cur_of(first);
	size_t n_bytes;
	uint8_t type;

	if (first.n < PDU_HEADER_BYTES || pdu_frame(first, &n_bytes) == PDU_BAD)
		return false;
	cur_skip(&c, 2);
	type = cur_u8(&c);
	return by_client[type] == to_server;
}

static void set_roles(struct conn *c, enum way client_sends)
{
	c->client_sends = client_sends;
	c->parties = ends_parties(c->ends, client_sends);
}

static struct conn *conn_open(struct env *env, const struct tcp_ends *ends)
{
	struct conn *c = pool_get(env->pool, sizeof(*c));
	struct pipe_place place = { 0 };

	if (c == NULL) {
		count(env->counts, COUNT_POOL_FULL);
		return NULL;
	}
	c->env = env;
	c->ends = ends;
	set_roles(c, FROM_OPENER);
	place.parties = &c->parties;
	c->assoc = assoc_new(env, &place);
	if (c->assoc == NULL) {
		pool_put(env->pool, c, sizeof(*c));
		return NULL;
	}
	if (ends->midstream)
		assoc_midstream(c->assoc);
	return c;
}

/* The first PDU that begins a segment says who is who. */
static void learn_roles(struct conn *c, enum way way, struct view bytes)
{
	enum way other = way == FROM_OPENER ? FROM_OPENED : FROM_OPENER;

	if (is_sent_by(bytes, true))
		set_roles(c, way);
	else if (is_sent_by(bytes, false))
		set_roles(c, other);
	else
		return;
	c->is_sure = true;
}

static void conn_feed(struct conn *c, enum way way, struct view bytes, int64_t time_ns)
{
	if (!c->is_sure)
		learn_roles(c, way, bytes);
	assoc_feed(c->assoc, way == c->client_sends, bytes, time_ns);
}

static void conn_gap(struct conn *c, enum way way, uint64_t n, int64_t time_ns)
{
	assoc_gap(c->assoc, way == c->client_sends, n, time_ns);
}

static void conn_close(struct conn *c, const char *ended_by, int64_t time_ns)
{
	struct env *env = c->env;

	(void)ended_by, (void)time_ns;
	assoc_close(c->assoc);
	pool_put(env->pool, c, sizeof(*c));
}

static uint64_t conn_malformed(const struct conn *c)
{
	return c->assoc->n_malformed;
}

static enum way conn_client_sends(const struct conn *c)
{
	return c->client_sends;
}

/* A PDU's header at the beginning; mid-stream, or where only one direction was captured, it may be a server's. */
static bool conn_claims(uint16_t port, struct view first)
{
	return port == ENDPOINTS_MAPPER_PORT || is_sent_by(first, true) || is_sent_by(first, false);
}

static bool conn_is_dear(const struct conn *c)
{
	return assoc_is_dear(c->assoc);
}

const struct conn_ops rpc_conn_ops = {
	.name = "rpc",
	.open = conn_open,
	.feed = conn_feed,
	.gap = conn_gap,
	.close = conn_close,
	.malformed = conn_malformed,
	.is_dear = conn_is_dear,
	.client_sends = conn_client_sends,
	.claims = conn_claims,
};
