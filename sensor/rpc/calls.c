#include "sensor/rpc/assoc.h"

#include "sensor/rpc/operations.h"
#include "sensor/rpc/target.h"

/* ---- the list: oldest first, at most LIMIT_RPC_CALLS ---- */

/* The youngest call with this id: a client may use one id again and again. */
static struct call *find(const struct assoc *a, uint32_t call_id)
{
	struct call *found = NULL;

	for (struct call *c = a->calls; c != NULL; c = c->next)
		if (c->call_id == call_id)
			found = c;
	return found;
}

static void let_go(struct assoc *a, struct call *call)
{
	struct call **at = &a->calls;

	while (*at != call)
		at = &(*at)->next;
	*at = call->next;
	a->n_calls--;
	pool_put(a->env->pool, call->request.bytes, call->request.cap);
	pool_put(a->env->pool, call->answer.bytes, call->answer.cap);
	pool_put(a->env->pool, call, sizeof(*call));
}

static struct call *append(struct assoc *a)
{
	struct call **at = &a->calls;
	struct call *call = pool_get(a->env->pool, sizeof(*call));

	if (call == NULL) {
		count(a->env->counts, COUNT_POOL_FULL);
		return NULL;
	}
	while (*at != NULL)
		at = &(*at)->next;
	*at = call;
	a->n_calls++;
	return call;
}

/* ---- the report ---- */

static void name_operation(struct assoc *a, const struct call *call, const struct target *t, Ev__RpcCall *body)
{
	const struct operation *operation;

	if (t->uuid == NULL)
		return;
	operation = operations_row(t->operations, call->opnum);
	body->has_uuid = true;
	body->uuid = assoc_uuid(a, t->uuid);
	body->interface = text_lend(t->operations != NULL ? t->operations->interface : NULL);
	if (operation != NULL)
		body->operation = text_lend(operation->name);
	body->has_inferred = body->inferred = t->inferred_from != NULL;
	body->inferred_from = text_lend(t->inferred_from);
}

static void add_arguments(struct assoc *a, const struct target *t, Ev__RpcCall *body)
{
	if (t->undecoded != NULL) {
		count(a->env->counts, COUNT_RPC_CALL_CUT);
		body->undecoded = text_lend(t->undecoded);
	}
	body->args = arena_get(a->env->arena, t->arguments.n_args * sizeof(*body->args));
	for (size_t i = 0; body->args != NULL && i < t->arguments.n_args; i++)
		body->args[body->n_args++] = t->arguments.args[i];
}

/* The status that an answer ends in, for interfaces whose answers do. */
static void add_return_code(const struct call *call, const struct target *t, Ev__RpcCall *body)
{
	struct ndr n = ndr_of(view_of(call->tail, sizeof(call->tail)), call->is_response_big_endian, false);

	if (t->interface == NULL || !call->is_answered || call->is_fault || call->is_response_sealed ||
	    call->response_bytes < sizeof(call->tail) || call->response_bytes % 4 != 0)
		return;
	body->has_return_code = true;
	body->return_code = ndr_u32(&n);
}

static Ev__RpcCall *body_of(struct assoc *a, const struct call *call)
{
	Ev__RpcCall *body = arena_take(a->env->arena, sizeof(*body));

	if (body == NULL)
		return NULL;
	ev__rpc_call__init(body);
	body->transport = text_lend(a->pipe != NULL ? "pipe" : "tcp");
	body->pipe = a->pipe != NULL && a->pipe[0] != '\0' ? text_lend(a->pipe) : NULL;
	body->has_session_id = body->has_tree_id = body->has_file_id = a->has_ids;
	body->session_id = a->session_id;
	body->tree_id = a->tree_id;
	body->file_id = a->file_id;
	body->opnum = call->opnum;
	body->call_id = call->call_id;
	body->has_object = call->has_object;
	if (call->has_object)
		body->object = assoc_uuid(a, &call->object);
	body->has_sealed = true;
	body->sealed = call->is_sealed;
	body->has_auth_level = call->has_auth_level;
	body->auth_level = call->auth_level;
	body->has_request_bytes = true;
	body->request_bytes = call->request_bytes;
	body->has_fault = call->is_answered;
	body->fault = call->is_fault;
	body->has_response_bytes = call->is_answered && !call->is_response_cut;
	body->response_bytes = call->response_bytes;
	return body;
}

static void report(struct assoc *a, const struct call *call)
{
	struct exchange x = { call->time_ns, call->response_time_ns, call->is_answered, call->fault_status };
	Ev__RpcCall *body = body_of(a, call);
	Ev__Event event = EV__EVENT__INIT;
	struct target t;

	if (body != NULL) {
		target_of(a, call, &t);
		add_arguments(a, &t, body);
		name_operation(a, call, &t, body);
		add_return_code(call, &t, body);
	}
	event.body_case = EV__EVENT__BODY_RPC_CALL;
	event.rpc_call = body;
	assoc_emit(a, &x, &event);
}

/* Report ${call} as it is and let go of it. */
static void settle(struct assoc *a, struct call *call)
{
	if (!call->is_answered)
		count(a->env->counts, COUNT_RPC_UNANSWERED);
	report(a, call);
	let_go(a, call);
}

/* ---- requests ---- */

