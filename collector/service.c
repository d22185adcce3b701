/*
 * The service: its life, lists and pages, the overview.
 */
#include "collector/service_parts.h"

#include "collector/report/document.h"
#include "proto/base/clock.h"
#include "proto/codec.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { LIMIT_DEFAULT = 50, TOP_INCIDENTS = 5, DAY_HOURS = 24 };

static const int64_t sensor_silent_ns = 60 * CLOCK_SECOND_NS;	/* several of its health events, one every 10 s */

/* ---- answers ---------------------------------------------------------------------------------------------------------- */

enum answer service_says(enum answer answer, char error[SERVICE_ERROR_BYTES], const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(error, SERVICE_ERROR_BYTES, format, args);
	va_end(args);
	return answer;
}

enum answer service_stored(struct store_tx *tx, char error[SERVICE_ERROR_BYTES])
{
	bool is_overdue = store_tx_is_overdue(tx);
	if (store_commit(tx, error, SERVICE_ERROR_BYTES) == 0)
		return ANSWER_OK;
	return is_overdue ? ANSWER_BAD_REQUEST : ANSWER_FAILED;
}

enum answer service_answer(struct store_tx *tx, json_t *json, json_t **out, char error[SERVICE_ERROR_BYTES])
{
	enum answer answer = service_stored(tx, error);
	if (answer == ANSWER_OK && json == NULL)
		answer = service_says(ANSWER_FAILED, error, "out of memory");
	if (answer == ANSWER_OK)
		*out = json;
	else
		json_decref(json);
	return answer;
}

uint64_t service_version(struct service *s)
{
	return store_version(s->store);
}

/* ---- filters ---------------------------------------------------------------------------------------------------------- */

static bool read_severity(const char *name, unsigned *score_min)
{
	static const struct {
		const char *name;
		unsigned score;
	} severities[] = { { "low", 0 }, { "medium", 30 }, { "high", 60 }, { "critical", 85 } };
	for (size_t i = 0; i < sizeof severities / sizeof *severities; i++)
		if (strcmp(severities[i].name, name) == 0) {
			*score_min = severities[i].score;
			return true;
		}
	return false;
}

static bool read_verdict(const char *name, enum verdict *out)
{
	for (unsigned v = 0; v < N_VERDICTS; v++)
		if (strcmp(verdict_name((enum verdict)v), name) == 0) {
			*out = (enum verdict)v;
			return true;
		}
	return false;
}

/* "all" becomes NULL. */
static bool read_state(const char *name, const char **out)
{
	static const char *const states[] = { "open", "new", "acknowledged", "closed" };
	*out = NULL;
	if (strcmp(name, "all") == 0)
		return true;
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (strcmp(states[i], name) == 0)
			*out = states[i];
	return *out != NULL;
}

enum answer service_filter(const struct service_query *q, struct store_filter *out, char error[SERVICE_ERROR_BYTES])
{
	*out = (struct store_filter){ .text = q->text,
				      .kind = q->kind,
				      .incident = q->incident,
				      .access = q->access,
				      .entry = q->entry,
				      .by_score = q->order != NULL && strcmp(q->order, "score") == 0,
				      .from_ns = q->from_ns,
				      .to_ns = q->to_ns,
				      .before = q->before,
				      .has_verdict = q->verdict != NULL,
				      .limit = q->limit != 0 ? q->limit : LIMIT_DEFAULT };
	if (q->limit > SERVICE_LIMIT_MAX)
		return service_says(ANSWER_BAD_REQUEST, error, "limit: from 1 to %d", SERVICE_LIMIT_MAX);
	if (q->severity != NULL && !read_severity(q->severity, &out->score_min))
		return service_says(ANSWER_BAD_REQUEST, error, "severity: low, medium, high or critical");
	if (q->order != NULL && strcmp(q->order, "time") != 0 && strcmp(q->order, "score") != 0)
		return service_says(ANSWER_BAD_REQUEST, error, "order: time or score");
	if (q->verdict != NULL && !read_verdict(q->verdict, &out->verdict))
		return service_says(ANSWER_BAD_REQUEST, error,
				    "verdict: legitimate, pending, unverified, unapproved or unlogged");
	if (!read_state(q->state != NULL ? q->state : "open", &out->state))
		return service_says(ANSWER_BAD_REQUEST, error, "state: open, new, acknowledged, closed or all");
	return ANSWER_OK;
}

