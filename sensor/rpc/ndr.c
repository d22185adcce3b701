#include "sensor/rpc/ndr.h"

struct ndr ndr_of(struct view octets, bool is_big_endian, bool is_ndr64)
{
	return (struct ndr){ .c = cur_of(octets), .is_big_endian = is_big_endian, .is_ndr64 = is_ndr64 };
}

static void put_big_endian(uint8_t *to, size_t n_bytes, uint32_t value)
{
	for (size_t i = n_bytes; i > 0; i--, value >>= 8)
		to[i - 1] = (uint8_t)value;
}

/* C706 appendix A: three integers in the sender's byte order, then eight octets. */
struct uuid ndr_uuid(struct ndr *n)
{
	struct uuid u = { 0 };

	put_big_endian(u.bytes, 4, ndr_u32(n));
	put_big_endian(u.bytes + 4, 2, ndr_u16(n));
	put_big_endian(u.bytes + 6, 2, ndr_u16(n));
	view_copy(u.bytes + 8, 8, cur_take(&n->c, 8));
	return u;
}

uint32_t ndr_enum(struct ndr *n)
{
	return n->is_ndr64 ? ndr_u32(n) : ndr_u16(n);
}

void ndr_align_to_pointer(struct ndr *n)
{
	cur_align(&n->c, n->is_ndr64 ? 8 : 4);
}

uint64_t ndr_wide(struct ndr *n)
{
	return n->is_ndr64 ? ndr_u64(n) : ndr_u32(n);
}

bool ndr_pointer(struct ndr *n)
{
	return ndr_wide(n) != 0;
}

struct view ndr_handle(struct ndr *n)
{
	cur_align(&n->c, 4);
	return cur_take(&n->c, NDR_HANDLE_BYTES);
}

struct view ndr_characters(struct ndr *n, enum ndr_chars chars)
{
	uint64_t max_count = ndr_wide(n);
	uint64_t offset = ndr_wide(n);
	uint64_t actual_count = ndr_wide(n);

	if (offset != 0 || actual_count > max_count)
		cur_reject(&n->c);
	return cur_take(&n->c, chars * cur_count(&n->c, actual_count, chars));
}

struct view ndr_string(struct ndr *n, enum ndr_chars chars)
{
	struct view string = ndr_characters(n, chars);

	if (string.n == 0)
		cur_reject(&n->c);
	return string;
}

/* UTF-16 in the other byte order, turned round in the arena. */
static char *text_of_utf16be(struct arena *a, struct view utf16)
{
	struct cursor c = cur_of(utf16);
	uint8_t *turned = arena_get(a, utf16.n);
	size_t used = 0;

	if (turned == NULL)
		return NULL;
	while (cur_left(&c) >= 2) {
		uint16_t unit = cur_u16be(&c);

		turned[used++] = (uint8_t)unit;
		turned[used++] = (uint8_t)(unit >> 8);
	}
	return text_of_utf16le(a, view_of(turned, used));
}

char *ndr_text(const struct ndr *n, struct arena *a, struct view octets, enum ndr_chars chars)
{
	if (chars == NDR_ASCII)
		return text_of_bytes(a, octets);
	return n->is_big_endian ? text_of_utf16be(a, octets) : text_of_utf16le(a, octets);
}
