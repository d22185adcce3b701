#include "collector/ingest.h"

#include "collector/pipeline.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/codec.h"
#include "proto/curve.h"
#include "proto/frame.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <zmq.h>

enum {
	ENDPOINT_BYTES = 256,
	ERROR_BYTES = 256,
	ROUTING_ID_BYTES = 255,		/* ZeroMQ's own bound */
	WAITING_MESSAGES = 16,		/* of one sensor, twice the window of its uplink */
	HEARTBEAT_MS = 5000,
	BATCH_EVENTS = 4096,		/* sensors send 256; leaves room to grow */
	REFUSED_KEY_LOG_S = 10,		/* seconds between two lines about strangers */
};

/* A sensor and the connection it last said Hello on. */
struct peer {
	char key[SENSOR_KEY_Z85_CHARS + 1];
	uint8_t id[ROUTING_ID_BYTES];
	size_t n_id;
	uint64_t epoch;
	bool failed;		/* a batch of this connection was not stored: later ones would leave a hole */
	bool stuck;		/* the last batch was not stored, and the log says so */
	char said[ERROR_BYTES];	/* the last refusal in the log */
};

struct ingest {
	struct pipeline *pipeline;
	struct curve_pair keys;
	void *context, *router, *zap;
	int stop;		/* eventfd */
	pthread_t thread;
	char endpoint[ENDPOINT_BYTES];

	struct peer *peers;	/* one per key that ever said Hello: as many as are enrolled, searched from the front */
	size_t n_peers, cap_peers;
	int64_t stranger_said_ns;

	pthread_mutex_t lock;	/* of stats */
	struct ingest_stats stats;
};

/* One message under way: who sent it, from which connection. */
struct letter {
	struct ingest *in;
	zmq_msg_t id, head, body;
	char key[SENSOR_KEY_Z85_CHARS + 1];
	const char *address;	/* lives as long as head */
	struct enrolled who;
};

static void count(struct ingest *in, uint64_t *which, uint64_t n)
{
	pthread_mutex_lock(&in->lock);
	*which += n;
	pthread_mutex_unlock(&in->lock);
}

/* ---- who may come in (ZeroMQ RFC 27, ZAP) ----------------------------------------------------------------------- */

enum { ZAP_VERSION, ZAP_REQUEST_ID, ZAP_DOMAIN, ZAP_ADDRESS, ZAP_IDENTITY, ZAP_MECHANISM, ZAP_CREDENTIALS, ZAP_PARTS };

static void note_stranger(struct ingest *in, const char *key, zmq_msg_t *address)
{
	count(in, &in->stats.refused_keys, 1);
	int64_t now = clock_steady_ns();
	if (in->stranger_said_ns && now - in->stranger_said_ns < REFUSED_KEY_LOG_S * CLOCK_SECOND_NS)
		return;
	in->stranger_said_ns = now;
	log_warning("refused a sensor at %.*s: its key %s is not enrolled", (int)zmq_msg_size(address), (const char *)zmq_msg_data(address),
		    key);
}

/* True, and its Z85 form, if the request's key is enrolled. */
static bool may_come_in(struct ingest *in, zmq_msg_t parts[ZAP_PARTS], char key[SENSOR_KEY_Z85_CHARS + 1])
{
	struct enrolled who;
	if (zmq_msg_size(&parts[ZAP_CREDENTIALS]) != 32 || !zmq_z85_encode(key, zmq_msg_data(&parts[ZAP_CREDENTIALS]), 32))
		return false;
	if (pipeline_sensor(in->pipeline, key, &who))
		return true;
	note_stranger(in, key, &parts[ZAP_ADDRESS]);
	return false;
}

static void send_text(void *socket, const char *text, int flags)
{
	zmq_send(socket, text, strlen(text), flags);
}

static void answer_zap(struct ingest *in, zmq_msg_t parts[ZAP_PARTS])
{
	char key[SENSOR_KEY_Z85_CHARS + 1] = "";
	bool welcome = may_come_in(in, parts, key);
	send_text(in->zap, "1.0", ZMQ_SNDMORE);
	zmq_send(in->zap, zmq_msg_data(&parts[ZAP_REQUEST_ID]), zmq_msg_size(&parts[ZAP_REQUEST_ID]), ZMQ_SNDMORE);
	send_text(in->zap, welcome ? "200" : "400", ZMQ_SNDMORE);
	send_text(in->zap, welcome ? "OK" : "not enrolled", ZMQ_SNDMORE);
	send_text(in->zap, welcome ? key : "", ZMQ_SNDMORE);	/* becomes "User-Id" of every message */
	send_text(in->zap, "", 0);
}

