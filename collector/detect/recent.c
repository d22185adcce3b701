#include "collector/detect/recent.h"

#include <stdlib.h>
#include <string.h>

enum { WAYS = 8, HOST_BYTES = 16 };

struct place {
	int64_t site_id;
	uint8_t source[HOST_BYTES], destination[HOST_BYTES];
	uint64_t used;		/* r->now of the last use; 0: free */
};

struct recent {
	struct place *places;
	uint8_t *payloads;
	size_t n_sets, payload_bytes;
	bool (*forget)(void *payload);
	uint64_t now;		/* counts uses */
	uint64_t lost;
};

struct recent *recent_new(size_t entries, size_t payload_bytes, bool (*forget)(void *payload))
{
	struct recent *r = calloc(1, sizeof *r);
	if (!r)
		return NULL;
	r->payload_bytes = payload_bytes;
	r->forget = forget;
	r->n_sets = entries / WAYS + 1;
	r->places = calloc(r->n_sets * WAYS, sizeof *r->places);
	r->payloads = calloc(r->n_sets * WAYS, payload_bytes);
	if (r->places && r->payloads)
		return r;
	recent_free(r);
	return NULL;
}

static void *payload_at(const struct recent *r, size_t i)
{
	return r->payloads + i * r->payload_bytes;
}

void recent_free(struct recent *r)
{
	if (!r)
		return;
	for (size_t i = 0; r->places && r->payloads && i < r->n_sets * WAYS; i++)
		if (r->places[i].used)
			r->forget(payload_at(r, i));
	free(r->places);
	free(r->payloads);
	free(r);
}

uint64_t recent_lost(const struct recent *r)
{
	return r->lost;
}

static void copy_host(uint8_t out[HOST_BYTES], const Ev__Endpoint *host)
{
	memcpy(out, host->ip.data, host->ip.len < HOST_BYTES ? host->ip.len : HOST_BYTES);
}

static struct place place_of(const struct feed *f, enum recent_key key)
{
	struct place p = { .site_id = f->origin->site_id };
	if (key != RECENT_DESTINATION)
		copy_host(p.source, f->event->client);
	if (key != RECENT_SOURCE)
		copy_host(p.destination, f->event->server);
	return p;
}

static bool is_same(const struct place *a, const struct place *b)
{
	return a->site_id == b->site_id && memcmp(a->source, b->source, HOST_BYTES) == 0 &&
	       memcmp(a->destination, b->destination, HOST_BYTES) == 0;
}

/* FNV-1a over the hosts, folded. */
static size_t set_of(const struct recent *r, const struct place *p)
{
	uint64_t h = 0xcbf29ce484222325u ^ (uint64_t)p->site_id;
	for (size_t i = 0; i < HOST_BYTES; i++)
		h = (h ^ p->source[i]) * 0x100000001b3u;
	for (size_t i = 0; i < HOST_BYTES; i++)
		h = (h ^ p->destination[i]) * 0x100000001b3u;
	return (h ^ h >> 29) % r->n_sets * WAYS;
}

void *recent_find(struct recent *r, const struct feed *f, enum recent_key key)
{
	struct place wanted = place_of(f, key);
	size_t set = set_of(r, &wanted);
	for (size_t i = set; i < set + WAYS; i++)
		if (r->places[i].used && is_same(&r->places[i], &wanted)) {
			r->places[i].used = ++r->now;
			return payload_at(r, i);
		}
	return NULL;
}

void *recent_get(struct recent *r, const struct feed *f, enum recent_key key)
{
	void *payload = recent_find(r, f, key);
	if (payload)
		return payload;
	struct place wanted = place_of(f, key);
	size_t set = set_of(r, &wanted), oldest = set;
	for (size_t i = set; i < set + WAYS; i++)
		if (r->places[i].used < r->places[oldest].used)
			oldest = i;
	payload = payload_at(r, oldest);
	if (r->places[oldest].used)
		r->lost += r->forget(payload);
	memset(payload, 0, r->payload_bytes);
	r->places[oldest] = wanted;
	r->places[oldest].used = ++r->now;
	return payload;
}
