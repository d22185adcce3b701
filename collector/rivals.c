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

static bool is_unproved(struct store_tx *tx, const struct rival *r, int64_t now_ns)
{
	struct clock_row rows[LEDGER_CLOCKS];
	struct store_endpoint where = { r->server, 0, r->time_ns, r->time_ns };
	size_t n = clocks_at(tx, r->site, &where, now_ns, rows);
	for (size_t i = 0; i < n; i++)
		if (rows[i].clock.how != LEDGER_UNKNOWN && rows[i].clock.how < LEDGER_LOGONS_AGREE)
			return true;
	return false;
}

/* Those of one client that stand together from ${i} on: where the next begin. */
static size_t find_run(const struct rivals *r, size_t i, struct store_tx *tx, struct id_set *accesses)
{
	const struct rival *first = &r->items[i];
	size_t last = i;
	int64_t *ids;
	while (last + 1 < r->n && is_same_server(first, &r->items[last + 1]) && strcmp(first->client, r->items[last + 1].client) == 0 &&
	       r->items[last + 1].time_ns - r->items[last].time_ns <= ledger_rivals_ns)
		last++;
	struct store_endpoint at = { first->server, 0, first->time_ns - ledger_rivals_ns, r->items[last].time_ns + ledger_rivals_ns };
	size_t n = store_accesses_from(tx, first->site, first->client, &at, &ids);
	id_set_take(accesses, ids, n);
	return last + 1;
}

void rivals_find(struct rivals *r, struct store_tx *tx, int64_t now_ns, struct id_set *accesses)
{
	bool is_asked = false;
	if (r->n > 0)
		qsort(r->items, r->n, sizeof *r->items, by_server);
	for (size_t i = 0; i < r->n && store_tx_ok(tx);) {
		bool is_next = i == 0 || !is_same_server(&r->items[i - 1], &r->items[i]);
		is_asked = is_next ? is_unproved(tx, &r->items[i], now_ns) : is_asked;
		if (is_asked)
			i = find_run(r, i, tx, accesses);
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
