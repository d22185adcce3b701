#include "sensor/smb/compressed.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { MOST = 1 << 18 };

/* A compressed message: what comes out stays within its room and is the same twice. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct view message = view_of(data, n);
	uint64_t size = compressed_size(message);
	struct xca_out once = { .cap = size }, again = { .cap = size };

	if (n < COMPRESSED_HEADER_BYTES || size > MOST)
		return 0;
	once.bytes = malloc(size + 1);
	again.bytes = malloc(size + 1);
	assert(once.bytes != NULL && again.bytes != NULL);
	assert(compressed_inflate(message, &once) == compressed_inflate(message, &again));
	assert(once.n == again.n && once.n <= size && memcmp(once.bytes, again.bytes, once.n) == 0);
	free(once.bytes);
	free(again.bytes);
	return 0;
}
