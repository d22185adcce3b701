#include "sensor/smb/assembly.h"

#include <string.h>

/* A share of one side, as it came. */
struct held {
	struct held *next;
	uint32_t at;
	uint32_t n;
	uint8_t bytes[];
};

struct assembly {
	const struct transaction_command *command;
	const struct transaction_function *function;
	size_t n_setup;
	uint16_t setup[4];
	bool has_overlap[N_SIDES];
	uint32_t total[N_SIDES];
	uint64_t so_far[N_SIDES];	/* the sum of the counts */
	struct held *first[N_SIDES];	/* in the order they came */
	struct held *last[N_SIDES];
};

static const struct transaction_function *function_of(const struct transaction_command *command, uint16_t function)
{
	for (size_t i = 0; i < command->n; i++)
		if (command->functions[i].function == function)
			return &command->functions[i];
	return NULL;
}

/* ---- what is held ---- */

static size_t size_of(uint32_t n)
{
	return sizeof(struct held) + n;
}

void assembly_free(struct conn *c, struct assembly *s)
{
	if (s == NULL)
		return;
	for (int side = 0; side < N_SIDES; side++)
		while (s->first[side] != NULL) {
			struct held *h = s->first[side];

			s->first[side] = h->next;
			c->kept_bytes -= (uint32_t)size_of(h->n);
			pool_put(c->env->pool, h, size_of(h->n));
		}
	c->kept_bytes -= (uint32_t)sizeof(*s);
	pool_put(c->env->pool, s, sizeof(*s));
}

/* Of the bytes of ${part} on this side, those that are held. */
static struct view worth_holding(const struct transaction_command *command, const struct transaction_part *part, int side)
{
	uint32_t room = part->at[side] < command->most ? command->most - part->at[side] : 0;

	return view_first(part->bytes[side], room);
}

/* What holding ${part} takes. */
static size_t cost(const struct transaction_command *command, const struct transaction_part *part)
{
	return size_of((uint32_t)worth_holding(command, part, PARAMETERS).n) +
	       size_of((uint32_t)worth_holding(command, part, DATA).n);
}

static bool overlaps(const struct assembly *s, int side, uint32_t at, size_t n)
{
	for (const struct held *h = s->first[side]; h != NULL; h = h->next)
		if (at < h->at + h->n && h->at < at + n)
			return true;
	return false;
}

/* Hold one side of ${part}; false, counted, when memory is short. */
static bool hold(struct conn *c, struct assembly *s, const struct transaction_part *part, int side)
{
	struct view bytes = worth_holding(s->command, part, side);
	struct held *h;

	s->so_far[side] += part->bytes[side].n;
	if (bytes.n == 0)
		return true;
	if (overlaps(s, side, part->at[side], bytes.n)) {
		conn_malformed(c, COUNT_SMB1_MALFORMED);
		s->has_overlap[side] = true;
	}
	h = pool_get(c->env->pool, size_of((uint32_t)bytes.n));
	if (h == NULL) {
		count(c->env->counts, COUNT_POOL_FULL);
		return false;
	}
	h->at = part->at[side];
	h->n = (uint32_t)view_copy(h->bytes, bytes.n, bytes);
	c->kept_bytes += (uint32_t)size_of(h->n);
	*(s->first[side] == NULL ? &s->first[side] : &s->last[side]->next) = h;
	s->last[side] = h;
	return true;
}

/* Up to where nothing is missing of the first ${n} bytes of a side. Each byte held is marked once, however many shares it came in. */
static uint32_t begin_of_hole(struct conn *c, const struct assembly *s, int side, uint32_t n)
{
	uint8_t *is_there = n > 0 ? arena_get(c->env->arena, n) : NULL;
	uint32_t end = 0;

	if (is_there == NULL)
		return 0;
	for (const struct held *h = s->first[side]; h != NULL; h = h->next)
		if (h->at < n)
			memset(is_there + h->at, 1, h->n < n - h->at ? h->n : n - h->at);
	while (end < n && is_there[end] != 0)
		end++;
	return end;
}

static bool is_whole(const struct assembly *s)
{
	return s->so_far[PARAMETERS] >= s->total[PARAMETERS] && s->so_far[DATA] >= s->total[DATA];
}

/* One side in one piece, in the arena. */
static struct view join(struct conn *c, const struct assembly *s, int side)
{
	uint32_t n = s->total[side] < s->command->most ? s->total[side] : s->command->most;
	uint32_t end = s->has_overlap[side] || !is_whole(s) ? begin_of_hole(c, s, side, n) : n;
	uint8_t *bytes = n > 0 ? arena_get(c->env->arena, n) : NULL;

	if (bytes == NULL)
		return view_of(NULL, 0);
	for (const struct held *h = s->first[side]; h != NULL; h = h->next)
		if (h->at < n)
			view_copy(bytes + h->at, n - h->at, view_of(h->bytes, h->n));
	return view_of(bytes, end);
}

static void join_all(struct conn *c, const struct assembly *s, struct transaction_part *out)
{
	*out = (struct transaction_part){ .n_setup = s->n_setup };
	for (size_t i = 0; i < sizeof(out->setup) / sizeof(*out->setup); i++)
		out->setup[i] = s->setup[i];
	for (int side = 0; side < N_SIDES; side++) {
		out->total[side] = s->total[side];
		out->bytes[side] = join(c, s, side);
	}
}

/* ---- from part to whole ---- */

