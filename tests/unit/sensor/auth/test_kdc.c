#include "sensor/auth/kdc.h"
#include "sensor/auth/shown.h"
#include "sensor/auth/tickets.h"
#include "sensor/core/ends.h"
#include "tests/lib/line.h"
#include "tests/lib/stage.h"
#include "tests/unit/sensor/auth/auth.h"
#include "tests/unit/sensor/auth/krb_wire.h"

#include <criterion/criterion.h>

static const struct view NOTHING;
static const int64_t SECOND = INT64_C(1000000000);

/* A stage with a memory of tickets and a KDC's two transports. */
struct scene {
	struct stage *s;
	const struct tcp_ends *ends;
	struct conn *conn;
	struct kdc_udp *udp;
};

static struct scene begin(void)
{
	static struct line line;
	struct scene c = { .s = stage_new(0) };

	c.s->env.tickets = tickets_new(c.s->env.pool, &c.s->counts, &limits_default);
	line_init(&line, 0, false);
	c.ends = &line.flow.ends;
	c.udp = kdc_udp_new(&c.s->env);
	return c;
}

static void open_tcp(struct scene *c)
{
	c->conn = kdc_conn_ops.open(&c->s->env, c->ends);
}

static void end(struct scene *c)
{
	if (c->conn != NULL)
		kdc_conn_ops.close(c->conn, "fin", 0);
	kdc_udp_free(c->udp);
	tickets_free(c->s->env.tickets);
	c->s->env.tickets = NULL;
	stage_free(c->s);
}

/* One message over TCP, cut into pieces of ${cut} bytes. */
static void tcp(struct scene *c, enum way way, const struct wire *message, size_t cut, int64_t time_ns)
{
	static struct wire w;
	struct view left;

	w.n = 0;
	krb_record(&w, wire_view(message));
	for (left = wire_view(&w); left.n > 0; left = view_after(left, cut)) {
		stage_packet(c->s);
		kdc_conn_ops.feed(c->conn, way, view_first(left, cut), time_ns);
	}
}

static void udp(struct scene *c, bool to_kdc, const struct wire *message, int64_t time_ns)
{
	struct datagram d = { .payload = wire_view(message), .wire_bytes = message->n };

	d.from = to_kdc ? c->s->parties.client : c->s->parties.server;
	d.to = to_kdc ? c->s->parties.server : c->s->parties.client;
	stage_packet(c->s);
	cr_assert(kdc_udp_claims(&d));
	kdc_udp_feed(c->udp, &d, time_ns);
}

static const Ev__KrbAs *as_event(const struct scene *c, size_t i)
{
	cr_assert_lt(i, c->s->n_events);
	cr_assert_eq(c->s->events[i]->body_case, EV__EVENT__BODY_KRB_AS);
	return c->s->events[i]->krb_as;
}

static const Ev__KrbTgs *tgs_event(const struct scene *c, size_t i)
{
	cr_assert_lt(i, c->s->n_events);
	cr_assert_eq(c->s->events[i]->body_case, EV__EVENT__BODY_KRB_TGS);
	return c->s->events[i]->krb_tgs;
}

/* A logon as dave: the ticket-granting ticket is sealed as "tgt". */
static void log_on(struct scene *c)
{
	struct wire asked = { .n = 0 }, answered = { .n = 0 };

	krb_as_req(&asked, "dave", NOTHING);
	krb_reply(&answered, 11, "dave", "krbtgt/LAB.EXAMPLE", "tgt");
	udp(c, true, &asked, 1);
	udp(c, false, &answered, 2);
}

Test(kdc, a_logon_over_tcp_is_one_event_whatever_the_cut)
{
	for (size_t cut = 1; cut < 400; cut += 13) {
		struct scene c = begin();
		struct wire padata = { .n = 0 }, asked = { .n = 0 }, answered = { .n = 0 };
		const Ev__KrbAs *e;

		open_tcp(&c);
		krb_timestamp(&padata, "17");
		krb_as_req(&asked, "dave", wire_view(&padata));
		krb_reply(&answered, 11, "dave", "krbtgt/LAB.EXAMPLE", "tgt");
		tcp(&c, FROM_OPENER, &asked, cut, 5);
		tcp(&c, FROM_OPENED, &answered, cut, 9);
		cr_assert_eq(c.s->n_events, 1);
		e = as_event(&c, 0);
		cr_expect_eq(c.s->events[0]->time, 5);
		cr_expect_eq(c.s->events[0]->response_time, 9);
		cr_expect_str_eq(e->client, "dave");
		cr_expect_str_eq(e->workstation, "KALI");
		cr_expect(e->preauth);
		cr_expect_eq(e->preauth_etype, 23);
		cr_expect_str_eq(e->preauth_types[0], "enc-timestamp");
		cr_expect_eq(e->n_offered_etypes, 3);
		cr_expect_eq(e->ticket_etype, 18);
		cr_expect_eq(e->reply_etype, 23);
		cr_expect(e->has_ticket_id);
		end(&c);
	}
}

