#include "sensor/smb/lane.h"

#include <assert.h>

enum {
	BUFFER_MIN_BYTES = 256,		/* most messages that span segments are longer */
	MESSAGE_MIN_BYTES = 32,		/* an SMB1 header; shorter lengths are not believed in a search */
};

/* RFC 1002 4.3.1: the packet types of a session, and how long their trailers can be. */
struct packet_type {
	uint8_t type;
	uint32_t max_bytes;
};

/* clang-format off */
static const struct packet_type packet_types[] = {
	{ 0x00, 0xFFFFFF },	/* session message; 24 bits of length on direct TCP */
	{ 0x81, 2 * 255  },	/* session request: two encoded names */
	{ 0x82, 0        },	/* positive session response */
	{ 0x83, 1        },	/* negative session response: a reason */
	{ 0x84, 6        },	/* retarget: address and port */
	{ 0x85, 0        },	/* keep alive */
};
/* clang-format on */

/* ---- what spans segments ---- */

static void drop_buffer(const struct nbss_user *u, struct lane *f)
{
	pool_put(u->env->pool, f->buffer, f->cap);
	f->buffer = NULL;
	f->used = f->cap = 0;
}

void lane_lose(struct lane *f, const struct nbss_user *u)
{
	if (f->state == IN_BULK)
		u->ops->data_end(u->ctx, &f->m);
	if (f->state == IN_BULK || f->state == AT_UNIT || f->state == WAITING)
		u->ops->message_end(u->ctx, &f->m);
	drop_buffer(u, f);
	*f = lane_search();
}

/* Room for ${n} bytes in the buffer; false, and lost, when the pool is full. */
static bool reserve(const struct nbss_user *u, struct lane *f, uint32_t n)
{
	uint32_t cap = f->cap > 0 ? f->cap : BUFFER_MIN_BYTES;
	uint8_t *bigger;

	if (n <= f->cap)
		return true;
	while (cap < n)
		cap *= 2;
	bigger = pool_take(u->env->pool, cap);
	if (bigger == NULL) {
		count(u->env->counts, COUNT_POOL_FULL);
		lane_lose(f, u);
		return false;
	}
	view_copy(bigger, cap, view_of(f->buffer, f->used));
	pool_put(u->env->pool, f->buffer, f->cap);
	f->buffer = bigger;
	f->cap = cap;
	return true;
}

static bool append(const struct nbss_user *u, struct lane *f, struct view bytes)
{
	if (!reserve(u, f, f->used + (uint32_t)bytes.n))
		return false;
	f->used += (uint32_t)view_copy(f->buffer + f->used, f->cap - f->used, bytes);
	return true;
}

/*
 * At least f->want bytes in one piece in ${out}: where they lie in the segment
 * (then all the segment holds of this message, none of it consumed), else in
 * the buffer. False while there are fewer; they are kept.
 */
static bool gather(struct feed *fd, struct lane *f, uint32_t most, struct view *out)
{
	size_t here = cur_left(&fd->in);

	if (f->used == 0 && here >= f->want) {
		*out = cur_at(&fd->in, cur_offset(&fd->in), here < most ? here : most);
		return true;
	}
	if (f->used < f->want) {
		size_t missing = f->want - f->used;

		if (!append(fd->user, f, cur_take(&fd->in, missing < here ? missing : here)))
			return false;
	}
	*out = view_of(f->buffer, f->used);
	return f->used >= f->want;
}

/* Consume ${n} bytes of what gather found. */
static void consume(struct feed *fd, struct lane *f, uint32_t n)
{
	if (f->used == 0)
		cur_skip(&fd->in, n);
	f->used = 0;
}

/* ---- from unit to unit ---- */

static void await(struct lane *f, enum lane_state state, uint32_t want)
{
	f->state = state;
	f->want = want;
}

static void await_unit(struct lane *f)
{
	await(f, AT_UNIT, f->m.left < LANE_MAGIC_BYTES ? f->m.left : LANE_MAGIC_BYTES);
}

