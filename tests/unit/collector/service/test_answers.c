#include "tests/lib/bench.h"

#include "proto/base/clock.h"
#include "tests/lib/facts.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct bench b;
static const struct service_session me = { .user = "me" };

static void open_bench(void)
{
	bench_open(&b, ":memory:");
}

static void close_bench(void)
{
	bench_close(&b);
}

TestSuite(answers, .init = open_bench, .fini = close_bench);

static const char *text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));
	return value != NULL ? value : "(null)";
}

static json_int_t number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

/* ---- lists ------------------------------------------------------------------------------------------------------------ */

typedef enum answer (*list_fn)(struct service *s, const struct service_query *q, json_t **out, char error[SERVICE_ERROR_BYTES]);

static json_t *get(list_fn list, const struct service_query *q)
{
	json_t *page = NULL;
	cr_assert_eq(list(b.service, q, &page, b.error), ANSWER_OK, "%s", b.error);
	return page;
}

Test(answers, pages_of_a_list_meet_and_the_last_says_there_is_no_next)
{
	for (int i = 0; i < 5; i++)
		bench_psexec(&b, "admin", "10.0.0.2", i * 7200);
	struct service_query q = { .limit = 2 };
	json_int_t seen = 0, before = INT64_MAX;
	for (int page_number = 0; page_number < 3; page_number++) {
		json_t *page = get(service_incidents, &q);
		cr_assert_eq(number(page, "total"), 5);
		const json_t *items = json_object_get(page, "items");
		for (size_t i = 0; i < json_array_size(items); i++, seen++) {
			json_int_t id = number(json_array_get(items, i), "id");
			cr_assert(id < before, "latest first");
			before = id;
		}
		q.before = number(page, "next");
		cr_assert_eq(json_is_null(json_object_get(page, "next")), page_number == 2);
		json_decref(page);
	}
	cr_assert_eq(seen, 5);
}

Test(answers, a_filter_that_means_nothing_is_refused_with_what_would)
{
	static const struct service_query wrong[] = {
		{ .severity = "awful" }, { .verdict = "guilty" }, { .state = "ajar" }, { .limit = 501 }
	};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		json_t *page = NULL;
		cr_assert_eq(service_incidents(b.service, &wrong[i], &page, b.error), ANSWER_BAD_REQUEST);
		cr_assert_null(page);
		cr_assert_not_null(strchr(b.error, ':'), "%s", b.error);
	}
}

Test(answers, filters_narrow_every_list)
{
	bench_psexec(&b, "admin", "10.0.0.2", 0);
	bench_psexec(&b, "bob", "10.0.0.3", 0);
	struct service_query q = { .text = "BOB" };
	json_t *page = get(service_accesses, &q);
	cr_assert_eq(number(page, "total"), 1);
	json_decref(page);
	q = (struct service_query){ .text = "10.0.0.3" };
	page = get(service_files, &q);
	cr_assert_eq(number(page, "total"), 1);
	json_decref(page);
	q = (struct service_query){ .kind = "rpc.call", .incident = 1 };
	page = get(service_events, &q);
	cr_assert_eq(number(page, "total"), 3);
	json_decref(page);
	q = (struct service_query){ .severity = "critical", .verdict = "unverified", .state = "all" };
	page = get(service_incidents, &q);
	json_int_t critical = number(page, "total");
	json_decref(page);
	q.severity = "low";
	page = get(service_incidents, &q);
	cr_assert(number(page, "total") == 2 && critical <= 2);
	json_decref(page);
}

/* All pages of ${q}, the ids of their rows as text; each page's total must be the number of all rows. */
static void walk(list_fn list, struct service_query q, char *ids, size_t cap)
{
	size_t used = 0, rows = 0;
	json_int_t total = 0;
	ids[0] = '\0';
	do {
		json_t *page = get(list, &q);
		const json_t *items = json_object_get(page, "items");
		for (size_t i = 0; i < json_array_size(items); i++, rows++)
			used += (size_t)snprintf(ids + used, cap - used, "%lld ", number(json_array_get(items, i), "id"));
		total = rows > 0 ? number(page, "total") : total;
		q.before = number(page, "next");
		json_decref(page);
	} while (q.before != 0);
	cr_expect_eq(total, (json_int_t)rows, "%s", ids);
}

