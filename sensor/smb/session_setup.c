#include "sensor/smb/session_setup.h"

#include "sensor/core/responses.h"
#include "sensor/smb/fact.h"
#include "sensor/smb/negotiate.h"
#include "sensor/smb/session.h"

#include <string.h>

enum {
	FLAG_BINDING = 0x01,		/* [MS-SMB2] 2.2.5 Flags */
	SIGNING_ENABLED = 0x01,		/* [MS-SMB2] 2.2.5 SecurityMode */
	SIGNING_REQUIRED = 0x02,
	SESSION_FLAG_IS_GUEST = 0x0001,	/* [MS-SMB2] 2.2.6 SessionFlags */
	SESSION_FLAG_IS_NULL = 0x0002,
	SESSION_FLAG_ENCRYPT_DATA = 0x0004,
	ACTION_GUEST = 0x0001,		/* [MS-CIFS] 2.2.4.53.2 Action */
	WORDS_EXTENDED = 12,		/* [MS-SMB] 2.2.4.6.1: a security blob */
	WORDS_NT = 13,			/* [MS-CIFS] 2.2.4.53.1: two password responses */
	WORDS_LANMAN = 10,		/* one */
	WORDS_ANSWER_EXTENDED = 4,	/* [MS-SMB] 2.2.4.6.2 */
};

/* ---- what both dialects share ---- */

static char *unless_empty(char *text)
{
	return text != NULL && text[0] != '\0' ? text : NULL;
}

/* What the request's token says of the account; which mechanism it speaks. */
static enum auth say_account(const Ev__AuthToken *token, Ev__SmbSessionSetup *body)
{
	const Ev__NtlmAuthenticate *ntlm = token != NULL ? token->ntlm_authenticate : NULL;

	if (token == NULL)
		return AUTH_UNKNOWN;
	if (token->has_anonymous && token->anonymous)
		FACT_SET(body, anonymous, 1);
	if (ntlm != NULL) {
		body->account = unless_empty(ntlm->user);
		body->domain = unless_empty(ntlm->domain);
		body->workstation = unless_empty(ntlm->workstation);
		return AUTH_NTLM;
	}
	return token->kerberos != NULL ? AUTH_KERBEROS : AUTH_UNKNOWN;
}

/* Remember what a session proved itself by, for exchanges whose tokens do not tell. */
static enum auth remember(struct conn *c, uint64_t id, enum auth auth, const struct answer *a)
{
	bool is_under_way = a->status == STATUS_SUCCESS || a->status == STATUS_MORE_PROCESSING_REQUIRED;
	struct session *s = is_under_way ? session_get(c, id) : session_find(c, id);

	if (s == NULL)
		return auth;
	if (auth != AUTH_UNKNOWN)
		s->auth = (uint8_t)auth;
	auth = (enum auth)s->auth;
	s->is_established = s->is_established || a->status == STATUS_SUCCESS;
	if (!is_under_way && !s->is_established)
		session_end(c, id, a->time_ns);
	return auth;
}

static const char *auth_name(const Ev__SmbSessionSetup *body, enum auth auth)
{
	static const char *const names[] = { [AUTH_UNKNOWN] = NULL, [AUTH_NTLM] = "ntlm", [AUTH_KERBEROS] = "kerberos" };

	if (body->has_anonymous && body->anonymous)
		return "anonymous";
	if (body->has_guest && body->guest)
		return "guest";
	return names[auth];
}

/* Complete the body, whose token, answer and flags are set, and emit it. */
static void report(struct conn *c, const struct pending *p, const struct answer *a, Ev__SmbSessionSetup *body)
{
	enum auth auth = say_account(body->token, body);
	uint64_t id = a != NULL && a->session_id != 0 ? a->session_id : p != NULL ? p->session_id : 0;
	struct exchange x = fact_exchange(p, a);
	Ev__Event e = EV__EVENT__INIT;
	const char *name;

	if (a != NULL) {
		FACT_SET(body, final, a->status != STATUS_MORE_PROCESSING_REQUIRED);
		auth = remember(c, id, auth, a);
	}
	if (id != 0)
		FACT_SET(body, session_id, id);
	name = auth_name(body, auth);
	if (name != NULL)
		body->auth = text_lend(name);
	body->dialect = negotiate_dialect(c);
	e.body_case = EV__EVENT__BODY_SMB_SESSION_SETUP;
	e.smb_session_setup = body;
	fact_emit(c, &x, &e);
}

static bool is_worth_reading(const struct answer *a)
{
	return a != NULL && (a->status == STATUS_SUCCESS || a->status == STATUS_MORE_PROCESSING_REQUIRED);
}

/* ---- SMB2 ---- */

struct smb2_asked {
	uint8_t flags;
	uint8_t security_mode;
	struct view token;
	uint64_t previous_session_id;
};

struct smb2_answered {
	uint16_t session_flags;
	struct view token;
};

