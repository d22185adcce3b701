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

#include "collector/logs/record.h"
#include "collector/model.h"
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

/* Events from ${from_ns} to ${to_ns} of the connections in which ${incident} touched ${destination}, by time; at most some
 * thousands. */
void store_events_touching(struct store_tx *tx, int64_t incident, const char *destination, int64_t from_ns, int64_t to_ns,
			   store_event_fn each, void *ctx);

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
void store_access_group(struct store_tx *tx, int64_t access, int64_t incident);

/* ---- incidents (incidents.c) ------------------------------------------------------------------------------------------ */

enum { STORE_STATE_BYTES = 16 };

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

enum { STORE_NAME_BYTES = 64, STORE_HASH_BYTES = 128, STORE_TOKEN_BYTES = 32, STORE_CSRF_BYTES = 65 };

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

/* ---- server logs (logs.c, log_records.c) ------------------------------------------------------------------------------ */

/*
 * A source is whence records come; a host of a source is one clock in it: what that source calls one server, records with a
 * zone apart from those without. A host's log covers it from first_ns to last_ns. Times of hosts and records are as written;
 * written minus the host's offset is UTC.
 */
enum { STORE_SOURCE_BYTES = 128, STORE_FORMAT_BYTES = 32, STORE_LOG_RAW_BYTES = 4096, STORE_LOG_REJECTS_MAX = 1000,
       STORE_HOSTS_BYTES = 1024 };

struct store_log_source {
	int64_t id;
	int64_t site_id;
	char name[STORE_SOURCE_BYTES];
	char kind[STORE_STATE_BYTES];		/* "file" "upload" "syslog" "folder" */
	char format[STORE_FORMAT_BYTES];	/* "": told by the content */
	char site[STORE_NAME_BYTES];
	bool has_offset;			/* set by a person, for its hosts without a zone */
	int64_t offset_ns;
	char hosts[STORE_HOSTS_BYTES];		/* of which it may speak (baseline/speaker.h); "": of the first one it will name */
};

/* What a new source is; ${token} (its BLAKE2b), ${address}, ${format} and ${hosts} may be NULL. Without ${hosts} what lies on the
 * collector's own disk (file, folder) may speak of any. */
struct store_log_source_new {
	const char *name, *kind, *format, *site, *address, *hosts;
	const uint8_t *token;			/* STORE_TOKEN_BYTES */
};

/* Fails with a sentence when the name is taken. */
int64_t store_log_source_add(struct store_tx *tx, const struct store_log_source_new *what, int64_t now_ns);
/* Of which hosts it may speak; NULL: of the first one it will name. */
void store_log_source_hosts(struct store_tx *tx, int64_t source, const char *hosts);
/* How many clocks it has; with ${name} not NULL, how many of that host. */
size_t store_log_host_count(struct store_tx *tx, int64_t source, const char *name);
/* By number; by name; by the hash of a bearer token; by the address a syslog message came from. False if there is none. */
bool store_log_source_of_id(struct store_tx *tx, int64_t source, struct store_log_source *out);
bool store_log_source(struct store_tx *tx, const char *name, struct store_log_source *out);
bool store_log_source_of_token(struct store_tx *tx, const uint8_t token[STORE_TOKEN_BYTES], struct store_log_source *out);
bool store_log_source_of_address(struct store_tx *tx, const char *address, struct store_log_source *out);
/* With everything it brought. */
void store_log_source_remove(struct store_tx *tx, int64_t source);
/* Set the offset of a source, or with ${host} not NULL of that host alone (all its clocks); ${is_set} false takes it back.
 * False if the source has no such host. */
bool store_log_offset_set(struct store_tx *tx, int64_t source, const char *host, bool is_set, int64_t offset_ns);

/* What came of a piece of input. */
struct store_log_tally {
	uint64_t records, others, duplicates, rejected;
	uint64_t refused;	/* of hosts that the source may not speak for */
};
/* Add to the source's counts; ${error} NULL takes back what went wrong last. */
void store_log_source_seen(struct store_tx *tx, int64_t source, const struct store_log_tally *add, const char *error, int64_t now_ns);
/* Keep what could not be read; of each source the last STORE_LOG_REJECTS_MAX. */
struct store_log_reject {
	const char *input;	/* file or peer */
	uint64_t line;
	const char *reason;
	const char *piece;	/* its beginning, UTF-8 */
};
void store_log_reject(struct store_tx *tx, int64_t source, const struct store_log_reject *r, int64_t now_ns);

/* How surely a host has an address: a path that a client used says least, a person most. */
enum store_tie { STORE_TIE_UNC, STORE_TIE_LOGON, STORE_TIE_OWN, STORE_TIE_NAMED, STORE_TIE_NTLM, STORE_TIE_CONFIGURED };

