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

TestSuite(ledger, .init = begin, .fini = end);

static const char *best_text(void)
{
	return json_string_value(json_object_get(kit.result.log, "text"));
}

static void forget_everything(void)
{
	kit.n_records = 0;
}

/* ---- confirmed ---- */

Test(ledger, address_and_port_confirm_a_logon)
{
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNAPPROVED);
	cr_assert_str_eq(best_text(), "4624 on FS1.lab.example at 2025-01-06 11:02:11 for LAB\\dave from 10.77.0.21:49822, offset +1 h");
	cr_assert_eq(json_array_size(json_object_get(kit.result.log, "records")), 6);
	cr_assert_eq(json_array_size(kit.result.findings), 0);
	char account[64];
	cr_assert(ledger_account(kit.ledger, account, sizeof account));
	cr_assert_str_eq(account, "LAB\\dave");
}

Test(ledger, an_entry_that_covers_a_logged_access_makes_it_legitimate)
{
	cr_assert_eq(ledgerkit_judge(&kit, 3), VERDICT_LEGITIMATE);
	cr_assert_not_null(kit.result.log);
}

Test(ledger, a_share_access_alone_confirms_and_the_logon_is_missing)
{
	ledgerkit_remove(&kit, LOG_LOGON);
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNAPPROVED);
	cr_assert(ledgerkit_misses(&kit, "4624 (logon)"));
	cr_assert_not(ledgerkit_says(&kit, "4672 (admin"));
}

Test(ledger, missing_records_leave_legitimate_as_it_is)
{
	ledgerkit_remove(&kit, LOG_LOGON);
	cr_assert_eq(ledgerkit_judge(&kit, 3), VERDICT_LEGITIMATE);
	cr_assert(ledgerkit_misses(&kit, "4624 (logon)"));
}

Test(ledger, each_kind_of_record_is_missed)
{
	static const struct {
		enum log_act act;
		const char *words;
	} rows[] = { { LOG_PRIVILEGES, "4672" }, { LOG_SHARE, "5140" }, { LOG_OBJECT, "5145" }, { LOG_SERVICE_INSTALLED, "7045 or 4697" },
		     { LOG_LOGOFF, "4634" } };
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		ledgerkit_end(&kit);
		ledgerkit_begin(&kit);
		ledgerkit_remove(&kit, rows[i].act);
		cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNAPPROVED);
		cr_assert(ledgerkit_misses(&kit, rows[i].words), "%s", rows[i].words);
	}
}

Test(ledger, an_access_is_settled_once_all_that_is_due_of_it_stands_in_the_log)
{
	ledgerkit_judge(&kit, 0);
	cr_assert(ledger_is_settled(kit.ledger));
	static const enum log_act due[] = { LOG_LOGON, LOG_PRIVILEGES, LOG_SHARE, LOG_OBJECT, LOG_SERVICE_INSTALLED, LOG_LOGOFF };
	for (size_t i = 0; i < sizeof due / sizeof *due; i++) {
		ledgerkit_end(&kit);
		ledgerkit_begin(&kit);
		ledgerkit_remove(&kit, due[i]);
		ledgerkit_judge(&kit, 0);
		cr_assert_not(ledger_is_settled(kit.ledger), "without act %d", due[i]);
	}
}

Test(ledger, an_access_is_settled_without_what_its_host_never_writes)
{
	ledgerkit_remove(&kit, LOG_LOGOFF);
	ledgerkit_apart(&kit)->acts = ~0u & ~(1u << LOG_LOGOFF);
	ledgerkit_judge(&kit, 0);
	cr_assert(ledger_is_settled(kit.ledger));
}

Test(ledger, nothing_is_settled_by_a_clock_that_nobody_has_proved)
{
	kit.clocks[0].how = LEDGER_ZONED;
	ledgerkit_judge(&kit, 0);
	cr_assert_not(ledger_is_settled(kit.ledger));
}

