#include "sensor/file/transfer.h"
#include "sensor/file/content.h"
#include "sensor/file/digest.h"
#include "tests/lib/pe_kit.h"
#include "tests/lib/stage.h"

#include <criterion/criterion.h>
#include <openssl/sha.h>
#include <string.h>

enum { ACCESS_DENIED = 0xC0000022, END_OF_FILE = 0xC0000011, BUFFER_OVERFLOW = 0x80000005, FILE_BYTES = 20000 };

/* ---- one file on the stage ---- */

struct work {
	struct stage *stage;
	struct transfer *transfer;
	uint8_t file[FILE_BYTES];
};

/* A file whose first bytes make it a PE, or text. */
static struct work begin(struct file_place place, bool is_pe)
{
	struct work w = { .stage = stage_new(0) };

	for (size_t i = 0; i < sizeof(w.file); i++)
		w.file[i] = (uint8_t)('a' + i % 23);
	if (is_pe) {
		memcpy(w.file, "MZ", 2);
		memcpy(w.file + 0x3c, "\x80\0\0", 4);
		memcpy(w.file + 0x80, "PE\0\0", 4);
		memcpy(w.file + 0x80 + 24, "\x0b\x01", 2);
	}
	place.parties = &w.stage->parties;
	place.session_id = 11;
	w.transfer = transfer_ops.open(&w.stage->env, &place, 100);
	return w;
}

static void put(struct work *w, size_t begin_at, size_t end)
{
	transfer_ops.data(w->transfer, true, begin_at, view_of(w->file + begin_at, end - begin_at), 100);
}

static void get(struct work *w, size_t begin_at, size_t end)
{
	transfer_ops.data(w->transfer, false, begin_at, view_of(w->file + begin_at, end - begin_at), 100);
}

static void answer(struct work *w, bool is_write, size_t begin_at, size_t end, uint32_t status)
{
	transfer_ops.answered(w->transfer, is_write, begin_at, end - begin_at, status, 200);
}

/* Close it; the event of one direction, NULL when there is none. */
static const Ev__SmbTransfer *end(struct work *w, const char *direction)
{
	if (w->transfer != NULL) {
		stage_packet(w->stage);
		transfer_ops.close(w->transfer, "\\\\H\\ADMIN$", "x.exe", "close", 300);
		w->transfer = NULL;
	}
	for (size_t i = 0; i < w->stage->n_events; i++)
		if (strcmp(w->stage->events[i]->smb_transfer->direction, direction) == 0)
			return w->stage->events[i]->smb_transfer;
	return NULL;
}

static bool has_digest_of(const Ev__SmbTransfer *t, const struct work *w, size_t size)
{
	uint8_t want[SHA256_DIGEST_LENGTH];

	SHA256(w->file, size, want);
	return t->has_sha256 && memcmp(t->sha256.data, want, sizeof(want)) == 0;
}

static const struct file_place hashed = { .wants_hash = true }, plain = { .wants_hash = false };

/* ---- writes ---- */

Test(transfer, a_file_written_in_order_is_whole)
{
	struct work w = begin(hashed, true);
	const Ev__SmbTransfer *t;

	for (size_t at = 0; at < 15872; at += 500)	/* as Metasploit writes */
		put(&w, at, at + 500 < 15872 ? at + 500 : 15872);
	answer(&w, true, 0, 500, 0);
	t = end(&w, "write");
	cr_assert_not_null(t);
	cr_expect_eq(w.stage->n_events, 1);
	cr_expect_eq(t->bytes, 15872);
	cr_expect_eq(t->size, 15872);
	cr_expect(t->complete);
	cr_expect(has_digest_of(t, &w, 15872));
	cr_expect_str_eq(t->kind, "pe32");
	cr_expect_str_eq(t->share, "\\\\H\\ADMIN$");
	cr_expect_str_eq(t->path, "x.exe");
	cr_expect_str_eq(t->ended_by, "close");
	cr_expect_eq(t->n_ranges, 1);
	cr_expect_eq(t->requests, 1);
	cr_expect_eq(t->session_id, 11);
	cr_expect_eq(w.stage->events[0]->time, 100);
	cr_expect_eq(t->last_time, 200);
	stage_free(w.stage);
}

