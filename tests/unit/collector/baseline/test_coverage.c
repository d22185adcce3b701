/* What of a log vouches for what: each trail for itself, and only for what it has told. */
#include "proto/base/clock.h"
#include "tests/lib/ledgerkit.h"

#include <criterion/criterion.h>
#include <string.h>

static struct ledgerkit kit;

static void begin(void)
{
	ledgerkit_begin(&kit);
}

static void end(void)
{
	ledgerkit_end(&kit);
}

TestSuite(coverage, .init = begin, .fini = end);

static bool is_found(const char *finding)
{
	for (size_t i = 0; i < json_array_size(kit.result.findings); i++)
		if (strcmp(json_string_value(json_array_get(kit.result.findings, i)), finding) == 0)
			return true;
	return false;
}

/* The System channel, as far as the log goes. */
static void system_goes_on(void)
{
	struct ledger_clock *c = &kit.clocks[0];
	c->trails[LOG_TRAIL_SYSTEM] = (struct ledger_trail){ .acts = 1u << LOG_SERVICE_INSTALLED | 1u << LOG_SERVICE_STATE,
							     .first_ns = c->first_ns, .last_ns = c->last_ns };
}

static int64_t written(int second)
{
	return kit.access.start_ns - CLOCK_SECOND_NS / 2 + CLOCK_HOUR_NS + second * CLOCK_SECOND_NS;
}

Test(coverage, a_channel_that_goes_on_does_not_vouch_for_one_that_has_stopped)
{
	kit.n_records = 0;
	system_goes_on();
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNLOGGED);
	ledgerkit_apart(&kit)->last_ns = written(-30);
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNVERIFIED);
	cr_assert(ledgerkit_says(&kit, "goes on, but Security, where its logons stand, has reached 2025-01-06 10:01:41 UTC"));
	cr_assert_not(is_found("logons_stopped"), "of two hours nobody knows whether it only lags");
}

Test(coverage, a_channel_that_begins_later_does_not_vouch_for_what_was_before)
{
	kit.n_records = 0;
	system_goes_on();
	ledgerkit_apart(&kit)->first_ns = written(30);
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNVERIFIED);
	cr_assert(ledgerkit_says(&kit, "where its logons stand, begins at"));
}

Test(coverage, a_channel_of_a_stream_that_lags_is_waited_for_while_the_others_go_on)
{
	kit.n_records = 0;
	system_goes_on();
	kit.clocks[0].lives = true;
	struct ledger_trail *security = ledgerkit_apart(&kit);
	int64_t last_ns = security->last_ns;
	security->last_ns = written(-30);
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_PENDING);
	security->last_ns = written(60);
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_PENDING, "it may still be on its way");
	security->last_ns = last_ns;
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNLOGGED, "it has caught up");
}

Test(coverage, a_channel_of_a_stream_that_began_later_is_not_waited_for)
{
	kit.n_records = 0;
	system_goes_on();
	kit.clocks[0].lives = true;
	ledgerkit_apart(&kit)->first_ns = written(30);
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNVERIFIED);
}

Test(coverage, a_trail_that_has_told_no_logon_over_the_network_lacks_none)
{
	static const uint32_t acts[] = { 1u << LOG_LOGON, 1u << LOG_PRIVILEGES, 1u << LOG_LOGOFF, 1u << LOG_SHARE, 1u << LOG_OTHER,
					 1u << LOG_SERVICE_INSTALLED, 1u << LOG_OBJECT, 1u << LOG_EXPLICIT_LOGON };
	kit.n_records = 0;
	for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
		ledgerkit_apart(&kit)->acts = acts[i];
		cr_expect_eq(ledgerkit_judge(&kit, 0), VERDICT_UNVERIFIED, "%#x", acts[i]);
		cr_expect(ledgerkit_says(&kit, "told no logon over the network yet"));
		ledgerkit_apart(&kit)->acts = acts[i] | LEDGER_TELLS;
		cr_expect_eq(ledgerkit_judge(&kit, 0), VERDICT_UNLOGGED, "%#x", acts[i]);
		cr_expect(ledgerkit_says(&kit, "it tells logons over the network since 2025-01-06 10:00:00 UTC"));
	}
}

Test(coverage, what_a_trail_had_not_told_yet_it_does_not_lack)
{
	static const struct {
		int since_s;
		enum verdict verdict;
	} rows[] = { { -60, VERDICT_UNLOGGED }, { 5, VERDICT_UNLOGGED }, { 7, VERDICT_UNVERIFIED }, { 600, VERDICT_UNVERIFIED } };
	kit.n_records = 0;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		ledgerkit_apart(&kit)->since_ns = written(rows[i].since_s);
		cr_expect_eq(ledgerkit_judge(&kit, 0), rows[i].verdict, "row %zu", i);
		cr_expect_eq(ledgerkit_says(&kit, "tells logons over the network only since"), rows[i].verdict == VERDICT_UNVERIFIED);
	}
}

