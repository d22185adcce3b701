/*
 * Server logs for tests of the pipeline: records as a server would write them
 * of the sessions of facts.h, and the way they come in.
 */
#ifndef ASHIATO_TESTS_LIB_LOGKIT_H
#define ASHIATO_TESTS_LIB_LOGKIT_H

#include "collector/logs/record.h"
#include "tests/lib/bench.h"

enum { LOGKIT_MAX = 256 };

struct logkit {
	struct log_record records[LOGKIT_MAX];
	size_t n;
	int64_t offset_ns;	/* what the server's clock shows minus UTC; no zone is written */
	const char *server;
};

/* What FS1 (${server} NULL) writes of a logon from 10.0.0.1:${port} at ${second} after BENCH_T0: 4672 4624 5140 5145 4697 4634, under
 * the logon id ${port}. */
void logkit_logon(struct logkit *k, uint16_t port, const char *user, int64_t second);

/* The logon of somebody else from elsewhere: the log lives, and tells logons. */
void logkit_life(struct logkit *k, int64_t second);

/* A record of the System channel, which has nothing to do with any logon. */
void logkit_system(struct logkit *k, int64_t second);

/* Store records ${from} to ${to} (not included) as the source ${name}, which is made if needed, and judge. Ends the test on failure. */
void logkit_import(struct bench *b, const struct logkit *k, const char *name, size_t from, size_t to);

#endif
