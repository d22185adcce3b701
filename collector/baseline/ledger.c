#include "collector/baseline/tied.h"

#include "collector/baseline/completion.h"
#include "collector/baseline/coverage.h"
#include "collector/baseline/evidence.h"
#include "collector/baseline/names.h"
#include "collector/detect/glob.h"
#include "proto/base/clock.h"

#include <stdlib.h>
#include <string.h>

const int64_t ledger_slack_ns = 5 * CLOCK_SECOND_NS;
const int64_t ledger_reuse_ns = 60 * CLOCK_SECOND_NS;
const int64_t ledger_wrong_ns = 600 * CLOCK_SECOND_NS;
const int64_t ledger_rivals_ns = 2 * 600 * CLOCK_SECOND_NS;
const int64_t ledger_sharers_ns = 30 * CLOCK_SECOND_NS;
const int64_t ledger_summer_ns = CLOCK_HOUR_NS;
const int64_t ledger_past_ns = 24 * CLOCK_HOUR_NS;
const int64_t ledger_zones_ns = 26 * CLOCK_HOUR_NS;

static const int64_t settling_ns = 120 * CLOCK_SECOND_NS;	/* channels of one host arrive apart */

const char *ledger_how_name(enum ledger_how how)
{
	static const char *const names[N_LEDGER_HOWS] = { "unknown", "neighbours", "receipt", "zone", "logons", "configured" };
	return names[how];
}

/* ---- the access ---- */

bool tied_is_of_log(const struct step *s)
{
	return s->ordinal >= COMPLETION_ORDINAL;
}

static bool begins_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static void look_at_step(struct ledger *l, const struct step *s)
{
	if (tied_is_of_log(s))
		return;
	if (strcmp(s->name, "smb.logon") == 0) {
		l->saw_logon = true;
		l->logon_ns = s->time_ns;
	}
	l->has_admin_tree |= strcmp(s->name, "smb.tree.admin") == 0;
	l->has_file |= begins_with(s->name, "file.") && s->admin;
	bool is_service = begins_with(s->name, "svcctl.create_") && s->admin;
	bool is_task = glob_matches("*.sch_rpc_register_task", s->name) && s->admin;
	l->has_service |= is_service;
	l->has_task |= is_task;
	l->has_sealed |= (is_service || is_task) && json_is_true(json_object_get(s->detail, "sealed"));
}

bool tied_is_association(const struct ledger *l)
{
	return l->c.access->session_id == 0 && l->c.access->dialect == NULL;
}

struct ledger *ledger_open(const struct ledger_case *c)
{
	struct ledger *l = calloc(1, sizeof *l);
	if (l == NULL)
		return NULL;
	l->c = *c;
	l->logon_ns = c->access->start_ns;
	for (size_t i = 0; i < c->n_steps; i++)
		look_at_step(l, &c->steps[i]);
	l->saw_logon |= tied_is_association(l);
	return l;
}

/* Texts of a record that evidence needs; the rest is left where it came from. */
#define KEPT(X) \
	X(account) X(domain) X(sid) X(server) X(source_address) X(workstation) X(package) X(share) X(object) X(service) \
	X(service_path) X(task)

static void drop(struct tied *t)
{
#define DROP(name) free((void *)(uintptr_t)t->r.name);
	KEPT(DROP)
#undef DROP
}

void ledger_close(struct ledger *l)
{
	for (size_t i = 0; l != NULL && i < l->n; i++)
		drop(&l->items[i]);
	free(l);
}

/* ---- keeping ---- */

bool ledger_has_undated(const struct ledger *l)
{
	return l->has_undated;
}

static bool keep(struct tied *t)
{
	bool is_whole = true;
#define COPY(name)                                                 \
	if (t->r.name != NULL) {                                   \
		t->r.name = strdup(t->r.name);                     \
		is_whole = is_whole && t->r.name != NULL;          \
	}
	KEPT(COPY)
#undef COPY
	return is_whole;
}

