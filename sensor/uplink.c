#include "sensor/uplink.h"

#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/curve.h"
#include "proto/frame.h"
#include "sensor/spool.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <zmq.h>

enum { ENDPOINT_BYTES = 256, TEXT_BYTES = 512 };

enum state {
	DOWN,		/* no socket until wake_ns */
	GREETING,	/* Hello is under way */
	UP,		/* welcome */
};

struct flight {
	uint64_t last_seq;
	int64_t sent_ns;
};

struct uplink {
	struct curve_pair keys;
	char collector_key[CURVE_Z85_CHARS + 1];
	char endpoint[ENDPOINT_BYTES], name[TEXT_BYTES], site[TEXT_BYTES];
	struct spool *spool;
	bool welcomed;		/* once, by the collector */

	void *context, *socket, *monitor;
	unsigned n_sockets;	/* monitors need names of their own */
	enum state state;
	int64_t wake_ns;	/* DOWN: when to try again; GREETING: when to give up */
	int64_t back_off_ms;
	bool spool_empty;	/* nothing more to read at the last look */

	struct flight flights[UPLINK_WINDOW];	/* sent, not acknowledged, oldest first */
	size_t n_flights;

	char said[TEXT_BYTES];	/* the last state in the log */
	bool refused;
	bool stuck;		/* the collector answers but does not store */
};

/* ---- saying what changes ---------------------------------------------------------------------------------------- */

static bool is_news(struct uplink *u, const char *text)
{
	if (strcmp(u->said, text) == 0)
		return false;
	snprintf(u->said, sizeof u->said, "%s", text);
	return true;
}

/* No more events before the one who hears them goes: an event that nobody hears stops libzmq's thread for good, and with it whoever
 * closes the socket (zeromq/libzmq issue 3575). */
static void close_sockets(struct uplink *u)
{
	if (u->socket)
		zmq_socket_monitor(u->socket, NULL, 0);
	if (u->monitor)
		zmq_close(u->monitor);
	if (u->socket)
		zmq_close(u->socket);
	u->socket = u->monitor = NULL;
}

/* Three quarters to five quarters of ${ms}, so that sensors do not knock in step. */
static int64_t jittered_ns(int64_t ms)
{
	uint16_t r = 0;
	if (getrandom(&r, sizeof r, 0) != sizeof r)
		r = UINT16_MAX / 2;
	return (ms * 3 / 4 + ms / 2 * r / UINT16_MAX) * CLOCK_MS_NS;
}

/* Give this attempt up because of ${reason}; the next one begins after the back-off. */
static void give_up(struct uplink *u, const char *reason)
{
	close_sockets(u);
	u->refused = false;
	u->state = DOWN;
	u->n_flights = 0;
	u->wake_ns = clock_steady_ns() + jittered_ns(u->back_off_ms);
	u->back_off_ms = u->back_off_ms * 2 > UPLINK_BACK_OFF_MAX_MS ? UPLINK_BACK_OFF_MAX_MS : u->back_off_ms * 2;
	if (is_news(u, reason))
		log_warning("collector %s: %s; events wait in the spool", u->endpoint, reason);
}

/* The same, because the collector said no: a person has to act, so do not hurry. */
static void refuse(struct uplink *u, const char *reason)
{
	u->back_off_ms = UPLINK_BACK_OFF_MAX_MS;
	give_up(u, reason);
	u->refused = true;
}

const char *uplink_refusal(const struct uplink *u)
{
	return u->refused ? u->said : NULL;
}

/* ---- sending ---------------------------------------------------------------------------------------------------- */

