/*
 * Windows events, whatever carried them: which field of which event says what
 * a record says. The events' own documentation (Security auditing, 4624 …)
 * names the fields; Service Control Manager, Eventlog and TaskScheduler are
 * documented by their manifests.
 */
#include "collector/logs/format.h"
#include "collector/logs/text.h"
#include "collector/logs/when.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* ---- events ----------------------------------------------------------------------------------------------------------- */

/* Whose account the record is about. */
enum who { NOBODY, SUBJECT, TARGET, USER };

static const char security[] = "Microsoft-Windows-Security-Auditing";
static const char eventlog[] = "Microsoft-Windows-Eventlog";
static const char services[] = "Service Control Manager";
static const char scheduler[] = "Microsoft-Windows-TaskScheduler";

/* What an event is. An event that is not here only shows that the log lives. */
/* clang-format off */
static const struct event {
	uint32_t id;
	const char *provider;
	enum log_act act;
	enum log_outcome outcome;	/* LOG_UNKNOWN: what the event's status or keywords say */
	enum who who;
} events[] = {
	{  104, eventlog,  LOG_CLEARED,           LOG_SUCCESS, SUBJECT },
	{  106, scheduler, LOG_TASK_REGISTERED,   LOG_SUCCESS, USER },
	{  140, scheduler, LOG_TASK_REGISTERED,   LOG_SUCCESS, USER },	/* updated */
	{  141, scheduler, LOG_TASK_REMOVED,      LOG_SUCCESS, USER },
	{ 1102, eventlog,  LOG_CLEARED,           LOG_SUCCESS, SUBJECT },
	{ 4624, security,  LOG_LOGON,             LOG_SUCCESS, TARGET },
	{ 4625, security,  LOG_LOGON_FAILED,      LOG_FAILURE, TARGET },
	{ 4634, security,  LOG_LOGOFF,            LOG_SUCCESS, TARGET },
	{ 4648, security,  LOG_EXPLICIT_LOGON,    LOG_UNKNOWN, TARGET },
	{ 4672, security,  LOG_PRIVILEGES,        LOG_SUCCESS, SUBJECT },
	{ 4697, security,  LOG_SERVICE_INSTALLED, LOG_SUCCESS, SUBJECT },
	{ 4698, security,  LOG_TASK_REGISTERED,   LOG_SUCCESS, SUBJECT },
	{ 4699, security,  LOG_TASK_REMOVED,      LOG_SUCCESS, SUBJECT },
	{ 4702, security,  LOG_TASK_REGISTERED,   LOG_SUCCESS, SUBJECT },
	{ 4768, security,  LOG_TICKET,            LOG_UNKNOWN, TARGET },
	{ 4769, security,  LOG_TICKET,            LOG_UNKNOWN, TARGET },
	{ 4771, security,  LOG_TICKET_FAILED,     LOG_FAILURE, TARGET },
	{ 4776, security,  LOG_NTLM_CHECKED,      LOG_UNKNOWN, TARGET },
	{ 5140, security,  LOG_SHARE,             LOG_UNKNOWN, SUBJECT },
	{ 5145, security,  LOG_OBJECT,            LOG_UNKNOWN, SUBJECT },
	{ 7036, services,  LOG_SERVICE_STATE,     LOG_SUCCESS, NOBODY },
	{ 7045, services,  LOG_SERVICE_INSTALLED, LOG_SUCCESS, NOBODY },
};
/* clang-format on */

static const struct event other = { 0, NULL, LOG_OTHER, LOG_UNKNOWN, NOBODY };

/* What the Event Viewer calls a provider, and what it writes into its CSV. */
/* clang-format off */
static const struct {
	const char *shown, *provider;
} shown_names[] = {
	{ "Eventlog",				eventlog },
	{ "Microsoft Windows security auditing.", security },
	{ "TaskScheduler",			scheduler },
};
/* clang-format on */

static bool is_provider(const char *named, const char *provider)
{
	for (size_t i = 0; i < sizeof shown_names / sizeof *shown_names; i++)
		if (strcasecmp(named, shown_names[i].shown) == 0)
			named = shown_names[i].provider;
	return strcasecmp(named, provider) == 0;
}

/* A log that names no provider is taken at its number's word. */
static const struct event *event_of(uint32_t id, const char *provider)
{
	for (size_t i = 0; i < sizeof events / sizeof *events; i++)
		if (events[i].id == id && (provider == NULL || is_provider(provider, events[i].provider)))
			return &events[i];
	return &other;
}

/* ---- fields ----------------------------------------------------------------------------------------------------------- */

