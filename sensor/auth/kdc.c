#include "sensor/auth/kdc.h"

#include "sensor/auth/tickets.h"

#include <string.h>
#include <strings.h>

enum { S4U2PROXY = 0x00020000 };	/* [MS-SFU] 2.2.3: cname-in-addl-tkt, bit 14 */

#define SET(m, f, v) ((m)->has_##f = 1, (m)->f = (v))

/* Both halves of one exchange; NULL where one was not seen. */
struct halves {
	struct env *env;
	const struct parties *parties;
	const struct krb_message *asked, *answered;
	int64_t now_ns;
};

bool kdc_answers(enum krb_type request, enum krb_type answer)
{
	return answer == KRB_ERROR || (request == KRB_AS_REQ && answer == KRB_AS_REP) ||
	       (request == KRB_TGS_REQ && answer == KRB_TGS_REP);
}

/* ---- fields both events have ---- */

static bool is_reply(const struct krb_message *m)
{
	return m != NULL && m->type != KRB_ERROR;
}

static char *text_or_none(struct arena *a, struct view bytes)
{
	return bytes.n > 0 ? text_of_bytes(a, bytes) : NULL;
}

static int32_t *numbers(struct arena *a, const struct krb_list *list, size_t *n_out)
{
	int32_t *copy = arena_get(a, list->n * sizeof(*copy));

	for (size_t i = 0; copy != NULL && i < list->n; i++)
		copy[i] = list->of[i];
	*n_out = copy != NULL ? list->n : 0;
	return copy;
}

static char **padata_names(struct arena *a, const struct krb_list *list, size_t *n_out)
{
	char **names = arena_get(a, list->n * sizeof(*names));

	for (size_t i = 0; names != NULL && i < list->n; i++)
		names[i] = krb_padata_name(a, list->of[i]);
	*n_out = names != NULL ? list->n : 0;
	return names;
}

static char *error_name(struct arena *a, int32_t code)
{
	const char *name = krb_error_name(code);

	return name != NULL ? text_copy(a, name) : NULL;
}

/* NetBIOS pads names with blanks. */
static struct view trimmed(struct view name)
{
	while (name.n > 0 && view_equals(view_after(name, name.n - 1), view_of(" ", 1)))
		name.n--;
	return name;
}

static void emit(struct halves *h, Ev__Event *e, const struct kdc_exchange *x)
{
	Ev__Endpoint client = h->parties->client, server = h->parties->server;

	e->time = x->request.n > 0 ? x->time_ns : x->answer_ns;
	if (x->answer.n > 0)
		SET(e, response_time, x->answer_ns);
	e->community_id = text_lend(h->parties->community_id);
	e->client = &client;
	e->server = &server;
	if (h->env->arena->full)
		count(h->env->counts, COUNT_ARENA_FULL);
	else
		h->env->emit(h->env->emit_ctx, e);
}

/* ---- what is remembered ---- */

static const char *or_empty(const char *text)
{
	return text != NULL ? text : "";
}

static struct view client_address(const struct halves *h)
{
	return view_of(h->parties->client.ip.data, h->parties->client.ip.len);
}

static void remember(const struct halves *h, uint64_t id, const struct ticket_facts *facts)
{
	const struct ticket_issue issue = {
		.id = id, .address = client_address(h), .until_ns = h->asked != NULL ? h->asked->till_ns : 0,
	};

	if (h->env->tickets != NULL)
		tickets_note(h->env->tickets, &issue, facts, h->now_ns);
}

/* A reply names the client and the ticket, which is ${id}; ${requester} is who asked, NULL when that is the client. */
static void remember_reply(const struct halves *h, uint64_t id, const char *client, const char *client_realm, const char *requester)
{
	const struct krb_ticket *ticket = &h->answered->ticket;
	struct arena *a = h->env->arena;
	struct ticket_facts facts = {
		.client = or_empty(client),
		.client_realm = or_empty(client_realm),
		.requester = or_empty(requester),
		.service = or_empty(krb_name_text(a, &ticket->service)),
		.realm = or_empty(text_of_bytes(a, ticket->realm)),
	};

	remember(h, id, &facts);
}

/* The answer was not seen: what was asked for will be shown by who asked, unless they spoke for somebody else. */
static void remember_request(const struct halves *h, const struct ticket_facts *tgt, const char *service, const char *realm)
{
	struct ticket_facts facts = { tgt->client, tgt->client_realm, "", or_empty(service), or_empty(realm) };

	if (h->asked->for_user.n == 0 && (h->asked->options & S4U2PROXY) == 0)
		remember(h, 0, &facts);
}

