/*
 * Which trail of its host a record belongs to: a channel of Windows, or one of
 * Samba's audits. Each is kept, forwarded and lost by itself, so each covers
 * only what it goes on to tell: a System log that lives says nothing of a
 * Security log that has stopped. Pure.
 */
#ifndef ASHIATO_COLLECTOR_LOGS_TRAIL_H
#define ASHIATO_COLLECTOR_LOGS_TRAIL_H

#include "collector/logs/record.h"

/* Stored, so appended to and never renumbered. */
enum log_trail {
	LOG_TRAIL_NONE,		/* no trail that anything is missed in; of spans: whatever the host writes */
	LOG_TRAIL_SECURITY,	/* Windows' Security channel: logons, shares, services, tasks */
	LOG_TRAIL_SYSTEM,	/* System: services */
	LOG_TRAIL_TASKS,	/* TaskScheduler/Operational */
	LOG_TRAIL_LOGONS,	/* Samba's auth_json_audit */
	LOG_TRAIL_SHARES,	/* Samba's vfs_full_audit */
	N_LOG_TRAILS
};

/* As people know it: "Security", "auth_json_audit" … */
const char *log_trail_name(enum log_trail trail);

/* By its channel; where none is named, by who wrote it and what it is. */
enum log_trail log_trail_of(const struct log_record *r);

/* True if ${r} tells that somebody was let in over the network, and from which address. */
bool log_trail_tells_logon(const struct log_record *r);

#endif
