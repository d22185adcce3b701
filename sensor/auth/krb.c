#include "sensor/auth/krb.h"

#include "sensor/auth/der.h"
#include "sensor/core/algorithm.h"

#include <openssl/evp.h>
#include <stdio.h>

enum {
	TAG_TICKET = DER_APPLICATION + 1,
	PVNO = 5,
	PA_TGS_REQ = 1,
	PA_ENC_TIMESTAMP = 2,
	PA_ETYPE_INFO2 = 19,
	PA_FOR_USER = 129,
	PA_S4U_X509_USER = 130,
	ADDRESS_NETBIOS = 20,	/* 7.5.3 */
	DAYS_TO_1970 = 719468,	/* from 0000-03-01 */
	SHA256_BYTES = 32,
};

/* ---- pieces (5.2) ---- */

static void list_add(struct krb_list *list, int32_t value)
{
	if (list->n < sizeof(list->of) / sizeof(list->of[0]))
		list->of[list->n++] = value;
}

/* The content of [${number}] SEQUENCE as a cursor of its own. */
static struct cursor field_sequence(struct cursor *c, unsigned number)
{
	struct cursor inner = cur_of(der_field(c, number, DER_SEQUENCE));

	if (!cur_ok(c))
		cur_reject(&inner);
	return inner;
}

/* 5.2.2 PrincipalName in [${number}]. Parts beyond the fourth are left out. */
static struct krb_name read_name(struct cursor *c, unsigned number)
{
	struct cursor sequence = field_sequence(c, number);
	struct cursor strings;
	struct krb_name name = { .n = 0 };

	der_skip(&sequence);	/* [0] name-type */
	strings = field_sequence(&sequence, 1);
	while (cur_left(&strings) > 0 && name.n < KRB_NAME_PARTS_MAX)
		name.part[name.n++] = der_take(&strings, DER_GENERAL_STRING);
	if (!cur_ok(&strings))
		cur_reject(c);
	return name;
}

static struct krb_name read_optional_name(struct cursor *c, unsigned number)
{
	return der_has(c, number) ? read_name(c, number) : (struct krb_name){ .n = 0 };
}

static struct view read_optional_string(struct cursor *c, unsigned number)
{
	return der_has(c, number) ? der_field(c, number, DER_GENERAL_STRING) : view_of(NULL, 0);
}

/* 5.2.9 EncryptedData in [${number}]: its type, and what is sealed. */
static int32_t read_encrypted(struct cursor *c, unsigned number, struct view *cipher)
{
	struct cursor sequence = field_sequence(c, number);
	int32_t etype = der_field_integer(&sequence, 0);

	der_skip_optional(&sequence, 1);	/* kvno */
	*cipher = der_field(&sequence, 2, DER_OCTET_STRING);
	if (!cur_ok(&sequence))
		cur_reject(c);
	return etype;
}

/* 5.3 Ticket in [${number}]. */
static struct krb_ticket read_ticket(struct cursor *c, unsigned number)
{
	struct cursor application = cur_of(der_field(c, number, TAG_TICKET));
	struct cursor sequence = der_enter(&application, DER_SEQUENCE);
	struct krb_ticket t = { .etype = 0 };

	der_skip(&sequence);	/* [0] tkt-vno */
	t.realm = der_field(&sequence, 1, DER_GENERAL_STRING);
	t.service = read_name(&sequence, 2);
	t.etype = read_encrypted(&sequence, 3, &t.cipher);
	if (!cur_ok(&sequence))
		cur_reject(c);
	return t;
}

/* ${n} decimal digits; what is none makes the cursor bad. */
static unsigned digits(struct cursor *c, int n)
{
	unsigned value = 0;

	while (n-- > 0) {
		uint8_t digit = cur_u8(c);

		if (digit < '0' || digit > '9')
			cur_reject(c);
		value = 10 * value + digit - '0';
	}
	return value;
}

/* Days from 1970-01-01 to a date; years that begin in March end with the leap day. */
static int64_t days_to(unsigned year, unsigned month, unsigned day)
{
	unsigned y = month > 2 ? year : year - 1;
	unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return 365LL * y + y / 4 - y / 100 + y / 400 + day_of_year - DAYS_TO_1970;
}

