#include "sensor/relevance.h"
#include "sensor/spool.h"
#include "tests/lib/batches.h"
#include "tests/lib/scratch.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[64];
static char why[512];

static void make_place(void)
{
	snprintf(dir, sizeof dir, "%s", scratch_path("spool"));
}

TestSuite(spool, .init = make_place, .timeout = 300);

/* ---- helpers ---------------------------------------------------------------------------------------------------- */

static struct spool *open_here(uint64_t cap_bytes, char *error, size_t error_cap)
{
	int fd = spool_directory(dir, error, error_cap);
	return fd < 0 ? NULL : spool_open(fd, dir, cap_bytes, error, error_cap);
}

static struct spool *opened(void)
{
	struct spool *s = open_here(SPOOL_CAP_MIN_BYTES, why, sizeof why);
	cr_assert_not_null(s, "%s", why);
	return s;
}

static int append(struct spool *s, size_t n_events, enum batches_kind kind)
{
	size_t n;
	uint8_t *body = batches_pack(spool_epoch(s), spool_next_seq(s), n_events, kind, &n);
	int result = spool_append(s, body, n);
	free(body);
	return result;
}

/* Read one batch and check its numbers. */
static void expect(struct spool *s, uint64_t first, uint64_t last)
{
	struct segment_record r;
	cr_assert(spool_read(s, &r), "%" PRIu64, first);
	cr_expect_eq(r.first_seq, first, "%" PRIu64 " for %" PRIu64, r.first_seq, first);
	cr_expect_eq(r.last_seq, last, "%" PRIu64 " for %" PRIu64, r.last_seq, last);
	segment_record_free(&r);
}

static void expect_end(struct spool *s)
{
	struct segment_record r;
	cr_assert_not(spool_read(s, &r));
}

/* Path of the newest segment. */
static const char *newest(void)
{
	static char path[512];
	char best[256] = "";
	DIR *d = opendir(dir);
	for (struct dirent *e = readdir(d); e; e = readdir(d))
		if (strstr(e->d_name, ".events") && strcmp(e->d_name, best) > 0)
			snprintf(best, sizeof best, "%s", e->d_name);
	closedir(d);
	snprintf(path, sizeof path, "%s/%s", dir, best);
	return path;
}

static off_t size_of(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 ? st.st_size : -1;
}

/* ---- order and numbers ------------------------------------------------------------------------------------------ */

Test(spool, a_new_one_begins_at_one_and_is_empty)
{
	struct spool *s = opened();
	cr_assert_eq(spool_next_seq(s), 1);
	cr_assert_eq(spool_first_seq(s), 1);
	cr_assert_neq(spool_epoch(s), 0);
	cr_assert_not(spool_waits(s));
	expect_end(s);
	spool_close(s);
}

Test(spool, what_goes_in_comes_out_in_order)
{
	struct spool *s = opened();
	append(s, 3, BATCHES_CALL);
	append(s, 1, BATCHES_CALL);
	cr_assert(spool_waits(s));
	expect(s, 1, 3);
	expect(s, 4, 4);
	expect_end(s);
	append(s, 2, BATCHES_CALL);
	expect(s, 5, 6);
	expect_end(s);
	spool_close(s);
}

Test(spool, rewinding_begins_behind_the_last_acknowledged_batch)
{
	struct spool *s = opened();
	for (int i = 0; i < 4; i++)
		append(s, 10, BATCHES_CALL);
	expect(s, 1, 10);
	expect(s, 11, 20);
	spool_ack(s, 10);
	spool_rewind(s);
	expect(s, 11, 20);
	spool_ack(s, 25);
	spool_rewind(s);
	expect(s, 21, 30);
	cr_assert_eq(spool_first_seq(s), 26);
	spool_ack(s, 40);
	cr_assert_not(spool_waits(s));
	spool_rewind(s);
	expect_end(s);
	spool_close(s);
}

Test(spool, a_batch_of_another_epoch_or_with_used_or_broken_numbers_is_refused)
{
	struct spool *s = opened();
	append(s, 5, BATCHES_CALL);
	size_t n;
	uint8_t *body = batches_pack(spool_epoch(s) + 1, 6, 1, BATCHES_CALL, &n);
	cr_expect_eq(spool_append(s, body, n), -1);
	free(body);
	body = batches_pack(spool_epoch(s), 5, 1, BATCHES_CALL, &n);
	cr_expect_eq(spool_append(s, body, n), -1);
	free(body);
	body = batches_pack(spool_epoch(s), 6, 0, BATCHES_CALL, &n);
	cr_expect_eq(spool_append(s, body, n), -1);
	free(body);
	cr_expect_eq(spool_append(s, (const uint8_t *)"junk", 4), -1);
	body = batches_pack(spool_epoch(s), 9, 1, BATCHES_CALL, &n);
	cr_expect_eq(spool_append(s, body, n), 0, "a hole is allowed: what was lost before it is lost");
	free(body);
	expect(s, 1, 5);
	expect(s, 9, 9);
	spool_close(s);
}

