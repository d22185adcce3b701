/*
 * What the face may ask. web/ includes this and nothing else of the collector.
 *
 * Answers are JSON documents (jansson, new references) in the shapes of
 * schema/openapi.yaml: built once, here, so that REST, `analyze --format json`
 * and the reports cannot disagree. Any thread may call. Every function returns
 * how it went; unless that is ANSWER_OK, ${error} holds one sentence a person
 * can act on and ${out} is untouched.
 */
#ifndef ASHIATO_COLLECTOR_SERVICE_H
#define ASHIATO_COLLECTOR_SERVICE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum answer {
	ANSWER_OK,
	ANSWER_BAD_REQUEST,	/* 400: the caller's words */
	ANSWER_DENIED,		/* 401: not logged in, wrong password */
	ANSWER_NOT_FOUND,	/* 404 */
	ANSWER_CONFLICT,	/* 409 */
	ANSWER_TOO_MANY,	/* 429: too many wrong passwords */
	ANSWER_TOO_LARGE,	/* 413: more than one request may bring */
	ANSWER_FAILED,		/* 500: the store */
};

enum { SERVICE_ERROR_BYTES = 256, SERVICE_TOKEN_CHARS = 64, SERVICE_LIMIT_MAX = 500, SERVICE_USER_BYTES = 64 };

struct service;

/* ---- people ---- */

struct service_session {
	int64_t user_id;
	char user[SERVICE_USER_BYTES];
	char csrf[SERVICE_TOKEN_CHARS + 1];
};

/* What somebody proves to be a user with, and from where: wrong passwords are counted per user and per address. */
struct service_credentials {
	const char *user, *password;
	const char *remote;		/* the caller's address */
};

/* Check the password (argon2id) and open a session; ${token} gets SERVICE_TOKEN_CHARS hex characters and a NUL. */
enum answer service_login(struct service *s, const struct service_credentials *given, char token[SERVICE_TOKEN_CHARS + 1],
			  struct service_session *out, char error[SERVICE_ERROR_BYTES]);
/* The session of ${token}, if it is open and not expired (12 h after its last use). */
enum answer service_session_of(struct service *s, const char *token, struct service_session *out, char error[SERVICE_ERROR_BYTES]);
void service_logout(struct service *s, const char *token);
/* Change the own password; at least 12 characters; other sessions of the user end. */
enum answer service_password(struct service *s, const struct service_session *who, const char *old, const char *fresh,
			     char error[SERVICE_ERROR_BYTES]);

/* ---- what was seen ---- */

/* Filters of a list; NULL or 0 is no filter. ${before} is the `next` of the previous page. */
struct service_query {
	const char *state;	/* incidents: "open" (new and acknowledged), "new", "acknowledged", "closed", "all"; NULL is "open" */
	const char *severity;	/* at least this */
	const char *order;	/* incidents: "time" (latest first) or "score" (highest first); NULL is "time" */
	const char *verdict;
	const char *text;	/* found in source, destination, account, profile, file name … */
	const char *kind;	/* events */
	const char *site;	/* a site's name */
	int64_t incident;	/* accesses, files, events of one incident */
	int64_t access;
	int64_t entry;		/* accesses that a whitelist entry explains; that entry alone */
	int64_t source;		/* log records and rejects of one source */
	const char *host;	/* log records: of one host, in any case */
	const char *account;	/* in any case, without domain */
	const char *address;	/* the source's */
	const char *act;	/* "logon", "share" … */
	int64_t from_ns, to_ns;
	int64_t before;
	unsigned limit;		/* 1..SERVICE_LIMIT_MAX; 0 is 50 */
};

enum answer service_overview(struct service *s, json_t **out, char error[SERVICE_ERROR_BYTES]);
enum answer service_incidents(struct service *s, const struct service_query *q, json_t **out, char error[SERVICE_ERROR_BYTES]);
enum answer service_incident(struct service *s, int64_t id, json_t **out, char error[SERVICE_ERROR_BYTES]);
/* ${change}: {"state","close_reason","note"}, each optional, as in openapi.yaml. */
enum answer service_incident_change(struct service *s, const struct service_session *who, int64_t id, const json_t *change,
				    json_t **out, char error[SERVICE_ERROR_BYTES]);
enum answer service_accesses(struct service *s, const struct service_query *q, json_t **out, char error[SERVICE_ERROR_BYTES]);
/* What access ${id} was judged, and when, the last judgement first, and what its incident may mean:
 * {"access","items":[{"at","verdict","baseline","evidence"}],"hypotheses"}. Every access begins as unverified; one that never
 * changed has one item, whose "at" is null. */
