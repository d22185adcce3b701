#include "sensor/auth/spnego.h"

#include "sensor/auth/der.h"

enum { TAG_INITIAL = DER_APPLICATION + 0, TAG_INIT = DER_CONTEXT + 0, TAG_RESP = DER_CONTEXT + 1 };

static const uint8_t spnego_oid[] = { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x02 };	/* 1.3.6.1.5.5.2 */

/* ---- mechanisms ---- */

static const struct mechanism {
	struct view oid;
	const char *name;
} mechanisms[] = {
#define OID(content) { .bytes = (const uint8_t *)(content), .n = sizeof(content) - 1 }
	/* clang-format off */
	{ OID("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"),             "kerberos" },	/* 1.2.840.113554.1.2.2, RFC 1964 */
	{ OID("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x03"),         "kerberos-u2u" },	/* 1.2.840.113554.1.2.2.3 */
	{ OID("\x2a\x86\x48\x82\xf7\x12\x01\x02\x02"),             "ms-kerberos" },	/* 1.2.840.48018.1.2.2: Windows 2000 cut an arc to 16 bits, the error stayed */
	{ OID("\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a"),         "ntlm" },		/* 1.3.6.1.4.1.311.2.2.10 */
	{ OID("\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x1e"),         "negoex" },		/* 1.3.6.1.4.1.311.2.2.30 */
	/* clang-format on */
#undef OID
};

const char *spnego_mechanism_name(struct view oid)
{
	for (size_t i = 0; i < sizeof(mechanisms) / sizeof(mechanisms[0]); i++)
		if (view_equals(oid, mechanisms[i].oid))
			return mechanisms[i].name;
	return NULL;
}

const char *spnego_mechanism(size_t i)
{
	return i < sizeof(mechanisms) / sizeof(mechanisms[0]) ? mechanisms[i].name : NULL;
}

/* ---- the envelopes ---- */

/* The OCTET STRING inside the next element, if that is [${number}]. */
static struct view optional_octets(struct cursor *c, unsigned number)
{
	struct cursor inner;
	struct view octets;

	if (!der_sees(c, DER_CONTEXT + number))
		return view_of(NULL, 0);
	inner = der_enter(c, DER_CONTEXT + number);
	octets = der_take(&inner, DER_OCTET_STRING);
	if (!cur_ok(&inner))
		cur_reject(c);
	return octets;
}

/* RFC 4178 4.1 MechTypeList. More mechanisms than there is room for are left out. */
static void read_mech_types(struct cursor *c, struct spnego *s)
{
	struct cursor outer = der_enter(c, DER_CONTEXT + 0);
	struct cursor list = der_enter(&outer, DER_SEQUENCE);

	while (cur_ok(&list) && cur_left(&list) > 0 && s->n_offered < SPNEGO_MECHANISMS_MAX)
		s->offered[s->n_offered++] = der_take(&list, DER_OID);
	if (!cur_ok(&list))
		cur_reject(c);
}

/* [MS-SPNG] 2.2.1 NegHints, which stands where RFC 4178 has the mechListMIC, an OCTET STRING. */
static void read_hints(struct cursor *c, struct spnego *s)
{
	struct cursor outer = der_enter(c, DER_CONTEXT + 3), hints;

	if (der_sees(&outer, DER_OCTET_STRING)) {
		s->has_mic = true;
		return;
	}
	hints = der_enter(&outer, DER_SEQUENCE);
	if (der_has(&hints, 0))
		s->hint_name = der_field(&hints, 0, DER_GENERAL_STRING);
	if (!cur_ok(&hints))
		cur_reject(c);
}

/* RFC 4178 4.2.1 NegTokenInit, [MS-SPNG] 2.2.1 NegTokenInit2 */
static bool parse_init(struct cursor *c, struct spnego *s)
{
	struct cursor choice = der_enter(c, TAG_INIT);
	struct cursor init = der_enter(&choice, DER_SEQUENCE);

	if (der_sees(&init, DER_CONTEXT + 0))
		read_mech_types(&init, s);
	der_skip_optional(&init, 1);	/* reqFlags */
	s->inner = optional_octets(&init, 2);
	if (der_has(&init, 3))
		read_hints(&init, s);
	s->has_mic = s->has_mic || der_has(&init, 4);
	return cur_ok(&init);
}

/* RFC 4178 4.2.2 NegTokenResp. */
static bool parse_resp(struct cursor *c, struct spnego *s)
{
	struct cursor choice = der_enter(c, TAG_RESP);
	struct cursor resp = der_enter(&choice, DER_SEQUENCE);
	struct cursor mechanism, state;

	if (der_has(&resp, 0)) {
		state = der_enter(&resp, DER_CONTEXT + 0);
		s->state = (uint8_t)der_integer(&state, DER_ENUMERATED);
		s->has_state = cur_ok(&state);
	}
	if (der_sees(&resp, DER_CONTEXT + 1)) {
		mechanism = der_enter(&resp, DER_CONTEXT + 1);
		s->supported = der_take(&mechanism, DER_OID);
		if (!cur_ok(&mechanism))
			cur_reject(&resp);
	}
	s->inner = optional_octets(&resp, 2);
	s->has_mic = der_has(&resp, 3);
	return cur_ok(&resp);
}

const char *spnego_state_name(unsigned state)
{
	static const char *const names[] = { "accept-completed", "accept-incomplete", "reject", "request-mic" };

	return state < sizeof(names) / sizeof(names[0]) ? names[state] : NULL;
}

bool spnego_looks_like(struct view token)
{
	struct cursor c = cur_of(token);
	struct cursor initial = c;

	if (der_sees(&c, TAG_INIT) || der_sees(&c, TAG_RESP))
		return true;
	initial = der_enter(&c, TAG_INITIAL);
	return view_equals(der_take(&initial, DER_OID), view_of(spnego_oid, sizeof(spnego_oid)));
}

bool spnego_parse(struct view token, struct spnego *out)
{
	struct cursor c = cur_of(token);
	struct spnego s = { 0 };

	if (der_sees(&c, TAG_INITIAL)) {
		c = der_enter(&c, TAG_INITIAL);
		if (!view_equals(der_take(&c, DER_OID), view_of(spnego_oid, sizeof(spnego_oid))))
			return false;
	}
	if (der_sees(&c, TAG_RESP) ? !parse_resp(&c, &s) : !parse_init(&c, &s))
		return false;
	*out = s;
	return true;
}
