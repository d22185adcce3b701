/* What a connection costs while nothing happens on it, everything together: flow, protocol, session, tree and its name. */
#include "sensor/core/link.h"
#include "sensor/core/tcp.h"
#include "sensor/engine.h"
#include "tests/lib/packets.h"
#include "tests/lib/smb_kit.h"

#include <criterion/criterion.h>

enum { IDLE_BYTES = 512, CONNECTIONS = 1000, TREE_CONNECT = 3, COMMAND_AT = 4 + 12, PATH_LENGTH_AT = 4 + 64 + 6 };

/* One connection being played into an engine. */
struct talk {
	struct engine *engine;
	uint32_t client;	/* its address */
	uint32_t seq[2];	/* by enum way */
	bool is_idle;		/* a tree is connected: say no more */
};

static uint64_t memory_bytes;

static void on_event(void *ctx, const Ev__Event *event)
{
	struct talk *t = ctx;

	if (event->body_case == EV__EVENT__BODY_SMB_TREE_CONNECT)
		t->is_idle = true;
	if (event->body_case == EV__EVENT__BODY_SENSOR_HEALTH)
		memory_bytes = event->sensor_health->memory_bytes;
}

static void send_segment(struct talk *t, enum way way, uint8_t flags, struct view payload)
{
	static uint8_t frame[65536];
	struct segment s = {
		.source = way == FROM_OPENER ? t->client : 0x0A000001, .destination = way == FROM_OPENER ? 0x0A000001 : t->client,
		.source_port = way == FROM_OPENER ? 50000 : 445, .destination_port = way == FROM_OPENER ? 445 : 50000,
		.seq = t->seq[way], .ack = t->seq[!way], .flags = flags, .payload = payload,
	};
	struct packet packet = { .time_ns = 1, .bytes = packets_ethernet(&s, frame), .link_type = LINK_ETHERNET };

	packet.wire_bytes = (uint32_t)packet.bytes.n;
	engine_feed(t->engine, &packet);
	t->seq[way] += (uint32_t)payload.n + ((flags & TCP_SYN) != 0);
}

/* Give the share that ${m} asks for a longer name: "IPC$ of a department". */
static void lengthen(struct smb_message *m)
{
	static const char more[] = " of a department";

	smb_utf16(m, more);
	m->bytes[PATH_LENGTH_AT] = (uint8_t)(m->bytes[PATH_LENGTH_AT] + 2 * (sizeof(more) - 1));
}

static void until_idle(struct smb_message *m, void *ctx)
{
	struct talk *t = ctx;

	if (m->bytes[COMMAND_AT] == TREE_CONNECT && m->way == FROM_OPENER)
		lengthen(m);
	if (!t->is_idle)
		send_segment(t, m->way, TCP_ACK, smb_done(m));
}

static uint64_t memory_now(struct engine *e)
{
	engine_health(e, &(struct capture_facts){ 0 }, 1);
	return memory_bytes;
}

Test(engine, an_idle_smb_connection_costs_at_most_512_bytes)
{
	struct talk t = { .client = 0x0A010000 };
	uint64_t before, after;

	t.engine = engine_new(&limits_default, on_event, &t);
	before = memory_now(t.engine);
	for (int i = 0; i < CONNECTIONS; i++) {
		t.client++;
		t.is_idle = false;
		send_segment(&t, FROM_OPENER, TCP_SYN, view_of(NULL, 0));
		send_segment(&t, FROM_OPENED, TCP_SYN | TCP_ACK, view_of(NULL, 0));
		smb_conversation_smb2(until_idle, &t);
		cr_assert(t.is_idle);
	}
	after = memory_now(t.engine);
	cr_log_info("%d idle connections hold %llu bytes, %.1f each", CONNECTIONS, (unsigned long long)(after - before),
		    (double)(after - before) / CONNECTIONS);
	cr_assert_leq(after - before, (uint64_t)CONNECTIONS * IDLE_BYTES);
	engine_free(t.engine);
}
