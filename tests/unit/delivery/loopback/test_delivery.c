/* From a spool over an uplink to ingest and back, on the loopback interface, with real keys and a store that can be broken. */
#include "collector/ingest.h"
#include "proto/base/clock.h"
#include "proto/curve.h"
#include "proto/frame.h"
#include "sensor/spool.h"
#include "sensor/uplink.h"
#include "tests/lib/batches.h"
#include "tests/unit/delivery/loopback/ends.h"
#include "tests/lib/scratch.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zmq.h>

enum { DEADLINE_S = 60, BATCH = 64 };

/* ---- the two ends ----------------------------------------------------------------------------------------------- */

TestSuite(delivery, .init = ends_make, .timeout = 300);

static struct ingest *collector_at(const char *endpoint)
{
	struct ingest_options o = { .endpoint = endpoint, .key_file = collector_key };
	struct ingest *in = ingest_start(pipeline, &o, why, sizeof why);
	cr_assert_not_null(in, "%s", why);
	return in;
}

static struct ingest *collector(void)
{
	return collector_at("tcp://127.0.0.1:*");
}

static struct spool *try_spool(void)
{
	int fd = spool_directory(spool_dir, why, sizeof why);
	return fd < 0 ? NULL : spool_open(fd, spool_dir, 64 << 20, why, sizeof why);
}

static struct spool *spool(void)
{
	struct spool *s = try_spool();
	cr_assert_not_null(s, "%s", why);
	return s;
}

static struct uplink *uplink_with(const char *endpoint, const char *key, const char *server_key, struct spool *s)
{
	struct uplink_options o = { .endpoint = endpoint, .key_file = key, .collector_key = server_key, .site = "wish" };
	struct uplink *u = uplink_new(&o, why, sizeof why);
	cr_assert_not_null(u, "%s", why);
	uplink_serve(u, s);
	return u;
}

static struct uplink *uplink(const char *endpoint, struct spool *s)
{
	return uplink_with(endpoint, sensor_key, collector_pair.public_key, s);
}

static void append(struct spool *s, size_t n_batches, size_t n_events)
{
	for (size_t i = 0; i < n_batches; i++) {
		size_t n;
		uint8_t *body = batches_pack(spool_epoch(s), spool_next_seq(s), n_events, BATCHES_CALL, &n);
		cr_assert_eq(spool_append(s, body, n), 0);
		free(body);
	}
}

/* Let ${u} work until the store has ${high_water}; false after the deadline. */
static bool delivered(struct uplink *u, uint64_t high_water)
{
	int64_t end = clock_steady_ns() + DEADLINE_S * CLOCK_SECOND_NS;
	while (pipeline->high_water[0] < high_water && clock_steady_ns() < end)
		uplink_wait(u, -1, 10);
	return pipeline->high_water[0] >= high_water;
}

static bool refused(struct uplink *u)
{
	int64_t end = clock_steady_ns() + DEADLINE_S * CLOCK_SECOND_NS;
	while (!uplink_refusal(u) && clock_steady_ns() < end)
		uplink_wait(u, -1, 10);
	return uplink_refusal(u) != NULL;
}

static void expect_each_once(uint64_t last)
{
	for (uint64_t seq = 1; seq <= last; seq++)
		cr_assert_eq(pipeline->stored[0][seq], 1, "event %lu was stored %d times", (unsigned long)seq, pipeline->stored[0][seq]);
	cr_assert_eq(pipeline->stored[0][last + 1], 0);
}

/* ---- exactly once ----------------------------------------------------------------------------------------------- */

Test(delivery, every_event_arrives_once_and_leaves_the_spool)
{
	struct ingest *in = collector();
	struct spool *s = spool();
	append(s, 100, BATCH);
	struct uplink *u = uplink(ingest_endpoint(in), s);
	cr_assert(uplink_drain(u, DEADLINE_S * 1000));
	expect_each_once(100 * BATCH);
	cr_assert_not(spool_waits(s));
	append(s, 3, BATCH);
	cr_assert(delivered(u, 103 * BATCH), "later ones go over the same connection");
	struct ingest_stats stats;
	ingest_stats(in, &stats);
	cr_assert_eq(stats.hellos, 1);
	cr_assert_eq(stats.batches, 103);
	cr_assert_eq(stats.events, 103 * BATCH);
	cr_assert_eq(stats.refused_messages, 0);
	uplink_free(u);
	spool_close(s);
	ingest_stop(in);
}

