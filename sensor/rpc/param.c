#include "sensor/rpc/param.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- numbers ---- */

void param_u8(struct decoding *d, struct ndr *n, const char *name) { decode_number(d, name, ndr_u8(n)); }
void param_u16(struct decoding *d, struct ndr *n, const char *name) { decode_number(d, name, ndr_u16(n)); }
void param_u32(struct decoding *d, struct ndr *n, const char *name) { decode_number(d, name, ndr_u32(n)); }
void param_u64(struct decoding *d, struct ndr *n, const char *name) { decode_number(d, name, ndr_u64(n)); }
void param_enum(struct decoding *d, struct ndr *n, const char *name) { decode_number(d, name, ndr_enum(n)); }
void param_wide(struct decoding *d, struct ndr *n, const char *name) { decode_number(d, name, ndr_wide(n)); }

void param_unique_u16(struct decoding *d, struct ndr *n, const char *name)
{
	if (ndr_pointer(n))
		param_u16(d, n, name);
}

void param_unique_u32(struct decoding *d, struct ndr *n, const char *name)
{
	if (ndr_pointer(n))
		param_u32(d, n, name);
}

/* ---- UUIDs ---- */

void param_uuid_text(const struct uuid *u, char text[PARAM_UUID_TEXT_BYTES])
{
	size_t used = 0;

	for (size_t i = 0; i < NDR_UUID_BYTES; i++) {
		bool has_dash = i == 4 || i == 6 || i == 8 || i == 10;

		used += (size_t)snprintf(text + used, PARAM_UUID_TEXT_BYTES - used, "%s%02x", has_dash ? "-" : "", u->bytes[i]);
	}
}

void param_uuid(struct decoding *d, struct ndr *n, const char *name)
{
	struct uuid u = ndr_uuid(n);
	char text[PARAM_UUID_TEXT_BYTES];

	if (name == NULL || !ndr_ok(n))
		return;
	param_uuid_text(&u, text);
	decode_text(d, name, text_copy(d->arena, text));
}

void param_unique_uuid(struct decoding *d, struct ndr *n, const char *name)
{
	if (ndr_pointer(n))
		param_uuid(d, n, name);
}

/* ---- strings ---- */

static void add_characters(struct decoding *d, const struct ndr *n, const char *name, struct view characters, enum ndr_chars chars)
{
	if (name != NULL && ndr_ok(n))
		decode_text(d, name, ndr_text(n, d->arena, characters, chars));
}

void param_string(struct decoding *d, struct ndr *n, const char *name)
{
	add_characters(d, n, name, ndr_string(n, d->chars), d->chars);
}

void param_unique_string(struct decoding *d, struct ndr *n, const char *name)
{
	if (ndr_pointer(n))
		param_string(d, n, name);
}

void param_name(struct decoding *d, struct ndr *n, const char *name)
{
	ndr_align_to_pointer(n);
	ndr_u16(n);	/* Length */
	ndr_u16(n);	/* MaximumLength */
	if (ndr_pointer(n))
		add_characters(d, n, name, ndr_characters(n, d->chars), d->chars);
}

void param_unique_name(struct decoding *d, struct ndr *n, const char *name)
{
	if (ndr_pointer(n))
		param_name(d, n, name);
}

/* ---- lists, as one text ---- */

struct list {
	char text[LIMIT_TEXT_BYTES];
	size_t used;
	bool has_one;
};

/* Add ${item} behind ${separator}; what finds no room is cut off. */
static void list_add(struct list *l, const char *separator, const char *item)
{
	int n = snprintf(l->text + l->used, sizeof(l->text) - l->used, "%s%s", l->has_one ? separator : "", item);

	l->used = n < 0 || (size_t)n >= sizeof(l->text) - l->used ? sizeof(l->text) - 1 : l->used + (size_t)n;
	l->has_one = true;
}

