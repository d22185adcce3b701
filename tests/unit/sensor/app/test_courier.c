#include "sensor/courier.h"
#include "sensor/keep.h"
#include "sensor/quarantine.h"
#include "tests/lib/scratch.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LONG_BYTES = 3 * COURIER_DATAGRAM_BYTES + 5 };

static char folder[512];
static int ends[2];
static pid_t child;
static struct courier *courier;
static const struct file_keeper *keeper;
static const uint8_t some_digest[32] = { 1 };

/* The digest stated plays no part: what [keep] has hashed does. */
static bool send_file(const uint8_t *bytes, size_t n)
{
	void *part = keeper->begin(keeper->ctx);

	return part != NULL && keeper->bytes(keeper->ctx, part, view_of(bytes, n)) && keeper->end(keeper->ctx, part, some_digest);
}

/* A courier, and no [keep] yet. */
static void open_courier(void)
{
	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	courier = courier_new(ends[0], COURIER_PATIENCE_MS);
	keeper = courier_keeper(courier);
	snprintf(folder, sizeof(folder), "%s", scratch_path("copies"));
}

static void start_keep(uint64_t max_bytes)
{
	char error[256];
	struct quarantine *q = quarantine_open(folder, max_bytes, error, sizeof(error));

	cr_assert_not_null(q, "%s", error);
	child = fork();
	if (child == 0) {
		close(ends[0]);
		_exit(keep_serve(quarantine_keeper(q), ends[1]) ? 0 : 1);
	}
	quarantine_close(q);
	close(ends[1]);
}

