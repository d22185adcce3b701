/*
 * What the collector knows, as plain rows.
 *
 * These structures travel between detect/, baseline/, store/ and report/; none
 * of them owns anything: a row handed to a function is valid during the call.
 * Times are ns since 1970-01-01 UTC. Strings are valid UTF-8; NULL is unknown.
 * Details are JSON objects (jansson), borrowed.
 */
#ifndef ASHIATO_COLLECTOR_MODEL_H
#define ASHIATO_COLLECTOR_MODEL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where an event came from: what ZeroMQ authenticated, never what a message said. */
struct origin {
	int64_t sensor_id;
	int64_t site_id;
	const char *sensor;
	const char *site;
	uint64_t epoch;
};

enum { SENSOR_NAME_BYTES = 64, SENSOR_KEY_Z85_CHARS = 40 };

/* An enrolled sensor, found by its CURVE public key. */
struct enrolled {
	int64_t sensor_id;
	int64_t site_id;
	char name[SENSOR_NAME_BYTES];
	char site[SENSOR_NAME_BYTES];
};

/* Names one stored event for ever. */
struct event_key {
	int64_t sensor_id;
	uint64_t epoch;
	uint64_t seq;
};

/* In order of badness; the names are a contract. */
enum verdict {
	VERDICT_LEGITIMATE,
	VERDICT_PENDING,
	VERDICT_UNVERIFIED,
	VERDICT_UNAPPROVED,
	VERDICT_UNLOGGED,
	N_VERDICTS
};
const char *verdict_name(enum verdict v);

/*
 * A session with at least one successful act that the catalogue marks admin.
 * Or a loose finding (is_access false): acts without an access that deserve an
 * incident all the same: Zerologon, guessing.
 */
struct access {
	struct event_key key;		/* of the first event of its session: the natural key */
	bool is_access;
	int64_t id;			/* the store's; 0 until stored */
	int64_t incident_id;		/* grouping; stays when the verdict becomes legitimate */
	const char *site;
	int64_t site_id;
	const char *source;		/* addresses as text */
	uint32_t source_port;
	const char *destination;
	uint32_t destination_port;
	const char *account;		/* DOMAIN\user or user */
	const char *alias;		/* the same under the other name of its domain, as far as that is known; NULL: it is not */
	bool account_of_log;		/* the server's log says so; the network did not show it */
	const char *workstation;
	const char *auth;		/* "ntlm", "kerberos", "anonymous", "guest" */
	const char *dialect;
	const char *community_id;
	uint64_t session_id;		/* 0 for RPC over TCP */
	bool encrypted;			/* sealed inside (SMB3) */
	int64_t start_ns, end_ns;
	enum verdict verdict;
	int64_t baseline_id;		/* entry that explains it; 0 none */
	bool lacks_records;		/* the server's log confirms it, but not with everything that belongs there */
};

/* One thing that was done. Like steps of an access (same name, same detail) are one row with a count. */
struct step {
	uint32_t ordinal;		/* within its access, from 0: natural key with the access's */
	const char *name;		/* "svcctl.create_service", ".refused" appended when refused */
	int64_t time_ns;		/* of the first */
	int64_t last_ns;
	uint32_t count;
	bool admin;			/* the catalogue's word, and it succeeded */
	const char *technique;		/* ATT&CK id or NULL */
	json_t *detail;			/* object, may be NULL */
	struct event_key event;		/* the first one's */
};

/* An access with its steps: a member of a group. */
struct member {
	const struct access *access;
	const struct step *steps;
	size_t n_steps;
};

/* A file that moved, on whatever share. */
struct file_row {
	struct event_key event;
	struct event_key access;	/* seq 0: no access */
	const char *site;
	const char *source, *destination;
	const char *path;		/* \\server\share\path */
	const char *action;		/* "write" "read" "open" "delete" "rename" */
	uint64_t bytes;
	bool complete;
	const char *sha256;		/* hex or NULL */
	const char *kind;
	bool executable;
	int64_t time_ns;
};

/* A session that is encrypted inside. */
struct opaque_row {
	struct event_key key;		/* of the session's first event */
	const char *site;
	const char *source, *destination, *account, *auth, *dialect;
	uint32_t source_port, destination_port;
	const char *community_id;
	uint64_t messages, bytes;
	int64_t start_ns, end_ns;
};

/* What a person works on; composed from the accesses of one group that are not legitimate. */
struct incident {
	int64_t id;
	const char *site, *source, *account, *workstation;
	const char *severity;		/* low medium high critical */
	unsigned score;			/* 0..100 */
	const char *profile;
	const char *title;		/* one plain sentence */
	json_t *techniques;		/* array of ATT&CK ids */
	json_t *destinations;		/* array of addresses */
	json_t *evidence;		/* array of plain sentences: why this score */
	json_t *hypotheses;		/* array: what the context may mean, by which kinds of evidence */
	bool has_verdict;
	enum verdict verdict;		/* the worst of its accesses */
	int64_t first_ns, last_ns;
	size_t n_accesses;		/* not legitimate ones; 0 with has_verdict false: loose findings only */
};

/* One entry as a person wrote it. A NULL field means any. */
struct baseline_entry {
	int64_t id;
	const char *site;		/* glob, case-insensitive: private addresses repeat between branches */
	const char *source;		/* address, CIDR range or "a-b" range */
	const char *account;		/* glob, case-insensitive, with or without DOMAIN\ ; an unknown account matches only "*" */
	const char *destination;	/* like source */
	json_t *actions;		/* array of step names or globs ("svcctl.*"), of profiles or ATT&CK ids; NULL or [] means any */
	const char *sha256;		/* the access may move only this executable */
	const char *when;		/* "Mon-Fri 08:00-18:00 Europe/Zurich"; see baseline.c for the grammar */
	int64_t valid_from_ns, valid_until_ns;	/* INT64_MIN, INT64_MAX: unbounded */
	const char *reason;
	const char *author;
	const char *reference;		/* of the planned work it stands for: a ticket's number */
};

/* What a sensor could read of a capture, from its own health event. */
struct coverage {
	uint64_t packets, bytes, events, gaps, malformed;
	bool truncated;		/* the capture ends in the middle of a packet */
};

#endif
