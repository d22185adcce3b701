#include "sensor/core/checksum.h"

#include <endian.h>

enum { COMPLETE = 0xFFFF, IPV4_BYTES = 20, ADDRESS_V4_BYTES = 4, WORD_BYTES = 4 };

/* Two words of eight bytes that are added at once. */
typedef uint64_t pair __attribute__((vector_size(16)));

/* The ${n} bytes at ${at}, fewer than a word, filled up with zeros. */
static inline __attribute__((always_inline)) uint32_t last_word(const uint8_t *at, size_t n)
{
	uint8_t word[WORD_BYTES] = { 0 };
	uint32_t value;

	for (size_t i = 0; i < WORD_BYTES - 1; i++)
		word[i] = i < n ? at[i] : 0;
	memcpy(&value, word, sizeof(value));
	return value;
}

/* The one's complement sum may be taken of wider words, and in this machine's byte order, and folded in the end: RFC 1071 2. Of
 * words of four bytes, in sums of eight: no packet is so long that a carry is lost. */
static inline __attribute__((always_inline)) uint64_t add_bytes(uint64_t sum, const uint8_t *at, size_t n)
{
	const pair low_half = { UINT32_MAX, UINT32_MAX };
	pair low = { 0 }, high = { 0 }, both;
	uint32_t word;

#pragma GCC unroll 2
	for (; n >= sizeof(both); n -= sizeof(both), at += sizeof(both)) {
		memcpy(&both, at, sizeof(both));
		low += both & low_half;
		high += both >> 32;
	}
	low += high;
	sum += low[0] + low[1];
	for (; n >= WORD_BYTES; n -= WORD_BYTES, at += WORD_BYTES) {
		memcpy(&word, at, sizeof(word));
		sum += word;
	}
	return sum + last_word(at, n);
}

static bool is_complete(uint64_t sum)
{
	sum = (sum & UINT32_MAX) + (sum >> 32);
	while (sum > UINT16_MAX)
		sum = (sum & UINT16_MAX) + (sum >> 16);
	return sum == COMPLETE;
}

/* With the usual length known a sum is a few additions. */
bool checksum_holds(struct view bytes)
{
	if (bytes.n == IPV4_BYTES)
		return is_complete(add_bytes(0, bytes.bytes, IPV4_BYTES));
	return is_complete(add_bytes(0, bytes.bytes, bytes.n));
}

/* RFC 9293 3.1, RFC 8200 8.1 */
static uint64_t pseudo_header(const struct ip *ip)
{
	uint64_t sum = (uint64_t)htobe32((uint32_t)ip->payload.n) + htobe32(ip->next_header);

	if (ip->source.n == ADDRESS_V4_BYTES)
		return add_bytes(add_bytes(sum, ip->source.bytes, ADDRESS_V4_BYTES), ip->destination.bytes, ADDRESS_V4_BYTES);
	return add_bytes(add_bytes(sum, ip->source.bytes, ip->source.n), ip->destination.bytes, ip->destination.n);
}

bool checksum_segment_holds(const struct ip *ip)
{
	return is_complete(add_bytes(pseudo_header(ip), ip->payload.bytes, ip->payload.n));
}