struct store_log_host {
	int64_t id, source_id, site_id;
	const char *name;
	bool has_zone;
	int64_t first_ns, last_ns;	/* as written; last_ns is the watermark */
	int64_t heard_ns;		/* the collector's clock when the log had something new last */
	uint64_t records;
	bool has_offset;		/* ${offset_ns} is set by a person, or estimated; else it is 0 */
	bool is_set;			/* by a person: do not estimate */
	int64_t offset_ns;		/* written minus UTC */
	uint64_t matches;		/* matched logons an estimate rests on */
	uint32_t acts;			/* 1 << enum log_act of whatever it has written */
	uint32_t source_acts;		/* and of whatever any host of its source has */
	bool has_receipt;
	int64_t receipt_ns;		/* offset that receipt times show, by majority */
	int64_t receipt_votes;
	bool is_judged;
	int64_t judged_first_ns, judged_last_ns;	/* first_ns and last_ns when its accesses were judged last */
	bool has_alive;
	int64_t alive_ns;		/* UTC: its sender has sent everything until then */
	/* Of store_log_hosts_at, whose first_ns and last_ns are those of the nearest span without a gap. */
	enum store_tie tie;		/* how surely it has the address asked for */
	int64_t received_ns;		/* UTC: since when its source received anything of any host; 0 unknown */
	const char *source;		/* the source's name */
	bool is_stream;			/* more may come by itself: everything but an imported file */
};
/* One end of connections, in a span of time: ports are used again. */
struct store_endpoint {
	const char *address;
	uint16_t port;
	int64_t from_ns, to_ns;
};

/* A row lives during the call; false ends the list. */
typedef bool (*store_log_host_fn)(void *ctx, const struct store_log_host *h);

/* The host ${name} of ${source}, created if needed with the span ${time_ns} alone. */
int64_t store_log_host(struct store_tx *tx, int64_t source, const char *name, bool has_zone, int64_t time_ns, int64_t now_ns);
/* It goes with everything it wrote. */
void store_log_host_remove(struct store_tx *tx, int64_t host);
/* Widen its span and count its new records. */
struct store_log_news {
	int64_t first_ns, last_ns;	/* as written */
	int64_t received_ns;		/* the earliest receipt; 0 none is known */
	uint64_t records;
};
void store_log_host_seen(struct store_tx *tx, int64_t host, const struct store_log_news *news, int64_t now_ns);
/* Its log covers from ${first_ns} to ${last_ns}; spans no more than STORE_LOG_GAP_NS apart are one.
 * True if it closed a gap: what lies in it is covered now. */
#define STORE_LOG_GAP_NS (14 * 24 * INT64_C(3600000000000))	/* no server that lives is silent for two weeks */
bool store_log_span_add(struct store_tx *tx, int64_t host, int64_t first_ns, int64_t last_ns);
/* The sender of the log of ${name} has sent everything until ${at_ns} (UTC): ids of its clocks, which the caller frees. */
size_t store_log_alive(struct store_tx *tx, int64_t source, const char *name, int64_t at_ns, int64_t now_ns, int64_t **ids);
/* The estimate, or (${is_known} false) that there is none. */
void store_log_host_estimate(struct store_tx *tx, int64_t host, bool is_known, int64_t offset_ns, uint64_t matches);
/* The host has ${address}; ${how}: "own" "logon" "name" (it is called by its address) "spn" "ntlm" "unc"
 * "configured". True if that is new or surer than before. */
bool store_log_tie(struct store_tx *tx, int64_t host, const char *address, const char *how);
/* All hosts; those of ${site} tied to ${where}'s address (any port), whose logs reach nearest to its span first; the one with ${id}. */
void store_log_hosts(struct store_tx *tx, store_log_host_fn each, void *ctx);
void store_log_hosts_at(struct store_tx *tx, int64_t site, const struct store_endpoint *where, store_log_host_fn each, void *ctx);
void store_log_host_of(struct store_tx *tx, int64_t id, store_log_host_fn each, void *ctx);
/* The host's addresses, and how each is known. */
typedef void (*store_log_address_fn)(void *ctx, const char *address, const char *how);
void store_log_addresses(struct store_tx *tx, int64_t host, store_log_address_fn each, void *ctx);

/* Store ${r} of ${host}: its id, or 0 if it is there already. */
int64_t store_log_add(struct store_tx *tx, int64_t host, const struct log_record *r);

/* A stored record; raw and task_content are NULL but from store_log_record. ${r}'s server is the host's name. False ends. */
typedef bool (*store_log_fn)(void *ctx, int64_t id, int64_t host, const struct log_record *r);

