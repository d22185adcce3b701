#include "collector/baseline/address.h"

#include <criterion/criterion.h>

static const struct {
	const char *range, *address;
	bool is_in;
} in[] = {
	{ "10.0.0.5", "10.0.0.5", true },
	{ "10.0.0.5", "10.0.0.6", false },
	{ "10.0.0.0/24", "10.0.0.0", true },
	{ "10.0.0.0/24", "10.0.0.255", true },
	{ "10.0.0.0/24", "10.0.1.0", false },
	{ "10.0.0.0/24", "9.255.255.255", false },
	{ "10.0.0.77/24", "10.0.0.1", true },
	{ "10.0.0.128/25", "10.0.0.127", false },
	{ "10.0.0.4/31", "10.0.0.5", true },
	{ "10.0.0.4/32", "10.0.0.5", false },
	{ "0.0.0.0/0", "255.255.255.255", true },
	{ "0.0.0.0/0", "2001:db8::1", false },
	{ "::/0", "2001:db8::1", true },
	{ "10.0.0.5-10.0.0.9", "10.0.0.5", true },
	{ "10.0.0.5-10.0.0.9", "10.0.0.9", true },
	{ "10.0.0.5-10.0.0.9", "10.0.0.4", false },
	{ "10.0.0.5-10.0.0.9", "10.0.0.10", false },
	{ "2001:db8::/32", "2001:db8:ffff::1", true },
	{ "2001:db8::/32", "2001:db9::1", false },
	{ "2001:db8::1-2001:db8::f", "2001:DB8::a", true },
	{ "2001:db8::/125", "2001:db8::7", true },
	{ "2001:db8::/125", "2001:db8::8", false },
	{ "10.0.0.5", "::ffff:10.0.0.5", true },
	{ "::ffff:10.0.0.5", "10.0.0.5", true },
	{ "::/0", "10.0.0.5", false },
	{ "::-ffff::", "10.0.0.5", false },
	{ "::ffff:0:0/96", "10.0.0.5", true },
	{ "::ffff:0:0/96", "2001:db8::1", false },
	{ "::ffff:10.0.0.0/120", "10.0.0.5", true },
	{ "::ffff:0:0/95", "10.0.0.5", false },
	{ "10.0.0.5", "", false },
	{ "10.0.0.5", "host", false },
	{ "10.0.0.5", NULL, false },
};

Test(address, ranges_hold_from_their_first_to_their_last_address)
{
	for (size_t i = 0; i < sizeof in / sizeof in[0]; i++) {
		struct address_range r;
		cr_assert(address_parse_range(in[i].range, &r), "%s", in[i].range);
		cr_expect_eq(address_in_range(&r, in[i].address), in[i].is_in, "%s in %s", in[i].address, in[i].range);
	}
}

Test(address, a_range_has_as_many_bits_as_tell_its_addresses_apart)
{
	static const struct {
		const char *range;
		unsigned bits;
	} rows[] = { { "10.0.0.5", 0 }, { "10.0.0.0/24", 8 }, { "0.0.0.0/0", 32 }, { "::/0", 128 }, { "2001:db8::/48", 80 },
		     { "10.0.0.255-10.0.1.0", 1 }, { "10.0.0.1-10.0.1.0", 8 }, { "10.0.0.1-10.0.1.1", 9 } };
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct address_range r;
		cr_assert(address_parse_range(rows[i].range, &r), "%s", rows[i].range);
		cr_expect_eq(address_range_bits(&r), rows[i].bits, "%s: %u", rows[i].range, address_range_bits(&r));
	}
}

static const char *const wrong[] = {
	"", " ", "10.0.0", "10.0.0.256", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8x", "10.0.0.0/ 8",
	"2001:db8::/129", "10.0.0.9-10.0.0.5", "10.0.0.5-", "-10.0.0.5", "10.0.0.5-2001:db8::1", "10.0.0.5-10.0.0.6-10.0.0.7",
	"host", "*", "10.0.0.*", "10.0.0.0/24/25", "10.0.0.0/0000008",
	"1111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111",
};

Test(address, what_is_no_range_is_rejected_and_changes_nothing)
{
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		struct address_range r = { .first = { 0x55 } };
		cr_expect(!address_parse_range(wrong[i], &r), "%s", wrong[i]);
		cr_expect_eq(r.first[0], 0x55);
	}
}

Test(address, what_never_leaves_its_host_or_link_is_local)
{
	static const char *const local[] = { "127.0.0.1", "127.255.0.1", "::1", "::", "0.0.0.0", "169.254.1.2", "fe80::1", "FE80::1" };
	static const char *const others[] = { "10.0.0.1", "128.0.0.1", "fec0::1", "::2", "169.255.0.1" };
	for (size_t i = 0; i < sizeof local / sizeof *local; i++)
		cr_expect(address_is_local(local[i]), "%s", local[i]);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		cr_expect_not(address_is_local(others[i]), "%s", others[i]);
}
