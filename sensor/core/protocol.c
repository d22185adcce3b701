#include "sensor/core/protocol.h"

#include "sensor/core/community.h"
#include "sensor/core/ends.h"
#include "sensor/core/signs.h"

#include <string.h>

/* The first bytes of one direction. */
struct first_bytes {
	int64_t time_ns;
	uint64_t missed;	/* bytes that were not kept: a hole, or what came after everybody was asked */
	uint8_t n;
	bool was_asked;
	uint8_t bytes[CLAIM_BYTES];
};

struct opening {
	struct first_bytes of[2];	/* by enum way */
};

static struct view gathered(const struct first_bytes *first)
{
	return view_of(first->bytes, first->n);
}

/* ---- starting a protocol ---- */

static struct community_end community_end_of(const struct flow *f, int side)
{
	return (struct community_end){ view_of(f->key.address[side], f->key.address_bytes), f->key.port[side] };
}

/* Open protocol ${i} on ${f}; false when memory is short. */
static bool start(struct connections *c, struct flow *f, size_t i)
{
	f->ends.midstream = !f->has_handshake;
	community_of_tcp(community_end_of(f, 0), community_end_of(f, 1), f->ends.community_id);
	f->protocol = (uint8_t)i;
	f->conn = c->protocols[i]->open(c->env, &f->ends);
	return f->conn != NULL;
}

static void feed(struct connections *c, struct flow *f, enum way way, struct view bytes, int64_t time_ns)
{
	if (bytes.n > 0)
		protocol_feed(c, f, way, bytes, time_ns);
}

static void miss(struct connections *c, struct flow *f, enum way way, uint64_t n, int64_t time_ns)
{
	arena_empty(c->env->arena);
	if (n > 0)
		c->protocols[f->protocol]->gap(f->conn, way, n, time_ns);
}

/* Tell the protocol what was gathered before it was known: what could not be
 * kept is missing for it, and so are the first bytes of a direction in which nobody knew them. */
static void replay(struct connections *c, struct flow *f, enum way way, const struct first_bytes *first, bool is_known)
{
	miss(c, f, way, first->missed + (is_known ? 0 : first->n), first->time_ns);
	if (is_known)
		feed(c, f, way, gathered(first), first->time_ns);
}

static void drop_opening(struct connections *c, struct flow *f)
{
	pool_put(c->env->pool, f->opening, sizeof(*f->opening));
	f->opening = NULL;
}

/* Protocol ${i} claims ${f} by the first bytes of ${way}. */
static void begin(struct connections *c, struct flow *f, enum way way, size_t i)
{
	struct opening opening = *f->opening;

	drop_opening(c, f);
	if (!start(c, f, i)) {
		f->state = FLOW_IGNORED;
		return;
	}
	f->state = FLOW_CARRIES;
	flow_move(c->table, f, FLOW_CLAIMED, f->last_ns);
	replay(c, f, !way, &opening.of[!way], !opening.of[!way].was_asked);
	replay(c, f, way, &opening.of[way], true);
}

/* ---- asking ---- */

/* The first protocol that claims ${first}; c->n_protocols when none does. */
static size_t claimant(const struct connections *c, uint16_t port, struct view first)
{
	size_t i = 0;

	while (i < c->n_protocols && !c->protocols[i]->claims(port, first))
		i++;
	return i;
}

/* Ask every protocol about what is gathered of ${way}. When nobody wants either direction the flow is ignored. */
static void ask(struct connections *c, struct flow *f, enum way way)
{
	struct first_bytes *first = &f->opening->of[way];
	size_t i = claimant(c, 0, gathered(first));

	if (i == c->n_protocols)
		i = claimant(c, f->key.port[flow_side(f, FROM_OPENED)], gathered(first));
	if (i < c->n_protocols) {
		begin(c, f, way, i);
		return;
	}
	first->was_asked = true;
	if (f->opening->of[!way].was_asked) {
		drop_opening(c, f);
		f->state = FLOW_IGNORED;
	}
}

/* Ask about ${way} if something of it is gathered and nobody was asked yet. */
static void ask_if_open(struct connections *c, struct flow *f, enum way way)
{
	if (f->state == FLOW_UNDECIDED && f->opening != NULL && f->opening->of[way].n > 0 && !f->opening->of[way].was_asked)
		ask(c, f, way);
}

/* The first bytes of ${way}; NULL (and the flow ignored) when memory is short. */
static struct first_bytes *first_bytes_of(struct connections *c, struct flow *f, enum way way)
{
	if (f->opening == NULL)
		f->opening = pool_get(c->env->pool, sizeof(*f->opening));
	if (f->opening == NULL) {
		count(c->env->counts, COUNT_POOL_FULL);
		f->state = FLOW_IGNORED;
		return NULL;
	}
	return &f->opening->of[way];
}

/* Add ${bytes} to what is gathered; what is left of them once a protocol has claimed the connection. */
static struct view gather(struct connections *c, struct flow *f, enum way way, struct view bytes, int64_t time_ns)
{
	struct first_bytes *first = first_bytes_of(c, f, way);
	struct view more;