/* Records that name this end of a connection, by time as written, of every host: addresses repeat between sites, so ask the
 * host's. Objects (LOG_OBJECT) apart, and only the first ones: a session that copies a million files writes as many. */
enum { STORE_LOG_OBJECTS = 64 };
void store_log_of_endpoint(struct store_tx *tx, const struct store_endpoint *e, store_log_fn each, void *ctx);
void store_log_objects_of_endpoint(struct store_tx *tx, const struct store_endpoint *e, store_log_fn each, void *ctx);
/* Those that name the address but no port, written from ${from_ns} to ${to_ns}. */
void store_log_of_address(struct store_tx *tx, const char *address, int64_t from_ns, int64_t to_ns, store_log_fn each, void *ctx);
/* Those of one logon on its host; ids repeat after that host restarts, so in a span. Objects apart, as above. */
void store_log_of_logon(struct store_tx *tx, int64_t host, uint64_t logon_id, int64_t from_ns, int64_t to_ns, store_log_fn each, void *ctx);
void store_log_objects_of_logon(struct store_tx *tx, int64_t host, uint64_t logon_id, int64_t from_ns, int64_t to_ns, store_log_fn each,
				void *ctx);
/* Everything a host wrote in a span; of these acts alone. */
void store_log_of_host(struct store_tx *tx, int64_t host, int64_t from_ns, int64_t to_ns, store_log_fn each, void *ctx);
struct store_log_acts {
	int64_t host;
	uint32_t acts;		/* 1 << enum log_act */
	int64_t from_ns, to_ns;
};
void store_log_acts_of_host(struct store_tx *tx, const struct store_log_acts *of, store_log_fn each, void *ctx);
/* One, with raw. False if there is none. */
bool store_log_record(struct store_tx *tx, int64_t id, store_log_fn each, void *ctx);

/* How far a file has been read. A file is known by its beginning, wherever it lies. */
struct store_log_file {
	uint8_t head[STORE_TOKEN_BYTES];	/* BLAKE2b of its first ${head_bytes} */
	uint64_t head_bytes;
	uint64_t bytes;				/* read, to the end of a record */
	uint64_t line;				/* and how many lines or records those were */
};
/* False if the source has read no file that begins so. */
bool store_log_file(struct store_tx *tx, int64_t source, struct store_log_file *f);
void store_log_file_save(struct store_tx *tx, int64_t source, const char *path, const struct store_log_file *f);

/* ---- matching (matching.c) -------------------------------------------------------------------------------------------- */

enum wire_kind { WIRE_SMB, WIRE_RPC, WIRE_KERBEROS };

/* A logon that a sensor saw. */
struct store_wire_logon {
	int64_t site_id;
	enum wire_kind kind;
	const char *client;
	uint16_t client_port;
	const char *server;
	int64_t time_ns;
	const char *account;	/* NULL: not shown */
};
void store_wire_logon_add(struct store_tx *tx, const struct store_wire_logon *w);
typedef void (*store_wire_logon_fn)(void *ctx, const struct store_wire_logon *w);
/* Those from one end of a connection, by time. */
void store_wire_logons(struct store_tx *tx, int64_t site, const struct store_endpoint *e, store_wire_logon_fn each, void *ctx);

/* Who ${client} was on the wire before a moment, if it has never been ${account} then: false if it has, or was nobody. */
struct store_history_of {
	int64_t site_id;
	const char *client, *account;
	int64_t before_ns;
};
struct store_history {
	char usual[STORE_SOURCE_BYTES];	/* the account it was most */
	uint64_t times;
	int64_t since_ns;
};
bool store_wire_was_other(struct store_tx *tx, const struct store_history_of *of, struct store_history *out);

/* The sensor listened from ${first_ns} to ${last_ns}; spans less than ${join_ns} apart become one. */
void store_sensor_listened(struct store_tx *tx, int64_t sensor, int64_t first_ns, int64_t last_ns, int64_t join_ns);
/* True if a sensor of ${site} listened at ${time_ns}. */
bool store_sensors_cover(struct store_tx *tx, int64_t site, int64_t time_ns);

/* What the network calls a host. ${how}: "spn" "ntlm" "unc". */
struct store_host_name {
	const char *address, *name, *how;
};
typedef void (*store_host_name_fn)(void *ctx, const struct store_host_name *n);
/* True if that is new. */
bool store_host_name_add(struct store_tx *tx, int64_t site, const struct store_host_name *n);
/* Names that are the same up to their first point. */
void store_host_names_like(struct store_tx *tx, int64_t site, const char *name, store_host_name_fn each, void *ctx);
/* Names of the host at ${address}, the surest first. */
void store_host_names_of(struct store_tx *tx, int64_t site, const char *address, store_host_name_fn each, void *ctx);
/* Ids and names of the hosts whose logs ${site} has. */
typedef void (*store_log_name_fn)(void *ctx, int64_t host, const char *name);
void store_log_names(struct store_tx *tx, int64_t site, store_log_name_fn each, void *ctx);