/* A unit is over: the next of the message, or the next message. */
static void next_unit(const struct nbss_user *u, struct lane *f)
{
	f->m.n_units++;
	if (f->m.left > 0) {
		await_unit(f);
		return;
	}
	u->ops->message_end(u->ctx, &f->m);
	f->m = (struct message){ 0 };
	await(f, AT_HEADER, LANE_HEADER_BYTES);
}

/* Nothing of the bulk is left to pass: the unit is over. */
static void settle(const struct nbss_user *u, struct lane *f)
{
	if (f->before > 0 || f->data > 0 || f->after > 0)
		return;
	u->ops->data_end(u->ctx, &f->m);
	next_unit(u, f);
}

/* Pass over ${before}, stream ${data}, pass over ${after}: all there is left of a unit. */
static void enter_bulk(const struct nbss_user *u, struct lane *f, const struct plan *plan)
{
	assert((uint64_t)plan->head + plan->before + plan->data <= plan->unit);
	f->state = IN_BULK;
	f->before = plan->before;
	f->data = plan->data;
	f->after = plan->unit - plan->head - plan->before - plan->data;
	settle(u, f);
}

static void skip_message(const struct nbss_user *u, struct lane *f)
{
	struct plan rest = { .unit = f->m.left };

	f->m.left = 0;
	enter_bulk(u, f, &rest);
}

/* ${judged}, fewer than eight bytes, are no header: search from behind them. */
static void search(struct feed *fd, struct lane *f, struct view judged)
{
	struct cursor c = cur_of(judged);
	uint64_t window = UINT64_MAX;

	while (cur_left(&c) > 0)
		window = window << 8 | cur_u8(&c);
	if (f->used == 0)
		cur_skip(&fd->in, judged.n);
	fd->user->ops->malformed(fd->user->ctx, COUNT_NBSS_MALFORMED);
	lane_lose(f, fd->user);
	f->window = window;
	f->searched = (uint32_t)judged.n;
}

/* ---- steps: each takes something of the input, or changes the state ---- */

static bool is_packet(uint8_t type, uint32_t n)
{
	for (size_t i = 0; i < sizeof(packet_types) / sizeof(*packet_types); i++)
		if (packet_types[i].type == type)
			return n <= packet_types[i].max_bytes;
	return false;
}

static void step_header(struct feed *fd, struct lane *f)
{
	struct view bytes;
	struct cursor c;
	uint8_t type;

	if (f->used == 0)
		f->m.time_ns = fd->time_ns;
	if (!gather(fd, f, LANE_HEADER_BYTES, &bytes))
		return;
	c = cur_of(bytes);
	type = cur_u8(&c);
	f->m.left = cur_u24be(&c);
	if (!is_packet(type, f->m.left)) {
		if (f->doubts > 0) {
			search(fd, f, cur_at(&c, 0, LANE_HEADER_BYTES));
			return;
		}
		fd->user->ops->malformed(fd->user->ctx, COUNT_NBSS_MALFORMED);
	}
	consume(fd, f, LANE_HEADER_BYTES);
	if (type != 0 || f->m.left < LANE_MAGIC_BYTES)
		skip_message(fd->user, f);
	else
		await(f, AT_UNIT, LANE_MAGIC_BYTES);
}

/* Hand on the first ${plan->head} bytes of a unit once they are there; the rest of it is bulk. A message that is one shows that
 * the framing is right. */
static void bulk_unit(struct feed *fd, struct lane *f, const struct plan *plan, struct view bytes)
{
	struct cursor c = cur_of(bytes);

	if (bytes.n < plan->head) {
		f->want = plan->head;
		return;
	}
	if (f->doubts > 0 && f->m.n_units == 0)
		f->doubts--;
	f->m.has_bulk = plan->data > 0;
	fd->user->ops->unit(fd->user->ctx, fd->way, &f->m, cur_take(&c, plan->head));
	consume(fd, f, plan->head);
	f->m.left -= plan->unit;
	enter_bulk(fd->user, f, plan);
}

