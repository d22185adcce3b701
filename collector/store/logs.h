/*
 * The store's part for server logs: sources, hosts and their clocks, records,
 * and what matching them with the wire keeps. Part of store.h, which is what
 * everybody includes; what store.h says of transactions holds here.
 */
#ifndef ASHIATO_COLLECTOR_STORE_LOGS_H
#define ASHIATO_COLLECTOR_STORE_LOGS_H

#include "collector/logs/trail.h"
#include "collector/model.h"

struct store_tx;

/* How long the store's texts and keys are. */
enum { STORE_STATE_BYTES = 16, STORE_NAME_BYTES = 64, STORE_TOKEN_BYTES = 32 };

/* ---- server logs (logs.c, log_records.c) ------------------------------------------------------------------------------ */

/*
 * A source is whence records come; a host of a source is one clock in it: what that source calls one server, records with a
 * zone apart from those without. A host's log covers it from first_ns to last_ns. Times of hosts and records are as written;
 * written minus the host's offset is UTC.
 */
enum { STORE_SOURCE_BYTES = 128, STORE_FORMAT_BYTES = 32, STORE_LOG_RAW_BYTES = 4096, STORE_LOG_REJECTS_MAX = 1000,
       STORE_HOSTS_BYTES = 4096 };

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
/* Keep what could not be read; of each source the last STORE_LOG_REJECTS_MAX. False: it is kept already, from the same line. */
struct store_log_reject {
	const char *input;	/* file or peer */
	uint64_t line;
	const char *reason;
	const char *piece;	/* its beginning, UTF-8 */
};
bool store_log_reject(struct store_tx *tx, int64_t source, const struct store_log_reject *r, int64_t now_ns);

/* Lines of ${source} that could not be read lie between ${first_ns} and ${last_ns}, as records with or without a zone write it. */
struct store_log_unread {
	int64_t source;
	bool has_zone;
	int64_t first_ns, last_ns;
	uint64_t lines;
};
void store_log_unread_add(struct store_tx *tx, const struct store_log_unread *u);
/* How many there are of ${host}'s source around a span, as its clock writes it; lines may be anybody's. */
uint64_t store_log_unread_of(struct store_tx *tx, int64_t host, int64_t from_ns, int64_t to_ns);

/* How surely a host has an address: a path that a client used says least, a person most. */
enum store_tie { STORE_TIE_UNC, STORE_TIE_LOGON, STORE_TIE_OWN, STORE_TIE_NAMED, STORE_TIE_NTLM, STORE_TIE_CONFIGURED };

enum { STORE_OTHER_OFFSETS = 3, STORE_ADDRESS_BYTES = 64 };

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
	uint64_t source_tellers;	/* of how many hosts its source has told logons over the network; two are several */
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
	int64_t other_ns[STORE_OTHER_OFFSETS];	/* what its clock showed else that day, and on the days before and after that are known */
	size_t n_others;
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
/* ${trail} of its log (LOG_TRAIL_NONE: all of it) covers from ${first_ns} to ${last_ns}; spans no more than STORE_LOG_GAP_NS apart
 * are one. True if it closed a gap: what lies in it is covered now. */
#define STORE_LOG_GAP_NS (14 * 24 * INT64_C(3600000000000))	/* no server that lives is silent for two weeks */
struct store_log_span {
	int64_t host;
	enum log_trail trail;
	int64_t first_ns, last_ns;
};
bool store_log_span_add(struct store_tx *tx, const struct store_log_span *span);

