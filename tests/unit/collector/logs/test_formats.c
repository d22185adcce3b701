#include "collector/logs/format.h"
#include "tests/lib/logread.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* clang-format off: a line of a log is a line here */

static void expect(const char *log, const char *lines)
{
	const struct logread *k = logread_read_text(log);
	cr_expect_str_eq(k->text, lines, "read:\n%s", k->text);
	cr_expect(k->was_fed && k->was_ended, "%s", k->error);
}

/* ---- JSON ------------------------------------------------------------------------------------------------------------- */

static const char nxlog[] =
	"{\"EventTime\":\"2026-11-23 10:02:11\",\"Hostname\":\"FS1.lab.local\",\"EventType\":\"AUDIT_SUCCESS\",\"EventID\":4624,"
	"\"SourceName\":\"Microsoft-Windows-Security-Auditing\",\"Channel\":\"Security\",\"RecordNumber\":77,"
	"\"TargetUserSid\":\"S-1-5-21-1-2-3-1104\",\"TargetUserName\":\"dave\",\"TargetDomainName\":\"LAB\","
	"\"TargetLogonId\":\"0xb2d627\",\"LogonType\":\"3\",\"LogonProcessName\":\"NtLmSsp \",\"AuthenticationPackageName\":\"NTLM\","
	"\"WorkstationName\":\"KALI\",\"KeyLength\":\"0\",\"IpAddress\":\"::ffff:10.77.0.21\",\"IpPort\":\"49822\"}\r\n";

Test(json, an_event_of_nxlog_becomes_a_record)
{
	expect(nxlog, "logon success 2026-11-23T10:02:11.000000000Z local server=FS1.lab.local channel=Security account=dave "
		      "domain=LAB sid=S-1-5-21-1-2-3-1104 source=10.77.0.21 workstation=KALI process=NtLmSsp  package=NTLM "
		      "event=4624 record=77 logon=11720231 port=49822 type=3 key=0 line=1\n");
}

Test(json, an_event_of_winlogbeat_becomes_a_record)
{
	expect("{\"@timestamp\":\"2026-11-23T09:02:11.123Z\",\"event\":{\"code\":\"5145\",\"outcome\":\"failure\"},\"host\":{\"name\":\"fs1\"},"
	       "\"winlog\":{\"channel\":\"Security\",\"computer_name\":\"FS1.lab.local\",\"event_id\":5145,\"record_id\":78,"
	       "\"provider_name\":\"Microsoft-Windows-Security-Auditing\",\"keywords\":[\"Audit Failure\"],\"event_data\":{"
	       "\"SubjectUserName\":\"dave\",\"SubjectDomainName\":\"LAB\",\"SubjectLogonId\":\"0x10\",\"IpAddress\":\"10.77.0.21\","
	       "\"IpPort\":\"49822\",\"ShareName\":\"\\\\\\\\*\\\\ADMIN$\",\"RelativeTargetName\":\"x.exe\"}}}\n",
	       "object failure 2026-11-23T09:02:11.123000000Z server=FS1.lab.local channel=Security account=dave domain=LAB source=10.77.0.21 "
	       "share=\\\\*\\ADMIN$ object=x.exe event=5145 record=78 logon=16 port=49822 line=1\n");
}

Test(json, an_event_without_its_computer_is_of_the_host_that_sent_it)
{
	expect("{\"@timestamp\":\"2026-11-23T09:02:11.123Z\",\"event\":{\"code\":4616},\"host\":{\"name\":\"fs1\"}}\n",
	       "other unknown 2026-11-23T09:02:11.123000000Z server=fs1 event=4616 line=1\n");
}

Test(json, what_is_not_to_be_read_is_kept_aside_with_its_line_and_stops_nothing)
{
	expect("{\"EventID\":1,\"Hostname\":\"A\",\"EventTime\":\"2026-11-23 10:02:11\"}\n{broken\n\n[]\n{\"a\":1}\n{\"EventID\":1}\n"
	       "{\"EventID\":1,\"Hostname\":\"A\",\"EventTime\":\"yesterday\"}\n"
	       "{\"EventID\":1,\"Hostname\":\"A\",\"EventTime\":\"2026-11-23 10:02:11\"}",
	       "other unknown 2026-11-23T10:02:11.000000000Z local server=A event=1 line=1\n"
	       "reject 2 not a JSON object\nreject 4 not a JSON object\n"
	       "reject 5 neither a Windows event (no event id) nor a Samba audit (no type)\n"
	       "reject 6 no time that can be read\nreject 7 no time that can be read\n"
	       "other unknown 2026-11-23T10:02:11.000000000Z local server=A event=1 line=8\n");
}

