/*
 * Kerberos over TCP: each message behind its length in four bytes (RFC 4120
 * 7.2.2), several per connection, answered in order.
 */
#include "sensor/auth/kdc.h"

#include "sensor/core/cursor.h"
#include "sensor/core/ends.h"

enum {
	MARK_BYTES = 4,
	HEAD_BYTES = MARK_BYTES + KRB_HEAD_BYTES,	/* as much as shows that a message begins here */
	FIRST_ROOM = 2048,		/* most messages fit; a longer one costs memory only as its bytes come */
	ASKED_MAX = 8,			/* clients send one request and wait; of more, the oldest is reported unanswered and counted */
};

_Static_assert((int)HEAD_BYTES <= (int)CLAIM_BYTES, "a message can be told from what a protocol is asked about");

/* A request that awaits its answer. */
struct asked {
	struct asked *next;	/* asked after this one */
	int64_t time_ns;
	uint32_t n;
	enum krb_type type;
	uint8_t bytes[];
};

/* One direction. */
struct half {
	uint8_t head[HEAD_BYTES];
	uint8_t n_head;
	bool is_lost;		/* looking for a message */
	uint32_t n;		/* bytes of the message that came */
	uint32_t total;		/* its length; 0 while in the head */
	uint32_t room;
	uint8_t *block;		/* of the pool; NULL: the pool had no room, the bytes are passed over */
	int64_t since_ns;
};

struct conn {
	struct env *env;
	const struct tcp_ends *ends;
	struct half half[2];	/* by enum way */
	struct asked *asked;	/* the oldest first */
	uint32_t n_asked;
	enum way client_sends;
	uint64_t n_malformed;
};

static void malformed(struct conn *c)
{
	count(c->env->counts, COUNT_KRB_MALFORMED);
	c->n_malformed++;
}

/* ---- requests and answers ---- */

static void report(struct conn *c, const struct kdc_exchange *x)
{
	struct parties parties = ends_parties(c->ends, c->client_sends);

	kdc_report(c->env, &parties, x);
}

/* Report what is asked at ${at} with ${answer}, and let go of it. */
static void settle(struct conn *c, struct asked **at, struct view answer, int64_t answer_ns)
{
	struct asked *asked = *at;
	struct kdc_exchange x = { view_of(asked->bytes, asked->n), asked->time_ns, answer, answer_ns };

	*at = asked->next;
	c->n_asked--;
	report(c, &x);
	pool_put(c->env->pool, asked, sizeof(*asked) + asked->n);
}

static void ask(struct conn *c, const struct krb_message *m, struct view message, int64_t time_ns)
{
	struct asked **end = &c->asked;
	struct asked *asked;

	if (c->n_asked >= ASKED_MAX) {
		count(c->env->counts, COUNT_KRB_TABLE_FULL);
		settle(c, &c->asked, view_of(NULL, 0), 0);
	}
	asked = pool_get(c->env->pool, sizeof(*asked) + message.n);
	if (asked == NULL) {
		count(c->env->counts, COUNT_POOL_FULL);
		return;
	}
	asked->time_ns = time_ns;
	asked->type = m->type;
	asked->n = (uint32_t)view_copy(asked->bytes, message.n, message);
	while (*end != NULL)
		end = &(*end)->next;
	*end = asked;
	c->n_asked++;
}

static void answer(struct conn *c, const struct krb_message *m, struct view message, int64_t time_ns)
{
	struct asked **at = &c->asked;

	while (*at != NULL && !kdc_answers((*at)->type, m->type))
		at = &(*at)->next;
	if (*at != NULL)
		settle(c, at, message, time_ns);
	else
		report(c, &(struct kdc_exchange){ .answer = message, .answer_ns = time_ns });
}

static void take(struct conn *c, enum way way, struct view message, int64_t time_ns)
{
	struct krb_message m;
	bool is_request = krb_is_request(message);

	if (!krb_parse(message, &m)) {
		malformed(c);
		return;
	}
	count(c->env->counts, COUNT_KRB_MESSAGES);
	c->client_sends = is_request ? way : !way;
	(is_request ? ask : answer)(c, &m, message, time_ns);
}

/* ---- from bytes to messages ---- */

static void restart(struct conn *c, struct half *h)
{
	pool_put(c->env->pool, h->block, h->room);
	h->block = NULL;
	h->n_head = 0;
	h->n = h->total = h->room = 0;
}

