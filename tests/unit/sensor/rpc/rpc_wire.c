#include "tests/unit/sensor/rpc/rpc_wire.h"

#include "sensor/auth/token.h"

#include <string.h>

/* ---- PDUs ---- */

size_t pdu_begin(struct wire *w, enum pdu_type type, unsigned flags, uint32_t call_id)
{
	size_t begin = w->n;

	wire_u8(w, 5);
	wire_u8(w, 0);
	wire_u8(w, type);
	wire_u8(w, flags);
	wire_u8(w, w->is_big_endian ? 0x00 : 0x10);
	wire_zeros(w, 3);
	wire_u16(w, 0);
	wire_u16(w, 0);
	wire_u32(w, call_id);
	return begin;
}

void pdu_end(struct wire *w, size_t begin)
{
	wire_set_u16(w, begin + 8, (unsigned)(w->n - begin));
}

void pdu_end_auth(struct wire *w, size_t begin, unsigned type, unsigned level, const void *token, size_t n)
{
	size_t padding = (4 - (w->n - begin) % 4) % 4;

	for (size_t i = 0; i < padding; i++)
		wire_u8(w, 0xBB);
	wire_u8(w, type);
	wire_u8(w, level);
	wire_u8(w, (unsigned)padding);
	wire_u8(w, 0);
	wire_u32(w, 1);
	wire_bytes(w, token, n);
	wire_set_u16(w, begin + 10, (unsigned)n);
	pdu_end(w, begin);
}

void wire_uuid(struct wire *w, const char *digits)
{
	struct wire raw = { .n = 0 };

	wire_hex(&raw, digits);
	wire_u32(w, (uint32_t)raw.bytes[0] << 24 | (uint32_t)raw.bytes[1] << 16 | (uint32_t)raw.bytes[2] << 8 | raw.bytes[3]);
	wire_u16(w, (unsigned)raw.bytes[4] << 8 | raw.bytes[5]);
	wire_u16(w, (unsigned)raw.bytes[6] << 8 | raw.bytes[7]);
	wire_bytes(w, raw.bytes + 8, 8);
}

void pdu_bind(struct wire *w, enum pdu_type type, uint32_t call_id, const struct offer *offers, size_t n)
{
	size_t begin = pdu_begin(w, type, WHOLE, call_id);

	wire_u16(w, 4280);
	wire_u16(w, 4280);
	wire_u32(w, 0);
	wire_u8(w, (unsigned)n);
	wire_zeros(w, 3);
	for (size_t i = 0; i < n; i++) {
		wire_u16(w, offers[i].id);
		wire_u8(w, 1);
		wire_u8(w, 0);
		wire_uuid(w, offers[i].interface);
		wire_u32(w, 2);
		wire_uuid(w, offers[i].syntax);
		wire_u32(w, 2);
	}
	pdu_end(w, begin);
}

void pdu_bind_ack(struct wire *w, enum pdu_type type, uint32_t call_id, const unsigned *results, const char *const *syntaxes, size_t n)
{
	size_t begin = pdu_begin(w, type, WHOLE, call_id);

	wire_u16(w, 4280);
	wire_u16(w, 4280);
	wire_u32(w, 0x1234);
	wire_u16(w, 6);
	wire_bytes(w, "49668", 6);
	while ((w->n - begin) % 4 != 0)
		wire_u8(w, 0);
	wire_u8(w, (unsigned)n);
	wire_zeros(w, 3);
	for (size_t i = 0; i < n; i++) {
		wire_u16(w, results[i]);
		wire_u16(w, results[i] != 0 ? 2 : 0);
		wire_uuid(w, syntaxes[i]);
		wire_u32(w, 2);
	}
	pdu_end(w, begin);
}

void pdu_request(struct wire *w, unsigned flags, uint32_t call_id, unsigned context, unsigned opnum, struct view stub)
{
	size_t begin = pdu_begin(w, PDU_REQUEST, flags, call_id);

	wire_u32(w, 0xFFFFFFFF);	/* alloc_hint: nobody may believe it */
	wire_u16(w, context);
	wire_u16(w, opnum);
	wire_view_of(w, stub);
	pdu_end(w, begin);
}

void pdu_response(struct wire *w, unsigned flags, uint32_t call_id, struct view stub)
{
	size_t begin = pdu_begin(w, PDU_RESPONSE, flags, call_id);

	wire_u32(w, (uint32_t)stub.n);
	wire_u16(w, 0);
	wire_u16(w, 0);
	wire_view_of(w, stub);
	pdu_end(w, begin);
}

void pdu_fault(struct wire *w, uint32_t call_id, uint32_t status)
{
	size_t begin = pdu_begin(w, PDU_FAULT, WHOLE, call_id);

	wire_u32(w, 0);
	wire_u32(w, 0);
	wire_u32(w, status);
	wire_u32(w, 0);
	pdu_end(w, begin);
}

/* ---- stubs ---- */

