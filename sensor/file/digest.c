#include "sensor/file/digest.h"

#include "sensor/core/cursor.h"
#include "sensor/file/ranges.h"

#include <assert.h>

/* Bytes that came early. */
struct digest_window {
	struct digest *digest;
	struct digest_window *before, *after;	/* in the order in which they were opened */
	uint64_t lowest;	/* no block of a lower number is there */
	struct ranges waiting;	/* which bytes are there, as offsets in the file */
	uint8_t *blocks[DIGEST_BLOCKS];	/* number n of the file, if anything waits in it, at n modulo DIGEST_BLOCKS */
};

/* ---- windows ---- */

void *digest_take(struct env *env, size_t n)
{
	void *block = NULL;

	if (env->windows.bytes + n <= env->limits->memory_bytes / DIGEST_SHARE)
		block = pool_take(env->pool, n);
	if (block != NULL)
		env->windows.bytes += n;
	return block;
}

void digest_put(struct env *env, void *block, size_t n)
{
	if (block == NULL)
		return;
	pool_put(env->pool, block, n);
	env->windows.bytes -= n;
}

static void drop_block(struct digest_window *w, uint64_t number)
{
	uint8_t **block = &w->blocks[number % DIGEST_BLOCKS];

	digest_put(w->digest->env, *block, DIGEST_BLOCK_BYTES);
	*block = NULL;
}

static void unlink_window(struct digest_window *w)
{
	struct env *env = w->digest->env;

	*(w->before != NULL ? &w->before->after : &env->windows.first) = w->after;
	*(w->after != NULL ? &w->after->before : &env->windows.last) = w->before;
}

static void close_window(struct digest *d)
{
	struct digest_window *w = d->window;

	if (w == NULL)
		return;
	for (uint64_t i = 0; i < DIGEST_BLOCKS; i++)
		drop_block(w, i);
	digest_put(d->env, ranges_rows_lent(&w->waiting), DIGEST_ROWS * sizeof(struct range));
	unlink_window(w);
	digest_put(d->env, w, sizeof(*w));
	d->window = NULL;
}

/* ---- life ---- */

void digest_begin(struct digest *d, struct env *env, bool is_guess)
{
	assert(env->hasher == NULL || env->keeper == NULL);
	*d = (struct digest){ .env = env, .state = DIGEST_RUNS, .is_guess = is_guess };
}

/* What belongs to the digest besides the hash is given up. */
static void leave(struct digest *d)
{
	close_window(d);
	if (d->part != NULL)
		d->env->keeper->end(d->env->keeper->ctx, d->part, NULL);
	d->part = NULL;
	d->hash = NULL;
	d->state = DIGEST_SPOILED;
}

void digest_spoil(struct digest *d)
{
	if (d->state != DIGEST_RUNS) {
		d->state = DIGEST_SPOILED;
		return;
	}
	if (d->hash != NULL && d->env->hasher != NULL)
		d->env->hasher->drop(d->env->hasher->ctx, d->hash);
	else
		hash_drop(d->hash);
	leave(d);
}

static void give_up(struct digest *d)
{
	bool is_guess = d->is_guess;

	digest_spoil(d);
	if (is_guess)
		d->state = DIGEST_IDLE;
}

/* ---- room that others have ---- */

/* Whose window shall make room for ${d}: the first that was opened and has no more right to it. NULL: nobody's. */
static struct digest *who_yields_to(const struct digest *d)
{
	const struct digest_window *first = NULL;

	for (const struct digest_window *w = d->env->windows.first; w != NULL; w = w->after) {
		if (w->digest == d)
			continue;
		if (w->digest->is_guess)
			return w->digest;
		if (first == NULL)
			first = w;
	}
	return first != NULL && !d->is_guess ? first->digest : NULL;
}

/* What came early is given up, and the digest with it. */
static void lose(struct digest *d)
{
	count(d->env->counts, COUNT_FILE_WINDOW_FULL);
	give_up(d);
}

