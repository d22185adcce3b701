/*
 * ashiato-collector: finds the command among the rows below and runs it.
 */
#include "collector/cmd.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

// clang-format off
const struct command commands[] = {
	{ "analyze", "CAPTURE... [--logs FILE]... [--baseline FILE] [--format text|json|html|csv]",
	  "Find lateral movement in stored captures; no collector needs to run",
	  "Runs ashiato-sensor on each capture and the whole pipeline on a store in memory.\n"
	  "--baseline FILE  JSON {\"entries\":[…]}: accesses that an entry covers are legitimate\n"
	  "Exit code: 0 no incident, 1 at least one, 2 bad usage or an input of which nothing could be read.", cmd_analyze },
	{ "baseline add", "--data DIR --reason TEXT [--source A] [--account A] [--destination A] [--actions A,B] [--sha256 H]\n"
	  "       [--when W] [--valid-from T] [--valid-until T] [--site S] [--reference R] [--force]", "Approve administrator access",
	  "What is left out means any. Sources and destinations are addresses, networks (10.1.0.0/24), ranges (a-b) or names of hosts (host add).\n"
	  "--account  with or without domain; * and ? stand for any: LAB\\adm*\n"
	  "--actions  steps (svcctl.*), profiles (psexec) or ATT&CK ids (T1021.002); all others stay unapproved\n"
	  "--when     hours of the week: \"Mon-Fri 08:00-18:00 Europe/Zurich\"\n"
	  "--valid-from, --valid-until  a time (2026-01-31T08:00:00Z) or a date, whole and in UTC\n"
	  "--site     * and ? stand for any; addresses repeat between branches\n"
	  "--reference  of the planned work it stands for: a ticket's number\n"
	  "--force    even if it names neither a source nor an account, and so approves everybody\n"
	  "What is wide is said on standard error. Exit code: 0 added, 1 a failure, 2 bad usage, also such an entry without --force.",
	  cmd_baseline_add },
	{ "baseline export", "--data DIR [--format json|csv]", "Print the whitelist; baseline import reads both", "", cmd_baseline_export },
	{ "baseline import", "FILE --data DIR [--planned] [--map KEY=COLUMN,...] [--zone Z] [--reason TEXT]\n"
	  "       [--dry-run] [--force]",
	  "Add the entries of a file to the whitelist",
	  "JSON {\"entries\":[…]}: all of them or, with a sentence that names entry and field, none.\n"
	  "A table (CSV; the first row names the columns): its good rows; exit code 1 when some were bad, each told with its number.\n"
	  "Of what is wide a warning says so, with its row or, in JSON, the number of the entry; what names neither source nor account\n"
	  "comes in only with --force.\n"
	  "What is in force already, word for word, is not added again.\n"
	  "--planned  records of planned work: every row must have a reference and an end, and a source or an account\n"
	  "             that is not as good as any\n"
	  "--map      which column holds what: \"source=Jump host,account=User,valid_from=Start,valid_until=End,reference=Ticket\"\n"
	  "--zone     of times that name none (default UTC): Europe/Zurich\n"
	  "--reason   of entries that name none (default: the file's name)\n"
	  "--dry-run  only say what would be imported", cmd_baseline_import },
	{ "baseline list", "--data DIR", "Show the whitelist", "", cmd_baseline_list },
	{ "baseline remove", "ID --data DIR", "Withdraw an approval", "", cmd_baseline_remove },
	{ "host add", "NAME ADDRESS --data DIR [--site SITE]", "Name a host, for whitelist entries",
	  "Entries that name a host cover the addresses it is said to have here or in its own log; what the wire says does not count.\n"
	  "Its server logs are taken for those of the address.",
	  cmd_host_add },
	{ "host list", "--data DIR", "Show which hosts are known by name", "", cmd_host_list },
	{ "host remove", "NAME --data DIR [--site SITE]", "Take back the addresses of a host that people gave it", "", cmd_host_remove },
	{ "logs add", "NAME --site SITE --data DIR [--address IP] [--format F] [--hosts LIST]", "Let a source send logs: by HTTPS with a token, or by syslog",
	  "Without --address the source uploads to /api/v1/logs with the token printed once here.\n"
	  "--address  syslog that comes from there is of this source\n"
	  "--format   json, json-list, xml, csv, samba or syslog, where the content does not tell it\n"
	  "--hosts    of which it may speak: fs1,fs2 or '*' for a collector of many; else of the first one it names",
	  cmd_logs_add },
	{ "logs hosts", "NAME LIST --data DIR", "Say of which hosts a source may speak",
	  "LIST: names, addresses and patterns with commas between. Records of other hosts are refused; those it brought before go.",
	  cmd_logs_hosts },
	{ "logs import", "FILE... --data DIR [--source NAME] [--site SITE] [--format F] [--host NAME] [--zone Z] [--offset SECONDS]",
	  "Read server logs: Windows events (.evtx, XML, JSON, CSV), Samba's audits",
	  "The same file again adds nothing; one that was left in the middle or has grown is taken up there.\n"
	  "--source  files of one log have one source (default: the file's name): the log is taken to be whole from its first\n"
	  "          to its last record, so give files with a hole between them different ones\n"
	  "--site    of the servers (default: default); addresses repeat between branches\n"
	  "--host    whose log it is, where the records name no host\n"
	  "--zone    in which times without a zone are written: Europe/Zurich, -04:00\n"
	  "--offset  how many seconds times without a zone show more than UTC; else it is found by matched logons", cmd_logs_import },
	{ "logs list", "--data DIR [--host HOST] [--account ACCOUNT] [--address IP] [--limit N]", "Show records, those stored last first",
	  "Times are UTC where the clock's offset is known, else as written (marked ?).", cmd_logs_list },
	{ "logs offset", "NAME SECONDS|none --data DIR [--host HOST]", "Set how many seconds a source's clocks show more than UTC",
	  "Before what is found by matched logons. --host sets one host's, whether its times name a zone or not.", cmd_logs_offset },
	{ "logs remove", "NAME --data DIR", "Remove a source with all its records", "", cmd_logs_remove },
	{ "logs sources", "--data DIR", "Show the sources of server logs, their hosts and clocks", "", cmd_logs_sources },
	{ "logs xml", "FILE", "Print the events of a native event file (.evtx) as XML", "", cmd_logs_xml },
	{ "report", "incidents|accesses --data DIR [--format csv|html|json] [--out FILE]",
	  "Write the incidents or the ledger of administrator accesses", "", cmd_report },
	{ "rules list", "", "Print the detection catalogue and the profiles", "", cmd_rules_list },
	{ "sensor add", "NAME --site SITE --key Z85|FILE --data DIR", "Enrol a sensor by its public key",
	  "The key stands in the file KEY.pub that ashiato-sensor makes beside its secret key.", cmd_sensor_add },
	{ "sensor list", "--data DIR", "Show the sensors", "", cmd_sensor_list },
	{ "sensor revoke", "NAME --data DIR", "Turn a sensor away from now on", "", cmd_sensor_revoke },
	{ "serve", "--data DIR [--listen ADDRESS:PORT] [--ingest tcp://ADDRESS:PORT] [--syslog-udp ADDRESS:PORT]\n"
	  "       [--syslog-tls ADDRESS:PORT] [--logs-folder FOLDER]",
	  "Take events from sensors and serve the dashboard",
	  "DIR holds the database, the keys and the certificate; it is made when it is not there.\n"
	  "--listen  the dashboard, HTTPS (default 127.0.0.1:8443)\n"
	  "--ingest  where sensors connect (default tcp://0.0.0.0:4717)\n"
	  "--syslog-udp, --syslog-tls  where servers send their logs; from addresses that logs add names\n"
	  "--logs-folder  a folder in which logs are put or written; each folder inside it is a source of its own", cmd_serve },
	{ "user add", "NAME --data DIR [--password -]", "Make a user; the password is printed once, or read from standard input with --password -",
	  "", cmd_user_add },
	{ "user password", "NAME --data DIR [--password -]", "Give a user a new password; all sessions of the user end",
	  "It is printed once, or read from standard input with --password -.", cmd_user_password },
	{ NULL, NULL, NULL, NULL, NULL },
};
// clang-format on

