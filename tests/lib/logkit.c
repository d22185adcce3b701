#include "tests/lib/logkit.h"

#include "collector/intake.h"
#include "collector/pipeline.h"
#include "proto/base/clock.h"

#include <criterion/criterion.h>

static struct log_record *record(struct logkit *k, enum log_act act, uint32_t event_id, int64_t second)
{
	struct log_record *r = &k->records[k->n];
	log_record_init(r);
	r->act = act;
	r->event_id = event_id;
	r->outcome = LOG_SUCCESS;
	r->time_ns = (BENCH_T0 + second) * CLOCK_SECOND_NS + k->offset_ns;
	r->server = k->server != NULL ? k->server : "FS1.lab.example";
	r->channel = "Security";
	r->record_id = ++k->n;
	return r;
}

static struct log_record *of(struct log_record *r, const char *user, uint16_t port)
{
	r->account = user;
	r->domain = "LAB";
	r->logon_id = port;
	return r;
}

static struct log_record *from(struct log_record *r, uint16_t port)
{
	r->source_address = "10.0.0.1";
	r->source_port = port;
	return r;
}

void logkit_logon(struct logkit *k, uint16_t port, const char *user, int64_t second)
{
	of(record(k, LOG_PRIVILEGES, 4672, second), user, port);
	from(of(record(k, LOG_LOGON, 4624, second), user, port), port)->logon_type = 3;
	struct log_record *share = from(of(record(k, LOG_SHARE, 5140, second + 1), user, port), port);
	share->share = "\\\\*\\ADMIN$";
	from(of(record(k, LOG_OBJECT, 5145, second + 3), user, port), port)->share = "\\\\*\\ADMIN$";
	of(record(k, LOG_SERVICE_INSTALLED, 4697, second + 5), user, port)->service = "svc";
	of(record(k, LOG_LOGOFF, 4634, second + 20), user, port);
}

void logkit_life(struct logkit *k, int64_t second)
{
	struct log_record *r = record(k, LOG_LOGON, 4624, second);
	r->account = "backup";
	r->source_address = "10.0.9.9";
	r->logon_type = 3;
}

void logkit_system(struct logkit *k, int64_t second)
{
	struct log_record *r = record(k, LOG_SERVICE_STATE, 7036, second);
	r->channel = "System";
	r->service = "wuauserv";
}

struct import {
	struct bench *bench;
	const struct logkit *kit;
	const char *name;
	size_t from, to;
};

static int64_t source_of(struct store_tx *tx, const char *name)
{
	struct store_log_source source;
	struct store_log_source_new fresh = { .name = name, .kind = "file", .site = "branch" };
	return store_log_source(tx, name, &source) ? source.id : store_log_source_add(tx, &fresh, 1);
}

static void fill(void *ctx, struct store_tx *tx, struct correlate *c)
{
	const struct import *i = ctx;
	struct intake in;
	intake_begin(&in, tx, c, source_of(tx, i->name), bench_now_ns);
	for (size_t r = i->from; r < i->to; r++)
		in.tally.refused += intake_record(&in, &i->kit->records[r]) != NULL;
	intake_end(&in, NULL);
}

void logkit_import(struct bench *b, const struct logkit *k, const char *name, size_t first, size_t end)
{
	struct import i = { b, k, name, first, end };
	int result = pipeline_logs(b->pipeline, fill, &i, b->error, sizeof b->error);
	cr_assert_eq(result, 0, "%s", b->error);
}
