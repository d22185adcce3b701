/*
 * Samba: audit objects (auth_json_audit, dsdb_json_audit), as they stand in
 * log files or alone, and the lines of vfs_full_audit.
 *
 * A log file of Samba's has a header line with time and source position, then
 * the message, indented by two blanks (lib/util/debug.c). vfs_full_audit
 * writes PREFIX|OPERATION|RESULT|ARGUMENTS (vfs_full_audit(8)); the prefix is
 * the administrator's, and we expect
 *   full_audit:prefix = %u|%I|%m|%S
 * of which the first two suffice: a user, then an address. Time comes from the
 * line's syslog header or the header line before it.
 */
#include "collector/logs/json.h"
#include "collector/logs/syslog.h"
#include "collector/logs/text.h"
#include "collector/logs/when.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- statuses --------------------------------------------------------------------------------------------------------- */

/* Those that refuse a logon; [MS-ERREF] 2.3.1. */
static const struct {
	const char *name;
	uint32_t status;
} statuses[] = {
	{ "NT_STATUS_ACCESS_DENIED", 0xc0000022 },	    { "NT_STATUS_ACCOUNT_DISABLED", 0xc0000072 },
	{ "NT_STATUS_ACCOUNT_EXPIRED", 0xc0000193 },	    { "NT_STATUS_ACCOUNT_LOCKED_OUT", 0xc0000234 },
	{ "NT_STATUS_ACCOUNT_RESTRICTION", 0xc000006e },    { "NT_STATUS_INVALID_LOGON_HOURS", 0xc000006f },
	{ "NT_STATUS_INVALID_WORKSTATION", 0xc0000070 },    { "NT_STATUS_LOGON_FAILURE", 0xc000006d },
	{ "NT_STATUS_LOGON_TYPE_NOT_GRANTED", 0xc000015b }, { "NT_STATUS_NO_SUCH_USER", 0xc0000064 },
	{ "NT_STATUS_PASSWORD_EXPIRED", 0xc0000071 },	    { "NT_STATUS_PASSWORD_MUST_CHANGE", 0xc0000224 },
	{ "NT_STATUS_WRONG_PASSWORD", 0xc000006a },
};

/* 0 for OK; 0xffffffff, which is no status, for one that is not listed. */
static uint32_t status_of(const char *name)
{
	if (name == NULL || strcmp(name, "NT_STATUS_OK") == 0)
		return 0;
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		if (strcmp(statuses[i].name, name) == 0)
			return statuses[i].status;
	return UINT32_MAX;
}

/* ---- audit objects ---------------------------------------------------------------------------------------------------- */

/* What a type of object tells. */
/* clang-format off */
static const struct kind {
	const char *type;
	enum log_act well, refused;
} kinds[] = {
	{ "Authentication",	LOG_LOGON,	LOG_LOGON_FAILED },
	{ "Authorization",	LOG_LOGON,	LOG_LOGON_FAILED },
	{ "KDC Authorization",	LOG_TICKET,	LOG_TICKET_FAILED },
	{ "dsdbChange",		LOG_DIRECTORY,	LOG_DIRECTORY },
	{ "groupChange",	LOG_DIRECTORY,	LOG_DIRECTORY },
	{ "passwordChange",	LOG_DIRECTORY,	LOG_DIRECTORY },
	{ "replicatedUpdate",	LOG_DIRECTORY,	LOG_DIRECTORY },
};
/* clang-format on */

static const struct kind other = { "", LOG_OTHER, LOG_OTHER };

static const struct kind *kind_of(const char *type)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].type, type) == 0)
			return &kinds[i];
	return &other;
}

/* "ipv4:10.77.0.21:49822", "ipv6:fe80::1:445": the address and the port after the last colon. */
static bool endpoint_of(const char *text, char address[LOG_ADDRESS_BYTES], uint16_t *port)
{
	if (text == NULL || strncmp(text, "ipv", 3) != 0 || text[3] == '\0' || text[4] != ':')
		return false;
	const char *last = strrchr(text + 5, ':');
	char bare[LOG_ADDRESS_BYTES];
	if (last == NULL || snprintf(bare, sizeof bare, "%.*s", (int)(last - text - 5), text + 5) >= (int)sizeof bare)
		return false;
	*port = (uint16_t)log_number(last + 1, 0);
	return log_address(bare, address);
}

/* The KDC reports its checks of a password as authentications. */
static bool is_kdc(const struct log_fields *f)
{
	const char *service = f->text[LOG_FIELD_LOGON_PROCESS];
	return service != NULL && strcmp(service, "Kerberos KDC") == 0;
}

