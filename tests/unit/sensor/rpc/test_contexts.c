#include "tests/unit/sensor/rpc/rpc_wire.h"

#include <criterion/criterion.h>
#include <string.h>

static const struct view stub = { .bytes = (const uint8_t *)"stub", .n = 4 };

Test(binds, each_context_has_its_own_answer_and_feature_negotiation_is_none)
{
	static struct wire w;
	struct offer offers[] = { { 0, UUID_SVCCTL, UUID_NDR32 }, { 1, UUID_SVCCTL, UUID_NDR64 }, { 2, UUID_SVCCTL, UUID_FEATURES } };
	const char *syntaxes[] = { UUID_NDR32, UUID_NDR64, UUID_FEATURES };
	struct talk t = talk_begin("svcctl");
	Ev__RpcBind *bind;

	pdu_bind(&w, PDU_BIND, 1, offers, 3);
	talk_up(&t, &w);
	cr_expect_eq(t.stage->n_events, 0, "not before it is answered");
	pdu_bind_ack(&w, PDU_BIND_ACK, 1, (const unsigned[]){ 2, 0, 3 }, syntaxes, 3);
	talk_down(&t, &w);
	bind = talk_last_bind(&t);
	cr_assert_not_null(bind);
	cr_expect_str_eq(bind->transport, "pipe");
	cr_expect_str_eq(bind->pipe, "svcctl");
	cr_expect_str_eq(bind->pdu, "bind");
	cr_expect_str_eq(bind->secondary_address, "49668");
	cr_expect_eq(bind->session_id, 7);
	cr_assert_eq(bind->n_contexts, 2);
	cr_expect_str_eq(bind->contexts[0]->interface, "svcctl");
	cr_expect_not(bind->contexts[0]->accepted);
	cr_expect_eq(bind->contexts[0]->reason, 2);
	cr_expect_str_eq(bind->contexts[0]->refused_because, "transfer syntaxes not supported");
	cr_expect_str_eq(bind->contexts[1]->transfer_syntax, "ndr64");
	cr_expect_null(bind->contexts[1]->refused_because);
	cr_expect_eq(bind->n_features_offered, 2);
	cr_assert_eq(bind->n_features, 1);
	cr_expect_str_eq(bind->features[0], "keep connection on orphan");
	cr_expect(bind->contexts[1]->accepted);
	cr_expect_not(bind->contexts[1]->has_reason);
	cr_expect_eq(t.stage->events[0]->time, 1000);
	cr_expect_eq(t.stage->events[0]->response_time, 1001);
	cr_expect(t.stage->events[0]->has_status);
	talk_end(&t);
}

Test(binds, an_unanswered_one_is_reported_at_the_end)
{
	static struct wire w;
	struct offer offer = { 0, UUID_SVCCTL, UUID_NDR32 };
	struct talk t = talk_begin("svcctl");

	pdu_bind(&w, PDU_BIND, 1, &offer, 1);
	talk_up(&t, &w);
	talk_close(&t);
	cr_assert_eq(t.stage->n_events, 1);
	cr_expect_not(t.stage->events[0]->has_status);
	cr_expect_not(t.stage->events[0]->has_response_time);
	cr_expect_not(talk_last_bind(&t)->contexts[0]->has_accepted);
	talk_end(&t);
}

Test(binds, a_nak_refuses_all_of_it)
{
	static struct wire w;
	struct offer offer = { 0, UUID_SVCCTL, UUID_NDR32 };
	struct talk t = talk_begin(NULL);
	size_t begin;

	pdu_bind(&w, PDU_BIND, 1, &offer, 1);
	talk_up(&t, &w);
	begin = pdu_begin(&w, PDU_BIND_NAK, WHOLE, 1);
	wire_u16(&w, 4);
	wire_zeros(&w, 6);
	pdu_end(&w, begin);
	talk_down(&t, &w);
	cr_assert_not_null(talk_last_bind(&t));
	cr_expect_str_eq(talk_last_bind(&t)->transport, "tcp");
	cr_expect_not(talk_last_bind(&t)->has_session_id);
	cr_expect(talk_last_bind(&t)->contexts[0]->has_accepted);
	cr_expect_not(talk_last_bind(&t)->contexts[0]->accepted);
	cr_expect_eq(talk_last_bind(&t)->contexts[0]->reason, 4);
	cr_expect_eq(t.stage->events[0]->status, 4);
	talk_end(&t);
}

