#include "collector/log_seen.h"
#include "proto/base/clock.h"

#include <criterion/criterion.h>

static struct stat file(ino_t inode, off_t size, time_t changed)
{
	return (struct stat){ .st_ino = inode, .st_size = size, .st_ctim.tv_sec = changed };
}

Test(seen, a_file_is_done_until_it_changes)
{
	struct log_seen s = { 0 };
	struct stat st = file(7, 100, 5);
	cr_expect_not(log_seen_is_done(&s, &st, 0));
	log_seen_note(&s, &st, true, 0);
	cr_expect(log_seen_is_done(&s, &st, INT64_MAX));
	struct stat longer = file(7, 101, 5), later = file(7, 100, 6), other = file(8, 100, 5);
	cr_expect_not(log_seen_is_done(&s, &longer, 0));
	cr_expect_not(log_seen_is_done(&s, &later, 0));
	cr_expect_not(log_seen_is_done(&s, &other, 0));
	log_seen_note(&s, &later, true, 0);
	cr_expect(log_seen_is_done(&s, &later, 0));
	cr_expect_eq(s.n, 1);
	log_seen_fini(&s);
}

Test(seen, what_could_not_be_read_is_tried_again_after_ten_minutes)
{
	struct log_seen s = { 0 };
	struct stat st = file(7, 100, 5);
	log_seen_note(&s, &st, false, 1);
	cr_expect(log_seen_is_done(&s, &st, 10 * 60 * CLOCK_SECOND_NS));
	cr_expect_not(log_seen_is_done(&s, &st, 10 * 60 * CLOCK_SECOND_NS + 1));
	log_seen_fini(&s);
}

Test(seen, files_that_are_gone_are_forgotten)
{
	struct log_seen s = { 0 };
	for (ino_t i = 1; i <= 1000; i++) {
		struct stat st = file(i, 1, 1);
		log_seen_note(&s, &st, true, 0);
	}
	log_seen_sweep(&s);
	for (ino_t i = 2; i <= 1000; i += 2) {
		struct stat st = file(i, 1, 1);
		cr_expect(log_seen_is_done(&s, &st, 0));
	}
	log_seen_sweep(&s);
	cr_expect_eq(s.n, 500);
	struct stat gone = file(501, 1, 1), there = file(502, 1, 1);
	cr_expect_not(log_seen_is_done(&s, &gone, 0));
	cr_expect(log_seen_is_done(&s, &there, 0));
	log_seen_fini(&s);
}
