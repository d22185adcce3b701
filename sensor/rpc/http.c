/*
 * ncacn_http: RPC inside HTTP ([MS-RPCH]). It is named and counted, not read:
 * Outlook and Terminal Services Gateway use it, to servers that face outwards.
 */
#include "sensor/rpc/rpc.h"

#include "sensor/core/cursor.h"

#include <string.h>

struct conn {
	struct env *env;
};

static struct conn *http_open(struct env *env, const struct tcp_ends *ends)
{
	struct conn *c = pool_get(env->pool, sizeof(*c));

	(void)ends;
	count(env->counts, c != NULL ? COUNT_RPC_HTTP : COUNT_POOL_FULL);
	if (c != NULL)
		c->env = env;
	return c;
}

static void http_feed(struct conn *c, enum way way, struct view bytes, int64_t time_ns)
{
	(void)c, (void)way, (void)bytes, (void)time_ns;
}

static void http_gap(struct conn *c, enum way way, uint64_t n, int64_t time_ns)
{
	(void)c, (void)way, (void)n, (void)time_ns;
}

static void http_close(struct conn *c, const char *ended_by, int64_t time_ns)
{
	(void)ended_by, (void)time_ns;
	pool_put(c->env->pool, c, sizeof(*c));
}

static uint64_t http_malformed(const struct conn *c)
{
	(void)c;
	return 0;
}

static enum way http_client_sends(const struct conn *c)
{
	(void)c;
	return FROM_OPENER;
}

/* A proxy's client begins with one of these methods ([MS-RPCH] 2.1.2.1), a server without a proxy with its version (2.1.1.1). */
static bool http_claims(uint16_t port, struct view first)
{
	static const char *const beginnings[] = { "RPC_IN_DATA ", "RPC_OUT_DATA ", "ncacn_http/1.0" };
	struct cursor c = cur_of(first);

	(void)port;
	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++)
		if (cur_sees(&c, beginnings[i], strlen(beginnings[i])))
			return true;
	return false;
}

/* Nothing of it is read. */
static bool conn_is_dear(const struct conn *c)
{
	(void)c;
	return false;
}

const struct conn_ops rpc_http_conn_ops = {
	.name = "ncacn_http",
	.open = http_open,
	.feed = http_feed,
	.gap = http_gap,
	.close = http_close,
	.malformed = http_malformed,
	.is_dear = conn_is_dear,
	.client_sends = http_client_sends,
	.claims = http_claims,
};
