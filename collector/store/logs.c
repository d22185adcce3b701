/*
 * Sources of server logs, the hosts they write about, and how far their files
 * have been read. The records are log_records.c.
 */
#include "collector/store/query.h"

#include "proto/base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- sources ---------------------------------------------------------------------------------------------------------- */

/* Columns of every query for a source. */
enum { S_ID, S_SITE, S_NAME, S_KIND, S_FORMAT, S_SITE_NAME, S_OFFSET, S_HOSTS };

static void copy_text(char *out, size_t cap, const char *text)
{
	snprintf(out, cap, "%s", text != NULL ? text : "");
}

static bool source_of(struct query q, struct store_log_source *out)
{
	if (!query_row(q))
		return false;
	*out = (struct store_log_source){ .id = column_int(q, S_ID),
					  .site_id = column_int(q, S_SITE),
					  .has_offset = !column_is_null(q, S_OFFSET),
					  .offset_ns = column_int(q, S_OFFSET) };
	copy_text(out->name, sizeof out->name, column_text(q, S_NAME));
	copy_text(out->kind, sizeof out->kind, column_text(q, S_KIND));
	copy_text(out->format, sizeof out->format, column_text(q, S_FORMAT));
	copy_text(out->site, sizeof out->site, column_text(q, S_SITE_NAME));
	copy_text(out->hosts, sizeof out->hosts, column_text(q, S_HOSTS));
	query_end(q);
	return true;
}

bool store_log_source_of_id(struct store_tx *tx, int64_t source, struct store_log_source *out)
{
	struct query q = query_of(tx, QUERY_log_source_of_id);
	query_int(q, ":source", source);
	return source_of(q, out);
}

bool store_log_source(struct store_tx *tx, const char *name, struct store_log_source *out)
{
	struct query q = query_of(tx, QUERY_log_source);
	query_text(q, ":name", name);
	return source_of(q, out);
}

bool store_log_source_of_token(struct store_tx *tx, const uint8_t token[STORE_TOKEN_BYTES], struct store_log_source *out)
{
	struct query q = query_of(tx, QUERY_log_source_of_token);
	query_blob(q, ":token", token, STORE_TOKEN_BYTES);
	return source_of(q, out);
}

bool store_log_source_of_address(struct store_tx *tx, const char *address, struct store_log_source *out)
{
	struct query q = query_of(tx, QUERY_log_source_of_address);
	query_text(q, ":address", address);
	return source_of(q, out);
}

static bool is_on_disk(const char *kind)
{
	return strcmp(kind, "file") == 0 || strcmp(kind, "folder") == 0;
}

int64_t store_log_source_add(struct store_tx *tx, const struct store_log_source_new *what, int64_t now_ns)
{
	struct store_log_source taken;
	if (store_log_source(tx, what->name, &taken))
		store_tx_fail(tx, "a source named %s exists already: choose another name", what->name);
	int64_t site = store_site(tx, what->site);
	struct query q = query_of(tx, QUERY_log_source_add);
	query_text(q, ":name", what->name);
	query_text(q, ":kind", what->kind);
	query_text(q, ":format", what->format);
	query_int(q, ":site", site);
	if (what->token != NULL)
		query_blob(q, ":token", what->token, STORE_TOKEN_BYTES);
	query_text(q, ":address", what->address);
	query_text(q, ":hosts", what->hosts == NULL && is_on_disk(what->kind) ? "*" : what->hosts);
	query_int(q, ":now", now_ns);
	return query_number(q, 0);
}

void store_log_source_hosts(struct store_tx *tx, int64_t source, const char *hosts)
{
	struct query q = query_of(tx, QUERY_log_source_hosts);
	query_int(q, ":source", source);
	query_text(q, ":hosts", hosts);
	query_run(q);
}

size_t store_log_host_count(struct store_tx *tx, int64_t source, const char *name)
{
	struct query q = query_of(tx, QUERY_log_host_count);
	query_int(q, ":source", source);
	query_text(q, ":name", name);
	return (size_t)query_number(q, 0);
}

void store_log_source_remove(struct store_tx *tx, int64_t source)
{
	struct query q = query_of(tx, QUERY_log_source_remove);
	query_int(q, ":source", source);
	query_run(q);
}

