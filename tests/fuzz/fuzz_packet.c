#include "sensor/core/ip.h"
#include "sensor/core/link.h"
#include "sensor/core/tcp.h"
#include "tests/lib/headers.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* One frame, its link type chosen by the first byte; whatever is read lies inside it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const int types[] = { LINK_NULL, LINK_ETHERNET, LINK_RAW, LINK_LOOP, LINK_LINUX_SLL, LINK_LINUX_SLL2 };
	struct link link;
	struct ip ip;
	struct tcp tcp;

	assert(n == 0 || headers_compare(types[data[0] % 6], view_of(data + 1, n - 1)) != HEADERS_DIFFER);
	if (n == 0 || link_parse(types[data[0] % 6], view_of(data + 1, n - 1), &link) != LINK_IS_IP)
		return 0;
	assert(link.ip.n == 0 || link.ip.bytes + link.ip.n == data + n);
	if (ip_parse(link.ip, &ip) != IP_IS_TCP || !tcp_parse(ip.payload, ip.wire_bytes, &tcp))
		return 0;
	assert(ip.payload.n <= ip.wire_bytes && tcp.payload.n <= tcp.wire_bytes);
	assert(tcp.payload.n == 0 || (tcp.payload.bytes >= data && tcp.payload.bytes + tcp.payload.n <= data + n));
	return 0;
}