Test(ledger, what_a_host_never_writes_is_not_missing)
{
	ledgerkit_remove(&kit, LOG_PRIVILEGES);
	ledgerkit_remove(&kit, LOG_OBJECT);
	ledgerkit_apart(&kit)->acts = 1u << LOG_LOGON | 1u << LOG_SHARE;
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNAPPROVED);
	cr_assert_eq(json_array_size(kit.result.findings), 0);
}

Test(ledger, a_logoff_is_not_missing_while_the_session_may_go_on)
{
	ledgerkit_remove(&kit, LOG_LOGOFF);
	kit.clocks[0].last_ns = kit.clocks[0].first_ns + 600 * CLOCK_SECOND_NS;
	ledgerkit_judge(&kit, 0);
	cr_assert_eq(json_array_size(kit.result.findings), 0);
}

Test(ledger, without_a_port_address_and_account_confirm_within_five_seconds)
{
	static const struct {
		int second;
		const char *account;
		bool confirms;
	} rows[] = { { 0, "dave", true }, { 5, "DAVE@LAB.EXAMPLE", true }, { -4, "dave", true }, { 6, "dave", false },
		     { 0, "eve", false } };
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		forget_everything();
		struct log_record *r = ledgerkit_record(&kit, LOG_LOGON, 4624, rows[i].second);
		r->source_address = "10.77.0.21";
		r->account = rows[i].account;
		ledgerkit_judge(&kit, 0);
		cr_assert_eq(kit.result.is_confirmed, rows[i].confirms, "row %zu", i);
	}
}

Test(ledger, an_access_whose_account_nobody_saw_gets_the_one_of_the_log)
{
	kit.access.account = NULL;
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNAPPROVED);
	cr_assert_str_eq(json_string_value(json_object_get(kit.result.log, "account")), "LAB\\dave");
}

Test(ledger, a_record_of_the_act_that_carries_a_logon_id_is_a_trace)
{
	ledgerkit_remove(&kit, LOG_LOGON);
	ledgerkit_remove(&kit, LOG_SHARE);
	ledgerkit_remove(&kit, LOG_OBJECT);
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNAPPROVED);
	cr_assert(ledgerkit_misses(&kit, "4624 (logon)"));
	cr_assert_eq(json_array_size(json_object_get(kit.result.log, "records")), 3, "4697 by the act, 4672 and 4634 by its logon id");
}

Test(ledger, the_same_port_at_another_time_is_another_connection)
{
	for (size_t i = 0; i < kit.n_records; i++) {
		kit.records[i].time_ns += 700 * CLOCK_SECOND_NS;
		kit.records[i].has_zone = true;
	}
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNLOGGED);
}

Test(ledger, a_clock_without_a_zone_may_have_gone_to_summer_time)
{
	for (int is_back = 0; is_back < 2; is_back++) {
		forget_everything();
		struct log_record *r = ledgerkit_record(&kit, LOG_LOGON, 4624, is_back ? -3600 : 3600);
		r->source_address = kit.access.source;
		r->source_port = (uint16_t)kit.access.source_port;
		cr_expect_eq(ledgerkit_judge(&kit, 0), VERDICT_UNAPPROVED);
		r->has_zone = true;
		cr_expect_eq(ledgerkit_judge(&kit, 0), VERDICT_UNVERIFIED, "it has no summer, but may be set wrong");
	}
}

Test(ledger, a_session_of_nobody_on_the_same_connection_does_not_vouch_for_somebodys)
{
	forget_everything();
	struct log_record *r = ledgerkit_record(&kit, LOG_LOGON, 4624, 0);
	r->source_address = kit.access.source;
	r->source_port = (uint16_t)kit.access.source_port;
	r->account = "ANONYMOUS LOGON";
	r->sid = "S-1-5-7";
	cr_expect_eq(ledgerkit_judge(&kit, 0), VERDICT_UNLOGGED);
	kit.access.auth = "anonymous";
	cr_expect_eq(ledgerkit_judge(&kit, 0), VERDICT_UNAPPROVED);
}

