#include "collector/intake.h"

#include "proto/base/clock.h"

#include <stdlib.h>
#include <string.h>

enum { HOST_NAME_BYTES = 256 };	/* a DNS name has at most 253 */

/* UTC+14 against UTC-12: no clock that is merely set to a zone is further ahead of ours. */
static const int64_t ahead_ns = 26 * CLOCK_HOUR_NS;

struct intake_host {
	char name[HOST_NAME_BYTES];
	bool has_zone;
	int64_t id;
	int64_t first_ns, last_ns;
	uint64_t new_records;
};

void intake_begin(struct intake *in, struct store_tx *tx, struct correlate *c, int64_t source, int64_t now_ns)
{
	*in = (struct intake){ .tx = tx, .correlate = c, .source = source, .now_ns = now_ns };
}

static struct intake_host *grow(struct intake *in)
{
	if (in->n_hosts == in->cap_hosts) {
		size_t cap = in->cap_hosts == 0 ? 8 : 2 * in->cap_hosts;
		struct intake_host *more = reallocarray(in->hosts, cap, sizeof *more);
		if (more == NULL) {
			store_tx_fail(in->tx, "out of memory");
			return NULL;
		}
		in->hosts = more;
		in->cap_hosts = cap;
	}
	return &in->hosts[in->n_hosts++];
}

/* How far a record written at ${time_ns} takes the log: one of a year to come is kept, but it is no sign that the log covers
 * everything until then. */
static int64_t reach_of(const struct intake *in, int64_t time_ns)
{
	return time_ns < in->now_ns + ahead_ns ? time_ns : in->now_ns + ahead_ns;
}

/* Logs come in runs of one host, so the last one is looked at first. */
static struct intake_host *host_of(struct intake *in, const struct log_record *r)
{
	for (size_t i = in->n_hosts; i-- > 0;)
		if (in->hosts[i].has_zone == r->has_zone && strcasecmp(in->hosts[i].name, r->server) == 0)
			return &in->hosts[i];
	struct intake_host *h = grow(in);
	if (h == NULL)
		return NULL;
	*h = (struct intake_host){ .has_zone = r->has_zone, .first_ns = reach_of(in, r->time_ns),
				    .last_ns = reach_of(in, r->time_ns) };
	memcpy(h->name, r->server, strlen(r->server) + 1);
	h->id = store_log_host(in->tx, in->source, h->name, h->has_zone, h->first_ns, in->now_ns);
	return h;
}

static void add(struct intake *in, struct intake_host *h, const struct log_record *r)
{
	int64_t id = store_log_add(in->tx, h->id, r);
	if (id == 0) {
		in->tally.duplicates++;
		return;
	}
	in->tally.records++;
	h->new_records++;
	correlate_record(in->correlate, h->id, id, r);
}

void intake_record(struct intake *in, const struct log_record *r)
{
	if (r->server == NULL || strlen(r->server) >= HOST_NAME_BYTES) {
		in->tally.rejected++;
		return;
	}
	struct intake_host *h = host_of(in, r);
	if (h == NULL)
		return;
	int64_t reach_ns = reach_of(in, r->time_ns);
	h->first_ns = reach_ns < h->first_ns ? reach_ns : h->first_ns;
	h->last_ns = reach_ns > h->last_ns ? reach_ns : h->last_ns;
	if (r->act != LOG_OTHER) {
		add(in, h, r);
		return;
	}
	in->tally.others++;
	correlate_host(in->correlate, h->id, r);
}

void intake_end(struct intake *in, const char *error)
{
	for (size_t i = 0; i < in->n_hosts; i++) {
		const struct intake_host *h = &in->hosts[i];
		store_log_host_seen(in->tx, h->id, h->first_ns, h->last_ns, h->new_records, in->now_ns);
	}
	store_log_source_seen(in->tx, in->source, &in->tally, error, in->now_ns);
	free(in->hosts);
	in->hosts = NULL;
	in->n_hosts = in->cap_hosts = 0;
}
