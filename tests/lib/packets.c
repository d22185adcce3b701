#include "tests/lib/packets.h"

#include <string.h>

enum { PROTOCOL_TCP = 6 };

/* Bytes being written. */
struct writer {
	uint8_t *at;
};

static void u8(struct writer *w, uint8_t value)
{
	*w->at++ = value;
}

static void u16(struct writer *w, uint16_t value)
{
	u8(w, (uint8_t)(value >> 8));
	u8(w, (uint8_t)value);
}

static void u32(struct writer *w, uint32_t value)
{
	u16(w, (uint16_t)(value >> 16));
	u16(w, (uint16_t)value);
}

static void bytes(struct writer *w, struct view v)
{
	if (v.n > 0)
		memcpy(w->at, v.bytes, v.n);
	w->at += v.n;
}

static void ipv4_header(struct writer *w, uint32_t source, uint32_t destination, uint16_t id, uint16_t flags_and_offset,
			size_t payload_bytes)
{
	u8(w, 0x45);
	u8(w, 0);
	u16(w, (uint16_t)(20 + payload_bytes));
	u16(w, id);
	u16(w, flags_and_offset);
	u8(w, 64);
	u8(w, PROTOCOL_TCP);
	u16(w, 0);
	u32(w, source);
	u32(w, destination);
}

/* The TCP header and payload only. */
static struct view tcp_of(const struct segment *s, uint8_t *out)
{
	struct writer w = { out };

	u16(&w, s->source_port);
	u16(&w, s->destination_port);
	u32(&w, s->seq);
	u32(&w, s->ack);
	u8(&w, 5 << 4);
	u8(&w, s->flags);
	u16(&w, 65535);
	u32(&w, 0);
	bytes(&w, s->payload);
	return view_of(out, (size_t)(w.at - out));
}

/* The same behind an IPv4 header. */
static struct view ipv4_of(const struct segment *s, uint8_t *out)
{
	struct writer w = { out };
	struct view tcp = tcp_of(s, out + 20);

	ipv4_header(&w, s->source, s->destination, 0, 0x4000, tcp.n);
	return view_of(out, 20 + tcp.n);
}

struct view packets_ethernet(const struct segment *s, uint8_t *out)
{
	struct writer w = { out };

	u16(&w, 0x0200);
	u32(&w, s->destination);
	u16(&w, 0x0200);
	u32(&w, s->source);
	u16(&w, 0x0800);
	return view_of(out, 14 + ipv4_of(s, w.at).n);
}

struct view packets_ipv4_fragment(uint32_t source, uint32_t destination, uint16_t id, size_t offset, int more_fragments,
				  struct view piece, uint8_t *out)
{
	struct writer w = { out };

	ipv4_header(&w, source, destination, id, (uint16_t)((more_fragments ? 0x2000 : 0) | offset / 8), piece.n);
	bytes(&w, piece);
	return view_of(out, 20 + piece.n);
}
