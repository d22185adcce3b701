#include "collector/logs/reader.h"

#include "collector/logs/decode.h"
#include "collector/logs/format.h"
#include "collector/logs/frame.h"
#include "proto/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ERROR_BYTES = 160, DETECT_LINES = 64 };

struct log_reader {
	struct log_options options;
	struct log_sink sink;
	struct log_decode *decode;
	const struct log_format *format;	/* NULL: not known yet */
	unsigned n_looked;			/* lines the format was looked for in */
	void *state;
	struct log_parse parse;
	struct log_frame frame;
	char *pending;			/* text up to the next record's end */
	size_t pending_n, pending_cap;
	char *clean;			/* the record at hand with nothing but UTF-8 in it; made when one needs it */
	size_t clean_cap;
	bool is_skipping;		/* to the end of a record that is too long */
	uint64_t bytes, line;		/* read; the line that follows */
	uint64_t heading_bytes, heading_lines;	/* of the record read last, if those that follow need it */
	char error[ERROR_BYTES];
};

static bool fail(struct log_reader *r, const char *sentence)
{
	if (r->error[0] == '\0')
		snprintf(r->error, sizeof r->error, "%s", sentence);
	return false;
}

/* ---- records ---------------------------------------------------------------------------------------------------------- */

static uint64_t lines_in(const char *text, size_t n)
{
	uint64_t lines = 0;
	for (const char *end = text + n; (text = memchr(text, '\n', (size_t)(end - text))) != NULL; text++)
		lines++;
	return lines;
}

/* Give the parser a copy of its record in which '?' stands for each byte that is not UTF-8. False when memory is short. */
static bool clean(struct log_reader *r)
{
	struct log_parse *p = &r->parse;
	if (p->n > r->clean_cap) {
		char *more = realloc(r->clean, p->n);
		if (more == NULL)
			return fail(r, "out of memory");
		r->clean = more;
		r->clean_cap = p->n;
	}
	for (size_t i = 0, n; i < p->n; i += n) {
		uint32_t point;
		n = text_utf8_char(p->text + i, p->n - i, &point);
		bool is_kept = n != 0 && point != 0;
		n = n != 0 ? n : 1;
		memcpy(r->clean + i, is_kept ? p->text + i : "?", is_kept ? n : 1);
	}
	p->text = r->clean;
	return true;
}

static void parse_one(struct log_reader *r, const char *text, const struct log_span *span)
{
	struct log_parse *p = &r->parse;
	p->line = r->line + lines_in(text, span->begin);
	p->text = text + span->begin;
	p->n = span->end - span->begin;
	p->is_heading = false;
	log_fields_clear(&p->fields);
	if (r->is_skipping)
		r->is_skipping = false;
	else if (p->n > 0 && (!r->format->is_bytes || text_is_utf8(p->text, p->n) || clean(r)))
		r->format->parse(r->state, p);
	r->heading_bytes = p->is_heading ? span->used : 0;
	r->heading_lines = p->is_heading ? lines_in(text, span->used) : 0;
	r->line += lines_in(text, span->used);
	r->bytes += span->used;
}

/* Every record that ends in ${text}; how much of it they are. */
static size_t take_records(struct log_reader *r, const char *text, size_t n, bool is_last)
{
	size_t used = 0;
	struct log_span span;
	while (log_frame_next(&r->frame, r->format->framing, text + used, n - used, is_last, &span)) {
		parse_one(r, text + used, &span);
		used += span.used;
	}
	return used;
}

/* Text that belongs to no record any more. */
static void drop(struct log_reader *r, const char *text, size_t n)
{
	r->line += lines_in(text, n);
	r->bytes += n;
}

