#include "tests/lib/ruleskit.h"

#include "proto/codec.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void expect_sane(const struct told *told)
{
	for (size_t i = 0; i < told->n; i++) {
		assert(told->accesses[i].n_steps <= 16);
		assert(told->accesses[i].row.end_ns >= told->accesses[i].row.start_ns);
	}
	if (told->n == 0)
		return;
	struct incident incident = ruleskit_incident(told);
	assert(incident.profile && incident.title && incident.score <= 100);
	incident_fini(&incident);
}

/* Any batch of events that a collector would store, twice: what is told is bounded, sane, and the same again. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct detect_limits limits = { .sessions = 8, .steps_per_session = 16, .session_idle_ns = 1000000000 };
	Ev__EventBatch *batch = ev__event_batch__unpack(NULL, n, data);
	struct told told[2];
	char why[128];
	for (size_t round = 0; batch && round < 2; round++) {
		struct detect_sink sink = told_sink(&told[round]);
		struct detect *d = detect_new(ruleskit_rules(), &limits, &sink);
		for (size_t i = 0; i < batch->n_events; i++)
			if (codec_event_valid(batch->events[i], why, sizeof why))
				ruleskit_feed(d, batch->events[i]);
		detect_free(d);
		expect_sane(&told[round]);
	}
	assert(!batch || (told[0].n == told[1].n && told[0].n_files == told[1].n_files && told[0].n_calls == told[1].n_calls));
	for (size_t round = 0; batch && round < 2; round++)
		told_fini(&told[round]);
	if (batch)
		ev__event_batch__free_unpacked(batch, NULL);
	return 0;
}