Test(transfer, out_of_order_it_has_the_same_digest)
{
	struct work w = begin(hashed, true);
	const Ev__SmbTransfer *t;

	put(&w, 4000, 8000);
	put(&w, 12000, 16000);
	put(&w, 0, 4000);
	put(&w, 8000, 12000);
	t = end(&w, "write");
	cr_expect(has_digest_of(t, &w, 16000));
	cr_expect_str_eq(t->kind, "pe32");
	stage_free(w.stage);
}

Test(transfer, a_hole_leaves_it_incomplete)
{
	struct work w = begin(hashed, false);
	const Ev__SmbTransfer *t;

	put(&w, 0, 100);
	put(&w, 101, 200);
	t = end(&w, "write");
	cr_expect_not(t->complete);
	cr_expect_not(t->has_sha256);
	cr_assert_eq(t->n_ranges, 2);
	cr_expect_eq(t->ranges[1]->offset, 101);
	cr_expect_eq(t->ranges[1]->count, 99);
	cr_expect_eq(t->bytes, 199);
	stage_free(w.stage);
}

Test(transfer, what_was_not_captured_counts_for_the_size_and_not_as_seen)
{
	struct work w = begin(hashed, false);
	const Ev__SmbTransfer *t;

	put(&w, 0, 100);
	transfer_ops.lost(w.transfer, true, 100, 50, 100);
	t = end(&w, "write");
	cr_expect_eq(t->bytes, 100);
	cr_expect_eq(t->size, 150);
	cr_expect_not(t->complete);
	stage_free(w.stage);
}

Test(transfer, an_existing_longer_file_is_not_complete_until_its_end_is_set)
{
	struct file_place place = { .wants_hash = true, .has_size = true, .size = 5000 };
	struct work w = begin(place, false), v = begin(place, false);
	const Ev__SmbTransfer *t;

	put(&w, 0, 1000);
	t = end(&w, "write");
	cr_expect_not(t->complete);
	cr_expect_eq(t->size, 5000);
	put(&v, 0, 1000);
	transfer_ops.size(v.transfer, 1000);
	t = end(&v, "write");
	cr_expect(t->complete);
	cr_expect(has_digest_of(t, &v, 1000));
	stage_free(w.stage);
	stage_free(v.stage);
}

Test(transfer, a_lower_end_takes_back_what_lies_behind_it)
{
	struct work w = begin(hashed, false);
	const Ev__SmbTransfer *t;

	put(&w, 0, 1000);
	transfer_ops.size(w.transfer, 400);
	t = end(&w, "write");
	cr_expect_eq(t->bytes, 400);
	cr_expect(t->complete);
	cr_expect_not(t->has_sha256, "more was hashed than there is");
	cr_expect_eq(w.stage->counts.of[COUNT_FILE_NO_DIGEST], 1);
	stage_free(w.stage);
}

Test(transfer, bytes_written_twice_leave_no_digest)
{
	struct work w = begin(hashed, false);
	const Ev__SmbTransfer *t;

	put(&w, 0, 1000);
	put(&w, 0, 10);
	t = end(&w, "write");
	cr_expect(t->complete);
	cr_expect_eq(t->bytes, 1000);
	cr_expect_not(t->has_sha256);
	stage_free(w.stage);
}

Test(transfer, what_was_written_before_the_open_was_answered_stands)
{
	struct work w = begin(hashed, true);
	const Ev__SmbTransfer *t;

	put(&w, 0, 5000);
	transfer_ops.found(w.transfer, 0);
	t = end(&w, "write");
	cr_assert_not_null(t);
	cr_expect(t->complete);
	cr_expect_eq(t->bytes, 5000);
	cr_expect(has_digest_of(t, &w, 5000));
	stage_free(w.stage);
	w = begin(hashed, true);
	put(&w, 0, 5000);
	transfer_ops.found(w.transfer, 9000);
	cr_expect_not(end(&w, "write")->complete, "the file was longer than what was written");
	stage_free(w.stage);
}

