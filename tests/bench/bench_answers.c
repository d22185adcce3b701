/*
 * How long the dashboard waits: each of its answers from a database on disk, as the service gives it. ANSWERS_ACCESSES says how many
 * admin accesses there are (each with eight events and two records of files); the design allows an answer 50 ms.
 */
#include "proto/base/clock.h"
#include "tests/bench/measure.h"
#include "tests/lib/bench.h"
#include "tests/lib/facts.h"
#include "tests/lib/scratch.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	ORDINARY = 5000,	/* accesses: a second or two to fill in */
	BATCH = 100,
	CLIENTS = 500,
	SERVERS = 200,
	PER_ACCOUNT = 10000,	/* accesses until the clients change their accounts: an incident has some dozens */
	PER_SECOND = 5,
	PAGE = 50,		/* rows, as the dashboard asks for them */
};

static struct bench bench;

static void add_session(Ev__EventBatch *batch, size_t i)
{
	char client[32], server[32], user[32];

	snprintf(client, sizeof client, "10.1.%zu.%zu", i % CLIENTS / 250, i % CLIENTS % 250 + 1);
	snprintf(server, sizeof server, "10.2.0.%zu", i * 7 % SERVERS + 1);
	snprintf(user, sizeof user, "user%zu", i % CLIENTS + i / PER_ACCOUNT * CLIENTS);
	struct facts_session s = { client, server, (uint32_t)(1024 + i / CLIENTS % 60000), i + 1, BENCH_T0 + (int64_t)(i / PER_SECOND) };
	facts_psexec(batch, &s, user);
}

/* What a sixteenth of the clients do is whitelisted. */
static void approve(void)
{
	static const struct service_session me = { .user = "me" };
	char error[SERVICE_ERROR_BYTES] = "";
	json_t *out = NULL, *entry = json_pack("{s:s,s:s,s:s}", "source", "10.1.0.0/27", "account", "user*", "reason", "theirs");
	if (service_baseline_add(bench.service, &me, entry, &out, error) != ANSWER_OK) {
		fprintf(stderr, "bench_answers: %s\n", error);
		exit(EXIT_FAILURE);
	}
	json_decref(entry);
	json_decref(out);
}

static void fill(size_t n)
{
	for (size_t i = 0; i < n;) {
		Ev__EventBatch *batch = facts_new(BENCH_EPOCH, bench.next_seq);
		for (size_t end = i + BATCH < n ? i + BATCH : n; i < end; i++)
			add_session(batch, i);
		bench.next_seq += batch->n_events;
		bench_commit(&bench, batch);
		facts_free(batch);
	}
	bench_now_ns = (BENCH_T0 + (int64_t)(n / PER_SECOND) + 60) * CLOCK_SECOND_NS;
}

/* ---- the answers ------------------------------------------------------------------------------------------------------ */

static const struct service_query page = { .limit = PAGE };
static const struct service_query by_score = { .limit = PAGE, .order = "score" };
static const struct service_query of_entry = { .limit = PAGE, .entry = 1 };
static const struct service_query of_person = { .limit = PAGE, .text = "user7" };
static const struct service_query of_nobody = { .limit = PAGE, .text = "no such host" };
static const struct service_query unlogged = { .limit = PAGE, .verdict = "unlogged" };

typedef enum answer (*plain_fn)(struct service *s, json_t **out, char error[SERVICE_ERROR_BYTES]);
typedef enum answer (*paged_fn)(struct service *s, const struct service_query *q, json_t **out, char error[SERVICE_ERROR_BYTES]);

static const struct subject {
	const char *what;
	plain_fn plain;		/* this, or */
	paged_fn paged;		/* this: a page */
	const struct service_query *query;
} subjects[] = {
	{ "accesses", NULL, service_accesses, &page },
	{ "accesses of an entry", NULL, service_accesses, &of_entry },
	{ "accesses of a verdict", NULL, service_accesses, &unlogged },
	{ "accesses, a text often", NULL, service_accesses, &of_person },
	{ "accesses, a text nowhere", NULL, service_accesses, &of_nobody },
	{ "baseline", NULL, service_baseline, &page },
	{ "events", NULL, service_events, &page },
	{ "files", NULL, service_files, &page },
	{ "habits", NULL, service_habits, &page },
	{ "incidents", NULL, service_incidents, &page },
	{ "incidents by score", NULL, service_incidents, &by_score },
	{ "incidents, a text nowhere", NULL, service_incidents, &of_nobody },
	{ "log only", NULL, service_log_only, &page },
	{ "log sources", NULL, service_log_sources, &page },
	{ "opaque", NULL, service_opaque, &page },
	{ "overview", service_overview, NULL, NULL },
	{ "sensors", service_sensors, NULL, NULL },
	{ "unusual", service_unusual, NULL, NULL },
};

static void ask(void *ctx)
{
	const struct subject *s = ctx;
	json_t *out = NULL;
	char error[SERVICE_ERROR_BYTES] = "";
	enum answer answer = s->plain != NULL ? s->plain(bench.service, &out, error) : s->paged(bench.service, s->query, &out, error);

	if (answer != ANSWER_OK) {
		fprintf(stderr, "bench_answers: %s: %s\n", s->what, error);
		exit(EXIT_FAILURE);
	}
	json_decref(out);
}

int main(void)
{
	const char *wanted = getenv("ANSWERS_ACCESSES");
	size_t n = wanted != NULL ? strtoull(wanted, NULL, 10) : ORDINARY;
	char what[64];

	bench_open(&bench, scratch_path("answers.db"));
	approve();
	fill(n);
	for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
		struct subject s = subjects[i];
		snprintf(what, sizeof what, "%s, of %zu accesses", s.what, n);
		measure(&(struct measured){ "service", what, 1, 0, ask, &s });
	}
	bench_close(&bench);
	return EXIT_SUCCESS;
}
