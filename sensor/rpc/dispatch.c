/*
 * IDispatch: automation ([MS-OAUT] 3.1.4). A member is looked up by name once
 * and then called by number; both are reported, and what text it is given,
 * which for MMC20.Application or ShellWindows is a command.
 */
#include "sensor/rpc/interfaces.h"
#include "sensor/rpc/orpc.h"
#include "sensor/rpc/param.h"

#include <stdio.h>
#include <string.h>

enum {
	VARIANTS_MAX = 16,	/* arguments of one call that are looked at; ShellExecute takes five, and a method refuses more than it takes */
	VT_BSTR = 8,
	VT_TYPE = 0x0fff,
	VT_BYREF = 0x4000,
	VT_ARRAY = 0x2000,
};

/* A member of this object, as a key for the table of handles: both are given out by the server and mean something later. */
struct member_key {
	uint8_t bytes[NDR_HANDLE_BYTES];
};

static bool member_key(const struct decoding *d, uint32_t id, struct member_key *key)
{
	if (d->object == NULL)
		return false;
	view_copy(key->bytes, NDR_UUID_BYTES, view_of(d->object->bytes, NDR_UUID_BYTES));
	for (size_t i = 0; i < 4; i++)
		key->bytes[NDR_UUID_BYTES + i] = (uint8_t)(id >> 8 * i);
	return true;
}

/* ---- GetIDsOfNames ---- */

/* [size_is(cNames)] LPOLESTR *rgszNames: the first is the member's, the others its parameters'. */
static void names(struct decoding *d, struct ndr *n, const char *name)
{
	size_t count = cur_count(&n->c, ndr_wide(n), 4), n_pointers = 0;

	for (size_t i = 0; i < count; i++)
		n_pointers += ndr_pointer(n);
	for (size_t i = 0; i < n_pointers && ndr_ok(n); i++)
		param_string(d, n, i == 0 ? name : NULL);
}

/* [out, size_is(cNames)] DISPID *rgDispId */
static void ids(struct decoding *d, struct ndr *n, const char *name)
{
	uint64_t count = ndr_wide(n);
	uint32_t id = ndr_u32(n);
	const char *member = decode_text_of(d, "member");
	struct member_key key;

	if (!ndr_ok(n) || count == 0)
		return;
	decode_number(d, name, id);
	if (member != NULL && member_key(d, id, &key))
		handles_put(d->handles, view_of(key.bytes, sizeof(key.bytes)), member);
}

/* ---- Invoke ---- */

static void member_id(struct decoding *d, struct ndr *n, const char *name)
{
	uint32_t id = ndr_u32(n);
	struct member_key key;
	const char *member;

	decode_number(d, name, id);
	if (!member_key(d, id, &key))
		return;
	member = handles_name(d->handles, view_of(key.bytes, sizeof(key.bytes)));
	if (member != NULL)
		decode_text(d, "member", text_copy(d->arena, member));
}

/* One wireVARIANT ([MS-OAUT] 2.2.29.1): its text if it is a string; false if what follows it cannot be found. */
static bool read_variant(struct decoding *d, struct ndr *n, char **text)
{
	struct ndr at;
	size_t size;	/* in units of 8 octets, of the variant without what it points to */
	uint16_t type;

	cur_align(&n->c, 8);
	at = *n;
	size = (size_t)8 * ndr_u32(n);
	ndr_u32(n);	/* rpcReserved */
	type = ndr_u16(n);
	ndr_u16(n), ndr_u16(n), ndr_u16(n);
	ndr_u32(n);	/* the union's discriminant: the type again */
	*text = NULL;
	if (type == VT_BSTR) {
		size_t before = d->n_args;

		orpc_bstr(d, n, "text");
		if (d->n_args > before)
			*text = d->args[--d->n_args]->text;
		return ndr_ok(n);
	}
	if ((type & (VT_BYREF | VT_ARRAY)) != 0 || (type & VT_TYPE) > 0x1f)
		return false;
	*n = at;
	cur_skip(&n->c, size);
	return ndr_ok(n) && size >= 24;
}

/* DISPPARAMS ([MS-OAUT] 2.2.33): the arguments stand in reverse order. */
static void parameters(struct decoding *d, struct ndr *n, const char *name)
{
	char *texts[VARIANTS_MAX], all[LIMIT_TEXT_BYTES] = "";
	size_t count, n_pointers = 0, n_texts = 0, used = 0;

	ndr_align_to_pointer(n);
	if (!ndr_pointer(n))
		return;
	ndr_pointer(n);	/* rgdispidNamedArgs */
	ndr_u32(n);	/* cArgs */
	ndr_u32(n);	/* cNamedArgs */
	count = cur_count(&n->c, ndr_wide(n), 4);
	for (size_t i = 0; i < count; i++)
		n_pointers += ndr_pointer(n);
	for (size_t i = 0; i < n_pointers && i < VARIANTS_MAX && read_variant(d, n, &texts[n_texts]); i++)
		n_texts += texts[n_texts] != NULL;
	for (size_t i = n_texts; i > 0 && used < sizeof(all); i--)
		used += (size_t)snprintf(all + used, sizeof(all) - used, "%s%s", used > 0 ? " " : "", texts[i - 1]);
	if (n_texts > 0)
		decode_text(d, name, text_of_bytes(d->arena, view_of(all, strlen(all))));
}

static const struct param get_ids[] = {
	{ orpc_this, NULL }, { param_uuid, NULL }, { names, "member" }, { param_u32, NULL }, { param_u32, NULL }, { NULL, NULL },
};
static const struct param got_ids[] = { { orpc_that, NULL }, { ids, "id" }, { NULL, NULL } };

static const struct param invoke[] = {
	{ orpc_this, NULL }, { member_id, "id" }, { param_uuid, NULL }, { param_u32, NULL }, { param_u32, "flags" },
	{ parameters, "arguments" }, { param_rest, NULL }, { NULL, NULL },
};

const struct decoder dispatch_decoders[] = {
	/* clang-format off */
	{ 5, NDR_WIDE, get_ids, got_ids },	/* GetIDsOfNames */
	{ 6, NDR_WIDE, invoke,  NULL },		/* Invoke */
	{ .in = NULL },
	/* clang-format on */
};