Test(binds, tokens_of_both_sides_are_read_and_auth3_does_not_end_the_association)
{
	static const char negotiate[] = "NTLMSSP\0\1\0\0\0\7\2\0\0";
	static struct wire w;
	struct offer offer = { 0, UUID_SVCCTL, UUID_NDR32 };
	const char *syntax = UUID_NDR32;
	struct talk t = talk_begin(NULL);
	size_t begin;

	pdu_bind(&w, PDU_BIND, 1, &offer, 1);
	pdu_end_auth(&w, 0, AUTH_NTLM, 5, negotiate, 16);
	talk_up(&t, &w);
	pdu_bind_ack(&w, PDU_BIND_ACK, 1, (const unsigned[]){ 0 }, &syntax, 1);
	pdu_end_auth(&w, 0, AUTH_NTLM, 5, "garbage", 7);
	talk_down(&t, &w);
	cr_expect_eq(talk_last_bind(&t)->auth_type, 10);
	cr_expect_eq(talk_last_bind(&t)->auth_level, 5);
	cr_assert_not_null(talk_last_bind(&t)->token);
	cr_expect_str_eq(talk_last_bind(&t)->token->mechanism, "ntlm");
	cr_expect_null(talk_last_bind(&t)->answer);
	cr_expect_eq(t.stage->counts.of[COUNT_AUTH_MALFORMED], 1);

	begin = pdu_begin(&w, PDU_AUTH3, WHOLE, 1);
	wire_u32(&w, 0);
	pdu_end_auth(&w, begin, AUTH_NTLM, 5, negotiate, 16);
	talk_up(&t, &w);
	cr_assert_eq(t.stage->n_events, 1, "not before something is answered");
	cr_assert_not_null(talk_call(&t, 6, stub, stub));
	cr_expect_str_eq(talk_last_call(&t)->operation, "QueryServiceStatus");
	cr_expect_eq(talk_last_call(&t)->auth_level, 5, "from the bind");
	cr_assert_eq(t.stage->n_events, 3);
	cr_expect_str_eq(t.stage->events[1]->rpc_bind->pdu, "auth3");
	cr_expect_not_null(t.stage->events[1]->rpc_bind->token);
	cr_expect_null(t.stage->events[1]->rpc_bind->logon, "that was no AUTHENTICATE");
	cr_expect_eq(t.stage->events[1]->rpc_bind->n_contexts, 0);
	talk_end(&t);
}

Test(binds, a_token_is_read_however_much_stands_behind_it)
{
	static char padded[60000] = "NTLMSSP\0\1\0\0\0\7\2\0\0";
	static struct wire w;
	struct offer offer = { 0, UUID_SVCCTL, UUID_NDR32 };
	const char *syntax = UUID_NDR32;
	struct talk t = talk_begin(NULL);

	pdu_bind(&w, PDU_BIND, 1, &offer, 1);
	pdu_end_auth(&w, 0, AUTH_NTLM, 5, padded, sizeof(padded));
	talk_up(&t, &w);
	pdu_bind_ack(&w, PDU_BIND_ACK, 1, (const unsigned[]){ 0 }, &syntax, 1);
	talk_down(&t, &w);
	cr_assert_not_null(talk_last_bind(&t)->token);
	cr_expect_str_eq(talk_last_bind(&t)->token->mechanism, "ntlm");
	talk_end(&t);
}

/* An AUTH3 with an NTLM AUTHENTICATE of nobody. */
static void pdu_auth3(struct wire *w)
{
	static struct wire token;
	size_t begin = pdu_begin(w, PDU_AUTH3, WHOLE, 1);

	token.n = 0;
	wire_bytes(&token, "NTLMSSP\0\3\0\0\0", 12);
	wire_zeros(&token, 6 * 8);
	wire_u32(&token, 0x201);
	wire_u32(w, 0);
	pdu_end_auth(w, begin, AUTH_NTLM, 5, token.bytes, token.n);
}