Test(delivery, a_collector_that_restarts_gets_every_event_once)
{
	struct ingest *in = collector();
	char endpoint[64];
	snprintf(endpoint, sizeof endpoint, "%s", ingest_endpoint(in));
	struct spool *s = spool();
	struct uplink *u = uplink(endpoint, s);
	uint64_t last = 0;
	for (int round = 0; round < 4; round++) {
		append(s, 50, BATCH);
		last += 50 * BATCH;
		cr_assert(delivered(u, last - 40 * BATCH), "round %d", round);
		ingest_stop(in);
		append(s, 10, BATCH);
		last += 10 * BATCH;
		in = collector_at(endpoint);
	}
	cr_assert(delivered(u, last));
	expect_each_once(last);
	uplink_free(u);
	spool_close(s);
	ingest_stop(in);
}

/* What a sensor does until it is killed: append and send. */
static void be_a_sensor(const char *endpoint)
{
	struct spool *s = try_spool();
	struct uplink_options o = { .endpoint = endpoint, .key_file = sensor_key, .collector_key = collector_pair.public_key };
	struct uplink *u = s ? uplink_new(&o, why, sizeof why) : NULL;
	if (!u)
		_exit(1);
	uplink_serve(u, s);
	for (;;) {
		size_t n;
		uint8_t *body = batches_pack(spool_epoch(s), spool_next_seq(s), 8, BATCHES_CALL, &n);
		spool_append(s, body, n);
		free(body);
		uplink_wait(u, -1, 1);
	}
}

/* The child comes of a moment without threads: a fork beside the collector's could leave it with a locked allocator. */
static pid_t a_sensor_then_a_collector(const char *endpoint, struct ingest **in)
{
	ingest_stop(*in);
	const pid_t child = fork();
	if (child == 0)
		be_a_sensor(endpoint);
	*in = collector_at(endpoint);
	return child;
}

Test(delivery, a_sensor_that_is_killed_at_any_moment_delivers_every_event_once)
{
	struct ingest *in = collector();
	char endpoint[64];
	snprintf(endpoint, sizeof endpoint, "%s", ingest_endpoint(in));
	for (uint64_t round = 1; round <= 5; round++) {
		pid_t child = a_sensor_then_a_collector(endpoint, &in);
		int64_t end = clock_steady_ns() + DEADLINE_S * CLOCK_SECOND_NS;
		uint64_t wanted = pipeline->high_water[0] + 300 + 7 * round;
		while (*(volatile uint64_t *)&pipeline->high_water[0] < wanted && clock_steady_ns() < end)
			usleep(500);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		cr_assert_geq(pipeline->high_water[0], wanted);
	}
	struct spool *s = spool();
	struct uplink *u = uplink(endpoint, s);
	cr_assert(uplink_drain(u, DEADLINE_S * 1000));
	expect_each_once(spool_next_seq(s) - 1);
	uplink_free(u);
	spool_close(s);
	ingest_stop(in);
}

Test(delivery, a_batch_whose_answer_was_lost_comes_again_and_changes_nothing)
{
	struct ingest *in = collector();
	struct spool *s = spool();
	append(s, 20, BATCH);
	pipeline->forget_answer = true;
	struct uplink *u = uplink(ingest_endpoint(in), s);
	cr_assert(uplink_drain(u, DEADLINE_S * 1000));
	expect_each_once(20 * BATCH);
	uplink_free(u);
	spool_close(s);
	ingest_stop(in);
}