/* Keep ${stub} behind what is kept already; false when that would be more than ${limit_bytes}, or memory is short. */
static bool keep(struct assoc *a, struct kept *k, struct view stub, size_t limit_bytes)
{
	size_t need = k->n + stub.n;
	size_t cap = k->n == 0 ? need : 2 * need;
	uint8_t *grown;

	if (stub.n == 0)
		return true;
	if (need > k->cap) {
		cap = cap < limit_bytes ? cap : limit_bytes;
		grown = need <= cap ? pool_take(a->env->pool, cap) : NULL;
		if (grown == NULL)
			return false;
		if (k->n > 0)
			view_copy(grown, cap, view_of(k->bytes, k->n));
		pool_put(a->env->pool, k->bytes, k->cap);
		k->bytes = grown;
		k->cap = (uint32_t)cap;
	}
	k->n += (uint32_t)view_copy(k->bytes + k->n, stub.n, stub);
	return true;
}

/* A first fragment, or a later one whose first was missed. */
static struct call *begin(struct assoc *a, const struct pdu *pdu, const struct pdu_request *request, int64_t time_ns)
{
	struct call *call = find(a, pdu->call_id);

	if (call != NULL)
		settle(a, call);
	if (a->n_calls == LIMIT_RPC_CALLS) {
		count(a->env->counts, COUNT_RPC_TABLE_FULL);
		settle(a, a->calls);
	}
	call = append(a);
	if (call == NULL)
		return NULL;
	call->time_ns = time_ns;
	call->call_id = pdu->call_id;
	call->context_id = request->context_id;
	call->opnum = request->opnum;
	call->has_object = request->has_object;
	call->object = request->object;
	call->is_big_endian = pdu->is_big_endian;
	call->is_cut = (pdu->flags & PDU_FIRST_FRAG) == 0;
	call->has_auth_level = pdu->has_auth || a->has_auth_level;
	call->auth_level = pdu->has_auth ? pdu->auth_level : a->auth_level;
	call->is_sealed = pdu->has_auth && pdu->auth_level >= AUTH_LEVEL_PRIVACY;
	target_want(a, call);
	return call;
}

bool calls_request(struct assoc *a, const struct pdu *pdu, int64_t time_ns)
{
	struct pdu_request request;
	struct call *call = find(a, pdu->call_id);
	bool continues = (pdu->flags & PDU_FIRST_FRAG) == 0 && call != NULL && !call->is_whole;

	if (!pdu_request_parse(pdu, &request))
		return false;
	if (!continues)
		call = begin(a, pdu, &request, time_ns);
	if (call == NULL)
		return true;
	call->request_bytes += request.stub.n;
	if (call->wants_stub && !call->is_cut)
		call->is_cut = !keep(a, &call->request, request.stub, LIMIT_STUB_BYTES);
	call->is_whole = (pdu->flags & PDU_LAST_FRAG) != 0;
	return true;
}

/* ---- answers ---- */

/* The call that ${pdu} answers; NULL, counted, when it was not seen. */
static struct call *asked(struct assoc *a, const struct pdu *pdu, int64_t time_ns)
{
	struct call *call = find(a, pdu->call_id);

	if (call == NULL) {
		count(a->env->counts, COUNT_RPC_UNASKED);
		return NULL;
	}
	if (call->response_time_ns == 0)
		call->response_time_ns = time_ns;
	call->is_response_big_endian = pdu->is_big_endian;
	call->is_response_sealed = pdu->has_auth && pdu->auth_level >= AUTH_LEVEL_PRIVACY;
	return call;
}

/* Keep the answer's first octets, while someone may read them, and its last four. */
static void keep_ends(struct assoc *a, struct call *call, struct view stub)
{
	struct cursor c = cur_of(stub);

	if (call->wants_answer && !call->is_response_sealed)
		keep(a, &call->answer, view_first(stub, LIMIT_ANSWER_BYTES - call->answer.n), LIMIT_ANSWER_BYTES);
	call->response_bytes += stub.n;
	if (stub.n >= sizeof(call->tail)) {
		cur_skip(&c, stub.n - sizeof(call->tail));
		view_copy(call->tail, sizeof(call->tail), cur_rest(&c));
		return;
	}
	for (size_t i = 0; i < sizeof(call->tail) - stub.n; i++)
		call->tail[i] = call->tail[i + stub.n];
	view_copy(call->tail + sizeof(call->tail) - stub.n, stub.n, stub);
}

bool calls_response(struct assoc *a, const struct pdu *pdu, int64_t time_ns)
{
	struct view stub;
	struct call *call;

	if (!pdu_response_parse(pdu, &stub))
		return false;
	contexts_answered(a, 0, time_ns);
	a->has_served = true;
	call = asked(a, pdu, time_ns);
	if (call == NULL)
		return true;
	if ((pdu->flags & PDU_FIRST_FRAG) == 0 && call->response_bytes == 0)
		call->is_response_cut = true;
	keep_ends(a, call, stub);
	if (pdu->flags & PDU_LAST_FRAG) {
		call->is_answered = true;
		settle(a, call);
	}
	return true;
}

bool calls_fault(struct assoc *a, const struct pdu *pdu, int64_t time_ns)
{
	struct call *call;
	uint32_t status;

	if (!pdu_fault_parse(pdu, &status))
		return false;
	contexts_answered(a, status, time_ns);
	call = asked(a, pdu, time_ns);
	if (call == NULL)
		return true;
	call->is_answered = call->is_fault = true;
	call->fault_status = status;
	settle(a, call);
	return true;
}

/* ---- loss and end ---- */

void calls_gap(struct assoc *a, bool to_server)
{
	for (struct call *c = a->calls; c != NULL; c = c->next) {
		if (to_server && !c->is_whole)
			c->is_cut = true;
		if (!to_server && c->response_bytes > 0)
			c->is_response_cut = true;
	}
}

void calls_fini(struct assoc *a)
{
	while (a->calls != NULL)
		settle(a, a->calls);
}
