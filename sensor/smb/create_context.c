#include "sensor/smb/create_context.h"

enum {
	GUID_BYTES = 16,
	HEAD_BYTES = 16,	/* [MS-SMB2] 2.2.13.2 up to Buffer */
	DHANDLE_FLAG_PERSISTENT = 0x00000002,
};

/* A context by its name. */
struct row {
	struct {
		size_t n;
		const char *bytes;
	} name;
	void (*read)(struct cursor *data, struct create_contexts *out);
	const char *text;
};

/* ---- requests ---- */

/* [MS-SMB2] 2.2.13.2.3 */
static void read_durable(struct cursor *data, struct create_contexts *out)
{
	(void)data;
	if (out->durable == DURABLE_NONE)
		out->durable = DURABLE_V1;
}

static void read_file_id(struct cursor *data, struct create_contexts *out)
{
	out->is_reconnect = true;
	out->persistent_id = cur_u64le(data);
	out->volatile_id = cur_u64le(data);
}

/* [MS-SMB2] 2.2.13.2.4 */
static void read_reconnect(struct cursor *data, struct create_contexts *out)
{
	read_file_id(data, out);
	if (out->durable == DURABLE_NONE)
		out->durable = DURABLE_V1;
}

static void read_flags(struct cursor *data, struct create_contexts *out)
{
	out->durable = cur_u32le(data) & DHANDLE_FLAG_PERSISTENT ? DURABLE_PERSISTENT : DURABLE_V2;
}

/* [MS-SMB2] 2.2.13.2.11 */
static void read_durable_v2(struct cursor *data, struct create_contexts *out)
{
	cur_skip(data, 4);	/* Timeout */
	read_flags(data, out);
	cur_skip(data, 8);	/* Reserved */
	out->create_guid = cur_take(data, GUID_BYTES);
}

/* [MS-SMB2] 2.2.13.2.12 */
static void read_reconnect_v2(struct cursor *data, struct create_contexts *out)
{
	read_file_id(data, out);
	out->create_guid = cur_take(data, GUID_BYTES);
	read_flags(data, out);
}

/* [MS-SMB2] 2.2.13.2.8, 2.2.13.2.10: both begin with the key. */
static void read_lease(struct cursor *data, struct create_contexts *out)
{
	out->lease_key = cur_take(data, GUID_BYTES);
}

/* [MS-SMB2] 2.2.13.2.7 */
static void read_snapshot(struct cursor *data, struct create_contexts *out)
{
	out->snapshot = cur_u64le(data);
}

/* [MS-SMB2] 2.2.13.2.13 */
static void read_app_instance(struct cursor *data, struct create_contexts *out)
{
	cur_skip(data, 4);	/* StructureSize, Reserved */
	out->app_instance_id = cur_take(data, GUID_BYTES);
}

/* clang-format off */
static const struct row asked[] = {
	{ { 4, "DH2C" }, read_reconnect_v2, "DH2C" },
	{ { 4, "DH2Q" }, read_durable_v2,   "DH2Q" },
	{ { 4, "DHnC" }, read_reconnect,    "DHnC" },
	{ { 4, "DHnQ" }, read_durable,      "DHnQ" },
	{ { 4, "RqLs" }, read_lease,        "RqLs" },
	{ { 4, "TWrp" }, read_snapshot,     "TWrp" },
	{ { 16, "\x45\xBC\xA6\x6A\xEF\xA7\xF7\x4A\x90\x08\xFA\x46\x2E\x14\x4D\x74" }, read_app_instance, "AppInstanceId" },
	{ { 0, NULL },   NULL,              NULL   },
};
/* clang-format on */

const char *create_context_name(size_t i)
{
	return i < sizeof(asked) / sizeof(*asked) ? asked[i].text : NULL;
}

/* ---- answers ---- */

/* [MS-SMB2] 2.2.14.2.12 */
static void read_granted_v2(struct cursor *data, struct create_contexts *out)
{
	cur_skip(data, 4);	/* Timeout */
	read_flags(data, out);
}

/* clang-format off */
static const struct row answered[] = {
	{ { 4, "DH2Q" }, read_granted_v2, "DH2Q" },
	{ { 4, "DHnQ" }, read_durable,    "DHnQ" },
	{ { 4, "RqLs" }, read_lease,      "RqLs" },
	{ { 0, NULL },   NULL,            NULL   },
};
/* clang-format on */

/* ---- the list ---- */

static const struct row *row_of(const struct row *rows, struct view name)
{
	while (rows->read != NULL && !view_equals(name, view_of(rows->name.bytes, rows->name.n)))
		rows++;
	return rows->read != NULL ? rows : NULL;
}

/* [MS-SMB2] 2.2.13.2: one context, at the beginning of ${c}. Offsets count from there. Returns Next. */
static uint32_t read_one(struct cursor *c, const struct row *rows, struct create_contexts *out)
{
	uint32_t next = cur_u32le(c), data_n;
	uint16_t name_at, name_n, data_at;
	const struct row *row;
	struct cursor data;
	struct view name;

	name_at = cur_u16le(c);
	name_n = cur_u16le(c);
	cur_skip(c, 2);	/* Reserved */
	data_at = cur_u16le(c);
	data_n = cur_u32le(c);
	name = cur_at(c, name_at, name_n);
	data = cur_of(cur_at(c, data_n > 0 ? data_at : 0, data_n));
	row = cur_ok(c) ? row_of(rows, name) : NULL;
	if (row != NULL)
		row->read(&data, out);
	if (!cur_ok(&data))
		cur_reject(c);
	return next;
}

static bool read_list(struct view list, const struct row *rows, struct create_contexts *out)
{
	struct cursor rest = cur_of(list);
	struct create_contexts found = { 0 };
	uint32_t next = 0;

	do {
		struct cursor c;

		cur_skip(&rest, next);
		c = cur_of(cur_at(&rest, cur_offset(&rest), cur_left(&rest)));
		next = read_one(&c, rows, &found);
		if (!cur_ok(&rest) || !cur_ok(&c) || (next != 0 && next < HEAD_BYTES))
			return false;
	} while (next != 0);
	*out = found;
	return true;
}

bool create_context_asked(struct view list, struct create_contexts *out)
{
	return read_list(list, asked, out);
}

bool create_context_answered(struct view list, struct create_contexts *out)
{
	return read_list(list, answered, out);
}

bool create_context_tells(const struct create_contexts *k)
{
	return k->durable != DURABLE_NONE || k->app_instance_id.n > 0 || k->lease_key.n > 0 || k->snapshot != 0;
}
