/*
 * A capture being written: frames with a time of their own and the checksums
 * a network card would have put there. Ends the program when it cannot write.
 */
#ifndef ASHIATO_TESTS_BENCH_OUTPUT_H
#define ASHIATO_TESTS_BENCH_OUTPUT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct output {
	FILE *file;
	const char *path;
	uint64_t bytes;		/* written so far, headers of packets included */
	uint64_t frames;
	int64_t now_ns;		/* time of the next frame; each moves it on by what it takes at 1 Gbit/s */
};

/* Create ${path}, a capture of Ethernet frames with times in ns. */
void output_open(struct output *o, const char *path);
void output_close(struct output *o);

/* Write ${frame}, whose IPv4 header begins at ${ip_at} and whose TCP or UDP header at ${payload_at}; their checksums are put right
 * first. */
void output_frame(struct output *o, uint8_t *frame, size_t n, size_t ip_at, size_t payload_at);

/* Big-endian fields of a frame. */
void output_put_u16(uint8_t *at, unsigned value);
void output_put_u32(uint8_t *at, uint32_t value);

/* The next of a row of numbers that looks like chance and is the same in every run. */
uint32_t output_random(uint64_t *state);

#endif
