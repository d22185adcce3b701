#include "tests/lib/line.h"

#include <string.h>

void line_init(struct line *l, uint16_t port_offset, bool midstream)
{
	static const uint8_t opener[] = { 192, 0, 2, 1 }, opened[] = { 192, 0, 2, 2 };

	*l = (struct line){ .flow.key.address_bytes = sizeof(opener), .flow.ends.midstream = midstream };
	memcpy(l->flow.key.address[0], opener, sizeof(opener));
	memcpy(l->flow.key.address[1], opened, sizeof(opened));
	l->flow.key.port[0] = (uint16_t)(49152 + port_offset);
	l->flow.key.port[1] = 445;
	strcpy(l->flow.ends.community_id, "1:test");
}
