#include "sensor/core/credible.h"

#include <criterion/criterion.h>

enum { DATA = TCP_ACK, HOPS = 64 };

static struct stream s;
static struct counts counts;

/* A segment of ${n} bytes of payload whose checksum is right, or not. */
static bool take(unsigned flags, size_t n, bool adds_up, uint8_t hops)
{
	static uint8_t segment[20 + 4000];
	static const uint8_t addresses[8];	/* all zero, so they add nothing */
	struct ip ip = { .version = 4, .source = view_of(addresses, 4), .destination = view_of(addresses + 4, 4), .next_header = 6,
			 .hops = hops, .header_adds_up = true, .payload = view_of(segment, 20 + n), .wire_bytes = 20 + n };
	struct tcp tcp = { .flags = (uint8_t)flags, .payload = view_of(segment + 20, n), .wire_bytes = (uint32_t)n };
	uint16_t sum = (uint16_t)~(6 + 20 + n);

	segment[16] = (uint8_t)(sum >> 8);
	segment[17] = (uint8_t)(sum + !adds_up);
	return credible(&s, &ip, &tcp, &counts);
}

Test(credible, after_a_right_syn_a_wrong_checksum_is_refused)
{
	cr_expect(take(TCP_SYN, 0, true, HOPS));
	cr_expect(take(DATA, 5, true, HOPS));
	cr_expect_not(take(DATA, 5, false, HOPS));
	cr_expect_not(take(TCP_RST, 0, false, HOPS));
	cr_expect(take(DATA, 5, true, HOPS), "and what is right goes on");
	cr_expect_eq(counts.of[COUNT_TCP_CHECKSUM], 2);
}

Test(credible, a_capture_from_the_sending_host_is_read)
{
	cr_expect(take(TCP_SYN, 0, false, HOPS));
	for (int i = 0; i < 100; i++)
		cr_expect(take(DATA, 5, i % CREDIBLE_SUMS == 0, HOPS), "now and then one is right by chance");
	cr_expect_eq(counts.of[COUNT_TCP_CHECKSUM], 0);
}

Test(credible, a_repeated_right_syn_undoes_a_wrong_one)
{
	cr_expect(take(TCP_SYN, 0, false, HOPS));
	cr_expect(take(TCP_SYN, 0, true, HOPS));
	cr_expect_not(take(DATA, 5, false, HOPS));
}

Test(credible, several_right_ones_in_a_row_tell_midstream)
{
	for (int i = 0; i < CREDIBLE_SUMS; i++)
		cr_expect(take(DATA, 5, true, HOPS));
	cr_expect_not(take(DATA, 5, false, HOPS));
}

Test(credible, merged_segments_have_no_checksum_of_their_own)
{
	cr_expect(take(TCP_SYN, 0, true, HOPS));
	cr_expect(take(DATA, CREDIBLE_FRAME_BYTES + 1, false, HOPS));
	cr_expect_not(take(DATA, CREDIBLE_FRAME_BYTES, false, HOPS));
}

Test(credible, a_wrong_header_checksum_counts_like_a_wrong_one)
{
	static const uint8_t segment[20] = { [17] = 0 };
	struct ip ip = { .version = 4, .next_header = 6, .hops = HOPS, .payload = view_of(segment, 20), .wire_bytes = 20 };
	struct tcp tcp = { .flags = DATA };

	s.right_sums = CREDIBLE_SUMS;
	cr_expect_not(credible(&s, &ip, &tcp, &counts));
}

Test(credible, a_cut_segment_cannot_be_asked)
{
	static const uint8_t segment[20];
	struct ip ip = { .version = 4, .next_header = 6, .hops = HOPS, .payload = view_of(segment, 20), .wire_bytes = 25 };
	struct tcp tcp = { .flags = DATA, .wire_bytes = 5 };

	s.right_sums = CREDIBLE_SUMS;
	cr_expect(credible(&s, &ip, &tcp, &counts));
}

Test(credible, data_without_the_ack_flag_is_refused)
{
	cr_expect_not(take(0, 5, true, HOPS));
	cr_expect(take(0, 0, true, HOPS));
	cr_expect(take(TCP_SYN, 5, true, HOPS), "TCP Fast Open");
	cr_expect_eq(counts.of[COUNT_TCP_NO_ACK], 1);
}

Test(credible, fewer_hops_are_counted_and_believed)
{
	cr_expect(take(TCP_SYN, 0, true, HOPS));
	cr_expect(take(DATA, 5, true, HOPS - 1));
	cr_expect(take(DATA, 0, true, HOPS - 1), "a bare acknowledgement brings nothing");
	cr_expect(take(DATA, 5, true, HOPS + 1));
	cr_expect_eq(counts.of[COUNT_TCP_HOPS], 1);
}

/* What is found out about a segment of zeros. */
static enum tcp_sums weighed(bool adds_up, bool header_adds_up, size_t cut)
{
	static uint8_t segment[40] = { 0 };
	static const uint8_t addresses[8];
	struct ip ip = { .version = 4, .source = view_of(addresses, 4), .destination = view_of(addresses + 4, 4), .next_header = 6,
			 .header_adds_up = header_adds_up, .payload = view_of(segment, sizeof(segment) - cut),
			 .wire_bytes = sizeof(segment) };
	struct tcp tcp = { .payload = view_of(segment + 20, 20 - cut), .wire_bytes = 20 };
	uint16_t sum = (uint16_t)~(6 + sizeof(segment));

	segment[16] = (uint8_t)(sum >> 8);
	segment[17] = (uint8_t)(sum + !adds_up);
	credible_weigh(&ip, &tcp);
	return tcp.sums;
}

Test(credible, weighed_beforehand_a_segment_keeps_what_was_found)
{
	cr_expect_eq(weighed(true, true, 0), TCP_SUMS_RIGHT);
	cr_expect_eq(weighed(false, true, 0), TCP_SUMS_WRONG);
	cr_expect_eq(weighed(true, false, 0), TCP_SUMS_WRONG);
	cr_expect_eq(weighed(true, true, 1), TCP_SUMS_UNASKED);
}