static bool fits(const uint32_t total[N_SIDES], const struct transaction_part *part)
{
	for (int side = 0; side < N_SIDES; side++)
		if (part->at[side] > total[side] || part->bytes[side].n > total[side] - part->at[side])
			return false;
	return true;
}

/* Nothing more will come of what ${p} held. */
static void cut(struct conn *c, struct pending *p)
{
	count(c->env->counts, COUNT_SMB1_TRANSACTION_CUT);
	assembly_free(c, p->assembly);
	p->assembly = NULL;
}

/* What was held is all there is: the request is what it would have been in one message. */
static bool act(struct conn *c, const struct smb1_block *b, struct pending *p)
{
	const struct transaction_function *f = p->assembly->function;
	struct transaction_part whole;
	struct pending one = *p;

	join_all(c, p->assembly, &whole);
	pending_drop(c, p);
	one.assembly = NULL;
	one.finish = f->finish;
	return f->request(c, b, &one, &whole);
}

/* ${part} belongs to the request with the key of ${like}, which holds an assembly. */
static bool take(struct conn *c, const struct smb1_block *b, const struct transaction_command *command, const struct pending *like,
		 const struct transaction_part *part)
{
	size_t n = cost(command, part);
	struct pending *p = pending_room(c, like->key, command->command, n);

	if (c->kept_bytes + n > PENDING_KEPT_BYTES || !hold(c, p->assembly, part, PARAMETERS) ||
	    !hold(c, p->assembly, part, DATA)) {
		cut(c, p);
		return true;
	}
	return !is_whole(p->assembly) || act(c, b, p);
}

/* The end of a request that was not worth holding, or was given up. */
static enum finish no_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	(void)c;
	(void)p;
	(void)a;
	return FINISH_DONE;
}

void assembly_ignore_cut(struct conn *c, struct pending *p, const struct transaction_part *part)
{
	(void)c;
	(void)p;
	(void)part;
}

static bool is_refused(const struct answer *a)
{
	return a != NULL && a->status != STATUS_SUCCESS && a->status != STATUS_BUFFER_OVERFLOW;
}

/* The end of one that never became whole; further answers go to its function. */
static enum finish cut_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	struct transaction_part part;

	if (p->assembly == NULL || is_refused(a))
		return FINISH_DONE;
	join_all(c, p->assembly, &part);
	p->assembly->command->cut(c, p, &part);
	p->finish = p->assembly->function->finish;
	cut(c, p);
	return p->finish(c, p, a);
}

static bool begin(struct conn *c, const struct smb1_block *b, const struct transaction_command *command,
		  const struct transaction_function *f, const struct transaction_part *part)
{
	struct pending p = smb1_pending(b, cut_finish);
	struct pending *added, *before;

	/* Which of two a secondary request belongs to nobody could tell. */
	while ((before = pending_find(c, p.key, p.command)) != NULL)
		pending_end(c, before, NULL);
	p.is_split = true;
	if (!pending_add(c, &p, view_of(NULL, 0)))
		return true;
	added = pending_room(c, p.key, command->command, sizeof(*added->assembly));
	added->assembly = pool_get(c->env->pool, sizeof(*added->assembly));
	if (added->assembly == NULL) {
		count(c->env->counts, COUNT_POOL_FULL);
		return true;
	}
	c->kept_bytes += (uint32_t)sizeof(*added->assembly);
	added->assembly->command = command;
	added->assembly->function = f;
	added->assembly->n_setup = part->n_setup;
	for (size_t i = 0; i < sizeof(part->setup) / sizeof(*part->setup); i++)
		added->assembly->setup[i] = part->setup[i];
	for (int side = 0; side < N_SIDES; side++)
		added->assembly->total[side] = part->total[side];
	return take(c, b, command, &p, part);
}

bool assembly_first(struct conn *c, const struct smb1_block *b, const struct transaction_command *command, uint16_t function,
		    const struct transaction_part *part)
{
	const struct transaction_function *f = function_of(command, function);
	struct pending p = smb1_pending(b, f != NULL ? f->finish : no_finish);
	bool is_one = part->bytes[PARAMETERS].n == part->total[PARAMETERS] && part->bytes[DATA].n == part->total[DATA];

	if (!fits(part->total, part))
		return false;
	if (f != NULL)
		return is_one ? f->request(c, b, &p, part) : begin(c, b, command, f, part);
	count(c->env->counts, COUNT_SMB1_OTHER);
	p.is_split = !is_one;
	pending_add(c, &p, view_of(NULL, 0));
	return true;
}

/* [MS-CIFS] 2.2.4.47.1: a total may become less than was announced, never more. */
bool assembly_next(struct conn *c, const struct smb1_block *b, const struct transaction_command *command,
		   const struct transaction_part *part)
{
	struct pending like = smb1_pending(b, no_finish);
	struct pending *p = pending_find(c, like.key, command->command);

	if (p == NULL)
		count(c->env->counts, COUNT_SMB1_TRANSACTION_CUT);
	if (p == NULL || p->assembly == NULL)
		return true;
	for (int side = 0; side < N_SIDES; side++)
		if (part->total[side] < p->assembly->total[side])
			p->assembly->total[side] = part->total[side];
	return fits(p->assembly->total, part) && take(c, b, command, &like, part);
}

enum finish assembly_finish(struct conn *c, struct pending *p, const struct answer *a)
{
	if (p == NULL)
		return FINISH_DONE;
	if (p->is_split && a != NULL && a->status == STATUS_SUCCESS && a->block != NULL && a->block->words.n == 0)
		return FINISH_MORE;
	return p->finish(c, p, a);
}
