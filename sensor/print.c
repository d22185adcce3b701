#include "sensor/print.h"

#include "proto/base/log.h"
#include "proto/codec.h"
#include "proto/frame.h"
#include "sensor/commands.h"
#include "sensor/quarantine.h"
#include "sensor/replay.h"
#include "sensor/team.h"
#include "sensor/zeek.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { WAIT_MS = 1000, OUT_BUFFER_BYTES = 1 << 18, PATH_BYTES = 4096 };

/* Where events go and how they are written. */
struct printer {
	FILE *out;
	const char *out_name;
	const char *site, *name;
	struct team *team;
	char *line;		/* the JSON text under way, ${line_cap} long */
	size_t line_cap;
	struct zeek *zeek;	/* NULL unless it is Zeek's logs */
	bool has_failed;
};

/* By a signal, or because nothing more can be written. */
static atomic_bool is_stopped;

static void stop(int signal_number)
{
	(void)signal_number;
	is_stopped = 1;
}

/* ---- writing ---- */

static void fail(struct printer *p, const char *why)
{
	if (!p->has_failed)
		log_error("write %s: %s", p->out_name, why);
	p->has_failed = true;
	is_stopped = 1;
}

/* The text of ${json} in p->line, which grows to hold it; its length, 0 when memory is short. */
static size_t write_line(struct printer *p, const json_t *json)
{
	size_t n = json_dumpb(json, p->line, p->line_cap, JSON_COMPACT);
	char *bigger;

	if (n <= p->line_cap)
		return n;
	bigger = realloc(p->line, 2 * n);
	if (bigger == NULL)
		return 0;
	p->line = bigger;
	p->line_cap = 2 * n;
	return json_dumpb(json, p->line, p->line_cap, JSON_COMPACT);
}

/* A line of ${json}, whose reference it takes over; NULL says that memory is short. In one piece: jansson writes a file a few
 * characters at a time, which takes longer than finding the event. */
static void print_line(struct printer *p, json_t *json)
{
	size_t n = json != NULL ? write_line(p, json) : 0;

	if (n == 0 || fwrite(p->line, n, 1, p->out) != 1 || putc('\n', p->out) == EOF)
		fail(p, n == 0 ? "out of memory" : strerror(errno));
	json_decref(json);
}

static void print_json(void *ctx, const Ev__Event *event)
{
	struct printer *p = ctx;

	print_line(p, codec_event_json(event, p->site, p->name));
}

static void print_no_event(void *ctx, const Ev__Event *event)
{
	(void)ctx;
	(void)event;
}

static void print_command(void *ctx, const struct smb_command *command)
{
	print_line(ctx, commands_json(command));
}

static void print_batch(void *ctx, const struct batch *batch)
{
	struct printer *p = ctx;
	uint8_t head[FRAME_HEAD_BYTES];

	frame_write(head, FRAME_BATCH, batch->bytes, batch->n);
	if (fwrite(head, sizeof(head), 1, p->out) != 1 || fwrite(batch->bytes, batch->n, 1, p->out) != 1)
		fail(p, strerror(errno));
}

static void give_up(void *ctx, uint64_t seq)
{
	(void)seq;
	fail(ctx, "out of memory");
}

static void print_proto(void *ctx, const Ev__Event *event)
{
	struct printer *p = ctx;

	team_add(p->team, event);
}

static void print_zeek(void *ctx, const Ev__Event *event)
{
	struct printer *p = ctx;

	zeek_event(p->zeek, event);
}

/* By enum options_format. */
static const struct format {
	event_fn print;
	void (*see)(void *ctx, const struct smb_command *command);	/* NULL: each command is not looked at */
	const char *file_name;	/* NULL: several files */
} formats[] = {
	[OPTIONS_JSON] = { print_json, NULL, "events.jsonl" },
	[OPTIONS_PROTO] = { print_proto, NULL, "events.proto" },
	[OPTIONS_ZEEK] = { print_zeek, NULL, NULL },
	[OPTIONS_ZEEK_JSON] = { print_zeek, NULL, NULL },
	[OPTIONS_COMMANDS] = { print_no_event, print_command, "commands.jsonl" },
};

static int open_zeek(struct printer *p, const struct options *o)
{
	char error[PATH_BYTES + 64];

	p->zeek = zeek_open(o->out_dir, o->format == OPTIONS_ZEEK ? ZEEK_TSV : ZEEK_JSON, error, sizeof(error));
	if (p->zeek == NULL)
		log_error("%s", error);
	return p->zeek != NULL ? 0 : -1;
}