/* A logon of this moment that is the access's unless the row says otherwise. */
static struct log_record *logon_of(const char *account, const char *address, uint16_t port)
{
	struct log_record *r = ledgerkit_record(&kit, LOG_LOGON, 4624, 0);
	r->account = account;
	r->source_address = address;
	r->source_port = port;
	r->logon_type = 3;
	return r;
}

Test(ledger, a_refusal_beside_it_neither_confirms_nor_excuses_an_access)
{
	static const struct {
		const char *account;
		uint16_t port;
	} rows[] = { { "dave", 49822 }, { "backup", 49822 }, { "dave", 0 }, { "backup", 0 } };
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char account[64];
		forget_everything();
		struct log_record *r = logon_of(rows[i].account, kit.access.source, rows[i].port);
		r->act = LOG_LOGON_FAILED;
		r->event_id = 4625;
		cr_expect_eq(ledgerkit_judge(&kit, 0), VERDICT_UNLOGGED, "row %zu", i);
		cr_expect_not(ledger_account(kit.ledger, account, sizeof account));
	}
}

/* ---- other people on the same connection ---- */

Test(ledger, what_is_left_of_another_person_on_the_connection_does_not_confirm)
{
	forget_everything();
	struct log_record *r = logon_of("bob", kit.access.source, 49822);
	r->act = LOG_SHARE;
	cr_expect_eq(ledgerkit_judge(&kit, 0), VERDICT_UNVERIFIED);
	r->account = "LAB\\DAVE";
	cr_expect_eq(ledgerkit_judge(&kit, 0), VERDICT_UNAPPROVED);
}

Test(ledger, a_logon_of_that_port_and_moment_is_the_access_under_another_name)
{
	forget_everything();
	logon_of("dmiller", kit.access.source, 49822);
	cr_expect_eq(ledgerkit_judge(&kit, 0), VERDICT_UNAPPROVED);
	bool differs = false;
	for (size_t i = 0; i < json_array_size(kit.result.findings); i++)
		differs |= strcmp(json_string_value(json_array_get(kit.result.findings, i)), "account_differs") == 0;
	cr_expect(differs);
	cr_expect(ledgerkit_says(&kit, "another name than the network saw"));
}

Test(ledger, what_the_network_saw_to_be_somebody_elses_is_dismissed_with_all_that_hangs_on_it)
{
	struct ledger_doubt doubts[LEDGER_DOUBTS];
	for (size_t i = 0; i < kit.n_records; i++)
		kit.records[i].account = "bob";
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNAPPROVED);
	size_t n = ledger_doubts(kit.ledger, doubts);
	cr_assert_geq(n, 1);
	cr_expect_str_eq(doubts[0].account, "bob");
	int64_t ids[LEDGER_DOUBTS];
	for (size_t i = 0; i < n; i++)
		ids[i] = doubts[i].id;
	for (size_t i = 0; i < n; i++)
		ledger_dismiss(kit.ledger, ids[i]);
	ledger_result_fini(&kit.result);
	ledger_judge(kit.ledger, 0, &kit.result);
	cr_expect_eq(kit.result.verdict, VERDICT_UNLOGGED);
	cr_expect_eq(ledger_doubts(kit.ledger, doubts), 0);
}

/* ---- unlogged ---- */

Test(ledger, a_living_log_without_any_trace_makes_an_access_unlogged)
{
	forget_everything();
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNLOGGED);
	cr_assert_null(kit.result.log);
	cr_assert(ledgerkit_says(&kit, "has nothing from 10.77.0.21:49822"));
}

Test(ledger, unlogged_outranks_a_whitelist)
{
	forget_everything();
	cr_assert_eq(ledgerkit_judge(&kit, 3), VERDICT_UNLOGGED);
}

Test(ledger, a_service_installed_by_nobody_does_not_vouch_for_the_logon)
{
	forget_everything();
	struct log_record *r = ledgerkit_record(&kit, LOG_SERVICE_INSTALLED, 7045, 1);
	r->service = "Abcd Service";
	r->account = "dave";
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNLOGGED);
	cr_assert(ledgerkit_says(&kit, "7045 (Abcd Service)"));
}

