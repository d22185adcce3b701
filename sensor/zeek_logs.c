#include "sensor/zeek_logs.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/* ---- values ---- */

static void set_text(struct zeek_value *out, const char *text)
{
	out->kind = text != NULL ? ZEEK_TEXT : ZEEK_UNSET;
	out->text = text;
}

/* A name that was sent empty says nothing; Zeek leaves such fields out. */
static void set_name(struct zeek_value *out, const char *text)
{
	set_text(out, text != NULL && text[0] != '\0' ? text : NULL);
}

static void set_number(struct zeek_value *out, uint64_t number)
{
	out->kind = ZEEK_NUMBER;
	out->number = number;
}

static void set_ns(struct zeek_value *out, int64_t ns)
{
	out->kind = ZEEK_SECONDS;
	out->ns = ns;
}

static void set_bool(struct zeek_value *out, bool yes)
{
	out->kind = ZEEK_BOOL;
	out->number = yes;
}

static void set_address(struct zeek_value *out, const Ev__Endpoint *end)
{
	int family = end->ip.len == 4 ? AF_INET : AF_INET6;

	set_text(out, inet_ntop(family, end->ip.data, out->room, sizeof(out->room)));
}

/* ---- what every log begins with ---- */

static void get_ts(const struct zeek_source *s, struct zeek_value *out)
{
	set_ns(out, s->event->time);
}

static void get_uid(const struct zeek_source *s, struct zeek_value *out)
{
	set_text(out, s->uid);
}

static void get_orig_h(const struct zeek_source *s, struct zeek_value *out)
{
	set_address(out, s->event->client);
}

static void get_orig_p(const struct zeek_source *s, struct zeek_value *out)
{
	set_number(out, s->event->client->port);
}

static void get_resp_h(const struct zeek_source *s, struct zeek_value *out)
{
	set_address(out, s->event->server);
}

static void get_resp_p(const struct zeek_source *s, struct zeek_value *out)
{
	set_number(out, s->event->server->port);
}

// clang-format off
#define EVERY_LOG_BEGINS_WITH \
	{ "ts",        "time",   get_ts }, \
	{ "uid",       "string", get_uid }, \
	{ "id.orig_h", "addr",   get_orig_h }, \
	{ "id.orig_p", "port",   get_orig_p }, \
	{ "id.resp_h", "addr",   get_resp_h }, \
	{ "id.resp_p", "port",   get_resp_p }
// clang-format on

/* ---- smb_files.log ---- */

/* What the rows of smb_files need of the four kinds of event they come from. */
struct file_facts {
	const char *action;
	const char *share, *path, *previous;
	uint64_t file_id, size;
};

static struct file_facts opened(const Ev__SmbCreate *c)
{
	return (struct file_facts){ .action = c->is_pipe ? "SMB::PIPE_OPEN" : "SMB::FILE_OPEN", .share = c->share, .path = c->path,
				    .file_id = c->has_file_id ? c->file_id : 0, .size = c->size };
}

static struct file_facts moved(const Ev__SmbTransfer *t)
{
	return (struct file_facts){ .action = strcmp(t->direction, "write") == 0 ? "SMB::FILE_WRITE" : "SMB::FILE_READ", .share = t->share,
				    .path = t->path, .file_id = t->has_file_id ? t->file_id : 0, .size = t->size };
}

static struct file_facts renamed(const Ev__SmbRename *r)
{
	return (struct file_facts){ .action = "SMB::FILE_RENAME", .share = r->share, .path = r->new_path, .previous = r->path,
				    .file_id = r->has_file_id ? r->file_id : 0 };
}

static struct file_facts deleted(const Ev__SmbDelete *d)
{
	return (struct file_facts){ .action = d->taken_back ? NULL : "SMB::FILE_DELETE", .share = d->share, .path = d->path,
				    .file_id = d->has_file_id ? d->file_id : 0 };
}

