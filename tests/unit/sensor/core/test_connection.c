#include "sensor/core/connection.h"

#include "sensor/core/ends.h"
#include "tests/lib/packets.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* Two made-up protocols: "abc" claims what begins with "ABC" (or port 445), "xyz" what begins with "XYZ". Each
 * writes what it is told into one script: ">text" from the opener, "<text" from the opened side, "[n]" for a gap. */

struct conn {
	const struct tcp_ends *ends;
	enum way last_way;
	bool has_spoken;
};

static char script[4096];
static struct conn conns[64];
static size_t n_conns;
static bool is_midstream;
static char community_id[32];
static char summaries[512];
static Ev__FlowSummary last_summary;
static char last_signs[128];
static struct Ev__Endpoint last_client, last_server;
static uint8_t last_client_mac[6];

static void say(const char *text, size_t n)
{
	size_t said = strlen(script);

	snprintf(script + said, sizeof(script) - said, "%.*s", (int)n, text);
}

static struct conn *on_open(struct env *env, const struct tcp_ends *ends)
{
	(void)env;
	is_midstream = ends->midstream;
	strcpy(community_id, ends->community_id);
	conns[n_conns] = (struct conn){ .ends = ends };
	say("{", 1);
	return &conns[n_conns++];
}

static void on_feed(struct conn *c, enum way way, struct view bytes, int64_t time_ns)
{
	(void)time_ns;
	if (!c->has_spoken || c->last_way != way)
		say(way == FROM_OPENER ? ">" : "<", 1);
	say((const char *)bytes.bytes, bytes.n);
	c->has_spoken = true;
	c->last_way = way;
}

static void on_gap(struct conn *c, enum way way, uint64_t n, int64_t time_ns)
{
	char text[32];

	(void)time_ns;
	snprintf(text, sizeof(text), "%c[%llu]", way == FROM_OPENER ? '>' : '<', (unsigned long long)n);
	say(text, sizeof(text));
	c->has_spoken = false;
}

static void on_close(struct conn *c, const char *ended_by, int64_t time_ns)
{
	(void)c;
	(void)time_ns;
	say("}", 1);
	say(ended_by, 20);
	say(" ", 1);
}

static uint64_t malformed(const struct conn *c)
{
	(void)c;
	return 7;
}

static enum way client_sends(const struct conn *c)
{
	(void)c;
	return FROM_OPENER;
}

static bool abc_claims(uint16_t port, struct view first)
{
	return port == 445 || (first.n >= 3 && memcmp(first.bytes, "ABC", 3) == 0);
}

static bool xyz_claims(uint16_t port, struct view first)
{
	(void)port;
	return first.n >= 3 && memcmp(first.bytes, "XYZ", 3) == 0;
}

static uint32_t dear_port;	/* connections from it are dear */

static bool is_dear(const struct conn *conn)
{
	return ends_port(conn->ends, FROM_OPENED) == dear_port || ends_port(conn->ends, FROM_OPENER) == dear_port;
}

static const struct conn_ops abc = { "abc", on_open, on_feed, on_gap, on_close, malformed, is_dear, client_sends, abc_claims };
static const struct conn_ops xyz = { "xyz", on_open, on_feed, on_gap, on_close, malformed, is_dear, client_sends, xyz_claims };
static const struct conn_ops *const protocols[] = { &abc, &xyz };

static void on_event(void *ctx, const Ev__Event *event)
{
	size_t said;

	(void)ctx;
	last_summary = *event->flow_summary;
	last_signs[0] = '\0';
	for (size_t i = 0; i < last_summary.n_signs; i++) {
		said = strlen(last_signs);
		snprintf(last_signs + said, sizeof(last_signs) - said, "%s ", last_summary.signs[i]);
	}
	last_client = *event->client;
	last_server = *event->server;
	if (event->client->has_mac)
		memcpy(last_client_mac, event->client->mac.data, 6);
	said = strlen(summaries);
	snprintf(summaries + said, sizeof(summaries) - said, "%s/%s ", event->flow_summary->protocol, event->flow_summary->ended_by);
}

/* ---- the bench ---- */

enum { SECOND = 1000000000 };

static struct connections c;
static struct env env;
static struct counts counts;
static struct limits limits;
static struct arena arena;
static uint8_t block[4096];
static int64_t now_ns;
static uint16_t server_port, vlan;

