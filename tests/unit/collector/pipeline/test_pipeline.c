#include "collector/pipeline.h"

#include "collector/report/document.h"
#include "collector/store/store.h"
#include "proto/base/clock.h"
#include "tests/lib/bench.h"
#include "tests/lib/facts.h"
#include "tests/lib/scratch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum { T0 = BENCH_T0, EPOCH = BENCH_EPOCH };

static char error[256];

/* Everything found so far; without the clock's times, as text that can be compared. */
static char *findings(struct bench *b)
{
	static const struct store_filter all = { .limit = -1 };
	struct store_tx *tx = store_read(b->store);
	json_t *document = document_of(tx, pipeline_rules(b->pipeline), &all);
	cr_assert_eq(store_commit(tx, error, sizeof error), 0, "%s", error);
	char *text = json_dumps(document, JSON_INDENT(1) | JSON_SORT_KEYS);
	json_decref(document);
	return text;
}

static json_t *list(struct bench *b, enum store_list what)
{
	static const struct store_filter all = { .limit = -1 };
	struct store_tx *tx = store_read(b->store);
	json_t *rows = store_list(tx, what, &all, NULL);
	cr_assert_eq(store_commit(tx, error, sizeof error), 0, "%s", error);
	return rows;
}

static const char *text_at(const json_t *rows, size_t i, const char *key)
{
	const char *text = json_string_value(json_object_get(json_array_get(rows, i), key));
	return text != NULL ? text : "(null)";
}

static size_t count(struct bench *b, enum store_list what)
{
	json_t *rows = list(b, what);
	size_t n = json_array_size(rows);
	json_decref(rows);
	return n;
}

static Ev__EventBatch *psexec_batch(uint64_t first_seq, const char *user, uint32_t port, int64_t second)
{
	struct facts_session s = { "10.0.0.1", "10.0.0.2", port, port, second };
	Ev__EventBatch *batch = facts_new(EPOCH, first_seq);
	facts_psexec(batch, &s, user);
	return batch;
}

/* ---- one batch -------------------------------------------------------------------------------------------------------- */

Test(pipeline, an_installed_service_becomes_one_access_in_one_incident)
{
	struct bench b;
	bench_open(&b, ":memory:");
	Ev__EventBatch *batch = psexec_batch(1, "admin", 50000, T0);
	bench_commit(&b, batch);
	cr_assert_eq(b.high_water, 8);
	json_t *accesses = list(&b, STORE_ACCESSES);
	cr_assert_eq(json_array_size(accesses), 1);
	cr_assert_str_eq(text_at(accesses, 0, "account"), "LAB\\admin");
	cr_assert_str_eq(text_at(accesses, 0, "verdict"), "unverified");
	json_t *incidents = list(&b, STORE_INCIDENTS);
	cr_assert_eq(json_array_size(incidents), 1);
	cr_assert_str_eq(text_at(incidents, 0, "state"), "new");
	cr_assert_str_eq(text_at(incidents, 0, "source"), "10.0.0.1");
	cr_assert_eq(count(&b, STORE_FILES), 1);
	json_decref(accesses);
	json_decref(incidents);
	facts_free(batch);
	bench_close(&b);
}

Test(pipeline, a_batch_that_comes_twice_changes_nothing)
{
	struct bench b;
	bench_open(&b, ":memory:");
	Ev__EventBatch *batch = psexec_batch(1, "admin", 50000, T0);
	bench_commit(&b, batch);
	char *before = findings(&b);
	bench_commit(&b, batch);
	char *after = findings(&b);
	cr_assert_str_eq(before, after);
	json_t *sensors = list(&b, STORE_SENSORS);
	cr_assert_eq(json_integer_value(json_object_get(json_array_get(sensors, 0), "events")), 8);
	cr_assert_eq(json_integer_value(json_object_get(json_array_get(sensors, 0), "lost")), 0);
	json_decref(sensors);
	free(before);
	free(after);
	facts_free(batch);
	bench_close(&b);
}

Test(pipeline, a_batch_that_overlaps_adds_only_what_is_new)
{
	struct bench b;
	bench_open(&b, ":memory:");
	Ev__EventBatch *whole = psexec_batch(1, "admin", 50000, T0);
	Ev__EventBatch part = *whole;
	part.n_events = 5;
	bench_commit(&b, &part);
	cr_assert_eq(b.high_water, 5);
	bench_commit(&b, whole);
	cr_assert_eq(b.high_water, 8);
	json_t *sensors = list(&b, STORE_SENSORS);
	cr_assert_eq(json_integer_value(json_object_get(json_array_get(sensors, 0), "events")), 8);
	json_decref(sensors);
	facts_free(whole);
	bench_close(&b);
}

