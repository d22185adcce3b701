#include "sensor/rpc/assoc.h"

#include "sensor/rpc/operations.h"

#include <string.h>

/* Faults by which a server refuses a client that it does not believe, [MS-ERREF] 2.2: other faults come from a call that was let in. */
enum { FAULT_ACCESS_DENIED = 5, FAULT_SECURITY_PACKAGE = 1825 };

/* ---- the table ---- */

const struct context *contexts_find(const struct assoc *a, uint16_t id)
{
	for (size_t i = 0; i < a->n_contexts; i++)
		if (a->contexts[i].id == id)
			return &a->contexts[i];
	return NULL;
}

/* Room for ${n} more rows, up to the limit; what is there keeps its place. */
static bool make_room(struct assoc *a, size_t n)
{
	size_t cap = a->context_cap > 0 ? a->context_cap : 2;
	struct context *rows;

	while (cap < a->n_contexts + n && cap < LIMIT_RPC_CONTEXTS)
		cap = 2 * cap < LIMIT_RPC_CONTEXTS ? 2 * cap : LIMIT_RPC_CONTEXTS;
	if (cap == a->context_cap)
		return true;
	rows = pool_take(a->env->pool, cap * sizeof(*rows));
	if (rows == NULL) {
		count(a->env->counts, COUNT_POOL_FULL);
		return false;
	}
	for (size_t i = 0; i < a->n_contexts; i++)
		rows[i] = a->contexts[i];
	pool_put(a->env->pool, a->contexts, a->context_cap * sizeof(*rows));
	a->contexts = rows;
	a->context_cap = (uint8_t)cap;
	return true;
}

/* The row that gives way when all are taken: one that was refused, else the next in turn. */
static struct context *least_wanted(struct assoc *a)
{
	for (size_t i = 0; i < a->n_contexts; i++)
		if (a->contexts[i].agreement == AGREEMENT_REFUSED && a->contexts[i].ordinal == 0)
			return &a->contexts[i];
	a->next_context = (uint8_t)((a->next_context + 1) % a->context_cap);
	return &a->contexts[a->next_context];
}

/* The row for the context ${id}: its own, a new one, or another's. */
static struct context *row_for(struct assoc *a, uint16_t id)
{
	for (size_t i = 0; i < a->n_contexts; i++)
		if (a->contexts[i].id == id)
			return &a->contexts[i];
	if (a->n_contexts < a->context_cap)
		return &a->contexts[a->n_contexts++];
	count(a->env->counts, COUNT_RPC_TABLE_FULL);
	return least_wanted(a);
}

static void keep_contexts(struct assoc *a, const struct pdu_bind *bind)
{
	if (!make_room(a, bind->n_contexts) && a->context_cap == 0)
		return;
	for (size_t i = 0; i < bind->n_contexts; i++) {
		const struct pdu_context *asked = &bind->contexts[i];

		*row_for(a, asked->id) = (struct context){
			.known = interfaces_find(&asked->interface),
			.operations = operations_of(&asked->interface),
			.interface = asked->interface,
			.version = asked->version,
			.id = asked->id,
			.syntax = (uint8_t)asked->syntax,
			.ordinal = (uint8_t)(i + 1),
		};
	}
}

/* The context that stands at ${ordinal} of the bind that awaits its answer. */
static struct context *asked_at(struct assoc *a, size_t ordinal)
{
	for (size_t i = 0; i < a->n_contexts; i++)
		if (a->contexts[i].ordinal == ordinal)
			return &a->contexts[i];
	return NULL;
}

/* ---- the report ---- */

/* Tokens of these types are read; others (68, netlogon) are not the token_fn's. */
static bool is_readable(uint8_t auth_type)
{
	return auth_type == AUTH_SPNEGO || auth_type == AUTH_NTLM || auth_type == AUTH_KERBEROS;
}

