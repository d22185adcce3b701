#include "collector/detect/detect.h"
#include "tests/lib/ruleskit.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct ruleskit_names usual = { "10.0.0.5", "10.0.0.9", "VICTIM-PC", "PSEXESVC.exe", "PSEXESVC" };
static const struct ruleskit_names renamed = { "192.0.2.77", "2001:db8::9", "X", "holiday-list.exe", "Windows Update Helper" };

/* Detection, its connection and what it told of one scenario. */
struct run {
	struct eventkit *kit;
	struct detect *detection;
	struct told told;
};

static void start(struct run *r)
{
	r->kit = eventkit_new();
	r->detection = ruleskit_detect(&r->told);
}

static void stop(struct run *r)
{
	detect_free(r->detection);
	told_fini(&r->told);
	eventkit_free(r->kit);
}

/* The names of all steps of all accesses, one after the other. */
static char *all_names(const struct told *t)
{
	char *out = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&out, &n);
	for (size_t i = 0; i < t->n; i++) {
		char *names = told_names(&t->accesses[i]);
		fprintf(f, "%s%s", i ? " | " : "", names);
		free(names);
	}
	fclose(f);
	return out;
}

static bool has(const json_t *list, const char *text)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (strcmp(json_string_value(json_array_get(list, i)), text) == 0)
			return true;
	return false;
}

static bool has_sentence(const json_t *list, const char *part)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (strstr(json_string_value(json_array_get(list, i)), part))
			return true;
	return false;
}

static const struct {
	enum ruleskit_scenario scenario;
	const char *profile, *severity, *techniques[4];
} expected[] = {
	{ SCENARIO_PSEXEC, "psexec", "critical", { "T1021.002", "T1569.002", "T1543.003", "T1570" } },
	{ SCENARIO_IMPACKET_PSEXEC, "impacket-psexec", "critical", { "T1021.002", "T1569.002", "T1543.003", "T1570" } },
	{ SCENARIO_METASPLOIT_PSEXEC, "metasploit-psexec", "critical", { "T1021.002", "T1569.002", "T1543.003", "T1570" } },
	{ SCENARIO_SMBEXEC, "smbexec", "critical", { "T1021.002", "T1569.002", "T1543.003" } },
	{ SCENARIO_SERVICE_EXEC, "service-exec", "critical", { "T1021.002", "T1569.002", "T1543.003", "T1570" } },
	{ SCENARIO_WMIEXEC, "impacket-wmiexec", "critical", { "T1047", "T1021.002", "T1021.003" } },
	{ SCENARIO_ATEXEC, "impacket-atexec", "critical", { "T1053.005" } },
};

static void expect_scenario(size_t i, const struct ruleskit_names *names)
{
	struct run r = { 0 };
	start(&r);
	ruleskit_play(r.detection, r.kit, expected[i].scenario, names);
	struct incident incident = ruleskit_incident(&r.told);
	cr_expect_str_eq(incident.profile, expected[i].profile);
	cr_expect_str_eq(incident.severity, expected[i].severity, "%s scores %u", incident.profile, incident.score);
	for (size_t t = 0; t < 4 && expected[i].techniques[t]; t++)
		cr_expect(has(incident.techniques, expected[i].techniques[t]), "%s lacks %s", incident.profile,
			  expected[i].techniques[t]);
	cr_expect(!has(incident.techniques, "T1550.002"));
	cr_expect_str_eq(incident.source, names->client);
	cr_expect(has(incident.destinations, names->server));
	cr_expect_str_eq(incident.account, expected[i].scenario == SCENARIO_WMIEXEC ? incident.account : "LAB\\admin");
	cr_expect(strstr(incident.title, names->client) && strstr(incident.title, names->server), "%s", incident.title);
	incident_fini(&incident);
	stop(&r);
}

Test(incident, every_way_of_remote_execution_has_its_profile)
{
	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
		expect_scenario(i, &usual);
}

Test(incident, renamed_files_services_hosts_and_addresses_give_the_same_profile)
{
	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
		expect_scenario(i, &renamed);
}

