#include "sensor/smb/conn.h"

#include "sensor/core/cursor.h"
#include "sensor/core/ends.h"
#include "sensor/core/fetch.h"
#include "sensor/smb/bulk.h"
#include "sensor/smb/compressed.h"
#include "sensor/smb/open.h"
#include "sensor/smb/pending.h"
#include "sensor/smb/raw.h"
#include "sensor/smb/session.h"
#include "sensor/smb/smb.h"
#include "sensor/smb/smb1.h"
#include "sensor/smb/smb2.h"
#include "sensor/smb/tree.h"

#include <string.h>

enum {
	PORT_DIRECT = 445,
	PORT_NBSS = 139,
	VAIN_MAX = 3,
	TRANSFORM_BYTES = 52,	/* [MS-SMB2] 2.2.41 */
};

/* ---- roles ---- */

static enum way other(enum way way)
{
	return way == FROM_OPENER ? FROM_OPENED : FROM_OPENER;
}

static bool is_smb_port(uint32_t port)
{
	return port == PORT_DIRECT || port == PORT_NBSS;
}

enum way conn_client(const struct conn *c)
{
	return (enum way)c->client;
}

static bool has_roles(const struct conn *c)
{
	return c->is_client_proved || (c->is_client_shown && c->named != NULL);
}

bool conn_is_response(const struct conn *c, enum way way, bool says)
{
	return has_roles(c) ? way != conn_client(c) : says;
}

void conn_takes(struct conn *c, enum way way, bool says)
{
	enum way client = says ? other(way) : way;

	if (!has_roles(c))
		c->client = client & 1;
	else if (c->client != client)
		conn_malformed(c, COUNT_SMB_WRONG_WAY);
	c->is_client_shown = true;
}

void conn_prove(struct conn *c)
{
	c->is_client_proved = true;
	c->n_vain = 0;
}

bool conn_may_wait(const struct conn *c, const struct message *m)
{
	return m->n_units == 0 && !m->has_waited && !m->is_inflated && c->n_vain < VAIN_MAX;
}

void conn_waited_in_vain(struct conn *c)
{
	if (c->n_vain < VAIN_MAX)
		c->n_vain++;
}

static void keep(ProtobufCBinaryData *field, uint8_t *own, size_t cap)
{
	field->len = view_copy(own, cap, view_of(field->data, field->len));
	field->data = own;
}

/* Let nothing of them point to the flow. */
static void keep_ends(struct named_ends *n)
{
	keep(&n->parties.client.ip, n->of_client.address, sizeof(n->of_client.address));
	keep(&n->parties.client.mac, n->of_client.mac, sizeof(n->of_client.mac));
	keep(&n->parties.server.ip, n->of_server.address, sizeof(n->of_server.address));
	keep(&n->parties.server.mac, n->of_server.mac, sizeof(n->of_server.mac));
}

struct named_ends *conn_name_ends(struct conn *c)
{
	if (c->named == NULL) {
		c->named = pool_take(c->env->pool, sizeof(*c->named));
		if (c->named == NULL) {
			count(c->env->counts, COUNT_POOL_FULL);
			return NULL;
		}
		c->named->parties = ends_parties(c->ends, conn_client(c));
		c->named->references = 1;
		keep_ends(c->named);
	}
	c->named->references++;
	return c->named;
}

void conn_release_ends(struct env *env, struct named_ends *n)
{
	if (n != NULL && --n->references == 0)
		pool_put(env->pool, n, sizeof(*n));
}

void conn_malformed(struct conn *c, enum count reason)
{
	count(c->env->counts, reason);
	c->malformed++;
}

/* ---- units, by protocol id ---- */

static struct nbss_user user_of(struct conn *c);

enum { MAGIC_BYTES = 4, MAGIC_FIRST = 0xFC, MAGIC_SMB = 'S' << 16 | 'M' << 8 | 'B' };

