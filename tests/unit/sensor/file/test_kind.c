#include "sensor/file/kind.h"
#include "tests/lib/ladder.h"
#include "tests/lib/pe_kit.h"

#include <criterion/criterion.h>

static struct wire w;

static const char *name_of(struct view head)
{
	const struct kind *kind = kind_of(head);

	return kind != NULL ? kind->name : NULL;
}

/* An MS-DOS header, and at ${at} a PE header whose optional header has ${magic}. */
static struct view write_program(uint32_t at, unsigned magic)
{
	w.n = 0;
	wire_ascii(&w, "MZ");
	wire_zeros(&w, 0x3a);
	wire_u32(&w, at);
	wire_zeros(&w, at - w.n);
	wire_bytes(&w, "PE\0\0", 4);
	wire_zeros(&w, 20);
	wire_u16(&w, magic);
	return wire_view(&w);
}

Test(kind, programs_of_both_widths_are_told_apart)
{
	cr_expect_str_eq(name_of(write_program(0x80, 0x10b)), "pe32");
	cr_expect_str_eq(name_of(write_program(0x40, 0x20b)), "pe32+");
	cr_expect_str_eq(name_of(write_program(0x40, 0x107)), "mz", "a ROM image");
}

Test(kind, a_header_that_ends_exactly_where_the_bytes_do_counts_and_one_past_does_not)
{
	struct view whole = write_program(KIND_HEAD_BYTES - 26, 0x10b);

	cr_assert_eq(whole.n, KIND_HEAD_BYTES);
	cr_expect_str_eq(name_of(whole), "pe32");
	whole.n--;
	cr_expect_str_eq(name_of(whole), "mz");
	whole = write_program(0x80, 0x10b);
	wire_set_u32(&w, 0x3c, 0xFFFFFFFF);
	cr_expect_str_eq(name_of(whole), "mz");
}

#define HEAD(text) view_of(text, sizeof(text) - 1)

Test(kind, each_magic_names_its_kind)
{
	cr_expect_str_eq(name_of(HEAD("PK\x03\x04...")), "zip");
	cr_expect_str_eq(name_of(HEAD("MSCF\0\0\0\0")), "cab");
	cr_expect_str_eq(name_of(HEAD("7z\xBC\xAF\x27\x1C\0")), "7z");
	cr_expect_str_eq(name_of(HEAD("Rar!\x1A\x07\x01\0")), "rar");
	cr_expect_str_eq(name_of(HEAD("\x1F\x8B\x08\0")), "gzip");
	cr_expect_str_eq(name_of(HEAD("\x7F" "ELF\x02")), "elf");
	cr_expect_str_eq(name_of(HEAD("\xCF\xFA\xED\xFE\x07")), "macho");
	cr_expect_str_eq(name_of(HEAD("#!/bin/sh\n")), "script");
	cr_expect_str_eq(name_of(HEAD("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")), "ole");
	cr_expect_str_eq(name_of(HEAD("hello")), "other");
	cr_expect_str_eq(name_of(HEAD("PK\x05\x06")), "zip", "without a file in it");
	cr_expect_str_eq(name_of(HEAD("ITSF\x03\0\0\0")), "chm");
	cr_expect_str_eq(name_of(HEAD("vhdxfile")), "vhdx");
	cr_expect_str_eq(name_of(HEAD("conectix")), "vhd");
	cr_expect_str_eq(name_of(HEAD("MSWIM\0\0\0")), "wim");
	cr_expect_str_eq(name_of(HEAD("\x28\xB5\x2F\xFD")), "zstd");
	cr_expect_null(name_of(view_of(NULL, 0)));
}

Test(kind, a_script_is_known_by_its_first_word_in_any_case)
{
	cr_expect_str_eq(name_of(HEAD("@ECHO off\r\n")), "script");
	cr_expect_str_eq(name_of(HEAD("#@~^AAAA==")), "script", "encoded: .vbe, .jse");
	cr_expect_str_eq(name_of(HEAD("<Job id=")), "script");
	cr_expect_str_eq(name_of(HEAD("@echo")), "other", "one byte short");
	cr_expect(kind_may_be_code(HEAD("@ech")));
	cr_expect_not(kind_may_be_code(HEAD("@ecco")));
	cr_expect_str_eq(name_of(HEAD("echo off")), "other");
}

