#include "collector/judge.h"

#include "collector/baseline/completion.h"
#include "collector/baseline/coverage.h"
#include "collector/baseline/domain.h"
#include "collector/baseline/ledger.h"
#include "collector/baseline/names.h"
#include "collector/baseline/whose.h"
#include "collector/clocks.h"
#include "collector/context.h"
#include "collector/group.h"
#include "collector/tampering.h"
#include "proto/base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One access under way. */
struct work {
	const struct judging *j;
	const struct member *m;
	struct clock_row rows[LEDGER_CLOCKS];
	struct ledger_clock clocks[LEDGER_CLOCKS];
	size_t n_clocks;
	struct ledger *ledger;
	uint64_t logons[2 * LEDGER_LOGONS];	/* whose records are fed: it is asked for twice */
	size_t n_logons;
};

static bool feed(void *ctx, int64_t id, int64_t host, const struct log_record *r)
{
	struct work *w = ctx;
	ledger_add(w->ledger, host, id, r);
	return store_tx_ok(w->j->tx);
}

/* ---- what to look up --------------------------------------------------------------------------------------------------- */

/* As the clocks write it: the span from ${from_ns} to ${to_ns} (UTC) in all of them. */
struct span {
	int64_t from_ns, to_ns;
};

static struct span span_of(const struct work *w, int64_t from_ns, int64_t to_ns)
{
	int64_t least = INT64_MAX, most = INT64_MIN;
	for (size_t i = 0; i < w->n_clocks; i++) {
		int64_t offset_ns = w->clocks[i].offset_ns;
		least = offset_ns < least ? offset_ns : least;
		most = offset_ns > most ? offset_ns : most;
		for (size_t o = 0; o < w->clocks[i].n_others; o++) {
			offset_ns = w->clocks[i].other_ns[o];
			least = offset_ns < least ? offset_ns : least;
			most = offset_ns > most ? offset_ns : most;
		}
	}
	return (struct span){ from_ns + least, to_ns + most };
}

static void feed_endpoint(struct work *w)
{
	const struct access *a = w->m->access;
	struct span port = span_of(w, a->start_ns - ledger_past_ns, a->end_ns + ledger_summer_ns + ledger_reuse_ns);
	struct span near = span_of(w, a->start_ns - ledger_slack_ns, a->end_ns + ledger_slack_ns);
	struct store_endpoint e = { a->source, (uint16_t)a->source_port, port.from_ns, port.to_ns };
	struct store_endpoint objects = { a->source, (uint16_t)a->source_port, near.from_ns, near.to_ns };
	store_log_of_endpoint(w->j->tx, &e, feed, w);
	store_log_objects_of_endpoint(w->j->tx, &objects, feed, w);
	store_log_of_address(w->j->tx, a->source, near.from_ns, near.to_ns, feed, w);
}

static bool is_undated(const struct work *w, int64_t host)
{
	for (size_t i = 0; i < w->n_clocks; i++)
		if (w->clocks[i].id == host)
			return w->clocks[i].how == LEDGER_UNKNOWN;
	return false;
}

static bool feed_one_undated(void *ctx, int64_t id, int64_t host, const struct log_record *r)
{
	struct work *w = ctx;
	if (is_undated(w, host))
		ledger_add(w->ledger, host, id, r);
	return store_tx_ok(w->j->tx) && !ledger_has_undated(w->ledger);
}

/* Where no zone is known the record may stand a day away; one is enough. */
static void feed_undated(struct work *w)
{
	const struct access *a = w->m->access;
	bool has_undated = false;
	for (size_t i = 0; i < w->n_clocks; i++)
		has_undated |= w->clocks[i].how == LEDGER_UNKNOWN;
	if (!has_undated)
		return;
	struct store_endpoint e = { a->source, (uint16_t)a->source_port, a->start_ns - ledger_zones_ns, a->end_ns + ledger_zones_ns };
	store_log_of_endpoint(w->j->tx, &e, feed_one_undated, w);
	if (!ledger_has_undated(w->ledger))
		store_log_of_address(w->j->tx, e.address, e.from_ns, e.to_ns, feed_one_undated, w);
}

