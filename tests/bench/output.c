#include "tests/bench/output.h"

#include <err.h>
#include <string.h>

enum {
	BUFFER_BYTES = 1 << 20,
	FRAME_OVERHEAD_BYTES = 24,	/* preamble, FCS and the gap behind it */
	SNAP_BYTES = 262144,
	ETHERNET = 1,
	IP_PROTOCOL = 9, IP_CHECKSUM = 10,
	TCP = 6, TCP_CHECKSUM = 16, UDP_CHECKSUM = 6,
};

#define SECOND_NS INT64_C(1000000000)

/* pcap's file header, in the writer's byte order (draft-ietf-opsawg-pcap 4). */
struct file_head {
	uint32_t magic;
	uint16_t major, minor;
	uint32_t reserved[2];
	uint32_t snap_bytes;
	uint32_t link_type;
};

struct frame_head {
	uint32_t seconds, ns;
	uint32_t captured, on_wire;
};

void output_open(struct output *o, const char *path)
{
	const struct file_head head = { .magic = 0xA1B23C4D, .major = 2, .minor = 4, .snap_bytes = SNAP_BYTES, .link_type = ETHERNET };

	*o = (struct output){ .path = path, .file = fopen(path, "wbe"), .now_ns = INT64_C(1400000000) * SECOND_NS };
	if (o->file == NULL)
		err(1, "create %s", path);
	setvbuf(o->file, NULL, _IOFBF, BUFFER_BYTES);
	if (fwrite(&head, sizeof(head), 1, o->file) != 1)
		err(1, "write %s", path);
	o->bytes = sizeof(head);
}

void output_close(struct output *o)
{
	if (fclose(o->file) != 0)
		err(1, "write %s", o->path);
}

void output_put_u16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

void output_put_u32(uint8_t *at, uint32_t value)
{
	output_put_u16(at, value >> 16);
	output_put_u16(at + 2, value & 0xFFFF);
}

uint32_t output_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*state >> 33);
}

/* RFC 1071: the sum of ${n} bytes as big-endian words, added to ${sum}. */
static uint64_t add_words(uint64_t sum, const uint8_t *bytes, size_t n)
{
	for (; n > 1; bytes += 2, n -= 2)
		sum += (uint64_t)bytes[0] << 8 | bytes[1];
	return n != 0 ? sum + ((uint64_t)bytes[0] << 8) : sum;
}

static unsigned folded(uint64_t sum)
{
	while (sum >> 16 != 0)
		sum = (sum & 0xFFFF) + (sum >> 16);
	return ~(unsigned)sum & 0xFFFF;
}

static void put_checksums(uint8_t *ip, uint8_t *payload, size_t n)
{
	enum { ADDRESSES_AT = 12, ADDRESSES_BYTES = 8 };
	uint8_t *at = payload + (ip[IP_PROTOCOL] == TCP ? TCP_CHECKSUM : UDP_CHECKSUM);
	uint64_t pseudo = add_words(ip[IP_PROTOCOL] + n, ip + ADDRESSES_AT, ADDRESSES_BYTES);

	output_put_u16(ip + IP_CHECKSUM, 0);
	output_put_u16(ip + IP_CHECKSUM, folded(add_words(0, ip, (size_t)(ip[0] & 0xF) * 4)));
	output_put_u16(at, 0);
	output_put_u16(at, folded(add_words(pseudo, payload, n)));
}

void output_frame(struct output *o, uint8_t *frame, size_t n, size_t ip_at, size_t payload_at)
{
	const struct frame_head head = { (uint32_t)(o->now_ns / SECOND_NS), (uint32_t)(o->now_ns % SECOND_NS), (uint32_t)n, (uint32_t)n };
	size_t ip_bytes = (size_t)frame[ip_at + 2] << 8 | frame[ip_at + 3];

	put_checksums(frame + ip_at, frame + payload_at, ip_at + ip_bytes - payload_at);
	if (fwrite(&head, sizeof(head), 1, o->file) != 1 || fwrite(frame, n, 1, o->file) != 1)
		err(1, "write %s", o->path);
	o->bytes += sizeof(head) + n;
	o->frames++;
	o->now_ns += (int64_t)(n + FRAME_OVERHEAD_BYTES) * 8;
}