Test(kind, a_magic_may_stand_behind_the_beginning)
{
	static char tar[262] = "some/file.txt";

	memcpy(tar + 257, "ustar", 5);
	cr_expect_str_eq(name_of(view_of(tar, 262)), "tar");
	cr_expect_str_eq(name_of(view_of(tar, 261)), "other");
	cr_expect(kind_is_open(view_of(tar, 261)));
	cr_expect(kind_is_open(view_of(tar, 100)));
	tar[260] = 'b';
	cr_expect_not(kind_is_open(view_of(tar, 261)));
	cr_expect_str_eq(name_of(view_of(tar, 262)), "other");
}

Test(kind, a_magic_one_byte_short_is_none_but_may_become_it)
{
	cr_expect_str_eq(name_of(HEAD("7z\xBC\xAF\x27")), "other");
	cr_expect(kind_is_open(HEAD("7z\xBC\xAF\x27")));
	cr_expect(kind_is_open(HEAD("7y")), "an archive shows itself later");
	cr_expect(kind_is_open(view_of(NULL, 0)));
}

Test(kind, one_letter_may_still_become_a_program)
{
	cr_expect(kind_may_be_code(view_of(NULL, 0)));
	cr_expect(kind_may_be_code(HEAD("M")));
	cr_expect(kind_may_be_code(HEAD("MZ")));
	cr_expect(kind_may_be_code(HEAD("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")), "an installer's package is one");
	cr_expect_not(kind_may_be_code(HEAD("Z")));
	cr_expect_not(kind_may_be_code(HEAD("MX")));
	cr_expect_not(kind_may_be_code(HEAD("PK\x03\x04")));
}

Test(kind, a_program_stays_open_until_its_header_must_have_come)
{
	write_program(0x80, 0x10b);
	wire_zeros(&w, KIND_HEAD_BYTES - w.n);
	cr_expect(kind_is_open(view_of(w.bytes, KIND_HEAD_BYTES - 1)));
	cr_expect_not(kind_is_open(view_of(w.bytes, KIND_HEAD_BYTES)));
}

Test(kind, the_table_is_sorted_and_every_row_is_found_by_its_name)
{
	const struct kind *row, *before = NULL;

	for (size_t i = 0; (row = kind_row(i)) != NULL; i++) {
		cr_expect_str_eq(kind_named(row->name)->name, row->name);
		cr_expect_neq(row->meaning[0], '\0');
		if (before != NULL && strcmp(row->name, "other") != 0)
			cr_expect_leq(strcmp(before->name, row->name), 0, "%s stands before %s", before->name, row->name);
		before = row;
	}
	cr_expect_null(kind_named("no such kind"));
}

static void look(struct view prefix, void *ctx)
{
	(void)ctx;
	cr_expect(kind_of(prefix) != NULL || prefix.n == 0);
	kind_is_open(prefix);
	kind_may_be_code(prefix);
}

Test(kind, every_prefix_is_read_within_its_bounds)
{
	pe_kit_write(&w, PE_KIT_32);
	ladder(w.bytes, KIND_HEAD_BYTES, look, NULL);
}

/* ---- names ---- */

Test(kind, an_extension_promises_something_in_any_case)
{
	cr_expect_str_eq(kind_promised("a.EXE"), "program");
	cr_expect_str_eq(kind_promised("d.d\\x.Ps1"), "script");
	cr_expect_str_eq(kind_promised("x.docx"), "archive");
	cr_expect_null(kind_promised("d.exe\\x"), "the folder's extension is not the file's");
	cr_expect_null(kind_promised("x.exe:stream"));
	cr_expect_null(kind_promised("x."));
	cr_expect_null(kind_promised(NULL));
}

Test(kind, code_under_another_name_and_a_promise_not_kept_are_mismatches)
{
	const struct kind *pe = kind_named("pe32"), *other = kind_named("other"), *zip = kind_named("zip"), *msi = kind_named("msi");

	cr_expect_not(kind_mismatches(pe, "a.exe"));
	cr_expect_not(kind_mismatches(pe, "a.dll"));
	cr_expect(kind_mismatches(pe, "a.txt"));
	cr_expect(kind_mismatches(pe, "a"));
	cr_expect(kind_mismatches(other, "a.exe"));
	cr_expect(kind_mismatches(zip, "a.exe"));
	cr_expect_not(kind_mismatches(zip, "a.docx"));
	cr_expect_not(kind_mismatches(other, "a.bat"), "a script has no magic");
	cr_expect_not(kind_mismatches(other, "a.txt"));
	cr_expect_not(kind_mismatches(zip, "a.tmp"));
	cr_expect_not(kind_mismatches(msi, "a.msi"));
	cr_expect(kind_mismatches(msi, "a.tmp"));
}
