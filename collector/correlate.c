#include "collector/correlate.h"

#include "collector/baseline/names.h"
#include "collector/baseline/offset.h"
#include "collector/clocks.h"
#include "collector/tampering.h"
#include "collector/timing.h"
#include "collector/touch.h"
#include "collector/trails.h"
#include "collector/wire.h"
#include "proto/base/clock.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOLD_A_BATCH = 16 };	/* a log of nothing but clearings says nothing more by more of them */

static const int64_t listening_ns = 300 * CLOCK_SECOND_NS;	/* a sensor that says nothing for longer may not have listened */

/* A clock that this batch touches. */
struct correlate_clock {
	int64_t id, site_id;
	struct touch_news news;
	unsigned n_told;		/* findings about the log itself in this batch */
	bool is_whole;			/* everything it covers is judged again */
	bool learned;			/* its receipt changed */
	struct trails trails;
	struct store_log_host row;	/* as it was; its texts are not ours and not used */
	char name[CLOCK_NAME_BYTES], source[STORE_SOURCE_BYTES];
	int64_t newest_ns;		/* of its log, this batch's records included */
	struct timing timing;
	char tied[CLOCK_NAME_BYTES], tied_how[12];	/* the address tied last: most records say the same */
};

/* ---- the clocks of a batch --------------------------------------------------------------------------------------------- */

static bool take_row(void *ctx, const struct store_log_host *h)
{
	struct correlate_clock *clock = ctx;
	clock->row = *h;
	clock->id = h->id;
	clock->site_id = h->site_id;
	clock->newest_ns = h->is_judged ? h->judged_last_ns : INT64_MIN;
	snprintf(clock->name, sizeof clock->name, "%s", h->name);
	snprintf(clock->source, sizeof clock->source, "%s", h->source);
	return false;
}

static struct correlate_clock *grow(struct correlate *c)
{
	if (c->n_clocks == c->cap_clocks) {
		size_t cap = c->cap_clocks == 0 ? 8 : 2 * c->cap_clocks;
		struct correlate_clock *more = reallocarray(c->clocks, cap, sizeof *more);
		if (more == NULL) {
			store_tx_fail(c->tx, "out of memory");
			return NULL;
		}
		c->clocks = more;
		c->cap_clocks = cap;
	}
	struct correlate_clock *clock = &c->clocks[c->n_clocks++];
	*clock = (struct correlate_clock){ 0 };
	return clock;
}

/* True if that is new. */
static bool tie(struct correlate *c, struct correlate_clock *clock, const char *address, const char *how)
{
	if (strcmp(clock->tied, address) == 0 && strcmp(clock->tied_how, how) == 0)
		return false;
	snprintf(clock->tied, sizeof clock->tied, "%s", address);
	snprintf(clock->tied_how, sizeof clock->tied_how, "%s", how);
	bool is_new = store_log_tie(c->tx, clock->id, address, how);
	clock->is_whole |= is_new;
	return is_new;
}

struct naming {
	struct correlate *c;
	struct correlate_clock *clock;
};

static void tie_if_same(void *ctx, const struct store_host_name *n)
{
	struct naming *naming = ctx;
	if (names_same_host(n->name, naming->clock->name))
		tie(naming->c, naming->clock, n->address, n->how);
}

static bool is_address(const char *name)
{
	unsigned char bytes[sizeof(struct in6_addr)];
	return inet_pton(AF_INET, name, bytes) == 1 || inet_pton(AF_INET6, name, bytes) == 1;
}

/* A host that nobody has judged by yet: what the network knows of its name. */
static void name_new(struct correlate *c, struct correlate_clock *clock)
{
	struct naming naming = { c, clock };
	store_host_names_like(c->tx, clock->site_id, clock->name, tie_if_same, &naming);
	store_named_like(c->tx, clock->site_id, clock->name, tie_if_same, &naming);
	if (is_address(clock->name))
		tie(c, clock, clock->name, "name");
}

struct wanted {
	const struct correlate *c;
	int64_t host;
};

static bool is_wanted(void *ctx, size_t place)
{
	const struct wanted *w = ctx;
	return w->c->clocks[place].id == w->host;
}

