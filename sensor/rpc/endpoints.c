#include "sensor/rpc/endpoints.h"

enum { WAYS = 4, ADDRESS_BYTES = 16 };

#define LIFE_NS (INT64_C(24) * 3600 * 1000000000)

struct address {
	uint8_t bytes[ADDRESS_BYTES];
	uint8_t n;
};

struct port_row {
	struct address address;
	uint16_t port;
	uint8_t n;	/* interfaces; 0: a free row; more than there is room for: ambiguous */
	uint8_t source;
	uint32_t used;
	int64_t learned_ns;
	struct uuid interfaces[ENDPOINTS_INTERFACES];
};

struct object_row {
	struct address address;
	uint32_t used;	/* 0: a free row */
	int64_t learned_ns;
	struct uuid ipid;
	struct uuid interface;
};

struct endpoints {
	struct pool *pool;
	struct port_row *ports;		/* of the pool, from the first one on */
	struct object_row *objects;
	uint32_t clock;			/* of uses */
};

const char *endpoints_source_name(enum endpoint_source source)
{
	static const char *const names[] = {
		[ENDPOINT_MAPPED] = "endpoint map",
		[ENDPOINT_ACTIVATED] = "activation",
		[ENDPOINT_BOUND] = "earlier bind",
	};

	return names[source];
}

struct endpoints *endpoints_new(struct pool *pool)
{
	struct endpoints *e = pool_get(pool, sizeof(*e));

	if (e != NULL)
		e->pool = pool;
	return e;
}

void endpoints_free(struct endpoints *e)
{
	if (e == NULL)
		return;
	pool_put(e->pool, e->ports, ENDPOINTS_PORTS * sizeof(*e->ports));
	pool_put(e->pool, e->objects, ENDPOINTS_OBJECTS * sizeof(*e->objects));
	pool_put(e->pool, e, sizeof(*e));
}

/* ---- keys ---- */

static struct address address_of(struct view ip)
{
	struct address a = { .n = (uint8_t)view_first(ip, ADDRESS_BYTES).n };

	view_copy(a.bytes, sizeof(a.bytes), ip);
	return a;
}

static bool is_same(const struct address *a, const struct address *b)
{
	return view_equals(view_of(a->bytes, a->n), view_of(b->bytes, b->n));
}

/* FNV-1a; which rows share a set is all that depends on it. */
static uint32_t hash(uint32_t start, const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		start = (start ^ bytes[i]) * 0x01000193u;
	return start;
}

static uint32_t hash_address(const struct address *a)
{
	return hash(0x811c9dc5u, a->bytes, a->n);
}

static bool is_believed(int64_t learned_ns, int64_t now_ns)
{
	return now_ns - learned_ns <= LIFE_NS;
}

/* ---- ports ---- */

static struct port_row *port_set(struct endpoints *e, const struct address *a, uint16_t port)
{
	uint32_t h = hash(hash_address(a), (const uint8_t[]){ (uint8_t)port, (uint8_t)(port >> 8) }, 2);

	return e->ports != NULL ? &e->ports[h % (ENDPOINTS_PORTS / WAYS) * WAYS] : NULL;
}

static struct port_row *find_port(struct endpoints *e, const struct address *a, uint16_t port)
{
	struct port_row *set = port_set(e, a, port);

	for (size_t i = 0; set != NULL && i < WAYS; i++)
		if (set[i].n > 0 && set[i].port == port && is_same(&set[i].address, a))
			return &set[i];
	return NULL;
}

/* A row of the set to write anew: a free one, or the one used longest ago. */
static struct port_row *new_port(struct endpoints *e, const struct address *a, uint16_t port)
{
	struct port_row *set, *row;

	if (e->ports == NULL)
		e->ports = pool_get(e->pool, ENDPOINTS_PORTS * sizeof(*e->ports));
	set = row = port_set(e, a, port);
	if (set == NULL)
		return NULL;
	for (size_t i = 1; i < WAYS; i++)
		if (set[i].used < row->used)
			row = &set[i];
	*row = (struct port_row){ .address = *a, .port = port };
	return row;
}