/* All of it is its head. Of one that is too long the beginning is read, which is where everything stands unless somebody pads; of
 * one that was inflated, all that will ever be there. */
static void whole_unit(struct feed *fd, struct lane *f, const struct plan *plan, struct view bytes)
{
	uint32_t most = plan->most > 0 ? plan->most : LIMIT_MESSAGE_BYTES;
	uint32_t there = f->m.is_inflated && bytes.n < most ? (uint32_t)bytes.n : most;
	struct plan whole = { .head = plan->unit < there ? plan->unit : there, .unit = plan->unit };

	if (plan->unit > there && bytes.n >= there)
		count(fd->user->env->counts, COUNT_SMB_OVERSIZE);
	bulk_unit(fd, f, &whole, bytes);
}

static void more_of_unit(struct feed *fd, struct lane *f, const struct plan *plan, struct view bytes)
{
	(void)fd;
	(void)bytes;
	f->want = plan->head;
}

static void bad_unit(struct feed *fd, struct lane *f, const struct plan *plan, struct view bytes)
{
	(void)plan;
	(void)bytes;
	f->m.left -= f->used;
	f->used = 0;
	skip_message(fd->user, f);
}

static void alien_unit(struct feed *fd, struct lane *f, const struct plan *plan, struct view bytes)
{
	struct cursor c = cur_of(bytes);

	search(fd, f, cur_take(&c, plan->head));
}

/* It waits, and what comes behind it. */
static void waiting_unit(struct feed *fd, struct lane *f, const struct plan *plan, struct view bytes)
{
	(void)plan;
	(void)bytes;
	f->state = WAITING;
	f->since_ns = fd->time_ns;
}

static void step_unit(struct feed *fd, struct lane *f)
{
	static void (*const act[])(struct feed *, struct lane *, const struct plan *, struct view) = {
		[UNIT_MORE] = more_of_unit, [UNIT_WHOLE] = whole_unit, [UNIT_BULK] = bulk_unit,
		[UNIT_BAD] = bad_unit,      [UNIT_ALIEN] = alien_unit, [UNIT_WAIT] = waiting_unit,
	};
	struct view bytes;
	struct plan plan;

	if (!gather(fd, f, f->m.left, &bytes))
		return;
	plan = fd->user->ops->plan(fd->user->ctx, fd->way, &f->m, bytes);
	act[plan.verdict](fd, f, &plan, bytes);
}

static uint32_t pass(struct feed *fd, uint32_t *left)
{
	size_t here = cur_left(&fd->in);
	uint32_t n = here < *left ? (uint32_t)here : *left;

	*left -= n;
	return n;
}

static void step_bulk(struct feed *fd, struct lane *f)
{
	const struct nbss_user *u = fd->user;
	uint32_t n;

	cur_skip(&fd->in, pass(fd, &f->before));
	n = pass(fd, &f->data);
	if (n > 0)
		u->ops->data(u->ctx, &f->m, cur_take(&fd->in, n), f->data == 0);
	cur_skip(&fd->in, pass(fd, &f->after));
	settle(u, f);
}

/* True if eight bytes can be the header of a message and its protocol id: 00, length, FC..FF 'S' 'M' 'B'. */
static bool can_begin(uint64_t window)
{
	uint64_t length = window >> 32 & 0xFFFFFF;

	return window >> 56 == 0 && length >= MESSAGE_MIN_BYTES && (window & 0xFCFFFFFF) == 0xFC534D42;
}