/* [MS-SMB2] 2.2.5 */
static bool smb2_asked_parse(struct view unit, struct smb2_asked *out)
{
	struct cursor c = smb2_body(unit);
	struct smb2_asked s = { 0 };
	uint16_t offset, length;

	cur_skip(&c, 2);	/* StructureSize */
	s.flags = cur_u8(&c);
	s.security_mode = cur_u8(&c);
	cur_skip(&c, 8);	/* Capabilities, Channel */
	offset = cur_u16le(&c);
	length = cur_u16le(&c);
	s.previous_session_id = cur_u64le(&c);
	s.token = cur_at(&c, length > 0 ? offset : 0, length);
	if (!cur_ok(&c))
		return false;
	*out = s;
	return true;
}

/* [MS-SMB2] 2.2.6 */
static bool smb2_answered_parse(struct view unit, struct smb2_answered *out)
{
	struct cursor c = smb2_body(unit);
	struct smb2_answered s = { 0 };
	uint16_t offset, length;

	cur_skip(&c, 2);	/* StructureSize */
	s.session_flags = cur_u16le(&c);
	offset = cur_u16le(&c);
	length = cur_u16le(&c);
	s.token = cur_at(&c, length > 0 ? offset : 0, length);
	if (!cur_ok(&c))
		return false;
	*out = s;
	return true;
}

bool session_setup_smb2_request(struct conn *c, const struct smb2_request *r)
{
	struct pending p = smb2_pending(r, session_setup_smb2_finish);
	struct smb2_asked s;

	if (!smb2_asked_parse(r->unit, &s))
		return false;
	pending_add(c, &p, r->unit);
	return true;
}

static void say_smb2_client(struct conn *c, const struct smb2_asked *asked, Ev__SmbSessionSetup *body)
{
	body->token = fact_token(c, asked->token);
	FACT_SET(body, binding, (asked->flags & FLAG_BINDING) != 0);
	FACT_SET(body, signing_enabled, (asked->security_mode & SIGNING_ENABLED) != 0);
	FACT_SET(body, signing_required, (asked->security_mode & SIGNING_REQUIRED) != 0);
	if (asked->previous_session_id != 0)
		FACT_SET(body, previous_session_id, asked->previous_session_id);
}

/* What success means for connections other than this one. */
static void follow(struct conn *c, const struct smb2_asked *asked, const struct answer *a)
{
	if (a == NULL || a->status != STATUS_SUCCESS)
		return;
	if (asked->flags & FLAG_BINDING)
		session_bind(c, a->session_id);
	else if (asked->previous_session_id != 0)
		session_replace(c, asked->previous_session_id, a->time_ns);
}

enum finish session_setup_smb2_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	Ev__SmbSessionSetup body = EV__SMB_SESSION_SETUP__INIT;
	struct smb2_asked asked;
	struct smb2_answered answered;

	if (is_worth_reading(a)) {
		if (!smb2_answered_parse(a->unit, &answered))
			return FINISH_MALFORMED;
		body.answer = fact_token(c, answered.token);
		if (a->status == STATUS_SUCCESS) {
			FACT_SET(&body, guest, (answered.session_flags & SESSION_FLAG_IS_GUEST) != 0);
			FACT_SET(&body, anonymous, (answered.session_flags & SESSION_FLAG_IS_NULL) != 0);
			FACT_SET(&body, encrypt_data, (answered.session_flags & SESSION_FLAG_ENCRYPT_DATA) != 0);
		}
	}
	if (smb2_asked_parse(pending_kept(p), &asked)) {
		say_smb2_client(c, &asked, &body);
		follow(c, &asked, a);
	}
	report(c, p, a, &body);
	return FINISH_DONE;
}

/* ---- SMB1 ---- */

bool session_setup_smb1_request(struct conn *c, const struct smb1_block *b)
{
	struct pending p = smb1_pending(b, session_setup_smb1_finish);

	if (b->words.n != 2 * WORDS_EXTENDED && b->words.n != 2 * WORDS_NT && b->words.n != 2 * WORDS_LANMAN)
		return false;
	p.offset = b->at;
	pending_add(c, &p, b->bytes_of_message);
	return true;
}

static void say_client_names(struct conn *c, const struct smb1_block *b, struct cursor *bytes, Ev__SmbSessionSetup *body)
{
	body->client_native_os = unless_empty(smb1_string(c, b, bytes));
	body->client_native_lan_manager = unless_empty(smb1_string(c, b, bytes));
}

/* [MS-SMB] 2.2.4.6.1 */
static void say_smb1_extended(struct conn *c, const struct smb1_block *b, Ev__SmbSessionSetup *body)
{
	struct cursor words = smb1_andx_words(b);
	struct cursor bytes = smb1_bytes(b);
	struct view token;

	cur_skip(&words, 10);	/* MaxBufferSize, MaxMpxCount, VcNumber, SessionKey */
	token = cur_take(&bytes, cur_u16le(&words));
	if (!cur_ok(&words) || !cur_ok(&bytes)) {
		conn_malformed(c, COUNT_SMB1_MALFORMED);
		return;
	}
	body->token = fact_token(c, token);
	say_client_names(c, b, &bytes, body);
}