static void serve_zap(struct ingest *in)
{
	zmq_msg_t parts[ZAP_PARTS];
	for (size_t i = 0; i < ZAP_PARTS; i++) {
		zmq_msg_init(&parts[i]);
		if (i == 0 || zmq_msg_more(&parts[i - 1]))
			zmq_msg_recv(&parts[i], in->zap, ZMQ_DONTWAIT);
	}
	answer_zap(in, parts);
	for (size_t i = 0; i < ZAP_PARTS; i++)
		zmq_msg_close(&parts[i]);
}

/* ---- peers ------------------------------------------------------------------------------------------------------ */

static struct peer *find_peer(struct ingest *in, const char *key)
{
	for (size_t i = 0; i < in->n_peers; i++)
		if (strcmp(in->peers[i].key, key) == 0)
			return &in->peers[i];
	return NULL;
}

/* The peer of ${key}, new if need be; NULL when memory is short. */
static struct peer *make_peer(struct ingest *in, const char *key)
{
	struct peer *peer = find_peer(in, key);
	if (peer)
		return peer;
	if (in->n_peers == in->cap_peers) {
		size_t cap = in->cap_peers ? 2 * in->cap_peers : 16;
		struct peer *more = reallocarray(in->peers, cap, sizeof *more);
		if (!more)
			return NULL;
		in->peers = more;
		in->cap_peers = cap;
	}
	peer = &in->peers[in->n_peers++];
	*peer = (struct peer){ .n_id = 0 };
	snprintf(peer->key, sizeof peer->key, "%s", key);
	return peer;
}

static bool is_connection(const struct peer *peer, zmq_msg_t *id)
{
	return peer->n_id == zmq_msg_size(id) && memcmp(peer->id, zmq_msg_data(id), peer->n_id) == 0;
}

/* ---- answers ---------------------------------------------------------------------------------------------------- */

