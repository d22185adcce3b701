#include "sensor/file/digest.h"

#include "sensor/core/cursor.h"
#include "sensor/file/ranges.h"

#include <assert.h>

enum { WINDOW_BYTES = DIGEST_WINDOW_BLOCK - sizeof(struct ranges) - sizeof(uint64_t) };

/* Bytes that came early. */
struct digest_window {
	uint64_t base;		/* the file's offset of bytes[0] */
	struct ranges waiting;	/* which of the bytes are there, as offsets in the file */
	uint8_t bytes[WINDOW_BYTES];
};

_Static_assert(sizeof(struct digest_window) <= DIGEST_WINDOW_BLOCK, "one block of the pool's size class");

void digest_begin(struct digest *d, const struct file_hasher *hasher, const struct file_keeper *keeper)
{
	assert(hasher == NULL || keeper == NULL);
	*d = (struct digest){ .hash = hash_begin(), .hasher = hasher, .keeper = keeper };
	d->is_spoiled = d->hash == NULL;
	if (keeper != NULL && !d->is_spoiled)
		d->part = keeper->begin(keeper->ctx);
}

static void close_window(struct digest *d, struct pool *pool)
{
	pool_put(pool, d->window, sizeof(*d->window));
	d->window = NULL;
}

/* What belongs to the digest besides the hash is given up. */
static void leave(struct digest *d, struct pool *pool)
{
	close_window(d, pool);
	if (d->part != NULL)
		d->keeper->end(d->keeper->ctx, d->part, NULL);
	d->part = NULL;
	d->hash = NULL;
	d->is_spoiled = true;
}

void digest_spoil(struct digest *d, struct pool *pool)
{
	if (d->hasher != NULL && d->hash != NULL)
		d->hasher->drop(d->hasher->ctx, d->hash);
	else
		hash_drop(d->hash);
	leave(d, pool);
}

/* Hash ${bytes}, which are those at d->next. */
static void hash(struct digest *d, struct view bytes)
{
	if (d->hasher != NULL)
		d->hasher->add(d->hasher->ctx, d->hash, bytes);
	else
		hash_add(d->hash, bytes);
	if (d->part != NULL && !d->keeper->bytes(d->keeper->ctx, d->part, bytes))
		d->part = NULL;
	d->next += bytes.n;
}

/* Hash what has been waiting for d->next to come this far. */
static void drain(struct digest *d, struct pool *pool)
{
	struct digest_window *w = d->window;

	while (w != NULL && w->waiting.n > 0 && w->waiting.row[0].begin <= d->next) {
		struct range r = w->waiting.row[0];

		if (r.end > d->next)
			hash(d, view_of(w->bytes + (d->next - w->base), r.end - d->next));
		ranges_remove(&w->waiting, r.begin, r.end);
	}
	if (w != NULL && w->waiting.n == 0)
		close_window(d, pool);
}

/* Let the window begin at d->next. */
static void slide(struct digest *d)
{
	struct digest_window *w = d->window;
	uint64_t by = d->next - w->base;

	for (size_t i = 0; i < WINDOW_BYTES - by; i++)
		w->bytes[i] = w->bytes[i + by];
	w->base = d->next;
}

/* Keep ${bytes}, which came early. */
static void hold(struct digest *d, struct pool *pool, uint64_t offset, struct view bytes)
{
	if (offset - d->next > WINDOW_BYTES || bytes.n > WINDOW_BYTES - (offset - d->next)) {
		digest_spoil(d, pool);
		return;
	}
	if (d->window == NULL) {
		d->window = pool_get(pool, sizeof(*d->window));
		if (d->window == NULL) {
			digest_spoil(d, pool);
			return;
		}
		d->window->base = d->next;
	}
	if (offset - d->window->base + bytes.n > WINDOW_BYTES)
		slide(d);
	view_copy(d->window->bytes + (offset - d->window->base), bytes.n, bytes);
	if (!ranges_add(&d->window->waiting, offset, offset + bytes.n))
		digest_spoil(d, pool);
}

void digest_feed(struct digest *d, struct pool *pool, uint64_t offset, struct view bytes)
{
	struct cursor c = cur_of(bytes);

	if (d->hash == NULL)
		return;
	if (offset > d->next) {
		hold(d, pool, offset, bytes);
		return;
	}
	if (d->next - offset >= bytes.n)
		return;
	cur_skip(&c, d->next - offset);
	hash(d, cur_rest(&c));
	drain(d, pool);
}

void digest_take_back(struct digest *d, struct pool *pool, uint64_t begin, uint64_t end)
{
	if (d->hash == NULL)
		return;
	if (begin < d->next) {
		digest_spoil(d, pool);
		return;
	}
	if (d->window != NULL)
		ranges_remove(&d->window->waiting, begin, end);
}

enum digest_end digest_end(struct digest *d, struct pool *pool, uint64_t size, struct digest_result *out)
{
	struct digest_result result = { .is_kept = false };
	struct hash *h = d->hash;

	if (h == NULL || d->is_spoiled || d->next != size) {
		digest_spoil(d, pool);
		return DIGEST_NONE;
	}
	if (d->hasher != NULL) {
		d->hasher->end(d->hasher->ctx, h);
		leave(d, pool);
		return DIGEST_LATER;
	}
	d->hash = NULL;
	if (!hash_end(h, &result.hash)) {
		leave(d, pool);
		return DIGEST_NONE;
	}
	if (d->part != NULL)
		result.is_kept = d->keeper->end(d->keeper->ctx, d->part, result.hash.sha256);
	d->part = NULL;
	leave(d, pool);
	*out = result;
	return DIGEST_READY;
}
