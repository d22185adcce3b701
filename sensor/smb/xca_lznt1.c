#include "sensor/smb/xca.h"

#include "sensor/core/cursor.h"

enum {
	CHUNK_SIZE_MASK = 0x0FFF,	/* of the bytes behind the header, less one */
	CHUNK_IS_COMPRESSED = 0x8000,
	CHUNK_ORIGINAL_BYTES = 4096,	/* what one chunk holds at most */
	MATCH_MIN = 3,
	LENGTH_BITS_MAX = 12,		/* of a match's two bytes, while 16 bytes of the chunk are written or fewer */
};

/* [MS-XCA] 2.5.1.4: the further the chunk, the more bits the distance needs and the fewer are left for the length. */
static unsigned length_bits(size_t written)
{
	unsigned bits = LENGTH_BITS_MAX;

	for (size_t last = written - 1; last >= 16; last >>= 1)
		bits--;
	return bits;
}

static void match(struct cursor *c, size_t begin, struct xca_out *out)
{
	uint16_t both = cur_u16le(c);
	unsigned bits;

	if (out->n == begin || !cur_ok(c)) {
		out->is_bad = true;
		return;
	}
	bits = length_bits(out->n - begin);
	xca_repeat(out, begin, (size_t)(both >> bits) + 1, (size_t)(both & ((1u << bits) - 1)) + MATCH_MIN);
}

/* One byte of flags says of the next eight items, from its lowest bit on, whether each is a match or a literal. */
static void compressed_chunk(struct view chunk, struct xca_out *out)
{
	struct cursor c = cur_of(chunk);
	size_t begin = out->n;

	while (cur_left(&c) > 0 && !out->is_bad) {
		uint8_t flags = cur_u8(&c);

		for (int i = 0; i < 8 && cur_left(&c) > 0 && !out->is_bad; i++) {
			if (flags >> i & 1)
				match(&c, begin, out);
			else
				xca_fill(out, cur_u8(&c), 1);
		}
	}
	out->is_bad = out->is_bad || out->n - begin > CHUNK_ORIGINAL_BYTES;
}

/* [MS-XCA] 2.5.1.1: chunks, each behind a header; a header of zero ends them. */
bool xca_lznt1(struct view in, size_t size, struct xca_out *out)
{
	struct cursor c = cur_of(in);
	size_t begin = out->n;

	while (cur_left(&c) >= 2 && !out->is_bad) {
		uint16_t header = cur_u16le(&c);
		struct view chunk;

		if (header == 0)
			break;
		chunk = cur_take(&c, (size_t)(header & CHUNK_SIZE_MASK) + 1);
		if (!cur_ok(&c))
			return false;
		if (header & CHUNK_IS_COMPRESSED)
			compressed_chunk(chunk, out);
		else
			xca_put(out, chunk);
	}
	return !out->is_bad && out->n - begin == size;
}
