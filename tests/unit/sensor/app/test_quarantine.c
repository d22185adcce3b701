#include "sensor/quarantine.h"
#include "tests/lib/scratch.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[512];
static const uint8_t digest[32] = { 0xAB, 0xCD }, other_digest[32] = { 0x12 };

static const char abcd[] = "abcd000000000000000000000000000000000000000000000000000000000000";

static struct quarantine *open_for(uint64_t max_bytes)
{
	char error[512] = "";
	struct quarantine *q;

	snprintf(folder, sizeof(folder), "%s", scratch_path("quarantine"));
	q = quarantine_open(folder, max_bytes, error, sizeof(error));
	cr_assert_not_null(q, "%s", error);
	return q;
}

/* Keep ${text} under ${sha256} (NULL: drop it); true if it is kept. */
static bool keep(struct quarantine *q, const char *text, const uint8_t *sha256)
{
	const struct file_keeper *k = quarantine_keeper(q);
	void *part = k->begin(k->ctx);

	return part != NULL && k->bytes(k->ctx, part, view_of(text, strlen(text))) && k->end(k->ctx, part, sha256);
}

/* How many files lie in the folder. */
static unsigned n_files(void)
{
	DIR *d = opendir(folder);
	unsigned n = 0;

	cr_assert_not_null(d);
	for (struct dirent *e; (e = readdir(d)) != NULL;)
		n += e->d_name[0] != '.' || strlen(e->d_name) > 2;
	closedir(d);
	return n;
}

Test(quarantine, a_copy_is_named_by_its_digest_and_only_its_owner_may_read_it)
{
	struct quarantine *q = open_for(1 << 20);
	char path[700], text[8] = "";
	struct stat status;
	FILE *f;

	cr_expect(keep(q, "evil", digest));
	snprintf(path, sizeof(path), "%s/%s", folder, abcd);
	cr_assert_eq(stat(path, &status), 0);
	cr_expect_eq(status.st_mode & 07777, 0400);
	f = fopen(path, "r");
	cr_assert_not_null(f);
	cr_expect_eq(fread(text, 1, sizeof(text), f), 4);
	fclose(f);
	cr_expect_str_eq(text, "evil");
	cr_expect_eq(quarantine_kept(q), 1);
	quarantine_close(q);
	cr_assert_eq(stat(folder, &status), 0);
	cr_expect_eq(status.st_mode & 07777, 0700);
}

Test(quarantine, the_same_file_is_kept_once_and_a_dropped_one_not_at_all)
{
	struct quarantine *q = open_for(1 << 20);

	cr_expect(keep(q, "evil", digest));
	cr_expect(keep(q, "evil", digest));
	cr_expect_not(keep(q, "spoiled", NULL));
	cr_expect_eq(n_files(), 1);
	quarantine_close(q);
}

/* As ${text} repeated until it is so long. */
static const char *text_of(char fill, size_t n)
{
	static char text[2 * QUARANTINE_LEAST_BYTES + 2];

	cr_assert_lt(n, sizeof(text));
	memset(text, fill, n);
	text[n] = '\0';
	return text;
}

Test(quarantine, the_last_byte_that_fits_is_taken_and_one_more_is_left_out)
{
	enum { LEAST = QUARANTINE_LEAST_BYTES };
	struct quarantine *q = open_for(2 * LEAST + 1);

	cr_expect(keep(q, text_of('a', LEAST), digest));
	cr_expect_not(keep(q, text_of('b', LEAST + 2), other_digest));
	cr_expect(keep(q, text_of('c', LEAST + 1), other_digest));
	cr_expect_eq(quarantine_left_out(q), 1);
	cr_expect_eq(n_files(), 2);
	quarantine_close(q);
}

Test(quarantine, many_tiny_copies_fill_it_too)
{
	struct quarantine *q = open_for(2 * QUARANTINE_LEAST_BYTES);

	cr_expect(keep(q, "1", digest));
	cr_expect_not(keep(q, "dropped", NULL));
	cr_expect(keep(q, "2", other_digest));
	cr_expect_not(keep(q, "3", (const uint8_t[32]){ 3 }));
	cr_expect_eq(quarantine_left_out(q), 1);
	quarantine_close(q);
}

