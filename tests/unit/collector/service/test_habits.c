#include "collector/habitual.h"

#include "proto/base/clock.h"
#include "tests/lib/bench.h"
#include "tests/lib/facts.h"
#include "tests/lib/logkit.h"

#include <criterion/criterion.h>
#include <string.h>

enum { DAY_S = 86400 };

static struct bench b;
static const struct service_session me = { .user = "me" };

/* The pipeline learns by the real clock with its first batch and not again for a minute: from then on the tests do it by theirs. */
static void begin(void)
{
	bench_open(&b, ":memory:");
	Ev__EventBatch *nothing = facts_new(BENCH_EPOCH, 1);
	bench_commit(&b, nothing);
	facts_free(nothing);
}

static void end(void)
{
	bench_close(&b);
	bench_now_ns = (BENCH_T0 + 3600) * CLOCK_SECOND_NS;
}

TestSuite(habits_of_accesses, .init = begin, .fini = end);

/* As ${user} on 10.0.0.2, on ${n} days in a row from ${first} on, at the same hour. Then it is the hour after. */
static void work(const char *user, int first, int n)
{
	for (int day = first; day < first + n; day++)
		bench_psexec(&b, user, "10.0.0.2", (int64_t)day * DAY_S);
	bench_now_ns = (BENCH_T0 + (int64_t)(first + n) * DAY_S) * CLOCK_SECOND_NS;
	struct store_tx *tx = store_write(b.store);
	habitual_learn(tx, bench_now_ns);
	cr_assert_eq(store_commit(tx, b.error, sizeof b.error), 0, "%s", b.error);
}

static json_t *suggested(void)
{
	json_t *out = NULL;
	cr_assert_eq(service_suggestions(b.service, &out, b.error), ANSWER_OK, "%s", b.error);
	return out;
}

static size_t n_suggested(void)
{
	json_t *out = suggested();
	size_t n = json_array_size(json_object_get(out, "items"));
	json_decref(out);
	return n;
}

static json_t *listed(void)
{
	json_t *out = NULL;
	cr_assert_eq(service_habits(b.service, &(struct service_query){ 0 }, &out, b.error), ANSWER_OK, "%s", b.error);
	return out;
}

static json_int_t number(const json_t *row, const char *key)
{
	return json_integer_value(json_object_get(row, key));
}

/* The accesses of the first habit in the list; 0 without any. */
static json_int_t accesses_learned(void)
{
	json_t *out = listed();
	json_int_t n = number(json_array_get(json_object_get(out, "items"), 0), "accesses");
	json_decref(out);
	return n;
}

Test(habits_of_accesses, habits_come_in_pages_that_meet)
{
	work("admin", 0, 1);
	json_t *all = listed();
	json_int_t total = number(all, "total"), seen = 0;
	struct service_query q = { .limit = 2 };
	do {
		json_t *page = NULL;
		cr_assert_eq(service_habits(b.service, &q, &page, b.error), ANSWER_OK, "%s", b.error);
		const json_t *items = json_object_get(page, "items");
		for (size_t i = 0; i < json_array_size(items); i++, seen++)
			cr_expect(json_equal(json_array_get(items, i), json_array_get(json_object_get(all, "items"), (size_t)seen)));
		cr_expect_eq(number(page, "total"), total);
		q.before = number(page, "next");
		json_decref(page);
	} while (q.before != 0);
	cr_expect(seen == total && total > 2);
	json_decref(all);
}

static json_t *newest_incident(void)
{
	json_t *list = NULL;
	cr_assert_eq(service_incidents(b.service, &(struct service_query){ .state = "all" }, &list, b.error), ANSWER_OK);
	json_t *incident = json_incref(json_array_get(json_object_get(list, "items"), 0));
	json_decref(list);
	return incident;
}

static bool has_evidence(const json_t *incident, const char *begins)
{
	const json_t *evidence = json_object_get(incident, "evidence");
	for (size_t i = 0; i < json_array_size(evidence); i++)
		if (strncmp(json_string_value(json_array_get(evidence, i)), begins, strlen(begins)) == 0)
			return true;
	return false;
}

