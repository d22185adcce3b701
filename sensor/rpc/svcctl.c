/*
 * svcctl: the service control manager ([MS-SCMR] 3.1.4). What is run by whom
 * as which service; the classic way of remote execution.
 */
#include "sensor/rpc/interfaces.h"
#include "sensor/rpc/param.h"

/* ---- ChangeServiceConfig2: what is changed depends on the level ([MS-SCMR] 2.2.22) ---- */

static const struct param description[] = { { param_pointer, NULL }, { param_behind_string, "description" }, { NULL, NULL } };

/* [MS-SCMR] 2.2.40 SERVICE_FAILURE_ACTIONS: a command can be run when the service fails. */
static const struct param failure_actions[] = {
	{ param_struct, NULL },
	{ param_u32, NULL },	/* dwResetPeriod */
	{ param_pointer, NULL },
	{ param_pointer, NULL },
	{ param_u32, NULL },	/* cActions */
	{ param_pointer, NULL },
	{ param_behind_string, "reboot_message" },
	{ param_behind_string, "command" },
	{ param_rest, NULL },	/* the actions: types and delays */
	{ NULL, NULL },
};

static const struct param nothing_of_interest[] = { { param_rest, NULL }, { NULL, NULL } };

/* SC_RPC_CONFIG_INFO, its union's discriminant repeating the level. */
static void config_info(struct decoding *d, struct ndr *n, const char *name)
{
	uint32_t level;

	ndr_align_to_pointer(n);
	level = ndr_u32(n);
	decode_number(d, name, level);
	ndr_align_to_pointer(n);
	if (ndr_u32(n) != level)
		cur_reject(&n->c);
	if (!ndr_pointer(n))
		return;
	decode_params(d, n, level == 1 ? description : level == 2 ? failure_actions : nothing_of_interest);
}

/* ---- parameters of more than one operation ---- */

static const struct param open_manager[] = {
	{ param_unique_string, "machine" },
	{ param_unique_string, "database" },
	{ param_u32, "access" },
	{ NULL, NULL },
};

static const struct param open_service[] = {
	{ param_handle, NULL },	/* hSCManager */
	{ param_string, "service" },
	{ param_u32, "access" },
	{ NULL, NULL },
};

static const struct param create_service[] = {
	{ param_handle, NULL },		/* hSCManager */
	{ param_string, "service" },
	{ param_unique_string, "display" },
	{ param_u32, NULL },		/* dwDesiredAccess */
	{ param_u32, "service_type" },
	{ param_u32, "start_type" },
	{ param_u32, NULL },		/* dwErrorControl */
	{ param_string, "image_path" },
	{ param_unique_string, NULL },	/* lpLoadOrderGroup */
	{ param_unique_u32, NULL },	/* lpdwTagId */
	{ param_unique_array, NULL },	/* lpDependencies */
	{ param_u32, NULL },		/* dwDependSize */
	{ param_unique_string, "account" },
	{ param_unique_array, NULL },	/* lpPassword */
	{ param_u32, NULL },		/* dwPwSize */
	{ NULL, NULL },
};

/* What is left alone is NULL, a number 0xFFFFFFFF. */
static const struct param change_config[] = {
	{ param_handle, "service" },
	{ param_u32, "service_type" },
	{ param_u32, "start_type" },
	{ param_u32, NULL },		/* dwErrorControl */
	{ param_unique_string, "image_path" },
	{ param_unique_string, NULL },	/* lpLoadOrderGroup */
	{ param_unique_u32, NULL },	/* lpdwTagId */
	{ param_unique_array, NULL },	/* lpDependencies */
	{ param_u32, NULL },		/* dwDependSize */
	{ param_unique_string, "account" },
	{ param_unique_array, NULL },	/* lpPassword */
	{ param_u32, NULL },		/* dwPwSize */
	{ param_unique_string, "display" },
	{ NULL, NULL },
};

