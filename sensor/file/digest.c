#include "sensor/file/digest.h"

#include "sensor/core/algorithm.h"
#include "sensor/core/cursor.h"
#include "sensor/file/ranges.h"

#include <openssl/evp.h>

enum { WINDOW_BYTES = DIGEST_WINDOW_BLOCK - sizeof(struct ranges) - sizeof(uint64_t) };

/* Bytes that came early. */
struct digest_window {
	uint64_t base;		/* the file's offset of bytes[0] */
	struct ranges waiting;	/* which of the bytes are there, as offsets in the file */
	uint8_t bytes[WINDOW_BYTES];
};

_Static_assert(sizeof(struct digest_window) <= DIGEST_WINDOW_BLOCK, "one block of the pool's size class");

void digest_prepare(void)
{
	struct digest d = { .next = 0 };

	digest_begin(&d, NULL);
	digest_spoil(&d, NULL);
}

static EVP_MD_CTX *begin_hash(const EVP_MD *which)
{
	EVP_MD_CTX *hash = EVP_MD_CTX_new();

	if (hash == NULL || EVP_DigestInit_ex(hash, which, NULL) == 1)
		return hash;
	EVP_MD_CTX_free(hash);
	return NULL;
}

void digest_begin(struct digest *d, const struct file_keeper *keeper)
{
	*d = (struct digest){ .sha256 = begin_hash(algorithm_sha256()), .md5 = begin_hash(algorithm_md5()), .keeper = keeper };
	d->is_spoiled = d->sha256 == NULL;
	if (keeper != NULL && !d->is_spoiled)
		d->part = keeper->begin(keeper->ctx);
}

static void close_window(struct digest *d, struct pool *pool)
{
	pool_put(pool, d->window, sizeof(*d->window));
	d->window = NULL;
}

void digest_spoil(struct digest *d, struct pool *pool)
{
	close_window(d, pool);
	if (d->part != NULL)
		d->keeper->end(d->keeper->ctx, d->part, NULL);
	d->part = NULL;
	EVP_MD_CTX_free(d->sha256);
	EVP_MD_CTX_free(d->md5);
	d->sha256 = d->md5 = NULL;
	d->is_spoiled = true;
}

/* Hash ${bytes}, which are those at d->next. */
static void hash(struct digest *d, struct view bytes)
{
	d->is_spoiled = d->is_spoiled || EVP_DigestUpdate(d->sha256, bytes.bytes, bytes.n) != 1 ||
			(d->md5 != NULL && EVP_DigestUpdate(d->md5, bytes.bytes, bytes.n) != 1);
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

	if (d->sha256 == NULL)
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
	if (d->sha256 == NULL)
		return;
	if (begin < d->next) {
		digest_spoil(d, pool);
		return;
	}
	if (d->window != NULL)
		ranges_remove(&d->window->waiting, begin, end);
}

bool digest_end(struct digest *d, struct pool *pool, uint64_t size, struct digest_result *out)
{
	struct digest_result result = { .has_md5 = d->md5 != NULL };
	bool ok = d->sha256 != NULL && !d->is_spoiled && d->next == size && EVP_DigestFinal_ex(d->sha256, result.sha256, NULL) == 1 &&
		  (!result.has_md5 || EVP_DigestFinal_ex(d->md5, result.md5, NULL) == 1);

	if (ok && d->part != NULL) {
		result.is_kept = d->keeper->end(d->keeper->ctx, d->part, result.sha256);
		d->part = NULL;
	}
	digest_spoil(d, pool);
	if (ok)
		*out = result;
	return ok;
}
