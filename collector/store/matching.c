/*
 * What matching keeps: the logons that sensors saw, when sensors listened,
 * names of hosts, samples of clocks, evidence, and what only the logs have.
 */
#include "collector/store/query.h"

#include "proto/base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void bind_endpoint(struct query q, const struct store_endpoint *e)
{
	query_int(q, ":from", e->from_ns);
	query_int(q, ":to", e->to_ns);
}

/* ---- the wire ---------------------------------------------------------------------------------------------------------- */

void store_wire_logon_add(struct store_tx *tx, const struct store_wire_logon *w)
{
	struct query q = query_of(tx, QUERY_wire_logon_add);
	query_int(q, ":site", w->site_id);
	query_int(q, ":kind", w->kind);
	query_text(q, ":client", w->client);
	query_int(q, ":client_port", w->client_port);
	query_text(q, ":server", w->server);
	query_int(q, ":time", w->time_ns);
	query_text(q, ":account", w->account);
	query_run(q);
}

void store_wire_logons(struct store_tx *tx, int64_t site, const struct store_endpoint *e, store_wire_logon_fn each, void *ctx)
{
	struct query q = query_of(tx, QUERY_wire_logons_of);
	query_int(q, ":site", site);
	query_text(q, ":client", e->address);
	query_int(q, ":client_port", e->port);
	bind_endpoint(q, e);
	while (query_row(q)) {
		struct store_wire_logon w = { .site_id = site,
					      .kind = (enum wire_kind)column_int(q, 0),
					      .client = e->address,
					      .client_port = e->port,
					      .server = column_text(q, 1),
					      .time_ns = column_int(q, 2),
					      .account = column_text(q, 3) };
		each(ctx, &w);
	}
}

void store_wire_logons_around(struct store_tx *tx, int64_t site, const struct store_endpoint *e, store_wire_logon_fn each, void *ctx)
{
	struct query q = query_of(tx, QUERY_wire_logons_around);
	query_int(q, ":site", site);
	query_text(q, ":client", e->address);
	bind_endpoint(q, e);
	while (query_row(q)) {
		struct store_wire_logon w = { .site_id = site,
					      .kind = (enum wire_kind)column_int(q, 0),
					      .client = e->address,
					      .client_port = (uint16_t)column_int(q, 4),
					      .server = column_text(q, 1),
					      .time_ns = column_int(q, 2),
					      .account = column_text(q, 3) };
		each(ctx, &w);
	}
}

void store_wire_logons_to(struct store_tx *tx, int64_t site, const char *server, const struct store_endpoint *e, store_wire_logon_fn each,
			  void *ctx)
{
	struct query q = query_of(tx, QUERY_wire_logons_to);
	query_int(q, ":site", site);
	query_text(q, ":client", e->address);
	query_text(q, ":server", server);
	query_int(q, ":kind", WIRE_SMB);
	bind_endpoint(q, e);
	while (query_row(q)) {
		struct store_wire_logon w = { .site_id = site,
					      .kind = WIRE_SMB,
					      .client = e->address,
					      .client_port = (uint16_t)column_int(q, 2),
					      .server = server,
					      .time_ns = column_int(q, 0),
					      .account = column_text(q, 1) };
		each(ctx, &w);
	}
}

static struct query ask_history(struct store_tx *tx, enum query_id id, const struct store_history_of *of)
{
	struct query q = query_of(tx, id);
	query_int(q, ":site", of->site_id);
	query_text(q, ":client", of->client);
	query_text(q, ":account", of->account);
	query_int(q, ":before", of->before_ns);
	return q;
}

bool store_wire_was_other(struct store_tx *tx, const struct store_history_of *of, struct store_history *out)
{
	if (query_number(ask_history(tx, QUERY_wire_was, of), 1) != 0)
		return false;
	struct query q = ask_history(tx, QUERY_wire_history, of);
	if (!query_row(q))
		return false;
	snprintf(out->usual, sizeof out->usual, "%s", column_text(q, 0));
	out->times = (uint64_t)column_int(q, 1);
	out->since_ns = column_int(q, 2);
	query_end(q);
	return true;
}

