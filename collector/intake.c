#include "collector/intake.h"

#include "collector/baseline/speaker.h"
#include "proto/base/clock.h"

#include <stdio.h>
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
	*in = (struct intake){ .tx = tx, .correlate = c, .now_ns = now_ns };
	if (!store_log_source_of_id(tx, source, &in->source))
		store_tx_fail(tx, "the source of this log has been removed");
	in->n_clocks = store_log_host_count(tx, source, NULL);
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

/* ---- of whom the source speaks ---- */

/* A source that nobody has told its hosts speaks of the first one it names, and what names nobody is under the source's own name. */
static bool may_speak_of(struct intake *in, const char *name)
{
	struct store_log_source *s = &in->source;
	bool names_nobody = strcasecmp(name, s->name) == 0 || speaker_is_loopback(name);
	if (s->hosts[0] == '\0' && !names_nobody) {
		snprintf(s->hosts, sizeof s->hosts, "%s", name);
		store_log_source_hosts(in->tx, s->id, s->hosts);
	}
	return names_nobody || speaker_may(s->hosts, name);
}

static struct intake_host *known(struct intake *in, const struct log_record *r)
{
	for (size_t i = in->n_hosts; i-- > 0;)	/* logs come in runs of one host */
		if (in->hosts[i].has_zone == r->has_zone && strcasecmp(in->hosts[i].name, r->server) == 0)
			return &in->hosts[i];
	return NULL;
}

static struct intake_host *begin_host(struct intake *in, const struct log_record *r)
{
	struct intake_host *h = grow(in);
	if (h == NULL)
		return NULL;
	*h = (struct intake_host){ .has_zone = r->has_zone, .first_ns = reach_of(in, r->time_ns),
				    .last_ns = reach_of(in, r->time_ns) };
	memcpy(h->name, r->server, strlen(r->server) + 1);
	h->id = store_log_host(in->tx, in->source.id, h->name, h->has_zone, h->first_ns, in->now_ns);
	return h;
}

/* The clock of ${r}'s host; NULL, and in ${why} the words, if it is none of this source's. */
static struct intake_host *host_of(struct intake *in, const struct log_record *r, const char **why)
{
	struct intake_host *h = r->server != NULL ? known(in, r) : NULL;
	if (h != NULL)
		return h;
	if (r->server == NULL || strlen(r->server) >= HOST_NAME_BYTES)
		*why = "names no server";
	else if (!may_speak_of(in, r->server))
		*why = "of a host that this source may not speak for";
	else if (in->n_clocks >= INTAKE_CLOCKS_MAX && store_log_host_count(in->tx, in->source.id, r->server) == 0)
		*why = "of one host more than a source may have";
	if (*why != NULL)
		return NULL;
	in->n_clocks++;
	return begin_host(in, r);
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

static const char *refuse(struct intake *in, const struct log_record *r, const char *why)
{
	if (r->server != NULL)
		in->tally.refused++;
	else
		in->tally.rejected++;
	return why;
}

const char *intake_record(struct intake *in, const struct log_record *r)
{
	const char *why = NULL;
	struct intake_host *h = host_of(in, r, &why);
	if (h == NULL)
		return refuse(in, r, why);
	int64_t reach_ns = reach_of(in, r->time_ns);
	h->first_ns = reach_ns < h->first_ns ? reach_ns : h->first_ns;
	h->last_ns = reach_ns > h->last_ns ? reach_ns : h->last_ns;
	if (r->act != LOG_OTHER) {
		add(in, h, r);
		return NULL;
	}
	in->tally.others++;
	correlate_host(in->correlate, h->id, r);
	return NULL;
}

void intake_end(struct intake *in, const char *error)
{
	for (size_t i = 0; i < in->n_hosts; i++) {
		const struct intake_host *h = &in->hosts[i];
		store_log_host_seen(in->tx, h->id, h->first_ns, h->last_ns, h->new_records, in->now_ns);
	}
	store_log_source_seen(in->tx, in->source.id, &in->tally, error, in->now_ns);
	free(in->hosts);
	in->hosts = NULL;
	in->n_hosts = in->cap_hosts = 0;
}
