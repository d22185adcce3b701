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

#include <stddef.h>
#include <stdint.h>

struct table {
	void *rows;
	uint16_t n;
	uint16_t cap;	/* rows there is room for */
};

/* A zeroed row of ${row_bytes} at the end; NULL, and the table as it was, when the pool is full. At most 65,535 rows. */
void *table_add(struct table *t, struct pool *pool, size_t row_bytes);

/* Row ${i}; i < t->n. */
void *table_row(const struct table *t, size_t row_bytes, size_t i);

/* Take row ${i} out; those behind it move up. */
void table_drop(struct table *t, struct pool *pool, size_t row_bytes, size_t i);

#endif