Test(json, a_provider_that_is_another_makes_the_number_mean_nothing)
{
	expect("{\"EventID\":4624,\"SourceName\":\"Intruder\",\"EventTime\":\"2026-11-23 10:02:11\",\"TargetUserName\":\"x\"}\n",
	       "other unknown 2026-11-23T10:02:11.000000000Z local server=FS1 event=4624 line=1\n");
}

Test(json, a_refused_ticket_is_another_act)
{
	expect("{\"EventID\":4769,\"EventTime\":\"2026-11-23T10:02:11+01:00\",\"TargetUserName\":\"dave@LAB.LOCAL\",\"ServiceName\":\"FS1$\","
	       "\"TicketEncryptionType\":\"0x17\",\"Status\":\"0x7\",\"IpAddress\":\"::ffff:10.77.0.21\",\"IpPort\":\"64144\"}\n",
	       "ticket_failed failure 2026-11-23T09:02:11.000000000Z server=FS1 account=dave domain=LAB.LOCAL source=10.77.0.21 "
	       "service=FS1$ event=4769 port=64144 etype=23 status=7 line=1\n");
}

/* ---- lists of JSON objects --------------------------------------------------------------------------------------------- */

#define POWERSHELL(time) \
	"[\r\n    {\r\n        \"Id\":  4624,\r\n        \"Keywords\":  -9214364837600034816,\r\n        \"RecordId\":  77,\r\n" \
	"        \"ProviderName\":  \"Microsoft-Windows-Security-Auditing\",\r\n        \"LogName\":  \"Security\",\r\n" \
	"        \"MachineName\":  \"FS1.lab.local\",\r\n        \"UserId\":  {\r\n                       \"Value\":  null\r\n" \
	"                   },\r\n        \"TimeCreated\":  \"" time "\",\r\n        \"KeywordsDisplayNames\":  [\r\n            \"Audit Success\"\r\n" \
	"        ],\r\n        \"Properties\":  [\r\n            \"System.Diagnostics.Eventing.Reader.EventProperty\"\r\n        ],\r\n" \
	"        \"Message\":  \"An account was successfully logged on.\\r\\n\\r\\nLogon Type:\\t\\t\\t3\\r\\n\\r\\nNew Logon:\\r\\n" \
	"\\tSecurity ID:\\t\\tS-1-5-21-1\\r\\n\\tAccount Name:\\t\\tda\\\"}{ve\\r\\n\\tLogon ID:\\t\\t0xB2D627\\r\\n\\r\\nNetwork Information:\\r\\n" \
	"\\tSource Network Address:\\t10.77.0.21\\r\\n\\tSource Port:\\t\\t49822\"\r\n    },\r\n    {\r\n        \"Id\":  7036,\r\n" \
	"        \"TimeCreated\":  \"2026-11-23T10:02:12.5+01:00\",\r\n        \"Message\":  \"Ein Dienst\"\r\n    }\r\n]\r\n"

static const char powershell[] = POWERSHELL("\\/Date(1795428131000)\\/");

Test(list, events_of_powershell_are_read_over_their_lines_and_by_their_message)
{
	expect(powershell, "logon success 2026-11-23T10:02:11.000000000Z server=FS1.lab.local channel=Security account=da\"}{ve sid=S-1-5-21-1 "
			   "source=10.77.0.21 event=4624 record=77 logon=11720231 port=49822 type=3 line=2\n"
			   "service_state success 2026-11-23T09:02:12.500000000Z server=FS1 event=7036 line=21\n");
}

Test(list, a_time_that_is_none_is_kept_aside)
{
	static const char *const times[] = { "\\/Date()\\/", "\\/Date(17954281310000000)\\/", "\\/Date(1795428131000)", "\\/Date(-5)\\/" };
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		char log[256];
		snprintf(log, sizeof log, "[{\"Id\":7036,\"TimeCreated\":\"%s\"}]", times[i]);
		expect(log, "reject 1 no time that can be read\n");
	}
}