static bool take_span(struct store_tx *tx, int64_t sensor, int64_t join_ns, int64_t *first_ns, int64_t *last_ns)
{
	struct query q = query_of(tx, QUERY_sensor_span_of);
	query_int(q, ":sensor", sensor);
	query_int(q, ":from", *first_ns - join_ns);
	query_int(q, ":to", *last_ns + join_ns);
	if (!query_row(q))
		return false;
	int64_t first = column_int(q, 0), last = column_int(q, 1);
	query_end(q);
	struct query remove = query_of(tx, QUERY_sensor_span_remove);
	query_int(remove, ":sensor", sensor);
	query_int(remove, ":first", first);
	query_run(remove);
	*first_ns = first < *first_ns ? first : *first_ns;
	*last_ns = last > *last_ns ? last : *last_ns;
	return true;
}

void store_sensor_listened(struct store_tx *tx, int64_t sensor, int64_t first_ns, int64_t last_ns, int64_t join_ns)
{
	while (take_span(tx, sensor, join_ns, &first_ns, &last_ns))
		;
	struct query q = query_of(tx, QUERY_sensor_span_add);
	query_int(q, ":sensor", sensor);
	query_int(q, ":first", first_ns);
	query_int(q, ":last", last_ns);
	query_run(q);
}

bool store_sensors_cover(struct store_tx *tx, int64_t site, int64_t time_ns)
{
	struct query q = query_of(tx, QUERY_sensor_covers);
	query_int(q, ":site", site);
	query_int(q, ":time", time_ns);
	return query_number(q, 0) != 0;
}

/* ---- names ------------------------------------------------------------------------------------------------------------- */

enum { LABEL_BYTES = 64 };	/* a DNS label has at most 63 */

/* ${name} up to its first point. False: longer than any. */
static bool label_of(const char *name, char out[LABEL_BYTES])
{
	size_t n = strcspn(name, ".");
	if (n == 0 || n >= LABEL_BYTES)
		return false;
	memcpy(out, name, n);
	out[n] = '\0';
	return true;
}

bool store_host_name_add(struct store_tx *tx, int64_t site, const struct store_host_name *n)
{
	char label[LABEL_BYTES];
	if (!label_of(n->name, label))
		return false;
	struct query q = query_of(tx, QUERY_host_name_add);
	query_int(q, ":site", site);
	query_text(q, ":address", n->address);
	query_text(q, ":name", n->name);
	query_text(q, ":label", label);
	query_text(q, ":how", n->how);
	return query_number(q, 0) != 0;
}

static void tell_names_like(struct store_tx *tx, enum query_id id, int64_t site, const char *name, store_host_name_fn each, void *ctx)
{
	char label[LABEL_BYTES];
	if (!label_of(name, label))
		return;
	struct query q = query_of(tx, id);
	query_int(q, ":site", site);
	query_text(q, ":label", label);
	while (query_row(q)) {
		struct store_host_name n = { column_text(q, 0), column_text(q, 1), column_text(q, 2) };
		each(ctx, &n);
	}
}

void store_host_names_like(struct store_tx *tx, int64_t site, const char *name, store_host_name_fn each, void *ctx)
{
	tell_names_like(tx, QUERY_host_names_of_label, site, name, each, ctx);
}

void store_named_like(struct store_tx *tx, int64_t site, const char *name, store_host_name_fn each, void *ctx)
{
	tell_names_like(tx, QUERY_named_of_label, site, name, each, ctx);
}

void store_host_names_of(struct store_tx *tx, int64_t site, const char *address, store_host_name_fn each, void *ctx)
{
	struct query q = query_of(tx, QUERY_host_names_of);
	query_int(q, ":site", site);
	query_text(q, ":address", address);
	while (query_row(q)) {
		struct store_host_name n = { address, column_text(q, 0), column_text(q, 1) };
		each(ctx, &n);
	}
}

void store_log_names(struct store_tx *tx, int64_t site, store_log_name_fn each, void *ctx)
{
	struct query q = query_of(tx, QUERY_log_hosts_of_site);
	query_int(q, ":site", site);
	while (query_row(q))
		each(ctx, column_int(q, 0), column_text(q, 1));
}

void store_log_claimants(struct store_tx *tx, int64_t site, const char *address, store_log_name_fn each, void *ctx)
{
	struct query q = query_of(tx, QUERY_log_claimants);
	query_int(q, ":site", site);
	query_text(q, ":address", address);
	while (query_row(q))
		each(ctx, column_int(q, 0), column_text(q, 1));
}

/* ---- clocks ------------------------------------------------------------------------------------------------------------ */

