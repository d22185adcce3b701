#include "tests/lib/squeeze.h"

#include <stdbool.h>
#include <string.h>

enum { TRIES = 32, HASHES = 4096, LONGEST_INPUT = 1 << 22 };

/* ---- matches ---- */

/* Where three bytes like those at each position stood last; 0: nowhere. Positions count from 1. */
static struct {
	uint32_t last[HASHES];
	uint32_t before[LONGEST_INPUT + 1];
} chains;

struct match {
	size_t back;
	size_t n;	/* 0: none */
};

static uint32_t hash_of(const uint8_t *p)
{
	return (p[0] * 2654435761u ^ p[1] * 40503u ^ p[2] * 97u) % HASHES;
}

static void learn(const uint8_t *in, size_t at, size_t n)
{
	uint32_t *last;

	if (at + 3 > n)
		return;
	last = &chains.last[hash_of(in + at)];
	chains.before[at + 1] = *last;
	*last = (uint32_t)at + 1;
}

static size_t common(const uint8_t *a, const uint8_t *b, size_t most)
{
	size_t n = 0;

	while (n < most && a[n] == b[n])
		n++;
	return n;
}

/* The longest match of at least ${least} bytes at ${at}, no further back than ${window} and no longer than ${most}. */
static struct match find(const uint8_t *in, size_t at, size_t n, size_t window, size_t least, size_t most)
{
	struct match best = { 0 };
	size_t left = n - at < most ? n - at : most;
	uint32_t where;

	if (at + 3 > n)
		return best;
	where = chains.last[hash_of(in + at)];
	for (int tries = 0; where != 0 && tries < TRIES && at - (where - 1) <= window; tries++) {
		size_t same = common(in + where - 1, in + at, left);

		if (same >= least && same > best.n)
			best = (struct match){ at - (where - 1), same };
		where = chains.before[where];
	}
	return best;
}

static void forget(void)
{
	memset(chains.last, 0, sizeof(chains.last));
}

/* Learn the ${n_item} bytes from ${at} on; where they end. */
static size_t pass(const uint8_t *in, size_t at, size_t n_item, size_t n)
{
	for (size_t i = 0; i < n_item; i++)
		learn(in, at + i, n);
	return at + n_item;
}

static size_t put16(uint8_t *out, size_t at, unsigned value)
{
	out[at] = (uint8_t)value;
	out[at + 1] = (uint8_t)(value >> 8);
	return at + 2;
}

static size_t put32(uint8_t *out, size_t at, uint32_t value)
{
	return put16(out, put16(out, at, value & 0xFFFF), value >> 16);
}

/* ---- LZNT1 ---- */

static unsigned lznt1_length_bits(size_t written)
{
	unsigned bits = 12;

	while (written > (size_t)16 << (12 - bits))
		bits--;
	return bits;
}

static size_t lznt1_chunk(const uint8_t *in, size_t n, uint8_t *out)
{
	size_t at = 0, o = 2, flags = 0;

	forget();
	for (unsigned item = 0; at < n; item++) {
		unsigned bits = at > 0 ? lznt1_length_bits(at) : 12;
		struct match m = find(in, at, n, (size_t)1 << (16 - bits), 3, ((size_t)1 << bits) + 2);

		if (item % 8 == 0) {
			flags = o++;
			out[flags] = 0;
		}
		if (m.n > 0) {
			out[flags] = (uint8_t)(out[flags] | 1u << item % 8);
			o = put16(out, o, (unsigned)((m.back - 1) << bits | (m.n - 3)));
		} else {
			out[o++] = in[at];
		}
		at = pass(in, at, m.n > 0 ? m.n : 1, n);
	}
	if (o - 2 >= n) {	/* it grew: as it is */
		memcpy(out + 2, in, n);
		put16(out, 0, (unsigned)(0x3000 | (n - 1)));
		return n + 2;
	}
	put16(out, 0, (unsigned)(0xB000 | (o - 3)));
	return o;
}

static size_t lznt1(const uint8_t *in, size_t n, uint8_t *out)
{
	size_t o = 0;

	for (size_t at = 0; at < n; at += 4096)
		o += lznt1_chunk(in + at, n - at < 4096 ? n - at : 4096, out + o);
	return o;
}

