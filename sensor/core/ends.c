#include "sensor/core/ends.h"

#include "sensor/core/flow.h"

#include <string.h>

/* Whose part ${ends} is. */
static struct flow *flow_of(const struct tcp_ends *ends)
{
	return (struct flow *)((uintptr_t)ends - offsetof(struct flow, ends));
}

uint16_t ends_port(const struct tcp_ends *ends, enum way way)
{
	const struct flow *f = flow_of(ends);

	return f->key.port[flow_side(f, way)];
}

struct view ends_address(const struct tcp_ends *ends, enum way way)
{
	const struct flow *f = flow_of(ends);

	return view_of(f->key.address[flow_side(f, way)], f->key.address_bytes);
}

Ev__Endpoint ends_point(const struct tcp_ends *ends, enum way way)
{
	static const uint8_t unknown[6];
	struct flow *f = flow_of(ends);
	uint8_t side = flow_side(f, way);
	Ev__Endpoint end = EV__ENDPOINT__INIT;

	end.ip = (ProtobufCBinaryData){ .data = f->key.address[side], .len = f->key.address_bytes };
	end.port = f->key.port[side];
	end.has_mac = memcmp(f->mac[way], unknown, sizeof(unknown)) != 0;
	if (end.has_mac)
		end.mac = (ProtobufCBinaryData){ .data = f->mac[way], .len = sizeof(f->mac[way]) };
	end.has_vlan = f->vlan[way] != 0;
	end.vlan = f->vlan[way];
	return end;
}

struct parties ends_parties(const struct tcp_ends *ends, enum way client)
{
	struct parties p = { .client = ends_point(ends, client), .server = ends_point(ends, !client) };

	memcpy(p.community_id, ends->community_id, sizeof(p.community_id));
	return p;
}
