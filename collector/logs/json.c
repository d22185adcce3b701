/*
 * JSON, one object a line: what NXLog, Winlogbeat, Elastic Agent and Samba
 * write; or a list of objects over many lines, as exports and PowerShell's
 * ConvertTo-Json make it. One pass over the object; a value is kept where its
 * path is one of the table's. Which of them wrote it shows by which paths were
 * there.
 */
#include "collector/logs/json.h"

#include "collector/logs/message.h"
#include "collector/logs/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

enum {
	PATH_BYTES = 128,	/* longer paths are none of the table's */
	DEPTH_MAX = 32,
	SLOTS = 1024,		/* of the hash table, four times what it holds */
};

/* ---- paths ------------------------------------------------------------------------------------------------------------ */

struct path {
	const char *path;
	enum log_field field;
};

/* Beside these every field of Windows' EventData under its own name: alone (NXLog), and after winlog.event_data. and
 * winlog.user_data. (Winlogbeat, Elastic Agent). */
/* clang-format off */
static const struct path paths[] = {
	/* NXLog im_msvistalog */
	{ "EventID",			LOG_FIELD_EVENT_ID },
	{ "SourceName",			LOG_FIELD_PROVIDER },
	{ "Channel",			LOG_FIELD_CHANNEL },
	{ "Hostname",			LOG_FIELD_COMPUTER },
	{ "RecordNumber",		LOG_FIELD_RECORD },
	{ "EventTime",			LOG_FIELD_TIME },
	{ "EventType",			LOG_FIELD_OUTCOME },
	{ "@timestamp",			LOG_FIELD_RECEIVED },	/* where EventTime is absent, of the event */
	/* Winlogbeat, Elastic Agent (ECS) */
	{ "event.code",			LOG_FIELD_EVENT_ID },
	{ "event.outcome",		LOG_FIELD_OUTCOME },
	{ "host.name",			LOG_FIELD_SENDER },	/* Winlogbeat's own host, also where events were forwarded to it */
	{ "winlog.channel",		LOG_FIELD_CHANNEL },
	{ "winlog.computer_name",	LOG_FIELD_COMPUTER },
	{ "winlog.event_id",		LOG_FIELD_EVENT_ID },
	{ "winlog.keywords",		LOG_FIELD_OUTCOME },
	{ "winlog.provider_name",	LOG_FIELD_PROVIDER },
	{ "winlog.record_id",		LOG_FIELD_RECORD },
	{ "winlog.time_created",	LOG_FIELD_TIME },
	/* Samba auth_json_audit, dsdb_json_audit: auth/auth_log.c, dsdb's audit_log.c and group_audit.c */
	{ "timestamp",			LOG_FIELD_TIME },
	{ "type",			LOG_FIELD_SAMBA_TYPE },
	{ "Authentication.authDescription", LOG_FIELD_AUTH_TYPE },
	{ "Authentication.becameSid",	LOG_FIELD_TARGET_SID },
	{ "Authentication.clientAccount", LOG_FIELD_CLIENT_ACCOUNT },
	{ "Authentication.clientDomain", LOG_FIELD_CLIENT_DOMAIN },
	{ "Authentication.localAddress", LOG_FIELD_LOCAL_ADDRESS },
	{ "Authentication.logonId",	LOG_FIELD_TARGET_LOGON },
	{ "Authentication.logonType",	LOG_FIELD_LOGON_TYPE },
	{ "Authentication.mappedAccount", LOG_FIELD_TARGET_ACCOUNT },
	{ "Authentication.mappedDomain", LOG_FIELD_TARGET_DOMAIN },
	{ "Authentication.passwordType", LOG_FIELD_PACKAGE },
	{ "Authentication.remoteAddress", LOG_FIELD_REMOTE_ADDRESS },
	{ "Authentication.serviceDescription", LOG_FIELD_LOGON_PROCESS },
	{ "Authentication.status",	LOG_FIELD_STATUS_TEXT },
	{ "Authentication.workstation",	LOG_FIELD_WORKSTATION },
	{ "Authorization.account",	LOG_FIELD_CLIENT_ACCOUNT },
	{ "Authorization.authType",	LOG_FIELD_AUTH_TYPE },
	{ "Authorization.domain",	LOG_FIELD_CLIENT_DOMAIN },
	{ "Authorization.localAddress",	LOG_FIELD_LOCAL_ADDRESS },
	{ "Authorization.remoteAddress", LOG_FIELD_REMOTE_ADDRESS },
	{ "Authorization.serviceDescription", LOG_FIELD_LOGON_PROCESS },
	{ "Authorization.sid",		LOG_FIELD_TARGET_SID },
	{ "KDC Authorization.account",	LOG_FIELD_CLIENT_ACCOUNT },
	{ "KDC Authorization.authType",	LOG_FIELD_AUTH_TYPE },
	{ "KDC Authorization.domain",	LOG_FIELD_CLIENT_DOMAIN },
	{ "KDC Authorization.localAddress", LOG_FIELD_LOCAL_ADDRESS },
	{ "KDC Authorization.remoteAddress", LOG_FIELD_REMOTE_ADDRESS },
	{ "KDC Authorization.serviceDescription", LOG_FIELD_LOGON_PROCESS },
	{ "KDC Authorization.sid",	LOG_FIELD_TARGET_SID },
	{ "KDC Authorization.status",	LOG_FIELD_STATUS_TEXT },
	{ "dsdbChange.dn",		LOG_FIELD_DN },
	{ "dsdbChange.operation",	LOG_FIELD_OPERATION },
	{ "dsdbChange.remoteAddress",	LOG_FIELD_REMOTE_ADDRESS },
	{ "dsdbChange.statusCode",	LOG_FIELD_STATUS },
	{ "dsdbChange.userSid",		LOG_FIELD_TARGET_SID },
	{ "groupChange.action",		LOG_FIELD_OPERATION },
	{ "groupChange.group",		LOG_FIELD_DN },
	{ "groupChange.remoteAddress",	LOG_FIELD_REMOTE_ADDRESS },
	{ "groupChange.statusCode",	LOG_FIELD_STATUS },
	{ "groupChange.userSid",	LOG_FIELD_TARGET_SID },
	{ "heartbeat.host",		LOG_FIELD_HEARTBEAT_HOST },
	{ "passwordChange.action",	LOG_FIELD_OPERATION },
	{ "passwordChange.dn",		LOG_FIELD_DN },
	{ "passwordChange.remoteAddress", LOG_FIELD_REMOTE_ADDRESS },
	{ "passwordChange.statusCode",	LOG_FIELD_STATUS },
	{ "passwordChange.userSid",	LOG_FIELD_TARGET_SID },
	{ "replicatedUpdate.partitionDN", LOG_FIELD_DN },
	{ "replicatedUpdate.statusCode", LOG_FIELD_STATUS },
};