static void set_up(void)
{
	limits = limits_default;
	limits.flows = 100;
	arena = (struct arena){ .block = block, .cap_bytes = sizeof(block) };
	env = (struct env){ .arena = &arena, .pool = pool_new(1 << 20), .counts = &counts, .limits = &limits, .emit = on_event };
	c = (struct connections){ .env = &env, .protocols = protocols, .n_protocols = 2 };
	c.table = flow_table_new(env.pool, limits.flows, (const uint64_t[2]){ 3, 4 });
	connections_init(&c);
	server_port = 5000;
	vlan = 0;
}

static void tear_down(void)
{
	connections_end(&c, now_ns);
	flow_table_free(c.table);
	cr_expect_eq(pool_used_bytes(env.pool), 0);
	pool_free(env.pool);
}

TestSuite(connection, .init = set_up, .fini = tear_down);

enum { CLIENT = 0x0A000001, SERVER = 0x0A000002, CLIENT_PORT = 50000 };

static void send_from(enum way way, uint16_t client_port, uint32_t seq, uint32_t ack, uint8_t flags, const char *text)
{
	static uint8_t out[2048];
	struct segment s = { CLIENT, SERVER, client_port, server_port, seq, ack, flags, view_of(text, strlen(text)) };
	struct link link;
	struct ip ip;
	struct tcp tcp;
	struct flow_place place;

	if (way == FROM_OPENED) {
		s.source = SERVER;
		s.destination = CLIENT;
		s.source_port = server_port;
		s.destination_port = client_port;
	}
	cr_assert_eq(link_parse(LINK_ETHERNET, packets_ethernet(&s, out), &link), LINK_IS_IP);
	link.vlan = vlan;
	cr_assert_eq(ip_parse(link.ip, &ip), IP_IS_TCP);
	cr_assert(tcp_parse(ip.payload, ip.wire_bytes, &tcp));
	flow_place_of(c.table, &ip, &tcp, &place);
	connections_fetch(&c, (const struct flow_place *[]){ &place }, 1);
	connections_packet(&c, &(struct arrival){ &link, &ip, &tcp, &place, now_ns });
}

static void client(uint32_t seq, uint32_t ack, uint8_t flags, const char *text)
{
	send_from(FROM_OPENER, CLIENT_PORT, seq, ack, flags, text);
}

static void server(uint32_t seq, uint32_t ack, uint8_t flags, const char *text)
{
	send_from(FROM_OPENED, CLIENT_PORT, seq, ack, flags, text);
}

/* Client's first byte is 101, server's 501. */
static void handshake(void)
{
	client(100, 0, TCP_SYN, "");
	server(500, 101, TCP_SYN | TCP_ACK, "");
	client(101, 501, TCP_ACK, "");
}

static void end_all(void)
{
	connections_end(&c, now_ns);
}

#define LONG "ABCdefghijklmnopqrstuvwxyz"	/* 26 bytes: more than are asked about */
#define STRANGER "GET / HTTP/1.1 and so on, on"

Test(connection, both_directions_reach_the_protocol_that_claims_them)
{
	handshake();
	client(101, 501, TCP_ACK, LONG);
	server(501, 127, TCP_ACK, "answer");
	client(127, 507, TCP_ACK | TCP_FIN, "bye");
	server(507, 131, TCP_ACK | TCP_FIN, "");
	client(131, 508, TCP_ACK, "");
	cr_expect_str_eq(script, "{>" LONG "<answer>bye}fin ");
	cr_expect_str_eq(summaries, "abc/fin ");
	cr_expect_not(is_midstream);
	cr_expect_eq(last_summary.packets_to_server, 4, "the last ACK comes after the end");
	cr_expect_eq(last_summary.packets_to_client, 3);
	cr_expect_eq(last_summary.bytes_to_server, 29);
	cr_expect_eq(last_summary.malformed, 7);
	cr_expect_eq(last_client.port, CLIENT_PORT);
	cr_expect_eq(last_client_mac[5], 1);
	cr_expect_eq(strlen(community_id), 30);
}

Test(connection, a_retransmission_after_the_end_begins_nothing)
{
	handshake();
	client(101, 501, TCP_ACK, LONG);
	client(127, 501, TCP_ACK | TCP_FIN, "");
	server(501, 128, TCP_ACK | TCP_FIN, "");
	client(101, 501, TCP_ACK, LONG);
	client(127, 501, TCP_ACK | TCP_FIN, "");
	client(127, 501, TCP_RST, "");
	end_all();
	cr_expect_str_eq(script, "{>" LONG "}fin ");
}

