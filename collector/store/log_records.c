/*
 * The records of server logs: stored once each, asked for by what matching
 * knows of an access.
 *
 * Storing binds by position, in the order of log_record_add.sql: with 34
 * columns, looking each name up would cost more than storing the row.
 */
#include "collector/store/query.h"

#include "collector/logs/key.h"
#include "proto/base/text.h"

#include <string.h>

/* ---- storing ---------------------------------------------------------------------------------------------------------- */

/* Places of the parameters in log_record_add.sql. */
enum {
	P_HOST = 1, P_KEY_HIGH, P_KEY_LOW, P_TIME, P_RECEIVED, P_ACT, P_OUTCOME, P_EVENT_ID, P_RECORD_ID, P_PROVIDER, P_CHANNEL,
	P_ACCOUNT, P_DOMAIN, P_SID, P_LOGON_ID, P_SOURCE_ADDRESS, P_SOURCE_PORT, P_SERVER_ADDRESS, P_SERVER_PORT, P_WORKSTATION,
	P_LOGON_TYPE, P_LOGON_PROCESS, P_PACKAGE, P_KEY_LENGTH, P_ETYPE, P_STATUS, P_SHARE, P_OBJECT, P_SERVICE, P_SERVICE_PATH,
	P_TASK, P_PROCESS, P_LINE
};

static void bind_number(struct query q, int place, uint64_t value)
{
	if (value != 0)
		query_int_at(q, place, (int64_t)value);
}

static void bind_measure(struct query q, int place, int32_t value)
{
	if (value >= 0)
		query_int_at(q, place, value);
}

static void bind_numbers(struct query q, const struct log_record *r)
{
	query_int_at(q, P_TIME, r->time_ns);
	query_int_at(q, P_ACT, r->act);
	query_int_at(q, P_OUTCOME, r->outcome);
	bind_number(q, P_RECEIVED, (uint64_t)r->received_ns);
	bind_number(q, P_EVENT_ID, r->event_id);
	bind_number(q, P_RECORD_ID, r->record_id);
	bind_number(q, P_LOGON_ID, r->logon_id);
	bind_number(q, P_SOURCE_PORT, r->source_port);
	bind_number(q, P_SERVER_PORT, r->server_port);
	bind_number(q, P_STATUS, r->status);
	bind_number(q, P_LINE, r->line);
	bind_measure(q, P_LOGON_TYPE, r->logon_type);
	bind_measure(q, P_KEY_LENGTH, r->key_length);
	bind_measure(q, P_ETYPE, r->etype);
}

