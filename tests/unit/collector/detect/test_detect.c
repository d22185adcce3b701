#include "collector/detect/detect.h"
#include "tests/unit/collector/detect/fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(detect, .init = fixture_begin, .fini = fixture_end);

static void feed(const Ev__Event *e)
{
	ruleskit_feed(detection, e);
}

static void expect_steps(size_t access, const char *names)
{
	cr_assert_lt(access, told.n, "%zu accesses were told, not more than %zu", told.n, access);
	char *found = told_names(&told.accesses[access]);
	cr_expect_str_eq(found, names);
	free(found);
}

static const char *detail(size_t access, const char *step, const char *key)
{
	const struct step *s = told_step(&told.accesses[access], step);
	return s ? json_string_value(json_object_get(s->detail, key)) : NULL;
}

/* ---- what is an admin access ---- */

Test(detect, an_ordinary_session_is_not_told)
{
	feed(eventkit_negotiate(kit, "3.1.1", NULL));
	feed(eventkit_logon(kit, "LAB", "alice", STATUS_OK));
	feed(eventkit_tree(kit, "IPC$", STATUS_OK));
	feed(eventkit_tree(kit, "SYSVOL", STATUS_OK));
	feed(eventkit_tree(kit, "public", STATUS_OK));
	feed(eventkit_call(kit, "pipe", "srvsvc", "NetrShareEnum"));
	feed(eventkit_call(kit, "pipe", "svcctl", "OpenSCManagerW"));
	feed(eventkit_call(kit, "pipe", "svcctl", "EnumServicesStatusExW"));
	feed(eventkit_transfer(kit, "\\\\H\\public", "report.txt", "write", 100, "other"));
	cr_assert_eq(told.n_calls, 0);
}

Test(detect, the_first_admin_act_makes_an_access_and_what_came_before_is_told)
{
	feed(eventkit_negotiate(kit, "3.1.1", NULL));
	feed(eventkit_logon(kit, "LAB", "admin", STATUS_OK));
	feed(eventkit_tree(kit, "IPC$", STATUS_OK));
	cr_assert_eq(told.n, 0);
	feed(eventkit_tree(kit, "ADMIN$", STATUS_OK));
	expect_steps(0, "smb.logon smb.tree.ipc smb.tree.admin auth.ntlm_privileged");
	const struct access *a = &told.accesses[0].row;
	cr_assert(a->is_access);
	cr_assert_eq(a->key.seq, 2);
	cr_assert_str_eq(a->site, "lab");
	cr_assert_str_eq(a->source, "10.0.0.5");
	cr_assert_eq(a->source_port, 50000);
	cr_assert_str_eq(a->destination, "10.0.0.9");
	cr_assert_eq(a->destination_port, 445);
	cr_assert_str_eq(a->account, "LAB\\admin");
	cr_assert_str_eq(a->auth, "ntlm");
	cr_assert_str_eq(a->dialect, "3.1.1");
	cr_assert_eq(a->session_id, kit->session_id);
	cr_assert_eq(a->start_ns, EVENTKIT_START_NS + 1000000);
	cr_assert_geq(a->end_ns, a->start_ns + 2000000);
}

Test(detect, refused_acts_are_steps_and_no_access)
{
	feed(eventkit_logon(kit, "LAB", "alice", STATUS_OK));
	feed(eventkit_tree(kit, "ADMIN$", STATUS_ACCESS_DENIED));
	Ev__Event *e = eventkit_call(kit, "pipe", "svcctl", "CreateServiceW");
	eventkit_return(e, 5);
	feed(e);
	cr_assert_eq(told.n, 0);
	feed(eventkit_tree(kit, "C$", STATUS_OK));
	expect_steps(0, "smb.logon smb.tree.admin.refused svcctl.create_service.refused smb.tree.admin auth.ntlm_privileged");
	cr_assert(!told_step(&told.accesses[0], "smb.tree.admin.refused")->admin);
	cr_assert_str_eq(detail(0, "smb.tree.admin.refused", "status"), "0xc0000022");
}

