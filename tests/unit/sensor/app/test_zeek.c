#include "sensor/zeek.h"
#include "sensor/zeek_logs.h"
#include "tests/lib/scratch.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static char folder[512];
static struct zeek *zeek;

static uint8_t client_ip[4] = { 192, 0, 2, 1 }, server_ip[4] = { 192, 0, 2, 2 };
static Ev__Endpoint client = { PROTOBUF_C_MESSAGE_INIT(&ev__endpoint__descriptor), { 4, client_ip }, 49152, 0, { 0, NULL }, 0, 0 };
static Ev__Endpoint server = { PROTOBUF_C_MESSAGE_INIT(&ev__endpoint__descriptor), { 4, server_ip }, 445, 0, { 0, NULL }, 0, 0 };
static char community_id[] = "1:Ab/Cd+Ef0123456789ghijklmnop=";

static void open_as(enum zeek_form form)
{
	char error[512] = "";

	snprintf(folder, sizeof(folder), "%s", scratch_path("zeek"));
	zeek = zeek_open(folder, form, error, sizeof(error));
	cr_assert_not_null(zeek, "%s", error);
}

static Ev__Event event_of(Ev__Event__BodyCase body_case, void *body)
{
	Ev__Event e = EV__EVENT__INIT;

	e.time = INT64_C(1400000000123456789);
	e.community_id = community_id;
	e.client = &client;
	e.server = &server;
	e.has_status = true;
	e.body_case = body_case;
	e.smb_create = body;
	return e;
}

/* Finish; the text of ${log}.log, "" when there is none. */
static const char *text_of(const char *log)
{
	static char text[8192];
	char path[700], error[512] = "";
	size_t n = 0;
	FILE *f;

	if (zeek != NULL)
		cr_assert_eq(zeek_close(zeek, error, sizeof(error)), 0, "%s", error);
	zeek = NULL;
	snprintf(path, sizeof(path), "%s/%s.log", folder, log);
	f = fopen(path, "r");
	if (f != NULL) {
		n = fread(text, 1, sizeof(text) - 1, f);
		fclose(f);
	}
	text[n] = '\0';
	return text;
}

static void expect_line(const char *log, const char *line)
{
	const char *text = text_of(log);

	cr_expect_not_null(strstr(text, line), "%s is not in\n%s", line, text);
}

static void log_create(char *path, uint32_t status)
{
	Ev__SmbCreate body = EV__SMB_CREATE__INIT;
	Ev__Event e = event_of(EV__EVENT__BODY_SMB_CREATE, &body);

	body.share = (char[]){ "\\\\SRV\\ADMIN$" };
	body.path = path;
	e.status = status;
	zeek_event(zeek, &e);
}

Test(zeek, an_opened_file_has_its_row_under_the_header)
{
	open_as(ZEEK_TSV);
	log_create((char[]){ "a.exe" }, 0);
	expect_line("smb_files", "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tsmb_files\n"
				 "#open\t2014-05-13-16-53-20\n#fields\tts\tuid\tid.orig_h\t");
	expect_line("smb_files", "\n1400000000.123457\tCAbCdEf0123456789g\t192.0.2.1\t49152\t192.0.2.2\t445\t-\tSMB::FILE_OPEN\t"
				 "\\\\\\\\SRV\\\\ADMIN$\ta.exe\t0\t-\t-\t-\t-\t-\n#close\t2014-05-13-16-53-20\n");
}

Test(zeek, what_would_break_a_line_is_escaped)
{
	open_as(ZEEK_TSV);
	log_create((char[]){ "a\tb\nc\\d\x7F" }, 0);
	log_create((char[]){ "-" }, 0);
	log_create((char[]){ "" }, 0);
	expect_line("smb_files", "\ta\\x09b\\x0ac\\\\d\\x7f\t0");
	expect_line("smb_files", "\t\\x2d\t0");
	expect_line("smb_files", "\t<share_root>\t0");
}

Test(zeek, json_leaves_out_what_is_unset_and_escapes_by_its_own_rules)
{
	open_as(ZEEK_JSON);
	log_create((char[]){ "a\tb\"c\\d" }, 0);
	cr_expect_str_eq(text_of("smb_files"),
			 "{\"ts\":1400000000.123457,\"uid\":\"CAbCdEf0123456789g\",\"id.orig_h\":\"192.0.2.1\",\"id.orig_p\":49152,"
			 "\"id.resp_h\":\"192.0.2.2\",\"id.resp_p\":445,\"action\":\"SMB::FILE_OPEN\",\"path\":\"\\\\\\\\SRV\\\\ADMIN$\","
			 "\"name\":\"a\\u0009b\\\"c\\\\d\",\"size\":0}\n");
}

Test(zeek, what_was_refused_is_not_logged)
{
	open_as(ZEEK_TSV);
	log_create((char[]){ "a" }, 0xC0000022);
	cr_expect_str_eq(text_of("smb_files"), "");
}

