#include "sensor/core/table.h"

#include <assert.h>
#include <string.h>

static void give_back(struct table *t, struct pool *pool, size_t row_bytes)
{
	pool_put(pool, t->rows, t->cap * row_bytes);
	*t = (struct table){ 0 };
}

void *table_row(const struct table *t, size_t row_bytes, size_t i)
{
	assert(i < t->n);
	return (char *)t->rows + i * row_bytes;
}

void *table_add(struct table *t, struct pool *pool, size_t row_bytes)
{
	if (t->n == t->cap) {
		struct table bigger = { .n = t->n, .cap = t->cap == 0 ? 1 : (uint16_t)(t->cap * 2) };

		assert(bigger.cap > t->cap);
		bigger.rows = pool_get(pool, bigger.cap * row_bytes);
		if (bigger.rows == NULL)
			return NULL;
		if (t->n > 0)
			memcpy(bigger.rows, t->rows, t->n * row_bytes);
		give_back(t, pool, row_bytes);
		*t = bigger;
	}
	t->n++;
	return memset(table_row(t, row_bytes, t->n - 1u), 0, row_bytes);
}

void table_drop(struct table *t, struct pool *pool, size_t row_bytes, size_t i)
{
	char *at = table_row(t, row_bytes, i);

	memmove(at, at + row_bytes, (t->n - i - 1) * row_bytes);
	t->n--;
	if (t->n == 0)
		give_back(t, pool, row_bytes);
}
