/*
 * netlogon: the secure channel ([MS-NRPC] 3.5.4). Its first three messages
 * carry credentials in clear; all zeros in them is how Zerologon
 * (CVE-2020-1472) tries its luck, some 256 times.
 */
#include "sensor/rpc/interfaces.h"

/* NETLOGON_CREDENTIAL ([MS-NRPC] 2.2.1.3.4): 1 when its eight octets are zero. */
static void add_credential(struct decoding *d, const char *name)
{
	struct view credential = cur_take(&d->in.c, 8);
	struct cursor c = cur_of(credential);

	decode_number(d, name, credential.n == 8 && cur_u64le(&c) == 0);
}

/* NetrServerReqChallenge */
static void req_challenge(struct decoding *d)
{
	decode_unique_string(d, "server");
	decode_string(d, "computer");
	add_credential(d, "challenge_zero");
}

/* What the next two begin with. */
static void account_and_computer(struct decoding *d)
{
	decode_unique_string(d, "server");
	decode_string(d, "account");
	ndr_enum(&d->in);	/* SecureChannelType */
	decode_string(d, "computer");
}

/* NetrServerAuthenticate, NetrServerAuthenticate2, NetrServerAuthenticate3 */
static void authenticate(struct decoding *d)
{
	account_and_computer(d);
	add_credential(d, "credential_zero");
}

/* NetrServerPasswordSet2 */
static void password_set(struct decoding *d)
{
	account_and_computer(d);
	add_credential(d, "credential_zero");	/* of the NETLOGON_AUTHENTICATOR */
}

const struct decoder netlogon_decoders[] = {
	/* clang-format off */
	{  4, NDR_WIDE, req_challenge },	/* NetrServerReqChallenge */
	{  5, NDR_WIDE, authenticate },		/* NetrServerAuthenticate */
	{ 15, NDR_WIDE, authenticate },		/* NetrServerAuthenticate2 */
	{ 26, NDR_WIDE, authenticate },		/* NetrServerAuthenticate3 */
	{ 30, NDR_WIDE, password_set },		/* NetrServerPasswordSet2 */
	{ .decode = NULL },
	/* clang-format on */
};
