#include "sensor/auth/token.h"

#include "sensor/auth/der.h"
#include "sensor/auth/kerberos.h"
#include "sensor/auth/ntlmssp.h"
#include "sensor/auth/spnego.h"

enum { TAG_GSS = DER_APPLICATION + 0 };

static bool is_kerberos(const char *mechanism)
{
	return mechanism != NULL && (mechanism[0] == 'k' || mechanism[0] == 'm');
}

/* RFC 2743 3.1: a mechanism's token with its OID in front, outside SPNEGO. */
static bool read_gss(struct view token, struct arena *arena, Ev__AuthToken *out)
{
	struct cursor c = cur_of(token);
	struct cursor inner = der_enter(&c, TAG_GSS);
	struct view oid = der_take(&inner, DER_OID);

	if (!cur_ok(&inner) || !is_kerberos(spnego_mechanism_name(oid)))
		return false;
	return kerberos_parse(cur_rest(&inner), arena, out);
}

/* The mechanisms' names as an array in the arena. */
static bool list_offered(const struct spnego *s, struct arena *arena, Ev__AuthToken *out)
{
	out->n_offered = s->n_offered;
	out->offered = arena_get(arena, SPNEGO_MECHANISMS_MAX * sizeof(*out->offered));
	for (size_t i = 0; out->offered != NULL && i < s->n_offered; i++) {
		const char *name = spnego_mechanism_name(s->offered[i]);

		out->offered[i] = name != NULL ? text_lend(name) : der_oid_text(arena, s->offered[i]);
	}
	return !arena->full;
}

/* What the token inside SPNEGO says, where it can be read; else what the envelope says about it. */
static bool read_inner(const struct spnego *s, struct arena *arena, Ev__AuthToken *out)
{
	struct view oid = s->supported.n > 0 ? s->supported : s->n_offered > 0 ? s->offered[0] : s->supported;
	const char *name = spnego_mechanism_name(oid);

	if (ntlmssp_looks_like(s->inner))
		return ntlmssp_parse(s->inner, arena, out);
	if (kerberos_looks_like(s->inner))
		return kerberos_parse(s->inner, arena, out);
	if (read_gss(s->inner, arena, out))
		return true;
	if (s->inner.n == 0 && s->supported.n == 0)
		return true;	/* a hint, or the last word of a logon: no mechanism yet, or no longer */
	if (is_kerberos(name))
		name = "kerberos";
	out->mechanism = text_lend(name != NULL ? name : "other");
	return !arena->full;
}

static void say_envelope(const struct spnego *s, struct arena *arena, Ev__AuthToken *out)
{
	const char *state = s->has_state ? spnego_state_name(s->state) : NULL;

	out->state = text_lend(state);
	out->has_mech_list_mic = true;
	out->mech_list_mic = s->has_mic;
	out->hint_name = s->hint_name.n > 0 ? text_of_bytes(arena, s->hint_name) : NULL;
}

static bool read_spnego(struct view token, struct arena *arena, Ev__AuthToken *out)
{
	struct spnego s;

	if (!spnego_parse(token, &s) || !list_offered(&s, arena, out))
		return false;
	say_envelope(&s, arena, out);
	return read_inner(&s, arena, out);
}

bool token_read(struct view token, struct arena *arena, Ev__AuthToken *out)
{
	Ev__AuthToken read;
	bool is_spnego = spnego_looks_like(token);
	bool ok;

	ev__auth_token__init(&read);
	if (is_spnego)
		ok = read_spnego(token, arena, &read);
	else if (ntlmssp_looks_like(token))
		ok = ntlmssp_parse(token, arena, &read);
	else if (kerberos_looks_like(token))
		ok = kerberos_parse(token, arena, &read);
	else
		ok = read_gss(token, arena, &read);
	if (!ok)
		return false;
	read.has_spnego = true;
	read.spnego = is_spnego;
	*out = read;
	return true;
}