Test(incident, renamed_files_services_hosts_and_addresses_give_equal_steps)
{
	for (int which = 0; which < N_SCENARIOS; which++) {
		struct run one = { 0 }, other = { 0 };
		start(&one);
		start(&other);
		ruleskit_play(one.detection, one.kit, (enum ruleskit_scenario)which, &usual);
		ruleskit_play(other.detection, other.kit, (enum ruleskit_scenario)which, &renamed);
		char *names = all_names(&one.told), *renamed_names = all_names(&other.told);
		cr_expect_str_eq(names, renamed_names);
		free(names);
		free(renamed_names);
		stop(&one);
		stop(&other);
	}
}

Test(incident, psexec_is_told_step_by_step)
{
	struct run r = { 0 };
	start(&r);
	ruleskit_play(r.detection, r.kit, SCENARIO_PSEXEC, &usual);
	char *names = all_names(&r.told);
	cr_assert_str_eq(names, "smb.logon smb.tree.ipc smb.tree.admin auth.ntlm_privileged file.write.exe svcctl.open_sc_manager "
				"svcctl.create_service svcctl.start_service pipe.service pipe.psexec_stdin pipe.psexec_stdout "
				"pipe.psexec_stderr svcctl.control_service svcctl.delete_service file.delete.exe");
	free(names);
	stop(&r);
}

Test(incident, evidence_names_the_facts_it_rests_on)
{
	struct run r = { 0 };
	start(&r);
	ruleskit_play(r.detection, r.kit, SCENARIO_IMPACKET_PSEXEC, &usual);
	struct incident i = ruleskit_incident(&r.told);
	cr_expect(has_sentence(i.evidence, "%systemroot%\\PSEXESVC.exe"));
	cr_expect(has_sentence(i.evidence, "impacket"));
	cr_expect(has_sentence(i.evidence, "T1550.002"));
	cr_expect(!has_sentence(i.evidence, "{"));
	cr_assert_str_eq(i.title, "Remote service execution (PsExec, impacket) from 10.0.0.5 to 10.0.0.9 as LAB\\admin");
	incident_fini(&i);
	stop(&r);
}

Test(incident, a_lone_connection_to_an_admin_share_is_medium_at_most)
{
	struct run r = { 0 };
	start(&r);
	ruleskit_feed(r.detection, eventkit_logon(r.kit, "LAB", "robin", STATUS_OK));
	ruleskit_feed(r.detection, eventkit_tree(r.kit, "C$", STATUS_OK));
	struct incident i = ruleskit_incident(&r.told);
	cr_assert_str_eq(i.profile, "unknown-admin");
	cr_assert_lt(i.score, 60);
	cr_assert_eq(i.n_accesses, 1);
	cr_assert(i.has_verdict);
	cr_assert_eq(i.verdict, VERDICT_UNVERIFIED);
	incident_fini(&i);
	stop(&r);
}

Test(incident, zerologon_and_guessing_are_incidents_without_a_verdict)
{
	struct run r = { 0 };
	start(&r);
	Ev__Event *e = eventkit_call(r.kit, "tcp", "netlogon", "NetrServerAuthenticate3");
	eventkit_number(r.kit, e, "credential_zero", 1);
	eventkit_return(e, 0xc0000022);
	ruleskit_feed(r.detection, e);
	struct incident i = ruleskit_incident(&r.told);
	cr_assert_str_eq(i.profile, "zerologon");
	cr_assert(has(i.techniques, "T1210"));
	cr_assert_str_eq(i.severity, "critical");
	cr_assert(!i.has_verdict);
	cr_assert_eq(i.n_accesses, 0);
	incident_fini(&i);
	stop(&r);

	start(&r);
	for (int n = 0; n < 5; n++)
		ruleskit_feed(r.detection, eventkit_logon(r.kit, "LAB", "admin", STATUS_LOGON_FAILURE));
	i = ruleskit_incident(&r.told);
	cr_assert_str_eq(i.profile, "password-guessing");
	cr_assert(has(i.techniques, "T1110"));
	cr_assert(!i.has_verdict);
	incident_fini(&i);
	stop(&r);
}

/* Calls of one kind and the profile they alone make. */
static const struct {
	const char *interface, *operation, *profile;
} single[] = {
	{ "atsvc", "NetrJobAdd", "at-job" },
	{ "drsuapi", "DRSGetNCChanges", "dcsync" },
	{ "IDispatch", "Invoke", "dcom-exec" },
	{ "ITaskSchedulerService", "SchRpcRegisterTask", "scheduled-task" },
	{ "IWbemServices", "ExecMethod", "wmi-exec" },
	{ "samr", "SamrSetInformationUser2", "password-reset" },
	{ "svcctl", "ChangeServiceConfigW", "service-reconfigure" },
	{ "svcctl", "CreateServiceA", "service-exec" },
	{ "winreg", "BaseRegSaveKey", "remote-registry" },
	{ "eventlog", "ElfrClearELFW", "unknown-admin" },
};

