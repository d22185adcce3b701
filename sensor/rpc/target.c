#include "sensor/rpc/target.h"

#include "sensor/rpc/operations.h"

enum {
	CANDIDATES_MAX = 16,	/* interfaces that may be meant; a pipe has two, a port ENDPOINTS_INTERFACES */
	SHAPES_CALLS = 16,	/* calls of one association whose stubs are held against every interface */
	SHAPES_BYTES = 8192,	/* of such a stub; a service is created with some 500, a task with 4,000 */
	SHAPES_TEXTS = 2,	/* texts that must have come out before an interface is believed from its stubs alone */
};

/* ---- arguments ---- */

static const struct decoder *decoder_of(const struct interface *row, const struct call *call)
{
	return row != NULL ? interfaces_decoder(row, call->opnum) : NULL;
}

/* The request is there, whole and clear. */
static bool is_readable(const struct call *call)
{
	return call->wants_stub && call->is_whole && !call->is_cut && !call->is_sealed;
}

static void begin(struct decoding *d, struct assoc *a, const struct call *call, bool is_ndr64, struct handles *handles)
{
	*d = (struct decoding){
		.arena = a->env->arena,
		.in = ndr_of(view_of(call->request.bytes, call->request.n), call->is_big_endian, is_ndr64),
		.handles = handles,
		.server = view_of(a->parties->server.ip.data, a->parties->server.ip.len),
		.now_ns = call->time_ns,
		.object = call->has_object ? &call->object : NULL,
	};
}

/* Read the arguments as ${row} takes them; true if the whole of the request was there. */
static bool decode(struct assoc *a, const struct call *call, const struct decoder *row, bool is_ndr64, struct decoding *d)
{
	bool has_answer = call->is_answered && !call->is_fault && !call->is_response_sealed && !call->is_response_cut;

	begin(d, a, call, is_ndr64, &a->handles);
	d->out = ndr_of(view_of(call->answer.bytes, has_answer ? call->answer.n : 0), call->is_response_big_endian, is_ndr64);
	d->endpoints = a->env->endpoints;
	return decode_run(d, row);
}

/* Read what is there of a request that is not: names stand before what makes a stub long. */
static void decode_beginning(struct assoc *a, const struct call *call, const struct decoder *row, bool is_ndr64, struct decoding *d)
{
	begin(d, a, call, is_ndr64, &a->handles);
	decode_run(d, row);
}

/* ---- does an interface fit? ---- */

/* How the request came out when it was read as an interface takes it: on trial, so nothing is remembered. */
struct trial {
	bool is_whole;
	bool is_exact;
	bool is_ndr64;
	size_t n_texts;
};

static struct trial try_syntax(struct assoc *a, const struct call *call, const struct decoder *row, bool is_ndr64)
{
	struct handles none = { .pool = a->env->pool };
	struct arena before = *a->env->arena;
	struct trial t = { .is_ndr64 = is_ndr64 };
	struct decoding d;

	begin(&d, a, call, is_ndr64, &none);
	t.is_whole = decode_run(&d, row) && (d.has_rest || decode_is_exact(&d));
	t.is_exact = t.is_whole && !d.has_rest;
	for (size_t i = 0; t.is_whole && i < d.n_args; i++)
		t.n_texts += d.args[i]->text != NULL && d.args[i]->text[0] != '\0';
	*a->env->arena = before;
	return t;
}

/* In a syntax that nobody saw agreed. */
static struct trial try_both(struct assoc *a, const struct call *call, const struct decoder *row)
{
	struct trial t = try_syntax(a, call, row, false);

	return t.is_whole ? t : try_syntax(a, call, row, true);
}

/* Name ${uuid} as what is meant, and read the arguments if they come out. */
static void settle(struct assoc *a, const struct call *call, const struct uuid *uuid, const char *inferred_from, struct target *t)
{
	const struct decoder *row;
	struct trial trial;

	t->inferred_uuid = *uuid;
	t->uuid = &t->inferred_uuid;
	t->interface = interfaces_find(uuid);
	t->operations = operations_of(uuid);
	t->inferred_from = inferred_from;
	row = decoder_of(t->interface, call);
	if (row == NULL || !is_readable(call))
		return;
	trial = try_both(a, call, row);
	if (trial.is_whole && decode(a, call, row, trial.is_ndr64, &t->arguments))
		return;
	t->arguments.n_args = 0;
	t->undecoded = "arguments";
}