/* ---- coming back ------------------------------------------------------------------------------------------------ */

Test(spool, it_comes_back_with_its_epoch_its_events_and_its_numbers)
{
	struct spool *s = opened();
	uint64_t epoch = spool_epoch(s);
	append(s, 7, BATCHES_CALL);
	spool_close(s);
	s = opened();
	cr_assert_eq(spool_epoch(s), epoch);
	cr_assert_eq(spool_next_seq(s), 8);
	cr_assert(spool_waits(s));
	expect(s, 1, 7);
	spool_close(s);
}

Test(spool, numbers_go_on_after_everything_was_acknowledged_and_deleted)
{
	struct spool *s = opened();
	for (int i = 0; i < 40; i++)
		append(s, 50, BATCHES_CALL);
	spool_ack(s, 2000);
	spool_close(s);
	s = opened();
	cr_assert_eq(spool_next_seq(s), 2001);
	spool_close(s);
}

Test(spool, acknowledged_segments_leave_the_disk)
{
	struct spool *s = opened();
	for (int i = 0; i < 100; i++)
		append(s, 50, BATCHES_CALL);
	uint64_t full = spool_stats(s)->bytes;
	spool_ack(s, 5000);
	cr_assert_lt(spool_stats(s)->bytes, full / 4);
	spool_close(s);
	uint64_t on_disk = 0;
	DIR *d = opendir(dir);
	for (struct dirent *e = readdir(d); e; e = readdir(d)) {
		char path[512];
		snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
		on_disk += strstr(e->d_name, ".events") ? (uint64_t)size_of(path) : 0;
	}
	closedir(d);
	s = opened();
	cr_assert_eq(spool_stats(s)->bytes, on_disk);
	spool_close(s);
}

Test(spool, a_record_torn_at_any_byte_is_cut_and_the_ones_before_it_stay)
{
	struct spool *s = opened();
	append(s, 2, BATCHES_CALL);
	off_t whole = (off_t)spool_stats(s)->bytes;
	append(s, 2, BATCHES_CALL);
	spool_close(s);
	off_t both = size_of(newest());
	for (off_t cut = both - 1; cut >= whole; cut--) {
		cr_assert_eq(truncate(newest(), cut), 0);
		s = opened();
		cr_assert_eq(spool_next_seq(s), 3);
		expect(s, 1, 2);
		expect_end(s);
		cr_assert_eq(append(s, 2, BATCHES_CALL), 0);
		expect(s, 3, 4);
		spool_close(s);
	}
}

Test(spool, a_changed_byte_anywhere_in_the_last_record_cuts_it)
{
	struct spool *s = opened();
	append(s, 2, BATCHES_CALL);
	off_t whole = (off_t)spool_stats(s)->bytes;
	append(s, 2, BATCHES_CALL);
	spool_close(s);
	off_t both = size_of(newest());
	for (off_t at = whole; at < both; at++) {
		int fd = open(newest(), O_RDWR);
		uint8_t byte;
		cr_assert_eq(pread(fd, &byte, 1, at), 1);
		byte ^= 0x55;
		cr_assert_eq(pwrite(fd, &byte, 1, at), 1);
		close(fd);
		s = opened();
		cr_assert_eq(spool_next_seq(s), 3, "byte %ld", (long)at);
		append(s, 2, BATCHES_CALL);
		spool_close(s);
	}
}

Test(spool, kill_9_while_appending_loses_nothing_that_was_appended)
{
	int ends[2];
	cr_assert_eq(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0) {
		struct spool *s = open_here(64 << 20, why, sizeof why);
		for (;;) {
			size_t n;
			uint8_t *body = batches_pack(spool_epoch(s), spool_next_seq(s), 20, BATCHES_CALL, &n);
			spool_append(s, body, n);
			free(body);
			uint64_t last = spool_next_seq(s) - 1;
			if (write(ends[1], &last, sizeof last) < 0)
				_exit(1);
		}
	}
	uint64_t last = 0;
	while (last < 3000)
		cr_assert_eq(read(ends[0], &last, sizeof last), sizeof last);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	struct spool *s = open_here(64 << 20, why, sizeof why);
	cr_assert_not_null(s, "%s", why);
	cr_assert_geq(spool_next_seq(s), last + 1);
	uint64_t expected = 1;
	struct segment_record r;
	while (spool_read(s, &r)) {
		cr_assert_eq(r.first_seq, expected);
		expected = r.last_seq + 1;
		segment_record_free(&r);
	}
	cr_assert_eq(expected, spool_next_seq(s));
	spool_close(s);
}

