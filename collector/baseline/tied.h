/*
 * What ledger.c and expected.c share: the records kept for one access, and
 * what of the access a log would show. Everybody else has ledger.h.
 */
#ifndef ASHIATO_COLLECTOR_BASELINE_TIED_H
#define ASHIATO_COLLECTOR_BASELINE_TIED_H

#include "collector/baseline/ledger.h"

/* In the order of strength. */
enum tie {
	TIE_NONE,
	TIE_NEAR,	/* of that moment, but naming neither this source nor a logon of it, or a refusal: completes, proves nothing */
	TIE_DOUBT,	/* may be this logon under another address or name: nobody can say that it is missing */
	TIE_ACT,	/* carries a logon id and names what the access installed */
	TIE_LOGON,	/* carries the logon id of a tied record */
	TIE_ADDRESS,	/* address and account, no port */
	TIE_PORT,	/* address and port */
};

struct tied {
	int64_t id;
	const struct ledger_clock *clock;
	enum tie tie;
	struct log_record r;	/* its texts are ours */
	int64_t utc_ns, offset_ns;
};

enum { TIED_MAX = N_LOG_ACTS * LEDGER_PER_ACT };

struct ledger {
	struct ledger_case c;
	int64_t logon_ns;	/* when the session logged on, or its first sign of life */
	bool saw_logon;		/* the beginning was on the wire: its records are due */
	bool has_admin_tree, has_file, has_service, has_task;
	bool has_sealed;	/* a call that installs something, its arguments hidden */
	bool has_undated;	/* see ledger_has_undated */
	bool has_too_few;	/* see ledger_share_out */
	struct tied items[TIED_MAX];
	size_t n;
};

/* How ${r}, written at ${utc_ns} by ${clock}, is tied, as far as is known now (tie.c). */
enum tie tie_of(const struct ledger *l, const struct ledger_clock *clock, const struct log_record *r, int64_t utc_ns);
/* True if ${r} names the client and may be the access's by a clock that may show any zone: when it was written, nobody knows. */
bool tie_may_be(const struct ledger *l, const struct log_record *r);
/* True if ${r} names the client and no port, and nothing in it contradicts the access. */
bool tie_may_excuse(const struct ledger *l, const struct log_record *r);
/* True if ${r} names the client's end of this very connection. */
bool tie_is_here(const struct ledger *l, const struct log_record *r);
/* True if ${r} names this very connection and is off by more than the slack, though by no more than a minute. */
bool tie_is_aside(const struct ledger *l, const struct log_record *r, int64_t utc_ns);
/* True if ${r} names this very connection and nobody else, by a clock that is off by minutes; or by hours, where it writes no zone or they
 * are as zones are apart. */
bool tie_is_astray(const struct ledger *l, const struct log_record *r, int64_t utc_ns);
/* True if ${r} names another person than the wire. */
bool tie_is_other_user(const struct ledger *l, const struct log_record *r);

/* What an earlier judgement took from the log is no proof for the next one. */
bool tied_is_of_log(const struct step *s);
/* An association over TCP has no logon of its own to be seen: it begins with its bind, as its row does. */
bool tied_is_association(const struct ledger *l);

/* True if ${t} names this very connection, but so far away that it may be another one's from the same port. */
bool tied_is_misplaced(const struct ledger *l, const struct tied *t);

/* True if ${t} is a doubt because it names this client and no port, minutes away. */
bool tied_is_far(const struct ledger *l, const struct tied *t);

/* True if a record of this act is tied at least by ${tie}. */
bool tied_has(const struct ledger *l, enum log_act act, enum tie tie);

/* True if a trail, by a clock with an offset, covers from ${from_ns} to ${to_ns} (UTC) and has ever held one of ${acts}. */
bool tied_covered(const struct ledger *l, int64_t from_ns, int64_t to_ns, uint32_t acts);

/* True if the inside of the access was hidden: encrypted as a whole, or a call sealed that installs something. */
bool tied_is_dark(const struct ledger *l);

/* True if a trail of any clock has ever told a logon over the network. */
bool tied_tells_logons(const struct ledger *l);

/* Names of records that the log should have beside those that are tied: a JSON array of texts (new reference), empty if all
 * is there. */
json_t *expected_missing(const struct ledger *l);

/* True if one is not tied that the log may still have: its like is usual there. */
bool expected_more(const struct ledger *l);

#endif
