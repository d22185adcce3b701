#include "sensor/channel.h"

#include "proto/base/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void channel_publish(struct channel_page *page, const struct spool_stats *stats)
{
	page->bytes = stats->bytes;
	page->unwritten = stats->unwritten;
	page->damaged = stats->damaged;
	for (size_t i = 0; i < SPOOL_KINDS; i++)
		page->dropped[i] = stats->dropped[i];
}

static int write_all(int fd, const uint8_t *bytes, size_t n)
{
	while (n > 0) {
		ssize_t step = write(fd, bytes, n);
		if (step < 0 && errno == EINTR)
			continue;
		if (step < 0)
			return -1;
		bytes += step;
		n -= (size_t)step;
	}
	return 0;
}

int channel_write(int fd, enum frame_kind kind, const uint8_t *body, size_t n)
{
	uint8_t head[FRAME_HEAD_BYTES];
	frame_write(head, kind, body, n);
	return write_all(fd, head, sizeof head) < 0 || write_all(fd, body, n) < 0 ? -1 : 0;
}

/* Bytes that the frame under way still needs to be whole, as far as is known. */
static size_t missing(const struct channel_reader *r)
{
	return r->n < FRAME_HEAD_BYTES ? FRAME_HEAD_BYTES - r->n : FRAME_HEAD_BYTES + r->frame.n - r->n;
}

/* The head is there: what body will follow? */
static bool begin_body(struct channel_reader *r)
{
	char why[128];
	if (!frame_read(r->head, sizeof r->head, &r->frame, why, sizeof why)) {
		log_error("between the sensor's processes: %s", why);
		return false;
	}
	if (r->frame.n <= r->cap)
		return true;
	uint8_t *body = realloc(r->body, r->frame.n);
	if (!body)
		return false;
	r->body = body;
	r->cap = r->frame.n;
	return true;
}

static uint8_t *place(struct channel_reader *r)
{
	return r->n < FRAME_HEAD_BYTES ? r->head + r->n : r->body + (r->n - FRAME_HEAD_BYTES);
}

enum channel_got channel_read(struct channel_reader *r)
{
	if (r->n >= FRAME_HEAD_BYTES && missing(r) == 0)
		r->n = 0;	/* the last frame was handed out */
	while (r->n < FRAME_HEAD_BYTES || missing(r) > 0) {
		ssize_t step = read(r->fd, place(r), missing(r));
		if (step < 0 && errno == EINTR)
			continue;
		if (step < 0)
			return errno == EAGAIN ? CHANNEL_NOTHING : CHANNEL_BROKEN;
		if (step == 0)
			return r->n == 0 ? CHANNEL_END : CHANNEL_BROKEN;
		r->n += (size_t)step;
		if (r->n == FRAME_HEAD_BYTES && !begin_body(r))
			return CHANNEL_BROKEN;
	}
	return frame_matches(&r->frame, r->body, r->frame.n) ? CHANNEL_FRAME : CHANNEL_BROKEN;
}

void channel_reader_fini(struct channel_reader *r)
{
	free(r->body);
	*r = (struct channel_reader){ .fd = -1 };
}