Test(delivery, while_the_collector_cannot_store_events_stay_and_arrive_without_a_hole_later)
{
	struct ingest *in = collector();
	struct spool *s = spool();
	append(s, 30, BATCH);
	pipeline->fail = true;
	struct uplink *u = uplink(ingest_endpoint(in), s);
	struct ingest_stats stats = { 0 };
	int64_t end = clock_steady_ns() + DEADLINE_S * CLOCK_SECOND_NS;
	while (stats.store_failures < 2 && clock_steady_ns() < end) {
		uplink_wait(u, -1, 10);
		ingest_stats(in, &stats);
	}
	cr_assert_geq(stats.store_failures, 2, "it tries again");
	cr_assert_eq(pipeline->high_water[0], 0);
	cr_assert(spool_waits(s));
	pipeline->fail = false;
	cr_assert(delivered(u, 30 * BATCH));
	expect_each_once(30 * BATCH);
	uplink_free(u);
	spool_close(s);
	ingest_stop(in);
}

/* ---- who is let in ---------------------------------------------------------------------------------------------- */

Test(delivery, a_key_that_is_not_enrolled_is_refused_and_named)
{
	struct ingest *in = collector();
	pipeline->keys[0][0] = '\0';
	struct spool *s = spool();
	append(s, 1, BATCH);
	struct uplink *u = uplink(ingest_endpoint(in), s);
	cr_assert(refused(u));
	cr_assert(strstr(uplink_refusal(u), "enrol") && strstr(uplink_refusal(u), sensor_pair.public_key), "%s", uplink_refusal(u));
	cr_assert_not(uplink_drain(u, 1000));
	cr_assert(spool_waits(s));
	struct ingest_stats stats;
	ingest_stats(in, &stats);
	cr_assert_geq(stats.refused_keys, 1);
	cr_assert_eq(pipeline->commits, 0);
	uplink_free(u);
	spool_close(s);
	ingest_stop(in);
}

Test(delivery, a_collector_with_another_key_is_not_believed)
{
	struct ingest *in = collector();
	struct spool *s = spool();
	append(s, 1, BATCH);
	struct uplink *u = uplink_with(ingest_endpoint(in), sensor_key, sensor_pair.public_key, s);
	cr_assert_not(uplink_drain(u, 1500));
	cr_assert_eq(pipeline->commits, 0);
	uplink_free(u);
	spool_close(s);
	ingest_stop(in);
}

Test(delivery, a_key_that_is_revoked_is_refused_at_its_next_message)
{
	struct ingest *in = collector();
	struct spool *s = spool();
	append(s, 2, BATCH);
	struct uplink *u = uplink(ingest_endpoint(in), s);
	cr_assert(uplink_drain(u, DEADLINE_S * 1000));
	pipeline->keys[0][0] = '\0';
	append(s, 1, BATCH);
	cr_assert(refused(u));
	cr_assert(strstr(uplink_refusal(u), "not enrolled any more"), "%s", uplink_refusal(u));
	cr_assert_eq(pipeline->high_water[0], 2 * BATCH);
	uplink_free(u);
	spool_close(s);
	ingest_stop(in);
}

Test(delivery, two_sensors_with_one_key_are_told_so)
{
	struct ingest *in = collector();
	struct spool *a = spool();
	snprintf(spool_dir, sizeof spool_dir, "%s", scratch_path("other"));
	struct spool *b = spool();
	append(a, 1, BATCH);
	struct uplink *first = uplink(ingest_endpoint(in), a);
	cr_assert(uplink_drain(first, DEADLINE_S * 1000));
	append(b, 1, BATCH);
	struct uplink *second = uplink(ingest_endpoint(in), b);
	cr_assert(uplink_drain(second, DEADLINE_S * 1000));
	append(a, 1, BATCH);
	cr_assert(refused(first));
	cr_assert(strstr(uplink_refusal(first), "give each sensor its own"), "%s", uplink_refusal(first));
	uplink_free(first);
	uplink_free(second);
	spool_close(a);
	spool_close(b);
	ingest_stop(in);
}

