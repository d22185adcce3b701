#include "collector/detect/catalogue.h"
#include "collector/detect/glob.h"
#include "collector/detect/opname.h"
#include "collector/detect/rules.h"
#include "tests/lib/ruleskit.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPERATIONS_MAX = 4096 };

/* Every step that an operation of schema/rpc-operations.csv gives. */
static size_t read_steps(char (*steps)[OPNAME_BYTES])
{
	char line[512];
	size_t n = 0;
	FILE *f = fopen("schema/rpc-operations.csv", "r");
	cr_assert(f, "run from the project's root");
	while (fgets(line, sizeof line, f) && n < OPERATIONS_MAX) {
		char interface[256], operation[256];
		line[strcspn(line, "\r\n")] = '\0';
		if (sscanf(line, "%*[^,],%255[^,],%*[^,],%255[^,]", interface, operation) == 2)
			opname_step(steps[n++], interface, operation, 0);
	}
	fclose(f);
	return n;
}

Test(catalogue, every_rpc_row_names_an_operation_that_exists)
{
	char (*steps)[OPNAME_BYTES] = calloc(OPERATIONS_MAX, sizeof *steps);
	size_t n = read_steps(steps);
	const struct catalogue *c = ruleskit_rules()->catalogue;
	size_t n_rpc = 0;
	cr_assert_gt(n, 2000);
	for (size_t r = 0; r < c->n_rules; r++) {
		size_t i = 0;
		if (strcmp(c->rules[r].section, "rpc") != 0)
			continue;
		n_rpc++;
		while (i < n && !glob_matches(c->rules[r].step, steps[i]))
			i++;
		cr_expect_lt(i, n, "%s is no operation of rpc-operations.csv", c->rules[r].step);
	}
	cr_assert_gt(n_rpc, 200);
	free(steps);
}

Test(catalogue, rows_of_a_section_are_sorted_and_conditions_come_first)
{
	const struct catalogue *c = ruleskit_rules()->catalogue;
	for (size_t r = 1; r < c->n_rules; r++) {
		const struct rule *before = &c->rules[r - 1], *rule = &c->rules[r];
		if (strcmp(before->section, rule->section) != 0 || strcmp(rule->section, "shares") == 0)
			continue;
		int order = strcmp(before->step, rule->step);
		cr_expect(order < 0 || (order == 0 && before->key), "%s after %s", rule->step, before->step);
	}
}

/* The field guide's sections 1 and 2: what the floor knows, with its technique, and what is not administration. */
static const struct {
	const char *step, *technique;
	bool admin;
} known[] = {
	{ "drsuapi.drs_replica_sync", "T1003.006", true },
	{ "drsuapi.drs_get_nc_changes", "T1003.006", true },
	{ "eventlog.elfr_clear_elf", "T1070.001", true },
	{ "ieventservice.evt_rpc_clear_log", "T1070.001", true },
	{ "svcctl.create_service", "T1543.003", true },
	{ "svcctl.start_service", "T1569.002", true },
	{ "svcctl.create_wow_service", "T1543.003", true },
	{ "svcctl.change_service_config2", "T1543.003", true },
	{ "svcctl.delete_service", "T1543.003", true },
	{ "svcctl.open_sc_manager", NULL, false },
	{ "svcctl.open_service", NULL, false },
	{ "iwbemservices.exec_method", "T1047", true },
	{ "iwbemservices.exec_method_async", "T1047", true },
	{ "iwbemservices.put_instance", "T1546.003", true },
	{ "iwbemservices.put_class", "T1546.003", true },
	{ "atsvc.netr_job_add", "T1053.002", true },
	{ "itaskschedulerservice.sch_rpc_register_task", "T1053.005", true },
	{ "itaskschedulerservice.sch_rpc_run", "T1053.005", true },
	{ "itaskschedulerservice.sch_rpc_enable_task", "T1053.005", true },
	{ "itaskschedulerservice.sch_rpc_delete", "T1053.005", true },
	{ "itaskschedulerservice.sch_rpc_retrieve_task", NULL, false },
	{ "winreg.base_initiate_system_shutdown", "T1529", true },
	{ "winreg.base_reg_create_key", "T1112", true },
	{ "winreg.base_reg_set_value", "T1112", true },
	{ "winreg.base_reg_save_key", "T1003.002", true },
	{ "initshutdown.base_initiate_shutdown", "T1529", true },
	{ "windowsshutdown.wsdr_initiate_shutdown", "T1529", true },
	{ "winstation_rpc.rpc_win_station_shutdown_system", "T1529", true },
	{ "samr.samr_shutdown_sam_server", "T1529", true },
	{ "samr.samr_create_user2_in_domain", "T1136", true },
	{ "samr.samr_set_information_user2", "T1098", true },
	{ "samr.samr_add_member_to_alias", "T1098.007", true },
	{ "spoolss.rpc_add_monitor", "T1547.010", true },
	{ "iremotewinspool.rpc_async_add_print_processor", "T1547.012", true },
	{ "spoolss.rpc_remote_find_first_printer_change_notification", "T1187", false },
	{ "efsrpc.efs_rpc_open_file_raw", "T1187", false },
	{ "netdfs.netr_dfs_add_std_root", "T1187", false },
	{ "fileservervssagent.is_path_supported", "T1187", false },
	{ "drsuapi.drs_add_entry", "T1207", true },
	{ "drsuapi.drs_replica_add", "T1207", true },
	{ "lsarpc.lsar_retrieve_private_data", "T1003.004", true },
	{ "lsarpc.lsar_store_private_data", "T1003.004", true },
	{ "backupkey.bkrp_backup_key", "T1555", false },
	{ "srvsvc.netr_share_add", "T1021.002", true },
	{ "srvsvc.netr_session_del", "T1531", true },
	{ "icertrequestd.request", "T1649", false },
	{ "ieventservice.evt_rpc_export_log", NULL, true },
	{ "srvsvc.netr_share_enum", "T1135", false },
	{ "wkssvc.netr_wksta_user_enum", "T1087", false },
	{ "samr.samr_enumerate_users_in_domain", "T1087", false },
	{ "netlogon.netr_server_authenticate3", NULL, false },
};