static bool is_earlier(const struct tied *a, const struct tied *b)
{
	return a->utc_ns != b->utc_ns ? a->utc_ns < b->utc_ns : a->id < b->id;
}

/* How far from the logon a record stands that names this very connection beside its time: another one may be nearer to it. */
static int64_t misplaced_by(const struct ledger *l, const struct tied *t)
{
	return tied_is_misplaced(l, t) ? llabs(t->utc_ns - l->logon_ns) : 0;
}

static bool is_weaker(const struct ledger *l, const struct tied *a, const struct tied *b)
{
	int64_t of_a = misplaced_by(l, a), of_b = misplaced_by(l, b);
	if (a->tie != b->tie)
		return a->tie < b->tie;
	return of_a != of_b ? of_a > of_b : is_earlier(b, a);
}

/* Where ${t} may stand: behind the others, or, when its act has enough of them, in place of a weaker or later one; else NULL. */
static struct tied *place_for(struct ledger *l, const struct tied *t)
{
	struct tied *last = NULL;
	size_t of_act = 0;
	for (size_t i = 0; i < l->n; i++) {
		struct tied *other = &l->items[i];
		if (other->r.act != t->r.act)
			continue;
		of_act++;
		if (last == NULL || is_weaker(l, other, last))
			last = other;
	}
	if (of_act < LEDGER_PER_ACT)
		return &l->items[l->n++];
	if (!is_weaker(l, last, t))
		return NULL;
	drop(last);
	return last;
}

static const struct ledger_clock *clock_of(const struct ledger *l, int64_t id)
{
	for (size_t i = 0; i < l->c.n_clocks; i++)
		if (l->c.clocks[i].id == id)
			return &l->c.clocks[i];
	return NULL;
}

static struct tied *kept_of(struct ledger *l, int64_t id)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->items[i].id == id)
			return &l->items[i];
	return NULL;
}

/* A record that another host's log would have to confirm is a doubt. */
static enum tie limited(const struct ledger_clock *c, enum tie tie)
{
	return c->rival != NULL && tie >= TIE_ACT ? TIE_DOUBT : tie;
}

static void add_new(struct ledger *l, const struct tied *t)
{
	struct tied *place = t->tie != TIE_NONE ? place_for(l, t) : NULL;
	if (place == NULL)
		return;
	*place = *t;
	if (!keep(place)) {	/* half a record is none */
		drop(place);
		*place = l->items[--l->n];
	}
}

/* By another offset only what is tied more strongly by it. */
static void tie_by(const struct ledger *l, struct tied *t, int64_t offset_ns)
{
	int64_t utc_ns = t->r.time_ns - offset_ns;
	enum tie tie = limited(t->clock, tie_of(l, t->clock, &t->r, utc_ns));
	bool is_first = t->utc_ns == 0, is_proof = tie >= TIE_ACT && tie > t->tie;
	if (!is_first && !is_proof)
		return;
	t->tie = tie;
	t->utc_ns = utc_ns;
	t->offset_ns = offset_ns;
}

/* Of logons only while the trail tells them. */
static bool trail_covers(const struct ledger_clock *c, const struct ledger_trail *t, uint32_t acts, int64_t from_ns, int64_t to_ns)
{
	bool is_told = acts != LEDGER_TELLS || coverage_telling(c, t, from_ns) == COVERAGE_TELLS;
	return is_told && c->n_unread == 0 && coverage_of(c, t, acts, from_ns, to_ns);
}

static bool tells_logon(const struct ledger_clock *c, int64_t at_ns, int64_t to_ns)
{
	for (size_t i = 0; i < N_LOG_TRAILS; i++)
		if (trail_covers(c, &c->trails[i], LEDGER_TELLS, at_ns, to_ns))
			return true;
	return false;
}

