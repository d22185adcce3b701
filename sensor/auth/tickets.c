#include "sensor/auth/tickets.h"

#include <string.h>
#include <strings.h>

enum {
	BUCKETS = 1024,
	N_NAMES = 5,
	ADDRESS_MAX_BYTES = 16,
	SHARE = 16,		/* of the pool one in so many bytes, at most */
	TICKET_BYTES = 256,	/* size class of a ticket */
	NAMES_BYTES = 128,	/* and of most people's names */
};

static const int64_t LIFE_NS = INT64_C(24) * 3600 * 1000000000;	/* longest anyone is believed; domains give ten hours */

struct ticket {
	struct ticket *next_of_id, *next_of_service;	/* in their buckets */
	struct ticket *older, *newer;			/* by last use */
	uint64_t id;
	uint64_t service_hash;
	int64_t until_ns;
	uint8_t address[ADDRESS_MAX_BYTES];
	size_t address_bytes;
	char *names;		/* of the pool, one after the other */
	size_t names_bytes;
	struct ticket_facts facts;	/* into names */
};

struct index {
	struct ticket *by_id[BUCKETS];
	struct ticket *by_service[BUCKETS];
};

struct tickets {
	struct pool *pool;
	struct counts *counts;
	size_t max, n;
	struct ticket *oldest, *newest;
	struct index *index;	/* of the pool; NULL until there is a ticket: many a segment has no Kerberos */
};

struct tickets *tickets_new(struct pool *pool, struct counts *counts, const struct limits *limits)
{
	size_t share = limits->memory_bytes / SHARE / (TICKET_BYTES + NAMES_BYTES);
	struct tickets *t = pool_get(pool, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->pool = pool;
	t->counts = counts;
	t->max = share < TICKETS_MAX ? share : TICKETS_MAX;
	return t;
}

/* ---- the lists ---- */

/* FNV-1a without regard to case: principals of Windows have none. */
static uint64_t hash_text(uint64_t h, const char *text)
{
	for (; *text != '\0'; text++) {
		uint8_t c = (uint8_t)*text;

		h = (h ^ (c >= 'A' && c <= 'Z' ? c | 0x20u : c)) * 0x100000001b3u;
	}
	return (h ^ '\n') * 0x100000001b3u;
}

static uint64_t service_hash_of(struct view address, const char *service, const char *realm)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < address.n; i++)
		h = (h ^ address.bytes[i]) * 0x100000001b3u;
	h = hash_text(hash_text(h, service), realm);
	return h ^ h >> 32;
}

static struct ticket **bucket(struct ticket *table[BUCKETS], uint64_t hash)
{
	return &table[hash % BUCKETS];
}

static void unlink_use(struct tickets *t, struct ticket *k)
{
	*(k->older != NULL ? &k->older->newer : &t->oldest) = k->newer;
	*(k->newer != NULL ? &k->newer->older : &t->newest) = k->older;
}

static void link_newest(struct tickets *t, struct ticket *k)
{
	k->newer = NULL;
	k->older = t->newest;
	*(t->newest != NULL ? &t->newest->newer : &t->oldest) = k;
	t->newest = k;
}

static void forget(struct tickets *t, struct ticket *k)
{
	struct ticket **at = bucket(t->index->by_id, k->id);

	while (*at != NULL && *at != k)
		at = &(*at)->next_of_id;
	if (*at == k)
		*at = k->next_of_id;
	at = bucket(t->index->by_service, k->service_hash);
	while (*at != k)
		at = &(*at)->next_of_service;
	*at = k->next_of_service;
	unlink_use(t, k);
	pool_put(t->pool, k->names, k->names_bytes);
	pool_put(t->pool, k, sizeof(*k));
	t->n--;
}

void tickets_free(struct tickets *t)
{
	if (t == NULL)
		return;
	while (t->oldest != NULL)
		forget(t, t->oldest);
	pool_put(t->pool, t->index, sizeof(*t->index));
	pool_put(t->pool, t, sizeof(*t));
}

/* ---- remembering ---- */

/* Append ${text} to the names; where it now stands. */
static const char *keep(struct ticket *k, size_t *used, const char *text)
{
	char *at = k->names + *used;

	*used += view_copy(at, k->names_bytes - *used, view_of(text, strlen(text) + 1));
	return at;
}

