#include "sensor/file/pe.h"
#include "tests/lib/ladder.h"
#include "tests/lib/wire.h"

#include <criterion/criterion.h>

/* An MS-DOS header, and at ${at} a PE header whose optional header has ${magic}. */
static struct view write_pe(struct wire *w, uint32_t at, unsigned magic)
{
	w->n = 0;
	wire_ascii(w, "MZ");
	wire_zeros(w, 0x3a);
	wire_u32(w, at);
	wire_zeros(w, at - w->n);
	wire_bytes(w, "PE\0\0", 4);
	wire_zeros(w, 20);
	wire_u16(w, magic);
	return wire_view(w);
}

Test(pe, both_kinds_are_told_apart)
{
	static struct wire w;

	cr_expect_eq(pe_kind(write_pe(&w, 0x80, 0x10b)), PE_32);
	cr_expect_eq(pe_kind(write_pe(&w, 0x40, 0x20b)), PE_32_PLUS);
	cr_expect_eq(pe_kind(write_pe(&w, 0x40, 0x107)), PE_MZ, "a ROM image");
}

Test(pe, a_header_that_ends_exactly_where_the_bytes_do_counts_and_one_past_does_not)
{
	static struct wire w;
	struct view whole = write_pe(&w, PE_HEAD_BYTES - 26, 0x10b);

	cr_assert_eq(whole.n, PE_HEAD_BYTES);
	cr_expect_eq(pe_kind(whole), PE_32);
	whole.n--;
	cr_expect_eq(pe_kind(whole), PE_MZ);
	whole = write_pe(&w, 0x80, 0x10b);
	wire_set_u32(&w, 0x3c, 0xFFFFFFFF);
	cr_expect_eq(pe_kind(whole), PE_MZ);
}

Test(pe, other_files_are_other_and_nothing_is_unknown)
{
	cr_expect_eq(pe_kind(view_of("\x7f" "ELF", 4)), PE_OTHER);
	cr_expect_eq(pe_kind(view_of("M", 1)), PE_OTHER);
	cr_expect_eq(pe_kind(view_of("MZ", 2)), PE_MZ);
	cr_expect_eq(pe_kind(view_of(NULL, 0)), PE_UNKNOWN);
	cr_expect_str_eq(pe_kind_name(PE_32_PLUS), "pe32+");
	cr_expect_null(pe_kind_name(PE_UNKNOWN));
}

Test(pe, one_letter_may_still_become_one)
{
	cr_expect(pe_may_be(view_of(NULL, 0)));
	cr_expect(pe_may_be(view_of("M", 1)));
	cr_expect(pe_may_be(view_of("MZ", 2)));
	cr_expect_not(pe_may_be(view_of("Z", 1)));
	cr_expect_not(pe_may_be(view_of("MX", 2)));
}

static void each(struct view prefix, void *ctx)
{
	cr_expect(pe_kind(prefix) < PE_32 || prefix.n == *(size_t *)ctx);
}

Test(pe, no_prefix_is_taken_for_the_whole)
{
	static struct wire w;

	write_pe(&w, 0x80, 0x20b);
	ladder(w.bytes, w.n, each, &w.n);
}