static void add_list(struct decoding *d, const struct ndr *n, const char *name, const struct list *l)
{
	if (name != NULL && l->has_one && ndr_ok(n))
		decode_text(d, name, text_of_bytes(d->arena, view_of(l->text, l->used)));
}

/* The text of an item that will be copied into a list, so that the arena has it once only. */
static void add_item(struct decoding *d, struct ndr *n, struct list *l, const char *separator, struct view characters)
{
	struct arena before = *d->arena;
	char *text = ndr_ok(n) ? ndr_text(n, d->arena, characters, d->chars) : NULL;

	if (text == NULL)
		return;
	list_add(l, separator, text);
	*d->arena = before;
}

void param_strings(struct decoding *d, struct ndr *n, const char *name)
{
	struct list list = { .used = 0 };
	struct ndr pointers;
	size_t count;

	if (!ndr_pointer(n))
		return;
	count = cur_count(&n->c, ndr_wide(n), 4);
	pointers = *n;
	for (size_t i = 0; i < count; i++)
		ndr_pointer(n);
	for (size_t i = 0; i < count && ndr_ok(n); i++)
		if (ndr_pointer(&pointers))
			add_item(d, n, &list, " ", ndr_string(n, d->chars));
	add_list(d, n, name, &list);
}

/* The head of one RPC_UNICODE_STRING in an array; true if characters come behind the array. */
static bool name_head(struct ndr *n)
{
	ndr_align_to_pointer(n);
	ndr_u16(n);
	ndr_u16(n);
	return ndr_pointer(n);
}

static void read_names(struct decoding *d, struct ndr *n, const char *name, size_t count)
{
	struct list list = { .used = 0 };
	struct ndr heads = *n;

	for (size_t i = 0; i < count; i++)
		name_head(n);
	for (size_t i = 0; i < count && ndr_ok(n); i++)
		if (name_head(&heads))
			add_item(d, n, &list, ", ", ndr_characters(n, d->chars));
	add_list(d, n, name, &list);
}

void param_names(struct decoding *d, struct ndr *n, const char *name)
{
	read_names(d, n, name, cur_count(&n->c, ndr_wide(n), 8));
}

void param_varying_names(struct decoding *d, struct ndr *n, const char *name)
{
	uint64_t max_count = ndr_wide(n);
	uint64_t offset = ndr_wide(n);
	uint64_t actual_count = ndr_wide(n);

	if (offset != 0 || actual_count > max_count)
		cur_reject(&n->c);
	read_names(d, n, name, cur_count(&n->c, actual_count, 8));
}

/* ---- SIDs ---- */

static void read_sid(struct ndr *n, struct list *l)
{
	char number[24];
	uint64_t authority, max_count = ndr_wide(n);
	uint8_t revision = ndr_u8(n);
	size_t count = ndr_u8(n);

	authority = (uint64_t)cur_u16be(&n->c) << 32;
	authority |= cur_u32be(&n->c);
	if (max_count != count)
		cur_reject(&n->c);
	snprintf(number, sizeof(number), "S-%u-%" PRIu64, revision, authority);
	list_add(l, ", ", number);
	for (size_t i = 0; i < count && ndr_ok(n); i++) {
		snprintf(number, sizeof(number), "%" PRIu32, ndr_u32(n));
		list_add(l, "-", number);
	}
}

void param_sid(struct decoding *d, struct ndr *n, const char *name)
{
	struct list list = { .used = 0 };

	read_sid(n, &list);
	add_list(d, n, name, &list);
}

void param_sids(struct decoding *d, struct ndr *n, const char *name)
{
	struct list list = { .used = 0 };
	size_t count = cur_count(&n->c, ndr_wide(n), 4);
	struct ndr pointers = *n;

	for (size_t i = 0; i < count; i++)
		ndr_pointer(n);
	for (size_t i = 0; i < count && ndr_ok(n); i++)
		if (ndr_pointer(&pointers))
			read_sid(n, &list);
	add_list(d, n, name, &list);
}

