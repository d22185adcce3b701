#include "sensor/core/arena.h"

#include "sensor/core/cursor.h"
#include "sensor/core/limits.h"

#include <endian.h>
#include <stdalign.h>
#include <string.h>

enum {
	ALIGN = alignof(max_align_t),
	REPLACEMENT = 0xFFFD,
	ELLIPSIS = 0x2026,
	UTF8_MAX = 4,
	ASCII_BYTES = LIMIT_TEXT_BYTES - 3,	/* of a text without a look at whether it will have to be cut: "…" fits behind them */
};

void *arena_take(struct arena *a, size_t n)
{
	size_t begin = (a->used_bytes + ALIGN - 1) / ALIGN * ALIGN;

	if (a->full || begin > a->cap_bytes || n > a->cap_bytes - begin) {
		a->full = true;
		return NULL;
	}
	a->used_bytes = begin + n;
	return a->block + begin;
}

void *arena_get(struct arena *a, size_t n)
{
	void *bytes = arena_take(a, n);

	return bytes != NULL ? memset(bytes, 0, n) : NULL;
}

/* ---- text ---- */

/* UTF-8 being written into the end of the arena. */
struct writer {
	char *text;
	size_t n;
	size_t cut;	/* where to cut when the text turns out too long: the end of a character that leaves room for "…" */
	bool is_cut;
};

static size_t put_utf8(char *at, uint32_t c)
{
	static const uint8_t lead[] = { 0, 0x00, 0xC0, 0xE0, 0xF0 };
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = n; i > 1; i--, c >>= 6)
		at[i - 1] = (char)(0x80 | (c & 0x3F));
	at[0] = (char)(lead[n] | c);
	return n;
}

static bool put_long(struct writer *w, uint32_t c)
{
	char utf8[UTF8_MAX];
	size_t n = put_utf8(utf8, c);

	if (w->n <= ASCII_BYTES)
		w->cut = w->n;
	if (w->n + n > LIMIT_TEXT_BYTES) {
		w->is_cut = true;
		return false;
	}
	memcpy(w->text + w->n, utf8, n);
	w->n += n;
	return true;
}

/* Append ${c}; false once the text is full. Most characters are ASCII with room behind them. */
static inline bool put(struct writer *w, uint32_t c)
{
	if (c >= 0x80 || w->n >= ASCII_BYTES)
		return put_long(w, c);
	w->text[w->n++] = (char)c;
	return true;
}

/* Room for a text of at most ${worst_bytes}. */
static bool begin(struct writer *w, struct arena *a, size_t worst_bytes)
{
	size_t room = worst_bytes < LIMIT_TEXT_BYTES ? worst_bytes : LIMIT_TEXT_BYTES;

	*w = (struct writer){ .text = arena_take(a, room + 1) };
	return w->text != NULL;
}

/* Terminate the text and give back the room it did not need. */
static char *end(struct writer *w, struct arena *a)
{
	if (w->is_cut)
		w->n = w->cut + put_utf8(w->text + w->cut, ELLIPSIS);
	w->text[w->n] = '\0';
	a->used_bytes = (size_t)((uint8_t *)w->text - a->block) + w->n + 1;
	return w->text;
}

static bool is_high_surrogate(uint32_t unit)
{
	return (unit & 0xFC00) == 0xD800;
}

static bool is_low_surrogate(uint32_t unit)
{
	return (unit & 0xFC00) == 0xDC00;
}

/* One character of UTF-16 (RFC 2781 2.2): a surrogate without its partner cannot be decoded. */
static inline uint32_t next_of_utf16le(struct cursor *c)
{
	struct cursor ahead;
	uint32_t unit, low;

	if (cur_left(c) < 2) {
		cur_skip(c, 1);
		return REPLACEMENT;
	}
	unit = cur_u16le(c);
	if (!is_high_surrogate(unit))
		return unit == 0 || is_low_surrogate(unit) ? REPLACEMENT : unit;
	ahead = *c;
	low = cur_u16le(&ahead);
	if (!is_low_surrogate(low))
		return REPLACEMENT;
	*c = ahead;
	return 0x10000 + ((unit & 0x3FF) << 10 | (low & 0x3FF));
}

/* How many bytes begin a UTF-8 sequence with this lead byte; 0: none does. */
static size_t length_by_lead(uint8_t lead)
{
	if (lead < 0x80)
		return 1;
	if (lead < 0xC2 || lead > 0xF4)
		return 0;
	return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

/* One character of UTF-8 (RFC 3629 4: no overlong form, no surrogate, nothing
 * above U+10FFFF), or U+FFFD for one byte that begins none. */
static inline uint32_t next_of_bytes(struct cursor *c)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	struct cursor ahead = *c;
	uint8_t lead = cur_u8(c);
	size_t n = length_by_lead(lead);
	uint32_t value = n < 2 ? lead : lead & (0x7Fu >> n);
	bool is_valid = n != 0 && lead != 0;

	cur_skip(&ahead, 1);
	for (size_t i = 1; i < n; i++) {
		uint8_t byte = cur_u8(&ahead);

		is_valid = is_valid && (byte & 0xC0) == 0x80;
		value = value << 6 | (byte & 0x3F);
	}
	if (!is_valid || !cur_ok(&ahead) || value < least[n] || value > 0x10FFFF || (value & ~0x7FFu) == 0xD800)
		return REPLACEMENT;
	*c = ahead;
	return value;
}

