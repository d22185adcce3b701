/*
 * SQLite behind query.h and the transactions of store.h. Beside it only
 * rows.c includes <sqlite3.h>, which asks a row for its columns.
 *
 * One connection that writes and some that read, each under its own lock, so
 * that the dashboard waits neither for a commit nor for one long report. WAL needs
 * synchronous=FULL for a commit to survive power loss, and an acknowledged
 * batch must. A database in memory has one connection, which does both.
 */
#include "collector/store/query.h"

#include "collector/store/migrate.h"
#include "proto/base/clock.h"
#include "proto/base/embedded.h"

#include <assert.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	BUSY_MS = 10000,
	TX_ERROR_BYTES = 256,
	READERS = 4,
	SEARCHERS = READERS - 1,	/* searches leave one reader to what is short */
	LOOKASIDE_BYTES = 1200,		/* SQLite's own size of small pieces, and five times its number of them: 600 KiB a connection */
	LOOKASIDE_PIECES = 500,
	OVERDUE_STEPS = 1000,		/* SQLite's own instructions between two looks at the clock: well under a millisecond */
};

struct store_tx {
	struct store *store;
	struct connection *on;
	bool is_open;		/* BEGIN succeeded */
	bool changes;
	bool failed;
	bool is_overdue;	/* why it failed */
	int64_t deadline_ns;	/* by the steady clock; 0: none */
	char error[TX_ERROR_BYTES];
};

struct connection {
	sqlite3 *db;
	pthread_mutex_t lock;	/* held from BEGIN to the end */
	struct store_tx tx;	/* the one under way */
	sqlite3_stmt *statements[N_QUERIES];
};

struct store {
	struct connection writer;
	struct connection readers[READERS];
	size_t n_readers;		/* 0 in memory */
	_Atomic unsigned next_reader;	/* to wait for when all are busy */
	_Atomic uint64_t version;
	int64_t search_ns;		/* how long a search may take */
};

static const char *const names[N_QUERIES] = {
#define QUERY(name) #name,
#include "collector/store/queries.def"
#undef QUERY
};

const char *query_name(enum query_id id)
{
	return names[id];
}

/* ---- failing ---------------------------------------------------------------------------------------------------------- */

bool store_tx_ok(const struct store_tx *tx)
{
	return !tx->failed;
}

void store_tx_fail(struct store_tx *tx, const char *format, ...)
{
	if (tx->failed)
		return;
	tx->failed = true;
	va_list args;
	va_start(args, format);
	vsnprintf(tx->error, sizeof tx->error, format, args);
	va_end(args);
}

/* SQLite's own words, which name the thing: "database or disk is full". */
static void fail_sqlite(struct store_tx *tx, const char *doing)
{
	if (tx->is_overdue)
		store_tx_fail(tx, "this search took longer than %d s: narrow it with from and to", STORE_SEARCH_SECONDS);
	else
		store_tx_fail(tx, "%s: %s", doing, sqlite3_errmsg(tx->on->db));
}

bool store_tx_is_overdue(const struct store_tx *tx)
{
	return tx->is_overdue;
}

/* ---- opening ---------------------------------------------------------------------------------------------------------- */

static int run(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : -1;
}

/* SQLite asks now and then while a query runs: other than 0 ends it. */
static int is_overdue(void *ctx)
{
	struct store_tx *tx = &((struct connection *)ctx)->tx;
	tx->is_overdue = tx->deadline_ns != 0 && clock_steady_ns() > tx->deadline_ns;
	return tx->is_overdue;
}

static int connection_open(struct connection *c, const char *path, const char *pragmas, char *error, size_t error_cap)
{
	pthread_mutex_init(&c->lock, NULL);
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
	if (sqlite3_open_v2(path, &c->db, flags, NULL) == SQLITE_OK) {
		sqlite3_extended_result_codes(c->db, 1);
		sqlite3_busy_timeout(c->db, BUSY_MS);
		sqlite3_progress_handler(c->db, OVERDUE_STEPS, is_overdue, c);
		if (run(c->db, pragmas) == 0)
			return 0;
	}
	snprintf(error, error_cap, "open database %s: %s", path, sqlite3_errmsg(c->db));
	return -1;
}

