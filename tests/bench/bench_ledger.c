/*
 * Admin accesses against server log records: every record is stored, paired with the wire and the verdict of every access it touches
 * settled, by the collector's own code on a database on disk. Each size is ten times the one before, ten records an access; where an
 * item costs more than n log n makes it the program fails. LEDGER_ACCESSES names the largest size.
 */
#include "collector/intake.h"
#include "collector/pipeline.h"
#include "proto/base/clock.h"
#include "tests/bench/measure.h"
#include "tests/lib/bench.h"
#include "tests/lib/scratch.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

enum {
	SERVERS = 200,
	CLIENTS = 500,
	BATCH = 2000,		/* accesses a transaction, and their records */
	RECORDS = 10,		/* an access: six of its logon, four of something else */
	FIRST = 1000,
	ORDINARY = 100000,	/* the largest size where none is named: half a minute */
};

/* The least size is one batch and in every cache, others compete for the machine: so much above n log n is no growth. */
static const double noise = 1.25;

/* What is known when the log comes: the accesses of the time it tells of, or all of them, as when an old log is imported. */
enum arrival { AS_IT_HAPPENS, AFTERWARDS, N_ARRIVALS };
static const char *const arrivals[N_ARRIVALS] = { "as it happens", "log afterwards" };

struct run {
	struct bench bench;
	size_t n;		/* accesses */
	size_t from, to;	/* of the batch */
};

/* ---- the world: access ${i} comes from a client to a server, a tenth of a second after the one before ---- */

struct one {
	char client[32], server[32], host[32];
	uint16_t port;
	int64_t time_ns;
};

static struct one one_of(size_t i)
{
	struct one o = { .port = (uint16_t)(1024 + i / CLIENTS % 60000),
			 .time_ns = BENCH_T0 * CLOCK_SECOND_NS + (int64_t)i * 100 * CLOCK_MS_NS };

	snprintf(o.client, sizeof o.client, "10.1.%zu.%zu", i % CLIENTS / 250, i % CLIENTS % 250 + 1);
	snprintf(o.server, sizeof o.server, "10.2.0.%zu", i * 7 % SERVERS + 1);
	snprintf(o.host, sizeof o.host, "FS%zu.lab.example", i * 7 % SERVERS + 1);
	return o;
}

static void add_access(struct store_tx *tx, struct run *r, size_t i)
{
	struct one o = one_of(i);
	struct access a = { .key = { r->bench.who.sensor_id, 1, i + 1 }, .is_access = true, .site_id = r->bench.who.site_id,
			    .source = o.client, .source_port = o.port, .destination = o.server, .destination_port = 445,
			    .account = "LAB\\admin", .auth = "ntlm", .dialect = "3.1.1", .session_id = i + 1, .start_ns = o.time_ns,
			    .end_ns = o.time_ns + CLOCK_SECOND_NS };
	static const char *const names[] = { "smb.logon", "smb.tree.admin", "svcctl.start_service" };
	int64_t id = store_access_save(tx, &a);

	for (uint32_t s = 0; s < sizeof names / sizeof *names; s++) {
		struct step step = { .ordinal = s, .name = names[s], .time_ns = o.time_ns, .last_ns = o.time_ns, .count = 1, .admin = s > 0,
				     .event = a.key };
		store_step_save(tx, id, &step);
	}
	struct store_wire_logon w = { r->bench.who.site_id, WIRE_SMB, o.client, o.port, o.server, o.time_ns, "LAB\\admin" };
	store_wire_logon_add(tx, &w);
}

static void add_records(struct intake *in, size_t i)
{
	static const struct {
		enum log_act act;
		uint32_t event_id;
		bool names_client;
	} rows[RECORDS] = {
		{ LOG_PRIVILEGES, 4672, false }, { LOG_LOGON, 4624, true },	  { LOG_SHARE, 5140, true },
		{ LOG_OBJECT, 5145, true },	 { LOG_OBJECT, 5145, true },	  { LOG_LOGOFF, 4634, false },
		{ LOG_OBJECT, 5145, false },	 { LOG_SERVICE_STATE, 7036, false }, { LOG_SERVICE_STATE, 7036, false },
		{ LOG_TICKET, 4769, false },
	};
	struct one o = one_of(i);

	for (size_t k = 0; k < RECORDS; k++) {
		struct log_record r;
		log_record_init(&r);
		r.act = rows[k].act;
		r.event_id = rows[k].event_id;
		r.time_ns = o.time_ns + 2 * CLOCK_HOUR_NS + (int64_t)k * CLOCK_MS_NS;
		r.server = o.host;
		r.channel = "Security";
		r.record_id = i * RECORDS + k + 1;
		if (k < 6) {
			r.account = "admin";
			r.domain = "LAB";
			r.logon_id = i + 1;
		}
		if (rows[k].names_client) {
			r.source_address = o.client;
			r.source_port = o.port;
			r.logon_type = 3;
		}
		intake_record(in, &r);
	}
}