static void feed_logon(struct work *w, int64_t clock, uint64_t logon)
{
	const struct access *a = w->m->access;
	struct span s = span_of(w, a->start_ns - ledger_past_ns, a->end_ns + ledger_past_ns);
	struct span live = span_of(w, a->start_ns - ledger_slack_ns, a->end_ns + ledger_slack_ns);
	store_log_of_logon(w->j->tx, &(struct store_logon){ clock, logon, s.from_ns, s.to_ns }, feed, w);
	store_log_objects_of_logon(w->j->tx, &(struct store_logon){ clock, logon, live.from_ns, live.to_ns }, feed, w);
}

static bool is_fed(const struct work *w, uint64_t logon)
{
	for (size_t i = 0; i < w->n_logons; i++)
		if (w->logons[i] == logon)
			return true;
	return false;
}

/* The logons tied so far, but for those that are fed already. */
static void feed_logons(struct work *w)
{
	uint64_t logons[LEDGER_LOGONS];
	size_t n = ledger_logons(w->ledger, logons);
	for (size_t i = 0; i < n && w->n_logons < sizeof w->logons / sizeof *w->logons; i++) {
		if (is_fed(w, logons[i]))
			continue;
		w->logons[w->n_logons++] = logons[i];
		for (size_t c = 0; c < w->n_clocks; c++)
			feed_logon(w, w->clocks[c].id, logons[i]);
	}
}

/* What the server wrote at ${ns}, whoever it names. */
static void feed_moment(struct work *w, int64_t ns)
{
	for (size_t i = 0; i < w->n_clocks; i++) {
		int64_t written_ns = ns + w->clocks[i].offset_ns;
		store_log_of_host(w->j->tx, w->clocks[i].id, written_ns - ledger_slack_ns, written_ns + ledger_slack_ns, feed, w);
	}
}

/* Nothing inside was seen, so whatever the server wrote meanwhile may belong to it; longer than that nobody looks. */
static void feed_whole(struct work *w)
{
	const int64_t longest_ns = 600 * CLOCK_SECOND_NS;
	const struct access *a = w->m->access;
	int64_t end_ns = a->end_ns - a->start_ns < longest_ns ? a->end_ns : a->start_ns + longest_ns;
	for (size_t i = 0; i < w->n_clocks; i++) {
		int64_t from_ns = a->start_ns - ledger_slack_ns + w->clocks[i].offset_ns;
		int64_t to_ns = end_ns + ledger_slack_ns + w->clocks[i].offset_ns;
		store_log_of_host(w->j->tx, w->clocks[i].id, from_ns, to_ns, feed, w);
	}
}

static bool installs(const struct step *s)
{
	bool is_service = strncmp(s->name, "svcctl.create_", strlen("svcctl.create_")) == 0;
	return s->admin && (is_service || strstr(s->name, "register_task") != NULL);
}

/* The moments at which something was installed and, when nothing names the client, the logon's: it may stand there under
 * another address. Few are enough: a tool that installs a hundred services shows itself by the first ones. */
static void feed_moments(struct work *w)
{
	enum { MOMENTS_MAX = 8 };
	uint64_t logons[LEDGER_LOGONS];
	size_t n = 0;
	for (size_t i = 0; i < w->m->n_steps && n < MOMENTS_MAX; i++)
		if (installs(&w->m->steps[i])) {
			feed_moment(w, w->m->steps[i].time_ns);
			n++;
		}
	if (ledger_logons(w->ledger, logons) == 0)
		feed_moment(w, w->m->access->start_ns);
}

/* ---- whose a record is --------------------------------------------------------------------------------------------------- */

struct settling {
	const struct work *w;
	const struct ledger_doubt *doubt;
	bool is_elses;
};

/* Another connection from this one's port, nearer to the record than this one. */
static bool is_nearer(const struct settling *s, const struct store_wire_logon *l)
{
	const struct access *a = s->w->m->access;
	bool is_this = l->time_ns >= a->start_ns - ledger_slack_ns && l->time_ns <= a->end_ns + ledger_slack_ns;
	bool is_elses = l->account != NULL && s->doubt->account != NULL && !names_same_user(l->account, s->doubt->account);
	return !is_this && !is_elses && llabs(l->time_ns - s->doubt->utc_ns) < llabs(a->start_ns - s->doubt->utc_ns);
}

/* A logon on the wire from the end of a connection, or of the person, that the doubtful record names: of another connection to the same
 * server, or of that account on the access's own. */