/* ---- lists ------------------------------------------------------------------------------------------------------------ */

/* ${rows} was asked for with one row more than a page has: whether it came tells whether there is a next page. */
static json_t *page_of(json_t *rows, int64_t limit, int64_t total)
{
	json_t *next = json_null();
	if ((int64_t)json_array_size(rows) > limit) {
		json_array_remove(rows, (size_t)limit);
		next = json_incref(json_object_get(json_array_get(rows, (size_t)limit - 1), "id"));
	}
	return json_pack("{s:o?,s:o,s:I}", "items", rows, "next", next, "total", (json_int_t)total);
}

static enum answer list(struct service *s, enum store_list what, const struct service_query *q, json_t **out,
			char error[SERVICE_ERROR_BYTES])
{
	struct store_filter f;
	enum answer answer = service_filter(q, &f, error);
	if (answer != ANSWER_OK)
		return answer;
	int64_t limit = f.limit++;
	int64_t total;
	struct store_tx *tx = store_search(s->store);
	json_t *rows = store_list(tx, what, &f, &total);
	return service_answer(tx, page_of(rows, limit, total), out, error);
}

enum answer service_incidents(struct service *s, const struct service_query *q, json_t **out, char error[SERVICE_ERROR_BYTES])
{
	return list(s, STORE_INCIDENTS, q, out, error);
}

enum answer service_accesses(struct service *s, const struct service_query *q, json_t **out, char error[SERVICE_ERROR_BYTES])
{
	return list(s, STORE_ACCESSES, q, out, error);
}

static json_t *hypotheses_of(struct store_tx *tx, const struct store_filter *access)
{
	json_t *rows = store_list(tx, STORE_ACCESS_CONTEXT, access, NULL);
	json_t *hypotheses = json_object_get(json_array_get(rows, 0), "hypotheses");
	hypotheses = hypotheses != NULL ? json_incref(hypotheses) : json_array();
	json_decref(rows);
	return hypotheses;
}

enum answer service_verdicts(struct service *s, int64_t id, json_t **out, char error[SERVICE_ERROR_BYTES])
{
	struct store_filter f = { .access = id, .limit = SERVICE_LIMIT_MAX };
	struct store_tx *tx = store_read(s->store);
	json_t *items = store_list(tx, STORE_VERDICTS, &f, NULL);
	if (json_array_size(items) > 0 || !store_tx_ok(tx))
		return service_answer(tx, json_pack("{s:I,s:o?,s:o}", "access", (json_int_t)id, "items", items, "hypotheses",
						    hypotheses_of(tx, &f)), out, error);
	json_decref(items);
	store_rollback(tx);
	return service_says(ANSWER_NOT_FOUND, error, "there is no access %lld", (long long)id);
}

enum answer service_files(struct service *s, const struct service_query *q, json_t **out, char error[SERVICE_ERROR_BYTES])
{
	return list(s, STORE_FILES, q, out, error);
}

enum answer service_opaque(struct service *s, const struct service_query *q, json_t **out, char error[SERVICE_ERROR_BYTES])
{
	return list(s, STORE_OPAQUE, q, out, error);
}

enum answer service_log_only(struct service *s, const struct service_query *q, json_t **out, char error[SERVICE_ERROR_BYTES])
{
	return list(s, STORE_LOG_ONLY, q, out, error);
}

/* ---- events ----------------------------------------------------------------------------------------------------------- */

static void append_event(void *ctx, int64_t id, const struct origin *from, const Ev__Event *event)
{
	json_t *json = codec_event_json(event, from->site, from->sensor);
	json_object_set_new(json, "id", json_integer(id));
	json_array_append_new(ctx, json);
}

