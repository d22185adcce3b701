#include "collector/store/query.h"
#include "collector/store/store.h"
#include "proto/base/clock.h"
#include "proto/base/embedded.h"
#include "tests/lib/facts.h"
#include "tests/lib/scratch.h"

#include <criterion/criterion.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

enum { T0 = 1400000000 };	/* second all facts begin at */

static char error[256];

static struct store *open_at(const char *path)
{
	struct store *s = store_open(path, error, sizeof error);
	cr_assert_not_null(s, "%s", error);
	return s;
}

static void commit(struct store_tx *tx)
{
	cr_assert_eq(store_commit(tx, error, sizeof error), 0, "%s", error);
}

static struct enrolled enrol(struct store *s, const char *name)
{
	struct enrolled who;
	struct store_tx *tx = store_write(s);
	store_sensor_add(tx, name, "branch", name, 1);
	cr_assert(store_sensor_of_key(tx, name, &who));
	commit(tx);
	return who;
}

static struct origin origin_of(const struct enrolled *who)
{
	return (struct origin){ who->sensor_id, who->site_id, who->name, who->site, 7 };
}

static void add_all(struct store_tx *tx, const struct enrolled *who, const Ev__EventBatch *batch)
{
	struct origin from = origin_of(who);
	for (size_t i = 0; i < batch->n_events; i++)
		store_event_add(tx, &from, batch->events[i]);
}

Test(store, one_long_reading_does_not_keep_others_waiting)
{
	struct store *s = open_at(scratch_path("readers.db"));
	enrol(s, "one");
	struct store_tx *report = store_read(s), *page = store_read(s);
	cr_assert_neq(report, page);
	cr_assert_eq(store_users(page), 0);
	commit(page);
	commit(report);
	store_close(s);
}

/* ---- opening ---------------------------------------------------------------------------------------------------------- */

Test(store, a_new_database_is_opened_again_with_what_was_committed)
{
	struct store *s = open_at(scratch_path("again.db"));
	struct enrolled who = enrol(s, "one");
	store_close(s);
	s = open_at(scratch_path("again.db"));
	struct enrolled found;
	struct store_tx *tx = store_read(s);
	cr_assert(store_sensor_of_key(tx, "one", &found));
	commit(tx);
	cr_assert_eq(found.sensor_id, who.sensor_id);
	cr_assert_str_eq(found.site, "branch");
	store_close(s);
}

Test(store, a_database_newer_than_the_program_is_refused_with_a_sentence)
{
	const char *path = scratch_path("newer.db");
	sqlite3 *db;
	cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
	sqlite3_exec(db, "PRAGMA user_version = 9999", NULL, NULL, NULL);
	sqlite3_close(db);
	cr_assert_null(store_open(path, error, sizeof error));
	cr_assert(strstr(error, "schema 9999") != NULL && strstr(error, "newer") != NULL, "%s", error);
}

Test(store, what_is_no_database_is_refused_with_its_name)
{
	const char *path = scratch_path("not.db");
	FILE *f = fopen(path, "w");
	for (int i = 0; i < 1000; i++)
		fputs("this is a letter, not a database\n", f);
	fclose(f);
	cr_assert_null(store_open(path, error, sizeof error));
	cr_assert_not_null(strstr(error, "not.db"), "%s", error);
	cr_assert_null(store_open(scratch_path("no/such/folder.db"), error, sizeof error));
	cr_assert_not_null(strstr(error, "folder.db"), "%s", error);
}

Test(store, every_query_of_the_list_has_its_file_and_every_file_its_row)
{
	struct store *s = open_at(":memory:");
	struct store_tx *tx = store_write(s);
	for (int i = 0; i < N_QUERIES; i++) {
		query_of(tx, (enum query_id)i);
		cr_assert(store_tx_ok(tx), "%s", query_name((enum query_id)i));
	}
	commit(tx);
	size_t n = 0;
	for (const struct embedded_file *f = embedded_schema; f->name != NULL; f++)
		n += strncmp(f->name, "schema/queries/", 15) == 0;
	cr_assert_eq(n, (size_t)N_QUERIES, "%zu files, %d rows in queries.def", n, N_QUERIES);
	store_close(s);
}

/* ---- transactions ----------------------------------------------------------------------------------------------------- */

