#include "collector/source_change.h"

#include "collector/baseline/speaker.h"
#include "collector/correlate.h"
#include "proto/base/clock.h"

#include <sodium.h>
#include <string.h>

/* ---- making one ------------------------------------------------------------------------------------------------------- */

static void make_token(char token[SOURCE_TOKEN_CHARS + 1], uint8_t hash[STORE_TOKEN_BYTES])
{
	unsigned char random[SOURCE_TOKEN_CHARS / 2];
	randombytes_buf(random, sizeof random);
	sodium_bin2hex(token, SOURCE_TOKEN_CHARS + 1, random, sizeof random);
	crypto_generichash(hash, STORE_TOKEN_BYTES, (const unsigned char *)token, SOURCE_TOKEN_CHARS, NULL, 0);
	sodium_memzero(random, sizeof random);
}

int source_add(struct store *store, const char *by, const struct store_log_source_new *what, char token[SOURCE_TOKEN_CHARS + 1],
	       char *error, size_t error_cap)
{
	uint8_t hash[STORE_TOKEN_BYTES];
	struct store_log_source_new fresh = *what;
	token[0] = '\0';
	if (strcmp(what->kind, "upload") == 0) {
		make_token(token, hash);
		fresh.token = hash;
	}
	struct store_tx *tx = store_write(store);
	store_log_source_add(tx, &fresh, clock_now_ns());
	store_audit(tx, by, "logs.add", fresh.name, NULL, clock_now_ns());
	store_tx_changes(tx);
	return store_commit(tx, error, error_cap);
}

/* ---- changing one ----------------------------------------------------------------------------------------------------- */

/* A change under way, in the pipeline's transaction. */
struct work {
	struct source_change *change;
	struct store_tx *tx;
	struct correlate *correlate;
	int64_t source;
};

typedef void (*correlate_fn)(struct correlate *c, int64_t host);

struct hosts_of_change {
	struct work *work;
	correlate_fn tell;
	bool (*is_meant)(const struct source_change *c, const char *host);
};

static bool tell_host(void *ctx, const struct store_log_host *h)
{
	struct hosts_of_change *x = ctx;
	if (h->source_id == x->work->source && x->is_meant(x->work->change, h->name))
		x->tell(x->work->correlate, h->id);
	return true;
}

static bool is_any(const struct source_change *c, const char *host)
{
	(void)c, (void)host;
	return true;
}

static bool is_not_spoken_for(const struct source_change *c, const char *host)
{
	return !speaker_may(c->hosts, host);
}

static void take_away(struct work *w)
{
	store_log_hosts(w->tx, tell_host, &(struct hosts_of_change){ w, correlate_gone, is_any });
	store_log_source_remove(w->tx, w->source);
}

static void set_clock(struct work *w)
{
	struct source_change *c = w->change;
	c->is_known = store_log_offset_set(w->tx, w->source, c->host, c->is_set, c->offset_ns);
	if (!c->is_known)
		store_tx_fail(w->tx, "source %s has no host %s", c->name, c->host);
	store_log_hosts(w->tx, tell_host, &(struct hosts_of_change){ w, correlate_whole, is_any });
}

/* What it brought of hosts that it may not speak for any more goes. */
static void set_hosts(struct work *w)
{
	store_log_source_hosts(w->tx, w->source, w->change->hosts);
	store_log_hosts(w->tx, tell_host, &(struct hosts_of_change){ w, correlate_gone, is_not_spoken_for });
}

static const struct {
	void (*apply)(struct work *w);
	const char *audit;
} deeds[] = {
	[SOURCE_REMOVE] = { take_away, "logs.remove" },
	[SOURCE_CLOCK] = { set_clock, "logs.offset" },
	[SOURCE_HOSTS] = { set_hosts, "logs.hosts" },
};

static void apply(void *ctx, struct store_tx *tx, struct correlate *correlate)
{
	struct work *w = ctx;
	struct source_change *c = w->change;
	struct store_log_source source;
	c->is_known = store_log_source(tx, c->name, &source);
	if (!c->is_known) {
		store_tx_fail(tx, "there is no source %s", c->name);
		return;
	}
	w->tx = tx;
	w->correlate = correlate;
	w->source = source.id;
	deeds[c->deed].apply(w);
	store_audit(tx, c->by, deeds[c->deed].audit, c->name, NULL, c->now_ns);
}

int source_change(struct pipeline *p, struct source_change *c, char *error, size_t error_cap)
{
	struct work w = { .change = c };
	c->is_known = false;
	return pipeline_logs(p, apply, &w, error, error_cap);
}
