#include "sensor/file/pe.h"

#include "sensor/core/algorithm.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <strings.h>

enum {
	NAME_MAX_BYTES = 512,	/* a decorated C++ name */
	DESCRIPTOR_BYTES = 20,
	ORDINAL_TEXT_BYTES = 16,
	GATHERED_BYTES = 4 * NAME_MAX_BYTES,
};

/* ---- names of what is imported by number ---- */

enum library { WS2_32, OLEAUT32 };

static const struct ordinal {
	enum library library;
	uint16_t number;
	const char *name;
} ordinals[] = {
#define ORDINAL(library, number, name) { library, number, name },
#include "sensor/file/ordinals.def"
#undef ORDINAL
};

static const struct {
	const char *dll;
	enum library library;
} libraries[] = {
	{ "ws2_32.dll", WS2_32 },
	{ "wsock32.dll", WS2_32 },
	{ "oleaut32.dll", OLEAUT32 },
};

/* "ord5" unless ${dll} is one whose numbers have names. */
static const char *name_of_ordinal(const char *dll, uint16_t number, char text[ORDINAL_TEXT_BYTES])
{
	for (size_t i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++)
		for (size_t k = 0; strcmp(dll, libraries[i].dll) == 0 && k < sizeof(ordinals) / sizeof(ordinals[0]); k++)
			if (ordinals[k].library == libraries[i].library && ordinals[k].number == number)
				return ordinals[k].name;
	snprintf(text, ORDINAL_TEXT_BYTES, "ord%u", (unsigned)number);
	return text;
}

/* ---- the walk ---- */

struct walk {
	const struct pe *pe;
	EVP_MD_CTX *md5;
	char gathered[GATHERED_BYTES];	/* to be hashed together: a name takes less than the call that hashes it */
	size_t n_gathered;
	char dll[NAME_MAX_BYTES];	/* in lower case */
	size_t stem;			/* of its characters, those that the hash takes */
	size_t n_functions;
	bool is_cut;
	bool is_driver;
};

static void hash_gathered(struct walk *w)
{
	w->is_cut = w->is_cut || EVP_DigestUpdate(w->md5, w->gathered, w->n_gathered) != 1;
	w->n_gathered = 0;
}

/* There is room. */
static void gather(struct walk *w, const char *text, size_t n)
{
	w->n_gathered += view_copy(w->gathered + w->n_gathered, n, view_of(text, n));
}

/* The text at ${c}, in lower case; its length. Nothing, and cut, when its end is not there. */
static size_t read_name(struct walk *w, struct cursor c, char out[NAME_MAX_BYTES])
{
	for (size_t n = 0; n < NAME_MAX_BYTES; n++) {
		char byte = (char)cur_u8(&c);

		out[n] = byte >= 'A' && byte <= 'Z' ? (char)(byte + ('a' - 'A')) : byte;
		if (byte == '\0' && cur_ok(&c))
			return n;
	}
	w->is_cut = true;
	out[0] = '\0';
	return 0;
}

static void hash_function(struct walk *w, const char *name, size_t n)
{
	if (w->n_gathered > GATHERED_BYTES - 2 * NAME_MAX_BYTES)
		hash_gathered(w);
	if (w->n_functions++ > 0)
		w->gathered[w->n_gathered++] = ',';
	gather(w, w->dll, w->stem);
	w->gathered[w->n_gathered++] = '.';
	gather(w, name, n);
}

/* "Hint/Name Table": a number of two bytes before the name. */
static void hash_by_name(struct walk *w, uint32_t rva)
{
	char name[NAME_MAX_BYTES];
	struct cursor c = pe_at(w->pe, rva);
	size_t n;

	cur_skip(&c, 2);
	n = read_name(w, c, name);
	if (n > 0)
		hash_function(w, name, n);
}

static void hash_by_number(struct walk *w, uint16_t number)
{
	char text[ORDINAL_TEXT_BYTES];
	const char *name = name_of_ordinal(w->dll, number, text);

	hash_function(w, name, strlen(name));
}

/* "Import Lookup Table": the highest bit says that a number follows. */
static void walk_functions(struct walk *w, uint32_t table_rva)
{
	struct cursor c = pe_at(w->pe, table_rva);

	while (!w->is_cut) {
		uint64_t entry = w->pe->is_plus ? cur_u64le(&c) : cur_u32le(&c);
		bool is_number = entry >> (w->pe->is_plus ? 63 : 31) != 0;

		w->is_cut = !cur_ok(&c) || w->n_functions > PE_IMPORTS_MAX;
		if (w->is_cut || entry == 0)
			return;
		if (is_number)
			hash_by_number(w, (uint16_t)entry);
		else
			hash_by_name(w, (uint32_t)entry & 0x7FFFFFFF);
	}
}

/* The hash takes a library's name without these. */
static size_t stem_of(const char *dll, size_t n)
{
	static const char *const endings[] = { ".dll", ".ocx", ".sys" };

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (n > 4 && strcmp(dll + n - 4, endings[i]) == 0)
			return n - 4;
	return n;
}

/* Only what runs in the kernel imports from these. */
static bool is_of_the_kernel(const char *dll)
{
	static const char *const names[] = { "ntoskrnl.exe", "hal.dll", "ndis.sys", "bootvid.dll", "kdcom.dll" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(dll, names[i]) == 0)
			return true;
	return false;
}

/* "Import Directory Table": one row a library, until an empty one. */
static void walk_libraries(struct walk *w)
{
	struct cursor c = pe_at(w->pe, w->pe->import_rva);

	for (int i = 0; !w->is_cut; i++) {
		uint32_t lookup_rva = cur_u32le(&c), name_rva, address_rva;

		cur_skip(&c, 8);	/* Time/Date Stamp, Forwarder Chain */
		name_rva = cur_u32le(&c);
		address_rva = cur_u32le(&c);
		w->is_cut = !cur_ok(&c) || i == PE_DLLS_MAX;
		if (w->is_cut || (name_rva == 0 && lookup_rva == 0 && address_rva == 0))
			return;
		w->stem = stem_of(w->dll, read_name(w, pe_at(w->pe, name_rva), w->dll));
		w->is_driver = w->is_driver || is_of_the_kernel(w->dll);
		walk_functions(w, lookup_rva != 0 ? lookup_rva : address_rva);
	}
}

enum pe_found pe_imports(const struct pe *pe, struct pe_imports *out)
{
	struct pe_imports found = { .is_driver = false };
	struct walk w;

	if (pe->import_rva == 0 || (w.md5 = EVP_MD_CTX_new()) == NULL)
		return PE_ABSENT;
	w.pe = pe;
	w.dll[0] = '\0';
	w.stem = w.n_functions = w.n_gathered = 0;
	w.is_driver = false;
	w.is_cut = EVP_DigestInit_ex(w.md5, algorithm_md5(), NULL) != 1;
	walk_libraries(&w);
	hash_gathered(&w);
	w.is_cut = w.is_cut || EVP_DigestFinal_ex(w.md5, found.hash, NULL) != 1;
	EVP_MD_CTX_free(w.md5);
	if (w.is_cut)
		return PE_CUT;
	found.is_driver = w.is_driver;
	*out = found;
	return w.n_functions > 0 ? PE_FOUND : PE_ABSENT;
}