Test(store, a_transaction_that_failed_stores_nothing_and_says_why)
{
	struct store *s = open_at(scratch_path("sticky.db"));
	struct store_tx *tx = store_write(s);
	store_site(tx, "kept?");
	store_sensor_add(tx, "one", "branch", "key", 1);
	store_sensor_add(tx, "one", "branch", "other", 1);
	cr_assert_not(store_tx_ok(tx));
	cr_assert_eq(store_site(tx, "later"), 0, "a failed transaction does nothing");
	cr_assert_eq(store_commit(tx, error, sizeof error), -1);
	cr_assert_not_null(strstr(error, "one is enrolled already"), "%s", error);
	struct enrolled who;
	tx = store_read(s);
	cr_assert_not(store_sensor_of_key(tx, "key", &who));
	commit(tx);
	store_close(s);
}

Test(store, a_full_disk_is_told_and_the_next_transaction_works)
{
	struct store *s = open_at(scratch_path("full.db"));
	struct enrolled who = enrol(s, "one");
	store_limit_pages(s, 1);
	struct facts_session session = { "10.0.0.1", "10.0.0.2", 50000, 9, T0 };
	Ev__EventBatch *batch = facts_new(7, 1);
	for (int i = 0; i < 500; i++)
		facts_tree(batch, &session, "ADMIN$");
	struct store_tx *tx = store_write(s);
	add_all(tx, &who, batch);
	cr_assert_eq(store_commit(tx, error, sizeof error), -1);
	cr_assert_not_null(strstr(error, "full"), "%s", error);
	store_limit_pages(s, 0);
	tx = store_write(s);
	add_all(tx, &who, batch);
	commit(tx);
	facts_free(batch);
	store_close(s);
}

Test(store, the_version_moves_with_changes_that_show_and_with_no_others)
{
	struct store *s = open_at(":memory:");
	uint64_t before = store_version(s);
	enrol(s, "one");
	cr_assert_eq(store_version(s), before);
	struct store_tx *tx = store_write(s);
	store_tx_changes(tx);
	commit(tx);
	cr_assert_eq(store_version(s), before + 1);
	tx = store_write(s);
	store_tx_changes(tx);
	store_rollback(tx);
	cr_assert_eq(store_version(s), before + 1);
	store_close(s);
}

Test(store, a_reader_does_not_wait_for_a_writer_and_sees_what_was_committed)
{
	struct store *s = open_at(scratch_path("two.db"));
	struct store_tx *writing = store_write(s);
	store_sensor_add(writing, "one", "branch", "key", 1);
	struct enrolled who;
	struct store_tx *reading = store_read(s);
	cr_assert_not(store_sensor_of_key(reading, "key", &who));
	commit(reading);
	commit(writing);
	reading = store_read(s);
	cr_assert(store_sensor_of_key(reading, "key", &who));
	commit(reading);
	store_close(s);
}

/* ---- events ----------------------------------------------------------------------------------------------------------- */

struct seen {
	size_t n;
	uint64_t seqs[64];
};

static void note(void *ctx, int64_t id, const struct origin *from, const Ev__Event *event)
{
	struct seen *seen = ctx;
	cr_assert(id > 0);
	cr_assert_str_eq(from->site, "branch");
	cr_assert_eq(from->epoch, 7);
	seen->seqs[seen->n++] = event->seq;
}

Test(store, connections_under_way_are_given_from_their_beginning_and_ended_ones_are_not)
{
	struct store *s = open_at(":memory:");
	struct enrolled who = enrol(s, "one");
	struct facts_session idle = { "10.0.0.1", "10.0.0.2", 50000, 9, T0 };
	struct facts_session ended = { "10.0.0.1", "10.0.0.2", 50001, 10, T0 + 5000 };
	struct facts_session open = { "10.0.0.1", "10.0.0.2", 50002, 11, T0 };
	struct facts_session lately = { "10.0.0.1", "10.0.0.2", 50003, 12, T0 + 9990 };
	Ev__EventBatch *batch = facts_new(7, 1);
	facts_tree(batch, &idle, "too long ago");
	facts_tree(batch, &ended, "x");
	facts_tree(batch, &open, "x");
	facts_flow_end(batch, &ended);
	open.second = T0 + 5000;
	facts_tree(batch, &open, "x");
	facts_tree(batch, &lately, "x");
	facts_flow_end(batch, &lately);
	struct store_tx *tx = store_write(s);
	add_all(tx, &who, batch);
	struct seen seen = { 0 };
	store_events_under_way(tx, (T0 + 9000) * CLOCK_SECOND_NS, (T0 + 4000) * CLOCK_SECOND_NS, note, &seen);
	commit(tx);
	static const uint64_t want[] = { 3, 5, 6, 7 };
	cr_assert_eq(seen.n, 4);
	for (size_t i = 0; i < 4; i++)
		cr_assert_eq(seen.seqs[i], want[i]);
	facts_free(batch);
	store_close(s);
}

