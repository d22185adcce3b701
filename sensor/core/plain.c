#include "sensor/core/plain.h"

#include "sensor/core/checksum.h"
#include "sensor/core/cursor.h"

enum {
	MAC_BYTES = 6, ETHERNET_BYTES = 14, TAG_BYTES = 4, IPV4_BYTES = 20, IPV6_BYTES = 40, TCP_BYTES = 20,
	ETHERTYPE_IPV4 = 0x0800, ETHERTYPE_IPV6 = 0x86DD, ETHERTYPE_VLAN = 0x8100,
	VID_MASK = 0x0FFF,
	IPV4_WITHOUT_OPTIONS = 0x45,		/* version and header length in words */
	IPV4_FRAGMENT_MASK = 0x3FFF,		/* more fragments, offset */
	PROTOCOL_TCP = 6,
};

static struct view part(struct view header, size_t offset, size_t n)
{
	return view_first(view_after(header, offset), n);
}

/* IEEE 802.3 3.1.1, IEEE 802.1Q 9.3 */
static bool read_ethernet(struct cursor *c, struct link *out)
{
	struct view header = cur_take(c, ETHERNET_BYTES), tag;
	struct cursor behind;
	uint16_t ethertype;

	if (header.n != ETHERNET_BYTES)
		return false;
	out->destination_mac = part(header, 0, MAC_BYTES);
	out->source_mac = part(header, MAC_BYTES, MAC_BYTES);
	out->vlan = 0;
	ethertype = cur_field_u16be(header, 2 * MAC_BYTES);
	if (ethertype == ETHERTYPE_VLAN) {
		tag = cur_take(c, TAG_BYTES);
		if (tag.n != TAG_BYTES)
			return false;
		out->vlan = cur_field_u16be(tag, 0) & VID_MASK;
		ethertype = cur_field_u16be(tag, 2);
	}
	behind = *c;
	out->ip = cur_rest(&behind);
	return ethertype == ETHERTYPE_IPV4 || ethertype == ETHERTYPE_IPV6;
}

/* RFC 791 3.1 */
static bool read_ipv4(struct cursor *c, struct ip *out)
{
	struct view header = cur_take(c, IPV4_BYTES);
	uint16_t total;

	if (header.n != IPV4_BYTES || cur_field_u8(header, 0) != IPV4_WITHOUT_OPTIONS ||
	    (cur_field_u16be(header, 6) & IPV4_FRAGMENT_MASK) != 0)
		return false;
	total = cur_field_u16be(header, 2);
	out->version = 4;
	out->fragment_id = cur_field_u16be(header, 4);
	out->hops = cur_field_u8(header, 8);
	out->next_header = cur_field_u8(header, 9);
	out->header_adds_up = checksum_holds(header);
	out->source = part(header, 12, 4);
	out->destination = part(header, 16, 4);
	out->wire_bytes = total != 0 ? (size_t)total - IPV4_BYTES : cur_left(c);
	return total == 0 || total >= IPV4_BYTES;
}

/* RFC 8200 3 */
static bool read_ipv6(struct cursor *c, struct ip *out)
{
	struct view header = cur_take(c, IPV6_BYTES);
	uint16_t payload_bytes;

	if (header.n != IPV6_BYTES)
		return false;
	payload_bytes = cur_field_u16be(header, 4);
	out->version = 6;
	out->fragment_id = 0;
	out->next_header = cur_field_u8(header, 6);
	out->hops = cur_field_u8(header, 7);
	out->header_adds_up = true;
	out->source = part(header, 8, 16);
	out->destination = part(header, 24, 16);
	out->wire_bytes = payload_bytes != 0 ? payload_bytes : cur_left(c);
	return true;
}

static bool read_ip(struct cursor *c, struct ip *out)
{
	struct cursor first = *c;
	bool is_plain = cur_u8(&first) >> 4 == 6 ? read_ipv6(c, out) : read_ipv4(c, out);

	out->fragment_offset = 0;
	out->more_fragments = false;
	out->payload = view_first(cur_rest(c), out->wire_bytes);
	return is_plain && out->next_header == PROTOCOL_TCP;
}

/* RFC 9293 3.1; options are passed over. */
static bool read_tcp(const struct ip *ip, struct tcp *out)
{
	struct view header = view_first(ip->payload, TCP_BYTES);
	size_t header_bytes;

	if (header.n != TCP_BYTES)
		return false;
	out->source_port = cur_field_u16be(header, 0);
	out->destination_port = cur_field_u16be(header, 2);
	out->seq = cur_field_u32be(header, 4);
	out->ack = cur_field_u32be(header, 8);
	header_bytes = (size_t)(cur_field_u8(header, 12) >> 4) * 4;
	out->flags = cur_field_u8(header, 13);
	if (header_bytes < TCP_BYTES || header_bytes > ip->payload.n)
		return false;
	out->payload = view_after(ip->payload, header_bytes);
	out->wire_bytes = (uint32_t)(ip->wire_bytes - header_bytes);
	out->sums = TCP_SUMS_UNASKED;
	return true;
}

bool plain_parse(int link_type, struct view frame, struct link *link, struct ip *ip, struct tcp *tcp)
{
	struct cursor c = cur_of(frame);

	return link_type == LINK_ETHERNET && read_ethernet(&c, link) && read_ip(&c, ip) && read_tcp(ip, tcp);
}
