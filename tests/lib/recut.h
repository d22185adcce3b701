/*
 * Captures rewritten without changing what they say: TCP segments cut,
 * merged, swapped or repeated, packets fragmented, frames of another link
 * type. Whatever the rewriting, the sensor must report the same.
 */
#ifndef ASHIATO_TESTS_RECUT_H
#define ASHIATO_TESTS_RECUT_H

#include "sensor/engine.h"

/* Frames in the order of a capture; they own their bytes. */
struct frames {
	struct packet *of;
	size_t n, cap;
};

/* Read all of the capture file ${path}. Aborts when it cannot be opened. */
struct frames frames_read(const char *path);
void frames_free(struct frames *f);

/* Put every checksum right, as those of rewritten frames are: a capture taken on the sending host has them empty, one of merged segments
 * wrong, and a direction that has shown right ones is held to them. */
void frames_renew_sums(struct frames *f);

/* One way to rewrite. */
struct recut {
	const char *name;
	bool keeps_times;	/* bytes keep the time at which they were captured */
	bool keeps_link;	/* MAC addresses and VLAN stay as they are */
	/* Append ${in} to ${out}, rewritten; ${seed} decides what is left to chance. */
	void (*rewrite)(const struct frames *in, uint32_t seed, struct frames *out);
};

/* Every way there is. */
extern const struct recut recuts[];
extern const size_t n_recuts;

#endif