/* ${text} without the NULs at its end, which come in units of ${unit} bytes. */
static struct view without_trailing_nuls(struct view text, size_t unit)
{
	if (text.n % unit != 0 && text.bytes[text.n - 1] == 0)
		text.n--;
	while (text.n >= unit && text.n % unit == 0 && text.bytes[text.n - 1] == 0 && text.bytes[text.n - unit] == 0)
		text.n -= unit;
	return text;
}

/* ---- what nearly every text is from end to end ---- */

enum { AT_ONCE = 8 };

/* True if one of the units whose lowest bits are ${ones} is zero in ${units}, or has a bit of ${high}. */
static inline bool has_zero_or(uint64_t units, uint64_t ones, uint64_t high)
{
	return ((units | (units - ones)) & high) != 0;
}

/* Write the lowest ${n} bytes of ${bytes}, the lowest first. */
static inline __attribute__((always_inline)) void put_ascii(char *to, uint64_t bytes, size_t n)
{
	uint64_t in_order = htole64(bytes);

	memcpy(to, &in_order, n);
}

/* Write the ASCII at ${c}, up to what is none and no more than there is ${room} for; how many characters. */
static inline size_t ascii_of_utf16le(char *to, size_t room, struct cursor *c)
{
	struct cursor ahead = *c;
	size_t n = 0;

	for (; cur_left(c) >= AT_ONCE && room - n >= AT_ONCE / 2; n += AT_ONCE / 2, *c = ahead) {
		uint64_t units = cur_u64le(&ahead);

		if (has_zero_or(units, UINT64_C(0x0001000100010001), UINT64_C(0xFF80FF80FF80FF80)))
			break;
		units = (units | units >> 8) & UINT64_C(0x0000FFFF0000FFFF);
		put_ascii(to + n, units | units >> 16, AT_ONCE / 2);
	}
	for (ahead = *c; cur_left(c) >= 2 && n < room; *c = ahead) {
		uint16_t unit = cur_u16le(&ahead);

		if (unit == 0 || unit >= 0x80)
			break;
		to[n++] = (char)unit;
	}
	return n;
}

static inline size_t ascii_of_bytes(char *to, size_t room, struct cursor *c)
{
	struct cursor ahead = *c;
	size_t n = 0;

	for (; cur_left(c) >= AT_ONCE && room - n >= AT_ONCE; n += AT_ONCE, *c = ahead) {
		uint64_t bytes = cur_u64le(&ahead);

		if (has_zero_or(bytes, UINT64_C(0x0101010101010101), UINT64_C(0x8080808080808080)))
			break;
		put_ascii(to + n, bytes, AT_ONCE);
	}
	for (ahead = *c; cur_left(c) >= 1 && n < room; *c = ahead) {
		uint8_t byte = cur_u8(&ahead);

		if (byte == 0 || byte >= 0x80)
			break;
		to[n++] = (char)byte;
	}
	return n;
}

/* Inline, so that ${ascii} and ${next} become part of the loop. */
static inline __attribute__((always_inline)) char *text_of(struct arena *a, struct view text,
							   size_t (*ascii)(char *to, size_t room, struct cursor *c),
							   uint32_t (*next)(struct cursor *c))
{
	struct cursor c = cur_of(text);
	struct writer w;

	if (!begin(&w, a, text.n > LIMIT_TEXT_BYTES ? LIMIT_TEXT_BYTES : 3 * text.n))
		return NULL;
	do
		w.n += ascii(w.text + w.n, w.n < ASCII_BYTES ? ASCII_BYTES - w.n : 0, &c);
	while (cur_left(&c) > 0 && put(&w, next(&c)));
	return end(&w, a);
}

char *text_of_utf16le(struct arena *a, struct view utf16)
{
	return text_of(a, without_trailing_nuls(utf16, 2), ascii_of_utf16le, next_of_utf16le);
}

char *text_of_bytes(struct arena *a, struct view oem_or_utf8)
{
	return text_of(a, without_trailing_nuls(oem_or_utf8, 1), ascii_of_bytes, next_of_bytes);
}

char *text_copy(struct arena *a, const char *utf8)
{
	size_t n = strlen(utf8) + 1;
	char *copy = arena_take(a, n);

	return copy != NULL ? memcpy(copy, utf8, n) : NULL;
}
