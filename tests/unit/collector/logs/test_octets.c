#include "collector/logs/octets.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct log_octets o;
static char got[4096];
static size_t n_cut, longest;

static void take(void *ctx, const char *message, size_t n, bool is_cut)
{
	(void)ctx;
	n_cut += is_cut;
	longest = n > longest ? n : longest;
	if (n < 1024) {
		strncat(got, message, n);
		strcat(got, "|");
	}
}

/* The messages of ${text}, fed in pieces. */
static const char *messages(const char *text, size_t piece)
{
	size_t n = strlen(text);
	memset(&o, 0, sizeof o);
	got[0] = '\0';
	for (size_t at = 0; at < n; at += piece)
		if (!log_octets_feed(&o, text + at, n - at < piece ? n - at : piece, take, NULL))
			return "none";
	return got;
}

Test(octets, counted_frames_and_lines_are_told_apart_however_they_are_cut)
{
	for (size_t piece = 1; piece < 20; piece++) {
		cr_expect_str_eq(messages("5 <1>ab3 x\ny<13>line\n\n4 <2>c\n", piece), "<1>ab|x\ny|<13>line|<2>c|");
		cr_expect_str_eq(messages("<1>a\n<2>b\n<3>half", piece), "<1>a|<2>b|");
	}
}

Test(octets, what_is_no_frame_ends_the_stream)
{
	cr_expect_str_eq(messages("5x<1>", 9), "none");
	cr_expect_str_eq(messages("99999999999999999999 ", 9), "none");
	cr_expect_str_eq(messages("16777217 ", 1), "none");
	cr_expect_str_eq(messages("0 <1>\n", 9), "0 <1>|");
}

Test(octets, a_message_that_is_too_long_is_cut_and_the_next_is_whole)
{
	size_t n = LOG_MESSAGE_BYTES + 100;
	char *text = malloc(n + 32);
	memset(text, 'x', n);
	strcpy(text + n, "\n<1>a\n");
	cr_expect_str_eq(messages(text, 4096), "<1>a|");
	cr_expect_eq(n_cut, 1);
	cr_expect_eq(longest, LOG_MESSAGE_BYTES);
	free(text);
}

Test(octets, the_end_of_the_stream_gives_out_what_has_come)
{
	messages("<1>a\n<2>b", 9);
	log_octets_end(&o, take, NULL);
	cr_expect_str_eq(got, "<1>a|<2>b|");
	cr_expect_eq(n_cut, 0);
	messages("9 <1>half", 9);
	log_octets_end(&o, take, NULL);
	cr_expect_str_eq(got, "<1>half|");
	cr_expect_eq(n_cut, 1, "a counted message without its end is cut");
	messages("4 <1>a12", 9);
	log_octets_end(&o, take, NULL);
	cr_expect_str_eq(got, "<1>a|");
}

Test(octets, every_shorter_stream_is_taken)
{
	static const char text[] = "5 <1>ab<13>line\n";
	for (size_t n = 0; n < sizeof text; n++) {
		memset(&o, 0, sizeof o);
		cr_expect(log_octets_feed(&o, text, n, take, NULL) || n == sizeof text);
	}
}
