#include "sensor/courier.h"

#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "sensor/core/cursor.h"
#include "sensor/parts.h"

#include <errno.h>
#include <linux/sockios.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

struct courier {
	int fd;
	bool is_jammed;		/* [keep] did not answer in time, and was not heard of since */
	bool is_broken;		/* [keep] has gone */
	bool must_reset;	/* the next datagram begins with COURIER_RESET */
	uint32_t ticket;
	int patience_ms;	/* or COURIER_WAITS */
	uint64_t kept, left_out;
	uint64_t unheard;	/* ended, and not answered yet */
	struct file_keeper keeper;
	struct parts parts;
	size_t n;
	uint8_t gathered[COURIER_DATAGRAM_BYTES];
};

/* ---- giving up ---- */

/* Whoever feeds them hears of it when he comes with the next bytes. */
static void give_up_all(struct courier *c)
{
	for (size_t i = 0; i < PARTS_MOST; i++) {
		c->left_out += c->parts.places[i].id != 0;
		parts_leave(&c->parts, i);
	}
	c->n = 0;
	c->must_reset = true;
}

static void complain(struct courier *c, const char *why)
{
	if (!c->is_broken)
		log_error("extract: hand copies to the process that keeps them: %s; no more are kept", why);
	c->is_broken = true;
	c->left_out += c->unheard;
	c->unheard = 0;
}

/* ---- sending ---- */

static const int64_t FOREVER = INT64_MAX;

static int ms_until(int64_t until_ns)
{
	int64_t left_ns;

	if (until_ns == FOREVER)
		return -1;
	left_ns = until_ns - clock_steady_ns();
	return left_ns > 0 ? (int)((left_ns + CLOCK_MS_NS - 1) / CLOCK_MS_NS) : 0;
}

/* Wait until the socket is ready for ${events}, or until ${until_ns}. */
static bool wait_for(const struct courier *c, short events, int64_t until_ns)
{
	struct pollfd p = { .fd = c->fd, .events = events };
	int n;

	do
		n = poll(&p, 1, ms_until(until_ns));
	while (n < 0 && errno == EINTR);
	return n > 0;
}

/* It has taken all that was sent. */
static bool has_caught_up(const struct courier *c)
{
	int unread;

	return ioctl(c->fd, SIOCOUTQ, &unread) == 0 && unread == 0;
}

static int64_t end_of_patience(struct courier *c)
{
	if (c->patience_ms == COURIER_WAITS)
		return FOREVER;
	c->is_jammed = c->is_jammed && !has_caught_up(c);
	return clock_steady_ns() + (c->is_jammed ? 0 : c->patience_ms * CLOCK_MS_NS);
}

static bool is_sent(struct courier *c)
{
	return send(c->fd, c->gathered, c->n, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)c->n;
}

static void flush(struct courier *c)
{
	int64_t until_ns = end_of_patience(c);

	while (!is_sent(c)) {
		if (errno == EAGAIN && wait_for(c, POLLOUT, until_ns))
			continue;
		if (errno != EAGAIN && errno != EINTR)
			complain(c, strerror(errno));
		c->is_jammed = true;
		give_up_all(c);
		return;
	}
	c->n = 0;
}

static void put_head(struct courier *c, enum courier_op op, size_t part, uint32_t n)
{
	const uint8_t head[COURIER_HEAD_BYTES] = { (uint8_t)op, (uint8_t)part, (uint8_t)n, (uint8_t)(n >> 8), (uint8_t)(n >> 16),
						   (uint8_t)(n >> 24) };

	c->n += view_copy(c->gathered + c->n, sizeof(head), view_of(head, sizeof(head)));
}

/* Room for a record with at least one byte; what is under way may have been given up for it. */
static void make_room(struct courier *c)
{
	if (c->n + COURIER_HEAD_BYTES >= sizeof(c->gathered))
		flush(c);
	if (c->must_reset)
		put_head(c, COURIER_RESET, 0, 0);
	c->must_reset = false;
}

/* ---- hearing ---- */