/* Whose ticket the request shows; NULL when that is not known. */
static const struct ticket_facts *shown_by(const struct halves *h)
{
	if (h->asked == NULL || h->asked->shown.cipher.n == 0 || h->env->tickets == NULL)
		return NULL;
	return tickets_of_id(h->env->tickets, krb_ticket_id(&h->asked->shown), h->now_ns);
}

/* ---- AS exchange ---- */

static void say_as_request(struct arena *a, const struct krb_message *m, Ev__KrbAs *body)
{
	static const int32_t plain[] = { 2, 16, 136, 138, 151 };	/* timestamp, PKINIT, FAST, encrypted challenge, SPAKE */
	bool has_preauth = false;

	body->client = krb_name_text(a, &m->client);
	body->realm = text_or_none(a, m->realm);
	body->service = krb_name_text(a, &m->service);
	body->offered_etypes = numbers(a, &m->etypes, &body->n_offered_etypes);
	body->preauth_types = padata_names(a, &m->padata, &body->n_preauth_types);
	for (size_t i = 0; i < m->padata.n; i++)
		for (size_t j = 0; j < sizeof(plain) / sizeof(plain[0]); j++)
			has_preauth = has_preauth || m->padata.of[i] == plain[j];
	SET(body, preauth, has_preauth);
	if (m->has_preauth_etype)
		SET(body, preauth_etype, m->preauth_etype);
	SET(body, kdc_options, m->options);
	if (m->from_ns != 0)
		SET(body, from, m->from_ns);
	if (m->till_ns != 0)
		SET(body, till, m->till_ns);
	body->workstation = text_or_none(a, trimmed(m->workstation));
}

static void say_as_answer(struct arena *a, const struct krb_message *m, Ev__KrbAs *body)
{
	body->client_realm = text_or_none(a, m->client_realm);
	if (m->type == KRB_ERROR) {
		SET(body, error, m->error);
		body->error_name = error_name(a, m->error);
		body->server_etypes = numbers(a, &m->etypes, &body->n_server_etypes);
		return;
	}
	body->client = krb_name_text(a, &m->client);
	if (body->service == NULL)
		body->service = krb_name_text(a, &m->ticket.service);
	if (body->realm == NULL)
		body->realm = text_or_none(a, m->ticket.realm);
	SET(body, ticket_etype, m->ticket.etype);
	SET(body, reply_etype, m->reply_etype);
	SET(body, ticket_id, krb_ticket_id(&m->ticket));
}

static void report_as(struct halves *h, const struct kdc_exchange *x)
{
	Ev__KrbAs body = EV__KRB_AS__INIT;
	Ev__Event e = EV__EVENT__INIT;

	if (h->asked != NULL)
		say_as_request(h->env->arena, h->asked, &body);
	if (h->answered != NULL)
		say_as_answer(h->env->arena, h->answered, &body);
	if (is_reply(h->answered))
		remember_reply(h, body.ticket_id, body.client, body.client_realm, NULL);
	e.body_case = EV__EVENT__BODY_KRB_AS;
	e.krb_as = &body;
	emit(h, &e, x);
}

/* ---- TGS exchange ---- */

/* user@REALM */
static char *user_at_realm(struct arena *a, const struct krb_name *name, struct view realm)
{
	char *user = krb_name_text(a, name);
	size_t used = user != NULL ? strlen(user) : 0;
	uint8_t *joined = user != NULL ? arena_get(a, used + 1 + realm.n) : NULL;

	if (joined == NULL)
		return NULL;
	view_copy(joined, used, view_of(user, used));
	joined[used++] = '@';
	used += view_copy(joined + used, realm.n, realm);
	return text_of_bytes(a, view_of(joined, used));
}

static void say_tgs_request(struct arena *a, const struct krb_message *m, Ev__KrbTgs *body)
{
	body->realm = text_or_none(a, m->realm);
	body->service = krb_name_text(a, &m->service);
	body->offered_etypes = numbers(a, &m->etypes, &body->n_offered_etypes);
	body->preauth_types = padata_names(a, &m->padata, &body->n_preauth_types);
	SET(body, kdc_options, m->options);
	if (m->from_ns != 0)
		SET(body, from, m->from_ns);
	if (m->till_ns != 0)
		SET(body, till, m->till_ns);
	if (m->for_user.n > 0)
		body->for_user = user_at_realm(a, &m->for_user, m->for_user_realm);
	if (m->shown.cipher.n > 0)
		SET(body, tgt_etype, m->shown.etype);
}