Test(habits_of_accesses, each_act_of_an_access_counts_once)
{
	work("admin", 0, 1);
	work("admin", 1, 0);	/* learning again changes nothing */
	json_t *out = listed();
	const json_t *items = json_object_get(out, "items");
	cr_assert_gt(json_array_size(items), 1);
	for (size_t i = 0; i < json_array_size(items); i++) {
		cr_expect_eq(number(json_array_get(items, i), "accesses"), 1);
		cr_expect_eq(number(json_array_get(items, i), "days"), 1);
	}
	json_decref(out);
}

Test(habits_of_accesses, what_was_just_done_is_not_learned_yet)
{
	bench_psexec(&b, "admin", "10.0.0.2", 0);
	struct store_tx *tx = store_write(b.store);
	habitual_learn(tx, (BENCH_T0 + 60) * CLOCK_SECOND_NS);
	cr_assert_eq(store_commit(tx, b.error, sizeof b.error), 0);
	cr_expect_eq(accesses_learned(), 0);
}

Test(habits_of_accesses, a_settled_one_is_suggested_until_an_entry_covers_it)
{
	work("admin", 0, 4);
	cr_expect_eq(n_suggested(), 0);
	work("admin", 4, 2);
	json_t *out = suggested(), *stored = NULL;
	const json_t *items = json_object_get(out, "items"), *entry = json_object_get(json_array_get(items, 0), "entry");
	cr_assert_eq(json_array_size(items), 1);
	cr_expect_str_eq(json_string_value(json_object_get(entry, "source")), "10.0.0.1");
	cr_expect_str_eq(json_string_value(json_object_get(entry, "site")), "branch");
	cr_assert_eq(service_baseline_add(b.service, &me, entry, &stored, b.error), ANSWER_OK, "%s", b.error);
	cr_expect_eq(number(stored, "hits"), 6, "the entry covers what the habit was made of");
	cr_expect_eq(n_suggested(), 0);
	json_decref(stored);
	json_decref(out);
}

Test(habits_of_accesses, one_that_was_turned_down_is_not_suggested_again)
{
	work("admin", 0, 6);
	cr_assert_eq(n_suggested(), 1);
	json_t *which = json_pack("{s:s,s:s,s:s,s:s}", "site", "branch", "source", "10.0.0.1", "account", "LAB\\admin", "destination",
				  "10.0.0.2");
	cr_assert_eq(service_suggestion_refuse(b.service, &me, which, b.error), ANSWER_OK, "%s", b.error);
	cr_expect_eq(n_suggested(), 0);
	json_decref(which);
	json_t *half = json_pack("{s:s}", "site", "branch");
	cr_expect_eq(service_suggestion_refuse(b.service, &me, half, b.error), ANSWER_BAD_REQUEST);
	json_decref(half);
}

Test(habits_of_accesses, an_attack_teaches_nothing_and_is_taken_back)
{
	work("admin", 0, 1);
	cr_assert_eq(accesses_learned(), 1);
	json_t *incident = newest_incident(), *now = NULL;
	json_int_t id = number(incident, "id");
	json_t *attack = json_pack("{s:s,s:s}", "state", "closed", "close_reason", "true_positive");
	cr_assert_eq(service_incident_change(b.service, &me, id, attack, &now, b.error), ANSWER_OK, "%s", b.error);
	cr_expect_eq(accesses_learned(), 0);
	json_decref(now);
	json_t *again = json_pack("{s:s}", "state", "new");
	cr_assert_eq(service_incident_change(b.service, &me, id, again, &now, b.error), ANSWER_OK, "%s", b.error);
	work("admin", 1, 0);
	cr_expect_eq(accesses_learned(), 1, "what is none after all is learned again");
	json_decref(now);
	json_decref(again);
	json_decref(attack);
	json_decref(incident);
}

