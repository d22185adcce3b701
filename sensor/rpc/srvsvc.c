/*
 * srvsvc: the server service ([MS-SRVS] 3.1.4). Which shares, sessions and
 * open files a server has, and what becomes a share.
 */
#include "sensor/rpc/interfaces.h"
#include "sensor/rpc/param.h"

/* SHARE_INFO_2, _502_I and _503_I ([MS-SRVS] 2.2.4.24 on) begin alike; what stands between the path and the strings differs. */
#define SHARE_BEGINS                                                                                                                    \
	{ param_struct, NULL }, { param_pointer, NULL }, { param_u32, "type" }, { param_pointer, NULL }, { param_u32, NULL }, /* permissions */ \
	{ param_u32, NULL }, { param_u32, NULL }, { param_pointer, NULL }, { param_pointer, NULL } /* uses, path, password */
#define SHARE_STRINGS { param_behind_string, "share" }, { param_behind_string, "remark" }, { param_behind_string, "path" }, { param_rest, NULL }

static const struct param share_2[] = { SHARE_BEGINS, SHARE_STRINGS, { NULL, NULL } };
static const struct param share_502[] = { SHARE_BEGINS, { param_u32, NULL }, { param_pointer, NULL }, SHARE_STRINGS, { NULL, NULL } };
static const struct param share_503[] = {
	SHARE_BEGINS, { param_pointer, NULL }, { param_u32, NULL }, { param_pointer, NULL }, SHARE_STRINGS, { NULL, NULL },
};
static const struct param share_other[] = { { param_rest, NULL }, { NULL, NULL } };

/* SHARE_INFO, a union whose discriminant repeats the "level" read before. */
static void share_info(struct decoding *d, struct ndr *n, const char *name)
{
	uint64_t level = decode_number_of(d, "level");

	(void)name;
	ndr_align_to_pointer(n);
	if (ndr_u32(n) != level)
		cur_reject(&n->c);
	if (ndr_pointer(n))
		decode_params(d, n, level == 2 ? share_2 : level == 502 ? share_502 : level == 503 ? share_503 : share_other);
}

static const struct param enumeration[] = {
	{ param_unique_string, "server" }, { param_struct, NULL }, { param_u32, "level" }, { param_rest, NULL }, { NULL, NULL },
};

/* Whose sessions or files, as far as the caller narrows it down. */
static const struct param by_client[] = {
	{ param_unique_string, "server" }, { param_unique_string, "client" }, { param_unique_string, "user" },
	{ param_struct, NULL }, { param_u32, "level" }, { param_rest, NULL }, { NULL, NULL },
};

static const struct param on_share[] = { { param_unique_string, "server" }, { param_string, "share" }, { param_u32, NULL }, { NULL, NULL } };

const struct decoder srvsvc_decoders[] = {
	/* clang-format off */
	{  8, NDR_WIDE, PARAMS({ param_unique_string, "server" }, { param_unique_string, "share" }, { param_struct, NULL }, { param_u32, "level" }, { param_rest, NULL }), NULL },	/* NetrConnectionEnum */
	{  9, NDR_WIDE, PARAMS({ param_unique_string, "server" }, { param_unique_string, "path" }, { param_unique_string, "user" }, { param_struct, NULL }, { param_u32, "level" }, { param_rest, NULL }), NULL },	/* NetrFileEnum */
	{ 12, NDR_WIDE, by_client,   NULL },	/* NetrSessionEnum */
	{ 13, NDR_WIDE, PARAMS({ param_unique_string, "server" }, { param_unique_string, "client" }, { param_unique_string, "user" }), NULL },	/* NetrSessionDel */
	{ 14, NDR_WIDE, PARAMS({ param_unique_string, "server" }, { param_u32, "level" }, { share_info, NULL }, { param_rest, NULL }), NULL },	/* NetrShareAdd */
	{ 15, NDR_WIDE, enumeration, NULL },	/* NetrShareEnum */
	{ 16, NDR_WIDE, PARAMS({ param_unique_string, "server" }, { param_string, "share" }, { param_u32, "level" }), NULL },	/* NetrShareGetInfo */
	{ 17, NDR_WIDE, PARAMS({ param_unique_string, "server" }, { param_string, "share" }, { param_u32, "level" }, { param_rest, NULL }), NULL },	/* NetrShareSetInfo */
	{ 18, NDR_WIDE, on_share,    NULL },	/* NetrShareDel */
	{ 19, NDR_WIDE, on_share,    NULL },	/* NetrShareDelSticky */
	{ 21, NDR_WIDE, PARAMS({ param_unique_string, "server" }, { param_u32, "level" }), NULL },	/* NetrServerGetInfo */
	{ 28, NDR_WIDE, PARAMS({ param_unique_string, "server" }), NULL },	/* NetrRemoteTOD */
	{ 36, NDR_WIDE, enumeration, NULL },	/* NetrShareEnumSticky */
	{ .in = NULL },
	/* clang-format on */
};
