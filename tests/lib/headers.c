#include "tests/lib/headers.h"

#include "sensor/core/plain.h"

static bool is_same_link(const struct link *a, const struct link *b)
{
	return view_equals(a->ip, b->ip) && view_equals(a->source_mac, b->source_mac) &&
	       view_equals(a->destination_mac, b->destination_mac) && a->vlan == b->vlan;
}

static bool is_same_ip(const struct ip *a, const struct ip *b)
{
	return a->version == b->version && view_equals(a->source, b->source) && view_equals(a->destination, b->destination) &&
	       a->next_header == b->next_header && view_equals(a->payload, b->payload) && a->wire_bytes == b->wire_bytes &&
	       a->fragment_id == b->fragment_id && a->hops == b->hops &&
	       a->header_adds_up == b->header_adds_up && a->fragment_offset == b->fragment_offset && a->more_fragments == b->more_fragments;
}

static bool is_same_tcp(const struct tcp *a, const struct tcp *b)
{
	return a->source_port == b->source_port && a->destination_port == b->destination_port && a->seq == b->seq && a->ack == b->ack &&
	       a->flags == b->flags && view_equals(a->payload, b->payload) && a->wire_bytes == b->wire_bytes;
}

enum headers_result headers_compare(int link_type, struct view frame)
{
	struct link link, by_link;
	struct ip ip, by_ip;
	struct tcp tcp, by_tcp;
	bool is_same;

	if (!plain_parse(link_type, frame, &link, &ip, &tcp))
		return HEADERS_DECLINED;
	is_same = link_parse(link_type, frame, &by_link) == LINK_IS_IP && is_same_link(&link, &by_link) &&
		  ip_parse(by_link.ip, &by_ip) == IP_IS_TCP && is_same_ip(&ip, &by_ip) &&
		  tcp_parse(by_ip.payload, by_ip.wire_bytes, &by_tcp) && is_same_tcp(&tcp, &by_tcp);
	return is_same ? HEADERS_AGREE : HEADERS_DIFFER;
}
