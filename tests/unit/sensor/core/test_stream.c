#include "sensor/core/stream.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* A stream whose sink writes what it gets as text: "abc", holes as "[3]". */
struct bench {
	struct stream stream;
	struct stream_env env;
	struct counts counts;
	struct limits limits;
	char got[8192];
	size_t n;
	int64_t last_time_ns;
};

static struct bench b;

static void on_data(void *ctx, struct view bytes, int64_t time_ns)
{
	(void)ctx;
	memcpy(b.got + b.n, bytes.bytes, bytes.n);
	b.n += bytes.n;
	b.last_time_ns = time_ns;
}

static void on_gap(void *ctx, uint64_t n, int64_t time_ns)
{
	(void)ctx;
	(void)time_ns;
	b.n += (size_t)sprintf(b.got + b.n, "[%llu]", (unsigned long long)n);
}

static void set_up(void)
{
	b.limits = limits_default;
	b.env = (struct stream_env){ .pool = pool_new(1 << 20), .counts = &b.counts, .limits = &b.limits, .data = on_data, .gap = on_gap };
}

static void tear_down(void)
{
	stream_fini(&b.stream, &b.env);
	cr_expect_eq(pool_used_bytes(b.env.pool), 0);
	pool_free(b.env.pool);
}

TestSuite(stream, .init = set_up, .fini = tear_down);

static void feed_at(uint32_t seq, const char *text, int64_t time_ns)
{
	stream_feed(&b.stream, &b.env, NULL, seq, view_of(text, strlen(text)), time_ns);
}

static void feed(uint32_t seq, const char *text)
{
	feed_at(seq, text, 0);
}

static void acked(uint32_t ack, bool answers, int64_t time_ns)
{
	stream_acked(&b.stream, ack);
	stream_pass_over(&b.stream, &b.env, NULL, ack, answers, time_ns);
}

#define EXPECT_GOT(text) cr_expect_str_eq(b.got, text)

Test(stream, bytes_in_order_go_straight_on)
{
	stream_start(&b.stream, 100);
	feed(100, "abc");
	feed(103, "");
	feed(103, "de");
	EXPECT_GOT("abcde");
	cr_expect_eq(pool_used_bytes(b.env.pool), 0, "nothing is copied");
}

Test(stream, without_a_start_the_first_segment_is_the_start)
{
	feed(777, "abc");
	feed(780, "d");
	EXPECT_GOT("abcd");
	cr_expect_eq(b.stream.gaps, 0);
}

Test(stream, segments_out_of_order_wait_for_the_missing_ones)
{
	stream_start(&b.stream, 0);
	feed(6, "gh");
	feed(3, "def");
	cr_expect(stream_has_hole(&b.stream));
	EXPECT_GOT("");
	feed(0, "abc");
	EXPECT_GOT("abcdefgh");
	cr_expect_not(stream_has_hole(&b.stream));
}

Test(stream, bytes_keep_the_time_of_their_own_packet)
{
	stream_start(&b.stream, 0);
	feed_at(3, "def", 10);
	feed_at(0, "abc", 20);
	cr_expect_eq(b.last_time_ns, 10);
}

Test(stream, retransmissions_are_passed_over_and_their_news_used)
{
	stream_start(&b.stream, 0);
	feed(0, "abcd");
	feed(0, "abcd");
	feed(2, "cd");
	feed(2, "cdef");
	feed(5, "f");
	EXPECT_GOT("abcdef");
	cr_expect_eq(b.counts.of[COUNT_TCP_OVERLAP], 0);
}

Test(stream, the_first_bytes_win_and_a_difference_is_counted)
{
	stream_start(&b.stream, 0);
	feed(2, "CD");
	feed(0, "abcdef");
	EXPECT_GOT("abCDef");
	cr_expect_eq(b.counts.of[COUNT_TCP_OVERLAP], 1);
}

Test(stream, held_pieces_overlap_in_every_way)
{
	stream_start(&b.stream, 0);
	feed(4, "ef");
	feed(8, "ij");
	feed(3, "DEFGHIJKL");
	feed(2, "cDE");
	feed(5, "F");
	feed(12, "mn");
	cr_expect_eq(b.counts.of[COUNT_TCP_OVERLAP], 4);
	feed(0, "ab");
	EXPECT_GOT("abcDefGHijKLmn");
}

Test(stream, sequence_numbers_wrap)
{
	stream_start(&b.stream, 0xFFFFFFFD);
	feed(1, "ef");
	feed(0xFFFFFFFF, "cd");
	feed(0xFFFFFFFD, "ab");
	feed(0xFFFFFFFE, "bcdefg");
	EXPECT_GOT("abcdefg");
}

Test(stream, keep_alives_and_window_probes_change_nothing)
{
	stream_start(&b.stream, 100);
	feed(100, "abc");
	feed(102, "\x01");
	feed(103, "d");
	feed(103, "def");
	EXPECT_GOT("abcdef");
}

Test(stream, a_hole_is_given_up_when_it_gets_too_old)
{
	stream_start(&b.stream, 0);
	feed_at(3, "def", 1000);
	stream_expire(&b.stream, &b.env, NULL, 1000 + b.limits.hole_ns);
	EXPECT_GOT("");
	stream_expire(&b.stream, &b.env, NULL, 1001 + b.limits.hole_ns);
	EXPECT_GOT("[3]def");
	feed(0, "abc");
	EXPECT_GOT("[3]def");
	cr_expect_eq(b.stream.gaps, 1);
	cr_expect_eq(b.stream.gap_bytes, 3);
	cr_expect_eq(b.counts.of[COUNT_TCP_GAP], 1);
	cr_expect_eq(b.counts.of[COUNT_TCP_GAP_BYTES], 3);
}