	if (first == NULL)
		return view_of(NULL, 0);
	if (first->was_asked) {
		first->missed += bytes.n;
		return view_of(NULL, 0);
	}
	more = view_first(bytes, CLAIM_BYTES - (size_t)first->n);
	memcpy(first->bytes + first->n, more.bytes, more.n);
	first->time_ns = first->n == 0 ? time_ns : first->time_ns;
	first->n += (uint8_t)more.n;
	if (first->n < CLAIM_BYTES)
		return view_of(NULL, 0);
	ask(c, f, way);
	bytes = view_after(bytes, more.n);
	if (f->state == FLOW_UNDECIDED)
		first->missed += bytes.n;
	return bytes;
}

void protocol_data(struct connections *c, struct flow *f, enum way way, struct view bytes, int64_t time_ns)
{
	ask_if_open(c, f, !way);
	if (f->state == FLOW_UNDECIDED)
		bytes = gather(c, f, way, bytes, time_ns);
	if (f->state == FLOW_CARRIES)
		feed(c, f, way, bytes, time_ns);
}

void protocol_gap(struct connections *c, struct flow *f, enum way way, uint64_t n, int64_t time_ns)
{
	struct first_bytes *first;

	ask_if_open(c, f, way);
	if (f->state == FLOW_CARRIES)
		miss(c, f, way, n, time_ns);
	if (f->state != FLOW_UNDECIDED)
		return;
	first = first_bytes_of(c, f, way);
	if (first != NULL)
		first->missed += n;
}

/* ---- the end ---- */

/* What is known of ${f} while its protocol still lives. */
static Ev__FlowSummary totals_of(const struct flow *f, const struct conn_ops *ops, enum way to_server)
{
	Ev__FlowSummary body = EV__FLOW_SUMMARY__INIT;
	enum way to_client = !to_server;

	body.packets_to_server = f->packets[to_server];
	body.packets_to_client = f->packets[to_client];
	body.bytes_to_server = f->bytes[to_server];
	body.bytes_to_client = f->bytes[to_client];
	body.gaps = (uint64_t)f->stream[0].gaps + f->stream[1].gaps;
	body.gap_bytes = f->stream[0].gap_bytes + f->stream[1].gap_bytes;
	body.malformed = ops->malformed(f->conn);
	body.midstream = f->ends.midstream;
	body.last_time = f->last_ns;
	return body;
}

/* What counted on ${f} that fits an attempt to hide, last of all while it was closed. */
static void list_signs(struct connections *c, const struct flow *f, Ev__FlowSummary *body)
{
	unsigned signs = f->stream[0].signs | f->stream[1].signs | signs_take(c->env->counts);

	if (signs == 0)
		return;
	body->signs = arena_get(c->env->arena, N_SIGNS * sizeof(body->signs[0]));
	for (int i = 0; body->signs != NULL && i < N_SIGNS; i++)
		if (signs >> i & 1)
			body->signs[body->n_signs++] = text_copy(c->env->arena, sign_name((enum sign)i));
}

static void summarise(struct connections *c, struct flow *f, Ev__FlowSummary *body, enum way to_server, const char *ended_by)
{
	Ev__Endpoint client = ends_point(&f->ends, to_server), server = ends_point(&f->ends, !to_server);
	Ev__Event event = EV__EVENT__INIT;

	arena_empty(c->env->arena);
	body->protocol = text_copy(c->env->arena, c->protocols[f->protocol]->name);
	body->ended_by = text_copy(c->env->arena, ended_by);
	list_signs(c, f, body);
	if (c->env->arena->full) {
		count(c->env->counts, COUNT_ARENA_FULL);
		return;
	}
	event.time = f->first_ns;
	event.community_id = f->ends.community_id;
	event.client = &client;
	event.server = &server;
	event.body_case = EV__EVENT__BODY_FLOW_SUMMARY;
	event.flow_summary = body;
	c->env->emit(c->env->emit_ctx, &event);
}

/* Close the protocol, then state the summary: it is the last event of a connection. */
static void finish(struct connections *c, struct flow *f, const char *ended_by)
{
	const struct conn_ops *ops = c->protocols[f->protocol];
	enum way to_server = ops->client_sends(f->conn);
	Ev__FlowSummary body = totals_of(f, ops, to_server);

	arena_empty(c->env->arena);
	ops->close(f->conn, ended_by, f->last_ns);
	f->conn = NULL;
	summarise(c, f, &body, to_server, ended_by);
}

void protocol_end(struct connections *c, struct flow *f, const char *ended_by)
{
	ask_if_open(c, f, FROM_OPENER);
	ask_if_open(c, f, FROM_OPENED);
	if (f->state == FLOW_UNDECIDED && f->opening != NULL)
		drop_opening(c, f);
	if (f->state == FLOW_CARRIES)
		finish(c, f, ended_by);
	f->state = FLOW_OVER;
}

bool protocol_is_dear(const struct connections *c, const struct flow *f)
{
	return f->state == FLOW_CARRIES && c->protocols[f->protocol]->is_dear(f->conn);
}
