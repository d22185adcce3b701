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

/* A file that holds logons of any host would hold this one's. What a stream's host forwards is its own matter: one that sends
 * failures alone, or the Security channel without logons, does not show that it would send a logon. */
static uint32_t acts_of(const struct store_log_host *h)
{
	static const uint32_t not_enough = LEDGER_SECURITY | 1u << LOG_LOGON_FAILED;
	if (h->is_stream)
		return h->acts & ~not_enough;
	return (h->source_acts & ledger_acts_of_logon) != 0 ? h->acts | LEDGER_SECURITY : h->acts;
}

/* What the log covers, as written: from its first record to its last, to what its sender has answered for, and never beyond the moment
 * at which it was heard last. The file of a collector that had begun already was open to this host too a moment before its first. */
static void set_span(const struct store_log_host *h, struct ledger_clock *c)
{
	int64_t heard_ns = h->heard_ns + c->offset_ns, alive_ns = h->alive_ns + c->offset_ns;
	int64_t begin_ns = h->received_ns + c->offset_ns;
	c->own_first_ns = c->first_ns = h->first_ns;
	c->is_vouched = h->has_alive;
	c->vouched_ns = alive_ns;
	c->last_ns = h->has_alive && alive_ns > h->last_ns ? alive_ns : h->last_ns;
	c->last_ns = c->last_ns < heard_ns ? c->last_ns : heard_ns;
	if (h->is_stream || h->received_ns == 0 || begin_ns >= h->first_ns)
		return;
	c->first_ns = begin_ns > h->first_ns - clocks_lull_ns ? begin_ns : h->first_ns - clocks_lull_ns;
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
	row->is_stream = h->is_stream;
	row->tie = h->tie;
	row->clock.acts = acts_of(h);
	row->clock.how = clocks_offset(g->tx, h, &row->clock.offset_ns);
	row->clock.is_doubtful = clocks_suspected_offset(h, &row->clock.doubtful_ns);
	if (row->clock.how == LEDGER_LOGONS_AGREE)
		take_others(h, &row->clock);
	set_span(h, &row->clock);
	return g->n < LEDGER_CLOCKS;
}

/* Some other host's log has the address more surely than the stream ${row}. What is called by the address itself is no other host. */
static bool is_disputed(const struct gathering *g, const struct clock_row *row, const char *address)
{
	if (!row->is_stream || strcmp(row->host, address) == 0)
		return false;
	for (size_t i = 0; i < g->n; i++) {
		const struct clock_row *other = &g->rows[i];
		bool is_same = names_same_host(row->host, other->host) || strcmp(other->host, address) == 0;
		if (other->tie > row->tie && !is_same)
			return true;
	}
	return false;
}

size_t clocks_at(struct store_tx *tx, int64_t site, const struct store_endpoint *where, int64_t now_ns,
		 struct clock_row rows[LEDGER_CLOCKS])
{
	struct gathering g = { .tx = tx, .now_ns = now_ns, .begin_ns = where->from_ns, .rows = rows };
	store_log_hosts_at(tx, site, where, take, &g);
	for (size_t i = 0; i < g.n; i++)
		rows[i].clock.is_disputed = is_disputed(&g, &rows[i], where->address);
	return g.n;
}