static void look_at_logon(void *ctx, const struct store_wire_logon *l)
{
	struct settling *s = ctx;
	const struct access *a = s->w->m->access;
	bool is_own = strcmp(l->client, a->source) == 0 && l->client_port == a->source_port;
	bool is_account = l->account != NULL && s->doubt->account != NULL && names_same_user(l->account, s->doubt->account);
	bool is_who = s->doubt->is_misplaced ? is_nearer(s, l) : s->doubt->port != 0 ? !is_own || is_account : is_account;
	s->is_elses |= strcmp(l->server, a->destination) == 0 && is_who;
}

static void settle_doubts(struct work *w)
{
	struct ledger_doubt doubts[LEDGER_DOUBTS];
	int64_t elses[LEDGER_DOUBTS];
	size_t n = ledger_doubts(w->ledger, doubts), n_elses = 0;
	for (size_t i = 0; i < n; i++) {
		struct settling s = { w, &doubts[i], false };
		int64_t apart_ns = llabs(w->m->access->start_ns - doubts[i].utc_ns);
		struct store_endpoint e = { doubts[i].address, doubts[i].port,
					    doubts[i].utc_ns - (doubts[i].is_misplaced ? apart_ns : ledger_past_ns),
					    doubts[i].utc_ns + (doubts[i].is_misplaced ? apart_ns : ledger_slack_ns) };
		(e.port != 0 ? store_wire_logons : store_wire_logons_around)(w->j->tx, w->m->access->site_id, &e, look_at_logon, &s);
		if (s.is_elses)
			elses[n_elses++] = doubts[i].id;
	}
	for (size_t i = 0; i < n_elses; i++)
		ledger_dismiss(w->ledger, elses[i]);
}

/* A clock that drifted or was set by seconds: the logon's own record shows by how much, for what follows. */
static void follow_clock(struct work *w)
{
	int64_t clock, offset_ns;
	if (!ledger_shows_offset(w->ledger, &clock, &offset_ns))
		return;
	for (size_t i = 0; i < w->n_clocks; i++)
		if (w->clocks[i].id == clock)
			w->clocks[i].offset_ns = offset_ns;
	feed_endpoint(w);
	settle_doubts(w);
}

/* ---- records without a port --------------------------------------------------------------------------------------------- */

struct excusing {
	struct work *work;
	struct whose *whose;
};

static const struct ledger_clock *clock_of(const struct work *w, int64_t host)
{
	for (size_t i = 0; i < w->n_clocks; i++)
		if (w->clocks[i].id == host)
			return &w->clocks[i];
	return NULL;
}

static void add_logon(void *ctx, const struct store_wire_logon *l)
{
	const struct excusing *e = ctx;
	whose_add_logon(e->whose, &(struct whose_logon){ l->time_ns, l->client_port, l->account });
}

static bool add_record(void *ctx, int64_t id, int64_t host, const struct log_record *r)
{
	const struct excusing *e = ctx;
	const struct ledger_clock *c = clock_of(e->work, host);
	bool is_logon = (r->act == LOG_LOGON || r->act == LOG_SHARE) && log_record_is_of_network(r);
	if (is_logon && c != NULL)
		whose_add_record(e->whose, host, id, r, r->time_ns - c->offset_ns);
	return store_tx_ok(e->work->j->tx);
}

/* A log that names the ports of others would name the access's. Windows' logons stand in one channel with their shares, Samba's do not. */
static bool names_ports(const struct work *w, int64_t host, const struct log_record *r)
{
	const struct ledger_clock *c = clock_of(w, host);
	enum log_act act = r->event_id != 0 ? LOG_LOGON : r->act;
	struct store_around around = { w->m->access->start_ns + (c != NULL ? c->offset_ns : 0), ledger_rivals_ns };
	return store_log_names_ports(w->j->tx, host, act, &around);
}

static bool excuse(void *ctx, int64_t id, int64_t host, const struct log_record *r)
{
	const struct excusing *e = ctx;
	if (whose_is_own(e->whose, id) && !names_ports(e->work, host, r))
		ledger_excuse(e->work->ledger, host, id, r);
	return store_tx_ok(e->work->j->tx);
}

static bool is_of_port(void *ctx, int64_t id, int64_t host, const struct log_record *r)
{
	(void)id, (void)host;
	bool *is_named = ctx;
	*is_named |= r->act == LOG_LOGON;
	return !*is_named;
}

/* A connection whose logon a record names by its port needs none of those that name no port. */
static void add_sharer(void *ctx, const struct store_wire_logon *l)
{
	const struct excusing *e = ctx;
	bool is_named = false;
	struct span s = span_of(e->work, l->time_ns - ledger_slack_ns, l->time_ns + ledger_slack_ns);
	struct store_endpoint at = { l->client, l->client_port, s.from_ns, s.to_ns };
	store_log_of_endpoint(e->work->j->tx, &at, is_of_port, &is_named);
	if (!is_named)
		add_logon(ctx, l);
}

