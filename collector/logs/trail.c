#include "collector/logs/trail.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

const char *log_trail_name(enum log_trail trail)
{
	static const char *const names[N_LOG_TRAILS] = {
		[LOG_TRAIL_NONE] = "any",	    [LOG_TRAIL_SECURITY] = "Security",	    [LOG_TRAIL_SYSTEM] = "System",
		[LOG_TRAIL_TASKS] = "TaskScheduler", [LOG_TRAIL_LOGONS] = "auth_json_audit", [LOG_TRAIL_SHARES] = "vfs_full_audit",
	};
	assert((unsigned)trail < N_LOG_TRAILS);
	return names[trail];
}

/* Channels, providers and types of Samba's objects. */
struct word {
	const char *word;
	enum log_trail trail;
};

/* clang-format off */
static const struct word channels[] = {
	{ "Microsoft-Windows-TaskScheduler/Operational", LOG_TRAIL_TASKS },
	{ "Security",					 LOG_TRAIL_SECURITY },
	{ "System",					 LOG_TRAIL_SYSTEM },
};

static const struct word providers[] = {
	{ "Authentication",			 LOG_TRAIL_LOGONS },
	{ "Authorization",			 LOG_TRAIL_LOGONS },
	{ "KDC Authorization",			 LOG_TRAIL_LOGONS },
	{ "Microsoft-Windows-Security-Auditing", LOG_TRAIL_SECURITY },
	{ "Microsoft-Windows-TaskScheduler",	 LOG_TRAIL_TASKS },
	{ "Service Control Manager",		 LOG_TRAIL_SYSTEM },
	{ "smbd_audit",				 LOG_TRAIL_SHARES },
};
/* clang-format on */

static enum log_trail find(const struct word *words, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (strcasecmp(words[i].word, word) == 0)
			return words[i].trail;
	return LOG_TRAIL_NONE;
}

/* A log that names neither channel nor provider is taken at its number's word: Security's have four digits from 4608 on, and 1102. */
static enum log_trail trail_of_number(uint32_t id)
{
	if (id == 1102 || (id >= 4608 && id < 5600))
		return LOG_TRAIL_SECURITY;
	if (id == 7036 || id == 7045)
		return LOG_TRAIL_SYSTEM;
	return id == 106 || id == 140 || id == 141 ? LOG_TRAIL_TASKS : LOG_TRAIL_NONE;
}

enum log_trail log_trail_of(const struct log_record *r)
{
	if (r->channel != NULL)
		return find(channels, sizeof channels / sizeof *channels, r->channel);
	enum log_trail trail = r->provider != NULL ? find(providers, sizeof providers / sizeof *providers, r->provider) : LOG_TRAIL_NONE;
	return trail != LOG_TRAIL_NONE ? trail : trail_of_number(r->event_id);
}

/* What never left the host is nobody's over the network. */
static bool is_own(const char *address)
{
	return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;
}

bool log_trail_tells_logon(const struct log_record *r)
{
	enum { UNKNOWN = -1, NETWORK = 3, NETWORK_CLEARTEXT = 8 };
	bool is_network = r->logon_type == UNKNOWN || r->logon_type == NETWORK || r->logon_type == NETWORK_CLEARTEXT;
	return r->act == LOG_LOGON && is_network && r->source_address != NULL && !is_own(r->source_address);
}
