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

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct table {
	struct table_rows *rows;	/* NULL while there is none */
};

/* How many rows there are. */
size_t table_n(const struct table *t);

/* A zeroed row of ${row_bytes} at the end; NULL, and the table as it was, when the pool is full. At most 32,768 rows. */
void *table_add(struct table *t, struct pool *pool, size_t row_bytes);

/* Row ${i}; i < table_n. */
void *table_row(const struct table *t, size_t row_bytes, size_t i);

/* Take row ${i} out; those behind it move up. */
void table_drop(struct table *t, struct pool *pool, size_t row_bytes, size_t i);

#endif
