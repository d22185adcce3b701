#include "tests/lib/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_BYTES = 1 << 20, DEFAULT_POOL_BYTES = 8 << 20 };

static uint8_t client_ip[] = { 192, 0, 2, 1 }, server_ip[] = { 192, 0, 2, 2 };

static void keep(void *ctx, const Ev__Event *event)
{
	struct stage *s = ctx;
	size_t n = ev__event__get_packed_size(event);
	uint8_t *packed = malloc(n);

	if (packed == NULL || s->n_events == STAGE_EVENTS_MAX)
		abort();
	ev__event__pack(event, packed);
	s->events[s->n_events] = ev__event__unpack(NULL, n, packed);
	if (s->events[s->n_events++] == NULL)
		abort();
	free(packed);
}

static Ev__Endpoint endpoint(uint8_t ip[4], uint32_t port)
{
	Ev__Endpoint e = EV__ENDPOINT__INIT;

	e.ip.data = ip;
	e.ip.len = 4;
	e.port = port;
	return e;
}

struct stage *stage_new(size_t pool_bytes)
{
	struct stage *s = calloc(1, sizeof(*s));

	if (s == NULL)
		abort();
	s->arena.block = aligned_alloc(64, ARENA_BYTES);
	s->arena.cap_bytes = ARENA_BYTES;
	s->parties.client = endpoint(client_ip, 49152);
	s->parties.server = endpoint(server_ip, 445);
	strcpy(s->parties.community_id, "1:stage");
	s->env.arena = &s->arena;
	s->env.pool = pool_new(pool_bytes != 0 ? pool_bytes : DEFAULT_POOL_BYTES);
	s->env.counts = &s->counts;
	s->env.limits = &limits_default;
	s->env.emit = keep;
	s->env.emit_ctx = s;
	if (s->arena.block == NULL || s->env.pool == NULL)
		abort();
	return s;
}

void stage_packet(struct stage *s)
{
	arena_empty(&s->arena);
}

static void drop_events(struct stage *s)
{
	for (size_t i = 0; i < s->n_events; i++)
		ev__event__free_unpacked(s->events[i], NULL);
	s->n_events = 0;
}

void stage_free(struct stage *s)
{
	if (s == NULL)
		return;
	if (pool_used_bytes(s->env.pool) != 0) {
		fprintf(stderr, "stage: %zu bytes of the pool were not given back\n", pool_used_bytes(s->env.pool));
		abort();
	}
	drop_events(s);
	pool_free(s->env.pool);
	free(s->arena.block);
	free(s);
}
