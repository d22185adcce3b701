#include "collector/logs/message.h"

#include <string.h>

/* Sections whose Account Name and the like are the subject's; in any other they are the target's. */
static const char *const subjects[] = { "Subject", "サブジェクト" };

/* A label, and its field outside and inside the section Subject; Windows' own message texts, those of a logon (4624) in Japanese
 * too. */
/* clang-format off */
static const struct {
	const char *label;
	enum log_field field, of_subject;
} labels[] = {
	{ "Account Domain",		LOG_FIELD_TARGET_DOMAIN,	LOG_FIELD_SUBJECT_DOMAIN },
	{ "Account Name",		LOG_FIELD_TARGET_ACCOUNT,	LOG_FIELD_SUBJECT_ACCOUNT },
	{ "Authentication Package",	LOG_FIELD_PACKAGE,		N_LOG_FIELDS },
	{ "Client Address",		LOG_FIELD_ADDRESS,		N_LOG_FIELDS },
	{ "Client Port",		LOG_FIELD_PORT,			N_LOG_FIELDS },
	{ "Domain Name",		LOG_FIELD_TARGET_DOMAIN,	LOG_FIELD_SUBJECT_DOMAIN },
	{ "Error Code",			LOG_FIELD_STATUS,		N_LOG_FIELDS },
	{ "Failure Code",		LOG_FIELD_STATUS,		N_LOG_FIELDS },
	{ "Key Length",			LOG_FIELD_KEY_LENGTH,		N_LOG_FIELDS },
	{ "Logon Account",		LOG_FIELD_TARGET_ACCOUNT,	N_LOG_FIELDS },
	{ "Logon ID",			LOG_FIELD_TARGET_LOGON,		LOG_FIELD_SUBJECT_LOGON },
	{ "Logon Process",		LOG_FIELD_LOGON_PROCESS,	N_LOG_FIELDS },
	{ "Logon Type",			LOG_FIELD_LOGON_TYPE,		LOG_FIELD_LOGON_TYPE },
	{ "Network Address",		LOG_FIELD_ADDRESS,		N_LOG_FIELDS },
	{ "Package Name (NTLM only)",	LOG_FIELD_PACKAGE_NTLM,		N_LOG_FIELDS },
	{ "Port",			LOG_FIELD_PORT,			N_LOG_FIELDS },
	{ "Process Name",		LOG_FIELD_PROCESS,		N_LOG_FIELDS },
	{ "Relative Target Name",	LOG_FIELD_RELATIVE_TARGET,	N_LOG_FIELDS },
	{ "Result Code",		LOG_FIELD_STATUS,		N_LOG_FIELDS },
	{ "Security ID",		LOG_FIELD_TARGET_SID,		LOG_FIELD_SUBJECT_SID },
	{ "Service File Name",		LOG_FIELD_SERVICE_FILE,		N_LOG_FIELDS },
	{ "Service Name",		LOG_FIELD_SERVICE,		N_LOG_FIELDS },
	{ "Share Name",			LOG_FIELD_SHARE,		N_LOG_FIELDS },
	{ "Source Address",		LOG_FIELD_ADDRESS,		N_LOG_FIELDS },
	{ "Source Network Address",	LOG_FIELD_ADDRESS,		N_LOG_FIELDS },
	{ "Source Port",		LOG_FIELD_PORT,			N_LOG_FIELDS },
	{ "Source Workstation",		LOG_FIELD_WORKSTATION_CHECKED,	N_LOG_FIELDS },
	{ "Status",			LOG_FIELD_STATUS,		N_LOG_FIELDS },
	{ "Sub Status",			LOG_FIELD_SUB_STATUS,		N_LOG_FIELDS },
	{ "Target Server Name",		LOG_FIELD_TARGET_SERVER,	N_LOG_FIELDS },
	{ "Supplied Realm Name",	LOG_FIELD_TARGET_DOMAIN,	N_LOG_FIELDS },
	{ "Task Content",		LOG_FIELD_TASK_CONTENT,		N_LOG_FIELDS },
	{ "Task Name",			LOG_FIELD_TASK,			N_LOG_FIELDS },
	{ "Task New Content",		LOG_FIELD_TASK_CONTENT_NEW,	N_LOG_FIELDS },
	{ "Ticket Encryption Type",	LOG_FIELD_ETYPE,		N_LOG_FIELDS },
	{ "User ID",			LOG_FIELD_TARGET_SID,		N_LOG_FIELDS },
	{ "Workstation Name",		LOG_FIELD_WORKSTATION,		N_LOG_FIELDS },
	{ "アカウント ドメイン",	LOG_FIELD_TARGET_DOMAIN,	LOG_FIELD_SUBJECT_DOMAIN },
	{ "アカウント名",		LOG_FIELD_TARGET_ACCOUNT,	LOG_FIELD_SUBJECT_ACCOUNT },
	{ "キーの長さ",			LOG_FIELD_KEY_LENGTH,		N_LOG_FIELDS },
	{ "セキュリティ ID",		LOG_FIELD_TARGET_SID,		LOG_FIELD_SUBJECT_SID },
	{ "ソース ネットワーク アドレス", LOG_FIELD_ADDRESS,		N_LOG_FIELDS },
	{ "ソース ポート",		LOG_FIELD_PORT,			N_LOG_FIELDS },
	{ "パッケージ名 (NTLM のみ)",	LOG_FIELD_PACKAGE_NTLM,		N_LOG_FIELDS },
	{ "プロセス名",			LOG_FIELD_PROCESS,		N_LOG_FIELDS },
	{ "ログオン ID",		LOG_FIELD_TARGET_LOGON,		LOG_FIELD_SUBJECT_LOGON },
	{ "ログオン タイプ",		LOG_FIELD_LOGON_TYPE,		LOG_FIELD_LOGON_TYPE },
	{ "ログオン プロセス",		LOG_FIELD_LOGON_PROCESS,	N_LOG_FIELDS },
	{ "ログオンの種類",		LOG_FIELD_LOGON_TYPE,		LOG_FIELD_LOGON_TYPE },
	{ "ワークステーション名",	LOG_FIELD_WORKSTATION,		N_LOG_FIELDS },
	{ "認証パッケージ",		LOG_FIELD_PACKAGE,		N_LOG_FIELDS },
};
/* clang-format on */