static const struct param change_config2[] = { { param_handle, "service" }, { config_info, "level" }, { NULL, NULL } };
static const struct param start_service[] = { { param_handle, "service" }, { param_u32, "argc" }, { param_strings, "arguments" }, { NULL, NULL } };
static const struct param on_service[] = { { param_handle, "service" }, { NULL, NULL } };
static const struct param with_buffer[] = { { param_handle, "service" }, { param_u32, NULL }, { NULL, NULL } };
static const struct param by_name[] = { { param_handle, NULL }, { param_string, "service" }, { param_u32, NULL }, { NULL, NULL } };

static const struct param opened[] = { { param_keep, "service" }, { NULL, NULL } };
static const struct param created[] = { { param_unique_u32, NULL }, { param_keep, "service" }, { NULL, NULL } };

const struct decoder svcctl_decoders[] = {
	/* clang-format off */
	{  0, NDR_WIDE,  PARAMS({ param_close, "service" }), NULL },				/* CloseServiceHandle */
	{  1, NDR_WIDE,  PARAMS({ param_handle, "service" }, { param_u32, "control" }), NULL },	/* ControlService; 1 is stop */
	{  2, NDR_WIDE,  on_service,     NULL },	/* DeleteService */
	{  5, NDR_WIDE,  PARAMS({ param_handle, "service" }, { param_u32, "information" }, { param_rest, NULL }), NULL },	/* SetServiceObjectSecurity */
	{  6, NDR_WIDE,  on_service,     NULL },	/* QueryServiceStatus */
	{ 11, NDR_WIDE,  change_config,  NULL },	/* ChangeServiceConfigW */
	{ 12, NDR_WIDE,  create_service, created },	/* CreateServiceW */
	{ 15, NDR_WIDE,  open_manager,   NULL },	/* OpenSCManagerW */
	{ 16, NDR_WIDE,  open_service,   opened },	/* OpenServiceW */
	{ 17, NDR_WIDE,  with_buffer,    NULL },	/* QueryServiceConfigW */
	{ 19, NDR_WIDE,  start_service,  NULL },	/* StartServiceW */
	{ 20, NDR_WIDE,  by_name,        NULL },	/* GetServiceDisplayNameW */
	{ 21, NDR_WIDE,  by_name,        NULL },	/* GetServiceKeyNameW */
	{ 23, NDR_ASCII, change_config,  NULL },	/* ChangeServiceConfigA */
	{ 24, NDR_ASCII, create_service, created },	/* CreateServiceA */
	{ 27, NDR_ASCII, open_manager,   NULL },	/* OpenSCManagerA */
	{ 28, NDR_ASCII, open_service,   opened },	/* OpenServiceA */
	{ 29, NDR_ASCII, with_buffer,    NULL },	/* QueryServiceConfigA */
	{ 31, NDR_ASCII, start_service,  NULL },	/* StartServiceA */
	{ 36, NDR_ASCII, change_config2, NULL },	/* ChangeServiceConfig2A */
	{ 37, NDR_WIDE,  change_config2, NULL },	/* ChangeServiceConfig2W */
	{ 40, NDR_WIDE,  PARAMS({ param_handle, "service" }, { param_enum, NULL }, { param_u32, NULL }), NULL },	/* QueryServiceStatusEx */
	{ 44, NDR_ASCII, create_service, created },	/* CreateServiceWOW64A */
	{ 45, NDR_WIDE,  create_service, created },	/* CreateServiceWOW64W */
	{ 60, NDR_WIDE,  PARAMS({ param_handle, NULL }, { param_string, "service" }, { param_unique_string, "display" }, { param_u32, NULL },
				{ param_u32, "service_type" }, { param_u32, "start_type" }, { param_u32, NULL }, { param_string, "image_path" },
				{ param_unique_string, NULL }, { param_unique_u32, NULL }, { param_unique_array, NULL }, { param_u32, NULL },
				{ param_unique_string, "account" }, { param_unique_array, NULL }, { param_u32, NULL }, { param_u16, NULL }),
							created },	/* CreateWowService: the same, and dwServiceWowType */
	{ 64, NDR_WIDE,  PARAMS({ param_unique_string, "database" }, { param_u32, "access" }), NULL },	/* OpenSCManager2: the binding names the machine */
	{ .in = NULL },
	/* clang-format on */
};
