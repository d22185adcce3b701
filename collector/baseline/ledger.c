#include "collector/baseline/tied.h"

#include "collector/baseline/completion.h"
#include "collector/baseline/evidence.h"
#include "collector/baseline/names.h"
#include "collector/detect/detail.h"
#include "collector/detect/glob.h"
#include "proto/base/clock.h"

#include <stdlib.h>
#include <string.h>

const int64_t ledger_slack_ns = 5 * CLOCK_SECOND_NS;
const int64_t ledger_reuse_ns = 60 * CLOCK_SECOND_NS;
const int64_t ledger_summer_ns = CLOCK_HOUR_NS;
const int64_t ledger_past_ns = 24 * CLOCK_HOUR_NS;
const int64_t ledger_zones_ns = 26 * CLOCK_HOUR_NS;

static const int64_t settling_ns = 120 * CLOCK_SECOND_NS;	/* channels of one host arrive apart */

#define ACT(act) (1u << (act))

/* Acts that name the client of a session. */
static const uint32_t acts_of_client = ACT(LOG_LOGON) | ACT(LOG_LOGON_FAILED) | ACT(LOG_SHARE) | ACT(LOG_OBJECT) | ACT(LOG_DIRECTORY);

/* Acts whose records show that this host's logons are written to this source: where none ever came, absence proves nothing. */
const uint32_t ledger_acts_of_logon = ACT(LOG_LOGON) | ACT(LOG_LOGON_FAILED) | ACT(LOG_LOGOFF) | ACT(LOG_EXPLICIT_LOGON) |
				      ACT(LOG_PRIVILEGES) | ACT(LOG_SHARE) | ACT(LOG_OBJECT) | LEDGER_SECURITY;

static const uint32_t acts_of_install = ACT(LOG_SERVICE_INSTALLED) | ACT(LOG_TASK_REGISTERED);

static bool is_of(const struct log_record *r, uint32_t acts)
{
	return (acts & ACT(r->act)) != 0;
}

const char *ledger_how_name(enum ledger_how how)
{
	static const char *const names[N_LEDGER_HOWS] = { "unknown", "neighbours", "receipt", "zone", "logons", "configured" };
	return names[how];
}

/* ---- the access ---- */

/* What an earlier judgement took from the log is no proof for the next one. */
static bool is_of_log(const struct step *s)
{
	return s->ordinal >= COMPLETION_ORDINAL;
}

static bool begins_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static void look_at_step(struct ledger *l, const struct step *s)
{
	if (is_of_log(s))
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

/* An association over TCP has no logon of its own to be seen: it begins with its bind, as its row does. */
static bool is_association(const struct ledger *l)
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
	l->saw_logon |= is_association(l);
	return l;
}

/* Texts of a record that evidence needs; the rest is left where it came from. */
#define KEPT(X) X(account) X(domain) X(source_address) X(workstation) X(package) X(share) X(object) X(service) X(service_path) X(task)

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

/* ---- tying ---- */

static bool is_within(int64_t ns, int64_t from_ns, int64_t to_ns)
{
	return ns >= from_ns && ns <= to_ns;
}

static bool is_near(const struct ledger *l, int64_t utc_ns)
{
	return is_within(utc_ns, l->logon_ns - ledger_slack_ns, l->logon_ns + ledger_slack_ns);
}

static bool during(const struct ledger *l, int64_t utc_ns, int64_t slack_ns)
{
	int64_t past_ns = l->saw_logon ? slack_ns : ledger_past_ns;
	return is_within(utc_ns, l->logon_ns - past_ns, l->c.access->end_ns + slack_ns);
}

static const char *wire_account(const struct ledger *l)
{
	return l->c.access->account_of_log ? NULL : l->c.access->account;
}

/* An unknown account contradicts nobody. */
static bool may_be_user(const struct ledger *l, const struct log_record *r)
{
	const char *account = wire_account(l);
	return account == NULL || r->account == NULL || names_same_user(account, r->account);
}

static bool is_user(const struct ledger *l, const struct log_record *r)
{
	return wire_account(l) != NULL && r->account != NULL && may_be_user(l, r);
}

static bool is_listed(const uint64_t *ids, size_t n, uint64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (ids[i] == id)
			return true;
	return false;
}

static bool has_logon(const struct ledger *l, uint64_t id)
{
	uint64_t logons[LEDGER_LOGONS];
	return id != 0 && is_listed(logons, ledger_logons(l, logons), id);
}

static bool detail_is(const struct step *s, const char *key, const char *value)
{
	char buffer[DETAIL_TEXT_BYTES];
	const char *seen = value != NULL ? detail_text(s->detail, key, buffer) : NULL;
	return seen != NULL && glob_equal(seen, value);
}

/* Sealed: the call that installs is known, what it installs is not. Encrypted: nothing is, so anything of the session's time. */
static bool may_be_install(const struct ledger *l, const struct log_record *r, int64_t utc_ns)
{
	for (size_t i = 0; i < l->c.n_steps; i++) {
		const struct step *s = &l->c.steps[i];
		bool is_sealed = s->admin && json_is_true(json_object_get(s->detail, "sealed"));
		if (is_sealed && is_within(utc_ns, s->time_ns - ledger_slack_ns, s->last_ns + ledger_slack_ns))
			return may_be_user(l, r);
	}
	return l->c.access->encrypted && may_be_user(l, r);
}