/* What is known of a host's log, as far as ${h} tells: acts and receipt. */
void store_log_host_learn(struct store_tx *tx, const struct store_log_host *h);
/* Its accesses have been judged as far as its log goes. */
void store_log_host_judged(struct store_tx *tx, int64_t host);
/* The offset most clocks without a zone in the same source agree on, to the quarter of an hour; of some dozens, for it is asked
 * often. False: none, or no majority. */
bool store_log_neighbours(struct store_tx *tx, int64_t host, int64_t *offset_ns);

/* A pair of record and wire logon. */
struct store_log_sample {
	uint64_t hash;
	int64_t delta_ns;
	bool is_whole_second;
	const char *server;
};
typedef void (*store_log_sample_fn)(void *ctx, const struct store_log_sample *s);
void store_log_samples(struct store_tx *tx, int64_t host, store_log_sample_fn each, void *ctx);
/* How many of ${host} there are, and the largest hash among them. */
size_t store_log_samples_size(struct store_tx *tx, int64_t host, uint64_t *largest);
/* False: it was there. */
bool store_log_sample_add(struct store_tx *tx, int64_t host, const struct store_log_sample *s);
/* The ${keep} whose hashes are smallest stay. */
void store_log_samples_cut(struct store_tx *tx, int64_t host, size_t keep);

/* A part of a log, as UTC, and the address it tells of. */
struct store_log_part {
	int64_t site_id;
	const char *address;
	int64_t near_from_ns, near_to_ns;	/* within, every access is concerned */
	int64_t from_ns, to_ns;			/* around it, those that are not settled */
};
/* Ids, which the caller frees, of the accesses that ${part} may change; an access may come twice. */
size_t store_accesses_at(struct store_tx *tx, const struct store_log_part *part, int64_t **ids);
/* Of those to ${address} that ended from ${from_ns} to ${to_ns} and are not settled. */
size_t store_accesses_due(struct store_tx *tx, int64_t site, const struct store_endpoint *address, int64_t **ids);
/* Of those that wait for a log and began before ${before_ns}. */
size_t store_accesses_pending(struct store_tx *tx, int64_t before_ns, int64_t **ids);

/* What the server's log has of an access. ${account} and ${log} may be NULL. */
struct store_evidence {
	const char *account;
	const json_t *log, *findings, *evidence;
	bool is_settled;	/* ledger_is_settled */
};
void store_evidence_save(struct store_tx *tx, int64_t access, const struct store_evidence *e);

/* An admin logon that no sensor saw. */
struct store_log_only {
	int64_t record, site_id, host;
	int64_t time_ns;	/* UTC */
	const char *source;
	uint16_t source_port;
	const char *account;
	const char *because;
};
void store_log_only_add(struct store_tx *tx, const struct store_log_only *o);
/* A sensor saw the logon from there after all. */
void store_log_only_seen(struct store_tx *tx, int64_t site, const struct store_endpoint *e);

/* Ids of the encrypted sessions with a server that were under way at some time of a span and are no admin access yet; one of them
 * as the access it would be (false: there is none). */
size_t store_opaques_at(struct store_tx *tx, int64_t site, const struct store_endpoint *address, int64_t **ids);
typedef void (*store_access_fn)(void *ctx, const struct access *a);
bool store_opaque_access(struct store_tx *tx, int64_t opaque, store_access_fn with, void *ctx);
/* Steps of an access from ordinal ${from} on are taken away. How many there were. */
size_t store_steps_remove(struct store_tx *tx, int64_t access, uint32_t from);

/* The sensor whose name stands for the server logs of a site: what they tell by themselves has its keys. It may not speak. */
int64_t store_log_sensor(struct store_tx *tx, int64_t site);
/* Ids of streams' hosts that were heard last in a span of the collector's clock, those whose senders say that they live in ${alive}. */
struct store_log_silence { int64_t after_ns, before_ns; };
size_t store_log_silent(struct store_tx *tx, const struct store_log_silence *others, const struct store_log_silence *alive, int64_t **ids);
/* When the record of ${host} and ${channel} numbered before ${record_id} was written. False: there is none. */
bool store_log_before(struct store_tx *tx, int64_t host, const char *channel, uint64_t record_id, int64_t *time_ns);

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
	STORE_NAMED_HOSTS,	/* names and addresses that people or servers' own logs tell */
	STORE_BASELINE,
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