/* What speaks for an interface: that it has such an operation, which the stub does not contradict, or that text comes out of
 * the stub and nothing is left over. */
enum evidence { EVIDENCE_NONE, EVIDENCE_OPERATION, EVIDENCE_ARGUMENTS };

static enum evidence evidence_for(struct assoc *a, const struct call *call, const struct uuid *uuid)
{
	const struct decoder *row = decoder_of(interfaces_find(uuid), call);
	struct trial trial;

	if (row == NULL || !is_readable(call))
		return operations_find(uuid, call->opnum) != NULL ? EVIDENCE_OPERATION : EVIDENCE_NONE;
	trial = try_both(a, call, row);
	if (!trial.is_whole)
		return EVIDENCE_NONE;
	return trial.is_exact && trial.n_texts > 0 ? EVIDENCE_ARGUMENTS : EVIDENCE_OPERATION;
}

/* Interfaces that may be meant, and what says so. */
struct candidates {
	const struct uuid *const *of;
	size_t n;
	const char *inferred_from;
};

/* The one for which most speaks, if it is one. */
static void choose(struct assoc *a, const struct call *call, struct candidates candidates, struct target *t)
{
	enum evidence best = EVIDENCE_NONE;
	const struct uuid *chosen = NULL;

	for (size_t i = 0; i < candidates.n; i++) {
		enum evidence evidence = evidence_for(a, call, candidates.of[i]);

		if (evidence == EVIDENCE_NONE || evidence < best)
			continue;
		chosen = evidence > best ? candidates.of[i] : NULL;
		best = evidence;
	}
	if (chosen != NULL)
		settle(a, call, chosen, candidates.inferred_from, t);
}

/* ---- by the context ---- */

static void by_context(struct assoc *a, const struct call *call, const struct context *context, struct target *t)
{
	const bool is_ndr64 = context->syntax == SYNTAX_NDR64;
	const struct decoder *row;

	t->uuid = &context->interface;
	t->interface = context->known;
	t->operations = context->operations;
	row = decoder_of(t->interface, call);
	if (row == NULL || call->is_sealed)
		return;
	if (context->syntax == SYNTAX_OTHER) {
		t->undecoded = "syntax";
	} else if (!is_readable(call)) {
		decode_beginning(a, call, row, is_ndr64, &t->arguments);
		t->undecoded = "cut";
	} else if (!decode(a, call, row, is_ndr64, &t->arguments)) {
		t->arguments.n_args = 0;
		t->undecoded = is_ndr64 ? "ndr64" : "arguments";
	}
}

/* ---- without one ---- */

/* A DCOM call names the object's interface pointer; who gave it out said of which interface it is. */
static void by_object(struct assoc *a, const struct call *call, struct target *t)
{
	struct view server = view_of(a->parties->server.ip.data, a->parties->server.ip.len);
	struct uuid interface;

	if (call->has_object && endpoints_find_object(a->env->endpoints, server, &call->object, call->time_ns, &interface))
		settle(a, call, &interface, "object", t);
}

static void by_pipe(struct assoc *a, const struct call *call, struct target *t)
{
	const struct uuid *candidates[CANDIDATES_MAX];
	size_t n = 0;

	for (const struct interface *row = interfaces_of_pipe(a->pipe, NULL); row != NULL && n < CANDIDATES_MAX;
	     row = interfaces_of_pipe(a->pipe, row))
		candidates[n++] = &row->uuid;
	choose(a, call, (struct candidates){ candidates, n, "pipe name" }, t);
}

/* What answers on port 135 of every Windows host, known without anyone having said so ([MS-DCOM] 1.9, [MS-RPCE] 1.9). */
static void by_well_known_port(struct assoc *a, const struct call *call, struct target *t)
{
	static const struct uuid offered[] = {
		UUID(0x000001a0, 0x0000, 0x0000, 0xc000, 0x000000000046),	/* IRemoteSCMActivator */
		UUID(0x4d9f4ab8, 0x7d1c, 0x11cf, 0x861e, 0x0020af6e7c57),	/* IActivation */
		UUID(0x99fcfec4, 0x5260, 0x101b, 0xbbcb, 0x00aa0021347a),	/* IObjectExporter */
		UUID(0xe1af8308, 0x5d1f, 0x11c9, 0x91a4, 0x08002b14a0fa),	/* epmapper */
	};
	const struct uuid *candidates[] = { &offered[0], &offered[1], &offered[2], &offered[3] };

	if (a->parties->server.port == ENDPOINTS_MAPPER_PORT)
		choose(a, call, (struct candidates){ candidates, sizeof(candidates) / sizeof(candidates[0]), "well-known port" }, t);
}

