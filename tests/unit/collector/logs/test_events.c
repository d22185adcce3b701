#include "tests/lib/logread.h"

#include <criterion/criterion.h>
#include <stdio.h>

/*
 * Each event that tells something, with the fields that Microsoft documents for it: as event XML, and by the message that an export as
 * CSV carries.
 */

/* clang-format off: a field is a line here */

#define D(name, value) "<Data Name=\"" name "\">" value "</Data>"
#define SUBJECT D("SubjectUserSid", "S-1-5-21-1-1104") D("SubjectUserName", "dave") D("SubjectDomainName", "LAB") D("SubjectLogonId", "0x10")
#define TARGET D("TargetUserSid", "S-1-5-21-1-1104") D("TargetUserName", "dave") D("TargetDomainName", "LAB") D("TargetLogonId", "0x10")
#define CLIENT D("IpAddress", "::ffff:10.77.0.21") D("IpPort", "49822")
#define SUCCESS "0x8020000000000000"
#define FAILURE "0x8010000000000000"

static const char security[] = "Microsoft-Windows-Security-Auditing", eventlog[] = "Microsoft-Windows-Eventlog",
		  services[] = "Service Control Manager", scheduler[] = "Microsoft-Windows-TaskScheduler";

static const struct {
	const char *provider, *keywords;
	unsigned id;
	const char *data, *wanted, *fields;
} events[] = {
	{ security, SUCCESS, 4624, SUBJECT TARGET D("LogonType", "3") D("LogonProcessName", "Kerberos") D("AuthenticationPackageName", "Kerberos")
	  D("WorkstationName", "-") D("KeyLength", "0") D("ProcessName", "-") CLIENT,
	  "logon success", "account=dave domain=LAB sid=S-1-5-21-1-1104 source=10.77.0.21 process=Kerberos package=Kerberos event=4624 record=7 "
	  "logon=16 port=49822 type=3 key=0" },
	{ security, FAILURE, 4625, D("SubjectUserSid", "S-1-0-0") D("SubjectUserName", "-") D("SubjectLogonId", "0x0") D("TargetUserSid", "S-1-0-0")
	  D("TargetUserName", "dave") D("TargetDomainName", "LAB") D("Status", "0xc000006d") D("FailureReason", "%%2313") D("SubStatus", "0xc000006a")
	  D("LogonType", "3") D("LogonProcessName", "NtLmSsp ") D("AuthenticationPackageName", "NTLM") D("WorkstationName", "KALI") CLIENT,
	  "logon_failed failure", "account=dave domain=LAB source=10.77.0.21 workstation=KALI process=NtLmSsp  package=NTLM event=4625 record=7 "
	  "port=49822 type=3 status=3221225578" },
	{ security, SUCCESS, 4634, TARGET D("LogonType", "3"),
	  "logoff success", "account=dave domain=LAB sid=S-1-5-21-1-1104 event=4634 record=7 logon=16 type=3" },
	{ security, SUCCESS, 4648, SUBJECT D("LogonGuid", "{0}") D("TargetUserName", "root") D("TargetDomainName", "LAB") D("TargetServerName", "fs1.lab.local")
	  D("TargetInfo", "fs1.lab.local") D("ProcessId", "0x368") D("ProcessName", "C:\\x.exe") CLIENT,
	  "explicit_logon success", "account=root domain=LAB source=10.77.0.21 service=fs1.lab.local event=4648 record=7 logon=16 port=49822" },
	{ security, SUCCESS, 4672, SUBJECT D("PrivilegeList", "SeSecurityPrivilege\n\t\t\tSeBackupPrivilege"),
	  "privileges success", "account=dave domain=LAB sid=S-1-5-21-1-1104 event=4672 record=7 logon=16" },
	{ security, SUCCESS, 4697, SUBJECT D("ServiceName", "PSEXESVC") D("ServiceFileName", "%SystemRoot%\\PSEXESVC.exe") D("ServiceType", "0x10")
	  D("ServiceStartType", "3") D("ServiceAccount", "LocalSystem"),
	  "service_installed success", "account=dave domain=LAB sid=S-1-5-21-1-1104 service=PSEXESVC path=%SystemRoot%\\PSEXESVC.exe event=4697 record=7 logon=16" },
	{ security, SUCCESS, 4698, SUBJECT D("TaskName", "\\x") D("TaskContent", "&lt;Task&gt;&lt;/Task&gt;"),
	  "task_registered success", "account=dave domain=LAB sid=S-1-5-21-1-1104 task=\\x content=<Task></Task> event=4698 record=7 logon=16" },
	{ security, SUCCESS, 4699, SUBJECT D("TaskName", "\\x") D("TaskContent", "&lt;Task/&gt;"),
	  "task_removed success", "account=dave domain=LAB sid=S-1-5-21-1-1104 task=\\x content=<Task/> event=4699 record=7 logon=16" },
	{ security, SUCCESS, 4702, SUBJECT D("TaskName", "\\x") D("TaskContentNew", "&lt;Task/&gt;"),
	  "task_registered success", "account=dave domain=LAB sid=S-1-5-21-1-1104 task=\\x content=<Task/> event=4702 record=7 logon=16" },
	{ security, SUCCESS, 4768, D("TargetUserName", "dave") D("TargetDomainName", "LAB.LOCAL") D("TargetSid", "S-1-5-21-1-1104") D("ServiceName", "krbtgt")
	  D("ServiceSid", "S-1-5-21-1-502") D("TicketOptions", "0x40810010") D("Status", "0x0") D("TicketEncryptionType", "0x12") D("PreAuthType", "2") CLIENT,
	  "ticket success", "account=dave domain=LAB.LOCAL sid=S-1-5-21-1-1104 source=10.77.0.21 service=krbtgt event=4768 record=7 port=49822 etype=18" },
	{ security, FAILURE, 4768, D("TargetUserName", "nobody") D("TargetDomainName", "LAB.LOCAL") D("TargetSid", "S-1-0-0") D("ServiceName", "krbtgt/LAB.LOCAL")
	  D("Status", "0x6") D("TicketEncryptionType", "0xffffffff") CLIENT,
	  "ticket_failed failure", "account=nobody domain=LAB.LOCAL source=10.77.0.21 service=krbtgt/LAB.LOCAL event=4768 record=7 port=49822 status=6" },
	{ security, SUCCESS, 4769, D("TargetUserName", "dave@LAB.LOCAL") D("TargetDomainName", "LAB.LOCAL") D("ServiceName", "FS1$") D("ServiceSid", "S-1-5-21-1-1105")
	  D("TicketEncryptionType", "0x17") CLIENT D("Status", "0x0"),
	  "ticket success", "account=dave domain=LAB.LOCAL source=10.77.0.21 service=FS1$ event=4769 record=7 port=49822 etype=23" },
	{ security, FAILURE, 4771, D("TargetUserName", "dave") D("TargetSid", "S-1-5-21-1-1104") D("ServiceName", "krbtgt/LAB") D("TicketOptions", "0x40810010")
	  D("Status", "0x18") D("PreAuthType", "2") CLIENT,
	  "ticket_failed failure", "account=dave sid=S-1-5-21-1-1104 source=10.77.0.21 service=krbtgt/LAB event=4771 record=7 port=49822 status=24" },
	{ security, FAILURE, 4776, D("PackageName", "MICROSOFT_AUTHENTICATION_PACKAGE_V1_0") D("TargetUserName", "dave") D("Workstation", "KALI") D("Status", "0xc0000064"),
	  "ntlm_checked failure", "account=dave workstation=KALI package=MICROSOFT_AUTHENTICATION_PACKAGE_V1_0 event=4776 record=7 status=3221225572" },
	{ security, SUCCESS, 5140, SUBJECT D("ObjectType", "File") CLIENT D("ShareName", "\\\\*\\ADMIN$") D("ShareLocalPath", "\\??\\C:\\Windows"),
	  "share success", "account=dave domain=LAB sid=S-1-5-21-1-1104 source=10.77.0.21 share=\\\\*\\ADMIN$ event=5140 record=7 logon=16 port=49822" },
	{ security, FAILURE, 5145, SUBJECT D("ObjectType", "File") CLIENT D("ShareName", "\\\\*\\IPC$") D("ShareLocalPath", "") D("RelativeTargetName", "svcctl")
	  D("AccessMask", "0x12019f"),
	  "object failure", "account=dave domain=LAB sid=S-1-5-21-1-1104 source=10.77.0.21 share=\\\\*\\IPC$ object=svcctl event=5145 record=7 logon=16 port=49822" },
	{ services, "0x8080000000000000", 7036, D("param1", "PSEXESVC") D("param2", "running") "<Binary>50</Binary>",
	  "service_state success", "object=running service=PSEXESVC event=7036 record=7" },
	{ services, "0x8080000000000000", 7045, D("ServiceName", "PSEXESVC") D("ImagePath", "%SystemRoot%\\PSEXESVC.exe") D("ServiceType", "user mode service")
	  D("StartType", "demand start") D("AccountName", "LocalSystem"),
	  "service_installed success", "service=PSEXESVC path=%SystemRoot%\\PSEXESVC.exe event=7045 record=7" },
	{ scheduler, "0x8000000000000000", 106, D("TaskName", "\\x") D("UserContext", "LAB\\dave"),
	  "task_registered success", "account=dave domain=LAB task=\\x event=106 record=7" },
	{ scheduler, "0x8000000000000000", 140, D("TaskName", "\\x") D("UserName", "LAB\\dave"),
	  "task_registered success", "account=dave domain=LAB task=\\x event=140 record=7" },
	{ scheduler, "0x8000000000000000", 141, D("TaskName", "\\x") D("UserName", "LAB\\dave"),
	  "task_removed success", "account=dave domain=LAB task=\\x event=141 record=7" },
	{ eventlog, "0x4020000000000000", 1102, NULL,
	  "cleared success", "account=dave domain=LAB sid=S-1-5-21-1-1104 event=1102 record=7 logon=16" },
	{ eventlog, "0x8000000000000000", 104, NULL,
	  "cleared success", "account=dave domain=LAB sid=S-1-5-21-1-1104 event=104 record=7 logon=16" },
};

