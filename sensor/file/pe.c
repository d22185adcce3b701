#include "sensor/file/pe.h"

#include "sensor/core/cursor.h"

enum {
	MZ_MAGIC = 0x5a4d,
	PE_SIGNATURE = 0x00004550,
	LFANEW_AT = 0x3c,		/* of the MS-DOS header: where the PE signature is */
	COFF_HEADER_BYTES = 20,
	OPTIONAL_MAGIC_PE32 = 0x10b,
	OPTIONAL_MAGIC_PE32_PLUS = 0x20b,
};

/* The magic of the optional header, 0 when there is no PE header to find. */
static uint16_t optional_magic(struct cursor *c)
{
	uint32_t pe_at;

	cur_seek(c, LFANEW_AT);
	pe_at = cur_u32le(c);
	cur_seek(c, pe_at);
	if (cur_u32le(c) != PE_SIGNATURE)
		return 0;
	cur_skip(c, COFF_HEADER_BYTES);
	return cur_u16le(c);
}

enum pe_kind pe_kind(struct view head)
{
	struct cursor c = cur_of(head);
	uint16_t magic;

	if (head.n == 0)
		return PE_UNKNOWN;
	if (cur_u16le(&c) != MZ_MAGIC)
		return PE_OTHER;
	magic = optional_magic(&c);
	if (!cur_ok(&c))
		return PE_MZ;
	return magic == OPTIONAL_MAGIC_PE32 ? PE_32 : magic == OPTIONAL_MAGIC_PE32_PLUS ? PE_32_PLUS : PE_MZ;
}

bool pe_may_be(struct view head)
{
	struct cursor c = cur_of(head);

	if (head.n < 2)
		return head.n == 0 || cur_u8(&c) == (MZ_MAGIC & 0xff);
	return cur_u16le(&c) == MZ_MAGIC;
}

const char *pe_kind_name(enum pe_kind kind)
{
	static const char *const names[] = {
		[PE_UNKNOWN] = NULL, [PE_OTHER] = "other", [PE_MZ] = "mz", [PE_32] = "pe32", [PE_32_PLUS] = "pe32+",
	};

	return names[kind];
}
