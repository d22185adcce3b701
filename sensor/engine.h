/*
 * The engine: packets in, events out.
 *
 * It wires link → ip → tcp → flow → stream → protocol, and ip → udp → Kerberos
 * (see core/handoff.h), and owns all their state. It does no I/O and knows no clock: time is what the
 * packets say. The same bytes give the same events.
 */
#ifndef ASHIATO_SENSOR_ENGINE_H
#define ASHIATO_SENSOR_ENGINE_H

#include "sensor/core/counts.h"
#include "sensor/core/handoff.h"
#include "sensor/core/limits.h"
#include "sensor/core/view.h"

struct engine;

/* One captured frame. */
struct packet {
	int64_t time_ns;	/* since 1970-01-01 UTC */
	struct view bytes;	/* as captured, from the link layer's first byte */
	uint32_t wire_bytes;	/* its length on the wire; more than bytes.n when cut */
	int link_type;		/* DLT_* of this frame's interface */
};

/* ${emit} is called from engine_feed and engine_end, with seq set, from 1 on
 * unless engine_continue said otherwise. NULL when memory is short. */
struct engine *engine_new(const struct limits *limits, event_fn emit, void *emit_ctx);
void engine_free(struct engine *e);

/* Key the table of connections, before the first packet: live, with what nobody outside knows. Without it the
 * key is fixed. Events do not depend on it. False when memory is short. */
bool engine_seed(struct engine *e, const uint64_t seed[2]);

/* From here on whole files that are hashed go to ${keeper} too, which outlives the engine. */
void engine_keep_files(struct engine *e, const struct file_keeper *keeper);

/* From here on ${watcher}, which outlives the engine, sees each SMB command. */
void engine_watch(struct engine *e, const struct smb_watcher *watcher);

/* From here on ${hasher}, which outlives the engine, hashes files; not beside a keeper. */
void engine_hash_with(struct engine *e, const struct file_hasher *hasher);

/* Number the next event ${next_seq} (a spool that is taken up again). */
void engine_continue(struct engine *e, uint64_t next_seq);

/* True if frames of this link type can be read. */
bool engine_knows_link(int link_type);

void engine_feed(struct engine *e, const struct packet *packet);

/* Feed ${n} packets, at most ENGINE_ALONGSIDE, one after the other as engine_feed would. While the first is read what the others
 * need is on its way from memory, so that this takes less time than each by itself. */
enum { ENGINE_ALONGSIDE = 16 };
void engine_feed_all(struct engine *e, const struct packet *packets, size_t n);

/* The same with ${looks} at them (look.h) taken before, in the table that engine_table names; they are used up. That table is the
 * same from the first packet on. */
struct look;
struct flow_table;
const struct flow_table *engine_table(const struct engine *e);
void engine_feed_seen(struct engine *e, const struct packet *packets, struct look *looks, size_t n);

/* No packet came until ${now_ns}: let idle connections and old holes go. */
void engine_tick(struct engine *e, int64_t now_ns);

/* End every connection ("end of capture"), so that what is unfinished is reported. */
void engine_end(struct engine *e);

/* What only the capture knows, for sensor.health. */
struct capture_facts {
	uint64_t dropped_kernel;
	uint64_t dropped_interface;
	bool truncated;
	const char *link_type;	/* may be NULL */
	const char *source;	/* may be NULL */
	uint64_t spool_bytes;
};

/* Emit one sensor.health at ${now_ns}. */
void engine_health(struct engine *e, const struct capture_facts *facts, int64_t now_ns);

const struct counts *engine_counts(const struct engine *e);

/* The name of protocol ${i}, as flow.summary states it; NULL past the last. */
const char *engine_protocol(size_t i);

#endif
