/* What a clock that is wrong, or said to be, does to a verdict. */
#include "proto/base/clock.h"
#include "tests/lib/ledgerkit.h"

#include <criterion/criterion.h>

static struct ledgerkit kit;

static void begin(void)
{
	ledgerkit_begin(&kit);
}

static void end(void)
{
	ledgerkit_end(&kit);
}

TestSuite(ledger_clock, .init = begin, .fini = end);

Test(ledger_clock, by_a_clock_that_nobody_has_proved_the_very_port_minutes_away_is_a_doubt)
{
	static const struct {
		enum log_act act;
		int seconds;
		const char *account;
		enum verdict verdict;
	} rows[] = { { LOG_LOGON, 180, "dave", VERDICT_UNVERIFIED },  { LOG_SHARE, -180, NULL, VERDICT_UNVERIFIED },
		     { LOG_LOGON, 590, "dave", VERDICT_UNVERIFIED },  { LOG_LOGON, 660, "dave", VERDICT_UNLOGGED },
		     { LOG_LOGON, 180, "eve", VERDICT_UNLOGGED },     { LOG_LOGON_FAILED, 180, "dave", VERDICT_UNLOGGED } };
	kit.clocks[0].how = LEDGER_ZONED;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct ledger_doubt doubts[LEDGER_DOUBTS];
		kit.n_records = 0;
		struct log_record *r = ledgerkit_record(&kit, rows[i].act, 4624, rows[i].seconds);
		r->source_address = kit.access.source;
		r->source_port = (uint16_t)kit.access.source_port;
		r->account = rows[i].account;
		r->has_zone = true;
		cr_assert_eq(ledgerkit_judge(&kit, 0), rows[i].verdict, "row %zu", i);
		bool is_doubt = ledger_doubts(kit.ledger, doubts) == 1;
		cr_assert_eq(is_doubt, rows[i].verdict == VERDICT_UNVERIFIED, "row %zu", i);
		cr_assert(!is_doubt || (doubts[0].is_misplaced && ledgerkit_says(&kit, "by a clock that is off")));
	}
}

Test(ledger_clock, whatever_proves_a_clock_it_may_have_drifted_a_minute_and_been_set_since)
{
	static const struct {
		int seconds;
		bool has_zone;
		const char *account;
		enum verdict verdict;
	} rows[] = {
		{ 4, true, "dave", VERDICT_UNAPPROVED },	{ -50, true, "dave", VERDICT_UNAPPROVED },
		{ 60, true, "dave", VERDICT_UNAPPROVED },	{ 66, true, "dave", VERDICT_UNVERIFIED },
		{ 590, true, NULL, VERDICT_UNVERIFIED },	{ 700, true, "dave", VERDICT_UNLOGGED },
		{ 4 * 3600, true, "dave", VERDICT_UNVERIFIED },	{ 700, false, "dave", VERDICT_UNVERIFIED },
		{ -90000, false, "dave", VERDICT_UNVERIFIED },	{ 100000, false, "dave", VERDICT_UNLOGGED },
		{ -50, true, "eve", VERDICT_UNLOGGED },		{ 66, true, "eve", VERDICT_UNLOGGED },
		{ 3600 + 300, false, "eve", VERDICT_UNLOGGED },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		kit.n_records = 0;
		struct log_record *r = ledgerkit_record(&kit, LOG_LOGON, 4624, rows[i].seconds);
		r->source_address = kit.access.source;
		r->source_port = (uint16_t)kit.access.source_port;
		r->account = rows[i].account;
		r->has_zone = rows[i].has_zone;
		kit.clocks[0].how = i % 2 == 0 ? LEDGER_LOGONS_AGREE : LEDGER_SET;
		cr_expect_eq(ledgerkit_judge(&kit, 0), rows[i].verdict, "row %zu", i);
	}
}

Test(ledger_clock, a_record_beside_its_time_is_named_with_how_far_it_is_and_the_wire_may_show_whose_it_is)
{
	struct ledger_doubt doubts[LEDGER_DOUBTS];
	for (int is_far = 0; is_far < 2; is_far++) {
		kit.n_records = 0;
		struct log_record *r = ledgerkit_record(&kit, LOG_LOGON, 4624, is_far ? 180 : 30);
		r->source_address = kit.access.source;
		r->source_port = (uint16_t)kit.access.source_port;
		r->account = "dave";
		ledgerkit_judge(&kit, 0);
		cr_expect(ledgerkit_says(&kit, is_far ? "stands 179.5 s after the logon" : "stands 29.5 s after the logon"));
		cr_expect(ledgerkit_says(&kit, is_far ? "it may be this one by a clock that" : "it is this one by a clock that"));
		cr_expect_not(ledger_is_settled(kit.ledger));
		cr_assert_eq(ledger_doubts(kit.ledger, doubts), 1);
		cr_expect(doubts[0].is_misplaced);
		ledger_dismiss(kit.ledger, doubts[0].id);
		ledger_result_fini(&kit.result);
		ledger_judge(kit.ledger, 0, &kit.result);
		cr_expect_eq(kit.result.verdict, VERDICT_UNLOGGED);
	}
}