static void fill_object(const struct log_fields *f, struct log_record *r)
{
	const struct kind *kind = kind_of(f->text[LOG_FIELD_SAMBA_TYPE]);
	r->status = f->text[LOG_FIELD_STATUS_TEXT] != NULL ? status_of(f->text[LOG_FIELD_STATUS_TEXT]) :
							     (uint32_t)log_number(f->text[LOG_FIELD_STATUS], 0);
	r->act = r->status == 0 ? kind->well : kind->refused;
	if (is_kdc(f) && (r->act == LOG_LOGON || r->act == LOG_LOGON_FAILED))
		r->act = r->act == LOG_LOGON ? LOG_TICKET : LOG_TICKET_FAILED;
	r->outcome = kind == &other ? LOG_UNKNOWN : r->status == 0 ? LOG_SUCCESS : LOG_FAILURE;
	bool is_mapped = f->text[LOG_FIELD_TARGET_ACCOUNT] != NULL;
	r->account = is_mapped ? f->text[LOG_FIELD_TARGET_ACCOUNT] : f->text[LOG_FIELD_CLIENT_ACCOUNT];
	r->domain = is_mapped ? f->text[LOG_FIELD_TARGET_DOMAIN] : f->text[LOG_FIELD_CLIENT_DOMAIN];
	r->sid = f->text[LOG_FIELD_TARGET_SID];
	r->logon_type = (int32_t)log_number(f->text[LOG_FIELD_LOGON_TYPE], -1);
	r->logon_process = f->text[LOG_FIELD_LOGON_PROCESS];
	r->package = f->text[LOG_FIELD_PACKAGE] != NULL ? f->text[LOG_FIELD_PACKAGE] : f->text[LOG_FIELD_AUTH_TYPE];
	r->workstation = f->text[LOG_FIELD_WORKSTATION];
	r->object = f->text[LOG_FIELD_DN];
	r->service = f->text[LOG_FIELD_OPERATION];
	r->provider = f->text[LOG_FIELD_SAMBA_TYPE];
}

/* {"timestamp","type":"heartbeat","heartbeat":{"host"}}: not Samba's but ours, in its shape. Without a zone it says nothing of when. */
static bool is_heartbeat(const struct log_fields *f)
{
	return strcmp(f->text[LOG_FIELD_SAMBA_TYPE], "heartbeat") == 0;
}

/* Samba's logonId is hexadecimal without 0x; 0 where it has none. */
static uint64_t logon_of(const char *text)
{
	return text != NULL ? strtoull(text, NULL, 16) : 0;
}

void log_samba_record(struct log_parse *p)
{
	const struct log_fields *f = &p->fields;
	char source[LOG_ADDRESS_BYTES], own[LOG_ADDRESS_BYTES];
	struct log_when when;
	struct log_record r;
	log_record_init(&r);
	fill_object(f, &r);
	r.logon_id = logon_of(f->text[LOG_FIELD_TARGET_LOGON]);
	r.source_address = endpoint_of(f->text[LOG_FIELD_REMOTE_ADDRESS], source, &r.source_port) ? source : NULL;
	r.server_address = endpoint_of(f->text[LOG_FIELD_LOCAL_ADDRESS], own, &r.server_port) ? own : NULL;
	if (f->text[LOG_FIELD_TIME] == NULL || !log_when_parse(f->text[LOG_FIELD_TIME], &when))
		return log_parse_reject(p, "no time that can be read");
	const char *named = f->text[LOG_FIELD_HEARTBEAT_HOST];	/* a relay's header names the relay */
	r.server = log_parse_server(p, named != NULL ? named : f->text[LOG_FIELD_COMPUTER], r.server_address);
	if (r.server == NULL)
		return;
	r.time_ns = when.ns;
	r.has_zone = when.has_zone;
	r.is_heartbeat = is_heartbeat(f) && when.has_zone;
	log_parse_record(p, &r);
}

/* ---- lines ------------------------------------------------------------------------------------------------------------ */

enum { TOKENS_MAX = 16, TEXT_BYTES = 8192 };

struct samba {
	void *json;		/* log_format_json's state */
	bool has_header;
	struct log_when header;	/* of the header line before */
};

/* "[2026/11/23 06:37:12.123456,  3, pid=7] ../../lib/file.c:12(function)" */
static bool is_header(struct samba *s, const char *text, size_t n)
{
	char time[32];
	const char *comma = n > 2 && text[0] == '[' ? memchr(text, ',', n) : NULL;
	if (comma == NULL || (size_t)(comma - text) >= sizeof time)
		return false;
	snprintf(time, sizeof time, "%.*s", (int)(comma - text - 1), text + 1);
	s->has_header = log_when_parse(time, &s->header);
	return s->has_header;
}

static struct log_line line_of(const struct samba *s, const struct log_parse *p)
{
	size_t blank = log_blanks(p->text, p->n);
	struct log_line l = { .has_when = s->has_header, .when = s->header, .message = p->text + blank, .n = p->n - blank };
	struct log_line logged = l;
	return log_syslog_header(&logged, p->options->reference_ns) ? logged : l;
}

/* ---- vfs_full_audit --------------------------------------------------------------------------------------------------- */

struct tokens {
	char text[TEXT_BYTES];
	char *at[TOKENS_MAX];	/* the last holds what is left over */
	size_t n;
};