static void connection_close(struct connection *c)
{
	for (size_t i = 0; i < N_QUERIES; i++)
		sqlite3_finalize(c->statements[i]);
	sqlite3_close(c->db);
	pthread_mutex_destroy(&c->lock);
}

static int user_version(sqlite3 *db)
{
	sqlite3_stmt *st = NULL;
	int version = -1;
	if (sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &st, NULL) == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW)
		version = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return version;
}

/* One migration and its number, in one transaction. */
static int migrate_one(sqlite3 *db, const struct migration *m)
{
	char mark[64];
	snprintf(mark, sizeof mark, "PRAGMA user_version = %d", m->number);
	if (run(db, m->sql) == 0 && run(db, mark) == 0)
		return 0;
	return -1;
}

/* Two programs may open a new database at once, so the version is read under the write lock. */
static int migrate(sqlite3 *db, const char *path, char *error, size_t error_cap)
{
	if (run(db, "BEGIN IMMEDIATE") != 0)
		goto fail;
	int version = user_version(db);
	int newest = migrate_newest();
	if (version > newest) {
		snprintf(error, error_cap,
			 "database %s has schema %d, this program knows up to %d: use the newer ashiato-collector", path,
			 version, newest);
		run(db, "ROLLBACK");
		return -1;
	}
	struct migration m;
	while (migrate_next(version, &m)) {
		if (migrate_one(db, &m) != 0)
			goto fail;
		version = m.number;
	}
	if (run(db, "COMMIT") == 0)
		return 0;
fail:
	snprintf(error, error_cap, "migrate database %s: %s", path, sqlite3_errmsg(db));
	run(db, "ROLLBACK");
	return -1;
}

static void close_readers(struct store *s)
{
	while (s->n_readers > 0)
		connection_close(&s->readers[--s->n_readers]);
}

/* Nobody asks SQLite how much memory it has taken; to count it takes a lock for each piece. Before the first database is opened. */
static void configure(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	sqlite3_config(SQLITE_CONFIG_LOOKASIDE, LOOKASIDE_BYTES, LOOKASIDE_PIECES);
}

struct store *store_open(const char *path, char *error, size_t error_cap)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, configure);
	struct store *s = calloc(1, sizeof *s);
	if (s == NULL) {
		snprintf(error, error_cap, "open database %s: out of memory", path);
		return NULL;
	}
	s->search_ns = STORE_SEARCH_SECONDS * CLOCK_SECOND_NS;
	/* 64 MiB of pages and a log of 32 MiB: half the processor time of storing many records with their indexes. Records with their
	 * raw text are long: pages of 8 KiB take a sixth less to store them than those of 4 (a new database's; an old one keeps its). */
	static const char writes[] = "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
				     "PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4096;"
				     "PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY";
	static const char reads[] = "PRAGMA query_only = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY";
	if (connection_open(&s->writer, path, writes, error, error_cap) != 0)
		goto close_writer;
	if (migrate(s->writer.db, path, error, error_cap) != 0)
		goto close_writer;
	if (strcmp(path, ":memory:") == 0)
		return s;
	while (s->n_readers < READERS)
		if (connection_open(&s->readers[s->n_readers++], path, reads, error, error_cap) != 0)
			goto close_all;
	return s;
close_all:
	close_readers(s);
close_writer:
	connection_close(&s->writer);
	free(s);
	return NULL;
}

void store_close(struct store *s)
{
	if (s == NULL)
		return;
	close_readers(s);
	connection_close(&s->writer);
	free(s);
}

void store_limit_pages(struct store *s, int64_t pages)
{
	char sql[64];
	snprintf(sql, sizeof sql, "PRAGMA max_page_count = %lld", pages > 0 ? (long long)pages : 4294967294LL);
	pthread_mutex_lock(&s->writer.lock);
	run(s->writer.db, sql);
	pthread_mutex_unlock(&s->writer.lock);
}