/* The clock ${host}, read if it is new to the batch; NULL if there is none. Valid until the next call. */
static struct correlate_clock *clock_of(struct correlate *c, int64_t host)
{
	struct wanted wanted = { c, host };
	int64_t at = slots_find(&c->known, slots_of_number(host), is_wanted, &wanted);
	if (at != SLOTS_NONE)
		return &c->clocks[at];
	struct correlate_clock *clock = grow(c);
	if (clock == NULL)
		return NULL;
	store_log_host_of(c->tx, host, take_row, clock);
	if (clock->id == 0) {
		c->n_clocks--;
		return NULL;
	}
	if (!slots_add(&c->known, slots_of_number(host), c->n_clocks - 1))
		store_tx_fail(c->tx, "out of memory");
	trails_load(&clock->trails, c->tx, clock->id);
	if (!clock->row.is_judged)
		name_new(c, clock);
	return clock;
}

/* ---- pairs ------------------------------------------------------------------------------------------------------------- */

/* The accesses that logon ${w} may have begun and that are not confirmed: a record of the very port may leave in doubt what is missing. */
static void touch_logon(void *ctx, const struct store_wire_logon *w)
{
	struct correlate *c = ctx;
	int64_t *ids, from_ns = w->time_ns - ledger_reuse_ns, to_ns = w->time_ns + ledger_reuse_ns;
	struct store_log_part around = { w->site_id, w->server, INT64_MAX, INT64_MAX, from_ns, to_ns };
	size_t n = store_accesses_from(c->tx, w->client, &around, &ids);
	id_set_take(&c->accesses, ids, n);
}

/* A record of ${clock} and a logon from the same address and port. What other clocks say of the offset is left to the estimate. */
static void pair(struct correlate *c, struct correlate_clock *clock, int64_t written_ns, const struct store_wire_logon *w)
{
	struct offset_sample sample;
	int64_t offset_ns;
	bool is_pair = timing_pair(c->tx, &clock->timing, clock->id, written_ns, w, &sample);
	if (!is_pair || clocks_own_offset(&clock->row, &offset_ns) == LEDGER_UNKNOWN)
		return;
	if (offset_agrees(&sample, offset_ns))
		tie(c, clock, w->server, "logon");
	else
		touch_logon(c, w);
}

/* Records that are written once a logon, at its moment; later ones of a connection would blur the clock. */
static bool tells_time(const struct log_record *r)
{
	return r->act == LOG_LOGON || r->act == LOG_LOGON_FAILED || r->act == LOG_TICKET || r->act == LOG_SHARE;
}

struct pairing {
	struct correlate *c;
	const struct store_wire_logon *wire;	/* the new one, or NULL */
	int64_t host, written_ns;		/* of the new record */
	bool is_any;				/* a record names the new logon's port */
};

static bool pair_record(void *ctx, int64_t id, int64_t host, const struct log_record *r)
{
	(void)id;
	struct pairing *p = ctx;
	struct correlate_clock *clock = tells_time(r) ? clock_of(p->c, host) : NULL;
	if (clock == NULL || clock->site_id != p->wire->site_id)
		return store_tx_ok(p->c->tx);
	p->is_any = true;
	pair(p->c, clock, r->time_ns, p->wire);
	return store_tx_ok(p->c->tx);
}

static void pair_wire(void *ctx, const struct store_wire_logon *w)
{
	struct pairing *p = ctx;
	struct correlate_clock *clock = clock_of(p->c, p->host);
	if (clock != NULL)
		pair(p->c, clock, p->written_ns, w);
}

/* ---- events ------------------------------------------------------------------------------------------------------------ */