/* As digest_take; others give up their windows for it. */
static void *take_from_others(const struct digest *d, size_t n)
{
	void *block;
	struct digest *other;

	while ((block = digest_take(d->env, n)) == NULL && (other = who_yields_to(d)) != NULL)
		lose(other);
	return block;
}

static bool open_window(struct digest *d)
{
	struct env *env = d->env;
	struct digest_window *w = d->window != NULL ? NULL : take_from_others(d, sizeof(*w));

	if (w == NULL)
		return d->window != NULL;
	*w = (struct digest_window){ .digest = d, .before = env->windows.last, .lowest = d->next / DIGEST_BLOCK_BYTES };
	*(w->before != NULL ? &w->before->after : &env->windows.first) = w;
	env->windows.last = w;
	d->window = w;
	return true;
}

/* The place of ${offset} in the window, and how many bytes there are up to the end of its block. NULL: there is no block. */
static uint8_t *place(const struct digest_window *w, uint64_t offset, size_t *n)
{
	uint8_t *block = w->blocks[offset / DIGEST_BLOCK_BYTES % DIGEST_BLOCKS];

	*n = DIGEST_BLOCK_BYTES - offset % DIGEST_BLOCK_BYTES;
	return block != NULL ? block + offset % DIGEST_BLOCK_BYTES : NULL;
}

/* The same, in a block that is made if need be; NULL: there is no room for it. */
static uint8_t *make_place(struct digest *d, uint64_t offset, size_t *n)
{
	uint8_t **block = &d->window->blocks[offset / DIGEST_BLOCK_BYTES % DIGEST_BLOCKS];

	if (*block == NULL)
		*block = take_from_others(d, DIGEST_BLOCK_BYTES);
	return place(d->window, offset, n);
}

/* ---- bytes ---- */

/* The first bytes are here. False without memory. */
static bool begin_hash(struct digest *d)
{
	const struct file_keeper *keeper = d->env->keeper;

	d->hash = hash_begin();
	if (d->hash != NULL && keeper != NULL)
		d->part = keeper->begin(keeper->ctx);
	return d->hash != NULL;
}

/* Hash ${bytes}, which are those at d->next. */
static void hash(struct digest *d, struct view bytes)
{
	const struct file_hasher *hasher = d->env->hasher;

	if (hasher != NULL)
		hasher->add(hasher->ctx, d->hash, bytes);
	else
		hash_add(d->hash, bytes);
	if (d->part != NULL && !d->env->keeper->bytes(d->env->keeper->ctx, d->part, bytes))
		d->part = NULL;
	d->next += bytes.n;
}

/* Hash what waits from d->next up to ${end}. */
static void hash_waiting(struct digest *d, uint64_t end)
{
	while (d->next < end) {
		size_t n;
		const uint8_t *bytes = place(d->window, d->next, &n);

		hash(d, view_of(bytes, end - d->next < n ? (size_t)(end - d->next) : n));
	}
}

/* No block in front of d->next is needed any more. */
static void drop_passed(struct digest *d)
{
	struct digest_window *w = d->window;
	uint64_t lowest = d->next / DIGEST_BLOCK_BYTES;

	for (uint64_t i = 0; i < DIGEST_BLOCKS && w->lowest < lowest; i++)
		drop_block(w, w->lowest++);
	w->lowest = lowest;
}

/* Hash what has been waiting for d->next to come this far. */
static void drain(struct digest *d)
{
	struct digest_window *w = d->window;

	while (w != NULL && w->waiting.n > 0 && w->waiting.row[0].begin <= d->next) {
		struct range r = w->waiting.row[0];

		hash_waiting(d, r.end);
		ranges_remove(&w->waiting, r.begin, r.end);
	}
	if (w != NULL && w->waiting.n == 0)
		close_window(d);
	else if (w != NULL)
		drop_passed(d);
}

static bool is_within_reach(const struct digest *d, uint64_t offset, size_t n)
{
	return offset - d->next <= DIGEST_REACH && n <= DIGEST_REACH - (offset - d->next);
}

