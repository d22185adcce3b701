#include "sensor/auth/kdc.h"

#include "sensor/core/algorithm.h"
#include "sensor/core/community.h"
#include "sensor/core/cursor.h"

#include <openssl/evp.h>

enum { ADDRESS_MAX_BYTES = 16, MAC_BYTES = 6, SHA256_BYTES = 32 };

static const int64_t WAIT_NS = INT64_C(10) * 1000000000;	/* MIT Kerberos gives a KDC 1 + 2 + 4 seconds */

/* One end, with memory of its own. */
struct end {
	uint8_t address[ADDRESS_MAX_BYTES];
	uint8_t mac[MAC_BYTES];
	uint8_t address_bytes, mac_bytes;
	bool has_vlan;
	uint32_t port, vlan;
};

/* A request, its answer awaited or given. Answered ones stay a while, so that a packet that was captured twice is one. */
struct dialogue {
	struct dialogue *older, *newer;
	struct end client, server;
	int64_t time_ns;
	uint64_t request_id;	/* of the bytes: tells a repetition from another request */
	enum krb_type type;
	bool is_answered;
	size_t n;
	uint8_t *request;	/* of the pool; NULL once answered */
};

struct kdc_udp {
	struct env *env;
	struct dialogue *oldest, *newest;
	size_t n;
};

struct kdc_udp *kdc_udp_new(struct env *env)
{
	struct kdc_udp *u = pool_get(env->pool, sizeof(*u));

	if (u != NULL)
		u->env = env;
	return u;
}

/* ---- ends ---- */

static struct end end_of(const Ev__Endpoint *e)
{
	struct end end = { .port = e->port, .has_vlan = e->has_vlan, .vlan = e->vlan };

	end.address_bytes = (uint8_t)view_copy(end.address, sizeof(end.address), view_of(e->ip.data, e->ip.len));
	if (e->has_mac)
		end.mac_bytes = (uint8_t)view_copy(end.mac, sizeof(end.mac), view_of(e->mac.data, e->mac.len));
	return end;
}

static Ev__Endpoint endpoint_of(struct end *end)
{
	Ev__Endpoint e = EV__ENDPOINT__INIT;

	e.ip = (ProtobufCBinaryData){ .data = end->address, .len = end->address_bytes };
	e.port = end->port;
	e.has_mac = end->mac_bytes != 0;
	if (e.has_mac)
		e.mac = (ProtobufCBinaryData){ .data = end->mac, .len = end->mac_bytes };
	e.has_vlan = end->has_vlan;
	e.vlan = end->vlan;
	return e;
}

static struct view address_of(const struct end *end)
{
	return view_of(end->address, end->address_bytes);
}

static bool is_end(const struct end *a, const Ev__Endpoint *b)
{
	return a->port == b->port && view_equals(address_of(a), view_of(b->ip.data, b->ip.len));
}

/* ---- reports ---- */

static void report(struct kdc_udp *u, struct end *client, struct end *server, const struct kdc_exchange *x)
{
	struct parties parties = { .client = endpoint_of(client), .server = endpoint_of(server) };

	community_of_udp((struct community_end){ address_of(client), (uint16_t)client->port },
			 (struct community_end){ address_of(server), (uint16_t)server->port }, parties.community_id);
	arena_empty(u->env->arena);
	kdc_report(u->env, &parties, x);
}

static void settle(struct kdc_udp *u, struct dialogue *d, struct view answer, int64_t answer_ns)
{
	report(u, &d->client, &d->server, &(struct kdc_exchange){ view_of(d->request, d->n), d->time_ns, answer, answer_ns });
	pool_put(u->env->pool, d->request, d->n);
	d->request = NULL;
	d->is_answered = true;
}

/* ---- dialogues ---- */

static void drop(struct kdc_udp *u, struct dialogue *d)
{
	if (!d->is_answered)
		settle(u, d, view_of(NULL, 0), 0);
	*(d->older != NULL ? &d->older->newer : &u->oldest) = d->newer;
	*(d->newer != NULL ? &d->newer->older : &u->newest) = d->older;
	pool_put(u->env->pool, d, sizeof(*d));
	u->n--;
}

