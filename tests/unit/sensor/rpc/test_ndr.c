#include "sensor/rpc/ndr.h"
#include "tests/lib/ladder.h"
#include "tests/unit/sensor/rpc/rpc_wire.h"

#include <criterion/criterion.h>
#include <string.h>

static struct arena *fresh_arena(void)
{
	static _Alignas(max_align_t) uint8_t block[8192];
	static struct arena a;

	a = (struct arena){ .block = block, .cap_bytes = sizeof(block) };
	return &a;
}

static char *text_of(struct view stub, bool is_big_endian, bool is_ndr64, enum ndr_chars chars)
{
	struct ndr n = ndr_of(stub, is_big_endian, is_ndr64);
	struct view string = ndr_string(&n, chars);

	return ndr_ok(&n) ? ndr_text(&n, fresh_arena(), string, chars) : NULL;
}

Test(ndr, integers_are_aligned_and_in_the_label_s_byte_order)
{
	static const uint8_t bytes[] = { 1, 0xFF, 2, 3, 4, 5, 0xFF, 0xFF, 6, 7, 8, 9 };
	struct ndr little = ndr_of(view_of(bytes, 12), false, false), big = ndr_of(view_of(bytes, 12), true, false);

	cr_expect_eq(ndr_u8(&little), 1);
	cr_expect_eq(ndr_u16(&little), 0x0302);
	cr_expect_eq(ndr_u16(&little), 0x0504);
	cr_expect_eq(ndr_u32(&little), 0x09080706);
	cr_expect_eq(ndr_u8(&big), 1);
	cr_expect_eq(ndr_u16(&big), 0x0203);
	cr_expect_eq(ndr_u32(&big), 0x0405FFFF);
	cr_expect(ndr_ok(&little) && ndr_ok(&big));
}

Test(ndr, a_uuid_reads_the_same_in_both_byte_orders)
{
	static struct wire little, big = { .is_big_endian = true };
	struct ndr a, b;
	struct uuid u, v;

	wire_uuid(&little, UUID_SVCCTL);
	wire_uuid(&big, UUID_SVCCTL);
	a = ndr_of(wire_view(&little), false, false);
	b = ndr_of(wire_view(&big), true, false);
	u = ndr_uuid(&a);
	v = ndr_uuid(&b);
	cr_expect_arr_eq(u.bytes, v.bytes, 16);
	cr_expect_eq(u.bytes[0], 0x36);
	cr_expect_eq(u.bytes[15], 0x03);
}

Test(ndr, strings_of_both_widths_and_syntaxes_are_read)
{
	static struct stub wide, ascii, wide64 = { .is_ndr64 = true };

	stub_string(&wide, "svc");
	stub_ascii(&ascii, "svc");
	stub_string(&wide64, "svc");
	cr_expect_str_eq(text_of(stub_view(&wide), false, false, NDR_WIDE), "svc");
	cr_expect_str_eq(text_of(stub_view(&ascii), false, false, NDR_ASCII), "svc");
	cr_expect_str_eq(text_of(stub_view(&wide64), false, true, NDR_WIDE), "svc");
	cr_expect_null(text_of(stub_view(&wide64), false, false, NDR_WIDE), "the wrong syntax is noticed");
}

Test(ndr, a_big_endian_sender_s_utf16_is_turned_round)
{
	static struct stub s = { .w = { .is_big_endian = true } };

	stub_string(&s, "AIX");
	cr_expect_str_eq(text_of(stub_view(&s), true, false, NDR_WIDE), "AIX");
}

Test(ndr, a_string_that_contradicts_itself_is_rejected)
{
	static struct stub longer, shifted, past;

	stub_string(&longer, "abc");
	wire_set_u32(&longer.w, 8, 5);
	cr_expect_null(text_of(stub_view(&longer), false, false, NDR_WIDE), "more characters than the maximum");
	stub_string(&shifted, "abc");
	wire_set_u32(&shifted.w, 4, 1);
	cr_expect_null(text_of(stub_view(&shifted), false, false, NDR_WIDE), "an offset");
	stub_string(&past, "abc");
	wire_set_u32(&past.w, 0, 0xFFFFFFFF);
	wire_set_u32(&past.w, 8, 0x80000001);
	cr_expect_null(text_of(stub_view(&past), false, false, NDR_WIDE), "2 x 0x80000001 is 2 in 32 bits");
}

Test(ndr, a_string_has_at_least_its_terminator_an_array_may_be_empty)
{
	static const uint8_t none[12];
	struct ndr n = ndr_of(view_of(none, 12), false, false), m = n;

	ndr_characters(&n, NDR_WIDE);
	ndr_string(&m, NDR_WIDE);
	cr_expect(ndr_ok(&n));
	cr_expect_not(ndr_ok(&m));
}

Test(ndr, enums_are_wider_in_ndr64)
{
	static const uint8_t bytes[] = { 6, 0, 0xFF, 0xFF };
	struct ndr narrow = ndr_of(view_of(bytes, 4), false, false), wide = ndr_of(view_of(bytes, 4), false, true);

	cr_expect_eq(ndr_enum(&narrow), 6);
	cr_expect_eq(ndr_enum(&wide), 0xFFFF0006);
}

static void each(struct view prefix, void *ctx)
{
	char *text = text_of(prefix, false, *(bool *)ctx, NDR_WIDE);

	cr_expect(text == NULL || strcmp(text, "abc") == 0);
}

Test(ndr, no_prefix_of_a_string_is_read_past)
{
	static struct stub s, s64 = { .is_ndr64 = true };
	bool no = false, yes = true;

	stub_string(&s, "abc");
	stub_string(&s64, "abc");
	ladder(s.w.bytes, s.w.n, each, &no);
	ladder(s64.w.bytes, s64.w.n, each, &yes);
}