Test(pipeline, numbers_that_are_jumped_over_are_counted_as_lost)
{
	struct bench b;
	bench_open(&b, ":memory:");
	Ev__EventBatch *first = psexec_batch(1, "admin", 50000, T0), *later = psexec_batch(21, "admin", 50001, T0 + 100);
	bench_commit(&b, first);
	bench_commit(&b, later);
	cr_assert_eq(b.high_water, 28);
	json_t *sensors = list(&b, STORE_SENSORS);
	cr_assert_eq(json_integer_value(json_object_get(json_array_get(sensors, 0), "lost")), 12);
	json_decref(sensors);
	facts_free(first);
	facts_free(later);
	bench_close(&b);
}

Test(pipeline, a_number_no_sensor_can_have_reached_is_refused)
{
	struct bench b;
	bench_open(&b, ":memory:");
	Ev__EventBatch *batch = psexec_batch((UINT64_C(1) << 53) + 1, "admin", 50000, T0);
	cr_assert_eq(pipeline_commit(b.pipeline, &b.who, batch, &b.high_water, error, sizeof error), -1);
	cr_assert_not_null(strstr(error, "event number"), "%s", error);
	facts_free(batch);
	bench_close(&b);
}

/* ---- groups ----------------------------------------------------------------------------------------------------------- */

Test(pipeline, accesses_of_one_source_and_account_within_the_hour_are_one_incident)
{
	struct bench b;
	bench_open(&b, ":memory:");
	Ev__EventBatch *batches[] = { psexec_batch(1, "admin", 50000, T0), psexec_batch(9, "ADMIN", 50001, T0 + 3000),
				      psexec_batch(17, "bob", 50002, T0 + 3000), psexec_batch(25, "admin", 50003, T0 + 3000 + 3700) };
	for (size_t i = 0; i < 4; i++)
		bench_commit(&b, batches[i]);
	cr_assert_eq(count(&b, STORE_ACCESSES), 4);
	cr_assert_eq(count(&b, STORE_INCIDENTS), 3, "admin twice within the hour, bob, admin again an hour later");
	for (size_t i = 0; i < 4; i++)
		facts_free(batches[i]);
	bench_close(&b);
}

Test(pipeline, an_access_that_comes_late_and_lies_between_joins_two_incidents)
{
	struct bench b;
	bench_open(&b, ":memory:");
	Ev__EventBatch *batches[] = { psexec_batch(1, "admin", 50000, T0), psexec_batch(9, "admin", 50001, T0 + 6000),
				      psexec_batch(17, "admin", 50002, T0 + 3000) };
	bench_commit(&b, batches[0]);
	bench_commit(&b, batches[1]);
	cr_assert_eq(count(&b, STORE_INCIDENTS), 2);
	bench_commit(&b, batches[2]);
	json_t *incidents = list(&b, STORE_INCIDENTS);
	cr_assert_eq(json_array_size(incidents), 1);
	cr_assert_eq(json_integer_value(json_object_get(json_array_get(incidents, 0), "count")), 3);
	json_decref(incidents);
	for (size_t i = 0; i < 3; i++)
		facts_free(batches[i]);
	bench_close(&b);
}

/* How many accesses all incidents have together; each must be in exactly one. */
static size_t members_of_incidents(struct bench *b)
{
	json_t *incidents = list(b, STORE_INCIDENTS), *seen = json_object();
	size_t i, k, n = 0;
	json_t *incident, *id;
	char name[24];
	json_array_foreach(incidents, i, incident)
		json_array_foreach(json_object_get(incident, "accesses"), k, id) {
			snprintf(name, sizeof name, "%lld", (long long)json_integer_value(id));
			json_object_set_new(seen, name, json_true());
			n++;
		}
	cr_assert_eq(json_object_size(seen), n, "no access in two incidents");
	json_decref(seen);
	json_decref(incidents);
	return n;
}

