#include "collector/logs/record.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

static const char *const act_names[N_LOG_ACTS] = {
	[LOG_OTHER]		= "other",
	[LOG_LOGON]		= "logon",
	[LOG_LOGON_FAILED]	= "logon_failed",
	[LOG_LOGOFF]		= "logoff",
	[LOG_EXPLICIT_LOGON]	= "explicit_logon",
	[LOG_PRIVILEGES]	= "privileges",
	[LOG_TICKET]		= "ticket",
	[LOG_TICKET_FAILED]	= "ticket_failed",
	[LOG_NTLM_CHECKED]	= "ntlm_checked",
	[LOG_SHARE]		= "share",
	[LOG_OBJECT]		= "object",
	[LOG_SERVICE_INSTALLED]	= "service_installed",
	[LOG_SERVICE_STATE]	= "service_state",
	[LOG_TASK_REGISTERED]	= "task_registered",
	[LOG_TASK_REMOVED]	= "task_removed",
	[LOG_DIRECTORY]		= "directory",
	[LOG_CLEARED]		= "cleared",
};

const char *log_act_name(enum log_act act)
{
	assert((unsigned)act < N_LOG_ACTS);
	return act_names[act];
}

void log_record_init(struct log_record *r)
{
	memset(r, 0, sizeof *r);
	r->logon_type = -1;
	r->key_length = -1;
	r->etype = -1;
}

/* ${name} is ADMIN$ or C$, with ${mark} for the '$' too. */
static bool is_admin_name(const char *name, char mark)
{
	size_t n = name != NULL ? strlen(name) : 0;
	if (n < 2 || (name[n - 1] != '$' && name[n - 1] != mark))
		return false;
	return (n == 2 && isalpha((unsigned char)name[0])) || (n == 6 && strncasecmp(name, "ADMIN", 5) == 0);
}

bool log_record_is_of_network(const struct log_record *r)
{
	enum { UNKNOWN = -1, NETWORK = 3, NETWORK_CLEARTEXT = 8 };
	return r->act != LOG_LOGON || r->logon_type == UNKNOWN || r->logon_type == NETWORK || r->logon_type == NETWORK_CLEARTEXT;
}

bool log_record_is_admin_share(const struct log_record *r)
{
	const char *slash = r->share != NULL ? strrchr(r->share, '\\') : NULL;
	bool is_windows = r->event_id != 0;
	if (is_admin_name(slash != NULL ? slash + 1 : r->share, is_windows ? '$' : '_'))
		return true;
	return !is_windows && r->act == LOG_SHARE && is_admin_name(r->object, '$');
}