static struct file_facts file_facts_of(const Ev__Event *e)
{
	switch (e->body_case) {
	case EV__EVENT__BODY_SMB_CREATE:
		return opened(e->smb_create);
	case EV__EVENT__BODY_SMB_TRANSFER:
		return moved(e->smb_transfer);
	case EV__EVENT__BODY_SMB_RENAME:
		return renamed(e->smb_rename);
	case EV__EVENT__BODY_SMB_DELETE:
		return deleted(e->smb_delete);
	default:
		return (struct file_facts){ .action = NULL };
	}
}

/* What was refused, or asked and never answered, did not happen. A transfer states its own refusals. */
static bool takes_file(const Ev__Event *e)
{
	bool has_happened = e->body_case == EV__EVENT__BODY_SMB_TRANSFER || (e->has_status && e->status == 0);

	return has_happened && file_facts_of(e).action != NULL;
}

static void get_fuid(const struct zeek_source *s, struct zeek_value *out)
{
	struct file_facts f = file_facts_of(s->event);

	if (f.file_id == 0)
		return;
	snprintf(out->room, sizeof(out->room), "F%.8s%09llx", s->uid + 1, (unsigned long long)f.file_id & 0xFFFFFFFFF);
	set_text(out, out->room);
}

static void get_action(const struct zeek_source *s, struct zeek_value *out)
{
	set_text(out, file_facts_of(s->event).action);
}

static void get_share(const struct zeek_source *s, struct zeek_value *out)
{
	set_text(out, file_facts_of(s->event).share);
}

static void get_name(const struct zeek_source *s, struct zeek_value *out)
{
	const char *path = file_facts_of(s->event).path;

	set_text(out, path != NULL && path[0] == '\0' ? "<share_root>" : path);
}

static void get_size(const struct zeek_source *s, struct zeek_value *out)
{
	set_number(out, file_facts_of(s->event).size);
}

/* What the server says of a file when it is opened; NULL of other events. */
static const Ev__SmbCreate *opening(const struct zeek_source *s)
{
	return s->event->body_case == EV__EVENT__BODY_SMB_CREATE ? s->event->smb_create : NULL;
}

static void get_modified(const struct zeek_source *s, struct zeek_value *out)
{
	if (opening(s) != NULL && opening(s)->has_last_write_time)
		set_ns(out, opening(s)->last_write_time);
}

static void get_accessed(const struct zeek_source *s, struct zeek_value *out)
{
	if (opening(s) != NULL && opening(s)->has_last_access_time)
		set_ns(out, opening(s)->last_access_time);
}

static void get_created(const struct zeek_source *s, struct zeek_value *out)
{
	if (opening(s) != NULL && opening(s)->has_creation_time)
		set_ns(out, opening(s)->creation_time);
}

static void get_changed(const struct zeek_source *s, struct zeek_value *out)
{
	if (opening(s) != NULL && opening(s)->has_change_time)
		set_ns(out, opening(s)->change_time);
}

static void get_prev_name(const struct zeek_source *s, struct zeek_value *out)
{
	set_text(out, file_facts_of(s->event).previous);
}

// clang-format off
static const struct zeek_field smb_files[] = {
	EVERY_LOG_BEGINS_WITH,
	{ "fuid",           "string", get_fuid },
	{ "action",         "enum",   get_action },
	{ "path",           "string", get_share },
	{ "name",           "string", get_name },
	{ "size",           "count",  get_size },
	{ "prev_name",      "string", get_prev_name },
	{ "times.modified", "time",   get_modified },
	{ "times.accessed", "time",   get_accessed },
	{ "times.created",  "time",   get_created },
	{ "times.changed",  "time",   get_changed },
};
// clang-format on

/* ---- smb_mapping.log ---- */

static bool takes_mapping(const Ev__Event *e)
{
	return e->body_case == EV__EVENT__BODY_SMB_TREE_CONNECT && e->has_status && e->status == 0;
}

static void get_tree_path(const struct zeek_source *s, struct zeek_value *out)
{
	set_text(out, s->event->smb_tree_connect->path);
}