Test(pipeline, a_source_that_never_rests_fills_one_incident_and_begins_the_next)
{
	enum { BATCHES = 6, SESSIONS = 400 };
	struct bench b;
	bench_open(&b, ":memory:");
	for (uint32_t i = 0; i < BATCHES; i++) {
		Ev__EventBatch *batch = facts_new(EPOCH, b.next_seq);
		for (uint32_t k = 0; k < SESSIONS; k++) {
			struct facts_session s = { "10.0.0.1", "10.0.0.2", 1000 + i * SESSIONS + k, k + 1, T0 + i };
			facts_psexec(batch, &s, "admin");
		}
		b.next_seq += batch->n_events;
		bench_commit(&b, batch);
		facts_free(batch);
	}
	cr_assert_eq(members_of_incidents(&b), BATCHES * SESSIONS);
	cr_assert_eq(count(&b, STORE_INCIDENTS), 3, "1000 and 1000 and 400");
	cr_assert_eq(pipeline_change(b.pipeline, NULL, NULL, error, sizeof error), 0, "%s", error);
	cr_assert_eq(members_of_incidents(&b), BATCHES * SESSIONS);
	cr_assert_eq(count(&b, STORE_INCIDENTS), 3, "judging again moves nothing");
	bench_close(&b);
}

Test(pipeline, an_incident_s_own_lists_are_those_of_the_ledger_narrowed_to_it)
{
	static const enum store_list pairs[][2] = { { STORE_ACCESSES, STORE_INCIDENT_ACCESSES }, { STORE_FILES, STORE_INCIDENT_FILES } };
	struct bench b;
	bench_open(&b, ":memory:");
	bench_psexec(&b, "admin", "10.0.0.2", 0);
	bench_psexec(&b, "admin", "10.0.0.3", 60);
	bench_psexec(&b, "bob", "10.0.0.2", 120);
	for (size_t i = 0; i < 2; i++) {
		struct store_filter first = { .incident = 1, .limit = -1 };
		struct store_tx *tx = store_read(b.store);
		json_t *narrowed = store_list(tx, pairs[i][0], &first, NULL), *own = store_list(tx, pairs[i][1], &first, NULL);
		cr_assert_eq(store_commit(tx, error, sizeof error), 0, "%s", error);
		cr_assert_eq(json_array_size(own), 2);
		cr_assert(json_equal(own, narrowed));
		json_decref(own);
		json_decref(narrowed);
	}
	bench_close(&b);
}

static bool append_row(void *ctx, json_t *row)
{
	const json_t *total = json_object_get(row, "steps_total");
	cr_assert(total == NULL || (size_t)json_integer_value(total) == json_array_size(json_object_get(row, "steps")));
	json_object_del(row, "steps_total");
	json_array_append(ctx, row);
	return true;
}

static json_t *rows_of(struct bench *b, struct store_tx *tx, const struct store_filter *filter, enum document_rows which)
{
	json_t *rows = json_array();
	document_each(tx, pipeline_rules(b->pipeline), filter, which, append_row, rows);
	return rows;
}

Test(pipeline, a_document_row_by_row_is_the_whole_one_under_every_filter)
{
	static const int64_t day = 24 * CLOCK_HOUR_NS, t0 = BENCH_T0 * CLOCK_SECOND_NS;
	const struct store_filter filters[] = {
		{ .limit = -1 },
		{ .limit = -1, .text = "BOB" },
		{ .limit = -1, .state = "open", .score_min = 30 },
		{ .limit = -1, .state = "closed" },
		{ .limit = -1, .has_verdict = true, .verdict = VERDICT_UNVERIFIED, .from_ns = t0 + day, .to_ns = t0 + 2 * day + 1 },
		{ .limit = -1, .incident = 2 },
	};
	struct bench b;
	bench_open(&b, ":memory:");
	for (int i = 0; i < 6; i++)
		bench_psexec(&b, i % 2 ? "bob" : "admin", "10.0.0.2", i * 43200);
	for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
		struct store_tx *tx = store_read(b.store);
		json_t *whole = document_of(tx, pipeline_rules(b.pipeline), &filters[i]);
		json_t *incidents = rows_of(&b, tx, &filters[i], DOCUMENT_STEPS);
		json_t *accesses = rows_of(&b, tx, &filters[i], DOCUMENT_ACCESSES);
		cr_assert_eq(store_commit(tx, error, sizeof error), 0, "%s", error);
		cr_assert(json_equal(incidents, json_object_get(whole, "incidents")), "incidents of filter %zu", i);
		cr_assert(json_equal(accesses, json_object_get(whole, "accesses")), "accesses of filter %zu", i);
		cr_assert_eq(json_object_size(whole), 5);
		json_decref(whole);
		json_decref(incidents);
		json_decref(accesses);
	}
	bench_close(&b);
}

