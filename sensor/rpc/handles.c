#include "sensor/rpc/handles.h"

#include <string.h>

static struct handle *find(const struct handles *h, struct view handle)
{
	for (size_t i = 0; h->rows != NULL && i < HANDLES_MAX; i++)
		if (h->rows[i].name != NULL && view_equals(view_of(h->rows[i].bytes, NDR_HANDLE_BYTES), handle))
			return &h->rows[i];
	return NULL;
}

static void clear(struct handles *h, struct handle *row)
{
	pool_put(h->pool, row->name, row->name_bytes);
	*row = (struct handle){ 0 };
}

/* A row to use: the one of the same handle, a free one, or the next in turn. */
static struct handle *row_for(struct handles *h, struct view handle)
{
	struct handle *row = find(h, handle);

	for (size_t i = 0; row == NULL && i < HANDLES_MAX; i++)
		if (h->rows[i].name == NULL)
			row = &h->rows[i];
	if (row == NULL) {
		row = &h->rows[h->next];
		h->next = (h->next + 1) % HANDLES_MAX;
		if (h->counts != NULL)
			count(h->counts, COUNT_RPC_TABLE_FULL);
	}
	clear(h, row);
	return row;
}

void handles_put(struct handles *h, struct view handle, const char *name)
{
	static const uint8_t nothing[NDR_HANDLE_BYTES];
	size_t n = strlen(name) + 1;
	struct handle *row;

	if (handle.n != NDR_HANDLE_BYTES || view_equals(handle, view_of(nothing, sizeof(nothing))))
		return;
	if (h->rows == NULL)
		h->rows = pool_get(h->pool, HANDLES_MAX * sizeof(*h->rows));
	if (h->rows == NULL)
		return;
	row = row_for(h, handle);
	row->name = pool_take(h->pool, n);
	if (row->name == NULL)
		return;
	row->name_bytes = n;
	view_copy(row->name, n, view_of(name, n));
	view_copy(row->bytes, NDR_HANDLE_BYTES, handle);
}

const char *handles_name(const struct handles *h, struct view handle)
{
	const struct handle *row = find(h, handle);

	return row != NULL ? row->name : NULL;
}

void handles_forget(struct handles *h, struct view handle)
{
	struct handle *row = find(h, handle);

	if (row != NULL)
		clear(h, row);
}

void handles_fini(struct handles *h)
{
	for (size_t i = 0; h->rows != NULL && i < HANDLES_MAX; i++)
		clear(h, &h->rows[i]);
	pool_put(h->pool, h->rows, HANDLES_MAX * sizeof(*h->rows));
	h->rows = NULL;
}