/* Get-WinEvent | ConvertTo-Json, in lists alone: the properties of EventLogRecord, which tell the event's fields by its message only. */
static const struct path powershell[] = {
	{ "Id",				LOG_FIELD_EVENT_ID },
	{ "KeywordsDisplayNames",	LOG_FIELD_OUTCOME },
	{ "LogName",			LOG_FIELD_CHANNEL },
	{ "MachineName",		LOG_FIELD_COMPUTER },
	{ "Message",			LOG_FIELD_MESSAGE },
	{ "ProviderName",		LOG_FIELD_PROVIDER },
	{ "RecordId",			LOG_FIELD_RECORD },
	{ "TimeCreated",		LOG_FIELD_TIME },
};

/* What Elasticsearch keeps of a document lies inside this. */
static const char source[] = "_source";

/* Before a field of EventData. */
static const char *const prefixes[] = { "", "winlog.event_data.", "winlog.user_data." };
/* clang-format on */

struct slot {
	char path[PATH_BYTES];
	size_t n;		/* 0: free */
	enum log_field field;
};

struct json {
	struct slot slots[SLOTS];
	struct log_parse *p;	/* of the line at hand */
	char path[PATH_BYTES];
	size_t path_n;		/* PATH_BYTES: too long */
	size_t ends[DEPTH_MAX];	/* length of the path around each level */
	unsigned depth, arrays;
};

/* FNV-1a. */
static uint32_t hash_of(const char *text, size_t n)
{
	uint32_t h = 2166136261u;
	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)text[i]) * 16777619u;
	return h;
}

/* Where ${path} is, or where it would be. */
static struct slot *slot_of(struct json *j, const char *path, size_t n)
{
	uint32_t at = hash_of(path, n) % SLOTS;
	while (j->slots[at].n != 0 && (j->slots[at].n != n || memcmp(j->slots[at].path, path, n) != 0))
		at = (at + 1) % SLOTS;
	return &j->slots[at];
}

static void add_path(struct json *j, const char *prefix, const char *name, enum log_field field)
{
	char path[PATH_BYTES];
	size_t n = (size_t)snprintf(path, sizeof path, "%s%s", prefix, name);
	struct slot *s = slot_of(j, path, n);
	memcpy(s->path, path, n);
	s->n = n;
	s->field = field;
}

static void add_data(struct json *j, const char *prefix)
{
	for (unsigned i = 0; i < N_LOG_FIELDS; i++)
		if (*log_field_name((enum log_field)i) != '\0')
			add_path(j, prefix, log_field_name((enum log_field)i), (enum log_field)i);
}

/* ---- one line --------------------------------------------------------------------------------------------------------- */

static int on_text(void *ctx, const char *text, size_t n)
{
	struct json *j = ctx;
	if (j->path_n >= PATH_BYTES)
		return 1;
	const struct slot *s = slot_of(j, j->path, j->path_n);
	if (s->n != 0)
		log_fields_set(&j->p->fields, s->field, text, n);
	return 1;
}

static int on_string(void *ctx, const unsigned char *text, size_t n)
{
	return on_text(ctx, (const char *)text, n);
}

