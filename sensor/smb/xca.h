/*
 * Decompression as [MS-XCA] describes it, and the two simple schemes SMB adds.
 *
 * One function per algorithm, all of one shape: the compressed bytes in, the
 * original behind what the output holds already. Every length comes from the
 * wire, so each write is checked against the room there is and each look back
 * against what was written; nothing is allocated. Pure; knows nothing of SMB.
 */
#ifndef ASHIATO_SENSOR_SMB_XCA_H
#define ASHIATO_SENSOR_SMB_XCA_H

#include "sensor/core/view.h"

#include <stdbool.h>

/* Where the original goes: bytes of the caller's, sticky like a cursor. */
struct xca_out {
	uint8_t *bytes;
	size_t cap;	/* room; no algorithm writes past it */
	size_t n;	/* written */
	bool is_bad;	/* something did not fit, or looked back too far; nothing was written since */
	bool is_full;	/* it did not fit: what did was written */
};

/* Write ${n} times ${byte}. */
void xca_fill(struct xca_out *out, uint8_t byte, size_t n);

/* Write ${bytes}. */
void xca_put(struct xca_out *out, struct view bytes);

/* Write again ${n} bytes, the first of which was written ${back} bytes ago and no earlier than at ${floor}. They may
 * overlap what they become: a byte is copied once it is there. */
void xca_repeat(struct xca_out *out, size_t floor, size_t back, size_t n);

/*
 * Decompress ${in}, which holds ${size} bytes of original. True if exactly so
 * many were written. False: malformed, or more than there is room for; what was
 * written until then is in ${out}.
 */
typedef bool (*xca_fn)(struct view in, size_t size, struct xca_out *out);

bool xca_lznt1(struct view in, size_t size, struct xca_out *out);	/* [MS-XCA] 2.5 */
bool xca_lz77(struct view in, size_t size, struct xca_out *out);	/* 2.4 */
bool xca_huffman(struct view in, size_t size, struct xca_out *out);	/* 2.2: LZ77+Huffman */
bool xca_lz4(struct view in, size_t size, struct xca_out *out);		/* an LZ4 block, not of [MS-XCA] */

#endif
