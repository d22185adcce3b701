#include "sensor/engine.h"

#include "sensor/auth/kdc.h"
#include "sensor/auth/shown.h"
#include "sensor/auth/tickets.h"
#include "sensor/auth/token.h"
#include "sensor/core/connection.h"
#include "sensor/core/fragment.h"
#include "sensor/core/udp.h"
#include "sensor/file/transfer.h"
#include "sensor/look.h"
#include "sensor/rpc/endpoints.h"
#include "sensor/rpc/rpc.h"
#include "sensor/smb/durable.h"
#include "sensor/smb/registry.h"
#include "sensor/smb/smb.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Asked in this order; by content they exclude each other. */
static const struct conn_ops *const protocols[] = { &smb_conn_ops, &rpc_conn_ops, &rpc_http_conn_ops, &kdc_conn_ops };

enum { N_PROTOCOLS = sizeof(protocols) / sizeof(protocols[0]) };

struct engine {
	struct limits limits;
	struct arena arena;
	struct counts counts;
	struct pool *pool;
	struct fragments *fragments;
	struct registry *registry;
	struct connections connections;
	struct env env;
	struct kdc_udp *kdc;
	event_fn emit;
	void *emit_ctx;
	uint64_t next_seq;
	uint64_t events;
	uint64_t bytes;
	int64_t now_ns;		/* time of the last packet or tick */
};

const char *engine_protocol(size_t i)
{
	return i < N_PROTOCOLS ? protocols[i]->name : NULL;
}

bool engine_knows_link(int link_type)
{
	return link_knows(link_type);
}

/* Number an event on its way out. Only the event's head is copied; what it points to is the caller's. */
static void emit_numbered(void *ctx, const Ev__Event *event)
{
	struct engine *e = ctx;
	Ev__Event numbered = *event;

	numbered.seq = e->next_seq++;
	e->events++;
	e->emit(e->emit_ctx, &numbered);
}

/* The same for events of the protocols, which auth/ may complete first: a ticket that was shown is an event of its own. */
static void emit_completed(void *ctx, const Ev__Event *event)
{
	struct engine *e = ctx;
	Ev__Event shown;
	Ev__KrbAp body;

	shown_complete(&e->env, event);
	emit_numbered(e, event);
	if (shown_event(event, &shown, &body))
		emit_numbered(e, &shown);
}

static bool wire(struct engine *e)
{
	e->env = (struct env){
		.arena = &e->arena,
		.pool = e->pool,
		.counts = &e->counts,
		.limits = &e->limits,
		.emit = emit_completed,
		.emit_ctx = e,
		.read_token = token_read,
		.pipes = &rpc_pipe_ops,
		.endpoints = endpoints_new(e->pool),
		.files = &transfer_ops,
		.tickets = tickets_new(e->pool, &e->counts, &e->limits),
		.smb = e->registry,
		.durables = durables_new(e->pool),
	};
	e->connections.env = &e->env;
	e->connections.protocols = protocols;
	e->connections.n_protocols = N_PROTOCOLS;
	connections_init(&e->connections);
	e->kdc = kdc_udp_new(&e->env);
	return e->env.tickets != NULL && e->env.durables != NULL && e->kdc != NULL;
}

struct engine *engine_new(const struct limits *limits, event_fn emit, void *emit_ctx)
{
	struct engine *e = calloc(1, sizeof(*e));

	if (e == NULL)
		return NULL;
	e->limits = *limits;
	e->emit = emit;
	e->emit_ctx = emit_ctx;
	e->next_seq = 1;
	e->arena = (struct arena){ .block = malloc(limits->arena_bytes), .cap_bytes = limits->arena_bytes };
	e->pool = pool_new(limits->memory_bytes);
	e->fragments = e->pool != NULL ? fragments_new(e->pool, &e->counts) : NULL;
	if (e->arena.block == NULL || e->fragments == NULL || !engine_seed(e, (const uint64_t[2]){ 0, 0 }) || !wire(e)) {
		engine_free(e);
		return NULL;
	}
	return e;
}

bool engine_seed(struct engine *e, const uint64_t seed[2])
{
	flow_table_free(e->connections.table);
	registry_free(e->registry);
	e->connections.table = flow_table_new(e->pool, e->limits.flows, seed);
	e->env.smb = e->registry = registry_new(e->pool, e->limits.flows, seed);
	return e->connections.table != NULL && e->registry != NULL;
}

static void discard(void *ctx, const Ev__Event *event)
{
	(void)ctx;
	(void)event;
}