Test(catalogue, every_act_of_the_field_guide_has_a_row)
{
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		const struct rule *rule = catalogue_step(ruleskit_rules()->catalogue, known[i].step, NULL);
		cr_expect(rule, "%s has no row", known[i].step);
		if (!rule)
			continue;
		cr_expect_eq(rule->admin, known[i].admin, "%s", known[i].step);
		cr_expect_str_eq(rule->technique ? rule->technique : "-", known[i].technique ? known[i].technique : "-", "%s",
				 known[i].step);
	}
}

Test(catalogue, a_condition_on_the_detail_chooses_between_rows)
{
	const struct catalogue *c = ruleskit_rules()->catalogue;
	json_t *interrogate = json_pack("{s:i}", "control", 4), *stop = json_pack("{s:i}", "control", 1);
	json_t *boot_key = json_pack("{s:s}", "key", "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\Skew1");
	json_t *other_key = json_pack("{s:s}", "key", "HKLM\\SOFTWARE");
	cr_assert(!catalogue_step(c, "svcctl.control_service", interrogate)->admin);
	cr_assert(catalogue_step(c, "svcctl.control_service", stop)->admin);
	cr_assert(catalogue_step(c, "svcctl.control_service", NULL)->admin);
	cr_assert(catalogue_step(c, "winreg.base_reg_open_key", boot_key)->admin);
	cr_assert_null(catalogue_step(c, "winreg.base_reg_open_key", other_key));
	json_decref(interrogate);
	json_decref(stop);
	json_decref(boot_key);
	json_decref(other_key);
}

Test(catalogue, opening_the_service_manager_is_an_act_only_when_nothing_but_creating_was_meant)
{
	static const struct {
		uint32_t access;
		bool admin;
	} cases[] = {
		{ 0x2, true }, { 0x3, true }, { 0x1, false }, { 0x4, false }, { 0x5, false }, { 0xf003f, false }, { 0x2000000, false },
	};
	const struct catalogue *c = ruleskit_rules()->catalogue;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		json_t *detail = json_pack("{s:I}", "access", (json_int_t)cases[i].access);
		cr_assert_eq(catalogue_step(c, "svcctl.open_sc_manager2", detail)->admin, cases[i].admin, "access 0x%x", cases[i].access);
		json_decref(detail);
	}
}