/* What is known of one trail of a host's log. As written. */
struct store_log_trail {
	enum log_trail trail;
	uint32_t acts;			/* 1 << enum log_act of whatever was written to it */
	int64_t first_ns, last_ns;
	bool tells_logons;		/* over the network, from a client's address: */
	int64_t logons_first_ns, logons_last_ns;	/* the first and the last such */
};
typedef void (*store_log_trail_fn)(void *ctx, const struct store_log_trail *t);
/* Its trails; each with the span that is nearest to ${at_ns} (as written) in place of its whole extent. */
void store_log_trails(struct store_tx *tx, int64_t host, store_log_trail_fn each, void *ctx);
void store_log_trails_at(struct store_tx *tx, int64_t host, int64_t at_ns, store_log_trail_fn each, void *ctx);
void store_log_trail_save(struct store_tx *tx, int64_t host, const struct store_log_trail *t);
/* A host of ${source} tells logons for the first time. True if that may show something of its other hosts: it is the first or second. */
bool store_log_tellers_changed(struct store_tx *tx, int64_t source);
/* The sender of the log of ${name} has sent everything until ${at_ns} (UTC): ids of its clocks, which the caller frees. */
size_t store_log_alive(struct store_tx *tx, int64_t source, const char *name, int64_t at_ns, int64_t now_ns, int64_t **ids);
/* The estimate, or (${is_known} false) that there is none. */
void store_log_host_estimate(struct store_tx *tx, int64_t host, bool is_known, int64_t offset_ns, uint64_t matches);
/* Since ${now_ns} the clock of ${h} is taken to show ${offset_ns} more than UTC, as ${how} tells. Noted only if that is new. */
void store_log_clock_note(struct store_tx *tx, const struct store_log_host *h, const char *how, int64_t offset_ns, int64_t now_ns);
/* The host has ${address}; ${how}: "own" "logon" "name" (it is called by its address) "spn" "ntlm" "unc"
 * "configured". True if that is new or surer than before. */
bool store_log_tie(struct store_tx *tx, int64_t host, const char *address, const char *how);
/* Take back what people said of its addresses. */
void store_log_untie(struct store_tx *tx, int64_t host);
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
struct store_logon {
	int64_t host;
	uint64_t id;
	int64_t from_ns, to_ns;
};
void store_log_of_logon(struct store_tx *tx, const struct store_logon *of, store_log_fn each, void *ctx);
void store_log_objects_of_logon(struct store_tx *tx, const struct store_logon *of, store_log_fn each, void *ctx);
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

/* A moment of a log and how far around it is looked, as written. */
struct store_around {
	int64_t at_ns, within_ns;
};
/* True if a record of ${act} over the network names the client's port, of the thousand nearest to that moment. */
bool store_log_names_ports(struct store_tx *tx, int64_t host, enum log_act act, const struct store_around *where);

/* ---- matching (matching.c) -------------------------------------------------------------------------------------------- */

/* Nobody: refused, anonymous, or one more connection of a session that exists. No record of a logon that was let in is due of it. */
enum wire_kind { WIRE_SMB, WIRE_RPC, WIRE_KERBEROS, WIRE_NOBODY };

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

/* Those of named people from ${e}'s address, whatever the port, the last first; at most 256. */
void store_wire_logons_around(struct store_tx *tx, int64_t site, const struct store_endpoint *e, store_wire_logon_fn each, void *ctx);

/* Those of somebody over SMB from ${e}'s address to ${server}, whatever the port, by time. */
void store_wire_logons_to(struct store_tx *tx, int64_t site, const char *server, const struct store_endpoint *e, store_wire_logon_fn each,
			  void *ctx);

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
/* Likewise what people say. */
void store_named_like(struct store_tx *tx, int64_t site, const char *name, store_host_name_fn each, void *ctx);
/* Names of the host at ${address}, the surest first. */
void store_host_names_of(struct store_tx *tx, int64_t site, const char *address, store_host_name_fn each, void *ctx);
/* What ${server} (an address) says: NetBIOS and DNS name of one domain. True if it follows that other names are one now. */
enum { STORE_DOMAIN_BYTES = 256 };	/* a DNS name has at most 253 */
struct store_domain_claim {
	const char *server, *netbios, *dns;
};
bool store_domain_claim(struct store_tx *tx, int64_t site, const struct store_domain_claim *c);
/* "LAB.TEST\dave" as "LAB\dave" or the other way round, where that is known to be one domain. False: it is not, or too long. */
bool store_domain_alias(struct store_tx *tx, int64_t site, const char *account, char *out, size_t cap);
/* Ids, which the caller frees, of the latest 10,000 accesses of people of either name. */
size_t store_domain_accesses(struct store_tx *tx, int64_t site, const char *netbios, const char *dns, int64_t **ids);

