/*
 * atsvc: the AT scheduler ([MS-TSCH] 3.2.5.2), which runs a command line at a
 * time of day with SYSTEM's rights.
 */
#include "sensor/rpc/interfaces.h"
#include "sensor/rpc/param.h"

/* AT_INFO ([MS-TSCH] 2.3.2); its time is in milliseconds after midnight. */
static const struct param job_add[] = {
	{ param_unique_string, "server" },
	{ param_struct, NULL },
	{ param_wide, "job_time_ms" },
	{ param_u32, NULL },	/* DaysOfMonth */
	{ param_u8, NULL },	/* DaysOfWeek */
	{ param_u8, NULL },	/* Flags */
	{ param_pointer, NULL },
	{ param_behind_string, "command" },
	{ NULL, NULL },
};

const struct decoder atsvc_decoders[] = {
	/* clang-format off */
	{ 0, NDR_WIDE, job_add, PARAMS({ param_u32, "job" }) },	/* NetrJobAdd */
	{ 1, NDR_WIDE, PARAMS({ param_unique_string, "server" }, { param_u32, "first_job" }, { param_u32, "last_job" }), NULL },	/* NetrJobDel */
	{ 2, NDR_WIDE, PARAMS({ param_unique_string, "server" }, { param_rest, NULL }), NULL },	/* NetrJobEnum */
	{ 3, NDR_WIDE, PARAMS({ param_unique_string, "server" }, { param_u32, "job" }), NULL },	/* NetrJobGetInfo */
	{ .in = NULL },
	/* clang-format on */
};