struct endpoint_place endpoints_place(const Ev__Endpoint *end)
{
	return (struct endpoint_place){ view_of(end->ip.data, end->ip.len), (uint16_t)end->port };
}

void endpoints_learn(struct endpoints *e, struct endpoint_place place, const struct uuid *interface, enum endpoint_source source,
		     int64_t now_ns)
{
	struct address a = address_of(place.ip);
	struct port_row *row = e != NULL ? find_port(e, &a, place.port) : NULL;

	if (e == NULL)
		return;
	if (row == NULL)
		row = new_port(e, &a, place.port);
	if (row == NULL)
		return;
	if (!is_believed(row->learned_ns, now_ns))
		row->n = 0;
	row->learned_ns = now_ns;
	row->used = ++e->clock;
	if (row->n == 0 || source < row->source)
		row->source = (uint8_t)source;
	for (size_t i = 0; i < row->n && i < ENDPOINTS_INTERFACES; i++)
		if (uuid_equals(&row->interfaces[i], interface))
			return;
	if (row->n < ENDPOINTS_INTERFACES)
		row->interfaces[row->n] = *interface;
	if (row->n <= ENDPOINTS_INTERFACES)
		row->n++;
}

bool endpoints_find(struct endpoints *e, struct endpoint_place place, int64_t now_ns, struct endpoint *out)
{
	struct address a = address_of(place.ip);
	struct port_row *row = e != NULL ? find_port(e, &a, place.port) : NULL;

	if (row == NULL || row->n > ENDPOINTS_INTERFACES || !is_believed(row->learned_ns, now_ns))
		return false;
	row->used = ++e->clock;
	out->n = row->n;
	out->source = (enum endpoint_source)row->source;
	for (size_t i = 0; i < row->n; i++)
		out->interfaces[i] = row->interfaces[i];
	return true;
}

/* ---- objects ---- */

static struct object_row *object_set(struct endpoints *e, const struct address *a, const struct uuid *ipid)
{
	uint32_t h = hash(hash_address(a), ipid->bytes, sizeof(ipid->bytes));

	return e->objects != NULL ? &e->objects[h % (ENDPOINTS_OBJECTS / WAYS) * WAYS] : NULL;
}

static struct object_row *find_object(struct endpoints *e, const struct address *a, const struct uuid *ipid)
{
	struct object_row *set = object_set(e, a, ipid);

	for (size_t i = 0; set != NULL && i < WAYS; i++)
		if (set[i].used > 0 && uuid_equals(&set[i].ipid, ipid) && is_same(&set[i].address, a))
			return &set[i];
	return NULL;
}

static struct object_row *new_object(struct endpoints *e, const struct address *a, const struct uuid *ipid)
{
	struct object_row *set, *row;

	if (e->objects == NULL)
		e->objects = pool_get(e->pool, ENDPOINTS_OBJECTS * sizeof(*e->objects));
	set = row = object_set(e, a, ipid);
	if (set == NULL)
		return NULL;
	for (size_t i = 1; i < WAYS; i++)
		if (set[i].used < row->used)
			row = &set[i];
	return row;
}

void endpoints_learn_object(struct endpoints *e, struct view ip, const struct uuid *ipid, const struct uuid *interface, int64_t now_ns)
{
	struct address a = address_of(ip);
	struct object_row *row = e != NULL ? find_object(e, &a, ipid) : NULL;

	if (e == NULL)
		return;
	if (row == NULL)
		row = new_object(e, &a, ipid);
	if (row != NULL)
		*row = (struct object_row){
			.address = a, .used = ++e->clock, .learned_ns = now_ns, .ipid = *ipid, .interface = *interface,
		};
}

bool endpoints_find_object(struct endpoints *e, struct view ip, const struct uuid *ipid, int64_t now_ns, struct uuid *interface)
{
	struct address a = address_of(ip);
	struct object_row *row = e != NULL ? find_object(e, &a, ipid) : NULL;

	if (row == NULL || !is_believed(row->learned_ns, now_ns))
		return false;
	row->used = ++e->clock;
	*interface = row->interface;
	return true;
}
