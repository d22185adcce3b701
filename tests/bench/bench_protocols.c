/* SMB1 and SMB2 messages, security tokens, RPC calls and digests, each without what lies below it. */
#include "sensor/auth/token.h"
#include "sensor/file/digest.h"
#include "sensor/rpc/rpc.h"
#include "sensor/smb/smb.h"
#include "tests/bench/measure.h"
#include "tests/lib/line.h"
#include "tests/lib/smb_kit.h"
#include "tests/lib/wire.h"

#include <stdlib.h>
#include <string.h>

enum { MESSAGES = 256, CALLS = 64, HASHED_BYTES = 1 << 20, PIECE_BYTES = 65536 };

static volatile uint64_t sink;

/* ---- what the parsers are given ---- */

static struct counts counts;
static struct arena arena;

static void forget(void *ctx, const Ev__Event *event)
{
	(void)ctx;
	sink = event->seq;
}

static struct assoc *no_pipe(struct env *env, const struct pipe_place *place)
{
	(void)env;
	(void)place;
	return NULL;
}

static bool looks_like_nothing(struct view first_bytes)
{
	sink = first_bytes.n;
	return false;
}

static struct transfer *no_transfer(struct env *env, const struct file_place *place, int64_t time_ns)
{
	(void)env;
	(void)place;
	(void)time_ns;
	return NULL;
}

static bool no_token(struct view token, struct arena *a, Ev__AuthToken *out)
{
	(void)a;
	(void)out;
	sink = token.n;
	return false;
}

static const struct pipe_ops no_pipes = { .open = no_pipe, .looks_like = looks_like_nothing };
static const struct file_ops no_files = { .open = no_transfer };
static struct env env = { .arena = &arena, .counts = &counts, .limits = &limits_default, .emit = forget, .read_token = no_token,
			  .pipes = &no_pipes, .files = &no_files };

/* ---- SMB ---- */

struct said {
	enum way way;
	struct view bytes;
};

struct conversation {
	struct said said[MESSAGES];
	size_t n, bytes;
};

static void write_down(struct smb_message *m, void *ctx)
{
	struct conversation *c = ctx;
	struct view v = smb_done(m);
	uint8_t *copy = malloc(v.n);

	if (copy == NULL || c->n == MESSAGES)
		abort();
	memcpy(copy, v.bytes, v.n);
	c->said[c->n++] = (struct said){ m->way, view_of(copy, v.n) };
	c->bytes += v.n;
}

static void converse(void *ctx)
{
	static struct line line;
	struct conversation *c = ctx;
	struct conn *conn;

	line_init(&line, 0, false);
	conn = smb_conn_ops.open(&env, &line.flow.ends);
	for (size_t i = 0; i < c->n; i++) {
		arena_empty(&arena);
		smb_conn_ops.feed(conn, c->said[i].way, c->said[i].bytes, (int64_t)i);
	}
	arena_empty(&arena);
	smb_conn_ops.close(conn, "flow end", 0);
}

static void measure_smb(const char *layer, void (*talk)(smb_tell_fn tell, void *ctx))
{
	struct conversation c = { .n = 0 };

	talk(write_down, &c);
	measure(&(struct measured){ layer, "messages, every command", c.n, 0, converse, &c });
	for (size_t i = 0; i < c.n; i++)
		free((void *)(uintptr_t)c.said[i].bytes.bytes);
}

/* ---- tokens ---- */

static void read_token(void *ctx)
{
	const struct view *token = ctx;
	Ev__AuthToken out = EV__AUTH_TOKEN__INIT;

	arena_empty(&arena);
	sink = token_read(*token, &arena, &out);
}

static void measure_token(const char *what, size_t (*write)(uint8_t *))
{
	uint8_t bytes[256];
	struct view token = view_of(bytes, write(bytes));

	measure(&(struct measured){ "auth/ntlmssp", what, 1, 0, read_token, &token });
}

/* ---- RPC ---- */

