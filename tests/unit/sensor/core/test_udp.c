#include "sensor/core/udp.h"
#include "tests/lib/ladder.h"

#include <criterion/criterion.h>

static const uint8_t datagram[] = { 0xC0, 0x01, 0x00, 0x58, 0x00, 0x0B, 0x12, 0x34, 'a', 'b', 'c' };

Test(udp, a_datagram_gives_ports_and_payload)
{
	struct udp u;

	cr_assert(udp_parse(view_of(datagram, sizeof(datagram)), sizeof(datagram), &u));
	cr_expect_eq(u.source_port, 0xC001);
	cr_expect_eq(u.destination_port, 88);
	cr_expect_eq(u.wire_bytes, 3);
	cr_expect(view_equals(u.payload, view_of("abc", 3)));
}

Test(udp, what_stands_behind_its_length_is_left_out)
{
	uint8_t longer[16] = { 0xC0, 0x01, 0x00, 0x58, 0x00, 0x0A, 0, 0, 'a', 'b', 'c' };
	struct udp u;

	cr_assert(udp_parse(view_of(longer, sizeof(longer)), sizeof(longer), &u));
	cr_expect_eq(u.payload.n, 2);
}

Test(udp, a_length_of_zero_means_offloading)
{
	uint8_t offloaded[] = { 0xC0, 0x01, 0x00, 0x58, 0, 0, 0, 0, 'a' };
	struct udp u;

	cr_assert(udp_parse(view_of(offloaded, sizeof(offloaded)), sizeof(offloaded), &u));
	cr_expect_eq(u.wire_bytes, 1);
}

Test(udp, a_length_that_contradicts_the_packet_is_refused)
{
	uint8_t lying[] = { 0xC0, 0x01, 0x00, 0x58, 0, 7, 0, 0 };
	struct udp u = { .source_port = 7 };

	cr_expect_not(udp_parse(view_of(lying, sizeof(lying)), sizeof(lying), &u));
	lying[5] = 9;
	cr_expect_not(udp_parse(view_of(lying, sizeof(lying)), sizeof(lying), &u));
	cr_expect_eq(u.source_port, 7);
}

static void each(struct view prefix, void *ctx)
{
	struct udp u;
	bool ok = udp_parse(prefix, sizeof(datagram), &u);

	(void)ctx;
	cr_expect_eq(ok, prefix.n >= 8);
	if (ok)
		cr_expect_eq(u.payload.n, prefix.n - 8, "a cut datagram holds what was captured");
}

Test(udp, every_prefix_is_read_as_far_as_it_goes)
{
	ladder(datagram, sizeof(datagram), each, NULL);
}
