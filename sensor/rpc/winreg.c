/*
 * winreg: the remote registry ([MS-RRP] 3.1.5). A key is opened relative to a
 * handle; names are reported as whole as the handles seen so far allow:
 * "HKLM\SYSTEM\Select", or "SYSTEM\Select" when the root was opened unseen.
 */
#include "sensor/rpc/interfaces.h"
#include "sensor/rpc/param.h"

/* [MS-RRP] 3.1.1.5, by number */
enum value_type { REG_SZ = 1, REG_EXPAND_SZ = 2, REG_DWORD = 4, REG_MULTI_SZ = 7, REG_QWORD = 11 };

/* The data of a value whose "type" was read before: text and numbers are reported, other octets are not. */
static void value_data(struct decoding *d, struct ndr *n, const char *name)
{
	uint64_t type = decode_number_of(d, "type");
	struct view octets = cur_take(&n->c, cur_count(&n->c, ndr_wide(n), 1));
	struct cursor c = cur_of(octets);

	if (!ndr_ok(n))
		return;
	if (type == REG_SZ || type == REG_EXPAND_SZ || type == REG_MULTI_SZ)
		decode_text(d, name, text_of_utf16le(d->arena, octets));
	else if (type == REG_DWORD && octets.n == 4)
		decode_number(d, name, cur_u32le(&c));
	else if (type == REG_QWORD && octets.n == 8)
		decode_number(d, name, cur_u64le(&c));
}

static const struct param open_root[] = { { param_unique_u16, NULL }, { param_u32, NULL }, { NULL, NULL } };
static const struct param opened[] = { { param_keep, "key" }, { NULL, NULL } };
static const struct param on_key[] = { { param_handle, NULL }, { param_key, "key" }, { NULL, NULL } };
static const struct param on_value[] = { { param_handle, "key" }, { param_name, "value" }, { NULL, NULL } };

static const struct param set_value[] = {
	{ param_handle, "key" }, { param_name, "value" }, { param_u32, "type" }, { value_data, "data" }, { param_u32, NULL }, { NULL, NULL },
};

const struct decoder winreg_decoders[] = {
	/* clang-format off */
	{  0, NDR_WIDE, open_root, PARAMS({ param_keep_as, "HKCR" }) },	/* OpenClassesRoot */
	{  1, NDR_WIDE, open_root, PARAMS({ param_keep_as, "HKCU" }) },	/* OpenCurrentUser */
	{  2, NDR_WIDE, open_root, PARAMS({ param_keep_as, "HKLM" }) },	/* OpenLocalMachine */
	{  4, NDR_WIDE, open_root, PARAMS({ param_keep_as, "HKU" }) },	/* OpenUsers */
	{  5, NDR_WIDE, PARAMS({ param_close, "key" }), NULL },		/* BaseRegCloseKey */
	{  6, NDR_WIDE, PARAMS({ param_handle, NULL }, { param_key, "key" }, { param_rest, NULL }), opened },	/* BaseRegCreateKey */
	{  7, NDR_WIDE, on_key,    NULL },				/* BaseRegDeleteKey */
	{  8, NDR_WIDE, on_value,  NULL },				/* BaseRegDeleteValue */
	{ 13, NDR_WIDE, PARAMS({ param_handle, NULL }, { param_key, "key" }, { param_name, "file" }), NULL },	/* BaseRegLoadKey */
	{ 15, NDR_WIDE, PARAMS({ param_handle, NULL }, { param_key, "key" }, { param_u32, NULL }, { param_u32, "access" }), opened },	/* BaseRegOpenKey */
	{ 17, NDR_WIDE, PARAMS({ param_handle, "key" }, { param_name, "value" }, { param_rest, NULL }), NULL },	/* BaseRegQueryValue */
	{ 18, NDR_WIDE, PARAMS({ param_handle, NULL }, { param_key, "key" }, { param_name, "file" }, { param_name, "old_file" }), NULL },	/* BaseRegReplaceKey */
	{ 19, NDR_WIDE, PARAMS({ param_handle, "key" }, { param_name, "file" }, { param_u32, NULL }), NULL },	/* BaseRegRestoreKey */
	{ 20, NDR_WIDE, PARAMS({ param_handle, "key" }, { param_name, "file" }, { param_rest, NULL }), NULL },	/* BaseRegSaveKey */
	{ 21, NDR_WIDE, PARAMS({ param_handle, "key" }, { param_u32, "information" }, { param_rest, NULL }), NULL },	/* BaseRegSetKeySecurity */
	{ 22, NDR_WIDE, set_value, NULL },				/* BaseRegSetValue */
	{ 23, NDR_WIDE, on_key,    NULL },				/* BaseRegUnLoadKey */
	{ 24, NDR_WIDE, PARAMS({ param_unique_u16, NULL }, { param_unique_name, "message" }, { param_u32, "timeout" }, { param_rest, NULL }), NULL },	/* BaseInitiateSystemShutdown */
	{ 27, NDR_WIDE, open_root, PARAMS({ param_keep_as, "HKCC" }) },	/* OpenCurrentConfig */
	{ 30, NDR_WIDE, PARAMS({ param_unique_u16, NULL }, { param_unique_name, "message" }, { param_u32, "timeout" }, { param_rest, NULL }), NULL },	/* BaseInitiateSystemShutdownEx */
	{ 31, NDR_WIDE, PARAMS({ param_handle, "key" }, { param_name, "file" }, { param_rest, NULL }), NULL },	/* BaseRegSaveKeyEx */
	{ .in = NULL },
	/* clang-format on */
};
