#include "collector/log_only.h"

#include "collector/baseline/address.h"
#include "collector/baseline/ledger.h"
#include "collector/baseline/names.h"
#include "proto/base/clock.h"

#include <string.h>

enum { SEEN = 64 };

/* A logon being looked for: the record that names its client. */
struct search {
	struct store_tx *tx;
	const struct log_only_span *span;
	const char *because;
	bool is_seen;
	uint64_t seen[SEEN];	/* logons that a sensor saw, each at its id's remainder: most have more than one reason to be looked for */
};

/* ---- which records ---- */

static const uint32_t acts_of_administrators = 1u << LOG_PRIVILEGES | 1u << LOG_SHARE | 1u << LOG_SERVICE_INSTALLED |
					       1u << LOG_TASK_REGISTERED;

static const char *reason_of(const struct log_record *r)
{
	if (r->act == LOG_PRIVILEGES)
		return "4672: the logon got an administrator's privileges.";
	if (r->act == LOG_SHARE && log_record_is_admin_share(r))
		return "5140: it connected to an administrative share.";
	if (r->act == LOG_SERVICE_INSTALLED && r->logon_id != 0)
		return "4697: it installed a service.";
	if (r->act == LOG_TASK_REGISTERED && r->logon_id != 0)
		return "4698: it registered a task.";
	return NULL;
}

/* "FS1$" on FS1 */
static bool is_own_account(const struct search *s, const struct log_record *r)
{
	size_t n = r->account != NULL ? strlen(r->account) : 0;
	return n > 1 && r->account[n - 1] == '$' && strncasecmp(r->account, s->span->name, n - 1) == 0 &&
	       (s->span->name[n - 1] == '.' || s->span->name[n - 1] == '\0');
}

/* ---- what sensors saw ---- */

static void see_wire(void *ctx, const struct store_wire_logon *w)
{
	(void)w;
	((struct search *)ctx)->is_seen = true;
}

static void see_own(void *ctx, const char *address, const char *how)
{
	(void)how;
	const char **source = ctx;
	if (*source != NULL && strcmp(*source, address) == 0)
		*source = NULL;
}

static bool is_from_itself(struct search *s, const char *address)
{
	store_log_addresses(s->tx, s->span->host, see_own, &address);
	return address == NULL;
}

static void note(struct search *s, int64_t id, const struct log_record *r)
{
	int64_t utc_ns = r->time_ns - s->span->offset_ns;
	struct store_endpoint around = { r->source_address, r->source_port, utc_ns - ledger_past_ns, utc_ns + ledger_reuse_ns };
	s->is_seen = false;
	store_wire_logons(s->tx, s->span->site_id, &around, see_wire, s);
	if (s->is_seen || is_from_itself(s, r->source_address) || !store_sensors_cover(s->tx, s->span->site_id, utc_ns))
		return;
	struct store_endpoint same = { r->source_address, r->source_port, utc_ns - ledger_reuse_ns, utc_ns + ledger_reuse_ns };
	store_log_only_seen(s->tx, s->span->site_id, &same);	/* one row a logon */
	struct store_log_only row = { id, s->span->site_id, s->span->host, utc_ns, r->source_address, r->source_port, r->account,
				      s->because };
	store_log_only_add(s->tx, &row);
}

/* ---- walking ---- */

static bool names_client(const struct search *s, const struct log_record *r)
{
	bool names_it = (r->act == LOG_LOGON || r->act == LOG_SHARE) && r->source_address != NULL && r->source_port != 0;
	return names_it && !address_is_local(r->source_address) && !is_own_account(s, r);
}

static bool take_of_logon(void *ctx, int64_t id, int64_t host, const struct log_record *r)
{
	(void)host;
	struct search *s = ctx;
	if (!names_client(s, r))
		return true;
	note(s, id, r);
	return false;
}

/* The logon that ${r} is of. */
static void take_logon(struct search *s, int64_t host, const struct log_record *r)
{
	uint64_t *seen = &s->seen[r->logon_id % SEEN];
	if (*seen == r->logon_id)
		return;
	s->is_seen = false;
	const struct store_logon of = { host, r->logon_id, r->time_ns - ledger_past_ns, r->time_ns + ledger_slack_ns };
	store_log_of_logon(s->tx, &of, take_of_logon, s);
	if (s->is_seen)
		*seen = r->logon_id;
}

static bool take(void *ctx, int64_t id, int64_t host, const struct log_record *r)
{
	struct search *s = ctx;
	s->because = reason_of(r);
	if (s->because == NULL)
		return store_tx_ok(s->tx);
	if (r->logon_id != 0)
		take_logon(s, host, r);
	else if (names_client(s, r))
		note(s, id, r);
	return store_tx_ok(s->tx);
}

void log_only_find(struct store_tx *tx, const struct log_only_span *span)
{
	struct search s = { .tx = tx, .span = span };
	struct store_log_acts acts = { span->host, acts_of_administrators, span->from_ns, span->to_ns };
	store_log_acts_of_host(tx, &acts, take, &s);
}
