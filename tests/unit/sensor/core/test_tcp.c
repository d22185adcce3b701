#include "sensor/core/tcp.h"
#include "tests/lib/ladder.h"

#include <criterion/criterion.h>

#define SEGMENT(...) ({ static const uint8_t bytes[] = { __VA_ARGS__ }; view_of(bytes, sizeof(bytes)); })
#define HEADER(offset) 0xC0, 0x01, 0x01, 0xBD, 1, 2, 3, 4, 5, 6, 7, 8, offset, 0x18, 0xFF, 0xFF, 0, 0, 0, 0

Test(tcp, the_header_is_read)
{
	struct tcp t;

	cr_assert(tcp_parse(SEGMENT(HEADER(0x50), 'a', 'b'), 22, &t));
	cr_expect_eq(t.source_port, 0xC001);
	cr_expect_eq(t.destination_port, 445);
	cr_expect_eq(t.seq, 0x01020304);
	cr_expect_eq(t.ack, 0x05060708);
	cr_expect(tcp_has(&t, TCP_ACK));
	cr_expect_not(tcp_has(&t, TCP_ACK | TCP_SYN));
	cr_expect(view_equals(t.payload, SEGMENT('a', 'b')));
	cr_expect_eq(t.wire_bytes, 2);
}

Test(tcp, options_are_passed_over)
{
	struct tcp t;

	cr_assert(tcp_parse(SEGMENT(HEADER(0x60), 1, 1, 1, 1, 'a'), 25, &t));
	cr_expect(view_equals(t.payload, SEGMENT('a')));
	cr_assert(tcp_parse(SEGMENT(HEADER(0x60), 1, 1, 1, 1), 24, &t));
	cr_expect_eq(t.payload.n, 0);
}

Test(tcp, a_header_that_is_too_short_or_too_long_is_malformed)
{
	struct tcp t = { .seq = 9 };

	cr_expect_not(tcp_parse(SEGMENT(HEADER(0x40)), 20, &t));
	cr_expect_not(tcp_parse(SEGMENT(HEADER(0x60)), 20, &t));
	cr_expect_not(tcp_parse(SEGMENT(HEADER(0x60), 1, 1, 1), 24, &t), "options cut by the snap length");
	cr_expect_eq(t.seq, 9);
}

Test(tcp, the_length_on_the_wire_may_exceed_what_was_captured)
{
	struct tcp t;

	cr_assert(tcp_parse(SEGMENT(HEADER(0x50), 'a'), 1480, &t));
	cr_expect_eq(t.payload.n, 1);
	cr_expect_eq(t.wire_bytes, 1460);
}

Test(tcp, distances_cross_the_wrap)
{
	cr_expect_eq(tcp_distance(5, 0xFFFFFFFB), 10);
	cr_expect_eq(tcp_distance(0xFFFFFFFB, 5), -10);
	cr_expect_eq(tcp_distance(7, 7), 0);
}

static void shorter_is_malformed(struct view prefix, void *ctx)
{
	struct tcp t;

	(void)ctx;
	cr_expect_eq(tcp_parse(prefix, prefix.n, &t), prefix.n >= 24);
}

Test(tcp, every_shorter_prefix_is_malformed)
{
	struct view segment = SEGMENT(HEADER(0x60), 1, 1, 1, 1, 'a');

	ladder(segment.bytes, segment.n, shorter_is_malformed, NULL);
}