/* ---- plain LZ77 ---- */

struct lz77 {
	uint8_t *out;
	size_t o;
	size_t flags_at;
	uint32_t flags;
	unsigned n_flags;
	size_t half_at;	/* where a half used byte of lengths stands; 0: nowhere */
};

static void lz77_flag(struct lz77 *z, bool flag)
{
	if (z->n_flags == 32) {
		put32(z->out, z->flags_at, z->flags);
		z->flags_at = z->o;
		z->o += 4;
		z->n_flags = 0;
	}
	z->flags = z->flags << 1 | flag;
	z->n_flags++;
}

static void lz77_long_length(struct lz77 *z, size_t length)
{
	size_t nibble = length - 7 < 15 ? length - 7 : 15;

	if (z->half_at != 0) {
		z->out[z->half_at] = (uint8_t)(z->out[z->half_at] | nibble << 4);
		z->half_at = 0;
	} else {
		z->half_at = z->o;
		z->out[z->o++] = (uint8_t)nibble;
	}
	if (nibble < 15)
		return;
	z->out[z->o++] = (uint8_t)(length - 22 < 255 ? length - 22 : 255);
	if (length - 22 < 255)
		return;
	if (length <= 0xFFFF) {
		z->o = put16(z->out, z->o, (unsigned)length);
		return;
	}
	z->o = put32(z->out, put16(z->out, z->o, 0), (uint32_t)length);
}

static size_t lz77(const uint8_t *in, size_t n, uint8_t *out)
{
	struct lz77 z = { .out = out, .o = 4 };

	forget();
	for (size_t at = 0; at < n;) {
		struct match m = find(in, at, n, 8192, 3, n);

		lz77_flag(&z, m.n > 0);
		if (m.n == 0) {
			z.out[z.o++] = in[at];
		} else {
			size_t length = m.n - 3;

			z.o = put16(out, z.o, (unsigned)((m.back - 1) << 3 | (length < 7 ? length : 7)));
			if (length >= 7)
				lz77_long_length(&z, length);
		}
		at = pass(in, at, m.n > 0 ? m.n : 1, n);
	}
	if (z.n_flags < 32)
		z.flags = z.flags << (32 - z.n_flags) | (uint32_t)((1ull << (32 - z.n_flags)) - 1);
	put32(out, z.flags_at, z.flags);
	return z.o;
}

/* ---- LZ77+Huffman ---- */

struct item {
	uint16_t symbol;
	uint16_t distance_low;	/* without its highest bit */
	uint32_t length;	/* of a match, less 3 */
};

static struct item items[65536 + 1];

static unsigned log2_of(size_t n)
{
	unsigned bits = 0;

	while (n >> (bits + 1) != 0)
		bits++;
	return bits;
}

/* The items of one block; where it ends. The last block ends with the symbol 256. */
static size_t parse_block(const uint8_t *in, size_t at, size_t n, size_t *n_items)
{
	size_t end = n - at > 65536 ? at + 65536 : n;

	*n_items = 0;
	while (at < end) {
		struct match m = find(in, at, end, 65535, 3, end);
		struct item *item = &items[(*n_items)++];

		*item = (struct item){ .symbol = in[at] };
		if (m.n > 0) {
			unsigned bits = log2_of(m.back);

			item->length = (uint32_t)m.n - 3;
			item->distance_low = (uint16_t)(m.back - ((size_t)1 << bits));
			item->symbol = (uint16_t)(256 + (bits << 4) + (item->length < 15 ? item->length : 15));
		}
		at = pass(in, at, m.n > 0 ? m.n : 1, n);
	}
	if (end == n)
		items[(*n_items)++] = (struct item){ .symbol = 256 };
	return end;
}

