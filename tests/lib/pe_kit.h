/*
 * A small Windows executable written by hand: headers, one section, imports
 * of two libraries (one of them by number), and a version resource.
 */
#ifndef ASHIATO_TESTS_LIB_PE_KIT_H
#define ASHIATO_TESTS_LIB_PE_KIT_H

#include "tests/lib/wire.h"

enum {
	PE_KIT_SIGNATURE_AT = 0x80,
	PE_KIT_OPTIONAL_AT = PE_KIT_SIGNATURE_AT + 24,
	PE_KIT_SECTION_AT = 0x400,	/* in the file; its RVA is 0x1000 */
	PE_KIT_RESOURCES_AT = 0x800,
	PE_KIT_BYTES = 0xC00,
};

enum pe_kit_width { PE_KIT_32, PE_KIT_64 };

/* What it imports, as the import hash has it, and its original name. */
extern const char pe_kit_imports[];
extern const char pe_kit_original_name[];

/* The file in ${w}; a test may write over parts of it. */
struct view pe_kit_write(struct wire *w, enum pe_kit_width width);

#endif
