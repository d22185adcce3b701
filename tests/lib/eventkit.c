#include "tests/lib/eventkit.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EVENT_STEP_NS = 1000000 };

/* ---- memory of the kit ---- */

static void *own(struct eventkit *k, void *block)
{
	assert(block);
	if (k->n_owned == k->cap_owned) {
		k->cap_owned = k->cap_owned ? 2 * k->cap_owned : 256;
		k->owned = realloc(k->owned, k->cap_owned * sizeof *k->owned);
		assert(k->owned);
	}
	k->owned[k->n_owned++] = block;
	return block;
}

static void *get(struct eventkit *k, size_t n)
{
	return own(k, calloc(1, n));
}

static char *text(struct eventkit *k, const char *s)
{
	return s ? own(k, strdup(s)) : NULL;
}

struct eventkit *eventkit_new(void)
{
	struct eventkit *k = calloc(1, sizeof *k);
	assert(k);
	*k = (struct eventkit){ .seq = 1, .time_ns = EVENTKIT_START_NS, .client = "10.0.0.5", .server = "10.0.0.9",
				.client_port = 50000, .server_port = 445, .session_id = 0x400000000001, .has_response = true };
	return k;
}

void eventkit_free(struct eventkit *k)
{
	for (size_t i = 0; i < k->n_owned; i++)
		free(k->owned[i]);
	free(k->owned);
	free(k);
}

/* ---- events ---- */

static Ev__Endpoint *endpoint(struct eventkit *k, const char *address, uint32_t port)
{
	Ev__Endpoint *e = get(k, sizeof *e);
	ev__endpoint__init(e);
	int family = strchr(address, ':') ? AF_INET6 : AF_INET;
	e->ip.len = family == AF_INET6 ? 16 : 4;
	e->ip.data = get(k, e->ip.len);
	int ok = inet_pton(family, address, e->ip.data);
	assert(ok == 1);
	(void)ok;
	e->port = port;
	return e;
}

Ev__Event *eventkit_event(struct eventkit *k, int status)
{
	Ev__Event *e = get(k, sizeof *e);
	char id[64];
	ev__event__init(e);
	snprintf(id, sizeof id, "1:%s:%u-%s:%u", k->client, k->client_port, k->server, k->server_port);
	e->seq = k->seq++;
	e->time = k->time_ns;
	e->community_id = text(k, id);
	e->client = endpoint(k, k->client, k->client_port);
	e->server = endpoint(k, k->server, k->server_port);
	if (k->has_response) {
		e->has_response_time = e->has_status = true;
		e->response_time = k->time_ns + EVENT_STEP_NS / 2;
		e->status = (uint32_t)status;
	}
	k->time_ns += EVENT_STEP_NS;
	return e;
}

/* Begin an event with a body of the kind ${type}: sets e and body. */
#define BEGIN(kind, Type, member, status)                          \
	Ev__Event *e = eventkit_event(k, status);                  \
	Ev__##Type *body = get(k, sizeof *body);                   \
	ev__##kind##__init(body);                                  \
	e->body_case = EV__EVENT__BODY_##member;                   \
	e->kind = body

#define BEGIN_IN_SESSION(kind, Type, member, status)               \
	BEGIN(kind, Type, member, status);                         \
	body->has_session_id = true;                               \
	body->session_id = k->session_id

Ev__Event *eventkit_negotiate(struct eventkit *k, const char *dialect, const char *client_guid)
{
	BEGIN(smb_negotiate, SmbNegotiate, SMB_NEGOTIATE, STATUS_OK);
	body->dialect = text(k, dialect);
	if (client_guid) {
		body->has_client_guid = true;
		body->client_guid.len = 16;
		body->client_guid.data = get(k, 16);
		memcpy(body->client_guid.data, client_guid, 16);
	}
	return e;
}

Ev__Event *eventkit_logon(struct eventkit *k, const char *domain, const char *user, int status)
{
	BEGIN_IN_SESSION(smb_session_setup, SmbSessionSetup, SMB_SESSION_SETUP, status);
	body->domain = text(k, domain);
	body->account = text(k, user);
	body->auth = text(k, user ? "ntlm" : "kerberos");
	body->has_final = body->final = true;
	return e;
}

Ev__Event *eventkit_ticket_logon(struct eventkit *k, const char *client)
{
	Ev__Event *e = eventkit_logon(k, NULL, NULL, STATUS_OK);
	Ev__AuthToken *token = get(k, sizeof *token);
	ev__auth_token__init(token);
	token->kerberos = get(k, sizeof *token->kerberos);
	ev__kerberos_ap_req__init(token->kerberos);
	token->kerberos->client = text(k, client);
	token->kerberos->client_realm = text(k, client ? "LAB.TEST" : NULL);
	token->kerberos->inferred_by = text(k, client ? "ticket" : NULL);
	e->smb_session_setup->token = token;
	return e;
}

