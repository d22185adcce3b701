#include "tests/lib/batches.h"

#include <stdbool.h>
#include <stdlib.h>

enum { EVENTS_MAX = 4096 };

static uint8_t client_ip[] = { 192, 0, 2, 45 }, server_ip[] = { 192, 0, 2, 55 };
static char admin_share[] = "\\\\SRV\\ADMIN$", other_share[] = "\\\\SRV\\public", path[] = "dir\\file.exe", pipe_word[] = "pipe";

static Ev__Endpoint client, server;
static Ev__SmbCreate admin_create, other_create;
static Ev__RpcCall call;

static void fill_bodies(void)
{
	client = server = (Ev__Endpoint)EV__ENDPOINT__INIT;
	client.ip = (ProtobufCBinaryData){ .len = 4, .data = client_ip };
	client.port = 49152;
	server.ip = (ProtobufCBinaryData){ .len = 4, .data = server_ip };
	server.port = 445;
	admin_create = other_create = (Ev__SmbCreate)EV__SMB_CREATE__INIT;
	admin_create.share = admin_share;
	other_create.share = other_share;
	admin_create.path = other_create.path = path;
	call = (Ev__RpcCall)EV__RPC_CALL__INIT;
	call.transport = pipe_word;
}

static void fill_event(Ev__Event *e, uint64_t seq, enum batches_kind kind)
{
	bool admin = kind == BATCHES_ADMIN || (kind == BATCHES_MIXED && seq % 2 == 1);
	*e = (Ev__Event)EV__EVENT__INIT;
	e->seq = seq;
	e->time = (int64_t)seq * 1000;
	e->client = &client;
	e->server = &server;
	e->body_case = kind == BATCHES_CALL ? EV__EVENT__BODY_RPC_CALL : EV__EVENT__BODY_SMB_CREATE;
	if (kind == BATCHES_CALL)
		e->rpc_call = &call;
	else
		e->smb_create = admin ? &admin_create : &other_create;
}

uint8_t *batches_pack(uint64_t epoch, uint64_t first_seq, size_t n, enum batches_kind kind, size_t *size)
{
	static Ev__Event events[EVENTS_MAX];
	static Ev__Event *list[EVENTS_MAX];
	if (n > EVENTS_MAX)
		abort();
	fill_bodies();
	for (size_t i = 0; i < n; i++) {
		fill_event(&events[i], first_seq + i, kind);
		list[i] = &events[i];
	}
	Ev__EventBatch batch = EV__EVENT_BATCH__INIT;
	batch.epoch = epoch;
	batch.first_seq = first_seq;
	batch.n_events = n;
	batch.events = list;
	uint8_t *out = malloc(ev__event_batch__get_packed_size(&batch));
	if (!out)
		abort();
	*size = ev__event_batch__pack(&batch, out);
	return out;
}
