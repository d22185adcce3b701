#include "sensor/core/fragment.h"

#include <string.h>

enum {
	UNIT_BYTES = 8,		/* offsets count in these */
	MAX_BYTES = 65536,
	N_UNITS = MAX_BYTES / UNIT_BYTES,
	FIRST_ROOM = 4096,	/* most reassembled datagrams are two Ethernet frames long */
};

struct key {
	uint8_t source[16];
	uint8_t destination[16];
	uint32_t id;
	uint8_t version;
	uint8_t protocol;	/* IPv4 only: RFC 791 identifies a datagram by it too, RFC 8200 does not */
	uint8_t padding[2];
};

struct datagram {
	struct key key;
	int64_t since_ns;
	uint32_t pieces;
	uint32_t units_held;
	uint32_t extent;	/* end of the piece that reaches furthest */
	uint32_t total;		/* 0 until the last fragment has come */
	uint8_t next_header;	/* of the fragment at offset 0 */
	uint8_t *bytes;		/* from the pool, ${room} long */
	size_t room;
	uint8_t held[N_UNITS / 8];	/* one bit per unit */
};

struct fragments {
	struct pool *pool;
	struct counts *counts;
	struct datagram *slots[FRAGMENT_DATAGRAMS];
	struct datagram *done;	/* handed out by the last call */
};

struct fragments *fragments_new(struct pool *pool, struct counts *counts)
{
	struct fragments *f = pool_get(pool, sizeof(*f));

	if (f != NULL)
		*f = (struct fragments){ .pool = pool, .counts = counts };
	return f;
}

static void forget(struct fragments *f, struct datagram *d)
{
	if (d == NULL)
		return;
	pool_put(f->pool, d->bytes, d->room);
	pool_put(f->pool, d, sizeof(*d));
}

/* Drop what cannot be put together, and say so. */
static void give_up(struct fragments *f, struct datagram **slot)
{
	count_n(f->counts, COUNT_IP_FRAGMENT, (*slot)->pieces);
	forget(f, *slot);
	*slot = NULL;
}

void fragments_free(struct fragments *f)
{
	if (f == NULL)
		return;
	for (int i = 0; i < FRAGMENT_DATAGRAMS; i++)
		forget(f, f->slots[i]);
	forget(f, f->done);
	pool_put(f->pool, f, sizeof(*f));
}

static struct key key_of(const struct ip *ip)
{
	struct key key = { .id = ip->fragment_id, .version = ip->version };

	memcpy(key.source, ip->source.bytes, ip->source.n);
	memcpy(key.destination, ip->destination.bytes, ip->destination.n);
	key.protocol = ip->version == 4 ? ip->next_header : 0;
	return key;
}

static void drop_expired(struct fragments *f, int64_t now_ns)
{
	for (int i = 0; i < FRAGMENT_DATAGRAMS; i++)
		if (f->slots[i] != NULL && now_ns - f->slots[i]->since_ns > FRAGMENT_AGE_NS)
			give_up(f, &f->slots[i]);
}

/* An empty slot; when there is none, the oldest datagram gives way. */
static struct datagram **free_slot(struct fragments *f)
{
	struct datagram **oldest = &f->slots[0];

	for (int i = 0; i < FRAGMENT_DATAGRAMS; i++) {
		if (f->slots[i] == NULL)
			return &f->slots[i];
		if (f->slots[i]->since_ns < (*oldest)->since_ns)
			oldest = &f->slots[i];
	}
	give_up(f, oldest);
	return oldest;
}

/* The number of the slot that holds ${key}; FRAGMENT_DATAGRAMS when none does. */
static int find(const struct fragments *f, const struct key *key)
{
	int i = 0;

	while (i < FRAGMENT_DATAGRAMS && (f->slots[i] == NULL || memcmp(&f->slots[i]->key, key, sizeof(*key)) != 0))
		i++;
	return i;
}

bool fragments_know(const struct fragments *f, const struct ip *ip)
{
	struct key key = key_of(ip);

	return find(f, &key) < FRAGMENT_DATAGRAMS;
}

/* The slot of the datagram that ${ip} belongs to, a new one if need be; NULL when memory is short. */
static struct datagram **slot_of(struct fragments *f, const struct ip *ip, int64_t time_ns)
{
	struct key key = key_of(ip);
	struct datagram **slot;