static struct dialogue *find(struct kdc_udp *u, const Ev__Endpoint *client, const Ev__Endpoint *server)
{
	struct dialogue *d = u->newest;

	while (d != NULL && !(is_end(&d->client, client) && is_end(&d->server, server)))
		d = d->older;
	return d;
}

static void add(struct kdc_udp *u, const struct dialogue *what, struct view request)
{
	struct dialogue *d;

	if (u->n >= KDC_UDP_MAX) {
		count_n(u->env->counts, COUNT_KRB_TABLE_FULL, !u->oldest->is_answered);
		drop(u, u->oldest);
	}
	d = pool_get(u->env->pool, sizeof(*d));
	if (d == NULL) {
		count(u->env->counts, COUNT_POOL_FULL);
		return;
	}
	*d = *what;
	d->request = pool_get(u->env->pool, request.n);
	if (d->request == NULL) {
		count(u->env->counts, COUNT_POOL_FULL);
		pool_put(u->env->pool, d, sizeof(*d));
		return;
	}
	d->n = view_copy(d->request, request.n, request);
	d->older = u->newest;
	*(u->newest != NULL ? &u->newest->newer : &u->oldest) = d;
	u->newest = d;
	u->n++;
}

static uint64_t id_of(struct view request)
{
	uint8_t digest[SHA256_BYTES] = { 0 };
	struct cursor c;

	EVP_Digest(request.bytes, request.n, digest, NULL, algorithm_sha256(), NULL);
	c = cur_of(view_of(digest, sizeof(digest)));
	return cur_u64be(&c);
}

/* A request that repeats the one under way is the same one; any other ends it. */
static void ask(struct kdc_udp *u, const struct datagram *g, enum krb_type type, int64_t time_ns)
{
	struct dialogue *known = find(u, &g->from, &g->to);
	struct dialogue d = { .client = end_of(&g->from), .server = end_of(&g->to), .time_ns = time_ns, .type = type };

	d.request_id = id_of(g->payload);
	if (known != NULL && known->request_id == d.request_id)
		return;
	if (known != NULL)
		drop(u, known);
	add(u, &d, g->payload);
}

static void answer(struct kdc_udp *u, const struct datagram *g, enum krb_type type, int64_t time_ns)
{
	struct dialogue *d = find(u, &g->to, &g->from);
	struct end client = end_of(&g->to), server = end_of(&g->from);

	if (d == NULL || !kdc_answers(d->type, type))
		report(u, &client, &server, &(struct kdc_exchange){ .answer = g->payload, .answer_ns = time_ns });
	else if (!d->is_answered)
		settle(u, d, g->payload, time_ns);
}

/* ---- datagrams ---- */

bool kdc_udp_claims(const struct datagram *d)
{
	return krb_opens(view_first(d->payload, KRB_HEAD_BYTES), d->wire_bytes);
}

void kdc_udp_feed(struct kdc_udp *u, const struct datagram *d, int64_t time_ns)
{
	struct krb_message m;

	if (!krb_parse(d->payload, &m)) {
		count(u->env->counts, COUNT_KRB_MALFORMED);
		return;
	}
	count(u->env->counts, COUNT_KRB_MESSAGES);
	(krb_is_request(d->payload) ? ask : answer)(u, d, m.type, time_ns);
}

void kdc_udp_expire(struct kdc_udp *u, int64_t now_ns)
{
	while (u->oldest != NULL && now_ns - u->oldest->time_ns > WAIT_NS)
		drop(u, u->oldest);
}

void kdc_udp_end(struct kdc_udp *u)
{
	while (u->oldest != NULL)
		drop(u, u->oldest);
}

void kdc_udp_free(struct kdc_udp *u)
{
	if (u == NULL)
		return;
	kdc_udp_end(u);
	pool_put(u->env->pool, u, sizeof(*u));
}