static int open_out(struct printer *p, const struct options *o, char path[PATH_BYTES])
{
	p->out = stdout;
	p->out_name = "standard output";
	if (formats[o->format].file_name == NULL)
		return open_zeek(p, o);
	if (o->out_dir != NULL) {
		snprintf(path, PATH_BYTES, "%s/%s", o->out_dir, formats[o->format].file_name);
		p->out_name = path;
		p->out = mkdir(o->out_dir, 0755) == 0 || errno == EEXIST ? fopen(path, "wbe") : NULL;
	}
	if (p->out == NULL) {
		log_error("open %s: %s; name another folder with --out", path, strerror(errno));
		return -1;
	}
	setvbuf(p->out, NULL, _IOFBF, OUT_BUFFER_BYTES);
	return 0;
}

static int close_out(struct printer *p)
{
	char error[PATH_BYTES + 64];

	if (p->zeek != NULL && zeek_close(p->zeek, error, sizeof(error)) != 0) {
		log_error("%s", error);
		p->has_failed = true;
	}
	free(p->line);
	if ((p->out == stdout ? fflush(p->out) : fclose(p->out)) != 0)
		fail(p, strerror(errno));
	return p->has_failed ? 1 : 0;
}

/* ---- reading ---- */

/* Give every packet to the engine; the time of the last one. */
static int64_t feed_all(struct team *t, struct replay *r, const struct printer *p)
{
	struct packet packet;
	enum capture_next next;
	int64_t last_ns = 0;

	while (!is_stopped && (next = replay_next(r, team_is_idle(t) ? WAIT_MS : 0, &packet)) != CAPTURE_END) {
		if (next == CAPTURE_PACKET) {
			team_feed(t, &packet);
			last_ns = packet.time_ns;
		} else {
			team_flush(t);
			fflush(p->out);
		}
	}
	team_gather(t);
	return last_ns;
}

static void read_files(struct team *t, struct replay *r, const struct printer *p)
{
	struct capture_facts facts;
	int64_t last_ns = feed_all(t, r, p);

	engine_end(team_engine(t));
	replay_facts(r, &facts);
	/* Nothing is to be said about files that could not be opened. */
	if (facts.source != NULL)
		engine_health(team_engine(t), &facts, last_ns);
}

/* The quarantine folder, and what became of it. */
static int open_extract(const struct options *o, struct quarantine **out)
{
	char error[512];

	*out = NULL;
	if (o->live.extract_dir == NULL)
		return 0;
	*out = quarantine_open(o->live.extract_dir, o->live.extract_bytes, error, sizeof(error));
	if (*out == NULL)
		log_error("%s", error);
	return *out != NULL ? 0 : -1;
}

static void close_extract(struct quarantine *q)
{
	if (q == NULL)
		return;
	quarantine_report(q);
	quarantine_close(q);
}

/* Only packed events can wait for their digests; a kept copy is named by them at once. */
static unsigned threads_for(const struct options *o)
{
	return o->format == OPTIONS_PROTO && o->live.extract_dir == NULL ? o->live.n_threads : 1;
}

static int print_with(const struct options *o, struct printer *p, struct quarantine *q)
{
	const struct replay_options replayed = { .paths = o->paths, .n_paths = o->n_paths, .filter = o->filter,
						 .is_paced = o->is_paced, .is_rebased = o->is_rebased };
	const struct team_options work = { .n_threads = threads_for(o), .limits = &o->live.limits, .emit = formats[o->format].print,
					   .deliver = print_batch, .give_up = give_up, .ctx = p };
	const struct smb_watcher watcher = { .ctx = p, .see = formats[o->format].see };
	struct replay *r = replay_new(&replayed);
	int status = 1;

	p->team = team_new(&work);
	if (r != NULL && p->team != NULL) {
		engine_keep_files(team_engine(p->team), q != NULL ? quarantine_keeper(q) : NULL);
		engine_watch(team_engine(p->team), watcher.see != NULL ? &watcher : NULL);
		read_files(p->team, r, p);
		status = replay_unread(r) != 0 ? 2 : 0;
	} else {
		log_error("out of memory; ask for less with --memory");
	}
	team_free(p->team);
	replay_free(r);
	return status;
}

int print_files(const struct options *o)
{
	const struct sigaction on_stop = { .sa_handler = stop };
	struct printer p = { .site = o->site, .name = o->name };
	char path[PATH_BYTES];
	struct quarantine *q;
	int status;

	if (open_extract(o, &q) != 0)
		return 1;
	if (open_out(&p, o, path) != 0) {
		quarantine_close(q);
		return 1;
	}
	sigaction(SIGINT, &on_stop, NULL);
	sigaction(SIGTERM, &on_stop, NULL);
	status = print_with(o, &p, q);
	close_extract(q);
	return close_out(&p) == 0 ? status : 1;
}