static void by_endpoint(struct assoc *a, const struct call *call, struct target *t)
{
	const struct uuid *candidates[ENDPOINTS_INTERFACES];
	struct endpoint known;

	if (!endpoints_find(a->env->endpoints, endpoints_place(&a->parties->server), call->time_ns, &known))
		return;
	for (size_t i = 0; i < known.n; i++)
		candidates[i] = &known.interfaces[i];
	choose(a, call, (struct candidates){ candidates, known.n, endpoints_source_name(known.source) }, t);
}

/* Hold ${call} against every interface: which ones it rules out, and which it fits to the last octet. */
static void see_shape(struct assoc *a, const struct call *call)
{
	struct shapes *s = &a->shapes;
	size_t n, most_texts = 0;
	const struct interface *all = interfaces_all(&n);

	for (size_t i = 0; i < n; i++) {
		const struct decoder *row = interfaces_decoder(&all[i], call->opnum);
		struct trial t = row != NULL ? try_both(a, call, row) : (struct trial){ 0 };

		if (row != NULL ? !t.is_whole : operations_find(&all[i].uuid, call->opnum) == NULL)
			s->ruled_out |= UINT64_C(1) << i;
		if (t.is_exact)
			s->fits |= UINT64_C(1) << i;
		if (t.is_exact && t.n_texts > most_texts)
			most_texts = t.n_texts;
	}
	if (s->n_calls++ == 0 || call->opnum != s->last_opnum || most_texts >= SHAPES_TEXTS)
		s->n_texts = (uint8_t)(s->n_texts + most_texts);
	s->last_opnum = call->opnum;
}

/* By the operations alone: the one interface that calls have fitted to the last octet, and that none has ruled out. */
static void by_operations(struct assoc *a, const struct call *call, struct target *t)
{
	struct shapes *s = &a->shapes;
	uint64_t left;
	size_t n, i = 0;
	const struct interface *all = interfaces_all(&n);

	if (is_readable(call) && call->request.n <= SHAPES_BYTES && s->n_calls < SHAPES_CALLS && s->n_texts < SHAPES_TEXTS)
		see_shape(a, call);
	left = s->fits & ~s->ruled_out;
	if (s->n_texts < SHAPES_TEXTS || left == 0 || (left & (left - 1)) != 0)
		return;
	while ((left & UINT64_C(1) << i) == 0)
		i++;
	choose(a, call, (struct candidates){ (const struct uuid *[]){ &all[i].uuid }, 1, "operations" }, t);
}

/* ---- all of them ---- */

static void want(struct call *call, const struct decoder *row)
{
	call->wants_stub = call->wants_stub || row != NULL;
	call->wants_answer = call->wants_answer || (row != NULL && row->out != NULL);
}

void target_want(const struct assoc *a, struct call *call)
{
	const struct context *context = contexts_find(a, call->context_id);

	if (call->is_sealed)
		return;
	if (context != NULL)
		want(call, decoder_of(context->known, call));
	else
		call->wants_stub = call->wants_answer = a->pipe != NULL || a->shapes.n_calls < SHAPES_CALLS;
}

/* All but the room for arguments, which is large and written when there are any. */
static void nothing_known(struct target *t)
{
	t->uuid = NULL;
	t->interface = NULL;
	t->operations = NULL;
	t->inferred_from = t->undecoded = NULL;
	t->arguments.n_args = 0;
}

void target_of(struct assoc *a, const struct call *call, struct target *out)
{
	const struct context *context = contexts_find(a, call->context_id);

	nothing_known(out);
	if (context != NULL) {
		by_context(a, call, context, out);
		return;
	}
	by_object(a, call, out);
	if (out->uuid == NULL && a->pipe != NULL)
		by_pipe(a, call, out);
	if (out->uuid == NULL && a->pipe == NULL)
		by_well_known_port(a, call, out);
	if (out->uuid == NULL && a->pipe == NULL)
		by_endpoint(a, call, out);
	if (out->uuid == NULL)
		by_operations(a, call, out);
}
