/*
 * The uplink: what the spool holds travels to the collector and is forgotten
 * once the collector says it is durable there.
 *
 * One ZeroMQ DEALER under CURVE. It says Hello, waits for Welcome, sends a
 * window of batches and takes acknowledgements; after any silence, refusal or
 * lost connection it begins again with Hello, later and later, and sends from
 * the first event that is not acknowledged. It knows frames and numbers, never
 * a packet. One thread uses it; nothing blocks but uplink_wait.
 */
#ifndef ASHIATO_SENSOR_UPLINK_H
#define ASHIATO_SENSOR_UPLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct spool;
struct uplink;

enum {
	UPLINK_WINDOW = 8,			/* batches under way: hides 8 commits' latency, bounds what is sent twice */
	UPLINK_ANSWER_MS = 30000,		/* no Welcome or Ack for so long: begin again */
	UPLINK_HEARTBEAT_MS = 5000,		/* ZMTP PING; three unanswered ones end the connection */
	UPLINK_BACK_OFF_FIRST_MS = 250,
	UPLINK_BACK_OFF_MAX_MS = 15000,		/* 1,000 sensors then knock 70 times a second on a collector that is back */
};

struct uplink_options {
	const char *endpoint;		/* "tcp://collector:4717" */
	const char *key_file;		/* the sensor's secret key (proto/curve.h) */
	const char *collector_key;	/* the collector's public key: a file or the 40 characters */
	const char *name;		/* a wish, may be NULL: the collector uses the enrolled one */
	const char *site;		/* the same */
};

/* Read the keys and check the endpoint; does not wait for the collector. NULL
 * and a sentence naming what is wrong. After this no file is opened any more. */
struct uplink *uplink_new(const struct uplink_options *o, char *error, size_t error_cap);

/* Empty ${spool} from now on, which must outlive the uplink. Call once, before uplink_wait. */
void uplink_serve(struct uplink *u, struct spool *spool);

/* Forget it at once; what is not acknowledged stays in the spool. */
void uplink_free(struct uplink *u);

/* Do what can be done, waiting at most ${timeout_ms}, less if ${fd} becomes
 * readable (-1: no fd). True if it is. */
bool uplink_wait(struct uplink *u, int fd, int timeout_ms);

/* Go on until everything in the spool is acknowledged, the collector has
 * refused, or ${timeout_ms} have passed. True if everything is. */
bool uplink_drain(struct uplink *u, int timeout_ms);

/* Why the collector will not have us (not enrolled, another version, a cloned
 * spool); NULL unless that is how the last attempt ended. */
const char *uplink_refusal(const struct uplink *u);

#endif