Test(list, an_export_of_elasticsearch_is_read_inside_its_documents)
{
	expect("[{\"_index\":\"winlogbeat\",\"_id\":\"x\",\"_source\":{\"@timestamp\":\"2026-11-23T09:02:11.123Z\",\"winlog\":{\"computer_name\":\"FS1\","
	       "\"event_id\":7036,\"event_data\":{\"param1\":\"Spooler\"}},\"host\":{\"name\":\"fs1\"}},\"sort\":[1]},{\"_source\":{\"EventID\":1}}]",
	       "service_state success 2026-11-23T09:02:11.123000000Z server=FS1 service=Spooler event=7036 line=1\n"
	       "reject 1 no time that can be read\n");
}

#define ONE "{\"EventID\":1,\"EventTime\":\"2026-11-23 10:02:11\"}"
#define ONE_READ "other unknown 2026-11-23T10:02:11.000000000Z local server=FS1 event=1 line="

Test(list, objects_on_one_line_and_one_behind_the_other_are_told_apart)
{
	expect("[" ONE "," ONE "]", ONE_READ "1\n" ONE_READ "1\n");
	expect("[\n" ONE ",\n" ONE "]\n", ONE_READ "2\n" ONE_READ "3\n");
	expect("{\n\"EventID\":1,\"EventTime\":\"2026-11-23 10:02:11\"}\n{\n}\n",
	       ONE_READ "1\nreject 3 neither a Windows event (no event id) nor a Samba audit (no type)\n");
	expect("[]\n", "");
}

Test(list, what_is_no_object_is_kept_aside_and_the_next_is_read)
{
	expect("[" ONE ", 5, null\n\"x\" " ONE ", {\"a\" 1}, " ONE "\nand so on",
	       ONE_READ "1\nreject 1 not a JSON object\nreject 2 not a JSON object\n" ONE_READ "2\nreject 2 not a JSON object\n" ONE_READ "2\n"
	       "reject 3 not a JSON object\n");
	expect("[" ONE ",{\"EventID\":1,\"EventTime", ONE_READ "1\nreject 1 cut before its end\n");
}

/* ---- XML -------------------------------------------------------------------------------------------------------------- */

#define SYSTEM(id, provider) \
	"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='" provider "'/>" \
	"<EventID>" #id "</EventID><TimeCreated SystemTime='2026-11-23T09:02:11.1234567Z'/><EventRecordID>9</EventRecordID>" \
	"<Channel>System</Channel><Computer>FS1</Computer><Keywords>0x8020000000000000</Keywords></System>"

Test(xml, events_are_read_in_a_document_and_one_behind_the_other)
{
	static const char installed[] = SYSTEM(7045, "Service Control Manager")
		"<EventData><Data Name='ServiceName'>x &amp; y</Data><Data Name='ImagePath'>%SystemRoot%\\z.exe</Data></EventData></Event>";
	static const char line[] = "service_installed success 2026-11-23T09:02:11.123456700Z server=FS1 channel=System service=x & y "
				   "path=%SystemRoot%\\z.exe event=7045 record=9 line=";
	char log[4096], lines[1024];
	snprintf(log, sizeof log, "<?xml version='1.0'?>\n<Events>%s\n%s</Events>\n", installed, installed);
	snprintf(lines, sizeof lines, "%s2\n%s3\n", line, line);
	expect(log, lines);
	snprintf(log, sizeof log, "%s%s", installed, installed);
	snprintf(lines, sizeof lines, "%s1\n%s1\n", line, line);
	expect(log, lines);
}

Test(xml, a_cleared_log_tells_who_did_it_and_not_the_cleared_channel)
{
	expect(SYSTEM(104, "Microsoft-Windows-Eventlog")
	       "<UserData><LogFileCleared xmlns='x'><SubjectUserName>eve</SubjectUserName><SubjectDomainName>LAB</SubjectDomainName>"
	       "<Channel>Application</Channel></LogFileCleared></UserData></Event>",
	       "cleared success 2026-11-23T09:02:11.123456700Z server=FS1 channel=System account=eve domain=LAB event=104 record=9 line=1\n");
}

Test(xml, an_event_that_is_broken_or_cut_is_kept_aside)
{
	expect("<Events><Event><System></Event>" SYSTEM(1, "x") "</Event><Event><System>",
	       "reject 1 mismatched tag\nother unknown 2026-11-23T09:02:11.123456700Z server=FS1 channel=System event=1 record=9 line=1\n"
	       "reject 1 cut before its end\n");
}

Test(xml, entities_of_a_document_type_are_not_known)
{
	expect("<!DOCTYPE e [<!ENTITY a 'aaaa'>]><Event><System><EventID>&a;</EventID></System></Event>",
	       "reject 1 undefined entity\n");
}