struct protocol {
	struct plan (*plan)(struct conn *c, enum way way, const struct message *m, struct view head);
	void (*unit)(struct conn *c, enum way way, struct message *m, struct view unit);
	void (*whole)(struct conn *c, enum way way, struct message *m, struct view message);
};

static struct plan plan_bad(struct conn *c)
{
	conn_malformed(c, COUNT_SMB2_MALFORMED);
	return (struct plan){ .verdict = UNIT_BAD };
}

/* Only the header is read; what it seals is passed over. */
static struct plan plan_encrypted(struct conn *c, enum way way, const struct message *m, struct view head)
{
	(void)way;
	(void)head;
	if (m->left < TRANSFORM_BYTES || m->n_units > 0)
		return plan_bad(c);
	return (struct plan){ .verdict = UNIT_BULK, .head = TRANSFORM_BYTES, .unit = m->left };
}

static struct plan plan_compressed(struct conn *c, enum way way, const struct message *m, struct view head)
{
	(void)way;
	(void)head;
	if (m->left < COMPRESSED_HEADER_BYTES || m->n_units > 0)
		return plan_bad(c);
	return (struct plan){ .verdict = UNIT_WHOLE, .unit = m->left, .most = LIMIT_COMPRESSED_BYTES };
}

/* [MS-SMB2] 2.2.41 */
static void encrypted_unit(struct conn *c, enum way way, struct message *m, struct view unit)
{
	struct cursor cur = cur_of(unit);
	uint64_t session_id;

	cur_skip(&cur, 4 + 16 + 16);	/* ProtocolId, Signature, Nonce */
	cur_skip(&cur, 8);		/* OriginalMessageSize, Reserved, Flags/EncryptionAlgorithm */
	session_id = cur_u64le(&cur);
	if (!cur_ok(&cur)) {
		conn_malformed(c, COUNT_SMB2_MALFORMED);
		return;
	}
	count(c->env->counts, COUNT_SMB_ENCRYPTED);
	session_sealed(c, session_id, way, m->left - TRANSFORM_BYTES, m->time_ns);
}

/* Read as much of the original of ${unit} as there is room for in ${out}. */
static void inflate(struct conn *c, enum way way, const struct message *m, struct view unit, struct xca_out *out)
{
	struct nbss_user user = user_of(c);
	enum inflated result = compressed_inflate(unit, out);

	if (result == INFLATED_BAD && unit.n < m->left)	/* it was too long to be there as a whole */
		result = INFLATED_CUT;
	if (result == INFLATED_CUT)
		count(c->env->counts, COUNT_SMB2_COMPRESSED_CUT);
	if (result == INFLATED_UNKNOWN)
		count(c->env->counts, COUNT_SMB2_COMPRESSED_UNREAD);
	else if (result == INFLATED_BAD)
		conn_malformed(c, COUNT_SMB2_COMPRESSED_BAD);
	else
		nbss_inflated(&user, way, view_of(out->bytes, out->n), (uint32_t)compressed_size(unit), m->time_ns);
}

/* How much is inflated of an original of ${size} bytes. What little bytes can become is bounded by the packets' clock: some 40
 * bytes stand for a MiB, and nobody need be logged on to send them. Where that is used up the heads are read still. */
static size_t allowance(struct env *env, uint64_t size, int64_t time_ns)
{
	uint64_t wanted = size < LIMIT_INFLATED_BYTES ? size : LIMIT_INFLATED_BYTES;
	int64_t second = time_ns / 1000000000;

	if (env->inflated.second != second) {
		env->inflated.second = second;
		env->inflated.bytes = 0;
	}
	if (wanted > LIMIT_INFLATED_HEAD && env->inflated.bytes + wanted > LIMIT_INFLATED_PER_SECOND)
		wanted = LIMIT_INFLATED_HEAD;
	env->inflated.bytes += wanted;
	return wanted;
}

