#include "sensor/smb/group.h"

#include "sensor/core/cursor.h"
#include "sensor/core/ends.h"
#include "sensor/smb/conn.h"
#include "sensor/smb/open.h"
#include "sensor/smb/tree.h"

struct group *group_new(struct env *env)
{
	struct group *g = pool_get(env->pool, sizeof(*g));

	if (g == NULL)
		count(env->counts, COUNT_POOL_FULL);
	else
		g->n_conns = 1;
	return g;
}

/* A GUID in 32 bits: enough to tell whether it is the one expected, and never 0. */
static uint32_t mark_of(struct view guid)
{
	struct cursor c = cur_of(guid);
	uint32_t mark = 0;

	while (cur_left(&c) >= 4)
		mark = (mark << 7 | mark >> 25) ^ cur_u32le(&c);
	return guid.n > 0 && mark == 0 ? 1 : mark;
}

/* What several connections agreed on stays. */
void group_mark(struct group *g, struct view client_guid, struct view server_guid)
{
	if (g->n_conns > 1)
		return;
	g->client_mark = mark_of(client_guid);
	g->server_mark = mark_of(server_guid);
}

static bool is_known_same(uint32_t a, uint32_t b)
{
	return a != 0 && a == b;
}

static bool is_known_different(uint32_t a, uint32_t b)
{
	return a != 0 && b != 0 && a != b;
}

static bool has_same_hosts(const struct conn *c, const struct conn *other)
{
	enum way client = conn_client(c), others = conn_client(other);

	return view_equals(ends_address(c->ends, client), ends_address(other->ends, others)) &&
	       view_equals(ends_address(c->ends, !client), ends_address(other->ends, !others));
}

bool group_can_join(const struct conn *c, const struct conn *other)
{
	const struct group *a = c->group, *b = other->group;

	if (is_known_different(a->client_mark, b->client_mark) || is_known_different(a->server_mark, b->server_mark))
		return false;
	if (is_known_same(a->client_mark, b->client_mark) && is_known_same(a->server_mark, b->server_mark))
		return true;
	return has_same_hosts(c, other);
}

static void discard(struct conn *c, struct group *g)
{
	pool_put(c->env->pool, g, sizeof(*g));
}

bool group_join(struct conn *c, const struct conn *other)
{
	struct group *g = other->group, *own = c->group;

	if (g == own)
		return true;
	if (own->n_conns > 1 || g->n_conns >= LIMIT_CHANNELS) {
		count(c->env->counts, COUNT_SMB_TABLE_FULL);
		return false;
	}
	g->n_conns++;
	c->group = g;
	tree_adopt(c, own);
	open_adopt(c, own);
	discard(c, own);
	return true;
}

bool group_is_last(const struct conn *c)
{
	return c->group->n_conns == 1;
}

void group_leave(struct conn *c)
{
	if (--c->group->n_conns == 0)
		discard(c, c->group);
	c->group = NULL;
}
