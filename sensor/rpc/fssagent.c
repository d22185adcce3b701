/*
 * FileServerVssAgent: shadow copies of shares ([MS-FSRVP] 3.1.4). The share is
 * a UNC path, and the server logs on to the host in it.
 */
#include "sensor/rpc/interfaces.h"
#include "sensor/rpc/param.h"

static const struct param on_share[] = { { param_string, "share" }, { NULL, NULL } };

const struct decoder fssagent_decoders[] = {
	/* clang-format off */
	{ 3, NDR_WIDE, PARAMS({ param_uuid, NULL }, { param_uuid, NULL }, { param_string, "share" }), NULL },	/* AddToShadowCopySet */
	{ 8, NDR_WIDE, on_share, NULL },	/* IsPathSupported */
	{ 9, NDR_WIDE, on_share, NULL },	/* IsPathShadowCopied */
	{ .in = NULL },
	/* clang-format on */
};