/* What names no port confirms one connection, not every one of its moment. */
static void share_out(struct work *w)
{
	const struct access *a = w->m->access;
	struct store_endpoint near = { a->source, 0, a->start_ns - ledger_sharers_ns, a->start_ns + ledger_sharers_ns };
	struct span s = span_of(w, near.from_ns, near.to_ns);
	struct whose_logon own = { a->start_ns, (uint16_t)a->source_port, a->account_of_log ? NULL : a->account };
	struct excusing e = { w, ledger_needs_sharing(w->ledger) ? whose_new(&own, ledger_slack_ns) : NULL };
	if (e.whose == NULL)
		return;
	store_wire_logons_to(w->j->tx, a->site_id, a->destination, &near, add_sharer, &e);
	store_log_of_address(w->j->tx, a->source, s.from_ns, s.to_ns, add_record, &e);
	if (!whose_has_one(e.whose))
		ledger_share_out(w->ledger);
	whose_free(e.whose);
}

/* A logon with a clock that is off, whose record names no port, is not erased: but each such record is of one connection alone, and those
 * of others are asked for as far as they may take it. */
static void feed_excuses(struct work *w)
{
	const struct access *a = w->m->access;
	struct store_endpoint near = { a->source, 0, a->start_ns - ledger_rivals_ns, a->start_ns + ledger_rivals_ns };
	struct span s = span_of(w, near.from_ns, near.to_ns);
	struct whose_logon own = { a->start_ns, (uint16_t)a->source_port, a->account_of_log ? NULL : a->account };
	struct excusing e = { w, ledger_needs_excuse(w->ledger) ? whose_new(&own, ledger_wrong_ns) : NULL };
	if (e.whose == NULL)
		return;
	store_log_of_address(w->j->tx, a->source, s.from_ns, s.to_ns, add_record, &e);
	store_wire_logons_to(w->j->tx, a->site_id, a->destination, &near, add_logon, &e);
	store_log_of_address(w->j->tx, a->source, s.from_ns, s.to_ns, excuse, &e);
	whose_free(e.whose);
}

/* ---- records of the very port, at another time --------------------------------------------------------------------------- */

static bool stray(void *ctx, int64_t id, int64_t host, const struct log_record *r)
{
	struct work *w = ctx;
	ledger_stray(w->ledger, host, id, r);
	return store_tx_ok(w->j->tx);
}

/* Before a logon is called missing: a clock that was set may have put it elsewhere. */
static void feed_strays(struct work *w)
{
	const struct access *a = w->m->access;
	struct span s = span_of(w, a->start_ns - ledger_zones_ns, a->end_ns + ledger_zones_ns);
	struct store_endpoint e = { a->source, (uint16_t)a->source_port, s.from_ns, s.to_ns };
	if (!ledger_is_silent(w->ledger))
		return;
	store_log_of_endpoint(w->j->tx, &e, stray, w);
	settle_doubts(w);
}

static void feed_all(struct work *w)
{
	if (w->n_clocks == 0)
		return;
	feed_endpoint(w);
	feed_undated(w);
	settle_doubts(w);
	follow_clock(w);
	feed_logons(w);
	feed_moments(w);
	if (w->m->access->encrypted)
		feed_whole(w);
	settle_doubts(w);
	feed_logons(w);	/* an act may have named its logon */
	settle_doubts(w);
	share_out(w);
	feed_excuses(w);
	feed_strays(w);
}

/* ---- keeping ----------------------------------------------------------------------------------------------------------- */

static bool is_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static struct judged save(const struct work *w, const struct ledger_result *r, int64_t entry)
{
	const struct access *a = w->m->access;
	const char *account = json_string_value(json_object_get(r->log, "account"));
	struct store_evidence e = { account, r->log, r->findings, r->evidence, ledger_is_settled(w->ledger) };
	bool is_same = r->verdict == a->verdict && entry == a->baseline_id;
	bool is_named = a->account == NULL || a->account_of_log;
	bool looks_same = (!is_named || is_text(account, a->account)) && (json_array_size(r->findings) > 0) == a->lacks_records;
	store_evidence_save(w->j->tx, a->id, &e);
	struct store_judgement judgement = { r->verdict, entry, r->evidence };
	if (is_same)
		store_access_same(w->j->tx, a->id, &judgement, w->j->now_ns);
	else
		store_access_judge(w->j->tx, a->id, &judgement, w->j->now_ns);
	return (struct judged){ r->verdict, !is_same || !looks_same, false };
}

