/*
 * The normal profile for people: a week as it usually is, and what is unusual now.
 */
#include "collector/service_parts.h"

#include "collector/habitual.h"
#include "collector/normal.h"
#include "proto/base/clock.h"

static json_t *time_of_hour(int64_t hour)
{
	char text[CLOCK_TEXT_BYTES];
	clock_text(hour * CLOCK_HOUR_NS, text);
	return json_string(text);
}

static json_t *hour_json(struct store_tx *tx, int64_t hour)
{
	json_t *items = normal_unusual(tx, hour, habitual_learning_days(tx));
	return json_pack("{s:o,s:o,s:o}", "from", time_of_hour(hour), "to", time_of_hour(hour + 1), "items", items);
}

enum answer service_unusual(struct service *s, json_t **out, char error[SERVICE_ERROR_BYTES])
{
	int64_t hour = s->now_ns() / CLOCK_HOUR_NS;
	struct store_tx *tx = store_read(s->store);
	json_t *hours = json_array();
	json_array_append_new(hours, hour_json(tx, hour));
	json_array_append_new(hours, hour_json(tx, hour - 1));
	return service_answer(tx, json_pack("{s:o}", "hours", hours), out, error);
}

static json_t *mean_json(const struct store_norm_mean *m)
{
	return json_pack("{s:f,s:f,s:f,s:f}", "sessions", m->sessions, "bytes", m->bytes, "admin_accesses", m->admin_accesses,
			 "executables", m->executables);
}

enum answer service_profile(struct service *s, const struct service_query *q, json_t **out, char error[SERVICE_ERROR_BYTES])
{
	if (q->site == NULL)
		return service_says(ANSWER_BAD_REQUEST, error, "site: say which");
	int64_t hour = s->now_ns() / CLOCK_HOUR_NS;
	struct store_norm_mean means[STORE_WEEK_HOURS];
	struct store_tx *tx = store_read(s->store);
	store_norm_week(tx, q->site, q->text, hour, NORMAL_WEEKS, means);
	json_t *week = json_array();
	for (size_t i = 0; i < STORE_WEEK_HOURS; i++)
		json_array_append_new(week, mean_json(&means[i]));
	json_t *json = json_pack("{s:s,s:s?,s:i,s:o,s:o,s:o}", "site", q->site, "host", q->text, "weeks", NORMAL_WEEKS, "from",
				 time_of_hour(hour - NORMAL_WEEKS * STORE_WEEK_HOURS), "to", time_of_hour(hour), "week", week);
	return service_answer(tx, json, out, error);
}
