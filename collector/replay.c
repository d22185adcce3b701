#include "collector/replay.h"

#include "proto/codec.h"
#include "proto/frame.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct replaying {
	struct pipeline *pipeline;
	const struct enrolled *who;
	struct coverage seen;	/* of this capture, as the newest health event has it */
	char *error;
	size_t error_cap;
};

/* ---- the sensor as a child -------------------------------------------------------------------------------------------- */

/* Beside this program, if it is there, else whatever PATH finds. */
static const char *sensor_program(char path[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - sizeof "ashiato-sensor");
	if (n > 0) {
		path[n] = '\0';
		char *name = strrchr(path, '/') + 1;
		snprintf(name, sizeof "ashiato-sensor", "ashiato-sensor");
		if (access(path, X_OK) == 0)
			return path;
	}
	return "ashiato-sensor";
}

/* Start it with its standard output into ${out}. -1 and errno's sentence. */
static int spawn_sensor(const char *capture, pid_t *pid, int *out, char *error, size_t error_cap)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0) {
		snprintf(error, error_cap, "make a pipe: %s", strerror(errno));
		return -1;
	}
	char path[PATH_MAX], file[PATH_MAX];
	const char *program = sensor_program(path);
	snprintf(file, sizeof file, "%s", capture);
	char words[][16] = { "ashiato-sensor", "--read", "--format", "proto" };
	char *argv[] = { words[0], words[1], file, words[2], words[3], NULL };
	posix_spawnattr_t attributes;
	sigset_t defaults;
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);	/* which we ignore, and a child would inherit that */
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	int result = posix_spawnp(pid, program, &actions, &attributes, argv, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	*out = ends[0];
	if (result == 0)
		return 0;
	close(ends[0]);
	snprintf(error, error_cap, "run %s: %s; install it beside ashiato-collector or on PATH", program, strerror(result));
	return -1;
}

/* Its end: -1 and a sentence unless it went well. A sensor that gave up has said why on standard error; then ${error} is empty. */
static int reap(pid_t pid, const char *capture, char *error, size_t error_cap)
{
	int status;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	error[0] = '\0';
	if (WIFSIGNALED(status))
		snprintf(error, error_cap, "%s: ashiato-sensor ended by signal %d", capture, WTERMSIG(status));
	return -1;
}

/* ---- its frames ------------------------------------------------------------------------------------------------------- */

/* Every health event counts from the beginning of the capture. */
static void note_health(struct replaying *r, const Ev__SensorHealth *h)
{
	r->seen = (struct coverage){ h->packets, h->bytes, h->events, h->gaps, h->malformed, h->truncated };
}

static int check_event(struct replaying *r, const Ev__Event *event)
{
	char why[128];
	if (codec_event_valid(event, why, sizeof why))
		return 0;
	snprintf(r->error, r->error_cap, "ashiato-sensor sent an event that breaks the contract: %s", why);
	return -1;
}

static int check_events(struct replaying *r, const Ev__EventBatch *batch)
{
	for (size_t i = 0; i < batch->n_events; i++) {
		const Ev__Event *event = batch->events[i];
		if (check_event(r, event) != 0)
			return -1;
		if (event->body_case == EV__EVENT__BODY_SENSOR_HEALTH)
			note_health(r, event->sensor_health);
	}
	return 0;
}

static int take_batch(struct replaying *r, const uint8_t *body, size_t n)
{
	Ev__EventBatch *batch = ev__event_batch__unpack(NULL, n, body);
	if (batch == NULL) {
		snprintf(r->error, r->error_cap, "ashiato-sensor sent a batch that cannot be read");
		return -1;
	}
	uint64_t high_water;
	int result = check_events(r, batch);
	if (result == 0)
		result = pipeline_commit(r->pipeline, r->who, batch, &high_water, r->error, r->error_cap);
	ev__event_batch__free_unpacked(batch, NULL);
	return result;
}

static int take_frame(struct replaying *r, FILE *in, const uint8_t head[FRAME_HEAD_BYTES])
{
	struct frame frame;
	if (!frame_read(head, FRAME_HEAD_BYTES, &frame, r->error, r->error_cap))
		return -1;
	uint8_t *body = malloc(frame.n + 1);
	int result = -1;
	if (body == NULL)
		snprintf(r->error, r->error_cap, "out of memory");
	else if (fread(body, 1, frame.n, in) != frame.n || !frame_matches(&frame, body, frame.n))
		snprintf(r->error, r->error_cap, "what ashiato-sensor wrote breaks off in the middle");
	else
		result = frame.kind == FRAME_BATCH ? take_batch(r, body, frame.n) : 0;
	free(body);
	return result;
}

static int take_all(struct replaying *r, FILE *in)
{
	uint8_t head[FRAME_HEAD_BYTES];
	while (fread(head, 1, sizeof head, in) == sizeof head)
		if (take_frame(r, in, head) != 0)
			return -1;
	return 0;
}

static void add(struct coverage *sum, const struct coverage *c)
{
	sum->packets += c->packets;
	sum->bytes += c->bytes;
	sum->events += c->events;
	sum->gaps += c->gaps;
	sum->malformed += c->malformed;
	sum->truncated |= c->truncated;
}

int replay(struct pipeline *pipeline, const struct enrolled *who, const char *capture, struct coverage *coverage, char *error,
	   size_t error_cap)
{
	struct replaying r = { .pipeline = pipeline, .who = who, .error = error, .error_cap = error_cap };
	pid_t pid;
	int out;
	if (spawn_sensor(capture, &pid, &out, error, error_cap) != 0)
		return -1;
	FILE *in = fdopen(out, "r");
	int result = take_all(&r, in);
	fclose(in);	/* a sensor we stopped listening to ends by the broken pipe */
	char end[256];
	if (reap(pid, capture, end, sizeof end) != 0 && result == 0) {
		snprintf(error, error_cap, "%s", end);
		result = -1;
	}
	add(coverage, &r.seen);
	return result;
}
