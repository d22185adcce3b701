/*
 * Ranges: which bytes of a file were seen.
 *
 * A sorted list of half-open intervals, adjacent ones merged, at most
 * LIMIT_RANGES of them, or as many as it is lent rows for. It holds offsets
 * only and knows no data. All zero it is empty; it must stay where it is.
 */
#ifndef ASHIATO_SENSOR_FILE_RANGES_H
#define ASHIATO_SENSOR_FILE_RANGES_H

#include "sensor/core/limits.h"

#include <stdbool.h>
#include <stdint.h>

struct range {
	uint64_t begin;
	uint64_t end;	/* the first byte behind it */
};

struct ranges {
	uint32_t n;
	bool is_full;	/* something was left out because all rows were taken */
	uint64_t left_out;	/* bytes of that, as often as they came */
	uint64_t left_out_end;	/* the first byte behind it */
	uint32_t n_rows;	/* there are */
	struct range *row;	/* ${few}, or those lent; NULL before the first is in */
	struct range few[LIMIT_RANGES];
};

/* True if the next range that touches no other has no row. */
bool ranges_want_rows(const struct ranges *r);

/* Lend it ${n} rows, more than it has, until they are asked back with ranges_rows_lent. */
void ranges_lend(struct ranges *r, struct range *rows, uint32_t n);

/* Those; NULL when there are none. */
struct range *ranges_rows_lent(const struct ranges *r);

/* Empty it; it keeps its rows. */
void ranges_clear(struct ranges *r);

/* Add [${begin}, ${end}). False, and is_full, if it touches no other and there is no row left. */
bool ranges_add(struct ranges *r, uint64_t begin, uint64_t end);

/* Take [${begin}, ${end}) out again. Cutting one range in two without a row left drops the second half, and sets is_full. */
void ranges_remove(struct ranges *r, uint64_t begin, uint64_t end);

/* True if any byte of [${begin}, ${end}) is in. */
bool ranges_overlap(const struct ranges *r, uint64_t begin, uint64_t end);

/* True if every byte of [0, ${size}) is in. */
bool ranges_cover(const struct ranges *r, uint64_t size);

/* How many bytes are in, and the first byte behind the last of them (0 when none is). Both hold for what was left out as well;
 * a byte that was left out twice counts twice, but never are there more bytes than fit in front of the end. */
uint64_t ranges_bytes(const struct ranges *r);
uint64_t ranges_end(const struct ranges *r);

#endif
