/*
 * One association. Seeds are conversations: for each piece a byte (bit 0: to
 * the server, bit 1: a gap instead, bit 2 of the first one: over TCP), its
 * length as 16 bits, and its bytes. The same pieces cut into single bytes must
 * give the same events.
 */
#include "sensor/auth/token.h"
#include "sensor/core/cursor.h"
#include "sensor/rpc/endpoints.h"
#include "sensor/rpc/rpc.h"
#include "tests/lib/stage.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

struct seen {
	uint64_t hash;	/* FNV-1a over the packed events */
	bool is_full;
};

static void emit(void *ctx, const Ev__Event *event)
{
	struct seen *seen = ctx;
	size_t n = ev__event__get_packed_size(event);
	uint8_t *packed = malloc(n);

	ev__event__pack(event, packed);
	for (size_t i = 0; i < n; i++)
		seen->hash = (seen->hash ^ packed[i]) * 0x100000001b3;
	free(packed);
}

static void feed(struct stage *s, struct assoc *a, bool to_server, struct view bytes, size_t cut)
{
	struct cursor c = cur_of(bytes);

	while (cur_left(&c) > 0) {
		stage_packet(s);
		rpc_pipe_ops.feed(a, to_server, cur_take(&c, cut < cur_left(&c) ? cut : cur_left(&c)), 1);
	}
}

static struct seen play(struct view input, size_t cut)
{
	struct stage *s = stage_new(0);
	struct cursor c = cur_of(input), ahead = c;
	bool is_tcp = (cur_u8(&ahead) & 4) != 0;
	struct pipe_place place = { .parties = &s->parties, .pipe = is_tcp ? NULL : "atsvc", .has_ids = !is_tcp };
	struct seen seen = { 0 };
	struct assoc *a;

	s->env.emit = emit;
	s->env.emit_ctx = &seen;
	s->env.read_token = token_read;
	s->env.endpoints = endpoints_new(s->env.pool);
	a = rpc_pipe_ops.open(&s->env, &place);
	while (cur_left(&c) >= 3) {
		uint8_t what = cur_u8(&c);
		size_t n = cur_u16le(&c);

		if (what & 2)
			rpc_pipe_ops.gap(a, what & 1, n, 1);
		else
			feed(s, a, what & 1, cur_take(&c, n < cur_left(&c) ? n : cur_left(&c)), cut);
	}
	stage_packet(s);
	rpc_pipe_ops.close(a);
	endpoints_free(s->env.endpoints);
	seen.is_full = s->counts.of[COUNT_ARENA_FULL] != 0;
	stage_free(s);
	return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct seen whole = play(view_of(data, n), SIZE_MAX);
	struct seen cut = play(view_of(data, n), 1);

	if (!whole.is_full && whole.hash != cut.hash)
		abort();
	return 0;
}
