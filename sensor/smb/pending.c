#include "sensor/smb/pending.h"

#include "sensor/smb/assembly.h"
#include "sensor/smb/open.h"
#include "sensor/smb/tree.h"

#include <limits.h>

/* Take ${p} off its connection, and let go of it and of what it holds. */
static void drop(struct conn *c, struct pending *p)
{
	struct pending **at = &c->pendings;

	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	open_release(c, p->open);
	assembly_free(c, p->assembly);
	pool_put(c->env->pool, p->kept, p->kept_n);
	c->kept_bytes -= p->kept_n;
	pool_put(c->env->pool, p, sizeof(*p));
}

/* Report ${p} without a response. */
static void give_up(struct conn *c, struct pending *p)
{
	count(c->env->counts, COUNT_SMB_UNANSWERED);
	p->finish(c, p, NULL);
	drop(c, p);
}

static bool is_dear(const struct conn *c, const struct pending *p)
{
	const struct tree *t = p->is_bare ? NULL : tree_find(c, p->session_id, p->tree_id);

	return t != NULL && (t->type == SHARE_PIPE || t->is_admin);
}

/* The higher, the longer it is kept. */
static int dearness(const struct pending *p)
{
	return p->is_bare ? 0 : 1 + p->is_dear;
}

/* The oldest of the least dear, but not ${but}; NULL if there is no other. */
static struct pending *most_dispensable(const struct conn *c, const struct pending *but)
{
	struct pending *found = NULL;
	int least = INT_MAX;

	for (struct pending *p = c->pendings; p != NULL && least > 0; p = p->next) {
		int dear = p != but ? dearness(p) : INT_MAX;

		if (dear < least) {
			least = dear;
			found = p;
		}
	}
	return found;
}

/* The same of those that keep something. */
static struct pending *oldest_keeper(const struct conn *c, const struct pending *but)
{
	struct pending *p = c->pendings;

	while (p != NULL && (p == but || (p->kept_n == 0 && p->assembly == NULL)))
		p = p->next;
	return p;
}

/* Give up ${p} for another; false if there is none. */
static bool evict(struct conn *c, struct pending *p)
{
	if (p == NULL)
		return false;
	count(c->env->counts, COUNT_SMB_TABLE_FULL);
	give_up(c, p);
	return true;
}

/* Room for one more request that keeps ${n} bytes. */
static void make_room(struct conn *c, size_t n)
{
	size_t n_pendings = 0;

	for (const struct pending *p = c->pendings; p != NULL; p = p->next)
		n_pendings++;
	if (n_pendings >= LIMIT_PENDING)
		evict(c, most_dispensable(c, NULL));
	while (n > 0 && c->kept_bytes + n > PENDING_KEPT_BYTES && evict(c, oldest_keeper(c, NULL)))
		;
}

static void append(struct conn *c, struct pending *p)
{
	struct pending **at = &c->pendings;

	while (*at != NULL)
		at = &(*at)->next;
	p->next = NULL;
	*at = p;
}

struct pending *pending_find(struct conn *c, uint64_t key, uint8_t command)
{
	struct pending *p = c->pendings;

	while (p != NULL && (p->key != key || p->command != command))
		p = p->next;
	return p;
}

bool pending_is_awaited(struct conn *c, uint64_t key, uint8_t command, const struct message *m)
{
	const struct pending *p = conn_may_wait(c, m) ? pending_find(c, key, command) : NULL;

	return conn_may_wait(c, m) && (p == NULL || p->assembly != NULL);
}

struct pending *pending_find_command(struct conn *c, uint8_t command)
{
	struct pending *p = c->pendings;

	while (p != NULL && p->command != command)
		p = p->next;
	return p;
}

bool pending_add(struct conn *c, const struct pending *p, struct view keep)
{
	struct pending *same = c->is_leaky ? pending_find(c, p->key, p->command) : NULL;
	struct pending *added;

	if (same != NULL)
		give_up(c, same);
	make_room(c, keep.n);
	added = pool_take(c->env->pool, sizeof(*added));
	if (added == NULL) {
		count(c->env->counts, COUNT_POOL_FULL);
		open_release(c, p->open);
		return false;
	}
	*added = *p;
	added->is_dear = is_dear(c, p);
	append(c, added);
	if (keep.n == 0)
		return true;
	added->kept = pool_take(c->env->pool, keep.n);
	if (added->kept == NULL) {
		count(c->env->counts, COUNT_POOL_FULL);
		return true;
	}
	added->kept_n = (uint32_t)view_copy(added->kept, keep.n, keep);
	c->kept_bytes += added->kept_n;
	return true;
}

struct pending *pending_room(struct conn *c, uint64_t key, uint8_t command, size_t n)
{
	struct pending *p = pending_find(c, key, command);

	while (c->kept_bytes + n > PENDING_KEPT_BYTES && evict(c, oldest_keeper(c, p)))
		;
	return p;
}

void pending_drop(struct conn *c, struct pending *p)
{
	drop(c, p);
}

struct view pending_kept(const struct pending *p)
{
	return view_of(p != NULL ? p->kept : NULL, p != NULL ? p->kept_n : 0);
}

char *pending_text(const struct pending *p)
{
	return p != NULL ? (char *)p->kept : NULL;
}

void pending_answer(struct conn *c, const struct reply *r, const struct answer *a)
{
	struct pending *p = pending_find(c, r->key, r->command);
	enum finish result;

	if (p != NULL)
		conn_prove(c);
	else
		count(c->env->counts, COUNT_SMB_UNASKED);
	if (p == NULL && a->message->has_waited)
		conn_waited_in_vain(c);
	result = r->finish(c, p, a);
	if (result == FINISH_MORE)
		return;
	if (result == FINISH_MALFORMED)
		conn_malformed(c, r->malformed);
	if (result == FINISH_MALFORMED && p != NULL)
		r->finish(c, p, NULL);
	if (p != NULL)
		pending_drop(c, p);
}

void pending_end(struct conn *c, struct pending *p, const struct answer *a)
{
	if (p->finish(c, p, a) == FINISH_MALFORMED)
		p->finish(c, p, NULL);
	drop(c, p);
}

void pending_fini(struct conn *c)
{
	while (c->pendings != NULL)
		give_up(c, c->pendings);
}
