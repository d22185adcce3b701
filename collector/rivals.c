#include "collector/rivals.h"

#include "collector/baseline/ledger.h"
#include "collector/clocks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct rival {
	int64_t site, time_ns;
	char client[STORE_ADDRESS_BYTES], server[STORE_ADDRESS_BYTES];
};

void rivals_add(struct rivals *r, const struct store_wire_logon *w)
{
	if (w->kind != WIRE_SMB)
		return;
	if (r->n == r->cap) {
		size_t cap = r->cap == 0 ? 64 : 2 * r->cap;
		struct rival *more = reallocarray(r->items, cap, sizeof *more);
		if (more == NULL) {
			r->is_short = true;
			return;
		}
		r->items = more;
		r->cap = cap;
	}
	struct rival *one = &r->items[r->n++];
	one->site = w->site_id;
	one->time_ns = w->time_ns;
	snprintf(one->client, sizeof one->client, "%s", w->client);
	snprintf(one->server, sizeof one->server, "%s", w->server);
}

static bool is_same_server(const struct rival *a, const struct rival *b)
{
	return a->site == b->site && strcmp(a->server, b->server) == 0;
}

static int by_server(const void *a, const void *b)
{
	const struct rival *x = a, *y = b;
	int order = (x->site > y->site) - (x->site < y->site);
	if (order == 0)
		order = strcmp(x->server, y->server);
	if (order == 0)
		order = strcmp(x->client, y->client);
	return order != 0 ? order : (x->time_ns > y->time_ns) - (x->time_ns < y->time_ns);
}

/* How far from a logon to ${r}'s server a record may be that names no port and is its own; 0: its logs name ports, or there are none. */
static int64_t reach_of(struct store_tx *tx, const struct rival *r, int64_t now_ns)
{
	int64_t reach_ns = 0;
	struct clock_row rows[LEDGER_CLOCKS];
	struct store_endpoint where = { r->server, 0, r->time_ns, r->time_ns };
	size_t n = clocks_at(tx, r->site, &where, now_ns, rows);
	for (size_t i = 0; i < n; i++) {
		const struct ledger_clock *c = &rows[i].clock;
		struct store_around around = { r->time_ns + c->offset_ns, ledger_rivals_ns };
		if (c->how == LEDGER_UNKNOWN)
			continue;
		if (c->how < LEDGER_LOGONS_AGREE)
			return ledger_rivals_ns;
		if (!store_log_names_ports(tx, c->id, LOG_LOGON, &around))
			reach_ns = ledger_sharers_ns;
	}
	return reach_ns;
}

/* Those of one client that stand together from ${i} on: where the next begin. */
static size_t find_run(const struct rivals *r, size_t i, int64_t reach_ns, struct store_tx *tx, struct id_set *accesses)
{
	const struct rival *first = &r->items[i];
	size_t last = i;
	int64_t *ids;
	while (last + 1 < r->n && is_same_server(first, &r->items[last + 1]) && strcmp(first->client, r->items[last + 1].client) == 0 &&
	       r->items[last + 1].time_ns - r->items[last].time_ns <= reach_ns)
		last++;
	struct store_log_part part = { .site_id = first->site,
				       .address = first->server,
				       .near_from_ns = first->time_ns - ledger_sharers_ns,
				       .near_to_ns = r->items[last].time_ns + ledger_sharers_ns,
				       .from_ns = first->time_ns - reach_ns,
				       .to_ns = r->items[last].time_ns + reach_ns };
	size_t n = store_accesses_from(tx, first->client, &part, &ids);
	id_set_take(accesses, ids, n);
	return last + 1;
}

void rivals_find(struct rivals *r, struct store_tx *tx, int64_t now_ns, struct id_set *accesses)
{
	int64_t reach_ns = 0;
	if (r->n > 0)
		qsort(r->items, r->n, sizeof *r->items, by_server);
	for (size_t i = 0; i < r->n && store_tx_ok(tx);) {
		bool is_next = i == 0 || !is_same_server(&r->items[i - 1], &r->items[i]);
		reach_ns = is_next ? reach_of(tx, &r->items[i], now_ns) : reach_ns;
		if (reach_ns > 0)
			i = find_run(r, i, reach_ns, tx, accesses);
		else
			i++;
	}
	if (r->is_short)
		store_tx_fail(tx, "out of memory");
}

void rivals_fini(struct rivals *r)
{
	free(r->items);
	*r = (struct rivals){ 0 };
}
