/*
 * Names of hosts that people give, so that whitelist entries need not be
 * edited when a jump host gets another address.
 */
#include "collector/service_parts.h"

#include "collector/baseline/address.h"
#include "collector/baseline/hosts.h"
#include "collector/correlate.h"

#include <string.h>

struct change {
	const char *site, *name, *address, *by;
	const json_t *json;
	int64_t now_ns;
	size_t removed;
};

enum answer service_hosts(struct service *s, json_t **out, char error[SERVICE_ERROR_BYTES])
{
	struct store_filter all = { .limit = -1 };
	struct store_tx *tx = store_read(s->store);
	json_t *rows = store_list(tx, STORE_NAMED_HOSTS, &all, NULL);
	return service_answer(tx, json_pack("{s:o?}", "items", rows), out, error);
}

static void add(void *ctx, struct store_tx *tx)
{
	const struct change *c = ctx;
	store_named_add(tx, c->site, c->name, c->address, c->by, c->now_ns);
	store_audit(tx, c->by, "host.add", c->name, c->json, c->now_ns);
}

static void take_away(void *ctx, struct store_tx *tx)
{
	struct change *c = ctx;
	c->removed = store_named_remove(tx, c->site, c->name);
	if (c->removed > 0)
		store_audit(tx, c->by, "host.remove", c->name, c->json, c->now_ns);
}

/* Server logs of the host are its address's from now on. */
static void tie_logs(void *ctx, struct store_tx *tx, struct correlate *correlate)
{
	const struct change *c = ctx;
	struct store_host_name n = { c->address, c->name, "configured" };
	correlate_named(correlate, store_site(tx, c->site), &n);
}

static void untie_logs(void *ctx, struct store_tx *tx, struct correlate *correlate)
{
	const struct change *c = ctx;
	correlate_unnamed(correlate, store_site(tx, c->site), c->name);
}

static bool is_one_address(const char *text)
{
	struct address_range r;
	return address_parse_range(text, &r) && memcmp(r.first, r.last, sizeof r.first) == 0 && strpbrk(text, "/-") == NULL;
}

enum answer service_host_add(struct service *s, const struct service_session *who, const json_t *host, char error[SERVICE_ERROR_BYTES])
{
	struct change c = { .by = who->user, .json = host, .now_ns = s->now_ns() };
	if (json_unpack((json_t *)(uintptr_t)host, "{s:s,s:s,s:s!}", "site", &c.site, "name", &c.name, "address", &c.address) != 0 ||
	    c.site[0] == '\0')
		return service_says(ANSWER_BAD_REQUEST, error, "send site, name and address");
	if (!hosts_is_name(c.name))
		return service_says(ANSWER_BAD_REQUEST, error, "name: \"%.80s\" is not the name of a host", c.name);
	if (!is_one_address(c.address))
		return service_says(ANSWER_BAD_REQUEST, error, "address: \"%.80s\" is not one address", c.address);
	if (pipeline_change(s->pipeline, add, &c, error, SERVICE_ERROR_BYTES) != 0 ||
	    pipeline_logs(s->pipeline, tie_logs, &c, error, SERVICE_ERROR_BYTES) != 0)
		return ANSWER_FAILED;
	return ANSWER_OK;
}

enum answer service_host_remove(struct service *s, const struct service_session *who, const json_t *host, char error[SERVICE_ERROR_BYTES])
{
	struct change c = { .by = who->user, .json = host, .now_ns = s->now_ns() };
	if (json_unpack((json_t *)(uintptr_t)host, "{s:s,s:s!}", "site", &c.site, "name", &c.name) != 0)
		return service_says(ANSWER_BAD_REQUEST, error, "send site and name");
	if (pipeline_change(s->pipeline, take_away, &c, error, SERVICE_ERROR_BYTES) != 0)
		return ANSWER_FAILED;
	if (c.removed == 0)
		return service_says(ANSWER_NOT_FOUND, error, "nobody has named a host %.80s in %.80s", c.name, c.site);
	if (pipeline_logs(s->pipeline, untie_logs, &c, error, SERVICE_ERROR_BYTES) != 0)
		return ANSWER_FAILED;
	return ANSWER_OK;
}
