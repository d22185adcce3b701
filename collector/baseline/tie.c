/* How a record is tied to an access: see ledger.h for the ways, tied.h for what each is worth. */
#include "collector/baseline/tied.h"

#include "collector/baseline/address.h"
#include "collector/baseline/names.h"
#include "collector/detect/detail.h"
#include "collector/detect/glob.h"
#include "proto/base/clock.h"

#include <stdlib.h>
#include <string.h>

#define ACT(act) (1u << (act))

/* Acts that name the client of a session. */
static const uint32_t acts_of_client = ACT(LOG_LOGON) | ACT(LOG_LOGON_FAILED) | ACT(LOG_SHARE) | ACT(LOG_OBJECT) | ACT(LOG_DIRECTORY);

static const uint32_t acts_of_install = ACT(LOG_SERVICE_INSTALLED) | ACT(LOG_TASK_REGISTERED);

static bool is_of(const struct log_record *r, uint32_t acts)
{
	return (acts & ACT(r->act)) != 0;
}

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

bool tie_is_other_user(const struct ledger *l, const struct log_record *r)
{
	return !may_be_user(l, r);
}

static bool is_user(const struct ledger *l, const struct log_record *r)
{
	return wire_account(l) != NULL && r->account != NULL && may_be_user(l, r);
}

static bool has_logon(const struct ledger *l, uint64_t id)
{
	uint64_t logons[LEDGER_LOGONS];
	size_t n = id != 0 ? ledger_logons(l, logons) : 0;
	for (size_t i = 0; i < n; i++)
		if (logons[i] == id)
			return true;
	return false;
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
		if (s->admin && !tied_is_of_log(s) && (is_service || detail_is(s, "path", r->task)))
			return true;
	}
	return false;
}

/* NTLM is not Kerberos; what says neither may be both. */
static bool may_be_package(const struct ledger *l, const struct log_record *r)
{
	const char *auth = l->c.access->auth;
	if (auth == NULL || r->package == NULL)
		return true;
	bool is_other = strcmp(auth, "ntlm") == 0 ? glob_matches("*kerberos*", r->package) :
			strcmp(auth, "kerberos") == 0 ? glob_matches("*ntlm*", r->package) : false;
	return !is_other;
}

/* A translator of addresses leaves the name alone that the client gives itself. */
static bool may_be_workstation(const struct ledger *l, const struct log_record *r)
{
	const char *wire = l->c.access->workstation;
	if (wire == NULL || wire[0] == '\0' || r->act != LOG_LOGON || r->workstation == NULL)
		return true;
	const char *logged = r->workstation + strspn(r->workstation, "\\");
	return logged[0] == '\0' || names_same_host(wire, logged);
}

/* Guests and nobody are logged under a name that they did not give. */
static bool is_proved(const struct ledger *l)
{
	const char *auth = l->c.access->auth;
	return auth != NULL && (strcmp(auth, "ntlm") == 0 || strcmp(auth, "kerberos") == 0);
}

/* Windows' clients open a session as nobody beside the one they mean, on the same connection: its records are not of a logon that
 * was proved to be somebody's. [MS-DTYP] 2.4.2.4: S-1-5-7 */
static bool is_of_nobody(const struct ledger *l, const struct log_record *r)
{
	return is_proved(l) && r->sid != NULL && strcmp(r->sid, "S-1-5-7") == 0;
}

static bool is_of_connection(const struct ledger *l, int64_t utc_ns, int64_t slack_ns)
{
	const struct access *a = l->c.access;
	int64_t begin_ns = a->start_ns < l->logon_ns ? a->start_ns : l->logon_ns;
	return is_within(utc_ns, begin_ns - (l->saw_logon ? slack_ns : ledger_past_ns), a->end_ns + slack_ns);
}

/* Any clock may be a minute off: those that logons proved drift, and are set. Of another person only the slack is let pass by a proved one.
 * Where no zone is written summer time begins and ends without a word: until enough logons show it the clock is an hour off. */
static bool is_of_port(const struct ledger *l, const struct ledger_clock *c, const struct log_record *r, int64_t utc_ns)
{
	bool is_strict = c->how >= LEDGER_LOGONS_AGREE && !may_be_user(l, r);
	int64_t slack_ns = is_strict ? ledger_slack_ns : ledger_reuse_ns;
	if (is_of_connection(l, utc_ns, slack_ns) || r->has_zone)
		return is_of_connection(l, utc_ns, slack_ns);
	return is_of_connection(l, utc_ns - ledger_summer_ns, slack_ns) || is_of_connection(l, utc_ns + ledger_summer_ns, slack_ns);
}

bool tie_is_here(const struct ledger *l, const struct log_record *r)
{
	const struct access *a = l->c.access;
	bool same_address = r->source_address != NULL && strcmp(r->source_address, a->source) == 0;
	return same_address && a->source_port != 0 && r->source_port == a->source_port;
}

bool tie_is_aside(const struct ledger *l, const struct log_record *r, int64_t utc_ns)
{
	bool is_aside = !is_of_connection(l, utc_ns, ledger_slack_ns) && is_of_connection(l, utc_ns, ledger_reuse_ns);
	return is_aside && tie_is_here(l, r);
}

/* Zones are a quarter of an hour apart: whoever took one for another writes times that are off by as much. */
static bool is_zones_away(const struct ledger *l, int64_t utc_ns)
{
	const int64_t quarter_ns = CLOCK_HOUR_NS / 4;
	int64_t off_ns = llabs(utc_ns - l->logon_ns) % quarter_ns;
	return off_ns <= ledger_reuse_ns || off_ns >= quarter_ns - ledger_reuse_ns;
}