Test(quarantine, copies_of_an_earlier_run_count_and_its_unfinished_ones_go)
{
	struct quarantine *q = open_for(QUARANTINE_LEAST_BYTES);
	char path[700];

	cr_expect(keep(q, "1234", digest));
	quarantine_close(q);
	snprintf(path, sizeof(path), "%s/.part-3", folder);
	close(open(path, O_WRONLY | O_CREAT, 0600));
	q = open_for(QUARANTINE_LEAST_BYTES);
	cr_expect_eq(n_files(), 1);
	cr_expect_not(keep(q, "12345", other_digest));
	quarantine_close(q);
}

Test(quarantine, the_part_that_rested_longest_gives_way_and_closing_drops_the_rest)
{
	struct quarantine *q = open_for(1 << 20);
	const struct file_keeper *k = quarantine_keeper(q);
	void *parts[QUARANTINE_PARTS];

	for (int i = 0; i < QUARANTINE_PARTS; i++)
		cr_assert_not_null(parts[i] = k->begin(k->ctx));
	cr_expect(k->bytes(k->ctx, parts[0], view_of("MZ", 2)));
	cr_expect(keep(q, "evil", digest));
	cr_expect_eq(quarantine_left_out(q), 1);
	cr_expect_not(k->bytes(k->ctx, parts[1], view_of("MZ", 2)));
	cr_expect_not(k->end(k->ctx, parts[1], other_digest));
	cr_expect(k->end(k->ctx, parts[0], other_digest));
	quarantine_close(q);
	cr_expect_eq(n_files(), 2);
}

Test(quarantine, what_has_hardly_begun_gives_way_before_what_has_come_far)
{
	struct quarantine *q = open_for(1 << 20);
	const struct file_keeper *k = quarantine_keeper(q);
	void *far = k->begin(k->ctx);

	cr_expect(k->bytes(k->ctx, far, view_of(text_of('a', PARTS_SMALL_BYTES), PARTS_SMALL_BYTES)));
	for (int i = 0; i < 2 * QUARANTINE_PARTS; i++)
		cr_assert_not_null(k->begin(k->ctx));
	cr_expect(k->end(k->ctx, far, digest));
	quarantine_close(q);
}

Test(quarantine, a_file_where_the_folder_should_be_is_said)
{
	char error[512] = "";
	const char *path = scratch_path("file");

	close(open(path, O_WRONLY | O_CREAT, 0600));
	cr_expect_null(quarantine_open(path, 10, error, sizeof(error)));
	cr_expect(strstr(error, "--extract") != NULL, "%s", error);
}

Test(quarantine, a_folder_that_another_sensor_has_is_refused_and_its_parts_are_let_alone)
{
	struct quarantine *q = open_for(1 << 20);
	const struct file_keeper *k = quarantine_keeper(q);
	char error[512] = "";
	void *part = k->begin(k->ctx);

	cr_assert(k->bytes(k->ctx, part, view_of("evil", 4)));
	cr_expect_null(quarantine_open(folder, 1 << 20, error, sizeof(error)));
	cr_expect(strstr(error, "in use by another sensor") != NULL, "%s", error);
	cr_expect(k->end(k->ctx, part, digest));
	quarantine_close(q);
	q = open_for(1 << 20);
	quarantine_close(q);
}

/* Put something else where the one part under way lies. */
static void replace_part(void)
{
	DIR *d = opendir(folder);
	char path[800] = "";

	cr_assert_not_null(d);
	for (struct dirent *e; (e = readdir(d)) != NULL;)
		if (strncmp(e->d_name, ".part-", 6) == 0)
			snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
	closedir(d);
	cr_assert_eq(unlink(path), 0);
	close(open(path, O_WRONLY | O_CREAT | O_EXCL, 0600));
}

Test(quarantine, what_somebody_put_in_a_parts_place_is_not_given_its_digest)
{
	struct quarantine *q = open_for(1 << 20);
	const struct file_keeper *k = quarantine_keeper(q);
	void *part = k->begin(k->ctx);
	char path[700];

	cr_assert(k->bytes(k->ctx, part, view_of("evil", 4)));
	replace_part();
	cr_expect_not(k->end(k->ctx, part, digest));
	snprintf(path, sizeof(path), "%s/%s", folder, abcd);
	cr_expect_neq(access(path, F_OK), 0);
	cr_expect_eq(quarantine_left_out(q), 1);
	quarantine_close(q);
}
