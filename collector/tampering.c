#include "collector/tampering.h"

#include "collector/detect/detail.h"
#include "collector/detect/glob.h"
#include "proto/base/clock.h"

#include <stdio.h>
#include <string.h>

/* What is told of a log: the key within the host, when (UTC), who, and the step with its detail (taken over). */
struct telling {
	uint64_t seq;
	int64_t time_ns;
	const char *account;
	const char *step;
	json_t *detail;
};

enum { ACCOUNT_BYTES = 256, AN_HOUR = 8 };

/* Whoever can write a log can write that it was cleared, as often as he likes: of one kind the hour has at most AN_HOUR findings, told
 * apart by who, what and which channel. Above all numbers that records have had, below every time in nanoseconds. */
static uint64_t seq_of(unsigned kind, int64_t utc_ns, const char *account, const struct log_record *r)
{
	uint64_t hour = (uint64_t)(utc_ns / CLOCK_HOUR_NS) & 0xffffff;
	uint64_t which = glob_hash(account != NULL ? account : "") + glob_hash(r->channel != NULL ? r->channel : "") + r->event_id;
	return UINT64_C(1) << 52 | hour << 8 | kind << 4 | which % AN_HOUR;
}

static const char silenced[] = "log.logons_stopped";

/* What is not written any more was turned off; what was written was cleared or changed. */
static const char *technique_of(const char *step)
{
	return strcmp(step, silenced) == 0 ? "T1562.002" : "T1070.001";
}

/* Hosts and records are numbered by the store, so the pair is a key for ever; the sensor that stands for logs never has events. */
static int64_t tell(struct store_tx *tx, const struct tampering *t, const struct telling *what)
{
	const char *where = t->address != NULL ? t->address : t->h->name;
	struct event_key key = { store_log_sensor(tx, t->h->site_id), (uint64_t)t->h->id, what->seq };
	struct access a = { .key = key, .site_id = t->h->site_id, .source = where, .destination = where, .account = what->account,
			    .workstation = t->h->name, .start_ns = what->time_ns, .end_ns = what->time_ns };
	struct step s = { .name = what->step, .time_ns = what->time_ns, .last_ns = what->time_ns, .count = 1,
			  .technique = technique_of(what->step),
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

int64_t tampering_cleared(struct store_tx *tx, const struct tampering *t, const struct log_record *r)
{
	char account[ACCOUNT_BYTES];
	const char *domain = r->domain != NULL ? r->domain : "";
	if (r->account != NULL)
		snprintf(account, sizeof account, "%s%s%s", domain, domain[0] != '\0' ? "\\" : "", r->account);
	int64_t utc_ns = r->time_ns - t->offset_ns;
	struct telling what = { seq_of(0, utc_ns, r->account, r), utc_ns, r->account != NULL ? account : NULL, "log.cleared",
				detail_of(t, r) };
	return tell(tx, t, &what);
}

int64_t tampering_backwards(struct store_tx *tx, const struct tampering *t, const struct log_record *r, int64_t back_ns)
{
	int64_t utc_ns = r->time_ns - t->offset_ns;
	struct telling what = { seq_of(1, utc_ns, NULL, r), utc_ns, NULL, "log.backwards", detail_of(t, r) };
	detail_put_number(&what.detail, "seconds", (uint64_t)(back_ns / CLOCK_SECOND_NS));
	return tell(tx, t, &what);
}

static void put_offset(json_t **detail, const char *key, int64_t offset_ns)
{
	char text[32];
	snprintf(text, sizeof text, "%+.1f s", (double)offset_ns / CLOCK_SECOND_NS);
	detail_put_text(detail, key, text);
}

int64_t tampering_stepped(struct store_tx *tx, const struct tampering *t, int64_t at_ns, int64_t from_ns, int64_t to_ns)
{
	static const struct log_record none = { 0 };
	struct telling what = { seq_of(2, at_ns, NULL, &none), at_ns, NULL, "log.clock_stepped", detail_of(t, NULL) };
	put_offset(&what.detail, "before", from_ns);
	put_offset(&what.detail, "after", to_ns);
	put_offset(&what.detail, "by", to_ns - from_ns);
	return tell(tx, t, &what);
}

int64_t tampering_claimed(struct store_tx *tx, const struct tampering *t, int64_t at_ns, const char *address, const char *other)
{
	static const struct log_record none = { 0 };
	struct telling what = { seq_of(3, at_ns, address, &none), at_ns, NULL, "log.address_claimed", detail_of(t, NULL) };
	detail_put_text(&what.detail, "address", address);
	detail_put_text(&what.detail, "other", other);
	return tell(tx, t, &what);
}

int64_t tampering_silenced(struct store_tx *tx, const struct tampering *t, int64_t until_ns)
{
	static const struct log_record none = { 0 };
	char since[CLOCK_TEXT_BYTES];
	struct telling what = { seq_of(4, until_ns, NULL, &none), until_ns, NULL, silenced, detail_of(t, NULL) };
	clock_text(until_ns, since);
	detail_put_text(&what.detail, "since", since);
	return tell(tx, t, &what);
}

/* The moment it fell silent is its key: records have smaller numbers than any time has nanoseconds. */
int64_t tampering_stopped(struct store_tx *tx, const struct tampering *t)
{
	struct telling what = { (uint64_t)t->h->heard_ns, t->h->last_ns - t->offset_ns, NULL, "log.stopped", detail_of(t, NULL) };
	return tell(tx, t, &what);
}
