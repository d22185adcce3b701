#include "tests/lib/facts.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FACTS_MAX = 4096 };

static void *made(size_t n)
{
	void *p = calloc(1, n);
	if (p == NULL)
		abort();
	return p;
}

Ev__EventBatch *facts_new(uint64_t epoch, uint64_t first_seq)
{
	Ev__EventBatch *batch = made(sizeof *batch);
	ev__event_batch__init(batch);
	batch->epoch = epoch;
	batch->first_seq = first_seq;
	batch->events = made(FACTS_MAX * sizeof *batch->events);
	return batch;
}

void facts_free(Ev__EventBatch *batch)
{
	ev__event_batch__free_unpacked(batch, NULL);
}

static Ev__Endpoint *endpoint(const char *ip, uint32_t port)
{
	Ev__Endpoint *e = made(sizeof *e);
	ev__endpoint__init(e);
	e->ip.len = 4;
	e->ip.data = made(4);
	inet_pton(AF_INET, ip, e->ip.data);
	e->port = port;
	return e;
}

static Ev__Event *add(Ev__EventBatch *batch, struct facts_session *s, Ev__Event__BodyCase kind)
{
	Ev__Event *e = made(sizeof *e);
	ev__event__init(e);
	e->seq = batch->first_seq + batch->n_events;
	e->time = s->second++ * INT64_C(1000000000);
	e->has_response_time = true;
	e->response_time = e->time + 1000;
	e->client = endpoint(s->client, s->port);
	e->server = endpoint(s->server, 445);
	char id[64];
	snprintf(id, sizeof id, "1:%s-%s-%u", s->client, s->server, s->port);
	e->community_id = strdup(id);
	e->has_status = true;
	e->body_case = kind;
	batch->events[batch->n_events++] = e;
	return e;
}

Ev__Event *facts_logon(Ev__EventBatch *batch, struct facts_session *s, const char *domain, const char *user)
{
	Ev__Event *e = add(batch, s, EV__EVENT__BODY_SMB_SESSION_SETUP);
	Ev__SmbSessionSetup *body = e->smb_session_setup = made(sizeof *body);
	ev__smb_session_setup__init(body);
	body->dialect = strdup("3.1.1");
	body->has_session_id = true;
	body->session_id = s->session_id;
	body->domain = strdup(domain);
	body->account = strdup(user);
	body->workstation = strdup("CLIENT");
	body->auth = strdup("ntlm");
	body->has_final = true;
	body->final = true;
	return e;
}

Ev__Event *facts_tree(Ev__EventBatch *batch, struct facts_session *s, const char *share)
{
	Ev__Event *e = add(batch, s, EV__EVENT__BODY_SMB_TREE_CONNECT);
	Ev__SmbTreeConnect *body = e->smb_tree_connect = made(sizeof *body);
	ev__smb_tree_connect__init(body);
	body->has_session_id = true;
	body->session_id = s->session_id;
	body->has_tree_id = true;
	body->tree_id = 1;
	body->share = strdup(share);
	char path[96];
	snprintf(path, sizeof path, "\\\\%s\\%s", s->server, share);
	body->path = strdup(path);
	body->share_type = strdup("disk");
	return e;
}

Ev__Event *facts_call(Ev__EventBatch *batch, struct facts_session *s, const char *interface, const char *operation, uint32_t opnum)
{
	Ev__Event *e = add(batch, s, EV__EVENT__BODY_RPC_CALL);
	Ev__RpcCall *body = e->rpc_call = made(sizeof *body);
	ev__rpc_call__init(body);
	body->transport = strdup("pipe");
	body->pipe = strdup(interface);
	body->has_session_id = true;
	body->session_id = s->session_id;
	body->interface = strdup(interface);
	body->operation = strdup(operation);
	body->opnum = opnum;
	body->has_return_code = true;
	return e;
}

Ev__Event *facts_write(Ev__EventBatch *batch, struct facts_session *s, const char *share, const char *path)
{
	Ev__Event *e = add(batch, s, EV__EVENT__BODY_SMB_TRANSFER);
	Ev__SmbTransfer *body = e->smb_transfer = made(sizeof *body);
	ev__smb_transfer__init(body);
	body->has_session_id = true;
	body->session_id = s->session_id;
	body->has_tree_id = true;
	body->tree_id = 1;
	char tree[96];
	snprintf(tree, sizeof tree, "\\\\%s\\%s", s->server, share);
	body->share = strdup(tree);
	body->path = strdup(path);
	body->direction = strdup("write");
	body->bytes = 4096;
	body->has_size = true;
	body->size = 4096;
	body->complete = true;
	body->kind = strdup("pe32");
	return e;
}

Ev__Event *facts_flow_end(Ev__EventBatch *batch, struct facts_session *s)
{
	Ev__Event *e = add(batch, s, EV__EVENT__BODY_FLOW_SUMMARY);
	Ev__FlowSummary *body = e->flow_summary = made(sizeof *body);
	ev__flow_summary__init(body);
	body->protocol = strdup("smb");
	body->last_time = e->time;
	body->ended_by = strdup("fin");
	return e;
}

void facts_psexec(Ev__EventBatch *batch, struct facts_session *s, const char *user)
{
	facts_logon(batch, s, "LAB", user);
	facts_tree(batch, s, "IPC$");
	facts_tree(batch, s, "ADMIN$");
	facts_write(batch, s, "ADMIN$", "x.exe");
	facts_call(batch, s, "svcctl", "OpenSCManagerW", 15);
	facts_call(batch, s, "svcctl", "CreateServiceW", 12);
	facts_call(batch, s, "svcctl", "StartServiceW", 19);
	facts_flow_end(batch, s);
}
