/*
 * IWbemLevel1Login, IWbemLoginClientID, IWbemServices: WMI ([MS-WMI] 3.1.4). What was asked,
 * and which method of which object was called; a process is created by
 * Win32_Process.Create, whose parameter CommandLine is then reported too.
 */
#include "sensor/rpc/interfaces.h"
#include "sensor/rpc/orpc.h"
#include "sensor/rpc/param.h"
#include "sensor/rpc/wmi_object.h"

/* pInParams: the parameters of the method, as an object. */
static void method_parameters(struct decoding *d, struct ndr *n, const char *name)
{
	struct view object = orpc_custom_data(orpc_interface_pointer(n));

	decode_text(d, name, wmi_object_text(object, d->arena, "CommandLine"));
}

/* An object that is written: its class says what it is (an event filter, a consumer). */
static void instance(struct decoding *d, struct ndr *n, const char *name)
{
	struct view object = orpc_custom_data(orpc_interface_pointer(n));

	decode_text(d, name, wmi_object_class(object, d->arena));
}

/* strQueryLanguage is always WQL. */
#define QUERY { orpc_this, NULL }, { orpc_bstr, NULL }, { orpc_bstr, "query" }, { param_rest, NULL }
#define METHOD { orpc_this, NULL }, { orpc_bstr, "object" }, { orpc_bstr, "method" }, { param_u32, NULL }, { orpc_interface, NULL }, \
	       { method_parameters, "command" }, { param_rest, NULL }

static const struct param on_object[] = { { orpc_this, NULL }, { orpc_bstr, "object" }, { param_rest, NULL }, { NULL, NULL } };
static const struct param on_class[] = { { orpc_this, NULL }, { orpc_bstr, "class" }, { param_rest, NULL }, { NULL, NULL } };
static const struct param put[] = { { orpc_this, NULL }, { instance, "class" }, { param_rest, NULL }, { NULL, NULL } };
static const struct param query[] = { QUERY, { NULL, NULL } };
static const struct param method[] = { METHOD, { NULL, NULL } };

static const struct param login[] = { { orpc_this, NULL }, { param_unique_string, "namespace" }, { param_rest, NULL }, { NULL, NULL } };
static const struct param logged_in[] = { { orpc_that, NULL }, { orpc_object, NULL }, { NULL, NULL } };

const struct decoder wbem_login_decoders[] = {
	/* clang-format off */
	{ 6, NDR_WIDE, login, logged_in },	/* NTLMLogin */
	{ .in = NULL },
	/* clang-format on */
};

/* Who the client says it is. */
const struct decoder wbem_client_decoders[] = {
	/* clang-format off */
	{ 3, NDR_WIDE, PARAMS({ orpc_this, NULL }, { param_unique_string, "client" }, { param_u32, "process" }, { param_u32, NULL }), NULL },	/* SetClientInfo */
	{ .in = NULL },
	/* clang-format on */
};

const struct decoder wbem_services_decoders[] = {
	/* clang-format off */
	{  3, NDR_WIDE, PARAMS({ orpc_this, NULL }, { orpc_bstr, "namespace" }, { param_rest, NULL }), NULL },	/* OpenNamespace */
	{  6, NDR_WIDE, on_object, NULL },	/* GetObject */
	{  7, NDR_WIDE, on_object, NULL },	/* GetObjectAsync */
	{  8, NDR_WIDE, put,       NULL },	/* PutClass */
	{  9, NDR_WIDE, put,       NULL },	/* PutClassAsync */
	{ 10, NDR_WIDE, on_class,  NULL },	/* DeleteClass */
	{ 11, NDR_WIDE, on_class,  NULL },	/* DeleteClassAsync */
	{ 12, NDR_WIDE, on_class,  NULL },	/* CreateClassEnum */
	{ 13, NDR_WIDE, on_class,  NULL },	/* CreateClassEnumAsync */
	{ 14, NDR_WIDE, put,       NULL },	/* PutInstance */
	{ 15, NDR_WIDE, put,       NULL },	/* PutInstanceAsync */
	{ 16, NDR_WIDE, on_object, NULL },	/* DeleteInstance */
	{ 17, NDR_WIDE, on_object, NULL },	/* DeleteInstanceAsync */
	{ 18, NDR_WIDE, on_class,  NULL },	/* CreateInstanceEnum */
	{ 19, NDR_WIDE, on_class,  NULL },	/* CreateInstanceEnumAsync */
	{ 20, NDR_WIDE, query,     NULL },	/* ExecQuery */
	{ 21, NDR_WIDE, query,     NULL },	/* ExecQueryAsync */
	{ 22, NDR_WIDE, query,     NULL },	/* ExecNotificationQuery */
	{ 23, NDR_WIDE, query,     NULL },	/* ExecNotificationQueryAsync */
	{ 24, NDR_WIDE, method,    NULL },	/* ExecMethod */
	{ 25, NDR_WIDE, method,    NULL },	/* ExecMethodAsync */
	{ .in = NULL },
	/* clang-format on */
};
