#include "sensor/core/cursor.h"
#include "tests/unit/sensor/rpc/rpc_wire.h"

#include <criterion/criterion.h>
#include <string.h>

static const struct view stub = { .bytes = (const uint8_t *)"stub", .n = 4 };

/* ---- calls ---- */

Test(calls, a_call_is_one_event_with_its_answer)
{
	struct talk t = talk_begin("svcctl");
	Ev__RpcCall *call;

	talk_bind(&t, UUID_SVCCTL, UUID_NDR32);
	call = talk_call(&t, 6, stub, view_of("........\x24\x04\0", 12));
	cr_assert_not_null(call);
	cr_expect_str_eq(call->interface, "svcctl");
	cr_expect_eq(call->uuid.data[0], 0x36);
	cr_expect_eq(call->opnum, 6);
	cr_expect_eq(call->request_bytes, 4);
	cr_expect_eq(call->response_bytes, 12);
	cr_expect_eq(call->return_code, 0x424);
	cr_expect_not(call->has_inferred);
	cr_expect_not(call->fault);
	cr_expect_eq(t.stage->events[1]->status, 0);
	cr_expect_eq(t.stage->events[1]->response_time, t.stage->events[1]->time + 1);
	talk_end(&t);
}

Test(calls, a_fault_is_its_status)
{
	static struct wire w;
	struct talk t = talk_begin("svcctl");

	talk_bind(&t, UUID_SVCCTL, UUID_NDR32);
	pdu_request(&w, WHOLE, 9, 0, 12, stub);
	talk_up(&t, &w);
	pdu_fault(&w, 9, 0x1C010002);
	talk_down(&t, &w);
	cr_assert_not_null(talk_last_call(&t));
	cr_expect(talk_last_call(&t)->fault);
	cr_expect_not(talk_last_call(&t)->has_return_code);
	cr_expect_eq(t.stage->events[1]->status, 0x1C010002);
	talk_end(&t);
}

Test(calls, answers_find_their_calls_by_id_in_any_order)
{
	static struct wire w;
	struct talk t = talk_begin(NULL);

	talk_bind(&t, UUID_SVCCTL, UUID_NDR32);
	for (uint32_t id = 10; id < 13; id++)
		pdu_request(&w, WHOLE, id, 0, id - 10, stub);
	talk_up(&t, &w);
	for (uint32_t id = 12; id >= 10; id--)
		pdu_response(&w, WHOLE, id, stub);
	talk_down(&t, &w);
	cr_assert_eq(t.stage->n_events, 4);
	for (unsigned i = 1; i < 4; i++)
		cr_expect_eq(t.stage->events[i]->rpc_call->opnum, 3 - i);
	talk_end(&t);
}

Test(calls, an_unanswered_one_is_reported_at_the_end_or_when_its_id_comes_again)
{
	static struct wire w;
	struct talk t = talk_begin(NULL);

	talk_bind(&t, UUID_SVCCTL, UUID_NDR32);
	pdu_request(&w, WHOLE, 7, 0, 1, stub);
	pdu_request(&w, WHOLE, 7, 0, 2, stub);
	talk_up(&t, &w);
	cr_expect_eq(t.stage->n_events, 2);
	talk_close(&t);
	cr_assert_eq(t.stage->n_events, 3);
	cr_expect_eq(t.stage->counts.of[COUNT_RPC_UNANSWERED], 2);
	for (size_t i = 1; i < 3; i++) {
		cr_expect_not(t.stage->events[i]->has_status);
		cr_expect_not(t.stage->events[i]->rpc_call->has_fault);
		cr_expect_eq(t.stage->events[i]->rpc_call->opnum, i);
	}
	talk_end(&t);
}