Test(detect, an_unanswered_act_is_no_access)
{
	kit->has_response = false;
	feed(eventkit_tree(kit, "ADMIN$", STATUS_OK));
	feed(eventkit_call(kit, "pipe", "svcctl", "CreateServiceW"));
	cr_assert_eq(told.n, 0);
}

Test(detect, a_fault_is_a_refusal)
{
	Ev__Event *e = eventkit_call(kit, "pipe", "svcctl", "CreateServiceW");
	e->rpc_call->has_fault = e->rpc_call->fault = true;
	e->status = 0x1c010002;
	feed(e);
	cr_assert_eq(told.n, 0);
}

Test(detect, a_start_that_timed_out_counts_as_success)
{
	Ev__Event *e = eventkit_call(kit, "pipe", "svcctl", "StartServiceW");
	eventkit_return(e, 1053);
	feed(e);
	expect_steps(0, "svcctl.start_service");
	cr_assert_eq(json_integer_value(json_object_get(told.accesses[0].steps[0].detail, "code")), 1053);
}

Test(detect, a_session_without_its_setup_is_an_access_of_an_unknown_account)
{
	Ev__Event *e = eventkit_call(kit, "pipe", "atsvc", "NetrJobAdd");
	eventkit_text(kit, e, "command", "c:\\x.exe");
	eventkit_return(e, 0);
	feed(e);
	expect_steps(0, "atsvc.netr_job_add");
	cr_assert_null(told.accesses[0].row.account);
	cr_assert_null(told.accesses[0].row.auth);
	cr_assert_str_eq(detail(0, "atsvc.netr_job_add", "command"), "c:\\x.exe");
}

Test(detect, like_steps_are_one_with_a_count_and_others_are_not)
{
	feed(eventkit_tree(kit, "ADMIN$", STATUS_OK));
	for (int i = 0; i < 300; i++)
		feed(eventkit_call(kit, "pipe", "lsarpc", "LsarLookupSids"));
	feed(eventkit_tree(kit, "C$", STATUS_OK));
	expect_steps(0, "smb.tree.admin lsarpc.lsar_lookup_sids*300 smb.tree.admin");
}

Test(detect, a_kerberos_logon_names_no_account)
{
	feed(eventkit_logon(kit, NULL, NULL, STATUS_OK));
	feed(eventkit_tree(kit, "ADMIN$", STATUS_OK));
	expect_steps(0, "smb.logon smb.tree.admin");
	cr_assert_null(told.accesses[0].row.account);
	cr_assert_str_eq(told.accesses[0].row.auth, "kerberos");
}

Test(detect, a_user_without_a_domain_is_told_as_sent)
{
	feed(eventkit_logon(kit, "", "admin@lab.test", STATUS_OK));
	feed(eventkit_tree(kit, "ADMIN$", STATUS_OK));
	cr_assert_str_eq(told.accesses[0].row.account, "admin@lab.test");
}

Test(detect, another_account_under_the_same_number_is_another_session)
{
	feed(eventkit_logon(kit, "LAB", "admin", STATUS_OK));
	feed(eventkit_tree(kit, "ADMIN$", STATUS_OK));
	feed(eventkit_logon(kit, "LAB", "backup", STATUS_OK));
	feed(eventkit_tree(kit, "ADMIN$", STATUS_OK));
	cr_assert_eq(told.n, 2);
	cr_assert_str_eq(told.accesses[0].row.account, "LAB\\admin");
	cr_assert_str_eq(told.accesses[1].row.account, "LAB\\backup");
}

Test(detect, sessions_of_one_connection_are_kept_apart)
{
	feed(eventkit_logon(kit, "LAB", "admin", STATUS_OK));
	kit->session_id = 2;
	feed(eventkit_logon(kit, "LAB", "alice", STATUS_OK));
	feed(eventkit_tree(kit, "public", STATUS_OK));
	kit->session_id = 0x400000000001;
	feed(eventkit_tree(kit, "ADMIN$", STATUS_OK));
	cr_assert_eq(told.n, 1);
	cr_assert_str_eq(told.accesses[0].row.account, "LAB\\admin");
}