Test(kdc, who_asks_is_the_client_even_if_the_other_side_opened)
{
	struct scene c = begin();
	struct wire asked = { .n = 0 };

	open_tcp(&c);
	krb_as_req(&asked, "dave", NOTHING);
	tcp(&c, FROM_OPENED, &asked, SIZE_MAX, 5);
	kdc_conn_ops.close(c.conn, "fin", 0);
	c.conn = NULL;
	cr_assert_eq(c.s->n_events, 1);
	cr_expect_eq(c.s->events[0]->client->port, ends_port(c.ends, FROM_OPENED));
	cr_expect_not(c.s->events[0]->has_response_time);
	cr_expect_eq(c.s->counts.of[COUNT_KRB_UNANSWERED], 1);
	end(&c);
}

Test(kdc, pipelined_requests_get_their_answers_in_order)
{
	struct scene c = begin();
	struct wire one = { .n = 0 }, two = { .n = 0 }, first = { .n = 0 }, second = { .n = 0 };

	open_tcp(&c);
	krb_tgs_req(&one, "cifs/a", "t", NOTHING);
	krb_tgs_req(&two, "cifs/b", "t", NOTHING);
	krb_reply(&first, 13, "dave", "cifs/a", "for a");
	krb_error(&second, "07", "cifs/b", NOTHING);
	tcp(&c, FROM_OPENER, &one, SIZE_MAX, 1);
	tcp(&c, FROM_OPENER, &two, SIZE_MAX, 2);
	tcp(&c, FROM_OPENED, &first, SIZE_MAX, 3);
	tcp(&c, FROM_OPENED, &second, SIZE_MAX, 4);
	cr_assert_eq(c.s->n_events, 2);
	cr_expect_str_eq(tgs_event(&c, 0)->service, "cifs/a");
	cr_expect_str_eq(tgs_event(&c, 0)->client, "dave");
	cr_expect_eq(tgs_event(&c, 1)->error, 7);
	cr_expect_str_eq(tgs_event(&c, 1)->error_name, "KDC_ERR_S_PRINCIPAL_UNKNOWN");
	cr_expect_str_eq(tgs_event(&c, 1)->service, "cifs/b");
	end(&c);
}

Test(kdc, more_requests_than_anyone_sends_at_once_are_reported_unanswered)
{
	struct scene c = begin();
	struct wire asked = { .n = 0 };

	open_tcp(&c);
	krb_as_req(&asked, "dave", NOTHING);
	for (int i = 0; i < 20; i++)
		tcp(&c, FROM_OPENER, &asked, SIZE_MAX, i);
	cr_expect_eq(c.s->n_events, 12);
	cr_expect_eq(c.s->counts.of[COUNT_KRB_TABLE_FULL], 12);
	end(&c);
}

Test(kdc, after_a_hole_the_next_message_is_found)
{
	struct scene c = begin();
	struct wire asked = { .n = 0 }, w = { .n = 0 };

	open_tcp(&c);
	krb_as_req(&asked, "dave", NOTHING);
	krb_record(&w, wire_view(&asked));
	stage_packet(c.s);
	kdc_conn_ops.feed(c.conn, FROM_OPENER, view_first(wire_view(&w), 100), 1);
	kdc_conn_ops.gap(c.conn, FROM_OPENER, 10, 2);
	kdc_conn_ops.feed(c.conn, FROM_OPENER, view_after(wire_view(&w), 110), 2);
	tcp(&c, FROM_OPENER, &asked, 7, 3);
	kdc_conn_ops.close(c.conn, "fin", 0);
	c.conn = NULL;
	cr_expect_eq(c.s->n_events, 1);
	cr_expect_eq(c.s->counts.of[COUNT_KRB_RESYNC], 1);
	end(&c);
}

