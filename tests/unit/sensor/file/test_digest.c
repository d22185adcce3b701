#include "sensor/file/digest.h"
#include "tests/lib/stage.h"

#include <criterion/criterion.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <string.h>

enum { FILE_BYTES = DIGEST_REACH + 3 * DIGEST_BLOCK_BYTES };

static uint8_t file[FILE_BYTES];

static void fill(void)
{
	for (size_t i = 0; i < sizeof(file); i++)
		file[i] = (uint8_t)(i * 2654435761u >> 16);
}

TestSuite(digest, .init = fill);

static void feed(struct digest *d, size_t begin, size_t end)
{
	digest_feed(d, begin, view_of(file + begin, end - begin));
}

/* True if ${d} ends with the SHA-256 and the MD5 of the first ${size} bytes of the file. */
static bool is_whole(struct digest *d, size_t size)
{
	uint8_t sha256[HASH_SHA256_BYTES], md5[HASH_MD5_BYTES];
	struct digest_result got;

	SHA256(file, size, sha256);
	cr_assert_eq(EVP_Digest(file, size, md5, NULL, EVP_md5(), NULL), 1);
	return digest_end(d, size, &got) == DIGEST_READY && memcmp(got.hash.sha256, sha256, sizeof(sha256)) == 0 &&
	       got.hash.has_md5 && memcmp(got.hash.md5, md5, sizeof(md5)) == 0;
}

Test(digest, in_order)
{
	struct stage *s = stage_new(0);
	struct digest d = { 0 };

	digest_begin(&d, &s->env, false);
	for (size_t at = 0; at < 10000; at += 500)
		feed(&d, at, at + 500);
	cr_expect(is_whole(&d, 10000));
	stage_free(s);
}

Test(digest, pieces_that_come_early_wait_their_turn)
{
	struct stage *s = stage_new(0);
	struct digest d = { 0 };

	digest_begin(&d, &s->env, false);
	feed(&d, 3000, 4000);
	feed(&d, 1000, 2000);
	feed(&d, 2000, 3000);
	cr_expect_not_null(d.window);
	feed(&d, 0, 1500);
	cr_expect_null(d.window, "nothing waits any more");
	cr_expect(is_whole(&d, 4000));
	stage_free(s);
}

Test(digest, the_window_goes_along)
{
	struct stage *s = stage_new(0);
	struct digest d = { 0 };
	const size_t unit = 64 * 1024;

	digest_begin(&d, &s->env, false);
	feed(&d, unit, 2 * unit);
	for (size_t i = 0; i < 8; i++) {	/* always one ahead, so that the window never empties */
		feed(&d, (i + 2) * unit - unit / 2, (i + 2) * unit + unit / 2 < FILE_BYTES ? (i + 2) * unit + unit / 2 : FILE_BYTES);
		feed(&d, i * unit, (i + 1) * unit);
	}
	feed(&d, 8 * unit, FILE_BYTES);
	cr_expect(is_whole(&d, FILE_BYTES));
	stage_free(s);
}

Test(digest, what_is_hashed_already_is_passed_over)
{
	struct stage *s = stage_new(0);
	struct digest d = { 0 };

	digest_begin(&d, &s->env, false);
	feed(&d, 0, 1000);
	feed(&d, 0, 1000);
	feed(&d, 500, 1500);
	cr_expect(is_whole(&d, 1500));
	stage_free(s);
}

Test(digest, the_window_s_last_byte_fits_and_one_more_spoils)
{
	struct stage *s = stage_new(0);
	struct digest d = { 0 };

	digest_begin(&d, &s->env, false);
	feed(&d, 1, DIGEST_REACH);
	cr_expect_eq(d.state, DIGEST_RUNS);
	feed(&d, DIGEST_REACH, DIGEST_REACH + 1);
	cr_expect_eq(d.state, DIGEST_SPOILED);
	cr_expect_null(d.window);
	cr_expect_eq(s->env.windows.bytes, 0);
	cr_expect_not(is_whole(&d, 0));
	stage_free(s);
}

