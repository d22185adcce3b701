/*
 * spoolss and IRemoteWinspool: the print spooler ([MS-RPRN] 3.1.4, [MS-PAR]
 * 3.1.4). It loads what it is told to load as SYSTEM, and reports changes to
 * whom it is told, logging on there.
 */
#include "sensor/rpc/interfaces.h"
#include "sensor/rpc/param.h"

/* DRIVER_CONTAINER ([MS-RPRN] 2.2.1.2.3) of the levels that name nothing but strings. */
#define DRIVER_STRINGS                                                                                             \
	{ param_behind_string, "driver" }, { param_behind_string, NULL }, { param_behind_string, "driver_path" }, \
	{ param_behind_string, "data_file" }, { param_behind_string, "config_file" }, { param_rest, NULL }
#define FIVE_POINTERS                                                                                              \
	{ param_pointer, NULL }, { param_pointer, NULL }, { param_pointer, NULL }, { param_pointer, NULL }, { param_pointer, NULL }

static const struct param driver_2[] = { { param_struct, NULL }, { param_u32, NULL }, FIVE_POINTERS, DRIVER_STRINGS, { NULL, NULL } };
static const struct param driver_3[] = {
	{ param_struct, NULL }, { param_u32, NULL }, FIVE_POINTERS, { param_pointer, NULL }, { param_pointer, NULL }, { param_pointer, NULL },
	{ param_u32, NULL }, { param_pointer, NULL }, DRIVER_STRINGS, { NULL, NULL },
};
static const struct param driver_other[] = { { param_rest, NULL }, { NULL, NULL } };

/* MONITOR_CONTAINER, level 2 ([MS-RPRN] 2.2.1.8.2) */
static const struct param monitor_2[] = {
	{ param_pointer, NULL }, { param_pointer, NULL }, { param_pointer, NULL },
	{ param_behind_string, "monitor" }, { param_behind_string, NULL }, { param_behind_string, "library" }, { NULL, NULL },
};

/* A level, a union that repeats it, and a pointer to what the level says. */
static uint32_t container(struct ndr *n)
{
	uint32_t level;

	ndr_align_to_pointer(n);
	level = ndr_u32(n);
	ndr_align_to_pointer(n);
	if (ndr_u32(n) != level)
		cur_reject(&n->c);
	return ndr_pointer(n) ? level : 0;
}

static void driver(struct decoding *d, struct ndr *n, const char *name)
{
	uint32_t level = container(n);

	(void)name;
	if (level > 0)
		decode_params(d, n, level == 2 ? driver_2 : level == 3 ? driver_3 : driver_other);
}

static void monitor(struct decoding *d, struct ndr *n, const char *name)
{
	(void)name;
	if (container(n) == 2)
		decode_params(d, n, monitor_2);
	else
		param_rest(d, n, NULL);
}

static const struct param add_driver[] = { { param_unique_string, "server" }, { driver, NULL }, { param_rest, NULL }, { NULL, NULL } };
static const struct param add_monitor[] = { { param_unique_string, "server" }, { monitor, NULL }, { NULL, NULL } };
static const struct param add_processor[] = {
	{ param_unique_string, "server" }, { param_string, NULL }, { param_string, "library" }, { param_string, "processor" }, { NULL, NULL },
};
static const struct param open_printer[] = { { param_unique_string, "printer" }, { param_rest, NULL }, { NULL, NULL } };
static const struct param opened[] = { { param_keep, "printer" }, { NULL, NULL } };
static const struct param close_printer[] = { { param_close, "printer" }, { NULL, NULL } };

/* Who is to be told of changes: pszLocalMachine. */
static const struct param find_first_change[] = {
	{ param_handle, "printer" }, { param_u32, NULL }, { param_u32, NULL }, { param_unique_string, "listener" },
	{ param_u32, NULL }, { param_rest, NULL }, { NULL, NULL },
};

const struct decoder spoolss_decoders[] = {
	/* clang-format off */
	{  1, NDR_WIDE, open_printer,      opened },	/* RpcOpenPrinter */
	{  9, NDR_WIDE, add_driver,        NULL },	/* RpcAddPrinterDriver */
	{ 14, NDR_WIDE, add_processor,     NULL },	/* RpcAddPrintProcessor */
	{ 29, NDR_WIDE, close_printer,     NULL },	/* RpcClosePrinter */
	{ 46, NDR_WIDE, add_monitor,       NULL },	/* RpcAddMonitor */
	{ 62, NDR_WIDE, find_first_change, NULL },	/* RpcRemoteFindFirstPrinterChangeNotification */
	{ 65, NDR_WIDE, find_first_change, NULL },	/* RpcRemoteFindFirstPrinterChangeNotificationEx */
	{ 69, NDR_WIDE, open_printer,      opened },	/* RpcOpenPrinterEx */
	{ 89, NDR_WIDE, add_driver,        NULL },	/* RpcAddPrinterDriverEx */
	{ .in = NULL },
	/* clang-format on */
};

const struct decoder winspool_decoders[] = {
	/* clang-format off */
	{  0, NDR_WIDE, open_printer,      opened },	/* RpcAsyncOpenPrinter */
	{ 20, NDR_WIDE, close_printer,     NULL },	/* RpcAsyncClosePrinter */
	{ 39, NDR_WIDE, add_driver,        NULL },	/* RpcAsyncAddPrinterDriver */
	{ 44, NDR_WIDE, add_processor,     NULL },	/* RpcAsyncAddPrintProcessor */
	{ 51, NDR_WIDE, add_monitor,       NULL },	/* RpcAsyncAddMonitor */
	{ .in = NULL },
	/* clang-format on */
};
