/*
 * A short ordered table in pool memory: rows of one size, the oldest first.
 *
 * It begins with one row and doubles, so that the one session and the one tree
 * of an idle connection cost what one row costs; when the last row goes, the
 * memory goes too. Adding or dropping a row moves others: keep no pointer to a
 * row across either. What a row owns is its owner's to release.
 */
#ifndef ASHIATO_SENSOR_CORE_TABLE_H
#define ASHIATO_SENSOR_CORE_TABLE_H

#include "sensor/core/pool.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct table_rows {
	uint32_t n;
	uint32_t cap;	/* rows there is room for */
	_Alignas(8) char row[];
};

struct table {
	struct table_rows *rows;	/* NULL while there is none */
};

/* How many rows there are. */
static inline size_t table_n(const struct table *t)
{
	return t->rows != NULL ? t->rows->n : 0;
}

/* A zeroed row of ${row_bytes} at the end; NULL, and the table as it was, when the pool is full. At most 32,768 rows. */
void *table_add(struct table *t, struct pool *pool, size_t row_bytes);

/* Row ${i}; i < table_n. */
static inline void *table_row(const struct table *t, size_t row_bytes, size_t i)
{
	assert(i < table_n(t));
	return t->rows->row + i * row_bytes;
}

/* Take row ${i} out; those behind it move up. */
void table_drop(struct table *t, struct pool *pool, size_t row_bytes, size_t i);

#endif