/* True if the access was seen to install what ${r} names. 7045 gives the display name for the service's. */
static bool names_install(const struct ledger *l, const struct log_record *r)
{
	for (size_t i = 0; i < l->c.n_steps; i++) {
		const struct step *s = &l->c.steps[i];
		bool is_service = detail_is(s, "service", r->service) || detail_is(s, "display", r->service) ||
				  detail_is(s, "image_path", r->service_path);
		if (s->admin && !is_of_log(s) && (is_service || detail_is(s, "path", r->task)))
			return true;
	}
	return false;
}

/* Services, tasks and people at the console log on too; only a logon over the network is one of a session. */
static bool is_network(const struct log_record *r)
{
	enum { UNKNOWN = -1, NETWORK = 3, NETWORK_CLEARTEXT = 8 };
	return r->act != LOG_LOGON || r->logon_type == UNKNOWN || r->logon_type == NETWORK || r->logon_type == NETWORK_CLEARTEXT;
}

/* Windows' clients open a session as nobody beside the one they mean, on the same connection: its records are not of a logon that
 * was proved to be somebody's. [MS-DTYP] 2.4.2.4: S-1-5-7 */
static bool is_of_nobody(const struct ledger *l, const struct log_record *r)
{
	const char *auth = l->c.access->auth;
	bool is_somebody = auth != NULL && (strcmp(auth, "ntlm") == 0 || strcmp(auth, "kerberos") == 0);
	return is_somebody && r->sid != NULL && strcmp(r->sid, "S-1-5-7") == 0;
}

/* A proved clock tells the connection from the one before from the same port and from the next; others may be a minute off. */
static bool is_of_connection(const struct ledger *l, const struct ledger_clock *c, int64_t utc_ns)
{
	const struct access *a = l->c.access;
	int64_t slack_ns = c->how >= LEDGER_LOGONS_AGREE ? ledger_slack_ns : ledger_reuse_ns;
	int64_t begin_ns = a->start_ns < l->logon_ns ? a->start_ns : l->logon_ns;
	return is_within(utc_ns, begin_ns - (l->saw_logon ? slack_ns : ledger_past_ns), a->end_ns + slack_ns);
}

/* Where no zone is written summer time begins and ends without a word: until enough logons show it the clock is an hour off. */
static bool is_of_port(const struct ledger *l, const struct ledger_clock *c, const struct log_record *r, int64_t utc_ns)
{
	if (is_of_connection(l, c, utc_ns) || r->has_zone)
		return is_of_connection(l, c, utc_ns);
	return is_of_connection(l, c, utc_ns - ledger_summer_ns) || is_of_connection(l, c, utc_ns + ledger_summer_ns);
}

static enum tie tie_of_client(const struct ledger *l, const struct ledger_clock *c, const struct log_record *r, int64_t utc_ns)
{
	const struct access *a = l->c.access;
	bool same_address = r->source_address != NULL && strcmp(r->source_address, a->source) == 0;
	if (same_address && r->source_port == a->source_port && a->source_port != 0)
		return is_of_port(l, c, r, utc_ns) ? TIE_PORT : TIE_NONE;
	if (!is_near(l, utc_ns))
		return TIE_NONE;
	if (same_address && r->source_port == 0)
		return may_be_user(l, r) ? TIE_ADDRESS : TIE_DOUBT;
	if (r->source_address == NULL)
		return is_user(l, r) ? TIE_DOUBT : TIE_NONE;
	/* Behind an address translator the log sees another source, often with the same port. */
	bool is_translated = !same_address && (r->source_port == a->source_port ? may_be_user(l, r) : is_user(l, r));
	return is_translated ? TIE_DOUBT : TIE_NONE;
}

/* A record of an installation whose logon is not this one's, as far as is known. */
static enum tie tie_of_install(const struct ledger *l, const struct log_record *r, int64_t utc_ns, enum tie otherwise)
{
	if (names_install(l, r))
		return r->logon_id != 0 ? TIE_ACT : TIE_NEAR;
	bool is_hidden = tied_is_dark(l) && may_be_install(l, r, utc_ns);
	if (is_hidden && r->logon_id == 0)
		return TIE_NEAR;
	return is_hidden && is_user(l, r) ? TIE_ACT : otherwise;
}

static enum tie tie_of(const struct ledger *l, const struct ledger_clock *c, const struct log_record *r, int64_t utc_ns)
{
	enum tie client = is_of(r, acts_of_client) && is_network(r) && !is_of_nobody(l, r) ? tie_of_client(l, c, r, utc_ns) : TIE_NONE;
	if (client >= TIE_ADDRESS)
		return client;
	if (has_logon(l, r->logon_id) && during(l, utc_ns, ledger_past_ns))
		return TIE_LOGON;
	if (is_of(r, acts_of_install) && during(l, utc_ns, ledger_slack_ns))
		return tie_of_install(l, r, utc_ns, client);
	return client;
}