void store_log_host_learn(struct store_tx *tx, const struct store_log_host *h)
{
	struct query q = query_of(tx, QUERY_log_host_learn);
	query_int(q, ":host", h->id);
	query_int_or_null(q, ":receipt", h->receipt_ns, h->has_receipt);
	query_int(q, ":votes", h->receipt_votes);
	query_run(q);
}

void store_log_host_judged(struct store_tx *tx, int64_t host)
{
	struct query q = query_of(tx, QUERY_log_host_judged);
	query_int(q, ":host", host);
	query_run(q);
}

static int64_t nearest_quarter(int64_t ns)
{
	const int64_t quarter_ns = CLOCK_HOUR_NS / 4;
	return (ns + (ns < 0 ? -quarter_ns / 2 : quarter_ns / 2)) / quarter_ns * quarter_ns;
}

/* Boyer and Moore's vote; as the rows come sorted, the winner does not depend on their order. */
bool store_log_neighbours(struct store_tx *tx, int64_t host, int64_t *offset_ns)
{
	int64_t winner = 0;
	size_t votes = 0;
	struct query q = query_of(tx, QUERY_log_neighbours);
	query_int(q, ":host", host);
	while (query_row(q)) {
		int64_t zone = nearest_quarter(column_int(q, 0));
		if (votes == 0)
			winner = zone;
		votes = zone == winner ? votes + 1 : votes - 1;
	}
	if (votes > 0)
		*offset_ns = winner;
	return votes > 0;
}

void store_log_samples(struct store_tx *tx, int64_t host, int64_t from, int64_t to, store_log_sample_fn each, void *ctx)
{
	struct query q = query_of(tx, QUERY_log_samples_of);
	query_int(q, ":host", host);
	query_int(q, ":from", from);
	query_int(q, ":to", to);
	while (query_row(q)) {
		struct store_log_sample s = { (uint64_t)column_int(q, 0), column_int(q, 1), column_int(q, 2), column_int(q, 3) != 0,
					      column_text(q, 4) };
		each(ctx, &s);
	}
}

size_t store_log_samples_size(struct store_tx *tx, int64_t host, int64_t day, uint64_t *largest)
{
	struct query q = query_of(tx, QUERY_log_samples_size);
	query_int(q, ":host", host);
	query_int(q, ":day", day);
	if (!query_row(q))
		return 0;
	size_t n = (size_t)column_int(q, 0);
	*largest = (uint64_t)column_int(q, 1);
	query_end(q);
	return n;
}

bool store_log_names_ports(struct store_tx *tx, int64_t host, enum log_act act, const struct store_around *where)
{
	struct query q = query_of(tx, QUERY_log_names_ports);
	query_int(q, ":host", host);
	query_int(q, ":act", act);
	query_int(q, ":at", where->at_ns);
	query_int(q, ":from", where->at_ns - where->within_ns);
	query_int(q, ":to", where->at_ns + where->within_ns);
	return query_number(q, 0) != 0;
}

uint64_t store_log_proofs(struct store_tx *tx, int64_t host, const char *server, int64_t from, int64_t to)
{
	struct query q = query_of(tx, QUERY_log_proofs);
	query_int(q, ":host", host);
	query_text(q, ":server", server);
	query_int(q, ":from", from);
	query_int(q, ":to", to);
	return (uint64_t)query_number(q, 0);
}

bool store_log_sample_add(struct store_tx *tx, int64_t host, const struct store_log_sample *s)
{
	struct query add = query_of(tx, QUERY_log_sample_add);
	query_int(add, ":host", host);
	query_int(add, ":hash", (int64_t)s->hash);
	query_int(add, ":day", s->day);
	query_int(add, ":delta", s->delta_ns);
	query_int(add, ":whole", s->is_whole_second);
	query_text(add, ":server", s->server);
	return query_number(add, 0) != 0;
}

void store_log_samples_cut(struct store_tx *tx, int64_t host, int64_t day, size_t keep)
{
	struct query cut = query_of(tx, QUERY_log_samples_cut);
	query_int(cut, ":host", host);
	query_int(cut, ":day", day);
	query_int(cut, ":keep", (int64_t)keep);
	query_run(cut);
}

void store_log_samples_forget(struct store_tx *tx, int64_t host, int64_t days)
{
	struct query q = query_of(tx, QUERY_log_samples_forget);
	query_int(q, ":host", host);
	query_int(q, ":days", days);
	query_run(q);
}

