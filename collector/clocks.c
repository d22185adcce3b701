#include "collector/clocks.h"

#include "collector/baseline/names.h"
#include "collector/baseline/offset.h"
#include "proto/base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const int64_t clocks_alive_ns = 24 * CLOCK_HOUR_NS;
const int64_t clocks_beat_ns = 15 * 60 * CLOCK_SECOND_NS;
const int64_t clocks_lull_ns = 60 * CLOCK_SECOND_NS;

enum {
	PROOFS = 3,		/* logons of three days by which a log proves an address that the network calls otherwise */
	SUSPECT_LOGONS = 3,	/* that agree on a dated clock's being hours off, while none fits the zone it writes */
};

/* The zone that stands beside every time outweighs logons that are hours from it. */
static bool is_plausible(const struct store_log_host *h, int64_t offset_ns)
{
	const struct offset_hint hint = { h->has_zone, h->has_zone, 0 };
	return offset_is_plausible(&hint, offset_ns);
}

static bool has_estimate(const struct store_log_host *h)
{
	return h->has_offset && h->matches > 0;
}

enum ledger_how clocks_own_offset(const struct store_log_host *h, int64_t *offset_ns)
{
	*offset_ns = h->offset_ns;
	if (h->is_set)
		return LEDGER_SET;
	if (has_estimate(h) && is_plausible(h, h->offset_ns))
		return LEDGER_LOGONS_AGREE;
	*offset_ns = 0;
	if (h->has_zone)
		return LEDGER_ZONED;
	*offset_ns = h->receipt_ns;
	return h->has_receipt ? LEDGER_RECEIPT : LEDGER_UNKNOWN;
}

enum ledger_how clocks_offset(struct store_tx *tx, const struct store_log_host *h, int64_t *offset_ns)
{
	enum ledger_how how = clocks_own_offset(h, offset_ns);
	if (how != LEDGER_UNKNOWN)
		return how;
	return store_log_neighbours(tx, h->id, offset_ns) ? LEDGER_NEIGHBOURS : LEDGER_UNKNOWN;
}

bool clocks_suspected_offset(const struct store_log_host *h, int64_t *offset_ns)
{
	*offset_ns = h->offset_ns;
	return !h->is_set && has_estimate(h) && !is_plausible(h, h->offset_ns);
}

struct gathering {
	struct store_tx *tx;
	int64_t now_ns;
	int64_t begin_ns;	/* of what is asked about */
	struct clock_row *rows;
	size_t n;
};

/* ---- what it covers ---------------------------------------------------------------------------------------------------- */

/* What is covered, as written: from the first record to the last, to what the sender has answered for, and never beyond the moment at
 * which the log was heard last. The file of a collector that had begun already was open to this host too a moment before its first. */
static void reach(const struct store_log_host *h, int64_t offset_ns, int64_t *first_ns, int64_t *last_ns)
{
	int64_t heard_ns = h->heard_ns + offset_ns, alive_ns = h->alive_ns + offset_ns, begin_ns = h->received_ns + offset_ns;
	*last_ns = h->has_alive && alive_ns > *last_ns ? alive_ns : *last_ns;
	*last_ns = *last_ns < heard_ns ? *last_ns : heard_ns;
	if (h->is_stream || h->received_ns == 0 || begin_ns >= *first_ns)
		return;
	*first_ns = begin_ns > *first_ns - clocks_lull_ns ? begin_ns : *first_ns - clocks_lull_ns;
}

static void set_span(const struct store_log_host *h, struct ledger_clock *c)
{
	c->own_first_ns = c->first_ns = h->first_ns;
	c->last_ns = h->last_ns;
	c->is_vouched = h->has_alive;
	c->vouched_ns = h->alive_ns + c->offset_ns;
	reach(h, c->offset_ns, &c->first_ns, &c->last_ns);
}

struct trail_taking {
	const struct store_log_host *h;
	struct ledger_clock *clock;
	bool tells;
};

static void take_trail(void *ctx, const struct store_log_trail *t)
{
	struct trail_taking *taking = ctx;
	if ((unsigned)t->trail >= N_LOG_TRAILS)
		return;
	struct ledger_trail *out = &taking->clock->trails[t->trail];
	*out = (struct ledger_trail){ .acts = t->acts | (t->tells_logons ? LEDGER_TELLS : 0),
				      .first_ns = t->first_ns,
				      .last_ns = t->last_ns,
				      .since_ns = t->logons_first_ns,
				      .until_ns = t->logons_last_ns };
	reach(taking->h, taking->clock->offset_ns, &out->first_ns, &out->last_ns);
	taking->tells |= t->tells_logons;
}

