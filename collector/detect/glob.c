#include "collector/detect/glob.h"

#include "proto/base/text.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* One character and how many bytes it takes. A byte that begins nothing valid stands for itself, above Unicode. */
static size_t next_char(const char *s, uint32_t *out)
{
	size_t n = text_utf8_char(s, strnlen(s, 4), out);
	if (n > 0)
		return n;
	*out = *s ? 0x110000u + (uint8_t)*s : 0;
	return 1;
}

/* Simple case folding where a constant step or an even/odd pair describes a whole range (Unicode CaseFolding.txt). */
static uint32_t fold(uint32_t c)
{
	static const struct {
		uint32_t first, last, step;	/* step 1: pairs, the upper case one is even (or odd, as `first` is) */
	} ranges[] = {
		{ 'A', 'Z', 32 },
		{ 0x00c0, 0x00d6, 32 },
		{ 0x00d8, 0x00de, 32 },
		{ 0x0100, 0x012e, 1 },
		{ 0x0132, 0x0136, 1 },
		{ 0x0139, 0x0147, 1 },
		{ 0x014a, 0x0176, 1 },
		{ 0x0179, 0x017d, 1 },
		{ 0x0391, 0x03a1, 32 },
		{ 0x03a3, 0x03ab, 32 },
		{ 0x0400, 0x040f, 80 },
		{ 0x0410, 0x042f, 32 },
		{ 0x0460, 0x0480, 1 },
	};
	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
		if (c < ranges[i].first || c > ranges[i].last)
			continue;
		bool is_lower_of_pair = ranges[i].step == 1 && (c - ranges[i].first) % 2 == 1;
		return is_lower_of_pair ? c : c + ranges[i].step;
	}
	return c;
}

/* Nearly everything is ASCII, and every step meets every pattern: that way is short. */
static size_t next_folded(const char *s, uint32_t *out)
{
	unsigned char c = (unsigned char)*s;
	if (c < 0x80) {
		*out = c >= 'A' && c <= 'Z' ? c + 32u : c;
		return 1;
	}
	size_t n = next_char(s, out);
	*out = fold(*out);
	return n;
}

/* The usual way without recursion: on a mismatch give the last `*` one more character. */
bool glob_matches(const char *pattern, const char *text)
{
	const char *star = NULL, *star_text = NULL;
	while (*text) {
		uint32_t p = 0, t;
		size_t n_pattern = next_folded(pattern, &p), n_text = next_folded(text, &t);
		if (p == '*') {
			star = ++pattern;
			star_text = text;
		} else if (p != 0 && (p == '?' || p == t)) {
			pattern += n_pattern;
			text += n_text;
		} else if (star) {
			pattern = star;
			star_text += next_char(star_text, &t);
			text = star_text;
		} else {
			return false;
		}
	}
	pattern += strspn(pattern, "*");
	return *pattern == '\0';
}

bool glob_equal(const char *a, const char *b)
{
	uint32_t x, y;
	do {
		a += next_folded(a, &x);
		b += next_folded(b, &y);
	} while (x == y && x != 0);
	return x == y;
}

uint64_t glob_hash(const char *text)
{
	uint64_t h = 0xcbf29ce484222325u;
	uint32_t c;
	for (text += next_folded(text, &c); c != 0; text += next_folded(text, &c))
		h = (h ^ c) * 0x100000001b3u;
	return h;
}

bool glob_is_pattern(const char *pattern)
{
	return strpbrk(pattern, "*?") != NULL;
}
