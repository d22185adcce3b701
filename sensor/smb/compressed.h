/*
 * Compressed messages: what stands behind the protocol id FC 'S' 'M' 'B'.
 *
 * [MS-SMB2] 2.2.42: unchained (one algorithm behind a part that is not
 * compressed) and chained (parts, each with its own). The original is one
 * ordinary SMB2 message or compound. Sizes are the wire's word; what an original
 * may take up is the limit of the caller.
 */
#ifndef ASHIATO_SENSOR_SMB_COMPRESSED_H
#define ASHIATO_SENSOR_SMB_COMPRESSED_H

#include "sensor/smb/xca.h"

enum { COMPRESSED_HEADER_BYTES = 16 };	/* 2.2.42.1; as much as a chained message has at least */

enum inflated { INFLATED, INFLATED_CUT, INFLATED_BAD, INFLATED_UNKNOWN };

/* The size of the original of ${message}, of which at least COMPRESSED_HEADER_BYTES are there. */
uint64_t compressed_size(struct view message);

/* Inflate the whole ${message} into ${out}, which is empty. INFLATED_CUT: there was room for the beginning of the original, which
 * is there; INFLATED_UNKNOWN: of an algorithm that has no row here; INFLATED_BAD: malformed. */
enum inflated compressed_inflate(struct view message, struct xca_out *out);

/* The name of CompressionAlgorithm ${id} ([MS-SMB2] 2.2.3.1.3); NULL when it has none. */
const char *compressed_algorithm(uint16_t id);

#endif