enum answer service_verdicts(struct service *s, int64_t id, json_t **out, char error[SERVICE_ERROR_BYTES]);
enum answer service_files(struct service *s, const struct service_query *q, json_t **out, char error[SERVICE_ERROR_BYTES]);
enum answer service_opaque(struct service *s, const struct service_query *q, json_t **out, char error[SERVICE_ERROR_BYTES]);
enum answer service_events(struct service *s, const struct service_query *q, json_t **out, char error[SERVICE_ERROR_BYTES]);
enum answer service_event(struct service *s, int64_t id, json_t **out, char error[SERVICE_ERROR_BYTES]);

/* ---- server logs ---- */

/* Whence they come: each source with its hosts, counts and clocks, the oldest first. Takes text (of its name or a host's), before
 * and limit. */
enum answer service_log_sources(struct service *s, const struct service_query *q, json_t **out, char error[SERVICE_ERROR_BYTES]);
/* What the clocks of source ${id} were taken to show more than UTC, and since when, the last first:
 * {"items":[{"at","host","has_zone","offset_seconds","offset_by","matches"}]}. */
enum answer service_log_clocks(struct service *s, int64_t id, json_t **out, char error[SERVICE_ERROR_BYTES]);
/* Records, those stored last first; one with its raw text; what could not be read. */
enum answer service_logs(struct service *s, const struct service_query *q, json_t **out, char error[SERVICE_ERROR_BYTES]);
enum answer service_log(struct service *s, int64_t id, json_t **out, char error[SERVICE_ERROR_BYTES]);
/* Admin logons that a server logged while sensors of its site listened, and none of them saw. */
enum answer service_log_only(struct service *s, const struct service_query *q, json_t **out, char error[SERVICE_ERROR_BYTES]);
enum answer service_log_rejects(struct service *s, const struct service_query *q, json_t **out, char error[SERVICE_ERROR_BYTES]);

/* A log on its way in. Begin with the bearer token of its source; ANSWER_TOO_MANY when as many are under way as may be.
 * Feed it as it comes; ANSWER_TOO_LARGE past what one upload may bring, and nothing more is taken. End it once, in any case:
 * {"accepted","duplicates","other","rejected","refused"}, or what went wrong (what was stored before stays). Once it has failed, the
 * rest may be fed and is dropped. */
struct service_upload;
enum answer service_upload_begin(struct service *s, const char *token, const char *remote, struct service_upload **out,
				 char error[SERVICE_ERROR_BYTES]);
void service_upload_feed(struct service_upload *u, const char *bytes, size_t n);
enum answer service_upload_end(struct service_upload *u, json_t **out, char error[SERVICE_ERROR_BYTES]);
/* The sender left. */
void service_upload_drop(struct service_upload *u);

/* A log file that somebody hands over. Its source is made if there is none. */
struct service_given_log {
	const char *source;	/* a name */
	const char *site;	/* NULL: the source's, or "default" */
	const char *file;	/* what rejects call it; NULL: the source's name */
	const char *format;	/* NULL: told by the content */
	const char *host;	/* who logged what names no host; NULL: the source */
	const char *zone;	/* of times without one; NULL: found by matched logons */
};
enum answer service_upload_give(struct service *s, const struct service_session *who, const struct service_given_log *log,
				struct service_upload **out, char error[SERVICE_ERROR_BYTES]);

/* {"name","site","kind","address","format","hosts"}: a source that sends by HTTPS ("upload") or syslog (from "address"). ${out}:
 * {"name","site","kind","token"}; the token is told only here, and null for syslog. */
enum answer service_log_source_add(struct service *s, const struct service_session *who, const json_t *source, json_t **out,
				   char error[SERVICE_ERROR_BYTES]);
/* {"name"}: with all its records. */
enum answer service_log_source_remove(struct service *s, const struct service_session *who, const json_t *which,
				      char error[SERVICE_ERROR_BYTES]);
/* {"name","hosts"}: of which hosts it may speak ("fs1,dc*"); what it brought of others goes. */
enum answer service_log_hosts_set(struct service *s, const struct service_session *who, const json_t *change,
				  char error[SERVICE_ERROR_BYTES]);
/* {"name","host","offset_seconds"}: what the clocks of a source, or of its host alone, show more than UTC; null takes it back. */
enum answer service_log_clock_set(struct service *s, const struct service_session *who, const json_t *change,
				  char error[SERVICE_ERROR_BYTES]);

/* ---- whitelist ---- */

