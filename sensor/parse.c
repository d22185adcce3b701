#include "sensor/parse.h"

#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/codec.h"
#include "sensor/confine.h"
#include "sensor/courier.h"
#include "sensor/file/hash.h"
#include "sensor/sandbox.h"
#include "sensor/team.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>

enum {
	ERROR_BYTES = 256,
	THREADS_MOST = 2,	/* the kernel's ring of packets is what a third one would be for */
	COUNTER_NAME_BYTES = 64,
	OTHER_COUNTERS = SPOOL_KINDS + 4,
	COUNTERS_MAX = N_COUNTS + OTHER_COUNTERS,
};

struct parse {
	const struct live_source *source;
	const struct channel_page *page;
	int fd;
	struct courier *courier;	/* NULL: no copies are kept */
	struct team *team;	/* idle whenever the source is waited for */
	bool has_events;	/* since the last batch that was delivered for its age */
	int64_t events_since_ns;	/* when the first of them came, steady clock */
	int64_t source_ns;	/* what time it is in the source's terms */
	int64_t health_due_ns, health_every_ns;
	atomic_bool broken;	/* [send] has gone; the thread that delivers sees it first */
};

static volatile sig_atomic_t stopping;

static void on_signal(int number)
{
	(void)number;
	stopping = 1;
}

/* ---- events out ------------------------------------------------------------------------------------------------- */

/* These two in the thread that finishes. */

static void deliver(void *ctx, const struct batch *batch)
{
	struct parse *p = ctx;
	if (p->broken || channel_write(p->fd, FRAME_BATCH, batch->bytes, batch->n) == 0)
		return;
	log_error("hand events to the sending process: %s", strerror(errno));
	p->broken = true;
}

static void give_up(void *ctx, uint64_t seq)
{
	(void)ctx;
	log_error("event %" PRIu64 " given up: out of memory", seq);
}

static void add(struct parse *p, const Ev__Event *event)
{
	team_add(p->team, event);
	if (!p->has_events)
		p->events_since_ns = clock_steady_ns();
	p->has_events = true;
}

/* ---- health: the engine's counters, the spool's and those of copies -------------------------------------------------------------- */

struct counters {
	Ev__Counter rows[OTHER_COUNTERS];
	char names[OTHER_COUNTERS][COUNTER_NAME_BYTES];
	Ev__Counter *all[COUNTERS_MAX];
	size_t n_rows, n_all;
};

static void put(struct counters *c, const char *name, uint64_t value)
{
	if (value == 0 || c->n_all == COUNTERS_MAX)
		return;
	Ev__Counter *row = &c->rows[c->n_rows];
	char *kept = c->names[c->n_rows++];
	snprintf(kept, COUNTER_NAME_BYTES, "%s", name);
	*row = (Ev__Counter)EV__COUNTER__INIT;
	row->name = kept;
	row->value = value;
	c->all[c->n_all++] = row;
}

static void put_spool(struct counters *c, const struct channel_page *page)
{
	for (int body = 0; body < SPOOL_KINDS; body++) {
		const char *kind = codec_kind((Ev__Event__BodyCase)body);
		char name[COUNTER_NAME_BYTES];
		snprintf(name, sizeof name, "spool.dropped.%s", kind ? kind : "unknown");
		put(c, name, page->dropped[body]);
	}
	put(c, "spool.unwritten", page->unwritten);
	put(c, "spool.damaged", page->damaged);
}

static void put_copies(struct counters *c, const struct courier *courier)
{
	if (!courier)
		return;
	put(c, "extract.kept", courier_kept(courier));
	put(c, "extract.left_out", courier_left_out(courier));
}

