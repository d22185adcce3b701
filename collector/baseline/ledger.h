/*
 * The subtraction, for one access: what the server's log has of it, and which
 * verdict follows. Pure: the caller looks records up and feeds them; memory is
 * bounded, and the order of what is fed within one round does not matter.
 *
 *   1. ledger_open with the access, its steps and the clocks of its server.
 *   2. ledger_add what names the access's source address.
 *   3. ledger_add everything of ledger_logons, and what the server wrote around
 *      the access without naming any source.
 *   4. ledger_dismiss those of ledger_doubts that the network saw to be somebody else's, after each step.
 *   5. ledger_share_out what ledger_needs_sharing; ledger_excuse it with those of ledger_needs_excuse.
 *   6. If ledger_is_silent, ledger_stray what names the very connection, and dismiss once more.
 *   7. ledger_judge.
 *
 * A record is tied to the access by source address and port within a minute
 * (ledger_reuse_ns, whatever proves the clock: clocks drift); by address and
 * account within ledger_slack_ns where it names no port; by the logon id of a
 * record that is tied; or, where it carries a logon id of its own, by the
 * service or task that the access was seen to install. A record that names
 * neither source nor logon (7045) completes the picture but vouches for nobody.
 */
#ifndef ASHIATO_COLLECTOR_BASELINE_LEDGER_H
#define ASHIATO_COLLECTOR_BASELINE_LEDGER_H

#include "collector/logs/trail.h"
#include "collector/model.h"

enum {
	LEDGER_CLOCKS = 16,	/* sources that may tell of one server */
	LEDGER_OTHERS = 3,	/* offsets beside the one that most logons of the day show */
	LEDGER_LOGONS = 8,	/* logon ids one access can have: one a session setup of its connection */
	LEDGER_PER_ACT = 8,	/* records kept of each kind of act, the earliest: one session can open a million files */
};

/* Beside the bits of acts: logons over the network, with the client's address. Only a trail that has told one can be said to lack one:
 * the others may be of an audit, or pass a filter, that leaves them out. */
#define LEDGER_TELLS (1u << 31)

extern const int64_t ledger_slack_ns;	/* 5 s: how far apart log and wire may put the same act, the clock's offset taken out */
extern const int64_t ledger_summer_ns;	/* 1 h: how far a clock that writes no zone jumps twice a year */
extern const int64_t ledger_reuse_ns;	/* 60 s: no port is used for another connection to the same server sooner */
extern const int64_t ledger_wrong_ns;	/* 10 min: how far off a clock may be that no logons have proved */
extern const int64_t ledger_rivals_ns;	/* 20 min: how far away stands what may take a record that is ledger_wrong_ns away */
extern const int64_t ledger_sharers_ns;	/* 30 s: how far away stands what may take a record that is ledger_slack_ns away */
extern const int64_t ledger_past_ns;	/* 24 h: a connection whose beginning was not seen may have logged on so long before */
extern const int64_t ledger_due_ns;	/* 16 min: Windows ends a session 15 minutes after its last sign of life at the latest */
extern const int64_t ledger_told_ns;	/* 24 h: a trail without a logon for longer is not taken to tell them any more, until it does */
extern const int64_t ledger_zones_ns;	/* 26 h, UTC+14 against UTC-12: how far off a clock of unknown zone may be */

/* How an offset is known. In the order of trust; the names are shown. */
enum ledger_how {
	LEDGER_UNKNOWN,
	LEDGER_NEIGHBOURS,	/* other hosts' clocks of the same source agree: they write in the source's zone */
	LEDGER_RECEIPT,		/* the forwarder's receipt times show the zone */
	LEDGER_ZONED,		/* the zone stands beside every time */
	LEDGER_LOGONS_AGREE,	/* logons seen on the wire */
	LEDGER_SET,		/* a person set it */
	N_LEDGER_HOWS
};
const char *ledger_how_name(enum ledger_how how);

/* One trail of a host's log, as far as it reaches without a gap. As written. */
struct ledger_trail {
	uint32_t acts;			/* 1 << enum log_act of whatever was written to it, LEDGER_TELLS; 0: there is no such trail */
	int64_t first_ns, last_ns;	/* what it covers */
	int64_t since_ns, until_ns;	/* with LEDGER_TELLS: the first and the last logon over the network that it tells; … */
	bool is_by_others;		/* … without bound, where those of other hosts stand in the same file */
};

/* What one source calls the access's server. */
struct ledger_clock {
	int64_t id;
	const char *host, *source;
	enum ledger_how how;
	int64_t offset_ns;		/* written minus UTC, at the access's time */
	int64_t other_ns[LEDGER_OTHERS];	/* what it showed else around then: it was set, and nobody knows when */
	size_t n_others;
	bool is_doubtful;		/* logons would put it at ${doubtful_ns}, hours from the zone it writes: not believed */
	int64_t doubtful_ns;
	bool is_suspect;		/* so many do, and none fits the zone, that nobody can say by this clock what is missing */
	int64_t first_ns, last_ns;	/* as written: what the log covers, all trails together */
	struct ledger_trail trails[N_LOG_TRAILS];	/* by enum log_trail */
	int64_t own_first_ns;		/* its first record; later than first_ns where the collector of its file lived before */
	bool is_vouched;		/* its sender has said until when it has sent everything: ${vouched_ns}, as written */
	int64_t vouched_ns;
	bool lives;			/* more is on its way: the source is a stream and spoke of late */
	uint64_t n_unread;		/* lines of its source that could not be read around then: any may be what seems to be missing */
	bool is_disputed;		/* another host has the access's address more surely: it counts for nothing */
	const char *rival;		/* another host, which is known to have it better: what this one writes may raise a doubt, and
					 * vouches for nothing. NULL: none */
};