/* ---- octets ---- */

void param_array(struct decoding *d, struct ndr *n, const char *name)
{
	size_t count = cur_count(&n->c, ndr_wide(n), 1);

	cur_skip(&n->c, count);
	decode_number(d, name, count);
}

void param_unique_array(struct decoding *d, struct ndr *n, const char *name)
{
	if (ndr_pointer(n))
		param_array(d, n, name);
}

void param_rest(struct decoding *d, struct ndr *n, const char *name)
{
	(void)name;
	cur_rest(&n->c);
	d->has_rest = true;
}

/* ---- structures ---- */

void param_struct(struct decoding *d, struct ndr *n, const char *name)
{
	(void)d, (void)name;
	ndr_align_to_pointer(n);
}

void param_align8(struct decoding *d, struct ndr *n, const char *name)
{
	(void)d, (void)name;
	cur_align(&n->c, 8);
}

void param_pointer(struct decoding *d, struct ndr *n, const char *name)
{
	(void)name;
	if (d->n_behind == DECODE_BEHIND)
		cur_reject(&n->c);
	else
		d->behind[d->n_behind++] = ndr_pointer(n);
}

bool param_is_behind(struct decoding *d)
{
	return d->next_behind < d->n_behind && d->behind[d->next_behind++];
}

void param_behind_string(struct decoding *d, struct ndr *n, const char *name)
{
	if (param_is_behind(d))
		param_string(d, n, name);
}

void param_behind_array(struct decoding *d, struct ndr *n, const char *name)
{
	if (param_is_behind(d))
		param_array(d, n, name);
}

void param_behind_u32(struct decoding *d, struct ndr *n, const char *name)
{
	if (param_is_behind(d))
		param_u32(d, n, name);
}

/* ---- context handles ---- */

static struct view read_handle(struct decoding *d, struct ndr *n, const char *name)
{
	struct view handle = ndr_handle(n);
	const char *known = handles_name(d->handles, handle);

	d->on = known != NULL ? text_copy(d->arena, known) : NULL;
	if (d->on != NULL)
		decode_text(d, name, text_lend(d->on));
	return handle;
}

void param_handle(struct decoding *d, struct ndr *n, const char *name)
{
	read_handle(d, n, name);
}

void param_close(struct decoding *d, struct ndr *n, const char *name)
{
	handles_forget(d->handles, read_handle(d, n, name));
}

/* ${name} of what lies at ${path} below ${on}. */
static void add_below(struct decoding *d, const char *name, const char *separator, const char *path)
{
	char whole[2 * LIMIT_TEXT_BYTES];
	bool has_both = d->on != NULL && path[0] != '\0';

	snprintf(whole, sizeof(whole), "%s%s%s", d->on != NULL ? d->on : "", has_both ? separator : "", path);
	decode_text(d, name, text_of_bytes(d->arena, view_of(whole, strlen(whole))));
}

void param_key(struct decoding *d, struct ndr *n, const char *name)
{
	struct view characters;
	char *path;

	if (!name_head(n))
		return;
	characters = ndr_characters(n, d->chars);
	path = ndr_ok(n) ? ndr_text(n, d->arena, characters, d->chars) : NULL;
	if (path != NULL)
		add_below(d, name, "\\", path);
}

void param_rid(struct decoding *d, struct ndr *n, const char *name)
{
	char rid[16];

	snprintf(rid, sizeof(rid), "%" PRIu32, ndr_u32(n));
	if (ndr_ok(n))
		add_below(d, name, "-", rid);
}

void param_keep_as(struct decoding *d, struct ndr *n, const char *name)
{
	struct view handle = ndr_handle(n);

	if (ndr_ok(n) && name != NULL)
		handles_put(d->handles, handle, name);
}

void param_keep(struct decoding *d, struct ndr *n, const char *name)
{
	param_keep_as(d, n, decode_text_of(d, name));
}