/* A page of it, newest first: ${q}'s state is "in_force", "ended", "ending" (within two weeks), "unused" (for ninety days) or NULL.
 * {"items","next","total","upkeep":{"total","ended","ending","unused"}}. */
enum answer service_baseline(struct service *s, const struct service_query *q, json_t **out, char error[SERVICE_ERROR_BYTES]);
/* All of it: {"items"}. */
enum answer service_baseline_all(struct service *s, json_t **out, char error[SERVICE_ERROR_BYTES]);
/* Which accesses the entry would explain, and whether it is wide ("warning") or too wide ("open"). Changes nothing. */
enum answer service_baseline_preview(struct service *s, const json_t *entry, json_t **out, char error[SERVICE_ERROR_BYTES]);
/* The entry as stored, with its "warning" or null. What names neither source nor account is refused unless it says "force": true. */
enum answer service_baseline_add(struct service *s, const struct service_session *who, const json_t *entry, json_t **out,
				 char error[SERVICE_ERROR_BYTES]);
enum answer service_baseline_remove(struct service *s, const struct service_session *who, int64_t id, char error[SERVICE_ERROR_BYTES]);

/* Many entries at once. ${request}: {"entries":[…]}, all or none; or {"csv": a table, "map", "zone", "planned"}, its good rows
 * (collector/plan.h). Both take "reason" (of entries without one), "force" (as for one entry) and "dry_run". ${out}:
 * {"dry_run","added","known","rejected","rejects":[{"row","reason"}]}, at most 100 of those. */
enum answer service_baseline_import(struct service *s, const struct service_session *who, const json_t *request, json_t **out,
				    char error[SERVICE_ERROR_BYTES]);

/* Names of hosts and their addresses, as people or servers' own logs tell them: whitelist entries may use the names. */
enum answer service_hosts(struct service *s, json_t **out, char error[SERVICE_ERROR_BYTES]);
/* {"site","name","address"}; every access is judged again. */
enum answer service_host_add(struct service *s, const struct service_session *who, const json_t *host, char error[SERVICE_ERROR_BYTES]);
/* {"site","name"}: all addresses that people gave it. */
enum answer service_host_remove(struct service *s, const struct service_session *who, const json_t *host, char error[SERVICE_ERROR_BYTES]);

/* ---- habits: what administrators have been seen to do (ledger L2's third part) ---- */

/* Habits, seen last first, and which sites are still being learned. Takes text, before and limit; `next` counts the rows before
 * the page. */
enum answer service_habits(struct service *s, const struct service_query *q, json_t **out, char error[SERVICE_ERROR_BYTES]);
/* Settled habits that no entry covers, each with the entry that would: for a person to add or to turn down. */
enum answer service_suggestions(struct service *s, json_t **out, char error[SERVICE_ERROR_BYTES]);
/* Turn one down: {"site","source","account","destination"}. */
enum answer service_suggestion_refuse(struct service *s, const struct service_session *who, const json_t *which,
				      char error[SERVICE_ERROR_BYTES]);
/* Set how long a site is learned: {"learning_days"}. */
enum answer service_learning_set(struct service *s, const struct service_session *who, const json_t *change,
				 char error[SERVICE_ERROR_BYTES]);

/* ---- the normal profile ---- */

/* What is unusual in this hour and the last one: {"hours":[{"from","to","items":[{"metric","site","host","value","most","sentence"}]}]}. */
enum answer service_unusual(struct service *s, json_t **out, char error[SERVICE_ERROR_BYTES]);
/* What ${q}'s site, or a host of it (text), does in each hour of the week: means of the last weeks. */
enum answer service_profile(struct service *s, const struct service_query *q, json_t **out, char error[SERVICE_ERROR_BYTES]);

/* ---- sensors ---- */

enum answer service_sensors(struct service *s, json_t **out, char error[SERVICE_ERROR_BYTES]);

/* ---- reports ---- */

/* ${what} is "incidents" or "accesses", ${format} "csv" or "html"; or "baseline", the whole whitelist as service_baseline_import
 * reads it again, "csv" or "json". */
struct service_report_of {
	const char *what, *format;
	const struct service_query *query;
};

/* Writes a report piece by piece; false from ${write} stops it. */
typedef bool (*service_write_fn)(void *ctx, const char *bytes, size_t n);
enum answer service_report(struct service *s, const struct service_report_of *of, service_write_fn write, void *ctx,
			   char error[SERVICE_ERROR_BYTES]);

/* ---- change ---- */

/* Grows whenever an answer above may have changed; for server-sent events. */
uint64_t service_version(struct service *s);

#endif
