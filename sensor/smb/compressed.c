#include "sensor/smb/compressed.h"

#include "sensor/core/cursor.h"

enum {
	FLAG_CHAINED = 0x0001,
	CHAIN_AT = 8,		/* where a chained message's first payload header begins */
	PATTERN_V1_BYTES = 8,	/* [MS-SMB2] 2.2.42.2.2 */
};

static bool copy(struct view in, size_t size, struct xca_out *out)
{
	(void)size;
	xca_put(out, in);
	return !out->is_bad;
}

/* [MS-SMB2] 2.2.42.2.2: one byte, many times. */
static bool pattern(struct view in, size_t size, struct xca_out *out)
{
	struct cursor c = cur_of(in);
	uint8_t byte = cur_u8(&c);

	(void)size;
	cur_skip(&c, 3);	/* Reserved1, Reserved2 */
	xca_fill(out, byte, cur_u32le(&c));
	return cur_ok(&c) && in.n == PATTERN_V1_BYTES && !out->is_bad;
}

struct algorithm {
	const char *name;
	xca_fn inflate;
	bool has_size;	/* the size of the original stands before it */
};

/* CompressionAlgorithm ([MS-SMB2] 2.2.3.1.3) */
/* clang-format off */
static const struct algorithm algorithms[] = {
	[0x0000] = { "NONE",         copy,        false },
	[0x0001] = { "LZNT1",        xca_lznt1,   true  },
	[0x0002] = { "LZ77",         xca_lz77,    true  },
	[0x0003] = { "LZ77+Huffman", xca_huffman, true  },
	[0x0004] = { "Pattern_V1",   pattern,     false },
	[0x0005] = { "LZ4",          xca_lz4,     true  },
};
/* clang-format on */

static const struct algorithm *algorithm_of(uint16_t id)
{
	return id < sizeof(algorithms) / sizeof(*algorithms) ? &algorithms[id] : NULL;
}

const char *compressed_algorithm(uint16_t id)
{
	return algorithm_of(id) != NULL ? algorithm_of(id)->name : NULL;
}

/* [MS-SMB2] 2.2.42.1; a chained message has its first payload header's Flags where this has its own. */
struct header {
	uint32_t original;
	uint16_t algorithm;
	uint16_t flags;
	uint32_t offset;
};

static struct header header_of(struct cursor *c)
{
	struct header h;

	cur_skip(c, 4);	/* ProtocolId */
	h.original = cur_u32le(c);
	h.algorithm = cur_u16le(c);
	h.flags = cur_u16le(c);
	h.offset = cur_u32le(c);
	return h;
}

static bool is_chained(const struct header *h)
{
	return (h->flags & FLAG_CHAINED) != 0;
}

uint64_t compressed_size(struct view message)
{
	struct cursor c = cur_of(message);
	struct header h = header_of(&c);

	return is_chained(&h) ? h.original : (uint64_t)h.original + h.offset;
}

/* [MS-SMB2] 2.2.42.2.1 */
static enum inflated inflate_payload(struct cursor *c, struct xca_out *out)
{
	const struct algorithm *algorithm = algorithm_of(cur_u16le(c));
	uint32_t length, size;
	struct cursor payload;

	cur_skip(c, 2);	/* Flags */
	length = cur_u32le(c);
	payload = cur_of(cur_take(c, length));
	if (!cur_ok(c))
		return INFLATED_BAD;
	if (algorithm == NULL)
		return INFLATED_UNKNOWN;
	size = algorithm->has_size ? cur_u32le(&payload) : 0;
	if (!cur_ok(&payload))
		return INFLATED_BAD;
	return algorithm->inflate(cur_rest(&payload), size, out) ? INFLATED : INFLATED_BAD;
}

/* Each payload of a chain takes eight bytes of the message at least, so the message bounds the loop. */
static enum inflated inflate_chain(struct cursor *c, struct xca_out *out)
{
	enum inflated result = INFLATED;

	cur_seek(c, CHAIN_AT);
	while (result == INFLATED && cur_left(c) > 0)
		result = inflate_payload(c, out);
	return result;
}

static enum inflated inflate_one(struct cursor *c, const struct header *h, struct xca_out *out)
{
	const struct algorithm *algorithm = algorithm_of(h->algorithm);

	xca_put(out, cur_take(c, h->offset));
	if (!cur_ok(c) || out->is_bad)
		return INFLATED_BAD;
	if (algorithm == NULL || !algorithm->has_size)	/* 2.2.42.1: neither NONE nor a pattern stands alone */
		return INFLATED_UNKNOWN;
	return algorithm->inflate(cur_rest(c), h->original, out) ? INFLATED : INFLATED_BAD;
}

enum inflated compressed_inflate(struct view message, struct xca_out *out)
{
	struct cursor c = cur_of(message);
	struct header h = header_of(&c);
	enum inflated result;

	if (!cur_ok(&c))
		return INFLATED_BAD;
	result = is_chained(&h) ? inflate_chain(&c, out) : inflate_one(&c, &h, out);
	if (out->is_full)
		return INFLATED_CUT;
	return result == INFLATED && out->n != compressed_size(message) ? INFLATED_BAD : result;
}
