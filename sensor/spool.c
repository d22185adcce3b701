#include "sensor/spool.h"

#include "proto/base/log.h"
#include "proto/frame.h"
#include "sensor/relevance.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	SEGMENTS_PER_SPOOL = 64,		/* the grain in which a full spool is thinned */
	SEGMENT_MAX_BYTES = 4 * 1024 * 1024,	/* read and unpacked at once when opened or thinned: some 30 ms */
	SEGMENTS_MAX = 4096,
};

static const char epoch_name[] = "epoch";
static const char lock_name[] = "lock";
static const char fresh_name[] = "fresh.tmp";	/* a file under way to its name */

struct segment {
	uint64_t first_seq;
	off_t bytes;
	bool thinned;
};

struct spool {
	char path[PATH_MAX];
	int dir, lock;
	uint64_t epoch, cap_bytes, segment_bytes;

	struct segment segments[SEGMENTS_MAX];	/* by number; the last one is written to */
	size_t n;
	int fd;			/* of the last one */
	bool dirty;		/* it holds what fdatasync has not seen */
	uint64_t next_seq, opened_seq, acked;
	uint64_t last_seq;	/* highest number that was stored; 0 none */

	struct segment_reader reader;
	size_t reading;		/* index of the segment the reader is in */
	uint64_t read_seq;	/* what it has not yet handed out begins here */

	bool failing;		/* the last append failed */
	struct spool_stats stats;
};

static int failed(const struct spool *s, const char *act, const char *name, char *error, size_t error_cap)
{
	snprintf(error, error_cap, "%s %s/%s: %s", act, s->path, name, strerror(errno));
	return -1;
}

/* ---- small questions -------------------------------------------------------------------------------------------- */

uint64_t spool_epoch(const struct spool *s)
{
	return s->epoch;
}

uint64_t spool_next_seq(const struct spool *s)
{
	return s->next_seq;
}

uint64_t spool_opened_seq(const struct spool *s)
{
	return s->opened_seq;
}

uint64_t spool_first_seq(const struct spool *s)
{
	uint64_t oldest = s->segments[0].first_seq;
	return oldest > s->acked ? oldest : s->acked + 1;
}

bool spool_waits(const struct spool *s)
{
	return s->acked < s->last_seq && (s->n > 1 || s->segments[0].bytes > 0);
}

const struct spool_stats *spool_stats(const struct spool *s)
{
	return &s->stats;
}

static struct segment *newest(struct spool *s)
{
	return &s->segments[s->n - 1];
}

/* ---- the list of segments --------------------------------------------------------------------------------------- */

/* Take segment ${i} off the list. The reader goes on with the one behind it. */
static void forget(struct spool *s, size_t i)
{
	s->stats.bytes -= (uint64_t)s->segments[i].bytes;
	memmove(&s->segments[i], &s->segments[i + 1], (s->n - i - 1) * sizeof *s->segments);
	s->n--;
	if (s->reading == i)
		segment_reader_fini(&s->reader);
	else if (s->reading > i)
		s->reading--;
}

static void delete(struct spool *s, size_t i)
{
	char name[SEGMENT_NAME_BYTES];
	segment_name(s->segments[i].first_seq, name);
	if (unlinkat(s->dir, name, 0) < 0 && errno != ENOENT)
		log_warning("delete %s/%s: %s", s->path, name, strerror(errno));
	forget(s, i);
}

static int sync_newest(struct spool *s)
{
	if (!s->dirty)
		return 0;
	s->dirty = false;
	return fdatasync(s->fd);
}