static bool same_name(const struct krb_name *a, const struct krb_name *b)
{
	size_t i = 0;

	while (i < a->n && i < b->n && view_equals(a->part[i], b->part[i]))
		i++;
	return i == a->n && i == b->n;
}

/* True if the reply hides who asked behind the anonymous name (RFC 6112 3), as a client may want in FAST (RFC 6113 5.4.2). */
static bool hides_client(const struct krb_message *m)
{
	static const char well_known[] = "WELLKNOWN", anonymous[] = "ANONYMOUS";

	return is_reply(m) && m->client.n == 2 && view_equals(m->client.part[0], view_of(well_known, sizeof(well_known) - 1)) &&
	       view_equals(m->client.part[1], view_of(anonymous, sizeof(anonymous) - 1));
}

/* Who asked, when the reply does not say: whose ticket the request shows, unless they spoke for somebody else. */
static void say_hidden_client(struct arena *a, const struct halves *h, const struct ticket_facts *tgt, Ev__KrbTgs *body)
{
	if (tgt == NULL || h->asked->for_user.n > 0 || (h->asked->options & S4U2PROXY) != 0)
		return;
	body->client = text_copy(a, tgt->client);
	body->client_realm = text_copy(a, tgt->client_realm);
}

static void say_tgs_answer(struct arena *a, const struct halves *h, Ev__KrbTgs *body)
{
	const struct krb_message *m = h->answered;

	body->client_realm = text_or_none(a, m->client_realm);
	if (m->type == KRB_ERROR) {
		SET(body, error, m->error);
		body->error_name = error_name(a, m->error);
		return;
	}
	if (hides_client(m))
		body->client_realm = NULL;
	else
		body->client = krb_name_text(a, &m->client);
	if (h->asked == NULL)
		body->service = krb_name_text(a, &m->ticket.service);
	else if (!same_name(&h->asked->service, &m->ticket.service))
		body->ticket_service = krb_name_text(a, &m->ticket.service);
	if (body->realm == NULL)
		body->realm = text_or_none(a, m->ticket.realm);
	SET(body, ticket_etype, m->ticket.etype);
	SET(body, reply_etype, m->reply_etype);
	SET(body, ticket_id, krb_ticket_id(&m->ticket));
}

static void report_tgs(struct halves *h, const struct kdc_exchange *x)
{
	const struct ticket_facts *tgt = shown_by(h);
	struct arena *a = h->env->arena;
	Ev__KrbTgs body = EV__KRB_TGS__INIT;
	Ev__Event e = EV__EVENT__INIT;

	if (h->asked != NULL)
		say_tgs_request(a, h->asked, &body);
	if (h->answered != NULL)
		say_tgs_answer(a, h, &body);
	if (hides_client(h->answered))
		say_hidden_client(a, h, tgt, &body);
	if (tgt != NULL)
		body.requester = text_copy(a, tgt->client);
	e.body_case = EV__EVENT__BODY_KRB_TGS;
	e.krb_tgs = &body;
	emit(h, &e, x);
	if (is_reply(h->answered) && body.client != NULL)
		remember_reply(h, body.ticket_id, body.client, body.client_realm,
			       body.requester != NULL && strcasecmp(body.requester, body.client) != 0 ? body.requester : NULL);
	else if (h->answered == NULL && tgt != NULL)
		remember_request(h, tgt, body.service, body.realm);
}

/* ---- either ---- */

void kdc_report(struct env *env, const struct parties *parties, const struct kdc_exchange *x)
{
	struct krb_message asked, answered;
	struct halves h = { .env = env, .parties = parties, .now_ns = x->answer.n > 0 ? x->answer_ns : x->time_ns };
	enum krb_type type = KRB_ERROR;

	if (x->answer.n > 0 && krb_parse(x->answer, &answered)) {
		h.answered = &answered;
		type = answered.type;
	}
	if (x->request.n > 0 && krb_parse(x->request, &asked)) {
		h.asked = &asked;
		type = asked.type;
	}
	count_n(env->counts, COUNT_KRB_UNANSWERED, h.answered == NULL);
	count_n(env->counts, COUNT_KRB_UNASKED, h.asked == NULL);
	if (type == KRB_AS_REQ || type == KRB_AS_REP)
		report_as(&h, x);
	else if (type != KRB_ERROR)
		report_tgs(&h, x);
}