Test(detect, ports_that_are_used_anew_begin_a_new_session)
{
	kit->session_id = 2048;
	feed(eventkit_negotiate(kit, "1.0", NULL));
	feed(eventkit_tree(kit, "ADMIN$", STATUS_OK));
	feed(eventkit_flow_summary(kit));
	feed(eventkit_negotiate(kit, "1.0", NULL));
	feed(eventkit_tree(kit, "ADMIN$", STATUS_OK));
	cr_assert_eq(told.n, 2);
}

Test(detect, what_comes_after_the_end_of_its_connection_still_belongs_to_it)
{
	feed(eventkit_tree(kit, "ADMIN$", STATUS_OK));
	feed(eventkit_flow_summary(kit));
	feed(eventkit_transfer(kit, "\\\\H\\ADMIN$", "x.exe", "write", 10, "pe32"));
	cr_assert_eq(told.n, 1);
	expect_steps(0, "smb.tree.admin file.write.exe");
}

Test(detect, the_same_events_again_give_the_same_rows)
{
	struct told again;
	struct detect_sink sink = told_sink(&again);
	struct detect *second = detect_new(ruleskit_rules(), &detect_limits_default, &sink);
	Ev__Event *events[3];
	events[0] = eventkit_logon(kit, "LAB", "admin", STATUS_OK);
	events[1] = eventkit_tree(kit, "ADMIN$", STATUS_OK);
	events[2] = eventkit_transfer(kit, "\\\\H\\ADMIN$", "x.exe", "write", 10, "pe32");
	for (int i = 0; i < 3; i++)
		feed(events[i]);
	for (int i = 0; i < 3; i++)
		ruleskit_feed(second, events[i]);
	cr_assert_eq(again.n, 1);
	cr_assert_eq(again.accesses[0].row.key.seq, told.accesses[0].row.key.seq);
	cr_assert_eq(again.accesses[0].n_steps, told.accesses[0].n_steps);
	detect_free(second);
	told_fini(&again);
}

/* ---- RPC over a connection of its own ---- */

Test(detect, a_sealed_wmi_call_is_an_access_by_its_number_alone)
{
	kit->server_port = 49700;
	feed(eventkit_bind(kit, "tcp", "admin"));
	Ev__Event *e = eventkit_call(kit, "tcp", "IWbemServices", "ExecMethod");
	e->rpc_call->has_sealed = e->rpc_call->sealed = true;
	feed(e);
	expect_steps(0, "iwbemservices.exec_method auth.ntlm_privileged");
	cr_assert_str_eq(told.accesses[0].row.account, "admin");
	cr_assert_eq(told.accesses[0].row.session_id, 0);
	cr_assert(json_is_true(json_object_get(told.accesses[0].steps[0].detail, "sealed")));
}

Test(detect, what_dcom_activated_shortly_before_is_a_step_of_the_access)
{
	kit->server_port = 135;
	feed(eventkit_bind(kit, "tcp", "admin"));
	feed(eventkit_call(kit, "tcp", "IRemoteSCMActivator", "RemoteCreateInstance"));
	kit->server_port = 49700;
	feed(eventkit_bind(kit, "tcp", "admin"));
	feed(eventkit_call(kit, "tcp", "IWbemServices", "ExecMethod"));
	cr_assert_eq(told.n, 1);
	expect_steps(0, "iremotescmactivator.remote_create_instance iwbemservices.exec_method auth.ntlm_privileged");
}

Test(detect, what_dcom_activated_long_before_is_not)
{
	kit->server_port = 135;
	feed(eventkit_call(kit, "tcp", "IRemoteSCMActivator", "RemoteCreateInstance"));
	kit->server_port = 49700;
	kit->time_ns += INT64_C(61000000000);
	feed(eventkit_call(kit, "tcp", "IWbemServices", "ExecMethod"));
	expect_steps(0, "iwbemservices.exec_method");
}

Test(detect, a_class_that_starts_programs_is_an_access_when_activated)
{
	Ev__Event *e = eventkit_call(kit, "tcp", "IRemoteSCMActivator", "RemoteCreateInstance");
	eventkit_text(kit, e, "class", "49b2791a-b1ae-4c90-9b8e-e860ba07f889");
	feed(e);
	expect_steps(0, "iremotescmactivator.remote_create_instance");
}

