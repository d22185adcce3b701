/*
 * What the SMB fuzz targets share: input as a script of what two hosts say.
 */
#ifndef ASHIATO_TESTS_FUZZ_KIT_SMB_H
#define ASHIATO_TESTS_FUZZ_KIT_SMB_H

#include <stddef.h>
#include <stdint.h>

enum fuzz_framing {
	FUZZ_STREAM,	/* the bytes as they are, gaps among them: framing is what is tried */
	FUZZ_SMB1,	/* each step one message, its header and protocol id put right */
	FUZZ_SMB2,
};

/*
 * Play ${data} on a new connection with the real neighbours, then close it;
 * aborts when memory of the pool is not given back. A step is a byte (bit 0:
 * who speaks; bit 7, in a stream: a hole), a length of two bytes, little-endian,
 * and so many bytes (a hole has none).
 */
void fuzz_smb(const uint8_t *data, size_t n, enum fuzz_framing framing);

#endif