static void take_logon(void *ctx, const struct store_wire_logon *w)
{
	struct correlate *c = ctx;
	struct pairing p = { .c = c, .wire = w };
	struct store_endpoint around = { w->client, w->client_port, w->time_ns - ledger_zones_ns, w->time_ns + ledger_zones_ns };
	struct store_endpoint others = { w->client, w->client_port, around.from_ns - ledger_zones_ns, around.to_ns + ledger_zones_ns };
	struct store_endpoint seen = { w->client, w->client_port, w->time_ns - ledger_reuse_ns, w->time_ns + ledger_reuse_ns };
	store_wire_logon_add(c->tx, w);
	rivals_add(&c->rivals, w);
	store_log_of_endpoint(c->tx, &around, pair_record, &p);
	if (p.is_any)	/* which another logon from that port had instead */
		store_wire_logons(c->tx, w->site_id, &others, touch_logon, c);
	store_log_only_seen(c->tx, w->site_id, &seen);
}

struct name_search {
	struct correlate *c;
	const struct store_host_name *name;
	int64_t hosts[LEDGER_CLOCKS];
	size_t n;
};

static void find_host(void *ctx, int64_t host, const char *name)
{
	struct name_search *s = ctx;
	if (s->n < LEDGER_CLOCKS && names_same_host(name, s->name->name))
		s->hosts[s->n++] = host;
}

void correlate_named(struct correlate *c, int64_t site, const struct store_host_name *n)
{
	struct name_search s = { .c = c, .name = n };
	store_log_names(c->tx, site, find_host, &s);
	for (size_t i = 0; i < s.n; i++) {
		struct correlate_clock *clock = clock_of(c, s.hosts[i]);
		if (clock != NULL)
			tie(c, clock, n->address, n->how);
	}
}

static void take_name(void *ctx, int64_t site, const struct store_host_name *n)
{
	struct correlate *c = ctx;
	if (store_host_name_add(c->tx, site, n))
		correlate_named(c, site, n);
}

/* Names of one domain: its people are the same under both, in incidents and in the whitelist. */
void correlate_domain(struct correlate *c, int64_t site, const struct store_domain_claim *claim)
{
	int64_t *ids;
	if (!store_domain_claim(c->tx, site, claim))
		return;
	size_t n = store_domain_accesses(c->tx, site, claim->netbios, claim->dns, &ids);
	id_set_take(&c->renamed, ids, n);
}

static void take_domain(void *ctx, int64_t site, const struct store_domain_claim *claim)
{
	correlate_domain(ctx, site, claim);
}

void correlate_event(struct correlate *c, const struct origin *from, const Ev__Event *event)
{
	struct wire_sink sink = { c, take_logon, take_name, take_domain };
	wire_look(from, event, &sink);
	c->sensor_id = from->sensor_id;
	c->first_ns = c->first_ns == 0 || event->time < c->first_ns ? event->time : c->first_ns;
	c->last_ns = event->time > c->last_ns ? event->time : c->last_ns;
}

/* ---- records ----------------------------------------------------------------------------------------------------------- */

/* Boyer and Moore's vote over what receipt times show. */
static void vote(struct correlate_clock *clock, const struct log_record *r)
{
	int64_t offset_ns;
	if (r->has_zone || !offset_of_receipt(r->time_ns, r->received_ns, &offset_ns))
		return;
	struct store_log_host *h = &clock->row;
	if (h->receipt_votes == 0) {
		clock->is_whole |= !h->has_receipt || h->receipt_ns != offset_ns;
		h->receipt_ns = offset_ns;
		h->has_receipt = true;
	}
	h->receipt_votes += h->receipt_ns == offset_ns ? 1 : -1;
	clock->learned = true;
}

struct sharing {
	struct correlate *c;
	int64_t source;
};

static bool share(void *ctx, const struct store_log_host *h)
{
	const struct sharing *s = ctx;
	if (h->source_id == s->source)
		correlate_whole(s->c, h->id);
	return true;
}

/* A host's first logon shows of the others in its file that theirs would be there. */
static void learn_of_source(struct correlate *c, const struct correlate_clock *clock)
{
	struct sharing s = { c, clock->row.source_id };
	bool is_file = !clock->row.is_stream;
	if (trails_tell_anew(&clock->trails) && store_log_tellers_changed(c->tx, s.source) && is_file)
		store_log_hosts(c->tx, share, &s);
}

/* ---- what happens to the log itself ------------------------------------------------------------------------------------ */