Test(connection, the_same_ports_may_begin_anew)
{
	handshake();
	client(101, 501, TCP_ACK, LONG);
	client(127, 501, TCP_ACK | TCP_FIN, "");
	server(501, 128, TCP_ACK | TCP_FIN, "");
	client(9000, 0, TCP_SYN, "");
	client(9001, 1, TCP_ACK, "XYZ and more than twenty-four");
	end_all();
	cr_expect_str_eq(script, "{>" LONG "}fin {>XYZ and more than twenty-four}end of capture ");
	cr_expect_str_eq(summaries, "abc/fin xyz/end of capture ");
}

Test(connection, content_decides_before_the_port)
{
	server_port = 445;
	handshake();
	client(101, 501, TCP_ACK, "XYZ and more than twenty-four");
	end_all();
	cr_expect_str_eq(summaries, "xyz/end of capture ");
}

Test(connection, the_port_decides_what_content_does_not_show)
{
	server_port = 445;
	handshake();
	client(101, 501, TCP_ACK, STRANGER);
	end_all();
	cr_expect_str_eq(summaries, "abc/end of capture ");
}

Test(connection, a_stranger_costs_nothing_and_says_nothing)
{
	size_t before;

	handshake();
	before = pool_used_bytes(env.pool);
	client(101, 501, TCP_ACK, STRANGER);
	server(501, 129, TCP_ACK, STRANGER);
	cr_expect_eq(pool_used_bytes(env.pool), before);
	client(1000, 501, TCP_ACK, STRANGER);
	cr_expect_eq(pool_used_bytes(env.pool), before, "nothing is held either");
	end_all();
	cr_expect_str_eq(script, "");
}

Test(connection, the_answer_may_show_what_the_question_did_not)
{
	handshake();
	client(101, 501, TCP_ACK, STRANGER);
	client(129, 501, TCP_ACK, "more");
	server(501, 133, TCP_ACK, LONG);
	client(133, 527, TCP_ACK, "go on");
	end_all();
	cr_expect_str_eq(script, "{>[32]<" LONG ">go on}end of capture ");
}

Test(connection, first_bytes_are_gathered_until_they_tell)
{
	handshake();
	for (uint32_t i = 0; i < 26; i++) {
		char one[2] = { LONG[i], '\0' };

		client(101 + i, 501, TCP_ACK, one);
	}
	end_all();
	cr_expect_str_eq(script, "{>" LONG "}end of capture ");
}

Test(connection, few_bytes_are_judged_when_the_other_side_speaks)
{
	handshake();
	client(101, 501, TCP_ACK, "ABC?");
	cr_expect_str_eq(script, "");
	server(501, 105, TCP_ACK, "yes");
	cr_expect_str_eq(script, "{>ABC?<yes");
}

Test(connection, few_bytes_are_judged_at_the_end)
{
	handshake();
	client(101, 501, TCP_ACK, "ABC?");
	end_all();
	cr_expect_str_eq(script, "{>ABC?}end of capture ");
}

Test(connection, midstream_the_higher_port_opened)
{
	server(501, 127, TCP_ACK, LONG);
	client(127, 527, TCP_ACK, "next");
	end_all();
	cr_expect_str_eq(script, "{<" LONG ">next}end of capture ");
	cr_expect(is_midstream);
	cr_expect(last_summary.midstream);
}

Test(connection, a_hole_is_known_from_what_the_client_acknowledged)
{
	client(100, 0, TCP_SYN, "");
	client(101, 501, TCP_ACK, LONG);
	server(504, 127, TCP_ACK, "later");
	client(127, 509, TCP_ACK, "go");
	end_all();
	cr_expect_str_eq(script, "{>" LONG "<[3]<later>go}end of capture ");
	cr_expect_eq(last_summary.gaps, 1);
	cr_expect_eq(last_summary.gap_bytes, 3);
}

Test(connection, a_hole_is_given_up_in_time_even_when_nobody_speaks)
{
	client(100, 0, TCP_SYN, "");
	client(101, 501, TCP_ACK, LONG);
	client(130, 501, TCP_ACK, "later");
	now_ns += 2 * limits.hole_ns + 1;
	connections_expire(&c, now_ns);
	cr_expect_str_eq(script, "{>" LONG ">[3]>later");
}

Test(connection, bytes_that_the_server_waits_for_too_are_waited_for)
{
	handshake();
	client(101, 501, TCP_ACK, LONG);
	client(130, 501, TCP_ACK, "later");
	server(501, 127, TCP_ACK, "");
	now_ns += 60 * limits.hole_ns;
	connections_expire(&c, now_ns);
	client(127, 501, TCP_ACK, "<!>");
	cr_expect_str_eq(script, "{>" LONG "<!>later");
}