static struct query ask_offset(struct store_tx *tx, enum query_id id, int64_t host, const struct store_log_offset *o)
{
	struct query q = query_of(tx, id);
	query_int(q, ":host", host);
	query_int(q, ":day", o->day);
	query_int(q, ":offset", o->offset_ns);
	query_int_or_null(q, ":other", o->other_ns, o->has_other);
	return q;
}

bool store_log_offset_save(struct store_tx *tx, int64_t host, const struct store_log_offset *o)
{
	bool is_changed = query_number(ask_offset(tx, QUERY_log_offset_was, host, o), 0) != 0;
	struct query q = ask_offset(tx, QUERY_log_offset_save, host, o);
	query_int(q, ":matches", (int64_t)o->matches);
	query_int(q, ":strangers", (int64_t)o->strangers);
	query_run(q);
	return is_changed;
}

bool store_log_offset_stepped(struct store_tx *tx, int64_t host, int64_t day, int64_t step_ns)
{
	struct query q = query_of(tx, QUERY_log_offset_stepped);
	query_int(q, ":host", host);
	query_int(q, ":day", day);
	query_int(q, ":step", step_ns);
	return query_number(q, 0) != 0;
}

bool store_log_offset_newest(struct store_tx *tx, int64_t host, struct store_log_offset *out)
{
	struct query q = query_of(tx, QUERY_log_offset_newest);
	query_int(q, ":host", host);
	if (!query_row(q))
		return false;
	*out = (struct store_log_offset){ column_int(q, 0), column_int(q, 1), !column_is_null(q, 2), column_int(q, 2),
					  (uint64_t)column_int(q, 3), (uint64_t)column_int(q, 4) };
	query_end(q);
	return true;
}

bool store_log_offset_range(struct store_tx *tx, int64_t host, int64_t from, int64_t to, int64_t *least_ns, int64_t *most_ns)
{
	struct query q = query_of(tx, QUERY_log_offset_range);
	query_int(q, ":host", host);
	query_int(q, ":from", from);
	query_int(q, ":to", to);
	bool is_known = query_row(q) && !column_is_null(q, 0);
	if (is_known) {
		*least_ns = column_int(q, 0);
		*most_ns = column_int(q, 1);
	}
	query_end(q);
	return is_known;
}

/* ---- accesses ---------------------------------------------------------------------------------------------------------- */

size_t store_accesses_at(struct store_tx *tx, const struct store_log_part *part, int64_t **ids)
{
	struct query q = query_of(tx, QUERY_accesses_at);
	query_int(q, ":site", part->site_id);
	query_text(q, ":destination", part->address);
	query_int(q, ":near_from", part->near_from_ns);
	query_int(q, ":near_to", part->near_to_ns);
	query_int(q, ":from", part->from_ns);
	query_int(q, ":to", part->to_ns);
	return query_ids(q, ids);
}

size_t store_accesses_due(struct store_tx *tx, int64_t site, const struct store_endpoint *address, int64_t **ids)
{
	struct query q = query_of(tx, QUERY_accesses_due);
	query_int(q, ":site", site);
	query_text(q, ":destination", address->address);
	bind_endpoint(q, address);
	return query_ids(q, ids);
}

size_t store_accesses_pending(struct store_tx *tx, int64_t before_ns, int64_t **ids)
{
	struct query q = query_of(tx, QUERY_accesses_pending);
	query_int(q, ":before", before_ns);
	return query_ids(q, ids);
}

void store_evidence_save(struct store_tx *tx, int64_t access, const struct store_evidence *e)
{
	struct query q = query_of(tx, QUERY_evidence_save);
	query_int(q, ":access", access);
	query_text(q, ":account", e->account);
	query_json(q, ":log", e->log);
	query_json(q, ":findings", e->findings);
	query_json(q, ":evidence", e->evidence);
	query_int(q, ":settled", e->is_settled);
	query_run(q);
}

/* ---- what was hidden --------------------------------------------------------------------------------------------------- */

size_t store_accesses_from(struct store_tx *tx, const char *client, const struct store_log_part *part, int64_t **ids)
{
	struct query q = query_of(tx, QUERY_accesses_from);
	query_int(q, ":site", part->site_id);
	query_text(q, ":source", client);
	query_text(q, ":destination", part->address);
	query_int(q, ":unapproved", VERDICT_UNAPPROVED);
	query_int(q, ":near_from", part->near_from_ns);
	query_int(q, ":near_to", part->near_to_ns);
	query_int(q, ":from", part->from_ns);
	query_int(q, ":to", part->to_ns);
	return query_ids(q, ids);
}

