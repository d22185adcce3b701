#include "sensor/auth/der.h"

#include <stdio.h>

enum { LENGTH_BYTES_MAX = 4, OID_TEXT_BYTES = 128, OID_ARC_BITS = 7 };

size_t der_long_length_(struct cursor *c, uint8_t first)
{
	size_t n = 0;

	if (first == DER_LONG_FORM || first > DER_LONG_FORM + LENGTH_BYTES_MAX) {
		cur_reject(c);
		return 0;
	}
	for (unsigned i = DER_LONG_FORM; i < first; i++)
		n = n << 8 | cur_u8(c);
	return n;
}

void der_skip(struct cursor *c)
{
	cur_skip(c, 1);
	cur_skip(c, der_length_(c));
}

int32_t der_integer(struct cursor *c, unsigned tag)
{
	struct cursor content = der_enter(c, tag);
	size_t n = cur_left(&content);
	uint32_t value = 0;

	if (n == 0 || n > sizeof(value)) {
		cur_reject(c);
		return 0;
	}
	value = (cur_u8(&content) ^ 0x80u) - 0x80u;
	while (cur_left(&content) > 0)
		value = value << 8 | cur_u8(&content);
	return (int32_t)value;
}

void der_skip_optional(struct cursor *c, unsigned number)
{
	if (der_has(c, number))
		der_skip(c);
}

struct view der_field(struct cursor *c, unsigned number, unsigned tag)
{
	struct cursor field = der_enter(c, DER_CONTEXT + number);
	struct view content = der_take(&field, tag);

	if (!cur_ok(&field))
		cur_reject(c);
	return content;
}

int32_t der_field_integer(struct cursor *c, unsigned number)
{
	struct cursor field = der_enter(c, DER_CONTEXT + number);
	int32_t value = der_integer(&field, DER_INTEGER);

	if (!cur_ok(&field))
		cur_reject(c);
	return value;
}

/* X.690 8.6: how many bits of the last byte are unused, then the bits. */
uint32_t der_bits(struct view content)
{
	struct cursor c = cur_of(content);
	uint32_t bits = 0;

	cur_skip(&c, 1);
	for (int shift = 24; shift >= 0 && cur_left(&c) > 0; shift -= 8)
		bits |= (uint32_t)cur_u8(&c) << shift;
	return bits;
}

/* X.690 8.19: base 128, the first two arcs folded into one. */
char *der_oid_text(struct arena *a, struct view oid)
{
	struct cursor c = cur_of(oid);
	char text[OID_TEXT_BYTES] = "";
	size_t used = 0;

	while (cur_left(&c) > 0 && used < sizeof(text)) {
		uint64_t arc = 0;
		uint8_t byte;

		do {
			byte = cur_u8(&c);
			arc = arc << OID_ARC_BITS | (byte & 0x7f);
		} while ((byte & 0x80) != 0 && cur_left(&c) > 0);
		if (used == 0) {
			unsigned top = arc < 80 ? (unsigned)arc / 40 : 2;

			used = (size_t)snprintf(text, sizeof(text), "%u.%llu", top, (unsigned long long)(arc - top * 40));
		} else {
			used += (size_t)snprintf(text + used, sizeof(text) - used, ".%llu", (unsigned long long)arc);
		}
	}
	return text_copy(a, text);
}
