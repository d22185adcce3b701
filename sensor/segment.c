#include "sensor/segment.h"

#include "proto/frame.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void segment_name(uint64_t first_seq, char out[SEGMENT_NAME_BYTES])
{
	snprintf(out, SEGMENT_NAME_BYTES, "%016" PRIx64 ".events", first_seq);
}

bool segment_name_parse(const char *name, uint64_t *first_seq)
{
	char canonical[SEGMENT_NAME_BYTES];
	uint64_t seq = strtoull(name, NULL, 16);
	segment_name(seq, canonical);
	if (strcmp(name, canonical) != 0)
		return false;
	*first_seq = seq;
	return true;
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

void segment_record_free(struct segment_record *record)
{
	if (record->batch)
		ev__event_batch__free_unpacked(record->batch, NULL);
	record->batch = NULL;
}

static void reader_close(struct segment_reader *r)
{
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
}

void segment_reader_fini(struct segment_reader *r)
{
	reader_close(r);
	free(r->body);
	r->body = NULL;
	r->cap = 0;
}

int segment_reader_open(struct segment_reader *r, int dir, const char *name)
{
	reader_close(r);
	r->at = 0;
	r->fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	return r->fd < 0 ? -1 : 0;
}

Ev__EventBatch *segment_unpack(uint64_t epoch, const uint8_t *body, size_t n)
{
	Ev__EventBatch *batch = ev__event_batch__unpack(NULL, n, body);
	if (!batch)
		return NULL;
	bool good = batch->epoch == epoch && batch->n_events > 0 && batch->first_seq > 0 &&
		    batch->first_seq < UINT64_MAX - batch->n_events;
	for (size_t i = 0; i < batch->n_events && good; i++)
		good = batch->events[i]->seq == batch->first_seq + i;
	if (good)
		return batch;
	ev__event_batch__free_unpacked(batch, NULL);
	return NULL;
}

/* ${n} bytes at ${at}, or fewer at the end of the file. */
static size_t read_at(int fd, off_t at, uint8_t *out, size_t n)
{
	size_t got = 0;
	while (got < n) {
		ssize_t step = pread(fd, out + got, n - got, at + (off_t)got);
		if (step < 0 && errno == EINTR)
			continue;
		if (step <= 0)
			break;
		got += (size_t)step;
	}
	return got;
}

static bool make_space(struct segment_reader *r, size_t n)
{
	if (n <= r->cap)
		return true;
	uint8_t *body = realloc(r->body, n);
	if (!body)
		return false;
	r->body = body;
	r->cap = n;
	return true;
}

enum segment_next segment_read(struct segment_reader *r, struct segment_record *out)
{
	uint8_t head[FRAME_HEAD_BYTES];
	struct frame f;
	char why[128];
	size_t n_head = read_at(r->fd, r->at, head, sizeof head);
	if (n_head == 0)
		return SEGMENT_END;
	if (!frame_read(head, n_head, &f, why, sizeof why) || f.kind != FRAME_BATCH || !make_space(r, f.n))
		return SEGMENT_TORN;
	size_t n = read_at(r->fd, r->at + FRAME_HEAD_BYTES, r->body, f.n);
	Ev__EventBatch *batch = frame_matches(&f, r->body, n) ? segment_unpack(r->epoch, r->body, n) : NULL;
	if (!batch)
		return SEGMENT_TORN;
	r->at += (off_t)(FRAME_HEAD_BYTES + n);
	*out = (struct segment_record){
		.batch = batch,
		.body = r->body,
		.n = n,
		.first_seq = batch->first_seq,
		.last_seq = batch->first_seq + batch->n_events - 1,
	};
	return SEGMENT_RECORD;
}

/* ---- writing ---------------------------------------------------------------------------------------------------- */

static int write_all(int fd, off_t at, const uint8_t *bytes, size_t n)
{
	while (n > 0) {
		ssize_t step = pwrite(fd, bytes, n, at);
		if (step < 0 && errno == EINTR)
			continue;
		if (step < 0)
			return -1;
		bytes += step;
		at += step;
		n -= (size_t)step;
	}
	return 0;
}

int segment_append(int fd, off_t *end, const uint8_t *body, size_t n)
{
	uint8_t head[FRAME_HEAD_BYTES];
	frame_write(head, FRAME_BATCH, body, n);
	if (write_all(fd, *end, head, sizeof head) == 0 && write_all(fd, *end + FRAME_HEAD_BYTES, body, n) == 0) {
		*end += (off_t)(FRAME_HEAD_BYTES + n);
		return 0;
	}
	int why = errno;
	if (ftruncate(fd, *end) < 0)
		why = errno;	/* half a record stays behind: the next one overwrites it, and opening cuts it */
	errno = why;
	return -1;
}