Test(digest, the_whole_reach_of_a_window_is_hashed_in_any_cut)
{
	static const size_t begins[] = { 0, 1, DIGEST_BLOCK_BYTES - 1, DIGEST_BLOCK_BYTES, DIGEST_BLOCK_BYTES + 1 };
	struct stage *s = stage_new(0);

	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
		struct digest d = { 0 };
		size_t next = begins[i], end = next + DIGEST_REACH, middle = next + DIGEST_REACH / 2 + 1;

		digest_begin(&d, &s->env, false);
		feed(&d, 0, next);
		feed(&d, middle, end);
		feed(&d, next + 1, middle);
		cr_assert_eq(d.state, DIGEST_RUNS);
		feed(&d, next, next + 1);
		cr_expect_null(d.window);
		cr_expect(is_whole(&d, end), "from %zu on", next);
	}
	cr_expect_eq(s->env.windows.bytes, 0);
	stage_free(s);
}

Test(digest, a_megabyte_that_overtakes_another_waits_for_it)
{
	struct stage *s = stage_new(0);
	struct digest d = { 0 };
	const size_t write = 1 << 20;

	digest_begin(&d, &s->env, false);
	for (size_t at = 0; at + 2 * write <= FILE_BYTES; at += 2 * write) {
		feed(&d, at + write, at + 2 * write);
		feed(&d, at, at + write);
	}
	cr_expect(is_whole(&d, FILE_BYTES / (2 * write) * (2 * write)));
	stage_free(s);
}

/* ---- room ---- */

/* What one early byte takes: a window and a block. */
static size_t least_of_a_window(struct stage *s)
{
	struct digest d = { 0 };
	size_t n;

	digest_begin(&d, &s->env, false);
	feed(&d, 1, 2);
	n = s->env.windows.bytes;
	digest_spoil(&d);
	return n;
}

/* A stage on which ${n} windows of one early byte have room. */
static struct stage *stage_for(size_t n, struct limits *limits)
{
	struct stage *s = stage_new(0);

	*limits = limits_default;
	limits->memory_bytes = DIGEST_SHARE * n * least_of_a_window(s);
	s->env.limits = limits;
	return s;
}

static void begin_early(struct digest *d, struct stage *s, bool is_guess)
{
	digest_begin(d, &s->env, is_guess);
	feed(d, 1, 2);
}

Test(digest, when_the_share_is_used_up_a_guess_makes_room_before_the_oldest)
{
	struct limits limits;
	struct stage *s = stage_for(3, &limits);
	struct digest d[6] = { { .next = 0 } };

	begin_early(&d[0], s, false);
	begin_early(&d[1], s, true);
	begin_early(&d[2], s, true);
	begin_early(&d[3], s, false);
	cr_expect_eq(d[1].state, DIGEST_IDLE, "the older guess");
	begin_early(&d[4], s, true);
	cr_expect_eq(d[2].state, DIGEST_IDLE, "a guess for a guess");
	begin_early(&d[5], s, false);
	cr_expect_eq(d[4].state, DIGEST_IDLE);
	cr_expect_eq(s->counts.of[COUNT_FILE_WINDOW_FULL], 3);
	begin_early(&d[1], s, true);
	cr_expect_eq(d[1].state, DIGEST_IDLE, "nobody yields to a guess");
	begin_early(&d[2], s, false);
	cr_expect_eq(d[0].state, DIGEST_SPOILED, "no guess is left: the oldest");
	cr_expect_eq(s->counts.of[COUNT_FILE_WINDOW_FULL], 5);
	for (size_t i = 0; i < 6; i++)
		digest_spoil(&d[i]);
	cr_expect_eq(s->env.windows.bytes, 0);
	cr_expect_null(s->env.windows.first);
	cr_expect_null(s->env.windows.last);
	stage_free(s);
}

Test(digest, a_window_that_finds_no_room_for_its_next_block_is_given_up_alone)
{
	struct limits limits;
	struct stage *s = stage_for(1, &limits);
	struct digest d = { 0 };

	begin_early(&d, s, false);
	feed(&d, DIGEST_BLOCK_BYTES, DIGEST_BLOCK_BYTES + 1);
	cr_expect_eq(d.state, DIGEST_SPOILED);
	cr_expect_eq(s->env.windows.bytes, 0);
	cr_expect_eq(s->counts.of[COUNT_FILE_WINDOW_FULL], 1);
	stage_free(s);
}