enum answer service_events(struct service *s, const struct service_query *q, json_t **out, char error[SERVICE_ERROR_BYTES])
{
	struct store_filter f;
	enum answer answer = service_filter(q, &f, error);
	if (answer != ANSWER_OK)
		return answer;
	int64_t limit = f.limit++;
	int64_t total;
	json_t *rows = json_array();
	struct store_tx *tx = store_search(s->store);
	store_events(tx, &f, append_event, rows, &total);
	return service_answer(tx, page_of(rows, limit, total), out, error);
}

enum answer service_event(struct service *s, int64_t id, json_t **out, char error[SERVICE_ERROR_BYTES])
{
	json_t *rows = json_array();
	struct store_tx *tx = store_read(s->store);
	bool found = store_event(tx, id, append_event, rows);
	json_t *event = json_incref(json_array_get(rows, 0));
	json_decref(rows);
	if (found)
		return service_answer(tx, event, out, error);
	store_rollback(tx);
	return service_says(ANSWER_NOT_FOUND, error, "there is no event %lld", (long long)id);
}

/* ---- sensors ---------------------------------------------------------------------------------------------------------- */

static json_t *health_of(const Ev__Event *event)
{
	const Ev__SensorHealth *h = event->sensor_health;
	char time[CLOCK_TEXT_BYTES];
	clock_text(event->time, time);
	json_t *counters = json_object();
	for (size_t i = 0; i < h->n_counters; i++)
		json_object_set_new(counters, h->counters[i]->name, json_integer((json_int_t)h->counters[i]->value));
	return json_pack("{s:s,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:b,s:s?,s:o}", "time", time, "packets",
			 (json_int_t)h->packets, "bytes", (json_int_t)h->bytes, "gaps", (json_int_t)h->gaps, "malformed",
			 (json_int_t)h->malformed, "dropped_kernel", (json_int_t)h->dropped_kernel, "dropped_interface",
			 (json_int_t)h->dropped_interface, "flows", (json_int_t)h->flows, "memory_bytes",
			 (json_int_t)h->memory_bytes, "truncated", h->truncated, "source", h->source, "counters", counters);
}

static void set_health(void *ctx, int64_t id, const struct origin *from, const Ev__Event *event)
{
	(void)id, (void)from;
	if (event->body_case == EV__EVENT__BODY_SENSOR_HEALTH)
		json_object_set_new(ctx, "health", health_of(event));
}

static const char *status_of(struct service *s, const json_t *sensor)
{
	const char *seen = json_string_value(json_object_get(sensor, "last_seen"));
	int64_t seen_ns;
	if (seen == NULL || !clock_parse(seen, &seen_ns))
		return "never";
	return s->now_ns() - seen_ns < sensor_silent_ns ? "online" : "silent";
}

/* The sensors' rows, each with its health event in place of that event's id. */
static json_t *sensors_of(struct service *s, struct store_tx *tx)
{
	struct store_filter all = { .limit = -1 };
	json_t *rows = store_list(tx, STORE_SENSORS, &all, NULL);
	size_t i;
	json_t *row;
	json_array_foreach(rows, i, row)
	{
		int64_t health = json_integer_value(json_object_get(row, "health"));
		json_object_set_new(row, "status", json_string(status_of(s, row)));
		json_object_set_new(row, "health", json_null());
		if (health != 0)
			store_event(tx, health, set_health, row);
	}
	return rows;
}

enum answer service_sensors(struct service *s, json_t **out, char error[SERVICE_ERROR_BYTES])
{
	struct store_tx *tx = store_read(s->store);
	json_t *rows = sensors_of(s, tx);
	return service_answer(tx, json_pack("{s:o?}", "items", rows), out, error);
}

static bool is_lossy(const json_t *sensor)
{
	const json_t *health = json_object_get(sensor, "health");
	return json_integer_value(json_object_get(sensor, "lost")) > 0 ||
	       json_integer_value(json_object_get(health, "dropped_kernel")) > 0 ||
	       json_integer_value(json_object_get(health, "dropped_interface")) > 0;
}

