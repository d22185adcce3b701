#include "sensor/core/community.h"

#include "sensor/core/algorithm.h"

#include <openssl/evp.h>
#include <string.h>

enum { SHA1_BYTES = 20, ADDRESS_MAX_BYTES = 16, PROTOCOL_TCP = 6, PROTOCOL_UDP = 17 };

/* What is hashed, being written. */
struct input {
	uint8_t bytes[2 + 2 * ADDRESS_MAX_BYTES + 2 + 2 * 2];
	size_t n;
};

static void put(struct input *in, const void *bytes, size_t n)
{
	memcpy(in->bytes + in->n, bytes, n);
	in->n += n;
}

static void put_u16(struct input *in, uint16_t value)
{
	put(in, (const uint8_t[]){ (uint8_t)(value >> 8), (uint8_t)value }, 2);
}

static bool comes_first(const struct community_end *a, const struct community_end *b)
{
	int order = memcmp(a->address.bytes, b->address.bytes, a->address.n);

	return order < 0 || (order == 0 && a->port < b->port);
}

static void write_id(uint8_t protocol, struct community_end a, struct community_end b, char out[COMMUNITY_BYTES])
{
	struct community_end first = comes_first(&a, &b) ? a : b, second = comes_first(&a, &b) ? b : a;
	uint8_t digest[SHA1_BYTES] = { 0 };
	struct input in = { .n = 0 };

	put_u16(&in, 0);
	put(&in, first.address.bytes, first.address.n);
	put(&in, second.address.bytes, second.address.n);
	put_u16(&in, (uint16_t)(protocol << 8));
	put_u16(&in, first.port);
	put_u16(&in, second.port);
	EVP_Digest(in.bytes, in.n, digest, NULL, algorithm_sha1(), NULL);
	out[0] = '1';
	out[1] = ':';
	EVP_EncodeBlock((unsigned char *)out + 2, digest, SHA1_BYTES);
}

void community_of_tcp(struct community_end a, struct community_end b, char out[COMMUNITY_BYTES])
{
	write_id(PROTOCOL_TCP, a, b, out);
}

void community_of_udp(struct community_end a, struct community_end b, char out[COMMUNITY_BYTES])
{
	write_id(PROTOCOL_UDP, a, b, out);
}