/* True if the zone that ${r} does not name may put it at the access: zones are a quarter of an hour apart. */
static bool fits_zone(const struct ledger *l, const struct log_record *r)
{
	const int64_t quarter_ns = CLOCK_HOUR_NS / 4;
	int64_t off_ns = llabs(r->time_ns - l->logon_ns) % quarter_ns;
	return off_ns <= ledger_reuse_ns || off_ns >= quarter_ns - ledger_reuse_ns;
}

/* True if ${r}, of which nobody knows when ${undated} wrote it, leaves in doubt what the dated logs of the server lack. */
static bool is_excuse(const struct ledger *l, const struct ledger_clock *undated, const struct log_record *r)
{
	bool is_told = false;
	for (size_t i = 0; i < l->c.n_clocks; i++) {
		const struct ledger_clock *c = &l->c.clocks[i];
		if (!tells_logon(c, l->logon_ns, l->logon_ns))
			continue;
		if (strcmp(c->source, undated->source) == 0 && names_same_host(c->host, undated->host))
			return false;
		is_told = true;
	}
	return !is_told || (r->source_port != 0 && fits_zone(l, r));
}

/* A record that is kept may be tied more strongly by what has come since. */
void ledger_add(struct ledger *l, int64_t clock, int64_t id, const struct log_record *r)
{
	struct tied t = { .id = id, .clock = clock_of(l, clock), .r = *r };
	if (t.clock == NULL || t.clock->is_disputed)
		return;
	if (t.clock->how == LEDGER_UNKNOWN) {
		l->has_undated |= tie_may_be(l, r) && is_excuse(l, t.clock, r);
		return;
	}
	struct tied *kept = kept_of(l, id);
	tie_by(l, &t, t.clock->offset_ns);
	for (size_t i = 0; i < t.clock->n_others; i++)
		tie_by(l, &t, t.clock->other_ns[i]);
	if (kept == NULL)
		add_new(l, &t);
	else if (t.tie > kept->tie)
		kept->tie = t.tie;
}

/* Its zone is known and nothing says that it is right. */
static bool is_believed_alone(const struct ledger_clock *c)
{
	return c->how != LEDGER_UNKNOWN && c->how < LEDGER_LOGONS_AGREE && !c->is_disputed;
}

void ledger_excuse(struct ledger *l, int64_t clock, int64_t id, const struct log_record *r)
{
	struct tied t = { .id = id, .clock = clock_of(l, clock), .r = *r, .tie = TIE_DOUBT };
	bool is_usable = t.clock != NULL && is_believed_alone(t.clock) && tie_may_excuse(l, r);
	if (!is_usable || kept_of(l, id) != NULL)
		return;
	t.offset_ns = t.clock->offset_ns;
	t.utc_ns = r->time_ns - t.offset_ns;
	add_new(l, &t);
}

void ledger_stray(struct ledger *l, int64_t clock, int64_t id, const struct log_record *r)
{
	struct tied t = { .id = id, .clock = clock_of(l, clock), .r = *r, .tie = TIE_DOUBT };
	bool is_usable = t.clock != NULL && t.clock->how != LEDGER_UNKNOWN && !t.clock->is_disputed && t.clock->rival == NULL;
	if (!is_usable || kept_of(l, id) != NULL)
		return;
	t.offset_ns = t.clock->offset_ns;
	t.utc_ns = r->time_ns - t.offset_ns;
	if (tie_is_astray(l, r, t.utc_ns))
		add_new(l, &t);
}

/* ---- doubts ---- */

bool tied_is_misplaced(const struct ledger *l, const struct tied *t)
{
	bool is_aside = t->tie == TIE_PORT && tie_is_aside(l, &t->r, t->utc_ns);
	return is_aside || (t->tie == TIE_DOUBT && tie_is_here(l, &t->r) && !tie_is_other_user(l, &t->r));
}

bool tied_is_far(const struct ledger *l, const struct tied *t)
{
	const char *address = t->r.source_address;
	bool is_client = address != NULL && strcmp(address, l->c.access->source) == 0;
	return t->tie == TIE_DOUBT && is_client && t->r.source_port == 0 && !tie_is_other_user(l, &t->r);
}

