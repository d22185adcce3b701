/* Events from their encoded form into the collector's store, as fast as one connection brings them. */
#include "proto/codec.h"
#include "sensor/batch.h"
#include "tests/bench/measure.h"
#include "tests/lib/bench.h"
#include "tests/lib/facts.h"

#include <stdlib.h>

enum { SESSIONS = 32, FACTS_OF_A_SESSION = 8 };

struct subject {
	struct bench bench;
	struct batch packed;
	uint64_t session;
};

static Ev__EventBatch *facts(struct subject *s)
{
	Ev__EventBatch *batch = facts_new(BENCH_EPOCH, s->bench.next_seq);

	for (int i = 0; i < SESSIONS; i++, s->session++) {
		struct facts_session session = { "10.0.0.1", "10.0.0.2", (uint32_t)(1024 + s->session % 60000), s->session + 1, BENCH_T0 };

		facts_psexec(batch, &session, "alice");
	}
	return batch;
}

static void encode(void *ctx)
{
	struct subject *s = ctx;
	Ev__EventBatch *batch = facts(s);

	batch_clear(&s->packed);
	for (size_t i = 0; i < batch->n_events; i++)
		batch_add(&s->packed, batch->events[i]);
	facts_free(batch);
}

static void decode(void *ctx)
{
	struct subject *s = ctx;

	ev__event_batch__free_unpacked(ev__event_batch__unpack(NULL, s->packed.n, s->packed.bytes), NULL);
}

static void commit(void *ctx)
{
	struct subject *s = ctx;
	Ev__EventBatch *batch = facts(s);

	s->bench.next_seq += batch->n_events;
	bench_commit(&s->bench, batch);
	facts_free(batch);
}

int main(void)
{
	static struct subject s;
	const size_t n = SESSIONS * FACTS_OF_A_SESSION;

	batch_init(&s.packed, BENCH_EPOCH);
	bench_open(&s.bench, ":memory:");
	measure(&(struct measured){ "codec", "events built and packed", n, 0, encode, &s });
	measure(&(struct measured){ "codec", "events unpacked", n, s.packed.n, decode, &s });
	measure(&(struct measured){ "collector", "events judged and stored in memory", n, 0, commit, &s });
	bench_close(&s.bench);
	batch_fini(&s.packed);
	return EXIT_SUCCESS;
}