/* 5.2.3 KerberosTime, "20370913024805Z"; 0 for one that no date is, or that int64 cannot hold in nanoseconds. */
static int64_t time_of(struct view text)
{
	struct cursor c = cur_of(text);
	unsigned year = digits(&c, 4), month = digits(&c, 2), day = digits(&c, 2);
	unsigned hour = digits(&c, 2), minute = digits(&c, 2), second = digits(&c, 2);

	if (!cur_ok(&c) || year < 1970 || year > 2261 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 ||
	    minute > 59 || second > 60)
		return 0;
	return (days_to(year, month, day) * 86400 + hour * 3600 + minute * 60 + second) * INT64_C(1000000000);
}

/* ---- AP-REQ (5.5.1) ---- */

bool krb_ap_req_parse(struct view message, struct krb_ap_req *out)
{
	struct cursor c = cur_of(message);
	struct cursor application = der_enter(&c, DER_APPLICATION + KRB_AP_REQ);
	struct cursor sequence = der_enter(&application, DER_SEQUENCE);
	struct krb_ap_req m;
	struct view authenticator;

	der_skip(&sequence);	/* [0] pvno */
	der_skip(&sequence);	/* [1] msg-type */
	m.options = der_bits(der_field(&sequence, 2, DER_BIT_STRING));
	m.ticket = read_ticket(&sequence, 3);
	m.authenticator_etype = read_encrypted(&sequence, 4, &authenticator);
	if (!cur_ok(&sequence))
		return false;
	*out = m;
	return true;
}

/* ---- pre-authentication data (5.2.7) ---- */

static void take_shown_ticket(struct view value, struct krb_message *m)
{
	struct krb_ap_req ap_req;

	if (krb_ap_req_parse(value, &ap_req))
		m->shown = ap_req.ticket;
}

/* 5.2.7.2: an EncryptedData without a tag of its own */
static void take_timestamp(struct view value, struct krb_message *m)
{
	struct cursor c = cur_of(value);
	struct cursor sequence = der_enter(&c, DER_SEQUENCE);
	int32_t etype = der_field_integer(&sequence, 0);

	m->has_preauth_etype = cur_ok(&sequence);
	m->preauth_etype = etype;
}

/* 5.2.7.5 ETYPE-INFO2 */
static void take_account_etypes(struct view value, struct krb_message *m)
{
	struct cursor c = cur_of(value);
	struct cursor list = der_enter(&c, DER_SEQUENCE);

	while (cur_left(&list) > 0) {
		struct cursor entry = der_enter(&list, DER_SEQUENCE);
		int32_t etype = der_field_integer(&entry, 0);

		if (cur_ok(&entry))
			list_add(&m->etypes, etype);
	}
}

/* [MS-SFU] 2.2.1 PA-FOR-USER-ENC */
static void take_for_user(struct view value, struct krb_message *m)
{
	struct cursor c = cur_of(value);
	struct cursor sequence = der_enter(&c, DER_SEQUENCE);
	struct krb_name name = read_name(&sequence, 0);
	struct view realm = der_field(&sequence, 1, DER_GENERAL_STRING);

	if (!cur_ok(&sequence))
		return;
	m->for_user = name;
	m->for_user_realm = realm;
}

/* [MS-SFU] 2.2.2 PA-S4U-X509-USER: of its S4UUserID the name, if it is there, and the realm */
static void take_x509_user(struct view value, struct krb_message *m)
{
	struct cursor c = cur_of(value);
	struct cursor sequence = der_enter(&c, DER_SEQUENCE);
	struct cursor user = field_sequence(&sequence, 0);
	struct krb_name name;
	struct view realm;

	der_skip(&user);	/* [0] nonce */
	name = read_optional_name(&user, 1);
	realm = der_field(&user, 2, DER_GENERAL_STRING);
	if (!cur_ok(&user) || name.n == 0)
		return;
	m->for_user = name;
	m->for_user_realm = realm;
}

