/*
 * A collector without its network: store, pipeline and service, one enrolled
 * sensor, and a clock that stands where the test puts it.
 */
#ifndef ASHIATO_TESTS_LIB_BENCH_H
#define ASHIATO_TESTS_LIB_BENCH_H

#include "collector/service_parts.h"
#include "events.pb-c.h"

enum { BENCH_T0 = 1400000000, BENCH_EPOCH = 7 };	/* second the facts begin at; the sensor's epoch */

struct bench {
	struct store *store;
	struct pipeline *pipeline;
	struct service *service;
	struct enrolled who;
	uint64_t high_water;
	uint64_t next_seq;
	char error[SERVICE_ERROR_BYTES];
};

/* Open ${path} (":memory:" for none that stays), enrol sensor "one" of site "branch" unless it is. Ends the test on failure. */
void bench_open(struct bench *b, const char *path);
void bench_close(struct bench *b);

/* Commit ${batch}; ends the test on failure. */
void bench_commit(struct bench *b, const Ev__EventBatch *batch);

/* A service installed and started by ${user} from 10.0.0.1 on ${server}, from ${second} after BENCH_T0 on: eight events. */
void bench_psexec(struct bench *b, const char *user, const char *server, int64_t second);

/* What the service's clock says. */
extern int64_t bench_now_ns;

#endif
