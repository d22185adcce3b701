#include "proto/base/text.h"

/* RFC 3629 section 4: lead byte → length, bits of the lead, smallest code point allowed. */
struct lead {
	uint8_t mask, value, n;
	uint32_t least;
};

static const struct lead leads[] = {
	{ 0x80, 0x00, 1, 0x0 },
	{ 0xe0, 0xc0, 2, 0x80 },
	{ 0xf0, 0xe0, 3, 0x800 },
	{ 0xf8, 0xf0, 4, 0x10000 },
};

size_t text_utf8_char(const char *s, size_t n, uint32_t *point)
{
	if (n == 0)
		return 0;
	const struct lead *l = NULL;
	for (size_t i = 0; i < sizeof leads / sizeof *leads && !l; i++)
		if (((uint8_t)s[0] & leads[i].mask) == leads[i].value)
			l = &leads[i];
	if (!l || l->n > n)
		return 0;
	uint32_t p = (uint8_t)s[0] & (uint8_t)~l->mask;
	for (size_t i = 1; i < l->n; i++) {
		if (((uint8_t)s[i] & 0xc0) != 0x80)
			return 0;
		p = p << 6 | ((uint8_t)s[i] & 0x3f);
	}
	if (p < l->least || p > 0x10ffff || (p >= 0xd800 && p < 0xe000))
		return 0;
	*point = p;
	return l->n;
}

bool text_is_utf8(const char *s, size_t n)
{
	for (size_t i = 0, step; i < n; i += step) {
		uint32_t point = 0;
		step = text_utf8_char(s + i, n - i, &point);
		if (step == 0 || point == 0)
			return false;
	}
	return true;
}

void text_hex(const uint8_t *bytes, size_t n, char *out)
{
	for (size_t i = 0; i < n; i++) {
		*out++ = "0123456789abcdef"[bytes[i] >> 4];
		*out++ = "0123456789abcdef"[bytes[i] & 15];
	}
	*out = '\0';
}