Test(answers, one_filter_alone_gives_what_it_gives_beside_one_that_says_nothing)
{
	static const int64_t at[] = { 0, 60, 3500, 3600, 3601, 7300, 20000, 20001, 90000, 90001, 90002 };
	json_t *entry = json_pack("{s:s,s:s,s:s}", "source", "10.0.0.1", "account", "bob", "reason", "his work"), *stored = NULL;
	for (size_t i = 0; i < sizeof at / sizeof *at; i++)
		bench_psexec(&b, i % 3 == 1 ? "bob" : "admin", i % 2 == 0 ? "10.0.0.2" : "10.0.0.22", at[i]);
	cr_assert_eq(service_baseline_add(b.service, &me, entry, &stored, b.error), ANSWER_OK, "%s", b.error);
	const struct service_query asked[] = {
		{ .entry = number(stored, "id") },
		{ .verdict = "legitimate" },
		{ .verdict = "unverified" },
		{ .verdict = "unlogged" },
		{ .text = "10.0.0.22" },
		{ .text = "BOB" },
		{ .text = "_" },
		{ .text = "%" },
		{ .text = "bob", .verdict = "legitimate" },
	};
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
		for (unsigned limit = 1; limit < 5; limit++) {
			char alone[256], beside[256];
			struct service_query q = asked[i];
			q.limit = limit;
			walk(service_accesses, q, alone, sizeof alone);
			q.from_ns = 1;
			walk(service_accesses, q, beside, sizeof beside);
			cr_expect_str_eq(alone, beside, "row %zu, pages of %u", i, limit);
			cr_expect_eq(alone[0] == '\0', i == 3 || i == 6 || i == 7, "row %zu: %s", i, alone);
		}
	json_decref(entry);
	json_decref(stored);
}

Test(answers, the_number_of_incidents_is_kept_right_through_their_life)
{
	for (int i = 0; i < 4; i++)
		bench_psexec(&b, "admin", "10.0.0.2", i * 7200);
	json_t *out = NULL, *close = json_pack("{s:s,s:s}", "state", "closed", "close_reason", "false_positive");
	cr_assert_eq(service_incident_change(b.service, &me, 2, close, &out, b.error), ANSWER_OK, "%s", b.error);
	json_decref(out);
	json_decref(close);
	static const char *const states[] = { "open", "new", "closed", "all" };
	static const char *const orders[] = { "time", "score" };
	for (size_t i = 0; i < 8; i++) {
		char kept[256], counted[256];
		struct service_query q = { .state = states[i % 4], .order = orders[i / 4], .limit = 2 };
		walk(service_incidents, q, kept, sizeof kept);
		q.from_ns = 1;
		walk(service_incidents, q, counted, sizeof counted);
		cr_expect_str_eq(kept, counted, "%s by %s", q.state, q.order);
	}
	json_t *overview = NULL;
	cr_assert_eq(service_overview(b.service, &overview, b.error), ANSWER_OK, "%s", b.error);
	cr_expect_eq(number(json_object_get(overview, "incidents"), "open"), 3);
	json_decref(overview);
}

Test(answers, a_search_that_takes_too_long_is_the_callers_to_narrow)
{
	for (int i = 0; i < 100; i++)
		bench_psexec(&b, "admin", "10.0.0.2", i);
	store_limit_search(b.store, 0);
	static const list_fn lists[] = { service_accesses, service_events };
	const struct service_query q = { .text = "nowhere" };
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		json_t *page = NULL;
		cr_assert_eq(lists[i](b.service, &q, &page, b.error), ANSWER_BAD_REQUEST);
		cr_assert_null(page);
		cr_assert_not_null(strstr(b.error, "narrow it with from and to"), "%s", b.error);
	}
	json_t *overview = NULL;
	cr_assert_eq(service_overview(b.service, &overview, b.error), ANSWER_OK, "%s", b.error);
	json_decref(overview);
}