static void get_service(const struct zeek_source *s, struct zeek_value *out)
{
	set_name(out, s->event->smb_tree_connect->service);
}

static void get_native_file_system(const struct zeek_source *s, struct zeek_value *out)
{
	set_name(out, s->event->smb_tree_connect->native_file_system);
}

static void get_share_type(const struct zeek_source *s, struct zeek_value *out)
{
	const char *type = s->event->smb_tree_connect->share_type;

	if (type != NULL)
		set_text(out, strcmp(type, "pipe") == 0 ? "PIPE" : strcmp(type, "print") == 0 ? "PRINT" : "DISK");
}

// clang-format off
static const struct zeek_field smb_mapping[] = {
	EVERY_LOG_BEGINS_WITH,
	{ "path",               "string", get_tree_path },
	{ "service",            "string", get_service },
	{ "native_file_system", "string", get_native_file_system },
	{ "share_type",         "string", get_share_type },
};
// clang-format on

/* ---- ntlm.log ---- */

static const Ev__AuthToken *token_of(const Ev__Event *e)
{
	if (e->body_case == EV__EVENT__BODY_SMB_SESSION_SETUP)
		return e->smb_session_setup->token;
	return e->body_case == EV__EVENT__BODY_RPC_BIND ? e->rpc_bind->token : NULL;
}

/* The exchange that carries the AUTHENTICATE ends a logon. */
static bool takes_ntlm(const Ev__Event *e)
{
	const Ev__AuthToken *token = token_of(e);

	return token != NULL && token->ntlm_authenticate != NULL;
}

static void get_username(const struct zeek_source *s, struct zeek_value *out)
{
	set_name(out, token_of(s->event)->ntlm_authenticate->user);
}

static void get_hostname(const struct zeek_source *s, struct zeek_value *out)
{
	set_name(out, token_of(s->event)->ntlm_authenticate->workstation);
}

static void get_domainname(const struct zeek_source *s, struct zeek_value *out)
{
	set_name(out, token_of(s->event)->ntlm_authenticate->domain);
}

static void get_server_nb(const struct zeek_source *s, struct zeek_value *out)
{
	set_name(out, s->names != NULL ? s->names->nb_computer : NULL);
}

static void get_server_dns(const struct zeek_source *s, struct zeek_value *out)
{
	set_name(out, s->names != NULL ? s->names->dns_computer : NULL);
}

static void get_server_tree(const struct zeek_source *s, struct zeek_value *out)
{
	set_name(out, s->names != NULL ? s->names->dns_tree : NULL);
}

/* RPC answers no AUTHENTICATE: what came of it, the next answer shows. */
static void get_logon_success(const struct zeek_source *s, struct zeek_value *out)
{
	bool is_rpc = s->event->body_case == EV__EVENT__BODY_RPC_BIND;

	if (is_rpc && s->event->rpc_bind->logon != NULL)
		set_bool(out, strcmp(s->event->rpc_bind->logon, "success") == 0);
	else if (!is_rpc && s->event->has_status)
		set_bool(out, s->event->status == 0);
}

// clang-format off
static const struct zeek_field ntlm[] = {
	EVERY_LOG_BEGINS_WITH,
	{ "username",                 "string", get_username },
	{ "hostname",                 "string", get_hostname },
	{ "domainname",               "string", get_domainname },
	{ "server_nb_computer_name",  "string", get_server_nb },
	{ "server_dns_computer_name", "string", get_server_dns },
	{ "server_tree_name",         "string", get_server_tree },
	{ "success",                  "bool",   get_logon_success },
};
// clang-format on

/* ---- dce_rpc.log ---- */

static bool takes_call(const Ev__Event *e)
{
	return e->body_case == EV__EVENT__BODY_RPC_CALL && e->has_response_time;
}

static void get_rtt(const struct zeek_source *s, struct zeek_value *out)
{
	set_ns(out, s->event->response_time - s->event->time);
}

