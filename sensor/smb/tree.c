#include "sensor/smb/tree.h"

#include "sensor/smb/open.h"
#include "sensor/smb/share.h"

#include <string.h>

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

/* ---- paths, of which trees that are connected again and again have one ---- */

/* The path of ${table} that reads as ${path}; NULL if none does. */
static char *kept(const struct table *table, const char *path)
{
	for (size_t i = 0; path != NULL && i < table_n(table); i++)
		if (row(table, i)->path != NULL && strcmp(row(table, i)->path, path) == 0)
			return row(table, i)->path;
	return NULL;
}

/* How many rows of ${table} have it. */
static size_t n_with(const struct table *table, const char *kept_path)
{
	size_t n = 0;

	for (size_t i = 0; i < table_n(table); i++)
		n += row(table, i)->path == kept_path;
	return n;
}

static void drop_of(struct env *env, struct table *table, size_t i)
{
	share_release(env->pool, row(table, i)->path);
	table_drop(table, env->pool, sizeof(struct tree), i);
}

static void drop(struct conn *c, size_t i)
{
	drop_of(c->env, &c->group->trees, i);
}

/* ---- which tree ---- */

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

static bool is_ordinary(const struct table *trees, size_t i)
{
	return !share_is_admin(row(trees, i)->path);
}

static bool is_repeated(const struct table *trees, size_t i)
{
	return n_with(trees, row(trees, i)->path) > 1;
}

/* The oldest row of which ${may_go} says so; as many as there are if it says so of none. */
static size_t oldest(const struct table *trees, bool (*may_go)(const struct table *trees, size_t i))
{
	size_t i = 0;

	while (i < table_n(trees) && !may_go(trees, i))
		i++;
	return i;
}

/* Room for one tree more. */
static void make_room(struct conn *c)
{
	const struct table *trees = &c->group->trees;
	size_t i;

	if (n_trees(c) < LIMIT_TREES)
		return;
	count(c->env->counts, COUNT_SMB_TABLE_FULL);
	i = oldest(trees, is_ordinary);
	if (i == n_trees(c))
		i = oldest(trees, is_repeated);
	drop(c, i < n_trees(c) ? i : 0);
}

/* A copy of ${t} becomes the newest row; counted when memory is short. */
static void append(struct conn *c, const struct tree *t)
{
	struct tree *added;
	char *path;

	make_room(c);
	path = share_hold(kept(&c->group->trees, t->path));
	if (path == NULL)
		path = share_keep(c->env, t->path);
	added = table_add(&c->group->trees, c->env->pool, sizeof(*added));
	if (added == NULL) {
		count(c->env->counts, COUNT_POOL_FULL);
		share_release(c->env->pool, path);
		return;
	}
	*added = *t;
	added->path = path;
}

void tree_add(struct conn *c, const struct tree *t)
{
	forget(c, t->session_id, t->id);
	append(c, t);
}

void tree_adopt(struct conn *c, struct group *from)
{
	while (table_n(&from->trees) > 0) {
		append(c, row(&from->trees, 0));
		drop_of(c->env, &from->trees, 0);
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
		if (tree_row(c, i)->session_id == session_id && share_is_admin(tree_row(c, i)->path))
			return true;
	return false;
}

bool tree_has_admin(const struct conn *c)
{
	for (size_t i = 0; i < n_trees(c); i++)
		if (share_is_admin(tree_row(c, i)->path))
			return true;
	return false;
}