Test(answers, an_event_is_the_sensors_own_object_with_its_id)
{
	bench_psexec(&b, "admin", "10.0.0.2", 0);
	json_t *event = NULL;
	cr_assert_eq(service_event(b.service, 6, &event, b.error), ANSWER_OK, "%s", b.error);
	cr_assert_eq(number(event, "id"), 6);
	cr_assert_str_eq(text(event, "kind"), "rpc.call");
	cr_assert_str_eq(text(event, "site"), "branch");
	cr_assert_str_eq(text(json_object_get(event, "body"), "operation"), "CreateServiceW");
	json_decref(event);
	cr_assert_eq(service_event(b.service, 99, &event, b.error), ANSWER_NOT_FOUND);
}

/* ---- one incident ----------------------------------------------------------------------------------------------------- */

static json_t *incident(int64_t id)
{
	json_t *out = NULL;
	cr_assert_eq(service_incident(b.service, id, &out, b.error), ANSWER_OK, "%s", b.error);
	return out;
}

static const char *seen_at(const json_t *points, const char *id)
{
	const json_t *rows = json_object_get(points, "rows");
	for (size_t i = 0; i < json_array_size(rows); i++)
		if (strcmp(text(json_array_get(rows, i), "id"), id) == 0)
			return text(json_array_get(rows, i), "seen");
	return "(no such row)";
}

Test(answers, the_log_points_tell_seen_from_absent_from_unknowable)
{
	bench_psexec(&b, "admin", "10.0.0.2", 0);
	json_t *found = incident(1);
	const json_t *points = json_object_get(found, "log_points");
	cr_assert_str_eq(text(points, "destination"), "10.0.0.2");
	cr_assert_str_eq(seen_at(points, "session_setup"), "yes");
	cr_assert_str_eq(seen_at(points, "tree_admin"), "yes");
	cr_assert_str_eq(seen_at(points, "create_service"), "yes");
	cr_assert_str_eq(seen_at(points, "exe_delete"), "no", "the session was readable and nothing was deleted");
	cr_assert_str_eq(seen_at(points, "negotiate"), "not_seen", "a session without one is not possible: it was missed");
	cr_assert_str_eq(seen_at(points, "prefetch"), "not_seen", "it is not on the wire");
	cr_assert(json_array_size(json_object_get(found, "steps")) >= 5);
	cr_assert_eq(json_array_size(json_object_get(found, "access_rows")), 1);
	cr_assert_eq(json_array_size(json_object_get(found, "files")), 1);
	cr_assert(strlen(text(json_object_get(found, "profile_text"), "what_it_is")) > 0);
	json_decref(found);
}

Test(answers, what_a_gap_may_have_swallowed_is_not_called_absent)
{
	struct facts_session s = { "10.0.0.1", "10.0.0.2", 50000, 9, BENCH_T0 };
	Ev__EventBatch *batch = facts_new(BENCH_EPOCH, 1);
	facts_psexec(batch, &s, "admin");
	batch->events[batch->n_events - 1]->flow_summary->gaps = 1;
	bench_commit(&b, batch);
	facts_free(batch);
	json_t *found = incident(1);
	cr_assert_str_eq(seen_at(json_object_get(found, "log_points"), "exe_delete"), "not_seen");
	json_decref(found);
}

static enum answer change(const char *json, json_t **out)
{
	json_t *wanted = json_loads(json, 0, NULL);
	enum answer answer = service_incident_change(b.service, &me, 1, wanted, out, b.error);
	json_decref(wanted);
	return answer;
}

Test(answers, a_person_acknowledges_closes_with_a_reason_and_reopens)
{
	json_t *now = NULL;
	bench_psexec(&b, "admin", "10.0.0.2", 0);
	cr_assert_eq(change("{\"state\":\"acknowledged\",\"note\":\"looking\"}", &now), ANSWER_OK, "%s", b.error);
	cr_assert_str_eq(text(now, "state"), "acknowledged");
	cr_assert_str_eq(text(now, "note"), "looking");
	cr_assert_str_eq(text(now, "changed_by"), "me");
	json_decref(now);
	cr_assert_eq(change("{\"state\":\"closed\"}", &now), ANSWER_BAD_REQUEST);
	cr_assert_eq(change("{\"state\":\"closed\",\"close_reason\":\"true_positive\"}", &now), ANSWER_OK);
	cr_assert_str_eq(text(now, "note"), "looking", "a note stays until another is written");
	json_decref(now);
	cr_assert_eq(change("{\"state\":\"new\"}", &now), ANSWER_OK);
	cr_assert(json_is_null(json_object_get(now, "close_reason")));
	json_decref(now);
}