Test(kdc, bytes_that_are_no_message_are_counted_once)
{
	struct scene c = begin();
	struct wire junk = { .n = 0 };

	open_tcp(&c);
	wire_zeros(&junk, 5000);
	kdc_conn_ops.feed(c.conn, FROM_OPENER, wire_view(&junk), 1);
	cr_expect_eq(c.s->counts.of[COUNT_KRB_MALFORMED], 1);
	cr_expect_eq(kdc_conn_ops.malformed(c.conn), 1);
	end(&c);
}

Test(kdc, a_connection_is_claimed_by_its_bytes_alone)
{
	struct wire asked = { .n = 0 }, w = { .n = 0 };

	krb_as_req(&asked, "dave", NOTHING);
	krb_record(&w, wire_view(&asked));
	cr_expect(kdc_conn_ops.claims(0, view_first(wire_view(&w), CLAIM_BYTES)));
	cr_expect_not(kdc_conn_ops.claims(88, view_first(wire_view(&asked), CLAIM_BYTES)));
	cr_expect_not(kdc_conn_ops.claims(88, NOTHING));
	w.bytes[3]++;
	cr_expect_not(kdc_conn_ops.claims(88, view_first(wire_view(&w), CLAIM_BYTES)));
}

/* ---- UDP ---- */

Test(kdc, over_udp_a_repeated_packet_is_the_same_request)
{
	struct scene c = begin();
	struct wire asked = { .n = 0 }, answered = { .n = 0 };

	krb_as_req(&asked, "dave", NOTHING);
	krb_error(&answered, "19", "krbtgt/LAB.EXAMPLE", NOTHING);
	udp(&c, true, &asked, 1);
	udp(&c, true, &asked, 2);
	udp(&c, false, &answered, 3);
	udp(&c, false, &answered, 4);
	udp(&c, true, &asked, 5);
	cr_assert_eq(c.s->n_events, 1);
	cr_expect_eq(as_event(&c, 0)->error, 25);
	cr_expect_eq(c.s->events[0]->time, 1);
	cr_expect_eq(c.s->events[0]->response_time, 3);
	cr_expect_str_neq(c.s->events[0]->community_id, "");
	end(&c);
}

Test(kdc, over_udp_another_request_on_the_same_ports_is_another_event)
{
	struct scene c = begin();
	struct wire first = { .n = 0 }, padata = { .n = 0 }, second = { .n = 0 }, error = { .n = 0 }, reply = { .n = 0 };

	krb_as_req(&first, "dave", NOTHING);
	krb_error(&error, "19", "krbtgt/LAB.EXAMPLE", NOTHING);
	krb_timestamp(&padata, "12");
	krb_as_req(&second, "dave", wire_view(&padata));
	krb_reply(&reply, 11, "dave", "krbtgt/LAB.EXAMPLE", "tgt");
	udp(&c, true, &first, 1);
	udp(&c, false, &error, 2);
	udp(&c, true, &second, 3);
	udp(&c, false, &reply, 4);
	cr_assert_eq(c.s->n_events, 2);
	cr_expect_not(as_event(&c, 0)->preauth);
	cr_expect(as_event(&c, 1)->preauth);
	cr_expect_eq(as_event(&c, 1)->preauth_etype, 18);
	end(&c);
}

Test(kdc, over_udp_a_request_without_an_answer_is_reported_when_it_has_waited)
{
	struct scene c = begin();
	struct wire asked = { .n = 0 };

	krb_as_req(&asked, "dave", NOTHING);
	udp(&c, true, &asked, SECOND);
	kdc_udp_expire(c.udp, 11 * SECOND);
	cr_expect_eq(c.s->n_events, 0);
	kdc_udp_expire(c.udp, 11 * SECOND + 1);
	cr_assert_eq(c.s->n_events, 1);
	cr_expect_not(c.s->events[0]->has_response_time);
	end(&c);
}

Test(kdc, over_udp_a_flood_of_requests_is_bounded_and_counted)
{
	struct scene c = begin();
	struct wire asked = { .n = 0 };

	krb_as_req(&asked, "dave", NOTHING);
	for (unsigned port = 1; port <= KDC_UDP_MAX + 10; port++) {
		c.s->parties.client.port = port;
		udp(&c, true, &asked, port);
	}
	cr_expect_eq(c.s->n_events, 10);
	cr_expect_eq(c.s->counts.of[COUNT_KRB_TABLE_FULL], 10);
	cr_expect_leq(pool_used_bytes(c.s->env.pool), (size_t)1 << 20);
	c.s->arena.cap_bytes = 0;	/* what still waits shall emit nothing: the stage keeps no more events */
	end(&c);
}

