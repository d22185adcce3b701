/*
 * One transaction per batch, in this order: events, high-water mark and
 * losses, what detection makes of them, verdicts, groups, incidents.
 *
 * Detection keeps sessions under way in memory. That state counts only once
 * the transaction is durable: when one fails, or the program starts, it is
 * thrown away and built again from the stored events, with a deaf sink,
 * before the next batch.
 */
#include "collector/pipeline.h"

#include "collector/baseline/hosts.h"
#include "collector/clocks.h"
#include "collector/correlate.h"
#include "collector/group.h"
#include "collector/habitual.h"
#include "collector/judge.h"
#include "collector/normal.h"
#include "collector/store/store.h"
#include "proto/base/clock.h"
#include "proto/base/embedded.h"
#include "proto/base/log.h"
#include "proto/codec.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t learn_every_ns = 60 * CLOCK_SECOND_NS;
static const int64_t recent_ns = CLOCK_HOUR_NS;	/* what detection counts over many connections spans minutes */

#define SEQ_MAX (UINT64_C(1) << 53)	/* 2,800 years at 100,000 events a second; JSON's readers count no further */

struct pipeline {
	struct store *store;
	struct rules *rules;
	struct baseline *baseline;
	int64_t baseline_version;	/* of what is compiled: entries and names */
	struct detect *detect;		/* NULL: to be built from the stored events */
	int64_t learned_ns;		/* clock_steady_ns when habits were learned last */
	uint64_t lost_to_say;		/* detect_lost from which on the next line is due */
	pthread_mutex_t lock;
	/* Of the batch under way. */
	struct store_tx *tx;		/* NULL while the state is built again: the sink is deaf */
	struct normal_tally normal;	/* of the batch */
	struct id_set accesses;		/* touched */
	struct correlate correlate;
	int64_t ticked_ns;		/* streams that fell silent before are told already */
	struct event_key saved_key;	/* the access saved last, and its id: steps follow their access */
	int64_t saved_id;
};

/* ---- what detection tells --------------------------------------------------------------------------------------------- */

static void save_access(struct pipeline *p, const struct access *row)
{
	p->saved_id = store_access_save(p->tx, row);
	p->saved_key = row->key;
	id_set_add(&p->accesses, p->saved_id);
}

static bool is_saved(const struct pipeline *p, const struct event_key *key)
{
	const struct event_key *k = &p->saved_key;
	return p->saved_id != 0 && k->sensor_id == key->sensor_id && k->epoch == key->epoch && k->seq == key->seq;
}

static void on_access(void *ctx, const struct access *row)
{
	struct pipeline *p = ctx;
	if (p->tx != NULL)
		save_access(p, row);
}

static void on_step(void *ctx, const struct access *of, const struct step *row)
{
	struct pipeline *p = ctx;
	if (p->tx == NULL)
		return;
	if (!is_saved(p, &of->key))
		save_access(p, of);
	store_step_save(p->tx, p->saved_id, row);
}

static void on_file(void *ctx, const struct file_row *row)
{
	struct pipeline *p = ctx;
	if (p->tx != NULL)
		store_file_save(p->tx, row);
}

static void on_opaque(void *ctx, const struct opaque_row *row)
{
	struct pipeline *p = ctx;
	if (p->tx != NULL)
		id_set_add(&p->correlate.opaques, store_opaque_save(p->tx, row));
}

static struct detect *fresh_detect(struct pipeline *p)
{
	struct detect_sink sink = { p, on_access, on_step, on_file, on_opaque };
	return detect_new(p->rules, &detect_limits_default, &sink);
}

/* ---- state from the store --------------------------------------------------------------------------------------------- */

static void feed_stored(void *ctx, int64_t id, const struct origin *from, const Ev__Event *event)
{
	(void)id;
	detect_feed(((struct pipeline *)ctx)->detect, from, event);
}

static void forget_detect(struct pipeline *p)
{
	detect_free(p->detect);
	p->detect = NULL;
	p->lost_to_say = 0;
}

/* Take up the sessions under way again, from the events stored last. */
static int remember(struct pipeline *p, char *error, size_t error_cap)
{
	p->detect = fresh_detect(p);
	if (p->detect == NULL) {
		snprintf(error, error_cap, "out of memory");
		return -1;
	}
	struct store_tx *tx = store_read(p->store);
	int64_t newest = store_newest(tx, INT64_MAX);
	if (newest != 0)
		store_events_under_way(tx, newest - recent_ns, newest - detect_limits_default.session_idle_ns, feed_stored, p);
	if (store_commit(tx, error, error_cap) == 0)
		return 0;
	forget_detect(p);
	return -1;
}