static void first_address(void *ctx, const char *address, const char *how)
{
	(void)how;
	char *out = ctx;
	if (out[0] == '\0')
		snprintf(out, INET6_ADDRSTRLEN, "%s", address);
}

/* ${clock} as tampering.h wants it; ${h} and ${address} are the memory behind it. */
static struct tampering tampering_of(struct correlate *c, const struct correlate_clock *clock, struct store_log_host *h,
				     char address[INET6_ADDRSTRLEN])
{
	struct tampering t = { .h = h };
	*h = clock->row;
	h->name = clock->name;
	h->source = clock->source;
	address[0] = '\0';
	store_log_addresses(c->tx, clock->id, first_address, address);
	t.address = address[0] != '\0' ? address : NULL;
	clocks_offset(c->tx, &clock->row, &t.offset_ns);
	return t;
}

/* Summer time takes an hour back where no zone is written, and forwarders wait a while. */
static const int64_t backwards_ns = 70 * 60 * CLOCK_SECOND_NS;

/* How far before the record with the next lower number ${r} was written. Asked only of what is late: a stream that is merely
 * delayed has its numbers in order. */
static int64_t backwards_by(struct correlate *c, const struct correlate_clock *clock, const struct log_record *r)
{
	int64_t before_ns;
	bool is_late = r->record_id != 0 && clock->newest_ns != INT64_MIN && clock->newest_ns - r->time_ns > backwards_ns;
	if (!is_late || !store_log_before(c->tx, clock->id, r->channel, r->record_id, &before_ns))
		return 0;
	return before_ns - r->time_ns > backwards_ns ? before_ns - r->time_ns : 0;
}

struct claim {
	const struct correlate_clock *clock;
	const char *address;
	bool is_its;			/* the network calls the address by the clock's name */
	char other[CLOCK_NAME_BYTES];	/* whose it is known to be; "": nobody's */
};

static void hear_owner(struct claim *claim, const char *name)
{
	bool is_same = names_same_host(name, claim->clock->name) || strcmp(name, claim->address) == 0;
	if (!is_same && claim->other[0] == '\0')
		snprintf(claim->other, sizeof claim->other, "%s", name);
}

static void hear_log(void *ctx, int64_t host, const char *name)
{
	(void)host;
	hear_owner(ctx, name);
}

static void hear_wire(void *ctx, const struct store_host_name *n)
{
	struct claim *claim = ctx;
	if (strcmp(n->how, "unc") == 0)
		return;
	claim->is_its |= names_same_host(n->name, claim->clock->name);
	hear_owner(claim, n->name);
}

/* What a stream says of its own address is tied, and told if the address is known to be another host's. */
static void tie_own(struct correlate *c, struct correlate_clock *clock, const char *address)
{
	struct claim claim = { .clock = clock, .address = address };
	struct store_log_host h;
	char first[INET6_ADDRSTRLEN];
	if (!tie(c, clock, address, "own") || !clock->row.is_stream || strcmp(clock->name, address) == 0)
		return;
	store_host_names_of(c->tx, clock->site_id, address, hear_wire, &claim);
	store_log_claimants(c->tx, clock->site_id, address, hear_log, &claim);
	if (claim.is_its || claim.other[0] == '\0' || clock->n_told++ >= TOLD_A_BATCH)
		return;
	struct tampering t = tampering_of(c, clock, &h, first);
	id_set_add(&c->accesses, tampering_claimed(c->tx, &t, c->now_ns, address, claim.other));
}

static void look_for_tampering(struct correlate *c, struct correlate_clock *clock, const struct log_record *r)
{
	struct store_log_host h;
	char address[INET6_ADDRSTRLEN];
	int64_t back_ns = backwards_by(c, clock, r);
	clock->newest_ns = r->time_ns > clock->newest_ns ? r->time_ns : clock->newest_ns;
	bool is_telling = r->act == LOG_CLEARED || back_ns != 0;
	if (!is_telling || clock->n_told++ >= TOLD_A_BATCH)
		return;
	struct tampering t = tampering_of(c, clock, &h, address);
	int64_t finding = r->act == LOG_CLEARED ? tampering_cleared(c->tx, &t, r) : tampering_backwards(c->tx, &t, r, back_ns);
	id_set_add(&c->accesses, finding);
}