Test(calls, a_pipe_named_after_its_bind_was_sent_has_that_name)
{
	static struct wire w;
	const char *syntax = UUID_NDR32;
	struct talk t = talk_begin("svcctl");

	pdu_bind(&w, PDU_BIND, 1, &(struct offer){ 0, UUID_SVCCTL, UUID_NDR32 }, 1);
	talk_up(&t, &w);
	rpc_pipe_ops.named(t.assoc, 0x4711);
	pdu_bind_ack(&w, PDU_BIND_ACK, 1, (const unsigned[]){ 0 }, &syntax, 1);
	talk_down(&t, &w);
	cr_assert_eq(t.stage->n_events, 1);
	cr_expect_eq(t.stage->events[0]->rpc_bind->file_id, 0x4711);
	talk_end(&t);
}

static bool is_dear_after_a_call(const char *interface, bool is_served)
{
	static struct wire w;
	struct talk t = talk_begin("svcctl");
	bool is_dear;

	talk_bind(&t, interface, UUID_NDR32);
	cr_expect_not(rpc_pipe_ops.is_dear(t.assoc), "a bind alone is nothing");
	pdu_request(&w, WHOLE, 2, 0, 1, stub);
	talk_up(&t, &w);
	if (is_served)
		pdu_response(&w, WHOLE, 2, stub);
	else
		pdu_fault(&w, 2, 5);
	talk_down(&t, &w);
	is_dear = rpc_pipe_ops.is_dear(t.assoc);
	talk_end(&t);
	return is_dear;
}

Test(calls, an_association_that_served_one_is_dear_but_no_directory)
{
	cr_expect(is_dear_after_a_call(UUID_SVCCTL, true));
	cr_expect_not(is_dear_after_a_call(UUID_SVCCTL, false));
	cr_expect_not(is_dear_after_a_call("e1af83085d1f11c991a408002b14a0fa", true), "the endpoint mapper");
	cr_expect_not(is_dear_after_a_call("99fcfec45260101bbbcb00aa0021347a", true), "the object exporter");
}

Test(calls, more_under_way_than_the_limit_end_the_oldest)
{
	static struct wire w;
	struct talk t = talk_begin(NULL);

	talk_bind(&t, UUID_SVCCTL, UUID_NDR32);
	for (uint32_t id = 0; id <= LIMIT_RPC_CALLS; id++)
		pdu_request(&w, WHOLE, id, 0, id, stub);
	talk_up(&t, &w);
	cr_expect_eq(t.stage->n_events, 2);
	cr_expect_eq(talk_last_call(&t)->opnum, 0);
	cr_expect_eq(t.stage->counts.of[COUNT_RPC_TABLE_FULL], 1);
	talk_end(&t);
}

/* A CreateServiceW in fragments of ${size} bytes of stub. */
static Ev__RpcCall *in_fragments(struct talk *t, struct view request, size_t size)
{
	static struct wire w;
	struct cursor c = cur_of(request);
	unsigned flags = PDU_FIRST_FRAG;

	talk_bind(t, UUID_SVCCTL, UUID_NDR32);
	while (cur_left(&c) > 0) {
		size_t n = size < cur_left(&c) ? size : cur_left(&c);
		struct view piece = cur_take(&c, n);

		pdu_request(&w, flags | (cur_left(&c) == 0 ? PDU_LAST_FRAG : 0), 2, 0, 16, piece);
		flags = 0;
	}
	talk_up(t, &w);
	pdu_response(&w, PDU_FIRST_FRAG, 2, view_of("0123456789", 10));
	pdu_response(&w, 0, 2, view_of("01234567890", 11));
	pdu_response(&w, PDU_LAST_FRAG, 2, view_of("\x05\0\0", 3));
	talk_down(t, &w);
	return talk_last_call(t);
}

static void open_service(struct stub *s)
{
	stub_handle(s, 1);
	stub_string(s, "in pieces");
	stub_u32(s, 0xF01FF);
}

Test(calls, fragments_are_put_together_in_both_directions)
{
	static struct stub s;

	open_service(&s);
	for (size_t size = 1; size <= s.w.n; size += 5) {
		struct talk t = talk_begin("svcctl");
		Ev__RpcCall *call = in_fragments(&t, stub_view(&s), size);

		cr_assert_not_null(call);
		cr_expect_str_eq(arg_text(call, "service"), "in pieces");
		cr_expect_eq(call->request_bytes, s.w.n);
		cr_expect_eq(call->response_bytes, 24);
		cr_expect_eq(call->return_code, 0x530, "the last four bytes lie in two fragments: '0', 5, 0, 0");
		cr_expect_eq(t.stage->events[1]->time, 1002);
		talk_end(&t);
	}
}

