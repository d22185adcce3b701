/*
 * How far a log's clock shows another time than the wire: estimated from
 * logons that both have. A sample is one record and one connection with the
 * same source address and port; ports are used again, so some samples pair
 * strangers. Strangers scatter, true pairs agree: the densest few seconds win.
 * Pure; memory is bounded, and the order in which samples come does not matter.
 */
#ifndef ASHIATO_COLLECTOR_BASELINE_OFFSET_H
#define ASHIATO_COLLECTOR_BASELINE_OFFSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OFFSET_SAMPLES = 256, OFFSET_A_DAY = 32 };	/* beyond that, those whose hash is smallest: the same ones in any order */

struct offset_sample {
	uint64_t hash;		/* its lowest 24 bits are the wire logon's: samples that share them are of one */
	int64_t delta_ns;	/* written minus wire */
	bool is_whole_second;	/* the log writes no fractions: it means the second that begins there */
};

struct offset_samples {
	struct offset_sample items[OFFSET_SAMPLES];
	size_t n;
};

/* The sample that a pair is. False: they lie further apart than any zone. */
bool offset_sample(int64_t written_ns, int64_t wire_ns, struct offset_sample *out);

/* The same sample twice is one. */
void offset_add(struct offset_samples *s, const struct offset_sample *sample);

/* True if ${sample} fits an offset found: its record and its wire logon are one logon. */
bool offset_agrees(const struct offset_sample *sample, int64_t offset_ns);

struct offset_hint {
	bool is_known;
	bool is_written;	/* the zone stands beside every time: a clock may be wrong by minutes, not by hours */
	int64_t offset_ns;	/* from receipt times, or 0 where the zone is written beside the time */
};

/* False: that far from a written zone no clock is; whoever shows it has forged or mistaken something. */
bool offset_is_plausible(const struct offset_hint *hint, int64_t offset_ns);

struct offset_estimate {
	int64_t offset_ns;	/* written minus UTC, to a tenth of a second; to the second where the log writes no fractions */
	size_t matches;		/* wire logons whose samples agree */
	bool has_other;		/* at least two other logons agree on */
	int64_t other_ns;	/* this: the clock was set meanwhile */
	size_t strangers;	/* wire logons whose samples show neither: their ports were used again, or a record is forged or mistaken */
};

/* The offset most wire logons agree on within some seconds, each counted once however many records name its port; implausible
 * samples count only where there are no others. Among equals the one nearest to ${hint}, then to a whole quarter of
 * an hour, as zones are. A single sample that fits neither is no proof. False: cannot be told. */
bool offset_estimate(const struct offset_samples *s, const struct offset_hint *hint, struct offset_estimate *out);

/* The zone a forwarder's receipt time shows: a quarter of an hour if the record came within a minute of being written, and
 * else nothing. */
bool offset_of_receipt(int64_t written_ns, int64_t received_ns, int64_t *offset_ns);

#endif