/* Make room for ${n} bytes of the message; when there is none, all that was kept of it goes. */
static void grow(struct conn *c, struct half *h, uint32_t n)
{
	uint32_t room = h->room != 0 ? h->room : FIRST_ROOM;
	uint8_t *block;

	if (n <= h->room)
		return;
	while (room < n)
		room *= 2;
	block = pool_get(c->env->pool, room);
	if (block == NULL)
		count(c->env->counts, COUNT_POOL_FULL);
	else
		view_copy(block, room, view_of(h->block, h->n));
	pool_put(c->env->pool, h->block, h->room);
	h->block = block;
	h->room = block != NULL ? room : 0;
}

/* Append ${bytes}, of a message whose length is known. */
static void append(struct conn *c, struct half *h, struct view bytes)
{
	if (h->n == 0 || h->block != NULL)
		grow(c, h, h->n + (uint32_t)bytes.n);
	if (h->block != NULL)
		view_copy(h->block + h->n, h->room - h->n, bytes);
	h->n += (uint32_t)bytes.n;
}

/* The head is full: a message begins in it, or it is moved on by one byte. */
static void look_at_head(struct conn *c, struct half *h)
{
	struct cursor head = cur_of(view_of(h->head, HEAD_BYTES));
	uint32_t n = cur_u32be(&head);
	struct view first = cur_rest(&head);

	if (n >= KRB_HEAD_BYTES && n <= KDC_MESSAGE_BYTES && krb_opens(first, n)) {
		count_n(c->env->counts, COUNT_KRB_RESYNC, h->is_lost);
		h->is_lost = false;
		h->total = n;
		append(c, h, first);
		return;
	}
	if (!h->is_lost)
		malformed(c);
	h->is_lost = true;
	for (size_t i = 1; i < HEAD_BYTES; i++)
		h->head[i - 1] = h->head[i];
	h->n_head--;
}

static void conn_feed(struct conn *c, enum way way, struct view bytes, int64_t time_ns)
{
	struct half *h = &c->half[way];

	while (bytes.n > 0) {
		size_t wanted = h->total > 0 ? h->total - h->n : (size_t)(HEAD_BYTES - h->n_head);
		struct view part = view_first(bytes, wanted);

		bytes = view_after(bytes, part.n);
		if (h->total > 0) {
			append(c, h, part);
		} else {
			h->since_ns = h->n_head == 0 || h->is_lost ? time_ns : h->since_ns;
			h->n_head += (uint8_t)view_copy(h->head + h->n_head, part.n, part);
			if (h->n_head == HEAD_BYTES)
				look_at_head(c, h);
		}
		if (h->total == 0 || h->n < h->total)
			continue;
		if (h->block != NULL)
			take(c, way, view_of(h->block, h->n), h->since_ns);
		restart(c, h);
	}
}

static void conn_gap(struct conn *c, enum way way, uint64_t n, int64_t time_ns)
{
	(void)n, (void)time_ns;
	restart(c, &c->half[way]);
	c->half[way].is_lost = true;
}

/* ---- life ---- */

static struct conn *conn_open(struct env *env, const struct tcp_ends *ends)
{
	struct conn *c = pool_get(env->pool, sizeof(*c));

	if (c == NULL) {
		count(env->counts, COUNT_POOL_FULL);
		return NULL;
	}
	c->env = env;
	c->ends = ends;
	c->client_sends = FROM_OPENER;
	return c;
}

static void conn_close(struct conn *c, const char *ended_by, int64_t time_ns)
{
	(void)ended_by, (void)time_ns;
	while (c->asked != NULL)
		settle(c, &c->asked, view_of(NULL, 0), 0);
	restart(c, &c->half[FROM_OPENER]);
	restart(c, &c->half[FROM_OPENED]);
	pool_put(c->env->pool, c, sizeof(*c));
}

static uint64_t conn_malformed(const struct conn *c)
{
	return c->n_malformed;
}

static enum way conn_client_sends(const struct conn *c)
{
	return c->client_sends;
}

/* The bytes alone tell: a length that the message behind it confirms twice. */
static bool conn_claims(uint16_t port, struct view first)
{
	struct cursor c = cur_of(first);
	uint32_t n = cur_u32be(&c);

	(void)port;
	return n <= KDC_MESSAGE_BYTES && krb_opens(cur_rest(&c), n);
}

/* What is asked is asked again. */
static bool conn_is_dear(const struct conn *c)
{
	(void)c;
	return false;
}

const struct conn_ops kdc_conn_ops = {
	.name = "kerberos",
	.open = conn_open,
	.feed = conn_feed,
	.gap = conn_gap,
	.close = conn_close,
	.malformed = conn_malformed,
	.is_dear = conn_is_dear,
	.client_sends = conn_client_sends,
	.claims = conn_claims,
};