static json_t *count_sensors(const json_t *sensors)
{
	int online = 0, silent = 0, lossy = 0;
	for (size_t i = 0; i < json_array_size(sensors); i++) {
		const json_t *sensor = json_array_get(sensors, i);
		const char *status = json_string_value(json_object_get(sensor, "status"));
		online += strcmp(status, "online") == 0;
		silent += strcmp(status, "silent") == 0;
		lossy += is_lossy(sensor);
	}
	return json_pack("{s:i,s:i,s:i,s:i}", "total", (int)json_array_size(sensors), "online", online, "silent", silent,
			 "lossy", lossy);
}

/* ---- overview --------------------------------------------------------------------------------------------------------- */

/* Keys of the overview's row that move into an object of their own: "open" → incidents.open. */
static const struct {
	const char *from, *object, *to;
} moves[] = {
	{ "open", "incidents", "open" },
	{ "new", "incidents", "new" },
	{ "critical", "by_severity", "critical" },
	{ "high", "by_severity", "high" },
	{ "medium", "by_severity", "medium" },
	{ "low", "by_severity", "low" },
	{ "accesses", "ledger", "accesses" },
	{ "legitimate", "ledger", "legitimate" },
	{ "unverified", "ledger", "unverified" },
	{ "unapproved", "ledger", "unapproved" },
	{ "unlogged", "ledger", "unlogged" },
	{ "pending", "ledger", "pending" },
	{ "day_accesses", "last_day", "accesses" },
	{ "day_incidents", "last_day", "incidents" },
	{ "day_sessions", "last_day", "sessions" },
	{ "day_files", "last_day", "files" },
	{ "day_bytes", "last_day", "bytes" },
};

/* The row of numbers, arranged as the overview shows them. */
static json_t *arrange(json_t *numbers)
{
	for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
		json_t *object = json_object_get(numbers, moves[i].object);
		if (object == NULL) {
			object = json_object();
			json_object_set_new(numbers, moves[i].object, object);
		}
		json_object_set(object, moves[i].to, json_object_get(numbers, moves[i].from));
		json_object_del(numbers, moves[i].from);
	}
	json_t *severities = json_incref(json_object_get(numbers, "by_severity"));
	json_object_del(numbers, "by_severity");
	json_object_set_new(json_object_get(numbers, "incidents"), "by_severity", severities);
	return numbers;
}

/* Open incidents, highest score first. */
static json_t *top_of(struct store_tx *tx)
{
	struct store_filter f = { .state = "open", .by_score = true, .limit = TOP_INCIDENTS };
	return store_list(tx, STORE_INCIDENTS, &f, NULL);
}

static json_t *overview_of(struct service *s, struct store_tx *tx)
{
	int64_t now = s->now_ns();
	int64_t newest = store_newest(tx, now + CLOCK_HOUR_NS);
	int64_t end = newest - newest % CLOCK_HOUR_NS + CLOCK_HOUR_NS;
	struct store_filter day = { .from_ns = end - DAY_HOURS * CLOCK_HOUR_NS, .to_ns = end, .limit = -1 };
	json_t *rows = store_list(tx, STORE_OVERVIEW, &day, NULL);
	json_t *sensors = sensors_of(s, tx);
	json_t *overview = NULL;
	if (store_tx_ok(tx)) {
		char text[CLOCK_TEXT_BYTES];
		clock_text(now, text);
		overview = arrange(json_incref(json_array_get(rows, 0)));
		json_object_set_new(overview, "version", json_string(ASHIATO_VERSION));
		json_object_set_new(overview, "now", json_string(text));
		json_object_set_new(overview, "activity",
				    newest != 0 ? store_list(tx, STORE_ACTIVITY, &day, NULL) : json_array());
		json_object_set_new(overview, "top", top_of(tx));
		json_object_set_new(overview, "sensors", count_sensors(sensors));
	}
	json_decref(sensors);
	json_decref(rows);
	return overview;
}

enum answer service_overview(struct service *s, json_t **out, char error[SERVICE_ERROR_BYTES])
{
	struct store_tx *tx = store_read(s->store);
	json_t *overview = overview_of(s, tx);
	return service_answer(tx, overview, out, error);
}