void correlate_stopped(struct correlate *c, int64_t host)
{
	struct store_log_host h;
	char address[INET6_ADDRSTRLEN];
	struct correlate_clock *clock = clock_of(c, host);
	if (clock == NULL)
		return;
	struct tampering t = tampering_of(c, clock, &h, address);
	id_set_add(&c->accesses, tampering_stopped(c->tx, &t));
	touch_note(&clock->news, &clock->row, clock->row.last_ns);	/* what waits for it waits no longer */
	touch_note(&clock->news, &clock->row, c->now_ns + t.offset_ns);
}

void correlate_host(struct correlate *c, int64_t host, const struct log_record *r)
{
	struct correlate_clock *clock = clock_of(c, host);
	if (clock == NULL)
		return;
	touch_note(&clock->news, &clock->row, r->time_ns);
	vote(clock, r);
	trails_learn(&clock->trails, r);
}

void correlate_record(struct correlate *c, int64_t host, const struct log_record *r)
{
	correlate_host(c, host, r);
	struct correlate_clock *clock = clock_of(c, host);
	if (clock == NULL)
		return;
	look_for_tampering(c, clock, r);
	if (r->server_address != NULL)
		tie_own(c, clock, r->server_address);
	if (!tells_time(r) || r->source_address == NULL || r->source_port == 0)
		return;
	struct pairing p = { .c = c, .host = host, .written_ns = r->time_ns };
	struct store_endpoint e = { r->source_address, r->source_port, r->time_ns - ledger_zones_ns, r->time_ns + ledger_zones_ns };
	store_wire_logons(c->tx, clock->site_id, &e, pair_wire, &p);
}

void correlate_alive(struct correlate *c, int64_t host, int64_t at_ns)
{
	int64_t offset_ns;
	struct correlate_clock *clock = clock_of(c, host);
	if (clock != NULL && clocks_offset(c->tx, &clock->row, &offset_ns) != LEDGER_UNKNOWN)
		touch_note(&clock->news, &clock->row, at_ns + offset_ns);
}

void correlate_unread(struct correlate *c, const struct store_log_unread *u)
{
	struct store_log_unread *all = &c->unread;
	bool is_first = all->source == 0;
	int64_t first_ns = is_first || u->first_ns < all->first_ns ? u->first_ns : all->first_ns;
	int64_t last_ns = is_first || u->last_ns > all->last_ns ? u->last_ns : all->last_ns;
	*all = (struct store_log_unread){ .source = u->source, .first_ns = first_ns, .last_ns = last_ns };
}

void correlate_whole(struct correlate *c, int64_t host)
{
	struct correlate_clock *clock = clock_of(c, host);
	if (clock != NULL)
		clock->is_whole = true;
}

/* ---- what follows ------------------------------------------------------------------------------------------------------ */

struct estimating {
	struct correlate *c;
	struct correlate_clock *clock;
};

/* What the log tells of those days is judged by the new offset, as far as it has been judged. */
static void on_offset(void *ctx, int64_t from_ns, int64_t to_ns, int64_t offset_ns)
{
	struct correlate_clock *clock = ((struct estimating *)ctx)->clock;
	clock->is_whole |= clock->row.matches == 0;
	touch_again(&clock->news, &clock->row, from_ns + offset_ns, to_ns + offset_ns);
}

static void on_server(void *ctx, const char *address)
{
	struct estimating *e = ctx;
	tie(e->c, e->clock, address, "logon");
}

static void on_step(void *ctx, const struct timing_step *step)
{
	struct estimating *e = ctx;
	struct store_log_host h;
	char address[INET6_ADDRSTRLEN];
	struct tampering t = tampering_of(e->c, e->clock, &h, address);
	id_set_add(&e->c->accesses, tampering_stepped(e->c->tx, &t, step->day_ns, step->from_ns, step->to_ns));
}