Test(delivery, an_old_copy_of_a_spool_is_refused_before_numbers_are_used_twice)
{
	struct ingest *in = collector();
	struct spool *s = spool();
	append(s, 2, BATCH);
	spool_close(s);
	char command[256];
	snprintf(command, sizeof command, "cp -r %s %s.copy", spool_dir, spool_dir);
	cr_assert_eq(system(command), 0);
	s = spool();
	append(s, 2, BATCH);
	struct uplink *u = uplink(ingest_endpoint(in), s);
	cr_assert(uplink_drain(u, DEADLINE_S * 1000));
	uplink_free(u);
	spool_close(s);
	strcat(spool_dir, ".copy");
	s = spool();
	append(s, 5, BATCH);
	u = uplink(ingest_endpoint(in), s);
	cr_assert(refused(u));
	cr_assert(strstr(uplink_refusal(u), "old copy"), "%s", uplink_refusal(u));
	expect_each_once(4 * BATCH);
	uplink_free(u);
	spool_close(s);
	ingest_stop(in);
}

/* ---- peers of another mind -------------------------------------------------------------------------------------- */

static void *raw_dealer(void *context, const char *endpoint)
{
	void *d = zmq_socket(context, ZMQ_DEALER);
	int none = 0, wait_ms = DEADLINE_S * 1000;
	zmq_setsockopt(d, ZMQ_LINGER, &none, sizeof none);
	zmq_setsockopt(d, ZMQ_RCVTIMEO, &wait_ms, sizeof wait_ms);
	zmq_setsockopt(d, ZMQ_CURVE_SERVERKEY, collector_pair.public_key, 40);
	zmq_setsockopt(d, ZMQ_CURVE_PUBLICKEY, sensor_pair.public_key, 40);
	zmq_setsockopt(d, ZMQ_CURVE_SECRETKEY, sensor_pair.secret_key, 40);
	cr_assert_eq(zmq_connect(d, endpoint), 0);
	return d;
}

/* The reason of the refusal that comes next. */
static const char *next_refusal(void *dealer)
{
	static char reason[256];
	uint8_t head[64], body[1024];
	int n_head = zmq_recv(dealer, head, sizeof head, 0), n = zmq_recv(dealer, body, sizeof body, 0);
	struct frame f;
	cr_assert(n_head > 0 && frame_read(head, (size_t)n_head, &f, why, sizeof why) && f.kind == FRAME_WELCOME);
	Ev__Welcome *w = ev__welcome__unpack(NULL, (size_t)n, body);
	cr_assert_not_null(w);
	cr_assert_not(w->accepted);
	snprintf(reason, sizeof reason, "%s", w->reason);
	ev__welcome__free_unpacked(w, NULL);
	return reason;
}

Test(delivery, a_sensor_of_another_version_is_refused_in_a_sentence_that_names_both)
{
	struct ingest *in = collector();
	void *context = zmq_ctx_new(), *d = raw_dealer(context, ingest_endpoint(in));
	uint8_t head[FRAME_HEAD_BYTES];
	frame_write(head, FRAME_HELLO, "x", 1);
	head[4] = 9;
	zmq_send(d, head, sizeof head, ZMQ_SNDMORE);
	zmq_send(d, "x", 1, 0);
	const char *reason = next_refusal(d);
	cr_assert(strstr(reason, "version 9") && strstr(reason, "version 1"), "%s", reason);
	zmq_close(d);
	zmq_ctx_term(context);
	ingest_stop(in);
}

