/*
 * The natural key of a record within its host: what makes the same record,
 * come twice, one row. Pure.
 *
 * Where the log numbers its records, the number with the channel and the time
 * (a host set up anew counts from 1 again); else a 128-bit hash of the time and
 * the record as it came: a log may write the time in a line of its own. Numbered keys ascend, so that an index of them grows at its end.
 */
#ifndef ASHIATO_COLLECTOR_LOGS_KEY_H
#define ASHIATO_COLLECTOR_LOGS_KEY_H

#include "collector/logs/record.h"

struct log_key {
	int64_t high;	/* the number; negative: a hash */
	int64_t low;
};

struct log_key log_key_of(const struct log_record *r);

#endif