struct ledger_case {
	const struct access *access;
	const struct step *steps;
	size_t n_steps;
	const struct ledger_clock *clocks;
	size_t n_clocks;
};

struct ledger;

/* Everything in ${c} must outlive the result. NULL when memory is short. */
struct ledger *ledger_open(const struct ledger_case *c);
void ledger_close(struct ledger *l);

/* A record that clock ${clock} wrote; one that has nothing to do with the access is not kept. The same ${id} again changes
 * nothing. */
void ledger_add(struct ledger *l, int64_t clock, int64_t id, const struct log_record *r);

/* A record of the access's client and account without a port, minutes away, which whose.h says may be the access's: kept as a doubt if a
 * clock wrote it that nothing proves. */
void ledger_excuse(struct ledger *l, int64_t clock, int64_t id, const struct log_record *r);

/* A record of the access's client, port and account by a clock that seems to be off by more than a minute: by ledger_wrong_ns, or, where
 * the clock writes no zone or zones are as far apart, by ledger_zones_ns. A doubt, whatever proves the clock: logons of other
 * days do not show that it was not set since. */
void ledger_stray(struct ledger *l, int64_t clock, int64_t id, const struct log_record *r);

/* True if nothing but address, account and moment tie the access to a logon, as they may tie others of that moment, which may have done
 * the same: but a logon's record is of one connection alone (whose.h). What a connection did leaves many, whose number tells nothing. */
bool ledger_needs_sharing(const struct ledger *l);
/* Each of those records is another connection's: a doubt, as a finding says; what hangs on them by their logon id goes. */
void ledger_share_out(struct ledger *l);

/* True if a record of the access's client that names no port may excuse it minutes away: no record is tied to it, and a clock of its server
 * is not proved. */
bool ledger_needs_excuse(const struct ledger *l);

/* A record that may be this access's under another address or name, or somebody else's. Valid until the ledger changes. */
struct ledger_doubt {
	int64_t id;
	const char *address;
	uint16_t port;		/* 0: names none, but another person from the access's address */
	const char *account;	/* NULL: names nobody */
	int64_t utc_ns;
	bool is_misplaced;	/* it names this very connection beside its time: another one from that port, or a clock that is off */
};
enum { LEDGER_DOUBTS = 32 };
size_t ledger_doubts(const struct ledger *l, struct ledger_doubt out[LEDGER_DOUBTS]);
/* The network saw whose record ${id} is: not this access's, nor what hangs on it by its logon id. */
void ledger_dismiss(struct ledger *l, int64_t id);

/* True once a clock whose offset nobody knows has written, within ledger_zones_ns, a record of this client that may be the access's
 * own: it confirms nothing, but nobody can say that the log is silent. Beside a dated log of the server, which would tell the logon and
 * lacks it, only a record of the very port that some zone would put at the access says so; and none in that log's own source: who sends
 * records with a zone does not send this one's without. */
bool ledger_has_undated(const struct ledger *l);

/* True if the record that tells most of the access is its own logon's by clock ${clock}, but a minute off at most: the clock shows
 * ${offset_ns} then, and the rest of what it has of the access stands there too. */
bool ledger_shows_offset(const struct ledger *l, int64_t *clock, int64_t *offset_ns);

/* The logon ids tied so far; they hold on all clocks of the server, whichever source wrote which record. */
size_t ledger_logons(const struct ledger *l, uint64_t out[LEDGER_LOGONS]);

/* The logon's own record among those tied (4624). False: there is none. Its texts are the ledger's. */
bool ledger_logon_record(const struct ledger *l, struct log_record *out);

struct ledger_result {
	enum verdict verdict;
	bool is_confirmed;
	json_t *log;		/* object: the record that confirms it and those tied to it; NULL: none does */
	json_t *findings;	/* array: "missing_records", "account_differs" (from the wire's), "logons_stopped", "unread_records",
				 * "too_few_records" (ledger_share_out) */
	json_t *evidence;	/* array of plain sentences: why this verdict */
};

/* The log's DOMAIN\user for the access. False: nothing that is tied names one; whom a refused logon names anybody can choose. */
bool ledger_account(const struct ledger *l, char *out, size_t cap);

/* True once nothing is left to come: proved clocks, a record that confirms the access, and every other one that is due. Then only what
 * the log writes within ledger_slack_ns of the access can change a word about it. */
bool ledger_is_settled(const struct ledger *l);

/* True if a judgement as things stand would call the logon missing. */
bool ledger_is_silent(const struct ledger *l);

/* What a judgement as things stand would call missing: the access's logon, or records beside it. Asked before it, so that what of those
 * logs could not be read (n_unread) is looked up only where it matters. */
enum ledger_lack { LEDGER_LACKS_NOTHING, LEDGER_LACKS_RECORDS, LEDGER_LACKS_LOGON };
enum ledger_lack ledger_lack(const struct ledger *l);

/* ${entry}: the baseline entry that covers the access, 0 none. The JSON values are new references. */
void ledger_judge(const struct ledger *l, int64_t entry, struct ledger_result *out);
void ledger_result_fini(struct ledger_result *r);

#endif
