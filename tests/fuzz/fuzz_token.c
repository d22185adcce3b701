#include "sensor/auth/token.h"

#include <stddef.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static _Alignas(max_align_t) uint8_t block[65536];
	struct arena arena = { .block = block, .cap_bytes = sizeof(block) };
	Ev__AuthToken token;

	token_read(view_of(data, n), &arena, &token);
	return 0;
}
