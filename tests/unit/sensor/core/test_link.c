#include "sensor/core/link.h"
#include "tests/lib/ladder.h"

#include <criterion/criterion.h>

#define FRAME(...) ({ static const uint8_t bytes[] = { __VA_ARGS__ }; view_of(bytes, sizeof(bytes)); })
#define MAC_A 2, 0, 0, 0, 0, 0xA
#define MAC_B 2, 0, 0, 0, 0, 0xB

static struct link parsed(int link_type, struct view frame)
{
	struct link link = { .vlan = 0xFFFF };

	cr_assert_eq(link_parse(link_type, frame, &link), LINK_IS_IP);
	return link;
}

Test(link, ethernet_gives_both_addresses_and_what_follows)
{
	struct link link = parsed(LINK_ETHERNET, FRAME(MAC_A, MAC_B, 0x08, 0x00, 0x45, 0x00));

	cr_expect(view_equals(link.destination_mac, FRAME(MAC_A)));
	cr_expect(view_equals(link.source_mac, FRAME(MAC_B)));
	cr_expect(view_equals(link.ip, FRAME(0x45, 0x00)));
	cr_expect_eq(link.vlan, 0);
	cr_expect(view_equals(parsed(LINK_ETHERNET, FRAME(MAC_A, MAC_B, 0x86, 0xDD, 0x60)).ip, FRAME(0x60)));
}

Test(link, the_innermost_of_stacked_tags_is_the_vlan)
{
	cr_expect_eq(parsed(LINK_ETHERNET, FRAME(MAC_A, MAC_B, 0x81, 0x00, 0xE0, 0x05, 0x08, 0x00, 0x45)).vlan, 5);
	cr_expect_eq(parsed(LINK_ETHERNET, FRAME(MAC_A, MAC_B, 0x88, 0xA8, 0x00, 0x05, 0x81, 0x00, 0x0F, 0xFF, 0x08, 0x00, 0x45)).vlan,
		     0xFFF);
	cr_expect_eq(parsed(LINK_ETHERNET,
			    FRAME(MAC_A, MAC_B, 0x91, 0x00, 0, 1, 0x91, 0x00, 0, 2, 0x81, 0x00, 0, 3, 0x08, 0x00, 0x45)).vlan,
		     3);
}

Test(link, a_priority_tag_names_no_vlan)
{
	cr_expect_eq(parsed(LINK_ETHERNET, FRAME(MAC_A, MAC_B, 0x81, 0x00, 0x00, 0x07, 0x81, 0x00, 0x60, 0x00, 0x08, 0x00, 0x45)).vlan, 7);
}

Test(link, labels_are_passed_over_and_ip_behind_the_last_is_found)
{
	struct link link;

	cr_expect(view_equals(parsed(LINK_ETHERNET, FRAME(MAC_A, MAC_B, 0x88, 0x47, 0, 1, 0x01, 64, 0x45, 0)).ip, FRAME(0x45, 0)));
	link = parsed(LINK_ETHERNET, FRAME(MAC_A, MAC_B, 0x81, 0, 0, 9, 0x88, 0x48, 0, 1, 0x00, 64, 0, 2, 0x0F, 64, 0x60));
	cr_expect(view_equals(link.ip, FRAME(0x60)));
	cr_expect_eq(link.vlan, 9);
	cr_expect_eq(link_parse(LINK_ETHERNET, FRAME(MAC_A, MAC_B, 0x88, 0x47, 0, 1, 0x01, 64, 0x02, 0), &link), LINK_IS_OTHER,
		     "an Ethernet frame, say");
	cr_expect_eq(link_parse(LINK_ETHERNET, FRAME(MAC_A, MAC_B, 0x88, 0x47, 0, 1, 0x00, 64), &link), LINK_IS_MALFORMED,
		     "labels without an end");
	cr_expect_eq(link_parse(LINK_ETHERNET, FRAME(MAC_A, MAC_B, 0x88, 0x47, 0, 1, 0x01, 64), &link), LINK_IS_OTHER);
}