Test(digest, a_guess_that_reaches_too_far_is_idle_again)
{
	struct stage *s = stage_new(0);
	struct digest d = { 0 };

	begin_early(&d, s, true);
	feed(&d, DIGEST_REACH, DIGEST_REACH + 1);
	cr_expect_eq(d.state, DIGEST_IDLE);
	digest_begin(&d, &s->env, false);
	feed(&d, 0, 10);
	cr_expect(is_whole(&d, 10));
	stage_free(s);
}

Test(digest, taking_back_all_that_waits_frees_the_window)
{
	struct stage *s = stage_new(0);
	struct digest d = { 0 };

	digest_begin(&d, &s->env, false);
	feed(&d, 10, 20);
	feed(&d, 30, 40);
	digest_take_back(&d, 10, 20);
	cr_expect_not_null(d.window);
	digest_take_back(&d, 0, UINT64_MAX);
	cr_expect_null(d.window);
	digest_spoil(&d);
	stage_free(s);
}

Test(digest, without_memory_for_the_window_it_is_spoiled)
{
	struct stage *s = stage_new(4096);
	struct digest d = { 0 };

	digest_begin(&d, &s->env, false);
	feed(&d, 1, 2);
	cr_expect_eq(d.state, DIGEST_SPOILED);
	digest_spoil(&d);
	stage_free(s);
}

Test(digest, taking_back_what_waits_is_harmless_and_what_is_hashed_is_not)
{
	struct stage *s = stage_new(0);
	struct digest d = { 0 };

	digest_begin(&d, &s->env, false);
	feed(&d, 2000, 3000);
	digest_take_back(&d, 2000, 3000);
	feed(&d, 0, 2000);
	cr_expect_eq(d.next, 2000);
	digest_take_back(&d, 2000, 3000);
	cr_expect_eq(d.state, DIGEST_RUNS);
	digest_take_back(&d, 1999, 2000);
	cr_expect_eq(d.state, DIGEST_SPOILED);
	stage_free(s);
}

Test(digest, a_shorter_file_than_was_hashed_has_none)
{
	struct stage *s = stage_new(0);
	struct digest d = { 0 };

	digest_begin(&d, &s->env, false);
	feed(&d, 0, 100);
	cr_expect_not(is_whole(&d, 99));
	digest_begin(&d, &s->env, false);
	cr_expect(is_whole(&d, 0), "an empty file has one");
	stage_free(s);
}

/* ---- copies ---- */

/* A keeper of one file. */
struct kept {
	uint8_t bytes[4096];
	size_t n, cap;
	unsigned n_begun, n_dropped, n_kept;
};

static void *begin_copy(void *ctx)
{
	struct kept *k = ctx;

	k->n_begun++;
	return k;
}

static bool add_copy(void *ctx, void *part, struct view in_order)
{
	struct kept *k = part;

	(void)ctx;
	if (k->n + in_order.n > k->cap)
		return false;
	k->n += view_copy(k->bytes + k->n, k->cap - k->n, in_order);
	return true;
}

static bool end_copy(void *ctx, void *part, const uint8_t *sha256)
{
	struct kept *k = part;

	(void)ctx;
	k->n_kept += sha256 != NULL;
	k->n_dropped += sha256 == NULL;
	return sha256 != NULL;
}

static struct kept kept;
static const struct file_keeper keeper = { .ctx = &kept, .begin = begin_copy, .bytes = add_copy, .end = end_copy };

Test(digest, a_copy_has_its_bytes_in_order)
{
	struct stage *s = stage_new(0);
	struct digest_result got;
	struct digest d = { 0 };

	kept.cap = sizeof(kept.bytes);
	s->env.keeper = &keeper;
	digest_begin(&d, &s->env, false);
	feed(&d, 2000, 3000);
	feed(&d, 0, 2000);
	cr_assert_eq(digest_end(&d, 3000, &got), DIGEST_READY);
	cr_expect(got.is_kept);
	cr_expect_eq(kept.n_kept, 1);
	cr_expect_eq(kept.n_dropped, 0);
	cr_expect_arr_eq(kept.bytes, file, 3000);
	stage_free(s);
}

