#include "sensor/core/tcp.h"

#include "sensor/core/cursor.h"

enum { FIXED_BYTES = 20 };

bool tcp_parse(struct view bytes, size_t wire_bytes, struct tcp *out)
{
	struct cursor c = cur_of(bytes);
	struct tcp t = { .source_port = cur_u16be(&c) };
	size_t header_bytes;

	t.destination_port = cur_u16be(&c);
	t.seq = cur_u32be(&c);
	t.ack = cur_u32be(&c);
	header_bytes = (size_t)(cur_u8(&c) >> 4) * 4;
	t.flags = cur_u8(&c);
	cur_skip(&c, 6);
	if (!cur_ok(&c) || header_bytes < FIXED_BYTES || wire_bytes < header_bytes)
		return false;
	cur_skip(&c, header_bytes - FIXED_BYTES);
	t.payload = cur_rest(&c);
	t.wire_bytes = (uint32_t)(wire_bytes - header_bytes);
	if (!cur_ok(&c))
		return false;
	*out = t;
	return true;
}
