/*
 * The one way into the store: a batch of events becomes rows, accesses,
 * incidents and verdicts in a single durable transaction.
 *
 * Called by ingest (live), by analyze (a capture, in-memory store) and by
 * service (a baseline entry came or went: verdicts are judged again). Calls
 * are serialised inside; any thread may call.
 */
#ifndef ASHIATO_COLLECTOR_PIPELINE_H
#define ASHIATO_COLLECTOR_PIPELINE_H

#include "collector/model.h"
#include "events.pb-c.h"

struct correlate;
struct pipeline;
struct hosts;
struct rules;
struct store;
struct store_tx;

/* A pipeline over ${store}, which must outlive it; before the first batch the
 * sessions under way are taken up again from the events stored last. NULL and a sentence on failure. */
struct pipeline *pipeline_new(struct store *store, char *error, size_t error_cap);
void pipeline_free(struct pipeline *p);

/* The rules that schema/ holds, compiled. NULL and a sentence on failure; the caller frees them. */
struct rules *pipeline_load_rules(char *error, size_t error_cap);

/* Hosts and the addresses that people or servers' own logs say they have; the caller frees it. NULL when memory is short. */
struct hosts *pipeline_load_hosts(struct store_tx *tx);

/* The whitelist entries in force, compiled; the caller frees it. NULL when memory is short. */
struct baseline;
struct baseline *pipeline_load_baseline(struct store_tx *tx, const struct rules *rules);

/* Those the pipeline judges by; they live as long as it does. */
const struct rules *pipeline_rules(const struct pipeline *p);

/* True, and ${out}, if ${z85_key} (40 characters) is enrolled and not revoked. */
bool pipeline_sensor(struct pipeline *p, const char *z85_key, struct enrolled *out);

/* The sensor came (back) with ${hello}: note software and time; ${high_water} is the highest seq of its epoch that is durable.
 * -1 and a sentence when the store fails. */
int pipeline_hello(struct pipeline *p, const struct enrolled *who, const Ev__Hello *hello, uint64_t *high_water,
		   char *error, size_t error_cap);

/* Store ${batch}. Events at or below the high-water mark are skipped, so a
 * repeated batch changes nothing; a hole in the numbers is stored as a loss.
 * On return 0 everything is durable and ${high_water} has moved; on -1 nothing
 * of it is stored and ${error} says why ("database or disk is full"). */
int pipeline_commit(struct pipeline *p, const struct enrolled *who, const Ev__EventBatch *batch, uint64_t *high_water,
		    char *error, size_t error_cap);

/* Run ${change} (NULL: nothing) and judge every access again, in one transaction: a whitelist entry and what follows from it
 * come together. -1 and a sentence when the store fails; nothing has changed then. */
typedef void (*pipeline_change_fn)(void *ctx, struct store_tx *tx);
int pipeline_change(struct pipeline *p, pipeline_change_fn change, void *ctx, char *error, size_t error_cap);

/* Run ${fill}, which stores records of server logs and tells ${c} of each (correlate_record, correlate_host), and judge what
 * they touch, in one transaction. -1 and a sentence when the store fails; nothing is stored then. */
typedef void (*pipeline_logs_fn)(void *ctx, struct store_tx *tx, struct correlate *c);
int pipeline_logs(struct pipeline *p, pipeline_logs_fn fill, void *ctx, char *error, size_t error_cap);

/* What time alone changes: accesses that waited for a log long enough, streams of logs that have stopped. Call it every few
 * minutes. -1 and a sentence when the store fails. */
int pipeline_tick(struct pipeline *p, char *error, size_t error_cap);

#endif