/* Code lengths of at most 15 bits by Huffman's method: the two rarest nodes are put together until one is left. */
static bool code_lengths(const uint32_t weights[512], uint8_t lengths[512])
{
	static uint64_t weight[1024];
	static uint16_t parent[1024];
	size_t n = 512, left = 0;
	bool fits = true;

	for (size_t i = 0; i < 512; i++) {
		weight[i] = weights[i];
		left += weights[i] > 0;
	}
	for (; left > 1; left--, n++) {
		size_t rarest[2] = { 1024, 1024 };

		for (size_t i = 0; i < n; i++) {
			if (weight[i] == 0)
				continue;
			if (rarest[0] == 1024 || weight[i] < weight[rarest[0]]) {
				rarest[1] = rarest[0];
				rarest[0] = i;
			} else if (rarest[1] == 1024 || weight[i] < weight[rarest[1]]) {
				rarest[1] = i;
			}
		}
		weight[n] = weight[rarest[0]] + weight[rarest[1]];
		weight[rarest[0]] = weight[rarest[1]] = 0;
		parent[rarest[0]] = parent[rarest[1]] = (uint16_t)n;
	}
	for (size_t i = 0; i < 512; i++) {
		lengths[i] = 0;
		for (size_t at = i; weights[i] > 0 && at != n - 1; at = parent[at])
			lengths[i]++;
		fits = fits && lengths[i] <= 15;
	}
	return fits;
}

static void choose_lengths(size_t n_items, uint8_t lengths[512])
{
	uint32_t weights[512] = { 0 };

	for (size_t i = 0; i < n_items; i++)
		weights[items[i].symbol]++;
	weights[256] += weights[256] == 0;	/* a code has two symbols at least */
	weights[0] += n_items == 1 || weights[items[0].symbol] == n_items;
	while (!code_lengths(weights, lengths))
		for (size_t i = 0; i < 512; i++)
			weights[i] = (weights[i] + 1) / 2;
}

static void assign_codes(const uint8_t lengths[512], uint16_t codes[512])
{
	unsigned code = 0;

	for (unsigned length = 1; length <= 15; length++, code <<= 1)
		for (size_t i = 0; i < 512; i++)
			if (lengths[i] == length)
				codes[i] = (uint16_t)code++;
}

/* [MS-XCA] 2.1.4.3: words of bits, two of which are always laid out ahead of the bytes. */
struct bit_writer {
	uint8_t *out;
	size_t o, first, second;
	uint32_t bits;
	int room;
};

static void write_bits(struct bit_writer *w, unsigned n, uint32_t bits)
{
	if (w->room >= (int)n) {
		w->room -= (int)n;
		w->bits = w->bits << n | bits;
		return;
	}
	w->bits = w->bits << w->room | bits >> (n - (unsigned)w->room);
	put16(w->out, w->first, w->bits & 0xFFFF);
	w->first = w->second;
	w->second = w->o;
	w->o += 2;
	w->room += 16 - (int)n;
	w->bits = bits & ((1u << n) - 1);
}

static void write_item(struct bit_writer *w, const struct item *item, const uint8_t lengths[512], const uint16_t codes[512])
{
	write_bits(w, lengths[item->symbol], codes[item->symbol]);
	if (item->symbol < 256 || (item->symbol == 256 && item->length == 0 && item->distance_low == 0))
		return;
	if (item->length >= 15) {
		size_t more = item->length - 15;

		w->out[w->o++] = (uint8_t)(more < 255 ? more : 255);
		if (more >= 255 && item->length <= 0xFFFF)
			w->o = put16(w->out, w->o, item->length);
		else if (more >= 255)
			w->o = put32(w->out, put16(w->out, w->o, 0), item->length);
	}
	write_bits(w, (unsigned)(item->symbol - 256) >> 4, item->distance_low);
}

static size_t write_block(size_t n_items, uint8_t *out)
{
	uint8_t lengths[512];
	uint16_t codes[512] = { 0 };
	struct bit_writer w = { .out = out, .o = 256 + 4, .first = 256, .second = 258, .room = 16 };

	choose_lengths(n_items, lengths);
	assign_codes(lengths, codes);
	for (size_t i = 0; i < 256; i++)
		out[i] = (uint8_t)(lengths[2 * i] | lengths[2 * i + 1] << 4);
	for (size_t i = 0; i < n_items; i++)
		write_item(&w, &items[i], lengths, codes);
	put16(out, w.first, w.bits << w.room & 0xFFFF);
	put16(out, w.second, 0);
	return w.o;
}

