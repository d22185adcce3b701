/*
 * Lists: one named query each, whose columns are the keys of the JSON objects.
 */
#include "collector/store/query.h"

enum { STATE = 1, SCORE = 2, VERDICT = 4, TEXT = 8, INCIDENT = 16, ACCESS = 32, SPAN = 64, BEFORE = 128, ORDER = 256, TOTAL = 512,
       LOG_SOURCE = 1024, LOG = 2048, ENTRY = 4096 };

/* Which query a list is and which filters it knows; all know :limit. One with TOTAL has a column ":total" first. */
static const struct {
	enum query_id query;
	unsigned filters;
} lists[N_STORE_LISTS] = {
	[STORE_INCIDENTS] = { QUERY_incidents, STATE | SCORE | VERDICT | TEXT | INCIDENT | SPAN | BEFORE | ORDER | TOTAL },
	[STORE_INCIDENT_STEPS] = { QUERY_incident_steps, INCIDENT | TOTAL },
	[STORE_INCIDENT_ACCESSES] = { QUERY_incident_accesses, INCIDENT },
	[STORE_INCIDENT_FILES] = { QUERY_incident_files, INCIDENT },
	[STORE_ACCESSES] = { QUERY_accesses, VERDICT | TEXT | INCIDENT | ENTRY | SPAN | BEFORE | TOTAL },
	[STORE_VERDICTS] = { QUERY_verdict_history, ACCESS },
	[STORE_ACCESS_CONTEXT] = { QUERY_access_context, ACCESS },
	[STORE_FILES] = { QUERY_files, TEXT | INCIDENT | ACCESS | SPAN | BEFORE | TOTAL },
	[STORE_OPAQUE] = { QUERY_opaques, TEXT | SPAN | BEFORE | TOTAL },
	[STORE_REPORT_INCIDENTS] = { QUERY_report_incidents, STATE | SCORE | VERDICT | TEXT | INCIDENT | SPAN },
	[STORE_REPORT_ACCESSES] = { QUERY_report_accesses, VERDICT | TEXT | INCIDENT | SPAN },
	[STORE_LOG_ONLY] = { QUERY_log_onlys, TEXT | SPAN | BEFORE | TOTAL },
	[STORE_LOG_RECORDS] = { QUERY_log_list, LOG_SOURCE | LOG | ACCESS | SPAN | BEFORE },
	[STORE_LOG_REJECTS] = { QUERY_log_rejects, LOG_SOURCE | BEFORE },
	[STORE_LOG_SOURCES] = { QUERY_log_sources, TEXT | BEFORE | TOTAL },
	[STORE_LOG_CLOCKS] = { QUERY_log_clocks, LOG_SOURCE },
	[STORE_NAMED_HOSTS] = { QUERY_named_hosts, 0 },
	[STORE_BASELINE] = { QUERY_baselines, STATE | TEXT | ENTRY | SPAN | BEFORE | TOTAL },
	[STORE_BASELINE_UPKEEP] = { QUERY_baseline_upkeep, SPAN },
	[STORE_SENSORS] = { QUERY_sensors, 0 },
	[STORE_ACTIVITY] = { QUERY_activity, SPAN },
	[STORE_OVERVIEW] = { QUERY_overview, SPAN },
};

/* Just these filters, where another query finds the same rows sooner. */
static const struct {
	enum store_list what;
	unsigned just;
	enum query_id query;
	unsigned filters;
} shortcuts[] = {
	{ STORE_ACCESSES, ENTRY, QUERY_accesses_of_entry, ENTRY | BEFORE | TOTAL },
	{ STORE_ACCESSES, VERDICT, QUERY_accesses_of_verdict, VERDICT | BEFORE | TOTAL },
	{ STORE_ACCESSES, TEXT, QUERY_accesses_of_text, TEXT | VERDICT | BEFORE | TOTAL },
	{ STORE_ACCESSES, TEXT | VERDICT, QUERY_accesses_of_text, TEXT | VERDICT | BEFORE | TOTAL },
};

static unsigned given(const struct store_filter *f)
{
	return (f->has_verdict ? VERDICT : 0) | (f->text != NULL ? TEXT : 0) | (f->incident != 0 ? INCIDENT : 0) |
	       (f->entry != 0 ? ENTRY : 0) | (f->from_ns != 0 || f->to_ns != 0 ? SPAN : 0);
}

static void bind_log(struct query q, const struct store_filter *f)
{
	query_text(q, ":host", f->host);
	query_text(q, ":account", f->account);
	query_text(q, ":address", f->address);
	query_int_or_null(q, ":act", f->act, f->has_act);
}

static void bind_filter(struct query q, unsigned knows, const struct store_filter *f)
{
	if (knows & STATE)
		query_text(q, ":state", f->state);
	if (knows & SCORE)
		query_int(q, ":score_min", f->score_min);
	if (knows & ORDER)
		query_int(q, ":by_score", f->by_score);
	if (knows & VERDICT)
		query_int_or_null(q, ":verdict", f->verdict, f->has_verdict);
	if (knows & TEXT)
		query_text(q, ":text", f->text);
	if (knows & INCIDENT)
		query_int_or_null(q, ":incident", f->incident, f->incident != 0);
	if (knows & ENTRY)
		query_int_or_null(q, ":entry", f->entry, f->entry != 0);
	if (knows & ACCESS)
		query_int_or_null(q, ":access", f->access, f->access != 0);
	if (knows & SPAN) {
		query_int_or_null(q, ":from", f->from_ns, f->from_ns != 0);
		query_int_or_null(q, ":to", f->to_ns, f->to_ns != 0);
	}
	if (knows & LOG_SOURCE)
		query_int_or_null(q, ":source", f->log_source, f->log_source != 0);
	if (knows & LOG)
		bind_log(q, f);
	if (knows & BEFORE)
		query_int_or_null(q, ":before", f->before, f->before != 0);
	query_int(q, ":limit", f->limit);
}

static struct query begin(struct store_tx *tx, enum store_list what, const struct store_filter *f)
{
	enum query_id id = lists[what].query;
	unsigned filters = lists[what].filters;
	for (size_t i = 0; i < sizeof shortcuts / sizeof *shortcuts; i++)
		if (shortcuts[i].what == what && shortcuts[i].just == given(f)) {
			id = shortcuts[i].query;
			filters = shortcuts[i].filters;
		}
	struct query q = query_of(tx, id);
	bind_filter(q, filters, f);
	return q;
}

void store_each(struct store_tx *tx, enum store_list what, const struct store_filter *f, store_row_fn each, void *ctx)
{
	struct query q = begin(tx, what, f);
	bool goes_on = true;
	while (goes_on && query_row(q)) {
		json_t *row = query_object(q);
		goes_on = each(ctx, row);
		json_decref(row);
	}
	query_end(q);
}

json_t *store_list(struct store_tx *tx, enum store_list what, const struct store_filter *f, int64_t *total)
{
	json_t *rows = json_array();
	int64_t found = 0;
	struct query q = begin(tx, what, f);
	while (query_row(q)) {
		found = lists[what].filters & TOTAL ? column_int(q, 0) : found + 1;
		json_array_append_new(rows, query_object(q));
	}
	if (total != NULL)
		*total = found;
	if (store_tx_ok(tx))
		return rows;
	json_decref(rows);
	return NULL;
}