/* [MS-SMB2] 2.2.42 */
static void compressed_unit(struct conn *c, enum way way, struct message *m, struct view unit)
{
	uint64_t size = compressed_size(unit);
	struct xca_out out = { 0 };

	count(c->env->counts, COUNT_SMB2_COMPRESSED);
	if (size > UINT32_MAX) {
		conn_malformed(c, COUNT_SMB2_COMPRESSED_BAD);
		return;
	}
	out.cap = allowance(c->env, size, m->time_ns);
	out.bytes = pool_take(c->env->pool, out.cap);
	if (out.bytes == NULL) {
		count(c->env->counts, COUNT_POOL_FULL);
		return;
	}
	inflate(c, way, m, unit, &out);
	pool_put(c->env->pool, out.bytes, out.cap);
}

static void encrypted_whole(struct conn *c, enum way way, struct message *m, struct view message)
{
	if (message.n < TRANSFORM_BYTES)
		return;
	encrypted_unit(c, way, m, view_first(message, TRANSFORM_BYTES));
	m->left = 0;
}

static void step_by_step(struct conn *c, enum way way, struct message *m, struct view message)
{
	(void)c;
	(void)way;
	(void)m;
	(void)message;
}

/* By the first byte of their magic; the others are "SMB". */
static const struct protocol protocols[] = {
	[0xFC - MAGIC_FIRST] = { plan_compressed, compressed_unit, step_by_step },
	[0xFD - MAGIC_FIRST] = { plan_encrypted, encrypted_unit, encrypted_whole },
	[0xFE - MAGIC_FIRST] = { smb2_plan, smb2_unit, smb2_whole },
	[0xFF - MAGIC_FIRST] = { smb1_plan, smb1_unit, smb1_whole },
};

static const struct protocol *protocol_of(struct view unit)
{
	struct cursor c = cur_of(unit);
	uint8_t first = cur_u8(&c);
	uint32_t smb = cur_u24be(&c);

	return first >= MAGIC_FIRST && smb == MAGIC_SMB ? &protocols[first - MAGIC_FIRST] : NULL;
}

static struct plan plan(void *ctx, enum way way, const struct message *m, struct view head)
{
	const struct protocol *protocol = protocol_of(head);

	if (protocol == NULL && m->n_units == 0 && !m->is_inflated && raw_is_awaited(ctx))
		return (struct plan){ .verdict = UNIT_BULK, .head = MAGIC_BYTES, .data = m->left - MAGIC_BYTES, .unit = m->left };
	if (protocol == NULL && m->n_units == 0)
		return (struct plan){ .verdict = UNIT_ALIEN, .head = MAGIC_BYTES };
	if (protocol == NULL || (m->is_inflated && protocol->plan != smb2_plan))	/* [MS-SMB2] 3.2.5.1.1.2 */
		return plan_bad(ctx);
	return protocol->plan(ctx, way, m, head);
}

static void whole(void *ctx, enum way way, struct message *m, struct view message)
{
	const struct protocol *protocol = protocol_of(message);

	if (protocol != NULL)
		protocol->whole(ctx, way, m, message);
}

static void unit(void *ctx, enum way way, struct message *m, struct view bytes)
{
	const struct protocol *protocol = protocol_of(bytes);

	if (protocol != NULL)
		protocol->unit(ctx, way, m, bytes);
	else
		raw_data(ctx, m, bytes);
}

static void data(void *ctx, struct message *m, struct view bytes, bool is_last)
{
	bulk_data(ctx, m, bytes, is_last);
}

static void lost(void *ctx, struct message *m, uint64_t n)
{
	bulk_lost(ctx, m, n);
}

static void data_end(void *ctx, struct message *m)
{
	bulk_end(ctx, m);
}

static void message_end(void *ctx, struct message *m)
{
	open_release(ctx, m->open);
	m->open = NULL;
}

static void malformed(void *ctx, enum count reason)
{
	conn_malformed(ctx, reason);
}

static const struct unit_ops unit_ops = {
	.whole = whole,	      .plan = plan,		  .unit = unit,		  .data = data,	      .lost = lost,
	.data_end = data_end, .message_end = message_end, .malformed = malformed,
};