static const char cleared[] = "<UserData><LogFileCleared xmlns=\"http://manifests.microsoft.com/win/2004/08/windows/eventlog\"><SubjectUserSid>S-1-5-21-1-1104"
	"</SubjectUserSid><SubjectUserName>dave</SubjectUserName><SubjectDomainName>LAB</SubjectDomainName><SubjectLogonId>0x10</SubjectLogonId>"
	"<Channel>System</Channel><BackupPath></BackupPath></LogFileCleared></UserData>";

static const char *xml_of(size_t i)
{
	static char xml[8192];
	snprintf(xml, sizeof xml, "<Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\"><System><Provider Name=\"%s\" Guid=\"{0}\"/>"
		 "<EventID Qualifiers=\"16384\">%u</EventID><Version>0</Version><Keywords>%s</Keywords><TimeCreated SystemTime=\"2026-11-23T10:02:11.1234567Z\"/>"
		 "<EventRecordID>7</EventRecordID><Execution ProcessID=\"1\"/><Channel>Security</Channel><Computer>DC1.lab.local</Computer></System>%s%s%s</Event>",
		 events[i].provider, events[i].id, events[i].keywords, events[i].data != NULL ? "<EventData>" : "",
		 events[i].data != NULL ? events[i].data : cleared, events[i].data != NULL ? "</EventData>" : "");
	return xml;
}