/* How many words of argv the name of ${c} takes; 0 if it is not this command. */
static int matches(const struct command *c, int argc, char **argv)
{
	const char *space = strchr(c->name, ' ');
	if (space == NULL)
		return argc > 1 && strcmp(argv[1], c->name) == 0 ? 1 : 0;
	size_t first = (size_t)(space - c->name);
	if (argc < 3 || strlen(argv[1]) != first || strncmp(argv[1], c->name, first) != 0)
		return 0;
	return strcmp(argv[2], space + 1) == 0 ? 2 : 0;
}

static bool is_of_group(const struct command *c, const char *group)
{
	size_t n = strlen(group);
	return n == 0 || (strncmp(c->name, group, n) == 0 && c->name[n] == ' ');
}

static bool is_group(const char *word)
{
	for (const struct command *c = commands; c->name != NULL; c++)
		if (word[0] != '\0' && is_of_group(c, word))
			return true;
	return false;
}

/* The commands that begin with the word ${group}; all for "". */
static int print_overview(const char *group)
{
	printf("usage: ashiato-collector %s%sCOMMAND ...\n\n", group, group[0] != '\0' ? " " : "");
	for (const struct command *c = commands; c->name != NULL; c++)
		if (is_of_group(c, group))
			printf("  %-16s %s\n", c->name, c->summary);
	puts("\nashiato-collector COMMAND --help says more; --version prints the version.");
	return CMD_OK;
}

int main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);	/* a reader that leaves is an error of write(), not our end */
	for (const struct command *c = commands; c->name != NULL; c++) {
		int words = matches(c, argc, argv);
		if (words > 0)
			return c->run(c, argc - 1 - words, argv + 1 + words);
	}
	if (argc > 1 && strcmp(argv[1], "--version") == 0)
		return printf("ashiato-collector %s\n", ASHIATO_VERSION) < 0;
	if (argc == 1 || strcmp(argv[1], "--help") == 0)
		return print_overview("");
	if (is_group(argv[1]) && argc > 2 && strcmp(argv[2], "--help") == 0)
		return print_overview(argv[1]);
	if (is_group(argv[1]))
		return cmd_misused("%s: say what to do; see ashiato-collector %s --help", argv[1], argv[1]);
	return cmd_misused("there is no command %s; see ashiato-collector --help", argv[1]);
}