static int on_nothing(void *ctx)
{
	(void)ctx;
	return 1;
}

static int on_boolean(void *ctx, int value)
{
	(void)value;
	return on_nothing(ctx);
}

/* The path so far is that of the object at hand; the key takes the place of the one before. */
static int on_key(void *ctx, const unsigned char *key, size_t n)
{
	struct json *j = ctx;
	size_t at = j->ends[j->depth - 1];
	j->path_n = PATH_BYTES;
	if (at + n + 1 >= PATH_BYTES)
		return 1;
	if (at > 0)
		j->path[at++] = '.';
	memcpy(j->path + at, key, n);
	j->path_n = at + n;
	return 1;
}

static int on_start(void *ctx)
{
	struct json *j = ctx;
	if (j->depth == DEPTH_MAX)
		return 0;
	bool is_source = j->path_n == sizeof source - 1 && memcmp(j->path, source, sizeof source - 1) == 0;
	j->ends[j->depth++] = is_source ? 0 : j->path_n;
	return 1;
}

static int on_end(void *ctx)
{
	struct json *j = ctx;
	j->path_n = j->ends[--j->depth];
	return 1;
}

static int on_array(void *ctx)
{
	return ++((struct json *)ctx)->arrays <= DEPTH_MAX;
}

static int on_array_end(void *ctx)
{
	((struct json *)ctx)->arrays--;
	return 1;
}

static const yajl_callbacks callbacks = {
	.yajl_null = on_nothing,
	.yajl_boolean = on_boolean,
	.yajl_number = on_text,
	.yajl_string = on_string,
	.yajl_start_map = on_start,
	.yajl_map_key = on_key,
	.yajl_end_map = on_end,
	.yajl_start_array = on_array,
	.yajl_end_array = on_array_end,
};

static bool read_object(struct json *j, const char *text, size_t n)
{
	yajl_handle h = yajl_alloc(&callbacks, NULL, j);
	if (h == NULL)
		return false;
	j->depth = j->arrays = 0;
	j->path_n = 0;
	bool is_read = yajl_parse(h, (const unsigned char *)text, n) == yajl_status_ok &&
		       yajl_complete_parse(h) == yajl_status_ok;
	yajl_free(h);
	return is_read;
}

/* The message tells the event's fields where nothing else does. */
static void read_message(struct log_fields *f)
{
	bool has_fields = false;
	for (unsigned i = LOG_FIELD_SUBJECT_SID; i < N_LOG_FIELDS; i++)
		has_fields |= f->text[i] != NULL;
	if (f->text[LOG_FIELD_MESSAGE] != NULL && !has_fields && log_message_read(f) == 0)
		f->text[LOG_FIELD_CHANNEL] = NULL;	/* of a channel that cannot be read nothing can be missing */
}

void log_json_object(void *state, struct log_parse *p, const char *text, size_t n)
{
	struct json *j = state;
	j->p = p;
	if (text[0] != '{' || !read_object(j, text, n))
		return log_parse_reject(p, "not a JSON object");
	read_message(&p->fields);
	if (p->fields.text[LOG_FIELD_EVENT_ID] != NULL)
		log_windows_record(p);
	else if (p->fields.text[LOG_FIELD_SAMBA_TYPE] != NULL)
		log_samba_record(p);
	else
		log_parse_pass(p, "neither a Windows event (no event id) nor a Samba audit (no type)");
}

static void parse(void *state, struct log_parse *p)
{
	size_t blank = log_blanks(p->text, p->n);
	if (blank < p->n)
		log_json_object(state, p, p->text + blank, p->n - blank);
}

static void parse_object(void *state, struct log_parse *p)
{
	log_json_object(state, p, p->text, p->n);
}

static void *open_json(void)
{
	struct json *j = calloc(1, sizeof *j);
	if (j == NULL)
		return NULL;
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		add_path(j, "", paths[i].path, paths[i].field);
	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
		add_data(j, prefixes[i]);
	return j;
}

static void *open_list(void)
{
	struct json *j = open_json();
	for (size_t i = 0; j != NULL && i < sizeof powershell / sizeof *powershell; i++)
		add_path(j, "", powershell[i].path, powershell[i].field);
	return j;
}

/* A list of objects or none, or an object whose first line is its brace alone. */
static bool is_like_list(const char *head, size_t n)
{
	static const char blank[] = " \t\r\n";
	(void)n;
	const char *first = head + strspn(head, blank);
	const char *second = first + (*first != '\0');
	second += strspn(second, blank);
	if (*first == '[')
		return *second == '{' || *second == ']';
	return *first == '{' && first[1 + strspn(first + 1, " \t\r")] == '\n';
}

static bool is_like(const char *head, size_t n)
{
	return head[strspn(head, " \t\r\n")] == '{' && !is_like_list(head, n);
}

const struct log_format log_format_json = { "json", LOG_LINES, true, false, is_like, open_json, free, parse };
const struct log_format log_format_json_list = { "json-list", LOG_OBJECTS, true, false, is_like_list, open_list, free, parse_object };