static void add_health(struct parse *p, const Ev__Event *event)
{
	static struct counters c;	/* one thread, one report at a time */
	c.n_rows = 0;
	c.n_all = event->sensor_health->n_counters < N_COUNTS ? event->sensor_health->n_counters : N_COUNTS;
	memcpy(c.all, event->sensor_health->counters, c.n_all * sizeof *c.all);
	put_spool(&c, p->page);
	put_copies(&c, p->courier);
	Ev__SensorHealth body = *event->sensor_health;
	Ev__Event with_spool = *event;
	body.counters = c.all;
	body.n_counters = c.n_all;
	with_spool.sensor_health = &body;
	add(p, &with_spool);
}

static void on_event(void *ctx, const Ev__Event *event)
{
	if (event->body_case == EV__EVENT__BODY_SENSOR_HEALTH)
		add_health(ctx, event);
	else
		add(ctx, event);
}

static void report_health(struct parse *p)
{
	struct capture_facts facts = { 0 };
	p->source->facts(p->source->ctx, &facts);
	facts.spool_bytes = p->page->bytes;
	engine_health(team_engine(p->team), &facts, p->source_ns ? p->source_ns : clock_now_ns());
}

/* ---- the loop --------------------------------------------------------------------------------------------------- */

/* One packet, or the news that there is none. False when the source has no more. */
static bool step(struct parse *p, enum live_next *next)
{
	struct packet packet = { 0 };
	*next = p->source->next(p->source->ctx, team_is_idle(p->team) ? LIVE_BATCH_MS : 0, &packet);
	if (*next == LIVE_PACKET)
		team_feed(p->team, &packet);
	else
		team_flush(p->team);
	if (*next == LIVE_NOTHING && packet.time_ns != 0)
		engine_tick(team_engine(p->team), packet.time_ns);
	if (packet.time_ns != 0)
		p->source_ns = packet.time_ns;
	return *next == LIVE_PACKET || *next == LIVE_NOTHING;
}

/* What is due by the clock: a batch that has waited long enough, a health report. */
static void keep_time(struct parse *p)
{
	int64_t now = clock_steady_ns();
	if (now >= p->health_due_ns) {
		report_health(p);
		p->health_due_ns = now + p->health_every_ns;
	}
	if (p->has_events && now - p->events_since_ns >= LIVE_BATCH_MS * CLOCK_MS_NS) {
		team_deliver(p->team);
		team_flush(p->team);
		p->has_events = false;
	}
}

/* What a device had captured before the signal is still ours to read. The kernel hands packets over 100 ms late
 * (capture.h), so the device has fallen silent after QUIET_MS; one that never does has DRAIN_MS. */
static void drain(struct parse *p)
{
	enum { QUIET_MS = 150, DRAIN_MS = 500 };
	const int64_t until = clock_steady_ns() + DRAIN_MS * CLOCK_MS_NS;
	struct packet packet;
	while (!p->source->is_file && !p->broken && clock_steady_ns() < until &&
	       p->source->next(p->source->ctx, QUIET_MS, &packet) == LIVE_PACKET)
		team_feed(p->team, &packet);
}

static void settle_copies(struct parse *p)
{
	if (!p->courier)
		return;
	courier_settle(p->courier);
	log_info("extract: %" PRIu64 " files kept, %" PRIu64 " left out", courier_kept(p->courier), courier_left_out(p->courier));
}

/* True if the source ended well or a signal ended it. */
static bool work(struct parse *p)
{
	enum live_next next = LIVE_NOTHING;
	while (!stopping && !p->broken && step(p, &next))
		keep_time(p);
	if (stopping)
		drain(p);
	team_gather(p->team);
	engine_end(team_engine(p->team));
	settle_copies(p);
	report_health(p);
	return next != LIVE_FAILED;
}

/* [send] opens the conversation with the spool's epoch and next number, or closes it when it could not start. */
static bool hear_hello(int fd, uint64_t *epoch, uint64_t *next_seq)
{
	struct channel_reader reader = { .fd = fd };
	bool good = channel_read(&reader) == CHANNEL_FRAME && reader.frame.kind == FRAME_HELLO;
	Ev__Hello *hello = good ? ev__hello__unpack(NULL, reader.frame.n, reader.body) : NULL;
	channel_reader_fini(&reader);
	if (!hello)
		return false;
	*epoch = hello->epoch;
	*next_seq = hello->next_seq;
	ev__hello__free_unpacked(hello, NULL);
	return true;
}

