#include "sensor/core/checksum.h"

enum { COMPLETE = 0xFFFF };

/* Wide enough that no carry is lost however long a packet is; one addition of eight bytes is two instructions. */
__extension__ typedef unsigned __int128 wide_sum;

static inline uint64_t word_at(const uint8_t *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

/* What is left of a packet behind its last whole word, filled up with zeros. */
static uint64_t last_word(const uint8_t *at, size_t n)
{
	uint64_t word = 0;
	uint8_t *to = (uint8_t *)&word;

	if ((n & 4) != 0) {
		memcpy(to, at, 4);
		to += 4;
		at += 4;
	}
	if ((n & 2) != 0) {
		memcpy(to, at, 2);
		to += 2;
		at += 2;
	}
	if ((n & 1) != 0)
		*to = *at;
	return word;
}

/* The one's complement sum may be taken of wider words, and in this machine's byte order, and folded in the end: RFC 1071 2. Four
 * words a turn: this loop reads every byte of every segment. */
static wide_sum add_bytes(wide_sum sum, struct view bytes)
{
	enum { WORD = 8, TURN = 4 * WORD };
	const uint8_t *at = bytes.bytes;
	size_t n = bytes.n;

	for (; n >= TURN; n -= TURN, at += TURN) {
		sum += word_at(at);
		sum += word_at(at + WORD);
		sum += word_at(at + 2 * WORD);
		sum += word_at(at + 3 * WORD);
	}
	for (; n >= WORD; n -= WORD, at += WORD)
		sum += word_at(at);
	return sum + last_word(at, n);
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