/* The record at hand has outgrown its bound: say so, and skip to its end. */
static void give_up(struct log_reader *r)
{
	if (!r->is_skipping) {
		r->parse.line = r->line;
		r->parse.text = r->pending;
		r->parse.n = r->pending_n;
		log_parse_reject(&r->parse, "longer than a record may be");
	}
	r->is_skipping = true;
	size_t kept = r->pending_n < 16 ? r->pending_n : 16;	/* the end may be cut in two */
	drop(r, r->pending, r->pending_n - kept);
	memmove(r->pending, r->pending + r->pending_n - kept, kept);
	r->pending_n = kept;
	log_frame_reset(&r->frame);
}

static bool grow(struct log_reader *r, size_t n)
{
	size_t cap = r->pending_cap == 0 ? 4096 : r->pending_cap;
	while (cap < n)
		cap *= 2;
	char *grown = cap == r->pending_cap ? r->pending : realloc(r->pending, cap);
	if (grown == NULL)
		return fail(r, "out of memory");
	r->pending = grown;
	r->pending_cap = cap;
	return true;
}

static bool keep(struct log_reader *r, const char *text, size_t n)
{
	if (!grow(r, r->pending_n + n))
		return false;
	memcpy(r->pending + r->pending_n, text, n);
	r->pending_n += n;
	return true;
}

static void forget_front(struct log_reader *r, size_t n)
{
	if (n == 0)
		return;
	memmove(r->pending, r->pending + n, r->pending_n - n);
	r->pending_n -= n;
}

static void drop_useless(struct log_reader *r)
{
	size_t useless = log_frame_useless(r->format->framing, r->pending, r->pending_n);
	if (useless == 0)
		return;
	drop(r, r->pending, useless);
	forget_front(r, useless);
	log_frame_reset(&r->frame);
}

/* What follows a record that is under way: a bounded piece at a time. */
static bool feed_pending(struct log_reader *r, const char **text, size_t *n)
{
	size_t room = r->parse.options->record_cap + 1 - r->pending_n;
	size_t piece = *n < room ? *n : room;
	if (!keep(r, *text, piece))
		return false;
	*text += piece;
	*n -= piece;
	forget_front(r, take_records(r, r->pending, r->pending_n, false));
	if (r->pending_n > 0)
		drop_useless(r);
	if (r->pending_n > r->parse.options->record_cap)
		give_up(r);
	return true;
}

static bool feed_records(struct log_reader *r, const char *text, size_t n)
{
	while (n > 0) {
		if (r->pending_n > 0) {
			if (!feed_pending(r, &text, &n))
				return false;
			continue;
		}
		size_t used = take_records(r, text, n, false);
		text += used;
		n -= used;
		log_frame_reset(&r->frame);
		if (n > 0 && !feed_pending(r, &text, &n))
			return false;
	}
	return true;
}

/* ---- format ----------------------------------------------------------------------------------------------------------- */

static bool settle(struct log_reader *r, const struct log_format *format)
{
	if (format == NULL)
		return fail(r, "the content is of no format that can be read: JSON, event XML, CSV, Samba's logs, syslog");
	r->state = format->open();
	if (r->state == NULL)
		return fail(r, "out of memory");
	r->format = format;
	return true;
}

/* The format of what has come so far, the beginning; NULL if it is of none yet. */
static const struct log_format *format_of(const struct log_reader *r)
{
	for (unsigned i = 0; log_format_at(i) != NULL; i++)
		if (log_format_at(i)->is_like(r->pending, r->pending_n))
			return log_format_at(i);
	return NULL;
}

static bool detect(struct log_reader *r, bool is_last)
{
	if (!grow(r, r->pending_n + 1))
		return false;
	r->pending[r->pending_n] = '\0';
	const struct log_format *format = format_of(r);
	if (format == NULL && !is_last)
		return true;
	if (!settle(r, format))
		return false;
	forget_front(r, take_records(r, r->pending, r->pending_n, false));
	return true;
}