void engine_free(struct engine *e)
{
	if (e == NULL)
		return;
	e->emit = discard;
	if (e->connections.table != NULL)
		connections_end(&e->connections, e->now_ns);
	flow_table_free(e->connections.table);
	kdc_udp_free(e->kdc);
	tickets_free(e->env.tickets);
	durables_free(e->env.durables);
	registry_free(e->registry);
	fragments_free(e->fragments);
	endpoints_free(e->env.endpoints);
	pool_free(e->pool);
	free(e->arena.block);
	free(e);
}

void engine_keep_files(struct engine *e, const struct file_keeper *keeper)
{
	e->env.keeper = keeper;
}

void engine_watch(struct engine *e, const struct smb_watcher *watcher)
{
	e->env.watcher = watcher;
}

void engine_hash_with(struct engine *e, const struct file_hasher *hasher)
{
	e->env.hasher = hasher;
}

void engine_continue(struct engine *e, uint64_t next_seq)
{
	e->next_seq = next_seq;
}

/* True if the fragment ${ip} is worth keeping. Of UDP only Kerberos is, which the first piece shows by its port; other
 * traffic (tunnels, video) would push out what TCP needs. */
static bool is_kept(const struct engine *e, const struct ip *ip)
{
	struct udp udp;

	if (ip->next_header != IP_NEXT_UDP || fragments_know(e->fragments, ip))
		return true;
	return ip->fragment_offset == 0 && udp_parse(ip->payload, SIZE_MAX, &udp) &&
	       (udp.source_port == KDC_PORT || udp.destination_port == KDC_PORT);
}

static Ev__Endpoint endpoint(struct view address, uint16_t port, struct view mac, uint16_t vlan)
{
	Ev__Endpoint e = EV__ENDPOINT__INIT;

	/* Borrowed from the packet; an event's fields are not const. */
	e.ip = (ProtobufCBinaryData){ .data = (uint8_t *)(uintptr_t)address.bytes, .len = address.n };
	e.port = port;
	e.has_mac = mac.n != 0;
	e.mac = (ProtobufCBinaryData){ .data = (uint8_t *)(uintptr_t)mac.bytes, .len = mac.n };
	e.has_vlan = vlan != 0;
	e.vlan = vlan;
	return e;
}

static void feed_udp(struct engine *e, const struct look *l, int64_t time_ns)
{
	const struct link *link = &l->link;
	const struct ip *ip = &l->ip;
	struct datagram d;
	struct udp udp;

	if (!udp_parse(ip->payload, ip->wire_bytes, &udp)) {
		count(&e->counts, COUNT_IP_OTHER);
		return;
	}
	d.payload = udp.payload;
	d.wire_bytes = udp.wire_bytes;
	if (!kdc_udp_claims(&d)) {
		count(&e->counts, COUNT_IP_OTHER);
		return;
	}
	d.from = endpoint(ip->source, udp.source_port, link->source_mac, link->vlan);
	d.to = endpoint(ip->destination, udp.destination_port, link->destination_mac, link->vlan);
	kdc_udp_feed(e->kdc, &d, time_ns);
}

static void feed_segment(struct engine *e, const struct look *l, int64_t time_ns)
{
	connections_packet(&e->connections, &(struct arrival){ &l->link, &l->ip, &l->tcp, &l->place, time_ns });
}

/* Put ${l} together with the other fragments of its datagram; false when it does not complete it. */
static bool complete(struct engine *e, struct look *l, int64_t time_ns)
{
	if (!fragments_add(e->fragments, &l->ip, time_ns))
		return false;
	look_at_whole(e->connections.table, l);
	return true;
}

/* What is no segment at first sight. */
static void feed_ip(struct engine *e, struct look *l, int64_t time_ns)
{
	if (l->is == IP_IS_FRAGMENT && !is_kept(e, &l->ip))
		l->is = IP_IS_OTHER;
	if (l->is == IP_IS_FRAGMENT && !complete(e, l, time_ns))
		return;
	if (l->is_segment)
		feed_segment(e, l, time_ns);
	else if (l->is == IP_IS_TCP)
		count(&e->counts, COUNT_TCP_MALFORMED);
	else if (l->is == IP_IS_UDP)
		feed_udp(e, l, time_ns);
	else
		count(&e->counts, l->is == IP_IS_OTHER ? COUNT_IP_OTHER : COUNT_IP_MALFORMED);
}

/* The IP header promises more than a whole frame brought: its receiver drops it (RFC 1122 3.1). */
static bool is_short(const struct packet *packet, const struct look *l)
{
	return l->is != IP_IS_MALFORMED && l->ip.payload.n < l->ip.wire_bytes && packet->bytes.n == packet->wire_bytes;
}

