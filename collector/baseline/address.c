#include "collector/baseline/address.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TEXT_BYTES = 64, V4_PREFIX_BITS = 96 };

static const uint8_t v4_mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

static bool parse_one(const char *text, uint8_t out[ADDRESS_BYTES])
{
	uint8_t v4[4];
	if (inet_pton(AF_INET, text, v4) == 1) {
		memcpy(out, v4_mapped, sizeof v4_mapped);
		memcpy(out + sizeof v4_mapped, v4, sizeof v4);
		return true;
	}
	return inet_pton(AF_INET6, text, out) == 1;
}

static bool is_v4(const uint8_t address[ADDRESS_BYTES])
{
	return memcmp(address, v4_mapped, sizeof v4_mapped) == 0;
}

/* Clear or set every bit behind the first ${bits}. */
static void fill_rest(uint8_t address[ADDRESS_BYTES], unsigned bits, uint8_t with)
{
	for (unsigned i = bits / 8; i < ADDRESS_BYTES; i++) {
		unsigned kept = i == bits / 8 ? 0xffu & ~(0xffu >> bits % 8) : 0;
		address[i] = (uint8_t)((address[i] & kept) | (with & ~kept));
	}
}

/* The prefix length in ${text}: digits only, at most ${max}; -1 if it is none. */
static int prefix_length(const char *text, int max)
{
	size_t n = strspn(text, "0123456789");
	int length = n > 0 && n <= 3 && !text[n] ? (int)strtol(text, NULL, 10) : -1;
	return length <= max ? length : -1;
}

static bool parse_prefix(const char *address, const char *length, struct address_range *out)
{
	if (!parse_one(address, out->first))
		return false;
	bool is_mapped = is_v4(out->first) && !strchr(address, ':');
	int bits = prefix_length(length, is_mapped ? 32 : 128);
	if (bits < 0)
		return false;
	unsigned whole = (unsigned)bits + (is_mapped ? V4_PREFIX_BITS : 0);
	memcpy(out->last, out->first, ADDRESS_BYTES);
	fill_rest(out->first, whole, 0);
	fill_rest(out->last, whole, 0xff);
	return true;
}

bool address_parse_range(const char *text, struct address_range *out)
{
	struct address_range range;
	char copy[2 * TEXT_BYTES];
	if ((size_t)snprintf(copy, sizeof copy, "%s", text) >= sizeof copy)
		return false;
	char *slash = strchr(copy, '/'), *dash = strchr(copy, '-');
	if (slash) {
		*slash = '\0';
		if (!parse_prefix(copy, slash + 1, &range))
			return false;
	} else if (dash) {
		*dash = '\0';
		if (!parse_one(copy, range.first) || !parse_one(dash + 1, range.last) ||
		    is_v4(range.first) != is_v4(range.last) || memcmp(range.first, range.last, ADDRESS_BYTES) > 0)
			return false;
	} else {
		if (!parse_one(copy, range.first))
			return false;
		memcpy(range.last, range.first, ADDRESS_BYTES);
	}
	*out = range;
	return true;
}

bool address_is_v4(const struct address_range *range)
{
	return is_v4(range->first) && is_v4(range->last);
}

unsigned address_range_bits(const struct address_range *range)
{
	uint8_t span[ADDRESS_BYTES];
	int borrow = 0;
	for (size_t i = ADDRESS_BYTES; i-- > 0;) {
		int digit = range->last[i] - range->first[i] - borrow;
		borrow = digit < 0;
		span[i] = (uint8_t)digit;
	}
	unsigned bits = 8 * ADDRESS_BYTES;
	while (bits > 0 && !(span[ADDRESS_BYTES - 1 - (bits - 1) / 8] >> (bits - 1) % 8 & 1))
		bits--;
	return bits;
}

bool address_in_range(const struct address_range *range, const char *text)
{
	uint8_t address[ADDRESS_BYTES];
	return text && parse_one(text, address) && is_v4(address) == address_is_v4(range) &&
	       memcmp(address, range->first, ADDRESS_BYTES) >= 0 && memcmp(address, range->last, ADDRESS_BYTES) <= 0;
}

bool address_is_local(const char *address)
{
	static const char *const prefixes[] = { "127.", "169.254.", "fe80:", "0.0.0.0" };
	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
		if (strncasecmp(address, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	return strcmp(address, "::1") == 0 || strcmp(address, "::") == 0;
}