Test(answers, a_change_that_means_nothing_is_refused_and_changes_nothing)
{
	static const char *const wrong[] = { "{}", "[]", "{\"state\":\"gone\"}", "{\"state\":7}", "{\"severity\":\"low\"}",
					     "{\"close_reason\":\"true_positive\"}", "{\"state\":\"closed\",\"close_reason\":\"bored\"}",
					     "{\"state\":\"closed\",\"close_reason\":\"legitimate\"}" };
	json_t *now = NULL;
	bench_psexec(&b, "admin", "10.0.0.2", 0);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		cr_assert_eq(change(wrong[i], &now), ANSWER_BAD_REQUEST, "%s", wrong[i]);
	now = incident(1);
	cr_assert_str_eq(text(now, "state"), "new");
	cr_assert(json_is_null(json_object_get(now, "changed_by")));
	json_decref(now);
}

/* ---- whitelist -------------------------------------------------------------------------------------------------------- */

Test(answers, an_entry_explains_at_once_what_its_preview_promised)
{
	bench_psexec(&b, "admin", "10.0.0.2", 0);
	bench_psexec(&b, "bob", "10.0.0.3", 0);
	json_t *entry = json_pack("{s:s,s:s,s:s}", "source", "10.0.0.1", "account", "LAB\\admin", "reason", "patch day");
	json_t *preview = NULL, *stored = NULL;
	cr_assert_eq(service_baseline_preview(b.service, entry, &preview, b.error), ANSWER_OK, "%s", b.error);
	cr_assert_eq(number(preview, "accesses"), 1);
	cr_assert_eq(number(preview, "incidents"), 1);
	const json_t *named = json_array_get(json_object_get(preview, "incident_list"), 0);
	cr_assert_eq(number(named, "id"), 1);
	cr_assert(json_is_string(json_object_get(named, "title")));
	cr_assert(json_is_null(json_object_get(preview, "warning")));
	cr_assert_eq(service_baseline_add(b.service, &me, entry, &stored, b.error), ANSWER_OK, "%s", b.error);
	cr_assert_eq(number(stored, "hits"), 1);
	cr_assert_str_eq(text(stored, "author"), "me");
	json_t *open = get(service_incidents, &(struct service_query){ 0 });
	cr_assert_eq(number(open, "total"), 1);
	cr_assert_eq(service_baseline_remove(b.service, &me, number(stored, "id"), b.error), ANSWER_OK);
	cr_assert_eq(service_baseline_remove(b.service, &me, number(stored, "id"), b.error), ANSWER_NOT_FOUND);
	json_decref(open);
	open = get(service_incidents, &(struct service_query){ 0 });
	cr_assert_eq(number(open, "total"), 2);
	json_decref(open);
	json_decref(entry);
	json_decref(preview);
	json_decref(stored);
}

Test(answers, a_preview_names_the_acts_that_an_entry_leaves_over)
{
	static const struct {
		const char *actions, *left_over;
	} rows[] = {
		{ "[\"svcctl.*\"]", "smb.tree.admin" },
		{ "[\"wmi-exec\"]", NULL },	/* what the access shows */
		{ "[\"*\"]", "" },
		{ "[]", "" },
	};
	bench_psexec(&b, "admin", "10.0.0.2", 0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		json_t *preview = NULL, *actions = json_loads(rows[i].actions, 0, NULL);
		json_t *entry = json_pack("{s:s,s:o}", "source", "10.0.0.1", "actions", actions);
		cr_assert_eq(service_baseline_preview(b.service, entry, &preview, b.error), ANSWER_OK, "%s", b.error);
		const json_t *left = json_object_get(preview, "left_over"), *first = json_array_get(left, 0);
		const char *act = json_string_value(json_object_get(first, "act"));
		cr_expect_eq(number(first, "accesses"), rows[i].left_over == NULL || rows[i].left_over[0] != '\0', "row %zu", i);
		if (rows[i].left_over != NULL)
			cr_expect_str_eq(act != NULL ? act : "", rows[i].left_over, "row %zu", i);
		else
			cr_expect(act != NULL && strchr(act, '.') == NULL && json_array_size(left) == 1, "row %zu", i);
		json_decref(preview);
		json_decref(entry);
	}
}