Test(binds, the_first_answer_shows_whether_a_logon_was_believed)
{
	static const struct { uint32_t fault; const char *logon; } rows[] = {
		{ 0, "success" }, { 5, "failure" }, { 1825, "failure" }, { 0x1c010002, "success" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		static struct wire w;
		struct talk t = talk_begin(NULL);
		const Ev__RpcBind *auth3;

		pdu_auth3(&w);
		talk_up(&t, &w);
		pdu_request(&w, WHOLE, 2, 0, 6, stub);
		talk_up(&t, &w);
		if (rows[i].fault == 0)
			pdu_response(&w, WHOLE, 2, stub);
		else
			pdu_fault(&w, 2, rows[i].fault);
		talk_down(&t, &w);
		cr_assert_eq(t.stage->n_events, 2);
		auth3 = t.stage->events[0]->rpc_bind;
		cr_expect_str_eq(auth3->pdu, "auth3");
		cr_expect_str_eq(auth3->logon, rows[i].logon, "fault %u", rows[i].fault);
		cr_expect(auth3->logon_inferred);
		cr_expect_eq(t.stage->events[0]->status, rows[i].fault);
		talk_end(&t);
	}
}

Test(binds, an_auth3_that_nothing_answers_is_reported_at_the_end)
{
	static struct wire w;
	struct talk t = talk_begin(NULL);

	pdu_auth3(&w);
	talk_up(&t, &w);
	pdu_auth3(&w);
	talk_up(&t, &w);
	cr_expect_eq(t.stage->n_events, 1, "another one shows that the first is over");
	talk_close(&t);
	cr_assert_eq(t.stage->n_events, 2);
	cr_expect_null(talk_last_bind(&t)->logon);
	cr_expect_not(t.stage->events[1]->has_status);
	talk_end(&t);
}

Test(binds, alter_context_adds_and_replaces)
{
	static struct wire w;
	struct offer offers[] = { { 0, UUID_ATSVC, UUID_NDR32 }, { 5, UUID_SCHEDULE, UUID_NDR32 } };
	const char *syntaxes[] = { UUID_NDR32, UUID_NDR32 };
	struct talk t = talk_begin(NULL);

	talk_bind(&t, UUID_SVCCTL, UUID_NDR32);
	pdu_bind(&w, PDU_ALTER_CONTEXT, 2, offers, 2);
	talk_up(&t, &w);
	pdu_bind_ack(&w, PDU_ALTER_CONTEXT_RESP, 2, (const unsigned[]){ 0, 0 }, syntaxes, 2);
	talk_down(&t, &w);
	cr_expect_str_eq(talk_last_bind(&t)->pdu, "alter_context");
	pdu_request(&w, WHOLE, 3, 5, 0, stub);
	pdu_request(&w, WHOLE, 4, 0, 2, stub);
	talk_up(&t, &w);
	talk_close(&t);
	cr_assert_eq(t.stage->n_events, 4);
	cr_expect_str_eq(t.stage->events[2]->rpc_call->operation, "SchRpcHighestVersion");
	cr_expect_str_eq(t.stage->events[3]->rpc_call->operation, "NetrJobEnum");
	talk_end(&t);
}

Test(binds, contexts_past_the_limit_push_out_others_and_are_counted)
{
	static struct wire w;
	struct talk t = talk_begin(NULL);

	for (unsigned i = 0; i < LIMIT_RPC_CONTEXTS + 3; i++) {
		struct offer offer = { i, UUID_SVCCTL, UUID_NDR32 };

		pdu_bind(&w, PDU_ALTER_CONTEXT, i + 1, &offer, 1);
		talk_up(&t, &w);
	}
	cr_expect_eq(t.stage->counts.of[COUNT_RPC_TABLE_FULL], 3);
	talk_end(&t);
}
