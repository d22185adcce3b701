#include "sensor/smb/xca.h"

#include "sensor/core/cursor.h"

enum {
	N_SYMBOLS = 512,
	N_LITERALS = 256,
	CODE_BITS_MAX = 15,
	TABLE_BYTES = N_SYMBOLS / 2,	/* four bits of code length per symbol */
	BLOCK_BYTES = 1 << 16,		/* of original, from one table to the next */
	MATCH_MIN = 3,
	LENGTH_MAX = 0xF,		/* of a symbol; longer ones go on in bytes */
	BYTE_MAX = 0xFF,
};

/* A canonical code: symbols by length and value; of each length the codes follow those of the one before. */
struct code {
	uint16_t n_of[CODE_BITS_MAX + 1];
	uint16_t symbols[N_SYMBOLS];
};

/* The bits of a block, from words of 16, the highest first. 16 bits are there before each read. The bytes of long
 * lengths stand between the words, where reading has come to. */
struct bits {
	struct cursor in;
	uint32_t next;
	int extra;	/* of next, those beyond 16 */
};

static void begin_bits(struct bits *b)
{
	b->next = (uint32_t)cur_u16le(&b->in) << 16;
	b->next |= cur_u16le(&b->in);
	b->extra = 16;
}

static uint32_t take_bits(struct bits *b, unsigned n)
{
	uint32_t taken = n > 0 ? b->next >> (32 - n) : 0;

	b->next <<= n;
	b->extra -= (int)n;
	if (b->extra < 0) {
		b->next |= (uint32_t)cur_u16le(&b->in) << -b->extra;
		b->extra += 16;
	}
	return taken;
}

/* [MS-XCA] 2.2.4. False if the lengths do not make a code in which every 15 bits begin with a symbol. */
static bool read_code(struct cursor *c, struct code *out)
{
	struct cursor table = cur_of(cur_take(c, TABLE_BYTES));
	uint8_t length_of[N_SYMBOLS];
	uint16_t at[CODE_BITS_MAX + 2] = { 0 };
	uint32_t filled = 0;

	*out = (struct code){ 0 };
	for (size_t i = 0; i < N_SYMBOLS; i += 2) {
		uint8_t both = cur_u8(&table);

		length_of[i] = both & 0xF;
		length_of[i + 1] = both >> 4;
		out->n_of[length_of[i]]++;
		out->n_of[length_of[i + 1]]++;
	}
	for (unsigned length = 1; length <= CODE_BITS_MAX; length++) {
		at[length + 1] = (uint16_t)(at[length] + out->n_of[length]);
		filled += (uint32_t)out->n_of[length] << (CODE_BITS_MAX - length);
	}
	for (uint16_t symbol = 0; symbol < N_SYMBOLS; symbol++)
		if (length_of[symbol] > 0)
			out->symbols[at[length_of[symbol]]++] = symbol;
	return cur_ok(c) && filled == 1u << CODE_BITS_MAX;
}

/* Among the codes of each length in turn: is it one of them? Some length has it, for the code is complete. */
static uint16_t next_symbol(struct bits *b, const struct code *code)
{
	uint32_t ahead = b->next >> (32 - CODE_BITS_MAX);
	uint32_t first = 0, index = 0;
	unsigned length = 1;

	while (length < CODE_BITS_MAX && (ahead >> (CODE_BITS_MAX - length)) - first >= code->n_of[length]) {
		index += code->n_of[length];
		first = (first + code->n_of[length]) << 1;
		length++;
	}
	index += (ahead >> (CODE_BITS_MAX - length)) - first;
	take_bits(b, length);
	return code->symbols[index];
}

static uint32_t match_length(struct bits *b, unsigned symbol)
{
	uint32_t length = symbol & LENGTH_MAX;

	if (length < LENGTH_MAX)
		return length;
	length = cur_u8(&b->in);
	if (length < BYTE_MAX)
		return length + LENGTH_MAX;
	length = cur_u16le(&b->in);
	if (length == 0)
		length = cur_u32le(&b->in);
	if (length < LENGTH_MAX)
		cur_reject(&b->in);
	return length;
}

/* The symbol holds the length and how many bits the distance has; its highest bit is one and not sent. */
static void match(struct bits *b, unsigned symbol, size_t begin, struct xca_out *out)
{
	unsigned distance_bits = symbol >> 4;
	uint32_t length = match_length(b, symbol);
	uint32_t distance = take_bits(b, distance_bits) + (1u << distance_bits);

	xca_repeat(out, begin, distance, (size_t)length + MATCH_MIN);
}

/* One table and what it codes: BLOCK_BYTES, or all that is left of ${end}. A last match may go over the block's end. */
static void block(struct bits *b, size_t begin, size_t end, struct xca_out *out)
{
	size_t block_end = end - out->n > BLOCK_BYTES ? out->n + BLOCK_BYTES : end;
	struct code code;

	if (!read_code(&b->in, &code)) {
		out->is_bad = true;
		return;
	}
	begin_bits(b);
	while (out->n < block_end && !out->is_bad) {
		uint16_t symbol = next_symbol(b, &code);

		if (symbol < N_LITERALS)
			xca_fill(out, (uint8_t)symbol, 1);
		else
			match(b, symbol - N_LITERALS, begin, out);
		out->is_bad = out->is_bad || !cur_ok(&b->in);
	}
}

bool xca_huffman(struct view in, size_t size, struct xca_out *out)
{
	struct bits b = { .in = cur_of(in) };
	size_t begin = out->n;

	while (out->n - begin < size && !out->is_bad)
		block(&b, begin, begin + size, out);
	return !out->is_bad && out->n - begin == size;
}
