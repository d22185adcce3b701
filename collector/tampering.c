#include "collector/tampering.h"

#include "collector/detect/detail.h"
#include "proto/base/clock.h"

#include <stdio.h>

/* What is told of a log: the key within the host, when (UTC), who, and the step with its detail (taken over). */
struct telling {
	uint64_t seq;
	int64_t time_ns;
	const char *account;
	const char *step;
	json_t *detail;
};

enum { ACCOUNT_BYTES = 256 };

/* Hosts and records are numbered by the store, so the pair is a key for ever; the sensor that stands for logs never has events. */
static int64_t tell(struct store_tx *tx, const struct tampering *t, const struct telling *what)
{
	const char *where = t->address != NULL ? t->address : t->h->name;
	struct event_key key = { store_log_sensor(tx, t->h->site_id), (uint64_t)t->h->id, what->seq };
	struct access a = { .key = key, .site_id = t->h->site_id, .source = where, .destination = where, .account = what->account,
			    .workstation = t->h->name, .start_ns = what->time_ns, .end_ns = what->time_ns };
	struct step s = { .name = what->step, .time_ns = what->time_ns, .last_ns = what->time_ns, .count = 1, .technique = "T1070.001",
			  .detail = what->detail, .event = key };
	int64_t id = store_access_save(tx, &a);
	store_step_save(tx, id, &s);
	json_decref(what->detail);
	return id;
}

static json_t *detail_of(const struct tampering *t, const struct log_record *r)
{
	json_t *detail = NULL;
	detail_put_text(&detail, "host", t->h->name);
	detail_put_text(&detail, "log", t->h->source);
	if (r != NULL && r->channel != NULL)
		detail_put_text(&detail, "channel", r->channel);
	if (r != NULL && r->event_id != 0)
		detail_put_number(&detail, "event_id", r->event_id);
	return detail;
}

int64_t tampering_cleared(struct store_tx *tx, const struct tampering *t, int64_t id, const struct log_record *r)
{
	char account[ACCOUNT_BYTES];
	const char *domain = r->domain != NULL ? r->domain : "";
	if (r->account != NULL)
		snprintf(account, sizeof account, "%s%s%s", domain, domain[0] != '\0' ? "\\" : "", r->account);
	struct telling what = { (uint64_t)id, r->time_ns - t->offset_ns, r->account != NULL ? account : NULL, "log.cleared",
				detail_of(t, r) };
	return tell(tx, t, &what);
}

int64_t tampering_backwards(struct store_tx *tx, const struct tampering *t, int64_t id, const struct log_record *r, int64_t back_ns)
{
	struct telling what = { (uint64_t)id, r->time_ns - t->offset_ns, NULL, "log.backwards", detail_of(t, r) };
	detail_put_number(&what.detail, "seconds", (uint64_t)(back_ns / CLOCK_SECOND_NS));
	return tell(tx, t, &what);
}

/* The moment it fell silent is its key: records have smaller numbers than any time has nanoseconds. */
int64_t tampering_stopped(struct store_tx *tx, const struct tampering *t)
{
	struct telling what = { (uint64_t)t->h->heard_ns, t->h->last_ns - t->offset_ns, NULL, "log.stopped", detail_of(t, NULL) };
	return tell(tx, t, &what);
}
