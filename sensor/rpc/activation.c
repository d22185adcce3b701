/*
 * IRemoteSCMActivator and IActivation: DCOM's ways of creating an object on
 * another host ([MS-DCOM] 3.1.2.5.2.3). Of all that travels, the class is what tells an
 * administrator's tool from MMC20.Application or ShellWindows.
 */
#include "sensor/rpc/interfaces.h"

#include <stdio.h>

enum {
	OBJREF_SIGNATURE = 0x574f454d,	/* "MEOW" */
	OBJREF_CUSTOM = 4,
	PROPERTIES_MAX = 10,		/* MAX_ACTPROP_LIMIT */
	SERIALIZATION_BYTES = 16,	/* [MS-RPCE] 2.2.6: two headers before each pickled structure */
};

/* CLSID_InstantiationInfo, [MS-DCOM] 1.9 */
static const uint8_t instantiation_info[NDR_UUID_BYTES] = {
	0x00, 0x00, 0x01, 0xab, 0x00, 0x00, 0x00, 0x00, 0xc0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x46,
};

static void add_class(struct decoding *d, const struct uuid *u)
{
	char text[37];
	size_t used = 0;

	for (size_t i = 0; i < NDR_UUID_BYTES; i++) {
		bool has_dash = i == 4 || i == 6 || i == 8 || i == 10;

		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%02x", has_dash ? "-" : "", u->bytes[i]);
	}
	decode_text(d, "class", text_copy(d->arena, text));
}

/* [MS-DCOM] 2.2.13.3 ORPC_EXTENT_ARRAY, behind ORPCTHIS's pointer to it: nothing of interest. */
static void skip_extents(struct ndr *n)
{
	size_t n_extents, n_pointers = 0;

	ndr_u32(n);	/* size */
	ndr_u32(n);	/* reserved */
	if (!ndr_pointer(n))
		return;
	n_extents = cur_count(&n->c, ndr_wide(n), 4);
	for (size_t i = 0; i < n_extents; i++)
		n_pointers += ndr_pointer(n);
	for (size_t i = 0; i < n_pointers && ndr_ok(n); i++) {
		size_t n_bytes = cur_count(&n->c, ndr_wide(n), 1);

		ndr_uuid(n);
		ndr_u32(n);	/* size */
		cur_skip(&n->c, n_bytes);
	}
}

/* [MS-DCOM] 2.2.13.3 ORPCTHIS */
static void skip_orpcthis(struct ndr *n)
{
	ndr_u32(n);	/* version */
	ndr_u32(n);	/* flags */
	ndr_u32(n);	/* reserved1 */
	ndr_uuid(n);	/* cid */
	if (ndr_pointer(n))
		skip_extents(n);
}

/* Where the property InstantiationInfo begins in the activation properties; 0 when it is not there.
 * [MS-DCOM] 2.2.22.1 CustomHeader: ${n} is at its serialization headers, offsets count from there. */
static size_t find_property(struct ndr *n)
{
	size_t start = cur_offset(&n->c), at, found = 0, n_properties;
	bool is_it[PROPERTIES_MAX] = { false };

	cur_skip(&n->c, SERIALIZATION_BYTES);
	ndr_u32(n);	/* totalSize */
	at = start + ndr_u32(n);	/* headerSize */
	ndr_u32(n);	/* dwReserved */
	ndr_u32(n);	/* destCtx */
	n_properties = ndr_u32(n);	/* cIfs */
	ndr_uuid(n);	/* classInfoClsid */
	cur_skip(&n->c, 12);	/* the pointers to the two arrays, and one that is NULL */
	if (n_properties > PROPERTIES_MAX || ndr_u32(n) != n_properties)
		cur_reject(&n->c);
	for (size_t i = 0; i < n_properties && ndr_ok(n); i++) {
		struct uuid u = ndr_uuid(n);

		is_it[i] = view_equals(view_of(u.bytes, sizeof(u.bytes)), view_of(instantiation_info, sizeof(u.bytes)));
	}
	ndr_u32(n);	/* conformance of the sizes */
	for (size_t i = 0; i < n_properties && ndr_ok(n); i++) {
		size_t n_bytes = ndr_u32(n);

		found = is_it[i] ? at : found;
		at += n_bytes;
	}
	return found;
}

/* [MS-DCOM] 2.2.18.6 OBJREF_CUSTOM with the activation properties; little-endian whatever the call is. */
static void read_properties(struct decoding *d, struct view objref)
{
	struct ndr n = ndr_of(objref, false, false);
	bool is_custom = ndr_u32(&n) == OBJREF_SIGNATURE;
	struct uuid class;
	size_t at;

	is_custom = ndr_u32(&n) == OBJREF_CUSTOM && is_custom;
	cur_skip(&n.c, 16 + 16 + 8);	/* iid, clsid, cbExtension, reserved */
	cur_skip(&n.c, 8);		/* dwSize, dwReserved of the activation blob */
	at = is_custom ? find_property(&n) : 0;
	if (at == 0 || !ndr_ok(&n))
		return;
	cur_seek(&n.c, at);
	cur_skip(&n.c, SERIALIZATION_BYTES);
	class = ndr_uuid(&n);	/* [MS-DCOM] 2.2.22.2.1 InstantiationInfoData.classId */
	if (ndr_ok(&n))
		add_class(d, &class);
}

/* [in, unique] MInterfacePointer */
static struct view interface_pointer(struct ndr *n)
{
	size_t n_bytes;

	if (!ndr_pointer(n))
		return view_of(NULL, 0);
	n_bytes = cur_count(&n->c, ndr_wide(n), 1);
	ndr_u32(n);	/* ulCntData */
	return cur_take(&n->c, n_bytes);
}

/* IActivation, the older interface: the class is a parameter of its own. */
static void remote_activation(struct decoding *d)
{
	struct uuid class;

	skip_orpcthis(&d->in);
	class = ndr_uuid(&d->in);
	if (ndr_ok(&d->in))
		add_class(d, &class);
}

/* RemoteGetClassObject */
static void get_class_object(struct decoding *d)
{
	skip_orpcthis(&d->in);
	read_properties(d, interface_pointer(&d->in));
}

/* RemoteCreateInstance */
static void create_instance(struct decoding *d)
{
	skip_orpcthis(&d->in);
	interface_pointer(&d->in);	/* pUnkOuter */
	read_properties(d, interface_pointer(&d->in));
}

const struct decoder old_activation_decoders[] = {
	/* clang-format off */
	{ 0, NDR_WIDE, remote_activation },	/* RemoteActivation */
	{ .decode = NULL },
	/* clang-format on */
};

const struct decoder activation_decoders[] = {
	/* clang-format off */
	{ 3, NDR_WIDE, get_class_object },	/* RemoteGetClassObject */
	{ 4, NDR_WIDE, create_instance },	/* RemoteCreateInstance */
	{ .decode = NULL },
	/* clang-format on */
};