Test(habits_of_accesses, they_lower_or_raise_the_score_and_say_so)
{
	work("admin", 0, 1);
	json_t *fresh = newest_incident();
	cr_expect(has_evidence(fresh, "Never seen before"));
	work("admin", 1, 7);
	bench_psexec(&b, "admin", "10.0.0.2", 8 * DAY_S);
	json_t *habit = newest_incident();
	cr_expect(has_evidence(habit, "A habit: "));
	cr_expect_lt(number(habit, "score"), number(fresh, "score"));
	cr_expect_str_eq(json_string_value(json_object_get(habit, "verdict")), "unverified", "a habit silences nothing");
	json_decref(fresh);
	json_decref(habit);
}

Test(habits_of_accesses, a_site_is_learned_first)
{
	struct store_tx *tx = store_write(b.store);
	store_sensor_add(tx, "two", "fresh", "key2", bench_now_ns);
	store_log_sensor(tx, store_site(tx, "fresh"));	/* a log that was cleared there does not end it */
	cr_assert_eq(store_commit(tx, b.error, sizeof b.error), 0);
	json_t *out = listed();
	const json_t *learning = json_object_get(out, "learning"), *sites = json_object_get(learning, "sites");
	cr_expect_eq(number(learning, "days"), HABIT_LEARNING_DAYS);
	cr_assert_eq(json_array_size(sites), 2);
	cr_expect(json_is_false(json_object_get(json_array_get(sites, 0), "learning")), "branch is known");
	cr_expect(json_is_true(json_object_get(json_array_get(sites, 1), "learning")));
	json_decref(out);
	json_t *longer = json_pack("{s:i}", "learning_days", 30), *zero = json_pack("{s:i}", "learning_days", 0);
	cr_expect_eq(service_learning_set(b.service, &me, longer, b.error), ANSWER_OK);
	cr_expect_eq(service_learning_set(b.service, &me, zero, b.error), ANSWER_BAD_REQUEST);
	out = listed();
	cr_expect_eq(number(json_object_get(out, "learning"), "days"), 30);
	json_decref(out);
	json_decref(longer);
	json_decref(zero);
}

Test(habits_of_accesses, days_long_past_are_forgotten)
{
	work("admin", 0, 1);
	struct store_tx *tx = store_write(b.store);
	habitual_learn(tx, bench_now_ns + (int64_t)(HABIT_KEEP_DAYS + 2) * DAY_S * CLOCK_SECOND_NS);
	cr_assert_eq(store_commit(tx, b.error, sizeof b.error), 0);
	cr_expect_eq(accesses_learned(), 0);
}

/* ---- a month -------------------------------------------------------------------------------------------------------------- */

enum { FRIDAY = 3, WEEK = 7 };	/* BENCH_T0 is a Tuesday */

static bool is_workday(int day)
{
	return day % WEEK <= FRIDAY || day % WEEK == WEEK - 1;
}

/* The sensor stands in a site that is watched from BENCH_T0 on. */
static void begin_fresh_site(void)
{
	struct store_tx *tx = store_write(b.store);
	store_sensor_add(tx, "two", "fresh", "key2", BENCH_T0 * CLOCK_SECOND_NS);
	cr_assert(store_sensor_of_key(tx, "key2", &b.who));
	cr_assert_eq(store_commit(tx, b.error, sizeof b.error), 0, "%s", b.error);
	b.high_water = 0;
}

/* One access of ${user} to ${server} on ${day}, ${hours} from the usual time. */
static void access_once(const char *user, const char *server, int day, int hours)
{
	bench_psexec(&b, user, server, (int64_t)day * DAY_S + (int64_t)hours * 3600);
}

static void end_day(int day)
{
	work("", day + 1, 0);
}

static json_int_t score_of_newest(void)
{
	json_t *i = newest_incident();
	json_int_t score = number(i, "score");
	json_decref(i);
	return score;
}

static bool newest_says(const char *begins)
{
	json_t *i = newest_incident();
	bool says = has_evidence(i, begins);
	json_decref(i);
	return says;
}

