/*
 * PE: what an executable says about itself.
 *
 * Reads what was kept of a file's beginning (Microsoft "PE Format"): headers,
 * sections, imports, and the original name in the version resource. Offsets in
 * the file are RVAs, translated by the section table; what lies behind the
 * bytes at hand is missing, which is said, never guessed. Pure: it knows
 * nothing of the file's name or of where it came from.
 */
#ifndef ASHIATO_SENSOR_FILE_PE_H
#define ASHIATO_SENSOR_FILE_PE_H

#include "sensor/core/cursor.h"

enum {
	PE_SECTIONS_MAX = 96,	/* what the Windows loader takes */
	PE_DLLS_MAX = 256,	/* imported libraries looked at; Explorer has some 100; with more `complete` is false */
	PE_IMPORTS_MAX = 16384,	/* imported functions of all of them; the same */
	PE_HASH_BYTES = 16,
};

struct pe {
	struct view bytes;		/* the file's beginning */
	uint16_t machine;		/* COFF Machine */
	uint16_t characteristics;	/* COFF Characteristics */
	uint16_t subsystem;
	uint16_t n_sections;
	uint32_t timestamp;		/* TimeDateStamp: seconds since 1970, or a hash of the build where the linker was told so */
	uint32_t headers_bytes;		/* SizeOfHeaders: RVAs below it are offsets */
	uint32_t import_rva;		/* 0: no imports */
	uint32_t resource_rva;		/* 0: no resources */
	uint32_t resource_bytes;
	size_t sections_at;		/* offset of the section table */
	bool is_plus;			/* PE32+ */
};

enum pe_found { PE_ABSENT, PE_FOUND, PE_CUT };	/* it has none; it was read; it lies, in part, behind the bytes at hand or is malformed */

/* Read the headers of a file that begins with ${bytes}, which must outlive ${out}. False: they are not all there, or no PE's. */
bool pe_parse(struct view bytes, struct pe *out);

/* A cursor at ${rva} that ends with its section, or with the bytes at hand; bad when nothing of it is there. */
struct cursor pe_at(const struct pe *pe, uint32_t rva);

/* "i386", "amd64", "arm64" ...; NULL for a machine without a name here. */
const char *pe_machine(const struct pe *pe);

/* "native", "windows_gui", "windows_cui", "efi_application" ...; NULL likewise. */
const char *pe_subsystem(const struct pe *pe);

/* ---- imports (pe_imports.c) ---- */

struct pe_imports {
	uint8_t hash[PE_HASH_BYTES];	/* the "imphash": MD5 over "library.function" of all, in order, in lower case, with commas */
	bool is_driver;			/* imports from the kernel or its neighbours */
};

/* Read the import table. ${out} is filled on PE_FOUND only. */
enum pe_found pe_imports(const struct pe *pe, struct pe_imports *out);

/* ---- version resource (pe_version.c) ---- */

/* Find OriginalFilename in the first version resource; ${utf16} is a view into the bytes, without its terminator. */
enum pe_found pe_original_name(const struct pe *pe, struct view *utf16);

#endif
