#include "sensor/core/ip.h"
#include "tests/lib/ladder.h"

#include <criterion/criterion.h>
#include <string.h>

#define V4(total, fragment, protocol) 0x45, 0, 0, total, 0x12, 0x34, fragment, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2
#define V6(length, next) 0x60, 0, 0, 0, 0, length, next, 64, ONE, TWO
#define ONE 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1
#define TWO 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2
#define U16(value) (uint8_t)((value) >> 8), (uint8_t)(value)
#define WHOLE U16(0x4000)
#define PACKET(...) ({ static const uint8_t bytes[] = { __VA_ARGS__ }; view_of(bytes, sizeof(bytes)); })

Test(ip, version_4_gives_addresses_and_payload)
{
	struct ip ip;

	cr_assert_eq(ip_parse(PACKET(V4(23, WHOLE, 6), 'a', 'b', 'c'), &ip), IP_IS_TCP);
	cr_expect_eq(ip.version, 4);
	cr_expect(view_equals(ip.source, PACKET(10, 0, 0, 1)));
	cr_expect(view_equals(ip.destination, PACKET(10, 0, 0, 2)));
	cr_expect(view_equals(ip.payload, PACKET('a', 'b', 'c')));
	cr_expect_eq(ip.wire_bytes, 3);
}

Test(ip, what_the_link_layer_padded_is_left_out)
{
	struct ip ip;

	cr_assert_eq(ip_parse(PACKET(V4(21, WHOLE, 6), 'a', 0, 0, 0), &ip), IP_IS_TCP);
	cr_expect_eq(ip.payload.n, 1);
	cr_assert_eq(ip_parse(PACKET(V6(1, 6), 'a', 0, 0), &ip), IP_IS_TCP);
	cr_expect_eq(ip.payload.n, 1);
}

Test(ip, a_cut_packet_tells_how_long_it_was)
{
	struct ip ip;

	cr_assert_eq(ip_parse(PACKET(V4(120, WHOLE, 6), 'a', 'b'), &ip), IP_IS_TCP);
	cr_expect_eq(ip.payload.n, 2);
	cr_expect_eq(ip.wire_bytes, 100);
}

Test(ip, a_length_of_zero_means_offloading)
{
	struct ip ip;

	cr_assert_eq(ip_parse(PACKET(V4(0, WHOLE, 6), 'a', 'b'), &ip), IP_IS_TCP);
	cr_expect_eq(ip.wire_bytes, 2);
	cr_assert_eq(ip_parse(PACKET(V6(0, 6), 'a', 'b'), &ip), IP_IS_TCP);
	cr_expect_eq(ip.payload.n, 2);
}

Test(ip, options_are_passed_over)
{
	struct ip ip;
	struct view packet = PACKET(0x46, 0, 0, 25, 0, 0, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 1, 1, 1, 0, 'a');

	cr_assert_eq(ip_parse(packet, &ip), IP_IS_TCP);
	cr_expect(view_equals(ip.payload, PACKET('a')));
}

Test(ip, headers_that_contradict_themselves_are_malformed)
{
	struct ip ip = { .version = 77 };

	cr_expect_eq(ip_parse(PACKET(0x44, 0, 0, 20, 0, 0, 0, 0, 64, 6, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2), &ip), IP_IS_MALFORMED);
	cr_expect_eq(ip_parse(PACKET(V4(19, WHOLE, 6)), &ip), IP_IS_MALFORMED);
	cr_expect_eq(ip_parse(PACKET(0x4F, 0, 0, 60, 0, 0, 0, 0, 64, 6, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2), &ip), IP_IS_MALFORMED);
	cr_expect_eq(ip_parse(PACKET(0x55, 0, 0, 20), &ip), IP_IS_MALFORMED);
	cr_expect_eq(ip_parse(view_of(NULL, 0), &ip), IP_IS_MALFORMED);
	cr_expect_eq(ip.version, 77);
}

Test(ip, other_protocols_are_other)
{
	struct ip ip;

	cr_expect_eq(ip_parse(PACKET(V4(20, WHOLE, 1)), &ip), IP_IS_OTHER);
	cr_expect_eq(ip_parse(PACKET(V4(20, U16(0x2000), 1)), &ip), IP_IS_OTHER, "nor are their fragments worth keeping");
	cr_expect_eq(ip_parse(PACKET(V6(0, 58)), &ip), IP_IS_OTHER);
	cr_expect_eq(ip_parse(PACKET(V6(0, 59)), &ip), IP_IS_OTHER);
}

