#include "sensor/rpc/orpc.h"

#include "sensor/rpc/classes.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

enum {
	OBJREF_SIGNATURE = 0x574f454d,	/* "MEOW" */
	OBJREF_STANDARD = 1,
	OBJREF_CUSTOM = 4,
	TOWER_TCP = 7,			/* [MS-DCOM] 2.2.19.3: as in a tower, C706 appendix I */
	BINDINGS_MAX = 16,		/* of one array; a host has a few addresses, and all have the same port */
	BINDING_BYTES = 128,
};

/* [MS-DCOM] 2.2.13.2 ORPC_EXTENT_ARRAY, behind a pointer to it: nothing of interest. */
static void skip_extents(struct ndr *n)
{
	size_t n_extents, n_pointers = 0;

	ndr_u32(n);	/* size */
	ndr_u32(n);	/* reserved */
	if (!ndr_pointer(n))
		return;
	n_extents = cur_count(&n->c, ndr_wide(n), 4);
	for (size_t i = 0; i < n_extents; i++)
		n_pointers += ndr_pointer(n);
	for (size_t i = 0; i < n_pointers && ndr_ok(n); i++) {
		size_t n_bytes = cur_count(&n->c, ndr_wide(n), 1);

		ndr_uuid(n);
		ndr_u32(n);	/* size */
		cur_skip(&n->c, n_bytes);
	}
}

void orpc_this(struct decoding *d, struct ndr *n, const char *name)
{
	(void)d, (void)name;
	ndr_u32(n);	/* version */
	ndr_u32(n);	/* flags */
	ndr_u32(n);	/* reserved1 */
	ndr_uuid(n);	/* cid */
	if (ndr_pointer(n))
		skip_extents(n);
}

void orpc_that(struct decoding *d, struct ndr *n, const char *name)
{
	(void)d, (void)name;
	ndr_u32(n);	/* flags */
	if (ndr_pointer(n))
		skip_extents(n);
}

void orpc_word_blob(struct decoding *d, struct ndr *n, const char *name)
{
	uint64_t max_count = ndr_wide(n);
	uint32_t size;
	struct view characters;

	ndr_u32(n);	/* cBytes: of text in octets */
	size = ndr_u32(n);
	if (size != max_count)
		cur_reject(&n->c);
	characters = cur_take(&n->c, 2 * cur_count(&n->c, size, 2));
	if (ndr_ok(n) && name != NULL)
		decode_text(d, name, ndr_text(n, d->arena, characters, NDR_WIDE));
}

void orpc_bstr(struct decoding *d, struct ndr *n, const char *name)
{
	if (ndr_pointer(n))
		orpc_word_blob(d, n, name);
}

struct view orpc_interface_data(struct ndr *n)
{
	size_t n_bytes = cur_count(&n->c, ndr_wide(n), 1);

	ndr_u32(n);	/* ulCntData */
	return cur_take(&n->c, n_bytes);
}

struct view orpc_interface_pointer(struct ndr *n)
{
	return ndr_pointer(n) ? orpc_interface_data(n) : view_of(NULL, 0);
}

void orpc_interface(struct decoding *d, struct ndr *n, const char *name)
{
	(void)d, (void)name;
	orpc_interface_pointer(n);
}

struct view orpc_custom_data(struct view objref)
{
	struct ndr n = ndr_of(objref, false, false);	/* little-endian whatever the call is */
	uint32_t signature = ndr_u32(&n);
	uint32_t flags = ndr_u32(&n);

	ndr_uuid(&n);	/* iid */
	ndr_uuid(&n);	/* clsid */
	ndr_u32(&n);	/* cbExtension */
	ndr_u32(&n);	/* reserved, or the size of what follows */
	if (!ndr_ok(&n) || signature != OBJREF_SIGNATURE || flags != OBJREF_CUSTOM)
		return view_of(NULL, 0);
	return cur_rest(&n.c);
}

void orpc_learn(struct decoding *d, struct view objref)
{
	struct ndr n = ndr_of(objref, false, false);
	bool is_standard = ndr_u32(&n) == OBJREF_SIGNATURE;
	struct uuid iid, ipid;

	is_standard = ndr_u32(&n) == OBJREF_STANDARD && is_standard;
	iid = ndr_uuid(&n);
	cur_skip(&n.c, 4 + 4 + 8 + 8);	/* [MS-DCOM] 2.2.18.2 STDOBJREF: flags, cPublicRefs, oxid, oid */
	ipid = ndr_uuid(&n);
	if (is_standard && ndr_ok(&n))
		endpoints_learn_object(d->endpoints, d->server, &ipid, &iid, d->now_ns);
}

void orpc_object(struct decoding *d, struct ndr *n, const char *name)
{
	(void)name;
	orpc_learn(d, orpc_interface_pointer(n));
}

/* ---- bindings ---- */

/* "HOST[PORT]" taken apart: the port, 0 when there is none, and the host's end cut off. */
static uint16_t cut_port(char *binding)
{
	char *bracket = strrchr(binding, '['), *end;
	unsigned long port;

	if (bracket == NULL)
		return 0;
	port = strtoul(bracket + 1, &end, 10);
	if (*end != ']' || port > UINT16_MAX)
		return 0;
	*bracket = '\0';
	return (uint16_t)port;
}

/* The objects of ${class} are at ${binding}, and at that port of the server that says so. */
static void learn_binding(struct decoding *d, const char *binding, const struct uuid *class)
{
	const struct class *row = class != NULL ? classes_find(class) : NULL;
	const struct uuid *interface;
	char host[BINDING_BYTES];
	uint8_t address[16];
	struct view said = view_of(NULL, 0);
	uint16_t port;

	if (row == NULL || strlen(binding) >= sizeof(host))
		return;
	strcpy(host, binding);
	port = cut_port(host);
	if (inet_pton(AF_INET, host, address) == 1)
		said = view_of(address, 4);
	else if (inet_pton(AF_INET6, host, address) == 1)
		said = view_of(address, 16);
	for (size_t i = 0; port != 0 && classes_offer(row, i, &interface); i++) {
		endpoints_learn(d->endpoints, (struct endpoint_place){ d->server, port }, interface, ENDPOINT_ACTIVATED, d->now_ns);
		if (said.n > 0)
			endpoints_learn(d->endpoints, (struct endpoint_place){ said, port }, interface, ENDPOINT_ACTIVATED, d->now_ns);
	}
}

/* One STRINGBINDING's address, up to its zero. */
static struct view string_of(struct cursor *c)
{
	size_t begin = cur_offset(c), n = 0;

	while (cur_ok(c) && cur_u16le(c) != 0)
		n += 2;
	return cur_at(c, begin, cur_ok(c) ? n : 0);
}

void orpc_bindings(struct decoding *d, struct ndr *n, const char *name, const struct uuid *class)
{
	uint64_t max_count = ndr_wide(n);
	size_t entries = ndr_u16(n);
	bool has_one = false;
	struct cursor c;

	ndr_u16(n);	/* wSecurityOffset */
	if (entries > max_count)
		cur_reject(&n->c);
	c = cur_of(cur_take(&n->c, 2 * cur_count(&n->c, max_count, 2)));
	for (size_t i = 0; i < BINDINGS_MAX && ndr_ok(n) && cur_left(&c) >= 4; i++) {
		uint16_t tower = cur_u16le(&c);
		char *text = tower != 0 ? text_of_utf16le(d->arena, string_of(&c)) : NULL;

		if (text == NULL)
			return;
		if (tower != TOWER_TCP)
			continue;
		if (!has_one)
			decode_text(d, name, text);
		has_one = true;
		learn_binding(d, text, class);
	}
}
