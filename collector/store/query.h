/*
 * Named queries inside a transaction: how the files of store/ speak to the
 * database without knowing which one it is. A query is a file
 * schema/queries/NAME.sql; values are bound by the parameter's name, never
 * printed into it; it is prepared once per connection and kept.
 *
 * A transaction is sticky: after its first failure every query does nothing,
 * every read gives 0 or NULL, and committing it rolls back and says why. Test
 * once, at the end.
 */
#ifndef ASHIATO_COLLECTOR_STORE_QUERY_H
#define ASHIATO_COLLECTOR_STORE_QUERY_H

#include "collector/store/store.h"

enum query_id {
#define QUERY(name) QUERY_##name,
#include "collector/store/queries.def"
#undef QUERY
	N_QUERIES
};

/* Its file's name without folder and ending. */
const char *query_name(enum query_id id);

/* A query under way. The value is a handle: copy it freely; only one of an id may be under way in a transaction. */
struct query {
	struct store_tx *tx;
	void *statement;	/* NULL once the transaction has failed */
};

struct query query_of(struct store_tx *tx, enum query_id id);

/* Bind ${value} to ":name". Text and blobs must live until the query ends; NULL text is NULL. What is not bound is NULL. */
void query_int(struct query q, const char *name, int64_t value);
void query_int_or_null(struct query q, const char *name, int64_t value, bool is_known);
void query_text(struct query q, const char *name, const char *value);
void query_blob(struct query q, const char *name, const void *bytes, size_t n);
/* The same to the parameter at ${place}, from 1 in the order of the file: for what is stored a hundred thousand times a second. */
void query_int_at(struct query q, int place, int64_t value);
void query_text_at(struct query q, int place, const char *value, size_t n);
/* As JSON text; NULL is NULL. Copied. */
void query_json(struct query q, const char *name, const json_t *value);

/* The next row; false at the end, which ends the query, and on failure. */
bool query_row(struct query q);

/* End a query before its last row. */
void query_end(struct query q);

/* All rows at once: run a query that has none to give. */
void query_run(struct query q);

/* Run it and give the first column of its one row; ${otherwise} if there is none. */
int64_t query_number(struct query q, int64_t otherwise);

/* Run an INSERT of one row ON CONFLICT DO NOTHING: its number, 0 if it was there. Cheaper than RETURNING. */
int64_t query_inserted(struct query q);

/* The first column of all rows: ${*ids}, which the caller frees. How many. */
size_t query_ids(struct query q, int64_t **ids);

/* Columns of the row at hand, from 0, valid until the next one. */
int64_t column_int(struct query q, int column);
double column_real(struct query q, int column);
bool column_is_null(struct query q, int column);
const char *column_text(struct query q, int column);
const void *column_blob(struct query q, int column, size_t *n);
/* Parsed; a new reference, NULL for NULL. */
json_t *column_json(struct query q, int column);

/* The row as a JSON object (new reference). A column "name" gives the key; "name:kind" says how to print it: act, bool,
 * time, hex (64 bits, 0 is null), json, verdict. Columns whose name begins with ':' stay out. */
json_t *query_object(struct query q);

#endif