/* How [keep] ended, when nobody speaks to it any more. */
static int end_keep(void)
{
	int status;

	close(ends[0]);
	cr_assert_eq(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void close_courier(void)
{
	courier_free(courier);
}

TestSuite(courier, .init = open_courier, .fini = close_courier);

static void path_of(const uint8_t *bytes, size_t n, char path[700])
{
	uint8_t digest[32];
	int at = snprintf(path, 700, "%s/", folder);

	EVP_Digest(bytes, n, digest, NULL, EVP_sha256(), NULL);
	for (size_t i = 0; i < sizeof(digest); i++)
		at += snprintf(path + at, 700 - (size_t)at, "%02x", digest[i]);
}

static bool holds(const uint8_t *bytes, size_t n)
{
	static uint8_t copy[LONG_BYTES + 1];
	char path[700];
	struct stat status;
	FILE *f;
	bool is_same;

	path_of(bytes, n, path);
	f = fopen(path, "r");
	if (f == NULL)
		return false;
	is_same = fstat(fileno(f), &status) == 0 && (status.st_mode & 07777) == 0400 && fread(copy, 1, sizeof(copy), f) == n &&
		  memcmp(copy, bytes, n) == 0;
	fclose(f);
	return is_same;
}

Test(courier, a_file_longer_than_a_datagram_arrives_whole_under_its_own_digest)
{
	static uint8_t bytes[LONG_BYTES];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 31 + i / 4096);
	start_keep(1 << 20);
	cr_expect(send_file(bytes, sizeof(bytes)));
	cr_expect(send_file(bytes, 1));
	cr_expect_eq(courier_kept(courier), 2);
	cr_expect_eq(courier_left_out(courier), 0);
	cr_expect_eq(end_keep(), 0);
	cr_expect(holds(bytes, sizeof(bytes)));
	cr_expect(holds(bytes, 1));
}

Test(courier, files_under_way_at_once_are_not_mixed_up_and_a_dropped_one_is_not_kept)
{
	uint8_t a[100], b[100], c[100];
	void *parts[3];
	uint8_t *const files[] = { a, b, c };

	start_keep(1 << 20);
	for (int i = 0; i < 3; i++) {
		memset(files[i], 'a' + i, 100);
		parts[i] = keeper->begin(keeper->ctx);
		cr_assert_not_null(parts[i]);
	}
	for (size_t at = 0; at < 100; at += 10)
		for (int i = 0; i < 3; i++)
			cr_assert(keeper->bytes(keeper->ctx, parts[i], view_of(files[i] + at, 10)));
	cr_expect(keeper->end(keeper->ctx, parts[2], some_digest));
	cr_expect_not(keeper->end(keeper->ctx, parts[1], NULL));
	cr_expect(keeper->end(keeper->ctx, parts[0], some_digest));
	cr_expect_eq(end_keep(), 0);
	cr_expect(holds(a, 100));
	cr_expect_not(holds(b, 100));
	cr_expect(holds(c, 100));
}

Test(courier, what_does_not_fit_into_the_folder_is_not_called_kept)
{
	static uint8_t bytes[2 * QUARANTINE_LEAST_BYTES + 1];

	start_keep(2 * QUARANTINE_LEAST_BYTES);
	cr_expect_not(send_file(bytes, sizeof(bytes)));
	cr_expect(send_file(bytes, sizeof(bytes) - 1));
	cr_expect_eq(courier_left_out(courier), 1);
	cr_expect_eq(end_keep(), 0);
}

Test(courier, when_nobody_takes_copies_it_gives_up_after_its_patience_and_does_not_wait_again)
{
	static uint8_t bytes[LONG_BYTES];
	void *part;
	unsigned n = 0;

	part = keeper->begin(keeper->ctx);
	cr_assert_not_null(part);
	while (keeper->bytes(keeper->ctx, part, view_of(bytes, sizeof(bytes))))
		cr_assert_lt(n++, 1000);
	cr_expect_eq(courier_left_out(courier), 1);
	/* A hundred further ones, which would take ten seconds if each were waited for. */
	for (int i = 0; i < 100; i++)
		cr_expect_not(send_file(bytes, sizeof(bytes)));
	cr_expect_eq(courier_left_out(courier), 101);
	cr_expect_eq(courier_kept(courier), 0);
}

Test(courier, copies_are_kept_again_once_it_is_heard_of)
{
	static uint8_t bytes[LONG_BYTES];

	while (send_file(bytes, 100))
		;
	while (courier_left_out(courier) < 50)
		cr_expect_not(send_file(bytes, sizeof(bytes)));
	start_keep(1 << 20);
	for (int i = 0; i < 1000 && courier_kept(courier) == 0; i++) {
		struct pollfd answer = { .fd = ends[0], .events = POLLIN };

		send_file(bytes, 100);
		poll(&answer, 1, 1000);
	}
	cr_expect_gt(courier_kept(courier), 0);
	cr_expect(send_file(bytes, sizeof(bytes)));
	cr_expect_eq(end_keep(), 0);
	cr_expect(holds(bytes, sizeof(bytes)));
}

Test(courier, what_was_kept_but_told_too_late_counts_as_kept)
{
	uint8_t bytes[10] = "0123456789";

	cr_expect_not(send_file(bytes, sizeof(bytes)));
	cr_expect_eq(courier_left_out(courier), 0);
	start_keep(1 << 20);
	courier_settle(courier);
	cr_expect_eq(courier_kept(courier), 1);
	cr_expect_eq(courier_left_out(courier), 0);
	cr_expect_eq(end_keep(), 0);
	cr_expect(holds(bytes, sizeof(bytes)));
}

Test(courier, what_is_never_answered_counts_as_left_out)
{
	uint8_t bytes[10] = "0123456789";

	cr_expect_not(send_file(bytes, sizeof(bytes)));
	close(ends[1]);
	courier_settle(courier);
	cr_expect_eq(courier_kept(courier), 0);
	cr_expect_eq(courier_left_out(courier), 1);
}

Test(courier, one_that_waits_without_limit_leaves_nothing_out)
{
	static uint8_t bytes[LONG_BYTES];

	courier_free(courier);
	courier = courier_new(ends[0], COURIER_WAITS);
	keeper = courier_keeper(courier);
	start_keep(1 << 20);
	for (int i = 0; i < 50; i++)
		cr_expect(send_file(bytes, sizeof(bytes)));
	cr_expect_eq(courier_kept(courier), 50);
	cr_expect_eq(end_keep(), 0);
}

Test(courier, it_is_waited_for_again_once_it_has_taken_all)
{
	static uint8_t bytes[LONG_BYTES];

	while (courier_left_out(courier) < 2)
		send_file(bytes, sizeof(bytes));
	while (recv(ends[1], bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		;
	memset(bytes, 0, sizeof(bytes));
	start_keep(1 << 20);
	cr_expect(send_file(bytes, sizeof(bytes)));
	cr_expect_eq(end_keep(), 0);
	cr_expect(holds(bytes, sizeof(bytes)));
}

Test(courier, one_file_too_many_takes_the_place_of_the_one_that_rested_longest)
{
	uint8_t bytes[10] = "0123456789";
	void *parts[COURIER_PARTS];

	start_keep(1 << 20);
	for (int i = 0; i < COURIER_PARTS; i++)
		cr_assert_not_null(parts[i] = keeper->begin(keeper->ctx));
	cr_expect(keeper->bytes(keeper->ctx, parts[0], view_of(bytes, 5)));
	cr_expect(send_file(bytes, sizeof(bytes)));
	cr_expect_eq(courier_left_out(courier), 1);
	cr_expect_not(keeper->bytes(keeper->ctx, parts[1], view_of(bytes, 5)));
	cr_expect_not(keeper->end(keeper->ctx, parts[1], some_digest));
	cr_expect(keeper->end(keeper->ctx, parts[0], some_digest));
	cr_expect_eq(courier_kept(courier), 2);
	cr_expect_eq(end_keep(), 0);
	cr_expect(holds(bytes, sizeof(bytes)));
	cr_expect(holds(bytes, 5));
}

Test(courier, nothing_is_kept_once_the_other_process_has_gone)
{
	uint8_t bytes[10] = "0123456789";

	close(ends[1]);
	cr_expect_not(send_file(bytes, sizeof(bytes)));
	cr_expect_null(keeper->begin(keeper->ctx));
	cr_expect_eq(courier_left_out(courier), 2);
}

/* ---- what [keep] does with what is no record ---- */

static int ended_with(const void *datagram, size_t n)
{
	start_keep(1 << 20);
	cr_assert_eq(send(ends[0], datagram, n, 0), (ssize_t)n);
	return end_keep();
}

Test(courier, a_record_that_is_cut_ends_the_process_that_keeps)
{
	cr_expect_eq(ended_with("\0\0\0\0\0", 5), 1);
}

Test(courier, bytes_that_are_not_there_end_it)
{
	cr_expect_eq(ended_with("\1\0\2\0\0\0x", 7), 1);
}

Test(courier, a_part_beyond_the_last_ends_it)
{
	cr_expect_eq(ended_with("\0\100\0\0\0\0", 6), 1);
}

Test(courier, an_act_nobody_knows_ends_it)
{
	cr_expect_eq(ended_with("\5\0\0\0\0\0", 6), 1);
}

Test(courier, bytes_and_ends_of_a_part_that_never_began_are_nothing)
{
	cr_expect_eq(ended_with("\1\0\1\0\0\0x\2\0\0\0\0\0\3\0\0\0\0\0\4\0\0\0\0\0", 25), 0);
}
