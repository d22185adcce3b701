#include "collector/wire.h"

#include "proto/codec.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { HOST_BYTES = 256 };	/* a DNS name has at most 253 */

struct look {
	const struct origin *from;
	const Ev__Event *event;
	const struct wire_sink *sink;
	char client[CODEC_ADDRESS_BYTES], server[CODEC_ADDRESS_BYTES];
};

static bool succeeded(const Ev__Event *e)
{
	return e->has_status && e->status == 0;
}

/* ${user} NULL: nobody is named. A logon that failed makes the host nobody. */
static void tell_logon(const struct look *l, enum wire_kind kind, const char *domain, const char *user)
{
	char account[2 * HOST_BYTES] = "";
	bool has_domain = domain != NULL && domain[0] != '\0';
	if (user != NULL && user[0] != '\0' && (!l->event->has_status || succeeded(l->event)))
		snprintf(account, sizeof account, "%s%s%s", has_domain ? domain : "", has_domain ? "\\" : "", user);
	struct store_wire_logon w = { l->from->site_id, kind, l->client, (uint16_t)l->event->client->port, l->server, l->event->time,
				      account[0] != '\0' ? account : NULL };
	l->sink->logon(l->sink->ctx, &w);
}

/* ---- names ---- */

static bool is_name(const char *host)
{
	unsigned char bytes[sizeof(struct in6_addr)];
	return host[0] != '\0' && inet_pton(AF_INET, host, bytes) != 1 && inet_pton(AF_INET6, host, bytes) != 1;
}

static void tell_name(const struct look *l, const char *host, const char *how)
{
	struct store_host_name n = { l->server, host, how };
	if (host != NULL && is_name(host))
		l->sink->name(l->sink->ctx, l->from->site_id, &n);
}

/* The host between ${begin} and the next of ${ends}. */
static void tell_part(const struct look *l, const char *begin, const char *ends, const char *how)
{
	char host[HOST_BYTES];
	size_t n = strcspn(begin, ends);
	if (n >= sizeof host)
		return;
	snprintf(host, sizeof host, "%.*s", (int)n, begin);
	tell_name(l, host, how);
}

/* "cifs/fs1.lab.example", "cifs/fs1:445@LAB": the ticket was taken, so the server holds that name's key. */
static void tell_service(const struct look *l, const char *service)
{
	const char *slash = service != NULL ? strchr(service, '/') : NULL;
	if (slash != NULL)
		tell_part(l, slash + 1, "/:@", "spn");
}

/* A server outside a domain calls itself one: [MS-NLMP] 2.2.2.1 MsvAvNbDomainName, MsvAvDnsDomainName. */
static void tell_domain(const struct look *l, const Ev__NtlmChallenge *c)
{
	const char *netbios = c->nb_domain_name, *dns = c->dns_domain_name;
	bool has_both = netbios != NULL && netbios[0] != '\0' && dns != NULL && dns[0] != '\0';
	if (!has_both || strcasecmp(netbios, dns) == 0)
		return;
	bool is_alone = c->nb_computer_name != NULL && strcasecmp(c->nb_computer_name, netbios) == 0;
	struct store_domain_claim claim = { l->server, netbios, dns };
	if (!is_alone)
		l->sink->domain(l->sink->ctx, l->from->site_id, &claim);
}

static void tell_token(const struct look *l, const Ev__AuthToken *token)
{
	if (token == NULL)
		return;
	if (token->ntlm_challenge != NULL) {
		tell_name(l, token->ntlm_challenge->dns_computer_name, "ntlm");
		tell_name(l, token->ntlm_challenge->nb_computer_name, "ntlm");
		tell_domain(l, token->ntlm_challenge);
	}
	if (token->kerberos != NULL && succeeded(l->event))
		tell_service(l, token->kerberos->service);
}

/* ---- events ---- */

static bool is_somebodys(const struct look *l)
{
	const Ev__SmbSessionSetup *body = l->event->smb_session_setup;
	bool is_anonymous = body->has_anonymous && body->anonymous, is_binding = body->has_binding && body->binding;
	return succeeded(l->event) && !is_anonymous && !is_binding;
}

static void session_setup(const struct look *l)
{
	const Ev__SmbSessionSetup *body = l->event->smb_session_setup;
	tell_token(l, body->token);
	tell_token(l, body->answer);
	if (body->has_final && body->final && l->event->has_status)
		tell_logon(l, is_somebodys(l) ? WIRE_SMB : WIRE_NOBODY, body->domain, body->account);
}

/* \\HOST\SHARE: what the client calls the server. */
static void tree_connect(const struct look *l)
{
	const char *path = l->event->smb_tree_connect->path;
	if (succeeded(l->event) && path != NULL && strncmp(path, "\\\\", 2) == 0)
		tell_part(l, path + 2, "\\", "unc");
}

/* A context that only alters an association logs on to nothing new. */
static void rpc_bind(const struct look *l)
{
	const Ev__RpcBind *body = l->event->rpc_bind;
	tell_token(l, body->token);
	tell_token(l, body->answer);
	if (strcmp(body->transport, "tcp") == 0 && strcmp(body->pdu, "alter_context") != 0 && body->has_auth_type)
		tell_logon(l, WIRE_RPC, NULL, NULL);
}

static void kerberos(const struct look *l)
{
	tell_logon(l, WIRE_KERBEROS, NULL, NULL);
}

static void service_ticket(const struct look *l)
{
	tell_service(l, l->event->krb_ap->service);
}

void wire_look(const struct origin *from, const Ev__Event *event, const struct wire_sink *sink)
{
	static const struct {
		Ev__Event__BodyCase body;
		void (*look)(const struct look *l);
	} rows[] = {
		{ EV__EVENT__BODY_SMB_SESSION_SETUP, session_setup }, { EV__EVENT__BODY_SMB_TREE_CONNECT, tree_connect },
		{ EV__EVENT__BODY_RPC_BIND, rpc_bind },		      { EV__EVENT__BODY_KRB_AS, kerberos },
		{ EV__EVENT__BODY_KRB_TGS, kerberos },		      { EV__EVENT__BODY_KRB_AP, service_ticket },
	};
	struct look l = { .from = from, .event = event, .sink = sink };
	if (!codec_address(event->client, l.client) || !codec_address(event->server, l.server))
		return;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].body == event->body_case)
			rows[i].look(&l);
}
