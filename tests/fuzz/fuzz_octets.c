/* Syslog messages in a byte stream: fed at once and byte by byte they are the same. */
#include "collector/logs/octets.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void take(void *ctx, const char *message, size_t n, bool is_cut)
{
	uint64_t *sum = ctx;
	assert(n > 0 && n <= LOG_MESSAGE_BYTES);
	for (size_t i = 0; i < n; i++)
		*sum = *sum * 31 + (unsigned char)message[i];
	*sum = *sum * 31 + is_cut;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct log_octets whole, pieces;
	uint64_t a = 0, b = 0;
	bool goes_on = true;
	memset(&whole, 0, sizeof whole);
	memset(&pieces, 0, sizeof pieces);
	bool is_read = log_octets_feed(&whole, (const char *)data, size, take, &a);
	for (size_t i = 0; i < size && goes_on; i++)
		goes_on = log_octets_feed(&pieces, (const char *)data + i, 1, take, &b);
	log_octets_end(&whole, take, &a);
	log_octets_end(&pieces, take, &b);
	assert(is_read == goes_on && a == b);
	return 0;
}
