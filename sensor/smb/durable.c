#include "sensor/smb/durable.h"

#include "sensor/core/limits.h"

#include <string.h>

enum { ADDRESS_BYTES = 16 };

struct row {
	struct row *older;
	uint64_t persistent_id;
	char *share;
	char *path;
	uint8_t n_address;
	uint8_t address[ADDRESS_BYTES];
};

struct durables {
	struct pool *pool;
	struct row *newest;
	uint32_t n;
};

struct durables *durables_new(struct pool *pool)
{
	struct durables *d = pool_get(pool, sizeof(*d));

	if (d != NULL)
		d->pool = pool;
	return d;
}

static void free_text(struct pool *pool, char *text)
{
	if (text != NULL)
		pool_put(pool, text, strlen(text) + 1);
}

/* Take the row at ${at} out. */
static void drop(struct durables *d, struct row **at)
{
	struct row *r = *at;

	*at = r->older;
	free_text(d->pool, r->share);
	free_text(d->pool, r->path);
	pool_put(d->pool, r, sizeof(*r));
	d->n--;
}

void durables_free(struct durables *d)
{
	if (d == NULL)
		return;
	while (d->newest != NULL)
		drop(d, &d->newest);
	pool_put(d->pool, d, sizeof(*d));
}

static bool is(const struct row *r, struct view server, uint64_t persistent_id)
{
	return r->persistent_id == persistent_id && view_equals(view_of(r->address, r->n_address), server);
}

static char *copy_text(struct pool *pool, const char *text)
{
	size_t n = text != NULL ? strlen(text) + 1 : 0;
	char *copy = n > 0 ? pool_get(pool, n) : NULL;

	if (copy != NULL)
		view_copy(copy, n, view_of(text, n));
	return copy;
}

/* False if there was no need for it. */
static bool make_room(struct durables *d)
{
	struct row **at = &d->newest;

	if (d->n < LIMIT_DURABLES)
		return false;
	while ((*at)->older != NULL)
		at = &(*at)->older;
	drop(d, at);
	return true;
}

bool durables_keep(struct durables *d, const struct durable_open *o)
{
	bool has_forgotten;
	struct row *r;

	if (d == NULL)
		return false;
	has_forgotten = make_room(d);
	r = pool_get(d->pool, sizeof(*r));
	if (r == NULL)
		return false;
	r->older = d->newest;
	r->persistent_id = o->persistent_id;
	r->n_address = (uint8_t)view_copy(r->address, sizeof(r->address), o->server);
	r->share = copy_text(d->pool, o->share);
	r->path = copy_text(d->pool, o->path);
	d->newest = r;
	d->n++;
	return !has_forgotten && (r->path != NULL || o->path == NULL);
}

bool durables_find(const struct durables *d, struct view server, uint64_t persistent_id, struct durable_open *out)
{
	const struct row *r = d != NULL ? d->newest : NULL;

	while (r != NULL && !is(r, server, persistent_id))
		r = r->older;
	if (r == NULL)
		return false;
	*out = (struct durable_open){ .server = server, .persistent_id = persistent_id, .share = r->share, .path = r->path };
	return true;
}

void durables_drop(struct durables *d, struct view server, uint64_t persistent_id)
{
	struct row **at = &d->newest;

	while (*at != NULL && !is(*at, server, persistent_id))
		at = &(*at)->older;
	if (*at != NULL)
		drop(d, at);
}
