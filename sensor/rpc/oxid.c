/*
 * IObjectExporter and IRemUnknown: where DCOM's objects live and which other
 * interfaces they have ([MS-DCOM] 3.1.2.5.1, 3.1.1.5.6).
 */
#include "sensor/rpc/interfaces.h"
#include "sensor/rpc/orpc.h"
#include "sensor/rpc/param.h"

/* ---- IObjectExporter ---- */

/* [size_is] unsigned short arRequestedProtseqs[] */
static void protseqs(struct decoding *d, struct ndr *n, const char *name)
{
	(void)d, (void)name;
	cur_skip(&n->c, 2 * cur_count(&n->c, ndr_wide(n), 2));
}

/* [out] DUALSTRINGARRAY **: of which class the object is, nobody says. */
static void bindings(struct decoding *d, struct ndr *n, const char *name)
{
	if (ndr_pointer(n))
		orpc_bindings(d, n, name, NULL);
}

static const struct param resolve[] = { { param_u64, NULL }, { param_u16, NULL }, { protseqs, NULL }, { NULL, NULL } };
static const struct param resolved[] = { { bindings, "binding" }, { NULL, NULL } };

const struct decoder object_exporter_decoders[] = {
	/* clang-format off */
	{ 0, NDR_WIDE, resolve, resolved },	/* ResolveOxid */
	{ 4, NDR_WIDE, resolve, resolved },	/* ResolveOxid2 */
	{ .in = NULL },
	/* clang-format on */
};

/* ---- IRemUnknown ---- */

/* [size_is(cIids)] IID iids[]; the answer will say which ids they have. */
static void iids(struct decoding *d, struct ndr *n, const char *name)
{
	(void)name;
	d->mark = cur_offset(&n->c);
	cur_skip(&n->c, NDR_UUID_BYTES * cur_count(&n->c, ndr_wide(n), NDR_UUID_BYTES));
}

/* [MS-DCOM] 2.2.24 REMQIRESULT, an array of them */
static void results(struct decoding *d, struct ndr *n, const char *name)
{
	struct ndr asked = d->in;
	size_t count;

	(void)name;
	if (!ndr_pointer(n))
		return;
	count = cur_count(&n->c, ndr_wide(n), 48);
	cur_seek(&asked.c, d->mark);
	if (ndr_wide(&asked) != count)
		cur_reject(&n->c);
	for (size_t i = 0; i < count && ndr_ok(n) && ndr_ok(&asked); i++) {
		struct uuid iid = ndr_uuid(&asked), ipid;
		uint32_t result;

		cur_align(&n->c, 8);
		result = ndr_u32(n);
		cur_align(&n->c, 8);
		cur_skip(&n->c, 4 + 4 + 8 + 8);	/* STDOBJREF: flags, cPublicRefs, oxid, oid */
		ipid = ndr_uuid(n);
		if (result == 0 && ndr_ok(n) && ndr_ok(&asked))
			endpoints_learn_object(d->endpoints, d->server, &ipid, &iid, d->now_ns);
	}
}

static const struct param query_interface[] = {
	{ orpc_this, NULL }, { param_uuid, NULL }, { param_u32, NULL }, { param_u16, NULL }, { iids, NULL }, { NULL, NULL },
};
static const struct param queried[] = { { orpc_that, NULL }, { results, NULL }, { NULL, NULL } };

const struct decoder rem_unknown_decoders[] = {
	/* clang-format off */
	{ 3, NDR_WIDE, query_interface, queried },	/* RemQueryInterface */
	{ .in = NULL },
	/* clang-format on */
};
