#include "sensor/core/link.h"

#include "sensor/core/cursor.h"

enum {
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_IPV6 = 0x86DD,
	ETHERTYPE_VLAN = 0x8100,	/* 802.1Q */
	ETHERTYPE_SERVICE_VLAN = 0x88A8,/* 802.1ad */
	ETHERTYPE_OLD_QINQ = 0x9100,	/* stacked tags before 802.1ad */
	ETHERTYPE_MPLS = 0x8847,	/* RFC 5332: downstream-assigned labels, and upstream-assigned ones */
	ETHERTYPE_MPLS_UPSTREAM = 0x8848,
	VID_MASK = 0x0FFF,
	LABEL_IS_LAST = 0x100,
	MAC_BYTES = 6,
};

/* Reads what stands before the IP packet; the cursor is left at its first byte. False: carries no IP. */
typedef bool (*reader)(struct cursor *c, struct link *out);

static bool is_tag(uint16_t ethertype)
{
	return ethertype == ETHERTYPE_VLAN || ethertype == ETHERTYPE_SERVICE_VLAN || ethertype == ETHERTYPE_OLD_QINQ;
}

/* RFC 3032 2.1: label, traffic class, bottom of stack, TTL. What follows the last label it does not say; of IP, the first four
 * bits do. */
static bool read_labels(struct cursor *c)
{
	struct cursor behind;
	uint8_t version;

	while (cur_ok(c) && (cur_u32be(c) & LABEL_IS_LAST) == 0)
		;
	behind = *c;
	version = cur_u8(&behind) >> 4;
	return version == 4 || version == 6;
}

/* Any number of tags behind ${ethertype} (IEEE 802.1Q 9.3: TCI, then the type of what follows). */
static bool read_tags(struct cursor *c, uint16_t ethertype, struct link *out)
{
	while (is_tag(ethertype)) {
		uint16_t vid = cur_u16be(c) & VID_MASK;

		out->vlan = vid != 0 ? vid : out->vlan;
		ethertype = cur_u16be(c);
	}
	if (ethertype == ETHERTYPE_MPLS || ethertype == ETHERTYPE_MPLS_UPSTREAM)
		return read_labels(c);
	return ethertype == ETHERTYPE_IPV4 || ethertype == ETHERTYPE_IPV6;
}

/* IEEE 802.3 3.1.1 */
static bool read_ethernet(struct cursor *c, struct link *out)
{
	out->destination_mac = cur_take(c, MAC_BYTES);
	out->source_mac = cur_take(c, MAC_BYTES);
	return read_tags(c, cur_u16be(c), out);
}

/* LINKTYPE_LINUX_SLL: packet type, ARPHRD, address length, address[8], protocol */
static bool read_sll(struct cursor *c, struct link *out)
{
	uint16_t address_bytes;
	struct view address;

	cur_skip(c, 4);
	address_bytes = cur_u16be(c);
	address = cur_take(c, 8);
	if (address_bytes == MAC_BYTES)
		out->source_mac = view_first(address, MAC_BYTES);
	return read_tags(c, cur_u16be(c), out);
}

/* LINKTYPE_LINUX_SLL2: protocol, reserved, interface, ARPHRD, packet type, address length, address[8] */
static bool read_sll2(struct cursor *c, struct link *out)
{
	uint16_t protocol = cur_u16be(c);
	uint8_t address_bytes;
	struct view address;

	cur_skip(c, 2 + 4 + 2 + 1);
	address_bytes = cur_u8(c);
	address = cur_take(c, 8);
	if (address_bytes == MAC_BYTES)
		out->source_mac = view_first(address, MAC_BYTES);
	return read_tags(c, protocol, out);
}

static bool read_nothing(struct cursor *c, struct link *out)
{
	(void)out;
	return cur_left(c) > 0;
}

/* LINKTYPE_NULL, LINKTYPE_LOOP: an address family of four bytes, in whichever
 * order. 2 is AF_INET everywhere; AF_INET6 is 10 on Linux, 24, 28 or 30 on the BSDs and macOS. */
static bool read_family(struct cursor *c, struct link *out)
{
	uint32_t family = cur_u32be(c);

	(void)out;
	if (family > 0xFFFF)
		family = __builtin_bswap32(family);
	return family == 2 || family == 10 || family == 24 || family == 28 || family == 30;
}

// clang-format off
static const struct row {
	int link_type;
	reader read;
} rows[] = {
	{ LINK_NULL,       read_family },
	{ LINK_ETHERNET,   read_ethernet },
	{ LINK_RAW,        read_nothing },
	{ LINK_LOOP,       read_family },
	{ LINK_LINUX_SLL,  read_sll },
	{ LINK_IPV4,       read_nothing },
	{ LINK_IPV6,       read_nothing },
	{ LINK_LINUX_SLL2, read_sll2 },
};
// clang-format on

static const struct row *row_of(int link_type)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].link_type == link_type)
			return &rows[i];
	return NULL;
}

bool link_knows(int link_type)
{
	return row_of(link_type) != NULL;
}

enum link_result link_parse(int link_type, struct view frame, struct link *out)
{
	const struct row *row = row_of(link_type);
	struct cursor c = cur_of(frame);
	struct link read = { .vlan = 0 };
	bool is_ip = row != NULL && row->read(&c, &read);

	if (!cur_ok(&c))
		return LINK_IS_MALFORMED;
	if (!is_ip)
		return LINK_IS_OTHER;
	read.ip = cur_rest(&c);
	*out = read;
	return LINK_IS_IP;
}