static void compile_entry(void *ctx, const struct baseline_entry *e)
{
	char error[256];
	/* It was compiled before it was stored; one that cannot be any more must not explain anything. */
	baseline_add(ctx, e, error, sizeof error);
}

static void add_name(void *ctx, const char *site, const char *name, const char *address)
{
	hosts_add(ctx, site, name, address);
}

struct hosts *pipeline_load_hosts(struct store_tx *tx)
{
	struct hosts *n = hosts_new();
	if (n != NULL)
		store_named_each(tx, add_name, n);
	return n;
}

struct baseline *pipeline_load_baseline(struct store_tx *tx, const struct rules *rules)
{
	struct baseline *b = baseline_new(rules);
	if (b == NULL)
		return NULL;
	baseline_use_hosts(b, pipeline_load_hosts(tx));
	store_baseline_each(tx, compile_entry, b);
	return b;
}

/* The entries in force, compiled anew if they are others than before: another program may have changed them. */
static void refresh_baseline(struct pipeline *p, struct store_tx *tx)
{
	int64_t version = store_baseline_version(tx) * 1000003 + store_named_version(tx);
	if (!store_tx_ok(tx) || (p->baseline != NULL && version == p->baseline_version))
		return;
	baseline_free(p->baseline);
	p->baseline = pipeline_load_baseline(tx, p->rules);
	p->baseline_version = version;
}

/* ---- life ------------------------------------------------------------------------------------------------------------- */

static const char *schema_file(const char *name)
{
	for (const struct embedded_file *f = embedded_schema; f->name != NULL; f++)
		if (strcmp(f->name, name) == 0)
			return f->bytes;
	return "";
}

struct rules *pipeline_load_rules(char *error, size_t error_cap)
{
	struct rule_texts texts = { .catalogue = schema_file("schema/catalogue.json"),
				    .hypotheses = schema_file("schema/hypotheses.json"),
				    .profiles = schema_file("schema/profiles.json"),
				    .techniques = schema_file("schema/techniques.json"),
				    .libraries = schema_file("schema/client-libraries.json") };

	return rules_new(&texts, error, error_cap);
}

struct pipeline *pipeline_new(struct store *store, char *error, size_t error_cap)
{
	struct pipeline *p = calloc(1, sizeof *p);
	if (p == NULL) {
		snprintf(error, error_cap, "out of memory");
		return NULL;
	}
	p->store = store;
	p->rules = pipeline_load_rules(error, error_cap);
	if (p->rules == NULL) {
		free(p);
		return NULL;
	}
	pthread_mutex_init(&p->lock, NULL);
	return p;
}