/* ---- full ------------------------------------------------------------------------------------------------------- */

static uint64_t count_held(struct spool *s, bool (*wanted)(const Ev__Event *))
{
	uint64_t n = 0;
	struct segment_record r;
	spool_rewind(s);
	while (spool_read(s, &r)) {
		for (size_t i = 0; i < r.batch->n_events; i++)
			n += wanted(r.batch->events[i]);
		segment_record_free(&r);
	}
	return n;
}

static bool any(const Ev__Event *event)
{
	(void)event;
	return true;
}

Test(spool, a_full_one_keeps_what_matters_and_counts_the_rest_by_kind)
{
	struct spool *s = opened();
	append(s, 100, BATCHES_ADMIN);
	for (int i = 0; i < 400; i++)
		cr_assert_eq(append(s, 100, BATCHES_ORDINARY), 0);
	cr_assert_leq(spool_stats(s)->bytes, SPOOL_CAP_MIN_BYTES);
	uint64_t held = count_held(s, any);
	cr_expect_eq(count_held(s, relevance_of), 100, "the oldest of all, but they matter");
	cr_expect_eq(spool_stats(s)->dropped[EV__EVENT__BODY_SMB_CREATE], 40100 - held);
	cr_expect_gt(held, 1000, "and the newest ordinary ones are there too");
	uint64_t bytes = spool_stats(s)->bytes;
	spool_close(s);
	s = opened();
	cr_expect_eq(spool_stats(s)->bytes, bytes, "what is on the disk is what was counted");
	cr_expect_eq(count_held(s, any), held, "the same after a restart");
	cr_expect_eq(spool_next_seq(s), 40101);
	spool_close(s);
}

Test(spool, a_logon_with_an_rc4_key_matters_and_other_kerberos_does_not)
{
	Ev__Event event = EV__EVENT__INIT;
	Ev__KrbAs as = EV__KRB_AS__INIT;
	Ev__KrbTgs tgs = EV__KRB_TGS__INIT;
	event.body_case = EV__EVENT__BODY_KRB_AS;
	event.krb_as = &as;
	as.reply_etype = 18;
	cr_expect_not(relevance_of(&event));
	as.preauth_etype = 23;
	cr_expect(relevance_of(&event));
	event.body_case = EV__EVENT__BODY_KRB_TGS;
	event.krb_tgs = &tgs;
	cr_expect_not(relevance_of(&event));
}

Test(spool, events_that_matter_are_kept_out_of_mixed_batches)
{
	struct spool *s = opened();
	for (int i = 0; i < 170; i++)
		append(s, 100, BATCHES_MIXED);
	uint64_t dropped = spool_stats(s)->dropped[EV__EVENT__BODY_SMB_CREATE];
	cr_expect_gt(dropped, 0);
	cr_expect_eq(count_held(s, relevance_of), 8500, "no admin event was dropped");
	cr_expect_eq(count_held(s, any), 17000 - dropped);
	spool_close(s);
}

Test(spool, when_everything_matters_the_oldest_go)
{
	struct spool *s = opened();
	for (int i = 0; i < 500; i++)
		append(s, 100, BATCHES_ADMIN);
	uint64_t held = count_held(s, any);
	cr_expect_eq(spool_stats(s)->dropped[EV__EVENT__BODY_SMB_CREATE], 50000 - held);
	cr_expect_eq(spool_first_seq(s), 50000 - held + 1);
	spool_close(s);
}

Test(spool, reading_goes_on_while_segments_are_given_up)
{
	struct spool *s = opened();
	for (int i = 0; i < 60; i++)
		append(s, 100, BATCHES_MIXED);
	expect(s, 1, 100);
	for (int i = 0; i < 500; i++)
		append(s, 100, BATCHES_MIXED);
	struct segment_record r;
	uint64_t last = 100;
	while (spool_read(s, &r)) {
		cr_assert_gt(r.first_seq, last);
		last = r.last_seq;
		segment_record_free(&r);
	}
	cr_assert_eq(last, 56000);
	spool_close(s);
}

