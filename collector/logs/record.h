/*
 * One record of a server's access log (ledger L1), whatever format it was
 * written in.
 *
 * Each format is one file in this folder that turns bytes into these records;
 * everything behind it (store, matching, verdicts, dashboard) sees nothing
 * else. A record owns nothing: its strings are valid during the call that
 * hands it over, are valid UTF-8, and NULL where the log does not say. Numbers
 * that may be absent have a `has_` or a value that cannot occur.
 *
 * Windows' fields keep the meaning of the event's own documentation
 * (4624, 5140 …); Samba's are mapped to the same acts.
 */
#ifndef ASHIATO_COLLECTOR_LOGS_RECORD_H
#define ASHIATO_COLLECTOR_LOGS_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What happened. The names (log_act_name) are a contract: REST and schema/ spell them so. */
enum log_act {
	LOG_OTHER,		/* kept, because it shows that the log lives */
	LOG_LOGON,		/* 4624; Samba Authentication/Authorization with NT_STATUS_OK */
	LOG_LOGON_FAILED,	/* 4625 */
	LOG_LOGOFF,		/* 4634 */
	LOG_EXPLICIT_LOGON,	/* 4648: credentials typed or given beside the session's own */
	LOG_PRIVILEGES,		/* 4672 */
	LOG_TICKET,		/* 4768 4769: account, service, source address and port, etype */
	LOG_TICKET_FAILED,	/* 4771, and 4768 4769 with a result code */
	LOG_NTLM_CHECKED,	/* 4776 on whoever holds the account */
	LOG_SHARE,		/* 5140; vfs_full_audit connect */
	LOG_OBJECT,		/* 5145; vfs_full_audit create_file, open, unlink, rename … */
	LOG_SERVICE_INSTALLED,	/* 4697 7045 */
	LOG_SERVICE_STATE,	/* 7036 */
	LOG_TASK_REGISTERED,	/* 4698; TaskScheduler 106 */
	LOG_TASK_REMOVED,	/* 4699 (4702 is a registration too); TaskScheduler 141 */
	LOG_DIRECTORY,		/* dsdb_json_audit: a change of the directory, replication included */
	LOG_CLEARED,		/* 1102 104 */
	N_LOG_ACTS
};
const char *log_act_name(enum log_act act);

enum log_outcome { LOG_UNKNOWN, LOG_SUCCESS, LOG_FAILURE };

struct log_record {
	enum log_act act;
	enum log_outcome outcome;
	int64_t time_ns;		/* as written, read as UTC where no zone stands beside it */
	bool has_zone;			/* false: time_ns is that host's wall clock, its offset is to be found */
	bool is_heartbeat;		/* LOG_OTHER, with a zone: whoever sends the log has sent all of it until time_ns */
	int64_t received_ns;		/* when a forwarder got it (UTC), a second or two late; 0 unknown. A hint, never the time */
	const char *server;		/* name of the host that logged it, as it writes itself; or its address */
	bool is_nameless;		/* the record names no host: ${server} is what the reader was given for that */
	const char *server_address;	/* its own address, where the record names it (Samba's localAddress) */
	uint16_t server_port;		/* 0 unknown */
	const char *provider;		/* "Microsoft-Windows-Security-Auditing", "smbd", … */
	const char *channel;		/* "Security", "System", … */
	uint32_t event_id;		/* 0: has none */
	uint64_t record_id;		/* of the channel, ascending; 0: has none */
	const char *account;		/* of who acted over the network: TargetUserName of 4624, SubjectUserName of 5140 … */
	const char *domain;
	const char *sid;
	uint64_t logon_id;		/* ties the records of one logon on that host together; 0 unknown */
	const char *source_address;	/* canonical text, "::ffff:" taken off; NULL also for "-" and "LOCAL" */
	uint16_t source_port;		/* 0 unknown */
	const char *workstation;	/* as the client called itself */
	int32_t logon_type;		/* 3 network, 9 new credentials …; -1 unknown */
	const char *logon_process;	/* "NtLmSsp", "seclogo", … */
	const char *package;		/* "NTLM", "Kerberos", "NTLMv2" … */
	int32_t key_length;		/* -1 unknown; 0 with NTLM is one sign of Pass-the-Hash */
	int32_t etype;			/* Kerberos encryption type; -1 unknown */
	uint32_t status;		/* NTSTATUS or Kerberos error; 0 none */
	const char *share;		/* "\\*\ADMIN$" as written */
	const char *object;		/* path within the share, or the directory's object */
	const char *service;		/* service name; of a ticket: the principal asked for */
	const char *service_path;	/* ImagePath of 7045, ServiceFileName of 4697 */
	const char *task;		/* \Path\Name */
	const char *task_content;	/* its XML */
	const char *process;
	const char *raw;		/* the record as it came, for a person to read; not NUL-terminated … */
	size_t raw_bytes;		/* … but this long. Binary formats give their XML */
	uint64_t line;			/* of the input, from 1; binary formats count records */
};

/* True if ${r} names ADMIN$ or the share of a whole drive. Samba's audit writes '_' for the '$' in a share's name, and the name itself
 * as the object of its connect. */
bool log_record_is_admin_share(const struct log_record *r);

/* True unless ${r} is a logon that came another way than over the network: services, tasks and people at the console log on too. */
bool log_record_is_of_network(const struct log_record *r);

/* An empty record: everything unknown. */
void log_record_init(struct log_record *r);

#endif