void pipeline_free(struct pipeline *p)
{
	if (p == NULL)
		return;
	detect_free(p->detect);
	baseline_free(p->baseline);
	rules_free(p->rules);
	id_set_fini(&p->accesses);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

const struct rules *pipeline_rules(const struct pipeline *p)
{
	return p->rules;
}

/* ---- sensors ---------------------------------------------------------------------------------------------------------- */

bool pipeline_sensor(struct pipeline *p, const char *z85_key, struct enrolled *out)
{
	char error[256];
	struct store_tx *tx = store_read(p->store);
	bool found = store_sensor_of_key(tx, z85_key, out);
	return store_commit(tx, error, sizeof error) == 0 && found;
}

int pipeline_hello(struct pipeline *p, const struct enrolled *who, const Ev__Hello *hello, uint64_t *high_water, char *error,
		   size_t error_cap)
{
	struct store_tx *tx = store_write(p->store);
	store_tx_changes(tx);
	store_sensor_seen(tx, who->sensor_id, hello->epoch, hello->software, clock_now_ns());
	uint64_t mark = store_high_water(tx, who->sensor_id, hello->epoch);
	if (store_commit(tx, error, error_cap) != 0)
		return -1;
	*high_water = mark;
	return 0;
}

/* ---- one batch -------------------------------------------------------------------------------------------------------- */

struct tally {
	uint64_t high_water;
	uint64_t events, lost;
	int64_t hour_ns;		/* what of this hour is not in the store yet */
	unsigned hour_events, hour_sessions;
};

static void flush_hour(struct pipeline *p, struct tally *t)
{
	if (t->hour_events > 0)
		store_hour_add(p->tx, t->hour_ns, t->hour_events, t->hour_sessions);
	t->hour_events = t->hour_sessions = 0;
}

/* Events of a batch lie in few hours: one write an hour, not one an event. */
static void count_hour(struct pipeline *p, struct tally *t, const Ev__Event *event)
{
	int64_t hour_ns = event->time - event->time % CLOCK_HOUR_NS;
	if (hour_ns != t->hour_ns)
		flush_hour(p, t);
	t->hour_ns = hour_ns;
	t->hour_events++;
	t->hour_sessions += normal_is_logon(event);
}

static void store_one(struct pipeline *p, const struct origin *from, const Ev__Event *event)
{
	store_event_add(p->tx, from, event);
	if (event->body_case == EV__EVENT__BODY_SENSOR_HEALTH)
		store_sensor_health(p->tx, from->sensor_id);
	correlate_event(&p->correlate, from, event);
	detect_feed(p->detect, from, event);
}

/* Every event that is new, in its order; numbers that are jumped over will not come any more. */
static void store_events_of(struct pipeline *p, const struct origin *from, const Ev__EventBatch *batch, struct tally *t)
{
	for (size_t i = 0; i < batch->n_events && store_tx_ok(p->tx); i++) {
		const Ev__Event *event = batch->events[i];
		if (event->seq <= t->high_water)
			continue;
		if (event->seq > SEQ_MAX)
			store_tx_fail(p->tx, "event number %llu is beyond what a sensor can have counted",
				      (unsigned long long)event->seq);
		t->lost += event->seq - t->high_water - 1;
		t->high_water = event->seq;
		t->events++;
		count_hour(p, t, event);
		normal_count(&p->normal, p->tx, from, event);
		store_one(p, from, event);
	}
	flush_hour(p, t);
	normal_flush(&p->normal, p->tx);
}

/* Those that detection told of, and those that other things may have changed. */
static void judge_ids(struct pipeline *p, const struct id_set *told, const struct id_set *others)
{
	struct group_work work = { .tx = p->tx, .rules = p->rules, .baseline = p->baseline, .now_ns = clock_now_ns() };
	for (size_t i = 0; i < told->n && store_tx_ok(p->tx); i++)
		group_access(&work, told->ids[i]);
	for (size_t i = 0; i < others->n && store_tx_ok(p->tx); i++)
		group_again(&work, others->ids[i]);
	id_set_sort(&work.renamed);
	for (size_t i = 0, n = work.renamed.n; i < n && store_tx_ok(p->tx); i++)
		group_access(&work, work.renamed.ids[i]);
	group_compose(&work);
	id_set_fini(&work.renamed);
	id_set_fini(&work.incidents);
}

/* Encrypted sessions that the logs prove to be accesses are told like those that detection finds. */
static void judge_opaques(struct pipeline *p)
{
	struct judging judging = { p->tx, p->baseline, clock_now_ns(), &p->correlate.renamed };
	for (size_t i = 0; i < p->correlate.opaques.n && store_tx_ok(p->tx); i++) {
		int64_t access = judge_opaque(&judging, p->correlate.opaques.ids[i]);
		if (access != 0)
			id_set_add(&p->accesses, access);
	}
}

static void judge_touched(struct pipeline *p)
{
	correlate_finish(&p->correlate);
	if (p->baseline != NULL)
		judge_opaques(p);
	for (size_t i = 0; i < p->correlate.renamed.n; i++)
		id_set_add(&p->accesses, p->correlate.renamed.ids[i]);
	id_set_sort(&p->accesses);
	if (p->accesses.is_short || p->baseline == NULL)
		store_tx_fail(p->tx, "out of memory");
	else
		judge_ids(p, &p->accesses, &p->correlate.accesses);
	correlate_fini(&p->correlate);
}

/* Now and then: habits are of days, not of batches. */
static void learn(struct pipeline *p)
{
	int64_t now = clock_steady_ns();
	if (p->learned_ns != 0 && now - p->learned_ns < learn_every_ns)
		return;
	p->learned_ns = now;
	habitual_learn(p->tx, clock_now_ns());
	normal_forget(p->tx, clock_now_ns());
}

static void fill(struct pipeline *p, const struct enrolled *who, const Ev__EventBatch *batch, struct tally *t)
{
	struct origin from = { who->sensor_id, who->site_id, who->name, who->site, batch->epoch };
	store_tx_changes(p->tx);
	refresh_baseline(p, p->tx);
	correlate_begin(&p->correlate, p->tx, clock_now_ns());
	t->high_water = store_high_water(p->tx, who->sensor_id, batch->epoch);
	store_events_of(p, &from, batch, t);
	store_advance(p->tx, who->sensor_id, batch->epoch, t->high_water, t->events, t->lost);
	store_sensor_seen(p->tx, who->sensor_id, batch->epoch, NULL, clock_now_ns());
	judge_touched(p);
	learn(p);
}

/* What detection gave up for its limits, said when it begins and each time it has doubled: an overload is one line, not a flood. */
static void say_lost(struct pipeline *p)
{
	uint64_t lost = detect_lost(p->detect);
	if (lost == 0 || lost < p->lost_to_say)
		return;
	log_warning("detection gave up %llu accesses and steps: more sessions at once than it can hold", (unsigned long long)lost);
	p->lost_to_say = 2 * lost;
}

/* Under the lock, with the sessions under way in memory. */
static int commit_batch(struct pipeline *p, const struct enrolled *who, const Ev__EventBatch *batch, uint64_t *high_water,
			char *error, size_t error_cap)
{
	struct tally t = { 0 };
	p->accesses.n = 0;
	p->saved_id = 0;
	p->tx = store_write(p->store);
	fill(p, who, batch, &t);
	int result = store_commit(p->tx, error, error_cap);
	p->tx = NULL;
	if (result != 0) {
		forget_detect(p);
		return -1;
	}
	*high_water = t.high_water;
	say_lost(p);
	return 0;
}

int pipeline_commit(struct pipeline *p, const struct enrolled *who, const Ev__EventBatch *batch, uint64_t *high_water, char *error,
		    size_t error_cap)
{
	pthread_mutex_lock(&p->lock);
	int result = p->detect == NULL ? remember(p, error, error_cap) : 0;
	if (result == 0)
		result = commit_batch(p, who, batch, high_water, error, error_cap);
	pthread_mutex_unlock(&p->lock);
	return result;
}

/* ---- judging again ---------------------------------------------------------------------------------------------------- */

/* True if the verdict on ${a} may change. Entries come and go but do not change: what one in force explains stays explained,
 * unless it names a host, of which other things may be known now; and what none can explain, by what is known without the
 * steps, stays as it is. */
static bool may_change(void *baseline, const struct access *a)
{
	if (a->verdict == VERDICT_LEGITIMATE)
		return !baseline_has(baseline, a->baseline_id) || baseline_is_by_name(baseline, a->baseline_id);
	return a->is_access && baseline_may_cover(baseline, a);
}

static void judge_all(struct pipeline *p)
{
	struct id_set all = { 0 };
	all.n = store_access_ids(p->tx, may_change, p->baseline, &all.ids);
	judge_ids(p, &(struct id_set){ 0 }, &all);
	id_set_fini(&all);
}

int pipeline_change(struct pipeline *p, pipeline_change_fn change, void *ctx, char *error, size_t error_cap)
{
	pthread_mutex_lock(&p->lock);
	p->tx = store_write(p->store);
	store_tx_changes(p->tx);
	if (change != NULL)
		change(ctx, p->tx);
	refresh_baseline(p, p->tx);
	if (p->baseline == NULL)
		store_tx_fail(p->tx, "out of memory");
	else
		judge_all(p);
	int result = store_commit(p->tx, error, error_cap);
	p->tx = NULL;
	if (result != 0) {	/* what is compiled may hold what was not stored */
		baseline_free(p->baseline);
		p->baseline = NULL;
	}
	pthread_mutex_unlock(&p->lock);
	return result;
}

/* ---- server logs ------------------------------------------------------------------------------------------------------ */

int pipeline_logs(struct pipeline *p, pipeline_logs_fn fill_logs, void *ctx, char *error, size_t error_cap)
{
	pthread_mutex_lock(&p->lock);
	p->tx = store_write(p->store);
	store_tx_changes(p->tx);
	refresh_baseline(p, p->tx);
	p->accesses.n = 0;
	correlate_begin(&p->correlate, p->tx, clock_now_ns());
	fill_logs(ctx, p->tx, &p->correlate);
	judge_touched(p);
	int result = store_commit(p->tx, error, error_cap);
	p->tx = NULL;
	pthread_mutex_unlock(&p->lock);
	return result;
}

/* ---- time ------------------------------------------------------------------------------------------------------------- */

static void let_time_pass(void *ctx, struct store_tx *tx, struct correlate *c)
{
	struct pipeline *p = ctx;
	int64_t *ids, silent_since_ns = c->now_ns - clocks_alive_ns, dead_since_ns = c->now_ns - clocks_beat_ns;
	const struct store_log_silence others = { p->ticked_ns - clocks_alive_ns, silent_since_ns };
	const struct store_log_silence alive = { p->ticked_ns - clocks_beat_ns, dead_since_ns };
	size_t n = store_log_silent(tx, &others, &alive, &ids);
	for (size_t i = 0; i < n; i++)
		correlate_stopped(c, ids[i]);
	free(ids);
	n = store_accesses_pending(tx, silent_since_ns, &ids);
	for (size_t i = 0; i < n; i++)
		id_set_add(&c->accesses, ids[i]);
	free(ids);
	p->ticked_ns = c->now_ns;
}

int pipeline_tick(struct pipeline *p, char *error, size_t error_cap)
{
	return pipeline_logs(p, let_time_pass, p, error, error_cap);
}