Test(answers, a_wide_entry_is_warned_of_and_a_wrong_one_refused)
{
	json_t *out = NULL, *wide = json_pack("{s:s}", "account", "*");
	cr_assert_eq(service_baseline_preview(b.service, wide, &out, b.error), ANSWER_OK, "%s", b.error);
	cr_assert(json_is_string(json_object_get(out, "warning")));
	cr_assert(json_is_true(json_object_get(out, "open")));
	json_decref(out);
	cr_assert_eq(service_baseline_add(b.service, &me, wide, &out, b.error), ANSWER_BAD_REQUEST);
	cr_assert_not_null(strstr(b.error, "reason"), "%s", b.error);
	json_object_set_new(wide, "reason", json_string("x"));
	cr_assert_eq(service_baseline_add(b.service, &me, wide, &out, b.error), ANSWER_BAD_REQUEST);
	cr_assert_not_null(strstr(b.error, "force"), "%s", b.error);
	json_object_set_new(wide, "force", json_true());
	cr_assert_eq(service_baseline_add(b.service, &me, wide, &out, b.error), ANSWER_OK, "%s", b.error);
	cr_assert(json_is_string(json_object_get(out, "warning")), "it is said all the same");
	json_decref(out);
	json_decref(wide);
	json_t *narrow = json_pack("{s:s,s:s,s:s}", "source", "10.0.0.1", "account", "admin", "reason", "x");
	cr_assert_eq(service_baseline_add(b.service, &me, narrow, &out, b.error), ANSWER_OK, "%s", b.error);
	cr_assert(json_is_null(json_object_get(out, "warning")));
	json_decref(out);
	json_decref(narrow);
	static const char *const wrong[] = { "{\"source\":\"10.0.0.0/33\",\"reason\":\"x\"}", "{\"sorce\":\"10.0.0.1\",\"reason\":\"x\"}",
					     "{\"valid_from\":\"tomorrow\",\"reason\":\"x\"}", "{\"actions\":\"all\",\"reason\":\"x\"}",
					     "{\"author\":\"you\",\"reason\":\"x\"}",
					     "{\"source\":\"10.0.0.1\",\"reason\":\"x\",\"force\":1}",
					     "{\"source\":\"10.0.0.1\",\"reason\":\" \"}", "[]" };
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		json_t *entry = json_loads(wrong[i], 0, NULL);
		cr_assert_eq(service_baseline_add(b.service, &me, entry, &out, b.error), ANSWER_BAD_REQUEST, "%s", wrong[i]);
		json_decref(entry);
	}
}

static json_int_t baseline_of(int64_t access)
{
	json_t *history = NULL;
	cr_assert_eq(service_verdicts(b.service, access, &history, b.error), ANSWER_OK, "%s", b.error);
	json_int_t entry = number(json_array_get(json_object_get(history, "items"), 0), "baseline");
	json_decref(history);
	return entry;
}

