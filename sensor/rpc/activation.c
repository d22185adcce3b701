/*
 * IRemoteSCMActivator and IActivation: DCOM's ways of creating an object on
 * another host ([MS-DCOM] 3.1.2.5.2.3). Of all that travels, the class is what tells an
 * administrator's tool from MMC20.Application or ShellWindows.
 */
#include "sensor/rpc/classes.h"
#include "sensor/rpc/interfaces.h"
#include "sensor/rpc/orpc.h"
#include "sensor/rpc/param.h"

enum {
	PROPERTIES_MAX = 10,		/* MAX_ACTPROP_LIMIT */
	SERIALIZATION_BYTES = 16,	/* [MS-RPCE] 2.2.6: two headers before each pickled structure */
};

/* [MS-DCOM] 1.9 */
static const struct uuid instantiation_info = UUID(0x000001ab, 0x0000, 0x0000, 0xc000, 0x000000000046);
static const struct uuid scm_reply_info = UUID(0x000001b6, 0x0000, 0x0000, 0xc000, 0x000000000046);
static const struct uuid props_out_info = UUID(0x00000339, 0x0000, 0x0000, 0xc000, 0x000000000046);

static void add_class(struct decoding *d, const struct uuid *class)
{
	const struct class *row = classes_find(class);
	char text[PARAM_UUID_TEXT_BYTES];

	param_uuid_text(class, text);
	decode_text(d, "class", text_copy(d->arena, text));
	if (row != NULL)
		decode_text(d, "class_name", text_copy(d->arena, row->name));
	d->class = *class;
}

/* Where the property ${wanted} begins in the activation properties; 0 when it is not there.
 * [MS-DCOM] 2.2.22.1 CustomHeader: ${n} is at its serialization headers, offsets count from there. */
static size_t find_property(struct ndr *n, const struct uuid *wanted)
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

		is_it[i] = uuid_equals(&u, wanted);
	}
	ndr_u32(n);	/* conformance of the sizes */
	for (size_t i = 0; i < n_properties && ndr_ok(n); i++) {
		size_t n_bytes = ndr_u32(n);

		found = is_it[i] ? at : found;
		at += n_bytes;
	}
	return found;
}

/* At the property ${wanted} of the activation properties in ${objref}, behind its serialization headers; at the end if there is none. */
static struct ndr property(struct view objref, const struct uuid *wanted)
{
	struct ndr n = ndr_of(orpc_custom_data(objref), false, false);
	size_t at;

	cur_skip(&n.c, 8);	/* dwSize, dwReserved of the activation blob */
	at = find_property(&n, wanted);
	if (at == 0 || !ndr_ok(&n))
		return ndr_of(view_of(NULL, 0), false, false);
	cur_seek(&n.c, at);
	n = ndr_of(cur_rest(&n.c), false, false);	/* it is aligned to its own beginning */
	cur_skip(&n.c, SERIALIZATION_BYTES);
	return n;
}

/* [unique] MInterfacePointer to the activation properties of a request. */
static void properties_in(struct decoding *d, struct ndr *n, const char *name)
{
	struct ndr p = property(orpc_interface_pointer(n), &instantiation_info);
	struct uuid class = ndr_uuid(&p);	/* [MS-DCOM] 2.2.22.2.1 InstantiationInfoData.classId */

	(void)name;
	if (ndr_ok(&p))
		add_class(d, &class);
}

static void class_id(struct decoding *d, struct ndr *n, const char *name)
{
	struct uuid class = ndr_uuid(n);

	(void)name;
	if (ndr_ok(n))
		add_class(d, &class);
}

/* [MS-DCOM] 2.2.22.2.8 ScmReplyInfoData: where the object's process listens. */
static void read_reply(struct decoding *d, struct ndr n)
{
	bool has_bindings;

	ndr_pointer(&n);	/* pdwReserved */
	if (!ndr_pointer(&n))
		return;
	ndr_u64(&n);		/* Oxid */
	has_bindings = ndr_pointer(&n);
	ndr_uuid(&n);		/* ipidRemUnknown */
	ndr_u32(&n);		/* authnHint */
	ndr_u32(&n);		/* serverVersion */
	if (has_bindings && ndr_ok(&n))
		orpc_bindings(d, &n, "binding", &d->class);
}

/* [MS-DCOM] 2.2.22.2.9 PropsOutInfo: the interface pointers that were given out. */
static void read_interfaces(struct decoding *d, struct ndr n)
{
	size_t count, n_pointers = 0;

	ndr_u32(&n);	/* cIfs */
	ndr_pointer(&n);
	ndr_pointer(&n);
	ndr_pointer(&n);
	count = cur_count(&n.c, ndr_wide(&n), NDR_UUID_BYTES);
	cur_skip(&n.c, count * NDR_UUID_BYTES);	/* piid */
	if (ndr_wide(&n) != count)
		cur_reject(&n.c);
	cur_skip(&n.c, count * 4);		/* phresults */
	if (ndr_wide(&n) != count)
		cur_reject(&n.c);
	for (size_t i = 0; i < count && ndr_ok(&n); i++)
		n_pointers += ndr_pointer(&n);
	for (size_t i = 0; i < n_pointers && ndr_ok(&n); i++)
		orpc_learn(d, orpc_interface_data(&n));
}

/* [unique] MInterfacePointer to the activation properties of an answer. */
static void properties_out(struct decoding *d, struct ndr *n, const char *name)
{
	struct view objref = orpc_interface_pointer(n);

	(void)name;
	read_reply(d, property(objref, &scm_reply_info));
	read_interfaces(d, property(objref, &props_out_info));
}

/* RemoteActivation's [out] DUALSTRINGARRAY ** */
static void old_bindings(struct decoding *d, struct ndr *n, const char *name)
{
	if (ndr_pointer(n))
		orpc_bindings(d, n, name, &d->class);
}

static const struct param old_answer[] = { { orpc_that, NULL }, { param_u64, NULL }, { old_bindings, "binding" }, { NULL, NULL } };
static const struct param answer[] = { { orpc_that, NULL }, { properties_out, NULL }, { NULL, NULL } };

const struct decoder old_activation_decoders[] = {
	/* clang-format off */
	{ 0, NDR_WIDE, PARAMS({ orpc_this, NULL }, { class_id, NULL }, { param_rest, NULL }), old_answer },	/* RemoteActivation: the class is a parameter of its own */
	{ .in = NULL },
	/* clang-format on */
};

const struct decoder activation_decoders[] = {
	/* clang-format off */
	{ 3, NDR_WIDE, PARAMS({ orpc_this, NULL }, { properties_in, NULL }), answer },	/* RemoteGetClassObject */
	{ 4, NDR_WIDE, PARAMS({ orpc_this, NULL }, { orpc_interface, NULL }, { properties_in, NULL }), answer },	/* RemoteCreateInstance; the first is pUnkOuter */
	{ .in = NULL },
	/* clang-format on */
};
