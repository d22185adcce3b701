/*
 * Records of a server log on their way into the store: each once, its host
 * found or made, its source's counts kept, and matching told of it. Every way
 * in (files, uploads, syslog, folders) ends here, inside pipeline_logs.
 */
#ifndef ASHIATO_COLLECTOR_INTAKE_H
#define ASHIATO_COLLECTOR_INTAKE_H

#include "collector/correlate.h"

struct intake_host;

struct intake {
	struct store_tx *tx;
	struct correlate *correlate;
	struct store_log_source source;
	size_t n_clocks;		/* it has, those of this batch included */
	int64_t now_ns;
	struct intake_host *hosts;	/* of this batch */
	size_t n_hosts, cap_hosts;
	struct slots known;		/* where each is in ${hosts} */
	struct store_log_tally tally;	/* so far; `rejected` and `refused` are the caller's to count */
};

/* Records of ${source} follow. */
void intake_begin(struct intake *in, struct store_tx *tx, struct correlate *c, int64_t source, int64_t now_ns);

enum { INTAKE_CLOCKS_MAX = 4096 };	/* of one source: a collector of events serves some thousand hosts */

/* Store ${r}. LOG_OTHER is counted and shows that the log lives. NULL; else why it was not taken, in words: it names no server and
 * the source has not exactly one, or it names one that the source may not speak for. Who asks counts that as refused. */
const char *intake_record(struct intake *in, const struct log_record *r);

/* Note how far the hosts and the source have come; ${error} NULL: all is well with the source. */
void intake_end(struct intake *in, const char *error);

#endif