/* ---- CSV -------------------------------------------------------------------------------------------------------------- */

Test(csv, an_export_of_powershell_is_read_by_its_message)
{
	expect("#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord\r\n"
	       "\"Message\",\"Id\",\"ProviderName\",\"LogName\",\"MachineName\",\"RecordId\",\"TimeCreated\"\r\n"
	       "\"An account was successfully logged on.\r\n\r\nSubject:\r\n\tSecurity ID:\t\tS-1-0-0\r\n\tAccount Name:\t\t-\r\n\tLogon ID:\t\t0x0\r\n\r\n"
	       "Logon Type:\t\t\t3\r\n\r\nNew Logon:\r\n\tSecurity ID:\t\tS-1-5-21-1\r\n\tAccount Name:\t\tdave\r\n\tAccount Domain:\t\tLAB\r\n"
	       "\tLogon ID:\t\t0xB2D627\r\n\r\nNetwork Information:\r\n\tWorkstation Name:\tKALI\r\n\tSource Network Address:\t10.77.0.21\r\n"
	       "\tSource Port:\t\t49822\r\n\r\nDetailed Authentication Information:\r\n\tLogon Process:\t\tNtLmSsp \r\n"
	       "\tAuthentication Package:\tNTLM\r\n\tKey Length:\t\t0\r\n\",\"4624\",\"Microsoft-Windows-Security-Auditing\",\"Security\","
	       "\"FS1.lab.local\",\"77\",\"11/23/2026 10:02:11 PM\"\r\n",
	       "logon success 2026-11-23T22:02:11.000000000Z local server=FS1.lab.local channel=Security account=dave domain=LAB "
	       "sid=S-1-5-21-1 source=10.77.0.21 workstation=KALI process=NtLmSsp package=NTLM event=4624 record=77 logon=11720231 "
	       "port=49822 type=3 key=0 line=3\n");
}

Test(csv, an_export_of_the_event_viewer_in_japanese_is_read)
{
	expect("\xef\xbb\xbfキーワード,日付と時刻,ソース,イベント ID,タスクのカテゴリ\r\n"
	       "成功の監査,2026/11/23 10:02:11,Microsoft-Windows-Security-Auditing,4624,Logon,\"アカウントが正常にログオンしました。\r\n\r\n"
	       "サブジェクト:\r\n\tセキュリティ ID:\t\tS-1-0-0\r\n\tアカウント名:\t\t-\r\n\tログオン ID:\t\t0x0\r\n\r\nログオンの種類:\t\t\t3\r\n\r\n"
	       "新しいログオン:\r\n\tセキュリティ ID:\t\tS-1-5-21-1\r\n\tアカウント名:\t\tdave\r\n\tアカウント ドメイン:\t\tLAB\r\n\tログオン ID:\t\t0xB2D627\r\n\r\n"
	       "ネットワーク情報:\r\n\tワークステーション名:\tKALI\r\n\tソース ネットワーク アドレス:\t10.77.0.21\r\n\tソース ポート:\t\t49822\r\n\r\n"
	       "詳細な認証情報:\r\n\tログオン プロセス:\t\tNtLmSsp \r\n\t認証パッケージ:\tNTLM\r\n\tキーの長さ:\t\t0\r\n\"\r\n",
	       "logon success 2026-11-23T10:02:11.000000000Z local server=FS1 account=dave domain=LAB sid=S-1-5-21-1 source=10.77.0.21 "
	       "workstation=KALI process=NtLmSsp package=NTLM event=4624 logon=11720231 port=49822 type=3 key=0 line=2\n");
}

Test(csv, a_logon_whose_message_cannot_be_read_is_kept_aside_and_its_channel_proves_nothing)
{
	expect("Id,LogName,TimeCreated,Message\n4624,Security,2026-11-23 10:02:11,\"Ein Konto wurde erfolgreich angemeldet.\n\nAntragsteller:\n\tKontoname:\tdave\"\n"
	       "4616,Security,2026-11-23 10:02:12,Die Systemzeit wurde geändert.\n",
	       "reject 2 its message is in words that are not known: export XML or .evtx\n"
	       "other unknown 2026-11-23T10:02:12.000000000Z local server=FS1 event=4616 line=6\n");
}

