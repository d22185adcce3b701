#include "sensor/auth/shown.h"

#include "sensor/auth/tickets.h"

/* The tokens of an event that may show a ticket. */
struct carried {
	Ev__AuthToken *token, *answer;
	const char *transport;
	bool has_session_id;
	uint64_t session_id;
};

static struct carried carried_by(const Ev__Event *e)
{
	if (e->body_case == EV__EVENT__BODY_SMB_SESSION_SETUP) {
		const Ev__SmbSessionSetup *b = e->smb_session_setup;

		return (struct carried){ b->token, b->answer, "smb", b->has_session_id, b->session_id };
	}
	if (e->body_case == EV__EVENT__BODY_RPC_BIND) {
		const Ev__RpcBind *b = e->rpc_bind;

		return (struct carried){ b->token, b->answer, "rpc", b->has_session_id, b->session_id };
	}
	return (struct carried){ .token = NULL };
}

static char *copy_known(struct arena *a, const char *text)
{
	return text[0] != '\0' ? text_copy(a, text) : NULL;
}

void shown_complete(const struct env *env, const Ev__Event *event)
{
	struct carried c = carried_by(event);
	Ev__KerberosApReq *m = c.token != NULL ? c.token->kerberos : NULL;
	const struct ticket_facts *facts;
	const char *how = "ticket";

	if (m == NULL || env->tickets == NULL)
		return;
	facts = tickets_of_id(env->tickets, m->ticket_id, event->time);
	if (facts == NULL && m->service != NULL && m->realm != NULL) {
		how = "service";
		facts = tickets_of_service(env->tickets, view_of(event->client->ip.data, event->client->ip.len), m->service, m->realm,
					   event->time);
	}
	if (facts == NULL)
		return;
	m->client = copy_known(env->arena, facts->client);
	m->client_realm = copy_known(env->arena, facts->client_realm);
	m->requester = copy_known(env->arena, facts->requester);
	m->inferred_by = text_copy(env->arena, how);
}

bool shown_event(const Ev__Event *event, Ev__Event *out, Ev__KrbAp *body)
{
	struct carried c = carried_by(event);
	const Ev__KerberosApReq *m = c.token != NULL ? c.token->kerberos : NULL;

	if (m == NULL)
		return false;
	ev__krb_ap__init(body);
	body->has_session_id = c.has_session_id;
	body->session_id = c.session_id;
	body->realm = m->realm;
	body->service = m->service;
	body->has_ticket_etype = m->has_etype;
	body->ticket_etype = m->etype;
	body->has_authenticator_etype = m->has_authenticator_etype;
	body->authenticator_etype = m->authenticator_etype;
	body->client = m->client;
	body->client_realm = m->client_realm;
	body->has_inferred = body->inferred = m->client != NULL;
	body->inferred_by = m->inferred_by;
	body->has_ticket_id = m->has_ticket_id;
	body->ticket_id = m->ticket_id;
	body->requester = m->requester;
	body->transport = (char *)(uintptr_t)c.transport;
	if (c.answer != NULL && c.answer->has_kerberos_error) {
		body->has_error = true;
		body->error = c.answer->kerberos_error;
		body->error_name = c.answer->kerberos_error_name;
	}
	*out = *event;
	out->body_case = EV__EVENT__BODY_KRB_AP;
	out->krb_ap = body;
	return true;
}
