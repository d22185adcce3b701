#include "sensor/rpc/target.h"

#include "sensor/rpc/operations.h"

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

/* Read the arguments as ${row} takes them; true if the whole of the request was there. */
static bool decode(struct assoc *a, const struct call *call, const struct decoder *row, bool is_ndr64, struct decoding *d)
{
	bool has_answer = call->is_answered && !call->is_fault && !call->is_response_sealed && !call->is_response_cut;

	*d = (struct decoding){
		.arena = a->env->arena,
		.in = ndr_of(view_of(call->request.bytes, call->request.n), call->is_big_endian, is_ndr64),
		.out = ndr_of(view_of(call->answer.bytes, has_answer ? call->answer.n : 0), call->is_response_big_endian, is_ndr64),
		.handles = &a->handles,
		.object = call->has_object ? &call->object : NULL,
	};
	return decode_run(d, row);
}

/* ---- by the context ---- */

static void by_context(struct assoc *a, const struct call *call, const struct context *context, struct target *t)
{
	const struct decoder *row;

	t->uuid = &context->interface;
	t->interface = interfaces_find(&context->interface);
	row = decoder_of(t->interface, call);
	if (row == NULL || call->is_sealed)
		return;
	if (!is_readable(call))
		t->undecoded = "cut";
	else if (context->syntax == SYNTAX_OTHER)
		t->undecoded = "syntax";
	else if (!decode(a, call, row, context->syntax == SYNTAX_NDR64, &t->arguments))
		t->undecoded = context->syntax == SYNTAX_NDR64 ? "ndr64" : "arguments";
}

/* ---- by the pipe ---- */

/* True if nothing is left that ${d}'s row does not account for. */
static bool is_used_up(const struct decoding *d)
{
	return d->has_rest || decode_is_exact(d);
}

/* In a syntax that nobody saw agreed: true if the arguments come out whole. */
static bool fits(struct assoc *a, const struct call *call, const struct decoder *row, struct decoding *d)
{
	return (decode(a, call, row, false, d) && is_used_up(d)) || (decode(a, call, row, true, d) && is_used_up(d));
}

/* What speaks for an interface. */
enum evidence { EVIDENCE_NONE, EVIDENCE_OPERATION, EVIDENCE_ARGUMENTS };

/* ${row} has that operation, or its arguments come out; they are in ${d} then. */
static enum evidence evidence_for(struct assoc *a, const struct call *call, const struct interface *row, struct decoding *d)
{
	const struct decoder *decoder = decoder_of(row, call);

	*d = (struct decoding){ .arena = a->env->arena };
	if (decoder != NULL && is_readable(call))
		return fits(a, call, decoder, d) ? EVIDENCE_ARGUMENTS : EVIDENCE_NONE;
	return operations_find(&row->uuid, call->opnum) != NULL ? EVIDENCE_OPERATION : EVIDENCE_NONE;
}

/* The interface of the pipe for which most speaks, if it is one. */
static void by_pipe(struct assoc *a, const struct call *call, struct target *t)
{
	enum evidence best = EVIDENCE_NONE;
	struct decoding d;
	size_t n = 0;

	for (const struct interface *row = interfaces_of_pipe(a->pipe, NULL); row != NULL; row = interfaces_of_pipe(a->pipe, row)) {
		enum evidence evidence = evidence_for(a, call, row, &d);

		if (evidence == EVIDENCE_NONE || evidence < best)
			continue;
		n = evidence > best ? 1 : n + 1;
		best = evidence;
		*t = (struct target){ .uuid = &row->uuid, .interface = row, .inferred_from = "pipe name", .arguments = d };
	}
	if (n != 1)
		*t = (struct target){ .uuid = NULL };
}

/* ---- both ---- */

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
	if (context != NULL) {
		want(call, decoder_of(interfaces_find(&context->interface), call));
		return;
	}
	for (const struct interface *row = a->pipe != NULL ? interfaces_of_pipe(a->pipe, NULL) : NULL; row != NULL;
	     row = interfaces_of_pipe(a->pipe, row))
		want(call, decoder_of(row, call));
}

void target_of(struct assoc *a, const struct call *call, struct target *out)
{
	const struct context *context = contexts_find(a, call->context_id);

	*out = (struct target){ .uuid = NULL };
	if (context != NULL)
		by_context(a, call, context, out);
	else if (a->pipe != NULL)
		by_pipe(a, call, out);
}
