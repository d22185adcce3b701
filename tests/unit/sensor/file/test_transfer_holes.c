/* Files that are written with more holes than there are rows for. */
#include "sensor/file/digest.h"
#include "sensor/file/transfer.h"
#include "tests/lib/stage.h"

#include <criterion/criterion.h>
#include <openssl/sha.h>
#include <string.h>

enum { ACCESS_DENIED = 0xC0000022, FILE_BYTES = 20000 };

struct work {
	struct stage *stage;
	struct transfer *transfer;
	uint8_t file[FILE_BYTES];
};

static struct work begin(bool wants_hash)
{
	struct work w = { .stage = stage_new(0) };
	struct file_place place = { .parties = &w.stage->parties, .wants_hash = wants_hash };

	for (size_t i = 0; i < sizeof(w.file); i++)
		w.file[i] = (uint8_t)('a' + i % 23);
	w.transfer = transfer_ops.open(&w.stage->env, &place, 100);
	return w;
}

static void put(struct work *w, size_t begin_at, size_t end)
{
	transfer_ops.data(w->transfer, true, begin_at, view_of(w->file + begin_at, end - begin_at), 100);
}

/* Close it; what it says was written. */
static const Ev__SmbTransfer *end(struct work *w)
{
	stage_packet(w->stage);
	transfer_ops.close(w->transfer, "\\\\H\\ADMIN$", "x.exe", "close", 300);
	return w->stage->events[0]->smb_transfer;
}

static bool has_digest_of_all(const Ev__SmbTransfer *t, const struct work *w)
{
	uint8_t want[SHA256_DIGEST_LENGTH];

	SHA256(w->file, FILE_BYTES, want);
	return t->has_sha256 && memcmp(t->sha256.data, want, sizeof(want)) == 0;
}

Test(transfer_holes, more_holes_than_rows_are_counted_once)
{
	struct work w = begin(false);
	const Ev__SmbTransfer *t;

	for (size_t i = 0; i < LIMIT_RANGES + 5; i++)
		put(&w, 10 * i, 10 * i + 5);
	put(&w, 15000, 15005);
	put(&w, 14000, 14005);
	t = end(&w);
	cr_expect_eq(t->n_ranges, LIMIT_RANGES);
	cr_expect(t->ranges_cut);
	cr_expect_eq(t->bytes, 5 * (LIMIT_RANGES + 7), "what has no row has moved all the same");
	cr_expect_eq(t->size, 15005);
	cr_expect_not(t->complete);
	cr_expect_eq(w.stage->counts.of[COUNT_FILE_RANGES_FULL], 1);
	stage_free(w.stage);
}

/* The second, fourth ... piece of ${step} bytes, then the first, third ... */
static void put_every_other(struct work *w, size_t step)
{
	for (size_t at = step; at < FILE_BYTES; at += 2 * step)
		put(w, at, at + step);
	for (size_t at = 0; at < FILE_BYTES; at += 2 * step)
		put(w, at, at + step);
}

Test(transfer_holes, a_file_that_is_hashed_may_have_many_holes_on_the_way)
{
	struct work w = begin(true);
	const Ev__SmbTransfer *t;

	put_every_other(&w, 100);
	t = end(&w);
	cr_expect(t->complete && !t->has_ranges_cut);
	cr_expect_eq(t->bytes, FILE_BYTES);
	cr_expect(has_digest_of_all(t, &w));
	stage_free(w.stage);
}

Test(transfer_holes, many_holes_that_stay_are_not_all_listed_but_counted)
{
	struct work w = begin(true);
	const Ev__SmbTransfer *t;

	for (size_t i = 0; i < 100; i++)
		put(&w, 20 * i, 20 * i + 5);
	t = end(&w);
	cr_expect(t->ranges_cut && !t->complete);
	cr_expect_eq(t->n_ranges, LIMIT_RANGES);
	cr_expect_eq(t->bytes, 500);
	cr_expect_eq(t->size, 1985);
	cr_expect_eq(w.stage->counts.of[COUNT_FILE_RANGES_FULL], 0);
	stage_free(w.stage);
}

Test(transfer_holes, a_refusal_takes_back_what_had_no_row)
{
	struct work w = begin(false);
	const Ev__SmbTransfer *t;

	for (size_t i = 0; i < LIMIT_RANGES; i++)
		put(&w, 10 * i, 10 * i + 5);
	put(&w, 14000, 14005);
	put(&w, 15000, 15005);
	transfer_ops.answered(w.transfer, true, 14000, 5, ACCESS_DENIED, 200);
	t = end(&w);
	cr_expect_eq(t->bytes, 5 * (LIMIT_RANGES + 1));
	cr_expect_eq(t->size, 15005);
	stage_free(w.stage);
}

Test(transfer_holes, what_they_took_is_given_back)
{
	struct work w = begin(true);

	put_every_other(&w, 100);
	cr_expect(w.stage->env.windows.bytes >= DIGEST_ROWS * 16);
	end(&w);
	cr_expect_eq(w.stage->env.windows.bytes, 0);
	stage_free(w.stage);
}
