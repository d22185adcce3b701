/*
 * The normal profile: who began how much in which hour.
 */
#include "collector/store/learned.h"
#include "collector/store/query.h"

#include <string.h>

void store_norm_add(struct store_tx *tx, const struct store_norm *n)
{
	struct query q = query_of(tx, QUERY_norm_add);
	query_int(q, ":hour", n->hour);
	query_int(q, ":site", n->site);
	query_text(q, ":host", n->host);
	query_int(q, ":sessions", (int64_t)n->sessions);
	query_int(q, ":bytes", (int64_t)n->bytes);
	query_run(q);
}

void store_norm_forget(struct store_tx *tx, int64_t before_hour)
{
	struct query q = query_of(tx, QUERY_norm_forget);
	query_int(q, ":hour", before_hour);
	query_run(q);
}

json_t *store_norm_unusual(struct store_tx *tx, const struct store_norm_question *question)
{
	json_t *rows = json_array();
	struct query q = query_of(tx, QUERY_norm_unusual);
	query_int(q, ":hour", question->hour);
	query_json(q, ":hours", question->hours);
	query_json(q, ":floors", question->floors);
	query_int(q, ":times", question->times);
	query_int(q, ":since", question->since_ns);
	query_int(q, ":limit", question->limit);
	while (query_row(q))
		json_array_append_new(rows, query_object(q));
	return rows;
}

/* Column order of norm_week.sql behind the hour. */
enum { W_HOUR, W_SESSIONS, W_BYTES, W_ADMIN, W_EXECUTABLES };

void store_norm_week(struct store_tx *tx, const char *site, const char *host, int64_t to_hour, int64_t weeks,
		     struct store_norm_mean out[STORE_WEEK_HOURS])
{
	struct query q = query_of(tx, QUERY_norm_week);
	memset(out, 0, STORE_WEEK_HOURS * sizeof *out);
	query_text(q, ":site", site);
	query_text(q, ":host", host);
	query_int(q, ":from", to_hour - weeks * STORE_WEEK_HOURS);
	query_int(q, ":to", to_hour);
	query_int(q, ":weeks", weeks);
	while (query_row(q)) {
		int64_t hour = column_int(q, W_HOUR);
		if (hour >= 0 && hour < STORE_WEEK_HOURS)
			out[hour] = (struct store_norm_mean){ column_real(q, W_SESSIONS), column_real(q, W_BYTES),
							      column_real(q, W_ADMIN), column_real(q, W_EXECUTABLES) };
	}
}