/* Acts that are audited and filtered with logons. */
static const uint32_t acts_of_logon = 1u << LOG_LOGON | 1u << LOG_LOGOFF | 1u << LOG_EXPLICIT_LOGON | 1u << LOG_PRIVILEGES |
				      1u << LOG_SHARE | 1u << LOG_OBJECT;

static void lend(struct ledger_trail *t)
{
	if ((t->acts & LEDGER_TELLS) == 0)
		t->until_ns = INT64_MAX / 2;
	t->acts |= LEDGER_TELLS;
	t->since_ns = INT64_MIN / 2;
	t->is_by_others = true;
}

/* A file that holds other hosts' logons would hold this one's in whatever trail has the like of them. A host of which it holds a moment
 * alone has shown nothing else; one whose other channels go on has: that its logons are not sent here. */
static void lend_trails(const struct store_log_host *h, struct ledger_clock *c)
{
	static const enum log_trail of_logons[] = { LOG_TRAIL_SECURITY, LOG_TRAIL_LOGONS };
	bool has_like = false;
	for (size_t i = 0; i < sizeof of_logons / sizeof *of_logons; i++) {
		struct ledger_trail *t = &c->trails[of_logons[i]];
		if ((t->acts & acts_of_logon) == 0)
			continue;
		lend(t);
		has_like = true;
	}
	if (has_like || h->last_ns - h->first_ns > clocks_lull_ns)
		return;
	struct ledger_trail *t = &c->trails[LOG_TRAIL_SECURITY];
	*t = (struct ledger_trail){ .acts = t->acts, .first_ns = c->first_ns, .last_ns = c->last_ns };
	lend(t);
}

static void set_trails(struct store_tx *tx, const struct store_log_host *h, int64_t at_ns, struct ledger_clock *c)
{
	struct trail_taking taking = { h, c, false };
	if (c->how == LEDGER_UNKNOWN)
		return;
	store_log_trails_at(tx, h->id, at_ns + c->offset_ns + clocks_lull_ns, take_trail, &taking);
	if (!h->is_stream && h->source_tellers > (taking.tells ? 1 : 0))
		lend_trails(h, c);
}

/* A clock that agrees with itself within the slack has shown nothing else. */
static void take_others(const struct store_log_host *h, struct ledger_clock *c)
{
	for (size_t i = 0; i < h->n_others && c->n_others < LEDGER_OTHERS; i++)
		if (is_plausible(h, h->other_ns[i]) && llabs(h->other_ns[i] - c->offset_ns) > ledger_slack_ns)
			c->other_ns[c->n_others++] = h->other_ns[i];
}

static bool take(void *ctx, const struct store_log_host *h)
{
	struct gathering *g = ctx;
	struct clock_row *row = &g->rows[g->n++];
	bool is_recent = g->now_ns - g->begin_ns <= clocks_alive_ns;	/* nobody waits a second day, whatever a log goes on to say */
	int64_t alive_ns = h->has_alive ? clocks_beat_ns : clocks_alive_ns;
	snprintf(row->host, sizeof row->host, "%s", h->name);
	snprintf(row->source, sizeof row->source, "%s", h->source);
	row->clock = (struct ledger_clock){ .id = h->id,
					    .host = row->host,
					    .source = row->source,
					    .lives = h->is_stream && g->now_ns - h->heard_ns <= alive_ns && is_recent };
	row->rival[0] = '\0';
	row->is_stream = h->is_stream;
	row->tie = h->tie;
	row->clock.how = clocks_offset(g->tx, h, &row->clock.offset_ns);
	row->clock.is_doubtful = clocks_suspected_offset(h, &row->clock.doubtful_ns);
	row->clock.is_suspect = row->clock.is_doubtful && h->matches >= SUSPECT_LOGONS;
	if (row->clock.how == LEDGER_LOGONS_AGREE)
		take_others(h, &row->clock);
	set_span(h, &row->clock);
	set_trails(g->tx, h, g->begin_ns, &row->clock);
	return g->n < LEDGER_CLOCKS;
}

