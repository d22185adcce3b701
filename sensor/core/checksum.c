#include "sensor/core/checksum.h"

enum { COMPLETE = 0xFFFF };

/* Wide enough that no carry is lost however long a packet is; one addition of eight bytes is two instructions. */
__extension__ typedef unsigned __int128 wide_sum;

/* The one's complement sum may be taken of wider words, and in this machine's byte order, and folded in the end: RFC 1071 2. */
static wide_sum add_bytes(wide_sum sum, struct view bytes)
{
	uint64_t word;

	for (; bytes.n >= sizeof(word); bytes = view_after(bytes, sizeof(word))) {
		memcpy(&word, bytes.bytes, sizeof(word));
		sum += word;
	}
	word = 0;
	view_copy(&word, sizeof(word), bytes);
	return sum + word;
}

static bool is_complete(wide_sum wide)
{
	uint64_t sum = (uint64_t)wide;

	sum = (sum & UINT32_MAX) + (sum >> 32) + (uint64_t)(wide >> 64);
	while (sum > UINT16_MAX)
		sum = (sum & UINT16_MAX) + (sum >> 16);
	return sum == COMPLETE;
}

bool checksum_holds(struct view bytes)
{
	return is_complete(add_bytes(0, bytes));
}

bool checksum_segment_holds(const struct ip *ip)
{
	const uint8_t rest[8] = { [3] = ip->next_header, [4] = (uint8_t)(ip->payload.n >> 24), [5] = (uint8_t)(ip->payload.n >> 16),
				  [6] = (uint8_t)(ip->payload.n >> 8), [7] = (uint8_t)ip->payload.n };
	wide_sum sum = add_bytes(0, ip->source);

	sum = add_bytes(sum, ip->destination);
	sum = add_bytes(sum, view_of(rest, sizeof(rest)));
	return is_complete(add_bytes(sum, ip->payload));
}