Test(incident, a_single_call_has_the_profile_of_its_interface)
{
	for (size_t n = 0; n < sizeof single / sizeof single[0]; n++) {
		struct run r = { 0 };
		start(&r);
		ruleskit_feed(r.detection, eventkit_call(r.kit, "pipe", single[n].interface, single[n].operation));
		struct incident i = ruleskit_incident(&r.told);
		cr_expect_str_eq(i.profile, single[n].profile, "%s.%s is %s", single[n].interface, single[n].operation, i.profile);
		incident_fini(&i);
		stop(&r);
	}
}

Test(incident, the_worst_verdict_and_all_destinations_stand_for_the_group)
{
	struct run r = { 0 };
	start(&r);
	static const char *const servers[] = { "10.0.0.9", "10.0.0.10", "10.0.0.11", "10.0.0.9" };
	for (size_t n = 0; n < 4; n++) {
		r.kit->server = servers[n];
		r.kit->client_port++;
		ruleskit_feed(r.detection, eventkit_tree(r.kit, "ADMIN$", STATUS_OK));
	}
	r.told.accesses[2].row.verdict = VERDICT_UNLOGGED;
	r.told.accesses[3].row.verdict = VERDICT_UNAPPROVED;
	struct incident i = ruleskit_incident(&r.told);
	cr_assert_eq(i.verdict, VERDICT_UNLOGGED);
	cr_assert_eq(i.n_accesses, 4);
	cr_assert_eq(json_array_size(i.destinations), 3);
	cr_assert_str_eq(i.title, "Administrative access from 10.0.0.5 to 10.0.0.9, 10.0.0.10 and 1 more");
	cr_assert(has_sentence(i.evidence, "several hosts"));
	incident_fini(&i);
	stop(&r);
}

static struct incident judged(struct run *r, enum verdict verdict)
{
	r->told.accesses[0].row.verdict = verdict;
	return ruleskit_incident(&r->told);
}

Test(incident, what_a_living_log_does_not_have_is_at_least_high)
{
	struct run r = { 0 };
	start(&r);
	ruleskit_feed(r.detection, eventkit_tree(r.kit, "ADMIN$", STATUS_OK));
	struct incident known = judged(&r, VERDICT_UNVERIFIED);
	struct incident confirmed = judged(&r, VERDICT_UNAPPROVED);
	struct incident erased = judged(&r, VERDICT_UNLOGGED);
	cr_assert_eq(confirmed.score, known.score, "that a log confirms an access is no excuse and no charge");
	cr_assert_geq(erased.score, known.score + 20);
	cr_assert_str_eq(erased.severity, "high");
	cr_assert(has_sentence(erased.evidence, "does not have"));
	cr_assert_not(has_sentence(known.evidence, "does not have"));
	incident_fini(&known);
	incident_fini(&confirmed);
	incident_fini(&erased);
	stop(&r);
}

/* An access of ${n} steps, each another path, and as many of them on as many hosts. */
static void flood(struct run *r, int n)
{
	char path[32], server[32];
	for (int host = 0; host < n; host++) {
		snprintf(server, sizeof server, "10.1.%d.%d", host / 250, host % 250 + 1);
		r->kit->server = server;
		ruleskit_feed(r->detection, eventkit_tree(r->kit, "ADMIN$", STATUS_OK));
		for (int i = 0; i < n; i++) {
			snprintf(path, sizeof path, "f%d", i);
			const char *direction = i % 2 ? "read" : "write";
			ruleskit_feed(r->detection, eventkit_transfer(r->kit, "\\\\H\\ADMIN$", path, direction, 10, "other"));
		}
	}
}

Test(incident, a_flood_of_steps_is_composed_in_bounded_time)
{
	struct run r = { 0 };
	start(&r);
	flood(&r, 50);
	struct incident i = ruleskit_incident(&r.told);
	cr_assert_str_eq(i.profile, "admin-share-copy");
	cr_assert_eq(json_array_size(i.destinations), 50);
	incident_fini(&i);
	stop(&r);
}