static void step_lost(struct feed *fd, struct lane *f)
{
	const struct nbss_user *u = fd->user;
	uint8_t magic[LANE_MAGIC_BYTES];
	uint32_t length;

	while (cur_left(&fd->in) > 0 && !can_begin(f->window)) {
		f->window = f->window << 8 | cur_u8(&fd->in);
		f->searched += f->searched < UINT32_MAX;
	}
	if (!can_begin(f->window))
		return;
	if (f->searched > LANE_HEADER_BYTES + LANE_MAGIC_BYTES)
		count(u->env->counts, COUNT_NBSS_RESYNC);
	length = (uint32_t)(f->window >> 32 & 0xFFFFFF);
	for (size_t i = 0; i < LANE_MAGIC_BYTES; i++)
		magic[i] = (uint8_t)(f->window >> (24 - 8 * i));
	*f = (struct lane){ .doubts = f->doubts, .m = { .time_ns = fd->time_ns, .left = length } };
	await(f, AT_UNIT, LANE_MAGIC_BYTES + 1);
	append(u, f, view_of(magic, sizeof(magic)));
}

static void step_waiting(struct feed *fd, struct lane *f)
{
	if (cur_left(&fd->in) > LANE_WAIT_BYTES - f->used)
		lane_release(f, fd->user, fd->way);
	else if (append(fd->user, f, cur_rest(&fd->in)))
		f->kept_ns = fd->time_ns;
}

/* ---- from outside ---- */

struct lane lane_begin(void)
{
	return (struct lane){ .state = AT_HEADER, .want = LANE_HEADER_BYTES };
}

struct lane lane_search(void)
{
	return (struct lane){ .state = LOST, .doubts = LANE_DOUBTS, .window = UINT64_MAX };
}

struct lane lane_inside(const struct message *m)
{
	struct lane f = { .m = *m };

	await_unit(&f);
	return f;
}

void lane_feed(struct lane *f, struct feed *fd)
{
	static void (*const steps[N_LANE_STATES])(struct feed *, struct lane *) = {
		[AT_HEADER] = step_header, [AT_UNIT] = step_unit, [IN_BULK] = step_bulk, [WAITING] = step_waiting,
		[LOST] = step_lost,
	};

	while (cur_left(&fd->in) > 0)
		steps[f->state](fd, f);
}

static uint64_t pass_gap(uint64_t *gap, uint32_t *left)
{
	uint64_t n = *gap < *left ? *gap : *left;

	*gap -= n;
	*left -= (uint32_t)n;
	return n;
}

void lane_gap(struct lane *f, const struct nbss_user *u, uint64_t n)
{
	uint64_t lost;

	if (f->state == IN_BULK) {
		pass_gap(&n, &f->before);
		lost = pass_gap(&n, &f->data);
		if (lost > 0)
			u->ops->lost(u->ctx, &f->m, lost);
		pass_gap(&n, &f->after);
		settle(u, f);
	}
	if (n > 0)
		lane_lose(f, u);
}

/* Read what was kept back; if it is to wait again it is kept back again. */
static void go_on(struct lane *f, const struct nbss_user *u, enum way way)
{
	uint8_t *buffer = f->buffer;
	uint32_t cap = f->cap;
	struct feed kept = { .user = u, .way = way, .time_ns = f->kept_ns, .in = cur_of(view_of(buffer, f->used)) };

	f->buffer = NULL;
	f->used = f->cap = 0;
	await_unit(f);
	lane_feed(f, &kept);
	pool_put(u->env->pool, buffer, cap);
}

void lane_retry(struct lane *f, const struct nbss_user *u, enum way way)
{
	if (f->state == WAITING && u->ops->plan(u->ctx, way, &f->m, view_of(f->buffer, f->used)).verdict != UNIT_WAIT)
		go_on(f, u, way);
}

void lane_release(struct lane *f, const struct nbss_user *u, enum way way)
{
	f->m.has_waited = true;
	go_on(f, u, way);
}

bool lane_is_due(const struct lane *f, int64_t now_ns)
{
	return f->state == WAITING && now_ns - f->since_ns > LANE_WAIT_NS;
}

bool lane_rest(struct lane *f, const struct nbss_user *u)
{
	if (f->used == 0)
		drop_buffer(u, f);
	return f->state == AT_HEADER && f->used == 0 && f->doubts == 0;
}