/* Keep ${bytes}, which came early. False: there is no room. */
static bool keep(struct digest *d, uint64_t offset, struct view bytes)
{
	if (!open_window(d))
		return false;
	while (bytes.n > 0) {
		size_t n;
		uint8_t *at = make_place(d, offset, &n);

		if (at == NULL)
			return false;
		n = view_copy(at, n, bytes);
		bytes = view_after(bytes, n);
		offset += n;
	}
	return true;
}

/* Room for one more piece that touches no other, if it can be had. */
static void make_row(struct digest *d)
{
	struct ranges *waiting = &d->window->waiting;
	struct range *rows = ranges_want_rows(waiting) ? take_from_others(d, DIGEST_ROWS * sizeof(*rows)) : NULL;

	if (rows != NULL)
		ranges_lend(waiting, rows, DIGEST_ROWS);
}

/* Note that they wait. False: there are too many holes. */
static bool note_waiting(struct digest *d, uint64_t begin, uint64_t end)
{
	make_row(d);
	return ranges_add(&d->window->waiting, begin, end);
}

static void hold(struct digest *d, uint64_t offset, struct view bytes)
{
	if (!is_within_reach(d, offset, bytes.n))
		give_up(d);
	else if (!keep(d, offset, bytes))
		lose(d);
	else if (!note_waiting(d, offset, offset + bytes.n))
		give_up(d);
}

void digest_feed(struct digest *d, uint64_t offset, struct view bytes)
{
	struct cursor c = cur_of(bytes);

	if (d->state != DIGEST_RUNS)
		return;
	if (offset > d->next) {
		hold(d, offset, bytes);
		return;
	}
	if (d->next - offset >= bytes.n)
		return;
	if (d->hash == NULL && !begin_hash(d)) {
		digest_spoil(d);
		return;
	}
	cur_skip(&c, d->next - offset);
	hash(d, cur_rest(&c));
	drain(d);
}

struct view digest_waiting(const struct digest *d, uint64_t offset)
{
	const struct ranges *r = d->window != NULL ? &d->window->waiting : NULL;

	for (uint32_t i = 0; r != NULL && i < r->n; i++)
		if (r->row[i].begin <= offset && offset < r->row[i].end) {
			size_t n;
			const uint8_t *bytes = place(d->window, offset, &n);

			return view_of(bytes, r->row[i].end - offset < n ? (size_t)(r->row[i].end - offset) : n);
		}
	return view_of(NULL, 0);
}

void digest_take_back(struct digest *d, uint64_t begin, uint64_t end)
{
	if (d->state != DIGEST_RUNS)
		return;
	if (begin < d->next) {
		digest_spoil(d);
		return;
	}
	if (d->window == NULL)
		return;
	ranges_remove(&d->window->waiting, begin, end);
	if (d->window->waiting.n == 0)
		close_window(d);
}

/* ---- the end ---- */

/* It runs, and has hashed just the first ${size} bytes. */
static bool is_whole(struct digest *d, uint64_t size)
{
	return d->state == DIGEST_RUNS && d->next == size && (d->hash != NULL || begin_hash(d));
}

enum digest_end digest_end(struct digest *d, uint64_t size, struct digest_result *out)
{
	struct digest_result result = { .is_kept = false };
	struct hash *h;

	d->is_guess = false;
	if (!is_whole(d, size)) {
		digest_spoil(d);
		return DIGEST_NONE;
	}
	h = d->hash;
	if (d->env->hasher != NULL) {
		d->env->hasher->end(d->env->hasher->ctx, h);
		leave(d);
		return DIGEST_LATER;
	}
	d->hash = NULL;
	if (!hash_end(h, &result.hash)) {
		leave(d);
		return DIGEST_NONE;
	}
	if (d->part != NULL)
		result.is_kept = d->env->keeper->end(d->env->keeper->ctx, d->part, result.hash.sha256);
	d->part = NULL;
	leave(d);
	*out = result;
	return DIGEST_READY;
}
