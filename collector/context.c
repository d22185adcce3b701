#include "collector/context.h"

#include "collector/baseline/names.h"
#include "collector/clocks.h"
#include "collector/detect/detail.h"
#include "proto/base/clock.h"

#include <string.h>
#include <strings.h>

struct context {
	struct store_tx *tx;
	const struct member *m;
	int64_t now_ns;
	struct completion *c;
};

/* ${detail} is taken over. */
static void tell(struct context *x, const char *name, json_t *detail)
{
	struct completion *c = x->c;
	const struct access *a = x->m->access;
	if (c->n == COMPLETION_STEPS) {
		json_decref(detail);
		return;
	}
	detail_put_text(&detail, "from", "context");
	c->steps[c->n] = (struct step){ .ordinal = COMPLETION_ORDINAL + (uint32_t)c->n, .name = name, .time_ns = a->start_ns,
					.last_ns = a->start_ns, .count = 1, .detail = detail, .event = a->key };
	c->n++;
}

/* ---- the name ---------------------------------------------------------------------------------------------------------- */

struct naming {
	const char *workstation;
	char known[CLOCK_NAME_BYTES];
	bool is_same;
};

static void compare(void *ctx, const struct store_host_name *n)
{
	struct naming *x = ctx;
	x->is_same |= names_same_host(n->name, x->workstation);
	if (x->known[0] == '\0')
		snprintf(x->known, sizeof x->known, "%s", n->name);
}

static void look_at_name(struct context *x)
{
	const struct access *a = x->m->access;
	struct naming naming = { .workstation = a->workstation };
	json_t *detail = NULL;
	if (a->workstation == NULL || a->workstation[0] == '\0')
		return;
	store_host_names_of(x->tx, a->site_id, a->source, compare, &naming);
	if (naming.known[0] == '\0' || naming.is_same)
		return;
	detail_put_text(&detail, "workstation", a->workstation);
	detail_put_text(&detail, "known", naming.known);
	tell(x, "auth.workstation_differs", detail);
}

/* ---- the history ------------------------------------------------------------------------------------------------------- */

/* "Always": ten logons over a day at least; and the new one not before the hour at hand. */
static void look_at_history(struct context *x)
{
	enum { ALWAYS_TIMES = 10 };
	const struct access *a = x->m->access;
	json_t *detail = NULL;
	if (a->account == NULL || a->account_of_log)
		return;
	struct store_history h;
	struct store_history_of of = { a->site_id, a->source, a->account, a->start_ns - CLOCK_HOUR_NS };
	if (!store_wire_was_other(x->tx, &of, &h) || names_same_user(h.usual, a->account))
		return;
	if (h.times < ALWAYS_TIMES || of.before_ns - h.since_ns < 24 * CLOCK_HOUR_NS)
		return;
	detail_put_text(&detail, "account", a->account);
	detail_put_text(&detail, "usual", h.usual);
	tell(x, "auth.credential_switch", detail);
}

/* ---- the logs ---------------------------------------------------------------------------------------------------------- */

static void look_at_log(struct context *x, const struct ledger *l)
{
	struct log_record r;
	json_t *detail = NULL;
	if (!ledger_logon_record(l, &r) || r.package == NULL || strncasecmp(r.package, "NTLM", 4) != 0 || r.key_length != 0)
		return;
	detail_put_text(&detail, "package", r.package);
	detail_put_number(&detail, "key_length", 0);
	tell(x, "auth.log_ntlm", detail);
}

struct origin_search {
	bool is_found;
	char process[64];
};

/* seclogo with type 9: credentials for the network alone, as runas /netonly and mimikatz sekurlsa::pth take them up. */
static bool look_at_origin_record(void *ctx, int64_t id, int64_t host, const struct log_record *r)
{
	enum { NEW_CREDENTIALS = 9 };
	(void)id, (void)host;
	struct origin_search *s = ctx;
	if (r->logon_type != NEW_CREDENTIALS)
		return true;
	snprintf(s->process, sizeof s->process, "%s", r->logon_process != NULL ? r->logon_process : "process not named");
	s->is_found = true;
	return false;
}

static void look_at_origin(struct context *x)
{
	const int64_t before_ns = 600 * CLOCK_SECOND_NS;
	const struct access *a = x->m->access;
	struct clock_row rows[LEDGER_CLOCKS];
	struct origin_search s = { 0 };
	struct store_endpoint where = { a->source, 0, a->start_ns - before_ns, a->start_ns };
	size_t n = clocks_at(x->tx, a->site_id, &where, x->now_ns, rows);
	for (size_t i = 0; i < n && !s.is_found; i++) {
		const struct ledger_clock *clock = &rows[i].clock;
		int64_t at_ns = a->start_ns + clock->offset_ns;
		if (clock->how == LEDGER_UNKNOWN)
			continue;
		struct store_log_acts logons = { clock->id, 1u << LOG_LOGON, at_ns - before_ns, at_ns };
		store_log_acts_of_host(x->tx, &logons, look_at_origin_record, &s);
		if (s.is_found) {
			json_t *detail = NULL;
			detail_put_text(&detail, "host", clock->host);
			detail_put_text(&detail, "process", s.process);
			tell(x, "auth.new_credentials", detail);
		}
	}
}

void context_add(struct store_tx *tx, const struct member *m, const struct ledger *l, int64_t now_ns, struct completion *c)
{
	struct context x = { tx, m, now_ns, c };
	look_at_name(&x);
	look_at_history(&x);
	look_at_log(&x, l);
	look_at_origin(&x);
}
