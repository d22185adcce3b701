/* The three processes of live mode against ingest, with a source that the test scripts. */
#include "collector/ingest.h"
#include "proto/base/clock.h"
#include "proto/curve.h"
#include "sensor/live.h"
#include "sensor/spool.h"
#include "tests/unit/delivery/loopback/ends.h"
#include "tests/lib/scratch.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DEADLINE_S = 60 };

static struct ingest *in;

static void collect_at(const char *endpoint)
{
	struct ingest_options o = { .endpoint = endpoint, .key_file = collector_key };
	in = ingest_start(pipeline, &o, why, sizeof why);
	cr_assert_not_null(in, "%s", why);
}

static void begin(void)
{
	chmod(scratch_dir(), 0755);	/* for whom the sensor becomes */
	ends_make();
	collect_at("tcp://127.0.0.1:*");
}

static void end(void)
{
	ingest_stop(in);
}

TestSuite(live, .init = begin, .fini = end, .timeout = 300);

/* ---- a source that has no packets ------------------------------------------------------------------------------- */

static enum live_next idle_next(void *ctx, int timeout_ms, struct packet *out)
{
	(void)ctx;
	usleep((unsigned)timeout_ms * 100);
	out->time_ns = clock_now_ns();
	return LIVE_NOTHING;
}

static enum live_next end_next(void *ctx, int timeout_ms, struct packet *out)
{
	(void)ctx;
	(void)timeout_ms;
	out->time_ns = clock_now_ns();
	return LIVE_END;
}

static enum live_next failed_next(void *ctx, int timeout_ms, struct packet *out)
{
	(void)ctx;
	(void)timeout_ms;
	(void)out;
	return LIVE_FAILED;
}

static enum live_next crashing_next(void *ctx, int timeout_ms, struct packet *out)
{
	(void)ctx;
	(void)timeout_ms;
	(void)out;
	raise(SIGKILL);
	return LIVE_END;
}

static void no_facts(void *ctx, struct capture_facts *out)
{
	(void)ctx;
	*out = (struct capture_facts){ .source = "test0" };
}

static void no_close(void *ctx)
{
	(void)ctx;
}

/* Start live_run in a process of its own. The collector stops for that moment: a fork beside its threads could leave the child
 * with a locked allocator (AddressSanitizer's does not let go of it). */
static pid_t start(enum live_next (*next)(void *, int, struct packet *), bool is_file, const char *key)
{
	char endpoint[64];
	snprintf(endpoint, sizeof endpoint, "%s", ingest_endpoint(in));
	struct live_source source = { .is_file = is_file, .next = next, .facts = no_facts, .close = no_close };
	struct live_options o = {
		.uplink = { .endpoint = endpoint, .key_file = key, .collector_key = collector_pair.public_key },
		.spool_dir = spool_dir,
		.spool_bytes = 16 << 20,
		.health_every_s = 1,
		.limits = limits_default,
	};
	ingest_stop(in);
	pid_t pid = fork();
	if (pid == 0)
		_exit(live_run(&o, &source));
	collect_at(endpoint);
	return pid;
}

