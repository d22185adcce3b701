#include "sensor/rpc/framer.h"

#include "sensor/core/cursor.h"

static void let_go(struct framer *f, struct env *env)
{
	pool_put(env->pool, f->block, f->block_bytes);
	f->block = NULL;
	f->n_held = f->block_bytes = 0;
}

void framer_lose(struct framer *f, struct env *env)
{
	let_go(f, env);
	f->n_to_skip = 0;
	f->is_lost = true;
}

void framer_fini(struct framer *f, struct env *env)
{
	let_go(f, env);
}

/* Move the next octets of ${c} into ${to}, which holds f->n_held and is to hold ${n}; true once it does. */
static bool fill(struct framer *f, uint8_t *to, size_t n, struct cursor *c)
{
	size_t missing = n - f->n_held;
	size_t take = missing < cur_left(c) ? missing : cur_left(c);

	f->n_held += (uint32_t)view_copy(to + f->n_held, take, cur_take(c, take));
	return f->n_held == n;
}

/* The header is in the window: make room for the whole PDU. Without room it is passed over. */
static void open_block(struct framer *f, struct env *env, size_t n_bytes)
{
	f->block = pool_take(env->pool, n_bytes);
	if (f->block == NULL) {
		count(env->counts, COUNT_POOL_FULL);
		f->n_to_skip = (uint32_t)n_bytes - f->n_held;
		f->n_held = 0;
		return;
	}
	f->block_bytes = (uint32_t)n_bytes;
	view_copy(f->block, n_bytes, view_of(f->window, f->n_held));
}

/* What stands in the window is no PDU's beginning: look for one from its second octet on. */
static void begin_search(struct framer *f, struct env *env)
{
	count(env->counts, COUNT_RPC_MALFORMED);
	f->is_lost = true;
}

static void drop_first(struct framer *f)
{
	f->n_held--;
	for (size_t i = 0; i < f->n_held; i++)
		f->window[i] = f->window[i + 1];
}

/* While lost: shift octets through the window until it is a header. */
static void search(struct framer *f, struct env *env, struct cursor *c, int64_t time_ns)
{
	while (fill(f, f->window, PDU_HEADER_BYTES, c) && !pdu_is_usual(view_of(f->window, PDU_HEADER_BYTES)))
		drop_first(f);
	if (f->n_held < PDU_HEADER_BYTES)
		return;
	count(env->counts, COUNT_RPC_RESYNC);
	f->is_lost = false;
	f->held_since_ns = time_ns;
}

/* Octets are held, or fewer than a header are there: go on collecting. */
static void collect(struct framer *f, struct env *env, struct cursor *c, const struct framer_user *user)
{
	size_t n_bytes;

	if (f->block == NULL && !fill(f, f->window, PDU_HEADER_BYTES, c))
		return;
	if (f->block == NULL && pdu_frame(view_of(f->window, f->n_held), &n_bytes) == PDU_BAD) {
		begin_search(f, env);
		return;
	}
	if (f->block == NULL)
		open_block(f, env, n_bytes);
	if (f->block != NULL && fill(f, f->block, f->block_bytes, c)) {
		user->each(user->ctx, view_of(f->block, f->block_bytes), f->held_since_ns);
		let_go(f, env);
	}
}

/* PDUs that lie whole in what came, without a copy. */
static void hand_on_whole(struct cursor *c, int64_t time_ns, const struct framer_user *user)
{
	struct cursor ahead = *c;
	size_t n_bytes;

	while (cur_left(&ahead) > 0 && pdu_frame(cur_rest(&ahead), &n_bytes) == PDU_WHOLE) {
		user->each(user->ctx, cur_take(c, n_bytes), time_ns);
		ahead = *c;
	}
}

static void skip(struct framer *f, struct cursor *c)
{
	size_t n = f->n_to_skip < cur_left(c) ? f->n_to_skip : cur_left(c);

	cur_skip(c, n);
	f->n_to_skip -= (uint32_t)n;
}

void framer_feed(struct framer *f, struct env *env, struct view bytes, int64_t time_ns, const struct framer_user *user)
{
	struct cursor c = cur_of(bytes);

	while (cur_left(&c) > 0) {
		skip(f, &c);
		if (f->is_lost) {
			search(f, env, &c, time_ns);
			continue;
		}
		if (f->n_held == 0) {
			hand_on_whole(&c, time_ns, user);
			f->held_since_ns = time_ns;
		}
		if (cur_left(&c) > 0)
			collect(f, env, &c, user);
	}
}
