#include "sensor/auth/kerberos.h"

#include "sensor/auth/der.h"
#include "sensor/auth/krb.h"
#include "sensor/core/cursor.h"

enum {
	TOKEN_ID_BYTES = 2,	/* RFC 4121 4.1: 0x0100 AP-REQ, 0x0200 AP-REP, 0x0300 KRB-ERROR */
	MUTUAL_REQUIRED = 0x20000000,	/* RFC 4120 5.5.1 APOptions, bit 2 */
};

static bool begins_with(struct view token, enum krb_type type)
{
	struct cursor c = cur_of(token);

	return der_sees(&c, DER_APPLICATION + type);
}

bool kerberos_looks_like(struct view token)
{
	return begins_with(token, KRB_AP_REQ) || begins_with(token, KRB_AP_REP) || begins_with(token, KRB_ERROR);
}

static bool say_ap_req(struct view message, struct arena *arena, Ev__AuthToken *out)
{
	Ev__KerberosApReq *m = arena_take(arena, sizeof(*m));
	struct krb_ap_req ap_req;

	if (m == NULL || !krb_ap_req_parse(message, &ap_req))
		return false;
	ev__kerberos_ap_req__init(m);
	m->realm = text_of_bytes(arena, ap_req.ticket.realm);
	m->service = krb_name_text(arena, &ap_req.ticket.service);
	m->has_etype = m->has_authenticator_etype = m->has_ticket_id = m->has_mutual_required = true;
	m->etype = ap_req.ticket.etype;
	m->authenticator_etype = ap_req.authenticator_etype;
	m->ticket_id = krb_ticket_id(&ap_req.ticket);
	m->mutual_required = (ap_req.options & MUTUAL_REQUIRED) != 0;
	out->kerberos = m;
	return true;
}

static bool say_error(struct view message, struct arena *arena, Ev__AuthToken *out)
{
	const char *name;

	if (!krb_error_parse(message, &out->kerberos_error))
		return false;
	out->has_kerberos_error = true;
	name = krb_error_name(out->kerberos_error);
	out->kerberos_error_name = name != NULL ? text_copy(arena, name) : NULL;
	return true;
}

bool kerberos_parse(struct view inner_token, struct arena *arena, Ev__AuthToken *out)
{
	struct view message = kerberos_looks_like(inner_token) ? inner_token : view_after(inner_token, TOKEN_ID_BYTES);
	Ev__AuthToken token = *out;

	if (message.n == 0)
		return false;
	if (begins_with(message, KRB_AP_REQ) && !say_ap_req(message, arena, &token))
		return false;
	if (begins_with(message, KRB_ERROR) && !say_error(message, arena, &token))
		return false;
	token.mechanism = text_lend("kerberos");
	if (arena->full)
		return false;
	*out = token;
	return true;
}