static void estimate(struct correlate *c, struct correlate_clock *clock)
{
	struct store_log_host *h = &clock->row;
	struct estimating e = { c, clock };
	struct timing_sink sink = { &e, on_offset, on_server, on_step };
	int64_t offset_ns;
	timing_estimate(c->tx, &clock->timing, clock->is_whole || !h->is_judged, h, &sink);
	enum ledger_how how = clocks_offset(c->tx, h, &offset_ns);
	if (how != LEDGER_UNKNOWN)
		store_log_clock_note(c->tx, h, ledger_how_name(how), offset_ns, c->now_ns);
}

static void touch(struct correlate *c, const struct correlate_clock *clock)
{
	struct touch t = { c->tx, &clock->row, clock->name, &clock->news, clock->is_whole, &c->accesses, &c->opaques };
	touch_find(&t);
}

/* Its addresses are known only now, and what it tells of is judged when it is not there any more. */
void correlate_gone(struct correlate *c, int64_t host)
{
	struct correlate_clock *clock = clock_of(c, host);
	if (clock == NULL)
		return;
	clock->is_whole = true;
	touch(c, clock);
	store_log_host_remove(c->tx, host);
	*clock = c->clocks[--c->n_clocks];
	slots_clear(&c->known);
	for (size_t i = 0; i < c->n_clocks; i++)
		slots_add(&c->known, slots_of_number(c->clocks[i].id), i);	/* there is room: one fewer than before */
}

/* Its addresses are known only now; what it has by other words is found again by those. */
void correlate_unnamed(struct correlate *c, int64_t site, const char *name)
{
	struct store_host_name n = { NULL, name, NULL };
	struct name_search s = { .c = c, .name = &n };
	store_log_names(c->tx, site, find_host, &s);
	for (size_t i = 0; i < s.n; i++) {
		struct correlate_clock *clock = clock_of(c, s.hosts[i]);
		if (clock == NULL)
			continue;
		clock->is_whole = true;
		touch(c, clock);
		store_log_untie(c->tx, clock->id);
	}
}

/* More clocks may come in on the way, with trails as they were. */
static void settle_trails(struct correlate *c)
{
	for (size_t i = 0, n = c->n_clocks; i < n && store_tx_ok(c->tx); i++) {
		struct correlate_clock *clock = &c->clocks[i];
		clock->is_whole |= trails_settle(&clock->trails, c->tx, &clock->row, &clock->news);
		if (c->unread.source != 0 && c->unread.source == clock->row.source_id)
			touch_again(&clock->news, &clock->row, c->unread.first_ns - ledger_reuse_ns, c->unread.last_ns + ledger_reuse_ns);
	}
	for (size_t i = 0, n = c->n_clocks; i < n && store_tx_ok(c->tx); i++)
		learn_of_source(c, &c->clocks[i]);
}

void correlate_begin(struct correlate *c, struct store_tx *tx, int64_t now_ns)
{
	*c = (struct correlate){ .tx = tx, .now_ns = now_ns };
}

void correlate_finish(struct correlate *c)
{
	if (c->first_ns != 0)
		store_sensor_listened(c->tx, c->sensor_id, c->first_ns, c->last_ns, listening_ns);
	for (size_t i = 0; i < c->n_clocks && store_tx_ok(c->tx); i++)
		if (c->clocks[i].learned)
			store_log_host_learn(c->tx, &c->clocks[i].row);
	settle_trails(c);
	for (size_t i = 0; i < c->n_clocks && store_tx_ok(c->tx); i++)
		estimate(c, &c->clocks[i]);
	for (size_t i = 0; i < c->n_clocks && store_tx_ok(c->tx); i++)
		touch(c, &c->clocks[i]);
	rivals_find(&c->rivals, c->tx, c->now_ns, &c->accesses);
	if (c->accesses.is_short || c->opaques.is_short || c->renamed.is_short)
		store_tx_fail(c->tx, "out of memory");
	id_set_sort(&c->accesses);
	id_set_sort(&c->opaques);
	id_set_sort(&c->renamed);
}

void correlate_fini(struct correlate *c)
{
	free(c->clocks);
	rivals_fini(&c->rivals);
	slots_fini(&c->known);
	id_set_fini(&c->accesses);
	id_set_fini(&c->opaques);
	id_set_fini(&c->renamed);
}
