/*
 * Ingest: where sensors knock.
 *
 * One thread with a ROUTER under CURVE, which also answers ZeroMQ's question
 * whether a key may come in (ZAP): only enrolled keys do. Who speaks is the key
 * ZeroMQ authenticated, never what a message says. A batch is unpacked, held to
 * the contract, handed to the pipeline and acknowledged once it is durable
 * there. ROUTER takes one message of each connected sensor in turn and holds
 * few of each, so a loud one neither starves the others nor fills the memory.
 *
 * What is malformed is counted and refused with a sentence; nothing a peer
 * sends ends the collector. Knows no SQL and no JSON.
 */
#ifndef ASHIATO_COLLECTOR_INGEST_H
#define ASHIATO_COLLECTOR_INGEST_H

#include <stddef.h>
#include <stdint.h>

struct pipeline;
struct ingest;

struct ingest_options {
	const char *endpoint;	/* "tcp://0.0.0.0:4717"; port "*" takes a free one */
	const char *key_file;	/* the collector's secret key (proto/curve.h) */
};

struct ingest_stats {
	uint64_t hellos;		/* sensors that came, or came back */
	uint64_t batches;		/* stored */
	uint64_t events;		/* in them, repeated ones included */
	uint64_t events_unfit;		/* left out: codec_event_valid */
	uint64_t refused_keys;		/* connections turned away because their key is not enrolled */
	uint64_t refused_messages;	/* answered with a refusal: malformed, another version, no Hello before, not enrolled any more */
	uint64_t store_failures;	/* batches the pipeline could not store */
};

/* Bind and serve. ${pipeline} must outlive it. NULL and one sentence naming the
 * endpoint or the key file and what to do. */
struct ingest *ingest_start(struct pipeline *pipeline, const struct ingest_options *options, char *error, size_t error_cap);

/* Finish the message under way and leave. NULL is allowed. */
void ingest_stop(struct ingest *ingest);

/* Where it listens, with the port that was taken. Lives as long as ${ingest}. */
const char *ingest_endpoint(const struct ingest *ingest);

/* The collector's public key, for sensors to be told. Lives as long as ${ingest}. */
const char *ingest_public_key(const struct ingest *ingest);

/* A snapshot; any thread. */
void ingest_stats(struct ingest *ingest, struct ingest_stats *out);

#endif
