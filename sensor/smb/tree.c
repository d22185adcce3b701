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
	size_t i = c->group->last_tree;

	if (i < n_trees(c) && is(tree_row(c, i), session_id, id))
		return tree_row(c, i);
	for (i = 0; i < n_trees(c); i++)
		if (is(tree_row(c, i), session_id, id)) {
			c->group->last_tree = (uint16_t)i;
			return tree_row(c, i);
		}
	return NULL;
}

void tree_opened(struct conn *c, uint64_t session_id, uint32_t id)
{
	struct tree *t = tree_find(c, session_id, id);

	if (t != NULL && t->n_opens < UINT16_MAX)
		t->n_opens++;
}

void tree_closed(struct conn *c, uint64_t session_id, uint32_t id)
{
	struct tree *t = tree_find(c, session_id, id);

	if (t != NULL && t->n_opens > 0)
		t->n_opens--;
}

static void forget(struct conn *c, uint64_t session_id, uint32_t id)
{
	for (size_t i = n_trees(c); i-- > 0;)
		if (is(tree_row(c, i), session_id, id))
			drop(c, i);
}

/* ---- which goes ---- */

enum { RANK_ORDINARY, RANK_REPEATED, RANK_FIRST, RANK_OPEN_REPEATED, RANK_OPEN_FIRST, N_RANKS };

/* The higher, the longer it is kept. */
static int rank(const struct tree *t)
{
	if (!t->is_admin)
		return RANK_ORDINARY;
	if (t->n_opens == 0)
		return t->is_repeated ? RANK_REPEATED : RANK_FIRST;
	return t->is_repeated ? RANK_OPEN_REPEATED : RANK_OPEN_FIRST;
}

/* The row that goes first: of ordinary trees the oldest, of others the newest. */
static size_t most_dispensable(const struct conn *c)
{
	int least = N_RANKS;
	size_t found = 0;

	for (size_t i = 0; i < n_trees(c) && least > RANK_ORDINARY; i++) {
		int r = rank(tree_row(c, i));

		if (r <= least) {
			least = r;
			found = i;
		}
	}
	return found;
}

/* Room for one tree more. */
static void make_room(struct conn *c)
{
	if (n_trees(c) < LIMIT_TREES)
		return;
	count(c->env->counts, COUNT_SMB_TABLE_FULL);
	drop(c, most_dispensable(c));
}

/* True if the session has a tree of the administrative share that ${path} is. */
static bool has_same_admin(const struct conn *c, uint64_t session_id, const char *path)
{
	for (size_t i = 0; share_is_admin(path) && i < n_trees(c); i++)
		if (tree_row(c, i)->session_id == session_id && share_is_same_admin(tree_row(c, i)->path, path))
			return true;
	return false;
}

/* A copy of ${t} becomes the newest row; counted when memory is short. */
static void append(struct conn *c, const struct tree *t)
{
	struct tree *added;
	bool is_repeated;
	char *path;

	make_room(c);
	path = share_hold(kept(&c->group->trees, t->path));
	if (path == NULL)
		path = share_keep(c->env, t->path);
	is_repeated = has_same_admin(c, t->session_id, path);
	added = table_add(&c->group->trees, c->env->pool, sizeof(*added));
	if (added == NULL) {
		count(c->env->counts, COUNT_POOL_FULL);
		share_release(c->env->pool, path);
		return;
	}
	*added = *t;
	added->path = path;
	added->is_admin = share_is_admin(path);
	added->is_repeated = is_repeated;
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
		if (tree_row(c, i)->session_id == session_id && tree_row(c, i)->is_admin)
			return true;
	return false;
}

bool tree_has_admin(const struct conn *c)
{
	for (size_t i = 0; i < n_trees(c); i++)
		if (tree_row(c, i)->is_admin)
			return true;
	return false;
}