Test(kdc, an_answer_whose_request_was_not_seen_says_what_it_holds)
{
	struct scene c = begin();
	struct wire reply = { .n = 0 }, error = { .n = 0 };

	krb_reply(&reply, 13, "dave", "cifs/fs1", "abc");
	krb_error(&error, "19", "cifs/fs1", NOTHING);
	udp(&c, false, &reply, 7);
	udp(&c, false, &error, 8);
	cr_assert_eq(c.s->n_events, 1);
	cr_expect_str_eq(tgs_event(&c, 0)->client, "dave");
	cr_expect_str_eq(tgs_event(&c, 0)->service, "cifs/fs1");
	cr_expect_eq(c.s->events[0]->time, 7);
	cr_expect_eq(c.s->counts.of[COUNT_KRB_UNASKED], 2);
	end(&c);
}

/* ---- whose ticket it is ---- */

/* An event that carries an AP-REQ for ${service} sealed as ${cipher}, completed as on its way out. */
static struct carrier {
	Ev__Event event;
	Ev__RpcBind bind;
	Ev__AuthToken token;
} carrier;

static const Ev__KerberosApReq *show(struct scene *c, const char *service, const char *cipher, int64_t time_ns)
{
	static struct wire w;

	w.n = 0;
	krb_ap_req(&w, service, cipher, "12");
	ev__event__init(&carrier.event);
	ev__rpc_bind__init(&carrier.bind);
	cr_assert(auth_read(wire_view(&w), &carrier.token));
	carrier.bind.token = &carrier.token;
	carrier.event.body_case = EV__EVENT__BODY_RPC_BIND;
	carrier.event.rpc_bind = &carrier.bind;
	carrier.event.client = &c->s->parties.client;
	carrier.event.time = time_ns;
	stage_packet(c->s);
	shown_complete(&c->s->env, &carrier.event);
	return carrier.token.kerberos;
}

/* A ticket for ${service}, asked for with the ticket of log_on, sealed as ${cipher}; NULL: the answer is not seen. */
static void get_ticket(struct scene *c, const char *service, const char *cipher, const char *client, struct view padata)
{
	struct wire asked = { .n = 0 }, answered = { .n = 0 };

	c->s->parties.client.port++;
	krb_tgs_req(&asked, service, "tgt", padata);
	udp(c, true, &asked, 10);
	if (cipher != NULL) {
		krb_reply(&answered, 13, client, service, cipher);
		udp(c, false, &answered, 11);
	} else {
		kdc_udp_end(c->udp);
	}
}

Test(kdc, the_ticket_that_is_shown_is_the_one_that_was_issued)
{
	struct scene c = begin();
	const Ev__KerberosApReq *m;

	log_on(&c);
	get_ticket(&c, "cifs/fs1", "abc", "dave", NOTHING);
	cr_expect_str_eq(tgs_event(&c, 1)->requester, "dave");
	m = show(&c, "cifs/fs1", "abc", 12);
	cr_expect_str_eq(m->client, "dave");
	cr_expect_str_eq(m->client_realm, "LAB.EXAMPLE");
	cr_expect_str_eq(m->inferred_by, "ticket");
	cr_expect_null(m->requester);
	end(&c);
}

Test(kdc, a_reply_that_hides_its_client_is_whose_ticket_was_shown)
{
	struct scene c = begin();

	log_on(&c);
	get_ticket(&c, "cifs/fs1", "abc", "WELLKNOWN/ANONYMOUS", NOTHING);
	cr_expect_str_eq(tgs_event(&c, 1)->client, "dave");
	cr_expect_str_eq(tgs_event(&c, 1)->client_realm, "LAB.EXAMPLE");
	cr_expect_str_eq(show(&c, "cifs/fs1", "abc", 12)->client, "dave");
	end(&c);
}

Test(kdc, a_hidden_client_for_whom_a_service_asks_stays_unknown)
{
	struct scene c = begin();
	struct wire padata = { .n = 0 };

	log_on(&c);
	krb_for_user(&padata, "Administrator");
	get_ticket(&c, "cifs/fs1", "abc", "WELLKNOWN/ANONYMOUS", wire_view(&padata));
	cr_expect_null(tgs_event(&c, 1)->client);
	end(&c);
}

Test(kdc, the_ticket_is_known_wherever_it_is_shown_from)
{
	static uint8_t elsewhere[] = { 192, 0, 2, 77 };
	struct scene c = begin();

	log_on(&c);
	get_ticket(&c, "cifs/fs1", "abc", "dave", NOTHING);
	c.s->parties.client.ip.data = elsewhere;
	cr_expect_str_eq(show(&c, "cifs/fs1", "abc", 12)->inferred_by, "ticket");
	cr_expect_null(show(&c, "cifs/fs1", "another", 12)->client);
	end(&c);
}

