#include "proto/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct frame f;
	char why[128];
	if (frame_read(data, n, &f, why, sizeof why))
		frame_matches(&f, data + FRAME_HEAD_BYTES, n - FRAME_HEAD_BYTES);
	return 0;
}
