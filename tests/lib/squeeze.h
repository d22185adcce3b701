/*
 * Compressors for what the sensor decompresses: [MS-XCA] 2.1, 2.3 and 2.5, and
 * LZ4 blocks, and compressed SMB2 messages ([MS-SMB2] 2.2.42) made with them.
 *
 * Written from the specification for the tests, simple and slow: the longest of
 * a few recent matches is taken. They share no code with the sensor.
 */
#ifndef ASHIATO_TESTS_SQUEEZE_H
#define ASHIATO_TESTS_SQUEEZE_H

#include <stddef.h>
#include <stdint.h>

/* CompressionAlgorithm ([MS-SMB2] 2.2.3.1.3) */
enum squeeze { SQUEEZE_NONE, SQUEEZE_LZNT1, SQUEEZE_LZ77, SQUEEZE_HUFFMAN, SQUEEZE_PATTERN, SQUEEZE_LZ4, N_SQUEEZES };

enum { SQUEEZE_SLACK_BYTES = 1024 };

/* Compress ${n} bytes of ${in} into ${out}, which has room for n + n / 8 + SQUEEZE_SLACK_BYTES, and for each begun 64 KiB
 * 512 more; how many bytes came out. Not SQUEEZE_PATTERN. */
size_t squeeze(enum squeeze how, const uint8_t *in, size_t n, uint8_t *out);

/* The message ${in} of ${n} bytes as an unchained compressed one: ${offset} bytes stay as they are. */
size_t squeeze_unchained(enum squeeze how, const uint8_t *in, size_t n, size_t offset, uint8_t *out);

/* The same as a chain: ${offset} bytes under NONE, then the rest under ${how}; SQUEEZE_PATTERN: the rest is one byte, repeated. */
size_t squeeze_chained(enum squeeze how, const uint8_t *in, size_t n, size_t offset, uint8_t *out);

#endif