Test(kdc, where_the_ticket_was_not_seen_the_only_client_of_the_service_is_taken)
{
	struct scene c = begin();
	const Ev__KerberosApReq *m;

	log_on(&c);
	get_ticket(&c, "cifs/fs1", NULL, NULL, NOTHING);
	m = show(&c, "CIFS/fs1", "never seen", 12);
	cr_expect_str_eq(m->client, "dave");
	cr_expect_str_eq(m->inferred_by, "service");
	cr_expect_null(show(&c, "cifs/fs2", "never seen", 12)->client);
	cr_expect_null(show(&c, "cifs/fs1", "never seen", 13 + 24 * 3600 * SECOND)->client, "it is no longer good");
	end(&c);
}

Test(kdc, two_clients_of_one_service_on_one_host_are_not_guessed_between)
{
	struct scene c = begin();

	log_on(&c);
	get_ticket(&c, "cifs/fs1", "abc", "dave", NOTHING);
	cr_expect_str_eq(show(&c, "cifs/fs1", "other", 12)->client, "dave");
	get_ticket(&c, "cifs/fs1", "def", "carol", NOTHING);
	cr_expect_null(show(&c, "cifs/fs1", "other", 13)->client);
	cr_expect_str_eq(show(&c, "cifs/fs1", "abc", 13)->client, "dave");
	cr_expect_str_eq(show(&c, "cifs/fs1", "def", 13)->client, "carol");
	end(&c);
}

Test(kdc, a_service_that_speaks_for_somebody_is_named_beside_them)
{
	struct scene c = begin();
	struct wire padata = { .n = 0 };
	const Ev__KerberosApReq *m;

	log_on(&c);
	krb_for_user(&padata, "Administrator");
	get_ticket(&c, "cifs/fs1", "abc", "Administrator", wire_view(&padata));
	cr_expect_str_eq(tgs_event(&c, 1)->for_user, "Administrator@LAB.EXAMPLE");
	cr_expect_str_eq(tgs_event(&c, 1)->requester, "dave");
	m = show(&c, "cifs/fs1", "abc", 12);
	cr_expect_str_eq(m->client, "Administrator");
	cr_expect_str_eq(m->requester, "dave");
	end(&c);
}

Test(kdc, a_request_for_somebody_else_that_was_not_answered_tells_nothing)
{
	struct scene c = begin();
	struct wire padata = { .n = 0 };

	log_on(&c);
	krb_for_user(&padata, "Administrator");
	get_ticket(&c, "cifs/fs1", NULL, NULL, wire_view(&padata));
	cr_expect_null(show(&c, "cifs/fs1", "abc", 12)->client);
	end(&c);
}

Test(kdc, a_referral_names_what_was_issued_instead)
{
	struct scene c = begin();
	struct wire asked = { .n = 0 }, answered = { .n = 0 };

	krb_tgs_req(&asked, "cifs/fs.other", "tgt", NOTHING);
	krb_reply(&answered, 13, "dave", "krbtgt/OTHER", "referral");
	udp(&c, true, &asked, 1);
	udp(&c, false, &answered, 2);
	cr_expect_str_eq(tgs_event(&c, 0)->service, "cifs/fs.other");
	cr_expect_str_eq(tgs_event(&c, 0)->ticket_service, "krbtgt/OTHER");
	end(&c);
}

Test(kdc, a_ticket_that_is_shown_becomes_an_event_of_its_own)
{
	struct scene c = begin();
	Ev__Event shown;
	Ev__KrbAp body;

	log_on(&c);
	get_ticket(&c, "cifs/fs1", "abc", "dave", NOTHING);
	show(&c, "cifs/fs1", "abc", 12);
	cr_assert(shown_event(&carrier.event, &shown, &body));
	cr_expect_eq(shown.body_case, EV__EVENT__BODY_KRB_AP);
	cr_expect_str_eq(body.client, "dave");
	cr_expect(body.inferred);
	cr_expect_str_eq(body.transport, "rpc");
	cr_expect_str_eq(body.service, "cifs/fs1");
	cr_expect_eq(body.ticket_id, 0xba7816bf8f01cfea);
	carrier.bind.token = NULL;
	cr_expect_not(shown_event(&carrier.event, &shown, &body));
	end(&c);
}