static bool set_host_offset(struct store_tx *tx, int64_t source, const char *host, bool is_set, int64_t offset_ns)
{
	int64_t *ids;
	struct query q = query_of(tx, QUERY_log_host_offset);
	query_int(q, ":source", source);
	query_text(q, ":host", host);
	query_int_or_null(q, ":offset", offset_ns, is_set);
	size_t n = query_ids(q, &ids);
	free(ids);
	return n > 0;
}

bool store_log_offset_set(struct store_tx *tx, int64_t source, const char *host, bool is_set, int64_t offset_ns)
{
	if (host != NULL)
		return set_host_offset(tx, source, host, is_set, offset_ns);
	struct query q = query_of(tx, QUERY_log_source_offset);
	query_int(q, ":source", source);
	query_int_or_null(q, ":offset", offset_ns, is_set);
	query_run(q);
	return true;
}

void store_log_source_seen(struct store_tx *tx, int64_t source, const struct store_log_tally *add, const char *error, int64_t now_ns)
{
	struct query q = query_of(tx, QUERY_log_source_seen);
	query_int(q, ":source", source);
	query_int(q, ":records", (int64_t)add->records);
	query_int(q, ":others", (int64_t)add->others);
	query_int(q, ":duplicates", (int64_t)add->duplicates);
	query_int(q, ":rejected", (int64_t)add->rejected);
	query_int(q, ":refused", (int64_t)add->refused);
	query_text(q, ":error", error);
	query_int(q, ":now", now_ns);
	query_run(q);
}

bool store_log_reject(struct store_tx *tx, int64_t source, const struct store_log_reject *r, int64_t now_ns)
{
	struct query add = query_of(tx, QUERY_log_reject_add);
	query_int(add, ":source", source);
	query_text(add, ":input", r->input);
	query_int(add, ":line", (int64_t)r->line);
	query_text(add, ":reason", r->reason);
	query_text(add, ":piece", r->piece);
	query_int(add, ":now", now_ns);
	if (query_number(add, 0) == 0)
		return false;
	struct query cut = query_of(tx, QUERY_log_rejects_cut);
	query_int(cut, ":source", source);
	query_int(cut, ":keep", STORE_LOG_REJECTS_MAX);
	query_run(cut);
	return true;
}

static struct query touching(struct store_tx *tx, enum query_id id, const struct store_log_unread *u)
{
	const int64_t near_ns = 60 * CLOCK_SECOND_NS;	/* nearer to each other they are one */
	struct query q = query_of(tx, id);
	query_int(q, ":source", u->source);
	query_int(q, ":has_zone", u->has_zone);
	query_int(q, ":from", u->first_ns - near_ns);
	query_int(q, ":to", u->last_ns + near_ns);
	return q;
}

void store_log_unread_add(struct store_tx *tx, const struct store_log_unread *unread)
{
	struct store_log_unread u = *unread;
	struct query known = touching(tx, QUERY_log_unread_touching, &u);
	if (query_row(known) && !column_is_null(known, 0)) {
		u.first_ns = column_int(known, 0) < u.first_ns ? column_int(known, 0) : u.first_ns;
		u.last_ns = column_int(known, 1) > u.last_ns ? column_int(known, 1) : u.last_ns;
		u.lines += (uint64_t)column_int(known, 2);
	}
	query_end(known);
	query_run(touching(tx, QUERY_log_unread_remove, unread));
	struct query q = query_of(tx, QUERY_log_unread_add);
	query_int(q, ":source", u.source);
	query_int(q, ":has_zone", u.has_zone);
	query_int(q, ":first", u.first_ns);
	query_int(q, ":last", u.last_ns);
	query_int(q, ":lines", (int64_t)u.lines);
	query_run(q);
}

uint64_t store_log_unread_of(struct store_tx *tx, int64_t host, int64_t from_ns, int64_t to_ns)
{
	struct query q = query_of(tx, QUERY_log_unread_of);
	query_int(q, ":host", host);
	query_int(q, ":from", from_ns);
	query_int(q, ":to", to_ns);
	return (uint64_t)query_number(q, 0);
}

/* ---- hosts ------------------------------------------------------------------------------------------------------------ */

