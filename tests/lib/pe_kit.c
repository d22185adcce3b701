#include "tests/lib/pe_kit.h"

#include <string.h>

enum { SECTION_RVA = 0x1000, TEXT_AT = 0x100, THUNKS_AT = 0x200, LATER = 0x80000000 };

const char pe_kit_imports[] = "kernel32.createfilew,kernel32.writefile,ws2_32.wsastartup,ws2_32.ord499";
const char pe_kit_original_name[] = "Ashiato Test.exe";

static void fill_to(struct wire *w, size_t at)
{
	wire_zeros(w, at - w->n);
}

static uint32_t rva_of(size_t at)
{
	return (uint32_t)(at - PE_KIT_SECTION_AT + SECTION_RVA);
}

/* Microsoft "PE Format": everything before the section. */
static void write_headers(struct wire *w, enum pe_kit_width width)
{
	bool is_plus = width == PE_KIT_64;

	wire_ascii(w, "MZ");
	fill_to(w, 0x3C);
	wire_u32(w, PE_KIT_SIGNATURE_AT);
	fill_to(w, PE_KIT_SIGNATURE_AT);
	wire_bytes(w, "PE\0\0", 4);
	wire_u16(w, is_plus ? 0x8664 : 0x014C);
	wire_u16(w, 1);
	wire_u32(w, 1400000000);		/* TimeDateStamp */
	wire_zeros(w, 8);
	wire_u16(w, is_plus ? 240 : 224);
	wire_u16(w, 0x0102);			/* Characteristics */
	wire_u16(w, is_plus ? 0x20B : 0x10B);
	wire_zeros(w, 58);
	wire_u32(w, PE_KIT_SECTION_AT);		/* SizeOfHeaders */
	wire_u32(w, 0);
	wire_u16(w, 3);				/* Subsystem: console */
	wire_zeros(w, 2 + (is_plus ? 32 : 16) + 4);
	wire_u32(w, 16);
	wire_zeros(w, 8);
	wire_u32(w, rva_of(PE_KIT_SECTION_AT));
	wire_u32(w, 0);
	wire_u32(w, rva_of(PE_KIT_RESOURCES_AT));
	wire_u32(w, PE_KIT_BYTES - PE_KIT_RESOURCES_AT);
	wire_zeros(w, 13 * 8);
	wire_bytes(w, ".rdata\0\0", 8);
	wire_u32(w, PE_KIT_BYTES - PE_KIT_SECTION_AT);
	wire_u32(w, SECTION_RVA);
	wire_u32(w, PE_KIT_BYTES - PE_KIT_SECTION_AT);
	wire_u32(w, PE_KIT_SECTION_AT);
	wire_zeros(w, 16);
	fill_to(w, PE_KIT_SECTION_AT);
}

static void write_thunk(struct wire *w, enum pe_kit_width width, uint32_t value)
{
	if (width == PE_KIT_32)
		wire_u32(w, value);
	else
		wire_u64(w, (value & LATER) != 0 ? (uint64_t)1 << 63 | (value & 0xFFFF) : value);
}

static void write_descriptor(struct wire *w, size_t thunks_at, size_t name_at)
{
	wire_u32(w, rva_of(thunks_at));
	wire_zeros(w, 8);
	wire_u32(w, rva_of(name_at));
	wire_u32(w, rva_of(thunks_at));
}

static void write_imports(struct wire *w, enum pe_kit_width width)
{
	const size_t text = PE_KIT_SECTION_AT + TEXT_AT, thunks = PE_KIT_SECTION_AT + THUNKS_AT;

	write_descriptor(w, thunks, text);
	write_descriptor(w, thunks + 0x40, text + 0x40);
	wire_zeros(w, 20);
	fill_to(w, text);
	wire_bytes(w, "KERNEL32.dll\0", 13);
	fill_to(w, text + 0x40);
	wire_bytes(w, "WS2_32.DLL\0", 11);
	fill_to(w, text + 0x60);
	wire_bytes(w, "\0\0CreateFileW\0", 14);
	fill_to(w, text + 0x80);
	wire_bytes(w, "\1\0WriteFile\0", 12);
	fill_to(w, thunks);
	write_thunk(w, width, rva_of(text + 0x60));
	write_thunk(w, width, rva_of(text + 0x80));
	write_thunk(w, width, 0);
	fill_to(w, thunks + 0x40);
	write_thunk(w, width, LATER | 115);
	write_thunk(w, width, LATER | 499);
	write_thunk(w, width, 0);
}

/* ---- resources ---- */

static void write_directory(struct wire *w, uint32_t id, uint32_t leads_to)
{
	wire_zeros(w, 12);
	wire_u16(w, 0);
	wire_u16(w, 1);
	wire_u32(w, id);
	wire_u32(w, leads_to);
}

/* Begin a block of version information; its length is set by end_block. */
static size_t begin_block(struct wire *w, unsigned value_length, unsigned type, const char *key)
{
	size_t at = w->n;

	wire_u16(w, 0);
	wire_u16(w, value_length);
	wire_u16(w, type);
	wire_utf16(w, key);
	wire_u16(w, 0);
	wire_align(w, 4);
	return at;
}

static void end_block(struct wire *w, size_t at)
{
	wire_set_u16(w, at, (unsigned)(w->n - at));
	wire_align(w, 4);
}

static void write_text(struct wire *w, const char *key, const char *value)
{
	size_t at = begin_block(w, (unsigned)strlen(value) + 1, 1, key);

	wire_utf16(w, value);
	wire_u16(w, 0);
	end_block(w, at);
}

static void write_version(struct wire *w)
{
	size_t root = begin_block(w, 52, 0, "VS_VERSION_INFO"), strings, language;

	wire_zeros(w, 52);
	strings = begin_block(w, 0, 1, "StringFileInfo");
	language = begin_block(w, 0, 1, "040904B0");
	write_text(w, "CompanyName", "Nobody");
	write_text(w, "OriginalFilename", pe_kit_original_name);
	end_block(w, language);
	end_block(w, strings);
	end_block(w, root);
}

static void write_resources(struct wire *w)
{
	enum { DIRECTORY_BYTES = 24, DATA_AT = 3 * DIRECTORY_BYTES, VERSION_AT = DATA_AT + 16 };
	size_t length_at;

	fill_to(w, PE_KIT_RESOURCES_AT);
	write_directory(w, 16, LATER | DIRECTORY_BYTES);
	write_directory(w, 1, LATER | (2 * DIRECTORY_BYTES));
	write_directory(w, 1033, DATA_AT);
	wire_u32(w, rva_of(PE_KIT_RESOURCES_AT + VERSION_AT));
	length_at = w->n;
	wire_zeros(w, 12);
	write_version(w);
	wire_set_u32(w, length_at, (uint32_t)(w->n - PE_KIT_RESOURCES_AT - VERSION_AT));
	fill_to(w, PE_KIT_BYTES);
}

struct view pe_kit_write(struct wire *w, enum pe_kit_width width)
{
	w->n = 0;
	w->is_big_endian = false;
	write_headers(w, width);
	write_imports(w, width);
	write_resources(w);
	return wire_view(w);
}