Test(store, a_damaged_event_is_left_out_and_hides_no_other)
{
	const char *path = scratch_path("damaged.db");
	struct store *s = open_at(path);
	struct enrolled who = enrol(s, "one");
	struct facts_session session = { "10.0.0.1", "10.0.0.2", 50000, 9, T0 };
	Ev__EventBatch *batch = facts_new(7, 1);
	for (int i = 0; i < 3; i++)
		facts_tree(batch, &session, "ADMIN$");
	struct store_tx *tx = store_write(s);
	add_all(tx, &who, batch);
	commit(tx);
	sqlite3 *db;
	cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
	cr_assert_eq(sqlite3_exec(db, "UPDATE events SET body = x'ff' WHERE id = 2", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	struct seen seen = { 0 };
	tx = store_read(s);
	store_events_under_way(tx, 0, 0, note, &seen);
	commit(tx);
	cr_assert_eq(seen.n, 2);
	facts_free(batch);
	store_close(s);
}

Test(store, pages_of_events_meet_without_gap_or_repetition)
{
	struct store *s = open_at(":memory:");
	struct enrolled who = enrol(s, "one");
	struct facts_session session = { "10.0.0.1", "10.0.0.2", 50000, 9, T0 };
	Ev__EventBatch *batch = facts_new(7, 1);
	for (int i = 0; i < 10; i++) {
		facts_tree(batch, &session, "ADMIN$");
		session.second -= i % 2;	/* pairs of the same time */
	}
	struct store_tx *tx = store_write(s);
	add_all(tx, &who, batch);
	struct seen seen = { 0 };
	struct store_filter f = { .kind = "smb.tree_connect", .limit = 3 };
	for (size_t got = 1; got > 0; f.before = got ? (int64_t)seen.seqs[seen.n - 1] : 0) {
		int64_t total;
		size_t before = seen.n;
		store_events(tx, &f, note, &seen, &total);
		got = seen.n - before;
		cr_assert(got == 0 || total == 10);
	}
	commit(tx);
	cr_assert_eq(seen.n, 10);
	for (size_t i = 0; i < 10; i++)
		for (size_t j = 0; j < i; j++)
			cr_assert_neq(seen.seqs[i], seen.seqs[j]);
	facts_free(batch);
	store_close(s);
}

/* ---- the ledger ------------------------------------------------------------------------------------------------------- */

static struct access access_of(const struct enrolled *who, uint64_t seq, const char *account, int64_t second)
{
	return (struct access){ .key = { who->sensor_id, 7, seq },
				.is_access = true,
				.site = who->site,
				.site_id = who->site_id,
				.source = "10.0.0.1",
				.source_port = 50000,
				.destination = "10.0.0.2",
				.destination_port = 445,
				.account = account,
				.start_ns = second * CLOCK_SECOND_NS,
				.end_ns = second * CLOCK_SECOND_NS };
}

Test(store, an_access_saved_twice_is_one_row_with_the_later_words)
{
	struct store *s = open_at(":memory:");
	struct enrolled who = enrol(s, "one");
	struct access a = access_of(&who, 1, NULL, T0);
	struct store_tx *tx = store_write(s);
	int64_t id = store_access_save(tx, &a);
	a.account = "LAB\\admin";
	a.end_ns += 5;
	cr_assert_eq(store_access_save(tx, &a), id);
	json_t *detail = json_pack("{s:s}", "service", "x");
	struct step step = { 0, "svcctl.create_service", a.start_ns, a.start_ns, 1, true, "T1569.002", detail, { who.sensor_id, 7, 1 } };
	store_step_save(tx, id, &step);
	step.count = 2;
	store_step_save(tx, id, &step);
	struct store_members m = { 0 };
	store_members_of_access(tx, id, &m);
	commit(tx);
	cr_assert_eq(m.n, 1);
	cr_assert_str_eq(m.items[0].access->account, "LAB\\admin");
	cr_assert_eq(m.items[0].access->end_ns, a.end_ns);
	cr_assert_eq(m.items[0].n_steps, 1);
	cr_assert_eq(m.items[0].steps[0].count, 2);
	cr_assert_str_eq(json_string_value(json_object_get(m.items[0].steps[0].detail, "service")), "x");
	store_members_fini(&m);
	json_decref(detail);
	store_close(s);
}

Test(store, a_list_counts_all_that_its_filters_let_through)
{
	struct store *s = open_at(":memory:");
	struct enrolled who = enrol(s, "one");
	struct store_tx *tx = store_write(s);
	for (unsigned i = 1; i <= 9; i++) {
		struct access a = access_of(&who, i, i % 3 ? "LAB\\admin" : "LAB\\bob", T0 + i);
		store_access_save(tx, &a);
	}
	int64_t total;
	struct store_filter f = { .text = "BOB", .limit = 2 };
	json_t *rows = store_list(tx, STORE_ACCESSES, &f, &total);
	commit(tx);
	cr_assert_eq(total, 3);
	cr_assert_eq(json_array_size(rows), 2);
	json_t *first = json_array_get(rows, 0);
	cr_assert_str_eq(json_string_value(json_object_get(first, "account")), "LAB\\bob");
	cr_assert_str_eq(json_string_value(json_object_get(first, "start")), "2014-05-13T16:53:29.000000000Z");
	cr_assert_str_eq(json_string_value(json_object_get(first, "verdict")), "unverified");
	cr_assert(json_is_null(json_object_get(first, "session_id")));
	cr_assert(json_is_false(json_object_get(first, "encrypted")));
	json_decref(rows);
	store_close(s);
}

/* The number ${key} of the overview of the hour that begins ${hour} hours after that of T0. */
static int64_t counted(struct store_tx *tx, int64_t hour, const char *key)
{
	int64_t from_ns = (T0 - T0 % 3600) * CLOCK_SECOND_NS + hour * CLOCK_HOUR_NS;
	struct store_filter of_hour = { .from_ns = from_ns, .to_ns = from_ns + CLOCK_HOUR_NS, .limit = -1 };
	json_t *rows = store_list(tx, STORE_OVERVIEW, &of_hour, NULL);
	int64_t n = json_integer_value(json_object_get(json_array_get(rows, 0), key));
	json_decref(rows);
	return n;
}

Test(store, what_is_counted_by_the_hour_follows_every_change_of_an_access)
{
	struct store *s = open_at(":memory:");
	struct enrolled who = enrol(s, "one");
	struct store_tx *tx = store_write(s);
	struct access a = access_of(&who, 1, NULL, T0);
	a.is_access = false;
	int64_t id = store_access_save(tx, &a);
	cr_expect_eq(counted(tx, 0, "accesses"), 0, "a loose finding is none");
	a.is_access = true;
	store_access_save(tx, &a);
	store_access_save(tx, &a);
	cr_expect_eq(counted(tx, 0, "accesses"), 1);
	cr_expect_eq(counted(tx, 0, "unverified"), 1);
	store_access_judge(tx, id, &(struct store_judgement){ .verdict = VERDICT_UNLOGGED }, 1);
	cr_expect_eq(counted(tx, 0, "unverified"), 0);
	cr_expect_eq(counted(tx, 0, "unlogged"), 1);
	a.start_ns -= CLOCK_HOUR_NS;
	store_access_save(tx, &a);
	cr_expect_eq(counted(tx, 0, "day_accesses"), 0);
	cr_expect_eq(counted(tx, -1, "day_accesses"), 1);
	a.is_access = false;
	store_access_save(tx, &a);
	cr_expect_eq(counted(tx, -1, "accesses"), 0);
	commit(tx);
	store_close(s);
}

Test(store, what_is_counted_by_the_hour_follows_every_change_of_a_file)
{
	struct store *s = open_at(":memory:");
	struct enrolled who = enrol(s, "one");
	struct store_tx *tx = store_write(s);
	struct file_row f = { .event = { who.sensor_id, 7, 1 }, .site = who.site, .source = "10.0.0.1", .destination = "10.0.0.2",
			      .path = "\\\\10.0.0.2\\ADMIN$\\x.exe", .action = "open", .time_ns = T0 * CLOCK_SECOND_NS };
	store_file_save(tx, &f);
	cr_expect_eq(counted(tx, 0, "day_files"), 0, "nothing moved");
	f.action = "write";
	f.bytes = 100;
	store_file_save(tx, &f);
	f.bytes = 300;
	store_file_save(tx, &f);
	cr_expect_eq(counted(tx, 0, "day_files"), 1);
	cr_expect_eq(counted(tx, 0, "day_bytes"), 300);
	cr_expect_eq(counted(tx, 1, "day_files"), 0);
	f.action = "delete";
	store_file_save(tx, &f);
	cr_expect_eq(counted(tx, 0, "day_files"), 0);
	cr_expect_eq(counted(tx, 0, "day_bytes"), 0);
	commit(tx);
	store_close(s);
}

Test(store, text_from_the_wire_is_bound_and_never_becomes_sql)
{
	struct store *s = open_at(":memory:");
	struct enrolled who = enrol(s, "one");
	struct access a = access_of(&who, 1, "x'); DROP TABLE accesses; --", T0);
	struct store_tx *tx = store_write(s);
	store_access_save(tx, &a);
	int64_t total;
	struct store_filter f = { .text = "'); drop table", .limit = -1 };
	json_t *rows = store_list(tx, STORE_ACCESSES, &f, &total);
	commit(tx);
	cr_assert_eq(total, 1);
	json_decref(rows);
	store_close(s);
}

Test(store, every_list_takes_every_filter_it_knows_and_gives_an_array)
{
	struct store *s = open_at(":memory:");
	for (int what = 0; what < N_STORE_LISTS; what++) {
		struct store_filter f = { .state = "open",
					  .score_min = 1,
					  .by_score = true,
					  .has_verdict = true,
					  .verdict = VERDICT_UNVERIFIED,
					  .text = "x",
					  .incident = 1,
					  .access = 1,
					  .from_ns = CLOCK_HOUR_NS,
					  .to_ns = 3 * CLOCK_HOUR_NS,
					  .before = 1,
					  .limit = 10 };
		struct store_tx *tx = store_read(s);
		json_t *rows = store_list(tx, (enum store_list)what, &f, NULL);
		cr_assert(json_is_array(rows), "list %d", what);
		json_decref(rows);
		commit(tx);
	}
	store_close(s);
}

/* ---- searches --------------------------------------------------------------------------------------------------------- */

enum { MANY = 500 };	/* accesses: more of SQLite's instructions than between two looks at the clock */

static struct store *store_with_many(const char *path)
{
	struct store *s = open_at(path);
	struct enrolled who = enrol(s, "one");
	struct store_tx *tx = store_write(s);
	for (unsigned i = 1; i <= MANY; i++) {
		struct access a = access_of(&who, i, "LAB\\admin", T0 + i);
		store_access_save(tx, &a);
	}
	commit(tx);
	return s;
}

static json_t *search(struct store_tx *tx)
{
	static const struct store_filter f = { .text = "nowhere", .limit = 10 };
	return store_list(tx, STORE_ACCESSES, &f, NULL);
}

Test(store, a_search_that_takes_too_long_ends_with_what_to_do_about_it)
{
	const char *const paths[] = { scratch_path("overdue.db"), ":memory:" };
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		struct store *s = store_with_many(paths[i]);
		store_limit_search(s, 0);
		struct store_tx *tx = store_search(s);
		cr_assert_null(search(tx));
		cr_assert(store_tx_is_overdue(tx));
		cr_assert_eq(store_commit(tx, error, sizeof error), -1);
		cr_assert_str_eq(error, "this search took longer than 5 s: narrow it with from and to");
		store_close(s);
	}
}

Test(store, neither_reading_nor_writing_nor_the_next_search_is_overdue_when_one_was)
{
	struct store *s = store_with_many(scratch_path("next.db"));
	store_limit_search(s, 0);
	struct store_tx *tx = store_search(s);
	cr_assert_null(search(tx));
	store_rollback(tx);
	struct store_tx *(*const begins[])(struct store *) = { store_read, store_write, store_search };
	for (size_t i = 0; i < sizeof begins / sizeof *begins; i++) {
		if (begins[i] == store_search)
			store_limit_search(s, CLOCK_HOUR_NS);
		tx = begins[i](s);
		json_t *rows = search(tx);
		cr_assert_not_null(rows, "%zu", i);
		json_decref(rows);
		cr_assert_not(store_tx_is_overdue(tx));
		commit(tx);
	}
	store_close(s);
}

Test(store, searches_leave_a_reader_to_what_is_short)
{
	struct store *s = open_at(scratch_path("searchers.db"));
	struct store_tx *searches[3];
	for (size_t i = 0; i < 3; i++)
		searches[i] = store_search(s);
	struct store_tx *page = store_read(s);
	for (size_t i = 0; i < 3; i++)
		cr_assert_neq(searches[i], page);
	commit(page);
	for (size_t i = 0; i < 3; i++)
		commit(searches[i]);
	store_close(s);
}
