#include "tests/lib/smb_kit.h"

#include "sensor/auth/token.h"
#include "sensor/file/transfer.h"
#include "sensor/rpc/rpc.h"
#include "sensor/smb/durable.h"
#include "sensor/smb/registry.h"
#include "sensor/smb/smb.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_BYTES = 1 << 20, POOL_BYTES = 8 << 20 };

/* ---- fakes ---- */

static void note(struct smb_kit *k, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void note(struct smb_kit *k, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(k->log + k->n_log, sizeof(k->log) - k->n_log, format, args);
	va_end(args);
	if (n > 0 && k->n_log + (size_t)n < sizeof(k->log))
		k->n_log += (size_t)n;
}

/* One direction: [0] to the client, [1] to the server. */
struct sum {
	uint64_t bytes;
	uint64_t lost;
	uint64_t refused;
	uint64_t requests;
	uint32_t checksum;	/* of bytes and where they stand, whatever their order */
};

struct transfer {
	struct smb_kit *kit;
	bool wants_hash;
	uint64_t size;
	uint64_t file_id;
	uint64_t zeroed;
	struct sum sum[2];
};

struct assoc {
	struct smb_kit *kit;
	char pipe[64];
	uint64_t at[2];
	struct sum sum[2];
};

static void add(struct sum *s, uint64_t offset, struct view bytes)
{
	s->bytes += bytes.n;
	for (size_t i = 0; i < bytes.n; i++)
		s->checksum += (uint32_t)((offset + i) * 2654435761u + 1) * (bytes.bytes[i] + 1u);
}

static struct transfer *fake_open(struct env *env, const struct file_place *place, int64_t time_ns)
{
	struct transfer *t = calloc(1, sizeof(*t));

	(void)time_ns;
	t->kit = env->emit_ctx;
	t->wants_hash = place->wants_hash;
	t->file_id = place->file_id;
	t->size = place->has_size ? place->size : 0;
	return t;
}

static void fake_data(struct transfer *t, bool is_write, uint64_t offset, struct view bytes, int64_t time_ns)
{
	(void)time_ns;
	add(&t->sum[is_write], offset, bytes);
}

static void fake_lost(struct transfer *t, bool is_write, uint64_t offset, uint64_t n, int64_t time_ns)
{
	(void)offset;
	(void)time_ns;
	t->sum[is_write].lost += n;
}

static void fake_answered(struct transfer *t, bool is_write, uint64_t offset, uint64_t n, uint32_t status, int64_t time_ns)
{
	(void)offset;
	(void)time_ns;
	t->sum[is_write].requests++;
	if (status >> 30 == 3)
		t->sum[is_write].refused += n;
}

static void fake_named(struct transfer *t, uint64_t file_id)
{
	t->file_id = file_id;
}

static void fake_refused(struct transfer *t)
{
	t->sum[1] = (struct sum){ 0 };
}

static void fake_size(struct transfer *t, uint64_t size)
{
	t->size = size;
}

static void fake_found(struct transfer *t, uint64_t size)
{
	t->size = size;
}

static void fake_zeroed(struct transfer *t, uint64_t begin, uint64_t end)
{
	t->zeroed += end - begin;
}

static void fake_close(struct transfer *t, const char *share, const char *path, const char *ended_by, int64_t time_ns)
{
	(void)time_ns;
	note(t->kit, "file %s|%s %s id=%llx size=%llu", share ? share : "-", path ? path : "-", t->wants_hash ? "hash" : "plain",
	     (unsigned long long)t->file_id, (unsigned long long)t->size);
	for (int w = 1; w >= 0; w--)
		note(t->kit, " %s=%llu/%llu/%llu/%llu:%08x", w ? "write" : "read", (unsigned long long)t->sum[w].bytes,
		     (unsigned long long)t->sum[w].requests, (unsigned long long)t->sum[w].refused,
		     (unsigned long long)t->sum[w].lost, t->sum[w].checksum);
	if (t->zeroed > 0)
		note(t->kit, " zeroed=%llu", (unsigned long long)t->zeroed);
	note(t->kit, " %s\n", ended_by);
	free(t);
}

static const struct file_ops fake_files = {
	.open = fake_open, .data = fake_data, .lost = fake_lost, .answered = fake_answered, .named = fake_named, .refused = fake_refused,
	.found = fake_found, .size = fake_size, .zeroed = fake_zeroed, .close = fake_close,
};

static struct assoc *fake_pipe_open(struct env *env, const struct pipe_place *place)
{
	struct assoc *a = calloc(1, sizeof(*a));

	a->kit = env->emit_ctx;
	snprintf(a->pipe, sizeof(a->pipe), "%s", place->pipe);
	return a;
}

static void fake_pipe_feed(struct assoc *a, bool to_server, struct view bytes, int64_t time_ns)
{
	(void)time_ns;
	add(&a->sum[to_server], a->at[to_server], bytes);
	a->at[to_server] += bytes.n;
}

static void fake_pipe_gap(struct assoc *a, bool to_server, uint64_t n, int64_t time_ns)
{
	(void)time_ns;
	a->sum[to_server].lost += n;
	a->at[to_server] += n;
}

static void fake_pipe_named(struct assoc *a, uint64_t file_id)
{
	note(a->kit, "pipe %s id=%llx\n", a->pipe, (unsigned long long)file_id);
}

static void fake_pipe_close(struct assoc *a)
{
	note(a->kit, "pipe %s", a->pipe);
	for (int w = 1; w >= 0; w--)
		note(a->kit, " %s=%llu/%llu:%08x", w ? "server" : "client", (unsigned long long)a->sum[w].bytes,
		     (unsigned long long)a->sum[w].lost, a->sum[w].checksum);
	note(a->kit, "\n");
	free(a);
}

/* As C706 12.6.3.1 begins: rpc_vers 5, rpc_vers_minor 0. */
static bool fake_looks_like(struct view first)
{
	return first.n >= 2 && first.bytes[0] == 5 && first.bytes[1] == 0;
}

static bool fake_is_dear(const struct assoc *a)
{
	(void)a;
	return false;
}

static const struct pipe_ops fake_pipes = {
	.open = fake_pipe_open, .feed = fake_pipe_feed, .gap = fake_pipe_gap, .named = fake_pipe_named, .close = fake_pipe_close,
	.is_dear = fake_is_dear, .looks_like = fake_looks_like,
};

/* ---- the kit ---- */

static void keep_event(void *ctx, const Ev__Event *event)
{
	struct smb_kit *k = ctx;
	size_t n = ev__event__get_packed_size(event);
	uint8_t *packed = malloc(n);

	ev__event__pack(event, packed);
	if (k->n_events < SMB_KIT_EVENTS)
		k->events[k->n_events++] = ev__event__unpack(NULL, n, packed);
	free(packed);
}

static const uint64_t seed[2];

static struct smb_kit *make(enum smb_kit_kind kind, bool is_midstream)
{
	struct smb_kit *k = calloc(1, sizeof(*k));

	if (k == NULL)
		abort();
	k->arena = (struct arena){ .block = malloc(ARENA_BYTES), .cap_bytes = ARENA_BYTES };
	k->env = (struct env){
		.arena = &k->arena, .pool = pool_new(POOL_BYTES), .counts = &k->counts, .limits = &limits_default,
		.emit = keep_event, .emit_ctx = k, .read_token = token_read,
		.pipes = kind == SMB_KIT_FAKES ? &fake_pipes : &rpc_pipe_ops,
		.files = kind == SMB_KIT_FAKES ? &fake_files : &transfer_ops,
	};
	for (uint16_t i = 0; i < SMB_KIT_LINES; i++)
		line_init(&k->lines[i], i, is_midstream);
	k->now_ns = 1700000000000000000;
	k->own = pool_new(POOL_BYTES);
	k->env.smb = registry_new(k->own, 0, seed);
	k->env.durables = durables_new(k->own);
	k->conns[0] = smb_conn_ops.open(&k->env, &k->lines[0].flow.ends);
	if (k->arena.block == NULL || k->conns[0] == NULL)
		abort();
	return k;
}

struct smb_kit *smb_kit_new(enum smb_kit_kind kind)
{
	return make(kind, false);
}

struct smb_kit *smb_kit_new_midstream(void)
{
	return make(SMB_KIT_FAKES, true);
}

void smb_kit_say(struct smb_kit *k, enum way way, struct view bytes)
{
	arena_empty(&k->arena);
	k->now_ns += 1000000;
	smb_conn_ops.feed(k->conns[k->at], way, bytes, k->now_ns);
}

void smb_kit_squeeze(struct smb_kit *k, size_t cap_bytes)
{
	smb_kit_close(k);
	pool_free(k->env.pool);
	k->env.pool = pool_new(cap_bytes);
	k->at = 0;
	k->conns[0] = smb_conn_ops.open(&k->env, &k->lines[0].flow.ends);
}

void smb_kit_hear(struct smb_message *m, void *ctx)
{
	struct smb_kit *k = ctx;

	if (k->conns[k->at] != NULL)
		smb_send(k, m);
}

void smb_kit_gap(struct smb_kit *k, enum way way, uint64_t n)
{
	arena_empty(&k->arena);
	smb_conn_ops.gap(k->conns[k->at], way, n, k->now_ns);
}

void smb_kit_turn(struct smb_kit *k, size_t line)
{
	k->at = line;
	if (k->conns[line] == NULL)
		k->conns[line] = smb_conn_ops.open(&k->env, &k->lines[line].flow.ends);
}

static void end_line(struct smb_kit *k, const char *ended_by)
{
	arena_empty(&k->arena);
	if (k->conns[k->at] != NULL)
		smb_conn_ops.close(k->conns[k->at], ended_by, k->now_ns);
	k->conns[k->at] = NULL;
}

void smb_kit_hang_up(struct smb_kit *k)
{
	end_line(k, "fin");
}

bool smb_kit_close(struct smb_kit *k)
{
	for (k->at = 0; k->at < SMB_KIT_LINES; k->at++)
		end_line(k, "end of capture");
	k->at = 0;
	return pool_used_bytes(k->env.pool) == 0;
}

void smb_kit_free(struct smb_kit *k)
{
	smb_kit_close(k);
	for (size_t i = 0; i < k->n_events; i++)
		ev__event__free_unpacked(k->events[i], NULL);
	registry_free(k->env.smb);
	durables_free(k->env.durables);
	pool_free(k->own);
	pool_free(k->env.pool);
	free(k->arena.block);
	free(k);
}

const Ev__Event *smb_kit_event(const struct smb_kit *k, Ev__Event__BodyCase kind, size_t i)
{
	for (size_t at = 0; at < k->n_events; at++)
		if (k->events[at]->body_case == kind && i-- == 0)
			return k->events[at];
	return NULL;
}

size_t smb_kit_count(const struct smb_kit *k, Ev__Event__BodyCase kind)
{
	size_t n = 0;

	while (smb_kit_event(k, kind, n) != NULL)
		n++;
	return n;
}

uint8_t *smb_kit_packed(const struct smb_kit *k, size_t *n_out)
{
	uint8_t *all = malloc(SMB_KIT_EVENTS * 4096);
	size_t n = 0;

	for (size_t i = 0; all != NULL && i < k->n_events; i++) {
		Ev__Event e = *k->events[i];

		e.time = 0;
		e.has_response_time = 0;
		n += ev__event__pack(&e, all + n);
	}
	*n_out = n;
	return all;
}