Test(calls, of_a_stub_past_the_limit_the_beginning_is_read_and_said_to_be_cut)
{
	static struct stub s;
	static struct wire w;

	open_service(&s);
	for (int past = 0; past <= 1; past++) {
		struct talk t = talk_begin("svcctl");
		size_t left = LIMIT_STUB_BYTES + (size_t)past - s.w.n;

		talk_bind(&t, UUID_SVCCTL, UUID_NDR32);
		pdu_request(&w, PDU_FIRST_FRAG, 2, 0, 16, stub_view(&s));
		while (left > 0) {
			static const uint8_t zeros[4000];
			size_t n = left < sizeof(zeros) ? left : sizeof(zeros);

			left -= n;
			pdu_request(&w, left == 0 ? PDU_LAST_FRAG : 0, 2, 0, 16, view_of(zeros, n));
			talk_up(&t, &w);
		}
		pdu_response(&w, WHOLE, 2, stub);
		talk_down(&t, &w);
		cr_expect_eq(talk_last_call(&t)->request_bytes, LIMIT_STUB_BYTES + past);
		cr_expect_eq(talk_last_call(&t)->n_args, 2);
		cr_expect_eq(talk_last_call(&t)->undecoded != NULL, past);
		cr_expect_eq(t.stage->counts.of[COUNT_RPC_CALL_CUT], past);
		talk_end(&t);
	}
}

Test(calls, a_call_whose_first_fragment_is_missing_is_reported_without_arguments)
{
	static struct wire w;
	struct talk t = talk_begin("svcctl");

	talk_bind(&t, UUID_SVCCTL, UUID_NDR32);
	pdu_request(&w, PDU_LAST_FRAG, 2, 0, 12, stub);
	talk_up(&t, &w);
	pdu_response(&w, WHOLE, 2, stub);
	talk_down(&t, &w);
	cr_expect_str_eq(talk_last_call(&t)->operation, "CreateServiceW");
	cr_expect_eq(talk_last_call(&t)->n_args, 0);
	cr_expect_eq(t.stage->counts.of[COUNT_RPC_CALL_CUT], 1);
	talk_end(&t);
}

Test(calls, after_a_hole_the_next_one_is_found)
{
	static struct stub s;
	static struct wire w;
	struct talk t = talk_begin("svcctl");

	open_service(&s);
	talk_bind(&t, UUID_SVCCTL, UUID_NDR32);
	pdu_request(&w, PDU_FIRST_FRAG, 2, 0, 16, view_of(s.w.bytes, 8));
	talk_up(&t, &w);
	rpc_pipe_ops.gap(t.assoc, true, 500, t.now);
	pdu_request(&w, WHOLE, 3, 0, 16, stub_view(&s));
	talk_up(&t, &w);
	pdu_response(&w, WHOLE, 3, stub);
	talk_down(&t, &w);
	cr_expect_str_eq(arg_text(talk_last_call(&t), "service"), "in pieces");
	talk_close(&t);
	cr_assert_eq(t.stage->n_events, 3);
	cr_expect_eq(talk_last_call(&t)->call_id, 2);
	cr_expect_eq(talk_last_call(&t)->n_args, 0);
	talk_end(&t);
}

