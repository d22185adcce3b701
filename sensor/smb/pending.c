#include "sensor/smb/pending.h"

#include "sensor/smb/assembly.h"
#include "sensor/smb/open.h"

static struct pending *row(const struct conn *c, size_t i)
{
	return table_row(&c->pendings, sizeof(struct pending), i);
}

static void release(struct conn *c, struct pending *p)
{
	open_release(c, p->open);
	assembly_free(c, p->assembly);
	pool_put(c->env->pool, p->kept, p->kept_n);
	c->kept_bytes -= p->kept_n;
}

static void drop_row(struct conn *c, size_t i)
{
	release(c, row(c, i));
	table_drop(&c->pendings, c->env->pool, sizeof(struct pending), i);
}

/* Report request ${i} without a response. */
static void give_up(struct conn *c, size_t i)
{
	count(c->env->counts, COUNT_SMB_UNANSWERED);
	row(c, i)->finish(c, row(c, i), NULL);
	drop_row(c, i);
}

/* Room for one more request that keeps ${n} bytes. */
static void make_room(struct conn *c, size_t n)
{
	while (table_n(&c->pendings) > 0 &&
	       (table_n(&c->pendings) >= LIMIT_PENDING || (c->kept_bytes > 0 && c->kept_bytes + n > PENDING_KEPT_BYTES))) {
		count(c->env->counts, COUNT_SMB_TABLE_FULL);
		give_up(c, 0);
	}
}

struct pending *pending_find(struct conn *c, uint64_t key, uint8_t command)
{
	for (size_t i = 0; i < table_n(&c->pendings); i++)
		if (row(c, i)->key == key && row(c, i)->command == command)
			return row(c, i);
	return NULL;
}

bool pending_is_awaited(struct conn *c, uint64_t key, uint8_t command, const struct message *m)
{
	return conn_may_wait(c, m) && pending_find(c, key, command) == NULL;
}

struct pending *pending_find_command(struct conn *c, uint8_t command)
{
	for (size_t i = 0; i < table_n(&c->pendings); i++)
		if (row(c, i)->command == command)
			return row(c, i);
	return NULL;
}

static size_t index_of(const struct conn *c, const struct pending *p)
{
	size_t i = 0;

	while (row(c, i) != p)
		i++;
	return i;
}

bool pending_add(struct conn *c, const struct pending *p, struct view keep)
{
	struct pending *same = pending_find(c, p->key, p->command);
	struct pending *added;

	if (same != NULL)
		give_up(c, index_of(c, same));
	make_room(c, keep.n);
	added = table_add(&c->pendings, c->env->pool, sizeof(*added));
	if (added == NULL) {
		count(c->env->counts, COUNT_POOL_FULL);
		open_release(c, p->open);
		return false;
	}
	*added = *p;
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
	while (table_n(&c->pendings) > 1 && c->kept_bytes + n > PENDING_KEPT_BYTES) {
		count(c->env->counts, COUNT_SMB_TABLE_FULL);
		give_up(c, row(c, 0)->key == key && row(c, 0)->command == command);
	}
	return pending_find(c, key, command);
}

void pending_drop(struct conn *c, struct pending *p)
{
	drop_row(c, index_of(c, p));
}

struct view pending_kept(const struct pending *p)
{
	return view_of(p != NULL ? p->kept : NULL, p != NULL ? p->kept_n : 0);
}

char *pending_text(const struct pending *p)
{
	return p != NULL ? (char *)p->kept : NULL;
}

void pending_answer(struct conn *c, uint64_t key, uint8_t command, finish_fn finish, const struct answer *a,
		    enum count malformed)
{
	struct pending *p = pending_find(c, key, command);
	enum finish result;

	if (p != NULL)
		conn_prove(c);
	else
		count(c->env->counts, COUNT_SMB_UNASKED);
	if (p == NULL && a->message->has_waited)
		conn_waited_in_vain(c);
	result = finish(c, p, a);
	if (result == FINISH_MORE)
		return;
	if (result == FINISH_MALFORMED)
		conn_malformed(c, malformed);
	if (result == FINISH_MALFORMED && p != NULL)
		finish(c, p, NULL);
	if (p != NULL)
		pending_drop(c, p);
}

void pending_fini(struct conn *c)
{
	while (table_n(&c->pendings) > 0)
		give_up(c, 0);
}
