#include "tests/lib/ruleskit.h"

#include "collector/entry.h"
#include "proto/base/embedded.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *ruleskit_file(const char *name)
{
	for (const struct embedded_file *f = embedded_schema; f->name; f++)
		if (strcmp(f->name, name) == 0)
			return f->bytes;
	return "";
}

const struct rules *ruleskit_rules(void)
{
	static struct rules *rules;
	char error[512] = "";
	if (!rules)
		rules = rules_new(&(struct rule_texts)RULESKIT_TEXTS, error, sizeof error);
	if (!rules)
		fprintf(stderr, "%s\n", error);
	assert(rules);
	return rules;
}

static bool add_all(struct baseline *b, const json_t *entries, char *error, size_t error_cap)
{
	for (size_t i = 0; i < json_array_size(entries); i++) {
		struct baseline_entry e;
		if (!entry_of_json(ruleskit_rules(), json_array_get(entries, i), &e, error, error_cap))
			return false;
		e.id = (int64_t)i + 1;
		if (!baseline_add(b, &e, error, error_cap))
			return false;
	}
	return true;
}

struct baseline *ruleskit_baseline(const char *text, size_t n, char *error, size_t error_cap)
{
	json_error_t where;
	json_t *document = json_loadb(text, n, JSON_REJECT_DUPLICATES, &where);
	struct baseline *b = baseline_new(ruleskit_rules());
	assert(b);
	if (!document)
		snprintf(error, error_cap, "line %d: %s", where.line, where.text);
	const json_t *entries = document ? entry_document(ruleskit_rules(), document, error, error_cap) : NULL;
	if (!entries || !add_all(b, entries, error, error_cap)) {
		baseline_free(b);
		b = NULL;
	}
	json_decref(document);
	return b;
}

struct detect *ruleskit_detect(struct told *told)
{
	struct detect_sink sink = told_sink(told);
	struct detect *d = detect_new(ruleskit_rules(), &detect_limits_default, &sink);
	assert(d);
	return d;
}

void ruleskit_feed(struct detect *d, const Ev__Event *e)
{
	static const struct origin origin = { .sensor_id = 1, .site_id = 1, .sensor = "branch", .site = "lab", .epoch = 7 };
	detect_feed(d, &origin, e);
}

struct incident ruleskit_incident(const struct told *told)
{
	struct member *members = calloc(told->n + 1, sizeof *members);
	struct incident out;
	assert(members && told->n > 0);
	for (size_t i = 0; i < told->n; i++)
		members[i] = (struct member){ &told->accesses[i].row, told->accesses[i].steps, told->accesses[i].n_steps };
	incident_compose(ruleskit_rules(), members, told->n, &out);
	free(members);
	return out;
}

/* ---- scenarios ---- */

enum { PE_BYTES = 56320, REMCOM_COMMAND_BYTES = 4628, WIN32_START_TIMEOUT = 1053 };

struct play {
	struct detect *d;
	struct eventkit *k;
	const struct ruleskit_names *names;
	char admin_share[128];
};

static void feed(const struct play *p, const Ev__Event *e)
{
	ruleskit_feed(p->d, e);
}

/* ${library}: the marks of impacket; else those of Windows' own client. */
static void log_on(const struct play *p, bool is_impacket)
{
	feed(p, eventkit_negotiate(p->k, "3.1.1", is_impacket ? "abcdefghijKLMNOP" : "\1\2\3\4\5\6\7\x8\x9\xa\xb\xc\xd\xe\xf\x10"));
	feed(p, eventkit_logon(p->k, "LAB", "admin", STATUS_OK));
	feed(p, eventkit_tree(p->k, "IPC$", STATUS_OK));
}

static void upload(const struct play *p)
{
	feed(p, eventkit_tree(p->k, "ADMIN$", STATUS_OK));
	feed(p, eventkit_create(p->k, p->admin_share, p->names->file, STATUS_OK));
	feed(p, eventkit_transfer(p->k, p->admin_share, p->names->file, "write", PE_BYTES, "pe32"));
}

static void service_call(const struct play *p, const char *operation, uint32_t code)
{
	Ev__Event *e = eventkit_call(p->k, "pipe", "svcctl", operation);
	eventkit_text(p->k, e, "service", p->names->service);
	eventkit_return(e, code);
	feed(p, e);
}

static void create_service(const struct play *p, const char *display, const char *image_path)
{
	Ev__Event *e = eventkit_call(p->k, "pipe", "svcctl", "CreateServiceWOW64W");
	eventkit_text(p->k, e, "service", p->names->service);
	eventkit_text(p->k, e, "display", display);
	eventkit_text(p->k, e, "image_path", image_path);
	eventkit_return(e, 0);
	feed(p, e);
}

static void create_uploaded(const struct play *p, const char *display)
{
	char path[256];
	snprintf(path, sizeof path, "%%systemroot%%\\%s", p->names->file);
	create_service(p, display, path);
}

static void clean_up(const struct play *p)
{
	service_call(p, "ControlService", 0);
	service_call(p, "DeleteService", 0);
	feed(p, eventkit_delete(p->k, p->admin_share, p->names->file));
}