/* A ROUTER drops what it cannot deliver: the peer has gone and will say Hello again. */
static void reply(struct letter *l, enum frame_kind kind, const uint8_t *body, size_t n)
{
	uint8_t head[FRAME_HEAD_BYTES];
	frame_write(head, kind, body, n);
	if (zmq_send(l->in->router, zmq_msg_data(&l->id), zmq_msg_size(&l->id), ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0 &&
	    zmq_send(l->in->router, head, sizeof head, ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0)
		zmq_send(l->in->router, body, n, ZMQ_DONTWAIT);
}

static void reply_welcome(struct letter *l, const Ev__Welcome *welcome)
{
	uint8_t body[2 * SENSOR_NAME_BYTES + ERROR_BYTES + 64];
	reply(l, FRAME_WELCOME, body, ev__welcome__pack(welcome, body));
}

static void reply_ack(struct letter *l, uint64_t epoch, uint64_t high_water, char *error)
{
	uint8_t body[ERROR_BYTES + 64];
	Ev__Ack ack = EV__ACK__INIT;
	ack.epoch = epoch;
	ack.high_water = high_water;
	ack.error = error;
	reply(l, FRAME_ACK, body, ev__ack__pack(&ack, body));
}

/* Say no, in a sentence; in the log once per sensor and sentence. */
static void refuse(struct letter *l, char *reason)
{
	Ev__Welcome welcome = EV__WELCOME__INIT;
	welcome.protocol = FRAME_VERSION;
	welcome.accepted = false;
	welcome.reason = reason;
	reply_welcome(l, &welcome);
	count(l->in, &l->in->stats.refused_messages, 1);
	struct peer *peer = make_peer(l->in, l->key);
	if (!peer || strcmp(peer->said, reason) == 0)
		return;
	snprintf(peer->said, sizeof peer->said, "%s", reason);
	log_warning("refused sensor %s at %s: %s", l->who.name[0] ? l->who.name : l->key, l->address, reason);
}

/* ---- Hello ------------------------------------------------------------------------------------------------------ */

static void greet(struct letter *l, const Ev__Hello *hello)
{
	char error[ERROR_BYTES] = "";
	uint64_t high_water = 0;
	if (pipeline_hello(l->in->pipeline, &l->who, hello, &high_water, error, sizeof error) < 0) {
		count(l->in, &l->in->stats.store_failures, 1);
		refuse(l, error);
		return;
	}
	struct peer *peer = make_peer(l->in, l->key);
	if (!peer || zmq_msg_size(&l->id) > sizeof peer->id) {
		refuse(l, (char[]){ "the collector is out of memory" });
		return;
	}
	peer->n_id = zmq_msg_size(&l->id);
	memcpy(peer->id, zmq_msg_data(&l->id), peer->n_id);
	peer->epoch = hello->epoch;
	peer->failed = false;
	peer->said[0] = '\0';
	count(l->in, &l->in->stats.hellos, 1);
	if (!peer->stuck)
		log_info("sensor %s of site %s connected from %s (%s)", l->who.name, l->who.site, l->address, hello->software);
	Ev__Welcome welcome = EV__WELCOME__INIT;
	welcome.protocol = FRAME_VERSION;
	welcome.accepted = true;
	welcome.has_high_water = true;
	welcome.high_water = high_water;
	welcome.name = l->who.name;
	welcome.site = l->who.site;
	reply_welcome(l, &welcome);
}

static void on_hello(struct letter *l, const uint8_t *body, size_t n)
{
	Ev__Hello *hello = ev__hello__unpack(NULL, n, body);
	char reason[ERROR_BYTES];
	if (!hello) {
		refuse(l, (char[]){ "the Hello cannot be read" });
	} else if (hello->protocol != FRAME_VERSION) {
		snprintf(reason, sizeof reason,
			 "the sensor speaks protocol version %u, this collector (%s) version %d: update the older of the two",
			 hello->protocol, ASHIATO_VERSION, FRAME_VERSION);
		refuse(l, reason);
	} else {
		greet(l, hello);
	}
	if (hello)
		ev__hello__free_unpacked(hello, NULL);
}

/* ---- batches ---------------------------------------------------------------------------------------------------- */

/* True if the numbers are what the contract says: consecutive, not too many. */
static bool in_order(const Ev__EventBatch *batch)
{
	if (batch->n_events == 0 || batch->n_events > BATCH_EVENTS || batch->first_seq == 0)
		return false;
	for (size_t i = 0; i < batch->n_events; i++)
		if (batch->events[i]->seq != batch->first_seq + i)
			return false;
	return true;
}

/* Take the events that are not fit to be stored out of the batch; their numbers become a loss. */
static void leave_out_unfit(struct letter *l, Ev__EventBatch *batch)
{
	size_t kept = 0, n = batch->n_events;
	char error[ERROR_BYTES], first_error[ERROR_BYTES] = "";
	for (size_t i = 0; i < n; i++) {
		Ev__Event *event = batch->events[i];
		if (codec_event_valid(event, error, sizeof error)) {
			batch->events[kept++] = event;
			continue;
		}
		if (!first_error[0])
			memcpy(first_error, error, sizeof error);
		ev__event__free_unpacked(event, NULL);
	}
	batch->n_events = kept;
	if (kept == n)
		return;
	count(l->in, &l->in->stats.events_unfit, n - kept);
	log_warning("sensor %s: left out %zu events that are not fit to be stored; the first: %s", l->who.name, n - kept, first_error);
}

static void not_stored(struct letter *l, struct peer *peer, char *error)
{
	peer->failed = true;
	count(l->in, &l->in->stats.store_failures, 1);
	if (!peer->stuck)
		log_error("events of sensor %s are not stored and stay with it: %s", l->who.name, error);
	peer->stuck = true;
}

static void stored(struct letter *l, struct peer *peer, size_t n)
{
	count(l->in, &l->in->stats.batches, 1);
	count(l->in, &l->in->stats.events, n);
	if (peer->stuck)
		log_info("events of sensor %s are stored again", l->who.name);
	peer->stuck = false;
}

static void store(struct letter *l, struct peer *peer, Ev__EventBatch *batch)
{
	char error[ERROR_BYTES] = "the collector cannot store events";
	uint64_t high_water = 0, last_seq = batch->first_seq + batch->n_events - 1;
	leave_out_unfit(l, batch);
	size_t n = batch->n_events;
	if (n > 0 && pipeline_commit(l->in->pipeline, &l->who, batch, &high_water, error, sizeof error) < 0) {
		not_stored(l, peer, error);
		reply_ack(l, batch->epoch, high_water, error);
		return;
	}
	stored(l, peer, n);
	reply_ack(l, batch->epoch, high_water > last_seq ? high_water : last_seq, NULL);
}

static void on_batch(struct letter *l, const uint8_t *body, size_t n)
{
	struct peer *peer = find_peer(l->in, l->key);
	if (peer && peer->failed && is_connection(peer, &l->id))
		return;	/* the sensor has been told, and begins again with Hello */
	if (!peer || !is_connection(peer, &l->id)) {
		refuse(l, (char[]){ "another sensor has connected with the same key: give each sensor its own" });
		return;
	}
	Ev__EventBatch *batch = ev__event_batch__unpack(NULL, n, body);
	if (batch && batch->epoch == peer->epoch && in_order(batch))
		store(l, peer, batch);
	else
		refuse(l, (char[]){ "a batch of events is not as the protocol says" });
	if (batch)
		ev__event_batch__free_unpacked(batch, NULL);
}

/* ---- one message ------------------------------------------------------------------------------------------------ */

static void on_frame(struct letter *l, const struct frame *f)
{
	const uint8_t *body = zmq_msg_data(&l->body);
	size_t n = zmq_msg_size(&l->body);
	if (!frame_matches(f, body, n))
		refuse(l, (char[]){ "a message arrived damaged" });
	else if (f->kind == FRAME_HELLO)
		on_hello(l, body, n);
	else if (f->kind == FRAME_BATCH)
		on_batch(l, body, n);
	else
		refuse(l, (char[]){ "a message of a kind that only collectors send" });
}

static void on_letter(struct letter *l)
{
	struct frame f;
	char why[ERROR_BYTES];
	const char *key = zmq_msg_gets(&l->head, "User-Id");
	const char *address = zmq_msg_gets(&l->head, "Peer-Address");
	l->address = address ? address : "an unknown address";
	snprintf(l->key, sizeof l->key, "%s", key ? key : "");
	if (!pipeline_sensor(l->in->pipeline, l->key, &l->who))
		refuse(l, (char[]){ "this sensor's key is not enrolled any more" });
	else if (!frame_read(zmq_msg_data(&l->head), zmq_msg_size(&l->head), &f, why, sizeof why))
		refuse(l, why);
	else
		on_frame(l, &f);
}

/* Take one message of three parts; fewer leave the missing ones empty, more are thrown away. */
static void serve_router(struct ingest *in)
{
	struct letter l = { .in = in };
	zmq_msg_t *parts[] = { &l.id, &l.head, &l.body };
	for (size_t i = 0; i < 3; i++) {
		zmq_msg_init(parts[i]);
		if (i == 0 || zmq_msg_more(parts[i - 1]))
			zmq_msg_recv(parts[i], in->router, ZMQ_DONTWAIT);
	}
	if (zmq_msg_size(&l.id) > 0)
		on_letter(&l);
	while (zmq_msg_more(&l.body) && zmq_msg_recv(&l.body, in->router, ZMQ_DONTWAIT) >= 0)
		;
	for (size_t i = 0; i < 3; i++)
		zmq_msg_close(parts[i]);
}

static void *serve(void *arg)
{
	struct ingest *in = arg;
	zmq_pollitem_t items[] = {
		{ .fd = in->stop, .events = ZMQ_POLLIN },
		{ .socket = in->zap, .events = ZMQ_POLLIN },
		{ .socket = in->router, .events = ZMQ_POLLIN },
	};
	while (!items[0].revents) {
		if (zmq_poll(items, 3, -1) < 0) {
			if (errno == EINTR)
				continue;
			log_error("sensors are no longer served: %s", zmq_strerror(errno));
			break;
		}
		if (items[1].revents)
			serve_zap(in);
		if (items[2].revents)
			serve_router(in);
	}
	return NULL;
}

/* ---- start and stop --------------------------------------------------------------------------------------------- */

static bool set_number(void *socket, int option, int value)
{
	return zmq_setsockopt(socket, option, &value, sizeof value) == 0;
}

static bool configure(struct ingest *in, const char *endpoint)
{
	static const char domain[] = "sensors";
	int64_t longest = FRAME_BODY_MAX_BYTES;
	return set_number(in->router, ZMQ_CURVE_SERVER, 1) && set_number(in->router, ZMQ_LINGER, 0) &&
	       set_number(in->router, ZMQ_RCVHWM, WAITING_MESSAGES) && set_number(in->router, ZMQ_IPV6, strchr(endpoint, '[') != NULL) &&
	       set_number(in->router, ZMQ_HEARTBEAT_IVL, HEARTBEAT_MS) &&
	       set_number(in->router, ZMQ_HEARTBEAT_TIMEOUT, 3 * HEARTBEAT_MS) &&
	       zmq_setsockopt(in->router, ZMQ_MAXMSGSIZE, &longest, sizeof longest) == 0 &&
	       zmq_setsockopt(in->router, ZMQ_CURVE_SECRETKEY, in->keys.secret_key, CURVE_Z85_CHARS) == 0 &&
	       zmq_setsockopt(in->router, ZMQ_ZAP_DOMAIN, domain, strlen(domain)) == 0;
}

/* The ZAP handler must listen before the ROUTER does: without one, libzmq lets every key in. */
static int open_sockets(struct ingest *in, const char *endpoint, char *error, size_t error_cap)
{
	in->context = zmq_ctx_new();
	in->zap = in->context ? zmq_socket(in->context, ZMQ_REP) : NULL;
	in->router = in->zap ? zmq_socket(in->context, ZMQ_ROUTER) : NULL;
	if (!in->router || !set_number(in->zap, ZMQ_LINGER, 0) || zmq_bind(in->zap, "inproc://zeromq.zap.01") < 0 ||
	    !configure(in, endpoint)) {
		snprintf(error, error_cap, "set up the sensors' socket: %s", zmq_strerror(errno));
		return -1;
	}
	size_t n = sizeof in->endpoint;
	if (zmq_bind(in->router, endpoint) == 0 && zmq_getsockopt(in->router, ZMQ_LAST_ENDPOINT, in->endpoint, &n) == 0)
		return 0;
	const char *hint = errno == EADDRINUSE ? ": stop what uses that port or choose another one"
					       : ": give tcp://ADDRESS:PORT of this machine";
	snprintf(error, error_cap, "listen for sensors on %s: %s%s", endpoint, zmq_strerror(errno), hint);
	return -1;
}

static void free_ingest(struct ingest *in)
{
	if (in->router)
		zmq_close(in->router);
	if (in->zap)
		zmq_close(in->zap);
	if (in->context)
		zmq_ctx_term(in->context);
	if (in->stop >= 0)
		close(in->stop);
	pthread_mutex_destroy(&in->lock);
	curve_wipe(&in->keys);
	free(in->peers);
	free(in);
}

struct ingest *ingest_start(struct pipeline *pipeline, const struct ingest_options *options, char *error, size_t error_cap)
{
	struct ingest *in = calloc(1, sizeof *in);
	if (!in) {
		snprintf(error, error_cap, "out of memory");
		return NULL;
	}
	in->pipeline = pipeline;
	pthread_mutex_init(&in->lock, NULL);
	in->stop = eventfd(0, EFD_CLOEXEC);
	int failed = in->stop < 0 ? errno : 0;
	if (curve_load(options->key_file, &in->keys, error, error_cap) < 0 ||
	    open_sockets(in, options->endpoint, error, error_cap) < 0) {
		free_ingest(in);
		return NULL;
	}
	if (!failed)
		failed = pthread_create(&in->thread, NULL, serve, in);
	if (!failed)
		return in;
	snprintf(error, error_cap, "start the thread for sensors: %s", strerror(failed));
	free_ingest(in);
	return NULL;
}

void ingest_stop(struct ingest *ingest)
{
	if (!ingest)
		return;
	eventfd_write(ingest->stop, 1);
	pthread_join(ingest->thread, NULL);
	free_ingest(ingest);
}

const char *ingest_endpoint(const struct ingest *ingest)
{
	return ingest->endpoint;
}

const char *ingest_public_key(const struct ingest *ingest)
{
	return ingest->keys.public_key;
}

void ingest_stats(struct ingest *ingest, struct ingest_stats *out)
{
	pthread_mutex_lock(&ingest->lock);
	*out = ingest->stats;
	pthread_mutex_unlock(&ingest->lock);
}
