/* The cursor, a stream's order, the table of connections. */
#include "sensor/core/cursor.h"
#include "sensor/core/flow.h"
#include "sensor/core/link.h"
#include "tests/bench/measure.h"
#include "tests/lib/packets.h"

#include <stdlib.h>

enum { SEGMENTS = 64, SEGMENT_BYTES = 1460, FIELDS = 1000, FLOWS = 20000 };

static uint8_t bytes[65536];
static volatile uint64_t sink;

static void read_fields(void *ctx)
{
	struct cursor c = cur_of(view_of(bytes, FIELDS * 4));
	uint64_t sum = 0;

	(void)ctx;
	for (int i = 0; i < FIELDS; i++)
		sum += cur_u32le(&c);
	sink = sum + cur_ok(&c);
}

static void read_headers(void *ctx)
{
	static uint8_t frame[PACKETS_HEADERS_BYTES + 100];
	const struct segment s = { .source = 1, .destination = 2, .source_port = 3, .destination_port = 4, .payload = view_of(bytes, 100) };
	struct view v = packets_ethernet(&s, frame);
	struct link link;
	struct ip ip;
	struct tcp tcp;

	(void)ctx;
	for (int i = 0; i < FIELDS; i++) {
		sink = link_parse(LINK_ETHERNET, v, &link);
		sink = ip_parse(link.ip, &ip);
		sink = tcp_parse(ip.payload, ip.wire_bytes, &tcp);
	}
}

/* ---- streams ---- */

static void on_data(void *ctx, struct view v, int64_t time_ns)
{
	(void)ctx;
	sink = v.n + (uint64_t)time_ns;
}

static void on_gap(void *ctx, uint64_t n, int64_t time_ns)
{
	(void)ctx;
	sink = n + (uint64_t)time_ns;
}

static struct stream_env streams(struct pool *pool)
{
	static struct counts counts;

	return (struct stream_env){ .pool = pool, .counts = &counts, .limits = &limits_default, .data = on_data, .gap = on_gap };
}

static void feed_in_order(void *ctx)
{
	const struct stream_env env = streams(ctx);
	struct stream s = { .next = 0 };

	for (uint32_t i = 0; i < SEGMENTS; i++)
		stream_feed(&s, &env, NULL, i * SEGMENT_BYTES, view_of(bytes, SEGMENT_BYTES), i);
}

static void feed_swapped(void *ctx)
{
	const struct stream_env env = streams(ctx);
	struct stream s = { .next = 0 };

	stream_start(&s, 0);
	for (uint32_t i = 0; i < SEGMENTS; i++)
		stream_feed(&s, &env, NULL, (i ^ 1) * SEGMENT_BYTES, view_of(bytes, SEGMENT_BYTES), i);
}

/* ---- connections ---- */

static struct flow_key key_of(uint32_t i)
{
	struct flow_key key = { .address_bytes = 4, .port = { (uint16_t)i, 445 } };

	key.address[0][0] = (uint8_t)(i >> 16);
	key.address[0][1] = (uint8_t)(i >> 8);
	return key;
}

static void find_flows(void *ctx)
{
	for (uint32_t i = 0; i < FLOWS; i++) {
		struct flow_key key = key_of(i);

		sink = flow_find(ctx, &key) != NULL;
	}
}

static void fill(struct flow_table *table)
{
	for (uint32_t i = 0; i < FLOWS; i++) {
		struct flow_key key = key_of(i);

		flow_add(table, &key, 0);
	}
}

int main(void)
{
	struct pool *pool = pool_new(limits_default.memory_bytes);
	struct flow_table *table = flow_table_new(pool, limits_default.flows, (const uint64_t[2]){ 0, 0 });

	if (table == NULL)
		return EXIT_FAILURE;
	fill(table);
	measure(&(struct measured){ "core/cursor", "32-bit fields", FIELDS, FIELDS * 4, read_fields, NULL });
	measure(&(struct measured){ "core/packet", "Ethernet, IPv4 and TCP headers", FIELDS, 0, read_headers, NULL });
	measure(&(struct measured){ "core/stream", "segments in order", SEGMENTS, SEGMENTS * SEGMENT_BYTES, feed_in_order, pool });
	measure(&(struct measured){ "core/stream", "segments swapped in pairs", SEGMENTS, SEGMENTS * SEGMENT_BYTES, feed_swapped, pool });
	measure(&(struct measured){ "core/flow", "lookups among 20,000 connections", FLOWS, 0, find_flows, table });
	for (struct flow *f; (f = flow_oldest(table, FLOW_PLAIN)) != NULL;)
		flow_remove(table, f);
	flow_table_free(table);
	pool_free(pool);
	return EXIT_SUCCESS;
}