Ev__Event *eventkit_krb_as(struct eventkit *k, const char *client, const int32_t *offered)
{
	BEGIN(krb_as, KrbAs, KRB_AS, STATUS_OK);
	body->client = text(k, client);
	body->realm = body->client_realm = text(k, "LAB.TEST");
	while (offered[body->n_offered_etypes])
		body->n_offered_etypes++;
	body->offered_etypes = get(k, body->n_offered_etypes * sizeof *offered);
	memcpy(body->offered_etypes, offered, body->n_offered_etypes * sizeof *offered);
	body->has_preauth = body->preauth = true;
	body->has_preauth_etype = body->has_reply_etype = body->has_ticket_etype = true;
	body->preauth_etype = body->reply_etype = offered[0];
	body->ticket_etype = 18;
	return e;
}

Ev__Event *eventkit_tree(struct eventkit *k, const char *share, int status)
{
	BEGIN_IN_SESSION(smb_tree_connect, SmbTreeConnect, SMB_TREE_CONNECT, status);
	char path[256];
	snprintf(path, sizeof path, "\\\\%s\\%s", k->server, share);
	body->path = text(k, path);
	body->share = text(k, share);
	return e;
}

Ev__Event *eventkit_create(struct eventkit *k, const char *share, const char *path, int status)
{
	BEGIN_IN_SESSION(smb_create, SmbCreate, SMB_CREATE, status);
	body->share = text(k, share);
	body->path = text(k, path);
	return e;
}

Ev__Event *eventkit_pipe(struct eventkit *k, const char *name)
{
	Ev__Event *e = eventkit_create(k, NULL, name, STATUS_OK);
	e->smb_create->has_is_pipe = e->smb_create->is_pipe = true;
	return e;
}

Ev__Event *eventkit_pipe_closed(struct eventkit *k, const char *name, uint64_t bytes_to_server)
{
	BEGIN_IN_SESSION(smb_pipe, SmbPipe, SMB_PIPE, STATUS_OK);
	body->name = text(k, name);
	body->bytes_to_server = bytes_to_server;
	return e;
}

Ev__Event *eventkit_transfer(struct eventkit *k, const char *share, const char *path, const char *direction, uint64_t bytes,
			     const char *kind)
{
	BEGIN_IN_SESSION(smb_transfer, SmbTransfer, SMB_TRANSFER, STATUS_OK);
	body->share = text(k, share);
	body->path = text(k, path);
	body->direction = text(k, direction);
	body->bytes = bytes;
	body->complete = true;
	body->kind = text(k, kind);
	return e;
}

Ev__Event *eventkit_delete(struct eventkit *k, const char *share, const char *path)
{
	BEGIN_IN_SESSION(smb_delete, SmbDelete, SMB_DELETE, STATUS_OK);
	body->share = text(k, share);
	body->path = text(k, path);
	return e;
}

Ev__Event *eventkit_rename(struct eventkit *k, const char *share, const char *path, const char *new_path)
{
	BEGIN_IN_SESSION(smb_rename, SmbRename, SMB_RENAME, STATUS_OK);
	body->share = text(k, share);
	body->path = text(k, path);
	body->new_path = text(k, new_path);
	return e;
}

Ev__Event *eventkit_link(struct eventkit *k, const char *share, const char *path, const char *new_path)
{
	BEGIN_IN_SESSION(smb_link, SmbLink, SMB_LINK, STATUS_OK);
	body->share = text(k, share);
	body->path = text(k, path);
	body->new_path = text(k, new_path);
	body->form = text(k, "hard");
	return e;
}

Ev__Event *eventkit_copy(struct eventkit *k, const char *share, const char *path, const char *source_share, const char *source)
{
	BEGIN_IN_SESSION(smb_copy, SmbCopy, SMB_COPY, STATUS_OK);
	body->share = text(k, share);
	body->path = text(k, path);
	body->source_share = text(k, source_share);
	body->source_path = text(k, source);
	body->by = text(k, "copychunk");
	return e;
}

Ev__Event *eventkit_encrypted(struct eventkit *k, uint64_t messages, bool final)
{
	BEGIN_IN_SESSION(smb_encrypted, SmbEncrypted, SMB_ENCRYPTED, STATUS_OK);
	body->messages_to_server = messages;
	body->bytes_to_server = messages * 100;
	body->final = final;
	return e;
}

