/*
 * A key distribution centre. Seeds are conversations: for each piece a byte
 * (bit 0: to the KDC, bit 1: a gap instead, bit 2: a datagram), its length as
 * 16 bits, and its bytes. The same pieces cut into single bytes must give the
 * same events.
 */
#include "sensor/auth/kdc.h"
#include "sensor/auth/tickets.h"
#include "sensor/core/cursor.h"
#include "tests/lib/line.h"
#include "tests/lib/stage.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void emit(void *ctx, const Ev__Event *event)
{
	uint64_t *hash = ctx;	/* FNV-1a over the packed events */
	size_t n = ev__event__get_packed_size(event);
	uint8_t *packed = malloc(n);

	ev__event__pack(event, packed);
	for (size_t i = 0; i < n; i++)
		*hash = (*hash ^ packed[i]) * 0x100000001b3;
	free(packed);
}

static void datagram(struct stage *s, struct kdc_udp *udp, bool to_kdc, struct view bytes)
{
	struct datagram d = { .payload = bytes, .wire_bytes = bytes.n };

	d.from = to_kdc ? s->parties.client : s->parties.server;
	d.to = to_kdc ? s->parties.server : s->parties.client;
	if (kdc_udp_claims(&d))
		kdc_udp_feed(udp, &d, 1);
}

static void stream(struct stage *s, struct conn *conn, enum way way, struct view bytes, size_t cut)
{
	for (; bytes.n > 0; bytes = view_after(bytes, cut)) {
		stage_packet(s);
		kdc_conn_ops.feed(conn, way, view_first(bytes, cut), 1);
	}
}

static uint64_t play(struct view input, size_t cut)
{
	struct stage *s = stage_new(0);
	struct line line;
	struct cursor c = cur_of(input);
	struct kdc_udp *udp = kdc_udp_new(&s->env);
	uint64_t hash = 0;
	struct conn *conn;

	s->env.emit = emit;
	s->env.emit_ctx = &hash;
	s->env.tickets = tickets_new(s->env.pool, &s->counts, &limits_default);
	line_init(&line, 0, false);
	conn = kdc_conn_ops.open(&s->env, &line.flow.ends);
	while (cur_left(&c) >= 3) {
		uint8_t what = cur_u8(&c);
		size_t n = cur_u16le(&c);
		enum way way = what & 1 ? FROM_OPENER : FROM_OPENED;
		struct view bytes = what & 2 ? view_of(NULL, 0) : cur_take(&c, n < cur_left(&c) ? n : cur_left(&c));

		stage_packet(s);
		if (what & 2)
			kdc_conn_ops.gap(conn, way, n, 1);
		else if (what & 4)
			datagram(s, udp, what & 1, bytes);
		else
			stream(s, conn, way, bytes, cut);
	}
	stage_packet(s);
	kdc_conn_ops.close(conn, "fin", 1);
	kdc_udp_free(udp);
	tickets_free(s->env.tickets);
	stage_free(s);
	return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	if (play(view_of(data, n), SIZE_MAX) != play(view_of(data, n), 1))
		abort();
	return 0;
}
