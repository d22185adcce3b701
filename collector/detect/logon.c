#include "collector/detect/logon.h"

#include "collector/detect/acts.h"
#include "collector/detect/coercion.h"
#include "collector/detect/detail.h"
#include "collector/detect/glob.h"
#include "collector/detect/guessing.h"
#include "collector/detect/rc4.h"
#include "collector/detect/sealed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STATUS_TEXT_BYTES = sizeof "0xc000006d" };

/* ---- the client's library ---- */

static const struct library *library_of(const struct feed *f, const struct session *x)
{
	return libraries_find(f->detect->libraries, x->library_facts | f->connection->library_facts);
}

/* A library that attack tools are built on is a step of its own, once. */
static void note_library(const struct feed *f, struct session *x)
{
	unsigned facts = x->library_facts | f->connection->library_facts;
	const struct library *library = library_of(f, x);
	if (!library || !library->is_tool || acts_find(x, "auth.client_library", NULL, NULL))
		return;
	json_t *detail = NULL, *names = json_array();
	for (unsigned bit = 1; bit && bit <= facts; bit <<= 1)
		if ((facts & bit) && libraries_fact(bit))
			json_array_append_new(names, json_string(libraries_fact(bit)));
	detail_put_text(&detail, "library", library->name);
	detail_put_text(&detail, "why", library->why);
	json_object_set_new(detail, "facts", names);
	struct act act = acts_of(f, "auth.client_library", detail, true);
	acts_add(f->detect, x, &act);
}

/* ---- negotiation ---- */

void logon_negotiate(const struct feed *f)
{
	const Ev__SmbNegotiate *body = f->event->smb_negotiate;
	struct connection *c = f->connection;
	/* Nobody negotiates in the middle of a session: the ports are used anew. */
	if (c->sessions || sessions_has_ended(c))
		sessions_restart(&f->detect->sessions, c);
	c->library_facts |= libraries_of_negotiate(body);
	if (body->dialect && strcmp(body->dialect, "2.???") != 0)
		snprintf(c->dialect, sizeof c->dialect, "%s", body->dialect);
}

/* ---- session setup ---- */

/* DOMAIN\user, or the user as sent where no domain was. */
static char *account_of(const char *domain, const char *user)
{
	char *account = NULL;
	if (!user || !user[0])
		return NULL;
	if (!domain || !domain[0])
		return strdup(user);
	return asprintf(&account, "%s\\%s", domain, user) < 0 ? NULL : account;
}

/* The account behind a token: as NTLM sends it, or whose Kerberos ticket it is, where the sensor could tell. */
static char *account_of_token(const Ev__AuthToken *token)
{
	if (token && token->ntlm_authenticate)
		return account_of(token->ntlm_authenticate->domain, token->ntlm_authenticate->user);
	if (token && token->kerberos)
		return account_of(token->kerberos->client_realm, token->kerberos->client);
	return NULL;
}

/* The row speaks of static words only, so that it may outlive the event. */
static const char *auth_word(const char *auth)
{
	static const char *const words[] = { "ntlm", "kerberos", "anonymous", "guest" };
	for (size_t i = 0; auth && i < sizeof words / sizeof words[0]; i++)
		if (strcmp(words[i], auth) == 0)
			return words[i];
	return NULL;
}

static void take_identity(struct session *x, const char *account, const char *workstation, const char *auth)
{
	if (account)
		feed_set_text(&x->account, account);
	if (workstation && workstation[0])
		feed_set_text(&x->workstation, workstation);
	if (auth_word(auth))
		x->row.auth = auth_word(auth);
	x->row.account = x->account;
	x->row.workstation = x->workstation;
}

static void take_facts(const struct feed *f, struct session *x)
{
	const Ev__SmbSessionSetup *body = f->event->smb_session_setup;
	x->library_facts |= libraries_of_setup(body);
	if (body->token && body->token->ntlm_authenticate)
		feed_set_text(&x->ntlm_target, body->token->ntlm_authenticate->target_name);
	if (body->dialect) {
		snprintf(x->dialect, sizeof x->dialect, "%s", body->dialect);
		x->row.dialect = x->dialect;
	}
}

static void logged_on(const struct feed *f, struct session *x)
{
	const Ev__SmbSessionSetup *body = f->event->smb_session_setup;
	json_t *detail = NULL;
	detail_put_text(&detail, "account", x->account);
	detail_put_text(&detail, "workstation", x->workstation);
	detail_put_text(&detail, "auth", x->row.auth);
	if (body->token && body->token->kerberos)
		detail_put_text(&detail, "account_by", body->token->kerberos->inferred_by);
	detail_put_text(&detail, "dialect", x->row.dialect);
	detail_put_text(&detail, "target_name", x->ntlm_target);
	detail_put_text(&detail, "client", library_of(f, x) ? library_of(f, x)->name : NULL);
	x->has_logon = true;
	struct act act = acts_of(f, "smb.logon", detail, true);
	acts_add(f->detect, x, &act);
	note_library(f, x);
	rc4_session(f, x);
	if (body->has_encrypt_data && body->encrypt_data)
		sealed_declared(f, x);
	guessing_success(f, x->account);
}

