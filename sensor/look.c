#include "sensor/look.h"

#include "sensor/core/credible.h"
#include "sensor/core/plain.h"

static void look_at_segment(const struct flow_table *table, struct look *l)
{
	l->is_segment = l->is == IP_IS_TCP && tcp_parse(l->ip.payload, l->ip.wire_bytes, &l->tcp);
	if (l->is_segment)
		flow_place_of(table, &l->ip, &l->tcp, &l->place);
}

/* What plain_parse leaves to others. */
static void look_closely(const struct flow_table *table, const struct packet *packet, struct look *l)
{
	l->is_segment = false;
	l->is_ip = link_parse(packet->link_type, packet->bytes, &l->link);
	if (l->is_ip != LINK_IS_IP)
		return;
	l->is = ip_parse(l->link.ip, &l->ip);
	look_at_segment(table, l);
}

void look_at(const struct flow_table *table, const struct packet *packet, struct look *out)
{
	if (!plain_parse(packet->link_type, packet->bytes, &out->link, &out->ip, &out->tcp)) {
		look_closely(table, packet, out);
		return;
	}
	out->is_ip = LINK_IS_IP;
	out->is = IP_IS_TCP;
	out->is_segment = true;
	flow_place_of(table, &out->ip, &out->tcp, &out->place);
}

void look_at_whole(const struct flow_table *table, struct look *l)
{
	l->is = ip_parse_whole(&l->ip);
	look_at_segment(table, l);
}

void look_through(struct look *l)
{
	if (l->is_segment)
		credible_weigh(&l->ip, &l->tcp);
}