Test(ledger, other_logons_of_that_moment_do_not_hide_that_one_is_missing)
{
	forget_everything();
	struct log_record *r = ledgerkit_record(&kit, LOG_LOGON, 4624, 0);
	r->source_address = "10.77.0.99";
	r->source_port = 50000;
	r->account = "FS2$";
	r = ledgerkit_record(&kit, LOG_LOGON, 4624, 0);
	r->source_address = "10.77.0.21";
	r->source_port = 49823;
	r->account = "dave";
	r = ledgerkit_record(&kit, LOG_LOGON, 4624, 0);
	r->account = "dave";
	r->logon_type = 5;
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNLOGGED);
}

Test(ledger, a_log_without_logons_proves_nothing)
{
	forget_everything();
	ledgerkit_apart(&kit)->acts = 1u << LOG_OTHER | 1u << LOG_SERVICE_INSTALLED;
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNVERIFIED);
	cr_assert(ledgerkit_says(&kit, "has told no logon over the network yet"));
}

Test(ledger, a_logon_that_the_sensor_did_not_see_cannot_be_missing)
{
	forget_everything();
	kit.steps[0].name = "smb.tree.ipc";
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNVERIFIED);
	cr_assert(ledgerkit_says(&kit, "seen from its middle"));
}

Test(ledger, a_connection_seen_from_its_middle_may_have_logged_on_hours_before)
{
	kit.steps[0].name = "smb.tree.ipc";
	for (size_t i = 0; i < kit.n_records; i++)
		kit.records[i].time_ns -= 7 * CLOCK_HOUR_NS;
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNAPPROVED);
}

Test(ledger, a_logon_under_a_translated_address_is_not_missing)
{
	forget_everything();
	struct log_record *r = ledgerkit_record(&kit, LOG_LOGON, 4624, 0);
	r->source_address = "192.0.2.1";
	r->source_port = 61001;
	r->account = "dave";
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNVERIFIED);
	cr_assert(ledgerkit_says(&kit, "may be this logon"));
}

/* Whoever is on the server, or beside it, can log on once more at the moment of an access that he erases. */
Test(ledger, a_logon_that_cannot_be_the_access_behind_a_translator_excuses_nothing)
{
	static const struct {
		const char *address, *package, *workstation;
	} rows[] = {
		{ "127.0.0.1", NULL, NULL },	     { "::1", NULL, NULL },	     { "fe80::1", NULL, NULL },
		{ "10.77.0.9", NULL, NULL },	     { NULL, NULL, NULL },	     { "192.0.2.1", "Kerberos", NULL },
		{ "192.0.2.1", "NTLM", "OTHERHOST" },
	};
	kit.access.workstation = "CLIENT";
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		forget_everything();
		struct log_record *r = logon_of("dave", rows[i].address, 61001);
		r->package = rows[i].package;
		r->workstation = rows[i].workstation;
		cr_expect_eq(ledgerkit_judge(&kit, 0), VERDICT_UNLOGGED, "row %zu", i);
	}
	forget_everything();
	logon_of("dave", "192.0.2.1", 61001)->workstation = "\\\\client";
	cr_expect_eq(ledgerkit_judge(&kit, 0), VERDICT_UNVERIFIED);
}

Test(ledger, another_persons_logon_from_the_same_address_excuses_nothing)
{
	forget_everything();
	logon_of("bob", kit.access.source, 0);
	cr_expect_eq(ledgerkit_judge(&kit, 0), VERDICT_UNLOGGED);
	kit.access.auth = "guest";
	cr_expect_eq(ledgerkit_judge(&kit, 0), VERDICT_UNVERIFIED, "a guest is logged under a name of the server's");
}

/* ---- coverage ---- */

