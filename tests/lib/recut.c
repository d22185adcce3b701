#include "tests/lib/recut.h"

#include "sensor/capture.h"
#include "sensor/core/ip.h"
#include "sensor/core/link.h"
#include "sensor/core/tcp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MERGED_MAX_BYTES = 60000, LENGTH_V4 = 2, LENGTH_V6 = 4, FRAGMENT_V4 = 6, SUM_V4 = 10, SUM_TCP = 16 };

/* ---- frames ---- */

static void *checked(void *block)
{
	if (block == NULL)
		abort();
	return block;
}

/* A frame like ${like} with room for ${n} bytes, at the end of ${f}. */
static uint8_t *add_frame(struct frames *f, const struct packet *like, size_t n)
{
	uint8_t *bytes = checked(calloc(1, n + 1));

	if (f->n == f->cap) {
		f->cap = f->cap != 0 ? 2 * f->cap : 256;
		f->of = checked(realloc(f->of, f->cap * sizeof(f->of[0])));
	}
	f->of[f->n++] = (struct packet){ .time_ns = like->time_ns, .bytes = view_of(bytes, n), .wire_bytes = (uint32_t)n,
					 .link_type = like->link_type };
	return bytes;
}

static void copy_frame(struct frames *f, const struct packet *p)
{
	uint8_t *bytes = add_frame(f, p, p->bytes.n);

	if (p->bytes.n > 0)
		memcpy(bytes, p->bytes.bytes, p->bytes.n);
	f->of[f->n - 1].wire_bytes = p->wire_bytes;
}

struct frames frames_read(const char *path)
{
	char error[512];
	struct capture *c = capture_open_file(path, NULL, error, sizeof(error));
	struct frames frames = { .n = 0 };
	struct packet packet;

	if (c == NULL) {
		fprintf(stderr, "%s\n", error);
		abort();
	}
	while (capture_next(c, 0, &packet) == CAPTURE_PACKET)
		copy_frame(&frames, &packet);
	capture_close(c);
	return frames;
}

void frames_free(struct frames *f)
{
	for (size_t i = 0; i < f->n; i++)
		free((void *)(uintptr_t)f->of[i].bytes.bytes);
	free(f->of);
	*f = (struct frames){ .n = 0 };
}

static uint32_t random_below(uint32_t *seed, uint32_t n)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 8) % n;
}

/* ---- a frame taken apart ---- */

struct parts {
	struct link link;
	struct ip ip;
	struct tcp tcp;
	size_t ip_at, tcp_at, payload_at;	/* from the frame's first byte */
};

static size_t offset_in(const struct packet *p, struct view inner)
{
	return (size_t)(inner.bytes - p->bytes.bytes);
}

/* True if ${p} is a whole TCP segment of one piece, so that it may be rewritten. */
static bool take_apart(const struct packet *p, struct parts *out)
{
	if (link_parse(p->link_type, p->bytes, &out->link) != LINK_IS_IP || ip_parse(out->link.ip, &out->ip) != IP_IS_TCP ||
	    out->ip.payload.n != out->ip.wire_bytes || !tcp_parse(out->ip.payload, out->ip.wire_bytes, &out->tcp))
		return false;
	out->ip_at = offset_in(p, out->link.ip);
	out->tcp_at = offset_in(p, out->ip.payload);
	out->payload_at = out->tcp_at + out->ip.payload.n - out->tcp.payload.n;
	return true;
}

/* The same, and it carries data outside the handshake. */
static bool has_data(const struct packet *p, struct parts *out)
{
	return take_apart(p, out) && out->tcp.payload.n > 0 && !tcp_has(&out->tcp, TCP_SYN) && !tcp_has(&out->tcp, TCP_RST);
}