Test(transfer, a_header_filled_in_last_makes_it_an_executable)
{
	uint8_t blank[1000] = { 0 };
	struct work w = begin(plain, true);

	transfer_ops.data(w.transfer, true, 0, view_of(blank, sizeof(blank)), 100);
	put(&w, sizeof(blank), FILE_BYTES);
	put(&w, 0, 1);
	put(&w, 1, sizeof(blank));
	cr_expect_str_eq(end(&w, "write")->kind, "pe32");
	stage_free(w.stage);
	w = begin(plain, true);
	put(&w, 0, FILE_BYTES);
	transfer_ops.data(w.transfer, true, 0, view_of(blank, sizeof(blank)), 100);
	cr_expect_str_eq(end(&w, "write")->kind, "pe32", "blotting it out afterwards hides nothing");
	stage_free(w.stage);
}

/* ---- refusals ---- */

Test(transfer, a_refused_write_takes_its_bytes_back_and_the_digest_with_them)
{
	struct work w = begin(hashed, false);
	const Ev__SmbTransfer *t;

	put(&w, 0, 1000);
	put(&w, 1000, 2000);
	answer(&w, true, 0, 1000, 0);
	answer(&w, true, 1000, 2000, ACCESS_DENIED);
	t = end(&w, "write");
	cr_expect_eq(t->bytes, 1000);
	cr_expect_eq(t->requests, 2);
	cr_expect_eq(t->refused, 1);
	cr_expect_not(t->has_sha256);
	stage_free(w.stage);
}

Test(transfer, when_all_was_refused_it_begins_anew)
{
	struct work w = begin(hashed, true);
	const Ev__SmbTransfer *t;

	put(&w, 0, 1000);
	answer(&w, true, 0, 1000, ACCESS_DENIED);
	put(&w, 0, 2000);
	answer(&w, true, 0, 2000, 0);
	t = end(&w, "write");
	cr_expect(has_digest_of(t, &w, 2000));
	cr_expect_str_eq(t->kind, "pe32");
	stage_free(w.stage);
}

Test(transfer, only_refused_writes_moved_nothing)
{
	struct work w = begin(hashed, true);

	put(&w, 0, 1000);
	answer(&w, true, 0, 1000, ACCESS_DENIED);
	cr_expect_null(end(&w, "write"));
	stage_free(w.stage);
}

Test(transfer, a_refused_second_write_does_not_unsay_the_first)
{
	struct work w = begin(hashed, true);
	const Ev__SmbTransfer *t;

	put(&w, 0, 4096);
	answer(&w, true, 0, 4096, 0);
	put(&w, 0, 4096);
	answer(&w, true, 0, 4096, ACCESS_DENIED);
	t = end(&w, "write");
	cr_assert_not_null(t);
	cr_expect_eq(t->bytes, 4096);
	cr_expect_str_eq(t->kind, "pe32");
	cr_expect_eq(t->refused, 1);
	cr_expect_not(t->has_sha256);
	stage_free(w.stage);
}

Test(transfer, a_warning_is_no_refusal)
{
	struct work w = begin(plain, false);

	get(&w, 0, 10);
	answer(&w, false, 0, 10, BUFFER_OVERFLOW);
	cr_expect_eq(end(&w, "read")->refused, 0);
	stage_free(w.stage);
}

/* ---- reads ---- */

Test(transfer, a_file_read_to_its_stated_end_is_whole)
{
	struct file_place place = { .wants_hash = true, .has_size = true, .size = 5000 };
	struct work w = begin(place, false);
	const Ev__SmbTransfer *t;

	get(&w, 0, 3000);
	get(&w, 2000, 5000);
	t = end(&w, "read");
	cr_expect(t->complete);
	cr_expect(has_digest_of(t, &w, 5000), "what is read twice is the same");
	cr_expect_str_eq(t->kind, "other");
	stage_free(w.stage);
}

Test(transfer, without_a_stated_end_only_the_server_s_refusal_tells_it)
{
	struct work w = begin(hashed, false), v = begin(hashed, false);
	const Ev__SmbTransfer *t;

	get(&w, 0, 3000);
	t = end(&w, "read");
	cr_expect_not(t->complete);
	cr_expect_not(t->has_size);
	get(&v, 0, 3000);
	answer(&v, false, 3000, 4000, END_OF_FILE);
	t = end(&v, "read");
	cr_expect(t->complete);
	cr_expect_eq(t->size, 3000);
	cr_expect_eq(t->refused, 0);
	stage_free(w.stage);
	stage_free(v.stage);
}