/* What the answer to the bind named; without it, the pipe. */
static void get_named_pipe(const struct zeek_source *s, struct zeek_value *out)
{
	const char *pipe = s->event->rpc_call->pipe;

	if (s->names != NULL && s->names->address[0] != '\0') {
		set_text(out, s->names->address);
	} else if (pipe != NULL && pipe[0] != '\0') {
		snprintf(out->room, sizeof(out->room), "\\pipe\\%s", pipe);
		set_text(out, out->room);
	}
}

static void get_endpoint(const struct zeek_source *s, struct zeek_value *out)
{
	set_text(out, s->event->rpc_call->interface != NULL ? s->event->rpc_call->interface : "unknown");
}

static void get_operation(const struct zeek_source *s, struct zeek_value *out)
{
	const Ev__RpcCall *call = s->event->rpc_call;

	snprintf(out->room, sizeof(out->room), "unknown-%u", (unsigned)call->opnum);
	set_text(out, call->operation != NULL ? call->operation : out->room);
}

// clang-format off
static const struct zeek_field dce_rpc[] = {
	EVERY_LOG_BEGINS_WITH,
	{ "rtt",        "interval", get_rtt },
	{ "named_pipe", "string",   get_named_pipe },
	{ "endpoint",   "string",   get_endpoint },
	{ "operation",  "string",   get_operation },
};
// clang-format on

/* ---- kerberos.log ---- */

/* What an AS and a TGS exchange have in common. */
struct ticket_facts {
	const char *type, *client, *realm, *service, *error_name;
	int64_t from_ns, till_ns;
	uint32_t options;
	int32_t etype, error;
	bool has_error, has_etype, has_from, has_till, has_options;
};

static struct ticket_facts as_facts(const Ev__KrbAs *k)
{
	return (struct ticket_facts){ .type = "AS", .client = k->client, .realm = k->client_realm != NULL ? k->client_realm : k->realm,
				      .service = k->service, .error_name = k->error_name, .has_error = k->has_error, .error = k->error,
				      .has_etype = k->has_ticket_etype, .etype = k->ticket_etype, .has_from = k->has_from, .from_ns = k->from,
				      .has_till = k->has_till, .till_ns = k->till, .has_options = k->has_kdc_options,
				      .options = k->kdc_options };
}

static struct ticket_facts tgs_facts(const Ev__KrbTgs *k)
{
	return (struct ticket_facts){ .type = "TGS", .client = k->client, .realm = k->client_realm != NULL ? k->client_realm : k->realm,
				      .service = k->service, .error_name = k->error_name, .has_error = k->has_error, .error = k->error,
				      .has_etype = k->has_ticket_etype, .etype = k->ticket_etype, .has_from = k->has_from, .from_ns = k->from,
				      .has_till = k->has_till, .till_ns = k->till, .has_options = k->has_kdc_options,
				      .options = k->kdc_options };
}

static struct ticket_facts ticket_facts_of(const Ev__Event *e)
{
	return e->body_case == EV__EVENT__BODY_KRB_AS ? as_facts(e->krb_as) : tgs_facts(e->krb_tgs);
}

static bool takes_ticket(const Ev__Event *e)
{
	return e->body_case == EV__EVENT__BODY_KRB_AS || e->body_case == EV__EVENT__BODY_KRB_TGS;
}

static void get_request_type(const struct zeek_source *s, struct zeek_value *out)
{
	set_text(out, ticket_facts_of(s->event).type);
}

static void get_client(const struct zeek_source *s, struct zeek_value *out)
{
	struct ticket_facts f = ticket_facts_of(s->event);

	if (f.client == NULL)
		return;
	snprintf(out->room, sizeof(out->room), "%s/%s", f.client, f.realm != NULL ? f.realm : "");
	set_text(out, out->room);
}

static void get_service_name(const struct zeek_source *s, struct zeek_value *out)
{
	set_name(out, ticket_facts_of(s->event).service);
}

static void get_ticket_success(const struct zeek_source *s, struct zeek_value *out)
{
	if (s->event->has_response_time)
		set_bool(out, !ticket_facts_of(s->event).has_error);
}