Test(calls, sealed_arguments_are_never_guessed)
{
	static struct stub s;
	static struct wire w;

	open_service(&s);
	for (unsigned level = 5; level <= 6; level++) {
		struct talk t = talk_begin(NULL);

		talk_bind(&t, UUID_SVCCTL, UUID_NDR32);
		pdu_request(&w, WHOLE, 2, 0, 16, stub_view(&s));
		pdu_end_auth(&w, 0, AUTH_NTLM, level, "0123456789abcdef", 16);
		talk_up(&t, &w);
		pdu_response(&w, WHOLE, 2, stub);
		pdu_end_auth(&w, 0, AUTH_NTLM, level, "0123456789abcdef", 16);
		talk_down(&t, &w);
		cr_expect_eq(talk_last_call(&t)->sealed, level == 6);
		cr_expect_eq(talk_last_call(&t)->auth_level, level);
		cr_expect_eq(talk_last_call(&t)->n_args, level == 6 ? 0 : 2);
		cr_expect_eq(talk_last_call(&t)->has_return_code, level != 6);
		cr_expect_eq(t.stage->counts.of[COUNT_RPC_CALL_CUT], 0);
		talk_end(&t);
	}
}

Test(calls, answers_and_calls_in_the_wrong_direction_are_malformed)
{
	static struct wire w;
	struct talk t = talk_begin(NULL);

	pdu_response(&w, WHOLE, 2, stub);
	talk_up(&t, &w);
	pdu_request(&w, WHOLE, 2, 0, 16, stub);
	talk_down(&t, &w);
	cr_expect_eq(t.stage->counts.of[COUNT_RPC_MALFORMED], 2);
	pdu_response(&w, WHOLE, 2, stub);
	talk_down(&t, &w);
	cr_expect_eq(t.stage->counts.of[COUNT_RPC_UNASKED], 1);
	talk_end(&t);
}

/* A PDU with nothing in it. */
static void pdu_empty(struct wire *w, enum pdu_type type, uint32_t call_id)
{
	pdu_end(w, pdu_begin(w, type, WHOLE, call_id));
}

Test(calls, cancel_orphaned_and_shutdown_end_no_association)
{
	static struct wire w;
	struct talk t = talk_begin("svcctl");

	talk_bind(&t, UUID_SVCCTL, UUID_NDR32);
	pdu_request(&w, WHOLE, 2, 0, 6, stub);
	pdu_empty(&w, PDU_CO_CANCEL, 2);
	pdu_empty(&w, PDU_ORPHANED, 3);
	talk_up(&t, &w);
	pdu_empty(&w, PDU_SHUTDOWN, 0);
	pdu_response(&w, WHOLE, 2, stub);
	talk_down(&t, &w);
	cr_assert_not_null(talk_last_call(&t));
	cr_expect(talk_last_call(&t)->has_response_bytes, "what was cancelled may still be answered");
	cr_assert_not_null(talk_call(&t, 6, stub, stub));
	cr_expect_eq(t.stage->counts.of[COUNT_RPC_MALFORMED], 0);
	talk_end(&t);
}

Test(calls, a_big_endian_client_is_read_as_well)
{
	static struct wire w = { .is_big_endian = true };
	static struct stub s = { .w = { .is_big_endian = true } };
	struct offer offer = { 0, UUID_SVCCTL, UUID_NDR32 };
	const char *syntax = UUID_NDR32;
	struct talk t = talk_begin("svcctl");

	pdu_bind(&w, PDU_BIND, 1, &offer, 1);
	talk_up(&t, &w);
	pdu_bind_ack(&w, PDU_BIND_ACK, 1, (const unsigned[]){ 0 }, &syntax, 1);
	talk_down(&t, &w);
	cr_expect_str_eq(talk_last_bind(&t)->contexts[0]->interface, "svcctl");
	open_service(&s);
	pdu_request(&w, WHOLE, 2, 0, 16, stub_view(&s));
	talk_up(&t, &w);
	pdu_response(&w, WHOLE, 2, view_of("\0\0\4\x24", 4));
	talk_down(&t, &w);
	cr_assert_not_null(talk_last_call(&t));
	cr_expect_str_eq(talk_last_call(&t)->operation, "OpenServiceW");
	cr_expect_str_eq(arg_text(talk_last_call(&t), "service"), "in pieces");
	cr_expect_eq(talk_last_call(&t)->return_code, 1060);
	talk_end(&t);
}

/* ---- without a bind ---- */

