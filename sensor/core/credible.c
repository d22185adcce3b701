#include "sensor/core/credible.h"

#include "sensor/core/checksum.h"

static bool is_whole(const struct ip *ip)
{
	return ip->payload.n == ip->wire_bytes;
}

/* Note what the checksums of ${ip} say of its direction. */
static bool adds_up(struct stream *s, const struct ip *ip, const struct tcp *tcp)
{
	if (ip->header_adds_up && checksum_segment_holds(ip)) {
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
	if (is_whole(ip) && tcp->wire_bytes <= CREDIBLE_FRAME_BYTES && !adds_up(s, ip, tcp)) {
		count(counts, COUNT_TCP_CHECKSUM);
		return false;
	}
	note_hops(s, ip, tcp, counts);
	return true;
}