static void logon_failed(const struct feed *f, struct session *x, const char *account)
{
	json_t *detail = NULL;
	detail_put_text(&detail, "account", account);
	detail_put_text(&detail, "auth", auth_word(f->event->smb_session_setup->auth));
	detail_put_status(&detail, "status", f->event->status);
	struct act act = acts_of(f, "smb.logon.failed", detail, false);
	acts_add(f->detect, x, &act);
	if (catalogue_is_guess(f->detect->catalogue, f->event->status)) {
		char status[STATUS_TEXT_BYTES];
		snprintf(status, sizeof status, "0x%08x", f->event->status);
		guessing_failure(f, "smb.logon.failed", account, status);
	}
}

/* True if ${x} already belongs to someone else: then a new session begins under the old number. */
static bool is_other(const struct session *x, const char *account)
{
	return x->has_logon && account && (!x->account || !glob_equal(x->account, account));
}

void logon_session_setup(const struct feed *f)
{
	const Ev__SmbSessionSetup *body = f->event->smb_session_setup;
	bool is_final = body->has_final && body->final;
	char *sent = account_of(body->domain, body->account);
	char *account = sent ? strdup(sent) : account_of_token(body->token);
	uint64_t id = body->has_session_id ? body->session_id : 0;
	struct session *x = sessions_find(f->connection, id, false);
	if (x && is_final && feed_succeeded(f) && is_other(x, sent))
		sessions_forget(&f->detect->sessions, f->connection, id, false);
	if (is_final)
		coercion_logon(f, account);
	x = feed_session(f, id, false);
	if (x) {
		take_facts(f, x);
		if (is_final && feed_succeeded(f)) {
			take_identity(x, account, body->workstation, body->auth);
			logged_on(f, x);
		} else if (is_final && feed_refused(f)) {
			logon_failed(f, x, account);
		}
	}
	free(account);
	free(sent);
}

/* ---- RPC ---- */

static void take_token(const struct feed *f, struct session *x, const Ev__AuthToken *token)
{
	if (!token)
		return;
	const Ev__NtlmAuthenticate *ntlm = token->ntlm_authenticate;
	char *account = account_of_token(token);
	if (ntlm) {
		x->library_facts |= libraries_of_ntlm(ntlm);
		feed_set_text(&x->ntlm_target, ntlm->target_name);
	}
	take_identity(x, account, ntlm ? ntlm->workstation : NULL, token->anonymous ? "anonymous" : token->mechanism);
	note_library(f, x);
	rc4_session(f, x);
	free(account);
}

/* The server did not believe who the client says it is (inferred from its first answer). */
static void bind_failed(const struct feed *f, struct session *x, const Ev__AuthToken *token)
{
	char *account = account_of_token(token);
	json_t *detail = NULL;
	detail_put_text(&detail, "account", account);
	struct act act = acts_of(f, "rpc.logon.failed", detail, false);
	acts_add(f->detect, x, &act);
	guessing_failure(f, "rpc.logon.failed", account, NULL);
	free(account);
}

void logon_bind(const struct feed *f)
{
	const Ev__RpcBind *body = f->event->rpc_bind;
	bool is_pipe = strcmp(body->transport, "pipe") == 0;
	struct session *x = sessions_find(f->connection, is_pipe ? body->session_id : 0, !is_pipe);
	/* An association has one bind; a second one means that the ports are used anew. */
	if (!is_pipe && strcmp(body->pdu, "bind") == 0 && (x || sessions_has_ended(f->connection)))
		sessions_restart(&f->detect->sessions, f->connection);
	x = feed_session(f, is_pipe ? body->session_id : 0, !is_pipe);
	if (x && body->logon && strcmp(body->logon, "failure") == 0)
		bind_failed(f, x, body->token);
	else if (x && (!is_pipe || !x->account))
		take_token(f, x, body->token);
}

/* ---- Kerberos ---- */

void logon_kerberos(const struct feed *f)
{
	const Ev__KrbAs *body = f->event->krb_as;
	char *account = account_of(body->client_realm ? body->client_realm : body->realm, body->client);
	rc4_logon(f, account);
	if (body->has_error && catalogue_is_kerberos_guess(f->detect->catalogue, body->error))
		guessing_failure(f, "krb.logon.failed", account, body->error_name);
	else if (!body->has_error && body->has_ticket_etype)
		guessing_success(f, account);
	free(account);
}