/* The account and its password responses, as a token such as NTLMSSP would have carried. */
static Ev__AuthToken *raw_token(struct conn *c, struct view lm, struct view nt)
{
	Ev__AuthToken *token = arena_take(c->env->arena, sizeof(*token));
	Ev__NtlmAuthenticate *ntlm = arena_take(c->env->arena, sizeof(*ntlm));
	const char *kind = responses_kind(lm, nt, 0);

	if (token == NULL || ntlm == NULL)
		return NULL;
	ev__auth_token__init(token);
	ev__ntlm_authenticate__init(ntlm);
	token->mechanism = text_lend("ntlm");
	token->ntlm_authenticate = ntlm;
	FACT_SET(token, spnego, 0);
	ntlm->response = text_lend(kind);
	ntlm->lm_response = text_lend(responses_lm_kind(lm, nt, kind));
	if (nt.n > RESPONSES_V1_BYTES)
		FACT_SET(ntlm, lm_response_nonzero, responses_has_lm(lm));
	return token;
}

/* [MS-CIFS] 2.2.4.53.1; with WORDS_LANMAN there is one password and it is LAN Manager's. */
static void say_smb1_raw(struct conn *c, const struct smb1_block *b, Ev__SmbSessionSetup *body)
{
	struct cursor words = smb1_andx_words(b);
	struct cursor bytes = smb1_bytes(b);
	uint16_t lm_n, nt_n;
	struct view lm, nt;

	cur_skip(&words, 10);	/* MaxBufferSize, MaxMpxCount, VcNumber, SessionKey */
	lm_n = cur_u16le(&words);
	nt_n = b->words.n == 2 * WORDS_NT ? cur_u16le(&words) : 0;
	lm = cur_take(&bytes, lm_n);
	nt = cur_take(&bytes, nt_n);
	if (!cur_ok(&words) || !cur_ok(&bytes)) {
		conn_malformed(c, COUNT_SMB1_MALFORMED);
		return;
	}
	body->token = raw_token(c, lm, nt);
	if (body->token == NULL)
		return;
	body->token->ntlm_authenticate->user = smb1_string(c, b, &bytes);
	body->token->ntlm_authenticate->domain = unless_empty(smb1_string(c, b, &bytes));
	FACT_SET(body->token, anonymous, unless_empty(body->token->ntlm_authenticate->user) == NULL && lm_n <= 1 && nt_n == 0);
	say_client_names(c, b, &bytes, body);
}

static void say_smb1_client(struct conn *c, const struct pending *p, Ev__SmbSessionSetup *body)
{
	struct smb1_block b;

	if (p == NULL || !smb1_block_parse(pending_kept(p), p->offset, &b))
		return;
	if (b.words.n == 2 * WORDS_EXTENDED)
		say_smb1_extended(c, &b, body);
	else
		say_smb1_raw(c, &b, body);
}

/* [MS-CIFS] 2.2.4.53.2, [MS-SMB] 2.2.4.6.2 */
static bool say_smb1_server(struct conn *c, const struct answer *a, Ev__SmbSessionSetup *body)
{
	const struct smb1_block *b = a->block;
	struct cursor words = smb1_andx_words(b);
	struct cursor bytes = smb1_bytes(b);
	uint16_t action = cur_u16le(&words);
	struct view token = view_of(NULL, 0);

	if (b->words.n == 2 * WORDS_ANSWER_EXTENDED)
		token = cur_take(&bytes, cur_u16le(&words));
	if (!cur_ok(&words) || !cur_ok(&bytes))
		return false;
	if (a->status == STATUS_SUCCESS)
		FACT_SET(body, guest, (action & ACTION_GUEST) != 0);
	body->answer = fact_token(c, token);
	body->server_native_os = unless_empty(smb1_string(c, b, &bytes));
	body->server_native_lan_manager = unless_empty(smb1_string(c, b, &bytes));
	return true;
}

enum finish session_setup_smb1_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	Ev__SmbSessionSetup body = EV__SMB_SESSION_SETUP__INIT;

	if (is_worth_reading(a) && a->block != NULL && !say_smb1_server(c, a, &body))
		return FINISH_MALFORMED;
	say_smb1_client(c, p, &body);
	report(c, p, a, &body);
	return FINISH_DONE;
}

/* ---- logoff: no event, but the end of what the session held ---- */

bool session_setup_logoff_request(struct conn *c, const struct smb2_request *r)
{
	struct pending p = smb2_pending(r, session_setup_logoff_finish);

	pending_add(c, &p, view_of(NULL, 0));
	return true;
}

bool session_setup_smb1_logoff(struct conn *c, const struct smb1_block *b)
{
	struct pending p = smb1_pending(b, session_setup_logoff_finish);

	pending_add(c, &p, view_of(NULL, 0));
	return true;
}

enum finish session_setup_logoff_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	if (a != NULL && a->status == STATUS_SUCCESS)
		session_end(c, p != NULL ? p->session_id : a->session_id, a->time_ns);
	return FINISH_DONE;
}