static void get_error_msg(const struct zeek_source *s, struct zeek_value *out)
{
	struct ticket_facts f = ticket_facts_of(s->event);

	snprintf(out->room, sizeof(out->room), "%d", f.error);
	if (f.has_error)
		set_text(out, f.error_name != NULL ? f.error_name : out->room);
}

static void get_from(const struct zeek_source *s, struct zeek_value *out)
{
	struct ticket_facts f = ticket_facts_of(s->event);

	if (f.has_from)
		set_ns(out, f.from_ns);
}

static void get_till(const struct zeek_source *s, struct zeek_value *out)
{
	struct ticket_facts f = ticket_facts_of(s->event);

	if (f.has_till)
		set_ns(out, f.till_ns);
}

/* IANA, Kerberos Encryption Type Numbers. */
static const struct {
	int32_t etype;
	const char *name;
} ciphers[] = {
	{ 1, "des-cbc-crc" },
	{ 2, "des-cbc-md4" },
	{ 3, "des-cbc-md5" },
	{ 5, "des3-cbc-md5" },
	{ 7, "des3-cbc-sha1" },
	{ 16, "des3-cbc-sha1-kd" },
	{ 17, "aes128-cts-hmac-sha1-96" },
	{ 18, "aes256-cts-hmac-sha1-96" },
	{ 19, "aes128-cts-hmac-sha256-128" },
	{ 20, "aes256-cts-hmac-sha384-192" },
	{ 23, "rc4-hmac" },
	{ 24, "rc4-hmac-exp" },
};

static void get_cipher(const struct zeek_source *s, struct zeek_value *out)
{
	struct ticket_facts f = ticket_facts_of(s->event);

	if (!f.has_etype)
		return;
	snprintf(out->room, sizeof(out->room), "etype-%d", f.etype);
	set_text(out, out->room);
	for (size_t i = 0; i < sizeof(ciphers) / sizeof(ciphers[0]); i++)
		if (ciphers[i].etype == f.etype)
			set_text(out, ciphers[i].name);
}

/* RFC 4120 5.4.1: KDCOptions, bit 0 the highest. */
static void get_option(const struct zeek_source *s, unsigned bit, struct zeek_value *out)
{
	struct ticket_facts f = ticket_facts_of(s->event);

	if (f.has_options)
		set_bool(out, (f.options >> (31 - bit) & 1) != 0);
}

static void get_forwardable(const struct zeek_source *s, struct zeek_value *out)
{
	get_option(s, 1, out);
}

static void get_renewable(const struct zeek_source *s, struct zeek_value *out)
{
	get_option(s, 8, out);
}

// clang-format off
static const struct zeek_field kerberos[] = {
	EVERY_LOG_BEGINS_WITH,
	{ "request_type", "string", get_request_type },
	{ "client",       "string", get_client },
	{ "service",      "string", get_service_name },
	{ "success",      "bool",   get_ticket_success },
	{ "error_msg",    "string", get_error_msg },
	{ "from",         "time",   get_from },
	{ "till",         "time",   get_till },
	{ "cipher",       "string", get_cipher },
	{ "forwardable",  "bool",   get_forwardable },
	{ "renewable",    "bool",   get_renewable },
};
// clang-format on

/* ---- all of them ---- */

#define FIELDS(rows) rows, sizeof(rows) / sizeof((rows)[0])

// clang-format off
const struct zeek_log zeek_logs[] = {
	{ "dce_rpc",     FIELDS(dce_rpc),     takes_call },
	{ "kerberos",    FIELDS(kerberos),    takes_ticket },
	{ "ntlm",        FIELDS(ntlm),        takes_ntlm },
	{ "smb_files",   FIELDS(smb_files),   takes_file },
	{ "smb_mapping", FIELDS(smb_mapping), takes_mapping },
};
// clang-format on

const size_t n_zeek_logs = sizeof(zeek_logs) / sizeof(zeek_logs[0]);
