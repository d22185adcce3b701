#include "proto/base/log.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const char *escaped(const char *text)
{
	static char out[256];
	return log_escape(text, out, sizeof out);
}

Test(log, plain_and_foreign_letters_stay)
{
	cr_assert_str_eq(escaped("key sensor.key: 足跡 é"), "key sensor.key: 足跡 é");
}

Test(log, a_name_from_the_wire_cannot_end_the_line_or_colour_the_terminal)
{
	cr_assert_str_eq(escaped("a\nb\r\t\x1b[31m\x7f"), "a\\nb\\x0d\\x09\\x1b[31m\\x7f");
	cr_assert_str_eq(escaped("\xc2\x9b" "31m"), "\\xc2\\x9b31m", "C1 controls steer terminals too");
}

Test(log, marks_that_turn_or_hide_text_are_escaped)
{
	cr_assert_str_eq(escaped("exe\xe2\x80\xaetxt"), "exe\\xe2\\x80\\xaetxt");
	cr_assert_str_eq(escaped("a\xe2\x80\x8b" "b"), "a\\xe2\\x80\\x8b" "b");
}

Test(log, bytes_that_are_not_utf8_are_escaped_one_by_one)
{
	cr_assert_str_eq(escaped("\xff\xc3(\xed\xa0\x80"), "\\xff\\xc3(\\xed\\xa0\\x80");
}

Test(log, what_does_not_fit_is_left_out_whole)
{
	char out[6];
	cr_assert_str_eq(log_escape("abcdefgh", out, sizeof out), "abcde");
	cr_assert_str_eq(log_escape("abcd\xc3\xa9", out, sizeof out), "abcd");
	cr_assert_str_eq(log_escape("abc\n", out, sizeof out), "abc\\n");
	cr_assert_str_eq(log_escape("abcd\n", out, sizeof out), "abcd");
}

Test(log, a_message_is_one_line_with_program_and_level)
{
	int ends[2], kept = dup(STDERR_FILENO);
	cr_assert_eq(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	log_error("open %s: no\nsuch file", "x");
	dup2(kept, STDERR_FILENO);
	char line[256] = "";
	ssize_t n = read(ends[0], line, sizeof line - 1);
	cr_assert_gt(n, 0);
	cr_assert(strstr(line, ": error: open x: no\\nsuch file\n"), "%s", line);
	cr_assert_eq(strchr(line, '\n'), line + n - 1);
}