size_t store_opaques_at(struct store_tx *tx, int64_t site, const struct store_endpoint *address, int64_t **ids)
{
	struct query q = query_of(tx, QUERY_opaques_at);
	query_int(q, ":site", site);
	query_text(q, ":destination", address->address);
	query_int(q, ":since", address->from_ns - 24 * CLOCK_HOUR_NS);
	bind_endpoint(q, address);
	return query_ids(q, ids);
}

bool store_opaque_access(struct store_tx *tx, int64_t opaque, store_access_fn with, void *ctx)
{
	enum { SENSOR, EPOCH, SEQ, SITE, SITE_ID, SOURCE, SOURCE_PORT, DESTINATION, DESTINATION_PORT, ACCOUNT, AUTH, DIALECT, COMMUNITY_ID,
	       START, END };
	struct query q = query_of(tx, QUERY_opaque_access);
	query_int(q, ":id", opaque);
	if (!query_row(q))
		return false;
	struct access a = {
		.key = { column_int(q, SENSOR), (uint64_t)column_int(q, EPOCH), (uint64_t)column_int(q, SEQ) },
		.is_access = true,
		.site = column_text(q, SITE),
		.site_id = column_int(q, SITE_ID),
		.source = column_text(q, SOURCE),
		.source_port = (uint32_t)column_int(q, SOURCE_PORT),
		.destination = column_text(q, DESTINATION),
		.destination_port = (uint32_t)column_int(q, DESTINATION_PORT),
		.account = column_text(q, ACCOUNT),
		.auth = column_text(q, AUTH),
		.dialect = column_text(q, DIALECT),
		.community_id = column_text(q, COMMUNITY_ID),
		.encrypted = true,
		.start_ns = column_int(q, START),
		.end_ns = column_int(q, END),
		.verdict = VERDICT_UNVERIFIED,
	};
	with(ctx, &a);
	query_end(q);
	return true;
}

size_t store_steps_remove(struct store_tx *tx, int64_t access, uint32_t from)
{
	int64_t *ordinals;
	struct query q = query_of(tx, QUERY_steps_remove);
	query_int(q, ":access", access);
	query_int(q, ":from", from);
	size_t n = query_ids(q, &ordinals);
	free(ordinals);
	return n;
}

/* ---- what only the logs have ------------------------------------------------------------------------------------------- */

void store_log_only_add(struct store_tx *tx, const struct store_log_only *o)
{
	struct query q = query_of(tx, QUERY_log_only_add);
	query_int(q, ":record", o->record);
	query_int(q, ":site", o->site_id);
	query_int(q, ":host", o->host);
	query_int(q, ":time", o->time_ns);
	query_text(q, ":source", o->source);
	query_int(q, ":source_port", o->source_port);
	query_text(q, ":account", o->account);
	query_text(q, ":because", o->because);
	query_run(q);
}

void store_log_only_seen(struct store_tx *tx, int64_t site, const struct store_endpoint *e)
{
	struct query q = query_of(tx, QUERY_log_only_remove);
	query_int(q, ":site", site);
	query_text(q, ":source", e->address);
	query_int(q, ":source_port", e->port);
	bind_endpoint(q, e);
	query_run(q);
}

int64_t store_log_sensor(struct store_tx *tx, int64_t site)
{
	struct query q = query_of(tx, QUERY_log_sensor);
	query_int(q, ":site", site);
	return query_number(q, 0);
}

size_t store_log_silent(struct store_tx *tx, const struct store_log_silence *others, const struct store_log_silence *alive, int64_t **ids)
{
	struct query q = query_of(tx, QUERY_log_silent);
	query_int(q, ":after", others->after_ns);
	query_int(q, ":before", others->before_ns);
	query_int(q, ":alive_after", alive->after_ns);
	query_int(q, ":alive_before", alive->before_ns);
	return query_ids(q, ids);
}

bool store_log_before(struct store_tx *tx, int64_t host, const char *channel, uint64_t record_id, int64_t *time_ns)
{
	struct query q = query_of(tx, QUERY_log_before);
	query_int(q, ":host", host);
	query_text(q, ":channel", channel);
	query_int(q, ":record", (int64_t)record_id);
	if (!query_row(q))
		return false;
	*time_ns = column_int(q, 0);
	query_end(q);
	return true;
}
