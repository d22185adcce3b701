#include "collector/log_import.h"

#include "collector/baseline/zone.h"
#include "collector/log_feed.h"
#include "collector/logs/evtx.h"
#include "collector/logs/text.h"
#include "proto/base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { HEAD_BYTES = 1024 };	/* a shorter file is another one once it has grown, and read again: that costs nothing */

static const int64_t settle_ns = 2 * CLOCK_SECOND_NS;

/* A file being imported. */
struct input {
	const struct log_import *i;
	const char *path;
	int fd;
	bool is_evtx;
	pid_t child;			/* that turns it into XML; 0: none */
	uint64_t size;			/* 0: not known */
	int64_t modified_ns;
	struct store_log_file file;
	bool is_seekable;
	bool is_done;			/* nothing in it is new, or it is not to be read now */
	char format[STORE_FORMAT_BYTES];	/* "": by content */
	char *piece;
	char *error;
	size_t error_cap;
};

static int failed(struct input *in, const char *what)
{
	snprintf(in->error, in->error_cap, "%s: %s", in->path, what);
	return -1;
}

static int feed_failed(struct input *in, const char *sentence)
{
	char why[256];
	snprintf(why, sizeof why, "%s", sentence);
	return failed(in, why);
}

/* ---- where to begin --------------------------------------------------------------------------------------------------- */

static void ignore_record(void *ctx, const struct log_record *r)
{
	(void)ctx, (void)r;
}

static void ignore_reject(void *ctx, uint64_t line, const char *reason, const char *piece)
{
	(void)ctx, (void)line, (void)reason, (void)piece;
}

/* True, and its format kept, if a log that begins with ${head} can be taken up in its middle. */
static bool is_seekable(struct input *in, const void *head, size_t n)
{
	struct log_options options = { .format = in->i->format, .reference_ns = in->modified_ns };
	struct log_sink sink = { NULL, ignore_record, ignore_reject, NULL };
	struct log_reader *r = log_reader_new(&options, &sink);
	if (r == NULL)
		return false;
	log_reader_feed(r, head, n);
	bool is = log_reader_is_seekable(r);
	const char *format = log_reader_format(r);
	if (is)
		snprintf(in->format, sizeof in->format, "%s", format);
	log_reader_free(r);
	return is;
}

static bool read_known(struct input *in)
{
	char error[128];
	struct store_tx *tx = store_read(in->i->store);
	bool is_known = store_log_file(tx, in->i->source, &in->file);
	return store_commit(tx, error, sizeof error) == 0 && is_known;
}

/* Windows writes its files in place, of a fixed size and with a head that stays the same for long: when it was written counts too. */
static void hash_head(struct input *in, const char *head, size_t n)
{
	crypto_generichash_state state;
	crypto_generichash_init(&state, NULL, 0, sizeof in->file.head);
	crypto_generichash_update(&state, (const unsigned char *)head, n);
	if (in->is_evtx)
		crypto_generichash_update(&state, (const unsigned char *)&in->modified_ns, sizeof in->modified_ns);
	crypto_generichash_final(&state, in->file.head, sizeof in->file.head);
}

/* Take up the file where it was left, if it is one that was read before. */
static int seek_known(struct input *in, const char *head, size_t n)
{
	in->file.head_bytes = n < HEAD_BYTES ? n : HEAD_BYTES;
	hash_head(in, head, in->file.head_bytes);
	bool is_known = read_known(in);
	in->is_done = is_known && !in->is_seekable && in->file.bytes == in->size;
	if (!is_known || !in->is_seekable || in->file.bytes > in->size)
		in->file.bytes = in->file.line = 0;
	return lseek(in->fd, (off_t)in->file.bytes, SEEK_SET) >= 0 ? 0 : failed(in, strerror(errno));
}

static int spawn_evtx(struct input *in)
{
	const char *program = in->i->program != NULL ? in->i->program : "/proc/self/exe";
	int fd = log_evtx_spawn(program, in->path, &in->child);
	if (fd < 0)
		return failed(in, strerror(errno));
	close(in->fd);
	in->fd = fd;
	snprintf(in->format, sizeof in->format, "xml");
	return 0;
}

/* A file that somebody else writes may be half a document. */
static bool waits(struct input *in)
{
	in->is_done = in->i->waits != NULL && !in->is_seekable && clock_now_ns() - in->modified_ns < settle_ns;
	if (in->is_done)
		*in->i->waits = true;
	return in->is_done;
}

static int open_input(struct input *in)
{
	struct stat st;
	in->fd = strcmp(in->path, "-") == 0 ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0) : open(in->path, O_RDONLY | O_CLOEXEC);
	if (in->fd < 0 || fstat(in->fd, &st) != 0)
		return failed(in, strerror(errno));
	in->modified_ns = st.st_mtim.tv_sec * CLOCK_SECOND_NS + st.st_mtim.tv_nsec;
	if (!S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? failed(in, "is a folder: name the files in it, or let serve --logs-folder watch it") : 0;
	in->size = (uint64_t)st.st_size;
	ssize_t n = pread(in->fd, in->piece, LOG_DETECT_BYTES, 0);
	if (n < 0)
		return failed(in, strerror(errno));
	in->is_evtx = log_evtx_is_head(in->piece, (size_t)n);
	in->is_seekable = !in->is_evtx && is_seekable(in, in->piece, (size_t)n);
	if (waits(in) || n == 0)
		return 0;
	int result = seek_known(in, in->piece, (size_t)n);
	return result == 0 && in->is_evtx && !in->is_done ? spawn_evtx(in) : result;
}