/* Line by line until the lines are of a format: so it does not matter how the text was cut. */
static bool on_text(void *ctx, const char *text, size_t n)
{
	struct log_reader *r = ctx;
	while (r->format == NULL && n > 0) {
		size_t room = LOG_DETECT_BYTES - r->pending_n;
		size_t piece = n < room ? n : room;
		const char *newline = memchr(text, '\n', piece);
		if (newline != NULL)
			piece = (size_t)(newline - text) + 1;
		if (!keep(r, text, piece))
			return false;
		text += piece;
		n -= piece;
		bool is_last = r->pending_n == LOG_DETECT_BYTES;
		bool is_due = newline != NULL && r->n_looked++ < DETECT_LINES;
		if ((is_last || is_due) && !detect(r, is_last))
			return false;
	}
	return n == 0 || feed_records(r, text, n);
}

/* ---- life ------------------------------------------------------------------------------------------------------------- */

static bool open_reader(struct log_reader *r)
{
	if (r->options.record_cap == 0)
		r->options.record_cap = LOG_RECORD_CAP;
	r->parse.options = &r->options;
	r->parse.sink = &r->sink;
	r->decode = log_decode_new(on_text, r);
	if (!log_fields_init(&r->parse.fields, r->options.record_cap) || r->decode == NULL)
		return false;
	if (r->options.format == NULL)
		return true;
	const struct log_format *named = log_format_named(r->options.format);
	return named != NULL && settle(r, named);
}

struct log_reader *log_reader_new(const struct log_options *options, const struct log_sink *sink)
{
	struct log_reader *r = calloc(1, sizeof *r);
	if (r == NULL)
		return NULL;
	r->options = *options;
	r->sink = *sink;
	r->line = 1;
	if (open_reader(r))
		return r;
	log_reader_free(r);
	return NULL;
}

void log_reader_free(struct log_reader *r)
{
	if (r == NULL)
		return;
	if (r->state != NULL)
		r->format->close(r->state);
	log_decode_free(r->decode);
	log_fields_fini(&r->parse.fields);
	free(r->pending);
	free(r->clean);
	free(r);
}

bool log_reader_feed(struct log_reader *r, const void *bytes, size_t n)
{
	if (r->error[0] != '\0')
		return false;
	return log_decode_feed(r->decode, bytes, n) || fail(r, "damaged gzip");
}

static void take_rest(struct log_reader *r)
{
	if (r->pending_n == 0)
		return;
	size_t used = take_records(r, r->pending, r->pending_n, true);
	forget_front(r, used);
	size_t useless = log_frame_useless(r->format->framing, r->pending, r->pending_n);
	if (r->pending_n - useless < sizeof "<Event" - 1)
		return;
	r->parse.line = r->line + lines_in(r->pending, useless);
	r->parse.text = r->pending + useless;
	r->parse.n = r->pending_n - useless;
	log_parse_reject(&r->parse, "cut before its end");
}

bool log_reader_end(struct log_reader *r)
{
	if (r->error[0] != '\0')
		return false;
	bool is_whole = log_decode_end(r->decode);
	if (r->format == NULL && (r->pending_n == 0 || !detect(r, true)))
		return r->error[0] == '\0';
	take_rest(r);
	return is_whole || fail(r, "the file ends in the middle: read up to there");
}

const char *log_reader_error(const struct log_reader *r)
{
	return r->error;
}

const char *log_reader_format(const struct log_reader *r)
{
	return r->format != NULL ? r->format->name : NULL;
}

uint64_t log_reader_bytes(const struct log_reader *r)
{
	return r->bytes - r->heading_bytes;
}

uint64_t log_reader_line(const struct log_reader *r)
{
	return r->line - r->heading_lines;
}

bool log_reader_is_seekable(const struct log_reader *r)
{
	return r->format != NULL && r->format->is_seekable && log_decode_is_plain(r->decode);
}

void log_reader_resume(struct log_reader *r, uint64_t bytes, uint64_t line)
{
	log_decode_resume(r->decode);
	r->bytes = bytes;
	r->line = line;
}