Test(ledger_clock, logons_that_contradict_a_written_zone_are_said_to_be_doubtful)
{
	kit.n_records = 0;
	kit.clocks[0].is_doubtful = true;
	kit.clocks[0].doubtful_ns = 20 * CLOCK_HOUR_NS;
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNLOGGED);
	cr_assert(ledgerkit_says(&kit, "as if its clock were off by +20 h"));
	kit.clocks[0].is_suspect = true;
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNVERIFIED);
	cr_assert(ledgerkit_says(&kit, "nothing is called missing either until a person sets that clock"));
}

Test(ledger_clock, a_record_without_a_port_excuses_where_nothing_proves_the_clock_and_nothing_contradicts)
{
	static const struct {
		enum ledger_how how;
		enum log_act act;
		const char *account, *package;
		int32_t type;
		bool is_disputed;
		enum verdict verdict;
	} rows[] = {
		{ LEDGER_ZONED, LOG_LOGON, "dave", "NTLM", 3, false, VERDICT_UNVERIFIED },
		{ LEDGER_RECEIPT, LOG_SHARE, "dave", NULL, -1, false, VERDICT_UNVERIFIED },
		{ LEDGER_NEIGHBOURS, LOG_LOGON, "dave", NULL, -1, false, VERDICT_UNVERIFIED },
		{ LEDGER_LOGONS_AGREE, LOG_LOGON, "dave", "NTLM", 3, false, VERDICT_UNLOGGED },
		{ LEDGER_SET, LOG_LOGON, "dave", "NTLM", 3, false, VERDICT_UNLOGGED },
		{ LEDGER_ZONED, LOG_LOGON, "eve", "NTLM", 3, false, VERDICT_UNLOGGED },
		{ LEDGER_ZONED, LOG_LOGON, "dave", "Kerberos", 3, false, VERDICT_UNLOGGED },
		{ LEDGER_ZONED, LOG_LOGON, "dave", "NTLM", 10, false, VERDICT_UNLOGGED },
		{ LEDGER_ZONED, LOG_LOGON_FAILED, "dave", "NTLM", 3, false, VERDICT_UNLOGGED },
		{ LEDGER_ZONED, LOG_LOGON, "dave", "NTLM", 3, true, VERDICT_UNVERIFIED },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		kit.n_records = 0;
		kit.clocks[0].how = rows[i].how;
		kit.clocks[0].is_disputed = rows[i].is_disputed;
		ledgerkit_judge(&kit, 0);
		struct log_record *r = ledgerkit_record(&kit, rows[i].act, 4624, 8);
		r->source_address = kit.access.source;
		r->account = rows[i].account;
		r->package = rows[i].package;
		r->logon_type = rows[i].type;
		ledger_excuse(kit.ledger, KIT_CLOCK, 1, r);
		ledger_result_fini(&kit.result);
		ledger_judge(kit.ledger, 0, &kit.result);
		cr_expect_eq(kit.result.verdict, rows[i].verdict, "row %zu", i);
		bool is_excused = rows[i].verdict == VERDICT_UNVERIFIED && !rows[i].is_disputed;
		cr_expect_eq(ledgerkit_says(&kit, "names no port and stands 7.5 s after"), is_excused, "row %zu", i);
	}
}

Test(ledger_clock, a_log_that_claims_what_is_better_known_as_anothers_neither_confirms_nor_denies)
{
	kit.clocks[0].rival = "FS1";
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNVERIFIED);
	cr_assert(ledgerkit_says(&kit, "better known as another host's, so it confirms nothing"));
	cr_assert(ledgerkit_says(&kit, "better known as that of FS1"));
	kit.n_records = 0;
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNVERIFIED);
}

Test(ledger_clock, a_second_log_of_the_host_is_not_waited_for_where_the_first_tells)
{
	kit.n_records = 0;
	kit.clocks[1] = kit.clocks[0];
	kit.clocks[1].id = KIT_CLOCK + 1;
	kit.clocks[1].lives = true;
	kit.clocks[1].last_ns = kit.access.start_ns + kit.clocks[1].offset_ns - CLOCK_SECOND_NS;
	kit.n_clocks = 2;
	kit.clocks[1].how = LEDGER_ZONED;
	struct log_record *r = ledgerkit_record(&kit, LOG_LOGON, 4624, 180);
	r->source_address = kit.access.source;
	r->source_port = (uint16_t)kit.access.source_port;
	cr_expect_eq(ledgerkit_judge(&kit, 0), VERDICT_UNVERIFIED, "a doubt is none to wait for");
	kit.clocks[1].host = "OTHER.lab.example";
	cr_expect_eq(ledgerkit_judge(&kit, 0), VERDICT_PENDING);
}
