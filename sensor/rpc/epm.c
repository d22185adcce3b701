/*
 * epmapper: which service is where (C706 appendix L and O, [MS-RPCE] 2.2.1.2).
 * A map request names an interface in a tower; the answer's towers name the
 * port, which is remembered for the calls to come.
 */
#include "sensor/rpc/interfaces.h"
#include "sensor/rpc/operations.h"
#include "sensor/rpc/param.h"

#include <stdio.h>

enum {
	FLOORS_MAX = 8,		/* of one tower; there are 3 to 5, and what would come behind them says nothing */
	ADDRESS_TEXT_BYTES = 16,
};

/* Protocol identifiers of a floor, C706 appendix I. */
enum floor_id {
	FLOOR_TCP = 0x07,
	FLOOR_UDP = 0x08,
	FLOOR_IP = 0x09,
	FLOOR_UUID = 0x0d,
	FLOOR_NAMED_PIPE = 0x0f,
	FLOOR_HTTP = 0x1f,
};

struct tower {
	bool has_interface;
	struct uuid interface;
	const char *protocol;	/* NULL: none that is known */
	uint16_t port;
	struct view pipe;
	struct view address;
};

/* What a tower's floor of this kind means. */
static const struct { enum floor_id id; const char *protocol; } transports[] = {
	{ FLOOR_TCP, "ncacn_ip_tcp" }, { FLOOR_UDP, "ncadg_ip_udp" }, { FLOOR_NAMED_PIPE, "ncacn_np" }, { FLOOR_HTTP, "ncacn_http" },
};

static void read_transport(struct tower *t, uint8_t id, struct view right)
{
	struct cursor c = cur_of(right);

	for (size_t i = 0; i < sizeof(transports) / sizeof(transports[0]); i++) {
		if (transports[i].id != id)
			continue;
		t->protocol = transports[i].protocol;
		if (id == FLOOR_NAMED_PIPE)
			t->pipe = right;
		else
			t->port = cur_u16be(&c);
	}
	if (id == FLOOR_IP && right.n == 4)
		t->address = right;
}

/* A floor: what it is about on the left, and its value on the right; little-endian whatever the call is. */
static void read_floor(struct cursor *c, struct tower *t)
{
	struct ndr left = ndr_of(cur_take(c, cur_u16le(c)), false, false);
	struct view right = cur_take(c, cur_u16le(c));
	uint8_t id = ndr_u8(&left);
	struct ndr value = ndr_of(cur_rest(&left.c), false, false);

	if (id == FLOOR_UUID && !t->has_interface) {
		t->interface = ndr_uuid(&value);
		t->has_interface = ndr_ok(&value);
	}
	read_transport(t, id, right);
}

/* twr_t: a length, the length again, and the octets of the tower. */
static bool read_tower(struct ndr *n, struct tower *t)
{
	size_t n_bytes = cur_count(&n->c, ndr_wide(n), 1);
	struct cursor c;
	size_t n_floors;

	ndr_u32(n);	/* tower_length */
	c = cur_of(cur_take(&n->c, n_bytes));
	*t = (struct tower){ .port = 0 };
	n_floors = cur_u16le(&c);
	for (size_t i = 0; i < n_floors && i < FLOORS_MAX && cur_ok(&c); i++)
		read_floor(&c, t);
	return ndr_ok(n) && cur_ok(&c) && t->has_interface;
}

static void add_interface(struct decoding *d, const struct uuid *u)
{
	const char *name = operations_interface(u);
	char text[PARAM_UUID_TEXT_BYTES];

	param_uuid_text(u, text);
	decode_text(d, "uuid", text_copy(d->arena, text));
	if (name != NULL)
		decode_text(d, "interface", text_copy(d->arena, name));
}

/* [in, ptr] twr_t *map_tower */
static void map_tower(struct decoding *d, struct ndr *n, const char *name)
{
	struct tower t;

	(void)name;
	if (!ndr_pointer(n) || !read_tower(n, &t))
		return;
	add_interface(d, &t.interface);
	if (t.protocol != NULL)
		decode_text(d, "protocol", text_copy(d->arena, t.protocol));
}

static void add_address(struct decoding *d, struct view address)
{
	struct cursor c = cur_of(address);
	unsigned octets[4];
	char text[ADDRESS_TEXT_BYTES];

	for (size_t i = 0; i < 4; i++)
		octets[i] = cur_u8(&c);
	if (!cur_ok(&c))
		return;
	snprintf(text, sizeof(text), "%u.%u.%u.%u", octets[0], octets[1], octets[2], octets[3]);
	decode_text(d, "address", text_copy(d->arena, text));
}

/* Report where the first tower leads. */
static void add_tower(struct decoding *d, const struct tower *t)
{
	if (t->pipe.n > 0)
		decode_text(d, "endpoint", text_of_bytes(d->arena, t->pipe));
	else if (t->protocol != NULL)
		decode_number(d, "port", t->port);
	add_address(d, t->address);
}

static bool is_tcp(const struct tower *t)
{
	return t->protocol != NULL && t->protocol == transports[0].protocol && t->port != 0;
}

/* [out, length_is(*num_towers)] twr_p_t ITowers[] */
static void towers(struct decoding *d, struct ndr *n, const char *name)
{
	uint64_t max_count = ndr_wide(n), offset = ndr_wide(n), actual_count = ndr_wide(n);
	size_t count = cur_count(&n->c, actual_count, 4);
	struct ndr pointers = *n;
	bool has_one = false;

	(void)name;
	if (offset != 0 || actual_count > max_count)
		cur_reject(&n->c);
	for (size_t i = 0; i < count && ndr_ok(n); i++)
		ndr_pointer(n);
	for (size_t i = 0; i < count && ndr_ok(n); i++) {
		struct tower t;

		if (!ndr_pointer(&pointers) || !read_tower(n, &t))
			continue;
		if (!has_one)
			add_tower(d, &t);
		has_one = true;
		if (is_tcp(&t))
			endpoints_learn(d->endpoints, (struct endpoint_place){ d->server, t.port }, &t.interface, ENDPOINT_MAPPED, d->now_ns);
	}
}

/* [in, ptr] the object asked for comes first, entry_handle and max_towers last. */
static const struct param map[] = { { param_unique_uuid, NULL }, { map_tower, NULL }, { param_handle, NULL }, { param_u32, NULL }, { NULL, NULL } };
static const struct param mapped[] = { { param_handle, NULL }, { param_u32, "towers" }, { towers, NULL }, { NULL, NULL } };

const struct decoder epm_decoders[] = {
	/* clang-format off */
	{ 3, NDR_WIDE, map, mapped },	/* ept_map */
	{ .in = NULL },
	/* clang-format on */
};
