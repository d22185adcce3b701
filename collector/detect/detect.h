/*
 * From events to admin accesses, and from admin accesses to incidents. Pure:
 * no I/O, no clock, no SQL; time is in the events.
 *
 * detect_feed follows sessions (SMB sessions and RPC associations), names each
 * act by the catalogue (schema/catalogue.json) and tells the sink what came of
 * it. A session's acts are held back, within bounds, until one of them makes
 * it an admin access; then all of them are told. Everything told is an upsert
 * under a natural key (the session's first event), so feeding the same events
 * again after a restart changes nothing.
 *
 * incident_compose turns the accesses of one group that are not legitimate
 * into one incident: profile (schema/profiles.json), techniques, score, severity.
 */
#ifndef ASHIATO_COLLECTOR_DETECT_DETECT_H
#define ASHIATO_COLLECTOR_DETECT_DETECT_H

#include "collector/model.h"
#include "events.pb-c.h"

struct detect;

/* What detect_feed has to tell. Rows are borrowed for the call. */
struct detect_sink {
	void *ctx;
	void (*access)(void *ctx, const struct access *row);	/* new or changed; before its steps */
	void (*step)(void *ctx, const struct access *of, const struct step *row);	/* new or changed */
	void (*file)(void *ctx, const struct file_row *row);
	void (*opaque)(void *ctx, const struct opaque_row *row);
};

struct detect_limits {
	size_t sessions;	/* followed at once, over all sensors; the idlest goes first, an admin access last */
	size_t steps_per_session;
	int64_t session_idle_ns;
};
extern const struct detect_limits detect_limits_default;	/* 200,000; 256; 24 h */

/* The JSON texts of schema/. */
struct rule_texts {
	const char *catalogue, *profiles, *techniques;
	const char *libraries;	/* client-libraries.json */
	const char *hypotheses;
};

/* Compiled catalogue, profiles, client libraries and names of techniques. NULL, and a sentence in ${error} that names file
 * and row, if they contradict themselves. */
struct rules;
struct rules *rules_new(const struct rule_texts *texts, char *error, size_t error_cap);
void rules_free(struct rules *r);

/* "SMB/Windows Admin Shares" for "T1021.002"; NULL if schema/techniques.json does not have it. */
const char *rules_technique(const struct rules *r, const char *id);

/* What a person reads about a profile on an incident's page. Borrowed from the rules. */
struct profile_text {
	const char *title;		/* "Remote service execution (PsExec)" */
	const char *what_it_is;
	const json_t *what_to_check;	/* array of sentences */
};
/* False if no profile has that name; ${out} is as it was. */
bool rules_profile(const struct rules *r, const char *name, struct profile_text *out);

/*
 * The log-point table of an incident's page: an array of rows in their order,
 * {"id","title","kinds":[event kinds],"steps":[globs],"reference":{PROFILE:"yes"|"no"|"-"|text}};
 * the reference columns are "ordinary-file-sharing", "psexec" and "metasploit-psexec". Borrowed.
 */
const json_t *rules_log_points(const struct rules *r);

/* Tell every rule as one line of text, in the order of the files (`rules list`). */
void rules_print(const struct rules *r, void (*line)(void *ctx, const char *text), void *ctx);

/* ${rules} must outlive the result. NULL when memory is short. */
struct detect *detect_new(const struct rules *rules, const struct detect_limits *limits, const struct detect_sink *sink);
void detect_free(struct detect *d);

/* One event, in the order of its sensor. */
void detect_feed(struct detect *d, const struct origin *origin, const Ev__Event *event);

/* Accesses and steps dropped because of limits. */
uint64_t detect_lost(const struct detect *d);

/* How far apart two accesses of one (site, source, account) may lie and still be one incident. 1 h. */
extern const int64_t incident_gap_ns;

/* Compose ${out} from ${members} (at least one; none legitimate). The JSON
 * values and strings of ${out} are new references that incident_fini releases. */
void incident_compose(const struct rules *rules, const struct member *members, size_t n, struct incident *out);
/* Add to the score of a composed incident, within its bounds, and say why. */
void incident_weigh(struct incident *i, int add, const char *why);
void incident_fini(struct incident *i);

#endif