Ev__Event *eventkit_flow_summary(struct eventkit *k)
{
	BEGIN(flow_summary, FlowSummary, FLOW_SUMMARY, STATUS_OK);
	body->protocol = text(k, "smb");
	return e;
}

Ev__Event *eventkit_flow_two_signs(struct eventkit *k, const char *first, const char *second)
{
	static char *signs[2];
	Ev__Event *e = eventkit_flow_summary(k);
	signs[0] = text(k, first);
	signs[1] = text(k, second);
	e->flow_summary->signs = signs;
	e->flow_summary->n_signs = (first != NULL) + (second != NULL);
	return e;
}

Ev__Event *eventkit_flow_signs(struct eventkit *k, const char *sign)
{
	return eventkit_flow_two_signs(k, sign, NULL);
}

Ev__Event *eventkit_bind(struct eventkit *k, const char *transport, const char *user)
{
	BEGIN_IN_SESSION(rpc_bind, RpcBind, RPC_BIND, STATUS_OK);
	body->transport = text(k, transport);
	body->pdu = text(k, "bind");
	if (user) {
		body->token = get(k, sizeof *body->token);
		ev__auth_token__init(body->token);
		body->token->mechanism = text(k, "ntlm");
		body->token->ntlm_authenticate = get(k, sizeof *body->token->ntlm_authenticate);
		ev__ntlm_authenticate__init(body->token->ntlm_authenticate);
		body->token->ntlm_authenticate->user = text(k, user);
	}
	return e;
}

Ev__Event *eventkit_call(struct eventkit *k, const char *transport, const char *interface, const char *operation)
{
	BEGIN_IN_SESSION(rpc_call, RpcCall, RPC_CALL, STATUS_OK);
	body->transport = text(k, transport);
	body->interface = text(k, interface);
	body->operation = text(k, operation);
	return e;
}

static Ev__RpcArgument *argument(struct eventkit *k, Ev__Event *e, const char *name)
{
	Ev__RpcCall *call = e->rpc_call;
	Ev__RpcArgument **args = get(k, (call->n_args + 1) * sizeof(Ev__RpcArgument *));
	if (call->n_args)
		memcpy(args, call->args, call->n_args * sizeof(Ev__RpcArgument *));
	Ev__RpcArgument *a = get(k, sizeof *a);
	ev__rpc_argument__init(a);
	a->name = text(k, name);
	args[call->n_args++] = a;
	call->args = args;
	return a;
}

void eventkit_text(struct eventkit *k, Ev__Event *e, const char *name, const char *value)
{
	argument(k, e, name)->text = text(k, value);
}

void eventkit_number(struct eventkit *k, Ev__Event *e, const char *name, uint64_t value)
{
	Ev__RpcArgument *a = argument(k, e, name);
	a->has_number = true;
	a->number = value;
}

void eventkit_return(Ev__Event *e, uint32_t code)
{
	e->rpc_call->has_return_code = true;
	e->rpc_call->return_code = code;
}

/* ---- what was told ---- */

static char *copy(const char *s)
{
	return s ? strdup(s) : NULL;
}

static void release(const char *s)
{
	free((void *)(uintptr_t)s);
}

static bool same_key(const struct event_key *a, const struct event_key *b)
{
	return a->sensor_id == b->sensor_id && a->epoch == b->epoch && a->seq == b->seq;
}

static void copy_access(struct access *to, const struct access *from)
{
	*to = *from;
	to->site = copy(from->site);
	to->source = copy(from->source);
	to->destination = copy(from->destination);
	to->account = copy(from->account);
	to->workstation = copy(from->workstation);
	to->auth = copy(from->auth);
	to->dialect = copy(from->dialect);
	to->community_id = copy(from->community_id);
}

static void free_access(struct access *a)
{
	release(a->site);
	release(a->source);
	release(a->destination);
	release(a->account);
	release(a->workstation);
	release(a->auth);
	release(a->dialect);
	release(a->community_id);
}

static struct told_access *find_access(struct told *t, const struct event_key *key)
{
	for (size_t i = 0; i < t->n; i++)
		if (same_key(&t->accesses[i].row.key, key))
			return &t->accesses[i];
	return NULL;
}

static void on_access(void *ctx, const struct access *row)
{
	struct told *t = ctx;
	struct told_access *a = find_access(t, &row->key);
	t->n_calls++;
	if (!a) {
		t->accesses = realloc(t->accesses, (t->n + 1) * sizeof *t->accesses);
		assert(t->accesses);
		a = &t->accesses[t->n++];
		*a = (struct told_access){ 0 };
	}
	free_access(&a->row);
	copy_access(&a->row, row);
}