static int give_up_rights(const struct live_options *o, const struct live_source *source)
{
	struct sandbox_user user;
	char error[ERROR_BYTES];
	if (source->is_file)
		return 0;
	if (sandbox_find(o->user, &user, error, sizeof error) == 0 && sandbox_become(&user, error, sizeof error) == 0)
		return 0;
	log_error("%s", error);
	return -1;
}

/* Behind this no file, socket, process or thread can be had but those there are. A replay opens its files as their turn comes. */
static void confine_to_open(const struct live_source *source)
{
	char error[ERROR_BYTES];
	if (source->is_file)
		return;
	sandbox_no_children();
	if (SANDBOX_IS_WATCHED)
		return;
	hash_prepare();
	if (confine(CONFINE_TO_OPEN, error, sizeof error) < 0)
		log_warning("%s; it goes on without a filter of its system calls", error);
}

static void hear_signals(void)
{
	struct sigaction act = { .sa_handler = on_signal };	/* no SA_RESTART: the source's wait shall end */
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
}

/* Nobody outside may know in which order the table of connections lies. */
static void seed(struct engine *e)
{
	uint64_t key[2];
	if (getrandom(key, sizeof key, 0) != (ssize_t)sizeof key || !engine_seed(e, key))
		log_warning("the table of connections has no random key; somebody who aims at it can slow it down");
}

/* Only packed events can wait for their digests; a copy is named by them at once. */
static unsigned threads_for(const struct live_options *o, const struct parse *p)
{
	if (p->courier)
		return 1;
	return o->n_threads < THREADS_MOST ? o->n_threads : THREADS_MOST;
}

/* The engine and who works with it; reading packets and parsing them stay together. */
static struct team *gather_team(const struct live_options *o, struct parse *p, uint64_t epoch, uint64_t next_seq)
{
	const struct team_options work = { .n_threads = threads_for(o, p), .limits = &o->limits, .epoch = epoch,
					   .emit = on_event, .deliver = deliver, .give_up = give_up, .ctx = p };
	struct team *team = team_new(&work);
	if (!team) {
		log_error("out of memory: the engine needs %zu bytes (--memory)", o->limits.memory_bytes + o->limits.arena_bytes);
		return NULL;
	}
	seed(team_engine(team));
	engine_continue(team_engine(team), next_seq);
	engine_keep_files(team_engine(team), p->courier ? courier_keeper(p->courier) : NULL);
	return team;
}

static bool begin(const struct live_options *o, struct parse *p, int keep_fd)
{
	uint64_t epoch, next_seq;
	if (!hear_hello(p->fd, &epoch, &next_seq))
		return false;
	if (keep_fd >= 0) {
		p->courier = courier_new(keep_fd, p->source->is_file ? COURIER_WAITS : COURIER_PATIENCE_MS);
		if (!p->courier)
			return false;
	}
	p->team = gather_team(o, p, epoch, next_seq);
	return p->team != NULL;
}

int parse_run(const struct live_options *o, const struct live_source *source, const struct parse_ends *ends)
{
	struct parse p = { .source = source, .page = ends->page, .fd = ends->send, .health_every_ns = o->health_every_s * CLOCK_SECOND_NS };
	bool good;
	if (give_up_rights(o, source) < 0)
		return 1;
	hear_signals();
	good = begin(o, &p, ends->keep);
	if (good) {
		p.health_due_ns = clock_steady_ns() + p.health_every_ns;
		confine_to_open(source);
		good = work(&p) && !p.broken;
		team_free(p.team);
	}
	courier_free(p.courier);
	return good ? 0 : 1;
}
