/*
 * samr: the account database ([MS-SAMR] 3.1.5). Accounts, groups and aliases
 * are relative ids below their domain's SID; handles remember both, so that
 * "who became a member of what" reads as two SIDs.
 */
#include "sensor/rpc/interfaces.h"
#include "sensor/rpc/param.h"

static const struct param open_domain[] = { { param_handle, NULL }, { param_u32, "access" }, { param_sid, "domain" }, { NULL, NULL } };
static const struct param opened_domain[] = { { param_keep, "domain" }, { NULL, NULL } };

static const struct param open_group[] = { { param_handle, NULL }, { param_u32, "access" }, { param_rid, "group" }, { NULL, NULL } };
static const struct param create_group[] = { { param_handle, "domain" }, { param_name, "group" }, { param_u32, "access" }, { NULL, NULL } };
static const struct param opened_group[] = { { param_keep, "group" }, { NULL, NULL } };
static const struct param on_group[] = { { param_handle, "group" }, { NULL, NULL } };
static const struct param member_of_alias[] = { { param_handle, "group" }, { param_sid, "member" }, { NULL, NULL } };

static const struct param open_user[] = { { param_handle, NULL }, { param_u32, "access" }, { param_rid, "account" }, { NULL, NULL } };
static const struct param opened_user[] = { { param_keep, "account" }, { NULL, NULL } };
static const struct param on_user[] = { { param_handle, "account" }, { NULL, NULL } };
static const struct param query_user[] = { { param_handle, "account" }, { param_enum, "level" }, { NULL, NULL } };

/* Level 23 to 26 and 18 set the password, 16 the account control ([MS-SAMR] 2.2.6.28). */
static const struct param set_user[] = { { param_handle, "account" }, { param_enum, "level" }, { param_rest, NULL }, { NULL, NULL } };

/* The name behind the handle, which these operations do not open, is the domain's. */
static const struct param in_domain[] = { { param_handle, "domain" }, { param_rest, NULL }, { NULL, NULL } };

const struct decoder samr_decoders[] = {
	/* clang-format off */
	{  0, NDR_WIDE, PARAMS({ param_unique_u16, NULL }, { param_u32, "access" }), NULL },		/* SamrConnect */
	{  1, NDR_WIDE, PARAMS({ param_close, "handle" }), NULL },					/* SamrCloseHandle */
	{  5, NDR_WIDE, PARAMS({ param_handle, NULL }, { param_name, "name" }), NULL },			/* SamrLookupDomainInSamServer */
	{  6, NDR_WIDE, PARAMS({ param_handle, NULL }, { param_u32, NULL }, { param_u32, NULL }), NULL },	/* SamrEnumerateDomainsInSamServer */
	{  7, NDR_WIDE, open_domain,     opened_domain },						/* SamrOpenDomain */
	{ 10, NDR_WIDE, create_group,    opened_group },						/* SamrCreateGroupInDomain */
	{ 11, NDR_WIDE, in_domain,       NULL },							/* SamrEnumerateGroupsInDomain */
	{ 12, NDR_WIDE, PARAMS({ param_handle, "domain" }, { param_name, "account" }, { param_u32, "access" }), opened_user },	/* SamrCreateUserInDomain */
	{ 13, NDR_WIDE, in_domain,       NULL },							/* SamrEnumerateUsersInDomain */
	{ 14, NDR_WIDE, create_group,    opened_group },						/* SamrCreateAliasInDomain */
	{ 15, NDR_WIDE, in_domain,       NULL },							/* SamrEnumerateAliasesInDomain */
	{ 17, NDR_WIDE, PARAMS({ param_handle, "domain" }, { param_u32, NULL }, { param_varying_names, "names" }), NULL },	/* SamrLookupNamesInDomain */
	{ 19, NDR_WIDE, open_group,      opened_group },						/* SamrOpenGroup */
	{ 22, NDR_WIDE, PARAMS({ param_handle, "group" }, { param_u32, "member_rid" }, { param_u32, NULL }), NULL },	/* SamrAddMemberToGroup */
	{ 23, NDR_WIDE, on_group,        NULL },							/* SamrDeleteGroup */
	{ 24, NDR_WIDE, PARAMS({ param_handle, "group" }, { param_u32, "member_rid" }), NULL },		/* SamrRemoveMemberFromGroup */
	{ 25, NDR_WIDE, on_group,        NULL },							/* SamrGetMembersInGroup */
	{ 27, NDR_WIDE, open_group,      opened_group },						/* SamrOpenAlias */
	{ 30, NDR_WIDE, on_group,        NULL },							/* SamrDeleteAlias */
	{ 31, NDR_WIDE, member_of_alias, NULL },							/* SamrAddMemberToAlias */
	{ 32, NDR_WIDE, member_of_alias, NULL },							/* SamrRemoveMemberFromAlias */
	{ 33, NDR_WIDE, on_group,        NULL },							/* SamrGetMembersInAlias */
	{ 34, NDR_WIDE, open_user,       opened_user },							/* SamrOpenUser */
	{ 35, NDR_WIDE, on_user,         NULL },							/* SamrDeleteUser */
	{ 36, NDR_WIDE, query_user,      NULL },							/* SamrQueryInformationUser */
	{ 37, NDR_WIDE, set_user,        NULL },							/* SamrSetInformationUser */
	{ 39, NDR_WIDE, on_user,         NULL },							/* SamrGetGroupsForUser */
	{ 47, NDR_WIDE, query_user,      NULL },							/* SamrQueryInformationUser2 */
	{ 50, NDR_WIDE, PARAMS({ param_handle, "domain" }, { param_name, "account" }, { param_u32, "account_type" }, { param_u32, "access" }),
					 opened_user },							/* SamrCreateUser2InDomain */
	{ 55, NDR_WIDE, PARAMS({ param_unique_name, NULL }, { param_name, "account" }, { param_rest, NULL }), NULL },	/* SamrUnicodeChangePasswordUser2 */
	{ 57, NDR_WIDE, PARAMS({ param_unique_string, "server" }, { param_u32, "access" }), NULL },	/* SamrConnect2 */
	{ 58, NDR_WIDE, set_user,        NULL },							/* SamrSetInformationUser2 */
	{ 62, NDR_WIDE, PARAMS({ param_unique_string, "server" }, { param_u32, NULL }, { param_u32, "access" }), NULL },	/* SamrConnect4 */
	{ 64, NDR_WIDE, PARAMS({ param_unique_string, "server" }, { param_u32, "access" }, { param_rest, NULL }), NULL },	/* SamrConnect5 */
	{ .in = NULL },
	/* clang-format on */
};
