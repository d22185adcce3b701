#include "sensor/load.h"

#include "sensor/core/fetch.h"

enum { FETCHED_BYTES = 320 };	/* of a packet: all of most of those that have more than data */

void load_empty(struct load *l)
{
	l->n = l->n_seen = l->used_bytes = 0;
}

bool load_add(struct load *l, const struct packet *packet)
{
	uint8_t *copy = l->bytes + l->used_bytes;
	struct packet *last;

	if (l->n == LOAD_PACKETS || packet->bytes.n > LOAD_BYTES - l->used_bytes)
		return false;
	last = &l->packets[l->n++];
	*last = *packet;
	last->bytes = view_of(copy, view_copy(copy, LOAD_BYTES - l->used_bytes, packet->bytes));
	l->used_bytes += packet->bytes.n;
	return true;
}

void load_look(struct load *l, const struct flow_table *table)
{
	struct look *look = &l->looks[l->n_seen];

	look_at(table, &l->packets[l->n_seen++], look);
	look_through(look);
}

bool load_holds(const struct load *l, struct view bytes)
{
	const uintptr_t begin = (uintptr_t)l->bytes, at = (uintptr_t)bytes.bytes;

	return at >= begin && at < begin + l->used_bytes;
}

/* Another processor wrote the packets: they come from its memory. Bring the beginnings of those in [${i}, ${end}). */
static void fetch_packets(const struct load *l, size_t i, size_t end)
{
	for (; i < end; i++) {
		fetch(&l->looks[i], l->n_seen != 0 ? sizeof(l->looks[i]) : 0);
		fetch(l->packets[i].bytes.bytes, l->packets[i].bytes.n < FETCHED_BYTES ? l->packets[i].bytes.n : FETCHED_BYTES);
	}
}

static size_t group_end(const struct load *l, size_t begin)
{
	return l->n - begin < ENGINE_ALONGSIDE ? l->n : begin + ENGINE_ALONGSIDE;
}

void load_feed(struct load *l, struct engine *e)
{
	fetch_packets(l, 0, group_end(l, 0));
	for (size_t i = 0, end; i < l->n; i = end) {
		end = group_end(l, i);
		fetch_packets(l, end, group_end(l, end));
		if (l->n_seen != 0)
			engine_feed_seen(e, l->packets + i, l->looks + i, end - i);
		else
			engine_feed_all(e, l->packets + i, end - i);
	}
}
