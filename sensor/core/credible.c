#include "sensor/core/credible.h"

#include "sensor/core/checksum.h"

/* True if it can be asked for its checksum: it is whole, and was not merged. */
static bool has_sums(const struct ip *ip, const struct tcp *tcp)
{
	return ip->payload.n == ip->wire_bytes && tcp->wire_bytes <= CREDIBLE_FRAME_BYTES;
}

static enum tcp_sums sums_of(const struct ip *ip)
{
	return ip->header_adds_up && checksum_segment_holds(ip) ? TCP_SUMS_RIGHT : TCP_SUMS_WRONG;
}

void credible_weigh(const struct ip *ip, struct tcp *tcp)
{
	if (has_sums(ip, tcp))
		tcp->sums = sums_of(ip);
}

/* Note what the checksums of ${ip} say of its direction. */
static bool adds_up(struct stream *s, const struct ip *ip, const struct tcp *tcp)
{
	if ((tcp->sums != TCP_SUMS_UNASKED ? tcp->sums : sums_of(ip)) == TCP_SUMS_RIGHT) {
		s->right_sums = tcp_has(tcp, TCP_SYN) || s->right_sums >= CREDIBLE_SUMS ? CREDIBLE_SUMS : s->right_sums + 1;
		return true;
	}
	if (s->right_sums >= CREDIBLE_SUMS)
		return false;
	s->right_sums = 0;
	return true;
}

static void note_hops(struct stream *s, const struct ip *ip, const struct tcp *tcp, struct counts *counts)
{
	if (s->hops == 0)
		s->hops = ip->hops;
	if (ip->hops < s->hops && tcp->wire_bytes > 0)
		count(counts, COUNT_TCP_HOPS);
}

bool credible(struct stream *s, const struct ip *ip, const struct tcp *tcp, struct counts *counts)
{
	if (tcp->wire_bytes > 0 && (tcp->flags & (TCP_ACK | TCP_SYN | TCP_RST)) == 0) {
		count(counts, COUNT_TCP_NO_ACK);
		return false;
	}
	if (has_sums(ip, tcp) && !adds_up(s, ip, tcp)) {
		count(counts, COUNT_TCP_CHECKSUM);
		return false;
	}
	note_hops(s, ip, tcp, counts);
	return true;
}