/* ---- measuring ---- */

static void store_accesses(struct run *r)
{
	struct store_tx *tx = store_write(r->bench.store);

	for (size_t i = r->from; i < r->to; i++)
		add_access(tx, r, i);
	if (store_commit(tx, r->bench.error, sizeof r->bench.error) != 0)
		exit(EXIT_FAILURE);
}

static void fill(void *ctx, struct store_tx *tx, struct correlate *c)
{
	struct run *r = ctx;
	int64_t now_ns = one_of(r->to).time_ns;	/* a log reaches no further than today */
	struct intake in;
	struct store_log_source source;

	struct store_log_source_new fresh = { .name = "all.jsonl", .kind = "file", .site = "branch" };
	if (!store_log_source(tx, fresh.name, &source))
		source.id = store_log_source_add(tx, &fresh, 1);
	intake_begin(&in, tx, c, source.id, now_ns);
	for (size_t i = r->from; i < r->to; i++)
		add_records(&in, i);
	intake_end(&in, NULL);
}

/* Everything is approved: what incidents cost is another matter. */
static void approve(struct run *r)
{
	struct store_tx *tx = store_write(r->bench.store);
	struct baseline_entry any = { .valid_from_ns = INT64_MIN, .valid_until_ns = INT64_MAX, .reason = "planned" };

	store_baseline_add(tx, &any, 1);
	if (store_commit(tx, r->bench.error, sizeof r->bench.error) != 0)
		exit(EXIT_FAILURE);
}

static size_t legitimate(struct store *store)
{
	static const struct store_filter all = { .limit = 1 };
	char error[256];
	struct store_tx *tx = store_read(store);
	json_t *rows = store_list(tx, STORE_OVERVIEW, &all, NULL);
	size_t n = (size_t)json_integer_value(json_object_get(json_array_get(rows, 0), "legitimate"));

	json_decref(rows);
	store_commit(tx, error, sizeof error);
	return n;
}

static void take_batch(struct run *r)
{
	r->to = r->from + BATCH < r->n ? r->from + BATCH : r->n;
}

/* ns of the processor that the records of the batch took. */
static int64_t store_records(struct run *r)
{
	int64_t began_ns = measure_cpu_ns();

	if (pipeline_logs(r->bench.pipeline, fill, r, r->bench.error, sizeof r->bench.error) != 0)
		exit(EXIT_FAILURE);
	return measure_cpu_ns() - began_ns;
}

/* ns of the processor for an access and its records; -1 if a verdict is not what it must be. */
static double run_size(enum arrival arrival, size_t n)
{
	static struct run r;
	char name[32];
	int64_t spent_ns = 0;

	snprintf(name, sizeof name, "ledger-%d-%zu.db", (int)arrival, n);
	r = (struct run){ .n = n };
	bench_open(&r.bench, scratch_path(name));
	approve(&r);
	for (r.from = 0; arrival == AFTERWARDS && r.from < n; r.from = r.to) {
		take_batch(&r);
		store_accesses(&r);
	}
	for (r.from = 0; r.from < n; r.from = r.to) {
		take_batch(&r);
		if (arrival == AS_IT_HAPPENS)
			store_accesses(&r);
		spent_ns += store_records(&r);
	}
	bool is_right = legitimate(r.bench.store) == n;
	bench_close(&r.bench);
	return is_right ? (double)spent_ns / (double)n : -1;
}

static bool run_arrival(enum arrival arrival, size_t most)
{
	double first = 0;

	for (size_t n = FIRST; n <= most; n *= 10) {
		struct rusage used;
		double ns = run_size(arrival, n);
		if (ns < 0) {
			fprintf(stderr, "bench_ledger: %zu accesses, %s: not every verdict is legitimate\n", n, arrivals[arrival]);
			return false;
		}
		first = first > 0 ? first : ns;
		double growth = ns / first / (log2((double)n) / log2(FIRST));
		getrusage(RUSAGE_SELF, &used);
		printf("{\"layer\":\"ledger\",\"what\":\"%zu accesses x %d records, %s\",\"ns\":%.0f,", n, RECORDS, arrivals[arrival], ns);
		printf("\"of_n_log_n\":%.2f,\"most_mib\":%ld}\n", growth, used.ru_maxrss / 1024);
		fflush(stdout);
		if (growth > noise) {
			fprintf(stderr, "bench_ledger: %zu accesses, %s: grows faster than n log n\n", n, arrivals[arrival]);
			return false;
		}
	}
	return true;
}

int main(void)
{
	const char *wanted = getenv("LEDGER_ACCESSES");
	size_t most = wanted != NULL ? strtoull(wanted, NULL, 10) : ORDINARY;

	return run_arrival(AS_IT_HAPPENS, most) && run_arrival(AFTERWARDS, most / 10) ? EXIT_SUCCESS : EXIT_FAILURE;
}
