#include "sensor/file/pe.h"

enum {
	RT_VERSION = 16,
	SUBDIRECTORY = 0x80000000,	/* in an entry's offset */
	ENTRIES_MAX = 4096,		/* of one directory */
	LEVELS = 3,			/* type, name, language */
	BLOCKS_MAX = 64,		/* blocks inside one block of version information */
	FIXED_INFO_BYTES = 52,
};

/* ---- resources ---- */

/* The resource section from ${offset} on; offsets in it are relative to its beginning. */
static struct cursor directory_at(const struct pe *pe, uint32_t offset)
{
	struct cursor c = pe_at(pe, pe->resource_rva);

	cur_skip(&c, offset);
	return c;
}

/* "Resource Directory Table": where the entry ${id} (0: the first) leads; false, and ${c} bad when it cannot be read, if none does. */
static bool find_entry(struct cursor *c, uint32_t id, uint32_t *leads_to)
{
	uint32_t n;

	cur_skip(c, 12);	/* Characteristics, Time/Date Stamp, Major and Minor Version */
	n = cur_u16le(c);
	n += cur_u16le(c);
	if (n > ENTRIES_MAX)
		cur_reject(c);
	for (uint32_t i = 0; i < n && cur_ok(c); i++) {
		uint32_t entry = cur_u32le(c);

		*leads_to = cur_u32le(c);
		if (cur_ok(c) && (id == 0 || entry == id))
			return true;
	}
	return false;
}

/* The first version resource: three directories down, then "Resource Data Entry". */
static enum pe_found find_version(const struct pe *pe, struct cursor *out)
{
	uint32_t offset = SUBDIRECTORY, rva, bytes;
	struct cursor c;

	for (int level = 0; level < LEVELS; level++) {
		if ((offset & SUBDIRECTORY) == 0)
			return PE_CUT;
		c = directory_at(pe, offset & ~(uint32_t)SUBDIRECTORY);
		if (!find_entry(&c, level == 0 ? RT_VERSION : 0, &offset))
			return cur_ok(&c) ? PE_ABSENT : PE_CUT;
	}
	c = directory_at(pe, offset);
	rva = cur_u32le(&c);
	bytes = cur_u32le(&c);
	if (!cur_ok(&c))
		return PE_CUT;
	c = pe_at(pe, rva);
	*out = cur_of(cur_take(&c, bytes));
	return cur_ok(&c) ? PE_FOUND : PE_CUT;
}

/* ---- version information (VS_VERSIONINFO and what is inside it) ---- */

struct block {
	struct view key;	/* UTF-16, without its terminator */
	struct view value;	/* of its stated length */
	struct cursor inner;	/* at the blocks inside */
};

/* UTF-16 up to its terminator, which is passed over. */
static struct view read_text(struct cursor *c)
{
	struct cursor begin = *c;
	size_t n = 0;

	while (cur_u16le(c) != 0)
		n += 2;
	return cur_take(&begin, n);
}

/* wLength, wValueLength, wType (1: text, counted in characters), szKey, then value and blocks, each at a multiple of four. */
static bool next_block(struct cursor *c, struct block *out)
{
	struct cursor ahead = *c, b;
	uint16_t length = cur_u16le(&ahead), value_length, type;

	b = cur_of(cur_take(c, length));
	cur_skip(&b, 2);
	value_length = cur_u16le(&b);
	type = cur_u16le(&b);
	out->key = read_text(&b);
	if (cur_left(&b) > 0)
		cur_align(&b, 4);
	out->value = cur_take(&b, type == 1 ? (size_t)value_length * 2 : value_length);
	if (cur_left(&b) > 0)
		cur_align(&b, 4);
	out->inner = b;
	if (cur_left(c) > 0)
		cur_align(c, cur_left(c) >= 4 ? 4 : 1);
	return cur_ok(&b);
}

static bool is_text(struct view utf16, const char *ascii)
{
	struct cursor c = cur_of(utf16);

	for (; *ascii != '\0'; ascii++)
		if (cur_u16le(&c) != (uint8_t)*ascii)
			return false;
	return cur_ok(&c) && cur_left(&c) == 0;
}

/* The first block inside ${c} whose key is ${key} (NULL: any). */
static bool find_block(struct cursor *c, const char *key, struct block *out)
{
	for (int i = 0; i < BLOCKS_MAX && cur_left(c) >= 6 && next_block(c, out); i++)
		if (key == NULL || is_text(out->key, key))
			return true;
	return false;
}

/* VS_VERSIONINFO > StringFileInfo > the first language > OriginalFilename. */
enum pe_found pe_original_name(const struct pe *pe, struct view *utf16)
{
	struct block root, strings, language, name;
	struct cursor c;
	enum pe_found found = pe->resource_rva != 0 ? find_version(pe, &c) : PE_ABSENT;
	struct cursor text;

	if (found != PE_FOUND)
		return found;
	if (!find_block(&c, "VS_VERSION_INFO", &root))
		return PE_CUT;
	if (!find_block(&root.inner, "StringFileInfo", &strings) || !find_block(&strings.inner, NULL, &language) ||
	    !find_block(&language.inner, "OriginalFilename", &name))
		return PE_ABSENT;
	text = cur_of(name.value);
	*utf16 = read_text(&text);
	if (!cur_ok(&text))
		*utf16 = name.value;
	return utf16->n > 0 ? PE_FOUND : PE_ABSENT;
}