/* Ids and names of the hosts whose logs ${site} has. */
typedef void (*store_log_name_fn)(void *ctx, int64_t host, const char *name);
void store_log_names(struct store_tx *tx, int64_t site, store_log_name_fn each, void *ctx);
/* Likewise those of which ${address} is known. */
void store_log_claimants(struct store_tx *tx, int64_t site, const char *address, store_log_name_fn each, void *ctx);

/* What receipt times show of a host's clock, as far as ${h} tells. */
void store_log_host_learn(struct store_tx *tx, const struct store_log_host *h);
/* Its accesses have been judged as far as its log goes. */
void store_log_host_judged(struct store_tx *tx, int64_t host);
/* The offset most clocks without a zone in the same source agree on, to the quarter of an hour; of some dozens, for it is asked
 * often. False: none, or no majority. */
bool store_log_neighbours(struct store_tx *tx, int64_t host, int64_t *offset_ns);

/* A pair of record and wire logon. */
struct store_log_sample {
	uint64_t hash;
	int64_t day;		/* of the wire logon, UTC, since 1970 */
	int64_t delta_ns;
	bool is_whole_second;
	const char *server;
};
typedef void (*store_log_sample_fn)(void *ctx, const struct store_log_sample *s);
/* Those of the days ${from} to ${to}, by day. */
void store_log_samples(struct store_tx *tx, int64_t host, int64_t from, int64_t to, store_log_sample_fn each, void *ctx);
/* How many a day has; in ${*largest} the largest hash. */
size_t store_log_samples_size(struct store_tx *tx, int64_t host, int64_t day, uint64_t *largest);
/* True if it is new. */
bool store_log_sample_add(struct store_tx *tx, int64_t host, const struct store_log_sample *s);
/* Of a day the ${keep} whose hashes are smallest stay. */
void store_log_samples_cut(struct store_tx *tx, int64_t host, int64_t day, size_t keep);
/* How many logons at ${server} are among them on the days ${from} to ${to}. */
uint64_t store_log_proofs(struct store_tx *tx, int64_t host, const char *server, int64_t from, int64_t to);
/* Those more than ${days} older than the newest go. */
void store_log_samples_forget(struct store_tx *tx, int64_t host, int64_t days);

/* What a host's clock showed on a day. */
struct store_log_offset {
	int64_t day, offset_ns;
	bool has_other;
	int64_t other_ns;	/* what some more logons of the day show: the clock was set during it */
	uint64_t matches;
	uint64_t strangers;	/* logons that show neither */
};
/* True if that is new or other than before. */
bool store_log_offset_save(struct store_tx *tx, int64_t host, const struct store_log_offset *o);
/* Keep that by ${day} the clock had stepped by ${step_ns}. False: that much is known of a day at most three days away. */
bool store_log_offset_stepped(struct store_tx *tx, int64_t host, int64_t day, int64_t step_ns);
/* The newest. False: there is none. */
bool store_log_offset_newest(struct store_tx *tx, int64_t host, struct store_log_offset *out);
/* The least and the most that it showed from day ${from} to day ${to}. False: nothing is known of them. */
bool store_log_offset_range(struct store_tx *tx, int64_t host, int64_t from, int64_t to, int64_t *least_ns, int64_t *most_ns);

/* A part of a log, as UTC, and the address it tells of. */
struct store_log_part {
	int64_t site_id;
	const char *address;
	int64_t near_from_ns, near_to_ns;	/* within, every access is concerned */
	int64_t from_ns, to_ns;			/* around it, those that are not settled */
};
/* Ids, which the caller frees, of the accesses that ${part} may change; an access may come twice. */
size_t store_accesses_at(struct store_tx *tx, const struct store_log_part *part, int64_t **ids);
/* Of those from ${client} to ${part}'s address that began near, and of those around it which no record confirms. */
size_t store_accesses_from(struct store_tx *tx, const char *client, const struct store_log_part *part, int64_t **ids);
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

#endif
