/*
 * Server logs for the face: sources, records, what could not be read, and
 * uploads.
 */
#include "collector/service_parts.h"

#include "collector/clocks.h"
#include "collector/log_feed.h"
#include "collector/sources.h"
#include "proto/base/clock.h"

#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
	LIMIT_DEFAULT = 50,
	UPLOADS_MAX = 16,			/* at once; each holds a few MiB */
	UPLOAD_BUFFER = 256 << 10,		/* bytes of one transaction */
};

static const uint64_t upload_max = UINT64_C(1) << 30;	/* as it comes over the network; a bigger log is split by its sender */

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

enum answer service_log_sources(struct service *s, json_t **out, char error[SERVICE_ERROR_BYTES])
{
	struct store_tx *tx = store_read(s->store);
	json_t *rows = sources_of(tx);
	return service_answer(tx, json_pack("{s:o?}", "items", rows), out, error);
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

/* ---- uploads ---------------------------------------------------------------------------------------------------------- */

struct service_upload {
	struct log_feed *feed;
	struct log_options options;
	struct store_log_source source;
	char remote[64];
	char *buffer;			/* UPLOAD_BUFFER */
	size_t n;
	uint64_t total;
	enum answer answer;		/* how it goes */
	char error[SERVICE_ERROR_BYTES];
};

static _Atomic int uploads;		/* under way, in this process */

static bool find_source(struct service *s, const char *token, struct store_log_source *out)
{
	char error[SERVICE_ERROR_BYTES];
	uint8_t hash[STORE_TOKEN_BYTES];
	if (token == NULL)
		return false;
	crypto_generichash(hash, sizeof hash, (const unsigned char *)token, strlen(token), NULL, 0);
	struct store_tx *tx = store_read(s->store);
	bool is_known = store_log_source_of_token(tx, hash, out);
	return store_commit(tx, error, sizeof error) == 0 && is_known;
}

static struct service_upload *upload_new(struct service *s, const struct store_log_source *source, const char *remote)
{
	struct service_upload *u = calloc(1, sizeof *u);
	if (u == NULL)
		return NULL;
	u->source = *source;
	snprintf(u->remote, sizeof u->remote, "%s", remote);
	u->options = (struct log_options){ .format = u->source.format[0] != '\0' ? u->source.format : NULL,
					   .fallback = u->source.name,
					   .reference_ns = s->now_ns() };
	u->buffer = malloc(UPLOAD_BUFFER);
	u->feed = log_feed_new(s->pipeline, u->source.id, u->remote, &u->options);
	if (u->buffer != NULL && u->feed != NULL)
		return u;
	log_feed_free(u->feed);
	free(u->buffer);
	free(u);
	return NULL;
}

enum answer service_upload_begin(struct service *s, const char *token, const char *remote, struct service_upload **out,
				 char error[SERVICE_ERROR_BYTES])
{
	struct store_log_source source;
	if (!find_source(s, token, &source))
		return service_says(ANSWER_DENIED, error, "no source has this token; ashiato-collector logs add NAME makes one");
	if (uploads++ >= UPLOADS_MAX) {
		uploads--;
		return service_says(ANSWER_TOO_MANY, error, "%d logs are being uploaded at once; try again in a minute", UPLOADS_MAX);
	}
	*out = upload_new(s, &source, remote);
	if (*out != NULL)
		return ANSWER_OK;
	uploads--;
	return service_says(ANSWER_FAILED, error, "out of memory");
}

/* What the feed says is about the log, unless the store itself has failed: then its words name the database. */
static void flush(struct service_upload *u)
{
	if (u->n > 0 && u->answer == ANSWER_OK && log_feed_bytes(u->feed, u->buffer, u->n, u->error, sizeof u->error) != 0)
		u->answer = log_feed_is_unreadable(u->feed) ? ANSWER_BAD_REQUEST : ANSWER_FAILED;
	u->n = 0;
}

void service_upload_feed(struct service_upload *u, const char *bytes, size_t n)
{
	u->total += n;
	if (u->total > upload_max && u->answer == ANSWER_OK)
		u->answer = service_says(ANSWER_TOO_LARGE, u->error,
					 "one upload may bring 1 GiB: split the log; what came before is stored");
	while (n > 0 && u->answer == ANSWER_OK) {
		size_t piece = n < UPLOAD_BUFFER - u->n ? n : UPLOAD_BUFFER - u->n;
		memcpy(u->buffer + u->n, bytes, piece);
		u->n += piece;
		bytes += piece;
		n -= piece;
		if (u->n == UPLOAD_BUFFER)
			flush(u);
	}
}

void service_upload_drop(struct service_upload *u)
{
	if (u == NULL)
		return;
	log_feed_free(u->feed);
	free(u->buffer);
	free(u);
	uploads--;
}

enum answer service_upload_end(struct service_upload *u, json_t **out, char error[SERVICE_ERROR_BYTES])
{
	flush(u);
	if (u->answer == ANSWER_OK && log_feed_end(u->feed, u->error, sizeof u->error) != 0)
		u->answer = log_feed_is_unreadable(u->feed) ? ANSWER_BAD_REQUEST : ANSWER_FAILED;
	enum answer answer = u->answer;
	struct store_log_tally t = log_feed_tally(u->feed);
	if (answer == ANSWER_OK)
		*out = json_pack("{s:I,s:I,s:I,s:I,s:I}", "accepted", (json_int_t)t.records, "duplicates", (json_int_t)t.duplicates,
				 "other", (json_int_t)t.others, "rejected", (json_int_t)t.rejected, "refused",
				 (json_int_t)t.refused);
	else
		memcpy(error, u->error, SERVICE_ERROR_BYTES);
	service_upload_drop(u);
	return answer;
}
