#include "sensor/core/cursor.h"
#include "sensor/core/stream.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* What the sink was told, in all. */
static uint64_t told;

static void on_data(void *ctx, struct view bytes, int64_t time_ns)
{
	(void)ctx;
	(void)time_ns;
	assert(bytes.n > 0);
	told += bytes.n;
}

static void on_gap(void *ctx, uint64_t missing, int64_t time_ns)
{
	(void)ctx;
	(void)time_ns;
	assert(missing > 0);
	told += missing;
}

static void acknowledge(struct stream *s, const struct stream_env *env, uint32_t seq, bool answers, int64_t now_ns)
{
	stream_acked(s, seq);
	stream_pass_over(s, env, NULL, seq, answers, now_ns);
}

static void step(struct stream *s, const struct stream_env *env, struct cursor *c, int64_t now_ns)
{
	uint8_t what = cur_u8(c), n = cur_u8(c);
	uint32_t seq = 0xFFFFFF00 + cur_u16le(c);

	if (what < 200)
		stream_feed(s, env, NULL, seq, cur_take(c, n % (cur_left(c) + 1)), now_ns);
	else if (what < 220)
		acknowledge(s, env, seq, what % 2, now_ns);
	else if (what < 230)
		stream_fin(s, seq);
	else if (what < 240)
		stream_expire(s, env, NULL, now_ns);
	else if (what < 242)
		stream_flush(s, env, NULL);
}

/* Any order of segments, acknowledgements and time: every byte is told once, as data or as a gap, and all memory comes back. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct limits limits = limits_default;
	struct counts counts = { 0 };
	struct stream s = { .is_started = false };
	struct stream_env env = { .pool = pool_new(1 << 16), .counts = &counts, .limits = &limits, .data = on_data, .gap = on_gap };
	struct cursor c = cur_of(view_of(data, n));

	limits.out_of_order_bytes = 1024;
	told = 0;
	stream_start(&s, 0xFFFFFF80);
	for (int64_t now_ns = 0; cur_left(&c) > 0; now_ns += limits.hole_ns / 4) {
		step(&s, &env, &c, now_ns);
		assert((uint32_t)told == s.next - 0xFFFFFF80);
		assert(s.next != s.fin || !s.has_fin || stream_is_finished(&s));
	}
	stream_flush(&s, &env, NULL);
	assert(!stream_has_hole(&s) && pool_used_bytes(env.pool) == 0);
	pool_free(env.pool);
	return 0;
}