/* What was hidden from the network and stands in the log, and what stands around the access. True if that is other than before. */
static bool complete(const struct work *w)
{
	struct completion c;
	const struct member *m = w->m;
	size_t n_before = 0, n_same = 0;
	completion_of(w->ledger, &c);
	context_add(w->j->tx, m, w->ledger, w->j->now_ns, &c);
	for (size_t i = 0; i < m->n_steps; i++) {
		const struct step *s = &m->steps[i];
		if (s->ordinal < COMPLETION_ORDINAL)
			continue;
		size_t at = n_before++;
		n_same += at < c.n && strcmp(c.steps[at].name, s->name) == 0 && json_equal(c.steps[at].detail, s->detail);
	}
	bool is_same = n_before == c.n && n_same == c.n;
	if (!is_same && n_before > 0)
		store_steps_remove(w->j->tx, m->access->id, COMPLETION_ORDINAL);
	for (size_t i = 0; !is_same && i < c.n; i++)
		store_step_save(w->j->tx, m->access->id, &c.steps[i]);
	completion_fini(&c);
	return !is_same;
}

static void open_case(struct work *w, const struct access *a)
{
	struct store_endpoint where = { a->destination, 0, a->start_ns, a->end_ns };
	w->n_clocks = clocks_at(w->j->tx, a->site_id, &where, w->j->now_ns, w->rows);
	for (size_t i = 0; i < w->n_clocks; i++)
		w->clocks[i] = w->rows[i].clock;
	struct ledger_case c = { a, w->m->steps, w->m->n_steps, w->clocks, w->n_clocks };
	w->ledger = ledger_open(&c);
}

/* Lines that nobody could read may be what the log seems to lack: near the logon, or, if it is there, until all of it is due. */
static void look_for_unread(struct work *w)
{
	const struct access *a = w->m->access;
	enum ledger_lack lack = ledger_lack(w->ledger);
	int64_t to_ns = lack == LEDGER_LACKS_RECORDS ? a->end_ns + ledger_due_ns : a->start_ns;
	for (size_t i = 0; i < w->n_clocks && lack != LEDGER_LACKS_NOTHING; i++) {
		struct ledger_clock *c = &w->clocks[i];
		c->n_unread = store_log_unread_of(w->j->tx, c->id, a->start_ns + c->offset_ns - ledger_reuse_ns,
						  to_ns + c->offset_ns + ledger_reuse_ns);
	}
}

/* The entry that covers the access under the name that the log gives it, where the network gave none, or under the other name of its
 * domain; then ${why} is a sentence (new reference). */
static int64_t entry_for(const struct work *w, json_t **why)
{
	struct access a = *w->m->access;
	char account[CLOCK_NAME_BYTES], alias[CLOCK_NAME_BYTES];
	if (a.account_of_log)
		a.account = NULL;
	if (a.account == NULL && ledger_account(w->ledger, account, sizeof account))
		a.account = account;
	a.alias = NULL;
	int64_t entry = baseline_covers(w->j->baseline, &a, w->m->steps, w->m->n_steps);
	if (entry != 0 || !store_domain_alias(w->j->tx, a.site_id, a.account, alias, sizeof alias))
		return entry;
	a.alias = alias;
	entry = baseline_covers(w->j->baseline, &a, w->m->steps, w->m->n_steps);
	if (entry != 0)
		*why = json_sprintf("The entry names %s; that domain is inferred to be the same, as servers call it by both names.", alias);
	return entry;
}

/* What the server calls its domain: people's accesses under either name are judged again where that is new. */
static void tell_domain(const struct work *w, const struct store_domain_claim *claim)
{
	int64_t *ids, site = w->m->access->site_id;
	if (!store_domain_claim(w->j->tx, site, claim))
		return;
	size_t n = store_domain_accesses(w->j->tx, site, claim->netbios, claim->dns, &ids);
	for (size_t i = 0; i < n; i++)
		id_set_add(w->j->renamed, ids[i]);
	free(ids);
}

