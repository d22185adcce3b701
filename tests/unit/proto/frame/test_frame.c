#include "proto/frame.h"
#include "tests/lib/ladder.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const char body[] = "nine byte";
enum { BODY_BYTES = sizeof body - 1 };

static char why[256];

static void good_head(uint8_t head[FRAME_HEAD_BYTES])
{
	frame_write(head, FRAME_BATCH, body, BODY_BYTES);
}

Test(frame, stands_on_the_wire_as_documented)
{
	static const uint8_t expected[FRAME_HEAD_BYTES] = { 'A', 'S', 'H', 'I', 1, 0, 3, 0, 9, 0, 0, 0, 0x26, 0x39, 0xf4, 0xcb };
	uint8_t head[FRAME_HEAD_BYTES];
	frame_write(head, FRAME_BATCH, "123456789", 9);	/* CRC-32's check value is 0xcbf43926 */
	cr_assert_arr_eq(head, expected, sizeof expected);
}

Test(frame, reads_what_it_wrote)
{
	uint8_t head[FRAME_HEAD_BYTES];
	good_head(head);
	struct frame f;
	cr_assert(frame_read(head, sizeof head, &f, why, sizeof why));
	cr_assert_eq(f.kind, FRAME_BATCH);
	cr_assert_eq(f.n, BODY_BYTES);
	cr_assert(frame_matches(&f, body, BODY_BYTES));
}

Test(frame, an_empty_body_is_a_body)
{
	uint8_t head[FRAME_HEAD_BYTES];
	frame_write(head, FRAME_HELLO, NULL, 0);
	struct frame f;
	cr_assert(frame_read(head, sizeof head, &f, why, sizeof why));
	cr_assert(frame_matches(&f, NULL, 0));
	cr_assert(frame_matches(&f, "", 0));
}

Test(frame, a_changed_or_cut_body_does_not_match)
{
	uint8_t head[FRAME_HEAD_BYTES];
	good_head(head);
	struct frame f;
	frame_read(head, sizeof head, &f, why, sizeof why);
	cr_assert_not(frame_matches(&f, "nine bytE", BODY_BYTES));
	cr_assert_not(frame_matches(&f, body, BODY_BYTES - 1));
	cr_assert_not(frame_matches(&f, NULL, 0));
}

static void is_refused(struct view prefix, void *ctx)
{
	struct frame f = { .n = 77 };
	if (prefix.n == FRAME_HEAD_BYTES)
		return;
	(void)ctx;
	cr_assert_not(frame_read(prefix.bytes, prefix.n, &f, why, sizeof why));
	cr_assert_eq(f.n, 77, "untouched on failure");
}

Test(frame, every_shorter_head_is_refused)
{
	uint8_t head[FRAME_HEAD_BYTES];
	good_head(head);
	ladder(head, sizeof head, is_refused, NULL);
}

static bool reads_with(size_t at, uint8_t value)
{
	uint8_t head[FRAME_HEAD_BYTES];
	good_head(head);
	head[at] = value;
	struct frame f;
	return frame_read(head, sizeof head, &f, why, sizeof why);
}

Test(frame, another_magic_is_refused)
{
	cr_assert_not(reads_with(0, 'a'));
	cr_assert(strstr(why, "ASHI"));
}

Test(frame, another_version_is_refused_naming_both)
{
	cr_assert_not(reads_with(4, 7));
	cr_assert(strstr(why, "version 7"));
	cr_assert(strstr(why, "version 1"));
	cr_assert_not(reads_with(4, 0));
	cr_assert_not(reads_with(5, 1));
}

Test(frame, an_unknown_kind_is_refused)
{
	cr_assert_not(reads_with(6, 0));
	cr_assert(reads_with(6, FRAME_ACK));
	cr_assert_not(reads_with(6, FRAME_ACK + 1));
	cr_assert_not(reads_with(7, 1));
}

Test(frame, the_longest_body_is_taken_and_one_byte_more_refused)
{
	static uint8_t big[FRAME_BODY_MAX_BYTES + 1];
	uint8_t head[FRAME_HEAD_BYTES];
	struct frame f;
	frame_write(head, FRAME_BATCH, big, FRAME_BODY_MAX_BYTES);
	cr_assert(frame_read(head, sizeof head, &f, why, sizeof why));
	frame_write(head, FRAME_BATCH, big, FRAME_BODY_MAX_BYTES + 1);
	cr_assert_not(frame_read(head, sizeof head, &f, why, sizeof why));
}