static bool keep_names(struct tickets *t, struct ticket *k, const struct ticket_facts *f)
{
	size_t used = 0;

	k->names_bytes = strlen(f->client) + strlen(f->client_realm) + strlen(f->requester) + strlen(f->service) +
			 strlen(f->realm) + N_NAMES;
	k->names = k->names_bytes <= TICKET_NAMES_BYTES ? pool_get(t->pool, k->names_bytes) : NULL;
	if (k->names == NULL)
		return false;
	k->facts.client = keep(k, &used, f->client);
	k->facts.client_realm = keep(k, &used, f->client_realm);
	k->facts.requester = keep(k, &used, f->requester);
	k->facts.service = keep(k, &used, f->service);
	k->facts.realm = keep(k, &used, f->realm);
	return true;
}

/* A ticket with its names, in no list yet; NULL when there is no memory for it. */
static struct ticket *make(struct tickets *t, const struct ticket_facts *facts)
{
	struct ticket *k = pool_get(t->pool, sizeof(*k));

	if (k != NULL && keep_names(t, k, facts))
		return k;
	pool_put(t->pool, k, sizeof(*k));
	return NULL;
}

static struct ticket *find(struct tickets *t, uint64_t id)
{
	struct ticket *k = t->index != NULL && id != 0 ? *bucket(t->index->by_id, id) : NULL;

	while (k != NULL && k->id != id)
		k = k->next_of_id;
	return k;
}

static void drop_expired(struct tickets *t, int64_t now_ns)
{
	while (t->oldest != NULL && t->oldest->until_ns < now_ns)
		forget(t, t->oldest);
}

static void link_ticket(struct tickets *t, struct ticket *k)
{
	struct ticket **of_id = bucket(t->index->by_id, k->id), **of_service = bucket(t->index->by_service, k->service_hash);

	if (k->id != 0) {
		k->next_of_id = *of_id;
		*of_id = k;
	}
	k->next_of_service = *of_service;
	*of_service = k;
	link_newest(t, k);
	t->n++;
}

void tickets_note(struct tickets *t, const struct ticket_issue *issue, const struct ticket_facts *facts, int64_t now_ns)
{
	struct ticket *k = find(t, issue->id);

	drop_expired(t, now_ns);
	if (k != NULL || facts->client[0] == '\0' || issue->address.n > ADDRESS_MAX_BYTES)
		return;
	if (t->index == NULL && t->max > 0)
		t->index = pool_get(t->pool, sizeof(*t->index));
	k = t->index != NULL ? make(t, facts) : NULL;	/* first: the names may be those of a ticket that is about to go */
	if (k == NULL) {
		count(t->counts, COUNT_KRB_TICKET_LOST);
		return;
	}
	while (t->n >= t->max) {
		forget(t, t->oldest);
		count(t->counts, COUNT_KRB_TICKET_LOST);
	}
	k->id = issue->id;
	k->address_bytes = view_copy(k->address, sizeof(k->address), issue->address);
	k->service_hash = service_hash_of(issue->address, facts->service, facts->realm);
	k->until_ns = now_ns + LIFE_NS;
	if (issue->until_ns > now_ns && issue->until_ns < k->until_ns)
		k->until_ns = issue->until_ns;
	link_ticket(t, k);
}

/* ---- asking ---- */

static const struct ticket_facts *used(struct tickets *t, struct ticket *k)
{
	unlink_use(t, k);
	link_newest(t, k);
	return &k->facts;
}

const struct ticket_facts *tickets_of_id(struct tickets *t, uint64_t id, int64_t now_ns)
{
	struct ticket *k = find(t, id);

	return k != NULL && k->until_ns >= now_ns ? used(t, k) : NULL;
}

static bool is_for(const struct ticket *k, struct view address, const char *service, const char *realm)
{
	return view_equals(view_of(k->address, k->address_bytes), address) && strcasecmp(k->facts.service, service) == 0 &&
	       strcasecmp(k->facts.realm, realm) == 0;
}

static bool same_client(const struct ticket *a, const struct ticket *b)
{
	return strcasecmp(a->facts.client, b->facts.client) == 0 && strcasecmp(a->facts.client_realm, b->facts.client_realm) == 0;
}

const struct ticket_facts *tickets_of_service(struct tickets *t, struct view address, const char *service, const char *realm,
					      int64_t now_ns)
{
	uint64_t hash = service_hash_of(address, service, realm);
	struct ticket *found = NULL;

	if (t->index == NULL)
		return NULL;
	for (struct ticket *k = *bucket(t->index->by_service, hash); k != NULL; k = k->next_of_service) {
		if (k->service_hash != hash || k->until_ns < now_ns || !is_for(k, address, service, realm))
			continue;
		if (found != NULL && !same_client(found, k))
			return NULL;
		found = found == NULL ? k : found;
	}
	return found != NULL ? used(t, found) : NULL;
}
