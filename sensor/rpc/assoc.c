#include "sensor/rpc/assoc.h"

#include <string.h>

/* ---- life ---- */

static bool keep_pipe_name(struct assoc *a, const char *pipe)
{
	if (pipe == NULL)
		return true;
	a->pipe_bytes = strlen(pipe) + 1;
	a->pipe = pool_take(a->env->pool, a->pipe_bytes);
	if (a->pipe == NULL)
		return false;
	view_copy(a->pipe, a->pipe_bytes, view_of(pipe, a->pipe_bytes));
	return true;
}

struct assoc *assoc_new(struct env *env, const struct pipe_place *place)
{
	struct assoc *a = pool_get(env->pool, sizeof(*a));

	if (a == NULL) {
		count(env->counts, COUNT_POOL_FULL);
		return NULL;
	}
	a->env = env;
	a->parties = place->parties;
	a->session_id = place->session_id;
	a->tree_id = place->tree_id;
	a->file_id = place->file_id;
	a->has_ids = place->has_ids;
	a->handles.pool = env->pool;
	a->handles.counts = env->counts;
	if (!keep_pipe_name(a, place->pipe)) {
		count(env->counts, COUNT_POOL_FULL);
		pool_put(env->pool, a, sizeof(*a));
		return NULL;
	}
	return a;
}

void assoc_named(struct assoc *a, uint64_t file_id)
{
	a->file_id = file_id;
}

void assoc_midstream(struct assoc *a)
{
	framer_lose(&a->to_server, a->env);
	framer_lose(&a->to_client, a->env);
}

void assoc_close(struct assoc *a)
{
	struct env *env = a->env;

	contexts_unanswered(a);
	calls_fini(a);
	contexts_fini(a);
	handles_fini(&a->handles);
	framer_fini(&a->to_server, env);
	framer_fini(&a->to_client, env);
	pool_put(env->pool, a->pipe, a->pipe_bytes);
	pool_put(env->pool, a, sizeof(*a));
}

static bool is_directory(const struct interface *known)
{
	return known != NULL && (known->decoders == epm_decoders || known->decoders == object_exporter_decoders);
}

bool assoc_is_dear(const struct assoc *a)
{
	for (size_t i = 0; a->has_served && i < a->n_contexts; i++)
		if (a->contexts[i].agreement == AGREEMENT_ACCEPTED && !is_directory(a->contexts[i].known))
			return true;
	return false;
}

/* ---- PDUs by type ---- */

/* shutdown, cancel, orphaned: of no interest; a call they end has no answer. */
static bool pass_over(struct assoc *a, const struct pdu *pdu, int64_t time_ns)
{
	(void)a, (void)pdu, (void)time_ns;
	return true;
}

static const struct handler {
	bool to_server;
	bool (*handle)(struct assoc *a, const struct pdu *pdu, int64_t time_ns);
} handlers[N_PDU_TYPES] = {
	/* clang-format off */
	[PDU_REQUEST]            = { true,  calls_request },
	[PDU_RESPONSE]           = { false, calls_response },
	[PDU_FAULT]              = { false, calls_fault },
	[PDU_BIND]               = { true,  contexts_ask },
	[PDU_BIND_ACK]           = { false, contexts_accept },
	[PDU_BIND_NAK]           = { false, contexts_refuse },
	[PDU_ALTER_CONTEXT]      = { true,  contexts_ask },
	[PDU_ALTER_CONTEXT_RESP] = { false, contexts_accept },
	[PDU_AUTH3]              = { true,  contexts_auth3 },
	[PDU_SHUTDOWN]           = { false, pass_over },
	[PDU_CO_CANCEL]          = { true,  pass_over },
	[PDU_ORPHANED]           = { true,  pass_over },
	/* clang-format on */
};

static void take(struct assoc *a, bool to_server, struct view bytes, int64_t time_ns)
{
	struct pdu pdu;

	count(a->env->counts, COUNT_RPC_PDUS);
	if (pdu_parse(bytes, &pdu) && handlers[pdu.type].to_server == to_server &&
	    handlers[pdu.type].handle(a, &pdu, time_ns))
		return;
	count(a->env->counts, COUNT_RPC_MALFORMED);
}

static void take_to_server(void *ctx, struct view pdu, int64_t time_ns)
{
	take(ctx, true, pdu, time_ns);
}

static void take_to_client(void *ctx, struct view pdu, int64_t time_ns)
{
	take(ctx, false, pdu, time_ns);
}

void assoc_feed(struct assoc *a, bool to_server, struct view bytes, int64_t time_ns)
{
	const struct framer_user user = { .each = to_server ? take_to_server : take_to_client, .ctx = a };
	const uint64_t *malformed = &a->env->counts->of[COUNT_RPC_MALFORMED];
	uint64_t before = *malformed;

	framer_feed(to_server ? &a->to_server : &a->to_client, a->env, bytes, time_ns, &user);
	a->n_malformed += *malformed - before;
}

void assoc_gap(struct assoc *a, bool to_server, uint64_t n, int64_t time_ns)
{
	(void)n, (void)time_ns;
	framer_lose(to_server ? &a->to_server : &a->to_client, a->env);
	calls_gap(a, to_server);
}

/* ---- events ---- */

void assoc_emit(struct assoc *a, const struct exchange *x, Ev__Event *event)
{
	Ev__Endpoint client = a->parties->client, server = a->parties->server;

	event->time = x->time_ns;
	event->has_response_time = x->response_time_ns != 0;
	event->response_time = x->response_time_ns;
	event->has_status = x->has_status;
	event->status = x->status;
	event->community_id = text_lend(a->parties->community_id);
	event->client = &client;
	event->server = &server;
	if (a->env->arena->full)
		count(a->env->counts, COUNT_ARENA_FULL);
	else
		a->env->emit(a->env->emit_ctx, event);
}

ProtobufCBinaryData assoc_uuid(struct assoc *a, const struct uuid *uuid)
{
	uint8_t *copy = arena_get(a->env->arena, sizeof(uuid->bytes));

	if (copy != NULL)
		view_copy(copy, sizeof(uuid->bytes), view_of(uuid->bytes, sizeof(uuid->bytes)));
	return (ProtobufCBinaryData){ .len = copy != NULL ? sizeof(uuid->bytes) : 0, .data = copy };
}