/* The wire may show whose it is: it names an end of a connection, or who came from the access's own address, and is not plainly this
 * access's. */
static bool is_doubtful(const struct ledger *l, const struct tied *t)
{
	bool is_alias = t->tie == TIE_PORT && tie_is_other_user(l, &t->r);
	bool is_named = t->r.source_port != 0 || (t->r.account != NULL && tie_is_other_user(l, &t->r));
	return (t->tie == TIE_DOUBT || is_alias || tied_is_misplaced(l, t)) && t->r.source_address != NULL && is_named;
}

size_t ledger_doubts(const struct ledger *l, struct ledger_doubt out[LEDGER_DOUBTS])
{
	size_t n = 0;
	for (size_t i = 0; i < l->n && n < LEDGER_DOUBTS; i++) {
		const struct tied *t = &l->items[i];
		if (is_doubtful(l, t))
			out[n++] = (struct ledger_doubt){ t->id, t->r.source_address, t->r.source_port, t->r.account,
						    t->utc_ns, tied_is_misplaced(l, t) };
	}
	return n;
}

static bool is_of_logon(const struct tied *t, uint64_t logon)
{
	return logon != 0 && t->r.logon_id == logon && t->tie <= TIE_LOGON;
}

/* What was tied by nothing but its logon id goes with it. */
void ledger_dismiss(struct ledger *l, int64_t id)
{
	struct tied *t = kept_of(l, id);
	uint64_t logon = t != NULL ? t->r.logon_id : 0;
	for (size_t i = l->n; i-- > 0;) {
		if (l->items[i].id != id && !is_of_logon(&l->items[i], logon))
			continue;
		drop(&l->items[i]);
		l->items[i] = l->items[--l->n];
	}
}

static bool has_address_of(const struct ledger *l, uint64_t logon)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->items[i].tie == TIE_ADDRESS && l->items[i].r.logon_id == logon)
			return true;
	return false;
}

bool ledger_needs_sharing(const struct ledger *l)
{
	const struct tied *t = l->items;
	bool is_any = false;
	for (size_t i = 0; i < l->n; i++, t++) {
		if (t->tie == TIE_PORT || (t->tie == TIE_ACT && !has_address_of(l, t->r.logon_id)))
			return false;
		is_any |= t->tie == TIE_ADDRESS && t->r.act == LOG_LOGON;
	}
	return is_any && l->saw_logon;
}

void ledger_share_out(struct ledger *l)
{
	l->has_too_few = true;
	for (size_t i = l->n; i-- > 0;) {
		struct tied *t = &l->items[i];
		t->tie = t->tie == TIE_ADDRESS ? TIE_DOUBT : t->tie;
		if (t->tie >= TIE_ACT) {
			drop(t);
			*t = l->items[--l->n];
		}
	}
}

static bool is_listed(const uint64_t *ids, size_t n, uint64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (ids[i] == id)
			return true;
	return false;
}

size_t ledger_logons(const struct ledger *l, uint64_t out[LEDGER_LOGONS])
{
	size_t n = 0;
	for (size_t i = 0; i < l->n && n < LEDGER_LOGONS; i++) {
		const struct tied *t = &l->items[i];
		if (t->tie >= TIE_ACT && t->r.logon_id != 0 && !is_listed(out, n, t->r.logon_id))
			out[n++] = t->r.logon_id;
	}
	return n;
}

/* ---- what is tied ---- */

bool tied_has(const struct ledger *l, enum log_act act, enum tie tie)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->items[i].r.act == act && l->items[i].tie >= tie)
			return true;
	return false;
}

bool tied_covered(const struct ledger *l, int64_t from_ns, int64_t to_ns, uint32_t acts)
{
	for (size_t i = 0; i < l->c.n_clocks; i++)
		for (size_t t = 0; t < N_LOG_TRAILS; t++)
			if (trail_covers(&l->c.clocks[i], &l->c.clocks[i].trails[t], acts, from_ns, to_ns))
				return true;
	return false;
}