Test(detect, replication_from_a_host_is_an_access)
{
	kit->server_port = 49674;
	feed(eventkit_bind(kit, "tcp", NULL));
	feed(eventkit_call(kit, "tcp", "drsuapi", "DRSBind"));
	feed(eventkit_call(kit, "tcp", "drsuapi", "DRSCrackNames"));
	cr_assert_eq(told.n, 0);
	feed(eventkit_call(kit, "tcp", "drsuapi", "DRSGetNCChanges"));
	expect_steps(0, "drsuapi.drs_bind drsuapi.drs_crack_names drsuapi.drs_get_nc_changes");
}

Test(detect, a_call_of_an_unknown_interface_is_no_step)
{
	feed(eventkit_tree(kit, "ADMIN$", STATUS_OK));
	feed(eventkit_call(kit, "pipe", NULL, NULL));
	expect_steps(0, "smb.tree.admin");
}

/* ---- pipes ---- */

Test(detect, the_control_pipe_is_found_once_the_shape_of_psexec_shows)
{
	feed(eventkit_pipe(kit, "anything"));
	feed(eventkit_pipe(kit, "other"));
	feed(eventkit_pipe(kit, "anything-HOST-NAME-99-stdin"));
	expect_steps(0, "pipe.service pipe.psexec_stdin");
	cr_assert_str_eq(detail(0, "pipe.service", "name"), "anything");
	cr_assert_str_eq(told.accesses[0].row.workstation, "HOST-NAME");
}

Test(detect, a_pipe_named_like_the_created_service_is_its_control_pipe)
{
	Ev__Event *e = eventkit_call(kit, "pipe", "svcctl", "CreateServiceW");
	eventkit_text(kit, e, "service", "Quiet");
	eventkit_return(e, 0);
	feed(e);
	feed(eventkit_pipe(kit, "\\PIPE\\quiet"));
	expect_steps(0, "svcctl.create_service pipe.service");
}

Test(detect, remcom_is_known_by_its_traffic_whatever_its_pipe_is_called)
{
	feed(eventkit_pipe(kit, "innocent"));
	feed(eventkit_pipe_closed(kit, "innocent", 4628));
	expect_steps(0, "pipe.remcom");
}

Test(detect, opening_and_closing_a_pipe_is_one_step)
{
	feed(eventkit_pipe(kit, "RemCom_communicaton"));
	feed(eventkit_pipe_closed(kit, "RemCom_communicaton", 4628));
	expect_steps(0, "pipe.remcom");
}

/* ---- authentication ---- */

static Ev__AuthToken token;
static Ev__NtlmAuthenticate authenticate;

static Ev__Event *logon_of_library(void)
{
	static char v2[] = "ntlmv2";
	Ev__Event *e = eventkit_logon(kit, "LAB", "admin", STATUS_OK);
	token = (Ev__AuthToken)EV__AUTH_TOKEN__INIT;
	authenticate = (Ev__NtlmAuthenticate)EV__NTLM_AUTHENTICATE__INIT;
	authenticate.response = v2;
	token.ntlm_authenticate = &authenticate;
	e->smb_session_setup->token = &token;
	return e;
}

Test(detect, the_library_of_impacket_is_known_by_its_ntlm_message)
{
	Ev__Event *e = logon_of_library();
	authenticate.has_lm_response_nonzero = authenticate.lm_response_nonzero = true;
	authenticate.has_client_challenge_alphanumeric = authenticate.client_challenge_alphanumeric = true;
	feed(e);
	feed(eventkit_tree(kit, "ADMIN$", STATUS_OK));
	expect_steps(0, "smb.logon auth.client_library smb.tree.admin auth.ntlm_privileged");
	cr_assert_str_eq(detail(0, "auth.client_library", "library"), "impacket");
}

Test(detect, whose_ticket_it_is_is_the_account)
{
	feed(eventkit_ticket_logon(kit, "dave"));
	feed(eventkit_tree(kit, "ADMIN$", STATUS_OK));
	cr_assert_str_eq(told.accesses[0].row.account, "LAB.TEST\\dave");
	cr_assert_str_eq(told.accesses[0].row.auth, "kerberos");
	cr_assert_str_eq(detail(0, "smb.logon", "account_by"), "ticket");
}