Test(habits_of_accesses, nothing_is_said_or_suggested_in_the_first_fourteen_days)
{
	begin_fresh_site();
	for (int day = 0; day < HABIT_LEARNING_DAYS; day++) {
		if (is_workday(day))
			access_once("admin", "10.0.0.2", day, 0);
		end_day(day);
		cr_expect_eq(n_suggested(), day + 1 == HABIT_LEARNING_DAYS, "on day %d", day);
	}
	cr_expect_not(newest_says("A habit"));
	cr_expect_not(newest_says("Never seen"));
	access_once("admin", "10.0.0.2", HABIT_LEARNING_DAYS, 0);
	cr_expect(newest_says("A habit: "));
	access_once("thief", "10.0.0.3", HABIT_LEARNING_DAYS, 0);
	cr_expect(newest_says("Never seen before: in 14 days"));
}

Test(habits_of_accesses, a_site_without_accesses_is_learned_all_the_same)
{
	begin_fresh_site();
	for (int day = 0; day < 30; day++)
		end_day(day);
	cr_expect_eq(n_suggested(), 0);
	access_once("thief", "10.0.0.3", 30, 0);
	cr_expect(newest_says("Never seen before: in 30 days"));
}

Test(habits_of_accesses, a_changed_clock_and_a_holiday_leave_a_habit_and_half_a_year_ends_it)
{
	begin_fresh_site();
	int day = 0;
	for (; day < 21; day++) {
		if (is_workday(day))
			access_once("admin", "10.0.0.2", day, 0);
		end_day(day);
	}
	access_once("admin", "10.0.0.2", day, -1);
	cr_expect(newest_says("A habit: "), "summer time has begun");
	access_once("admin", "10.0.0.2", day + 1, 8);
	cr_expect(newest_says("A habit at an unusual hour"));
	day += 1 + 3 * WEEK;
	end_day(day - 1);
	access_once("admin", "10.0.0.2", day, 0);
	cr_expect(newest_says("A habit: "), "after three weeks away");
	day += 200;
	end_day(day - 1);
	cr_expect_eq(n_suggested(), 0);
	access_once("admin", "10.0.0.2", day, 0);
	cr_expect(newest_says("Never seen before"));
}

Test(habits_of_accesses, who_breaks_in_every_day_is_shown_every_day)
{
	begin_fresh_site();
	json_int_t first = 0;
	for (int day = 0; day < 30; day++) {
		access_once("thief", "10.0.0.2", day, 0);
		json_t *i = newest_incident();
		cr_expect_str_eq(json_string_value(json_object_get(i, "state")), "new", "on day %d", day);
		cr_expect_str_eq(json_string_value(json_object_get(i, "verdict")), "unverified");
		first = day == 0 ? number(i, "score") : first;
		cr_expect_geq(number(i, "score"), first - 15);
		json_decref(i);
		end_day(day);
	}
	cr_expect_eq(n_suggested(), 1, "for a person to look at");
}

/* Somebody else's access on ${day}, two hours later, which the server has logged. */
static void access_logged(struct logkit *k, int day)
{
	logkit_logon(k, (uint16_t)(40000 + b.next_seq), "admin", (int64_t)day * DAY_S + 7200);
	access_once("admin", "10.0.0.2", day, 2);
}

Test(habits_of_accesses, a_logon_that_is_erased_every_day_is_no_excuse)
{
	static struct logkit k;
	for (int day = 0; day < 29; day++) {
		logkit_life(&k, (int64_t)day * DAY_S - 600);
		access_once("thief", "10.0.0.2", day, 0);
		if (day > 23)
			access_logged(&k, day);
		end_day(day);
	}
	cr_expect_eq(n_suggested(), 2);
	access_once("thief", "10.0.0.2", 29, 0);
	json_int_t usual = score_of_newest();
	cr_expect(newest_says("A habit: "));
	logkit_life(&k, 29 * (int64_t)DAY_S + 7200);
	logkit_import(&b, &k, "fs1", 0, k.n);
	json_t *i = newest_incident();
	cr_expect_str_eq(json_string_value(json_object_get(i, "verdict")), "unlogged");
	cr_expect_not(has_evidence(i, "A habit"));
	cr_expect_geq(number(i, "score"), usual + 15);
	json_decref(i);
	cr_expect_eq(n_suggested(), 1, "the other's");
}
