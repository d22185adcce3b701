#include "sensor/team.h"

#include "proto/base/log.h"
#include "sensor/belt.h"
#include "sensor/burst.h"
#include "sensor/load.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

/* How many slots a thread is woken for, by how many threads there are. Waking one costs several µs; the finisher has most time. */
static const unsigned wake_slots[TEAM_THREADS_MOST + 1][BELT_STAGES] = {
	[2] = { 8, 8 },
	[3] = { 24, 8, 24 },
};

enum { AHEAD_SLOTS = 4 };	/* the parser has work for longer than looking at the packets of one slot takes */

struct slot {
	struct load load;
	struct finish_list list;
	bool is_urgent;		/* the finisher shall not wait for more */
};

/* What only a team of several has. */
struct floor {
	struct belt belt;
	struct slot slots[TEAM_SLOTS_OF_3];
};

struct team {
	struct engine *engine;
	struct finisher finisher;
	struct file_hasher hasher;
	struct floor *floor;	/* NULL: one thread */
	unsigned parse, finish;	/* stages of the belt; to read is the first */
	struct slot *reading;	/* the slot being filled; the caller's */
	const struct flow_table *table;	/* to look at the slot's packets in; NULL: that is left to the parser */
	struct slot *parsing;	/* the one whose packets the engine is given; the parser's */
	struct hash *whole;	/* its digests belong to the next event */
	bool is_parser;		/* the caller parses */
	unsigned n_others;	/* threads under way: the finisher, before it the parser */
	pthread_t others[TEAM_THREADS_MOST - 1];
	struct burst burst;	/* of one thread */
};

/* ---- the parser's side: events and digests are written down ---- */

/* The slot is full: the finisher does what is older, the parser what is written down here. Then the finisher's things are the
 * parser's until it passes the slot on. */
static void catch_up(struct team *t)
{
	belt_wait(&t->floor->belt, t->parse);
	finish_all(&t->finisher, &t->parsing->list);
}

void team_add(struct team *t, const Ev__Event *event)
{
	struct hash *hash = t->whole;

	t->whole = NULL;
	if (t->floor == NULL) {
		finish_event_now(&t->finisher, event, hash);
	} else if (!finish_event(&t->parsing->list, event, hash)) {
		catch_up(t);
		finish_event_now(&t->finisher, event, hash);
	}
}

static void hash_later(void *ctx, struct hash *hash, struct view bytes)
{
	struct team *t = ctx;
	struct finish_list *l = &t->parsing->list;

	if (load_holds(&t->parsing->load, bytes) ? finish_lasting(l, hash, bytes) : finish_passing(l, hash, bytes))
		return;
	catch_up(t);
	hash_add(hash, bytes);
}

static void end_later(void *ctx, struct hash *hash)
{
	struct team *t = ctx;

	hash_drop(t->whole);	/* its event was never emitted */
	t->whole = hash;
}

static void drop_later(void *ctx, struct hash *hash)
{
	struct team *t = ctx;

	if (finish_drop(&t->parsing->list, hash))
		return;
	catch_up(t);
	hash_drop(hash);
}

void team_deliver(struct team *t)
{
	if (t->floor == NULL) {
		finish_batch_now(&t->finisher);
	} else if (finish_batch(&t->parsing->list)) {
		t->parsing->is_urgent = true;
	} else {
		catch_up(t);
		finish_batch_now(&t->finisher);
	}
}

/* ---- from hand to hand ---- */

/* ${slot}'s packets become events and work to be finished. */
static void parse(struct team *t, struct slot *slot)
{
	t->parsing = slot;
	load_feed(&slot->load, t->engine);
}

/* True if the caller only reads, and the parser has enough to do: then there is time to look at packets for it. */
static bool is_ahead(struct team *t)
{
	return !t->is_parser && belt_lead(&t->floor->belt, 0) >= AHEAD_SLOTS;
}

/* A free slot to read into. The caller, where it parses, works in the same one. */
static void take(struct team *t)
{
	t->reading = &t->floor->slots[belt_take(&t->floor->belt, 0)];
	load_empty(&t->reading->load);
	finish_clear(&t->reading->list);
	t->reading->is_urgent = false;
	t->table = is_ahead(t) ? engine_table(t->engine) : NULL;
	if (t->is_parser)
		t->parsing = t->reading;
}

static void pass_parsed(struct team *t, bool is_urgent)
{
	belt_pass(&t->floor->belt, t->parse);
	if (is_urgent)
		belt_hurry(&t->floor->belt, t->parse);
}

/* Pass the slot that was read into on, parsed where that is the caller's work, and take another one. */
static void pass(struct team *t)
{
	if (t->is_parser)
		parse(t, t->reading);
	if (t->parse != 0)
		belt_pass(&t->floor->belt, 0);
	if (t->is_parser)
		pass_parsed(t, t->reading->is_urgent);
	take(t);
}

bool team_is_idle(const struct team *t)
{
	return t->floor == NULL ? t->burst.n == 0 : t->reading->load.n == 0 && t->reading->list.n == 0;
}

void team_flush(struct team *t)
{
	if (t->floor == NULL) {
		burst_flush(&t->burst, t->engine);
	} else if (!team_is_idle(t)) {
		pass(t);
		if (!t->is_parser)
			belt_hurry(&t->floor->belt, 0);
	}
}

