#include "sensor/auth/krb.h"

#include <stdio.h>

enum { NUMBER_CHARS = 12 };

/* Error codes (RFC 4120 7.5.9, RFC 4556 3.1.3, RFC 6113 5.3), by number */
static const struct {
	int32_t code;
	const char *name;
} errors[] = {
	/* clang-format off */
	{ 0,  "KDC_ERR_NONE" },
	{ 1,  "KDC_ERR_NAME_EXP" },
	{ 2,  "KDC_ERR_SERVICE_EXP" },
	{ 3,  "KDC_ERR_BAD_PVNO" },
	{ 4,  "KDC_ERR_C_OLD_MAST_KVNO" },
	{ 5,  "KDC_ERR_S_OLD_MAST_KVNO" },
	{ 6,  "KDC_ERR_C_PRINCIPAL_UNKNOWN" },
	{ 7,  "KDC_ERR_S_PRINCIPAL_UNKNOWN" },
	{ 8,  "KDC_ERR_PRINCIPAL_NOT_UNIQUE" },
	{ 9,  "KDC_ERR_NULL_KEY" },
	{ 10, "KDC_ERR_CANNOT_POSTDATE" },
	{ 11, "KDC_ERR_NEVER_VALID" },
	{ 12, "KDC_ERR_POLICY" },
	{ 13, "KDC_ERR_BADOPTION" },
	{ 14, "KDC_ERR_ETYPE_NOSUPP" },
	{ 15, "KDC_ERR_SUMTYPE_NOSUPP" },
	{ 16, "KDC_ERR_PADATA_TYPE_NOSUPP" },
	{ 17, "KDC_ERR_TRTYPE_NOSUPP" },
	{ 18, "KDC_ERR_CLIENT_REVOKED" },
	{ 19, "KDC_ERR_SERVICE_REVOKED" },
	{ 20, "KDC_ERR_TGT_REVOKED" },
	{ 21, "KDC_ERR_CLIENT_NOTYET" },
	{ 22, "KDC_ERR_SERVICE_NOTYET" },
	{ 23, "KDC_ERR_KEY_EXPIRED" },
	{ 24, "KDC_ERR_PREAUTH_FAILED" },
	{ 25, "KDC_ERR_PREAUTH_REQUIRED" },
	{ 26, "KDC_ERR_SERVER_NOMATCH" },
	{ 27, "KDC_ERR_MUST_USE_USER2USER" },
	{ 28, "KDC_ERR_PATH_NOT_ACCEPTED" },
	{ 29, "KDC_ERR_SVC_UNAVAILABLE" },
	{ 31, "KRB_AP_ERR_BAD_INTEGRITY" },
	{ 32, "KRB_AP_ERR_TKT_EXPIRED" },
	{ 33, "KRB_AP_ERR_TKT_NYV" },
	{ 34, "KRB_AP_ERR_REPEAT" },
	{ 35, "KRB_AP_ERR_NOT_US" },
	{ 36, "KRB_AP_ERR_BADMATCH" },
	{ 37, "KRB_AP_ERR_SKEW" },
	{ 38, "KRB_AP_ERR_BADADDR" },
	{ 39, "KRB_AP_ERR_BADVERSION" },
	{ 40, "KRB_AP_ERR_MSG_TYPE" },
	{ 41, "KRB_AP_ERR_MODIFIED" },
	{ 42, "KRB_AP_ERR_BADORDER" },
	{ 44, "KRB_AP_ERR_BADKEYVER" },
	{ 45, "KRB_AP_ERR_NOKEY" },
	{ 46, "KRB_AP_ERR_MUT_FAIL" },
	{ 47, "KRB_AP_ERR_BADDIRECTION" },
	{ 48, "KRB_AP_ERR_METHOD" },
	{ 49, "KRB_AP_ERR_BADSEQ" },
	{ 50, "KRB_AP_ERR_INAPP_CKSUM" },
	{ 51, "KRB_AP_PATH_NOT_ACCEPTED" },
	{ 52, "KRB_ERR_RESPONSE_TOO_BIG" },
	{ 60, "KRB_ERR_GENERIC" },
	{ 61, "KRB_ERR_FIELD_TOOLONG" },
	{ 62, "KDC_ERR_CLIENT_NOT_TRUSTED" },
	{ 63, "KDC_ERR_KDC_NOT_TRUSTED" },
	{ 64, "KDC_ERR_INVALID_SIG" },
	{ 65, "KDC_ERR_DH_KEY_PARAMETERS_NOT_ACCEPTED" },
	{ 66, "KDC_ERR_CERTIFICATE_MISMATCH" },
	{ 67, "KRB_AP_ERR_NO_TGT" },
	{ 68, "KDC_ERR_WRONG_REALM" },
	{ 69, "KRB_AP_ERR_USER_TO_USER_REQUIRED" },
	{ 70, "KDC_ERR_CANT_VERIFY_CERTIFICATE" },
	{ 71, "KDC_ERR_INVALID_CERTIFICATE" },
	{ 72, "KDC_ERR_REVOKED_CERTIFICATE" },
	{ 73, "KDC_ERR_REVOCATION_STATUS_UNKNOWN" },
	{ 74, "KDC_ERR_REVOCATION_STATUS_UNAVAILABLE" },
	{ 75, "KDC_ERR_CLIENT_NAME_MISMATCH" },
	{ 76, "KDC_ERR_KDC_NAME_MISMATCH" },
	{ 77, "KDC_ERR_INCONSISTENT_KEY_PURPOSE" },
	{ 78, "KDC_ERR_DIGEST_IN_CERT_NOT_ACCEPTED" },
	{ 79, "KDC_ERR_PA_CHECKSUM_MUST_BE_INCLUDED" },
	{ 80, "KDC_ERR_DIGEST_IN_SIGNED_DATA_NOT_ACCEPTED" },
	{ 81, "KDC_ERR_PUBLIC_KEY_ENCRYPTION_NOT_SUPPORTED" },
	{ 90, "KDC_ERR_PREAUTH_EXPIRED" },
	{ 91, "KDC_ERR_MORE_PREAUTH_DATA_REQUIRED" },
	{ 92, "KDC_ERR_PREAUTH_BAD_AUTHENTICATION_SET" },
	{ 93, "KDC_ERR_UNKNOWN_CRITICAL_FAST_OPTIONS" },
	/* clang-format on */
};