Test(connection, a_reset_is_believed_when_its_sender_stays_silent)
{
	handshake();
	client(101, 501, TCP_ACK, LONG);
	client(127, 501, TCP_RST, "");
	server(501, 127, TCP_ACK, "still under way");
	cr_expect_str_eq(script, "{>" LONG "<still under way");
	now_ns += limits.hole_ns + 1;
	connections_expire(&c, now_ns);
	cr_expect_str_eq(script, "{>" LONG "<still under way}rst ");
}

Test(connection, a_reset_whose_sender_goes_on_was_somebody_elses)
{
	handshake();
	client(101, 501, TCP_ACK, LONG);
	client(127, 501, TCP_RST, "");
	client(127, 501, TCP_ACK, "I am here");
	now_ns += limits.hole_ns + 1;
	connections_expire(&c, now_ns);
	cr_expect_str_eq(script, "{>" LONG "I am here");
	client(127 + 4, 501, TCP_RST, "");
	now_ns += limits.hole_ns + 1;
	connections_expire(&c, now_ns);
	cr_expect_str_eq(script, "{>" LONG "I am here", "nor is one that stands elsewhere than the next byte");
}

Test(connection, a_reset_behind_lost_bytes_is_believed_where_the_server_waits_for_it)
{
	handshake();
	client(101, 501, TCP_ACK, LONG);
	server(501, 140, TCP_ACK, "");
	client(140, 501, TCP_RST, "");
	now_ns += limits.hole_ns + 1;
	connections_expire(&c, now_ns);
	cr_expect_str_eq(script, "{>" LONG "}rst ");
}

Test(connection, a_segment_that_its_receiver_drops_says_nothing)
{
	handshake();
	client(101, 501, TCP_ACK, LONG);
	client(127, 0, 0, "without ACK");
	client(127, 501, TCP_ACK, "with");
	end_all();
	cr_expect_str_eq(script, "{>" LONG "with}end of capture ");
	cr_expect_str_eq(last_signs, "tcp.no_ack ");
}

Test(connection, a_syn_on_an_open_connection_means_nothing_until_it_is_answered)
{
	handshake();
	client(101, 501, TCP_ACK, LONG);
	server(501, 127, TCP_ACK, "yes");
	client(7000, 0, TCP_SYN, "");
	client(127, 504, TCP_ACK, "go on");
	cr_expect_str_eq(script, "{>" LONG "<yes>go on");
	client(7000, 0, TCP_SYN, "");
	server(8000, 7001, TCP_SYN | TCP_ACK, "");
	client(7001, 8001, TCP_ACK, LONG);
	end_all();
	cr_expect_str_eq(script, "{>" LONG "<yes>go on}replaced {>" LONG "}end of capture ");
}

Test(connection, a_reset_and_a_syn_before_the_first_byte_hide_nothing)
{
	handshake();
	client(9000, 501, TCP_RST, "");
	client(0x81000000, 0, TCP_SYN, "");
	client(101, 501, TCP_ACK, LONG);
	server(501, 127, TCP_ACK, "yes");
	end_all();
	cr_expect_str_eq(script, "{>" LONG "<yes}end of capture ");
}

Test(connection, ports_refused_once_may_connect_later)
{
	client(100, 0, TCP_SYN, "");
	server(0, 101, TCP_RST | TCP_ACK, "");
	client(7000, 0, TCP_SYN, "");
	server(8000, 7001, TCP_SYN | TCP_ACK, "");
	client(7001, 8001, TCP_ACK, LONG);
	end_all();
	cr_expect_str_eq(script, "{>" LONG "}end of capture ");
}

Test(connection, each_direction_may_carry_its_own_vlan)
{
	vlan = 5;
	client(100, 0, TCP_SYN, "");
	vlan = 7;
	server(500, 101, TCP_SYN | TCP_ACK, "");
	vlan = 5;
	client(101, 501, TCP_ACK, LONG);
	vlan = 7;
	client(101, 501, TCP_ACK, LONG);
	server(501, 127, TCP_ACK, "yes");
	end_all();
	cr_expect_str_eq(script, "{>" LONG "<yes}end of capture ", "and a packet mirrored in both is one packet");
	cr_expect_eq(last_client.vlan, 5);
	cr_expect_eq(last_server.vlan, 7);
}