Test(answers, the_history_of_an_access_names_an_entry_only_where_it_explained_it)
{
	json_t *stored = NULL, *entry = json_pack("{s:s,s:s}", "source", "10.0.0.1", "reason", "because");
	bench_psexec(&b, "admin", "10.0.0.2", 0);
	cr_assert_eq(service_baseline_add(b.service, &me, entry, &stored, b.error), ANSWER_OK, "%s", b.error);
	json_int_t id = number(stored, "id");
	cr_assert_eq(number(stored, "hits"), 1);
	cr_expect_eq(baseline_of(1), id);
	cr_assert_eq(service_baseline_remove(b.service, &me, id, b.error), ANSWER_OK);
	cr_expect_eq(baseline_of(1), 0, "null");
	json_decref(stored);
	cr_assert_eq(service_baseline_add(b.service, &me, entry, &stored, b.error), ANSWER_OK, "%s", b.error);
	json_t *history = NULL;
	cr_assert_eq(service_verdicts(b.service, 1, &history, b.error), ANSWER_OK, "%s", b.error);
	cr_expect(json_is_null(json_object_get(json_array_get(json_object_get(history, "items"), 1), "baseline")), "it was removed then");
	json_decref(history);
	json_decref(stored);
	json_decref(entry);
}

/* ---- overview, sensors, change ---------------------------------------------------------------------------------------- */

Test(answers, the_overview_of_nothing_says_nothing_and_that_of_something_adds_up)
{
	json_t *overview = NULL;
	cr_assert_eq(service_overview(b.service, &overview, b.error), ANSWER_OK, "%s", b.error);
	cr_assert_eq(json_array_size(json_object_get(overview, "activity")), 0);
	cr_assert(json_is_null(json_object_get(overview, "last_event")));
	json_decref(overview);
	bench_psexec(&b, "admin", "10.0.0.2", 0);
	cr_assert_eq(service_overview(b.service, &overview, b.error), ANSWER_OK, "%s", b.error);
	cr_assert_eq(number(overview, "events"), 8);
	cr_assert_eq(number(json_object_get(overview, "ledger"), "unverified"), 1);
	cr_assert_eq(number(json_object_get(overview, "incidents"), "open"), 1);
	const json_t *activity = json_object_get(overview, "activity");
	cr_assert_eq(json_array_size(activity), 24);
	const json_t *last = json_array_get(activity, 23);
	cr_assert_eq(number(last, "events"), 8);
	cr_assert_eq(number(last, "accesses"), 1);
	cr_assert_eq(number(json_object_get(overview, "last_day"), "sessions"), 1);
	cr_assert_eq(number(json_object_get(overview, "last_day"), "bytes"), 4096);
	json_decref(overview);
}

Test(answers, one_event_from_the_far_future_does_not_empty_the_overview)
{
	bench_psexec(&b, "admin", "10.0.0.2", 0);
	bench_psexec(&b, "admin", "10.0.0.2", 1000000000);
	json_t *overview = NULL;
	cr_assert_eq(service_overview(b.service, &overview, b.error), ANSWER_OK, "%s", b.error);
	cr_assert_eq(number(json_object_get(overview, "last_day"), "accesses"), 1);
	json_decref(overview);
}

Test(answers, a_sensor_is_online_until_it_has_been_silent_for_a_minute)
{
	json_t *sensors = NULL;
	bench_now_ns = clock_now_ns();
	cr_assert_eq(service_sensors(b.service, &sensors, b.error), ANSWER_OK);
	cr_assert_str_eq(text(json_array_get(json_object_get(sensors, "items"), 0), "status"), "never");
	json_decref(sensors);
	bench_psexec(&b, "admin", "10.0.0.2", 0);
	cr_assert_eq(service_sensors(b.service, &sensors, b.error), ANSWER_OK);
	cr_assert_str_eq(text(json_array_get(json_object_get(sensors, "items"), 0), "status"), "online");
	json_decref(sensors);
	bench_now_ns += 61 * CLOCK_SECOND_NS;
	cr_assert_eq(service_sensors(b.service, &sensors, b.error), ANSWER_OK);
	cr_assert_str_eq(text(json_array_get(json_object_get(sensors, "items"), 0), "status"), "silent");
	json_decref(sensors);
}

Test(answers, the_version_moves_with_a_batch_and_not_with_a_login)
{
	uint64_t before = service_version(b.service);
	cr_assert_eq(service_user_add(b.service, "bob", "a long enough password", b.error), ANSWER_OK);
	cr_assert_eq(service_version(b.service), before);
	bench_psexec(&b, "admin", "10.0.0.2", 0);
	cr_assert(service_version(b.service) > before);
}