Test(events, each_gives_the_fields_that_are_documented)
{
	for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
		char wanted[1024];
		snprintf(wanted, sizeof wanted, "%s 2026-11-23T10:02:11.123456700Z server=DC1.lab.local channel=Security %s line=1\n", events[i].wanted,
			 events[i].fields);
		cr_expect_str_eq(logread_read_text(xml_of(i))->text, wanted, "%u:\n%swanted\n%s", events[i].id, logread_read_text(xml_of(i))->text, wanted);
	}
}

/* ---- by their messages ------------------------------------------------------------------------------------------------ */

#define SUBJECT_SAID "Subject:\r\n\tSecurity ID:\t\tLAB\\dave\r\n\tAccount Name:\t\tdave\r\n\tAccount Domain:\t\tLAB\r\n\tLogon ID:\t\t0x10\r\n\r\n"

static const struct {
	unsigned id;
	const char *source, *message, *wanted;
} messages[] = {
	{ 4634, "Microsoft Windows security auditing.", "An account was logged off.\r\n\r\n" SUBJECT_SAID "Logon Type:\t\t\t3\r\n",
	  "logoff success 2026-11-23T10:02:11.000000000Z local server=FS1 account=dave domain=LAB sid=LAB\\dave event=4634 logon=16 type=3 line=2\n" },
	{ 4698, security, "A scheduled task was created.\r\n\r\n" SUBJECT_SAID "Task Information:\r\n\tTask Name: \t\t\\x\r\n\tTask Content: \t\t<?xml version=\"\"1.0\"\"?>"
	  "\r\n<Task>\r\n  <Exec>cmd: /c</Exec>\r\n</Task>\r\n",
	  "task_registered success 2026-11-23T10:02:11.000000000Z local server=FS1 account=dave domain=LAB sid=LAB\\dave task=\\x content=<?xml version=\"1.0\"?>\r\n"
	  "<Task>\r\n  <Exec>cmd: /c</Exec>\r\n</Task>\r\n event=4698 logon=16 line=2\n" },
	{ 4702, security, "A scheduled task was updated.\r\n\r\n" SUBJECT_SAID "Task Information:\r\n\tTask Name: \t\t\\x\r\n\tTask New Content: \t\t<Task/>",
	  "task_registered success 2026-11-23T10:02:11.000000000Z local server=FS1 account=dave domain=LAB sid=LAB\\dave task=\\x content=<Task/> event=4702 logon=16 line=2\n" },
	{ 4768, security, "A Kerberos authentication ticket (TGT) was requested.\r\n\r\nAccount Information:\r\n\tAccount Name:\t\tdave\r\n\tSupplied Realm Name:\tLAB\r\n"
	  "\tUser ID:\t\t\tLAB\\dave\r\n\r\nService Information:\r\n\tService Name:\t\tkrbtgt\r\n\tService ID:\t\tLAB\\krbtgt\r\n\r\nNetwork Information:\r\n"
	  "\tClient Address:\t\t::ffff:10.77.0.21\r\n\tClient Port:\t\t49822\r\n\r\nAdditional Information:\r\n\tTicket Options:\t\t0x40810010\r\n\tResult Code:\t\t0x0\r\n"
	  "\tTicket Encryption Type:\t0x12\r\n\tPre-Authentication Type:\t2\r\n",
	  "ticket success 2026-11-23T10:02:11.000000000Z local server=FS1 account=dave domain=LAB sid=LAB\\dave source=10.77.0.21 service=krbtgt event=4768 port=49822 "
	  "etype=18 line=2\n" },
	{ 4776, security, "The computer attempted to validate the credentials for an account.\r\n\r\nAuthentication Package:\tMICROSOFT_AUTHENTICATION_PACKAGE_V1_0\r\n"
	  "Logon Account:\tdave\r\nSource Workstation:\tKALI\r\nError Code:\t0x0\r\n",
	  "ntlm_checked success 2026-11-23T10:02:11.000000000Z local server=FS1 account=dave workstation=KALI package=MICROSOFT_AUTHENTICATION_PACKAGE_V1_0 event=4776 line=2\n" },
	{ 7036, services, "The PSEXESVC service entered the running state.",
	  "service_state success 2026-11-23T10:02:11.000000000Z local server=FS1 object=running service=PSEXESVC event=7036 line=2\n" },
	{ 106, "TaskScheduler", "User \"\"LAB\\dave\"\"  registered Task Scheduler task \"\"\\x\"\"",
	  "task_registered success 2026-11-23T10:02:11.000000000Z local server=FS1 account=dave domain=LAB task=\\x event=106 line=2\n" },
	{ 141, scheduler, "User \"\"LAB\\dave\"\"  deleted Task Scheduler task \"\"\\x\"\"",
	  "task_removed success 2026-11-23T10:02:11.000000000Z local server=FS1 account=dave domain=LAB task=\\x event=141 line=2\n" },
	{ 104, "Eventlog", "Die Protokolldatei wurde gelöscht.",
	  "cleared success 2026-11-23T10:02:11.000000000Z local server=FS1 event=104 line=2\n" },
};

Test(events, in_an_export_as_csv_the_message_gives_them)
{
	for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
		char csv[2048];
		snprintf(csv, sizeof csv, "Keywords,Date and Time,Source,Event ID,Task Category\r\nAudit Success,2026-11-23 10:02:11,%s,%u,None,\"%s\"\r\n",
			 messages[i].source, messages[i].id, messages[i].message);
		cr_expect_str_eq(logread_read_text(csv)->text, messages[i].wanted, "%u:\n%swanted\n%s", messages[i].id, logread_read_text(csv)->text, messages[i].wanted);
	}
}
