#include "proto/base/log.h"

#include "proto/base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Controls (C0, DEL, C1), line and paragraph separators, marks that turn the direction of writing. */
static bool harmless(uint32_t point)
{
	return point >= 0x20 && !(point >= 0x7f && point < 0xa0) && !(point >= 0x200b && point <= 0x200f) &&
	       !(point >= 0x2028 && point <= 0x202e) && !(point >= 0x2060 && point <= 0x206f) && point != 0xfeff;
}

/* The escape for one byte, NUL-terminated. */
static void escape_byte(uint8_t byte, char out[5])
{
	if (byte == '\n')
		strcpy(out, "\\n");
	else
		snprintf(out, 5, "\\x%02x", byte);
}

char *log_escape(const char *text, char *out, size_t out_cap)
{
	size_t n = strlen(text), used = 0;
	for (size_t i = 0, step; i < n; i += step) {
		uint32_t point = 0;
		step = text_utf8_char(text + i, n - i, &point);
		char escape[5];
		const char *piece = text + i;
		size_t piece_n = step;
		if (step == 0 || !harmless(point)) {
			escape_byte((uint8_t)text[i], escape);
			piece = escape;
			piece_n = strlen(escape);
			step = 1;
		}
		if (used + piece_n >= out_cap)
			break;
		memcpy(out + used, piece, piece_n);
		used += piece_n;
	}
	out[used] = '\0';
	return out;
}

static void line(const char *level, const char *format, va_list args)
{
	char text[LOG_LINE_BYTES], safe[LOG_LINE_BYTES], whole[LOG_LINE_BYTES + 128];
	vsnprintf(text, sizeof text, format, args);
	int n = snprintf(whole, sizeof whole, "%.64s: %s%s\n", program_invocation_short_name, level,
			 log_escape(text, safe, sizeof safe));
	if (write(STDERR_FILENO, whole, (size_t)n) < 0)
		return;	/* nowhere left to say so */
}

void log_error(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	line("error: ", format, args);
	va_end(args);
}

void log_warning(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	line("warning: ", format, args);
	va_end(args);
}

void log_info(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	line("", format, args);
	va_end(args);
}