static void play_psexec(const struct play *p)
{
	static const char *const ends[] = { "stdin", "stdout", "stderr" };
	char pipe[256];
	log_on(p, false);
	upload(p);
	feed(p, eventkit_call(p->k, "pipe", "svcctl", "OpenSCManagerW"));
	create_uploaded(p, "PsExec");
	service_call(p, "StartServiceW", 0);
	feed(p, eventkit_pipe(p->k, p->names->service));
	for (size_t i = 0; i < 3; i++) {
		snprintf(pipe, sizeof pipe, "%s-%s-2412-%s", p->names->service, p->names->client_host, ends[i]);
		feed(p, eventkit_pipe(p->k, pipe));
	}
	clean_up(p);
}

static void play_impacket(const struct play *p)
{
	log_on(p, true);
	upload(p);
	create_uploaded(p, p->names->service);
	service_call(p, "StartServiceW", 0);
	feed(p, eventkit_pipe(p->k, "RemCom_communicaton"));
	feed(p, eventkit_pipe_closed(p->k, "RemCom_communicaton", REMCOM_COMMAND_BYTES));
	p->k->session_id++;
	p->k->client_port++;
	log_on(p, true);
	feed(p, eventkit_pipe(p->k, "RemCom_stdinAbCd4711"));
	clean_up(p);
}

static void play_metasploit(const struct play *p)
{
	Ev__Event *logon;
	feed(p, eventkit_negotiate(p->k, "1.0", NULL));
	logon = eventkit_logon(p->k, "LAB", "admin", STATUS_OK);
	static char native_os[] = "Windows 2000 2195";
	logon->smb_session_setup->client_native_os = native_os;
	feed(p, logon);
	feed(p, eventkit_tree(p->k, "IPC$", STATUS_OK));
	upload(p);
	create_uploaded(p, "MpQrStUvWxYzAbCd");
	service_call(p, "StartServiceW", WIN32_START_TIMEOUT);
	service_call(p, "DeleteService", 0);
}

static void play_smbexec(const struct play *p)
{
	log_on(p, true);
	create_service(p, p->names->service,
		       "%COMSPEC% /Q /c echo whoami ^> \\\\%COMPUTERNAME%\\C$\\__output 2^>^&1 > %TEMP%\\execute.bat");
	service_call(p, "StartServiceW", WIN32_START_TIMEOUT);
	service_call(p, "DeleteService", 0);
	feed(p, eventkit_tree(p->k, "C$", STATUS_OK));
	feed(p, eventkit_transfer(p->k, p->admin_share, "__output", "read", 20, "other"));
	feed(p, eventkit_delete(p->k, p->admin_share, "__output"));
}

static void play_service(const struct play *p)
{
	log_on(p, false);
	upload(p);
	create_uploaded(p, "Agent");
	service_call(p, "StartServiceW", 0);
}

static void play_wmiexec(const struct play *p)
{
	Ev__Event *call;
	log_on(p, true);
	p->k->client_port++;
	p->k->server_port = 49700;
	feed(p, eventkit_bind(p->k, "tcp", "admin"));
	call = eventkit_call(p->k, "tcp", "IWbemServices", "ExecMethod");
	call->rpc_call->has_sealed = call->rpc_call->sealed = true;
	feed(p, call);
	p->k->client_port--;
	p->k->server_port = 445;
	feed(p, eventkit_tree(p->k, "ADMIN$", STATUS_OK));
	feed(p, eventkit_transfer(p->k, p->admin_share, p->names->file, "read", 20, "other"));
	feed(p, eventkit_delete(p->k, p->admin_share, p->names->file));
}

static void play_atexec(const struct play *p)
{
	static const char *const operations[] = { "SchRpcRegisterTask", "SchRpcRun", "SchRpcGetLastRunInfo", "SchRpcDelete" };
	log_on(p, true);
	for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++) {
		Ev__Event *call = eventkit_call(p->k, "pipe", "ITaskSchedulerService", operations[i]);
		call->rpc_call->has_sealed = call->rpc_call->sealed = true;
		feed(p, call);
	}
}

void ruleskit_play(struct detect *d, struct eventkit *k, enum ruleskit_scenario which, const struct ruleskit_names *names)
{
	static void (*const plays[N_SCENARIOS])(const struct play *) = {
		[SCENARIO_PSEXEC] = play_psexec,
		[SCENARIO_IMPACKET_PSEXEC] = play_impacket,
		[SCENARIO_METASPLOIT_PSEXEC] = play_metasploit,
		[SCENARIO_SMBEXEC] = play_smbexec,
		[SCENARIO_SERVICE_EXEC] = play_service,
		[SCENARIO_WMIEXEC] = play_wmiexec,
		[SCENARIO_ATEXEC] = play_atexec,
	};
	struct play p = { .d = d, .k = k, .names = names };
	k->client = names->client;
	k->server = names->server;
	snprintf(p.admin_share, sizeof p.admin_share, "\\\\%s\\ADMIN$", names->server);
	plays[which](&p);
}