Test(transfer, both_directions_are_reported_apart)
{
	struct work w = begin(hashed, false);

	put(&w, 0, 1000);
	get(&w, 0, 1000);
	cr_expect_eq(end(&w, "write")->bytes, 1000);
	cr_expect_eq(end(&w, "read")->bytes, 1000);
	stage_free(w.stage);
}

Test(transfer, many_executables_at_once_share_what_room_there_is_and_their_kind_is_still_told)
{
	static struct wire file;
	struct limits limits = limits_default;
	struct work w = begin(hashed, false);
	const Ev__SmbTransfer *t;

	limits.memory_bytes = 8 * 8192;
	w.stage->env.limits = &limits;
	pe_kit_write(&file, PE_KIT_32);
	transfer_ops.data(w.transfer, true, 0, wire_view(&file), 100);
	t = end(&w, "write");
	cr_expect_str_eq(t->kind, "pe32");
	cr_assert_not_null(t->pe);
	cr_expect_not(t->pe->complete);
	cr_expect(t->has_sha256);
	cr_expect_eq(w.stage->counts.of[COUNT_FILE_CONTENT_FULL], 1);
	cr_expect_eq(w.stage->env.content_bytes, 0);
	w.stage->env.limits = &limits_default;
	stage_free(w.stage);
}

/* ---- policy ---- */

Test(transfer, what_begins_like_an_executable_is_hashed_unasked_in_any_cut)
{
	for (size_t cut = 1; cut < 1500; cut += 499) {
		struct work w = begin(plain, true), v = begin(plain, false);

		v.file[0] = 'M';	/* and then no Z */
		for (size_t at = 0; at < 3000; at += cut) {
			put(&w, at, at + cut < 3000 ? at + cut : 3000);
			put(&v, at, at + cut < 3000 ? at + cut : 3000);
		}
		cr_expect(has_digest_of(end(&w, "write"), &w, 3000), "cut into %zu", cut);
		cr_expect_not(end(&v, "write")->has_sha256);
		cr_expect_eq(v.stage->counts.of[COUNT_FILE_NO_DIGEST], 0);
		stage_free(w.stage);
		stage_free(v.stage);
	}
}

Test(transfer, an_executable_whose_beginning_comes_last_has_its_digest_unasked)
{
	for (int is_write = 0; is_write < 2; is_write++) {
		struct work w = begin(plain, true);
		const Ev__SmbTransfer *t;

		transfer_ops.size(w.transfer, FILE_BYTES);
		for (size_t at = FILE_BYTES / 2; at < FILE_BYTES; at += 1000)
			transfer_ops.data(w.transfer, is_write, at, view_of(w.file + at, 1000), 100);
		transfer_ops.data(w.transfer, is_write, 1, view_of(w.file + 1, FILE_BYTES / 2 - 1), 100);
		transfer_ops.data(w.transfer, is_write, 0, view_of(w.file, 1), 100);
		t = end(&w, is_write ? "write" : "read");
		cr_assert_not_null(t);
		cr_expect(has_digest_of(t, &w, FILE_BYTES));
		cr_expect(t->has_md5);
		cr_expect_str_eq(t->kind, "pe32");
		cr_expect_eq(w.stage->counts.of[COUNT_FILE_NO_DIGEST], 0);
		stage_free(w.stage);
	}
}

Test(transfer, nothing_is_held_of_an_ordinary_file_once_its_beginning_is_there)
{
	struct work w = begin(plain, false);

	put(&w, 5000, 10000);
	cr_expect_gt(w.stage->env.windows.bytes, 0, "it might have been code");
	put(&w, 0, 5000);
	cr_expect_eq(w.stage->env.windows.bytes, 0);
	put(&w, 15000, 20000);
	cr_expect_eq(w.stage->env.windows.bytes, 0, "nor of what comes later");
	cr_expect_not(end(&w, "write")->has_sha256);
	stage_free(w.stage);
}

