#include "sensor/core/table.h"

#include <string.h>

enum { CAP_MAX = 32768 };

static size_t block_bytes(uint32_t cap, size_t row_bytes)
{
	return sizeof(struct table_rows) + cap * row_bytes;
}

static void give_back(struct table *t, struct pool *pool, size_t row_bytes)
{
	if (t->rows != NULL)
		pool_put(pool, t->rows, block_bytes(t->rows->cap, row_bytes));
	t->rows = NULL;
}

/* Room for one row more; false when the pool is full. */
static bool grow(struct table *t, struct pool *pool, size_t row_bytes)
{
	uint32_t cap = t->rows != NULL ? t->rows->cap * 2 : 1;
	struct table_rows *bigger;

	assert(cap <= CAP_MAX);
	bigger = pool_take(pool, block_bytes(cap, row_bytes));
	if (bigger == NULL)
		return false;
	bigger->n = (uint32_t)table_n(t);
	bigger->cap = cap;
	if (bigger->n > 0)
		memcpy(bigger->row, t->rows->row, bigger->n * row_bytes);
	give_back(t, pool, row_bytes);
	t->rows = bigger;
	return true;
}

void *table_add(struct table *t, struct pool *pool, size_t row_bytes)
{
	if ((t->rows == NULL || t->rows->n == t->rows->cap) && !grow(t, pool, row_bytes))
		return NULL;
	t->rows->n++;
	return memset(table_row(t, row_bytes, t->rows->n - 1), 0, row_bytes);
}

void table_drop(struct table *t, struct pool *pool, size_t row_bytes, size_t i)
{
	char *at = table_row(t, row_bytes, i);

	memmove(at, at + row_bytes, (t->rows->n - i - 1) * row_bytes);
	t->rows->n--;
	if (t->rows->n == 0)
		give_back(t, pool, row_bytes);
}
