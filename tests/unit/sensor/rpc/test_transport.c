#include "sensor/auth/token.h"
#include "tests/lib/line.h"
#include "tests/unit/sensor/rpc/rpc_wire.h"

#include <criterion/criterion.h>
#include <string.h>

static const struct view stub = { .bytes = (const uint8_t *)"stub", .n = 4 };

static const struct tcp_ends *ends(bool midstream)
{
	static struct line line;

	line_init(&line, 0, midstream);
	return &line.flow.ends;
}

static void feed(struct stage *s, struct conn *c, enum way way, struct wire *w)
{
	stage_packet(s);
	rpc_conn_ops.feed(c, way, wire_view(w), 1);
	w->n = 0;
}

Test(tcp, who_calls_is_the_client_whoever_opened)
{
	for (int way = FROM_OPENER; way <= FROM_OPENED; way++) {
		static struct wire w;
		struct stage *s = stage_new(0);
		const struct tcp_ends *e = ends(false);
		struct conn *c = rpc_conn_ops.open(&s->env, e);

		cr_expect_eq(rpc_conn_ops.client_sends(c), FROM_OPENER);
		pdu_request(&w, WHOLE, 1, 0, 3, stub);
		feed(s, c, (enum way)way, &w);
		pdu_response(&w, WHOLE, 1, stub);
		feed(s, c, way == FROM_OPENER ? FROM_OPENED : FROM_OPENER, &w);
		cr_expect_eq(rpc_conn_ops.client_sends(c), way);
		cr_assert_eq(s->n_events, 1);
		cr_expect_eq(s->events[0]->client->port, way == FROM_OPENER ? 49152 : 445);
		cr_expect_str_eq(s->events[0]->community_id, "1:test");
		cr_expect_str_eq(s->events[0]->rpc_call->transport, "tcp");
		cr_expect_eq(rpc_conn_ops.malformed(c), 0);
		rpc_conn_ops.close(c, "fin", 1);
		stage_free(s);
	}
}

Test(tcp, a_server_s_answer_seen_first_shows_the_roles_too)
{
	static struct wire w;
	struct stage *s = stage_new(0);
	const struct tcp_ends *e = ends(true);
	struct conn *c = rpc_conn_ops.open(&s->env, e);

	pdu_response(&w, WHOLE, 1, stub);
	feed(s, c, FROM_OPENER, &w);
	cr_expect_eq(rpc_conn_ops.client_sends(c), FROM_OPENED);
	cr_expect_eq(s->counts.of[COUNT_RPC_UNASKED], 1);
	rpc_conn_ops.gap(c, FROM_OPENED, 10, 1);
	rpc_conn_ops.close(c, "fin", 1);
	stage_free(s);
}

Test(tcp, the_middle_of_a_stream_is_not_malformed)
{
	static struct wire w;
	struct stage *s = stage_new(0);
	const struct tcp_ends *e = ends(true);
	struct conn *c = rpc_conn_ops.open(&s->env, e);

	wire_ascii(&w, "the end of some stub");
	feed(s, c, FROM_OPENER, &w);
	pdu_request(&w, WHOLE, 1, 0, 3, stub);
	feed(s, c, FROM_OPENER, &w);
	cr_expect_eq(rpc_conn_ops.malformed(c), 0);
	rpc_conn_ops.close(c, "end of capture", 1);
	cr_expect_eq(s->n_events, 1);
	stage_free(s);
}

Test(tcp, malformed_messages_are_counted_by_connection)
{
	static struct wire w;
	struct stage *s = stage_new(0);
	const struct tcp_ends *e = ends(false);
	struct conn *c = rpc_conn_ops.open(&s->env, e);

	pdu_request(&w, WHOLE, 1, 0, 3, stub);
	feed(s, c, FROM_OPENER, &w);
	pdu_end(&w, pdu_begin(&w, PDU_BIND, WHOLE, 1));
	feed(s, c, FROM_OPENER, &w);
	wire_ascii(&w, "no PDU at all, but text");
	feed(s, c, FROM_OPENER, &w);
	cr_expect_eq(rpc_conn_ops.malformed(c), 2);
	rpc_conn_ops.close(c, "fin", 1);
	stage_free(s);
}

Test(tcp, it_claims_the_endpoint_mapper_and_whatever_begins_with_a_pdu)
{
	static struct wire w;
	struct offer offer = { 0, UUID_SVCCTL, UUID_NDR32 };

	cr_expect(rpc_conn_ops.claims(135, view_of("x", 1)));
	cr_expect_not(rpc_conn_ops.claims(49664, view_of("GET / HTTP/1.1\r\n", 16)));
	pdu_bind(&w, PDU_BIND, 1, &offer, 1);
	cr_expect(rpc_conn_ops.claims(49664, wire_view(&w)));
	cr_expect_not(rpc_conn_ops.claims(49664, view_of(w.bytes, 15)));
	w.n = 0;
	pdu_response(&w, WHOLE, 1, stub);
	cr_expect(rpc_conn_ops.claims(49664, wire_view(&w)), "mid-stream an answer may come first");
}

Test(tcp, without_memory_there_is_none)
{
	for (size_t pool_bytes = 128; pool_bytes <= 256; pool_bytes *= 2) {	/* none for the connection, then none for the association */
		struct stage *s = stage_new(pool_bytes);
		const struct tcp_ends *e = ends(false);

		cr_expect_null(rpc_conn_ops.open(&s->env, e));
		cr_expect_eq(s->counts.of[COUNT_POOL_FULL], 1);
		stage_free(s);
	}
}

Test(http, it_is_named_and_counted_and_not_read)
{
	struct stage *s = stage_new(0);
	const struct tcp_ends *e = ends(false);
	struct conn *c;

	cr_expect(rpc_http_conn_ops.claims(0, view_of("ncacn_http/1.0", 14)));
	cr_expect(rpc_http_conn_ops.claims(0, view_of("RPC_IN_DATA /rpc", 16)));
	cr_expect(rpc_http_conn_ops.claims(0, view_of("RPC_OUT_DATA /rpc", 17)));
	cr_expect_not(rpc_http_conn_ops.claims(593, view_of("ncacn_http/1", 12)));
	cr_expect_not(rpc_http_conn_ops.claims(593, view_of("GET / HTTP/1.1", 14)));
	c = rpc_http_conn_ops.open(&s->env, e);
	cr_assert_not_null(c);
	rpc_http_conn_ops.feed(c, FROM_OPENED, view_of("ncacn_http/1.0", 14), 1);
	rpc_http_conn_ops.gap(c, FROM_OPENER, 5, 2);
	cr_expect_eq(rpc_http_conn_ops.malformed(c), 0);
	cr_expect_eq(rpc_http_conn_ops.client_sends(c), FROM_OPENER);
	rpc_http_conn_ops.close(c, "fin", 3);
	cr_expect_eq(s->n_events, 0);
	cr_expect_eq(s->counts.of[COUNT_RPC_HTTP], 1);
	stage_free(s);
}