Test(detect, a_ticket_of_nobody_known_leaves_the_account_open)
{
	feed(eventkit_ticket_logon(kit, NULL));
	feed(eventkit_tree(kit, "ADMIN$", STATUS_OK));
	cr_assert_null(told.accesses[0].row.account);
}

Test(detect, the_library_of_impacket_is_known_by_its_guid_under_kerberos_too)
{
	feed(eventkit_negotiate(kit, "3.0", "abcdefghijklmnop"));
	feed(eventkit_logon(kit, NULL, NULL, STATUS_OK));
	feed(eventkit_tree(kit, "ADMIN$", STATUS_OK));
	expect_steps(0, "smb.logon auth.client_library smb.tree.admin");
}

Test(detect, weak_facts_alone_name_no_library)
{
	feed(eventkit_negotiate(kit, "3.0", "abcdefghijklmno1"));
	Ev__Event *e = logon_of_library();
	authenticate.has_mic = true;
	feed(e);
	feed(eventkit_tree(kit, "ADMIN$", STATUS_OK));
	expect_steps(0, "smb.logon smb.tree.admin auth.ntlm_privileged");
}

/* ---- encrypted sessions ---- */

Test(detect, an_encrypted_session_is_listed_and_no_access)
{
	feed(eventkit_negotiate(kit, "3.1.1", NULL));
	feed(eventkit_logon(kit, "LAB", "admin", STATUS_OK));
	feed(eventkit_encrypted(kit, 1, false));
	feed(eventkit_encrypted(kit, 40, true));
	cr_assert_eq(told.n, 0);
	cr_assert_eq(told.n_opaque, 1);
	cr_assert_eq(told.opaque[0].messages, 40);
	cr_assert_eq(told.opaque[0].bytes, 4000);
	cr_assert_str_eq(told.opaque[0].account, "LAB\\admin");
	cr_assert_str_eq(told.opaque[0].dialect, "3.1.1");
}

Test(detect, sealed_messages_of_no_session_are_not_listed_as_one)
{
	Ev__Event *e;

	feed(eventkit_logon(kit, "LAB", "admin", STATUS_OK));
	e = eventkit_encrypted(kit, 1, false);
	e->smb_encrypted->session_id = 0;
	feed(e);
	cr_assert_eq(told.n_opaque, 0);
}

Test(detect, a_share_that_is_encrypted_makes_its_session_opaque)
{
	feed(eventkit_logon(kit, "LAB", "alice", STATUS_OK));
	Ev__Event *e = eventkit_tree(kit, "secret", STATUS_OK);
	e->smb_tree_connect->has_encrypt_data = e->smb_tree_connect->encrypt_data = true;
	feed(e);
	cr_assert_eq(told.n, 0);
	cr_assert_eq(told.n_opaque, 1);
	cr_assert_eq(told.opaque[0].messages, 0);
}

Test(detect, an_admin_share_seen_before_the_seal_is_still_an_access)
{
	feed(eventkit_tree(kit, "ADMIN$", STATUS_OK));
	cr_assert(!told.accesses[0].row.encrypted);
	feed(eventkit_encrypted(kit, 1, false));
	cr_assert(told.accesses[0].row.encrypted);
	cr_assert_eq(told.n_opaque, 1);
}

/* ---- events that are odd ---- */

Test(detect, events_without_a_place_or_a_body_are_passed_over)
{
	Ev__Event *e = eventkit_tree(kit, "ADMIN$", STATUS_OK);
	e->community_id = NULL;
	feed(e);
	e = eventkit_tree(kit, "ADMIN$", STATUS_OK);
	e->client = NULL;
	feed(e);
	e = eventkit_event(kit, STATUS_OK);
	feed(e);
	cr_assert_eq(told.n_calls, 0);
}

Test(detect, a_hundred_thirty_nine_logoffs_are_nothing)
{
	for (int i = 0; i < 139; i++) {
		kit->session_id++;
		feed(eventkit_flow_summary(kit));
	}
	cr_assert_eq(told.n_calls, 0);
}