/* Begin a new segment at next_seq. The one before is on the disk when this returns 0. */
static int rotate(struct spool *s)
{
	char name[SEGMENT_NAME_BYTES];
	segment_name(s->next_seq, name);
	if (s->n == SEGMENTS_MAX) {
		errno = ENOSPC;
		return -1;
	}
	if (s->n > 0 && sync_newest(s) < 0)
		return -1;
	int fd = openat(s->dir, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -1;
	if (fsync(s->dir) < 0) {
		close(fd);
		return -1;
	}
	if (s->fd >= 0)
		close(s->fd);
	s->fd = fd;
	s->segments[s->n++] = (struct segment){ .first_seq = s->next_seq };
	return 0;
}

/* ---- giving up -------------------------------------------------------------------------------------------------- */

static void count_dropped(struct spool *s, const Ev__Event *event)
{
	if ((unsigned)event->body_case < SPOOL_KINDS)
		s->stats.dropped[event->body_case]++;
}

/* Append to ${fd} the events of ${batch} that ${keep} wants, as batches of consecutive numbers; count the others.
 * An acknowledged event is neither kept nor counted. */
static int sift(struct spool *s, Ev__EventBatch *batch, bool (*keep)(const Ev__Event *), int fd, off_t *end)
{
	Ev__EventBatch run = EV__EVENT_BATCH__INIT;
	run.epoch = s->epoch;
	uint8_t *body = malloc(ev__event_batch__get_packed_size(batch) + 16);	/* a later first_seq may be a longer varint */
	int result = body ? 0 : -1;
	for (size_t i = 0; i <= batch->n_events && result == 0; i++) {
		const Ev__Event *event = i < batch->n_events ? batch->events[i] : NULL;
		bool kept = event && event->seq > s->acked && keep(event);
		if (kept && run.n_events++ == 0) {
			run.events = &batch->events[i];
			run.first_seq = event->seq;
		}
		if (kept)
			continue;
		if (run.n_events > 0)
			result = segment_append(fd, end, body, ev__event_batch__pack(&run, body));
		run.n_events = 0;
		if (event && event->seq > s->acked)
			count_dropped(s, event);
	}
	free(body);
	return result;
}

static bool keep_none(const Ev__Event *event)
{
	(void)event;
	return false;
}

/* Sift the whole of segment ${i} into ${fd}; its size afterwards, or -1. */
static off_t sift_segment(struct spool *s, size_t i, bool (*keep)(const Ev__Event *), int fd)
{
	struct segment_reader r = { .fd = -1, .epoch = s->epoch };
	struct segment_record record;
	char name[SEGMENT_NAME_BYTES];
	segment_name(s->segments[i].first_seq, name);
	off_t end = 0;
	int result = segment_reader_open(&r, s->dir, name);
	enum segment_next next = SEGMENT_RECORD;
	while (result == 0 && (next = segment_read(&r, &record)) == SEGMENT_RECORD) {
		result = sift(s, record.batch, keep, fd, &end);
		segment_record_free(&record);
	}
	if (next == SEGMENT_TORN)
		s->stats.damaged++;
	segment_reader_fini(&r);
	return result == 0 ? end : -1;
}

/* Let segment ${i} go whole, counting what it held. */
static void drop(struct spool *s, size_t i)
{
	sift_segment(s, i, keep_none, -1);
	delete(s, i);
}

/* Rewrite segment ${i} with the events that matter. -1 when the disk has no room for that; nothing has changed then. */
static int thin(struct spool *s, size_t i)
{
	char name[SEGMENT_NAME_BYTES];
	segment_name(s->segments[i].first_seq, name);
	struct spool_stats before = s->stats;
	int fd = openat(s->dir, fresh_name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -1;
	off_t bytes = sift_segment(s, i, relevance_of, fd);
	bool good = bytes >= 0 && fsync(fd) == 0 && renameat(s->dir, fresh_name, s->dir, name) == 0;
	close(fd);
	if (!good) {
		unlinkat(s->dir, fresh_name, 0);
		s->stats = before;
		return -1;
	}
	s->stats.bytes -= (uint64_t)(s->segments[i].bytes - bytes);
	s->segments[i].bytes = bytes;
	s->segments[i].thinned = true;
	if (s->reading == i)
		segment_reader_fini(&s->reader);
	if (bytes == 0)
		delete(s, i);
	return 0;
}

/* One step towards more room: thin the oldest segment that is not yet thin, else drop the oldest. False: nothing left to give. */
static bool give_way(struct spool *s)
{
	if (s->n < 2 && (newest(s)->bytes == 0 || rotate(s) < 0))
		return false;
	size_t i = 0;
	while (i + 1 < s->n && s->segments[i].thinned)
		i++;
	if (i + 1 == s->n || thin(s, i) < 0)
		drop(s, 0);
	return true;
}

/* ---- appending -------------------------------------------------------------------------------------------------- */

static bool is_full(int error)
{
	return error == ENOSPC || error == EDQUOT;
}

/* Write one record, giving way as long as the disk is full. -1 and errno. */
static int write_record(struct spool *s, const uint8_t *body, size_t n)
{
	for (;;) {
		bool rotated = newest(s)->bytes == 0 || (uint64_t)newest(s)->bytes + n <= s->segment_bytes || rotate(s) == 0;
		if (rotated && segment_append(s->fd, &newest(s)->bytes, body, n) == 0)
			return 0;
		int why = errno;
		if (!is_full(why) || !give_way(s)) {
			errno = why;
			return -1;
		}
	}
}

static void say_how_it_goes(struct spool *s, bool good)
{
	if (good && s->failing)
		log_info("spool %s: writing again; %" PRIu64 " events were lost", s->path, s->stats.unwritten);
	if (!good && !s->failing)
		log_error("spool %s: %s: events are lost until this is mended (free space on its disk)", s->path, strerror(errno));
	s->failing = !good;
}

int spool_append(struct spool *s, const uint8_t *body, size_t n)
{
	Ev__EventBatch *batch = n <= FRAME_BODY_MAX_BYTES ? segment_unpack(s->epoch, body, n) : NULL;
	if (!batch || batch->first_seq < s->next_seq) {
		log_error("spool %s: refused a batch that does not continue it", s->path);
		if (batch)
			ev__event_batch__free_unpacked(batch, NULL);
		return -1;
	}
	size_t n_events = batch->n_events;
	uint64_t first_seq = batch->first_seq;
	ev__event_batch__free_unpacked(batch, NULL);

	uint64_t need = FRAME_HEAD_BYTES + n;
	while (s->stats.bytes + need > s->cap_bytes && give_way(s))
		;
	s->next_seq = first_seq;
	bool good = write_record(s, body, n) == 0;
	say_how_it_goes(s, good);
	s->next_seq = first_seq + n_events;
	if (!good) {
		s->stats.unwritten += n_events;
		return -1;
	}
	s->dirty = true;
	s->last_seq = s->next_seq - 1;
	s->stats.bytes += need;
	return 0;
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

void spool_rewind(struct spool *s)
{
	segment_reader_fini(&s->reader);
	s->reading = 0;
	s->read_seq = s->acked + 1;
}

/* The reader, open at the segment it is in. */
static bool reader_ready(struct spool *s)
{
	if (s->reader.fd >= 0)
		return true;
	char name[SEGMENT_NAME_BYTES];
	segment_name(s->segments[s->reading].first_seq, name);
	return segment_reader_open(&s->reader, s->dir, name) == 0;
}

/* The segment being read has no more. False if it is the newest. */
static bool next_segment(struct spool *s, bool damaged)
{
	if (s->reading + 1 >= s->n)
		return false;
	if (damaged) {
		s->stats.damaged++;
		log_warning("spool %s: the segment of event %" PRIu64 " is damaged; what follows in it is lost", s->path,
			    s->segments[s->reading].first_seq);
	}
	segment_reader_fini(&s->reader);
	s->reading++;
	return true;
}

bool spool_read(struct spool *s, struct segment_record *out)
{
	for (;;) {
		enum segment_next next = reader_ready(s) ? segment_read(&s->reader, out) : SEGMENT_TORN;
		if (next != SEGMENT_RECORD && !next_segment(s, next == SEGMENT_TORN))
			return false;
		if (next != SEGMENT_RECORD)
			continue;
		if (out->last_seq >= s->read_seq)
			break;
		segment_record_free(out);
	}
	if (s->reading + 1 == s->n && sync_newest(s) < 0)
		log_error("spool %s: sync: %s", s->path, strerror(errno));
	s->read_seq = out->last_seq + 1;
	return true;
}

void spool_ack(struct spool *s, uint64_t high_water)
{
	if (high_water <= s->acked)
		return;
	s->acked = high_water;
	while (s->n > 1 && s->segments[1].first_seq <= high_water + 1)
		delete(s, 0);
}

/* ---- opening ---------------------------------------------------------------------------------------------------- */

int spool_directory(const char *path, char *error, size_t error_cap)
{
	if (mkdir(path, 0700) < 0 && errno != EEXIST) {
		snprintf(error, error_cap, "create spool directory %s: %s", path, strerror(errno));
		return -1;
	}
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		snprintf(error, error_cap, "open spool directory %s: %s", path, strerror(errno));
	return dir;
}

static int lock_directory(struct spool *s, char *error, size_t error_cap)
{
	s->lock = openat(s->dir, lock_name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (s->lock < 0)
		return failed(s, "open", lock_name, error, error_cap);
	if (flock(s->lock, LOCK_EX | LOCK_NB) == 0)
		return 0;
	snprintf(error, error_cap, "spool %s is in use by another sensor: stop it, or give this one its own directory (--spool DIR)",
		 s->path);
	return -1;
}

/* A new epoch, on the disk under its name at once or not at all. */
static int make_epoch(struct spool *s, char *error, size_t error_cap)
{
	char text[24];
	if (getrandom(&s->epoch, sizeof s->epoch, 0) != sizeof s->epoch)
		return failed(s, "random number for", epoch_name, error, error_cap);
	int n = snprintf(text, sizeof text, "%016" PRIx64 "\n", s->epoch);
	int fd = openat(s->dir, fresh_name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return failed(s, "create", epoch_name, error, error_cap);
	bool good = write(fd, text, (size_t)n) == n && fsync(fd) == 0 && renameat(s->dir, fresh_name, s->dir, epoch_name) == 0 &&
		    fsync(s->dir) == 0;
	int result = good ? 0 : failed(s, "write", epoch_name, error, error_cap);
	close(fd);
	return result;
}

static int read_epoch(struct spool *s, int fd, char *error, size_t error_cap)
{
	char text[24] = "", canonical[24];
	ssize_t n = read(fd, text, sizeof text - 1);
	s->epoch = strtoull(text, NULL, 16);
	snprintf(canonical, sizeof canonical, "%016" PRIx64 "\n", s->epoch);
	if (n >= 0 && strcmp(text, canonical) == 0)
		return 0;
	snprintf(error, error_cap, "%s/%s does not hold an epoch: this is no spool, or a damaged one; move the directory away", s->path,
		 epoch_name);
	return -1;
}

static int open_epoch(struct spool *s, char *error, size_t error_cap)
{
	int fd = openat(s->dir, epoch_name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd >= 0) {
		int result = read_epoch(s, fd, error, error_cap);
		close(fd);
		return result;
	}
	if (errno != ENOENT)
		return failed(s, "open", epoch_name, error, error_cap);
	if (s->n == 0)
		return make_epoch(s, error, error_cap);
	snprintf(error, error_cap, "spool %s has lost its epoch file: move the directory away to begin a new one", s->path);
	return -1;
}

static int by_number(const void *a, const void *b)
{
	const struct segment *x = a, *y = b;
	return x->first_seq < y->first_seq ? -1 : x->first_seq > y->first_seq;
}

static int list_segments(struct spool *s, char *error, size_t error_cap)
{
	int fd = openat(s->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	if (!d)
		return failed(s, "list", "", error, error_cap);
	for (struct dirent *e = readdir(d); e; e = readdir(d)) {
		uint64_t first_seq;
		struct stat st;
		if (!segment_name_parse(e->d_name, &first_seq) || s->n == SEGMENTS_MAX)
			continue;
		if (fstatat(s->dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode))
			continue;
		s->segments[s->n++] = (struct segment){ .first_seq = first_seq, .bytes = st.st_size };
		s->stats.bytes += (uint64_t)st.st_size;
	}
	closedir(d);
	qsort(s->segments, s->n, sizeof *s->segments, by_number);
	return 0;
}

/* Go through the newest segment to its last whole record and cut what follows. */
static int take_up(struct spool *s, char *error, size_t error_cap)
{
	char name[SEGMENT_NAME_BYTES];
	struct segment *last = newest(s);
	segment_name(last->first_seq, name);
	s->fd = openat(s->dir, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (s->fd < 0 || segment_reader_open(&s->reader, s->dir, name) < 0)
		return failed(s, "open", name, error, error_cap);
	s->next_seq = last->first_seq;
	s->last_seq = s->n > 1 ? last->first_seq - 1 : 0;
	struct segment_record record;
	while (segment_read(&s->reader, &record) == SEGMENT_RECORD) {
		s->next_seq = record.last_seq + 1;
		s->last_seq = record.last_seq;
		segment_record_free(&record);
	}
	off_t torn = last->bytes - s->reader.at;
	if (torn > 0) {
		log_warning("spool %s: cut %lld bytes of a record that was never finished", s->path, (long long)torn);
		if (ftruncate(s->fd, s->reader.at) < 0)
			return failed(s, "cut", name, error, error_cap);
		last->bytes -= torn;
		s->stats.bytes -= (uint64_t)torn;
	}
	s->dirty = true;
	return 0;
}

static int begin(struct spool *s, char *error, size_t error_cap)
{
	s->next_seq = 1;
	return rotate(s) < 0 ? failed(s, "create a segment in", "", error, error_cap) : 0;
}

struct spool *spool_open(int directory, const char *path, uint64_t cap_bytes, char *error, size_t error_cap)
{
	struct spool *s = calloc(1, sizeof *s);
	if (!s || strlen(path) >= sizeof s->path) {
		snprintf(error, error_cap, "spool directory %s: %s", path, s ? "the name is too long" : "out of memory");
		close(directory);
		free(s);
		return NULL;
	}
	strcpy(s->path, path);
	s->dir = directory;
	s->lock = s->fd = s->reader.fd = -1;
	s->cap_bytes = cap_bytes < SPOOL_CAP_MIN_BYTES ? SPOOL_CAP_MIN_BYTES : cap_bytes;
	s->segment_bytes = s->cap_bytes / SEGMENTS_PER_SPOOL;
	if (s->segment_bytes > SEGMENT_MAX_BYTES)
		s->segment_bytes = SEGMENT_MAX_BYTES;
	bool ready = lock_directory(s, error, error_cap) == 0 && list_segments(s, error, error_cap) == 0 &&
		     open_epoch(s, error, error_cap) == 0;
	s->reader.epoch = s->epoch;
	ready = ready && (s->n > 0 ? take_up(s, error, error_cap) : begin(s, error, error_cap)) == 0;
	if (!ready) {
		spool_close(s);
		return NULL;
	}
	unlinkat(s->dir, fresh_name, 0);
	s->opened_seq = s->next_seq;
	spool_rewind(s);
	return s;
}

static void close_if_open(int fd)
{
	if (fd >= 0)
		close(fd);
}

void spool_close(struct spool *s)
{
	segment_reader_fini(&s->reader);
	sync_newest(s);
	close_if_open(s->fd);
	close_if_open(s->lock);
	close_if_open(s->dir);
	free(s);
}