/* What is looked into. A value that is not as it should be tells nothing; the message still does. */
static const struct {
	int32_t type;
	void (*take)(struct view value, struct krb_message *m);
} readable[] = {
	/* clang-format off */
	{ PA_TGS_REQ,       take_shown_ticket },
	{ PA_ENC_TIMESTAMP, take_timestamp },
	{ PA_ETYPE_INFO2,   take_account_etypes },
	{ PA_FOR_USER,      take_for_user },
	{ PA_S4U_X509_USER, take_x509_user },
	/* clang-format on */
};

static void take_padata(int32_t type, struct view value, struct krb_message *m)
{
	list_add(&m->padata, type);
	for (size_t i = 0; i < sizeof(readable) / sizeof(readable[0]); i++)
		if (readable[i].type == type)
			readable[i].take(value, m);
}

/* SEQUENCE OF PA-DATA, whose content ${list} is. */
static void read_padata(struct cursor *list, struct krb_message *m)
{
	while (cur_left(list) > 0) {
		struct cursor item = der_enter(list, DER_SEQUENCE);
		int32_t type = der_field_integer(&item, 1);
		struct view value = der_field(&item, 2, DER_OCTET_STRING);

		if (!cur_ok(&item))
			cur_reject(list);
		else
			take_padata(type, value, m);
	}
}

static void read_optional_padata(struct cursor *c, unsigned number, struct krb_message *m)
{
	struct cursor list;

	if (!der_has(c, number))
		return;
	list = field_sequence(c, number);
	read_padata(&list, m);
	if (!cur_ok(&list))
		cur_reject(c);
}

/* ---- requests (5.4.1) ---- */

/* 5.2.5 HostAddresses: of them the NetBIOS name, which Windows sends. */
static void read_addresses(struct cursor *c, struct krb_message *m)
{
	struct cursor list;

	if (!der_has(c, 9))
		return;
	list = field_sequence(c, 9);
	while (cur_left(&list) > 0) {
		struct cursor item = der_enter(&list, DER_SEQUENCE);
		int32_t type = der_field_integer(&item, 0);
		struct view address = der_field(&item, 1, DER_OCTET_STRING);

		if (!cur_ok(&item))
			cur_reject(&list);
		else if (type == ADDRESS_NETBIOS)
			m->workstation = address;
	}
	if (!cur_ok(&list))
		cur_reject(c);
}

static void read_etypes(struct cursor *c, struct krb_message *m)
{
	struct cursor list = field_sequence(c, 8);

	while (cur_left(&list) > 0)
		list_add(&m->etypes, der_integer(&list, DER_INTEGER));
	if (!cur_ok(&list))
		cur_reject(c);
}

static bool parse_request(struct cursor *c, struct krb_message *m)
{
	struct cursor body;

	read_optional_padata(c, 3, m);
	body = field_sequence(c, 4);
	m->options = der_bits(der_field(&body, 0, DER_BIT_STRING));
	m->client = read_optional_name(&body, 1);
	m->realm = der_field(&body, 2, DER_GENERAL_STRING);
	m->service = read_optional_name(&body, 3);
	m->from_ns = der_has(&body, 4) ? time_of(der_field(&body, 4, DER_GENERALIZED_TIME)) : 0;
	m->till_ns = time_of(der_field(&body, 5, DER_GENERALIZED_TIME));
	der_skip_optional(&body, 6);	/* rtime */
	der_skip(&body);		/* [7] nonce */
	read_etypes(&body, m);
	read_addresses(&body, m);
	return cur_ok(&body);
}

/* ---- answers (5.4.2, 5.9.1) ---- */

static bool parse_reply(struct cursor *c, struct krb_message *m)
{
	struct view sealed;

	read_optional_padata(c, 2, m);
	m->client_realm = der_field(c, 3, DER_GENERAL_STRING);
	m->client = read_name(c, 4);
	m->ticket = read_ticket(c, 5);
	m->reply_etype = read_encrypted(c, 6, &sealed);
	return cur_ok(c);
}