/* Take every answer there is, however late; true if that to c->ticket was among them, and ${is_kept} is what it says. */
static bool hear(struct courier *c, bool *is_kept)
{
	uint8_t answer[COURIER_ANSWER_BYTES];
	bool is_ours = false;
	ssize_t n;

	while ((n = recv(c->fd, answer, sizeof(answer), MSG_DONTWAIT)) == (ssize_t)sizeof(answer)) {
		struct cursor a = cur_of(view_of(answer, sizeof(answer)));

		is_ours = cur_u32le(&a) == c->ticket;
		*is_kept = cur_u8(&a) != 0;
		c->kept += *is_kept;
		c->left_out += !*is_kept;
		c->unheard -= c->unheard > 0;
		c->is_jammed = false;
	}
	if (n == 0)
		complain(c, "it has ended");
	return is_ours;
}

/* Has [keep] kept what c->ticket stands for? */
static bool await_answer(struct courier *c)
{
	int64_t until_ns = end_of_patience(c);
	bool is_kept = false;

	while (!hear(c, &is_kept)) {
		if (c->is_broken)
			return false;
		if (wait_for(c, POLLIN, until_ns))
			continue;
		c->is_jammed = true;
		return false;
	}
	return is_kept;
}

void courier_settle(struct courier *c)
{
	int64_t until_ns = c->patience_ms == COURIER_WAITS ? FOREVER : clock_steady_ns() + COURIER_SETTLE_MS * CLOCK_MS_NS;
	bool is_kept;

	hear(c, &is_kept);
	while (c->unheard > 0 && !c->is_broken && wait_for(c, POLLIN, until_ns))
		hear(c, &is_kept);
	c->left_out += c->unheard;
	c->unheard = 0;
}

/* ---- the keeper ---- */

static void *begin_part(void *ctx)
{
	struct courier *c = ctx;
	size_t place;

	if (c->is_broken) {
		c->left_out++;
		return NULL;
	}
	make_room(c);
	place = parts_choose(&c->parts);
	c->left_out += c->parts.places[place].id != 0;
	put_head(c, COURIER_BEGIN, place, 0);
	return parts_take(&c->parts, place);
}

static bool add_bytes(void *ctx, void *part, struct view bytes)
{
	struct courier *c = ctx;

	while (bytes.n > 0) {
		size_t place;
		struct view now;

		make_room(c);
		place = parts_find(&c->parts, part);
		if (place == PARTS_MOST)
			return false;
		now = view_first(bytes, sizeof(c->gathered) - c->n - COURIER_HEAD_BYTES);
		put_head(c, COURIER_BYTES, place, (uint32_t)now.n);
		c->n += view_copy(c->gathered + c->n, now.n, now);
		parts_moved(&c->parts, place, now.n);
		bytes = view_after(bytes, now.n);
	}
	return true;
}

/* [keep] names the copy by what it has hashed itself. An answer that comes too late for the event is counted then. */
static bool finish(struct courier *c, size_t place, const void *part)
{
	bool is_kept;

	hear(c, &is_kept);
	put_head(c, COURIER_END, place, ++c->ticket);
	flush(c);
	if (parts_find(&c->parts, part) == PARTS_MOST)
		return false;
	parts_leave(&c->parts, place);
	c->unheard++;
	return await_answer(c);
}

static bool end_part(void *ctx, void *part, const uint8_t *sha256)
{
	struct courier *c = ctx;
	size_t place;

	make_room(c);
	place = parts_find(&c->parts, part);
	if (place == PARTS_MOST)
		return false;
	if (sha256 != NULL)
		return finish(c, place, part);
	put_head(c, COURIER_DROP, place, 0);
	parts_leave(&c->parts, place);
	return false;
}

/* ---- life ---- */

struct courier *courier_new(int fd, int patience_ms)
{
	struct courier *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->fd = fd;
	c->patience_ms = patience_ms;
	c->keeper = (struct file_keeper){ .ctx = c, .begin = begin_part, .bytes = add_bytes, .end = end_part };
	return c;
}

void courier_free(struct courier *c)
{
	free(c);
}

const struct file_keeper *courier_keeper(const struct courier *c)
{
	return &c->keeper;
}

uint64_t courier_kept(const struct courier *c)
{
	return c->kept;
}

uint64_t courier_left_out(const struct courier *c)
{
	return c->left_out;
}