struct view stub_view(const struct stub *s)
{
	return wire_view(&s->w);
}

void stub_u16(struct stub *s, unsigned value)
{
	wire_align(&s->w, 2);
	wire_u16(&s->w, value);
}

void stub_u32(struct stub *s, uint32_t value)
{
	wire_align(&s->w, 4);
	wire_u32(&s->w, value);
}

void stub_wide(struct stub *s, uint64_t value)
{
	wire_align(&s->w, s->is_ndr64 ? 8 : 4);
	if (s->is_ndr64)
		wire_u64(&s->w, value);
	else
		wire_u32(&s->w, (uint32_t)value);
}

static void counts(struct stub *s, size_t n)
{
	stub_wide(s, n);
	stub_wide(s, 0);
	stub_wide(s, n);
}

void stub_string(struct stub *s, const char *text)
{
	counts(s, strlen(text) + 1);
	wire_utf16(&s->w, text);
	wire_u16(&s->w, 0);
}

void stub_ascii(struct stub *s, const char *text)
{
	counts(s, strlen(text) + 1);
	wire_bytes(&s->w, text, strlen(text) + 1);
}

void stub_unique(struct stub *s, const char *text)
{
	stub_wide(s, text != NULL ? 0x20000 : 0);
	if (text != NULL)
		stub_string(s, text);
}

void stub_handle(struct stub *s, unsigned number)
{
	wire_align(&s->w, 4);
	wire_zeros(&s->w, 4);
	for (int i = 0; i < 16; i++)
		wire_u8(&s->w, number);
}

/* ---- an association ---- */

struct talk talk_begin(const char *pipe)
{
	struct talk t = { .stage = stage_new(0), .now = 1000 };
	struct pipe_place place = {
		.parties = &t.stage->parties,
		.pipe = pipe,
		.session_id = 7,
		.tree_id = 8,
		.file_id = 9,
		.has_ids = pipe != NULL,
	};

	t.stage->env.read_token = token_read;
	t.assoc = rpc_pipe_ops.open(&t.stage->env, &place);
	return t;
}

static void hand_over(struct talk *t, bool to_server, struct wire *w)
{
	stage_packet(t->stage);
	rpc_pipe_ops.feed(t->assoc, to_server, wire_view(w), t->now++);
	w->n = 0;
}

void talk_up(struct talk *t, struct wire *w) { hand_over(t, true, w); }
void talk_down(struct talk *t, struct wire *w) { hand_over(t, false, w); }

void talk_bind(struct talk *t, const char *interface, const char *syntax)
{
	static struct wire w;
	struct offer offer = { 0, interface, syntax };

	pdu_bind(&w, PDU_BIND, 1, &offer, 1);
	talk_up(t, &w);
	pdu_bind_ack(&w, PDU_BIND_ACK, 1, (const unsigned[]){ 0 }, &syntax, 1);
	talk_down(t, &w);
}

Ev__RpcCall *talk_call(struct talk *t, unsigned opnum, struct view request, struct view response)
{
	static struct wire w;
	uint32_t call_id = (uint32_t)t->now;

	pdu_request(&w, WHOLE, call_id, 0, opnum, request);
	talk_up(t, &w);
	pdu_response(&w, WHOLE, call_id, response);
	talk_down(t, &w);
	return talk_last_call(t);
}

void talk_close(struct talk *t)
{
	stage_packet(t->stage);
	if (t->assoc != NULL)
		rpc_pipe_ops.close(t->assoc);
	t->assoc = NULL;
}

void talk_end(struct talk *t)
{
	talk_close(t);
	stage_free(t->stage);
}

static const Ev__Event *last(const struct talk *t)
{
	static const Ev__Event nothing = EV__EVENT__INIT;

	return t->stage->n_events > 0 ? t->stage->events[t->stage->n_events - 1] : &nothing;
}

Ev__RpcCall *talk_last_call(const struct talk *t)
{
	return last(t)->body_case == EV__EVENT__BODY_RPC_CALL ? last(t)->rpc_call : NULL;
}

Ev__RpcBind *talk_last_bind(const struct talk *t)
{
	return last(t)->body_case == EV__EVENT__BODY_RPC_BIND ? last(t)->rpc_bind : NULL;
}

/* ---- arguments ---- */

static const Ev__RpcArgument *arg(const Ev__RpcCall *call, const char *name)
{
	for (size_t i = 0; call != NULL && i < call->n_args; i++)
		if (strcmp(call->args[i]->name, name) == 0)
			return call->args[i];
	return NULL;
}

const char *arg_text(const Ev__RpcCall *call, const char *name)
{
	const Ev__RpcArgument *a = arg(call, name);

	return a != NULL ? a->text : NULL;
}

int64_t arg_number(const Ev__RpcCall *call, const char *name)
{
	const Ev__RpcArgument *a = arg(call, name);

	return a != NULL && a->has_number ? (int64_t)a->number : -1;
}