/* Pre-authentication data (RFC 4120 7.5.2, RFC 6113 7.1, [MS-KILE] 3.1.5.1), by number */
static const struct {
	int32_t type;
	const char *name;
} padata[] = {
	/* clang-format off */
	{ 1,   "tgs-req" },
	{ 2,   "enc-timestamp" },
	{ 3,   "pw-salt" },
	{ 11,  "etype-info" },
	{ 14,  "pk-as-req-old" },
	{ 15,  "pk-as-rep-old" },
	{ 16,  "pk-as-req" },
	{ 17,  "pk-as-rep" },
	{ 19,  "etype-info2" },
	{ 20,  "svr-referral-info" },
	{ 128, "pac-request" },
	{ 129, "for-user" },
	{ 130, "for-x509-user" },
	{ 132, "as-checksum" },
	{ 133, "fx-cookie" },
	{ 136, "fx-fast" },
	{ 137, "fx-error" },
	{ 138, "encrypted-challenge" },
	{ 141, "otp-challenge" },
	{ 142, "otp-request" },
	{ 147, "pkinit-kx" },
	{ 149, "req-enc-pa-rep" },
	{ 150, "as-freshness" },
	{ 151, "spake" },
	{ 161, "key-list-req" },
	{ 162, "key-list-rep" },
	{ 165, "supported-enctypes" },
	{ 167, "pac-options" },
	/* clang-format on */
};

const char *krb_error_name(int32_t code)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i].code == code)
			return errors[i].name;
	return NULL;
}

char *krb_padata_name(struct arena *arena, int32_t type)
{
	char number[NUMBER_CHARS];

	for (size_t i = 0; i < sizeof(padata) / sizeof(padata[0]); i++)
		if (padata[i].type == type)
			return text_copy(arena, padata[i].name);
	snprintf(number, sizeof(number), "%d", type);
	return text_copy(arena, number);
}
