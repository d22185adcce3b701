/*
 * The two names of a domain, as servers of a site claim them, and what follows
 * where most agree.
 */
#include "collector/store/query.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { CLAIMS_MAX = 4096, CLAIMS_EACH = 16 };	/* of a site, of a server */

/* What most servers say beside ${name}, asked by ${id}; how many, 0 where none or as many say something else. */
static int64_t best_of(struct store_tx *tx, enum query_id id, int64_t site, const char *name, char out[STORE_DOMAIN_BYTES])
{
	struct query q = query_of(tx, id);
	query_int(q, ":site", site);
	query_text(q, ":name", name);
	int64_t servers = 0;
	if (query_row(q)) {
		snprintf(out, STORE_DOMAIN_BYTES, "%s", column_text(q, 0));
		servers = column_int(q, 1);
		if (query_row(q)) {
			servers = column_int(q, 1) == servers ? 0 : servers;
			query_end(q);
		}
	}
	return servers;
}

static void save(struct store_tx *tx, int64_t site, const char *name, const char *other, int64_t servers)
{
	struct query q = query_of(tx, QUERY_domain_save);
	query_int(q, ":site", site);
	query_text(q, ":name", name);
	query_text(q, ":other", other);
	query_int(q, ":servers", servers);
	query_run(q);
}

static bool other_name(struct store_tx *tx, int64_t site, const char *name, char out[STORE_DOMAIN_BYTES])
{
	struct query q = query_of(tx, QUERY_domain_other);
	query_int(q, ":site", site);
	query_text(q, ":name", name);
	if (!query_row(q))
		return false;
	snprintf(out, STORE_DOMAIN_BYTES, "%s", column_text(q, 0));
	query_end(q);
	return true;
}

/* The pair that the NetBIOS name ${netbios} is in now. True if that is other than before. */
static bool settle(struct store_tx *tx, int64_t site, const char *netbios)
{
	char dns[STORE_DOMAIN_BYTES] = "", back[STORE_DOMAIN_BYTES] = "", before[STORE_DOMAIN_BYTES] = "";
	bool was_known = other_name(tx, site, netbios, before);
	int64_t servers = best_of(tx, QUERY_domain_best_dns, site, netbios, dns);
	bool is_known = servers > 0 && best_of(tx, QUERY_domain_best_netbios, site, dns, back) > 0 && strcasecmp(back, netbios) == 0;
	if (was_known && (!is_known || strcasecmp(before, dns) != 0)) {
		struct query q = query_of(tx, QUERY_domain_remove);
		query_int(q, ":site", site);
		query_text(q, ":name", netbios);
		query_run(q);
	}
	if (is_known) {
		save(tx, site, back, dns, servers);
		save(tx, site, dns, back, servers);
	}
	return was_known != is_known || (is_known && strcasecmp(before, dns) != 0);
}

static bool is_new(struct store_tx *tx, int64_t site, const struct store_domain_claim *c)
{
	struct query q = query_of(tx, QUERY_domain_claim);
	query_int(q, ":site", site);
	query_text(q, ":server", c->server);
	query_text(q, ":netbios", c->netbios);
	query_text(q, ":dns", c->dns);
	query_int(q, ":most", CLAIMS_MAX);
	query_int(q, ":each", CLAIMS_EACH);
	return query_number(q, 0) != 0;
}

bool store_domain_claim(struct store_tx *tx, int64_t site, const struct store_domain_claim *c)
{
	char displaced[STORE_DOMAIN_BYTES];
	if (strlen(c->netbios) >= STORE_DOMAIN_BYTES || strlen(c->dns) >= STORE_DOMAIN_BYTES || !is_new(tx, site, c))
		return false;
	bool has_displaced = other_name(tx, site, c->dns, displaced);
	bool has_changed = settle(tx, site, c->netbios);
	if (has_displaced && strcasecmp(displaced, c->netbios) != 0)
		has_changed |= settle(tx, site, displaced);
	return has_changed;
}

bool store_domain_alias(struct store_tx *tx, int64_t site, const char *account, char *out, size_t cap)
{
	char name[STORE_DOMAIN_BYTES], other[STORE_DOMAIN_BYTES];
	const char *slash = account != NULL ? strchr(account, '\\') : NULL;
	if (slash == NULL || (size_t)(slash - account) >= sizeof name)
		return false;
	snprintf(name, sizeof name, "%.*s", (int)(slash - account), account);
	return other_name(tx, site, name, other) && (size_t)snprintf(out, cap, "%s%s", other, slash) < cap;
}

size_t store_domain_accesses(struct store_tx *tx, int64_t site, const char *netbios, const char *dns, int64_t **ids)
{
	struct query q = query_of(tx, QUERY_domain_accesses);
	query_int(q, ":site", site);
	query_text(q, ":netbios", netbios);
	query_text(q, ":dns", dns);
	return query_ids(q, ids);
}
