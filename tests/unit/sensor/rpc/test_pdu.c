#include "sensor/rpc/pdu.h"
#include "tests/lib/ladder.h"
#include "tests/unit/sensor/rpc/rpc_wire.h"

#include <criterion/criterion.h>

static enum pdu_frame frame(const struct wire *w)
{
	size_t n_bytes;

	return pdu_frame(wire_view(w), &n_bytes);
}

Test(pdu, a_whole_pdu_is_known_by_its_length)
{
	static struct wire w;
	size_t n_bytes;

	pdu_request(&w, WHOLE, 1, 0, 15, view_of("stub", 4));
	wire_u8(&w, 5);
	cr_expect_eq(pdu_frame(wire_view(&w), &n_bytes), PDU_WHOLE);
	cr_expect_eq(n_bytes, 28);
	w.n = 27;
	cr_expect_eq(pdu_frame(wire_view(&w), &n_bytes), PDU_MORE);
}

Test(pdu, only_the_byte_order_of_the_label_matters_to_a_server)
{
	static const struct { size_t at; uint8_t value; const char *why; } rows[] = {
		{ 4, 0x11, "EBCDIC" }, { 5, 1, "VAX floats" }, { 6, 1, "reserved" }, { 7, 0xFF, "reserved" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		static struct wire w;

		w.n = 0;
		pdu_request(&w, WHOLE, 1, 0, 15, view_of("stub", 4));
		cr_expect(pdu_is_usual(wire_view(&w)));
		w.bytes[rows[i].at] = rows[i].value;
		cr_expect_eq(frame(&w), PDU_WHOLE, "%s", rows[i].why);
		cr_expect_not(pdu_is_usual(wire_view(&w)), "but it is not looked for among other bytes");
	}
}

Test(pdu, what_no_implementation_reads_is_bad)
{
	static const struct { size_t at; uint8_t value; const char *why; } rows[] = {
		{ 0, 4, "version 4 is connectionless" },
		{ 1, 2, "minor version" },
		{ 2, 1, "ping is connectionless" },
		{ 2, 20, "type past the last" },
		{ 4, 0x20, "no byte order" },
		{ 8, 15, "shorter than its header" },
		{ 10, 5, "an auth trailer that would begin inside the header" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		static struct wire w;

		w.n = 0;
		pdu_request(&w, WHOLE, 1, 0, 15, view_of("stub", 4));
		cr_assert_eq(frame(&w), PDU_WHOLE);
		w.bytes[rows[i].at] = rows[i].value;
		cr_expect_eq(frame(&w), PDU_BAD, "%s", rows[i].why);
	}
}

Test(pdu, an_auth_trailer_and_its_padding_are_taken_off)
{
	static struct wire w;
	struct pdu pdu;
	struct view stub;
	size_t begin = pdu_begin(&w, PDU_RESPONSE, WHOLE, 3);

	wire_zeros(&w, 8);
	wire_bytes(&w, "stub!", 5);
	pdu_end_auth(&w, begin, AUTH_NTLM, 5, "token", 5);
	cr_assert(pdu_parse(wire_view(&w), &pdu));
	cr_expect_eq(pdu.auth_type, 10);
	cr_expect_eq(pdu.auth_level, 5);
	cr_expect(view_equals(pdu.token, view_of("token", 5)));
	cr_assert(pdu_response_parse(&pdu, &stub));
	cr_expect(view_equals(stub, view_of("stub!", 5)));
}

Test(pdu, padding_longer_than_the_body_is_rejected)
{
	static struct wire w;
	struct pdu pdu;
	size_t begin = pdu_begin(&w, PDU_RESPONSE, WHOLE, 3);

	wire_zeros(&w, 8);
	pdu_end_auth(&w, begin, AUTH_NTLM, 5, "tokn", 4);
	w.bytes[24 + 2] = 8;
	cr_expect(pdu_parse(wire_view(&w), &pdu), "all of the body");
	cr_expect_eq(pdu.body.n, 0);
	w.bytes[24 + 2] = 9;
	cr_expect_not(pdu_parse(wire_view(&w), &pdu), "one more");
}

Test(pdu, an_object_stands_before_the_stub)
{
	static struct wire w = { .is_big_endian = true };
	struct pdu pdu;
	struct pdu_request request;
	size_t begin = pdu_begin(&w, PDU_REQUEST, WHOLE | PDU_OBJECT_UUID, 3);

	wire_u32(&w, 0);
	wire_u16(&w, 2);
	wire_u16(&w, 24);
	wire_uuid(&w, UUID_ATSVC);
	wire_u8(&w, 'x');
	pdu_end(&w, begin);
	cr_assert(pdu_parse(wire_view(&w), &pdu));
	cr_assert(pdu_request_parse(&pdu, &request));
	cr_expect_eq(request.context_id, 2);
	cr_expect_eq(request.opnum, 24);
	cr_expect(request.has_object);
	cr_expect_eq(request.object.bytes[0], 0x1f);
	cr_expect_eq(request.stub.n, 1);
}

Test(pdu, a_bind_may_offer_as_many_contexts_as_it_can_count)
{
	static struct wire w;
	static struct offer offers[LIMIT_RPC_CONTEXTS];
	static struct pdu_bind bind;
	struct pdu pdu;

	for (size_t i = 0; i < LIMIT_RPC_CONTEXTS; i++)
		offers[i] = (struct offer){ (unsigned)i, UUID_SVCCTL, UUID_NDR32 };
	pdu_bind(&w, PDU_BIND, 1, offers, LIMIT_RPC_CONTEXTS);
	cr_assert(pdu_parse(wire_view(&w), &pdu));
	cr_assert(pdu_bind_parse(&pdu, &bind));
	cr_expect_eq(bind.n_contexts, LIMIT_RPC_CONTEXTS);
	cr_expect_eq(bind.contexts[LIMIT_RPC_CONTEXTS - 1].id, LIMIT_RPC_CONTEXTS - 1);
}

Test(pdu, a_context_list_one_longer_than_the_pdu_is_rejected)
{
	static struct wire w;
	static struct pdu_bind bind;
	struct offer offer = { 0, UUID_SVCCTL, UUID_NDR32 };
	struct pdu pdu;

	pdu_bind(&w, PDU_BIND, 1, &offer, 1);
	w.bytes[24] = 2;
	cr_assert(pdu_parse(wire_view(&w), &pdu));
	cr_expect_not(pdu_bind_parse(&pdu, &bind));
}

static void each(struct view prefix, void *ctx)
{
	static struct pdu_bind bind;
	static struct pdu_bind_ack ack;
	struct pdu_request request;
	struct view stub;
	struct pdu pdu;
	uint32_t status;
	uint16_t reason;
	size_t n_bytes;

	cr_expect_eq(pdu_frame(prefix, &n_bytes) == PDU_WHOLE, prefix.n == *(size_t *)ctx);
	if (!pdu_parse(prefix, &pdu))
		return;
	cr_expect_eq(prefix.n, *(size_t *)ctx);
	pdu_bind_parse(&pdu, &bind);
	pdu_bind_ack_parse(&pdu, &ack);
	pdu_bind_nak_parse(&pdu, &reason);
	pdu_request_parse(&pdu, &request);
	pdu_response_parse(&pdu, &stub);
	pdu_fault_parse(&pdu, &status);
}

Test(pdu, no_prefix_is_taken_for_the_whole)
{
	static struct wire bind, ack, request;
	struct offer offers[] = { { 0, UUID_SVCCTL, UUID_NDR32 }, { 1, UUID_SVCCTL, UUID_FEATURES } };
	const char *syntaxes[] = { UUID_NDR32, UUID_NDR32 };

	pdu_bind(&bind, PDU_BIND, 1, offers, 2);
	pdu_bind_ack(&ack, PDU_BIND_ACK, 1, (const unsigned[]){ 0, 3 }, syntaxes, 2);
	pdu_request(&request, WHOLE, 1, 0, 12, view_of("stub", 4));
	ladder(bind.bytes, bind.n, each, &bind.n);
	ladder(ack.bytes, ack.n, each, &ack.n);
	ladder(request.bytes, request.n, each, &request.n);
}