Test(transfer, what_begins_beyond_the_reach_of_a_window_is_not_guessed_about)
{
	struct work w = begin(plain, true);

	transfer_ops.data(w.transfer, false, DIGEST_REACH, view_of(w.file, 100), 100);
	cr_expect_eq(w.stage->env.windows.bytes, 0);
	transfer_ops.data(w.transfer, false, 100, view_of(w.file, 100), 100);
	cr_expect_gt(w.stage->env.windows.bytes, 0);
	transfer_ops.data(w.transfer, false, DIGEST_REACH, view_of(w.file, 100), 100);
	cr_expect_eq(w.stage->env.windows.bytes, 0, "now it is known not to come in order");
	transfer_ops.data(w.transfer, false, 100, view_of(w.file, 100), 100);
	cr_expect_eq(w.stage->env.windows.bytes, 0, "one guess is enough");
	end(&w, "read");
	stage_free(w.stage);
}

Test(transfer, an_executable_read_in_order_after_its_end_was_looked_at_has_its_digest)
{
	struct work w = begin(plain, true);
	const Ev__SmbTransfer *t;

	get(&w, 19000, 20000);
	get(&w, 0, 20000);
	transfer_ops.size(w.transfer, 20000);
	t = end(&w, "read");
	cr_expect(has_digest_of(t, &w, 20000));
	stage_free(w.stage);
}

Test(transfer, an_executable_of_less_than_a_header_is_mz)
{
	struct work w = begin(plain, true);

	put(&w, 0, 0x80);
	cr_expect_str_eq(end(&w, "write")->kind, "mz");
	stage_free(w.stage);
}

Test(transfer, without_its_first_byte_a_file_has_no_kind)
{
	struct work w = begin(plain, true);

	put(&w, 1, 3000);
	cr_expect_null(end(&w, "write")->kind);
	stage_free(w.stage);
}

/* ---- edges ---- */

Test(transfer, offsets_at_the_end_of_64_bits_do_no_harm)
{
	struct work w = begin(hashed, false);

	transfer_ops.data(w.transfer, true, UINT64_MAX - 9, view_of(w.file, 10), 100);
	transfer_ops.data(w.transfer, true, UINT64_MAX - 10, view_of(w.file, 10), 100);
	transfer_ops.lost(w.transfer, true, UINT64_MAX, 2, 100);
	transfer_ops.answered(w.transfer, true, UINT64_MAX, 2, ACCESS_DENIED, 100);
	cr_expect_eq(end(&w, "write")->bytes, 10);
	stage_free(w.stage);
}

Test(transfer, without_memory_it_gives_up_and_counts)
{
	struct stage *s = stage_new(512);
	struct file_place place = { .parties = &s->parties };
	struct transfer *t = transfer_ops.open(&s->env, &place, 1);

	cr_assert_not_null(t);
	transfer_ops.data(t, true, 0, view_of("MZ", 2), 1);
	transfer_ops.close(t, NULL, NULL, "close", 1);
	cr_expect_eq(s->n_events, 0);
	cr_expect_eq(s->counts.of[COUNT_POOL_FULL], 1);
	stage_free(s);
}

/* ---- policy ---- */

static bool is_hashed(enum hash_policy policy, struct file_place place, bool is_pe)
{
	struct limits limits = limits_default;
	struct work w = begin(place, is_pe);
	struct transfer *other;
	bool result;

	limits.hash = policy;
	w.stage->env.limits = &limits;
	other = w.transfer;
	place.parties = &w.stage->parties;
	w.transfer = transfer_ops.open(&w.stage->env, &place, 100);
	transfer_ops.close(other, NULL, "x", "close", 100);
	put(&w, 0, 5000);
	result = end(&w, "write")->has_sha256;
	w.stage->env.limits = &limits_default;
	stage_free(w.stage);
	return result;
}

Test(transfer, policy_says_what_is_hashed)
{
	cr_expect(is_hashed(HASH_DEFAULT, hashed, false));
	cr_expect(is_hashed(HASH_DEFAULT, plain, true));
	cr_expect_not(is_hashed(HASH_DEFAULT, plain, false));
	cr_expect(is_hashed(HASH_ALL, plain, false));
	cr_expect_not(is_hashed(HASH_NONE, hashed, true));
}
