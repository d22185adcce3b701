#include "collector/baseline/completion.h"
#include "proto/base/clock.h"
#include "tests/lib/ledgerkit.h"

#include <criterion/criterion.h>
#include <string.h>

static struct ledgerkit kit;
static struct completion done;

static void begin(void)
{
	ledgerkit_begin(&kit);
	kit.access.encrypted = true;
	for (size_t i = 0; i < kit.n_steps; i++)
		json_decref(kit.steps[i].detail);
	kit.n_steps = 1;
	kit.steps[0].detail = NULL;
	kit.records[2].share = "\\\\*\\ADMIN$";
	kit.records[3].share = "\\\\*\\ADMIN$";
	kit.records[3].object = "abcd.exe";
}

static void end(void)
{
	completion_fini(&done);
	ledgerkit_end(&kit);
}

TestSuite(completion, .init = begin, .fini = end);

static void complete(void)
{
	ledgerkit_judge(&kit, 0);
	completion_of(kit.ledger, &done);
}

static const char *text_at(size_t i, const char *key)
{
	const char *text = json_string_value(json_object_get(done.steps[i].detail, key));
	return text != NULL ? text : "";
}

Test(completion, an_encrypted_session_gets_the_acts_that_its_log_has)
{
	complete();
	cr_assert_eq(done.n, 3);
	cr_assert(done.proves_privilege);
	cr_assert_str_eq(done.steps[0].name, "smb.tree.admin");
	cr_assert_str_eq(text_at(0, "from"), "log");
	cr_assert_str_eq(done.steps[1].name, "svcctl.create_service");
	cr_assert_str_eq(text_at(1, "service"), "abcd");
	cr_assert_str_eq(done.steps[2].name, "file.open.exe");
	cr_assert_str_eq(text_at(2, "path"), "abcd.exe");
}

Test(completion, what_the_network_showed_needs_no_log)
{
	kit.access.encrypted = false;
	complete();
	cr_assert_eq(done.n, 0);
}

Test(completion, a_sealed_call_gets_the_name_of_what_it_installed)
{
	kit.access.encrypted = false;
	kit.steps[kit.n_steps++] = (struct step){ .ordinal = 1, .name = "svcctl.create_service", .admin = true, .count = 1,
						  .time_ns = kit.access.start_ns, .last_ns = kit.access.start_ns,
						  .detail = json_pack("{s:b}", "sealed", 1) };
	ledgerkit_remove(&kit, LOG_SERVICE_INSTALLED);
	struct log_record *r = ledgerkit_record(&kit, LOG_SERVICE_INSTALLED, 7045, 1);
	r->service = "Abcd Service";
	r->service_path = "%SystemRoot%\\abcd.exe";
	complete();
	cr_assert_eq(done.n, 1);
	cr_assert_str_eq(text_at(0, "image_path"), "%SystemRoot%\\abcd.exe");
}

Test(completion, an_ordinary_share_in_an_encrypted_session_proves_nothing)
{
	kit.records[2].share = "\\\\*\\public";
	kit.records[3].share = "\\\\*\\public";
	ledgerkit_remove(&kit, LOG_SERVICE_INSTALLED);
	complete();
	cr_assert_eq(done.n, 0);
	cr_assert_not(done.proves_privilege);
}

Test(completion, an_installation_under_another_logon_is_not_this_sessions)
{
	ledgerkit_remove(&kit, LOG_SERVICE_INSTALLED);
	struct log_record *r = ledgerkit_record(&kit, LOG_SERVICE_INSTALLED, 4697, 1);
	r->service = "other";
	r->account = "eve";
	r->logon_id = 77;
	complete();
	cr_assert_eq(done.n, 2);
}

Test(completion, an_unnamed_installation_beside_privileges_proves_them)
{
	for (enum log_act act = LOG_SHARE; act <= LOG_SERVICE_INSTALLED; act++)
		ledgerkit_remove(&kit, act);
	ledgerkit_record(&kit, LOG_SERVICE_INSTALLED, 7045, 1)->service = "abcd";
	complete();
	cr_assert_eq(done.n, 1);
	cr_assert(done.proves_privilege);
	completion_fini(&done);
	ledgerkit_remove(&kit, LOG_PRIVILEGES);
	complete();
	cr_assert_not(done.proves_privilege);
}

Test(completion, steps_that_came_from_the_log_are_no_proof_for_the_next_time)
{
	complete();
	for (size_t i = 0; i < done.n; i++) {
		kit.steps[kit.n_steps] = done.steps[i];
		json_incref(kit.steps[kit.n_steps++].detail);
	}
	completion_fini(&done);
	complete();
	cr_assert_eq(done.n, 3);
	cr_assert_eq(json_array_size(kit.result.findings), 0);
}

Test(completion, an_administrative_share_is_known_in_windows_and_in_sambas_spelling)
{
	static const struct {
		const char *share, *object;
		uint32_t event_id;
		bool is_admin;
	} rows[] = {
		{ "\\\\*\\ADMIN$", NULL, 5140, true }, { "\\\\*\\c$", NULL, 5140, true },   { "\\\\*\\IPC$", NULL, 5140, false },
		{ "\\\\*\\ADMIN_", NULL, 5140, false }, { "ADMIN_", "ADMIN$", 0, true },	 { "C_", "winupd.exe", 0, true },
		{ "IPC_", "IPC$", 0, false },	      { "public", "ADMIN$", 0, true },	 { NULL, NULL, 0, false },
		{ "$", NULL, 5140, false },	      { "1$", NULL, 5140, false },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct log_record r;
		log_record_init(&r);
		r.act = LOG_SHARE;
		r.share = rows[i].share;
		r.object = rows[i].object;
		r.event_id = rows[i].event_id;
		cr_assert_eq(log_record_is_admin_share(&r), rows[i].is_admin, "row %zu", i);
	}
}
