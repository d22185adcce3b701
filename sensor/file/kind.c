#include "sensor/file/kind.h"

#include "sensor/core/cursor.h"

#include <ctype.h>
#include <strings.h>

/* ---- what begins with "MZ" ---- */

/* Microsoft "PE Format": MS-DOS header, signature, COFF header, magic of the optional header. */
enum {
	PE_SIGNATURE = 0x00004550,
	LFANEW_AT = 0x3c,
	COFF_HEADER_BYTES = 20,
	MAGIC_PE32 = 0x10b,
	MAGIC_PE32_PLUS = 0x20b,
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

static const char *program_name(struct view head)
{
	struct cursor c = cur_of(head);
	uint16_t magic = optional_magic(&c);

	if (!cur_ok(&c))
		return "mz";
	return magic == MAGIC_PE32 ? "pe32" : magic == MAGIC_PE32_PLUS ? "pe32+" : "mz";
}

/* ---- by content ---- */

/* Bytes that a file shows of itself. */
struct magic {
	const char *bytes;
	size_t n;
	size_t at;	/* offset in the file */
	bool folds;	/* ASCII letters count in either case; ${bytes} has them small */
};

#define MAGIC(text) { text, sizeof(text) - 1, 0, false }
#define MAGIC_AT(offset, text) { text, sizeof(text) - 1, offset, false }
#define WORD(text) { text, sizeof(text) - 1, 0, true }
#define MAGICS(...) ((const struct magic[]){ __VA_ARGS__, { NULL, 0, 0, false } })
#define NONE MAGICS({ NULL, 0, 0, false })

// clang-format off
/* A file shows one of these; a row without them is found by looking further. What no row fits is the last. Sorted by name. Scripts of
 * Windows have no magic: what is listed are first words that mean nothing else. An ISO image shows itself behind what is looked at. */
static const struct row {
	struct kind kind;
	const struct magic *magics;
	const char *(*look)(struct view head);	/* the name of the row it is after all; NULL: this one */
} rows[] = {
	{ { "7z",     "archive",   "7-Zip archive",                                             KIND_IS_DATA }, MAGICS(MAGIC("7z\xBC\xAF\x27\x1C")), NULL },
	{ { "bzip2",  "archive",   "bzip2 stream",                                              KIND_IS_DATA }, MAGICS(MAGIC("BZh")), NULL },
	{ { "cab",    "archive",   "Microsoft cabinet ([MS-CAB] 2.1)",                          KIND_IS_DATA }, MAGICS(MAGIC("MSCF\0\0\0\0")), NULL },
	{ { "chm",    "help",      "compiled HTML help",                                        KIND_IS_CODE }, MAGICS(MAGIC("ITSF\x03\0\0\0")), NULL },
	{ { "elf",    "elf",       "ELF program or library",                                    KIND_IS_CODE }, MAGICS(MAGIC("\x7F" "ELF")), NULL },
	{ { "gzip",   "archive",   "gzip stream (RFC 1952 2.3)",                                KIND_IS_DATA }, MAGICS(MAGIC("\x1F\x8B\x08")), NULL },
	{ { "lnk",    "shortcut",  "Windows shortcut ([MS-SHLLINK] 2.1)",                       KIND_IS_CODE }, MAGICS(MAGIC("L\0\0\0\x01\x14\x02\0")), NULL },
	{ { "macho",  "macho",     "Mach-O program, 32 or 64 bits",                             KIND_IS_CODE }, MAGICS(MAGIC("\xCE\xFA\xED\xFE"), MAGIC("\xCF\xFA\xED\xFE")), NULL },
	{ { "msi",    "installer", "Windows Installer package: a compound file of its class",   KIND_IS_CODE }, NONE, NULL },
	{ { "mz",     "program",   "MS-DOS header without a PE header in what was seen",        KIND_IS_CODE }, MAGICS(MAGIC("MZ")), program_name },
	{ { "ole",    "document",  "compound file ([MS-CFB] 2.2)",                              KIND_MAY_BE_CODE }, MAGICS(MAGIC("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")), NULL },
	{ { "pdf",    "document",  "PDF document",                                              KIND_IS_DATA }, MAGICS(MAGIC("%PDF-")), NULL },
	{ { "pe32",   "program",   "Windows program or library, 32 bits",                       KIND_IS_CODE }, NONE, NULL },
	{ { "pe32+",  "program",   "Windows program or library, 64 bits",                       KIND_IS_CODE }, NONE, NULL },
	{ { "rar",    "archive",   "RAR archive",                                               KIND_IS_DATA }, MAGICS(MAGIC("Rar!\x1A\x07")), NULL },
	{ { "script", "script",    "an interpreter's line, an encoded script, or a script's first word", KIND_IS_CODE }, MAGICS(MAGIC("#!"), MAGIC("#@~^"), WORD("@echo "), WORD("<job"), WORD("<hta:"), WORD("<scriptlet"), WORD("#requires ")), NULL },
	{ { "tar",    "archive",   "tape archive (POSIX ustar)",                                KIND_IS_DATA }, MAGICS(MAGIC_AT(257, "ustar")), NULL },
	{ { "vhd",    "image",     "virtual hard disk, growing",                                KIND_IS_DATA }, MAGICS(MAGIC("conectix")), NULL },
	{ { "vhdx",   "image",     "virtual hard disk ([MS-VHDX] 2.2.1)",                       KIND_IS_DATA }, MAGICS(MAGIC("vhdxfile")), NULL },
	{ { "wim",    "image",     "Windows image",                                             KIND_IS_DATA }, MAGICS(MAGIC("MSWIM\0\0\0")), NULL },
	{ { "xz",     "archive",   "xz stream",                                                 KIND_IS_DATA }, MAGICS(MAGIC("\xFD" "7zXZ\0")), NULL },
	{ { "zip",    "archive",   "ZIP archive, or a document that is one",                    KIND_IS_DATA }, MAGICS(MAGIC("PK\x03\x04"), MAGIC("PK\x05\x06"), MAGIC("PK\x07\x08")), NULL },
	{ { "zstd",   "archive",   "Zstandard stream (RFC 8878 3.1.1)",                         KIND_IS_DATA }, MAGICS(MAGIC("\x28\xB5\x2F\xFD")), NULL },
	{ { "other",  NULL,        "none of these",                                             KIND_IS_DATA }, NONE, NULL },
};
// clang-format on

enum { N_ROWS = sizeof(rows) / sizeof(rows[0]), OTHER = N_ROWS - 1 };

const struct kind *kind_named(const char *name)
{
	for (size_t i = 0; i < N_ROWS; i++)
		if (strcmp(rows[i].kind.name, name) == 0)
			return &rows[i].kind;
	return NULL;
}

const struct kind *kind_row(size_t i)
{
	return i < N_ROWS ? &rows[i].kind : NULL;
}

/* True if the first ${n} bytes of ${m} stand where they should in ${head}, which reaches that far. */
static bool agrees(struct view head, const struct magic *m, size_t n)
{
	struct cursor c = cur_of(head);

	cur_skip(&c, m->at);
	if (!m->folds)
		return cur_sees(&c, m->bytes, n);
	for (size_t i = 0; i < n; i++)
		if (tolower(cur_u8(&c)) != m->bytes[i])
			return false;
	return cur_ok(&c);
}

static bool begins_with_magic(struct view head, const struct row *row)
{
	for (const struct magic *m = row->magics; m->bytes != NULL; m++)
		if (head.n >= m->at + m->n && agrees(head, m, m->n))
			return true;
	return false;
}

/* True if ${head} is too short for one of the magics and does not contradict it. */
static bool may_grow_into(struct view head, const struct row *row)
{
	for (const struct magic *m = row->magics; m->bytes != NULL; m++)
		if (head.n < m->at + m->n && (head.n <= m->at || agrees(head, m, head.n - m->at)))
			return true;
	return false;
}

const struct kind *kind_of(struct view head)
{
	if (head.n == 0)
		return NULL;
	for (size_t i = 0; i < N_ROWS; i++)
		if (begins_with_magic(head, &rows[i]))
			return rows[i].look != NULL ? kind_named(rows[i].look(head)) : &rows[i].kind;
	return &rows[OTHER].kind;
}

bool kind_is_open(struct view head)
{
	for (size_t i = 0; i < N_ROWS; i++)
		if (may_grow_into(head, &rows[i]) || (rows[i].look != NULL && begins_with_magic(head, &rows[i])))
			return head.n < KIND_HEAD_BYTES;
	return false;
}

bool kind_may_be_code(struct view head)
{
	for (size_t i = 0; i < N_ROWS; i++)
		if (rows[i].kind.code != KIND_IS_DATA && (may_grow_into(head, &rows[i]) || begins_with_magic(head, &rows[i])))
			return true;
	return false;
}

/* ---- by name ---- */

// clang-format off
/* What an extension promises: the group of a kind, or NULL where any content will do. Sorted. */
static const struct extension {
	const char *name, *group;
} extensions[] = {
	{ "7z",   "archive" },    { "bat",  "script" },     { "bmp",  "picture" },    { "bz2",  "archive" },    { "cab",  "archive" },
	{ "chm",  "help" },       { "cmd",  "script" },     { "com",  "program" },    { "cpl",  "program" },    { "csv",  "text" },
	{ "dll",  "program" },    { "doc",  "document" },   { "docx", "archive" },    { "drv",  "program" },    { "efi",  "program" },
	{ "esd",  "image" },      { "exe",  "program" },    { "gif",  "picture" },    { "gz",   "archive" },    { "hta",  "script" },
	{ "htm",  "text" },       { "html", "text" },       { "ini",  "text" },       { "jar",  "archive" },    { "jpeg", "picture" },
	{ "jpg",  "picture" },    { "js",   "script" },     { "jse",  "script" },     { "json", "text" },       { "lnk",  "shortcut" },
	{ "log",  "text" },       { "mp3",  "media" },      { "mp4",  "media" },      { "msi",  "installer" },  { "msp",  "installer" },
	{ "mui",  "program" },    { "ocx",  "program" },    { "pdf",  "document" },   { "pl",   "script" },     { "png",  "picture" },
	{ "ppt",  "document" },   { "pptx", "archive" },    { "ps1",  "script" },     { "psd1", "script" },     { "psm1", "script" },
	{ "py",   "script" },     { "rar",  "archive" },    { "scr",  "program" },    { "sh",   "script" },     { "sys",  "program" },
	{ "tar",  "archive" },    { "tgz",  "archive" },    { "tif",  "picture" },    { "txt",  "text" },       { "vbe",  "script" },
	{ "vbs",  "script" },     { "vhd",  "image" },      { "vhdx", "image" },      { "wav",  "media" },      { "wim",  "image" },
	{ "wsf",  "script" },     { "xls",  "document" },   { "xlsx", "archive" },    { "xml",  "text" },       { "xz",   "archive" },
	{ "zip",  "archive" },    { "zst",  "archive" },
};
// clang-format on

const char *kind_promised(const char *path)
{
	const char *name = path != NULL ? strrchr(path, '\\') : NULL;
	const char *dot = path != NULL ? strrchr(name != NULL ? name : path, '.') : NULL;

	size_t low = 0, high = dot != NULL ? sizeof(extensions) / sizeof(extensions[0]) : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcasecmp(dot + 1, extensions[middle].name);

		if (order == 0)
			return extensions[middle].group;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* True if what is promised can be recognised, so that its absence means something. Scripts, texts and pictures cannot. */
static bool is_recognisable(const char *group)
{
	for (size_t i = 0; i < N_ROWS; i++)
		if (rows[i].kind.group != NULL && strcmp(rows[i].kind.group, group) == 0)
			return strcmp(group, "script") != 0;
	return false;
}

bool kind_mismatches(const struct kind *kind, const char *path)
{
	const char *promised = kind_promised(path);
	bool is_kept = promised != NULL && kind->group != NULL && strcmp(promised, kind->group) == 0;

	return !is_kept && (kind->code == KIND_IS_CODE || (promised != NULL && is_recognisable(promised)));
}
