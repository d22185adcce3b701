#include "sensor/auth/kerberos.h"

#include "sensor/auth/der.h"
#include "sensor/core/cursor.h"

enum {
	TOKEN_AP_REQ = 0x0100,			/* RFC 4121 4.1 */
	TAG_TICKET = DER_APPLICATION + 1,	/* RFC 4120 5.10 */
	TAG_AP_REQ = DER_APPLICATION + 14,
	TAG_AP_REP = DER_APPLICATION + 15,
	NAME_PARTS_MAX = 4,			/* "cifs/host" has two, "ldap/host/domain" three */
};

bool kerberos_looks_like(struct view token)
{
	struct cursor c = cur_of(token);

	return der_sees(&c, TAG_AP_REQ) || der_sees(&c, TAG_AP_REP);
}

/* RFC 4120 5.2.9 EncryptedData: of it, the encryption type. */
static int32_t read_etype(struct cursor *c)
{
	struct cursor sequence = der_enter(c, DER_SEQUENCE);
	struct cursor etype = der_enter(&sequence, DER_CONTEXT + 0);
	int32_t value = der_integer(&etype, DER_INTEGER);

	if (!cur_ok(&etype))
		cur_reject(c);
	return value;
}

/* How many bytes the parts take, joined by slashes; each part's view in ${parts}. */
static size_t read_name_parts(struct cursor *c, struct view parts[NAME_PARTS_MAX], size_t *n_parts)
{
	size_t n_bytes = 0, n = 0;

	while (cur_ok(c) && cur_left(c) > 0 && n < NAME_PARTS_MAX) {
		parts[n] = der_take(c, DER_GENERAL_STRING);
		n_bytes += parts[n++].n + 1;
	}
	*n_parts = n;
	return n_bytes;
}

/* RFC 4120 5.2.2 PrincipalName, its parts joined by slashes. */
static char *read_principal(struct cursor *c, struct arena *arena)
{
	struct cursor sequence = der_enter(c, DER_SEQUENCE);
	struct cursor strings, list;
	struct view parts[NAME_PARTS_MAX];
	size_t n_parts, n_bytes, used = 0;
	uint8_t *joined;

	der_skip(&sequence);	/* [0] name-type */
	list = der_enter(&sequence, DER_CONTEXT + 1);
	strings = der_enter(&list, DER_SEQUENCE);
	n_bytes = read_name_parts(&strings, parts, &n_parts);
	if (!cur_ok(&strings)) {
		cur_reject(c);
		return NULL;
	}
	joined = arena_get(arena, n_bytes + 1);
	for (size_t i = 0; joined != NULL && i < n_parts; i++) {
		if (i > 0)
			joined[used++] = '/';
		used += view_copy(joined + used, n_bytes - used, parts[i]);
	}
	return joined != NULL ? text_of_bytes(arena, view_of(joined, used)) : NULL;
}

/* RFC 4120 5.3 Ticket: realm, service, and the encryption type of what is sealed in it. */
static void read_ticket(struct cursor *c, struct arena *arena, Ev__KerberosApReq *out)
{
	struct cursor application = der_enter(c, TAG_TICKET);
	struct cursor ticket = der_enter(&application, DER_SEQUENCE);
	struct cursor realm, sname, enc_part;

	der_skip(&ticket);	/* [0] tkt-vno */
	realm = der_enter(&ticket, DER_CONTEXT + 1);
	sname = der_enter(&ticket, DER_CONTEXT + 2);
	enc_part = der_enter(&ticket, DER_CONTEXT + 3);
	out->realm = text_of_bytes(arena, der_take(&realm, DER_GENERAL_STRING));
	out->service = read_principal(&sname, arena);
	out->has_etype = true;
	out->etype = read_etype(&enc_part);
	if (!cur_ok(&realm) || !cur_ok(&sname) || !cur_ok(&enc_part))
		cur_reject(c);
}

/* RFC 4120 5.5.1 AP-REQ. */
static bool parse_ap_req(struct cursor *c, struct arena *arena, Ev__AuthToken *out)
{
	struct cursor application = der_enter(c, TAG_AP_REQ);
	struct cursor ap_req = der_enter(&application, DER_SEQUENCE);
	struct cursor ticket, authenticator;
	Ev__KerberosApReq *m = arena_get(arena, sizeof(*m));

	if (m == NULL)
		return false;
	ev__kerberos_ap_req__init(m);
	der_skip(&ap_req);	/* [0] pvno */
	der_skip(&ap_req);	/* [1] msg-type */
	der_skip(&ap_req);	/* [2] ap-options */
	ticket = der_enter(&ap_req, DER_CONTEXT + 3);
	authenticator = der_enter(&ap_req, DER_CONTEXT + 4);
	read_ticket(&ticket, arena, m);
	m->has_authenticator_etype = true;
	m->authenticator_etype = read_etype(&authenticator);
	out->kerberos = m;
	return cur_ok(&ap_req) && cur_ok(&ticket) && cur_ok(&authenticator);
}

bool kerberos_parse(struct view inner_token, struct arena *arena, Ev__AuthToken *out)
{
	struct cursor c = cur_of(inner_token);
	Ev__AuthToken token = *out;
	bool is_ap_req = der_sees(&c, TAG_AP_REQ);

	if (!kerberos_looks_like(inner_token))
		is_ap_req = cur_u16be(&c) == TOKEN_AP_REQ;
	if (!cur_ok(&c) || (is_ap_req && !parse_ap_req(&c, arena, &token)))
		return false;
	token.mechanism = text_copy(arena, "kerberos");
	if (arena->full)
		return false;
	*out = token;
	return true;
}