int64_t store_log_host(struct store_tx *tx, int64_t source, const char *name, bool has_zone, int64_t time_ns, int64_t now_ns)
{
	struct query q = query_of(tx, QUERY_log_host);
	query_int(q, ":source", source);
	query_text(q, ":name", name);
	query_int(q, ":has_zone", has_zone);
	query_int(q, ":time", time_ns);
	query_int(q, ":now", now_ns);
	return query_number(q, 0);
}

void store_log_host_remove(struct store_tx *tx, int64_t host)
{
	struct query q = query_of(tx, QUERY_log_host_remove);
	query_int(q, ":host", host);
	query_run(q);
}

void store_log_host_seen(struct store_tx *tx, int64_t host, const struct store_log_news *news, int64_t now_ns)
{
	struct query q = query_of(tx, QUERY_log_host_seen);
	query_int(q, ":host", host);
	query_int(q, ":first", news->first_ns);
	query_int(q, ":last", news->last_ns);
	query_int(q, ":records", (int64_t)news->records);
	query_int_or_null(q, ":received", news->received_ns, news->received_ns != 0);
	query_int(q, ":now", now_ns);
	query_run(q);
	if (news->received_ns == 0)
		return;
	struct query s = query_of(tx, QUERY_log_source_received);
	query_int(s, ":host", host);
	query_int(s, ":received", news->received_ns);
	query_run(s);
}

static struct query of_span(struct store_tx *tx, enum query_id id, const struct store_log_span *s)
{
	struct query q = query_of(tx, id);
	query_int(q, ":host", s->host);
	query_int(q, ":trail", s->trail);
	return q;
}

/* Take a span out that touches this one, which becomes both. False: there is none, or ${*is_known}: it holds this one already. */
static bool take_span(struct store_tx *tx, struct store_log_span *s, bool *is_known)
{
	struct query q = of_span(tx, QUERY_log_span_of, s);
	query_int(q, ":from", s->first_ns - STORE_LOG_GAP_NS);
	query_int(q, ":to", s->last_ns + STORE_LOG_GAP_NS);
	if (!query_row(q))
		return false;
	int64_t first = column_int(q, 0), last = column_int(q, 1);
	query_end(q);
	*is_known = first <= s->first_ns && s->last_ns <= last;
	if (*is_known)
		return false;
	struct query remove = of_span(tx, QUERY_log_span_remove, s);
	query_int(remove, ":first", first);
	query_run(remove);
	s->first_ns = first < s->first_ns ? first : s->first_ns;
	s->last_ns = last > s->last_ns ? last : s->last_ns;
	return true;
}

bool store_log_span_add(struct store_tx *tx, const struct store_log_span *span)
{
	struct store_log_span s = *span;
	bool is_known = false;
	unsigned joined = 0;
	while (take_span(tx, &s, &is_known))
		joined++;
	if (is_known)
		return joined > 0;
	struct query q = of_span(tx, QUERY_log_span_add, &s);
	query_int(q, ":first", s.first_ns);
	query_int(q, ":last", s.last_ns);
	query_run(q);
	return joined > 1;
}

static void tell_trails(struct query q, store_log_trail_fn each, void *ctx)
{
	while (query_row(q)) {
		struct store_log_trail t = { .trail = (enum log_trail)column_int(q, 0),
					     .acts = (uint32_t)column_int(q, 1),
					     .first_ns = column_int(q, 2),
					     .last_ns = column_int(q, 3),
					     .tells_logons = !column_is_null(q, 4),
					     .logons_first_ns = column_int(q, 4),
					     .logons_last_ns = column_int(q, 5) };
		each(ctx, &t);
	}
}

void store_log_trails(struct store_tx *tx, int64_t host, store_log_trail_fn each, void *ctx)
{
	struct query q = query_of(tx, QUERY_log_trails);
	query_int(q, ":host", host);
	tell_trails(q, each, ctx);
}

void store_log_trails_at(struct store_tx *tx, int64_t host, int64_t at_ns, store_log_trail_fn each, void *ctx)
{
	struct query q = query_of(tx, QUERY_log_trails_at);
	query_int(q, ":host", host);
	query_int(q, ":at", at_ns);
	tell_trails(q, each, ctx);
}