static bool send_frame(struct uplink *u, enum frame_kind kind, const uint8_t *body, size_t n)
{
	uint8_t head[FRAME_HEAD_BYTES];
	frame_write(head, kind, body, n);
	return zmq_send(u->socket, head, sizeof head, ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0 &&
	       zmq_send(u->socket, body, n, ZMQ_DONTWAIT) >= 0;
}

static char *or_null(char *text)
{
	return *text ? text : NULL;
}

static bool send_hello(struct uplink *u)
{
	char software[] = "ashiato-sensor " ASHIATO_VERSION;
	Ev__Hello hello = EV__HELLO__INIT;
	hello.protocol = FRAME_VERSION;
	hello.software = software;
	hello.epoch = spool_epoch(u->spool);
	hello.next_seq = spool_first_seq(u->spool);
	hello.name = or_null(u->name);
	hello.site = or_null(u->site);
	uint8_t body[2 * TEXT_BYTES + 256];
	return send_frame(u, FRAME_HELLO, body, ev__hello__pack(&hello, body));
}

/* Fill the window from the spool. */
static void send_batches(struct uplink *u)
{
	struct segment_record r;
	while (u->n_flights < UPLINK_WINDOW) {
		u->spool_empty = !spool_read(u->spool, &r);
		if (u->spool_empty)
			return;
		u->flights[u->n_flights++] = (struct flight){ .last_seq = r.last_seq, .sent_ns = clock_steady_ns() };
		bool sent = send_frame(u, FRAME_BATCH, r.body, r.n);
		segment_record_free(&r);
		if (!sent) {
			give_up(u, "the connection was lost");
			return;
		}
	}
}

/* ---- connecting ------------------------------------------------------------------------------------------------- */

static bool set_number(void *socket, int option, int value)
{
	return zmq_setsockopt(socket, option, &value, sizeof value) == 0;
}

static bool set_text(void *socket, int option, const char *text)
{
	return zmq_setsockopt(socket, option, text, strlen(text)) == 0;
}

/* libzmq's own reconnecting is off: every connection begins with our Hello. */
static bool configure(struct uplink *u)
{
	int64_t longest = FRAME_BODY_MAX_BYTES;
	return set_number(u->socket, ZMQ_LINGER, 0) && set_number(u->socket, ZMQ_RECONNECT_IVL, -1) &&
	       set_number(u->socket, ZMQ_HEARTBEAT_IVL, UPLINK_HEARTBEAT_MS) &&
	       set_number(u->socket, ZMQ_HEARTBEAT_TIMEOUT, 3 * UPLINK_HEARTBEAT_MS) &&
	       set_number(u->socket, ZMQ_IPV6, strchr(u->endpoint, '[') != NULL) &&
	       zmq_setsockopt(u->socket, ZMQ_MAXMSGSIZE, &longest, sizeof longest) == 0 &&
	       set_text(u->socket, ZMQ_CURVE_SERVERKEY, u->collector_key) &&
	       set_text(u->socket, ZMQ_CURVE_PUBLICKEY, u->keys.public_key) &&
	       set_text(u->socket, ZMQ_CURVE_SECRETKEY, u->keys.secret_key);
}

static bool watch(struct uplink *u)
{
	char place[64];
	snprintf(place, sizeof place, "inproc://uplink-%u", u->n_sockets++);
	int events = ZMQ_EVENT_CLOSED | ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
		     ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
	if (zmq_socket_monitor(u->socket, place, events) < 0)
		return false;
	u->monitor = zmq_socket(u->context, ZMQ_PAIR);
	return u->monitor && set_number(u->monitor, ZMQ_LINGER, 0) && zmq_connect(u->monitor, place) == 0;
}

static const char ended_at_once[] = "it ends the connection at once: is the key given for it its public key?";

static void connect_again(struct uplink *u)
{
	u->socket = zmq_socket(u->context, ZMQ_DEALER);
	if (!u->socket || !configure(u) || !watch(u) || zmq_connect(u->socket, u->endpoint) < 0 || !send_hello(u)) {
		char reason[TEXT_BYTES];
		snprintf(reason, sizeof reason, "cannot connect: %s", zmq_strerror(errno));
		give_up(u, errno == EAGAIN ? ended_at_once : reason);	/* gone before Hello was on its way */
		return;
	}
	u->state = GREETING;
	u->wake_ns = clock_steady_ns() + UPLINK_ANSWER_MS * CLOCK_MS_NS;
}

/* ---- receiving -------------------------------------------------------------------------------------------------- */

/* The spool went back in time under its epoch: numbers would be used twice, and new events taken for old ones. */
static void refuse_old_copy(struct uplink *u, uint64_t high_water)
{
	char reason[TEXT_BYTES];
	snprintf(reason, sizeof reason,
		 "it already has event %" PRIu64 " of this spool, which ended at %" PRIu64
		 ": the spool is an old copy or a cloned one; move its directory away to begin a new one",
		 high_water, spool_opened_seq(u->spool) - 1);
	refuse(u, reason);
}

static void on_welcome(struct uplink *u, const uint8_t *body, size_t n)
{
	Ev__Welcome *w = ev__welcome__unpack(NULL, n, body);
	if (!w) {
		give_up(u, "it answered with a message that cannot be read");
		return;
	}
	if (!w->accepted) {
		refuse(u, w->reason && *w->reason ? w->reason : "it refused this sensor without a reason");
	} else if (w->high_water >= (u->welcomed ? spool_next_seq(u->spool) : spool_opened_seq(u->spool))) {
		refuse_old_copy(u, w->high_water);
	} else if (u->state == GREETING) {
		char text[TEXT_BYTES];
		snprintf(text, sizeof text, "connected as %.64s of site %.64s", w->name ? w->name : "?", w->site ? w->site : "?");
		if (!u->stuck && is_news(u, text))
			log_info("collector %s: %s", u->endpoint, text);
		u->welcomed = true;
		u->refused = false;
		u->state = UP;
		spool_ack(u->spool, w->high_water);
		spool_rewind(u->spool);
		if (!spool_waits(u->spool))
			u->back_off_ms = UPLINK_BACK_OFF_FIRST_MS;
	}
	ev__welcome__free_unpacked(w, NULL);
}

static void land(struct uplink *u, uint64_t high_water)
{
	size_t landed = 0;
	if (high_water >= spool_next_seq(u->spool))
		return;	/* nobody can have what was never sent */
	while (landed < u->n_flights && u->flights[landed].last_seq <= high_water)
		landed++;
	u->n_flights -= landed;
	memmove(u->flights, u->flights + landed, u->n_flights * sizeof *u->flights);
	if (landed == 0)
		return;
	spool_ack(u->spool, high_water);
	u->back_off_ms = UPLINK_BACK_OFF_FIRST_MS;
	if (u->stuck && is_news(u, "it stores events again"))
		log_info("collector %s: %s", u->endpoint, u->said);
	u->stuck = false;
}

static void on_ack(struct uplink *u, const uint8_t *body, size_t n)
{
	Ev__Ack *ack = ev__ack__unpack(NULL, n, body);
	if (ack && ack->error) {
		char reason[TEXT_BYTES];
		snprintf(reason, sizeof reason, "it could not store events: %s", ack->error);
		u->stuck = true;
		give_up(u, reason);
	} else if (ack && u->state == UP && ack->epoch == spool_epoch(u->spool)) {
		land(u, ack->high_water);
	}
	if (ack)
		ev__ack__free_unpacked(ack, NULL);
}

static void on_frame(struct uplink *u, const uint8_t *head, size_t n_head, const uint8_t *body, size_t n)
{
	struct frame f;
	char why[TEXT_BYTES];
	if (!frame_read(head, n_head, &f, why, sizeof why))
		refuse(u, why);
	else if (!frame_matches(&f, body, n))
		give_up(u, "its message arrived damaged");
	else if (f.kind == FRAME_WELCOME)
		on_welcome(u, body, n);
	else if (f.kind == FRAME_ACK)
		on_ack(u, body, n);
}

static bool take_part(void *socket, zmq_msg_t *part)
{
	zmq_msg_init(part);
	return zmq_msg_recv(part, socket, ZMQ_DONTWAIT) >= 0;
}

/* What is left of a message with more parts than the contract's two. */
static void skip_parts(void *socket, zmq_msg_t *part)
{
	while (zmq_msg_more(part) && zmq_msg_recv(part, socket, ZMQ_DONTWAIT) >= 0)
		;
}

/* Everything that has arrived; stops when a message ended the connection. */
static void receive(struct uplink *u)
{
	zmq_msg_t head, body;
	while (u->socket && take_part(u->socket, &head)) {
		bool two = zmq_msg_more(&head) && take_part(u->socket, &body);
		if (two) {
			on_frame(u, zmq_msg_data(&head), zmq_msg_size(&head), zmq_msg_data(&body), zmq_msg_size(&body));
			if (u->socket)
				skip_parts(u->socket, &body);
			zmq_msg_close(&body);
		}
		zmq_msg_close(&head);
	}
}

/* ---- what happens to the connection ----------------------------------------------------------------------------- */

static void on_not_enrolled(struct uplink *u)
{
	char reason[TEXT_BYTES];
	snprintf(reason, sizeof reason,
		 "it does not know this sensor's key: enrol it there with "
		 "ashiato-collector sensor add NAME --site SITE --key '%s' --data DIR",
		 u->keys.public_key);
	refuse(u, reason);
}

static void on_event(struct uplink *u, uint16_t event)
{
	if (event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH)
		on_not_enrolled(u);
	else if (event == ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL)
		refuse(u, "the handshake failed: is it an Ashiato collector, and the key given for it its public key?");
	else if (event == ZMQ_EVENT_CLOSED)
		give_up(u, "it cannot be reached");
	else if (u->state == UP)
		give_up(u, "the connection was lost");
	else
		give_up(u, ended_at_once);
}

static void watch_events(struct uplink *u)
{
	zmq_msg_t event, address;
	while (u->monitor && take_part(u->monitor, &event)) {
		uint16_t number = 0;
		if (zmq_msg_size(&event) >= sizeof number)
			memcpy(&number, zmq_msg_data(&event), sizeof number);
		zmq_msg_close(&event);
		if (take_part(u->monitor, &address))
			zmq_msg_close(&address);
		on_event(u, number);
	}
}

/* ---- the loop --------------------------------------------------------------------------------------------------- */

/* Do what is due now. */
static void act(struct uplink *u)
{
	int64_t now = clock_steady_ns();
	if (u->state == DOWN && now >= u->wake_ns)
		connect_again(u);
	else if (u->state == GREETING && now >= u->wake_ns)
		give_up(u, "it does not answer");
	else if (u->state == UP && u->n_flights > 0 && now - u->flights[0].sent_ns >= UPLINK_ANSWER_MS * CLOCK_MS_NS)
		give_up(u, "it does not acknowledge");
	if (u->state == UP)
		send_batches(u);
}

/* When act has something to do by itself. */
static int64_t next_act_ns(const struct uplink *u)
{
	if (u->state != UP)
		return u->wake_ns;
	return u->n_flights > 0 ? u->flights[0].sent_ns + UPLINK_ANSWER_MS * CLOCK_MS_NS : INT64_MAX;
}

static long poll_ms(const struct uplink *u, int64_t end_ns)
{
	int64_t next = next_act_ns(u), now = clock_steady_ns();
	int64_t until = next < end_ns ? next : end_ns;
	return until <= now ? 0 : (long)((until - now + CLOCK_MS_NS - 1) / CLOCK_MS_NS);
}

/* Wait once, take what has come. True if ${fd} is readable. */
static bool wait_once(struct uplink *u, int fd, int64_t end_ns)
{
	zmq_pollitem_t items[3] = { 0 };
	int n = 0;
	if (fd >= 0)
		items[n++] = (zmq_pollitem_t){ .fd = fd, .events = ZMQ_POLLIN };
	if (u->socket)
		items[n++] = (zmq_pollitem_t){ .socket = u->socket, .events = ZMQ_POLLIN };
	if (u->monitor)
		items[n++] = (zmq_pollitem_t){ .socket = u->monitor, .events = ZMQ_POLLIN };
	bool came = zmq_poll(items, n, poll_ms(u, end_ns)) > 0;
	if (u->socket)
		receive(u);
	watch_events(u);
	return came && fd >= 0 && items[0].revents != 0;
}

bool uplink_wait(struct uplink *u, int fd, int timeout_ms)
{
	int64_t end_ns = clock_steady_ns() + timeout_ms * CLOCK_MS_NS;
	bool readable = false;
	do {
		act(u);
		readable = wait_once(u, fd, end_ns);
	} while (!readable && clock_steady_ns() < end_ns);
	act(u);
	return readable;
}

static bool is_drained(const struct uplink *u)
{
	return !spool_waits(u->spool) || (u->state == UP && u->spool_empty && u->n_flights == 0);
}

bool uplink_drain(struct uplink *u, int timeout_ms)
{
	int64_t end_ns = clock_steady_ns() + timeout_ms * CLOCK_MS_NS;
	u->spool_empty = false;	/* it may have grown since the last look */
	if (u->state == DOWN)
		u->wake_ns = 0;
	while (!is_drained(u) && !(u->refused && u->state == DOWN) && clock_steady_ns() < end_ns) {
		act(u);
		wait_once(u, -1, end_ns);
	}
	return is_drained(u);
}

/* ---- birth ------------------------------------------------------------------------------------------------------ */

/* tcp://HOST:PORT */
static bool is_endpoint(const char *text)
{
	const char *port = strrchr(text, ':');
	if (strncmp(text, "tcp://", 6) != 0 || port <= text + 6 || strspn(port + 1, "0123456789") != strlen(port + 1))
		return false;
	long number = strtol(port + 1, NULL, 10);
	return number >= 1 && number <= UINT16_MAX;
}

struct uplink *uplink_new(const struct uplink_options *o, char *error, size_t error_cap)
{
	struct uplink *u = calloc(1, sizeof *u);
	if (!u) {
		snprintf(error, error_cap, "out of memory");
		return NULL;
	}
	u->back_off_ms = UPLINK_BACK_OFF_FIRST_MS;
	snprintf(u->endpoint, sizeof u->endpoint, "%s%s", strstr(o->endpoint, "://") ? "" : "tcp://", o->endpoint);
	snprintf(u->name, sizeof u->name, "%s", o->name ? o->name : "");
	snprintf(u->site, sizeof u->site, "%s", o->site ? o->site : "");
	if (curve_load(o->key_file, &u->keys, error, error_cap) < 0 ||
	    curve_load_public(o->collector_key, u->collector_key, error, error_cap) < 0)
		goto free_uplink;
	u->context = zmq_ctx_new();
	if (u->context && is_endpoint(u->endpoint))
		return u;
	snprintf(error, error_cap, "\"%s\" is no address of a collector: give tcp://HOST:PORT", o->endpoint);
	if (u->context)
		zmq_ctx_term(u->context);
free_uplink:
	curve_wipe(&u->keys);
	free(u);
	return NULL;
}

void uplink_serve(struct uplink *u, struct spool *spool)
{
	u->spool = spool;
}

void uplink_free(struct uplink *u)
{
	close_sockets(u);
	zmq_ctx_term(u->context);
	curve_wipe(&u->keys);
	free(u);
}
