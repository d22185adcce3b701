#include "sensor/file/content.h"

#include "sensor/core/cursor.h"
#include "sensor/file/pe.h"

enum {
	GROWTH = 8,	/* 1, 8, 64, 512 KiB */
	SHARE = 8,	/* of the memory, for all files: one part in so many */
};

#define SECOND_NS INT64_C(1000000000)

/* 2100-01-01: what a header states beyond is no time, and neither is 0. */
#define LAST_SECOND UINT32_C(4102444800)

/* ---- keeping ---- */

static void drop(struct content *c, struct env *env)
{
	pool_put(env->pool, c->bytes, c->cap);
	env->content_bytes -= c->cap;
	c->bytes = NULL;
	c->cap = 0;
}

void content_fini(struct content *c, struct env *env)
{
	drop(c, env);
	*c = (struct content){ .n = 0 };
}

/* A block of ${cap} bytes; NULL when the pool or the share of it is used up. Heads are always taken: they tell the kind. */
static uint8_t *take(struct env *env, uint32_t cap)
{
	bool has_room = cap == KIND_HEAD_BYTES || env->content_bytes + cap <= env->limits->memory_bytes / SHARE;
	uint8_t *bytes = has_room ? pool_take(env->pool, cap) : NULL;

	if (bytes != NULL)
		env->content_bytes += cap;
	return bytes;
}

/* Room for more than c->n bytes; false when there is none, or there are enough. */
static bool grow(struct content *c, struct env *env)
{
	uint32_t cap = c->cap != 0 ? c->cap * GROWTH : KIND_HEAD_BYTES;
	uint8_t *bytes;

	if (c->n < c->cap)
		return true;
	if (cap > CONTENT_MAX_BYTES || c->is_short)
		return false;
	bytes = take(env, cap);
	if (bytes == NULL) {
		c->is_short = true;
		count(env->counts, COUNT_FILE_CONTENT_FULL);
		return false;
	}
	view_copy(bytes, cap, view_of(c->bytes, c->n));
	drop(c, env);
	c->bytes = bytes;
	c->cap = cap;
	return true;
}

/* Keep those of ${bytes}, which come right behind what is kept, that there is room for. */
static void keep(struct content *c, struct env *env, struct view bytes)
{
	while (bytes.n > 0 && grow(c, env)) {
		size_t n = view_copy(c->bytes + c->n, c->cap - c->n, bytes);

		c->n += (uint32_t)n;
		bytes = view_after(bytes, n);
	}
}

/* What is kept tells the kind. */
static void decide(struct content *c, struct env *env)
{
	if (c->kind != NULL || c->bytes == NULL)
		return;
	c->kind = kind_of(view_of(c->bytes, c->n));
	if (content_is_data(c))
		drop(c, env);
}

bool content_is_data(const struct content *c)
{
	return c->kind != NULL && c->kind->code == KIND_IS_DATA;
}

/* [MS-CFB] 2.2, 2.6.1: the root entry is the first of the directory, which may lie anywhere; its CLSID says whose file it is. 0:
 * the head does not say where, or not in a way that readers take. */
static uint64_t class_offset(struct view head)
{
	enum { SECTOR_SHIFT_AT = 30, FIRST_DIRECTORY_AT = 48, CLSID_AT = 80, SHIFT_MIN = 9, SHIFT_MAX = 12 };
	struct cursor c = cur_of(head);
	uint16_t shift;
	uint64_t sector;

	cur_seek(&c, SECTOR_SHIFT_AT);
	shift = cur_u16le(&c);
	cur_seek(&c, FIRST_DIRECTORY_AT);
	sector = cur_u32le(&c);
	return cur_ok(&c) && shift >= SHIFT_MIN && shift <= SHIFT_MAX ? ((sector + 1) << shift) + CLSID_AT : 0;
}

/* Take what ${bytes}, which stand at ${offset}, have of the class, in order. */
static void watch_class(struct content *c, uint64_t offset, struct view bytes)
{
	uint64_t next = c->class_at + c->n_class;

	if (c->class_at != 0 && next >= offset && next - offset < bytes.n)
		c->n_class += (uint8_t)view_copy(c->class + c->n_class, sizeof(c->class) - c->n_class, view_after(bytes, next - offset));
}

/* Once the head is there: where the class stands, which may be among what is kept. */
static void find_class(struct content *c)
{
	if (c->class_at != 0 || c->kind == NULL || c->kind->code != KIND_MAY_BE_CODE)
		return;
	c->class_at = class_offset(view_of(c->bytes, c->n));
	watch_class(c, 0, view_of(c->bytes, c->n));
}