static void on_step(void *ctx, const struct access *of, const struct step *row)
{
	struct told *t = ctx;
	struct told_access *a = find_access(t, &of->key);
	t->n_calls++;
	assert(a);
	size_t i = 0;
	while (i < a->n_steps && a->steps[i].ordinal != row->ordinal)
		i++;
	if (i == a->n_steps) {
		a->steps = realloc(a->steps, (i + 1) * sizeof *a->steps);
		assert(a->steps);
		a->steps[a->n_steps++] = (struct step){ 0 };
	}
	release(a->steps[i].name);
	json_decref(a->steps[i].detail);
	a->steps[i] = *row;
	a->steps[i].name = copy(row->name);
	a->steps[i].detail = json_deep_copy(row->detail);
}

static void free_file(struct file_row *f)
{
	release(f->site);
	release(f->source);
	release(f->destination);
	release(f->path);
	release(f->action);
	release(f->sha256);
	release(f->kind);
}

static void on_file(void *ctx, const struct file_row *row)
{
	struct told *t = ctx;
	size_t i = 0;
	t->n_calls++;
	while (i < t->n_files && !same_key(&t->files[i].event, &row->event))
		i++;
	if (i == t->n_files) {
		t->files = realloc(t->files, (i + 1) * sizeof *t->files);
		assert(t->files);
		t->files[t->n_files++] = (struct file_row){ 0 };
	}
	free_file(&t->files[i]);
	t->files[i] = *row;
	t->files[i].site = copy(row->site);
	t->files[i].source = copy(row->source);
	t->files[i].destination = copy(row->destination);
	t->files[i].path = copy(row->path);
	t->files[i].action = copy(row->action);
	t->files[i].sha256 = copy(row->sha256);
	t->files[i].kind = copy(row->kind);
}

static void free_opaque(struct opaque_row *o)
{
	release(o->site);
	release(o->source);
	release(o->destination);
	release(o->account);
	release(o->auth);
	release(o->dialect);
}

static void on_opaque(void *ctx, const struct opaque_row *row)
{
	struct told *t = ctx;
	size_t i = 0;
	t->n_calls++;
	while (i < t->n_opaque && !same_key(&t->opaque[i].key, &row->key))
		i++;
	if (i == t->n_opaque) {
		t->opaque = realloc(t->opaque, (i + 1) * sizeof *t->opaque);
		assert(t->opaque);
		t->opaque[t->n_opaque++] = (struct opaque_row){ 0 };
	}
	free_opaque(&t->opaque[i]);
	t->opaque[i] = *row;
	t->opaque[i].site = copy(row->site);
	t->opaque[i].source = copy(row->source);
	t->opaque[i].destination = copy(row->destination);
	t->opaque[i].account = copy(row->account);
	t->opaque[i].auth = copy(row->auth);
	t->opaque[i].dialect = copy(row->dialect);
}

struct detect_sink told_sink(struct told *t)
{
	*t = (struct told){ 0 };
	return (struct detect_sink){ t, on_access, on_step, on_file, on_opaque };
}

void told_fini(struct told *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free_access(&t->accesses[i].row);
		for (size_t s = 0; s < t->accesses[i].n_steps; s++) {
			release(t->accesses[i].steps[s].name);
			json_decref(t->accesses[i].steps[s].detail);
		}
		free(t->accesses[i].steps);
	}
	for (size_t i = 0; i < t->n_files; i++)
		free_file(&t->files[i]);
	for (size_t i = 0; i < t->n_opaque; i++)
		free_opaque(&t->opaque[i]);
	free(t->accesses);
	free(t->files);
	free(t->opaque);
	*t = (struct told){ 0 };
}

const struct step *told_step(const struct told_access *a, const char *name)
{
	for (size_t i = 0; i < a->n_steps; i++)
		if (strcmp(a->steps[i].name, name) == 0)
			return &a->steps[i];
	return NULL;
}

static const struct step *at_ordinal(const struct told_access *a, uint32_t ordinal)
{
	for (size_t i = 0; i < a->n_steps; i++)
		if (a->steps[i].ordinal == ordinal)
			return &a->steps[i];
	return NULL;
}

char *told_names(const struct told_access *a)
{
	char *out = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&out, &n);
	assert(f);
	for (uint32_t i = 0; i < a->n_steps; i++) {
		const struct step *s = at_ordinal(a, i);
		fprintf(f, "%s%s", i ? " " : "", s ? s->name : "?");
		if (s && s->count != 1)
			fprintf(f, "*%u", s->count);
	}
	fclose(f);
	return out;
}