/* Whoever writes a log can say as well that it is of an address as that a logon came to it. */
static enum store_tie surety_of(const struct clock_row *row)
{
	return row->tie == STORE_TIE_OWN ? STORE_TIE_LOGON : row->tie;
}

/* What is called by the address itself is no other host. */
static bool is_another(const struct clock_row *row, const struct clock_row *other, const char *address)
{
	return !names_same_host(row->host, other->host) && strcmp(other->host, address) != 0;
}

/* How many logons at ${address} around ${day} the log of ${row} had, as far as they are kept. */
static uint64_t proofs_of(const struct gathering *g, const struct clock_row *row, const char *address)
{
	int64_t day = g->begin_ns / (24 * CLOCK_HOUR_NS);
	return store_log_proofs(g->tx, row->clock.id, address, day - 1, day + 1);
}

/* What a log says of its own address outweighs the logons of another there only if it has as many itself. */
static bool outdoes(const struct gathering *g, const struct clock_row *other, const struct clock_row *row, const char *address)
{
	if (other->tie <= row->tie || surety_of(other) != surety_of(row))
		return surety_of(other) > surety_of(row);
	return proofs_of(g, other, address) >= proofs_of(g, row, address);
}

/* Some other host's log has the address more surely than the stream ${row}. */
static bool is_disputed(const struct gathering *g, const struct clock_row *row, const char *address)
{
	if (!row->is_stream || strcmp(row->host, address) == 0)
		return false;
	for (size_t i = 0; i < g->n; i++)
		if (is_another(row, &g->rows[i], address) && outdoes(g, &g->rows[i], row, address))
			return true;
	return false;
}

/* Another log that has the address as surely as that of ${row}, and that more logons there prove; of equals the one known longer. */
static const char *rival_log(const struct gathering *g, const struct clock_row *row, const char *address)
{
	for (size_t i = 0; i < g->n; i++) {
		const struct clock_row *other = &g->rows[i];
		if (surety_of(other) != surety_of(row) || !is_another(row, other, address))
			continue;
		uint64_t ours = proofs_of(g, row, address), theirs = proofs_of(g, other, address);
		if (theirs > ours || (theirs == ours && other->clock.id < row->clock.id))
			return other->host;
	}
	return NULL;
}

struct called {
	const char *host;
	bool is_it;
	char other[CLOCK_NAME_BYTES];
};

/* What a client calls a server in a path proves nothing. */
static void hear_name(void *ctx, const struct store_host_name *n)
{
	struct called *c = ctx;
	if (strcmp(n->how, "unc") == 0)
		return;
	c->is_it |= names_same_host(c->host, n->name);
	if (c->other[0] == '\0')
		snprintf(c->other, sizeof c->other, "%s", n->name);
}

/* Whoever owns a server can let its log claim any address, and pair with the logons that he knows of, his own: where the network calls
 * the address otherwise, or another log has it too, his counts only as a doubt. */
static void find_rival(const struct gathering *g, int64_t site, struct clock_row *row, const char *address)
{
	struct called called = { .host = row->host };
	if (!row->is_stream || row->clock.is_disputed || strcmp(row->host, address) == 0)
		return;
	const char *rival = rival_log(g, row, address);
	if (rival == NULL && surety_of(row) <= STORE_TIE_LOGON && proofs_of(g, row, address) < PROOFS) {
		store_host_names_of(g->tx, site, address, hear_name, &called);
		rival = called.is_it || called.other[0] == '\0' ? NULL : called.other;
	}
	if (rival == NULL)
		return;
	snprintf(row->rival, sizeof row->rival, "%s", rival);
	row->clock.rival = row->rival;
}

size_t clocks_at(struct store_tx *tx, int64_t site, const struct store_endpoint *where, int64_t now_ns,
		 struct clock_row rows[LEDGER_CLOCKS])
{
	struct gathering g = { .tx = tx, .now_ns = now_ns, .begin_ns = where->from_ns, .rows = rows };
	store_log_hosts_at(tx, site, where, take, &g);
	for (size_t i = 0; i < g.n; i++)
		rows[i].clock.is_disputed = is_disputed(&g, &rows[i], where->address);
	for (size_t i = 0; i < g.n; i++)
		find_rival(&g, site, &rows[i], where->address);
	return g.n;
}
