/*
 * eventlog and IEventService: the logs that an intruder wants to be rid of
 * ([MS-EVEN] 3.1.4, [MS-EVEN6] 3.1.4).
 */
#include "sensor/rpc/interfaces.h"
#include "sensor/rpc/param.h"

static const struct param open_log[] = { { param_unique_u16, NULL }, { param_name, "log" }, { param_name, NULL }, { param_u32, NULL }, { param_u32, NULL }, { NULL, NULL } };
static const struct param open_file[] = { { param_unique_u16, NULL }, { param_name, "log" }, { param_u32, NULL }, { param_u32, NULL }, { NULL, NULL } };
static const struct param opened[] = { { param_keep, "log" }, { NULL, NULL } };
static const struct param clear_log[] = { { param_handle, "log" }, { param_unique_name, "backup_file" }, { NULL, NULL } };
static const struct param backup_log[] = { { param_handle, "log" }, { param_name, "backup_file" }, { NULL, NULL } };
static const struct param on_log[] = { { param_handle, "log" }, { NULL, NULL } };
static const struct param read_log[] = { { param_handle, "log" }, { param_u32, NULL }, { param_u32, NULL }, { param_u32, NULL }, { NULL, NULL } };

const struct decoder eventlog_decoders[] = {
	/* clang-format off */
	{  0, NDR_WIDE,  clear_log,  NULL },	/* ElfrClearELFW */
	{  1, NDR_WIDE,  backup_log, NULL },	/* ElfrBackupELFW */
	{  2, NDR_WIDE,  PARAMS({ param_close, "log" }), NULL },	/* ElfrCloseEL */
	{  4, NDR_WIDE,  on_log,     NULL },	/* ElfrNumberOfRecords */
	{  5, NDR_WIDE,  on_log,     NULL },	/* ElfrOldestRecord */
	{  7, NDR_WIDE,  open_log,   opened },	/* ElfrOpenELW */
	{  9, NDR_WIDE,  open_file,  opened },	/* ElfrOpenBELW */
	{ 10, NDR_WIDE,  read_log,   NULL },	/* ElfrReadELW */
	{ 12, NDR_ASCII, clear_log,  NULL },	/* ElfrClearELFA */
	{ 13, NDR_ASCII, backup_log, NULL },	/* ElfrBackupELFA */
	{ 14, NDR_ASCII, open_log,   opened },	/* ElfrOpenELA */
	{ .in = NULL },
	/* clang-format on */
};

const struct decoder event_service_decoders[] = {
	/* clang-format off */
	{  5, NDR_WIDE, PARAMS({ param_unique_string, "log" }, { param_string, "query" }, { param_u32, NULL }), NULL },	/* EvtRpcRegisterLogQuery */
	{  6, NDR_WIDE, PARAMS({ param_handle, NULL }, { param_string, "log" }, { param_unique_string, "backup_file" }, { param_u32, NULL }), NULL },	/* EvtRpcClearLog */
	{  7, NDR_WIDE, PARAMS({ param_handle, NULL }, { param_unique_string, "log" }, { param_string, "query" }, { param_string, "backup_file" },
			       { param_u32, NULL }), NULL },	/* EvtRpcExportLog */
	{ 17, NDR_WIDE, PARAMS({ param_string, "log" }, { param_u32, NULL }), NULL },	/* EvtRpcOpenLogHandle */
	{ 21, NDR_WIDE, PARAMS({ param_string, "log" }, { param_u32, NULL }, { param_rest, NULL }), NULL },	/* EvtRpcPutChannelConfig */
	{ .in = NULL },
	/* clang-format on */
};