/* A record of this client by a clock that may show any zone: when it was written, nobody knows. */
static bool may_be_ours(const struct ledger *l, const struct log_record *r)
{
	const struct access *a = l->c.access;
	bool same_address = r->source_address != NULL && strcmp(r->source_address, a->source) == 0;
	bool may_be_port = r->source_port == 0 || r->source_port == a->source_port;
	bool may_be_then = is_within(r->time_ns, l->logon_ns - ledger_zones_ns, a->end_ns + ledger_zones_ns);
	return is_of(r, acts_of_client) && is_network(r) && same_address && may_be_port && may_be_then && may_be_user(l, r);
}

bool ledger_has_undated(const struct ledger *l)
{
	return l->has_undated;
}

/* ---- keeping ---- */

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
		if (last == NULL || other->tie < last->tie || (other->tie == last->tie && is_earlier(last, other)))
			last = other;
	}
	if (of_act < LEDGER_PER_ACT)
		return &l->items[l->n++];
	if (t->tie < last->tie || (t->tie == last->tie && !is_earlier(t, last)))
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

static bool is_kept(const struct ledger *l, int64_t id)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->items[i].id == id)
			return true;
	return false;
}

void ledger_add(struct ledger *l, int64_t clock, int64_t id, const struct log_record *r)
{
	struct tied t = { .id = id, .clock = clock_of(l, clock), .r = *r };
	if (t.clock == NULL || t.clock->is_disputed || is_kept(l, id))
		return;
	if (t.clock->how == LEDGER_UNKNOWN) {
		l->has_undated |= may_be_ours(l, r);
		return;
	}
	t.utc_ns = r->time_ns - t.clock->offset_ns;
	t.tie = tie_of(l, t.clock, r, t.utc_ns);
	struct tied *place = t.tie != TIE_NONE ? place_for(l, &t) : NULL;
	if (place == NULL)
		return;
	*place = t;
	if (!keep(place)) {	/* half a record is none */
		drop(place);
		*place = l->items[--l->n];
	}
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

/* The log means the second that begins there when it writes no fractions. */
static int64_t last_of(const struct ledger_clock *c)
{
	return c->last_ns % CLOCK_SECOND_NS == 0 ? c->last_ns + CLOCK_SECOND_NS - 1 : c->last_ns;
}

static bool covers(const struct ledger_clock *c, int64_t from_ns, int64_t to_ns)
{
	bool is_usable = c->how != LEDGER_UNKNOWN && !c->is_disputed;
	return is_usable && c->first_ns - c->offset_ns <= from_ns && to_ns <= last_of(c) - c->offset_ns;
}

bool tied_covered(const struct ledger *l, int64_t from_ns, int64_t to_ns, uint32_t acts)
{
	for (size_t i = 0; i < l->c.n_clocks; i++)
		if ((l->c.clocks[i].acts & acts) != 0 && covers(&l->c.clocks[i], from_ns, to_ns))
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
		if ((l->c.clocks[i].acts & ledger_acts_of_logon) != 0 && !l->c.clocks[i].is_disputed)
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

/* A log that lives may write a moment late what it will write. */
static bool is_silent(const struct ledger *l)
{
	bool covered = false;
	for (size_t i = 0; i < l->c.n_clocks; i++) {
		const struct ledger_clock *c = &l->c.clocks[i];
		covered |= (c->acts & ledger_acts_of_logon) != 0 && covers(c, l->logon_ns, l->logon_ns + (c->lives ? settling_ns : 0));
	}
	return covered && l->saw_logon && !l->has_undated && strongest(l) <= TIE_NEAR;
}

static bool is_awaited(const struct ledger *l)
{
	for (size_t i = 0; i < l->c.n_clocks; i++) {
		const struct ledger_clock *c = &l->c.clocks[i];
		bool has_begun = !c->is_disputed && c->how != LEDGER_UNKNOWN && c->first_ns - c->offset_ns <= l->logon_ns;
		if (c->lives && has_begun && !covers(c, l->logon_ns, l->logon_ns + settling_ns))
			return true;
	}
	return false;
}

static enum verdict verdict_of(const struct ledger *l, int64_t entry, bool is_confirmed)
{
	if (!is_confirmed && is_silent(l))
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
	if (best == NULL || best->tie < TIE_ACT || !l->saw_logon || expected_more(l))
		return false;
	for (size_t i = 0; i < l->c.n_clocks; i++)
		if (l->c.clocks[i].how < LEDGER_LOGONS_AGREE)
			return false;
	return true;
}

void ledger_judge(const struct ledger *l, int64_t entry, struct ledger_result *out)
{
	const struct tied *best = evidence_best(l);
	json_t *missing = best != NULL && best->tie >= TIE_ACT ? expected_missing(l) : json_array();
	*out = (struct ledger_result){ .is_confirmed = best != NULL && best->tie >= TIE_ACT, .findings = json_array() };
	out->verdict = verdict_of(l, entry, out->is_confirmed);
	if (json_array_size(missing) > 0)
		json_array_append_new(out->findings, json_string("missing_records"));
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
