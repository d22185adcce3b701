#include "sensor/smb/xca.h"

#include "sensor/core/cursor.h"

enum {
	MATCH_MIN = 3,
	LENGTH_MASK = 0x7,	/* of a match's two bytes; the rest is the distance less one */
	NIBBLE_MAX = 0xF,
	BYTE_MAX = 0xFF,
};

/* What goes on from item to item. */
struct state {
	struct cursor in;
	uint32_t flags;		/* of the next items, the highest bit first */
	unsigned n_flags;
	uint8_t nibbles;	/* a byte of which the upper half is the next long length */
	bool has_nibble;
};

static bool next_flag(struct state *s)
{
	if (s->n_flags == 0) {
		s->flags = cur_u32le(&s->in);
		s->n_flags = 32;
	}
	s->n_flags--;
	return s->flags >> s->n_flags & 1;
}

/* Two long lengths share a byte: the first takes its lower half, the second the upper. */
static uint8_t next_nibble(struct state *s)
{
	s->has_nibble = !s->has_nibble;
	if (!s->has_nibble)
		return s->nibbles >> 4;
	s->nibbles = cur_u8(&s->in);
	return s->nibbles & NIBBLE_MAX;
}

/* [MS-XCA] 2.4.4: a length that does not fit goes on in a nibble, then in a byte, in two, in four; those two say it
 * whole, and may not say what the ones before could have said. */
static uint32_t long_length(struct state *s)
{
	uint32_t length = next_nibble(s);

	if (length < NIBBLE_MAX)
		return length + LENGTH_MASK;
	length = cur_u8(&s->in);
	if (length < BYTE_MAX)
		return length + NIBBLE_MAX + LENGTH_MASK;
	length = cur_u16le(&s->in);
	if (length == 0)
		length = cur_u32le(&s->in);
	if (length < NIBBLE_MAX + LENGTH_MASK)
		cur_reject(&s->in);
	return length;
}

static void match(struct state *s, size_t begin, struct xca_out *out)
{
	uint16_t both = cur_u16le(&s->in);
	uint32_t length = both & LENGTH_MASK;

	if (length == LENGTH_MASK)
		length = long_length(s);
	out->is_bad = out->is_bad || !cur_ok(&s->in);
	xca_repeat(out, begin, (size_t)(both >> 3) + 1, (size_t)length + MATCH_MIN);
}

bool xca_lz77(struct view in, size_t size, struct xca_out *out)
{
	struct state s = { .in = cur_of(in) };
	size_t begin = out->n;

	while (out->n - begin < size && !out->is_bad && cur_ok(&s.in)) {
		if (next_flag(&s))
			match(&s, begin, out);
		else
			xca_fill(out, cur_u8(&s.in), 1);
	}
	return !out->is_bad && cur_ok(&s.in) && out->n - begin == size;
}