Test(link, frames_without_ip_are_told_from_short_ones)
{
	struct link link = { .vlan = 9 };

	cr_expect_eq(link_parse(LINK_ETHERNET, FRAME(MAC_A, MAC_B, 0x08, 0x06, 0, 1), &link), LINK_IS_OTHER);
	cr_expect_eq(link_parse(LINK_ETHERNET, FRAME(MAC_A, MAC_B, 0x08), &link), LINK_IS_MALFORMED);
	cr_expect_eq(link_parse(LINK_ETHERNET, FRAME(MAC_A, MAC_B, 0x81, 0x00, 0x00), &link), LINK_IS_MALFORMED);
	cr_expect_eq(link_parse(LINK_RAW, view_of(NULL, 0), &link), LINK_IS_OTHER);
	cr_expect_eq(link.vlan, 9);
}

Test(link, linux_cooked_frames_know_their_sender_only)
{
	struct link link = parsed(LINK_LINUX_SLL, FRAME(0, 4, 0, 1, 0, 6, MAC_A, 0, 0, 0x08, 0x00, 0x45));

	cr_expect(view_equals(link.source_mac, FRAME(MAC_A)));
	cr_expect_eq(link.destination_mac.n, 0);
	cr_expect_eq(link.ip.n, 1);
	link = parsed(LINK_LINUX_SLL, FRAME(0, 0, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x86, 0xDD, 0x60));
	cr_expect_eq(link.source_mac.n, 0);
	link = parsed(LINK_LINUX_SLL, FRAME(0, 0, 0, 1, 0, 6, MAC_A, 0, 0, 0x81, 0x00, 0x00, 0x2A, 0x08, 0x00, 0x45));
	cr_expect_eq(link.vlan, 42);
	link = parsed(LINK_LINUX_SLL2, FRAME(0x08, 0x00, 0, 0, 0, 0, 0, 2, 0, 1, 4, 6, MAC_B, 0, 0, 0x45, 0x00));
	cr_expect(view_equals(link.source_mac, FRAME(MAC_B)));
	cr_expect_eq(link.ip.n, 2);
}

Test(link, loopback_families_are_read_in_either_byte_order)
{
	struct link link;

	cr_expect_eq(parsed(LINK_NULL, FRAME(2, 0, 0, 0, 0x45)).ip.n, 1);
	cr_expect_eq(parsed(LINK_NULL, FRAME(0, 0, 0, 2, 0x45)).ip.n, 1);
	cr_expect_eq(parsed(LINK_NULL, FRAME(30, 0, 0, 0, 0x60)).ip.n, 1);
	cr_expect_eq(parsed(LINK_LOOP, FRAME(0, 0, 0, 24, 0x60)).ip.n, 1);
	cr_expect_eq(link_parse(LINK_NULL, FRAME(7, 0, 0, 0, 0x45), &link), LINK_IS_OTHER);
	cr_expect_eq(link_parse(LINK_NULL, FRAME(2, 0, 0), &link), LINK_IS_MALFORMED);
}

Test(link, raw_frames_are_the_packet)
{
	cr_expect_eq(parsed(LINK_RAW, FRAME(0x45, 0)).ip.n, 2);
	cr_expect_eq(parsed(LINK_IPV4, FRAME(0x45, 0)).ip.n, 2);
	cr_expect_eq(parsed(LINK_IPV6, FRAME(0x60, 0)).ip.n, 2);
}

Test(link, an_unknown_link_type_is_refused)
{
	struct link link;

	cr_expect_not(link_knows(105));
	cr_expect(link_knows(LINK_ETHERNET));
	cr_expect_eq(link_parse(105, FRAME(0, 0, 0), &link), LINK_IS_OTHER);
}

static void only_whole_headers(struct view prefix, void *ctx)
{
	struct link link;
	size_t header_bytes = *(const size_t *)ctx;

	cr_expect_eq(link_parse(LINK_ETHERNET, prefix, &link), prefix.n < header_bytes ? LINK_IS_MALFORMED : LINK_IS_IP);
}

Test(link, every_shorter_prefix_is_malformed)
{
	struct view frame = FRAME(MAC_A, MAC_B, 0x88, 0xA8, 0x00, 0x05, 0x81, 0x00, 0x00, 0x06, 0x08, 0x00, 0x45, 0, 0, 20);
	size_t header_bytes = 22;

	ladder(frame.bytes, frame.n, only_whole_headers, &header_bytes);
}
