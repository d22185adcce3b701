#include "collector/log_feed.h"

#include "collector/intake.h"
#include "collector/logs/text.h"
#include "collector/pipeline.h"
#include "collector/unread.h"
#include "proto/base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	REJECTS_A_PIECE = 200,		/* kept with their text; a log of nothing else must not cost more than a good one */
	TEXT_A_PIECE = 4 << 20,		/* unpacked: others wait for the store meanwhile */
	PIECE_MIN = 1 << 10,		/* a thousandfold is the most that gzip packs */
	PIECE_FIRST = 64 << 10,
	INPUT_TAIL = LOG_PIECE_BYTES - 8,	/* of a long path the end tells more */
};

struct log_feed {
	struct pipeline *pipeline;
	int64_t source;
	char input[LOG_PIECE_BYTES];	/* a file may be called by any bytes */
	struct log_reader *reader;
	const char *path;
	struct store_log_file *file;	/* NULL: no position is kept */
	struct store_log_tally tally;
	struct unread unread;
	bool is_unread;			/* what is rejected next may have been a logon */
	/* Of the piece at hand. */
	struct intake intake;
	struct store_tx *tx;
	const void *bytes;
	size_t n;
	size_t piece;			/* how many bytes the next may have */
	bool is_last;
	const char *broken;		/* why ${bytes} are to be kept aside; NULL: they are to be read */
	size_t n_rejects;
};

/* Kept with its beginning, for a person to look at. False: it came before. What is beyond a piece's share is taken for new. */
static bool keep_aside(struct log_feed *f, uint64_t line, const char *reason, const char *piece)
{
	if (f->n_rejects++ >= REJECTS_A_PIECE)
		return true;
	struct store_log_reject r = { .input = f->input, .line = line, .reason = reason, .piece = piece };
	return store_log_reject(f->tx, f->source, &r, f->intake.now_ns);
}

static void on_record(void *ctx, const struct log_record *r)
{
	struct log_feed *f = ctx;
	char piece[LOG_PIECE_BYTES];
	const char *why = store_tx_ok(f->tx) ? intake_record(&f->intake, r) : NULL;
	unread_record(&f->unread, f->intake.correlate, f->source, r);
	if (why == NULL)
		return;
	log_piece(r->raw, r->raw_bytes, piece);
	if (keep_aside(f, r->line, why, piece))
		f->intake.tally.refused++;
	else
		f->intake.tally.duplicates++;
}

static void on_reject(void *ctx, uint64_t line, const char *reason, const char *piece)
{
	struct log_feed *f = ctx;
	bool is_new = keep_aside(f, line, reason, piece);
	if (is_new)
		f->intake.tally.rejected++;
	else
		f->intake.tally.duplicates++;
	if (f->is_unread)
		unread_line(&f->unread, is_new);
	f->is_unread = false;
}

static void set_aside(struct log_feed *f)
{
	char piece[LOG_PIECE_BYTES];
	log_piece(f->bytes, f->n, piece);
	f->is_unread = true;
	on_reject(f, 1, f->broken, piece);
}

static void on_unread(void *ctx)
{
	((struct log_feed *)ctx)->is_unread = true;
}

struct log_feed *log_feed_new(struct pipeline *p, int64_t source, const char *input, const struct log_options *options)
{
	struct log_feed *f = calloc(1, sizeof *f);
	if (f == NULL)
		return NULL;
	f->pipeline = p;
	f->source = source;
	size_t n = strlen(input);
	log_piece(n < INPUT_TAIL ? input : input + n - INPUT_TAIL, n < INPUT_TAIL ? n : INPUT_TAIL, f->input);
	f->piece = PIECE_FIRST;
	struct log_sink sink = { f, on_record, on_reject, on_unread };
	f->reader = log_reader_new(options, &sink);
	if (f->reader != NULL)
		return f;
	free(f);
	return NULL;
}

void log_feed_free(struct log_feed *f)
{
	if (f == NULL)
		return;
	log_reader_free(f->reader);
	free(f);
}

