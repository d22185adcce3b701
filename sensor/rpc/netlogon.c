/*
 * netlogon: the secure channel ([MS-NRPC] 3.5.4). Its first three messages
 * carry credentials in clear; all zeros in them is how Zerologon
 * (CVE-2020-1472) tries its luck, some 256 times.
 */
#include "sensor/rpc/interfaces.h"
#include "sensor/rpc/param.h"

/* NETLOGON_CREDENTIAL ([MS-NRPC] 2.2.1.3.4): 1 when its eight octets are zero. */
static void credential(struct decoding *d, struct ndr *n, const char *name)
{
	struct view octets = cur_take(&n->c, 8);
	struct cursor c = cur_of(octets);

	decode_number(d, name, octets.n == 8 && cur_u64le(&c) == 0);
}

static const struct param req_challenge[] = {
	{ param_unique_string, "server" }, { param_string, "computer" }, { credential, "challenge_zero" }, { NULL, NULL },
};

static const struct param authenticate[] = {
	{ param_unique_string, "server" }, { param_string, "account" }, { param_enum, NULL },	/* SecureChannelType */
	{ param_string, "computer" }, { credential, "credential_zero" }, { NULL, NULL },
};

static const struct param authenticate2[] = {
	{ param_unique_string, "server" }, { param_string, "account" }, { param_enum, NULL },
	{ param_string, "computer" }, { credential, "credential_zero" }, { param_u32, "flags" }, { NULL, NULL },
};

/* The credential is that of the NETLOGON_AUTHENTICATOR; the new password behind it is encrypted. */
static const struct param password_set[] = {
	{ param_unique_string, "server" }, { param_string, "account" }, { param_enum, NULL },
	{ param_string, "computer" }, { param_struct, NULL }, { credential, "credential_zero" }, { param_rest, NULL }, { NULL, NULL },
};

const struct decoder netlogon_decoders[] = {
	/* clang-format off */
	{  4, NDR_WIDE, req_challenge, NULL },	/* NetrServerReqChallenge */
	{  5, NDR_WIDE, authenticate,  NULL },	/* NetrServerAuthenticate */
	{  6, NDR_WIDE, password_set,  NULL },	/* NetrServerPasswordSet */
	{ 15, NDR_WIDE, authenticate2, NULL },	/* NetrServerAuthenticate2 */
	{ 26, NDR_WIDE, authenticate2, NULL },	/* NetrServerAuthenticate3 */
	{ 30, NDR_WIDE, password_set,  NULL },	/* NetrServerPasswordSet2 */
	{ .in = NULL },
	/* clang-format on */
};
