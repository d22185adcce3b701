/*
 * The store: everything the collector keeps, behind plain functions, so that
 * another engine can stand where SQLite stands now. Nothing outside store/
 * knows SQL.
 *
 * All work happens in a transaction. A writing one is alone; reading ones see
 * what was committed when they began and do not wait for it. Transactions are
 * sticky: after the first failure every call on one does nothing and gives 0,
 * and store_commit says what it was. Any thread may begin one; one thread uses it.
 */
#ifndef ASHIATO_COLLECTOR_STORE_STORE_H
#define ASHIATO_COLLECTOR_STORE_STORE_H

#include "collector/model.h"
#include "collector/store/logs.h"
#include "events.pb-c.h"

struct store;
struct store_tx;

/* Open or create the database ${path}; ":memory:" for one that ends with the process. Brings it to this program's schema;
 * one that is newer is refused. NULL and a sentence on failure. */
struct store *store_open(const char *path, char *error, size_t error_cap);
void store_close(struct store *s);

/* Let the database grow to ${pages} pages at most (tests: a full disk). 0: as large as it may. */
void store_limit_pages(struct store *s, int64_t pages);

/* Let searches that begin now take ${ns} (tests: one that takes too long). */
void store_limit_search(struct store *s, int64_t ns);

/* Grows with every commit of a transaction that store_tx_changes was called on. */
uint64_t store_version(struct store *s);

/* Begin. Never NULL: a transaction that could not begin has failed from the start. */
struct store_tx *store_write(struct store *s);
struct store_tx *store_read(struct store *s);

/* Begin to read what may touch every row: free text, filters of all kinds. Fails after STORE_SEARCH_SECONDS and
 * store_tx_is_overdue then says so (ask before the end). Searches never take the last reader: with all the others
 * busy, what is short still finds one. */
enum { STORE_SEARCH_SECONDS = 5 };	/* longer than that nobody waits before a list; about a million events */
struct store_tx *store_search(struct store *s);
bool store_tx_is_overdue(const struct store_tx *tx);

/* What is on show changes by this transaction (store_version). */
void store_tx_changes(struct store_tx *tx);

/* True while nothing has failed. */
bool store_tx_ok(const struct store_tx *tx);

