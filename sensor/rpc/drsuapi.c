/*
 * drsuapi: directory replication ([MS-DRSR] 4.1). Ordinarily sealed; where it
 * is not, GetNCChanges names the one object or the whole tree that is asked for.
 */
#include "sensor/rpc/interfaces.h"
#include "sensor/rpc/param.h"

/* DSNAME ([MS-DRSR] 5.50): the object's distinguished name. */
static void dsname(struct decoding *d, struct ndr *n, const char *name)
{
	uint64_t max_count = ndr_wide(n);
	uint32_t n_characters;
	struct view characters;

	ndr_u32(n);			/* structLen */
	ndr_u32(n);			/* SidLen */
	cur_skip(&n->c, 16 + 28);	/* Guid, Sid */
	n_characters = ndr_u32(n);	/* without the zero behind them */
	if (n_characters >= max_count)
		cur_reject(&n->c);
	characters = cur_take(&n->c, 2 * cur_count(&n->c, n_characters, 2));
	cur_skip(&n->c, 2 * cur_count(&n->c, max_count - n_characters, 2));
	if (ndr_ok(n))
		decode_text(d, name, ndr_text(n, d->arena, characters, NDR_WIDE));
}

static void behind_dsname(struct decoding *d, struct ndr *n, const char *name)
{
	if (param_is_behind(d))
		dsname(d, n, name);
}

/* DRS_MSG_GETCHGREQ_V8 and _V10 ([MS-DRSR] 4.1.10.2.5, .7); the latter has one number more. */
#define CHANGES_BEGIN                                                                                                                   \
	{ param_align8, NULL }, { param_uuid, "destination_dsa" }, { param_uuid, NULL }, { param_pointer, NULL }, /* pNC */            \
	{ param_u64, NULL }, { param_u64, NULL }, { param_u64, NULL }, { param_pointer, NULL }, /* usnvecFrom, pUpToDateVecDest */ \
	{ param_u32, "flags" }, { param_u32, NULL }, { param_u32, NULL }, { param_u32, "extended_op" }, { param_u64, NULL },           \
	{ param_pointer, NULL }, { param_pointer, NULL }, { param_u32, NULL }, { param_pointer, NULL }
#define CHANGES_END { behind_dsname, "object" }, { param_rest, NULL }

static const struct param changes_8[] = { CHANGES_BEGIN, CHANGES_END, { NULL, NULL } };
static const struct param changes_10[] = { CHANGES_BEGIN, { param_u32, NULL }, CHANGES_END, { NULL, NULL } };
static const struct param changes_other[] = { { param_rest, NULL }, { NULL, NULL } };

/* DRS_MSG_GETCHGREQ: a union whose discriminant repeats "version". */
static void changes_request(struct decoding *d, struct ndr *n, const char *name)
{
	uint64_t version = decode_number_of(d, "version");

	(void)name;
	if (ndr_u32(n) != version)
		cur_reject(&n->c);
	decode_params(d, n, version == 8 ? changes_8 : version == 10 ? changes_10 : changes_other);
}

const struct decoder drsuapi_decoders[] = {
	/* clang-format off */
	{ 0, NDR_WIDE, PARAMS({ param_unique_uuid, "client_dsa" }, { param_rest, NULL }), NULL },	/* DRSBind */
	{ 1, NDR_WIDE, PARAMS({ param_handle, NULL }), NULL },	/* DRSUnbind */
	{ 3, NDR_WIDE, PARAMS({ param_handle, NULL }, { param_u32, "version" }, { changes_request, NULL }), NULL },	/* DRSGetNCChanges */
	{ .in = NULL },
	/* clang-format on */
};
