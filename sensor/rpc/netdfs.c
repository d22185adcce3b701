/*
 * netdfs: the distributed file system ([MS-DFSNM] 3.1.4). Roots and links
 * name a server, to which the one asked logs on.
 */
#include "sensor/rpc/interfaces.h"
#include "sensor/rpc/param.h"

static const struct param standalone_root[] = {
	{ param_string, "server" }, { param_string, "share" }, { param_string, "comment" }, { param_u32, NULL }, { NULL, NULL },
};
static const struct param domain_root[] = {
	{ param_string, "server" }, { param_string, "domain_controller" }, { param_string, "share" }, { param_string, "root" },
	{ param_rest, NULL }, { NULL, NULL },
};

const struct decoder netdfs_decoders[] = {
	/* clang-format off */
	{  1, NDR_WIDE, PARAMS({ param_string, "path" }, { param_string, "server" }, { param_unique_string, "share" },
			       { param_unique_string, "comment" }, { param_u32, NULL }), NULL },	/* NetrDfsAdd */
	{  2, NDR_WIDE, PARAMS({ param_string, "path" }, { param_unique_string, "server" }, { param_unique_string, "share" }), NULL },	/* NetrDfsRemove */
	{ 10, NDR_WIDE, domain_root,     NULL },	/* NetrDfsAddFtRoot */
	{ 11, NDR_WIDE, domain_root,     NULL },	/* NetrDfsRemoveFtRoot */
	{ 12, NDR_WIDE, standalone_root, NULL },	/* NetrDfsAddStdRoot */
	{ 13, NDR_WIDE, PARAMS({ param_string, "server" }, { param_string, "share" }, { param_u32, NULL }), NULL },	/* NetrDfsRemoveStdRoot */
	{ 15, NDR_WIDE, PARAMS({ param_string, "server" }, { param_string, "share" }, { param_string, "comment" }, { param_string, "storage" }), NULL },	/* NetrDfsAddStdRootForced */
	{ .in = NULL },
	/* clang-format on */
};
