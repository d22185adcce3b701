/*
 * Sites, sensors, and how far each one's events are stored.
 */
#include "collector/store/query.h"

#include <stdio.h>

int64_t store_site(struct store_tx *tx, const char *name)
{
	struct query add = query_of(tx, QUERY_site_add);
	query_text(add, ":name", name);
	query_run(add);
	struct query q = query_of(tx, QUERY_site_id);
	query_text(q, ":name", name);
	return query_number(q, 0);
}

static void refuse_taken(struct store_tx *tx, const char *name, const char *public_key)
{
	struct query q = query_of(tx, QUERY_sensor_taken);
	query_text(q, ":name", name);
	query_text(q, ":key", public_key);
	int64_t what = query_number(q, 0);
	if (what == 1)
		store_tx_fail(tx, "a sensor named %s is enrolled already: choose another name", name);
	if (what == 2)
		store_tx_fail(tx, "this key is enrolled already: every sensor needs a key of its own");
}

int64_t store_sensor_add(struct store_tx *tx, const char *name, const char *site, const char *public_key, int64_t now_ns)
{
	refuse_taken(tx, name, public_key);
	int64_t site_id = store_site(tx, site);
	struct query q = query_of(tx, QUERY_sensor_add);
	query_text(q, ":name", name);
	query_int(q, ":site", site_id);
	query_text(q, ":key", public_key);
	query_int(q, ":now", now_ns);
	return query_number(q, 0);
}

bool store_sensor_of_key(struct store_tx *tx, const char *public_key, struct enrolled *out)
{
	struct query q = query_of(tx, QUERY_sensor_of_key);
	query_text(q, ":key", public_key);
	if (!query_row(q))
		return false;
	*out = (struct enrolled){ .sensor_id = column_int(q, 0), .site_id = column_int(q, 1) };
	snprintf(out->name, sizeof out->name, "%s", column_text(q, 2));
	snprintf(out->site, sizeof out->site, "%s", column_text(q, 3));
	query_end(q);
	return true;
}

bool store_sensor_revoke(struct store_tx *tx, const char *name, int64_t now_ns)
{
	struct query q = query_of(tx, QUERY_sensor_revoke);
	query_text(q, ":name", name);
	query_int(q, ":now", now_ns);
	return query_number(q, 0) != 0;
}

void store_sensor_seen(struct store_tx *tx, int64_t sensor, uint64_t epoch, const char *software, int64_t now_ns)
{
	struct query q = query_of(tx, QUERY_sensor_seen);
	query_int(q, ":sensor", sensor);
	query_int(q, ":epoch", (int64_t)epoch);
	query_text(q, ":software", software);
	query_int(q, ":now", now_ns);
	query_run(q);
}

void store_sensor_health(struct store_tx *tx, int64_t sensor)
{
	struct query q = query_of(tx, QUERY_sensor_health);
	query_int(q, ":sensor", sensor);
	query_run(q);
}

uint64_t store_high_water(struct store_tx *tx, int64_t sensor, uint64_t epoch)
{
	struct query q = query_of(tx, QUERY_high_water);
	query_int(q, ":sensor", sensor);
	query_int(q, ":epoch", (int64_t)epoch);
	return (uint64_t)query_number(q, 0);
}

void store_advance(struct store_tx *tx, int64_t sensor, uint64_t epoch, uint64_t high_water, uint64_t n_events, uint64_t n_lost)
{
	struct query q = query_of(tx, QUERY_advance);
	query_int(q, ":sensor", sensor);
	query_int(q, ":epoch", (int64_t)epoch);
	query_int(q, ":high_water", (int64_t)high_water);
	query_int(q, ":events", (int64_t)n_events);
	query_int(q, ":lost", (int64_t)n_lost);
	query_run(q);
}
