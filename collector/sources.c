#include "collector/sources.h"

#include "collector/clocks.h"
#include "proto/base/clock.h"

#include <stdio.h>

/* ---- clocks ---- */

static void add_address(void *ctx, const char *address, const char *how)
{
	json_array_append_new(ctx, json_pack("{s:s,s:s}", "address", address, "how", how));
}

static json_t *time_of(int64_t ns)
{
	char text[CLOCK_TEXT_BYTES];
	clock_text(ns, text);
	return json_string(text);
}

static json_t *seconds_of(int64_t ns)
{
	return ns % CLOCK_SECOND_NS == 0 ? json_integer(ns / CLOCK_SECOND_NS) : json_real((double)ns / (double)CLOCK_SECOND_NS);
}

/* Beside what the clock is taken to show: how many logons show something else, and what they would make of it, hours from the zone that
 * it writes, if a person believed them. */
static void add_doubts(struct store_tx *tx, const struct store_log_host *h, json_t *clock)
{
	int64_t suspected_ns;
	struct store_log_offset newest = { 0 };
	bool is_suspected = clocks_suspected_offset(h, &suspected_ns);
	store_log_offset_newest(tx, h->id, &newest);
	json_object_set_new(clock, "strangers", json_integer((json_int_t)newest.strangers));
	json_object_set_new(clock, "suspected_seconds", is_suspected ? seconds_of(suspected_ns) : json_null());
}

/* What each trail of a log tells and how far it goes, by a clock that shows ${offset_ns} more than UTC. */
struct trail_listing {
	json_t *trails;
	int64_t offset_ns;
};

static void add_trail(void *ctx, const struct store_log_trail *t)
{
	struct trail_listing *l = ctx;
	json_t *trail = json_pack("{s:s,s:o,s:o}", "trail", log_trail_name(t->trail), "first", time_of(t->first_ns - l->offset_ns), "last",
				  time_of(t->last_ns - l->offset_ns));
	json_object_set_new(trail, "logons_since", t->tells_logons ? time_of(t->logons_first_ns - l->offset_ns) : json_null());
	json_object_set_new(trail, "logons_last", t->tells_logons ? time_of(t->logons_last_ns - l->offset_ns) : json_null());
	json_array_append_new(l->trails, trail);
}

static json_t *trails_of(struct store_tx *tx, int64_t host, int64_t offset_ns)
{
	struct trail_listing l = { json_array(), offset_ns };
	store_log_trails(tx, host, add_trail, &l);
	return l.trails;
}

struct listing {
	struct store_tx *tx;
	json_t *by_source;	/* id as text → array of clocks, of the sources wanted */
};

static bool add_clock(void *ctx, const struct store_log_host *h)
{
	struct listing *l = ctx;
	char key[24];
	snprintf(key, sizeof key, "%lld", (long long)h->source_id);
	json_t *clocks = json_object_get(l->by_source, key);
	if (clocks == NULL)
		return true;
	int64_t offset_ns;
	enum ledger_how how = clocks_offset(l->tx, h, &offset_ns);
	json_t *addresses = json_array();
	store_log_addresses(l->tx, h->id, add_address, addresses);
	json_t *clock = json_pack("{s:s,s:b,s:s,s:I,s:I,s:o}", "host", h->name, "has_zone", h->has_zone, "offset_by", ledger_how_name(how),
				  "matches", (json_int_t)h->matches, "records", (json_int_t)h->records, "addresses", addresses);
	bool is_known = how != LEDGER_UNKNOWN;
	json_object_set_new(clock, "offset_seconds", is_known ? seconds_of(offset_ns) : json_null());
	add_doubts(l->tx, h, clock);
	json_object_set_new(clock, "first", time_of(h->first_ns - (is_known ? offset_ns : 0)));
	json_object_set_new(clock, "last", time_of(h->last_ns - (is_known ? offset_ns : 0)));
	json_object_set_new(clock, "trails", trails_of(l->tx, h->id, is_known ? offset_ns : 0));
	json_array_append_new(clocks, clock);
	return true;
}

/* ---- sources ---- */

/* What the logons of one clock weigh beside what other clocks merely assume. */
enum { LOGON_WEIGHT = 1000 };

/* The offset most clocks show; what logons prove counts before what is assumed. */
static json_t *common_offset(const json_t *clocks)
{
	json_t *weights = json_object(), *best = NULL;
	json_int_t most = 0;
	for (size_t i = 0; i < json_array_size(clocks); i++) {
		char key[32];
		const json_t *clock = json_array_get(clocks, i);
		json_t *seconds = json_object_get(clock, "offset_seconds");
		if (json_is_null(seconds))
			continue;
		snprintf(key, sizeof key, "%.9f", json_number_value(seconds));
		json_int_t weight = json_integer_value(json_object_get(weights, key)) + 1 +
				    json_integer_value(json_object_get(clock, "matches")) * LOGON_WEIGHT;
		json_object_set_new(weights, key, json_integer(weight));
		best = weight > most ? seconds : best;
		most = weight > most ? weight : most;
	}
	json_decref(weights);
	return best != NULL ? json_incref(best) : json_null();
}

/* Each host once, though it may have a clock with a zone and one without. */
static json_t *hosts_of(const json_t *clocks)
{
	json_t *hosts = json_array(), *known = json_object();
	for (size_t i = 0; i < json_array_size(clocks); i++) {
		json_t *host = json_object_get(json_array_get(clocks, i), "host");
		if (json_object_get(known, json_string_value(host)) != NULL)
			continue;
		json_object_set(known, json_string_value(host), host);
		json_array_append(hosts, host);
	}
	json_decref(known);
	return hosts;
}

/* Its clocks are put into ${by_source} under its id, and into itself. */
static void expect_clocks(json_t *source, json_t *by_source)
{
	char key[24];
	json_t *clocks = json_array();
	snprintf(key, sizeof key, "%lld", (long long)json_integer_value(json_object_get(source, "id")));
	json_object_set(by_source, key, clocks);
	json_object_set_new(source, "clocks", clocks);
}

json_t *sources_of(struct store_tx *tx, const struct store_filter *f, int64_t *total)
{
	struct listing l = { tx, json_object() };
	json_t *sources = store_list(tx, STORE_LOG_SOURCES, f, total);
	for (size_t i = 0; i < json_array_size(sources); i++)
		expect_clocks(json_array_get(sources, i), l.by_source);
	store_log_hosts(tx, add_clock, &l);
	for (size_t i = 0; i < json_array_size(sources); i++) {
		json_t *source = json_array_get(sources, i);
		const json_t *clocks = json_object_get(source, "clocks");
		json_object_set_new(source, "hosts", hosts_of(clocks));
		json_object_set_new(source, "offset_seconds", common_offset(clocks));
	}
	json_decref(l.by_source);
	return sources != NULL ? sources : json_array();
}