Test(spool, acknowledged_events_are_not_counted_as_dropped)
{
	struct spool *s = opened();
	for (int i = 0; i < 60; i++)
		append(s, 100, BATCHES_ORDINARY);
	spool_ack(s, 6000);
	for (int i = 0; i < 60; i++)
		append(s, 100, BATCHES_ORDINARY);
	cr_assert_eq(spool_stats(s)->dropped[EV__EVENT__BODY_SMB_CREATE], 0);
	spool_close(s);
}

Test(spool, a_disk_that_takes_no_more_is_counted_and_work_goes_on_when_it_does)
{
	struct spool *s = opened();
	append(s, 10, BATCHES_CALL);
	struct rlimit old, none;
	getrlimit(RLIMIT_FSIZE, &old);
	none = old;
	none.rlim_cur = spool_stats(s)->bytes + 20;	/* the head and a little of the body */
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &none);
	cr_expect_eq(append(s, 10, BATCHES_CALL), -1);
	cr_expect_eq(append(s, 10, BATCHES_CALL), -1);
	setrlimit(RLIMIT_FSIZE, &old);
	cr_expect_eq(spool_stats(s)->unwritten, 20);
	cr_expect_eq(append(s, 10, BATCHES_CALL), 0);
	expect(s, 1, 10);
	expect(s, 31, 40);
	expect_end(s);
	spool_close(s);
	s = opened();
	cr_expect_eq(spool_next_seq(s), 41);
	spool_close(s);
}

/* ---- what cannot be used ---------------------------------------------------------------------------------------- */

Test(spool, two_sensors_never_share_one)
{
	struct spool *s = opened();
	cr_assert_null(open_here(0, why, sizeof why));
	cr_assert(strstr(why, "in use by another sensor"), "%s", why);
	spool_close(s);
	spool_close(opened());
}

Test(spool, a_place_that_cannot_be_made_is_named)
{
	snprintf(dir, sizeof dir, "%s", scratch_path("no/such"));
	cr_assert_null(open_here(0, why, sizeof why));
	cr_assert(strstr(why, dir) && strstr(why, "No such file"), "%s", why);
}

Test(spool, a_directory_that_is_no_spool_is_left_alone)
{
	spool_close(opened());
	char path[128];
	snprintf(path, sizeof path, "%s/epoch", dir);
	int fd = open(path, O_WRONLY | O_TRUNC);
	cr_assert_eq(write(fd, "hello\n", 6), 6);
	close(fd);
	cr_assert_null(open_here(0, why, sizeof why));
	cr_assert(strstr(why, "move the directory away"), "%s", why);
	unlink(path);
	cr_assert_null(open_here(0, why, sizeof why), "segments without an epoch");
	cr_assert(strstr(why, "epoch"), "%s", why);
}

Test(spool, a_damaged_segment_in_the_middle_is_counted_and_passed)
{
	struct spool *s = opened();
	for (int i = 0; i < 20; i++)
		append(s, 100, BATCHES_CALL);
	spool_close(s);
	char first[128];
	snprintf(first, sizeof first, "%s/0000000000000001.events", dir);
	cr_assert_eq(truncate(first, 5), 0);
	s = opened();
	struct segment_record r;
	cr_assert(spool_read(s, &r));
	cr_expect_gt(r.first_seq, 100);
	segment_record_free(&r);
	cr_expect_eq(spool_stats(s)->damaged, 1);
	spool_close(s);
}

/* ---- what matters ----------------------------------------------------------------------------------------------- */

static bool create_on(const char *share)
{
	char text[64];
	Ev__SmbCreate create = EV__SMB_CREATE__INIT;
	Ev__Event e = EV__EVENT__INIT;
	e.body_case = EV__EVENT__BODY_SMB_CREATE;
	e.smb_create = &create;
	if (share)
		create.share = strcpy(text, share);
	return relevance_of(&e);
}

Test(relevance, admin_and_drive_shares_in_any_case_matter_and_so_does_an_unknown_one)
{
	cr_assert(create_on("\\\\h\\ADMIN$"));
	cr_assert(create_on("\\\\h\\admin$"));
	cr_assert(create_on("\\\\h\\C$"));
	cr_assert(create_on("\\\\h\\z$"));
	cr_assert(create_on(NULL));
	cr_assert_not(create_on("\\\\h\\public"));
	cr_assert_not(create_on("\\\\h\\CD$"));
	cr_assert_not(create_on("\\\\h\\$"));
	cr_assert_not(create_on(""));
}