static int status_of(pid_t pid)
{
	int status;
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static uint64_t health(void)
{
	return *(volatile uint64_t *)&pipeline->of_kind[EV__EVENT__BODY_SENSOR_HEALTH];
}

static void wait_for_health(uint64_t n)
{
	int64_t end = clock_steady_ns() + DEADLINE_S * CLOCK_SECOND_NS;
	while (health() < n && clock_steady_ns() < end)
		usleep(1000);
	cr_assert_geq(health(), n);
}

/* ---- life and death --------------------------------------------------------------------------------------------- */

Test(live, a_silent_device_still_reports_how_it_is)
{
	pid_t pid = start(idle_next, false, sensor_key);
	wait_for_health(2);
	kill(pid, SIGTERM);
	cr_assert_eq(status_of(pid), 0);
	cr_assert_geq(health(), 3, "and once more at the end");
}

Test(live, a_file_that_ends_is_delivered_whole_before_the_program_ends)
{
	cr_assert_eq(status_of(start(end_next, true, sensor_key)), 0);
	cr_assert_eq(health(), 1);
}

Test(live, a_device_that_fails_ends_the_program_with_a_failure_but_loses_nothing)
{
	cr_assert_eq(status_of(start(failed_next, false, sensor_key)), 1);
	cr_assert_eq(health(), 1);
}

Test(live, a_parser_that_dies_ends_the_program_with_a_failure)
{
	cr_assert_eq(status_of(start(crashing_next, false, sensor_key)), 1);
}

Test(live, numbers_go_on_where_the_last_run_ended)
{
	for (uint64_t run = 1; run <= 3; run++) {
		cr_assert_eq(status_of(start(end_next, true, sensor_key)), 0);
		cr_assert_eq(pipeline->high_water[0], run);
	}
	cr_assert_eq(pipeline->repeated, 0);
}

Test(live, a_missing_key_ends_the_program_at_once)
{
	cr_assert_eq(status_of(start(idle_next, false, "/nowhere/sensor.key")), 1);
}

Test(live, a_second_sensor_on_the_same_spool_ends_at_once)
{
	pid_t first = start(idle_next, false, sensor_key);
	wait_for_health(1);
	cr_assert_eq(status_of(start(idle_next, false, sensor_key)), 1);
	kill(first, SIGTERM);
	cr_assert_eq(status_of(first), 0);
}

Test(live, events_of_a_device_wait_in_the_spool_when_the_collector_refuses)
{
	enum { STARTS = 10 };	/* a sensor that closed while libzmq told it of the refusal stood still for good, one in fifty */
	pipeline->keys[0][0] = '\0';
	for (int i = 0; i < STARTS; i++)
		cr_assert_eq(status_of(start(end_next, false, sensor_key)), 0, "they are safe");
	cr_assert_eq(health(), 0);
	strcpy(pipeline->keys[0], sensor_pair.public_key);
	cr_assert_eq(status_of(start(end_next, false, sensor_key)), 0);
	cr_assert_eq(health(), STARTS + 1);
}

Test(live, two_signals_end_the_wait_for_a_collector_that_is_away)
{
	char endpoint[64];
	snprintf(endpoint, sizeof endpoint, "%s", ingest_endpoint(in));
	pid_t pid = start(end_next, true, sensor_key);
	ingest_stop(in);
	int64_t began = clock_steady_ns();
	int status;
	while (waitpid(pid, &status, WNOHANG) == 0 && clock_steady_ns() - began < DEADLINE_S * CLOCK_SECOND_NS) {
		kill(pid, SIGTERM);
		usleep(20000);
	}
	cr_assert_lt(clock_steady_ns() - began, DEADLINE_S * CLOCK_SECOND_NS);
	collect_at(endpoint);
	cr_assert_eq(status_of(start(end_next, true, sensor_key)), 0);
	cr_assert_geq(pipeline->high_water[0], 1);
}

/* ---- rights ----------------------------------------------------------------------------------------------------- */

/* The real user of process ${pid}, from /proc. */
static uid_t user_of(pid_t pid)
{
	char path[64];
	snprintf(path, sizeof path, "/proc/%d/status", pid);
	FILE *f = fopen(path, "r");
	char line[256];
	unsigned uid = 0;
	while (f && fgets(line, sizeof line, f) && sscanf(line, "Uid: %u", &uid) != 1)
		;
	if (f)
		fclose(f);
	return uid;
}

static size_t children_of(pid_t parent, pid_t out[4])
{
	char path[64];
	snprintf(path, sizeof path, "/proc/%d/task/%d/children", parent, parent);
	FILE *f = fopen(path, "r");
	size_t n = 0;
	int pid;
	while (f && n < 4 && fscanf(f, "%d", &pid) == 1)
		out[n++] = pid;
	if (f)
		fclose(f);
	return n;
}

Test(live, started_by_root_what_parses_and_what_sends_are_somebody_else)
{
	if (geteuid() != 0)
		cr_skip_test("needs root");
	pid_t pid = start(idle_next, false, sensor_key), children[4];
	wait_for_health(1);
	cr_assert_eq(children_of(pid, children), 2);
	cr_expect_neq(user_of(children[0]), 0);
	cr_expect_neq(user_of(children[1]), 0);
	kill(pid, SIGTERM);
	cr_assert_eq(status_of(pid), 0);
}