/* Which field gives a text of the record; of several the first that is there. */
/* clang-format off */
static const struct {
	size_t into;
	enum log_field from[3];
} texts[] = {
#define INTO(member) offsetof(struct log_record, member)
	{ INTO(workstation),	{ LOG_FIELD_WORKSTATION, LOG_FIELD_WORKSTATION_CHECKED } },
	{ INTO(logon_process),	{ LOG_FIELD_LOGON_PROCESS } },
	{ INTO(package),	{ LOG_FIELD_PACKAGE, LOG_FIELD_PACKAGE_CHECKED } },
	{ INTO(share),		{ LOG_FIELD_SHARE } },
	{ INTO(object),		{ LOG_FIELD_RELATIVE_TARGET, LOG_FIELD_OBJECT_NAME, LOG_FIELD_PARAM2 } },
	{ INTO(service),	{ LOG_FIELD_SERVICE, LOG_FIELD_TARGET_SERVER, LOG_FIELD_PARAM1 } },
	{ INTO(service_path),	{ LOG_FIELD_SERVICE_FILE, LOG_FIELD_IMAGE_PATH } },
	{ INTO(task),		{ LOG_FIELD_TASK } },
	{ INTO(task_content),	{ LOG_FIELD_TASK_CONTENT, LOG_FIELD_TASK_CONTENT_NEW } },
	{ INTO(process),	{ LOG_FIELD_PROCESS } },
#undef INTO
};

/* Who is who: account, domain, SID and logon id. */
static const struct {
	enum log_field account, domain, sid, logon;
} people[] = {
	[SUBJECT] = { LOG_FIELD_SUBJECT_ACCOUNT, LOG_FIELD_SUBJECT_DOMAIN, LOG_FIELD_SUBJECT_SID, LOG_FIELD_SUBJECT_LOGON },
	[TARGET]  = { LOG_FIELD_TARGET_ACCOUNT, LOG_FIELD_TARGET_DOMAIN, LOG_FIELD_TARGET_SID, LOG_FIELD_TARGET_LOGON },
	[USER]    = { LOG_FIELD_USER_CONTEXT, N_LOG_FIELDS, N_LOG_FIELDS, N_LOG_FIELDS },
};
/* clang-format on */

static const char *text_of(const struct log_fields *f, enum log_field field)
{
	return field < N_LOG_FIELDS ? log_known(f->text[field]) : NULL;
}

static void fill_texts(const struct log_fields *f, struct log_record *r)
{
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const char **into = (const char **)((char *)r + texts[i].into);
		for (size_t k = 0; k < 3 && *into == NULL && texts[i].from[k] != 0; k++)
			*into = text_of(f, texts[i].from[k]);
	}
}

/* The one field whose room may be cut: DOMAIN\user and user@REALM become two. */
static void split_account(struct log_record *r, char *account)
{
	char *backslash = strchr(account, '\\');
	char *at = strchr(account, '@');
	if (backslash != NULL) {
		*backslash = '\0';
		r->domain = r->domain != NULL ? r->domain : account;
		r->account = backslash + 1;
	} else if (at != NULL) {
		*at = '\0';
		r->domain = r->domain != NULL ? r->domain : at + 1;
	}
}

static void fill_who(struct log_fields *f, enum who who, struct log_record *r)
{
	if (who == NOBODY)
		return;
	r->account = text_of(f, people[who].account);
	r->domain = text_of(f, people[who].domain);
	r->sid = text_of(f, people[who].sid);
	if (r->account == NULL && who == USER)
		r->account = text_of(f, LOG_FIELD_USER);
	if (r->sid == NULL && who == TARGET)
		r->sid = text_of(f, LOG_FIELD_TARGET_SID2);
	if (r->sid != NULL && strcmp(r->sid, "S-1-0-0") == 0)
		r->sid = NULL;	/* nobody */
	r->logon_id = (uint64_t)log_number(text_of(f, people[who].logon), 0);
	if (r->logon_id == 0)	/* of 4648: the session that used other credentials */
		r->logon_id = (uint64_t)log_number(text_of(f, LOG_FIELD_SUBJECT_LOGON), 0);
	if (r->account != NULL)
		split_account(r, f->room + (r->account - f->room));
}

/* The message of a logoff (4634) calls its account the subject, the fields the target. */
static enum who who_of(const struct log_fields *f, const struct event *e)
{
	return e->act == LOG_LOGOFF && f->text[LOG_FIELD_TARGET_ACCOUNT] == NULL ? SUBJECT : e->who;
}