/* Logons are told until ${second}; the log goes on for two days. */
static void told_until(int second)
{
	kit.clocks[0].first_ns -= 72 * CLOCK_HOUR_NS;
	kit.clocks[0].last_ns += 48 * CLOCK_HOUR_NS;
	ledgerkit_apart(&kit)->until_ns = written(second);
}

Test(coverage, a_log_that_stops_to_tell_logons_lacks_them_for_a_day_and_then_has_stopped)
{
	const int day = 24 * 3600;
	kit.n_records = 0;
	told_until(-day + 60);
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNLOGGED);
	kit.clocks[0].trails[LOG_TRAIL_SECURITY].until_ns = written(-day - 60);
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNVERIFIED);
	cr_assert(is_found("logons_stopped"));
	cr_assert(ledgerkit_says(&kit, "has told no logon over the network since 2025-01-05 10:01:11 UTC, though it goes on"));
	cr_assert_eq(ledgerkit_judge(&kit, 3), VERDICT_LEGITIMATE);
	cr_assert(is_found("logons_stopped"), "approval does not hide it");
}

Test(coverage, a_channel_that_ends_while_others_go_on_for_more_than_a_day_has_stopped)
{
	kit.n_records = 0;
	told_until(-60);
	system_goes_on();
	kit.clocks[0].trails[LOG_TRAIL_SECURITY].last_ns = written(-30);
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNVERIFIED);
	cr_assert(is_found("logons_stopped"));
}

Test(coverage, an_access_that_is_logged_shows_that_nothing_has_stopped)
{
	told_until(-60);
	ledgerkit_judge(&kit, 0);
	cr_assert_eq(json_array_size(kit.result.findings), 0);
}

Test(coverage, a_record_is_missed_in_the_channel_that_holds_its_like)
{
	ledgerkit_remove(&kit, LOG_SERVICE_INSTALLED);
	system_goes_on();
	ledgerkit_apart(&kit)->acts &= ~(1u << LOG_SERVICE_INSTALLED);
	ledgerkit_judge(&kit, 0);
	cr_assert(ledgerkit_misses(&kit, "7045 or 4697"));
	kit.clocks[0].trails[LOG_TRAIL_SYSTEM].last_ns = written(-30);
	ledgerkit_judge(&kit, 0);
	cr_assert_eq(json_array_size(kit.result.findings), 0, "System has not come so far");
}

Test(coverage, a_4624_is_not_missed_where_none_of_the_network_is_ever_told)
{
	ledgerkit_remove(&kit, LOG_LOGON);
	ledgerkit_apart(&kit)->acts &= ~LEDGER_TELLS;
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNAPPROVED);
	cr_assert_eq(json_array_size(kit.result.findings), 0);
}

/* ---- what could not be read ---- */

Test(coverage, lines_that_could_not_be_read_may_be_the_logon)
{
	kit.n_records = 0;
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNLOGGED);
	cr_assert_eq(ledger_lack(kit.ledger), LEDGER_LACKS_LOGON);
	kit.clocks[0].n_unread = 12;
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNVERIFIED);
	cr_assert(is_found("unread_records"));
	cr_assert(ledgerkit_says(&kit, "12 lines of fs1.jsonl around 2025-01-06 10:02:11 could not be read"));
}

Test(coverage, lines_that_could_not_be_read_may_be_the_records_beside_a_logon)
{
	ledgerkit_remove(&kit, LOG_PRIVILEGES);
	ledgerkit_judge(&kit, 0);
	cr_assert_eq(ledger_lack(kit.ledger), LEDGER_LACKS_RECORDS);
	kit.clocks[0].n_unread = 1;
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNAPPROVED);
	cr_assert_not(is_found("missing_records"));
	cr_assert(ledgerkit_says(&kit, "1 line of fs1.jsonl around"));
}

Test(coverage, where_nothing_is_lacking_nobody_asks_what_could_not_be_read)
{
	ledgerkit_judge(&kit, 0);
	cr_assert_eq(ledger_lack(kit.ledger), LEDGER_LACKS_NOTHING);
}

Test(coverage, a_second_log_that_was_read_whole_still_lacks_what_it_lacks)
{
	kit.n_records = 0;
	kit.clocks[1] = kit.clocks[0];
	kit.clocks[1].id = KIT_CLOCK + 1;
	kit.clocks[1].source = "other.jsonl";
	kit.n_clocks = 2;
	kit.clocks[0].n_unread = 1;
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNLOGGED);
}
