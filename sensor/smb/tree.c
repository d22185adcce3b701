#include "sensor/smb/tree.h"

#include "sensor/smb/name.h"
#include "sensor/smb/open.h"

static struct tree *row(const struct table *t, size_t i)
{
	return table_row(t, sizeof(struct tree), i);
}

static size_t n_trees(const struct conn *c)
{
	return table_n(&c->group->trees);
}

static struct tree *tree_row(const struct conn *c, size_t i)
{
	return row(&c->group->trees, i);
}

static void drop(struct conn *c, size_t i)
{
	name_release(c->env->pool, tree_row(c, i)->path);
	table_drop(&c->group->trees, c->env->pool, sizeof(struct tree), i);
}

static bool is(const struct tree *t, uint64_t session_id, uint32_t id)
{
	return t->id == id && (t->session_id == session_id || t->is_shared);
}

struct tree *tree_find(const struct conn *c, uint64_t session_id, uint32_t id)
{
	for (size_t i = 0; i < n_trees(c); i++)
		if (is(tree_row(c, i), session_id, id))
			return tree_row(c, i);
	return NULL;
}

static void forget(struct conn *c, uint64_t session_id, uint32_t id)
{
	for (size_t i = n_trees(c); i-- > 0;)
		if (is(tree_row(c, i), session_id, id))
			drop(c, i);
}

/* Room for one tree more. */
static void make_room(struct conn *c)
{
	size_t i = 0;

	if (n_trees(c) < LIMIT_TREES)
		return;
	count(c->env->counts, COUNT_SMB_TABLE_FULL);
	while (i < n_trees(c) && name_is_admin(tree_row(c, i)->path))
		i++;
	drop(c, i < n_trees(c) ? i : 0);
}

/* ${t} becomes the newest row, and what it owns with it; NULL, counted, and released when memory is short. */
static struct tree *append(struct conn *c, const struct tree *t)
{
	struct tree *added;

	make_room(c);
	added = table_add(&c->group->trees, c->env->pool, sizeof(*added));
	if (added == NULL) {
		count(c->env->counts, COUNT_POOL_FULL);
		name_release(c->env->pool, t->path);
		return NULL;
	}
	*added = *t;
	return added;
}

void tree_add(struct conn *c, const struct tree *t)
{
	struct tree own = *t;

	forget(c, t->session_id, t->id);
	own.path = name_keep(c->env, t->path);
	append(c, &own);
}

void tree_adopt(struct conn *c, struct group *from)
{
	while (table_n(&from->trees) > 0) {
		append(c, row(&from->trees, 0));
		table_drop(&from->trees, c->env->pool, sizeof(struct tree), 0);
	}
}

void tree_end(struct conn *c, uint64_t session_id, uint32_t id, int64_t time_ns)
{
	open_end_tree(c, session_id, id, time_ns);
	forget(c, session_id, id);
}

void tree_forget_session(struct conn *c, uint64_t session_id)
{
	for (size_t i = n_trees(c); i-- > 0;)
		if (tree_row(c, i)->session_id == session_id)
			drop(c, i);
}

void tree_fini(struct conn *c)
{
	while (n_trees(c) > 0)
		drop(c, n_trees(c) - 1);
}

bool tree_is_admin_session(const struct conn *c, uint64_t session_id)
{
	for (size_t i = 0; i < n_trees(c); i++)
		if (tree_row(c, i)->session_id == session_id && name_is_admin(tree_row(c, i)->path))
			return true;
	return false;
}

bool tree_has_admin(const struct conn *c)
{
	for (size_t i = 0; i < n_trees(c); i++)
		if (name_is_admin(tree_row(c, i)->path))
			return true;
	return false;
}