Test(ledger, a_log_covers_from_its_first_to_its_last_record)
{
	static const struct {
		int first_s, last_s;	/* of the access's logon */
		enum verdict verdict;
	} rows[] = {
		{ -10, 10, VERDICT_UNLOGGED },	{ 0, 0, VERDICT_UNLOGGED }, { 1, 100, VERDICT_UNVERIFIED },
		{ -100, -1, VERDICT_UNVERIFIED },
	};
	forget_everything();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int64_t second_ns = kit.access.start_ns - CLOCK_SECOND_NS / 2 + CLOCK_HOUR_NS;
		kit.clocks[0].first_ns = second_ns + rows[i].first_s * CLOCK_SECOND_NS;
		kit.clocks[0].last_ns = second_ns + rows[i].last_s * CLOCK_SECOND_NS;
		cr_assert_eq(ledgerkit_judge(&kit, 0), rows[i].verdict, "row %zu", i);
	}
}

Test(ledger, without_any_log_the_evidence_says_so)
{
	kit.n_clocks = 0;
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNVERIFIED);
	cr_assert(ledgerkit_says(&kit, "No log of 10.77.0.9 has been received."));
}

Test(ledger, a_clock_without_an_offset_tells_nothing)
{
	kit.clocks[0].how = LEDGER_UNKNOWN;
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNVERIFIED);
	cr_assert(ledgerkit_says(&kit, "offset is not known"));
}

/* A second log, of unknown clock, has the client's share access and nothing else of it; the first knows nothing of it. */
static struct log_record *only_an_undated_trace(int hours_off)
{
	ledgerkit_undated(&kit);
	forget_everything();
	struct log_record *r = ledgerkit_record(&kit, LOG_SHARE, 0, 0);
	r->time_ns += hours_off * CLOCK_HOUR_NS;
	r->source_address = kit.access.source;
	r->source_port = (uint16_t)kit.access.source_port;
	r->account = "dave";
	return r;
}

Test(ledger, a_log_of_unknown_clock_that_names_the_client_forbids_to_say_unlogged)
{
	static const int hours[] = { 0, 5, -12 };
	for (size_t i = 0; i < sizeof hours / sizeof *hours; i++) {
		only_an_undated_trace(hours[i]);
		cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNVERIFIED, "%d h", hours[i]);
		cr_assert(ledgerkit_says(&kit, "names this client: that may be this logon"));
		cr_assert_eq(ledgerkit_judge(&kit, 3), VERDICT_LEGITIMATE);
	}
}

Test(ledger, a_log_of_unknown_clock_without_the_client_excuses_nothing)
{
	only_an_undated_trace(0)->source_address = "10.77.0.22";
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNLOGGED);
	only_an_undated_trace(0)->account = "eve";
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNLOGGED, "another's");
	only_an_undated_trace(0)->source_port = (uint16_t)(kit.access.source_port + 1);
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNLOGGED, "of another connection");
	only_an_undated_trace(30);
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNLOGGED, "no zone is that far away");
	only_an_undated_trace(0)->source_port = 0;
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNLOGGED, "names no port: the client's visit of any time of two days");
	only_an_undated_trace(5)->time_ns += 400 * CLOCK_SECOND_NS;
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNLOGGED, "no zone is 5 h 7 min away");
}

Test(ledger, records_without_a_zone_in_a_source_whose_dated_log_covers_the_moment_excuse_nothing)
{
	only_an_undated_trace(0);
	kit.clocks[1].source = kit.clocks[0].source;
	kit.clocks[1].host = "fs1";
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNLOGGED, "the same host, named shorter");
	kit.clocks[1].host = "FS2.lab.example";
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNVERIFIED, "another host's");
}

Test(ledger, a_trace_in_any_of_two_logs_is_a_trace)
{
	kit.n_clocks = 2;
	kit.clocks[1] = kit.clocks[0];
	kit.clocks[0].id = KIT_CLOCK + 1;
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNAPPROVED);
}

/* ---- pending ---- */

static void log_has_come_to_just_before(void)
{
	forget_everything();
	kit.clocks[0].lives = true;
	kit.clocks[0].last_ns = kit.access.start_ns + CLOCK_HOUR_NS - CLOCK_SECOND_NS;
}

