/*
 * One event on its way through detection, and the inside of struct detect: for
 * the files of this folder only. Knows no rule and no kind of event.
 */
#ifndef ASHIATO_COLLECTOR_DETECT_FEED_H
#define ASHIATO_COLLECTOR_DETECT_FEED_H

#include "collector/detect/rules.h"
#include "collector/detect/sessions.h"

struct rc4;
struct recent;

struct detect {
	const struct catalogue *catalogue;
	const struct libraries *libraries;
	struct detect_limits limits;
	struct detect_sink sink;
	struct sessions sessions;
	struct recent *guesses;		/* guessing.c, by source */
	struct recent *zerologons;	/* zerologon.c, by pair of hosts */
	struct recent *activations;	/* activation.c, by pair of hosts */
	struct recent *coercions;	/* coercion.c, by the host that was called */
	struct recent *evasions;	/* evasion.c, by pair of hosts */
	struct recent *executables;	/* executables.c, by destination */
	struct rc4 *rc4;
	uint64_t lost_steps;
};

/* One event on its way through. */
struct feed {
	struct detect *detect;
	const struct origin *origin;
	const Ev__Event *event;
	struct event_key key;
	struct connection *connection;	/* NULL for kinds that belong to no session */
	int64_t last_ns;	/* when it was over: response or last message */
};

/* True if the response was seen and says that the request was carried out ([MS-ERREF] 2.3: severity success or
 * information; a buffer overflow is a success that does not fit). */
static inline bool feed_succeeded(const struct feed *f)
{
	enum { STATUS_BUFFER_OVERFLOW_LOW = 5 };
	uint32_t status = f->event->status;
	return f->event->has_status && (status < 0x80000000u || status == 0x80000000u + STATUS_BUFFER_OVERFLOW_LOW);
}

/* True if the response was seen and is an error. */
static inline bool feed_refused(const struct feed *f)
{
	return f->event->has_status && !feed_succeeded(f);
}

/* The session that the event belongs to, begun if needed. NULL when memory is short. */
struct session *feed_session(const struct feed *f, uint64_t id, bool is_rpc);

/* An address as rows have it. */
void feed_address(const Ev__Endpoint *endpoint, char out[SESSION_ADDRESS_BYTES]);

/* Fill what every row has from the event: key, site, addresses, ports, times. */
void feed_begin_row(const struct feed *f, struct session *x);

/* Replace ${*field} by a copy of ${text} (NULL stays NULL); true if that changed it. */
bool feed_set_text(char **field, const char *text);

#endif