Test(csv, columns_named_like_the_fields_are_the_fields)
{
	expect("EventTime;Hostname;EventID;TargetUserName;IpAddress;IpPort\n"
	       "2026-11-23 10:02:11;FS1;4624;\"da\"\"ve\";10.77.0.21;49822\n;;;;;\n",
	       "logon success 2026-11-23T10:02:11.000000000Z local server=FS1 account=da\"ve source=10.77.0.21 event=4624 port=49822 line=2\n"
	       "reject 3 no event id\n");
}

/* ---- Samba ------------------------------------------------------------------------------------------------------------ */

#define AUTHENTICATION(status) \
	"{\"timestamp\": \"2026-11-23T10:02:11.123456+0100\", \"type\": \"Authentication\", \"Authentication\": {\"version\": {\"major\": 1, " \
	"\"minor\": 2}, \"eventId\": 4624, \"logonId\": \"b2d627\", \"logonType\": 3, \"status\": \"" status "\", \"localAddress\": " \
	"\"ipv4:10.77.0.10:445\", \"remoteAddress\": \"ipv4:10.77.0.21:49822\", \"serviceDescription\": \"SMB2\", \"authDescription\": null, " \
	"\"clientDomain\": \"LAB\", \"clientAccount\": \"dave\", \"workstation\": \"KALI\", \"becameSid\": null, " \
	"\"passwordType\": \"NTLMv2\", \"duration\": 9012}}\n"

Test(samba, an_authentication_is_read_alone_and_in_a_log_file)
{
	static const char read[] = "server=FS1 own=10.77.0.10 account=dave domain=LAB source=10.77.0.21 workstation=KALI process=SMB2 package=NTLMv2";
	char lines[512];
	snprintf(lines, sizeof lines, "logon success 2026-11-23T09:02:11.123456000Z %s logon=11720231 port=49822 type=3 line=1\n", read);
	expect(AUTHENTICATION("NT_STATUS_OK"), lines);
	snprintf(lines, sizeof lines, "logon_failed failure 2026-11-23T09:02:11.123456000Z %s logon=11720231 port=49822 type=3 status=3221225578 line=3\n", read);
	expect("[2026/11/23 10:02:11.123460,  2] ../../auth/auth_log.c:653(log_authentication_event_human_readable)\n"
	       "  Auth: [SMB2,(null)] user [LAB]\\[dave] at [Mon, 23 Nov 2026] status [NT_STATUS_WRONG_PASSWORD]\n  "
	       AUTHENTICATION("NT_STATUS_WRONG_PASSWORD"), lines);
}

Test(samba, an_object_that_names_no_server_is_of_the_address_it_was_reached_at)
{
	static const char log[] = AUTHENTICATION("NT_STATUS_OK");
	const struct logread *k = logread_read(NULL, NULL, log, sizeof log - 1, 0);
	cr_assert_not_null(strstr(k->text, " server=10.77.0.10 "), "%s", k->text);
}

Test(samba, an_authentication_at_the_kdc_names_no_server)
{
	static const char log[] = "{\"timestamp\":\"2026-11-23T10:02:11.000000+0000\",\"type\":\"Authentication\",\"Authentication\":{\"status\":\"NT_STATUS_OK\","
				  "\"localAddress\":null,\"remoteAddress\":\"ipv4:10.77.0.21:41088\",\"serviceDescription\":\"Kerberos KDC\",\"clientAccount\":\"dave\"}}\n";
	cr_expect_str_eq(logread_read(NULL, NULL, log, sizeof log - 1, 0)->text, "reject 1 names no server: say whose log it is\n");
	expect(log, "ticket success 2026-11-23T10:02:11.000000000Z server=FS1 account=dave source=10.77.0.21 process=Kerberos KDC port=41088 line=1\n");
}

Test(samba, a_change_of_the_directory_names_what_was_changed)
{
	expect("{\"timestamp\":\"2026-11-23T10:02:11.000000+0000\",\"type\":\"dsdbChange\",\"dsdbChange\":{\"statusCode\":0,\"status\":\"Success\","
	       "\"operation\":\"Modify\",\"remoteAddress\":\"ipv6:fe80::1:49822\",\"performedAsSystem\":false,\"userSid\":\"S-1-5-21-1\","
	       "\"dn\":\"CN=eve\",\"attributes\":{}}}\n",
	       "directory success 2026-11-23T10:02:11.000000000Z server=FS1 sid=S-1-5-21-1 source=fe80::1 object=CN=eve service=Modify port=49822 line=1\n");
}

