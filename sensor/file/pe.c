#include "sensor/file/pe.h"

enum {
	MZ_MAGIC = 0x5a4d,
	PE_SIGNATURE = 0x00004550,
	LFANEW_AT = 0x3c,		/* of the MS-DOS header: where the PE signature is */
	MAGIC_PE32 = 0x10b,
	MAGIC_PE32_PLUS = 0x20b,
	SECTION_BYTES = 40,
	DIRECTORY_IMPORT = 1,
	DIRECTORY_RESOURCE = 2,
	SECTOR_BYTES = 512,		/* the loader rounds a section's offset down to it */
};

/* ---- headers ---- */

/* "Data Directories": address and size; those behind NumberOfRvaAndSizes do not exist. */
static void read_directories(struct cursor *c, struct pe *pe)
{
	uint32_t n = cur_u32le(c);

	for (uint32_t i = 0; i < n && i <= DIRECTORY_RESOURCE; i++) {
		uint32_t rva = cur_u32le(c), bytes = cur_u32le(c);

		if (i == DIRECTORY_IMPORT)
			pe->import_rva = rva;
		if (i == DIRECTORY_RESOURCE) {
			pe->resource_rva = rva;
			pe->resource_bytes = bytes;
		}
	}
}

/* "Optional Header": PE32 has BaseOfData and four fields of half the width more. */
static void read_optional(struct cursor *c, struct pe *pe)
{
	uint16_t magic = cur_u16le(c);

	if (magic != MAGIC_PE32 && magic != MAGIC_PE32_PLUS)
		cur_reject(c);
	pe->is_plus = magic == MAGIC_PE32_PLUS;
	cur_skip(c, 58);	/* to SizeOfHeaders; up to there both are equally long */
	pe->headers_bytes = cur_u32le(c);
	cur_skip(c, 4);		/* CheckSum */
	pe->subsystem = cur_u16le(c);
	cur_skip(c, 2);		/* DllCharacteristics */
	cur_skip(c, pe->is_plus ? 4 * 8 : 4 * 4);
	cur_skip(c, 4);		/* LoaderFlags */
	read_directories(c, pe);
}

bool pe_parse(struct view bytes, struct pe *out)
{
	struct cursor c = cur_of(bytes);
	struct pe pe = { .bytes = bytes };
	uint16_t optional_bytes;
	size_t optional_at;

	if (cur_u16le(&c) != MZ_MAGIC)
		return false;
	cur_seek(&c, LFANEW_AT);
	cur_seek(&c, cur_u32le(&c));
	if (cur_u32le(&c) != PE_SIGNATURE)
		return false;
	pe.machine = cur_u16le(&c);
	pe.n_sections = cur_u16le(&c);
	pe.timestamp = cur_u32le(&c);
	cur_skip(&c, 8);	/* PointerToSymbolTable, NumberOfSymbols */
	optional_bytes = cur_u16le(&c);
	pe.characteristics = cur_u16le(&c);
	optional_at = cur_offset(&c);
	read_optional(&c, &pe);
	pe.sections_at = optional_at + optional_bytes;
	cur_seek(&c, pe.sections_at);
	if (pe.n_sections > PE_SECTIONS_MAX)
		cur_reject(&c);
	cur_count(&c, pe.n_sections, SECTION_BYTES);
	if (!cur_ok(&c))
		return false;
	*out = pe;
	return true;
}

/* ---- addresses ---- */

struct section {
	uint32_t rva, virtual_bytes;
	uint32_t at, raw_bytes;		/* in the file */
};

/* "Section Table" */
static struct section next_section(struct cursor *c)
{
	struct section s;

	cur_skip(c, 8);		/* Name */
	s.virtual_bytes = cur_u32le(c);
	s.rva = cur_u32le(c);
	s.raw_bytes = cur_u32le(c);
	s.at = cur_u32le(c) / SECTOR_BYTES * SECTOR_BYTES;
	cur_skip(c, 16);
	return s;
}

/* The bytes from ${offset} on, at most ${n} of them; bad when there are none. */
static struct cursor cursor_at(const struct pe *pe, uint64_t offset, uint64_t n)
{
	struct view rest = offset < pe->bytes.n ? view_after(pe->bytes, (size_t)offset) : view_of(NULL, 0);
	struct cursor c = cur_of(view_first(rest, n < SIZE_MAX ? (size_t)n : SIZE_MAX));

	if (rest.n == 0)
		cur_reject(&c);
	return c;
}

struct cursor pe_at(const struct pe *pe, uint32_t rva)
{
	struct cursor table = cur_of(pe->bytes);

	cur_seek(&table, pe->sections_at);
	for (uint16_t i = 0; i < pe->n_sections; i++) {
		struct section s = next_section(&table);

		if (rva >= s.rva && rva - s.rva < s.raw_bytes)
			return cursor_at(pe, (uint64_t)s.at + (rva - s.rva), s.raw_bytes - (rva - s.rva));
	}
	if (rva < pe->headers_bytes)
		return cursor_at(pe, rva, pe->headers_bytes - rva);
	return cursor_at(pe, pe->bytes.n, 0);
}

/* ---- names ---- */

struct number_name {
	uint16_t number;
	const char *name;
};

static const char *name_in(const struct number_name *rows, size_t n, uint16_t number)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].number == number)
			return rows[i].name;
	return NULL;
}

#define NAME_IN(rows, number) name_in(rows, sizeof(rows) / sizeof((rows)[0]), number)

/* "Machine Types" */
static const struct number_name machines[] = {
	{ 0x014C, "i386" },
	{ 0x01C0, "arm" },
	{ 0x01C4, "armnt" },
	{ 0x0200, "ia64" },
	{ 0x0EBC, "ebc" },
	{ 0x8664, "amd64" },
	{ 0xAA64, "arm64" },
};

/* "Windows Subsystem" */
static const struct number_name subsystems[] = {
	{ 1, "native" },
	{ 2, "windows_gui" },
	{ 3, "windows_cui" },
	{ 5, "os2_cui" },
	{ 7, "posix_cui" },
	{ 9, "windows_ce_gui" },
	{ 10, "efi_application" },
	{ 11, "efi_boot_service_driver" },
	{ 12, "efi_runtime_driver" },
	{ 13, "efi_rom" },
	{ 14, "xbox" },
	{ 16, "windows_boot_application" },
};

const char *pe_machine(const struct pe *pe)
{
	return NAME_IN(machines, pe->machine);
}

const char *pe_subsystem(const struct pe *pe)
{
	return NAME_IN(subsystems, pe->subsystem);
}