static void put_u16(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void put_u32(uint8_t *at, uint32_t value)
{
	put_u16(at, value >> 16);
	put_u16(at + 2, value & 0xFFFF);
}

/* State in the IP header of ${frame} that the packet behind it is ${n} bytes long, header included. */
static void set_ip_length(uint8_t *frame, const struct parts *parts, size_t n)
{
	if (parts->ip.version == 4)
		put_u16(frame + parts->ip_at + LENGTH_V4, n);
	else
		put_u16(frame + parts->ip_at + LENGTH_V6, n - 40);
}

/* ---- checksums: RFC 1071 ---- */

static uint64_t add_words(uint64_t sum, struct view bytes)
{
	for (; bytes.n > 1; bytes = view_after(bytes, 2))
		sum += (uint64_t)bytes.bytes[0] << 8 | bytes.bytes[1];
	return bytes.n != 0 ? sum + ((uint64_t)bytes.bytes[0] << 8) : sum;
}

static void put_sum(uint8_t *at, uint64_t sum)
{
	while (sum >> 16 != 0)
		sum = (sum & 0xFFFF) + (sum >> 16);
	put_u16(at, ~(size_t)sum & 0xFFFF);
}

static void renew_header(uint8_t *frame, const struct parts *parts)
{
	uint8_t *ip = frame + parts->ip_at;

	if (parts->ip.version != 4)
		return;
	put_u16(ip + SUM_V4, 0);
	put_sum(ip + SUM_V4, add_words(0, view_of(ip, (size_t)(ip[0] & 0xF) * 4)));
}

/* Put the checksums of ${frame} right, whose segment is ${n} bytes long, header included. */
static void renew_sums(uint8_t *frame, const struct parts *parts, size_t n)
{
	uint64_t sum = add_words(add_words(parts->ip.next_header + n, parts->ip.source), parts->ip.destination);
	uint8_t *tcp = frame + parts->tcp_at;

	renew_header(frame, parts);
	put_u16(tcp + SUM_TCP, 0);
	put_sum(tcp + SUM_TCP, add_words(sum, view_of(tcp, n)));
}

void frames_renew_sums(struct frames *f)
{
	struct parts parts;

	for (size_t i = 0; i < f->n; i++)
		if (take_apart(&f->of[i], &parts))
			renew_sums((uint8_t *)(uintptr_t)f->of[i].bytes.bytes, &parts, parts.ip.payload.n);
}

/* Append ${p} with ${n} bytes of ${payload} from ${at} on in place of its own. */
static void add_piece(struct frames *out, const struct packet *p, const struct parts *parts, size_t at, size_t n)
{
	uint8_t *frame = add_frame(out, p, parts->payload_at + n);
	bool is_last = at + n == parts->tcp.payload.n;

	memcpy(frame, p->bytes.bytes, parts->payload_at);
	memcpy(frame + parts->payload_at, parts->tcp.payload.bytes + at, n);
	set_ip_length(frame, parts, parts->payload_at + n - parts->ip_at);
	put_u32(frame + parts->tcp_at + 4, parts->tcp.seq + (uint32_t)at);
	if (!is_last)
		frame[parts->tcp_at + 13] = parts->tcp.flags & (uint8_t)~TCP_FIN;
	renew_sums(frame, parts, parts->payload_at - parts->tcp_at + n);
}

/* ---- segments ---- */

static void cut_into(const struct frames *in, uint32_t *seed, uint32_t most_bytes, struct frames *out)
{
	struct parts parts;

	for (size_t i = 0; i < in->n; i++) {
		const struct packet *p = &in->of[i];

		if (!has_data(p, &parts)) {
			copy_frame(out, p);
			continue;
		}
		for (size_t at = 0, n; at < parts.tcp.payload.n; at += n) {
			n = 1 + random_below(seed, most_bytes);
			n = n < parts.tcp.payload.n - at ? n : parts.tcp.payload.n - at;
			add_piece(out, p, &parts, at, n);
		}
	}
}

static void into_bytes(const struct frames *in, uint32_t seed, struct frames *out)
{
	cut_into(in, &seed, 1, out);
}

static void into_random(const struct frames *in, uint32_t seed, struct frames *out)
{
	cut_into(in, &seed, 200, out);
}

/* True if ${a} and then ${b} are of one direction of one connection. */
static bool is_one_direction(const struct parts *a, const struct parts *b)
{
	return a->link.vlan == b->link.vlan && view_equals(a->ip.source, b->ip.source) &&
	       view_equals(a->ip.destination, b->ip.destination) && a->tcp.source_port == b->tcp.source_port &&
	       a->tcp.destination_port == b->tcp.destination_port;
}

/* Append to the last frame of ${out}, whose parts are ${first}, the payload of ${next}; it now ends as that one did. */
static void merge_into_last(struct frames *out, const struct parts *first, const struct parts *next)
{
	struct packet *last = &out->of[out->n - 1];
	size_t before = first->payload_at + first->tcp.payload.n, n = before + next->tcp.payload.n;
	uint8_t *frame = checked(realloc((void *)(uintptr_t)last->bytes.bytes, n + 1));
	struct parts merged;

	memcpy(frame + before, next->tcp.payload.bytes, next->tcp.payload.n);
	set_ip_length(frame, first, n - first->ip_at);
	put_u32(frame + first->tcp_at + 8, next->tcp.ack);
	frame[first->tcp_at + 13] = first->tcp.flags | next->tcp.flags;
	last->bytes = view_of(frame, n);
	last->wire_bytes = (uint32_t)n;
	if (take_apart(last, &merged))
		renew_sums(frame, &merged, merged.ip.payload.n);
}

static void into_merged(const struct frames *in, uint32_t seed, struct frames *out)
{
	struct parts last, parts;

	(void)seed;
	for (size_t i = 0; i < in->n; i++) {
		const struct packet *p = &in->of[i];

		if (has_data(p, &parts) && out->n > 0 && has_data(&out->of[out->n - 1], &last) && is_one_direction(&last, &parts) &&
		    !tcp_has(&last.tcp, TCP_FIN) && parts.tcp.seq == last.tcp.seq + last.tcp.payload.n &&
		    last.tcp.payload.n + parts.tcp.payload.n < MERGED_MAX_BYTES)
			merge_into_last(out, &last, &parts);
		else if (has_data(p, &parts))
			add_piece(out, p, &parts, 0, parts.tcp.payload.n);
		else
			copy_frame(out, p);
	}
}

/* True if a frame before the ${n}th is of the direction of ${parts} and shows where it begins: an empty acknowledgement of a
 * connection that began before the capture does not. */
static bool has_begun(const struct frames *f, size_t n, const struct parts *parts)
{
	struct parts earlier;

	while (n-- > 0)
		if (take_apart(&f->of[n], &earlier) && is_one_direction(&earlier, parts) &&
		    (earlier.tcp.payload.n > 0 || tcp_has(&earlier.tcp, TCP_SYN)))
			return true;
	return false;
}

/* Swap neighbours of one direction: a switch or a capture ring may. Times stay in order. Not the first two of a
 * connection that begins before the capture: nobody can tell which is the first. */
static void into_reordered(const struct frames *in, uint32_t seed, struct frames *out)
{
	struct parts a, b;

	cut_into(in, &seed, 400, out);
	for (size_t i = 1; i < out->n; i++) {
		struct packet swapped = out->of[i];

		if (!has_data(&out->of[i - 1], &a) || !has_data(&out->of[i], &b) || !is_one_direction(&a, &b) ||
		    random_below(&seed, 2) == 0 || !has_begun(out, i - 1, &a))
			continue;
		swapped.time_ns = out->of[i - 1].time_ns;
		out->of[i - 1].time_ns = out->of[i].time_ns;
		out->of[i] = out->of[i - 1];
		out->of[i - 1] = swapped;
	}
}

/* Every third packet comes twice, some much later. */
static void into_duplicated(const struct frames *in, uint32_t seed, struct frames *out)
{
	enum { LATER = 7 };
	struct parts parts;

	for (size_t i = 0; i < in->n; i++) {
		copy_frame(out, &in->of[i]);
		if (take_apart(&in->of[i], &parts) && random_below(&seed, 3) == 0)
			copy_frame(out, &in->of[i]);
		if (i >= LATER && has_data(&in->of[i - LATER], &parts) && random_below(&seed, 3) == 0) {
			copy_frame(out, &in->of[i - LATER]);
			out->of[out->n - 1].time_ns = in->of[i].time_ns;
		}
	}
}

/* Segments overlap: each piece repeats some bytes of the one before. */
static void into_overlapping(const struct frames *in, uint32_t seed, struct frames *out)
{
	struct parts parts;

	for (size_t i = 0; i < in->n; i++) {
		const struct packet *p = &in->of[i];

		if (!has_data(p, &parts)) {
			copy_frame(out, p);
			continue;
		}
		for (size_t at = 0; at < parts.tcp.payload.n;) {
			size_t back = random_below(&seed, 20), n = 1 + random_below(&seed, 200);

			back = back < at ? back : at;
			n = n < parts.tcp.payload.n - at ? n : parts.tcp.payload.n - at;
			add_piece(out, p, &parts, at - back, n + back);
			at += n;
		}
	}
}

/* ---- packets and frames ---- */

/* IPv4 packets in fragments of at most 64 bytes, the last one first. */
static void into_fragments(const struct frames *in, uint32_t seed, struct frames *out)
{
	enum { PIECE = 64 };
	struct parts parts;

	for (size_t i = 0; i < in->n; i++) {
		const struct packet *p = &in->of[i];
		size_t n;

		if (!take_apart(p, &parts) || parts.ip.version != 4 || parts.ip.payload.n <= PIECE || parts.ip.payload.n > 60000) {
			copy_frame(out, p);
			continue;
		}
		n = parts.ip.payload.n;
		for (size_t at = (n - 1) / PIECE * PIECE + PIECE; at >= PIECE; at -= PIECE) {
			size_t from = at - PIECE, length = n - from < PIECE ? n - from : PIECE;
			uint8_t *frame = add_frame(out, p, parts.tcp_at + length);

			memcpy(frame, p->bytes.bytes, parts.tcp_at);
			memcpy(frame + parts.tcp_at, parts.ip.payload.bytes + from, length);
			set_ip_length(frame, &parts, parts.tcp_at + length - parts.ip_at);
			put_u16(frame + parts.ip_at + LENGTH_V4 + 2, i + seed);
			put_u16(frame + parts.ip_at + FRAGMENT_V4, from / 8 | (at < n ? 0x2000 : 0));
			renew_header(frame, &parts);
		}
	}
}

/* Frames with ${head} in place of their link layer's. */
static void relink(const struct frames *in, int link_type, struct view head, struct frames *out)
{
	for (size_t i = 0; i < in->n; i++) {
		const struct packet *p = &in->of[i];
		struct link link;
		uint8_t *frame;

		if (link_parse(p->link_type, p->bytes, &link) != LINK_IS_IP)
			continue;
		frame = add_frame(out, p, head.n + link.ip.n);
		if (head.n > 0)
			memcpy(frame, head.bytes, head.n);
		memcpy(frame + head.n, link.ip.bytes, link.ip.n);
		out->of[out->n - 1].link_type = link_type;
		out->of[out->n - 1].wire_bytes = (uint32_t)(p->wire_bytes - offset_in(p, link.ip) + head.n);
	}
}

static void into_raw(const struct frames *in, uint32_t seed, struct frames *out)
{
	(void)seed;
	relink(in, LINK_RAW, view_of(NULL, 0), out);
}

static void into_null(const struct frames *in, uint32_t seed, struct frames *out)
{
	static const uint8_t head[] = { 2, 0, 0, 0 };

	(void)seed;
	relink(in, LINK_NULL, view_of(head, sizeof(head)), out);
}

static void into_cooked(const struct frames *in, uint32_t seed, struct frames *out)
{
	static const uint8_t head[16] = { 0, 0, 0, 1, 0, 6, [14] = 0x08 };

	(void)seed;
	relink(in, LINK_LINUX_SLL, view_of(head, sizeof(head)), out);
}

static void into_cooked_v2(const struct frames *in, uint32_t seed, struct frames *out)
{
	static const uint8_t head[20] = { 0x08, 0x00, [9] = 1, [11] = 6 };

	(void)seed;
	relink(in, LINK_LINUX_SLL2, view_of(head, sizeof(head)), out);
}

static void into_vlan(const struct frames *in, uint32_t seed, struct frames *out)
{
	static const uint8_t head[22] = { [12] = 0x88, 0xA8, 0, 7, 0x81, 0, 0, 9, 0x08, 0 };

	(void)seed;
	relink(in, LINK_ETHERNET, view_of(head, sizeof(head)), out);
}

// clang-format off
const struct recut recuts[] = {
	{ "packets repeated",                true,  true,  into_duplicated },
	{ "one byte a segment",              true,  true,  into_bytes },
	{ "segments of random length",       true,  true,  into_random },
	{ "overlapping segments",            true,  true,  into_overlapping },
	{ "fragments, the last one first",   true,  true,  into_fragments },
	{ "neighbours merged",               false, true,  into_merged },
	{ "neighbours swapped",              false, true,  into_reordered },
	{ "raw IP",                          true,  false, into_raw },
	{ "BSD loopback",                    true,  false, into_null },
	{ "Linux cooked",                    true,  false, into_cooked },
	{ "Linux cooked v2",                 true,  false, into_cooked_v2 },
	{ "two VLAN tags",                   true,  false, into_vlan },
};
// clang-format on
const size_t n_recuts = sizeof(recuts) / sizeof(recuts[0]);