Test(calls, the_pipe_tells_the_interface_when_the_bind_was_missed)
{
	static struct stub s;
	struct talk t = talk_begin("svcctl");
	Ev__RpcCall *call;

	open_service(&s);
	call = talk_call(&t, 16, stub_view(&s), stub);
	cr_expect_str_eq(call->interface, "svcctl");
	cr_expect(call->inferred);
	cr_expect_str_eq(call->inferred_from, "pipe name");
	cr_expect_str_eq(arg_text(call, "service"), "in pieces");
	talk_end(&t);
}

Test(calls, in_either_syntax)
{
	static struct stub s = { .is_ndr64 = true };
	struct talk t = talk_begin("svcctl");

	open_service(&s);
	cr_expect_str_eq(arg_text(talk_call(&t, 16, stub_view(&s), stub), "service"), "in pieces");
	talk_end(&t);
}

Test(calls, on_a_pipe_of_two_interfaces_the_arguments_decide)
{
	static struct stub run, add;
	struct talk t = talk_begin("atsvc");
	Ev__RpcCall *call;

	stub_string(&run, "\\task");
	stub_u32(&run, 0);
	stub_wide(&run, 0);
	stub_u32(&run, 0);
	stub_u32(&run, 0);
	stub_unique(&run, NULL);
	call = talk_call(&t, 12, stub_view(&run), stub);
	cr_expect_str_eq(call->operation, "SchRpcRun");
	cr_expect_str_eq(arg_text(call, "path"), "\\task");
	stub_unique(&add, "\\\\host");
	stub_u32(&add, 1000);
	stub_u32(&add, 0);
	stub_u32(&add, 0);
	stub_u32(&add, 0x20000);
	stub_string(&add, "cmd");
	call = talk_call(&t, 0, stub_view(&add), stub);
	cr_expect_str_eq(call->operation, "NetrJobAdd");
	cr_expect_str_eq(arg_text(call, "command"), "cmd");
	call = talk_call(&t, 2, stub, stub);
	cr_expect_null(call->interface, "both have an opnum 2, and the arguments fit neither");
	cr_expect_not(call->has_inferred);
	talk_end(&t);
}

Test(calls, over_tcp_nothing_tells_it)
{
	struct talk t = talk_begin(NULL);
	Ev__RpcCall *call = talk_call(&t, 16, stub, stub);

	cr_expect_null(call->interface);
	cr_expect_eq(call->opnum, 16);
	talk_end(&t);
}

/* ---- scarcity ---- */

Test(assoc, without_memory_there_is_none)
{
	struct stage *s = stage_new(64);
	struct pipe_place place = { .parties = &s->parties, .pipe = "svcctl" };

	cr_expect_null(rpc_pipe_ops.open(&s->env, &place));
	cr_expect_eq(s->counts.of[COUNT_POOL_FULL], 1);
	stage_free(s);
}

Test(assoc, a_full_arena_gives_up_the_event_and_counts_it)
{
	static struct wire w;
	struct talk t = talk_begin("svcctl");

	pdu_request(&w, WHOLE, 2, 0, 16, stub);
	talk_up(&t, &w);
	stage_packet(t.stage);
	arena_get(&t.stage->arena, t.stage->arena.cap_bytes - 64);
	rpc_pipe_ops.close(t.assoc);
	t.assoc = NULL;
	cr_expect_eq(t.stage->n_events, 0);
	cr_expect_eq(t.stage->counts.of[COUNT_ARENA_FULL], 1);
	talk_end(&t);
}

Test(assoc, its_first_bytes_are_recognised)
{
	static struct wire w;

	pdu_request(&w, WHOLE, 2, 0, 16, stub);
	cr_expect(rpc_pipe_ops.looks_like(wire_view(&w)));
	cr_expect(rpc_pipe_ops.looks_like(view_of("\5\0\13", 3)));
	cr_expect_not(rpc_pipe_ops.looks_like(view_of("\5\0\12", 3)));
	cr_expect_not(rpc_pipe_ops.looks_like(view_of("hello, this is text", 19)));
	cr_expect_not(rpc_pipe_ops.looks_like(view_of(NULL, 0)));
}
