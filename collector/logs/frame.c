#include "collector/logs/frame.h"

#include <string.h>

static const char event_begin[] = "<Event";
static const char event_end[] = "</Event>";

void log_frame_reset(struct log_frame *f)
{
	*f = (struct log_frame){ 0 };
}

/* A line without its end, CR LF too. */
static bool ends_at(struct log_frame *f, const char *text, size_t end, bool has_newline, struct log_span *out)
{
	out->begin = 0;
	out->end = end > 0 && text[end - 1] == '\r' ? end - 1 : end;
	out->used = end + has_newline;
	log_frame_reset(f);
	return true;
}

static bool next_line(struct log_frame *f, const char *text, size_t n, struct log_span *out)
{
	const char *newline = memchr(text + f->scanned, '\n', n - f->scanned);
	if (newline != NULL)
		return ends_at(f, text, (size_t)(newline - text), true, out);
	f->scanned = n;
	return false;
}

/* A quote inside quotes is doubled: it leaves them and enters them again. */
static bool next_row(struct log_frame *f, const char *text, size_t n, struct log_span *out)
{
	for (; f->scanned < n; f->scanned++) {
		if (text[f->scanned] == '"')
			f->is_quoted = !f->is_quoted;
		else if (text[f->scanned] == '\n' && !f->is_quoted)
			return ends_at(f, text, f->scanned, true, out);
	}
	return false;
}

/* "<Event>" or "<Event xmlns…", not "<Events>" nor "<EventData>". */
static bool is_begin(const char *at, const char *end)
{
	const char *behind = at + sizeof event_begin - 1;
	return behind < end && strchr("> \t\r\n", *behind) != NULL;
}

/* Where an <Event> begins, or where one might with more text. */
static const char *begin_of(const char *text, size_t n)
{
	const char *end = text + n, *at = text;
	while ((at = memmem(at, (size_t)(end - at), event_begin, sizeof event_begin - 1)) != NULL) {
		if (is_begin(at, end) || at + sizeof event_begin - 1 == end)
			return at;
		at++;
	}
	return n >= sizeof event_begin - 1 ? end - (sizeof event_begin - 2) : text;
}

static bool next_event(struct log_frame *f, const char *text, size_t n, struct log_span *out)
{
	size_t back = f->scanned < sizeof event_end - 2 ? f->scanned : sizeof event_end - 2;
	const char *from = text + f->scanned - back;
	const char *end = memmem(from, n - (size_t)(from - text), event_end, sizeof event_end - 1);
	f->scanned = n;
	if (end == NULL)
		return false;
	out->used = out->end = (size_t)(end - text) + sizeof event_end - 1;
	out->begin = (size_t)(begin_of(text, out->end) - text);
	log_frame_reset(f);
	return true;
}

/* Between the objects of a list. */
static bool is_between(char c)
{
	return c != '\0' && strchr("[], \t\r\n", c) != NULL;
}

static bool object_ends(struct log_frame *f, size_t end, size_t used, struct log_span *out)
{
	*out = (struct log_span){ f->begin, end, used };
	log_frame_reset(f);
	return true;
}

/* Inside an object: true behind its last brace. */
static bool closes(struct log_frame *f, char c)
{
	if (f->is_quoted) {
		f->is_quoted = c != '"' || f->is_escaped;
		f->is_escaped = c == '\\' && !f->is_escaped;
		return false;
	}
	f->is_quoted = c == '"';
	f->depth += c == '{';
	f->depth -= c == '}';
	return f->depth == 0;
}

/* Objects in a list or one behind the other, over as many lines as they like; what is none goes to the next one or the line's end. */
static bool next_object(struct log_frame *f, const char *text, size_t n, struct log_span *out)
{
	for (; f->scanned < n; f->scanned++) {
		char c = text[f->scanned];
		if (!f->has_begun && is_between(c))
			continue;
		if (f->has_begun && f->depth == 0 && (c == '{' || c == '\n'))
			return object_ends(f, f->scanned, f->scanned, out);
		if (!f->has_begun)
			*f = (struct log_frame){ .scanned = f->scanned, .begin = f->scanned, .has_begun = true, .depth = c == '{' };
		else if (f->depth > 0 && closes(f, c))
			return object_ends(f, f->scanned + 1, f->scanned + 1, out);
	}
	return false;
}

/* What stands at the end and is no object; one that is cut is none's. */
static bool last_object(struct log_frame *f, size_t n, struct log_span *out)
{
	return f->has_begun && f->depth == 0 && object_ends(f, n, n, out);
}

bool log_frame_next(struct log_frame *f, enum log_framing how, const char *text, size_t n, bool is_last, struct log_span *out)
{
	static bool (*const next[])(struct log_frame *, const char *, size_t, struct log_span *) = {
		[LOG_LINES] = next_line, [LOG_EVENTS] = next_event, [LOG_ROWS] = next_row,
		[LOG_OBJECTS] = next_object,
	};
	if (n == 0)
		return false;
	if (next[how](f, text, n, out))
		return true;
	if (!is_last || how == LOG_EVENTS)
		return false;
	return how == LOG_OBJECTS ? last_object(f, n, out) : ends_at(f, text, n, false, out);
}

static size_t between(const char *text, size_t n)
{
	size_t i = 0;
	while (i < n && is_between(text[i]))
		i++;
	return i;
}

size_t log_frame_useless(enum log_framing how, const char *text, size_t n)
{
	if (how == LOG_OBJECTS)
		return between(text, n);
	return how == LOG_EVENTS ? (size_t)(begin_of(text, n) - text) : 0;
}
