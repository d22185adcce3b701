#include "sensor/smb/xca.h"

#include "sensor/core/cursor.h"

enum { MATCH_MIN = 4, NIBBLE_MAX = 0xF, BYTE_MAX = 0xFF };

/* A length of which the token holds ${nibble}; the highest goes on in bytes, up to one that is not the highest itself. */
static size_t length_of(struct cursor *c, size_t nibble)
{
	size_t length = nibble;
	uint8_t more = nibble == NIBBLE_MAX ? BYTE_MAX : 0;

	while (more == BYTE_MAX && cur_ok(c)) {
		more = cur_u8(c);
		length += more;
	}
	return length;
}

/* The LZ4 block format: sequences of literals and one match; the last one ends behind its literals. */
bool xca_lz4(struct view in, size_t size, struct xca_out *out)
{
	struct cursor c = cur_of(in);
	size_t begin = out->n;

	while (cur_left(&c) > 0 && !out->is_bad) {
		uint8_t token = cur_u8(&c);
		size_t back, length;

		xca_put(out, cur_take(&c, length_of(&c, token >> 4)));
		if (cur_left(&c) == 0)
			break;
		back = cur_u16le(&c);
		length = length_of(&c, token & NIBBLE_MAX) + MATCH_MIN;
		out->is_bad = out->is_bad || !cur_ok(&c);
		xca_repeat(out, begin, back, length);
	}
	return !out->is_bad && cur_ok(&c) && out->n - begin == size;
}