Test(ledger, while_a_log_lives_and_has_not_come_that_far_the_verdict_is_pending)
{
	log_has_come_to_just_before();
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_PENDING);
	kit.clocks[0].last_ns += 60 * CLOCK_SECOND_NS;
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_PENDING, "channels of one host arrive apart");
	kit.clocks[0].last_ns += 600 * CLOCK_SECOND_NS;
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNLOGGED);
}

Test(ledger, a_log_whose_sender_vouches_for_the_moment_is_not_waited_for)
{
	static const struct {
		int second;
		enum verdict verdict;
	} rows[] = { { 1, VERDICT_PENDING }, { 4, VERDICT_PENDING }, { 6, VERDICT_UNLOGGED } };
	forget_everything();
	kit.clocks[0].lives = true;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		kit.clocks[0].is_vouched = true;
		kit.clocks[0].vouched_ns = kit.access.start_ns + CLOCK_HOUR_NS + rows[i].second * CLOCK_SECOND_NS;
		kit.clocks[0].last_ns = kit.clocks[0].vouched_ns;
		cr_expect_eq(ledgerkit_judge(&kit, 0), rows[i].verdict, "row %zu", i);
	}
}

Test(ledger, an_approved_access_does_not_wait_for_the_log)
{
	log_has_come_to_just_before();
	cr_assert_eq(ledgerkit_judge(&kit, 3), VERDICT_LEGITIMATE);
}

Test(ledger, a_log_that_began_after_the_access_is_not_waited_for)
{
	forget_everything();
	kit.clocks[0].lives = true;
	kit.clocks[0].first_ns = kit.access.start_ns + 2 * CLOCK_HOUR_NS;
	kit.clocks[0].last_ns = kit.clocks[0].first_ns;
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNVERIFIED);
}

/* ---- bounds ---- */

Test(ledger, a_session_that_opens_a_million_files_keeps_the_earliest_records_of_each_kind)
{
	struct log_record file = kit.records[3];
	struct ledger_case c = { &kit.access, kit.steps, kit.n_steps, kit.clocks, kit.n_clocks };
	struct ledger *l = ledger_open(&c);
	for (int i = 1000000; i > 0; i--) {
		file.time_ns = kit.records[3].time_ns + i * 1000;
		ledger_add(l, KIT_CLOCK, 100 + i, &file);
	}
	ledger_add(l, KIT_CLOCK, 1, &kit.records[1]);
	struct ledger_result result;
	ledger_judge(l, 0, &result);
	cr_assert_eq(result.verdict, VERDICT_UNAPPROVED);
	json_t *rows = json_object_get(result.log, "records");
	cr_assert_eq(json_array_size(rows), LEDGER_PER_ACT + 1);
	cr_assert_eq(json_integer_value(json_object_get(json_array_get(rows, 1), "record")), 101);
	ledger_result_fini(&result);
	ledger_close(l);
}

Test(ledger, names_that_are_cut_stay_text)
{
	char account[300];
	for (size_t i = 0; i + 2 < sizeof account; i += 2)
		memcpy(account + i, "\xc3\xa4", 3);
	kit.records[1].account = account;
	cr_assert_eq(ledgerkit_judge(&kit, 0), VERDICT_UNAPPROVED);
	cr_assert_not_null(strstr(best_text(), "LAB\\\xc3\xa4"));
}

Test(ledger, the_order_of_records_does_not_matter)
{
	char *first = NULL;
	for (size_t round = 0; round < 50; round++) {
		for (size_t i = kit.n_records - 1; i > 0; i--) {
			size_t other = (round * 2654435761u + i * 40503u) % (i + 1);
			struct log_record swapped = kit.records[i];
			kit.records[i] = kit.records[other];
			kit.records[other] = swapped;
		}
		ledgerkit_judge(&kit, 0);
		char *text = json_dumps(kit.result.evidence, 0);
		cr_assert_eq(kit.result.verdict, VERDICT_UNAPPROVED);
		if (first == NULL)
			first = strdup(text);
		cr_assert_str_eq(text, first);
		free(text);
	}
	free(first);
}