/* Also ends the child, which writes in vain then. */
static void close_input(struct input *in)
{
	if (in->fd >= 0)
		close(in->fd);
	if (in->child > 0)
		waitpid(in->child, NULL, 0);
	in->fd = -1;
}

/* What the child has left out must not look as if it had never been. */
static int end_child(struct input *in, struct log_feed *f)
{
	static const char damaged[] = "damaged or cut off: not all of this event file (.evtx) can be read";
	char error[256];
	int status = 0;
	pid_t child = in->child;
	in->child = 0;
	if (child == 0 || (waitpid(child, &status, 0) == child && status == 0))
		return 0;
	if (log_feed_broken(f, damaged, in->path, strlen(in->path), error, sizeof error) != 0)
		return feed_failed(in, error);
	return failed(in, damaged);
}

/* ---- reading ---------------------------------------------------------------------------------------------------------- */

/* As much as a piece holds, or what is left. */
static ssize_t read_piece(struct input *in)
{
	size_t n = 0;
	while (n < LOG_FEED_PIECE_BYTES) {
		ssize_t got = read(in->fd, in->piece + n, LOG_FEED_PIECE_BYTES - n);
		if (got < 0 && errno != EINTR)
			return failed(in, strerror(errno));
		if (got == 0)
			break;
		n += got > 0 ? (size_t)got : 0;
	}
	return (ssize_t)n;
}

static int feed_all(struct input *in, struct log_feed *f)
{
	char error[256];
	uint64_t done = in->file.bytes;
	for (ssize_t n; (n = read_piece(in)) != 0;) {
		if (n < 0)
			return -1;
		if (log_feed_bytes(f, in->piece, (size_t)n, error, sizeof error) != 0)
			return feed_failed(in, error);
		done += (uint64_t)n;
		if (in->i->progress != NULL && !in->i->progress(in->i->ctx, done, in->is_evtx ? 0 : in->size))
			return failed(in, "stopped; go on with the same command");
	}
	if (in->i->grows && log_feed_is_seekable(f))
		return 0;
	return log_feed_end(f, error, sizeof error) == 0 ? 0 : feed_failed(in, error);
}

/* A host called like a file is not called ".log" too. */
static const char *host_called(const char *file, char out[STORE_SOURCE_BYTES])
{
	static const char *const endings[] = { ".log", ".json", ".jsonl", ".ndjson", ".csv", ".xml", ".txt", ".gz" };
	if (file == NULL)
		return NULL;
	snprintf(out, STORE_SOURCE_BYTES, "%s", file);
	for (size_t i = sizeof endings / sizeof *endings; i-- > 0;) {	/* "fs1.log.gz": the outer one first */
		char *dot = strrchr(out, '.');
		if (dot != NULL && dot != out && strcasecmp(dot, endings[i]) == 0)
			*dot = '\0';
	}
	return out;
}

static int import(struct input *in, struct store_log_tally *tally)
{
	char fallback[STORE_SOURCE_BYTES];
	struct log_options options = { .format = in->format[0] != '\0' ? in->format : in->i->format,
				       .server = in->i->server,
				       .fallback = host_called(in->i->fallback, fallback),
				       .reference_ns = in->modified_ns,
				       .zone = in->i->zone,
				       .utc_of = in->i->zone != NULL ? zone_utc_of : NULL };
	struct log_feed *f = log_feed_new(in->i->pipeline, in->i->source, in->path, &options);
	if (f == NULL)
		return failed(in, "there is no such format, or memory is short");
	log_feed_position(f, in->path, &in->file);
	int result = feed_all(in, f);
	if (result == 0)
		result = end_child(in, f);
	*tally = log_feed_tally(f);
	log_feed_free(f);
	return result;
}

/* The whole of a file that cannot be taken up in its middle has been read: the next time it is left alone. */
static int note_whole(struct input *in)
{
	char error[256];
	if (in->is_seekable || in->file.head_bytes == 0)
		return 0;
	in->file.bytes = in->size;
	struct store_tx *tx = store_write(in->i->store);
	store_log_file_save(tx, in->i->source, in->path, &in->file);
	return store_commit(tx, error, sizeof error) == 0 ? 0 : feed_failed(in, error);
}

int log_import_file(const struct log_import *i, const char *path, struct store_log_tally *tally, char *error, size_t error_cap)
{
	struct input in = { .i = i, .path = path, .fd = -1, .error = error, .error_cap = error_cap };
	*tally = (struct store_log_tally){ 0 };
	in.piece = malloc(LOG_FEED_PIECE_BYTES);
	int result = in.piece != NULL ? open_input(&in) : failed(&in, "out of memory");
	if (result == 0 && !in.is_done)
		result = import(&in, tally);
	close_input(&in);
	if (result == 0 && !in.is_done)
		result = note_whole(&in);
	free(in.piece);
	return result;
}

/* ---- sources ---------------------------------------------------------------------------------------------------------- */

int log_import_source(struct store *store, const struct store_log_source_new *fresh, struct store_log_source *out, char *error,
		      size_t error_cap)
{
	char shown[LOG_PIECE_BYTES];	/* a file may be called by any bytes */
	struct store_log_source_new source = *fresh;
	log_piece(fresh->name, strlen(fresh->name), shown);
	source.name = shown;
	struct store_tx *tx = store_write(store);
	if (!store_log_source(tx, shown, out)) {
		store_log_source_add(tx, &source, clock_now_ns());
		store_tx_changes(tx);
		store_log_source(tx, shown, out);
	}
	return store_commit(tx, error, error_cap);
}