void store_log_trail_save(struct store_tx *tx, int64_t host, const struct store_log_trail *t)
{
	struct query q = query_of(tx, QUERY_log_trail_save);
	query_int(q, ":host", host);
	query_int(q, ":trail", t->trail);
	query_int(q, ":acts", t->acts);
	query_int(q, ":first", t->first_ns);
	query_int(q, ":last", t->last_ns);
	query_int_or_null(q, ":logons_first", t->logons_first_ns, t->tells_logons);
	query_int_or_null(q, ":logons_last", t->logons_last_ns, t->tells_logons);
	query_run(q);
}

bool store_log_tellers_changed(struct store_tx *tx, int64_t source)
{
	struct query q = query_of(tx, QUERY_log_source_tellers);
	query_int(q, ":source", source);
	return query_number(q, -1) >= 0;
}

size_t store_log_alive(struct store_tx *tx, int64_t source, const char *name, int64_t at_ns, int64_t now_ns, int64_t **ids)
{
	struct query q = query_of(tx, QUERY_log_alive);
	query_int(q, ":source", source);
	query_text(q, ":name", name);
	query_int(q, ":at", at_ns);
	query_int(q, ":now", now_ns);
	return query_ids(q, ids);
}

void store_log_host_estimate(struct store_tx *tx, int64_t host, bool is_known, int64_t offset_ns, uint64_t matches)
{
	struct query q = query_of(tx, QUERY_log_host_estimate);
	query_int(q, ":host", host);
	query_int_or_null(q, ":offset", offset_ns, is_known);
	query_int(q, ":matches", (int64_t)matches);
	query_run(q);
}

void store_log_clock_note(struct store_tx *tx, const struct store_log_host *h, const char *how, int64_t offset_ns, int64_t now_ns)
{
	struct query q = query_of(tx, QUERY_log_clock_note);
	query_int(q, ":host", h->id);
	query_text(q, ":how", how);
	query_int(q, ":offset", offset_ns);
	query_int(q, ":matches", (int64_t)h->matches);
	query_int(q, ":now", now_ns);
	query_run(q);
}