static const struct {
	const char *share, *step;
	bool admin;
} shares[] = {
	{ "ADMIN$", "smb.tree.admin", true }, { "admin$", "smb.tree.admin", true }, { "C$", "smb.tree.admin", true },
	{ "z$", "smb.tree.admin", true },     { "IPC$", "smb.tree.ipc", false },    { "SYSVOL", "smb.tree", false },
	{ "NETLOGON", "smb.tree", false },    { "CC$", "smb.tree", false },	    { "C$x", "smb.tree", false },
	{ "public", "smb.tree", false },      { "1$", "smb.tree", false },	    { "", "smb.tree", false },
	{ "print$", "smb.tree", false },
};

Test(catalogue, administrative_shares_are_admin_and_drives_and_nothing_else)
{
	for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
		const struct rule *rule = catalogue_share(ruleskit_rules()->catalogue, shares[i].share);
		cr_expect_str_eq(rule->step, shares[i].step, "%s", shares[i].share);
		cr_expect_eq(rule->admin, shares[i].admin, "%s", shares[i].share);
	}
	cr_assert_str_eq(catalogue_share(ruleskit_rules()->catalogue, NULL)->step, "smb.tree");
}

static const struct {
	const char *name, *step;
} pipes[] = {
	{ "PSEXESVC-VICTIM-PC-2412-stdin", "pipe.psexec_stdin" },
	{ "renamed-HOST-1-stdout", "pipe.psexec_stdout" },
	{ "a-b-9-STDERR", "pipe.psexec_stderr" },
	{ "a-b-c-stderr", NULL },
	{ "RemCom_communicaton", "pipe.remcom" },
	{ "RemCom_stdinAbCd4711", "pipe.remcom_stdin" },
	{ "HPCmd_stdoutHOST99", "pipe.remcom_stdout" },
	{ "PAExec-4711-HOST", "pipe.paexec" },
	{ "PAExecOut4711", "pipe.paexec" },
	{ "csexecsvc", "pipe.csexec" },
	{ "msagent_7f", "pipe.cobaltstrike" },
	{ "MSSE-1234-server", "pipe.cobaltstrike" },
	{ "gruntsvc", "pipe.covenant" },
	{ "svcctl", NULL },
	{ "srvsvc", NULL },
	{ "spoolss", NULL },
	{ "", NULL },
};

Test(catalogue, pipes_are_known_by_their_shape)
{
	for (size_t i = 0; i < sizeof pipes / sizeof pipes[0]; i++) {
		const struct rule *rule = catalogue_pipe(ruleskit_rules()->catalogue, pipes[i].name);
		cr_expect_str_eq(rule ? rule->step : "-", pipes[i].step ? pipes[i].step : "-", "%s", pipes[i].name);
	}
	cr_assert_str_eq(catalogue_pipe_traffic(ruleskit_rules()->catalogue, 4628)->step, "pipe.remcom");
	cr_assert_null(catalogue_pipe_traffic(ruleskit_rules()->catalogue, 4627));
	cr_assert_null(catalogue_pipe_traffic(ruleskit_rules()->catalogue, 0));
}

Test(catalogue, a_file_is_executable_by_content_and_else_by_its_ending)
{
	const struct catalogue *c = ruleskit_rules()->catalogue;
	cr_assert(catalogue_is_executable(c, "pe32", "\\\\H\\S\\harmless.txt"));
	cr_assert(catalogue_is_executable(c, "pe32+", NULL));
	cr_assert(catalogue_is_executable(c, "mz", "x"));
	cr_assert(catalogue_is_executable(c, "other", "\\\\H\\S\\x.EXE"));
	cr_assert(catalogue_is_executable(c, NULL, "x.ps1"));
	cr_assert(!catalogue_is_executable(c, "other", "x.txt"));
	cr_assert(!catalogue_is_executable(c, NULL, "\\\\H\\folder.exe\\x"));
	cr_assert(!catalogue_is_executable(c, NULL, NULL));
	cr_assert(!catalogue_is_executable(c, NULL, "exe"));
}

Test(catalogue, success_is_what_the_interface_calls_so)
{
	const struct catalogue *c = ruleskit_rules()->catalogue;
	const struct rule *start = catalogue_step(c, "svcctl.start_service", NULL);
	cr_assert(catalogue_is_success(c, "svcctl", start, 0));
	cr_assert(catalogue_is_success(c, "svcctl", start, 1053));
	cr_assert(!catalogue_is_success(c, "svcctl", start, 5));
	cr_assert(!catalogue_is_success(c, "svcctl", NULL, 1053));
	cr_assert(catalogue_is_success(c, "ITaskSchedulerService", NULL, 0x0004131b));
	cr_assert(!catalogue_is_success(c, "ITaskSchedulerService", NULL, 0x80070005));
	cr_assert(catalogue_is_success(c, "samr", NULL, 0x00000105));
	cr_assert(!catalogue_is_success(c, "samr", NULL, 0xc0000022));
}