void log_feed_position(struct log_feed *f, const char *path, struct store_log_file *file)
{
	f->path = path;
	f->file = file;
	if (file->bytes > 0)
		log_reader_resume(f->reader, file->bytes, file->line);
}

/* The position of a format that cannot be taken up in its middle is its beginning, until the file is read to its end. */
static void save_position(struct log_feed *f, struct store_tx *tx)
{
	if (f->file == NULL || f->file->head_bytes == 0 || !log_reader_is_seekable(f->reader))
		return;
	f->file->bytes = log_reader_bytes(f->reader);
	f->file->line = log_reader_line(f->reader);
	store_log_file_save(tx, f->source, f->path, f->file);
}

static void fill(void *ctx, struct store_tx *tx, struct correlate *c)
{
	struct log_feed *f = ctx;
	f->tx = tx;
	f->n_rejects = 0;
	intake_begin(&f->intake, tx, c, f->source, clock_now_ns());
	if (f->broken != NULL)
		set_aside(f);
	else if (f->is_last)
		log_reader_end(f->reader);
	else
		log_reader_feed(f->reader, f->bytes, f->n);
	if (f->is_last)
		unread_end(&f->unread, c, f->source);
	const char *error = log_reader_error(f->reader);
	if (!f->is_last && f->broken == NULL)
		save_position(f, tx);
	intake_end(&f->intake, *error != '\0' ? error : NULL);
}

static void add_tally(struct store_log_tally *to, const struct store_log_tally *of)
{
	to->records += of->records;
	to->others += of->others;
	to->duplicates += of->duplicates;
	to->rejected += of->rejected;
	to->refused += of->refused;
}

static int commit(struct log_feed *f, char *error, size_t error_cap)
{
	if (pipeline_logs(f->pipeline, fill, f, error, error_cap) != 0)
		return -1;
	add_tally(&f->tally, &f->intake.tally);
	if (*log_reader_error(f->reader) == '\0')
		return 0;
	snprintf(error, error_cap, "%s", log_reader_error(f->reader));
	return -1;
}

/* The piece at hand became ${text} bytes: packed ones may be small for much text. */
static void choose_piece(struct log_feed *f, uint64_t text)
{
	if (text > TEXT_A_PIECE)
		f->piece = f->piece * TEXT_A_PIECE / text;
	else if (text <= TEXT_A_PIECE / 2)
		f->piece *= 2;
	f->piece = f->piece < PIECE_MIN ? PIECE_MIN : f->piece > LOG_FEED_PIECE_BYTES ? LOG_FEED_PIECE_BYTES : f->piece;
}

int log_feed_bytes(struct log_feed *f, const void *bytes, size_t n, char *error, size_t error_cap)
{
	for (size_t at = 0; at < n; at += f->n) {
		uint64_t before = log_reader_bytes(f->reader);
		f->bytes = (const char *)bytes + at;
		f->n = n - at < f->piece ? n - at : f->piece;
		if (commit(f, error, error_cap) != 0)
			return -1;
		choose_piece(f, log_reader_bytes(f->reader) - before);
	}
	return 0;
}

uint64_t log_feed_text_bytes(const struct log_feed *f)
{
	return log_reader_bytes(f->reader);
}

int log_feed_broken(struct log_feed *f, const char *reason, const char *piece, size_t n, char *error, size_t error_cap)
{
	f->broken = reason;
	f->bytes = piece;
	f->n = n;
	int result = commit(f, error, error_cap);
	f->broken = NULL;
	return result;
}

int log_feed_end(struct log_feed *f, char *error, size_t error_cap)
{
	f->is_last = true;
	return commit(f, error, error_cap);
}

struct store_log_tally log_feed_tally(const struct log_feed *f)
{
	return f->tally;
}

bool log_feed_is_unreadable(const struct log_feed *f)
{
	return *log_reader_error(f->reader) != '\0';
}

bool log_feed_is_seekable(const struct log_feed *f)
{
	return log_reader_is_seekable(f->reader);
}

const char *log_feed_format(const struct log_feed *f)
{
	return log_reader_format(f->reader);
}