static bool split(struct tokens *t, const char *text, size_t n)
{
	if (n >= sizeof t->text || memchr(text, '\0', n) != NULL)
		return false;
	memcpy(t->text, text, n);
	t->text[n] = '\0';
	char *rest = t->text;
	for (t->n = 0; rest != NULL && t->n < TOKENS_MAX; t->n++) {
		t->at[t->n] = rest;
		rest = t->n + 1 < TOKENS_MAX ? strchr(rest, '|') : NULL;
		if (rest != NULL)
			*rest++ = '\0';
	}
	return true;
}

static bool is_result(const char *token)
{
	return strcmp(token, "ok") == 0 || strncmp(token, "fail (", 6) == 0;
}

/* The place of OPERATION: before the first "ok" or "fail (…)" behind user and address; 0 if it is no such line. */
static size_t operation_of(const struct tokens *t)
{
	for (size_t i = 3; i < t->n; i++)
		if (is_result(t->at[i]))
			return i - 1;
	return 0;
}

static void fill_audit(const struct tokens *t, size_t operation, struct log_record *r)
{
	r->account = t->at[0];
	r->workstation = operation >= 3 ? t->at[2] : NULL;
	r->share = operation >= 4 ? t->at[3] : NULL;
	r->service = t->at[operation];
	r->outcome = strcmp(t->at[operation + 1], "ok") == 0 ? LOG_SUCCESS : LOG_FAILURE;
	r->object = operation + 2 < t->n ? t->at[t->n - 1] : NULL;
	r->act = LOG_OBJECT;
	r->provider = "smbd_audit";
	if (strcmp(r->service, "connect") == 0) {
		r->act = LOG_SHARE;
		r->share = r->share != NULL ? r->share : r->object;
	}
	if (strcmp(r->service, "disconnect") == 0)
		r->act = LOG_LOGOFF;
	char *backslash = strchr(t->at[0], '\\');
	if (backslash != NULL) {
		*backslash = '\0';
		r->domain = r->account;
		r->account = backslash + 1;
	}
}

static void audit_record(struct log_parse *p, const struct log_line *l, const struct tokens *t, size_t operation)
{
	char address[LOG_ADDRESS_BYTES];
	struct log_record r;
	log_record_init(&r);
	fill_audit(t, operation, &r);
	r.source_address = log_address(t->at[1], address) ? address : NULL;
	r.time_ns = l->when.ns;
	r.has_zone = l->when.has_zone;
	if (r.source_address == NULL)
		return log_parse_pass(p, "no address after the user: set full_audit:prefix = %u|%I|%m|%S");
	if (!l->has_when)
		return log_parse_pass(p, "no time: neither a syslog header nor Samba's own before it");
	r.server = log_parse_server(p, l->host[0] != '\0' ? l->host : NULL, NULL);
	if (r.server != NULL)
		log_parse_record(p, &r);
}

/* rsyslog and NXLog write one every so often while nothing else comes. */
static bool is_mark(const struct log_line *l)
{
	static const char mark[] = "-- MARK --";
	return l->has_when && l->host[0] != '\0' && l->n >= sizeof mark - 1 && memcmp(l->message, mark, sizeof mark - 1) == 0;
}

static void mark_record(struct log_parse *p, const struct log_line *l)
{
	struct log_record r;
	log_record_init(&r);
	r.time_ns = l->when.ns;
	r.has_zone = r.is_heartbeat = l->when.has_zone;
	r.server = log_parse_server(p, l->host, NULL);
	if (r.server != NULL)
		log_parse_record(p, &r);
}

/* Other messages are none of our business. */
void log_samba_message(void *json, struct log_parse *p, const struct log_line *l)
{
	struct tokens t;
	const char *object = memmem(l->message, l->n, "{\"timestamp\"", 12);
	if (object != NULL) {
		log_fields_set(&p->fields, LOG_FIELD_COMPUTER, l->host, strlen(l->host));
		log_json_object(json, p, object, l->n - (size_t)(object - l->message));
		return;
	}
	if (is_mark(l)) {
		mark_record(p, l);
		return;
	}
	size_t operation = split(&t, l->message, l->n) ? operation_of(&t) : 0;
	if (operation != 0)
		audit_record(p, l, &t, operation);
}

static void parse(void *state, struct log_parse *p)
{
	struct samba *s = state;
	p->is_heading = is_header(s, p->text, p->n);
	if (p->is_heading)
		return;
	struct log_line l = line_of(s, p);
	log_samba_message(s->json, p, &l);
}

static void *open_samba(void)
{
	struct samba *s = calloc(1, sizeof *s);
	if (s == NULL)
		return NULL;
	s->json = log_format_json.open();
	if (s->json != NULL)
		return s;
	free(s);
	return NULL;
}

static void close_samba(void *state)
{
	struct samba *s = state;
	log_format_json.close(s->json);
	free(s);
}

static bool is_like(const char *head, size_t n)
{
	(void)n;
	return strstr(head, "{\"timestamp\"") != NULL || strstr(head, "|ok|") != NULL || strstr(head, "|fail (") != NULL ||
	       strstr(head, "smbd_audit") != NULL || (head[0] == '[' && strstr(head, "../") != NULL);
}

const struct log_format log_format_samba = { "samba", LOG_LINES, true, true, is_like, open_samba, close_samba, parse };
