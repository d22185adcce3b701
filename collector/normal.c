#include "collector/normal.h"

#include "proto/base/clock.h"
#include "proto/codec.h"

#include <stdio.h>
#include <string.h>

enum { TIMES = 3, WEEK_HOURS = STORE_WEEK_HOURS, NEIGHBOURS = 1, DAY_HOURS = 24 };

/* What is counted, from which value on it is worth a word, and how it is called. */
static const struct metric {
	const char *name;
	json_int_t floor;
	const char *what;
} metrics[] = {
	{ "admin_accesses", 5,		 "administrator accesses" },
	{ "bytes",	    1000000000,	 "bytes" },
	{ "executables",    3,		 "executables moved" },
	{ "sessions",	    50,		 "logons" },
};

/* ---- counting --------------------------------------------------------------------------------------------------------- */

void normal_flush(struct normal_tally *t, struct store_tx *tx)
{
	for (size_t i = 0; i < t->n; i++) {
		struct store_norm n = { t->items[i].hour, t->items[i].site, t->items[i].host, t->items[i].sessions, t->items[i].bytes };
		store_norm_add(tx, &n);
	}
	t->n = 0;
}

static void add(struct normal_tally *t, struct store_tx *tx, const struct store_norm *what)
{
	size_t i = 0;
	while (i < t->n && !(t->items[i].hour == what->hour && t->items[i].site == what->site && strcmp(t->items[i].host, what->host) == 0))
		i++;
	if (i == NORMAL_HOSTS) {
		normal_flush(t, tx);
		i = 0;
	}
	if (i == t->n) {
		t->n++;
		t->items[i].hour = what->hour;
		t->items[i].site = what->site;
		t->items[i].sessions = t->items[i].bytes = 0;
		snprintf(t->items[i].host, sizeof t->items[i].host, "%s", what->host);
	}
	t->items[i].sessions += what->sessions;
	t->items[i].bytes += what->bytes;
}

bool normal_is_logon(const Ev__Event *e)
{
	return e->body_case == EV__EVENT__BODY_SMB_SESSION_SETUP && e->smb_session_setup->final && e->has_status && e->status == 0;
}

void normal_count(struct normal_tally *t, struct store_tx *tx, const struct origin *from, const Ev__Event *event)
{
	char host[CODEC_ADDRESS_BYTES];
	bool is_end = event->body_case == EV__EVENT__BODY_FLOW_SUMMARY;
	if (!(is_end || normal_is_logon(event)) || !codec_address(event->client, host))
		return;
	struct store_norm n = { event->time / CLOCK_HOUR_NS, from->site_id, host, !is_end, 0 };
	if (is_end)
		n.bytes = event->flow_summary->bytes_to_server + event->flow_summary->bytes_to_client;
	add(t, tx, &n);
}

void normal_forget(struct store_tx *tx, int64_t now_ns)
{
	store_norm_forget(tx, now_ns / CLOCK_HOUR_NS - (NORMAL_WEEKS + 1) * WEEK_HOURS);
}

/* ---- comparing -------------------------------------------------------------------------------------------------------- */

/* The same hour of the weeks before, and its neighbours: work does not begin on the minute. */
static json_t *hours_like(int64_t hour)
{
	json_t *hours = json_array();
	for (int64_t week = 1; week <= NORMAL_WEEKS; week++)
		for (int64_t d = -NEIGHBOURS; d <= NEIGHBOURS; d++)
			json_array_append_new(hours, json_integer(hour - week * WEEK_HOURS + d));
	return hours;
}

static json_t *floors(void)
{
	json_t *out = json_object();
	for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++)
		json_object_set_new(out, metrics[i].name, json_integer(metrics[i].floor));
	return out;
}

static const char *what_of(const char *name)
{
	for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++)
		if (strcmp(metrics[i].name, name) == 0)
			return metrics[i].what;
	return name;
}

static void say(json_t *row)
{
	char text[256];
	const char *host = json_string_value(json_object_get(row, "host"));
	json_int_t value = json_integer_value(json_object_get(row, "value")), most = json_integer_value(json_object_get(row, "most"));
	const char *what = what_of(json_string_value(json_object_get(row, "metric")));
	if (most == 0)
		snprintf(text, sizeof text, "%s: %lld %s in an hour; at this time of the week there were none in %d weeks.",
			 host != NULL ? host : "All hosts together", (long long)value, what, NORMAL_WEEKS);
	else
		snprintf(text, sizeof text, "%s: %lld %s in an hour; the most at this time of the week in %d weeks was %lld.",
			 host != NULL ? host : "All hosts together", (long long)value, what, NORMAL_WEEKS, (long long)most);
	json_object_set_new(row, "sentence", json_string(text));
}

json_t *normal_unusual(struct store_tx *tx, int64_t hour, unsigned learning_days)
{
	json_t *hours = hours_like(hour), *from = floors(), *row;
	struct store_norm_question q = { hour, hours, from, TIMES, (hour - (int64_t)learning_days * DAY_HOURS) * CLOCK_HOUR_NS,
					 NORMAL_UNUSUAL_MAX };
	json_t *rows = store_norm_unusual(tx, &q);
	size_t i;
	json_array_foreach(rows, i, row)
		say(row);
	json_decref(hours);
	json_decref(from);
	return rows;
}