void store_limit_search(struct store *s, int64_t ns)
{
	s->search_ns = ns;
}

uint64_t store_version(struct store *s)
{
	return s->version;
}

/* ---- transactions ----------------------------------------------------------------------------------------------------- */

/* On ${c}, whose lock is held. */
static struct store_tx *begin(struct store *s, struct connection *c, const char *how)
{
	c->tx = (struct store_tx){ .store = s, .on = c };
	if (run(c->db, how) == 0)
		c->tx.is_open = true;
	else
		fail_sqlite(&c->tx, "begin");
	return &c->tx;
}

struct store_tx *store_write(struct store *s)
{
	pthread_mutex_lock(&s->writer.lock);
	return begin(s, &s->writer, "BEGIN IMMEDIATE");
}

/* A reading connection among the first ${n}, locked: the first that is idle, else whichever is next. In memory the only one. */
static struct connection *take_reader(struct store *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (pthread_mutex_trylock(&s->readers[i].lock) == 0)
			return &s->readers[i];
	struct connection *c = n > 0 ? &s->readers[s->next_reader++ % n] : &s->writer;
	pthread_mutex_lock(&c->lock);
	return c;
}

struct store_tx *store_read(struct store *s)
{
	return begin(s, take_reader(s, s->n_readers), "BEGIN");
}

struct store_tx *store_search(struct store *s)
{
	struct store_tx *tx = begin(s, take_reader(s, s->n_readers > 0 ? SEARCHERS : 0), "BEGIN");
	tx->deadline_ns = clock_steady_ns() + s->search_ns;
	return tx;
}

void store_tx_changes(struct store_tx *tx)
{
	tx->changes = true;
}

/* A statement left in the middle of its rows would keep the transaction open. */
static void reset_all(struct connection *c)
{
	for (size_t i = 0; i < N_QUERIES; i++)
		if (c->statements[i] != NULL && sqlite3_stmt_busy(c->statements[i]))
			sqlite3_reset(c->statements[i]);
}

int store_commit(struct store_tx *tx, char *error, size_t error_cap)
{
	tx->deadline_ns = 0;	/* what is read is read */
	if (!tx->failed && run(tx->on->db, "COMMIT") != 0)
		fail_sqlite(tx, "commit");
	if (tx->failed) {
		snprintf(error, error_cap, "%s", tx->error);
		store_rollback(tx);
		return -1;
	}
	if (tx->changes)
		tx->store->version++;
	pthread_mutex_unlock(&tx->on->lock);
	return 0;
}

void store_rollback(struct store_tx *tx)
{
	reset_all(tx->on);
	tx->deadline_ns = 0;
	/* A full disk has rolled back already. */
	if (tx->is_open && !sqlite3_get_autocommit(tx->on->db))
		run(tx->on->db, "ROLLBACK");
	pthread_mutex_unlock(&tx->on->lock);
}

/* ---- queries ---------------------------------------------------------------------------------------------------------- */

/* The embedded text of schema/queries/${name}.sql. */
static const char *text_of(const char *name)
{
	char file[96];
	snprintf(file, sizeof file, "schema/queries/%s.sql", name);
	for (const struct embedded_file *f = embedded_schema; f->name != NULL; f++)
		if (strcmp(f->name, file) == 0)
			return f->bytes;
	return NULL;
}

struct query query_of(struct store_tx *tx, enum query_id id)
{
	struct query q = { tx, NULL };
	if (tx->failed)
		return q;
	sqlite3_stmt **kept = &tx->on->statements[id];
	if (*kept == NULL) {
		const char *sql = text_of(names[id]);
		assert(sql != NULL && "a query without its file");
		if (sqlite3_prepare_v3(tx->on->db, sql, -1, SQLITE_PREPARE_PERSISTENT, kept, NULL) != SQLITE_OK) {
			fail_sqlite(tx, names[id]);
			return q;
		}
	}
	assert(!sqlite3_stmt_busy(*kept) && "a query inside itself");
	sqlite3_clear_bindings(*kept);
	q.statement = *kept;
	return q;
}

