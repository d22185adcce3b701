/*
 * One figure about one layer: how long an item takes, and how many bytes a
 * second that is. A program bench_*.c calls measure() for each of its figures;
 * bench.py runs all of them and prints the table.
 */
#ifndef ASHIATO_TESTS_BENCH_MEASURE_H
#define ASHIATO_TESTS_BENCH_MEASURE_H

#include <stddef.h>
#include <stdint.h>

struct measured {
	const char *layer;	/* "core/stream" */
	const char *what;	/* "segments in order" */
	size_t items;		/* handled by one call of ${once} */
	size_t bytes;		/* of input, in one call; 0: not a matter of bytes */
	void (*once)(void *ctx);
	void *ctx;
};

/* Call ${m}->once for some 0.1 s, five times over, and print the fastest as one JSON line: time of the processor. */
void measure(const struct measured *m);

/* Time of the processor that this program has taken: what waiting for the disk and for others costs depends on the day. */
int64_t measure_cpu_ns(void);

#endif
