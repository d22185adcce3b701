#include "sensor/replay.h"

#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "sensor/core/rare.h"

#include <stdlib.h>
#include <time.h>

struct replay {
	struct replay_options options;
	size_t next_path;
	size_t unread;
	struct capture *file;	/* NULL between files; the last one stays open, replay_facts still names it */
	bool is_over;
	bool is_cut;		/* one of them was */
	struct packet packet;	/* read, but not due yet, when has_packet */
	bool has_packet;
	bool has_begun;		/* the file's first packet was seen: the two below are valid */
	int64_t began_ns;	/* when this file's first packet was due, monotonic clock */
	int64_t first_ns;	/* time of this file's first packet, as stored */
	int64_t shift_ns;	/* what is added to stored times */
	int64_t last_ns;	/* time of the last packet handed out, shifted; 0: none yet */
};

struct replay *replay_new(const struct replay_options *options)
{
	struct replay *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->options = *options;
	r->is_over = options->n_paths == 0;
	return r;
}

/* The file at hand has ended: keep what is to be told of it. */
static RARE void end_file(struct replay *r)
{
	struct capture_facts facts;

	capture_facts(r->file, &facts);
	r->is_cut = r->is_cut || facts.truncated;
	if (capture_problem(r->file) != NULL)
		log_warning("%s", capture_problem(r->file));
	r->is_over = r->next_path == r->options.n_paths;
	if (r->is_over)
		return;
	capture_close(r->file);
	r->file = NULL;
}

void replay_free(struct replay *r)
{
	if (r == NULL)
		return;
	capture_close(r->file);
	free(r);
}

static RARE void open_next(struct replay *r)
{
	char error[512];

	r->has_begun = false;
	r->file = capture_open_file(r->options.paths[r->next_path++], r->options.filter, error, sizeof(error));
	if (r->file == NULL) {
		log_error("%s", error);
		r->unread++;
		r->is_over = r->next_path == r->options.n_paths;
	}
}

/* Read the next packet of any file; false at the end of the last. */
static bool read_packet(struct replay *r, struct packet *out)
{
	while (!r->is_over) {
		if (r->file == NULL)
			open_next(r);
		else if (capture_next(r->file, 0, out) == CAPTURE_PACKET)
			return true;
		else
			end_file(r);
	}
	return false;
}

/* The same, unless one is still waiting. */
static bool take_packet(struct replay *r, struct packet *out)
{
	if (!r->has_packet)
		return read_packet(r, out);
	*out = r->packet;
	r->has_packet = false;
	return true;
}

/* The first packet of a file, stored at ${first_ns}, is due at once, and, rebased, happens now or right after the file before. */
static RARE void begin_file(struct replay *r, int64_t first_ns)
{
	int64_t starts_ns = r->last_ns != 0 ? r->last_ns : clock_now_ns();

	r->has_begun = true;
	r->first_ns = first_ns;
	r->began_ns = clock_steady_ns();
	r->shift_ns = r->options.is_rebased ? starts_ns - first_ns : 0;
}

/* How long until what is stored at ${time_ns} is due; 0 or less: now. */
static int64_t until_due_ns(const struct replay *r, int64_t time_ns)
{
	return time_ns - r->first_ns - (clock_steady_ns() - r->began_ns);
}

/* Wait until then; false when that takes longer than ${timeout_ms} or a signal comes. */
static RARE bool wait_until_due(const struct replay *r, int64_t time_ns, int timeout_ms)
{
	int64_t wait_ns = until_due_ns(r, time_ns);
	bool is_in_time = wait_ns <= timeout_ms * CLOCK_MS_NS;
	struct timespec t;

	if (wait_ns <= 0)
		return true;
	if (!is_in_time)
		wait_ns = timeout_ms * CLOCK_MS_NS;
	t = (struct timespec){ .tv_sec = wait_ns / CLOCK_SECOND_NS, .tv_nsec = wait_ns % CLOCK_SECOND_NS };
	return nanosleep(&t, NULL) == 0 && is_in_time;
}

/* Keep ${packet} until it is due; its time becomes what time it is now. */
static RARE void put_off(struct replay *r, struct packet *packet)
{
	r->packet = *packet;
	r->has_packet = true;
	packet->time_ns += r->shift_ns - until_due_ns(r, packet->time_ns);
}

enum capture_next replay_next(struct replay *r, int timeout_ms, struct packet *out)
{
	if (!take_packet(r, out))
		return CAPTURE_END;
	if (!r->has_begun)
		begin_file(r, out->time_ns);
	if (r->options.is_paced && !wait_until_due(r, out->time_ns, timeout_ms)) {
		put_off(r, out);
		return CAPTURE_NOTHING;
	}
	out->time_ns += r->shift_ns;
	r->last_ns = out->time_ns;
	return CAPTURE_PACKET;
}

void replay_facts(struct replay *r, struct capture_facts *out)
{
	*out = (struct capture_facts){ .truncated = r->is_cut };
	if (r->file != NULL)
		capture_facts(r->file, out);
	out->truncated = out->truncated || r->is_cut;
}

size_t replay_unread(const struct replay *r)
{
	return r->unread;
}
