#include "sensor/core/checksum.h"

#include <criterion/criterion.h>

#define BYTES(...) ({ static const uint8_t bytes[] = { __VA_ARGS__ }; view_of(bytes, sizeof(bytes)); })


Test(checksum, the_example_of_the_specification_adds_up)
{
	/* RFC 1071 3: 00 01 f2 03 f4 f5 f6 f7 sums to ddf2; its complement is the checksum. */
	cr_expect(checksum_holds(BYTES(0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7, 0x22, 0x0D)));
	cr_expect_not(checksum_holds(BYTES(0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7, 0x22, 0x0E)));
	cr_expect_not(checksum_holds(BYTES(0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7, 0x0D, 0x22)));
}

Test(checksum, an_odd_last_byte_is_the_first_of_a_pair)
{
	cr_expect(checksum_holds(BYTES(0x12, 0x34, 0xDA, 0xCB, 0x13)));
	cr_expect_not(checksum_holds(BYTES(0x12, 0x34, 0xED, 0xB8, 0x13)));
}

Test(checksum, nothing_does_not_add_up)
{
	cr_expect_not(checksum_holds(view_of(NULL, 0)));
}

Test(checksum, carries_are_kept_however_many_there_are)
{
	static uint8_t ones[65535];

	memset(ones, 0xFF, sizeof(ones));
	cr_expect(checksum_holds(view_of(ones, 65534)));
	cr_expect_not(checksum_holds(view_of(ones, 65535)), "the last byte alone is ff00");
}

/* What checksum_segment_holds says when the checksum in ${segment} is filled in the slow way. */
static bool holds_when_filled_in(uint8_t *segment, size_t n, struct view source, struct view destination)
{
	struct ip ip = { .source = source, .destination = destination, .next_header = 6, .payload = view_of(segment, n), .wire_bytes = n };
	uint32_t sum = 6 + (uint32_t)n;

	segment[16] = segment[17] = 0;
	for (size_t i = 0; i < source.n; i++)
		sum += (uint32_t)(source.bytes[i] + destination.bytes[i]) << (i % 2 == 0 ? 8 : 0);
	for (size_t i = 0; i < n; i++)
		sum += (uint32_t)segment[i] << (i % 2 == 0 ? 8 : 0);
	while (sum > 0xFFFF)
		sum = (sum & 0xFFFF) + (sum >> 16);
	segment[16] = (uint8_t)(~sum >> 8);
	segment[17] = (uint8_t)~sum;
	return checksum_segment_holds(&ip);
}

Test(checksum, a_segment_adds_up_with_its_addresses_whatever_its_length)
{
	uint8_t segment[80], address[32];

	for (size_t i = 0; i < sizeof(segment); i++)
		segment[i] = (uint8_t)(i * 37 + 11);
	for (size_t i = 0; i < sizeof(address); i++)
		address[i] = (uint8_t)(i * 91 + 3);
	for (size_t n = 20; n <= sizeof(segment); n++) {
		cr_expect(holds_when_filled_in(segment, n, view_of(address, 4), view_of(address + 4, 4)), "IPv4, %zu", n);
		cr_expect(holds_when_filled_in(segment, n, view_of(address, 16), view_of(address + 16, 16)), "IPv6, %zu", n);
	}
}

Test(checksum, every_bit_of_a_segment_matters)
{
	uint8_t segment[64] = { 1, 2, 3 };
	const struct view source = BYTES(10, 0, 0, 1), destination = BYTES(10, 0, 0, 2);
	struct ip ip = { .source = source, .destination = destination, .next_header = 6,
			 .payload = view_of(segment, sizeof(segment)), .wire_bytes = sizeof(segment) };

	cr_assert(holds_when_filled_in(segment, sizeof(segment), source, destination));
	for (size_t bit = 0; bit < sizeof(segment) * 8; bit++) {
		segment[bit / 8] ^= (uint8_t)(1 << bit % 8);
		cr_expect_not(checksum_segment_holds(&ip), "bit %zu", bit);
		segment[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}