Test(pipeline, the_first_steps_of_an_incident_count_what_comes_later_and_say_how_many_there_are)
{
	struct bench b;
	bench_open(&b, ":memory:");
	for (int i = 0; i < 3; i++)
		bench_psexec(&b, "admin", "10.0.0.2", i * 60);
	json_t *steps = list(&b, STORE_INCIDENTS);
	cr_assert_eq(json_array_size(steps), 1);
	json_decref(steps);
	static const struct store_filter all = { .incident = 1, .limit = -1 }, first = { .incident = 1, .limit = 1 };
	int64_t total = 0;
	struct store_tx *tx = store_read(b.store);
	steps = store_list(tx, STORE_INCIDENT_STEPS, &all, &total);
	json_t *one = store_list(tx, STORE_INCIDENT_STEPS, &first, NULL);
	cr_assert_eq(store_commit(tx, error, sizeof error), 0, "%s", error);
	cr_assert(total > 1 && (size_t)total == json_array_size(steps));
	cr_assert_eq(json_array_size(one), 1);
	cr_assert(json_equal(json_array_get(one, 0), json_array_get(steps, 0)));
	cr_assert_eq(json_integer_value(json_object_get(json_array_get(one, 0), "count")), 3);
	cr_assert(strcmp(text_at(one, 0, "time"), text_at(one, 0, "last_time")) < 0);
	json_decref(steps);
	json_decref(one);
	bench_close(&b);
}

static bool stop(void *ctx, json_t *row)
{
	(void)row;
	return ++*(size_t *)ctx < 2;
}

Test(pipeline, rows_end_where_their_reader_stops_and_the_table_of_incidents_has_no_steps)
{
	static const struct store_filter all = { .limit = -1 };
	struct bench b;
	bench_open(&b, ":memory:");
	for (int i = 0; i < 3; i++)
		bench_psexec(&b, "admin", "10.0.0.2", i * 86400);
	struct store_tx *tx = store_read(b.store);
	json_t *table = rows_of(&b, tx, &all, DOCUMENT_INCIDENTS);
	cr_assert_eq(json_array_size(table), 3);
	cr_assert_null(json_object_get(json_array_get(table, 0), "steps"));
	json_decref(table);
	size_t n = 0;
	document_each(tx, pipeline_rules(b.pipeline), &all, DOCUMENT_STEPS, stop, &n);
	cr_assert_eq(n, 2);
	cr_assert_eq(store_commit(tx, error, sizeof error), 0, "%s", error);
	bench_close(&b);
}

/* ---- restart, failure ------------------------------------------------------------------------------------------------- */

/* Findings after the facts came in batches of ${size}, with a new program before each batch if ${restarts}. */
static char *findings_after(const char *name, size_t size, bool restarts)
{
	struct bench b;
	struct facts_session one = { "10.0.0.1", "10.0.0.2", 50000, 77, T0 }, two = { "10.0.0.1", "10.0.0.3", 50001, 78, T0 + 3 };
	Ev__EventBatch *all = facts_new(EPOCH, 1);
	facts_psexec(all, &one, "admin");
	facts_psexec(all, &two, "admin");
	bench_open(&b, name);
	for (size_t at = 0; at < all->n_events; at += size) {
		Ev__EventBatch part = *all;
		part.first_seq = at + 1;
		part.events = all->events + at;
		part.n_events = all->n_events - at < size ? all->n_events - at : size;
		bench_commit(&b, &part);
		if (restarts) {
			bench_close(&b);
			bench_open(&b, name);
		}
	}
	char *text = findings(&b);
	bench_close(&b);
	facts_free(all);
	return text;
}

Test(pipeline, a_restart_after_every_event_finds_the_same_as_none)
{
	char *whole = findings_after(scratch_path("whole.db"), 100, false);
	char *cut = findings_after(scratch_path("cut.db"), 1, false);
	char *restarted = findings_after(scratch_path("restarted.db"), 1, true);
	cr_assert_not_null(strstr(whole, "svcctl.start_service"));
	cr_assert_str_eq(whole, cut);
	cr_assert_str_eq(whole, restarted);
	free(whole);
	free(cut);
	free(restarted);
}

