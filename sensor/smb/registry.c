#include "sensor/smb/registry.h"

#include "sensor/smb/session.h"

enum { MIN_BUCKETS = 64, MAX_BUCKETS = 32768 /* one pool block of 512 KiB; three sessions to a bucket when all flows are SMB */ };

/* A ring: behind the newest session comes the oldest, which is the likeliest to go. Many servers number their sessions alike, so
 * that a bucket may hold hundreds, and each step to the next is memory that is nowhere near. */
struct bucket {
	struct session *newest;
	uint32_t n;
};

struct registry {
	struct pool *pool;
	struct bucket *buckets;
	uint32_t n_buckets;	/* a power of two */
	uint64_t seed[2];
};

struct registry *registry_new(struct pool *pool, uint32_t n, const uint64_t seed[2])
{
	struct registry *r = pool_get(pool, sizeof(*r));

	if (r == NULL)
		return NULL;
	*r = (struct registry){ .pool = pool, .n_buckets = MIN_BUCKETS, .seed = { seed[0], seed[1] } };
	while (r->n_buckets < n && r->n_buckets < MAX_BUCKETS)
		r->n_buckets *= 2;
	r->buckets = pool_get(pool, r->n_buckets * sizeof(*r->buckets));
	if (r->buckets == NULL) {
		pool_put(pool, r, sizeof(*r));
		return NULL;
	}
	return r;
}

void registry_free(struct registry *r)
{
	if (r == NULL)
		return;
	pool_put(r->pool, r->buckets, r->n_buckets * sizeof(*r->buckets));
	pool_put(r->pool, r, sizeof(*r));
}

/* The finalizer of MurmurHash3, twice, with a half of the key before each: whoever does not know the key cannot tell which
 * ids meet. */
static uint64_t mix(uint64_t x)
{
	x = (x ^ x >> 33) * UINT64_C(0xFF51AFD7ED558CCD);
	x = (x ^ x >> 33) * UINT64_C(0xC4CEB9FE1A85EC53);
	return x ^ x >> 33;
}

static struct bucket *bucket_of(const struct registry *r, uint64_t id)
{
	return &r->buckets[mix(mix(id ^ r->seed[0]) ^ r->seed[1]) & (r->n_buckets - 1)];
}

bool registry_add(struct registry *r, struct session *s)
{
	struct bucket *bucket = bucket_of(r, s->id);

	if (bucket->n >= REGISTRY_CROWD)
		return false;
	s->chain = bucket->n > 0 ? bucket->newest->chain : s;
	if (bucket->n > 0)
		bucket->newest->chain = s;
	bucket->newest = s;
	bucket->n++;
	return true;
}

void registry_drop(struct registry *r, struct session *s)
{
	struct bucket *bucket = bucket_of(r, s->id);
	struct session *before = bucket->newest;

	while (before->chain != s)
		before = before->chain;
	before->chain = s->chain;
	if (bucket->newest == s)
		bucket->newest = before;
	if (--bucket->n == 0)
		bucket->newest = NULL;
}

struct session *registry_find(const struct registry *r, uint64_t id, bool (*fits)(const struct session *s, const void *ctx),
			      const void *ctx)
{
	const struct bucket *bucket = bucket_of(r, id);
	struct session *s = bucket->newest, *found = NULL;

	for (uint32_t i = 0; i < bucket->n; i++) {
		s = s->chain;
		if (s->id == id && fits(s, ctx))
			found = s;
	}
	return found;
}