static enum log_outcome outcome_of(const char *said)
{
	enum { AUDIT_FAILURE_BIT = 52, AUDIT_SUCCESS_BIT = 53 };	/* of an event's keywords */
	if (said == NULL)
		return LOG_UNKNOWN;
	if (strcasestr(said, "fail") != NULL || strstr(said, "失敗") != NULL)
		return LOG_FAILURE;
	if (strcasestr(said, "success") != NULL || strstr(said, "成功") != NULL)
		return LOG_SUCCESS;
	uint64_t keywords = (uint64_t)log_number(said, 0);
	if (keywords >> AUDIT_FAILURE_BIT & 1)
		return LOG_FAILURE;
	return keywords >> AUDIT_SUCCESS_BIT & 1 ? LOG_SUCCESS : LOG_UNKNOWN;
}

static void fill_numbers(const struct log_fields *f, struct log_record *r)
{
	r->logon_type = (int32_t)log_number(text_of(f, LOG_FIELD_LOGON_TYPE), -1);
	r->key_length = (int32_t)log_number(text_of(f, LOG_FIELD_KEY_LENGTH), -1);
	r->etype = (int32_t)log_number(text_of(f, LOG_FIELD_ETYPE), -1);
	r->source_port = (uint16_t)log_number(text_of(f, LOG_FIELD_PORT), 0);
	uint32_t status = (uint32_t)log_number(text_of(f, LOG_FIELD_STATUS), 0);
	uint32_t sub = (uint32_t)log_number(text_of(f, LOG_FIELD_SUB_STATUS), 0);
	uint32_t code = (uint32_t)log_number(text_of(f, LOG_FIELD_FAILURE_CODE), 0);
	r->status = sub != 0 ? sub : status != 0 ? status : code;	/* the sub status says why */
}

/* Tickets and checks that were refused are other acts. */
static void settle(struct log_record *r, const char *said)
{
	if (r->outcome != LOG_UNKNOWN || r->act == LOG_OTHER)
		return;
	r->outcome = outcome_of(said);
	if (r->act != LOG_TICKET && r->act != LOG_NTLM_CHECKED)
		return;
	r->outcome = r->status != 0 ? LOG_FAILURE : LOG_SUCCESS;
	if (r->act == LOG_TICKET && r->outcome == LOG_FAILURE)
		r->act = LOG_TICKET_FAILED;
}

static bool fill_time(const struct log_fields *f, struct log_record *r)
{
	const char *time = f->text[LOG_FIELD_TIME], *received = f->text[LOG_FIELD_RECEIVED];
	struct log_when when;
	if (received != NULL && log_when_parse(received, &when) && when.has_zone)
		r->received_ns = when.ns;
	if (!log_when_parse(time != NULL ? time : received != NULL ? received : "", &when))
		return false;
	r->time_ns = when.ns;
	r->has_zone = when.has_zone;
	return true;
}

/* A logon of nobody from nowhere would show that the log has logons, and so that others are missing. That a log was cleared counts in
 * any language. */
static bool says_nothing(const struct log_fields *f, enum who who, const struct log_record *r)
{
	bool is_by_message = f->text[LOG_FIELD_MESSAGE] != NULL && who != NOBODY && r->act != LOG_CLEARED;
	return is_by_message && r->account == NULL && r->sid == NULL && r->logon_id == 0 && r->source_address == NULL;
}

static const char foreign_words[] = "its message is in words that are not known: export XML or .evtx";

void log_windows_record(struct log_parse *p)
{
	struct log_fields *f = &p->fields;
	char address[LOG_ADDRESS_BYTES];
	struct log_record r;
	log_record_init(&r);
	r.event_id = (uint32_t)log_number(f->text[LOG_FIELD_EVENT_ID], 0);
	r.record_id = (uint64_t)log_number(f->text[LOG_FIELD_RECORD], 0);
	r.provider = f->text[LOG_FIELD_PROVIDER];
	r.channel = f->text[LOG_FIELD_CHANNEL];
	if (r.event_id == 0)
		return log_parse_reject(p, "no event id");
	if (!fill_time(f, &r))
		return log_parse_reject(p, "no time that can be read");
	r.server = log_parse_server(p, f->text[f->text[LOG_FIELD_COMPUTER] != NULL ? LOG_FIELD_COMPUTER : LOG_FIELD_SENDER], NULL);
	if (r.server == NULL)
		return;
	const struct event *e = event_of(r.event_id, r.provider);
	r.act = e->act;
	r.outcome = e->outcome;
	if (e->act != LOG_OTHER) {
		fill_who(f, who_of(f, e), &r);
		fill_texts(f, &r);
		fill_numbers(f, &r);
		r.source_address = log_address(f->text[LOG_FIELD_ADDRESS], address) ? address : NULL;
		settle(&r, f->text[LOG_FIELD_OUTCOME]);
		if (says_nothing(f, e->who, &r))
			return (e->act == LOG_LOGON ? log_parse_reject : log_parse_pass)(p, foreign_words);
	}
	log_parse_record(p, &r);
}