Test(delivery, messages_that_are_not_the_contracts_are_refused_and_hurt_nobody)
{
	struct ingest *in = collector();
	void *context = zmq_ctx_new(), *d = raw_dealer(context, ingest_endpoint(in));
	uint8_t head[FRAME_HEAD_BYTES];
	zmq_send(d, "junk", 4, 0);
	next_refusal(d);
	zmq_send(d, "", 0, 0);
	next_refusal(d);
	for (int i = 0; i < 9; i++)
		zmq_send(d, "many parts", 10, i < 8 ? ZMQ_SNDMORE : 0);
	next_refusal(d);
	frame_write(head, FRAME_HELLO, "not protobuf", 12);
	zmq_send(d, head, sizeof head, ZMQ_SNDMORE);
	zmq_send(d, "not protobuf", 12, 0);
	cr_expect(strstr(next_refusal(d), "Hello"));
	zmq_send(d, head, sizeof head, ZMQ_SNDMORE);
	zmq_send(d, "not Protobuf", 12, 0);
	cr_expect(strstr(next_refusal(d), "damaged"));
	frame_write(head, FRAME_BATCH, "early", 5);
	zmq_send(d, head, sizeof head, ZMQ_SNDMORE);
	zmq_send(d, "early", 5, 0);
	next_refusal(d);
	frame_write(head, FRAME_ACK, "x", 1);
	zmq_send(d, head, sizeof head, ZMQ_SNDMORE);
	zmq_send(d, "x", 1, 0);
	next_refusal(d);
	zmq_close(d);
	zmq_ctx_term(context);
	cr_assert_eq(pipeline->commits, 0);

	struct spool *s = spool();
	append(s, 2, BATCH);
	struct uplink *u = uplink(ingest_endpoint(in), s);
	cr_assert(uplink_drain(u, DEADLINE_S * 1000), "an honest one is served all the same");
	struct ingest_stats stats;
	ingest_stats(in, &stats);
	cr_assert_eq(stats.refused_messages, 7);
	uplink_free(u);
	spool_close(s);
	ingest_stop(in);
}

Test(delivery, events_that_are_not_fit_are_left_out_and_block_nothing)
{
	struct ingest *in = collector();
	struct spool *s = spool();
	append(s, 1, BATCH);
	size_t n;
	uint8_t *body = batches_pack(spool_epoch(s), BATCH + 1, 3, BATCHES_CALL, &n);
	Ev__EventBatch *batch = ev__event_batch__unpack(NULL, n, body);
	batch->events[1]->time = -1;
	batch->events[2]->rpc_call->transport[0] = '\xff';
	ev__event_batch__pack(batch, body);
	cr_assert_eq(spool_append(s, body, n), 0);
	ev__event_batch__free_unpacked(batch, NULL);
	free(body);
	append(s, 1, BATCH);
	struct uplink *u = uplink(ingest_endpoint(in), s);
	cr_assert(uplink_drain(u, DEADLINE_S * 1000));
	cr_assert_eq(pipeline->stored[0][BATCH + 1], 1);
	cr_assert_eq(pipeline->stored[0][BATCH + 2], 0);
	cr_assert_eq(pipeline->stored[0][BATCH + 3], 0);
	cr_assert_eq(pipeline->high_water[0], 2 * BATCH + 3);
	struct ingest_stats stats;
	ingest_stats(in, &stats);
	cr_assert_eq(stats.events_unfit, 2);
	uplink_free(u);
	spool_close(s);
	ingest_stop(in);
}

/* A collector of another age: takes any key and answers everything with ${head}. */
static void answer_with(void *router, const uint8_t *head)
{
	zmq_msg_t id, rest;
	zmq_msg_init(&id);
	zmq_msg_init(&rest);
	cr_assert_geq(zmq_msg_recv(&id, router, 0), 0);
	while (zmq_msg_recv(&rest, router, 0) >= 0 && zmq_msg_more(&rest))
		;
	zmq_msg_send(&id, router, ZMQ_SNDMORE);
	zmq_send(router, head, FRAME_HEAD_BYTES, ZMQ_SNDMORE);
	zmq_send(router, "x", 1, 0);
	zmq_msg_close(&rest);
}