static void keep_beginning(struct content *c, struct env *env, uint64_t offset, struct view bytes)
{
	if (content_is_data(c) || offset > c->n || c->n - offset >= bytes.n)
		return;
	bytes = view_after(bytes, c->n - offset);
	/* One block holds every head; more is asked for only when the kind is known to be worth it. */
	if (c->kind == NULL) {
		struct view head = view_first(bytes, KIND_HEAD_BYTES - (size_t)c->n);

		keep(c, env, head);
		if (!kind_is_open(view_of(c->bytes, c->n)))
			decide(c, env);
		bytes = view_after(bytes, head.n);
	}
	if (c->kind != NULL && c->bytes != NULL)
		keep(c, env, bytes);
}

void content_feed(struct content *c, struct env *env, uint64_t offset, struct view bytes)
{
	keep_beginning(c, env, offset, bytes);
	find_class(c);
	watch_class(c, offset, bytes);
}

void content_take_back(struct content *c, struct env *env, uint64_t begin)
{
	if (c->class_at != 0 && begin < c->class_at + c->n_class)
		c->n_class = 0;
	if (begin >= c->n)
		return;
	if (begin < KIND_HEAD_BYTES)
		content_fini(c, env);
	else
		c->n = (uint32_t)begin;
}

/* ---- the report ---- */

/* Whose compound file it is; false when its class was not seen. */
static bool knows_class(const struct content *c)
{
	return c->n_class == sizeof(c->class);
}

static bool is_installer(const struct content *c)
{
	static const uint8_t package[CONTENT_CLASS_BYTES] = { 0x84, 0x10, 0x0C, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46 };

	return knows_class(c) && view_equals(view_of(c->class, sizeof(c->class)), view_of(package, sizeof(package)));
}

static const char *form_of(const struct pe *pe, const struct pe_imports *imports)
{
	enum { FILE_DLL = 0x2000 };	/* IMAGE_FILE_DLL */

	if (imports->is_driver)
		return "driver";
	return (pe->characteristics & FILE_DLL) != 0 ? "library" : "program";
}

static void add_imphash(struct arena *a, const struct pe_imports *imports, Ev__FilePe *out)
{
	uint8_t *hash = arena_get(a, PE_HASH_BYTES);

	if (hash == NULL)
		return;
	view_copy(hash, PE_HASH_BYTES, view_of(imports->hash, PE_HASH_BYTES));
	out->has_imphash = true;
	out->imphash = (ProtobufCBinaryData){ .len = PE_HASH_BYTES, .data = hash };
}

static Ev__FilePe *describe_pe(struct arena *a, struct view bytes)
{
	struct pe_imports imports = { .is_driver = false };
	enum pe_found have_imports, have_name;
	struct view name;
	Ev__FilePe *out;
	struct pe pe;

	if (!pe_parse(bytes, &pe) || (out = arena_take(a, sizeof(*out))) == NULL)
		return NULL;
	ev__file_pe__init(out);
	have_imports = pe_imports(&pe, &imports);
	have_name = pe_original_name(&pe, &name);
	out->form = text_lend(form_of(&pe, &imports));
	out->machine = text_lend(pe_machine(&pe));
	out->subsystem = text_lend(pe_subsystem(&pe));
	out->has_compile_time = pe.timestamp != 0 && pe.timestamp < LAST_SECOND;
	out->compile_time = pe.timestamp * SECOND_NS;
	out->original_name = have_name == PE_FOUND ? text_of_utf16le(a, name) : NULL;
	if (have_imports == PE_FOUND)
		add_imphash(a, &imports, out);
	out->complete = have_imports != PE_CUT && have_name != PE_CUT;
	return out;
}

void content_report(struct content *c, struct env *env, Ev__SmbTransfer *body)
{
	struct view bytes;

	decide(c, env);
	bytes = view_of(c->bytes, c->n);
	body->promised = text_lend(kind_promised(body->path));
	if (c->kind == NULL)
		return;
	find_class(c);
	if (c->kind->code == KIND_MAY_BE_CODE && is_installer(c))
		c->kind = kind_named("msi");
	body->kind = text_lend(c->kind->name);
	body->has_extension_mismatch = c->kind->code != KIND_MAY_BE_CODE || knows_class(c);
	body->extension_mismatch = kind_mismatches(c->kind, body->path);
	if (strncmp(c->kind->name, "pe32", 4) == 0)
		body->pe = describe_pe(env->arena, bytes);
	if (body->pe != NULL && c->is_rewritten)
		body->pe->complete = false;
}