/* The network saw the realm of a ticket and the log writes the domain, or the other way round. */
static void compare_domains(const struct work *w)
{
	struct log_record r;
	char seen[CLOCK_NAME_BYTES];
	const struct access *a = w->m->access;
	const char *slash = a->account != NULL && !a->account_of_log ? strchr(a->account, '\\') : NULL;
	if (slash == NULL || !ledger_logon_record(w->ledger, &r) || r.domain == NULL || r.account == NULL ||
	    !names_same_user(r.account, a->account))
		return;
	snprintf(seen, sizeof seen, "%.*s", (int)(slash - a->account), a->account);
	bool seen_is_dns = strchr(seen, '.') != NULL, logged_is_dns = strchr(r.domain, '.') != NULL;
	struct store_domain_claim claim = { a->destination, seen_is_dns ? r.domain : seen, seen_is_dns ? seen : r.domain };
	if (seen_is_dns != logged_is_dns)
		tell_domain(w, &claim);
}

static void claim_domain(const struct work *w)
{
	struct domain_names names;
	compare_domains(w);
	if (domain_names_of(w->ledger, &names))
		tell_domain(w, &(struct store_domain_claim){ w->m->access->destination, names.netbios, names.dns });
}

/* A stream that stopped to tell logons, though the network saw this one, is a finding of its own. A file's order says nothing: what lies
 * between may come yet. */
static void tell_silenced(const struct work *w)
{
	const struct access *a = w->m->access;
	for (size_t i = 0; i < w->n_clocks; i++) {
		const struct clock_row *row = &w->rows[i];
		const struct ledger_trail *t = coverage_trail(&w->clocks[i], a->start_ns);
		if (!row->is_stream || !coverage_has_stopped(&w->clocks[i], a->start_ns))
			continue;
		struct store_log_host h = { .id = row->clock.id, .site_id = a->site_id, .name = row->host, .source = row->source };
		struct tampering about = { &h, a->destination, row->clock.offset_ns };
		id_set_add(w->j->renamed, tampering_silenced(w->j->tx, &about, t->until_ns - row->clock.offset_ns));
	}
}

static struct judged judge_access(const struct judging *j, const struct member *m)
{
	struct work w = { .j = j, .m = m };
	struct ledger_result result;
	open_case(&w, m->access);
	if (w.ledger == NULL) {
		store_tx_fail(j->tx, "out of memory");
		return (struct judged){ m->access->verdict, false, false };
	}
	feed_all(&w);
	json_t *why = NULL;
	claim_domain(&w);
	int64_t entry = entry_for(&w, &why);
	look_for_unread(&w);
	ledger_judge(w.ledger, entry, &result);
	if (why != NULL)
		json_array_append_new(result.evidence, why);
	struct judged judged = save(&w, &result, result.verdict == VERDICT_LEGITIMATE ? entry : 0);
	judged.has_new_steps = complete(&w);
	if (!result.is_confirmed && result.verdict != VERDICT_UNLOGGED)
		tell_silenced(&w);
	judged.has_changed |= judged.has_new_steps;
	ledger_result_fini(&result);
	ledger_close(w.ledger);
	return judged;
}

struct judged judge_member(const struct judging *j, const struct member *m)
{
	return m->access->is_access ? judge_access(j, m) : (struct judged){ m->access->verdict, false, false };
}

/* ---- encrypted sessions ------------------------------------------------------------------------------------------------ */

struct opaque_work {
	const struct judging *j;
	int64_t access;
};

/* The session as an access with nothing but its logon, held against the log; stored with what the log proves. */
static void try_opaque(void *ctx, const struct access *a)
{
	struct opaque_work *o = ctx;
	struct step logon = { .name = "smb.logon", .time_ns = a->start_ns, .last_ns = a->start_ns, .count = 1, .event = a->key };
	struct member m = { a, &logon, 1 };
	struct work w = { .j = o->j, .m = &m };
	struct completion c;
	open_case(&w, a);
	if (w.ledger == NULL || w.n_clocks == 0) {
		ledger_close(w.ledger);
		return;
	}
	feed_all(&w);
	completion_of(w.ledger, &c);
	if (c.proves_privilege) {
		o->access = store_access_save(o->j->tx, a);
		store_step_save(o->j->tx, o->access, &logon);
	}
	completion_fini(&c);
	ledger_close(w.ledger);
}

int64_t judge_opaque(const struct judging *j, int64_t opaque)
{
	struct opaque_work o = { j, 0 };
	store_opaque_access(j->tx, opaque, try_opaque, &o);
	return o.access;
}