Test(delivery, a_collector_of_another_version_is_refused_in_a_sentence_that_names_both)
{
	void *context = zmq_ctx_new(), *router = zmq_socket(context, ZMQ_ROUTER);
	int yes = 1, none = 0;
	char endpoint[64];
	size_t n = sizeof endpoint;
	zmq_setsockopt(router, ZMQ_LINGER, &none, sizeof none);
	zmq_setsockopt(router, ZMQ_CURVE_SERVER, &yes, sizeof yes);
	zmq_setsockopt(router, ZMQ_CURVE_SECRETKEY, collector_pair.secret_key, 40);
	cr_assert_eq(zmq_bind(router, "tcp://127.0.0.1:*"), 0);
	zmq_getsockopt(router, ZMQ_LAST_ENDPOINT, endpoint, &n);
	struct spool *s = spool();
	append(s, 1, BATCH);
	struct uplink *u = uplink(endpoint, s);
	uplink_wait(u, -1, 50);
	uint8_t head[FRAME_HEAD_BYTES];
	frame_write(head, FRAME_WELCOME, "x", 1);
	head[4] = 2;
	answer_with(router, head);
	cr_assert(refused(u));
	cr_assert(strstr(uplink_refusal(u), "version 2") && strstr(uplink_refusal(u), "version 1"), "%s", uplink_refusal(u));
	uplink_free(u);
	spool_close(s);
	zmq_close(router);
	zmq_ctx_term(context);
}

/* ---- what cannot start ------------------------------------------------------------------------------------------ */

Test(delivery, a_busy_port_a_missing_key_and_a_wrong_address_are_named)
{
	struct ingest *in = collector();
	struct ingest_options o = { .endpoint = ingest_endpoint(in), .key_file = collector_key };
	cr_assert_null(ingest_start(pipeline, &o, why, sizeof why));
	cr_expect(strstr(why, ingest_endpoint(in)) && strstr(why, "Address already in use") && strstr(why, "another one"), "%s", why);
	o.endpoint = "tcp://192.0.2.1:4717";
	cr_assert_null(ingest_start(pipeline, &o, why, sizeof why));
	cr_expect(strstr(why, "192.0.2.1"), "%s", why);
	o.endpoint = "tcp://127.0.0.1:*";
	o.key_file = "/nowhere/collector.key";
	cr_assert_null(ingest_start(pipeline, &o, why, sizeof why));
	cr_expect(strstr(why, "/nowhere/collector.key"), "%s", why);
	ingest_stop(in);
}

Test(delivery, an_uplink_without_a_key_or_a_good_address_is_named)
{
	static const char *const bad[] = { "tcp://host",   "tcp://:1",	   "tcp://host:0", "tcp://host:65536",
					   "tcp://host:x", "udp://host:1", "host",	   "" };
	struct uplink_options o = { .key_file = sensor_key, .collector_key = collector_pair.public_key };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		o.endpoint = bad[i];
		cr_expect_null(uplink_new(&o, why, sizeof why), "%s", bad[i]);
		cr_expect(strstr(why, "give tcp://HOST:PORT"), "%s", why);
	}
	o.endpoint = "127.0.0.1:4717";
	struct uplink *u = uplink_new(&o, why, sizeof why);
	cr_assert_not_null(u, "tcp:// may be left out: %s", why);
	uplink_free(u);
	o.key_file = "/nowhere/sensor.key";
	cr_assert_null(uplink_new(&o, why, sizeof why));
	cr_expect(strstr(why, "/nowhere/sensor.key"), "%s", why);
	o.key_file = sensor_key;
	o.collector_key = "/nowhere/collector.pub";
	cr_assert_null(uplink_new(&o, why, sizeof why));
	cr_expect(strstr(why, "/nowhere/collector.pub"), "%s", why);
}

Test(delivery, a_collector_that_is_not_there_yet_is_found_later)
{
	struct ingest *in = collector();
	char endpoint[64];
	snprintf(endpoint, sizeof endpoint, "%s", ingest_endpoint(in));
	ingest_stop(in);
	struct spool *s = spool();
	append(s, 1, BATCH);
	struct uplink *u = uplink(endpoint, s);
	uplink_wait(u, -1, 100);
	in = collector_at(endpoint);
	cr_assert(delivered(u, BATCH));
	uplink_free(u);
	spool_close(s);
	ingest_stop(in);
}
