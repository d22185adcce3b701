/* A hundred thousand connections that do nothing, and floods that want the sensor to forget: what fits, what goes and is counted,
 * what stays. */
#include "sensor/core/link.h"
#include "sensor/core/tcp.h"
#include "sensor/engine.h"
#include "tests/lib/packets.h"
#include "tests/lib/recut.h"
#include "tests/lib/smb_kit.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	IDLE = 100000,
	MOST_BYTES = 64 << 20,
	SERVER = 0x0A000001, CLIENT = 0x0A100000,
	MESSAGES_MAX = 16, MESSAGE_BYTES_MAX = 512,
	ADMINS = 100,			/* more than the sensor would look at one after the other */
	STEP_NS = 1000,
};

/* ---- a connection that logs on, connects to a share and then is silent: the same bytes every time ---- */

struct said {
	enum way way;
	uint8_t bytes[MESSAGE_BYTES_MAX];
	size_t n;
};

static struct said conversation[MESSAGES_MAX];
static size_t n_said;

static void until_the_tree(struct smb_message *m, void *ctx)
{
	static const size_t wanted = 8;	/* negotiate, two session setups, tree connect: each with its answer */
	struct view message = smb_done(m);

	(void)ctx;
	if (n_said == wanted)
		return;
	cr_assert_leq(message.n, MESSAGE_BYTES_MAX);
	conversation[n_said].way = m->way;
	conversation[n_said].n = view_copy(conversation[n_said].bytes, MESSAGE_BYTES_MAX, message);
	n_said++;
}

static void send_segment(struct engine *e, uint32_t client, enum way way, uint32_t seq[2], uint8_t flags, struct view payload,
			 int64_t time_ns)
{
	static uint8_t frame[PACKETS_HEADERS_BYTES + MESSAGE_BYTES_MAX];
	struct segment s = {
		.source = way == FROM_OPENER ? client : SERVER, .destination = way == FROM_OPENER ? SERVER : client,
		.source_port = way == FROM_OPENER ? 50000 : 445, .destination_port = way == FROM_OPENER ? 445 : 50000,
		.seq = seq[way], .ack = seq[!way], .flags = flags, .payload = payload,
	};
	struct packet packet = { .time_ns = time_ns, .bytes = packets_ethernet(&s, frame), .link_type = LINK_ETHERNET };

	packet.wire_bytes = (uint32_t)packet.bytes.n;
	engine_feed(e, &packet);
	seq[way] += (uint32_t)payload.n + ((flags & TCP_SYN) != 0);
}

/* Connections ${first} to ${end} - 1 of a flood. */
static void flood(struct engine *e, uint32_t first, uint32_t end, int64_t time_ns)
{
	if (n_said == 0)
		smb_conversation_smb2(until_the_tree, NULL);
	for (uint32_t i = first; i < end; i++) {
		uint32_t seq[2] = { 100, 500 };

		send_segment(e, CLIENT + i, FROM_OPENER, seq, TCP_SYN, view_of(NULL, 0), time_ns);
		send_segment(e, CLIENT + i, FROM_OPENED, seq, TCP_SYN | TCP_ACK, view_of(NULL, 0), time_ns);
		for (size_t j = 0; j < n_said; j++)
			send_segment(e, CLIENT + i, conversation[j].way, seq, TCP_ACK,
				     view_of(conversation[j].bytes, conversation[j].n), time_ns);
	}
}

/* ---- what came out ---- */

struct seen {
	uint64_t trees;
	uint64_t evicted;	/* flow.summary that says so */
	uint64_t acts;		/* events of the admin accesses */
	uint64_t acts_mark;	/* and a sum over them that any order gives */
	Ev__SensorHealth health;
};

static bool is_of_flood(const Ev__Event *event)
{
	return event->server != NULL && event->server->ip.len == 4 && memcmp(event->server->ip.data, "\x0A\0\0\1", 4) == 0;
}

/* A mark of ${event}, wherever it stands among the others. */
static uint64_t mark_of(const Ev__Event *event)
{
	static uint8_t packed[1 << 17];
	Ev__Event alone = *event;
	uint64_t mark = UINT64_C(0xcbf29ce484222325);
	size_t n;

	alone.seq = 0;
	n = ev__event__get_packed_size(&alone);
	cr_assert_leq(n, sizeof(packed));
	ev__event__pack(&alone, packed);
	for (size_t i = 0; i < n; i++)
		mark = (mark ^ packed[i]) * UINT64_C(0x100000001b3);
	return mark;
}

static void on_event(void *ctx, const Ev__Event *event)
{
	struct seen *s = ctx;

	if (event->body_case == EV__EVENT__BODY_SENSOR_HEALTH) {
		s->health = *event->sensor_health;
		return;
	}
	s->trees += event->body_case == EV__EVENT__BODY_SMB_TREE_CONNECT;
	if (event->body_case == EV__EVENT__BODY_FLOW_SUMMARY)
		s->evicted += strcmp(event->flow_summary->ended_by, "evicted") == 0;
	if (is_of_flood(event) || event->body_case == EV__EVENT__BODY_FLOW_SUMMARY)
		return;
	s->acts++;
	s->acts_mark += mark_of(event);
}

static uint64_t counted(const struct engine *e, enum count what)
{
	return engine_counts(e)->of[what];
}

/* ---- what fits ---- */