Test(digest, a_spoiled_one_drops_its_copy)
{
	struct stage *s = stage_new(0);
	struct digest d = { 0 };

	kept.cap = sizeof(kept.bytes);
	s->env.keeper = &keeper;
	digest_begin(&d, &s->env, false);
	feed(&d, 0, 2000);
	digest_take_back(&d, 0, 1);
	cr_expect_eq(kept.n_dropped, 1);
	digest_spoil(&d);
	cr_expect_eq(kept.n_dropped, 1, "once");
	stage_free(s);
}

Test(digest, a_copy_given_up_leaves_the_digest)
{
	struct stage *s = stage_new(0);
	struct digest_result got;
	struct digest d = { 0 };

	kept.cap = 1000;
	s->env.keeper = &keeper;
	digest_begin(&d, &s->env, false);
	feed(&d, 0, 1000);
	feed(&d, 1000, 2000);
	cr_assert_eq(digest_end(&d, 2000, &got), DIGEST_READY);
	cr_expect_not(got.is_kept);
	cr_expect_eq(kept.n_kept + kept.n_dropped, 0);
	stage_free(s);
}

/* ---- a hasher that takes its time ---- */

/* It does what it is asked when the test says so. */
struct slow {
	struct view added[8];
	size_t n_added, n_ended, n_dropped;
	struct hash *hash;
};

static void slow_add(void *ctx, struct hash *hash, struct view bytes)
{
	struct slow *slow = ctx;

	slow->hash = hash;
	slow->added[slow->n_added++] = bytes;
}

static void slow_end(void *ctx, struct hash *hash)
{
	struct slow *slow = ctx;

	slow->hash = hash;
	slow->n_ended++;
}

static void slow_drop(void *ctx, struct hash *hash)
{
	struct slow *slow = ctx;

	hash_drop(hash);
	slow->n_dropped++;
}

static struct file_hasher hasher_of(struct slow *slow)
{
	return (struct file_hasher){ slow, slow_add, slow_end, slow_drop };
}

Test(digest, a_hasher_gets_the_bytes_in_order_and_the_whole_later)
{
	struct stage *s = stage_new(0);
	struct slow slow = { .n_added = 0 };
	struct file_hasher hasher = hasher_of(&slow);
	struct digest d = { 0 };
	struct digest_result unused;
	struct hash_result got;
	uint8_t sha256[HASH_SHA256_BYTES];

	s->env.hasher = &hasher;
	digest_begin(&d, &s->env, false);
	feed(&d, 0, 1000);
	feed(&d, 500, 3000);
	cr_assert_eq(slow.n_added, 2);
	cr_expect_eq(slow.added[1].bytes, file + 1000);
	cr_expect_eq(slow.added[1].n, 2000);
	cr_expect_eq(digest_end(&d, 3000, &unused), DIGEST_LATER);
	cr_expect_eq(slow.n_ended, 1);
	digest_spoil(&d);
	cr_expect_eq(slow.n_dropped, 0, "it is the hasher's");
	hash_add(slow.hash, slow.added[0]);
	hash_add(slow.hash, slow.added[1]);
	cr_assert(hash_end(slow.hash, &got));
	SHA256(file, 3000, sha256);
	cr_expect_arr_eq(got.sha256, sha256, sizeof(sha256));
	stage_free(s);
}

Test(digest, a_hasher_hears_of_what_is_given_up)
{
	struct stage *s = stage_new(0);
	struct slow slow = { .n_added = 0 };
	struct file_hasher hasher = hasher_of(&slow);
	struct digest d = { 0 };
	struct digest_result unused;

	s->env.hasher = &hasher;
	digest_begin(&d, &s->env, false);
	feed(&d, 0, 1000);
	cr_expect_eq(digest_end(&d, 999, &unused), DIGEST_NONE);
	cr_expect_eq(slow.n_dropped, 1);
	cr_expect_eq(slow.n_ended, 0);
	digest_spoil(&d);
	cr_expect_eq(slow.n_dropped, 1);
	stage_free(s);
}