/* Make ${tx} fail for a reason of ours. */
void store_tx_fail(struct store_tx *tx, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* End the transaction, for good: 0 if all of it is durable (or was read), -1 and a sentence if nothing of it is. */
int store_commit(struct store_tx *tx, char *error, size_t error_cap);

/* End it without effect. */
void store_rollback(struct store_tx *tx);

/* ---- sensors (sensors.c) ---------------------------------------------------------------------------------------------- */

/* The id of site ${name}, created if needed. */
int64_t store_site(struct store_tx *tx, const char *name);

/* Enrol a sensor; its id. Fails when the name or the key is taken. */
int64_t store_sensor_add(struct store_tx *tx, const char *name, const char *site, const char *public_key, int64_t now_ns);

/* False if no sensor that is not revoked has ${public_key}. */
bool store_sensor_of_key(struct store_tx *tx, const char *public_key, struct enrolled *out);

/* Forbid the sensor ${name} to speak. False if there is none that may. */
bool store_sensor_revoke(struct store_tx *tx, const char *name, int64_t now_ns);

/* A sensor spoke: ${software} NULL leaves what is known. */
void store_sensor_seen(struct store_tx *tx, int64_t sensor, uint64_t epoch, const char *software, int64_t now_ns);
/* The event added last is its health. */
void store_sensor_health(struct store_tx *tx, int64_t sensor);

/* The highest seq of the sensor's epoch that is stored; 0 for a new epoch. */
uint64_t store_high_water(struct store_tx *tx, int64_t sensor, uint64_t epoch);
void store_advance(struct store_tx *tx, int64_t sensor, uint64_t epoch, uint64_t high_water, uint64_t n_events, uint64_t n_lost);

/* ---- events (events.c) ------------------------------------------------------------------------------------------------ */

/* Store ${event}, which is new. */
void store_event_add(struct store_tx *tx, const struct origin *from, const Ev__Event *event);

/* Count for the overview what happened in the hour that begins at ${hour_ns}. */
void store_hour_add(struct store_tx *tx, int64_t hour_ns, unsigned n_events, unsigned n_sessions);

typedef void (*store_event_fn)(void *ctx, int64_t id, const struct origin *from, const Ev__Event *event);

/* Every event of the connections that are under way, from their beginning, in the order they were stored: connections that
 * spoke at or after ${recent_ns}, and those that spoke at or after ${since_ns} and have not ended. */
void store_events_under_way(struct store_tx *tx, int64_t recent_ns, int64_t since_ns, store_event_fn each, void *ctx);

/* Events of the connections in which an incident touched a host, by time; at most some thousands. */
struct store_touch {
	int64_t incident;
	const char *destination;
	int64_t from_ns, to_ns;
};
void store_events_touching(struct store_tx *tx, const struct store_touch *of, store_event_fn each, void *ctx);

/* One event. False if there is none. */
bool store_event(struct store_tx *tx, int64_t id, store_event_fn each, void *ctx);

/* Time of the newest event not after ${now_ns}; 0 without events. */
int64_t store_newest(struct store_tx *tx, int64_t now_ns);

/* ---- accesses (accesses.c) -------------------------------------------------------------------------------------------- */

/* Insert or update by the natural key; verdict and group are left alone. The id. */
int64_t store_access_save(struct store_tx *tx, const struct access *a);
void store_step_save(struct store_tx *tx, int64_t access, const struct step *step);
void store_file_save(struct store_tx *tx, const struct file_row *f);
/* Its id. */
int64_t store_opaque_save(struct store_tx *tx, const struct opaque_row *o);

/* Accesses with their steps, which the caller releases. */
struct store_members {
	struct member *items;
	size_t n;
};

/* The members of an incident by start, or the one access. Releases what ${out} held. */
void store_members_of_incident(struct store_tx *tx, int64_t incident, struct store_members *out);
void store_members_of_access(struct store_tx *tx, int64_t access, struct store_members *out);
void store_members_fini(struct store_members *m);

/* Ids of the accesses, loose findings too, that ${wanted} says yes to, by start. The caller frees ${*ids}.
 * ${wanted} sees of each only id, is_access, site, source, destination, account, start_ns, verdict and baseline_id. */
typedef bool (*store_wanted_fn)(void *ctx, const struct access *a);
size_t store_access_ids(struct store_tx *tx, store_wanted_fn wanted, void *ctx, int64_t **ids);

/* A verdict, the entry that explains it (0: none), and why: a JSON array of sentences (may be NULL). */
struct store_judgement {
	enum verdict verdict;
	int64_t baseline;
	const json_t *evidence;
};
/* Set the verdict and note the change. */
void store_access_judge(struct store_tx *tx, int64_t access, const struct store_judgement *j, int64_t now_ns);
/* The verdict stays as it is; note it if it is the first. */
void store_access_same(struct store_tx *tx, int64_t access, const struct store_judgement *j, int64_t now_ns);
void store_access_group(struct store_tx *tx, int64_t access, int64_t incident);

/* ---- incidents (incidents.c) ------------------------------------------------------------------------------------------ */

/* The human side of an incident. */
struct store_state {
	char state[STORE_STATE_BYTES];		/* new acknowledged closed */
	char close_reason[STORE_STATE_BYTES];	/* "" while it is open */
	bool by_verdicts;			/* closed because every access became legitimate */
	bool by_person;				/* a person made the last change */
	int64_t last_ns;			/* what it showed last */
};

/* What an access may join. */
struct store_near {
	int64_t gap_ns;		/* incidents no further away in time */
	size_t members_max;	/* with fewer members */
};
/* Ids of incidents of ${a}'s group ${near} it that no person has closed, those a person has touched first.
 * At most ${cap} into ${ids}. */
size_t store_incident_candidates(struct store_tx *tx, const struct access *a, const struct store_near *near, int64_t *ids,
				 size_t cap);
/* How many members ${incident} has, legitimate ones too. */
size_t store_incident_members(struct store_tx *tx, int64_t incident);
/* True if ${incident} is of ${a}'s group (site, source, account). */
bool store_incident_is_of(struct store_tx *tx, int64_t incident, const struct access *a);
int64_t store_incident_new(struct store_tx *tx, const struct access *a);
/* Widen the group's span so that it covers ${a}. */
void store_incident_cover(struct store_tx *tx, int64_t incident, const struct access *a);
/* Everything of ${from} belongs to ${into} now; ${from} is gone. */
void store_incident_merge(struct store_tx *tx, int64_t into, int64_t from);
void store_incident_save(struct store_tx *tx, int64_t id, const struct incident *i);
void store_incident_remove(struct store_tx *tx, int64_t id);
/* False if there is none. */
bool store_incident_state(struct store_tx *tx, int64_t id, struct store_state *out);

/* A new state; who NULL: the verdicts. A NULL note leaves the one that stands there unless ${sets_note}. */
struct store_change {
	const char *state;
	const char *close_reason;
	const char *note;
	bool sets_note;
	bool keeps_state;
	const char *by;
	int64_t at_ns;
};
void store_incident_change(struct store_tx *tx, int64_t id, const struct store_change *c);

/* ---- baseline (people.c) ---------------------------------------------------------------------------------------------- */

typedef void (*store_entry_fn)(void *ctx, const struct baseline_entry *e);
/* The entries in force, by id. */
void store_baseline_each(struct store_tx *tx, store_entry_fn each, void *ctx);
int64_t store_baseline_add(struct store_tx *tx, const struct baseline_entry *e, int64_t now_ns);
/* False if it is not in force. */
bool store_baseline_remove(struct store_tx *tx, int64_t id, const char *by, int64_t now_ns);
/* Differs whenever the entries in force differ. */
int64_t store_baseline_version(struct store_tx *tx);

/* A person says that ${name} of ${site} has ${address}; or takes all of its addresses back (how many there were). */
void store_named_add(struct store_tx *tx, const char *site, const char *name, const char *address, const char *by, int64_t now_ns);
size_t store_named_remove(struct store_tx *tx, const char *site, const char *name);
typedef void (*store_named_fn)(void *ctx, const char *site, const char *name, const char *address);
void store_named_each(struct store_tx *tx, store_named_fn each, void *ctx);
/* Differs whenever store_named_each may tell something else. */
int64_t store_named_version(struct store_tx *tx);

/* ---- people (people.c) ------------------------------------------------------------------------------------------------ */

enum { STORE_HASH_BYTES = 128, STORE_CSRF_BYTES = 65 };

struct store_user {
	int64_t id;
	char name[STORE_NAME_BYTES];
	char hash[STORE_HASH_BYTES];	/* libsodium's string */
};

/* False if there is none. */
bool store_user(struct store_tx *tx, const char *name, struct store_user *out);
int64_t store_user_add(struct store_tx *tx, const char *name, const char *hash, int64_t now_ns);
void store_user_password(struct store_tx *tx, int64_t user, const char *hash);
int64_t store_users(struct store_tx *tx);

struct store_session {
	struct store_user user;
	char csrf[STORE_CSRF_BYTES];
	int64_t last_used_ns;
};

/* Sessions are found by the hash of their token. */
void store_session_add(struct store_tx *tx, const uint8_t token[STORE_TOKEN_BYTES], int64_t user, const char *csrf, int64_t now_ns);
bool store_session(struct store_tx *tx, const uint8_t token[STORE_TOKEN_BYTES], struct store_session *out);
void store_session_touch(struct store_tx *tx, const uint8_t token[STORE_TOKEN_BYTES], int64_t now_ns);
void store_session_end(struct store_tx *tx, const uint8_t token[STORE_TOKEN_BYTES]);
/* All of a user but the one with ${csrf} (NULL: all). */
void store_sessions_end(struct store_tx *tx, int64_t user, const char *csrf);
/* Those not used since ${before_ns}, and failures older than that. */
void store_people_expire(struct store_tx *tx, int64_t before_ns);

void store_failure_add(struct store_tx *tx, const char *user, const char *address, int64_t now_ns);
/* How many since ${since_ns}: by this user from this address, by anyone from there, by this user from anywhere. */
struct store_failures {
	int64_t of_both, of_address, of_user;
};
struct store_failures store_failures(struct store_tx *tx, const char *user, const char *address, int64_t since_ns);
void store_failures_forget(struct store_tx *tx, const char *user, const char *address);

/* Who changed what. ${detail} may be NULL. */
void store_audit(struct store_tx *tx, const char *by, const char *action, const char *object, const json_t *detail, int64_t now_ns);

/* ---- lists (lists.c) -------------------------------------------------------------------------------------------------- */

/* What a list is narrowed to; 0 or NULL: not. */
struct store_filter {
	const char *state;		/* "open" "new" "acknowledged" "closed"; NULL: all */
	unsigned score_min;
	bool by_score;			/* incidents: highest score first */
	bool has_verdict;
	enum verdict verdict;
	const char *text;
	const char *kind;
	int64_t incident;
	int64_t access;
	int64_t entry;			/* accesses that a whitelist entry explains; that entry alone */
	int64_t from_ns, to_ns;
	int64_t before;			/* id of the last row of the page before */
	int64_t limit;			/* -1: all */
	int64_t log_source;		/* log records and rejects */
	const char *host, *account, *address;
	bool has_act;
	enum log_act act;
};

enum store_list {
	STORE_INCIDENTS,	/* latest first */
	STORE_INCIDENT_STEPS,	/* by time, like ones as one with a count */
	STORE_INCIDENT_ACCESSES, /* of `incident` alone: what STORE_ACCESSES gives for it, without reading the whole ledger */
	STORE_INCIDENT_FILES,
	STORE_ACCESSES,
	STORE_VERDICTS,		/* of `access` alone: what it was judged and when, the last first; empty: there is no such access */
	STORE_ACCESS_CONTEXT,	/* of `access` alone: its incident and what that may mean; empty: it is in none */
	STORE_FILES,
	STORE_OPAQUE,
	STORE_REPORT_INCIDENTS,	/* the rows of STORE_INCIDENTS and STORE_ACCESSES, earliest first */
	STORE_REPORT_ACCESSES,
	STORE_LOG_ONLY,		/* admin logons that no sensor saw, newest first */
	STORE_LOG_RECORDS,	/* stored last first; "written" in ns, as written */
	STORE_LOG_REJECTS,	/* the last first */
	STORE_LOG_SOURCES,	/* where server logs come from */
	STORE_LOG_CLOCKS,	/* of `log_source` alone: what its clocks were taken to show, the last first */
	STORE_NAMED_HOSTS,	/* names and addresses that people or servers' own logs tell */
	STORE_BASELINE,		/* `state`: "in_force" "ended" "ending" "unused"; from_ns is now, what ends before to_ns ends soon */
	STORE_BASELINE_UPKEEP,	/* one row: how many of each, at those moments */
	STORE_SENSORS,
	STORE_ACTIVITY,		/* the hours from from_ns to to_ns */
	STORE_OVERVIEW,		/* one row of numbers, of accesses and files since from_ns */
	N_STORE_LISTS
};

/* The rows as a JSON array of objects in the shapes of schema/openapi.yaml (new reference); how many there would be without
 * before and limit in ${total} (may be NULL). NULL once the transaction has failed. */
json_t *store_list(struct store_tx *tx, enum store_list what, const struct store_filter *f, int64_t *total);

/* The same rows one at a time, for lists too long to hold. ${each} borrows the row, may ask ${tx} for other lists
 * meanwhile, and ends this one with false. */
typedef bool (*store_row_fn)(void *ctx, json_t *row);
void store_each(struct store_tx *tx, enum store_list what, const struct store_filter *f, store_row_fn each, void *ctx);

/* Events, newest first. */
void store_events(struct store_tx *tx, const struct store_filter *f, store_event_fn each, void *ctx, int64_t *total);

#endif