static enum store_tie tie_named(const char *how)
{
	static const struct {
		const char *how;
		enum store_tie tie;
	} rows[] = {
		{ "configured", STORE_TIE_CONFIGURED }, { "logon", STORE_TIE_LOGON }, { "name", STORE_TIE_NAMED },
		{ "ntlm", STORE_TIE_NTLM },		{ "own", STORE_TIE_OWN },     { "spn", STORE_TIE_NAMED },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (strcmp(rows[i].how, how) == 0)
			return rows[i].tie;
	return STORE_TIE_UNC;
}

bool store_log_tie(struct store_tx *tx, int64_t host, const char *address, const char *how)
{
	struct query q = query_of(tx, QUERY_log_tie);
	query_int(q, ":host", host);
	query_text(q, ":address", address);
	query_text(q, ":how", how);
	query_int(q, ":rank", tie_named(how));
	return query_number(q, 0) != 0;
}

void store_log_untie(struct store_tx *tx, int64_t host)
{
	struct query q = query_of(tx, QUERY_log_untie);
	query_int(q, ":host", host);
	query_run(q);
	struct query r = query_of(tx, QUERY_log_untie_rank);
	query_int(r, ":host", host);
	query_run(r);
}

/* Columns of every query for hosts. */
enum { H_ID, H_SOURCE, H_SITE, H_NAME, H_HAS_ZONE, H_FIRST, H_LAST, H_HEARD, H_RECORDS, H_SET, H_ESTIMATE, H_MATCHES,
       H_RECEIPT, H_VOTES, H_JUDGED_FIRST, H_JUDGED_LAST, H_SOURCE_NAME, H_KIND, H_TELLERS, H_TIE, H_ALIVE,
       H_RECEIVED, H_OTHERS };

static void take_others(struct query q, struct store_log_host *h)
{
	for (int i = 0; i < STORE_OTHER_OFFSETS; i++)
		if (!column_is_null(q, H_OTHERS + i))
			h->other_ns[h->n_others++] = column_int(q, H_OTHERS + i);
}

static void tell_hosts(struct query q, store_log_host_fn each, void *ctx)
{
	bool goes_on = true;
	while (goes_on && query_row(q)) {
		bool is_set = !column_is_null(q, H_SET);
		struct store_log_host h = {
			.id = column_int(q, H_ID),
			.source_id = column_int(q, H_SOURCE),
			.site_id = column_int(q, H_SITE),
			.name = column_text(q, H_NAME),
			.has_zone = column_int(q, H_HAS_ZONE) != 0,
			.first_ns = column_int(q, H_FIRST),
			.last_ns = column_int(q, H_LAST),
			.heard_ns = column_int(q, H_HEARD),
			.records = (uint64_t)column_int(q, H_RECORDS),
			.has_offset = is_set || !column_is_null(q, H_ESTIMATE),
			.is_set = is_set,
			.offset_ns = column_int(q, is_set ? H_SET : H_ESTIMATE),
			.matches = (uint64_t)column_int(q, H_MATCHES),
			.source_tellers = (uint64_t)column_int(q, H_TELLERS),
			.has_receipt = !column_is_null(q, H_RECEIPT),
			.receipt_ns = column_int(q, H_RECEIPT),
			.receipt_votes = column_int(q, H_VOTES),
			.is_judged = !column_is_null(q, H_JUDGED_LAST),
			.judged_first_ns = column_int(q, H_JUDGED_FIRST),
			.judged_last_ns = column_int(q, H_JUDGED_LAST),
			.tie = (enum store_tie)column_int(q, H_TIE),
			.has_alive = !column_is_null(q, H_ALIVE),
			.alive_ns = column_int(q, H_ALIVE),
			.received_ns = column_int(q, H_RECEIVED),
			.source = column_text(q, H_SOURCE_NAME),
			.is_stream = strcmp(column_text(q, H_KIND), "file") != 0,
		};
		take_others(q, &h);
		goes_on = each(ctx, &h);
	}
	query_end(q);
}

void store_log_hosts(struct store_tx *tx, store_log_host_fn each, void *ctx)
{
	tell_hosts(query_of(tx, QUERY_log_hosts), each, ctx);
}

void store_log_hosts_at(struct store_tx *tx, int64_t site, const struct store_endpoint *where, store_log_host_fn each, void *ctx)
{
	struct query q = query_of(tx, QUERY_log_hosts_at);
	query_int(q, ":site", site);
	query_text(q, ":address", where->address);
	query_int(q, ":from", where->from_ns);
	query_int(q, ":to", where->to_ns);
	query_int(q, ":day", where->from_ns / (24 * CLOCK_HOUR_NS));
	query_int(q, ":reach", where->to_ns + 26 * CLOCK_HOUR_NS);	/* UTC+14 against UTC-12 */
	tell_hosts(q, each, ctx);
}

void store_log_host_of(struct store_tx *tx, int64_t id, store_log_host_fn each, void *ctx)
{
	struct query q = query_of(tx, QUERY_log_host_of);
	query_int(q, ":id", id);
	tell_hosts(q, each, ctx);
}

void store_log_addresses(struct store_tx *tx, int64_t host, store_log_address_fn each, void *ctx)
{
	struct query q = query_of(tx, QUERY_log_addresses);
	query_int(q, ":host", host);
	while (query_row(q))
		each(ctx, column_text(q, 0), column_text(q, 1));
}

/* ---- files ------------------------------------------------------------------------------------------------------------ */

bool store_log_file(struct store_tx *tx, int64_t source, struct store_log_file *f)
{
	struct query q = query_of(tx, QUERY_log_file);
	query_int(q, ":source", source);
	query_blob(q, ":head", f->head, sizeof f->head);
	query_int(q, ":head_bytes", (int64_t)f->head_bytes);
	if (!query_row(q))
		return false;
	f->bytes = (uint64_t)column_int(q, 0);
	f->line = (uint64_t)column_int(q, 1);
	query_end(q);
	return true;
}

void store_log_file_save(struct store_tx *tx, int64_t source, const char *path, const struct store_log_file *f)
{
	struct query q = query_of(tx, QUERY_log_file_save);
	query_int(q, ":source", source);
	query_text(q, ":path", path);
	query_blob(q, ":head", f->head, sizeof f->head);
	query_int(q, ":head_bytes", (int64_t)f->head_bytes);
	query_int(q, ":bytes", (int64_t)f->bytes);
	query_int(q, ":line", (int64_t)f->line);
	query_run(q);
}