bool tied_is_dark(const struct ledger *l)
{
	return l->c.access->encrypted || l->has_sealed;
}

bool tied_tells_logons(const struct ledger *l)
{
	for (size_t i = 0; i < l->c.n_clocks; i++)
		if (coverage_trail(&l->c.clocks[i], l->logon_ns) != NULL && !l->c.clocks[i].is_disputed && l->c.clocks[i].rival == NULL)
			return true;
	return false;
}

static enum tie strongest(const struct ledger *l)
{
	enum tie tie = TIE_NONE;
	for (size_t i = 0; i < l->n; i++)
		tie = l->items[i].tie > tie ? l->items[i].tie : tie;
	return tie;
}

/* Until when a log must cover so that nothing of the logon is on its way any more: a log that lives may write a moment late what it
 * will write, unless its sender has vouched for that moment. */
static int64_t settled_ns(const struct ledger *l, const struct ledger_clock *c)
{
	bool is_vouched = c->is_vouched && c->vouched_ns - c->offset_ns >= l->logon_ns + ledger_slack_ns;
	return l->logon_ns + (c->lives && !is_vouched ? settling_ns : 0);
}

bool ledger_needs_excuse(const struct ledger *l)
{
	bool is_any = false;
	for (size_t i = 0; i < l->c.n_clocks; i++)
		is_any |= is_believed_alone(&l->c.clocks[i]);
	return is_any && l->saw_logon && strongest(l) <= TIE_NEAR;
}

bool ledger_is_silent(const struct ledger *l)
{
	bool covered = false;
	for (size_t i = 0; i < l->c.n_clocks; i++) {
		const struct ledger_clock *c = &l->c.clocks[i];
		covered |= tells_logon(c, l->logon_ns, settled_ns(l, c));
	}
	return covered && l->saw_logon && !l->has_undated && strongest(l) <= TIE_NEAR;
}

/* What another log of the host tells need not be waited for. */
static bool is_told_elsewhere(const struct ledger *l, const struct ledger_clock *c)
{
	for (size_t i = 0; i < l->c.n_clocks; i++) {
		const struct ledger_clock *other = &l->c.clocks[i];
		bool is_other = other != c && names_same_host(other->host, c->host);
		if (is_other && tells_logon(other, l->logon_ns, settled_ns(l, other)))
			return true;
	}
	return false;
}

static bool is_awaited(const struct ledger *l)
{
	for (size_t i = 0; i < l->c.n_clocks; i++) {
		const struct ledger_clock *c = &l->c.clocks[i];
		const struct ledger_trail *t = coverage_trail(c, l->logon_ns);
		int64_t first_ns = t != NULL ? t->first_ns : c->first_ns;
		bool has_begun = !c->is_disputed && c->how != LEDGER_UNKNOWN && first_ns - c->offset_ns <= l->logon_ns;
		int64_t due_ns = settled_ns(l, c);
		bool has_come = t != NULL ? coverage_of(c, t, LEDGER_TELLS, l->logon_ns, due_ns) : coverage_of_log(c, l->logon_ns, due_ns);
		if (c->lives && has_begun && !has_come && !is_told_elsewhere(l, c))
			return true;
	}
	return false;
}

static enum verdict verdict_of(const struct ledger *l, int64_t entry, bool is_confirmed)
{
	if (!is_confirmed && ledger_is_silent(l))
		return VERDICT_UNLOGGED;
	if (entry != 0)
		return VERDICT_LEGITIMATE;
	if (is_confirmed)
		return VERDICT_UNAPPROVED;
	return is_awaited(l) ? VERDICT_PENDING : VERDICT_UNVERIFIED;
}

/* ---- the answer ---- */

