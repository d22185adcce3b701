/*
 * efsrpc: the encrypting file system ([MS-EFSR] 3.1.4.2), under two UUIDs.
 * Every operation names a file; a UNC path makes the server log on to the
 * host in it, whoever that is.
 */
#include "sensor/rpc/interfaces.h"
#include "sensor/rpc/param.h"

static const struct param on_file[] = { { param_string, "file" }, { NULL, NULL } };
static const struct param on_file_with_number[] = { { param_string, "file" }, { param_u32, NULL }, { NULL, NULL } };
static const struct param on_file_and_more[] = { { param_string, "file" }, { param_rest, NULL }, { NULL, NULL } };

/* A number and EFS_RPC_BLOB, which clients send empty, come first. */
static const struct param extended[] = {
	{ param_u32, NULL }, { param_unique_u32, NULL }, { param_string, "file" }, { param_rest, NULL }, { NULL, NULL },
};

const struct decoder efsrpc_decoders[] = {
	/* clang-format off */
	{  0, NDR_WIDE, on_file_with_number, NULL },	/* EfsRpcOpenFileRaw */
	{  4, NDR_WIDE, on_file,             NULL },	/* EfsRpcEncryptFileSrv */
	{  5, NDR_WIDE, on_file_with_number, NULL },	/* EfsRpcDecryptFileSrv */
	{  6, NDR_WIDE, on_file,             NULL },	/* EfsRpcQueryUsersOnFile */
	{  7, NDR_WIDE, on_file,             NULL },	/* EfsRpcQueryRecoveryAgents */
	{  8, NDR_WIDE, on_file_and_more,    NULL },	/* EfsRpcRemoveUsersFromFile */
	{  9, NDR_WIDE, on_file_and_more,    NULL },	/* EfsRpcAddUsersToFile */
	{ 12, NDR_WIDE, on_file_with_number, NULL },	/* EfsRpcFileKeyInfo */
	{ 13, NDR_WIDE, PARAMS({ param_string, "file" }, { param_string, "new_file" }, { param_rest, NULL }), NULL },	/* EfsRpcDuplicateEncryptionInfoFile */
	{ 15, NDR_WIDE, extended,            NULL },	/* EfsRpcAddUsersToFileEx */
	{ 16, NDR_WIDE, extended,            NULL },	/* EfsRpcFileKeyInfoEx */
	{ 18, NDR_WIDE, on_file,             NULL },	/* EfsRpcGetEncryptedFileMetadata */
	{ 19, NDR_WIDE, on_file_and_more,    NULL },	/* EfsRpcSetEncryptedFileMetadata */
	{ 21, NDR_WIDE, PARAMS({ param_string, "file" }, { param_unique_string, NULL }, { param_u32, NULL }), NULL },	/* EfsRpcEncryptFileExSrv */
	{ .in = NULL },
	/* clang-format on */
};
