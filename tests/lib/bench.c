#include "tests/lib/bench.h"

#include "proto/base/clock.h"
#include "tests/lib/facts.h"

#include <criterion/criterion.h>

int64_t bench_now_ns = (BENCH_T0 + 3600) * CLOCK_SECOND_NS;

static int64_t standing_clock(void)
{
	return bench_now_ns;
}

static void enrol(struct bench *b)
{
	struct store_tx *tx = store_write(b->store);
	if (!store_sensor_of_key(tx, "key", &b->who)) {
		store_sensor_add(tx, "one", "branch", "key", 1);
		store_sensor_of_key(tx, "key", &b->who);
	}
	cr_assert_eq(store_commit(tx, b->error, sizeof b->error), 0, "%s", b->error);
}

void bench_open(struct bench *b, const char *path)
{
	*b = (struct bench){ .next_seq = 1 };
	b->store = store_open(path, b->error, sizeof b->error);
	cr_assert_not_null(b->store, "%s", b->error);
	enrol(b);
	b->pipeline = pipeline_new(b->store, b->error, sizeof b->error);
	cr_assert_not_null(b->pipeline, "%s", b->error);
	b->service = service_new(b->store, b->pipeline, b->error, sizeof b->error);
	cr_assert_not_null(b->service, "%s", b->error);
	b->service->now_ns = standing_clock;
}

void bench_close(struct bench *b)
{
	service_free(b->service);
	pipeline_free(b->pipeline);
	store_close(b->store);
}

void bench_commit(struct bench *b, const Ev__EventBatch *batch)
{
	int result = pipeline_commit(b->pipeline, &b->who, batch, &b->high_water, b->error, sizeof b->error);
	cr_assert_eq(result, 0, "%s", b->error);
}

void bench_psexec(struct bench *b, const char *user, const char *server, int64_t second)
{
	struct facts_session s = { "10.0.0.1", server, (uint32_t)(40000 + b->next_seq), b->next_seq, BENCH_T0 + second };
	Ev__EventBatch *batch = facts_new(BENCH_EPOCH, b->next_seq);
	facts_psexec(batch, &s, user);
	b->next_seq += batch->n_events;
	bench_commit(b, batch);
	facts_free(batch);
}
