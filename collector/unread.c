#include "collector/unread.h"

#include "collector/baseline/ledger.h"

void unread_line(struct unread *u, bool is_new)
{
	u->lines += is_new;
	u->is_open = true;
}

static void note(const struct unread *u, struct correlate *c, int64_t source, int64_t first_ns, int64_t last_ns)
{
	struct store_log_unread span = { source, u->has_zone, first_ns < last_ns ? first_ns : last_ns,
					 first_ns < last_ns ? last_ns : first_ns, u->lines };
	store_log_unread_add(c->tx, &span);
	correlate_unread(c, &span);
}

void unread_record(struct unread *u, struct correlate *c, int64_t source, const struct log_record *r)
{
	bool has_neighbour = u->has_before && u->has_zone == r->has_zone;
	int64_t before_ns = has_neighbour ? u->before_ns : r->time_ns;
	u->has_zone = r->has_zone;
	if (u->is_open)
		note(u, c, source, before_ns, r->time_ns);
	*u = (struct unread){ .has_before = true, .has_zone = r->has_zone, .before_ns = r->time_ns };
}

void unread_end(struct unread *u, struct correlate *c, int64_t source)
{
	if (u->is_open && u->has_before)
		note(u, c, source, u->before_ns, u->before_ns + ledger_wrong_ns);
	*u = (struct unread){ 0 };
}