static Ev__AuthToken *read_token(struct assoc *a, uint8_t auth_type, struct view bytes)
{
	Ev__AuthToken *token;

	if (bytes.n == 0 || !is_readable(auth_type))
		return NULL;
	token = arena_take(a->env->arena, sizeof(*token));
	if (token == NULL)
		return NULL;
	if (!a->env->read_token(bytes, a->env->arena, token))
		token = NULL;
	if (token != NULL ? token->incomplete : !a->env->arena->full)
		count(a->env->counts, COUNT_AUTH_MALFORMED);
	return token;
}

/* p_provider_reason_t, C706 12.6.3.1 */
static const char *const refusals[] = {
	"not specified", "abstract syntax not supported", "transfer syntaxes not supported", "local limit exceeded",
};

static const char *const syntaxes[] = { [SYNTAX_NDR32] = "ndr", [SYNTAX_NDR64] = "ndr64" };

/* Name ${i} of ${names}; NULL when it has none. */
static char *name_of(const char *const *names, size_t n, size_t i)
{
	return i < n ? text_lend(names[i]) : NULL;
}

static Ev__RpcContext *report_context(struct assoc *a, const struct context *c)
{
	Ev__RpcContext *row = arena_take(a->env->arena, sizeof(*row));

	if (row == NULL)
		return NULL;
	ev__rpc_context__init(row);
	row->id = c->id;
	row->uuid = assoc_uuid(a, &c->interface);
	row->interface = text_lend(c->operations != NULL ? c->operations->interface : NULL);
	row->version = c->version;
	row->has_accepted = c->agreement != AGREEMENT_OPEN;
	row->accepted = c->agreement == AGREEMENT_ACCEPTED;
	row->has_reason = c->agreement == AGREEMENT_REFUSED;
	row->reason = c->reason;
	row->refused_because = name_of(refusals, sizeof(refusals) / sizeof(refusals[0]), row->has_reason ? c->reason : SIZE_MAX);
	row->transfer_syntax = name_of(syntaxes, sizeof(syntaxes) / sizeof(syntaxes[0]), c->syntax);
	return row;
}

/* The contexts of the bind at hand, in its order. Feature negotiation is no interface and is left out. */
static void report_contexts(struct assoc *a, Ev__RpcBind *body)
{
	size_t last = 0;

	for (size_t i = 0; i < a->n_contexts; i++)
		last = a->contexts[i].ordinal > last ? a->contexts[i].ordinal : last;
	body->contexts = arena_get(a->env->arena, last * sizeof(*body->contexts));
	for (size_t ordinal = 1; body->contexts != NULL && ordinal <= last; ordinal++) {
		const struct context *c = asked_at(a, ordinal);
		Ev__RpcContext *row = c != NULL && c->syntax != SYNTAX_FEATURES ? report_context(a, c) : NULL;

		if (row != NULL)
			body->contexts[body->n_contexts++] = row;
	}
}

/* The names of ${features}; how many there are in ${n}. */
static char **report_features(struct assoc *a, uint16_t features, size_t *n)
{
	static const struct { uint16_t bit; const char *name; } rows[] = {
		{ FEATURE_SECURITY_CONTEXTS, "security context multiplexing" }, { FEATURE_KEEP_ON_ORPHAN, "keep connection on orphan" },
	};
	char **names = arena_get(a->env->arena, sizeof(rows) / sizeof(rows[0]) * sizeof(*names));

	*n = 0;
	for (size_t i = 0; names != NULL && i < sizeof(rows) / sizeof(rows[0]); i++)
		if (features & rows[i].bit)
			names[(*n)++] = text_lend(rows[i].name);
	return names;
}

static Ev__RpcBind *body_of(struct assoc *a, const char *pdu)
{
	Ev__RpcBind *body = arena_take(a->env->arena, sizeof(*body));

	if (body == NULL)
		return NULL;
	ev__rpc_bind__init(body);
	body->transport = text_lend(a->pipe != NULL ? "pipe" : "tcp");
	body->pipe = a->pipe != NULL && a->pipe[0] != '\0' ? text_lend(a->pipe) : NULL;
	body->has_session_id = body->has_tree_id = body->has_file_id = a->has_ids;
	body->session_id = a->session_id;
	body->tree_id = a->tree_id;
	body->file_id = a->file_id;
	body->pdu = text_lend(pdu);
	return body;
}