Test(stream, an_answer_behind_the_hole_gives_it_up_at_once)
{
	stream_start(&b.stream, 0);
	feed(3, "def");
	feed(8, "ij");
	acked(2, true, 0);
	EXPECT_GOT("");
	acked(3, true, 0);
	EXPECT_GOT("[3]def");
	acked(10, true, 0);
	EXPECT_GOT("[3]def[2]ij");
}

Test(stream, a_bare_acknowledgement_leaves_time_for_reordering)
{
	stream_start(&b.stream, 0);
	feed_at(3, "def", 0);
	acked(6, false, STREAM_ACKED_HOLE_NS);
	EXPECT_GOT("");
	acked(6, false, STREAM_ACKED_HOLE_NS + 1);
	EXPECT_GOT("[3]def");
}

Test(stream, holding_too_many_bytes_gives_the_hole_up)
{
	char long_text[257];

	memset(long_text, 'x', 256);
	long_text[256] = '\0';
	b.limits.out_of_order_bytes = 600;
	stream_start(&b.stream, 0);
	feed(10, long_text);
	feed(266, long_text);
	EXPECT_GOT("");
	feed(522, long_text);
	cr_expect_eq(strncmp(b.got, "[10]xxx", 7), 0);
	cr_expect_eq(b.n, 4 + 3 * 256);
}

Test(stream, holding_too_many_segments_gives_the_hole_up)
{
	stream_start(&b.stream, 0);
	for (uint32_t i = 0; i <= STREAM_HELD_SEGMENTS; i++)
		feed(10 + 2 * i, "x");
	cr_expect_eq(strncmp(b.got, "[10]x", 5), 0);
	cr_expect_eq(b.stream.gaps, 1);
	stream_flush(&b.stream, &b.env, NULL);
	cr_expect_eq(b.stream.gaps, STREAM_HELD_SEGMENTS + 1);
}

Test(stream, a_segment_that_may_not_be_held_at_all_is_handed_on_behind_a_gap)
{
	b.limits.out_of_order_bytes = 10;
	stream_start(&b.stream, 0);
	feed(5, "fgh");
	EXPECT_GOT("[5]fgh");
	cr_expect_eq(pool_used_bytes(b.env.pool), 0);
}

Test(stream, without_memory_the_hole_is_given_up)
{
	void *all = pool_get(b.env.pool, 1 << 20);

	stream_start(&b.stream, 0);
	feed(5, "fgh");
	EXPECT_GOT("[5]fgh");
	cr_expect_eq(b.counts.of[COUNT_POOL_FULL], 1);
	pool_put(b.env.pool, all, 1 << 20);
}

Test(stream, a_segment_far_outside_the_window_is_ignored)
{
	stream_start(&b.stream, 0);
	feed(0, "abc");
	acked(3, false, 0);
	feed(4 + STREAM_WINDOW_BYTES, "evil");
	cr_expect_not(stream_has_hole(&b.stream));
	cr_expect_eq(b.counts.of[COUNT_TCP_OUT_OF_WINDOW], 1);
	feed(3, "d");
	EXPECT_GOT("abcd");
}

Test(stream, it_is_finished_when_every_byte_before_the_fin_was_handed_on)
{
	stream_start(&b.stream, 0);
	feed(3, "def");
	stream_fin(&b.stream, 6);
	cr_expect_not(stream_is_finished(&b.stream));
	feed(0, "abc");
	cr_expect(stream_is_finished(&b.stream));
}

Test(stream, bytes_behind_a_fin_show_that_it_was_not_real)
{
	stream_start(&b.stream, 0);
	feed(0, "abc");
	stream_fin(&b.stream, 5);
	feed(3, "defgh");
	cr_expect_not(stream_is_finished(&b.stream));
	stream_fin(&b.stream, 8);
	cr_expect(stream_is_finished(&b.stream));
}

Test(stream, what_is_held_can_be_forgotten)
{
	stream_start(&b.stream, 0);
	feed(3, "def");
	feed(9, "jkl");
	stream_fini(&b.stream, &b.env);
	EXPECT_GOT("");
}

/* Any order and overlap of the pieces of one text gives the text. */
Test(stream, every_order_of_pieces_gives_the_same_bytes)
{
	static const char text[] = "The quick brown fox jumps over the lazy dog";
	const uint32_t n = sizeof(text) - 1;
	uint32_t random = 1;

	for (int round = 0; round < 2000; round++) {
		char piece[16];

		b.stream = (struct stream){ .is_started = false };
		stream_start(&b.stream, 0xFFFFFFF0);
		b.n = 0;
		memset(b.got, 0, sizeof(b.got));
		while (b.n < n) {
			uint32_t at, length;

			random = random * 1664525 + 1013904223;
			at = (random >> 8) % n;
			length = 1 + (random >> 20) % 12;
			snprintf(piece, sizeof(piece), "%.*s", (int)length, text + at);
			feed(0xFFFFFFF0 + at, piece);
		}
		cr_assert_str_eq(b.got, text);
		cr_assert_not(stream_has_hole(&b.stream));
	}
	cr_expect_eq(b.counts.of[COUNT_TCP_OVERLAP], 0);
}
