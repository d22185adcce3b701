#include "tests/bench/measure.h"

#include "proto/base/clock.h"

#include <stdio.h>
#include <time.h>

enum { ROUNDS = 5 };

#define ROUND_NS INT64_C(100000000)

int64_t measure_cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * CLOCK_SECOND_NS + t.tv_nsec;
}

/* How many calls take about a round. */
static uint64_t calls_of_a_round(const struct measured *m)
{
	for (uint64_t calls = 1;; calls *= 2) {
		int64_t began_ns = measure_cpu_ns(), took_ns;

		for (uint64_t i = 0; i < calls; i++)
			m->once(m->ctx);
		took_ns = measure_cpu_ns() - began_ns;
		if (took_ns > ROUND_NS / 8)
			return calls * (uint64_t)ROUND_NS / (uint64_t)took_ns + 1;
	}
}

void measure(const struct measured *m)
{
	uint64_t calls = calls_of_a_round(m);
	double best = 0, per_item;

	for (int round = 0; round < ROUNDS; round++) {
		int64_t began_ns = measure_cpu_ns();
		double call_ns;

		for (uint64_t i = 0; i < calls; i++)
			m->once(m->ctx);
		call_ns = (double)(measure_cpu_ns() - began_ns) / (double)calls;
		best = round == 0 || call_ns < best ? call_ns : best;
	}
	per_item = best / (double)m->items;
	printf("{\"layer\":\"%s\",\"what\":\"%s\",\"ns\":%.2f", m->layer, m->what, per_item);
	if (m->bytes > 0)
		printf(",\"mb_s\":%.0f", (double)m->bytes * 1000 / best);
	puts("}");
	fflush(stdout);
}
