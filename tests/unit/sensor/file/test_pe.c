#include "sensor/file/pe.h"
#include "tests/lib/ladder.h"
#include "tests/lib/pe_kit.h"

#include <criterion/criterion.h>
#include <openssl/evp.h>

static struct wire w;
static const struct { enum pe_kit_width width; const char *machine; } widths[] = { { PE_KIT_32, "i386" }, { PE_KIT_64, "amd64" } };

static void expect_imphash(const struct pe *pe, const char *imports)
{
	uint8_t want[PE_HASH_BYTES];
	struct pe_imports got;

	cr_assert_eq(EVP_Digest(imports, strlen(imports), want, NULL, EVP_md5(), NULL), 1);
	cr_assert_eq(pe_imports(pe, &got), PE_FOUND);
	cr_expect_arr_eq(got.hash, want, sizeof(want));
}

static void expect_name(const struct pe *pe, const char *want)
{
	struct view utf16;

	cr_assert_eq(pe_original_name(pe, &utf16), PE_FOUND);
	cr_assert_eq(utf16.n, 2 * strlen(want));
	for (size_t i = 0; i < utf16.n; i++)
		cr_expect_eq(utf16.bytes[i], i % 2 == 0 ? (uint8_t)want[i / 2] : 0);
}

Test(pe, headers_imports_and_original_name_of_both_widths)
{
	for (size_t i = 0; i < 2; i++) {
		struct pe pe;

		cr_assert(pe_parse(pe_kit_write(&w, widths[i].width), &pe));
		cr_expect_str_eq(pe_machine(&pe), widths[i].machine);
		cr_expect_str_eq(pe_subsystem(&pe), "windows_cui");
		cr_expect_eq(pe.timestamp, 1400000000);
		expect_imphash(&pe, pe_kit_imports);
		expect_name(&pe, pe_kit_original_name);
	}
}

Test(pe, a_machine_or_subsystem_without_a_name_has_none)
{
	struct pe pe;

	pe_kit_write(&w, PE_KIT_32);
	wire_set_u16(&w, PE_KIT_SIGNATURE_AT + 4, 0x1234);
	wire_set_u16(&w, PE_KIT_OPTIONAL_AT + 68, 77);
	cr_assert(pe_parse(wire_view(&w), &pe));
	cr_expect_null(pe_machine(&pe));
	cr_expect_null(pe_subsystem(&pe));
}

Test(pe, what_imports_from_the_kernel_is_a_driver)
{
	struct pe_imports got;
	struct pe pe;

	pe_kit_write(&w, PE_KIT_64);
	memcpy(w.bytes + PE_KIT_SECTION_AT + 0x100, "ntoskrnl.EXE\0", 13);
	cr_assert(pe_parse(wire_view(&w), &pe));
	cr_assert_eq(pe_imports(&pe, &got), PE_FOUND);
	cr_expect(got.is_driver);
	expect_imphash(&pe, "ntoskrnl.exe.createfilew,ntoskrnl.exe.writefile,ws2_32.wsastartup,ws2_32.ord499");
}

Test(pe, without_directories_there_are_no_imports_and_no_name)
{
	struct pe_imports imports;
	struct view name;
	struct pe pe;

	pe_kit_write(&w, PE_KIT_32);
	wire_set_u32(&w, PE_KIT_OPTIONAL_AT + 92, 1);	/* NumberOfRvaAndSizes */
	cr_assert(pe_parse(wire_view(&w), &pe));
	cr_expect_eq(pe_imports(&pe, &imports), PE_ABSENT);
	cr_expect_eq(pe_original_name(&pe, &name), PE_ABSENT);
}

Test(pe, what_lies_behind_the_bytes_at_hand_is_cut_not_absent)
{
	struct pe_imports imports;
	struct view name;
	struct pe pe;

	pe_kit_write(&w, PE_KIT_32);
	cr_assert(pe_parse(view_of(w.bytes, PE_KIT_RESOURCES_AT), &pe));
	expect_imphash(&pe, pe_kit_imports);
	cr_expect_eq(pe_original_name(&pe, &name), PE_CUT);
	cr_assert(pe_parse(view_of(w.bytes, PE_KIT_SECTION_AT), &pe));
	cr_expect_eq(pe_imports(&pe, &imports), PE_CUT);
}

Test(pe, addresses_outside_every_section_are_cut)
{
	static const uint32_t wrong[] = { 0x0FFF0000, 0xFFFFFFFF, 0x1000 + PE_KIT_BYTES };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct pe_imports imports;
		struct view name;
		struct pe pe;

		pe_kit_write(&w, PE_KIT_32);
		wire_set_u32(&w, PE_KIT_OPTIONAL_AT + 104, wrong[i]);
		wire_set_u32(&w, PE_KIT_OPTIONAL_AT + 112, wrong[i]);
		cr_assert(pe_parse(wire_view(&w), &pe));
		cr_expect_eq(pe_imports(&pe, &imports), PE_CUT);
		cr_expect_eq(pe_original_name(&pe, &name), PE_CUT);
	}
}

Test(pe, a_table_of_functions_without_an_end_is_cut)
{
	struct pe_imports imports;
	struct pe pe;

	pe_kit_write(&w, PE_KIT_32);
	for (size_t at = PE_KIT_SECTION_AT + 0x240; at < PE_KIT_BYTES; at += 4)
		wire_set_u32(&w, at, 0x80000001);
	cr_assert(pe_parse(wire_view(&w), &pe));
	cr_expect_eq(pe_imports(&pe, &imports), PE_CUT);
}

Test(pe, a_resource_directory_that_leads_to_itself_ends)
{
	struct view name;
	struct pe pe;

	pe_kit_write(&w, PE_KIT_32);
	wire_set_u32(&w, PE_KIT_RESOURCES_AT + 20, 0x80000000);
	wire_set_u32(&w, PE_KIT_RESOURCES_AT + 16, 16);
	cr_assert(pe_parse(wire_view(&w), &pe));
	cr_expect_eq(pe_original_name(&pe, &name), PE_CUT);
}

Test(pe, one_section_too_many_is_refused)
{
	struct pe pe;

	pe_kit_write(&w, PE_KIT_32);
	wire_zeros(&w, PE_SECTIONS_MAX * 40);
	wire_set_u16(&w, PE_KIT_SIGNATURE_AT + 6, PE_SECTIONS_MAX);
	cr_expect(pe_parse(wire_view(&w), &pe));
	wire_set_u16(&w, PE_KIT_SIGNATURE_AT + 6, PE_SECTIONS_MAX + 1);
	cr_expect_not(pe_parse(wire_view(&w), &pe));
}

static void read_prefix(struct view prefix, void *ctx)
{
	unsigned *n_found = ctx;
	struct pe_imports imports;
	struct view name;
	struct pe pe;

	if (!pe_parse(prefix, &pe))
		return;
	*n_found += pe_imports(&pe, &imports) == PE_FOUND;
	*n_found += pe_original_name(&pe, &name) == PE_FOUND;
}

Test(pe, every_prefix_is_read_within_its_bounds)
{
	for (size_t i = 0; i < 2; i++) {
		unsigned n_found = 0;

		pe_kit_write(&w, widths[i].width);
		ladder(w.bytes, w.n, read_prefix, &n_found);
		cr_expect_gt(n_found, 2);
	}
}
