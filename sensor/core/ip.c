#include "sensor/core/ip.h"

#include "sensor/core/checksum.h"
#include "sensor/core/cursor.h"

/* IANA protocol numbers */
enum {
	HOP_BY_HOP = 0,
	TCP = 6,
	UDP = IP_NEXT_UDP,
	ROUTING = 43,
	FRAGMENT = 44,
	AUTHENTICATION = 51,
	DESTINATION_OPTIONS = 60,
	MOBILITY = 135,
	HIP = 139,
	SHIM6 = 140,
};

enum { IPV4_FIXED_BYTES = 20, IPV4_OFFSET_MASK = 0x1FFF, IPV4_MORE_FRAGMENTS = 0x2000, IPV6_OFFSET_MASK = 0xFFF8 };

/* RFC 8200 4, RFC 6564: all of these begin with next header and length in units of eight bytes beyond the first eight. */
static bool is_extension(uint8_t next_header)
{
	return next_header == HOP_BY_HOP || next_header == ROUTING || next_header == DESTINATION_OPTIONS ||
	       next_header == MOBILITY || next_header == HIP || next_header == SHIM6;
}

/* True if ${next_header} may still lead to TCP or UDP, so that its fragments may be worth keeping. */
static bool may_lead_on(uint8_t next_header)
{
	return next_header == TCP || next_header == UDP || next_header == AUTHENTICATION || is_extension(next_header);
}

static bool is_fragment(const struct ip *ip)
{
	return ip->fragment_offset != 0 || ip->more_fragments;
}

static void skip_extension(struct cursor *c, struct ip *ip)
{
	uint8_t type = ip->next_header;
	size_t length;

	ip->next_header = cur_u8(c);
	length = cur_u8(c);
	/* RFC 4302 2.2: the authentication header counts in words of four, minus two. */
	cur_skip(c, type == AUTHENTICATION ? (length + 2) * 4 - 2 : (length + 1) * 8 - 2);
}

/* RFC 8200 4.5 */
static void read_fragment_header(struct cursor *c, struct ip *ip)
{
	uint16_t offset_and_more;

	ip->next_header = cur_u8(c);
	cur_skip(c, 1);
	offset_and_more = cur_u16be(c);
	ip->fragment_id = cur_u32be(c);
	ip->fragment_offset = offset_and_more & IPV6_OFFSET_MASK;
	ip->more_fragments = offset_and_more & 1;
}

/* Walk the extension headers of ${ip}'s payload up to TCP, UDP, a fragment or what is none of them. */
static enum ip_result walk(struct ip *ip)
{
	struct cursor c = cur_of(ip->payload);
	bool is_walking = !is_fragment(ip);

	while (is_walking && cur_ok(&c)) {
		if (ip->next_header == FRAGMENT)
			read_fragment_header(&c, ip);
		else if (ip->next_header == AUTHENTICATION || is_extension(ip->next_header))
			skip_extension(&c, ip);
		else
			is_walking = false;
		is_walking = is_walking && !is_fragment(ip);
	}
	if (!cur_ok(&c))
		return IP_IS_MALFORMED;
	ip->wire_bytes -= cur_offset(&c);
	ip->payload = cur_rest(&c);
	if (is_fragment(ip))
		return may_lead_on(ip->next_header) ? IP_IS_FRAGMENT : IP_IS_OTHER;
	if (ip->next_header == UDP)
		return IP_IS_UDP;
	return ip->next_header == TCP ? IP_IS_TCP : IP_IS_OTHER;
}

/* RFC 791 3.1 */
static enum ip_result parse_v4(struct cursor *c, struct ip *ip)
{
	size_t header_bytes = (size_t)(cur_u8(c) & 0x0F) * 4;
	uint16_t total, flags_and_offset;

	cur_skip(c, 1);
	total = cur_u16be(c);
	ip->fragment_id = cur_u16be(c);
	flags_and_offset = cur_u16be(c);
	ip->hops = cur_u8(c);
	ip->next_header = cur_u8(c);
	cur_skip(c, 2);
	ip->source = cur_take(c, 4);
	ip->destination = cur_take(c, 4);
	ip->fragment_offset = (uint32_t)(flags_and_offset & IPV4_OFFSET_MASK) * 8;
	ip->more_fragments = flags_and_offset & IPV4_MORE_FRAGMENTS;
	/* Segmentation offload leaves the length 0 in frames captured on their sender. */
	ip->wire_bytes = total != 0 ? total : cur_offset(c) + cur_left(c);
	if (header_bytes < IPV4_FIXED_BYTES || ip->wire_bytes < header_bytes)
		return IP_IS_MALFORMED;
	ip->header_adds_up = checksum_holds(cur_at(c, 0, header_bytes));
	cur_skip(c, header_bytes - IPV4_FIXED_BYTES);
	ip->wire_bytes -= header_bytes;
	ip->payload = view_first(cur_rest(c), ip->wire_bytes);
	return walk(ip);
}

/* RFC 8200 3 */
static enum ip_result parse_v6(struct cursor *c, struct ip *ip)
{
	uint16_t payload_bytes;

	cur_skip(c, 4);
	payload_bytes = cur_u16be(c);
	ip->next_header = cur_u8(c);
	ip->hops = cur_u8(c);
	ip->header_adds_up = true;
	ip->source = cur_take(c, 16);
	ip->destination = cur_take(c, 16);
	/* RFC 2675 3: a jumbogram states 0 here, as does segmentation offload. */
	ip->wire_bytes = payload_bytes != 0 ? payload_bytes : cur_left(c);
	ip->payload = view_first(cur_rest(c), ip->wire_bytes);
	return walk(ip);
}

enum ip_result ip_parse(struct view bytes, struct ip *out)
{
	struct cursor first = cur_of(bytes), c = first;
	struct ip ip = { .version = cur_u8(&first) >> 4 };
	enum ip_result result = IP_IS_MALFORMED;

	if (ip.version == 4)
		result = parse_v4(&c, &ip);
	else if (ip.version == 6)
		result = parse_v6(&c, &ip);
	if (!cur_ok(&c) || result == IP_IS_MALFORMED)
		return IP_IS_MALFORMED;
	*out = ip;
	return result;
}

enum ip_result ip_parse_whole(struct ip *ip)
{
	enum ip_result result;

	ip->fragment_offset = 0;
	ip->more_fragments = false;
	result = walk(ip);
	return result == IP_IS_FRAGMENT ? IP_IS_MALFORMED : result;
}
