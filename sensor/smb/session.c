#include "sensor/smb/session.h"

#include "sensor/smb/fact.h"
#include "sensor/smb/open.h"
#include "sensor/smb/registry.h"
#include "sensor/smb/tree.h"

/* ---- encrypted messages ---- */

static void report_sealed(struct conn *c, const struct session *s, int is_final)
{
	Ev__SmbEncrypted body = EV__SMB_ENCRYPTED__INIT;
	Ev__Event e = EV__EVENT__INIT;
	struct exchange x = { .time_ns = s->sealed->first_ns };

	FACT_SET(&body, session_id, s->id);
	body.messages_to_server = s->sealed->messages[0];
	body.messages_to_client = s->sealed->messages[1];
	body.bytes_to_server = s->sealed->bytes[0];
	body.bytes_to_client = s->sealed->bytes[1];
	FACT_SET(&body, largest_to_server, s->sealed->largest[0]);
	FACT_SET(&body, largest_to_client, s->sealed->largest[1]);
	FACT_SET(&body, last_time, s->sealed->last_ns);
	body.final = is_final;
	e.body_case = EV__EVENT__BODY_SMB_ENCRYPTED;
	e.smb_encrypted = &body;
	fact_emit(c, &x, &e);
}

static size_t n_strangers(const struct conn *c)
{
	size_t n = 0;

	for (const struct session *s = c->sessions; s != NULL; s = s->next)
		n += s->is_stranger;
	return n;
}

/* The session whose encrypted messages are told; NULL: they are not. */
static struct session *sealed_session(struct conn *c, uint64_t id)
{
	struct session *s = session_find(c, id);

	if (s != NULL)
		return s;
	if (n_strangers(c) >= SESSION_STRANGERS) {
		count(c->env->counts, COUNT_SMB_SEALED_STRAY);
		return NULL;
	}
	s = session_get(c, id);
	if (s != NULL)
		s->is_stranger = true;
	return s;
}

static void begin_sealed(struct conn *c, struct session *s, int64_t time_ns)
{
	s->sealed = pool_get(c->env->pool, sizeof(*s->sealed));
	if (s->sealed == NULL)
		count(c->env->counts, COUNT_POOL_FULL);
	else
		s->sealed->first_ns = time_ns;
}

void session_sealed(struct conn *c, uint64_t id, enum way way, uint32_t n_bytes, int64_t time_ns)
{
	struct session *s = sealed_session(c, id);
	int to_client = way != conn_client(c);
	bool is_first = s != NULL && s->sealed == NULL;

	if (is_first)
		begin_sealed(c, s, time_ns);
	if (s == NULL || s->sealed == NULL)
		return;
	s->sealed->messages[to_client]++;
	s->sealed->bytes[to_client] += n_bytes;
	if (n_bytes > s->sealed->largest[to_client])
		s->sealed->largest[to_client] = n_bytes;
	s->sealed->last_ns = time_ns;
	if (is_first)
		report_sealed(c, s, 0);
}

/* ---- sessions ---- */

struct session *session_find(const struct conn *c, uint64_t id)
{
	struct session *s = c->sessions;

	while (s != NULL && s->id != id)
		s = s->next;
	return s;
}

/* Take ${s} off its connection. */
static void unlink_session(struct conn *c, struct session *s)
{
	struct session **at = &c->sessions;

	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	c->n_sessions--;
}

static void drop(struct conn *c, struct session *s)
{
	if (s->sealed != NULL)
		report_sealed(c, s, 1);
	pool_put(c->env->pool, s->sealed, sizeof(*s->sealed));
	if (s->is_registered)
		registry_drop(c->env->smb, s);
	unlink_session(c, s);
	pool_put(c->env->pool, s, sizeof(*s));
}

/* The session to give up for a newer one. */
static struct session *most_dispensable(const struct conn *c)
{
	struct session *s = c->sessions;

	while (s != NULL && tree_is_admin_session(c, s->id))
		s = s->next;
	return s != NULL ? s : c->sessions;
}

static void append(struct conn *c, struct session *s)
{
	struct session **at = &c->sessions;

	while (*at != NULL)
		at = &(*at)->next;
	*at = s;
	c->n_sessions++;
}

/* Let other connections find it by its id. */
static void enlist(struct conn *c, struct session *s)
{
	s->is_registered = registry_add(c->env->smb, s);
	if (!s->is_registered)
		count(c->env->counts, COUNT_SMB_SESSION_CROWD);
}

struct session *session_get(struct conn *c, uint64_t id)
{
	struct session *s = session_find(c, id);

	if (s != NULL)
		return s;
	if (c->n_sessions >= LIMIT_SESSIONS) {
		count(c->env->counts, COUNT_SMB_TABLE_FULL);
		drop(c, most_dispensable(c));
	}
	s = pool_get(c->env->pool, sizeof(*s));
	if (s == NULL) {
		count(c->env->counts, COUNT_POOL_FULL);
		return NULL;
	}
	s->id = id;
	s->conn = c;
	append(c, s);
	if (c->dialect != DIALECT_SMB1 && c->env->smb != NULL)
		enlist(c, s);
	return s;
}

void session_end(struct conn *c, uint64_t id, int64_t time_ns)
{
	struct session *s = session_find(c, id);

	open_end_session(c, id, time_ns);
	tree_forget_session(c, id);
	if (s != NULL)
		drop(c, s);
}

/* ---- the same session on another connection ---- */

/* ${s} is established on another connection, which can be a channel beside this one. */
static bool is_channel(const struct session *s, const void *ctx)
{
	const struct conn *c = ctx;

	return s->conn != c && s->is_established && group_can_join(c, s->conn);
}

static struct session *find_elsewhere(const struct conn *c, uint64_t id)
{
	return c->env->smb != NULL ? registry_find(c->env->smb, id, is_channel, c) : NULL;
}

void session_bind(struct conn *c, uint64_t id)
{
	const struct session *s = find_elsewhere(c, id);

	if (s != NULL)
		group_join(c, s->conn);
}

/* Used without a refusal so far, so somebody logged on under it. */
void session_meet(struct conn *c, uint64_t id)
{
	struct session *s = session_get(c, id);

	if (s == NULL)
		return;
	s->is_established = true;
	session_bind(c, id);
}

void session_replace(struct conn *c, uint64_t id, int64_t time_ns)
{
	struct session *s = find_elsewhere(c, id);

	if (s == NULL)
		return;
	open_leave_session(s->conn, id, time_ns);
	session_end(s->conn, id, time_ns);
}

void session_fini(struct conn *c)
{
	while (c->sessions != NULL)
		drop(c, c->sessions);
}