Test(connection, silence_ends_a_connection)
{
	handshake();
	client(101, 501, TCP_ACK, LONG);
	now_ns += limits.idle_ns / 2;
	client(127, 501, TCP_ACK, "x");
	now_ns += limits.idle_ns;
	connections_expire(&c, now_ns);
	cr_expect_str_eq(summaries, "");
	connections_expire(&c, now_ns + SECOND + 1);
	cr_expect_str_eq(summaries, "abc/idle ");
	cr_expect_eq(flow_table_n(c.table), 0);
}

Test(connection, those_nobody_claims_are_evicted_first)
{
	handshake();
	client(101, 501, TCP_ACK, LONG);
	for (uint16_t port = 1; port <= 200; port++)
		send_from(FROM_OPENER, port, 1, 0, TCP_SYN, "");
	cr_expect_eq(flow_table_n(c.table), 100);
	cr_expect_eq(counts.of[COUNT_FLOW_EVICTED], 101);
	client(127, 501, TCP_ACK, "still here");
	cr_expect_str_eq(script, "{>" LONG "still here");
}

Test(connection, a_dear_one_goes_after_all_others)
{
	dear_port = 1000;
	for (uint16_t port = 0; port < 20; port++)
		send_from(FROM_OPENER, 1000 + port, 1, 1, TCP_ACK, LONG);
	while (flow_table_n(c.table) > 1)
		connections_shrink(&c, pool_used_bytes(env.pool) - 1);
	send_from(FROM_OPENER, 1000, 1 + sizeof(LONG) - 1, 1, TCP_ACK, "still here");
	cr_expect(strstr(script, "still here"), "%s", script);
	connections_shrink(&c, 0);
	cr_expect_eq(flow_table_n(c.table), 0, "but not for ever");
}

static bool is_dear_always(const struct conn *conn)
{
	(void)conn;
	return true;
}

Test(connection, however_many_are_dear_the_others_go_first)
{
	static struct conn_ops precious;
	static const struct conn_ops *const with_precious[] = { &precious, &xyz };

	precious = abc;
	precious.is_dear = is_dear_always;
	c.protocols = with_precious;
	limits.flows = 60;
	for (uint16_t port = 0; port < 30; port++)
		send_from(FROM_OPENER, 1000 + port, 1, 1, TCP_ACK, LONG);
	for (uint16_t port = 0; port < 30; port++)
		send_from(FROM_OPENER, 2000 + port, 1, 1, TCP_ACK, "XYZ" LONG);
	for (int i = 0; i < 29; i++)
		connections_shrink(&c, pool_used_bytes(env.pool) - 1);
	cr_expect_eq(flow_table_n(c.table), 31);
	cr_expect(strstr(summaries, "xyz/evicted "), "%s", summaries);
	cr_expect_null(strstr(summaries, "abc"), "%s", summaries);
	connections_expire(&c, limits.idle_ns + 1);
	cr_expect_eq(flow_table_n(c.table), 0, "what is spared ends of silence like any other");
}

Test(connection, claimed_ones_are_evicted_when_nothing_else_is_left)
{
	for (uint16_t port = 0; port < 20; port++)
		send_from(FROM_OPENER, 1000 + port, 1, 1, TCP_ACK, LONG);
	cr_expect_eq(flow_table_n(c.table), 20);
	connections_shrink(&c, pool_used_bytes(env.pool) - 1);
	cr_expect_eq(flow_table_n(c.table), 19);
	cr_expect_str_eq(summaries, "abc/evicted ");
	connections_shrink(&c, 0);
	cr_expect_eq(flow_table_n(c.table), 0);
}

Test(connection, memory_is_first_taken_from_holes)
{
	handshake();
	client(101, 501, TCP_ACK, LONG);
	client(200, 501, TCP_ACK, "held");
	connections_shrink(&c, pool_used_bytes(env.pool) - 1);
	cr_expect_str_eq(script, "{>" LONG ">[73]>held");
	cr_expect_eq(flow_table_n(c.table), 1);
}

Test(connection, a_bare_acknowledgement_or_reset_begins_nothing)
{
	client(101, 501, TCP_ACK, "");
	client(101, 501, TCP_RST, "");
	client(101, 501, TCP_FIN | TCP_ACK, "");
	cr_expect_eq(flow_table_n(c.table), 0);
}

Test(connection, an_idle_claimed_connection_takes_at_most_512_bytes)
{
	size_t before = pool_used_bytes(env.pool);

	handshake();
	client(101, 501, TCP_ACK, LONG);
	cr_expect_leq(pool_used_bytes(env.pool) - before, 512);
}