/* C706 12.6.4: the common header of a whole PDU; its length is set by end_pdu. */
static void begin_pdu(struct wire *w, unsigned type, unsigned call_id)
{
	w->n = 0;
	wire_hex(w, "0500");
	wire_u8(w, type);
	wire_u8(w, 3);
	wire_u32(w, 0x10);
	wire_u32(w, 0);
	wire_u32(w, call_id);
}

static struct view end_pdu(struct wire *w)
{
	wire_set_u16(w, 8, (unsigned)w->n);
	return wire_view(w);
}

/* To svcctl, with NDR32. */
static void bind(struct assoc *a, struct wire *w)
{
	begin_pdu(w, 11, 1);
	wire_u32(w, 0x10B810B8);
	wire_u32(w, 0);
	wire_u32(w, 1);
	wire_u32(w, 0x00010000);
	wire_hex(w, "81bb7a364498f135ad3298f038001003 02000000 045d888aeb1cc9119fe808002b104860 02000000");
	rpc_pipe_ops.feed(a, true, end_pdu(w), 0);
	begin_pdu(w, 12, 1);
	wire_u32(w, 0x10B810B8);
	wire_u32(w, 1);
	wire_u32(w, 0);
	wire_u32(w, 1);
	wire_u32(w, 0);
	wire_hex(w, "045d888aeb1cc9119fe808002b104860 02000000");
	rpc_pipe_ops.feed(a, false, end_pdu(w), 0);
}

/* CloseServiceHandle: the shortest call there is. */
static void call(struct assoc *a, struct wire *w, unsigned id)
{
	begin_pdu(w, 0, id);
	wire_u32(w, 20);
	wire_u32(w, 0);
	wire_zeros(w, 20);
	rpc_pipe_ops.feed(a, true, end_pdu(w), 0);
	begin_pdu(w, 2, id);
	wire_u32(w, 24);
	wire_u32(w, 0);
	wire_zeros(w, 24);
	rpc_pipe_ops.feed(a, false, end_pdu(w), 0);
}

static void call_often(void *ctx)
{
	static struct parties parties;
	const struct pipe_place place = { .parties = &parties, .pipe = "svcctl", .has_ids = true };
	struct assoc *a = rpc_pipe_ops.open(&env, &place);

	arena_empty(&arena);
	bind(a, ctx);
	for (unsigned i = 0; i < CALLS; i++) {
		arena_empty(&arena);
		call(a, ctx, i + 2);
	}
	rpc_pipe_ops.close(a);
}

/* ---- digests ---- */

static void hash(void *ctx)
{
	static uint8_t piece[PIECE_BYTES];
	struct digest_result out;
	struct digest d = { .next = 0 };

	digest_begin(&d, ctx, false);
	for (uint64_t at = 0; at < HASHED_BYTES; at += PIECE_BYTES)
		digest_feed(&d, at, view_of(piece, PIECE_BYTES));
	sink = digest_end(&d, HASHED_BYTES, &out);
}

int main(void)
{
	static struct wire wire;

	arena = (struct arena){ .block = malloc(limits_default.arena_bytes), .cap_bytes = limits_default.arena_bytes };
	env.pool = pool_new(limits_default.memory_bytes);
	if (arena.block == NULL || env.pool == NULL)
		return EXIT_FAILURE;
	measure_smb("smb/smb1", smb_conversation_smb1);
	measure_smb("smb/smb2", smb_conversation_smb2);
	measure_token("CHALLENGE", smb_ntlm_challenge);
	measure_token("AUTHENTICATE", smb_ntlm_authenticate);
	measure(&(struct measured){ "rpc", "calls with their answers", CALLS, 0, call_often, &wire });
	measure(&(struct measured){ "file/digest", "64 KiB pieces", HASHED_BYTES / PIECE_BYTES, HASHED_BYTES, hash, env.pool });
	pool_free(env.pool);
	free(arena.block);
	return EXIT_SUCCESS;
}