Test(samba, lines_of_full_audit_are_read_with_the_time_of_syslog)
{
	expect("Nov 23 10:02:11 fs1 smbd_audit[712]: LAB\\dave|10.77.0.21|kali|ADMIN$|connect|ok|ADMIN$\n"
	       "2026-11-23T10:02:12.5+01:00 fs1 smbd_audit: dave|::ffff:10.77.0.21|kali|ADMIN$|create_file|fail (Access denied)|0x2019f|file|open|x|y.exe\n"
	       "Nov 23 10:02:13 fs1 smbd[7]: something else | with bars\n"
	       "Nov 23 10:02:14 fs1 smbd_audit: dave|10.77.0.21|unlinkat|ok|a/b.txt\n",
	       "share success 2026-11-23T10:02:11.000000000Z local server=fs1 account=dave domain=LAB source=10.77.0.21 workstation=kali "
	       "share=ADMIN$ object=ADMIN$ service=connect line=1\n"
	       "object failure 2026-11-23T09:02:12.500000000Z server=fs1 account=dave source=10.77.0.21 workstation=kali share=ADMIN$ "
	       "object=y.exe service=create_file line=2\n"
	       "object success 2026-11-23T10:02:14.000000000Z local server=fs1 account=dave source=10.77.0.21 object=a/b.txt service=unlinkat line=4\n");
}

Test(samba, a_name_that_is_not_utf8_hides_no_line)
{
	expect("Nov 23 10:02:11 fs1 smbd_audit: da\xff" "e|10.77.0.21|kali|ADMIN$|unlinkat|ok|h\xf6hle\xc3.exe\n",
	       "object success 2026-11-23T10:02:11.000000000Z local server=fs1 account=da?e source=10.77.0.21 workstation=kali "
	       "share=ADMIN$ object=h?hle?.exe service=unlinkat line=1\n");
}

Test(samba, lines_of_full_audit_in_a_log_file_have_the_time_of_the_header_before)
{
	expect("[2026/11/23 10:02:11.123456,  0] ../../source3/modules/vfs_full_audit.c:820(do_log)\n  dave|10.77.0.21|kali|share|openat|ok|r|a.txt\n",
	       "object success 2026-11-23T10:02:11.123456000Z local server=FS1 account=dave source=10.77.0.21 workstation=kali share=share "
	       "object=a.txt service=openat line=2\n");
	expect("dave|10.77.0.21|kali|share|openat|ok|r|a.txt\n", "reject 1 no time: neither a syslog header nor Samba's own before it\n");
}

/* ---- syslog ----------------------------------------------------------------------------------------------------------- */

Test(syslog, both_headers_are_taken_off)
{
	static const char event[] = "{\"EventID\":1,\"EventTime\":\"2026-11-23 10:02:11\"}";
	char log[512];
	snprintf(log, sizeof log, "<13>1 2026-11-23T10:02:11Z fs1 nxlog 7 - [a b=\"]\\\"\"][c d=\"e\"] \xef\xbb\xbf%s\n<13>Nov 23 10:02:11 fs1 nxlog: %s\n<13>none\n",
		 event, event);
	expect(log, "other unknown 2026-11-23T10:02:11.000000000Z local server=FS1 event=1 line=1\n"
		    "other unknown 2026-11-23T10:02:11.000000000Z local server=FS1 event=1 line=2\n"
		    "reject 3 neither RFC 5424 nor RFC 3164\n");
}

/* ---- heartbeats ------------------------------------------------------------------------------------------------------- */

#define BEAT(time) "{\"timestamp\":\"" time "\",\"type\":\"heartbeat\",\"heartbeat\":{\"host\":\"fs1\"}}"

Test(syslog, a_header_without_a_host_names_no_server)
{
	static const char audit[] = "LAB\\dave|10.77.0.21|KALI|data|connect|ok|data";
	char log[512], wanted[512];
	for (int i = 0; i < 2; i++) {
		snprintf(log, sizeof log, "<13>Nov 23 10:02:11 %s %s\n", i == 0 ? "smbd_audit[7]:" : "fs9 smbd_audit[7]:", audit);
		const struct logread *k = logread_read("syslog", NULL, log, strlen(log), 0);
		snprintf(wanted, sizeof wanted, i == 0 ? "reject 1 names no server: say whose log it is\n" : "server=fs9 ");
		cr_expect_not_null(strstr(k->text, wanted), "%s", k->text);
	}
}