/* ---- documents that say nothing sensible ---- */

static const struct {
	const char *text, *error;
} wrong[] = {
	{ "", "catalogue.json: line" },
	{ "[]", "not a JSON object" },
	{ "{\"rcp\":[]}", "unknown key \"rcp\"" },
	{ "{\"rpc\":{}}", "\"rpc\" must be a list" },
	{ "{\"rpc\":[{\"interface\":\"svcctl\"}]}", "rpc row 1: \"operation\" is missing" },
	{ "{\"rpc\":[1]}", "rpc row 1: not an object" },
	{ "{\"rpc\":[{\"interface\":\"a\",\"operation\":\"b\",\"title\":\"t\",\"why\":\"w\",\"score\":101}]}", "\"score\" must be" },
	{ "{\"rpc\":[{\"interface\":\"a\",\"operation\":\"b\",\"title\":\"t\",\"why\":\"w\",\"admin\":1}]}", "true or false" },
	{ "{\"shares\":[{\"matches\":\"(\",\"step\":\"s\",\"title\":\"t\",\"why\":\"w\"}]}", "no regular expression" },
	{ "{\"codes\":{\"svcctl\":\"win16\"}}", "must be win32" },
	{ "{\"guessing\":{\"kerberos_errors\":[\"24\"]}}", "list of whole numbers" },
};

Test(catalogue, a_document_that_makes_no_sense_is_refused_with_a_sentence)
{
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		char error[256] = "";
		struct catalogue *c = catalogue_new(wrong[i].text, error, sizeof error);
		cr_expect_null(c);
		cr_expect(strstr(error, wrong[i].error), "%s gives: %s", wrong[i].text, error);
	}
}

Test(rules, every_technique_that_is_mentioned_has_a_name)
{
	const struct rules *r = ruleskit_rules();
	cr_assert_str_eq(rules_technique(r, "T1021.002"), "SMB/Windows Admin Shares");
	cr_assert_str_eq(rules_technique(r, "T1550.002"), "Pass the Hash");
	cr_assert_null(rules_technique(r, "T0000"));
	struct rule_texts texts = RULESKIT_TEXTS;
	texts.techniques = "{\"techniques\":[]}";
	cr_assert_null(rules_new(&texts, (char[256]){ 0 }, 256));
}

static const char *const profile_names[] = {
	"ordinary-file-sharing", "psexec",     "impacket-psexec",  "metasploit-psexec", "service-exec",	   "smbexec",
	"service-reconfigure",	 "wmi-exec",   "impacket-wmiexec", "scheduled-task",	"impacket-atexec", "at-job",
	"dcom-exec",		 "remote-registry", "admin-share-copy", "dcsync",	"zerologon",	   "password-reset",
	"unknown-admin",
};

Test(rules, every_profile_of_the_contract_has_words)
{
	struct profile_text text;
	for (size_t i = 0; i < sizeof profile_names / sizeof profile_names[0]; i++) {
		cr_assert(rules_profile(ruleskit_rules(), profile_names[i], &text), "%s", profile_names[i]);
		cr_expect_gt(strlen(text.what_it_is), 20);
	}
	cr_assert(!rules_profile(ruleskit_rules(), "nonsense", &text));
}

static void count_line(void *ctx, const char *text)
{
	cr_assert_gt(strlen(text), 10);
	++*(size_t *)ctx;
}

Test(rules, the_whole_catalogue_can_be_printed)
{
	size_t lines = 0;
	rules_print(ruleskit_rules(), count_line, &lines);
	cr_assert_gt(lines, 250);
}

Test(rules, the_log_points_have_three_reference_columns)
{
	const json_t *rows = rules_log_points(ruleskit_rules());
	cr_assert_geq(json_array_size(rows), 11);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		cr_expect_eq(json_object_size(json_object_get(row, "reference")), 3);
		cr_expect(json_string_value(json_object_get(row, "title")));
	}
}