/* Messages of one sentence with two facts in it. */
/* clang-format off */
static const struct {
	const char *begin;
	enum log_field first;
	const char *between;
	enum log_field second;
	const char *end;
} sentences[] = {
	{ "The ",   LOG_FIELD_PARAM1,	    " service entered the ",			 LOG_FIELD_PARAM2, " state." },
	{ "User \"", LOG_FIELD_USER_CONTEXT, "\"  deleted Task Scheduler task \"",	 LOG_FIELD_TASK,   "\"" },
	{ "User \"", LOG_FIELD_USER_CONTEXT, "\"  registered Task Scheduler task \"", LOG_FIELD_TASK,   "\"" },
	{ "User \"", LOG_FIELD_USER_CONTEXT, "\"  updated Task Scheduler task \"",	 LOG_FIELD_TASK,   "\"" },
};
/* clang-format on */

static enum log_field field_of(const char *label, size_t n, bool is_subject)
{
	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
		if (strlen(labels[i].label) == n && memcmp(labels[i].label, label, n) == 0)
			return is_subject ? labels[i].of_subject : labels[i].field;
	return N_LOG_FIELDS;
}

static const char *skip_blanks(const char *at, const char *end)
{
	while (at < end && strchr(" \t\r", *at) != NULL)
		at++;
	return at;
}

static bool is_subject_section(const char *name, size_t n)
{
	for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++)
		if (strlen(subjects[i]) == n && memcmp(subjects[i], name, n) == 0)
			return true;
	return false;
}

/* How many facts the sentence ${text} has brought. */
static size_t read_sentence(struct log_fields *f, const char *text)
{
	for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
		size_t n = strlen(sentences[i].begin);
		if (strncmp(text, sentences[i].begin, n) != 0)
			continue;
		const char *first = text + n, *between = strstr(first, sentences[i].between);
		const char *second = between != NULL ? between + strlen(sentences[i].between) : NULL;
		const char *end = second != NULL ? strstr(second, sentences[i].end) : NULL;
		if (end == NULL)
			continue;
		log_fields_set(f, sentences[i].first, first, (size_t)(between - first));
		log_fields_set(f, sentences[i].second, second, (size_t)(end - second));
		return 2;
	}
	return 0;
}

struct reading {
	struct log_fields *f;
	bool is_subject;	/* the lines that follow are the subject's */
	bool is_task;		/* all that follows is a task's XML */
	size_t n_read;
};

static void read_line(struct reading *r, const char *at, const char *end)
{
	at = skip_blanks(at, end);
	const char *colon = memchr(at, ':', (size_t)(end - at));
	if (colon == NULL)
		return;
	const char *value = skip_blanks(colon + 1, end);
	while (end > value && strchr(" \t\r", end[-1]) != NULL)
		end--;
	size_t n = (size_t)(colon - at);
	enum log_field field = field_of(at, n, r->is_subject);
	if (value == end && field_of(at, n, false) == N_LOG_FIELDS) {	/* a section begins */
		r->is_subject = is_subject_section(at, n);
	} else if (field != N_LOG_FIELDS) {
		r->is_task = field == LOG_FIELD_TASK_CONTENT || field == LOG_FIELD_TASK_CONTENT_NEW;
		log_fields_set(r->f, field, value, r->is_task ? strlen(value) : (size_t)(end - value));
		r->n_read++;
	}
}

size_t log_message_read(struct log_fields *f)
{
	const char *at = f->text[LOG_FIELD_MESSAGE];
	struct reading r = { .f = f, .n_read = read_sentence(f, at) };
	while (*at != '\0' && !r.is_task) {
		size_t n = strcspn(at, "\n");
		read_line(&r, at, at + n);
		at += n + (at[n] == '\n');
	}
	return r.n_read;
}
