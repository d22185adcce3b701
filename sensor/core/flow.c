#include "sensor/core/flow.h"

#include "sensor/core/fetch.h"

#include <assert.h>
#include <string.h>

enum {
	MAX_BUCKETS = 131072,	/* one pool block of 1 MiB */
	IPV4_BYTES = 4, IPV6_BYTES = 16,
	MULTIPLIERS = 2 + 2 * IPV6_BYTES / 4,	/* of the hash: a first term, ports, addresses in words */
};

_Static_assert(sizeof(struct flow_key) == 2 * IPV6_BYTES + 2 * sizeof(uint16_t) + sizeof(uint32_t), "no padding");

struct list {
	struct flow *newest, *oldest;
};

struct flow_table {
	struct pool *pool;
	struct flow **buckets;
	uint32_t n_buckets;	/* a power of two */
	uint32_t capacity;
	uint64_t multiplier[MULTIPLIERS];
	uint8_t apart[FETCH_LINE_BYTES];	/* what is above never changes, and another thread may read it */
	uint32_t n;
	struct list lists[N_FLOW_LISTS];
	int64_t oldest_ns[N_FLOW_LISTS];	/* listed_ns of the oldest; INT64_MAX: the list is empty */
};

/* SplitMix64 (Steele, Lea, Flood 2014), once from each half of ${seed}. */
static uint64_t next_of(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

static void choose_multipliers(struct flow_table *t, const uint64_t seed[2])
{
	uint64_t state[2] = { seed[0], ~seed[1] };

	for (size_t i = 0; i < MULTIPLIERS; i++)
		t->multiplier[i] = next_of(&state[0]) ^ next_of(&state[1]);
}

struct flow_table *flow_table_new(struct pool *pool, uint32_t capacity, const uint64_t seed[2])
{
	struct flow_table *t = pool_get(pool, sizeof(*t));

	if (t == NULL)
		return NULL;
	*t = (struct flow_table){ .pool = pool, .n_buckets = 64, .capacity = capacity };
	choose_multipliers(t, seed);
	for (int list = 0; list < N_FLOW_LISTS; list++)
		t->oldest_ns[list] = INT64_MAX;
	while (t->n_buckets < capacity && t->n_buckets < MAX_BUCKETS)
		t->n_buckets *= 2;
	t->buckets = pool_get(pool, t->n_buckets * sizeof(t->buckets[0]));
	if (t->buckets == NULL) {
		pool_put(pool, t, sizeof(*t));
		return NULL;
	}
	return t;
}

void flow_table_free(struct flow_table *t)
{
	if (t == NULL)
		return;
	assert(t->n == 0);
	pool_put(t->pool, t->buckets, t->n_buckets * sizeof(t->buckets[0]));
	pool_put(t->pool, t, sizeof(*t));
}

/* ---- keys ---- */

static uint32_t number_at(const uint8_t *bytes)
{
	uint32_t number;

	memcpy(&number, bytes, sizeof(number));
	return __builtin_bswap32(number);
}

/* The same for both families: with ${n} known it is a few loads and stores, and this is done for every packet. */
static inline __attribute__((always_inline)) void fill_key(struct flow_key *key, const struct ip *ip, const struct tcp *tcp, size_t n,
							   uint8_t *sender_side)
{
	uint8_t sender = tcp->source_port > tcp->destination_port;

	for (size_t i = n; i > 0; i -= sizeof(uint32_t)) {
		uint32_t source = number_at(ip->source.bytes + i - sizeof(uint32_t));
		uint32_t destination = number_at(ip->destination.bytes + i - sizeof(uint32_t));

		sender = source != destination ? source > destination : sender;
	}
	*key = (struct flow_key){ .address_bytes = (uint32_t)n };
	memcpy(key->address[sender], ip->source.bytes, n);
	memcpy(key->address[!sender], ip->destination.bytes, n);
	key->port[sender] = tcp->source_port;
	key->port[!sender] = tcp->destination_port;
	*sender_side = sender;
}

struct flow_key flow_key_of(const struct ip *ip, const struct tcp *tcp, uint8_t *sender_side)
{
	struct flow_key key;

	fill_key(&key, ip, tcp, ip->source.n, sender_side);
	return key;
}

/* ---- hash ----
 * Multilinear (Lemire, Kaser 2013: "Strongly universal string hashing is fast"): of any two different keys, whoever chose them,
 * 64-bit sums agree with a chance below 2^-32, as long as he does not know ${multiplier}. Nobody outside sees the table, nor what
 * it does with a packet, so he cannot learn it; that is why no slower, cryptographic hash is needed. The last step spreads
 * sums that lie close together. */

static uint64_t word_at(const uint8_t *bytes)
{
	uint32_t word;

	memcpy(&word, bytes, sizeof(word));
	return word;
}

static inline __attribute__((always_inline)) uint64_t sum_of(const struct flow_table *t, const struct flow_key *key, size_t n)
{
	const uint64_t *multiplier = t->multiplier;
	uint64_t sum = *multiplier++ + n;

	sum += ((uint64_t)key->port[0] << 16 | key->port[1]) * *multiplier++;
	for (size_t side = 0; side < 2; side++)
		for (size_t i = 0; i < n; i += sizeof(uint32_t))
			sum += word_at(key->address[side] + i) * *multiplier++;
	return sum;
}

static uint32_t bucket_in(const struct flow_table *t, uint64_t sum)
{
	return (uint32_t)((sum ^ sum >> 32) * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (t->n_buckets - 1);
}

static uint32_t bucket_of(const struct flow_table *t, const struct flow_key *key)
{
	return bucket_in(t, sum_of(t, key, key->address_bytes));
}

static struct flow *find_in(const struct flow_table *t, uint32_t bucket, const struct flow_key *key)
{
	struct flow *f = t->buckets[bucket];

	while (f != NULL && memcmp(&f->key, key, sizeof(*key)) != 0)
		f = f->chain;
	return f;
}

struct flow *flow_find(struct flow_table *t, const struct flow_key *key)
{
	return find_in(t, bucket_of(t, key), key);
}

void flow_place_of(const struct flow_table *t, const struct ip *ip, const struct tcp *tcp, struct flow_place *out)
{
	if (ip->source.n == IPV4_BYTES) {
		fill_key(&out->key, ip, tcp, IPV4_BYTES, &out->sender_side);
		out->bucket = bucket_in(t, sum_of(t, &out->key, IPV4_BYTES));
	} else {
		fill_key(&out->key, ip, tcp, IPV6_BYTES, &out->sender_side);
		out->bucket = bucket_in(t, sum_of(t, &out->key, IPV6_BYTES));
	}
}

size_t flow_fetch(const struct flow_table *t, const struct flow_place *const places[], size_t n, const struct flow *flows[])
{
	size_t n_found = 0;

	for (size_t i = 0; i < n; i++)
		fetch(&t->buckets[places[i]->bucket], sizeof(t->buckets[0]));
	for (size_t i = 0; i < n; i++) {
		flows[n_found] = t->buckets[places[i]->bucket];
		fetch(flows[n_found], sizeof(*flows[0]));
		n_found += flows[n_found] != NULL;
	}
	return n_found;
}

struct flow *flow_at(const struct flow_table *t, const struct flow_place *place)
{
	return find_in(t, place->bucket, &place->key);
}

/* ---- lists ---- */

static void note_oldest(struct flow_table *t, enum flow_list list)
{
	t->oldest_ns[list] = t->lists[list].oldest != NULL ? t->lists[list].oldest->listed_ns : INT64_MAX;
}

static void unlink_from_list(struct flow_table *t, struct flow *f)
{
	struct list *l = &t->lists[f->list];

	*(f->newer != NULL ? &f->newer->older : &l->newest) = f->older;
	*(f->older != NULL ? &f->older->newer : &l->oldest) = f->newer;
	if (f->older == NULL)
		note_oldest(t, (enum flow_list)f->list);
}

static void link_in_front(struct flow_table *t, struct flow *f, enum flow_list list, int64_t now_ns)
{
	struct list *l = &t->lists[list];

	f->list = (uint8_t)list;
	f->listed_ns = now_ns;
	f->newer = NULL;
	f->older = l->newest;
	*(l->newest != NULL ? &l->newest->newer : &l->oldest) = f;
	l->newest = f;
	if (f->older == NULL)
		note_oldest(t, list);
}

void flow_move(struct flow_table *t, struct flow *f, enum flow_list list, int64_t now_ns)
{
	unlink_from_list(t, f);
	link_in_front(t, f, list, now_ns);
}

struct flow *flow_oldest(const struct flow_table *t, enum flow_list list)
{
	return t->lists[list].oldest;
}

bool flow_is_any_older(const struct flow_table *t, int64_t due_ns, int64_t other_ns)
{
	return t->oldest_ns[FLOW_DUE] < due_ns || t->oldest_ns[FLOW_PLAIN] < other_ns || t->oldest_ns[FLOW_CLAIMED] < other_ns ||
	       t->oldest_ns[FLOW_DEAR] < other_ns;
}

/* ---- coming and going ---- */

struct flow *flow_add(struct flow_table *t, const struct flow_key *key, int64_t now_ns)
{
	struct flow **bucket = &t->buckets[bucket_of(t, key)];
	struct flow *f = t->n < t->capacity ? pool_get(t->pool, sizeof(*f)) : NULL;

	if (f == NULL)
		return NULL;
	f->key = *key;
	f->first_ns = f->last_ns = now_ns;
	f->chain = *bucket;
	*bucket = f;
	link_in_front(t, f, FLOW_PLAIN, now_ns);
	t->n++;
	return f;
}

void flow_remove(struct flow_table *t, struct flow *f)
{
	struct flow **at = &t->buckets[bucket_of(t, &f->key)];

	while (*at != f)
		at = &(*at)->chain;
	*at = f->chain;
	unlink_from_list(t, f);
	t->n--;
	pool_put(t->pool, f, sizeof(*f));
}

uint32_t flow_table_n(const struct flow_table *t)
{
	return t->n;
}
