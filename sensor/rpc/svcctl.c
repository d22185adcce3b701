/*
 * svcctl: the service control manager ([MS-SCMR] 3.1.4). What is run by whom
 * as which service; the classic way of remote execution.
 */
#include "sensor/rpc/interfaces.h"

/* RCloseServiceHandle */
static void close_handle(struct decoding *d)
{
	handles_forget(d->handles, decode_handle(d, "service"));
}

/* Operations whose first parameter is the service's handle, the rest of no interest. */
static void on_service(struct decoding *d)
{
	decode_handle(d, "service");
}

/* RControlService: dwControl 1 is SERVICE_CONTROL_STOP. */
static void control_service(struct decoding *d)
{
	decode_handle(d, "service");
	decode_number(d, "control", ndr_u32(&d->in));
}

/* ROpenSCManagerA/W */
static void open_manager(struct decoding *d)
{
	decode_unique_string(d, "machine");
	decode_unique_string(d, "database");
	decode_number(d, "access", ndr_u32(&d->in));
}

/* ROpenSCManager2: the binding itself names the machine. */
static void open_manager2(struct decoding *d)
{
	decode_unique_string(d, "database");
	decode_number(d, "access", ndr_u32(&d->in));
}

/* The answer's last parameter but the status is the new service's handle. */
static void keep_handle(struct decoding *d, const char *service)
{
	struct view handle = ndr_handle(&d->out);

	if (ndr_ok(&d->in) && ndr_ok(&d->out) && service != NULL)
		handles_put(d->handles, handle, service);
}

/* ROpenServiceA/W */
static void open_service(struct decoding *d)
{
	const char *service;

	ndr_handle(&d->in);	/* hSCManager */
	service = decode_string(d, "service");
	decode_number(d, "access", ndr_u32(&d->in));
	keep_handle(d, service);
}

/* [in, out, unique] LPDWORD */
static void skip_tag(struct ndr *n)
{
	if (ndr_pointer(n))
		ndr_u32(n);
}

/* RCreateServiceA/W, RCreateServiceWOW64A/W, RCreateWowService: the same up to dwPwSize. */
static void create_service(struct decoding *d)
{
	const char *service;
	uint32_t service_type, start_type;

	ndr_handle(&d->in);	/* hSCManager */
	service = decode_string(d, "service");
	decode_unique_string(d, "display");
	ndr_u32(&d->in);	/* dwDesiredAccess */
	service_type = ndr_u32(&d->in);
	start_type = ndr_u32(&d->in);
	ndr_u32(&d->in);	/* dwErrorControl */
	decode_string(d, "image_path");
	decode_number(d, "service_type", service_type);
	decode_number(d, "start_type", start_type);
	ndr_unique_string(&d->in, d->chars);	/* lpLoadOrderGroup */
	skip_tag(&d->in);
	ndr_skip_unique_bytes(&d->in);	/* lpDependencies */
	ndr_u32(&d->in);		/* dwDependSize */
	decode_unique_string(d, "account");
	skip_tag(&d->out);
	keep_handle(d, service);
}

/* RStartServiceA/W: argv is an array of pointers, their strings behind it. Of these, the first. */
static void start_service(struct decoding *d)
{
	size_t argc, n_pointers = 0;

	decode_handle(d, "service");
	argc = ndr_u32(&d->in);
	decode_number(d, "argc", argc);
	if (!ndr_pointer(&d->in))
		return;
	argc = cur_count(&d->in.c, ndr_wide(&d->in), 4);
	for (size_t i = 0; i < argc && ndr_ok(&d->in); i++)
		n_pointers += ndr_pointer(&d->in);
	if (n_pointers > 0)
		decode_string(d, "argument");
}

/* RChangeServiceConfigA/W: what it leaves alone is NULL, a number 0xFFFFFFFF. */
static void change_config(struct decoding *d)
{
	decode_handle(d, "service");
	decode_number(d, "service_type", ndr_u32(&d->in));
	decode_number(d, "start_type", ndr_u32(&d->in));
	ndr_u32(&d->in);	/* dwErrorControl */
	decode_unique_string(d, "image_path");
	ndr_unique_string(&d->in, d->chars);	/* lpLoadOrderGroup */
	skip_tag(&d->in);
	ndr_skip_unique_bytes(&d->in);	/* lpDependencies */
	ndr_u32(&d->in);		/* dwDependSize */
	decode_unique_string(d, "account");
	ndr_skip_unique_bytes(&d->in);	/* lpPassword */
	ndr_u32(&d->in);		/* dwPwSize */
	decode_unique_string(d, "display");
}

/* RChangeServiceConfig2A/W: level 1 is the description, 2 the failure actions, which can name a command. */
static void change_config2(struct decoding *d)
{
	decode_handle(d, "service");
	decode_number(d, "level", ndr_u32(&d->in));
}

const struct decoder svcctl_decoders[] = {
	/* clang-format off */
	{  0, NDR_WIDE,  close_handle },	/* CloseServiceHandle */
	{  1, NDR_WIDE,  control_service },	/* ControlService */
	{  2, NDR_WIDE,  on_service },		/* DeleteService */
	{  6, NDR_WIDE,  on_service },		/* QueryServiceStatus */
	{ 11, NDR_WIDE,  change_config },	/* ChangeServiceConfigW */
	{ 12, NDR_WIDE,  create_service },	/* CreateServiceW */
	{ 15, NDR_WIDE,  open_manager },	/* OpenSCManagerW */
	{ 16, NDR_WIDE,  open_service },	/* OpenServiceW */
	{ 17, NDR_WIDE,  on_service },		/* QueryServiceConfigW */
	{ 19, NDR_WIDE,  start_service },	/* StartServiceW */
	{ 23, NDR_ASCII, change_config },	/* ChangeServiceConfigA */
	{ 24, NDR_ASCII, create_service },	/* CreateServiceA */
	{ 27, NDR_ASCII, open_manager },	/* OpenSCManagerA */
	{ 28, NDR_ASCII, open_service },	/* OpenServiceA */
	{ 29, NDR_ASCII, on_service },		/* QueryServiceConfigA */
	{ 31, NDR_ASCII, start_service },	/* StartServiceA */
	{ 36, NDR_ASCII, change_config2 },	/* ChangeServiceConfig2A */
	{ 37, NDR_WIDE,  change_config2 },	/* ChangeServiceConfig2W */
	{ 40, NDR_WIDE,  on_service },		/* QueryServiceStatusEx */
	{ 44, NDR_ASCII, create_service },	/* CreateServiceWOW64A */
	{ 45, NDR_WIDE,  create_service },	/* CreateServiceWOW64W */
	{ 60, NDR_WIDE,  create_service },	/* CreateWowService */
	{ 64, NDR_WIDE,  open_manager2 },	/* OpenSCManager2 */
	{ .decode = NULL },
	/* clang-format on */
};
