/*
 * lsarpc: the local security authority ([MS-LSAD] 3.1.4, [MS-LSAT] 3.1.4).
 * Which names and SIDs are looked up, who is given rights, and whose secrets
 * are read or written.
 */
#include "sensor/rpc/interfaces.h"
#include "sensor/rpc/param.h"

/* LSAPR_USER_RIGHT_SET ([MS-LSAD] 2.2.5.3): a number and a pointer to so many names. */
static const struct param rights[] = { { param_struct, NULL }, { param_u32, NULL }, { param_pointer, NULL }, { NULL, NULL } };

static void user_rights(struct decoding *d, struct ndr *n, const char *name)
{
	decode_params(d, n, rights);
	if (param_is_behind(d))
		param_names(d, n, name);
}

/* LSAPR_SID_ENUM_BUFFER ([MS-LSAT] 2.2.17) */
static void sid_enum_buffer(struct decoding *d, struct ndr *n, const char *name)
{
	decode_params(d, n, rights);
	if (param_is_behind(d))
		param_sids(d, n, name);
}

static const struct param open_policy[] = { { param_unique_string, "server" }, { param_rest, NULL }, { NULL, NULL } };
static const struct param on_policy[] = { { param_handle, NULL }, { param_enum, "level" }, { NULL, NULL } };

static const struct param lookup_names[] = {
	{ param_handle, NULL }, { param_u32, NULL }, { param_names, "names" }, { param_rest, NULL }, { NULL, NULL },
};
static const struct param lookup_sids[] = { { param_handle, NULL }, { sid_enum_buffer, "sids" }, { param_rest, NULL }, { NULL, NULL } };

static const struct param open_account[] = { { param_handle, NULL }, { param_sid, "account" }, { param_u32, "access" }, { NULL, NULL } };
static const struct param opened_account[] = { { param_keep, "account" }, { NULL, NULL } };
static const struct param on_account[] = { { param_handle, "account" }, { param_rest, NULL }, { NULL, NULL } };

static const struct param open_secret[] = { { param_handle, NULL }, { param_name, "secret" }, { param_u32, "access" }, { NULL, NULL } };
static const struct param opened_secret[] = { { param_keep, "secret" }, { NULL, NULL } };
static const struct param on_secret[] = { { param_handle, "secret" }, { param_rest, NULL }, { NULL, NULL } };
static const struct param private_data[] = { { param_handle, NULL }, { param_name, "secret" }, { param_rest, NULL }, { NULL, NULL } };

const struct decoder lsarpc_decoders[] = {
	/* clang-format off */
	{  0, NDR_WIDE, PARAMS({ param_close, "handle" }), NULL },	/* LsarClose */
	{  6, NDR_WIDE, PARAMS({ param_unique_u16, NULL }, { param_rest, NULL }), NULL },	/* LsarOpenPolicy */
	{  7, NDR_WIDE, on_policy,    NULL },				/* LsarQueryInformationPolicy */
	{ 10, NDR_WIDE, open_account, opened_account },			/* LsarCreateAccount */
	{ 14, NDR_WIDE, lookup_names, NULL },				/* LsarLookupNames */
	{ 15, NDR_WIDE, lookup_sids,  NULL },				/* LsarLookupSids */
	{ 16, NDR_WIDE, open_secret,  opened_secret },			/* LsarCreateSecret */
	{ 17, NDR_WIDE, open_account, opened_account },			/* LsarOpenAccount */
	{ 18, NDR_WIDE, on_account,   NULL },				/* LsarEnumeratePrivilegesAccount */
	{ 19, NDR_WIDE, on_account,   NULL },				/* LsarAddPrivilegesToAccount */
	{ 20, NDR_WIDE, on_account,   NULL },				/* LsarRemovePrivilegesFromAccount */
	{ 28, NDR_WIDE, open_secret,  opened_secret },			/* LsarOpenSecret */
	{ 29, NDR_WIDE, on_secret,    NULL },				/* LsarSetSecret */
	{ 30, NDR_WIDE, on_secret,    NULL },				/* LsarQuerySecret */
	{ 35, NDR_WIDE, PARAMS({ param_handle, NULL }, { param_unique_name, "right" }), NULL },	/* LsarEnumerateAccountsWithUserRight */
	{ 36, NDR_WIDE, PARAMS({ param_handle, NULL }, { param_sid, "account" }), NULL },	/* LsarEnumerateAccountRights */
	{ 37, NDR_WIDE, PARAMS({ param_handle, NULL }, { param_sid, "account" }, { user_rights, "rights" }), NULL },	/* LsarAddAccountRights */
	{ 38, NDR_WIDE, PARAMS({ param_handle, NULL }, { param_sid, "account" }, { param_u8, "all" }, { user_rights, "rights" }), NULL },	/* LsarRemoveAccountRights */
	{ 42, NDR_WIDE, private_data, NULL },				/* LsarStorePrivateData */
	{ 43, NDR_WIDE, private_data, NULL },				/* LsarRetrievePrivateData */
	{ 44, NDR_WIDE, open_policy,  NULL },				/* LsarOpenPolicy2 */
	{ 46, NDR_WIDE, on_policy,    NULL },				/* LsarQueryInformationPolicy2 */
	{ 57, NDR_WIDE, lookup_sids,  NULL },				/* LsarLookupSids2 */
	{ 58, NDR_WIDE, lookup_names, NULL },				/* LsarLookupNames2 */
	{ 68, NDR_WIDE, lookup_names, NULL },				/* LsarLookupNames3 */
	{ 76, NDR_WIDE, PARAMS({ sid_enum_buffer, "sids" }, { param_rest, NULL }), NULL },	/* LsarLookupSids3 */
	{ 77, NDR_WIDE, PARAMS({ param_u32, NULL }, { param_names, "names" }, { param_rest, NULL }), NULL },	/* LsarLookupNames4 */
	{ .in = NULL },
	/* clang-format on */
};
