#include "sensor/core/udp.h"

#include "sensor/core/cursor.h"

enum { HEADER_BYTES = 8 };

bool udp_parse(struct view bytes, size_t wire_bytes, struct udp *out)
{
	struct cursor c = cur_of(bytes);
	struct udp u = { .source_port = cur_u16be(&c) };
	size_t length;

	u.destination_port = cur_u16be(&c);
	length = cur_u16be(&c);
	cur_skip(&c, 2);	/* Checksum */
	/* Offloading and jumbograms (RFC 2675 4) leave the length 0. */
	length = length != 0 ? length : wire_bytes;
	if (!cur_ok(&c) || length < HEADER_BYTES || length > wire_bytes)
		return false;
	u.wire_bytes = length - HEADER_BYTES;
	u.payload = view_first(cur_rest(&c), u.wire_bytes);
	*out = u;
	return true;
}
