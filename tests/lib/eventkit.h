/*
 * Events built by hand, and what detection tells of them, for tests of the
 * collector's judgement.
 *
 * A kit is one connection: it has both ends, a session id and a clock that
 * goes on 1 ms per event; change its fields between events to speak of other
 * ones. Everything built belongs to the kit.
 */
#ifndef ASHIATO_TESTS_EVENTKIT_H
#define ASHIATO_TESTS_EVENTKIT_H

#include "collector/detect/detect.h"
#include "events.pb-c.h"

#define EVENTKIT_START_NS INT64_C(1700000000000000000)

enum { STATUS_OK = 0, STATUS_ACCESS_DENIED = (int)0xc0000022, STATUS_LOGON_FAILURE = (int)0xc000006d };

struct eventkit {
	uint64_t seq;			/* of the next event */
	int64_t time_ns;
	const char *client, *server;	/* IPv4 or IPv6 as text */
	uint32_t client_port, server_port;
	uint64_t session_id;
	bool has_response;		/* false: no answer was seen */
	void **owned;
	size_t n_owned, cap_owned;
};

struct eventkit *eventkit_new(void);
void eventkit_free(struct eventkit *k);

/* An event without a body, its place and time filled in; ${status} as far as there is a response. */
Ev__Event *eventkit_event(struct eventkit *k, int status);

/* ${client_guid} NULL or 16 bytes. */
Ev__Event *eventkit_negotiate(struct eventkit *k, const char *dialect, const char *client_guid);
/* The final exchange of a session setup; ${user} NULL: Kerberos. */
Ev__Event *eventkit_logon(struct eventkit *k, const char *domain, const char *user, int status);
/* The same with the ticket of ${client} in LAB.TEST, as far as the sensor could tell; NULL: it could not. */
Ev__Event *eventkit_ticket_logon(struct eventkit *k, const char *client);
/* A logon of ${client} of LAB.TEST at a KDC that succeeds: ${offered} is a list of etypes ended by 0, the first one used. */
Ev__Event *eventkit_krb_as(struct eventkit *k, const char *client, const int32_t *offered);
Ev__Event *eventkit_tree(struct eventkit *k, const char *share, int status);
/* ${share} is \\HOST\SHARE or NULL. */
Ev__Event *eventkit_create(struct eventkit *k, const char *share, const char *path, int status);
Ev__Event *eventkit_pipe(struct eventkit *k, const char *name);
Ev__Event *eventkit_pipe_closed(struct eventkit *k, const char *name, uint64_t bytes_to_server);
Ev__Event *eventkit_transfer(struct eventkit *k, const char *share, const char *path, const char *direction, uint64_t bytes,
			     const char *kind);
Ev__Event *eventkit_delete(struct eventkit *k, const char *share, const char *path);
Ev__Event *eventkit_rename(struct eventkit *k, const char *share, const char *path, const char *new_path);
Ev__Event *eventkit_link(struct eventkit *k, const char *share, const char *path, const char *new_path);

/* From ${source} of ${source_share} (both may be NULL) to ${path}, on the server. */
Ev__Event *eventkit_copy(struct eventkit *k, const char *share, const char *path, const char *source_share, const char *source);
Ev__Event *eventkit_encrypted(struct eventkit *k, uint64_t messages, bool final);
Ev__Event *eventkit_flow_summary(struct eventkit *k);
/* The same with one sign; NULL: none. */
Ev__Event *eventkit_flow_signs(struct eventkit *k, const char *sign);
/* The same with one more. */
Ev__Event *eventkit_flow_two_signs(struct eventkit *k, const char *first, const char *second);
/* Over the pipe of the session, or (transport "tcp") the kit's own connection. */
Ev__Event *eventkit_bind(struct eventkit *k, const char *transport, const char *user);
Ev__Event *eventkit_call(struct eventkit *k, const char *transport, const char *interface, const char *operation);
/* Add to the call that ${e} is. */
void eventkit_text(struct eventkit *k, Ev__Event *e, const char *name, const char *value);
void eventkit_number(struct eventkit *k, Ev__Event *e, const char *name, uint64_t value);
void eventkit_return(Ev__Event *e, uint32_t code);

/* ---- what was told ---- */

struct told_access {
	struct access row;	/* its strings are ours */
	struct step *steps;	/* likewise; by ordinal */
	size_t n_steps;
};

struct told {
	struct told_access *accesses;
	size_t n;
	struct file_row *files;
	size_t n_files;
	struct opaque_row *opaque;
	size_t n_opaque;
	size_t n_calls;		/* of the sink, altogether */
};

/* A sink that keeps the newest of every row under its natural key. */
struct detect_sink told_sink(struct told *t);
void told_fini(struct told *t);

/* The names of an access's steps by ordinal, "name" or "name*count", joined by spaces. Owned by the caller. */
char *told_names(const struct told_access *a);
/* The first step of that name; NULL if there is none. */
const struct step *told_step(const struct told_access *a, const char *name);

#endif