static int index_of(struct query q, const char *name)
{
	int i = sqlite3_bind_parameter_index(q.statement, name);
	assert(i != 0 && "no such parameter");
	return i;
}

static void bound(struct query q, int result)
{
	if (result != SQLITE_OK)
		fail_sqlite(q.tx, "bind");
}

void query_int(struct query q, const char *name, int64_t value)
{
	if (q.statement != NULL)
		bound(q, sqlite3_bind_int64(q.statement, index_of(q, name), value));
}

void query_int_or_null(struct query q, const char *name, int64_t value, bool is_known)
{
	if (is_known)
		query_int(q, name, value);
}

void query_text(struct query q, const char *name, const char *value)
{
	if (q.statement != NULL)
		bound(q, sqlite3_bind_text(q.statement, index_of(q, name), value, -1, SQLITE_STATIC));
}

void query_blob(struct query q, const char *name, const void *bytes, size_t n)
{
	if (q.statement != NULL)
		bound(q, sqlite3_bind_blob64(q.statement, index_of(q, name), bytes, n, SQLITE_STATIC));
}

void query_int_at(struct query q, int place, int64_t value)
{
	if (q.statement != NULL)
		bound(q, sqlite3_bind_int64(q.statement, place, value));
}

void query_text_at(struct query q, int place, const char *value, size_t n)
{
	if (q.statement != NULL)
		bound(q, sqlite3_bind_text(q.statement, place, value, (int)n, SQLITE_STATIC));
}

void query_json(struct query q, const char *name, const json_t *value)
{
	if (q.statement == NULL || value == NULL)
		return;
	char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	if (text == NULL)
		store_tx_fail(q.tx, "out of memory");
	else
		bound(q, sqlite3_bind_text(q.statement, index_of(q, name), text, -1, free));
}

bool query_row(struct query q)
{
	if (q.statement == NULL || q.tx->failed)
		return false;
	int result = sqlite3_step(q.statement);
	if (result == SQLITE_ROW)
		return true;
	if (result != SQLITE_DONE)
		fail_sqlite(q.tx, "database");
	sqlite3_reset(q.statement);
	return false;
}

void query_end(struct query q)
{
	if (q.statement != NULL)
		sqlite3_reset(q.statement);
}

void query_run(struct query q)
{
	while (query_row(q))
		;
}

int64_t query_number(struct query q, int64_t otherwise)
{
	int64_t n = query_row(q) ? column_int(q, 0) : otherwise;
	query_end(q);
	return n;
}

int64_t query_inserted(struct query q)
{
	if (q.statement == NULL)
		return 0;
	sqlite3 *db = q.tx->on->db;
	query_run(q);
	return !q.tx->failed && sqlite3_changes(db) > 0 ? sqlite3_last_insert_rowid(db) : 0;
}

size_t query_ids(struct query q, int64_t **ids)
{
	size_t n = 0, cap = 0;
	*ids = NULL;
	while (query_row(q)) {
		if (n == cap) {
			cap = cap == 0 ? 64 : cap * 2;
			int64_t *grown = reallocarray(*ids, cap, sizeof *grown);
			if (grown == NULL) {
				store_tx_fail(q.tx, "out of memory");
				break;
			}
			*ids = grown;
		}
		(*ids)[n++] = column_int(q, 0);
	}
	return n;
}

int64_t column_int(struct query q, int column)
{
	return sqlite3_column_int64(q.statement, column);
}

double column_real(struct query q, int column)
{
	return sqlite3_column_double(q.statement, column);
}

bool column_is_null(struct query q, int column)
{
	return sqlite3_column_type(q.statement, column) == SQLITE_NULL;
}

const char *column_text(struct query q, int column)
{
	return (const char *)sqlite3_column_text(q.statement, column);
}

const void *column_blob(struct query q, int column, size_t *n)
{
	const void *bytes = sqlite3_column_blob(q.statement, column);
	*n = (size_t)sqlite3_column_bytes(q.statement, column);
	return bytes;
}

json_t *column_json(struct query q, int column)
{
	const char *text = column_text(q, column);
	return text != NULL ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;
}