bool tie_is_astray(const struct ledger *l, const struct log_record *r, int64_t utc_ns)
{
	bool is_logon = (r->act == LOG_LOGON || r->act == LOG_SHARE) && log_record_is_of_network(r) && !is_of_nobody(l, r);
	bool is_minutes = is_within(utc_ns, l->logon_ns - ledger_wrong_ns, l->c.access->end_ns + ledger_wrong_ns);
	bool is_hours = is_within(utc_ns, l->logon_ns - ledger_zones_ns, l->logon_ns + ledger_zones_ns);
	bool may_be_then = is_minutes || (is_hours && (!r->has_zone || is_zones_away(l, utc_ns)));
	return is_logon && may_be_then && tie_is_here(l, r) && may_be_user(l, r);
}

/* The logon itself, at its moment and from its port: of the same person under another name, unless the wire shows somebody else there. */
static enum tie tie_of_port(const struct ledger *l, const struct log_record *r, int64_t utc_ns)
{
	if (may_be_user(l, r))
		return TIE_PORT;
	return r->act == LOG_LOGON && is_near(l, utc_ns) ? TIE_PORT : TIE_DOUBT;
}

/* Address and moment alone. A log of shares may write the user that the server maps the person to; one of logons writes the person. */
static enum tie tie_of_address(const struct ledger *l, const struct log_record *r)
{
	if (may_be_user(l, r))
		return TIE_ADDRESS;
	return r->act != LOG_LOGON || !is_proved(l) ? TIE_DOUBT : TIE_NONE;
}

/* Another address, or none: behind an address translator the log sees another source, often with the same port; Windows leaves the
 * address of some associations over TCP out, never that of an SMB session. What else the record names must fit. */
static enum tie tie_of_stranger(const struct ledger *l, const struct log_record *r)
{
	if (r->source_address == NULL)
		return tied_is_association(l) && is_user(l, r) ? TIE_DOUBT : TIE_NONE;
	bool is_itself = strcmp(r->source_address, l->c.access->destination) == 0 || address_is_local(r->source_address);
	if (is_itself || !may_be_package(l, r) || !may_be_workstation(l, r))
		return TIE_NONE;
	bool has_port = r->source_port != 0 && r->source_port == l->c.access->source_port;
	return (has_port ? may_be_user(l, r) : is_user(l, r)) ? TIE_DOUBT : TIE_NONE;
}

static enum tie tie_of_client(const struct ledger *l, const struct ledger_clock *c, const struct log_record *r, int64_t utc_ns)
{
	const struct access *a = l->c.access;
	bool same_address = r->source_address != NULL && strcmp(r->source_address, a->source) == 0;
	if (tie_is_here(l, r))
		return is_of_port(l, c, r, utc_ns) ? tie_of_port(l, r, utc_ns) : TIE_NONE;
	if (!is_near(l, utc_ns) || (same_address && r->source_port != 0))
		return TIE_NONE;
	return same_address ? tie_of_address(l, r) : tie_of_stranger(l, r);
}

/* An access was let in, so a record of a refusal is not its own, however well it fits: anybody can be refused beside it. */
static enum tie tie_of_refusal(const struct ledger *l, const struct ledger_clock *c, const struct log_record *r, int64_t utc_ns)
{
	return tie_of_client(l, c, r, utc_ns) >= TIE_ADDRESS ? TIE_NEAR : TIE_NONE;
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

enum tie tie_of(const struct ledger *l, const struct ledger_clock *c, const struct log_record *r, int64_t utc_ns)
{
	if (r->act == LOG_LOGON_FAILED)
		return tie_of_refusal(l, c, r, utc_ns);
	bool names_client = is_of(r, acts_of_client) && log_record_is_of_network(r) && !is_of_nobody(l, r);
	enum tie client = names_client ? tie_of_client(l, c, r, utc_ns) : TIE_NONE;
	if (client >= TIE_ADDRESS)
		return client;
	if (has_logon(l, r->logon_id) && during(l, utc_ns, ledger_past_ns))
		return TIE_LOGON;
	if (is_of(r, acts_of_install) && during(l, utc_ns, ledger_slack_ns))
		return tie_of_install(l, r, utc_ns, client);
	return client;
}

bool tie_may_excuse(const struct ledger *l, const struct log_record *r)
{
	const char *address = r->source_address;
	bool is_client = address != NULL && strcmp(address, l->c.access->source) == 0 && r->source_port == 0;
	bool is_logon = (r->act == LOG_LOGON || r->act == LOG_SHARE) && log_record_is_of_network(r) && !is_of_nobody(l, r);
	return is_client && is_logon && may_be_user(l, r) && may_be_package(l, r) && may_be_workstation(l, r);
}

/* A record of this client by a clock that may show any zone: when it was written, nobody knows. */
bool tie_may_be(const struct ledger *l, const struct log_record *r)
{
	const struct access *a = l->c.access;
	bool same_address = r->source_address != NULL && strcmp(r->source_address, a->source) == 0;
	bool may_be_port = r->source_port == 0 || r->source_port == a->source_port;
	bool may_be_then = is_within(r->time_ns, l->logon_ns - ledger_zones_ns, a->end_ns + ledger_zones_ns);
	bool names_client = r->act != LOG_LOGON_FAILED && is_of(r, acts_of_client) && log_record_is_of_network(r);
	return names_client && same_address && may_be_port && may_be_then && may_be_user(l, r);
}