/* ---- conn_ops ---- */

static struct conn *conn_open(struct env *env, const struct tcp_ends *ends)
{
	struct conn *c = pool_get(env->pool, sizeof(*c));

	if (c == NULL) {
		count(env->counts, COUNT_POOL_FULL);
		return NULL;
	}
	c->group = group_new(env);
	if (c->group == NULL) {
		pool_put(env->pool, c, sizeof(*c));
		return NULL;
	}
	c->env = env;
	c->ends = ends;
	c->is_leaky = ends->midstream;
	c->is_client_proved = !ends->midstream;
	c->client = ends->midstream && is_smb_port(ends_port(ends, FROM_OPENER)) && !is_smb_port(ends_port(ends, FROM_OPENED));
	if (ends->midstream)
		nbss_init_midstream(&c->nbss, &(struct nbss_user){ .env = env, .ops = &unit_ops, .ctx = c });
	return c;
}

/* Nobody but the connection holds the names of its ends: they are made again when they are needed. */
static void drop_unused_ends(struct conn *c)
{
	if (c->named == NULL || c->named->references > 1)
		return;
	conn_release_ends(c->env, c->named);
	c->named = NULL;
}

static struct nbss_user user_of(struct conn *c)
{
	return (struct nbss_user){ .env = c->env, .ops = &unit_ops, .ctx = c };
}

static void conn_feed(struct conn *c, enum way way, struct view bytes, int64_t time_ns)
{
	struct nbss_user user = user_of(c);

	fetch(c->pendings, sizeof(*c->pendings));
	fetch(c->group, sizeof(*c->group));
	nbss_feed(&c->nbss, &user, way, bytes, time_ns);
	drop_unused_ends(c);
}

static void conn_gap(struct conn *c, enum way way, uint64_t n, int64_t time_ns)
{
	struct nbss_user user = user_of(c);

	(void)time_ns;
	c->is_leaky = true;
	nbss_gap(&c->nbss, &user, way, n);
}

static void conn_close(struct conn *c, const char *ended_by, int64_t time_ns)
{
	struct nbss_user user = user_of(c);
	struct pool *pool = c->env->pool;

	nbss_fini(&c->nbss, &user);
	pending_fini(c);
	if (group_is_last(c)) {
		if (strcmp(ended_by, "fin") == 0 || strcmp(ended_by, "rst") == 0)
			open_disconnected(c, time_ns);
		open_fini(c, time_ns);
		tree_fini(c);
	}
	session_fini(c);
	group_leave(c);
	conn_release_ends(c->env, c->named);
	pool_put(pool, c, sizeof(*c));
}

static uint64_t conn_n_malformed(const struct conn *c)
{
	return c->malformed;
}

/* RFC 1002 4.3.2: a session request is 68 bytes of two encoded names, the first of 32 bytes. It opens
 * SMB over NetBIOS on any port and carries nothing of SMB itself yet. */
static bool is_session_request(struct view first)
{
	struct cursor c = cur_of(first);

	return cur_sees(&c, "\x81\x00\x00\x44\x20", 5);
}

static bool conn_claims(uint16_t port, struct view first)
{
	struct cursor c = cur_of(first);
	struct view payload;

	if (is_smb_port(port) || is_session_request(first))
		return true;
	payload = cur_at(&c, 4, 4);
	return cur_u8(&c) == 0 && cur_ok(&c) && protocol_of(payload) != NULL;
}

static bool conn_is_dear(const struct conn *c)
{
	return tree_has_admin(c) || open_has_dear_pipe(c);
}

const struct conn_ops smb_conn_ops = {
	.name = "smb",
	.open = conn_open,
	.feed = conn_feed,
	.gap = conn_gap,
	.close = conn_close,
	.malformed = conn_n_malformed,
	.is_dear = conn_is_dear,
	.client_sends = conn_client,
	.claims = conn_claims,
};