Test(heartbeat, it_says_until_when_all_has_been_sent_and_names_its_host)
{
	expect(BEAT("2026-11-23T10:02:11Z") "\n", "other unknown 2026-11-23T10:02:11.000000000Z beat server=fs1 line=1\n");
	expect("<13>1 2026-11-23T10:02:12Z relay x - - - " BEAT("2026-11-23T10:02:11Z") "\n",
	       "other unknown 2026-11-23T10:02:11.000000000Z beat server=fs1 line=1\n");
}

Test(heartbeat, without_a_zone_it_only_shows_that_the_log_lives)
{
	expect(BEAT("2026-11-23T10:02:11") "\n", "other unknown 2026-11-23T10:02:11.000000000Z local server=fs1 line=1\n");
}

Test(heartbeat, a_mark_of_syslog_is_one)
{
	expect("<46>1 2026-11-23T10:02:11Z fs1 rsyslogd - - - -- MARK --\n<46>Nov 23 10:02:11 fs1 rsyslogd: -- MARK --\n<46>Nov 23 10:02:11 fs1 rsyslogd: -- MARKS\n",
	       "other unknown 2026-11-23T10:02:11.000000000Z beat server=fs1 line=1\n"
	       "other unknown 2026-11-23T10:02:11.000000000Z local server=fs1 line=2\n");
}

/* ---- the reader ------------------------------------------------------------------------------------------------------- */

static const char *const samples[] = {
	nxlog,
	"<Events>\n" SYSTEM(1, "x") "</Event>\n" SYSTEM(7036, "Service Control Manager") "<EventData><Data Name='param1'>p</Data></EventData></Event></Events>",
	"EventTime,Hostname,EventID,TargetUserName\n2026-11-23 10:02:11,FS1,4624,\"da\nve\"\n2026-11-23 10:02:11,FS1,4624,x\n",
	AUTHENTICATION("NT_STATUS_OK") AUTHENTICATION("NT_STATUS_WRONG_PASSWORD"),
	"[2026/11/23 10:02:11.123456,  0] ../../a.c:1(b)\n  dave|10.77.0.21|kali|share|openat|ok|r|a.txt\n",
	POWERSHELL("\\/Date(1795428131000)\\/"),
	"<13>Nov 23 10:02:11 fs1 nxlog: {\"EventID\":1,\"EventTime\":\"2026-11-23 10:02:11\"}\n",
	"<46>1 2026-11-23T10:02:11Z fs1 rsyslogd - - - -- MARK --\n<13>1 2026-11-23T10:02:12Z relay x - - - " BEAT("2026-11-23T10:02:11Z") "\n",
};

enum { N_SAMPLES = sizeof samples / sizeof *samples };

Test(reader, the_pieces_may_be_cut_anywhere)
{
	for (unsigned i = 0; i < N_SAMPLES; i++) {
		char *whole = strdup(logread_read_text(samples[i])->text);
		cr_expect_not_null(strstr(whole, "2026-11-23T"), "sample %u: %s", i, whole);
		for (size_t piece = 1; piece < 12; piece++)
			cr_expect_str_eq(logread_read(NULL, "FS1", samples[i], strlen(samples[i]), piece)->text, whole, "sample %u", i);
		free(whole);
	}
}

Test(reader, every_shorter_log_is_read_without_surprise)
{
	for (unsigned i = 0; i < N_SAMPLES; i++)
		for (size_t n = 0; n < strlen(samples[i]); n++)
			for (unsigned f = 0; log_format_name(f) != NULL; f++)
				logread_read(log_format_name(f), NULL, samples[i], n, 0);
}

static size_t utf16(const char *text, bool is_big, char *out)
{
	size_t used = 0;
	out[used++] = (char)(is_big ? 0xfe : 0xff);
	out[used++] = (char)(is_big ? 0xff : 0xfe);
	for (; *text != '\0'; text++) {
		out[used++] = is_big ? '\0' : *text;
		out[used++] = is_big ? *text : '\0';
	}
	return used;
}

Test(reader, byte_order_marks_and_utf_16_are_taken_off)
{
	static char bytes[8192];
	char *whole = strdup(logread_read_text(nxlog)->text);
	for (int is_big = 0; is_big < 2; is_big++)
		for (size_t piece = 0; piece < 4; piece++)
			cr_expect_str_eq(logread_read(NULL, "FS1", bytes, utf16(nxlog, is_big, bytes), piece)->text, whole);
	snprintf(bytes, sizeof bytes, "\xef\xbb\xbf%s", nxlog);
	cr_expect_str_eq(logread_read_text(bytes)->text, whole);
	free(whole);
}