static void set_auth(Ev__RpcBind *body, uint8_t auth_type, uint8_t auth_level)
{
	body->has_auth_type = body->has_auth_level = true;
	body->auth_type = auth_type;
	body->auth_level = auth_level;
}

/* What the answer to a bind said beside its results, or the first answer after an AUTH3. */
struct answer {
	int64_t time_ns;	/* 0: it was not seen */
	uint32_t status;
	bool is_refusal;	/* of who the client says it is, as far as can be told */
	struct view token;
	struct view secondary_address;
};

/* An NTLM logon ends with the client's AUTHENTICATE; what the server answers shows whether it believes it. */
static void report_logon(const struct pending_bind *bind, const struct answer *answer, Ev__RpcBind *body)
{
	if (answer->time_ns == 0 || body->token == NULL || body->token->ntlm_authenticate == NULL)
		return;
	body->logon = text_lend(answer->is_refusal ? "failure" : "success");
	body->has_logon_inferred = body->logon_inferred = bind->type == PDU_AUTH3;
}

static void report(struct assoc *a, const struct pending_bind *bind, const struct answer *answer)
{
	static const char *const names[] = { [PDU_BIND] = "bind", [PDU_ALTER_CONTEXT] = "alter_context", [PDU_AUTH3] = "auth3" };
	struct exchange x = { bind->time_ns, answer->time_ns, answer->time_ns != 0, answer->status };
	Ev__RpcBind *body = body_of(a, names[bind->type]);
	Ev__Event event = EV__EVENT__INIT;

	if (body != NULL && bind->type != PDU_AUTH3) {
		report_contexts(a, body);
		body->features_offered = report_features(a, bind->features_offered, &body->n_features_offered);
		body->features = report_features(a, bind->features, &body->n_features);
		if (answer->secondary_address.n > 1)
			body->secondary_address = text_of_bytes(a->env->arena, answer->secondary_address);
	}
	if (body != NULL && bind->has_auth) {
		set_auth(body, bind->auth_type, bind->auth_level);
		body->token = read_token(a, bind->auth_type, view_of(bind->token, bind->token_bytes));
		body->answer = read_token(a, bind->auth_type, answer->token);
		report_logon(bind, answer, body);
	}
	event.body_case = EV__EVENT__BODY_RPC_BIND;
	event.rpc_bind = body;
	assoc_emit(a, &x, &event);
}

/* What awaited ${answer} is over: report it and let go of it. */
static void settle(struct assoc *a, struct pending_bind **pending, const struct answer *answer)
{
	struct pending_bind *bind = *pending;

	report(a, bind, answer);
	if (bind->type != PDU_AUTH3)
		for (size_t i = 0; i < a->n_contexts; i++)
			a->contexts[i].ordinal = 0;
	pool_put(a->env->pool, bind->token, bind->token_bytes);
	pool_put(a->env->pool, bind, sizeof(*bind));
	*pending = NULL;
}

void contexts_unanswered(struct assoc *a)
{
	if (a->bind != NULL)
		settle(a, &a->bind, &(struct answer){ 0 });
	if (a->auth3 != NULL)
		settle(a, &a->auth3, &(struct answer){ 0 });
}

/* ---- PDUs ---- */

static void keep_token(struct assoc *a, struct pending_bind *bind, struct view token)
{
	if (token.n == 0)
		return;
	bind->token = pool_take(a->env->pool, token.n);
	if (bind->token == NULL)
		count(a->env->counts, COUNT_POOL_FULL);
	else
		bind->token_bytes = (uint16_t)view_copy(bind->token, token.n, token);
}

/* ${pdu} will be reported once it is answered; NULL when memory is short (counted). */
static struct pending_bind *await(struct assoc *a, const struct pdu *pdu, int64_t time_ns)
{
	struct pending_bind *bind = pool_get(a->env->pool, sizeof(*bind));

	if (bind == NULL) {
		count(a->env->counts, COUNT_POOL_FULL);
		return NULL;
	}
	bind->time_ns = time_ns;
	bind->call_id = pdu->call_id;
	bind->type = pdu->type;
	bind->has_auth = pdu->has_auth;
	bind->auth_type = pdu->auth_type;
	bind->auth_level = pdu->auth_level;
	if (pdu->has_auth)
		keep_token(a, bind, pdu->token);
	return bind;
}

