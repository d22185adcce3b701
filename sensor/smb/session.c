#include "sensor/smb/session.h"

#include "sensor/smb/fact.h"
#include "sensor/smb/name.h"
#include "sensor/smb/open.h"

/* ---- encrypted messages ---- */

static void report_sealed(struct conn *c, const struct session *s, int is_final)
{
	Ev__SmbEncrypted body = EV__SMB_ENCRYPTED__INIT;
	Ev__Event e = EV__EVENT__INIT;
	struct exchange x = { .time_ns = s->sealed->first_ns };

	FACT_SET(&body, session_id, s->id);
	body.messages_to_server = s->sealed->messages_to_server;
	body.messages_to_client = s->sealed->messages_to_client;
	body.bytes_to_server = s->sealed->bytes_to_server;
	body.bytes_to_client = s->sealed->bytes_to_client;
	FACT_SET(&body, last_time, s->sealed->last_ns);
	body.final = is_final;
	e.body_case = EV__EVENT__BODY_SMB_ENCRYPTED;
	e.smb_encrypted = &body;
	fact_emit(c, &x, &e);
}

void session_sealed(struct conn *c, uint64_t id, enum way way, uint64_t n_bytes, int64_t time_ns)
{
	struct session *s = session_get(c, id);
	bool is_first = s != NULL && s->sealed == NULL;

	if (is_first)
		s->sealed = pool_get(c->env->pool, sizeof(*s->sealed));
	if (s == NULL)
		return;
	if (s->sealed == NULL) {
		count(c->env->counts, COUNT_POOL_FULL);
		return;
	}
	if (way == conn_client(c)) {
		s->sealed->messages_to_server++;
		s->sealed->bytes_to_server += n_bytes;
	} else {
		s->sealed->messages_to_client++;
		s->sealed->bytes_to_client += n_bytes;
	}
	s->sealed->last_ns = time_ns;
	if (!is_first)
		return;
	s->sealed->first_ns = time_ns;
	report_sealed(c, s, 0);
}

/* ---- sessions ---- */

static struct session *session_row(const struct conn *c, size_t i)
{
	return table_row(&c->sessions, sizeof(struct session), i);
}

static void drop_session(struct conn *c, size_t i)
{
	struct session *s = session_row(c, i);

	if (s->sealed != NULL)
		report_sealed(c, s, 1);
	pool_put(c->env->pool, s->sealed, sizeof(*s->sealed));
	table_drop(&c->sessions, c->env->pool, sizeof(*s), i);
}

struct session *session_find(const struct conn *c, uint64_t id)
{
	for (size_t i = 0; i < c->sessions.n; i++)
		if (session_row(c, i)->id == id)
			return session_row(c, i);
	return NULL;
}

struct session *session_get(struct conn *c, uint64_t id)
{
	struct session *s = session_find(c, id);

	if (s != NULL)
		return s;
	if (c->sessions.n >= LIMIT_SESSIONS) {
		count(c->env->counts, COUNT_SMB_TABLE_FULL);
		drop_session(c, 0);
	}
	s = table_add(&c->sessions, c->env->pool, sizeof(*s));
	if (s == NULL)
		count(c->env->counts, COUNT_POOL_FULL);
	else
		s->id = id;
	return s;
}

/* ---- trees ---- */

static struct tree *tree_row(const struct conn *c, size_t i)
{
	return table_row(&c->trees, sizeof(struct tree), i);
}

static void drop_tree(struct conn *c, size_t i)
{
	name_release(c->env->pool, tree_row(c, i)->path);
	table_drop(&c->trees, c->env->pool, sizeof(struct tree), i);
}

static bool tree_is(const struct tree *t, uint64_t session_id, uint32_t id)
{
	return t->id == id && (t->session_id == session_id || t->is_shared);
}

struct tree *tree_find(const struct conn *c, uint64_t session_id, uint32_t id)
{
	for (size_t i = 0; i < c->trees.n; i++)
		if (tree_is(tree_row(c, i), session_id, id))
			return tree_row(c, i);
	return NULL;
}

static void forget_tree(struct conn *c, uint64_t session_id, uint32_t id)
{
	for (size_t i = c->trees.n; i-- > 0;)
		if (tree_is(tree_row(c, i), session_id, id))
			drop_tree(c, i);
}

void tree_add(struct conn *c, const struct tree *t)
{
	struct tree *added;

	forget_tree(c, t->session_id, t->id);
	if (c->trees.n >= LIMIT_TREES) {
		count(c->env->counts, COUNT_SMB_TABLE_FULL);
		drop_tree(c, 0);
	}
	added = table_add(&c->trees, c->env->pool, sizeof(*added));
	if (added == NULL) {
		count(c->env->counts, COUNT_POOL_FULL);
		return;
	}
	*added = *t;
	added->path = name_keep(c->env, t->path);
}

void tree_end(struct conn *c, uint64_t session_id, uint32_t id, int64_t time_ns)
{
	open_end_tree(c, session_id, id, time_ns);
	forget_tree(c, session_id, id);
}

/* ---- both ---- */

void session_end(struct conn *c, uint64_t id, int64_t time_ns)
{
	open_end_session(c, id, time_ns);
	for (size_t i = c->trees.n; i-- > 0;)
		if (tree_row(c, i)->session_id == id)
			drop_tree(c, i);
	for (size_t i = c->sessions.n; i-- > 0;)
		if (session_row(c, i)->id == id)
			drop_session(c, i);
}

void session_fini(struct conn *c)
{
	while (c->trees.n > 0)
		drop_tree(c, c->trees.n - 1u);
	while (c->sessions.n > 0)
		drop_session(c, 0);
}
