/*
 * srvsvc: the server service ([MS-SRVS] 3.1.4). Which shares a server has.
 */
#include "sensor/rpc/interfaces.h"

/* Operations that begin with [in, string, unique] ServerName. */
static void on_server(struct decoding *d)
{
	decode_unique_string(d, "server");
}

/* NetrShareGetInfo, NetrShareDel: ServerName and [in, string] NetName. */
static void on_share(struct decoding *d)
{
	decode_unique_string(d, "server");
	decode_string(d, "share");
}

const struct decoder srvsvc_decoders[] = {
	/* clang-format off */
	{ 12, NDR_WIDE, on_server },	/* NetrSessionEnum */
	{ 14, NDR_WIDE, on_server },	/* NetrShareAdd */
	{ 15, NDR_WIDE, on_server },	/* NetrShareEnum */
	{ 16, NDR_WIDE, on_share },	/* NetrShareGetInfo */
	{ 18, NDR_WIDE, on_share },	/* NetrShareDel */
	{ 21, NDR_WIDE, on_server },	/* NetrServerGetInfo */
	{ .decode = NULL },
	/* clang-format on */
};