static void feed_look(struct engine *e, const struct packet *packet, struct look *l)
{
	count(&e->counts, COUNT_PACKETS);
	e->bytes += packet->bytes.n;
	if (packet->bytes.n < packet->wire_bytes)
		count(&e->counts, COUNT_PACKET_CUT);
	if (l->is_ip == LINK_IS_IP && is_short(packet, l))
		count(&e->counts, COUNT_IP_MALFORMED);
	else if (l->is_segment)
		feed_segment(e, l, packet->time_ns);
	else if (l->is_ip == LINK_IS_IP)
		feed_ip(e, l, packet->time_ns);
	else
		count(&e->counts, l->is_ip == LINK_IS_OTHER ? COUNT_LINK_OTHER : COUNT_LINK_MALFORMED);
	engine_tick(e, packet->time_ns);
}

void engine_feed(struct engine *e, const struct packet *packet)
{
	struct look l;

	look_at(e->connections.table, packet, &l);
	feed_look(e, packet, &l);
}

void engine_feed_all(struct engine *e, const struct packet *packets, size_t n)
{
	struct look looks[ENGINE_ALONGSIDE];

	assert(n <= ENGINE_ALONGSIDE);
	for (size_t i = 0; i < n; i++)
		look_at(e->connections.table, &packets[i], &looks[i]);
	engine_feed_seen(e, packets, looks, n);
}

const struct flow_table *engine_table(const struct engine *e)
{
	return e->connections.table;
}

void engine_feed_seen(struct engine *e, const struct packet *packets, struct look *looks, size_t n)
{
	const struct flow_place *places[ENGINE_ALONGSIDE] = { NULL };
	size_t n_places = 0;

	assert(n <= ENGINE_ALONGSIDE);
	for (size_t i = 0; i < n; i++)
		if (looks[i].is_segment)
			places[n_places++] = &looks[i].place;
	connections_fetch(&e->connections, places, n_places);
	for (size_t i = 0; i < n; i++)
		feed_look(e, &packets[i], &looks[i]);
}

void engine_tick(struct engine *e, int64_t now_ns)
{
	e->now_ns = now_ns;
	kdc_udp_expire(e->kdc, now_ns);
	connections_expire(&e->connections, now_ns);
	/* A sixteenth stays free, so that no protocol has to do without what one packet may ask for. */
	if (pool_used_bytes(e->pool) > e->limits.memory_bytes - e->limits.memory_bytes / 16)
		connections_shrink(&e->connections, e->limits.memory_bytes - e->limits.memory_bytes / 16);
}

void engine_end(struct engine *e)
{
	kdc_udp_end(e->kdc);
	connections_end(&e->connections, e->now_ns);
}

/* ---- about itself ---- */

/* The counters that are not zero, in ${body}; false when the arena is full. */
static bool list_counters(struct engine *e, Ev__SensorHealth *body)
{
	body->counters = arena_get(&e->arena, N_COUNTS * sizeof(body->counters[0]));
	for (int i = 0; body->counters != NULL && i < N_COUNTS; i++) {
		Ev__Counter *counter;

		if (e->counts.of[i] == 0)
			continue;
		counter = arena_get(&e->arena, sizeof(*counter));
		if (counter == NULL)
			return false;
		ev__counter__init(counter);
		counter->name = text_copy(&e->arena, count_name((enum count)i));
		counter->value = e->counts.of[i];
		body->counters[body->n_counters++] = counter;
	}
	return !e->arena.full;
}

static char *copy_or_none(struct arena *a, const char *text)
{
	return text != NULL ? text_of_bytes(a, view_of(text, strlen(text))) : NULL;
}

void engine_health(struct engine *e, const struct capture_facts *facts, int64_t now_ns)
{
	Ev__SensorHealth body = EV__SENSOR_HEALTH__INIT;
	Ev__Event event = EV__EVENT__INIT;

	arena_empty(&e->arena);
	body.packets = e->counts.of[COUNT_PACKETS];
	body.bytes = e->bytes;
	body.events = e->events;
	body.gaps = e->counts.of[COUNT_TCP_GAP];
	body.malformed = counts_sum(&e->counts, COUNT_OF_MALFORMED);
	body.truncated = facts->truncated;
	body.flows = flow_table_n(e->connections.table);
	body.memory_bytes = pool_used_bytes(e->pool) + e->limits.arena_bytes;
	body.dropped_kernel = facts->dropped_kernel;
	body.dropped_interface = facts->dropped_interface;
	body.has_spool_bytes = facts->spool_bytes != 0;
	body.spool_bytes = facts->spool_bytes;
	body.link_type = copy_or_none(&e->arena, facts->link_type);
	body.source = copy_or_none(&e->arena, facts->source);
	if (!list_counters(e, &body)) {
		count(&e->counts, COUNT_ARENA_FULL);
		return;
	}
	event.time = now_ns;
	event.body_case = EV__EVENT__BODY_SENSOR_HEALTH;
	event.sensor_health = &body;
	emit_numbered(e, &event);
}

const struct counts *engine_counts(const struct engine *e)
{
	return &e->counts;
}