/* Bytes of this process in memory. */
static uint64_t resident_bytes(void)
{
	unsigned long pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	cr_assert_not_null(f);
	cr_assert_eq(fscanf(f, "%*u %lu", &pages), 1);
	fclose(f);
	return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

Test(flood, a_hundred_thousand_idle_smb_connections_fit_into_64_mib)
{
	struct seen seen = { .trees = 0 };
	uint64_t before = resident_bytes();
	struct engine *e = engine_new(&limits_default, on_event, &seen);

	cr_assert_not_null(e);
	flood(e, 0, IDLE, 1);
	engine_health(e, &(struct capture_facts){ 0 }, 2);
	cr_log_info("%d idle connections: %llu bytes by the sensor's count, %llu of the process", IDLE,
		    (unsigned long long)seen.health.memory_bytes, (unsigned long long)(resident_bytes() - before));
	cr_expect_eq(seen.trees, IDLE);
	cr_expect_eq(seen.health.flows, IDLE);
	cr_expect_eq(counted(e, COUNT_FLOW_EVICTED), 0, "%llu", (unsigned long long)counted(e, COUNT_FLOW_EVICTED));
	cr_expect_eq(counted(e, COUNT_POOL_FULL), 0);
	cr_expect_leq(seen.health.memory_bytes, MOST_BYTES);
#ifndef __SANITIZE_ADDRESS__
	cr_expect_leq(resident_bytes() - before, MOST_BYTES);
#endif
	engine_free(e);
}

/* ---- what goes ---- */

Test(flood, what_does_not_fit_is_counted_and_said)
{
	struct seen seen = { .trees = 0 };
	struct limits limits = limits_default;
	struct engine *e;

	limits.flows = 1000;
	e = engine_new(&limits, on_event, &seen);
	flood(e, 0, 3000, 1);
	engine_health(e, &(struct capture_facts){ 0 }, 2);
	cr_expect_eq(seen.trees, 3000);
	cr_expect_eq(seen.health.flows, 1000);
	cr_expect_eq(counted(e, COUNT_FLOW_EVICTED), 2000);
	cr_expect_eq(seen.evicted, 2000);
	engine_free(e);
}

/* ---- what must not be forgotten ---- */

static const char *const accesses[] = {
	"tests/golden/psexec-impacket/capture.pcap",
	"tests/golden/smbexec-impacket-pth/capture.pcap",
	"tests/golden/atexec-impacket/capture.pcap",
	"tests/golden/wmiexec-impacket/capture.pcap",
	"tests/golden/dcomexec-impacket/capture.pcap",
};

/* The ${i}th packet of ${f} at ${time_ns}, its hosts moved to net 10.${net}. */
static void play_one(struct engine *e, const struct frames *f, size_t i, uint8_t net, int64_t time_ns)
{
	enum { SECOND_OCTET_OF_SOURCE = 14 + 13, SECOND_OCTET_OF_DESTINATION = 14 + 17 };
	static uint8_t copy[1 << 16];
	struct packet packet = f->of[i];

	packet.time_ns = time_ns;
	packet.bytes = view_of(copy, view_copy(copy, sizeof(copy), packet.bytes));
	copy[SECOND_OCTET_OF_SOURCE] = copy[SECOND_OCTET_OF_DESTINATION] = net;
	engine_feed(e, &packet);
}

/* Part of each recording: the first ${of_ten} tenths, or what is behind them. */
static void play(struct engine *e, const struct frames *f, uint8_t net, size_t from_ten, size_t to_ten)
{
	for (size_t i = f->n * from_ten / 10; i < f->n * to_ten / 10; i++)
		play_one(e, f, i, net, (int64_t)i * STEP_NS);
}

/* Accesses played to ${of_ten} tenths, then ${n_flood} connections of others, then the rest of the accesses. */
static struct seen interrupted(const struct limits *limits, size_t of_ten, uint32_t n_flood)
{
	enum { N = sizeof(accesses) / sizeof(*accesses) };
	struct seen seen = { .trees = 0 };
	struct engine *e = engine_new(limits, on_event, &seen);
	struct frames frames[N], smb1 = frames_read("tests/golden/psexec-impacket-smb1/capture.pcap");

	for (size_t i = 0; i < N; i++) {
		frames[i] = frames_read(accesses[i]);
		play(e, &frames[i], (uint8_t)(100 + i), 0, of_ten);
	}
	for (size_t i = 0; i < ADMINS; i++)
		play(e, &smb1, (uint8_t)(150 + i), 0, of_ten);
	flood(e, 0, n_flood, 0);
	for (size_t i = 0; i < N; i++) {
		play(e, &frames[i], (uint8_t)(100 + i), of_ten, 10);
		frames_free(&frames[i]);
	}
	for (size_t i = 0; i < ADMINS; i++)
		play(e, &smb1, (uint8_t)(150 + i), of_ten, 10);
	frames_free(&smb1);
	cr_expect_eq(counted(e, COUNT_FLOW_EVICTED) > 0, n_flood > 0);
	engine_end(e);
	engine_free(e);
	return seen;
}

/* Tenths of the recordings at which an admin share, a service or a task is at hand in each, and no answer is awaited. */
static const size_t under_way[] = { 4, 8, 9 };

Test(flood, no_flood_makes_it_forget_the_admin_accesses_in_progress)
{
	struct limits limits = limits_default;
	struct seen quiet, flooded;

	limits.flows = 2000;
	for (size_t i = 0; i < sizeof(under_way) / sizeof(*under_way); i++) {
		quiet = interrupted(&limits, under_way[i], 0);
		flooded = interrupted(&limits, under_way[i], 3 * limits.flows);
		cr_expect_gt(quiet.acts, 5000);
		cr_expect_eq(flooded.acts, quiet.acts, "at %zu: %llu events, without the flood %llu", under_way[i],
			     (unsigned long long)flooded.acts, (unsigned long long)quiet.acts);
		cr_expect_eq(flooded.acts_mark, quiet.acts_mark, "at %zu: other events", under_way[i]);
	}
}