static size_t huffman(const uint8_t *in, size_t n, uint8_t *out)
{
	size_t o = 0, n_items;

	forget();
	for (size_t at = 0; at < n;) {
		at = parse_block(in, at, n, &n_items);
		o += write_block(n_items, out + o);
	}
	return o;
}

/* ---- LZ4 ---- */

static size_t lz4_length(uint8_t *out, size_t o, size_t length)
{
	if (length < 15)
		return o;
	for (length -= 15; length >= 255; length -= 255)
		out[o++] = 255;
	out[o++] = (uint8_t)length;
	return o;
}

static size_t lz4_sequence(uint8_t *out, size_t o, const uint8_t *literals, size_t n_literals, struct match m)
{
	size_t length = m.n > 0 ? m.n - 4 : 0;

	out[o++] = (uint8_t)((n_literals < 15 ? n_literals : 15) << 4 | (length < 15 ? length : 15));
	o = lz4_length(out, o, n_literals);
	memcpy(out + o, literals, n_literals);
	o += n_literals;
	if (m.n == 0)
		return o;
	return lz4_length(out, put16(out, o, (unsigned)m.back), length);
}

static size_t lz4(const uint8_t *in, size_t n, uint8_t *out)
{
	size_t o = 0, literals = 0;

	forget();
	for (size_t at = 0; at < n;) {
		struct match m = n - at > 12 ? find(in, at, n - 5, 65535, 4, n) : (struct match){ 0 };

		if (m.n > 0) {
			o = lz4_sequence(out, o, in + literals, at - literals, m);
			literals = at + m.n;
		}
		at = pass(in, at, m.n > 0 ? m.n : 1, n);
	}
	return lz4_sequence(out, o, in + literals, n - literals, (struct match){ 0 });
}

/* ---- all of them ---- */

static size_t none(const uint8_t *in, size_t n, uint8_t *out)
{
	memcpy(out, in, n);
	return n;
}

size_t squeeze(enum squeeze how, const uint8_t *in, size_t n, uint8_t *out)
{
	static size_t (*const all[N_SQUEEZES])(const uint8_t *, size_t, uint8_t *) = {
		[SQUEEZE_NONE] = none, [SQUEEZE_LZNT1] = lznt1, [SQUEEZE_LZ77] = lz77, [SQUEEZE_HUFFMAN] = huffman,
		[SQUEEZE_LZ4] = lz4,
	};

	return all[how](in, n, out);
}

size_t squeeze_unchained(enum squeeze how, const uint8_t *in, size_t n, size_t offset, uint8_t *out)
{
	memcpy(out, "\xFCSMB", 4);
	put32(out, 4, (uint32_t)(n - offset));
	put16(out, 8, how);
	put16(out, 10, 0);
	put32(out, 12, (uint32_t)offset);
	memcpy(out + 16, in, offset);
	return 16 + offset + squeeze(how, in + offset, n - offset, out + 16 + offset);
}

/* One payload of a chain; where it ends. */
static size_t payload(enum squeeze how, const uint8_t *in, size_t n, uint8_t *out, size_t o)
{
	size_t length_at = o + 4, begin = o + 8;

	put16(out, o, how);
	put16(out, o + 2, o == 8);
	o = begin;
	if (how == SQUEEZE_PATTERN) {
		o = put32(out, put32(out, o, in[0]), (uint32_t)n);
	} else {
		if (how != SQUEEZE_NONE)
			o = put32(out, o, (uint32_t)n);
		o += squeeze(how, in, n, out + o);
	}
	put32(out, length_at, (uint32_t)(o - begin));
	return o;
}

size_t squeeze_chained(enum squeeze how, const uint8_t *in, size_t n, size_t offset, uint8_t *out)
{
	size_t o = 8;

	memcpy(out, "\xFCSMB", 4);
	put32(out, 4, (uint32_t)n);
	if (offset > 0)
		o = payload(SQUEEZE_NONE, in, offset, out, o);
	return payload(how, in + offset, n - offset, out, o);
}
