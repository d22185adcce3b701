/*
 * Acts become steps of a session: like ones merged, the rest bounded, and told
 * to the sink once the session is an admin access or a finding. Knows steps
 * and rules, but no event body.
 */
#ifndef ASHIATO_COLLECTOR_DETECT_ACTS_H
#define ASHIATO_COLLECTOR_DETECT_ACTS_H

#include "collector/detect/feed.h"

struct act {
	const char *name;		/* copied */
	json_t *detail;			/* taken over; may be NULL */
	const struct rule *rule;	/* the catalogue's row; NULL: silent about it */
	bool succeeded;
	bool once;			/* one that is known already is not counted again */
	struct event_key event;
	int64_t time_ns, last_ns;
};

/* An act at the event's time that the catalogue knows by ${name} and ${detail} (taken over). */
struct act acts_of(const struct feed *f, const char *name, json_t *detail, bool succeeded);

/* Add ${act} to ${x}; the first successful admin act makes it an access. Returns the step, or NULL if there was no room
 * (the act still counts for that). The pointer holds until the next call. */
struct held_step *acts_add(struct detect *d, struct session *x, struct act *act);

/* The step called ${name} (and, if ${key} is not NULL, with ${value} under it, case ignored); NULL if there is none. */
struct held_step *acts_find(const struct session *x, const char *name, const char *key, const char *value);

/* Give a step another name, rule and detail (taken over), counted once, and tell it: more has become known of it. */
void acts_change(struct detect *d, struct session *x, struct held_step *step, const struct act *to);

/* ${x} is from now on told: an access, or a finding that deserves an incident without one. */
void acts_tell_all(struct detect *d, struct session *x);

/* Tell the row of ${x} again, if it is told at all: account, end or encryption changed. */
void acts_tell_row(struct detect *d, struct session *x);

#endif