static size_t gzip(const char *text, unsigned char *out, size_t cap)
{
	z_stream z = { 0 };
	deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	z.next_in = (z_const Bytef *)(uintptr_t)text;
	z.avail_in = (uInt)strlen(text);
	z.next_out = out;
	z.avail_out = (uInt)cap;
	cr_assert_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return cap - z.avail_out;
}

Test(reader, gzip_is_unpacked_also_of_several_members_and_a_cut_one_says_so)
{
	static unsigned char packed[8192];
	size_t n = gzip(nxlog, packed, sizeof packed / 2);
	size_t both = n + gzip(nxlog, packed + n, sizeof packed / 2);
	for (size_t piece = 0; piece < 9; piece++) {
		const struct logread *k = logread_read(NULL, NULL, packed, both, piece);
		cr_expect_eq(k->n_records, 2);
		cr_expect(k->was_ended);
	}
	const struct logread *cut = logread_read(NULL, NULL, packed, both - 9, 0);
	cr_expect_eq(cut->n_records, 2);
	cr_expect_str_eq(cut->error, "the file ends in the middle: read up to there");
	packed[20] ^= 0xff;
	packed[21] ^= 0xff;
	cr_expect_not(logread_read(NULL, NULL, packed, both, 0)->was_ended);
}

Test(reader, a_record_longer_than_the_bound_is_rejected_and_the_next_is_read)
{
	enum { LONG = LOG_RECORD_CAP + 5000 };
	char *log = malloc(LONG + sizeof nxlog + 1);
	memset(log, 'x', LONG);
	memcpy(log, "{\"a\":\"", 6);
	log[LONG] = '\n';
	strcpy(log + LONG + 1, nxlog);
	for (size_t piece = 0; piece < 200000; piece += 65536) {
		const struct logread *k = logread_read("json", NULL, log, strlen(log), piece);
		cr_expect_eq(k->n_rejects, 1);
		cr_expect_not_null(strstr(k->text, "reject 1 longer than a record may be\nlogon"), "%.300s", k->text);
		cr_expect_not_null(strstr(k->text, "line=2\n"));
	}
	free(log);
}

Test(reader, an_object_of_a_list_longer_than_the_bound_is_rejected_and_the_next_is_read)
{
	enum { LONG = 2 * LOG_RECORD_CAP };
	char *log = malloc(LONG + 2 * sizeof ONE);
	memset(log, 'x', LONG);
	memcpy(log, "[{\"a\":\"", 7);
	strcpy(log + LONG, "\"},\n" ONE "]");
	for (size_t piece = 0; piece < 200000; piece += 65536)
		cr_expect_str_eq(logread_read("json-list", "FS1", log, strlen(log), piece)->text,
				 "reject 1 longer than a record may be\n" ONE_READ "2\n");
	free(log);
}

Test(reader, content_of_no_format_is_refused_with_a_sentence_and_nothing_is_nothing)
{
	cr_expect_not(logread_read_text("once upon a time\n")->was_ended);
	cr_expect_str_eq(logread_read_text("once upon a time\n")->error,
			 "the content is of no format that can be read: JSON, event XML, CSV, Samba's logs, syslog");
	cr_expect(logread_read_text("")->was_ended);
}

Test(reader, every_format_is_found_by_its_name_and_no_other)
{
	for (unsigned i = 0; log_format_name(i) != NULL; i++)
		cr_expect_str_eq(log_format_named(log_format_name(i))->name, log_format_name(i));
	cr_expect_null(log_format_named("evt"));
}

/* ---- the captures' logs ----------------------------------------------------------------------------------------------- */

static void expect_capture(const char *name, size_t n_records)
{
	char path[256];
	size_t n;
	snprintf(path, sizeof path, "../shared/captures/logs/%s", name);
	char *log = logread_file(path, &n);
	if (log == NULL)
		cr_skip_test("%s is not here", path);
	cr_expect_eq(logread_read(NULL, NULL, log, n, 0)->n_records, n_records);
	cr_expect_eq(logread_read(NULL, NULL, log, n, 0)->n_rejects, 0);
	free(log);
}

Test(captures, nxlogs_lines_of_a_service_created_remotely_are_all_read)
{
	expect_capture("sharpsc-create-service.jsonl", 63);
}

Test(captures, nxlogs_lines_of_a_sealed_wmi_call_are_all_read)
{
	expect_capture("wmi-exec-sealed.jsonl", 85);
}