Test(ip, udp_is_told_apart)
{
	struct ip ip;

	cr_assert_eq(ip_parse(PACKET(V4(23, WHOLE, 17), 'a', 'b', 'c'), &ip), IP_IS_UDP);
	cr_expect_eq(ip.payload.n, 3);
	cr_expect_eq(ip_parse(PACKET(V6(1, 17), 'a'), &ip), IP_IS_UDP);
	cr_assert_eq(ip_parse(PACKET(V4(28, U16(0x2000), 17), 1, 2, 3, 4, 5, 6, 7, 8), &ip), IP_IS_FRAGMENT);
	cr_expect_eq(ip.next_header, IP_NEXT_UDP);
}

Test(ip, fragments_tell_their_place)
{
	struct ip ip;

	cr_assert_eq(ip_parse(PACKET(V4(28, U16(0x2002), 6), 1, 2, 3, 4, 5, 6, 7, 8), &ip), IP_IS_FRAGMENT);
	cr_expect_eq(ip.fragment_id, 0x1234);
	cr_expect_eq(ip.fragment_offset, 16);
	cr_expect(ip.more_fragments);
	cr_assert_eq(ip_parse(PACKET(V4(28, U16(0x1FFF), 6), 1, 2, 3, 4, 5, 6, 7, 8), &ip), IP_IS_FRAGMENT);
	cr_expect_eq(ip.fragment_offset, 65528);
	cr_expect_not(ip.more_fragments);
}

Test(ip, extension_headers_of_version_6_are_walked)
{
	struct ip ip;

	cr_assert_eq(ip_parse(PACKET(V6(33, 0), 60, 0, 1, 4, 0, 0, 0, 0, 51, 0, 0, 0, 0, 0, 0, 0, 6, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
				     0, 0, 'a'),
			      &ip),
		     IP_IS_TCP);
	cr_expect(view_equals(ip.payload, PACKET('a')));
	cr_expect_eq(ip.wire_bytes, 1);
}

Test(ip, an_atomic_fragment_is_a_whole_packet)
{
	struct ip ip;

	cr_assert_eq(ip_parse(PACKET(V6(9, 44), 6, 0, 0, 0, 0, 0, 0, 9, 'a'), &ip), IP_IS_TCP);
	cr_expect_eq(ip.payload.n, 1);
}

Test(ip, fragments_of_version_6_tell_their_place)
{
	struct ip ip;

	cr_assert_eq(ip_parse(PACKET(V6(16, 44), 6, 0, 0x00, 0x11, 1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 7, 8), &ip), IP_IS_FRAGMENT);
	cr_expect_eq(ip.fragment_id, 0x01020304);
	cr_expect_eq(ip.fragment_offset, 16);
	cr_expect(ip.more_fragments);
	cr_expect_eq(ip.payload.n, 8);
}

Test(ip, a_fragment_inside_a_whole_datagram_is_malformed)
{
	struct ip ip = { .version = 6, .next_header = 44, .payload = PACKET(6, 0, 0, 0x11, 0, 0, 0, 1, 'x'), .wire_bytes = 9 };

	cr_expect_eq(ip_parse_whole(&ip), IP_IS_MALFORMED);
}

static void shorter_is_malformed(struct view prefix, void *ctx)
{
	struct ip ip;

	cr_expect_eq(ip_parse(prefix, &ip), prefix.n < *(const size_t *)ctx ? IP_IS_MALFORMED : IP_IS_TCP);
}

Test(ip, every_shorter_prefix_of_the_headers_is_malformed)
{
	struct view packet = PACKET(V6(17, 0), 60, 0, 1, 4, 0, 0, 0, 0, 6, 0, 1, 4, 0, 0, 0, 0, 'a');
	size_t header_bytes = 56;

	ladder(packet.bytes, packet.n, shorter_is_malformed, &header_bytes);
	packet = PACKET(V4(21, WHOLE, 6), 'a');
	header_bytes = 20;
	ladder(packet.bytes, packet.n, shorter_is_malformed, &header_bytes);
}
