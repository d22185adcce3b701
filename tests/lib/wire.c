#include "tests/lib/wire.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct view wire_view(const struct wire *w)
{
	return view_of(w->bytes, w->n);
}

static void put(struct wire *w, size_t at, uint64_t value, size_t n)
{
	if (at + n > sizeof(w->bytes))
		abort();
	for (size_t i = 0; i < n; i++)
		w->bytes[at + i] = (uint8_t)(value >> 8 * (w->is_big_endian ? n - 1 - i : i));
}

static void append(struct wire *w, uint64_t value, size_t n)
{
	put(w, w->n, value, n);
	w->n += n;
}

void wire_u8(struct wire *w, unsigned value) { append(w, value, 1); }
void wire_u16(struct wire *w, unsigned value) { append(w, value, 2); }
void wire_u32(struct wire *w, uint32_t value) { append(w, value, 4); }
void wire_u64(struct wire *w, uint64_t value) { append(w, value, 8); }
void wire_set_u16(struct wire *w, size_t at, unsigned value) { put(w, at, value, 2); }
void wire_set_u32(struct wire *w, size_t at, uint32_t value) { put(w, at, value, 4); }

void wire_bytes(struct wire *w, const void *bytes, size_t n)
{
	if (w->n + n > sizeof(w->bytes))
		abort();
	if (n > 0)
		memcpy(w->bytes + w->n, bytes, n);
	w->n += n;
}

void wire_view_of(struct wire *w, struct view v)
{
	wire_bytes(w, v.bytes, v.n);
}

void wire_zeros(struct wire *w, size_t n)
{
	while (n-- > 0)
		wire_u8(w, 0);
}

void wire_align(struct wire *w, size_t of)
{
	wire_zeros(w, (of - w->n % of) % of);
}

void wire_ascii(struct wire *w, const char *text)
{
	wire_bytes(w, text, strlen(text));
}

void wire_utf16(struct wire *w, const char *text)
{
	for (; *text != '\0'; text++)
		wire_u16(w, (unsigned char)*text);
}

void wire_hex(struct wire *w, const char *digits)
{
	for (; *digits != '\0'; digits++) {
		char pair[3] = { digits[0], digits[1], '\0' };

		if (isspace((unsigned char)*digits))
			continue;
		wire_u8(w, (unsigned)strtoul(pair, NULL, 16));
		digits++;
	}
}
