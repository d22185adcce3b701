/*
 * winreg: the remote registry ([MS-RRP] 3.1.5). A key is opened relative to a
 * handle; names are reported as whole as the handles seen so far allow:
 * "HKLM\SYSTEM\Select", or "SYSTEM\Select" when the root was opened unseen.
 */
#include "sensor/rpc/interfaces.h"

#include <stdio.h>
#include <string.h>

/* The handle that the answer begins with stands for ${name}. */
static void keep_handle(struct decoding *d, const char *name)
{
	struct view handle = ndr_handle(&d->out);

	if (ndr_ok(&d->in) && ndr_ok(&d->out) && name != NULL)
		handles_put(d->handles, handle, name);
}

static void open_classes_root(struct decoding *d) { keep_handle(d, "HKCR"); }
static void open_current_user(struct decoding *d) { keep_handle(d, "HKCU"); }
static void open_local_machine(struct decoding *d) { keep_handle(d, "HKLM"); }
static void open_users(struct decoding *d) { keep_handle(d, "HKU"); }

/* BaseRegCloseKey */
static void close_key(struct decoding *d)
{
	handles_forget(d->handles, decode_handle(d, "key"));
}

/* RRP_UNICODE_STRING ([MS-RRP] 2.2.4) as a parameter: lengths, a pointer, and at once the characters, which may be none. */
static char *read_name(struct decoding *d)
{
	ndr_align_to_pointer(&d->in);
	ndr_u16(&d->in);	/* Length */
	ndr_u16(&d->in);	/* MaximumLength */
	if (!ndr_pointer(&d->in))
		return NULL;
	return ndr_text(&d->in, d->arena, ndr_characters(&d->in, NDR_WIDE), NDR_WIDE);
}

/* ${name} below the key that ${parent} stands for. */
static char *below(struct decoding *d, struct view parent, char *name)
{
	const char *root = handles_name(d->handles, parent);
	char path[2 * LIMIT_TEXT_BYTES];

	if (root == NULL || name == NULL)
		return name;
	if (name[0] == '\0')
		return text_copy(d->arena, root);
	snprintf(path, sizeof(path), "%s\\%s", root, name);
	return text_of_bytes(d->arena, view_of(path, strlen(path)));
}

/* BaseRegOpenKey, BaseRegCreateKey: the answer begins with the new key's handle. */
static void open_key(struct decoding *d)
{
	struct view parent = ndr_handle(&d->in);
	char *key = below(d, parent, read_name(d));

	decode_text(d, "key", key);
	keep_handle(d, key);
}

/* BaseRegDeleteKey */
static void delete_key(struct decoding *d)
{
	struct view parent = ndr_handle(&d->in);

	decode_text(d, "key", below(d, parent, read_name(d)));
}

/* BaseRegSetValue, BaseRegQueryValue, BaseRegDeleteValue: begin with a key and a value's name. */
static void on_value(struct decoding *d)
{
	decode_handle(d, "key");
	decode_text(d, "value", read_name(d));
}

/* BaseRegSaveKey, BaseRegSaveKeyEx, BaseRegRestoreKey */
static void on_file(struct decoding *d)
{
	decode_handle(d, "key");
	decode_text(d, "file", read_name(d));
}

const struct decoder winreg_decoders[] = {
	/* clang-format off */
	{  0, NDR_WIDE, open_classes_root },	/* OpenClassesRoot */
	{  1, NDR_WIDE, open_current_user },	/* OpenCurrentUser */
	{  2, NDR_WIDE, open_local_machine },	/* OpenLocalMachine */
	{  4, NDR_WIDE, open_users },		/* OpenUsers */
	{  5, NDR_WIDE, close_key },		/* BaseRegCloseKey */
	{  6, NDR_WIDE, open_key },		/* BaseRegCreateKey */
	{  7, NDR_WIDE, delete_key },		/* BaseRegDeleteKey */
	{  8, NDR_WIDE, on_value },		/* BaseRegDeleteValue */
	{ 15, NDR_WIDE, open_key },		/* BaseRegOpenKey */
	{ 17, NDR_WIDE, on_value },		/* BaseRegQueryValue */
	{ 19, NDR_WIDE, on_file },		/* BaseRegRestoreKey */
	{ 20, NDR_WIDE, on_file },		/* BaseRegSaveKey */
	{ 22, NDR_WIDE, on_value },		/* BaseRegSetValue */
	{ 31, NDR_WIDE, on_file },		/* BaseRegSaveKeyEx */
	{ .decode = NULL },
	/* clang-format on */
};