bool contexts_ask(struct assoc *a, const struct pdu *pdu, int64_t time_ns)
{
	struct pdu_bind bind;

	if (!pdu_bind_parse(pdu, &bind))
		return false;
	contexts_unanswered(a);
	a->bind = await(a, pdu, time_ns);
	if (a->bind == NULL)
		return true;
	if (pdu->has_auth) {
		a->has_auth_level = true;
		a->auth_level = pdu->auth_level;
	}
	for (size_t i = 0; i < bind.n_contexts; i++)
		a->bind->features_offered |= bind.contexts[i].features;
	keep_contexts(a, &bind);
	return true;
}

/* True if ${pdu} answers the bind that awaits one. */
static bool is_answer(struct assoc *a, const struct pdu *pdu)
{
	if (a->bind != NULL && a->bind->call_id == pdu->call_id)
		return true;
	count(a->env->counts, COUNT_RPC_UNASKED);
	return false;
}

/* What is agreed on here is offered here: others may call it on the same port. */
static void learn(struct assoc *a, const struct context *c, int64_t time_ns)
{
	const Ev__Endpoint *server = &a->parties->server;

	if (a->pipe == NULL && c->syntax != SYNTAX_FEATURES)
		endpoints_learn(a->env->endpoints, endpoints_place(server), &c->interface, ENDPOINT_BOUND, time_ns);
}

bool contexts_accept(struct assoc *a, const struct pdu *pdu, int64_t time_ns)
{
	struct pdu_bind_ack ack;

	if (!pdu_bind_ack_parse(pdu, &ack))
		return false;
	if (!is_answer(a, pdu))
		return true;
	for (size_t i = 0; i < ack.n_results; i++) {
		const struct pdu_result *result = &ack.results[i];
		struct context *c = asked_at(a, i + 1);

		if (c == NULL)
			continue;
		c->agreement = result->is_accepted ? AGREEMENT_ACCEPTED : AGREEMENT_REFUSED;
		c->reason = result->reason;
		if (result->is_negotiated)
			a->bind->features = result->reason;
		if (!result->is_accepted)
			continue;
		c->syntax = (uint8_t)result->syntax;
		learn(a, c, time_ns);
	}
	settle(a, &a->bind, &(struct answer){
		.time_ns = time_ns,
		.token = pdu->token,
		.secondary_address = ack.secondary_address,
	});
	return true;
}

bool contexts_refuse(struct assoc *a, const struct pdu *pdu, int64_t time_ns)
{
	uint16_t reason;

	if (!pdu_bind_nak_parse(pdu, &reason))
		return false;
	if (!is_answer(a, pdu))
		return true;
	for (size_t i = 0; i < a->n_contexts; i++) {
		if (a->contexts[i].ordinal == 0)
			continue;
		a->contexts[i].agreement = AGREEMENT_REFUSED;
		a->contexts[i].reason = reason;
	}
	settle(a, &a->bind, &(struct answer){ .time_ns = time_ns, .status = reason, .is_refusal = true });
	return true;
}

bool contexts_auth3(struct assoc *a, const struct pdu *pdu, int64_t time_ns)
{
	if (!pdu->has_auth)
		return false;
	contexts_unanswered(a);
	a->auth3 = await(a, pdu, time_ns);
	return true;
}

void contexts_answered(struct assoc *a, uint32_t fault_status, int64_t time_ns)
{
	if (a->auth3 != NULL)
		settle(a, &a->auth3, &(struct answer){
			.time_ns = time_ns,
			.status = fault_status,
			.is_refusal = fault_status == FAULT_ACCESS_DENIED || fault_status == FAULT_SECURITY_PACKAGE,
		});
}

void contexts_fini(struct assoc *a)
{
	pool_put(a->env->pool, a->contexts, a->context_cap * sizeof(*a->contexts));
	a->contexts = NULL;
	a->n_contexts = a->context_cap = 0;
}
