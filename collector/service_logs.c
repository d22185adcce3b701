/*
 * Server logs for the face: sources, records, and what could not be read.
 */
#include "collector/service_parts.h"

#include "collector/clocks.h"
#include "collector/sources.h"
#include "proto/base/clock.h"

#include <string.h>

enum { LIMIT_DEFAULT = 50 };

/* ---- lists ------------------------------------------------------------------------------------------------------------ */

static bool read_act(const char *name, struct store_filter *f)
{
	f->has_act = name != NULL;
	for (unsigned a = 0; name != NULL && a < N_LOG_ACTS; a++)
		if (strcmp(log_act_name((enum log_act)a), name) == 0) {
			f->act = (enum log_act)a;
			return true;
		}
	return name == NULL;
}

/* What is on the page, and the number the next one begins after. */
static json_t *page_of(json_t *rows, int64_t limit)
{
	json_t *next = json_null();
	if ((int64_t)json_array_size(rows) > limit) {
		json_array_remove(rows, (size_t)limit);
		next = json_incref(json_object_get(json_array_get(rows, (size_t)limit - 1), "id"));
	}
	return json_pack("{s:o?,s:o}", "items", rows, "next", next);
}

struct told_offset {
	struct store_tx *tx;
	int64_t offset_ns;
	bool is_known;
};

static bool take_offset(void *ctx, const struct store_log_host *h)
{
	struct told_offset *t = ctx;
	t->is_known = clocks_offset(t->tx, h, &t->offset_ns) != LEDGER_UNKNOWN;
	return false;
}

/* "written" (ns) becomes "time": UTC as far as the clock's offset is known, which "is_utc" says. */
static void set_time(struct store_tx *tx, json_t *row)
{
	char text[CLOCK_TEXT_BYTES];
	struct told_offset t = { .tx = tx };
	store_log_host_of(tx, json_integer_value(json_object_get(row, "host_id")), take_offset, &t);
	clock_text(json_integer_value(json_object_get(row, "written")) - (t.is_known ? t.offset_ns : 0), text);
	json_object_set_new(row, "time", json_string(text));
	json_object_set_new(row, "is_utc", json_boolean(t.is_known));
	json_object_del(row, "written");
}

static void set_times(struct store_tx *tx, json_t *rows)
{
	size_t i;
	json_t *row;
	json_array_foreach(rows, i, row)
		set_time(tx, row);
}

static struct store_filter filter_of(const struct service_query *q)
{
	return (struct store_filter){ .access = q->access,	.from_ns = q->from_ns, .to_ns = q->to_ns,     .before = q->before,
				      .log_source = q->source,	.host = q->host,       .account = q->account, .address = q->address,
				      .limit = (q->limit != 0 ? q->limit : LIMIT_DEFAULT) + 1 };
}

static enum answer list(struct service *s, enum store_list what, const struct store_filter *f, json_t **out,
			char error[SERVICE_ERROR_BYTES])
{
	struct store_tx *tx = store_search(s->store);
	json_t *rows = store_list(tx, what, f, NULL);
	if (what == STORE_LOG_RECORDS)
		set_times(tx, rows);
	return service_answer(tx, page_of(rows, f->limit - 1), out, error);
}

enum answer service_logs(struct service *s, const struct service_query *q, json_t **out, char error[SERVICE_ERROR_BYTES])
{
	struct store_filter f = filter_of(q);
	if (!read_act(q->act, &f))
		return service_says(ANSWER_BAD_REQUEST, error, "act: there is no act %.40s; logon, share, service_installed …", q->act);
	return list(s, STORE_LOG_RECORDS, &f, out, error);
}

enum answer service_log_rejects(struct service *s, const struct service_query *q, json_t **out, char error[SERVICE_ERROR_BYTES])
{
	struct store_filter f = filter_of(q);
	return list(s, STORE_LOG_REJECTS, &f, out, error);
}

enum answer service_log_sources(struct service *s, const struct service_query *q, json_t **out, char error[SERVICE_ERROR_BYTES])
{
	struct store_filter f = filter_of(q);
	int64_t total;
	f.text = q->text;
	struct store_tx *tx = store_search(s->store);
	json_t *page = page_of(sources_of(tx, &f, &total), f.limit - 1);
	json_object_set_new(page, "total", json_integer(total));
	return service_answer(tx, page, out, error);
}

enum answer service_log_clocks(struct service *s, int64_t id, json_t **out, char error[SERVICE_ERROR_BYTES])
{
	struct store_filter f = { .log_source = id, .limit = SERVICE_LIMIT_MAX };
	struct store_tx *tx = store_read(s->store);
	return service_answer(tx, json_pack("{s:o?}", "items", store_list(tx, STORE_LOG_CLOCKS, &f, NULL)), out, error);
}

static bool take_texts(void *ctx, int64_t id, int64_t host, const struct log_record *r)
{
	(void)id, (void)host;
	json_object_set_new(ctx, "task_content", r->task_content != NULL ? json_string(r->task_content) : json_null());
	json_object_set_new(ctx, "raw", r->raw != NULL ? json_string(r->raw) : json_null());
	return false;
}

enum answer service_log(struct service *s, int64_t id, json_t **out, char error[SERVICE_ERROR_BYTES])
{
	struct store_filter f = { .before = id + 1, .limit = 1 };
	struct store_tx *tx = store_read(s->store);
	json_t *texts = json_object();
	json_t *record = NULL;
	if (store_log_record(tx, id, take_texts, texts)) {
		json_t *rows = store_list(tx, STORE_LOG_RECORDS, &f, NULL);
		set_times(tx, rows);
		record = json_incref(json_array_get(rows, 0));
		json_object_update(record, texts);
		json_decref(rows);
	}
	json_decref(texts);
	if (record != NULL)
		return service_answer(tx, record, out, error);
	store_rollback(tx);
	return service_says(ANSWER_NOT_FOUND, error, "there is no log record %lld", (long long)id);
}
