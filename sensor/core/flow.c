#include "sensor/core/flow.h"

#include "sensor/core/fetch.h"

#include <assert.h>
#include <string.h>

enum { MAX_BUCKETS = 131072 /* one pool block of 1 MiB */, KEY_WORDS = sizeof(struct flow_key) / 8 };

#define TOUCH_EVERY_NS INT64_C(1000000000)

_Static_assert(sizeof(struct flow_key) == KEY_WORDS * sizeof(uint64_t), "no padding, as many words as a hash takes at most");

struct list {
	struct flow *newest, *oldest;
};

struct flow_table {
	struct pool *pool;
	struct flow **buckets;
	uint32_t n_buckets;	/* a power of two */
	uint32_t n, capacity;
	uint64_t seed[2];
	struct list lists[N_FLOW_LISTS];
};

struct flow_table *flow_table_new(struct pool *pool, uint32_t capacity, const uint64_t seed[2])
{
	struct flow_table *t = pool_get(pool, sizeof(*t));

	if (t == NULL)
		return NULL;
	*t = (struct flow_table){ .pool = pool, .n_buckets = 64, .capacity = capacity, .seed = { seed[0], seed[1] } };
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

struct flow_key flow_key_of(const struct ip *ip, const struct tcp *tcp, uint8_t *sender_side)
{
	int order = memcmp(ip->source.bytes, ip->destination.bytes, ip->source.n);
	uint8_t sender = order > 0 || (order == 0 && tcp->source_port > tcp->destination_port);
	struct flow_key key = { .address_bytes = (uint32_t)ip->source.n };

	memcpy(key.address[sender], ip->source.bytes, ip->source.n);
	memcpy(key.address[!sender], ip->destination.bytes, ip->destination.n);
	key.port[sender] = tcp->source_port;
	key.port[!sender] = tcp->destination_port;
	*sender_side = sender;
	return key;
}

/* ---- SipHash-1-3 (Aumasson, Bernstein 2012) over whole words ---- */

struct sip {
	uint64_t v[4];
};

static inline uint64_t rotate(uint64_t x, unsigned by)
{
	return x << by | x >> (64 - by);
}

static inline __attribute__((always_inline)) void sip_round(struct sip *s)
{
	s->v[0] += s->v[1];
	s->v[2] += s->v[3];
	s->v[1] = rotate(s->v[1], 13) ^ s->v[0];
	s->v[3] = rotate(s->v[3], 16) ^ s->v[2];
	s->v[0] = rotate(s->v[0], 32);
	s->v[2] += s->v[1];
	s->v[0] += s->v[3];
	s->v[1] = rotate(s->v[1], 17) ^ s->v[2];
	s->v[3] = rotate(s->v[3], 21) ^ s->v[0];
	s->v[2] = rotate(s->v[2], 32);
}

static void sip_word(struct sip *s, uint64_t word)
{
	s->v[3] ^= word;
	sip_round(s);
	s->v[0] ^= word;
}

static uint64_t word_at(const uint8_t *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof(word));
	return word;
}

/* What tells one key from another, without the zeros behind short addresses; how many words that is. */
static size_t words_of(const struct flow_key *key, uint64_t words[KEY_WORDS])
{
	uint32_t short_address[2];

	words[0] = (uint64_t)key->port[0] << 48 | (uint64_t)key->port[1] << 32 | key->address_bytes;
	if (key->address_bytes == sizeof(short_address[0])) {
		memcpy(&short_address[0], key->address[0], sizeof(short_address[0]));
		memcpy(&short_address[1], key->address[1], sizeof(short_address[1]));
		words[1] = (uint64_t)short_address[0] << 32 | short_address[1];
		return 2;
	}
	for (size_t i = 0; i < 2; i++) {
		words[1 + 2 * i] = word_at(key->address[i]);
		words[2 + 2 * i] = word_at(key->address[i] + sizeof(uint64_t));
	}
	return KEY_WORDS;
}

static uint32_t bucket_of(const struct flow_table *t, const struct flow_key *key)
{
	struct sip s = { { t->seed[0] ^ UINT64_C(0x736f6d6570736575), t->seed[1] ^ UINT64_C(0x646f72616e646f6d),
			   t->seed[0] ^ UINT64_C(0x6c7967656e657261), t->seed[1] ^ UINT64_C(0x7465646279746573) } };
	uint64_t words[KEY_WORDS];
	size_t n = words_of(key, words);

	for (size_t i = 0; i < n; i++)
		sip_word(&s, words[i]);
	s.v[2] ^= 0xFF;
	sip_round(&s);
	sip_round(&s);
	sip_round(&s);
	return (uint32_t)(s.v[0] ^ s.v[1] ^ s.v[2] ^ s.v[3]) & (t->n_buckets - 1);
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

struct flow_place flow_place_of(const struct flow_table *t, const struct ip *ip, const struct tcp *tcp)
{
	struct flow_place place;

	place.key = flow_key_of(ip, tcp, &place.sender_side);
	place.bucket = bucket_of(t, &place.key);
	return place;
}

void flow_fetch(const struct flow_table *t, const struct flow_place *place)
{
	fetch(&t->buckets[place->bucket], sizeof(t->buckets[0]));
}

struct flow *flow_first(const struct flow_table *t, const struct flow_place *place)
{
	return t->buckets[place->bucket];
}

struct flow *flow_at(const struct flow_table *t, const struct flow_place *place)
{
	return find_in(t, place->bucket, &place->key);
}

/* ---- lists ---- */

static void unlink_from_list(struct flow_table *t, struct flow *f)
{
	struct list *l = &t->lists[f->list];

	*(f->newer != NULL ? &f->newer->older : &l->newest) = f->older;
	*(f->older != NULL ? &f->older->newer : &l->oldest) = f->newer;
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
}

void flow_move(struct flow_table *t, struct flow *f, enum flow_list list, int64_t now_ns)
{
	unlink_from_list(t, f);
	link_in_front(t, f, list, now_ns);
}

void flow_touch(struct flow_table *t, struct flow *f, int64_t now_ns)
{
	f->last_ns = now_ns;
	if (f->list != FLOW_DUE && now_ns - f->listed_ns >= TOUCH_EVERY_NS)
		flow_move(t, f, f->list, now_ns);
}

struct flow *flow_oldest(const struct flow_table *t, enum flow_list list)
{
	return t->lists[list].oldest;
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