Test(zeek, a_logon_has_the_names_of_the_challenge_before_it)
{
	Ev__NtlmChallenge challenge = EV__NTLM_CHALLENGE__INIT;
	Ev__NtlmAuthenticate authenticate = EV__NTLM_AUTHENTICATE__INIT;
	Ev__AuthToken asked = EV__AUTH_TOKEN__INIT, answered = EV__AUTH_TOKEN__INIT;
	Ev__SmbSessionSetup first = EV__SMB_SESSION_SETUP__INIT, last = EV__SMB_SESSION_SETUP__INIT;
	Ev__Event e;

	open_as(ZEEK_TSV);
	challenge.nb_computer_name = (char[]){ "SRV" };
	challenge.dns_tree_name = (char[]){ "corp.example" };
	answered.ntlm_challenge = &challenge;
	authenticate.user = (char[]){ "alice" };
	authenticate.workstation = (char[]){ "" };
	asked.ntlm_authenticate = &authenticate;
	first.session_id = last.session_id = 7;
	first.answer = &answered;
	last.token = &asked;
	e = event_of(EV__EVENT__BODY_SMB_SESSION_SETUP, &first);
	e.status = 0xC0000016;
	zeek_event(zeek, &e);
	e = event_of(EV__EVENT__BODY_SMB_SESSION_SETUP, &last);
	zeek_event(zeek, &e);
	last.session_id = 8;
	e.status = 0xC000006D;
	zeek_event(zeek, &e);
	expect_line("ntlm", "\talice\t-\t-\tSRV\t-\tcorp.example\tT\n");
	expect_line("ntlm", "\talice\t-\t-\t-\t-\t-\tF\n");
}

Test(zeek, a_logon_inside_rpc_is_told_by_what_followed_it)
{
	Ev__NtlmAuthenticate authenticate = EV__NTLM_AUTHENTICATE__INIT;
	Ev__AuthToken asked = EV__AUTH_TOKEN__INIT;
	Ev__RpcBind bind = EV__RPC_BIND__INIT;
	Ev__Event e;

	open_as(ZEEK_TSV);
	authenticate.user = (char[]){ "bob" };
	asked.ntlm_authenticate = &authenticate;
	bind.token = &asked;
	e = event_of(EV__EVENT__BODY_RPC_BIND, &bind);
	zeek_event(zeek, &e);
	bind.logon = (char[]){ "failure" };
	zeek_event(zeek, &e);
	bind.logon = (char[]){ "success" };
	zeek_event(zeek, &e);
	expect_line("ntlm", "\tbob\t-\t-\t-\t-\t-\t-\n");
	expect_line("ntlm", "\tbob\t-\t-\t-\t-\t-\tF\n");
	expect_line("ntlm", "\tbob\t-\t-\t-\t-\t-\tT\n");
}

Test(zeek, an_opened_file_has_the_times_its_answer_told)
{
	Ev__SmbCreate body = EV__SMB_CREATE__INIT;
	Ev__Event e = event_of(EV__EVENT__BODY_SMB_CREATE, &body);

	open_as(ZEEK_TSV);
	body.path = (char[]){ "a.exe" };
	body.has_last_write_time = body.has_creation_time = true;
	body.last_write_time = INT64_C(1500000000000000000);
	body.creation_time = INT64_C(1400000000500000000);
	zeek_event(zeek, &e);
	expect_line("smb_files", "\ta.exe\t0\t-\t1500000000.000000\t-\t1400000000.500000\t-\n");
}

Test(zeek, a_call_has_its_round_trip_and_what_is_unknown_is_called_so)
{
	Ev__RpcCall call = EV__RPC_CALL__INIT;
	Ev__Event e = event_of(EV__EVENT__BODY_RPC_CALL, &call);

	open_as(ZEEK_TSV);
	call.opnum = 12;
	call.pipe = (char[]){ "svcctl" };
	zeek_event(zeek, &e);	/* unanswered */
	e.has_response_time = true;
	e.response_time = e.time + 1500000;
	zeek_event(zeek, &e);
	cr_expect_null(strstr(strstr(text_of("dce_rpc"), "unknown") + 20, "unknown"), "one row only");
	expect_line("dce_rpc", "\t0.001500\t\\\\pipe\\\\svcctl\tunknown\tunknown-12\n");
}

Test(zeek, a_ticket_has_its_options_by_name)
{
	Ev__KrbAs as = EV__KRB_AS__INIT;
	Ev__Event e = event_of(EV__EVENT__BODY_KRB_AS, &as);

	open_as(ZEEK_TSV);
	as.client = (char[]){ "alice" };
	as.realm = (char[]){ "CORP" };
	as.service = (char[]){ "krbtgt/CORP" };
	as.has_ticket_etype = true;
	as.ticket_etype = 18;
	as.has_kdc_options = true;
	as.kdc_options = 0x40800000;
	e.has_response_time = true;
	zeek_event(zeek, &e);
	as.has_error = true;
	as.error = 24;
	as.error_name = (char[]){ "KDC_ERR_PREAUTH_FAILED" };
	as.has_ticket_etype = as.has_kdc_options = false;
	zeek_event(zeek, &e);
	expect_line("kerberos", "\tAS\talice/CORP\tkrbtgt/CORP\tT\t-\t-\t-\taes256-cts-hmac-sha1-96\tT\tT\n");
	expect_line("kerberos", "\tAS\talice/CORP\tkrbtgt/CORP\tF\tKDC_ERR_PREAUTH_FAILED\t-\t-\t-\t-\t-\n");
}

Test(zeek, tables_are_sorted_and_begin_with_the_connection)
{
	static const char *const common[] = { "ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p" };

	for (size_t i = 0; i < n_zeek_logs; i++) {
		for (size_t k = 0; k < 6; k++)
			cr_expect_str_eq(zeek_logs[i].fields[k].name, common[k]);
		if (i > 0)
			cr_expect_lt(strcmp(zeek_logs[i - 1].path, zeek_logs[i].path), 0);
	}
}

Test(zeek, a_folder_that_cannot_be_made_is_said)
{
	char error[512] = "";

	cr_expect_null(zeek_open("/proc/no/such", ZEEK_TSV, error, sizeof(error)));
	cr_expect_not_null(strstr(error, "--out"), "%s", error);
}