bool ledger_logon_record(const struct ledger *l, struct log_record *out)
{
	const struct tied *best = evidence_best(l);
	if (best == NULL || best->tie < TIE_ACT || best->r.act != LOG_LOGON)
		return false;
	*out = best->r;
	return true;
}

bool ledger_shows_offset(const struct ledger *l, int64_t *clock, int64_t *offset_ns)
{
	const struct tied *best = evidence_best(l);
	if (best == NULL || best->tie != TIE_PORT || best->r.act != LOG_LOGON || !tied_is_misplaced(l, best))
		return false;
	*clock = best->clock->id;
	*offset_ns = best->r.time_ns - l->logon_ns;
	return true;
}

bool ledger_account(const struct ledger *l, char *out, size_t cap)
{
	const struct tied *best = evidence_best(l);
	if (best == NULL || best->tie < TIE_ACT || best->r.account == NULL || best->r.act == LOG_LOGON_FAILED)
		return false;
	evidence_account(&best->r, out, cap);
	return true;
}

bool ledger_is_settled(const struct ledger *l)
{
	const struct tied *best = evidence_best(l);
	if (best == NULL || best->tie < TIE_ACT || !l->saw_logon || tied_is_misplaced(l, best) || expected_more(l))
		return false;
	for (size_t i = 0; i < l->c.n_clocks; i++)
		if (l->c.clocks[i].how < LEDGER_LOGONS_AGREE)
			return false;
	return true;
}

static bool is_confirmed(const struct tied *best)
{
	return best != NULL && best->tie >= TIE_ACT;
}

enum ledger_lack ledger_lack(const struct ledger *l)
{
	if (!is_confirmed(evidence_best(l)))
		return ledger_is_silent(l) ? LEDGER_LACKS_LOGON : LEDGER_LACKS_NOTHING;
	json_t *missing = expected_missing(l);
	bool is_missing = json_array_size(missing) > 0;
	json_decref(missing);
	return is_missing ? LEDGER_LACKS_RECORDS : LEDGER_LACKS_NOTHING;
}

static bool has_unread(const struct ledger *l)
{
	for (size_t i = 0; i < l->c.n_clocks; i++)
		if (l->c.clocks[i].n_unread > 0)
			return true;
	return false;
}

/* Nobody can say any more whether the access was logged, because the log has stopped to tell. */
static bool has_stopped(const struct ledger *l)
{
	for (size_t i = 0; i < l->c.n_clocks; i++)
		if (coverage_has_stopped(&l->c.clocks[i], l->logon_ns))
			return true;
	return false;
}

void ledger_judge(const struct ledger *l, int64_t entry, struct ledger_result *out)
{
	const struct tied *best = evidence_best(l);
	json_t *missing = is_confirmed(best) ? expected_missing(l) : json_array();
	*out = (struct ledger_result){ .is_confirmed = is_confirmed(best), .findings = json_array() };
	out->verdict = verdict_of(l, entry, out->is_confirmed);
	if (json_array_size(missing) > 0)
		json_array_append_new(out->findings, json_string("missing_records"));
	if (best != NULL && best->tie == TIE_PORT && tie_is_other_user(l, &best->r))
		json_array_append_new(out->findings, json_string("account_differs"));
	if (!out->is_confirmed && out->verdict != VERDICT_UNLOGGED && has_stopped(l))
		json_array_append_new(out->findings, json_string("logons_stopped"));
	if (l->has_too_few)
		json_array_append_new(out->findings, json_string("too_few_records"));
	if (has_unread(l))
		json_array_append_new(out->findings, json_string("unread_records"));
	out->log = out->is_confirmed ? evidence_log(l, best) : NULL;
	out->evidence = evidence_sentences(l, out->verdict, missing);
	json_decref(missing);
}

void ledger_result_fini(struct ledger_result *r)
{
	json_decref(r->log);
	json_decref(r->findings);
	json_decref(r->evidence);
	*r = (struct ledger_result){ 0 };
}