static bool parse_error(struct cursor *c, struct krb_message *m)
{
	struct cursor data, list;

	der_skip_optional(c, 2);	/* ctime */
	der_skip_optional(c, 3);	/* cusec */
	der_skip(c);			/* [4] stime */
	der_skip(c);			/* [5] susec */
	m->error = der_field_integer(c, 6);
	m->client_realm = read_optional_string(c, 7);
	m->client = read_optional_name(c, 8);
	m->realm = der_field(c, 9, DER_GENERAL_STRING);
	m->service = read_name(c, 10);
	der_skip_optional(c, 11);	/* e-text */
	if (der_has(c, 12)) {
		/* METHOD-DATA for some errors, anything for others */
		data = cur_of(der_field(c, 12, DER_OCTET_STRING));
		list = der_enter(&data, DER_SEQUENCE);
		read_padata(&list, m);
	}
	return cur_ok(c);
}

/* ---- all of them ---- */

static const struct kind {
	enum krb_type type;
	unsigned first;		/* tag of pvno; msg-type follows */
	bool is_request;
	bool (*parse)(struct cursor *c, struct krb_message *m);
} kinds[] = {
	/* clang-format off */
	{ KRB_AS_REQ,  1, true,  parse_request },
	{ KRB_AS_REP,  0, false, parse_reply },
	{ KRB_TGS_REQ, 1, true,  parse_request },
	{ KRB_TGS_REP, 0, false, parse_reply },
	{ KRB_ERROR,   0, false, parse_error },
	/* clang-format on */
};

static const struct kind *kind_of(struct view message)
{
	struct cursor c = cur_of(message);

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (der_sees(&c, DER_APPLICATION + kinds[i].type))
			return &kinds[i];
	return NULL;
}

bool krb_parse(struct view message, struct krb_message *out)
{
	const struct kind *kind = kind_of(message);
	struct cursor c = cur_of(message), sequence;
	struct krb_message m = { .type = KRB_ERROR };

	if (kind == NULL)
		return false;
	m.type = kind->type;
	c = der_enter(&c, DER_APPLICATION + kind->type);
	sequence = der_enter(&c, DER_SEQUENCE);
	if (der_field_integer(&sequence, kind->first) != PVNO ||
	    der_field_integer(&sequence, kind->first + 1) != (int32_t)kind->type || !kind->parse(&sequence, &m))
		return false;
	*out = m;
	return true;
}

bool krb_error_parse(struct view message, int32_t *out)
{
	struct krb_message m;

	if (!krb_parse(message, &m) || m.type != KRB_ERROR)
		return false;
	*out = m.error;
	return true;
}

bool krb_is_request(struct view first)
{
	const struct kind *kind = kind_of(first);

	return kind != NULL && kind->is_request;
}

bool krb_opens(struct view first, size_t n)
{
	const struct kind *kind = kind_of(first);
	struct cursor c = cur_of(first);

	if (kind == NULL)
		return false;
	if (der_open(&c, DER_APPLICATION + kind->type) + cur_offset(&c) != n ||
	    der_open(&c, DER_SEQUENCE) + cur_offset(&c) != n)
		return false;
	return der_field_integer(&c, kind->first) == PVNO && cur_ok(&c);
}

char *krb_name_text(struct arena *arena, const struct krb_name *name)
{
	size_t n_bytes = 0, used = 0;
	uint8_t *joined;

	for (size_t i = 0; i < name->n; i++)
		n_bytes += name->part[i].n + 1;
	joined = name->n > 0 ? arena_get(arena, n_bytes) : NULL;
	for (size_t i = 0; joined != NULL && i < name->n; i++) {
		if (i > 0)
			joined[used++] = '/';
		used += view_copy(joined + used, n_bytes - used, name->part[i]);
	}
	return joined != NULL ? text_of_bytes(arena, view_of(joined, used)) : NULL;
}

uint64_t krb_ticket_id(const struct krb_ticket *ticket)
{
	uint8_t digest[SHA256_BYTES] = { 0 };
	struct cursor c;

	EVP_Digest(ticket->cipher.bytes, ticket->cipher.n, digest, NULL, algorithm_sha256(), NULL);
	c = cur_of(view_of(digest, sizeof(digest)));
	return cur_u64be(&c);
}