/* A packet longer than a load is parsed where it lies, by the caller, once the others are done. */
static void feed_long(struct team *t, const struct packet *packet)
{
	t->reading->is_urgent = true;
	pass(t);
	belt_wait(&t->floor->belt, 0);
	t->parsing = t->reading;
	engine_feed(t->engine, packet);
}

static bool add(struct team *t, const struct packet *packet)
{
	if (!load_add(&t->reading->load, packet))
		return false;
	if (t->table != NULL)
		load_look(&t->reading->load, t->table);
	return true;
}

void team_feed(struct team *t, const struct packet *packet)
{
	if (t->floor == NULL) {
		burst_feed(&t->burst, t->engine, packet);
	} else if (packet->bytes.n > LOAD_BYTES) {
		feed_long(t, packet);
	} else if (!add(t, packet)) {
		pass(t);
		add(t, packet);
	}
}

static void *parser(void *ctx)
{
	struct team *t = ctx;
	struct belt *belt = &t->floor->belt;

	for (int i = belt_take(belt, t->parse); i != BELT_END; i = belt_take(belt, t->parse)) {
		parse(t, &t->floor->slots[i]);
		pass_parsed(t, t->floor->slots[i].is_urgent);
	}
	return NULL;
}

static void *finisher(void *ctx)
{
	struct team *t = ctx;
	struct belt *belt = &t->floor->belt;

	for (int i = belt_take(belt, t->finish); i != BELT_END; i = belt_take(belt, t->finish)) {
		finish_all(&t->finisher, &t->floor->slots[i].list);
		belt_pass(belt, t->finish);
	}
	return NULL;
}

/* ---- coming and going ---- */

/* Signals are the caller's. ${name} is what top(1) shows. */
static bool start(struct team *t, void *(*work)(void *), const char *name)
{
	sigset_t all, before;
	bool is_started;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	is_started = pthread_create(&t->others[t->n_others], NULL, work, t) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!is_started)
		return false;
	pthread_setname_np(t->others[t->n_others++], name);
	return true;
}

static void end_thread(struct team *t)
{
	pthread_join(t->others[--t->n_others], NULL);
}

/* Bring in the others; false when the system has no room for them. */
static bool set_up(struct team *t, unsigned n_threads)
{
	const unsigned n_slots = n_threads == TEAM_THREADS_MOST ? TEAM_SLOTS_OF_3 : TEAM_SLOTS_OF_2;

	t->floor = calloc(1, sizeof(*t->floor));
	if (t->floor == NULL)
		return false;
	t->parse = n_threads - 2;
	t->finish = n_threads - 1;
	t->is_parser = t->parse == 0;
	hash_prepare();	/* before two threads could look the same up */
	belt_init(&t->floor->belt, n_slots, n_threads, wake_slots[n_threads]);
	if (!start(t, finisher, "sensor-finish") || (!t->is_parser && !start(t, parser, "sensor-parse")))
		return false;
	t->hasher = (struct file_hasher){ t, hash_later, end_later, drop_later };
	engine_hash_with(t->engine, &t->hasher);
	take(t);
	return true;
}

/* Send the others home when they are done with everything there is. */
static void send_home(struct team *t)
{
	if (t->floor == NULL)
		return;
	for (unsigned stage = 0; stage < t->finish; stage++)
		belt_close(&t->floor->belt, stage);
	while (t->n_others > 0)
		end_thread(t);
}

static void tear_down(struct team *t)
{
	if (t->floor == NULL)
		return;
	belt_fini(&t->floor->belt);
	free(t->floor);
	t->floor = NULL;
}

struct team *team_new(const struct team_options *o)
{
	struct team *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->is_parser = true;
	t->finisher = (struct finisher){ .deliver = o->deliver, .give_up = o->give_up, .ctx = o->ctx };
	batch_init(&t->finisher.batch, o->epoch);
	t->engine = engine_new(o->limits, o->emit, o->ctx);
	if (t->engine == NULL) {
		team_free(t);
		return NULL;
	}
	if (o->n_threads > 1 && !set_up(t, o->n_threads)) {
		log_warning("the system has no room for %u threads; one does all the work", o->n_threads);
		send_home(t);
		tear_down(t);
		t->is_parser = true;
	}
	return t;
}

struct engine *team_engine(struct team *t)
{
	return t->engine;
}

void team_gather(struct team *t)
{
	team_flush(t);
	if (t->is_parser)
		return;
	belt_close(&t->floor->belt, 0);
	end_thread(t);
	t->is_parser = true;
	t->parsing = t->reading;
}

/* The engine gives up what it was not asked to end: no events, but hashes. */
static void free_engine(struct team *t)
{
	engine_free(t->engine);
	if (t->floor != NULL)
		finish_all(&t->finisher, &t->parsing->list);
	hash_drop(t->whole);
}

void team_free(struct team *t)
{
	if (t == NULL)
		return;
	if (t->engine != NULL)
		team_gather(t);
	team_flush(t);
	send_home(t);
	finish_batch_now(&t->finisher);
	free_engine(t);
	tear_down(t);
	batch_fini(&t->finisher.batch);
	free(t);
}