	if (find(f, &key) < FRAGMENT_DATAGRAMS)
		return &f->slots[find(f, &key)];
	slot = free_slot(f);
	*slot = pool_get(f->pool, sizeof(**slot));
	if (*slot == NULL) {
		count(f->counts, COUNT_POOL_FULL);
		count(f->counts, COUNT_IP_FRAGMENT);
		return NULL;
	}
	(*slot)->key = key;
	(*slot)->since_ns = time_ns;
	return slot;
}

/* Make room for ${n} bytes; false when memory is short. */
static bool grow(struct fragments *f, struct datagram *d, size_t n)
{
	size_t room = d->room != 0 ? d->room : FIRST_ROOM;
	uint8_t *bytes;

	if (n <= d->room)
		return true;
	while (room < n)
		room *= 2;
	bytes = pool_get(f->pool, room);
	if (bytes == NULL) {
		count(f->counts, COUNT_POOL_FULL);
		return false;
	}
	if (d->room > 0)
		memcpy(bytes, d->bytes, d->room);
	pool_put(f->pool, d->bytes, d->room);
	d->bytes = bytes;
	d->room = room;
	return true;
}

static bool is_held(const struct datagram *d, size_t unit)
{
	return d->held[unit / 8] >> unit % 8 & 1;
}

/* Copy the units of ${piece} that are not held yet; the number that were. */
static size_t fill_in(struct datagram *d, struct view piece, size_t offset)
{
	size_t overlaps = 0;

	for (size_t done = 0; done < piece.n; done += UNIT_BYTES) {
		struct view unit = view_first(view_after(piece, done), UNIT_BYTES);
		size_t number = (offset + done) / UNIT_BYTES;

		if (is_held(d, number)) {
			overlaps++;
			continue;
		}
		memcpy(d->bytes + offset + done, unit.bytes, unit.n);
		d->held[number / 8] |= (uint8_t)(1u << number % 8);
		d->units_held++;
	}
	return overlaps;
}

static bool repeats(const struct datagram *d, struct view piece, size_t offset)
{
	return view_equals(view_of(d->bytes + offset, piece.n), piece);
}

/* False when the datagram has to be dropped: a piece that contradicts the
 * others, an overlap where none may be, or no memory. */
static bool add(struct fragments *f, struct datagram *d, const struct ip *ip)
{
	size_t end = ip->fragment_offset + ip->payload.n;
	uint32_t held_before = d->units_held;
	size_t overlaps;

	d->pieces++;
	if (ip->payload.n == 0 || ip->payload.n < ip->wire_bytes || end >= MAX_BYTES ||
	    (ip->more_fragments && ip->payload.n % UNIT_BYTES != 0))
		return false;
	if (end < d->extent ? !ip->more_fragments : d->total != 0 && end != d->total)
		return false;
	if (!grow(f, d, end))
		return false;
	overlaps = fill_in(d, ip->payload, ip->fragment_offset);
	count_n(f->counts, COUNT_IP_OVERLAP, overlaps != 0 && !repeats(d, ip->payload, ip->fragment_offset));
	if (ip->version == 6 && overlaps != 0 &&
	    (d->units_held != held_before || !repeats(d, ip->payload, ip->fragment_offset)))
		return false;
	if (ip->fragment_offset == 0)
		d->next_header = ip->next_header;
	if (!ip->more_fragments)
		d->total = (uint32_t)end;
	d->extent = end > d->extent ? (uint32_t)end : d->extent;
	return true;
}

static bool is_whole(const struct datagram *d)
{
	return d->total != 0 && d->units_held == (d->total + UNIT_BYTES - 1) / UNIT_BYTES;
}

bool fragments_add(struct fragments *f, struct ip *ip, int64_t time_ns)
{
	struct datagram **slot;

	forget(f, f->done);
	f->done = NULL;
	drop_expired(f, time_ns);
	slot = slot_of(f, ip, time_ns);
	if (slot == NULL)
		return false;
	if (!add(f, *slot, ip)) {
		give_up(f, slot);
		return false;
	}
	if (!is_whole(*slot))
		return false;
	f->done = *slot;
	*slot = NULL;
	ip->next_header = f->done->next_header;
	ip->payload = view_of(f->done->bytes, f->done->total);
	ip->wire_bytes = f->done->total;
	return true;
}