Test(pipeline, a_full_disk_loses_nothing_and_goes_on_when_there_is_room)
{
	struct bench b;
	bench_open(&b, scratch_path("full.db"));
	Ev__EventBatch *whole = psexec_batch(1, "admin", 50000, T0);
	Ev__EventBatch begin = *whole, rest = *whole;
	begin.n_events = 3;
	rest.first_seq = 4;
	rest.events = whole->events + 3;
	rest.n_events = 5;
	bench_commit(&b, &begin);
	store_limit_pages(b.store, 1);
	struct facts_session s = { "10.0.0.9", "10.0.0.8", 50009, 9, T0 };
	Ev__EventBatch *flood = facts_new(EPOCH, 4);
	for (size_t i = 0; i < 2000; i++)
		facts_tree(flood, &s, "ADMIN$");
	uint64_t mark = 99;
	cr_assert_eq(pipeline_commit(b.pipeline, &b.who, flood, &mark, error, sizeof error), -1);
	cr_assert_not_null(strstr(error, "full"), "%s", error);
	cr_assert_eq(mark, 99, "nothing was acknowledged");
	store_limit_pages(b.store, 0);
	bench_commit(&b, &rest);
	cr_assert_eq(b.high_water, 8);
	json_t *accesses = list(&b, STORE_ACCESSES);
	cr_assert_eq(json_array_size(accesses), 1, "the session that began before the failure went on after it");
	cr_assert_str_eq(text_at(accesses, 0, "account"), "LAB\\admin");
	json_decref(accesses);
	facts_free(flood);
	facts_free(whole);
	bench_close(&b);
}

/* ---- the whitelist ---------------------------------------------------------------------------------------------------- */

static void approve(void *ctx, struct store_tx *tx)
{
	struct baseline_entry e = { .source = "10.0.0.1",
				    .valid_from_ns = INT64_MIN,
				    .valid_until_ns = INT64_MAX,
				    .reason = "ours",
				    .author = "me" };
	*(int64_t *)ctx = store_baseline_add(tx, &e, 1);
}

static void withdraw(void *ctx, struct store_tx *tx)
{
	cr_assert(store_baseline_remove(tx, *(int64_t *)ctx, "me", 2));
}

Test(pipeline, an_approved_incident_closes_and_opens_again_when_the_approval_is_withdrawn)
{
	struct bench b;
	int64_t entry;
	bench_open(&b, ":memory:");
	Ev__EventBatch *batch = psexec_batch(1, "admin", 50000, T0), *more = psexec_batch(9, "admin", 50001, T0 + 60);
	bench_commit(&b, batch);
	cr_assert_eq(pipeline_change(b.pipeline, approve, &entry, error, sizeof error), 0, "%s", error);
	json_t *incidents = list(&b, STORE_INCIDENTS), *accesses = list(&b, STORE_ACCESSES);
	cr_assert_str_eq(text_at(incidents, 0, "state"), "closed");
	cr_assert_str_eq(text_at(incidents, 0, "close_reason"), "legitimate");
	cr_assert_str_eq(text_at(accesses, 0, "verdict"), "legitimate");
	cr_assert(json_is_null(json_object_get(json_array_get(accesses, 0), "incident")));
	json_decref(incidents);
	json_decref(accesses);
	bench_commit(&b, more);
	cr_assert_eq(count(&b, STORE_INCIDENTS), 1, "what is legitimate from the beginning is in no incident");
	cr_assert_eq(pipeline_change(b.pipeline, withdraw, &entry, error, sizeof error), 0, "%s", error);
	incidents = list(&b, STORE_INCIDENTS);
	cr_assert_eq(json_array_size(incidents), 1);
	cr_assert_str_eq(text_at(incidents, 0, "state"), "new");
	cr_assert_eq(json_integer_value(json_object_get(json_array_get(incidents, 0), "count")), 2);
	json_decref(incidents);
	facts_free(batch);
	facts_free(more);
	bench_close(&b);
}

Test(pipeline, an_incident_a_person_closed_stays_closed_until_something_happens_in_it)
{
	struct bench b;
	bench_open(&b, ":memory:");
	Ev__EventBatch *whole = psexec_batch(1, "admin", 50000, T0);
	Ev__EventBatch begin = *whole;
	begin.n_events = 6;
	bench_commit(&b, &begin);
	struct store_tx *tx = store_write(b.store);
	struct store_change close = { .state = "closed", .close_reason = "false_positive", .by = "me", .at_ns = 1 };
	store_incident_change(tx, 1, &close);
	cr_assert_eq(store_commit(tx, error, sizeof error), 0);
	cr_assert_eq(pipeline_change(b.pipeline, NULL, NULL, error, sizeof error), 0, "%s", error);
	json_t *incidents = list(&b, STORE_INCIDENTS);
	cr_assert_str_eq(text_at(incidents, 0, "state"), "closed");
	json_decref(incidents);
	bench_commit(&b, whole);
	incidents = list(&b, STORE_INCIDENTS);
	cr_assert_eq(json_array_size(incidents), 1);
	cr_assert_str_eq(text_at(incidents, 0, "state"), "new", "the service was started after the closing");
	json_decref(incidents);
	facts_free(whole);
	bench_close(&b);
}