static void bind_texts(struct query q, const struct log_record *r)
{
	const struct {
		int place;
		const char *text;
	} texts[] = {
		{ P_PROVIDER, r->provider },
		{ P_CHANNEL, r->channel },
		{ P_ACCOUNT, r->account },
		{ P_DOMAIN, r->domain },
		{ P_SID, r->sid },
		{ P_SOURCE_ADDRESS, r->source_address },
		{ P_SERVER_ADDRESS, r->server_address },
		{ P_WORKSTATION, r->workstation },
		{ P_LOGON_PROCESS, r->logon_process },
		{ P_PACKAGE, r->package },
		{ P_SHARE, r->share },
		{ P_OBJECT, r->object },
		{ P_SERVICE, r->service },
		{ P_SERVICE_PATH, r->service_path },
		{ P_TASK, r->task },
		{ P_PROCESS, r->process },
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (texts[i].text != NULL)
			query_text_at(q, texts[i].place, texts[i].text, strlen(texts[i].text));
}

/* How much of ${r}'s raw is kept: up to the bound, cut between characters. */
static size_t raw_kept(const struct log_record *r)
{
	if (r->raw_bytes <= STORE_LOG_RAW_BYTES)
		return r->raw_bytes;
	size_t n = STORE_LOG_RAW_BYTES;
	while (n > 0 && ((unsigned char)r->raw[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static void add_texts(struct store_tx *tx, int64_t id, const struct log_record *r)
{
	if (r->raw == NULL && r->task_content == NULL)
		return;
	struct query q = query_of(tx, QUERY_log_text_add);
	query_int_at(q, 1, id);
	if (r->task_content != NULL)
		query_text_at(q, 2, r->task_content, strlen(r->task_content));
	if (r->raw != NULL)
		query_text_at(q, 3, r->raw, raw_kept(r));
	query_run(q);
}

int64_t store_log_add(struct store_tx *tx, int64_t host, const struct log_record *r)
{
	struct log_key key = log_key_of(r);
	struct query q = query_of(tx, QUERY_log_record_add);
	query_int_at(q, P_HOST, host);
	query_int_at(q, P_KEY_HIGH, key.high);
	query_int_at(q, P_KEY_LOW, key.low);
	bind_numbers(q, r);
	bind_texts(q, r);
	int64_t id = query_inserted(q);
	if (id != 0)
		add_texts(tx, id, r);
	return id;
}

/* ---- asking ----------------------------------------------------------------------------------------------------------- */

/* Columns of every query for records. */
enum {
	C_ID, C_HOST, C_SERVER, C_HAS_ZONE, C_TIME, C_RECEIVED, C_ACT, C_OUTCOME, C_EVENT_ID, C_RECORD_ID, C_PROVIDER, C_CHANNEL,
	C_ACCOUNT, C_DOMAIN, C_SID, C_LOGON_ID, C_SOURCE_ADDRESS, C_SOURCE_PORT, C_SERVER_ADDRESS, C_SERVER_PORT, C_WORKSTATION,
	C_LOGON_TYPE, C_LOGON_PROCESS, C_PACKAGE, C_KEY_LENGTH, C_ETYPE, C_STATUS, C_SHARE, C_OBJECT, C_SERVICE, C_SERVICE_PATH,
	C_TASK, C_PROCESS, C_LINE, C_TASK_CONTENT, C_RAW
};

static int32_t measure_of(struct query q, int column)
{
	return column_is_null(q, column) ? -1 : (int32_t)column_int(q, column);
}

static struct log_record record_of(struct query q)
{
	return (struct log_record){
		.act = (enum log_act)column_int(q, C_ACT),
		.outcome = (enum log_outcome)column_int(q, C_OUTCOME),
		.time_ns = column_int(q, C_TIME),
		.has_zone = column_int(q, C_HAS_ZONE) != 0,
		.received_ns = column_int(q, C_RECEIVED),
		.server = column_text(q, C_SERVER),
		.server_address = column_text(q, C_SERVER_ADDRESS),
		.server_port = (uint16_t)column_int(q, C_SERVER_PORT),
		.provider = column_text(q, C_PROVIDER),
		.channel = column_text(q, C_CHANNEL),
		.event_id = (uint32_t)column_int(q, C_EVENT_ID),
		.record_id = (uint64_t)column_int(q, C_RECORD_ID),
		.account = column_text(q, C_ACCOUNT),
		.domain = column_text(q, C_DOMAIN),
		.sid = column_text(q, C_SID),
		.logon_id = (uint64_t)column_int(q, C_LOGON_ID),
		.source_address = column_text(q, C_SOURCE_ADDRESS),
		.source_port = (uint16_t)column_int(q, C_SOURCE_PORT),
		.workstation = column_text(q, C_WORKSTATION),
		.logon_type = measure_of(q, C_LOGON_TYPE),
		.logon_process = column_text(q, C_LOGON_PROCESS),
		.package = column_text(q, C_PACKAGE),
		.key_length = measure_of(q, C_KEY_LENGTH),
		.etype = measure_of(q, C_ETYPE),
		.status = (uint32_t)column_int(q, C_STATUS),
		.share = column_text(q, C_SHARE),
		.object = column_text(q, C_OBJECT),
		.service = column_text(q, C_SERVICE),
		.service_path = column_text(q, C_SERVICE_PATH),
		.task = column_text(q, C_TASK),
		.process = column_text(q, C_PROCESS),
		.line = (uint64_t)column_int(q, C_LINE),
	};
}

static void tell_records(struct query q, store_log_fn each, void *ctx)
{
	bool goes_on = true;
	while (goes_on && query_row(q)) {
		struct log_record r = record_of(q);
		goes_on = each(ctx, column_int(q, C_ID), column_int(q, C_HOST), &r);
	}
	query_end(q);
}

static struct query spanned(struct store_tx *tx, enum query_id id, int64_t from_ns, int64_t to_ns)
{
	struct query q = query_of(tx, id);
	query_int(q, ":from", from_ns);
	query_int(q, ":to", to_ns);
	return q;
}

void store_log_of_endpoint(struct store_tx *tx, const struct store_endpoint *e, store_log_fn each, void *ctx)
{
	struct query q = spanned(tx, QUERY_log_of_endpoint, e->from_ns, e->to_ns);
	query_text(q, ":address", e->address);
	query_int(q, ":port", e->port);
	tell_records(q, each, ctx);
}

void store_log_of_address(struct store_tx *tx, const char *address, int64_t from_ns, int64_t to_ns, store_log_fn each, void *ctx)
{
	struct query q = spanned(tx, QUERY_log_of_address, from_ns, to_ns);
	query_text(q, ":address", address);
	tell_records(q, each, ctx);
}

void store_log_objects_of_endpoint(struct store_tx *tx, const struct store_endpoint *e, store_log_fn each, void *ctx)
{
	struct query q = spanned(tx, QUERY_log_objects_of_endpoint, e->from_ns, e->to_ns);
	query_text(q, ":address", e->address);
	query_int(q, ":port", e->port);
	query_int(q, ":limit", STORE_LOG_OBJECTS);
	tell_records(q, each, ctx);
}

void store_log_of_logon(struct store_tx *tx, const struct store_logon *of, store_log_fn each, void *ctx)
{
	struct query q = spanned(tx, QUERY_log_of_logon, of->from_ns, of->to_ns);
	query_int(q, ":host", of->host);
	query_int(q, ":logon", (int64_t)of->id);
	tell_records(q, each, ctx);
}

void store_log_objects_of_logon(struct store_tx *tx, const struct store_logon *of, store_log_fn each, void *ctx)
{
	struct query q = spanned(tx, QUERY_log_objects_of_logon, of->from_ns, of->to_ns);
	query_int(q, ":host", of->host);
	query_int(q, ":logon", (int64_t)of->id);
	query_int(q, ":limit", STORE_LOG_OBJECTS);
	tell_records(q, each, ctx);
}

void store_log_of_host(struct store_tx *tx, int64_t host, int64_t from_ns, int64_t to_ns, store_log_fn each, void *ctx)
{
	struct query q = spanned(tx, QUERY_log_of_host, from_ns, to_ns);
	query_int(q, ":host", host);
	tell_records(q, each, ctx);
}

void store_log_acts_of_host(struct store_tx *tx, const struct store_log_acts *of, store_log_fn each, void *ctx)
{
	struct query q = spanned(tx, QUERY_log_acts_of_host, of->from_ns, of->to_ns);
	query_int(q, ":host", of->host);
	query_int(q, ":acts", of->acts);
	tell_records(q, each, ctx);
}

bool store_log_record(struct store_tx *tx, int64_t id, store_log_fn each, void *ctx)
{
	struct query q = query_of(tx, QUERY_log_record);
	query_int(q, ":id", id);
	if (!query_row(q))
		return false;
	struct log_record r = record_of(q);
	r.task_content = column_text(q, C_TASK_CONTENT);
	r.raw = column_text(q, C_RAW);
	r.raw_bytes = r.raw != NULL ? strlen(r.raw) : 0;
	each(ctx, column_int(q, C_ID), column_int(q, C_HOST), &r);
	query_end(q);
	return true;
}
