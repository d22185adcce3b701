/* Decompression: the examples of [MS-XCA] 3, every edge of each format, and random data there and back. */
#include "sensor/smb/xca.h"
#include "tests/lib/ladder.h"
#include "tests/lib/squeeze.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { TABLE = 256, ROUND_TRIP = 200000 };

static const xca_fn inflate[N_SQUEEZES] = {
	[SQUEEZE_LZNT1] = xca_lznt1, [SQUEEZE_LZ77] = xca_lz77, [SQUEEZE_HUFFMAN] = xca_huffman, [SQUEEZE_LZ4] = xca_lz4,
};

static const enum squeeze all[] = { SQUEEZE_LZNT1, SQUEEZE_LZ77, SQUEEZE_HUFFMAN, SQUEEZE_LZ4 };

enum { N_ALL = sizeof(all) / sizeof(*all) };

static uint8_t original[1 << 22], packed[(1 << 22) + (1 << 20)], unpacked[1 << 22];

static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz";

/* ${in} gives exactly ${expected}, against a guard page. */
struct expectation {
	xca_fn inflate;
	const void *expected;
	size_t n;
	size_t n_right;
};

static void attempt(struct view prefix, void *ctx)
{
	struct expectation *e = ctx;
	struct xca_out out = { .bytes = unpacked, .cap = e->n };

	if (e->inflate(prefix, e->n, &out) && memcmp(unpacked, e->expected, e->n) == 0)
		e->n_right++;
	cr_assert_leq(out.n, out.cap);
}

/* How many prefixes of ${in} give ${expected}; the whole must be one. */
static size_t right_prefixes(xca_fn fn, const void *in, size_t n, const void *expected, size_t n_expected)
{
	struct expectation e = { fn, expected, n_expected, 0 };

	ladder(in, n, attempt, &e);
	cr_assert(e.n_right > 0, "not even the whole");
	return e.n_right;
}

static void set_length(uint8_t *table, unsigned symbol, unsigned length)
{
	table[symbol / 2] = (uint8_t)(table[symbol / 2] | length << 4 * (symbol % 2));
}

Test(xca, lz77_reads_the_alphabet_of_the_specification)
{
	uint8_t in[4 + 26] = { 0x3f, 0, 0, 0 };

	memcpy(in + 4, alphabet, 26);
	cr_assert_eq(right_prefixes(xca_lz77, in, sizeof(in), alphabet, 26), 1);
}

Test(xca, lz77_reads_abc_a_hundred_times)
{
	for (size_t i = 0; i < 300; i++)
		original[i] = "abc"[i % 3];
	cr_assert_eq(right_prefixes(xca_lz77, "\xff\xff\xff\x1f" "abc\x17\x00\x0f\xff\x26\x01", 13, original, 300), 1);
}

Test(xca, huffman_reads_the_alphabet_of_the_specification)
{
	uint8_t in[TABLE + 20] = { 0 };

	for (unsigned symbol = 'a'; symbol <= 'z'; symbol++)
		set_length(in, symbol, symbol < 'w' ? 5 : 4);
	set_length(in, 256, 4);
	memcpy(in + TABLE, "\xd8\x52\x3e\xd7\x94\x11\x5b\xe9\x19\x5f\xf9\xd6\x7c\xdf\x8d\x04\0\0\0\0", 20);
	cr_assert_leq(right_prefixes(xca_huffman, in, sizeof(in), alphabet, 26), 4, "the last words hold nothing but the end");
}

Test(xca, huffman_reads_abc_a_hundred_times)
{
	uint8_t in[TABLE + 7] = { 0 };

	for (size_t i = 0; i < 300; i++)
		original[i] = "abc"[i % 3];
	set_length(in, 'a', 3);
	set_length(in, 'b', 3);
	set_length(in, 'c', 2);
	set_length(in, 256, 2);
	set_length(in, 287, 2);
	memcpy(in + TABLE, "\xa8\xdc\x00\x00\xff\x26\x01", 7);
	cr_assert_eq(right_prefixes(xca_huffman, in, sizeof(in), original, 300), 1);
}

Test(xca, lznt1_reads_the_tune_of_the_specification)
{
	static const uint8_t in[] = {
		0x38, 0xb0, 0x88, 0x46, 0x23, 0x20, 0x00, 0x20, 0x47, 0x20, 0x41, 0x00, 0x10, 0xa2, 0x47, 0x01, 0xa0, 0x45, 0x20,
		0x44, 0x00, 0x08, 0x45, 0x01, 0x50, 0x79, 0x00, 0xc0, 0x45, 0x20, 0x05, 0x24, 0x13, 0x88, 0x05, 0xb4, 0x02, 0x4a,
		0x44, 0xef, 0x03, 0x58, 0x02, 0x8c, 0x09, 0x16, 0x01, 0x48, 0x45, 0x00, 0xbe, 0x00, 0x9e, 0x00, 0x04, 0x01, 0x18,
		0x90, 0x00,
	};
	static const char tune[] = "F# F# G A A G F# E D D E F# F# E E F# F# G A A G F# E D D E F# E D D E E F# D E F# G F# D "
				   "E F# G F# E D E A F# F# G A A G F# E D D E F# E D D";

	cr_assert_eq(right_prefixes(xca_lznt1, in, sizeof(in), tune, sizeof(tune)), 1);
}

/* ---- there and back ---- */

/* A generator that gives the same numbers everywhere. */
static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

/* ${n} bytes: a mixture of text, noise, runs and repetitions from near and far, by ${seed}. */
static void make_original(uint32_t seed, size_t n)
{
	for (size_t at = 0; at < n;) {
		size_t run = 1 + next_random(&seed) % (next_random(&seed) % 50 == 0 ? 70000 : 40);
		unsigned kind = next_random(&seed) % 4;
		size_t back = 1 + next_random(&seed) % (at + 1);

		for (size_t i = 0; i < run && at < n; i++, at++) {
			if (kind == 0)
				original[at] = (uint8_t)next_random(&seed);
			else if (kind == 1)
				original[at] = (uint8_t)('a' + next_random(&seed) % 6);
			else
				original[at] = at >= back ? original[at - back] : 0;
		}
	}
}

static void there_and_back(enum squeeze how, size_t n)
{
	size_t n_packed = squeeze(how, original, n, packed);
	struct xca_out out = { .bytes = unpacked, .cap = n };

	cr_assert(inflate[how](view_of(packed, n_packed), n, &out), "algorithm %d, %zu bytes: failed at %zu", how, n, out.n);
	cr_assert_eq(memcmp(unpacked, original, n), 0, "algorithm %d, %zu bytes", how, n);
}

Test(xca, random_data_come_back_from_every_algorithm)
{
	static const size_t sizes[] = { 1, 2, 3, 16, 17, 255, 4095, 4096, 4097, 65535, 65536, 65537, 131072, ROUND_TRIP };

	for (uint32_t seed = 1; seed <= 12; seed++)
		for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
			make_original(seed, sizes[i]);
			for (size_t a = 0; a < N_ALL; a++)
				there_and_back(all[a], sizes[i]);
		}
}

Test(xca, a_run_longer_than_two_bytes_can_say_comes_back)
{
	memset(original, 'x', 100000);
	for (size_t a = 0; a < N_ALL; a++)
		there_and_back(all[a], 100000);
}

Test(xca, nothing_comes_of_nothing)
{
	struct xca_out out = { .bytes = unpacked };

	for (size_t a = 0; a < N_ALL; a++)
		cr_assert(inflate[all[a]](view_of(NULL, 0), 0, &out));
	cr_assert_eq(out.n, 0);
}

Test(xca, one_byte_less_of_room_is_malformed)
{
	make_original(3, 5000);
	for (size_t a = 0; a < N_ALL; a++) {
		size_t n = squeeze(all[a], original, 5000, packed);
		struct xca_out out = { .bytes = unpacked, .cap = 4999 };

		cr_assert_not(inflate[all[a]](view_of(packed, n), 5000, &out), "algorithm %d", all[a]);
		cr_assert_leq(out.n, 4999);
	}
}

Test(xca, another_size_than_promised_is_malformed)
{
	make_original(4, 5000);
	for (size_t a = 0; a < N_ALL; a++) {
		size_t n = squeeze(all[a], original, 5000, packed);
		struct xca_out longer = { .bytes = unpacked, .cap = 6000 };

		cr_assert_not(inflate[all[a]](view_of(packed, n), 5500, &longer), "algorithm %d", all[a]);
	}
}

Test(xca, no_prefix_reads_or_writes_out_of_bounds)
{
	make_original(5, 3000);
	for (size_t a = 0; a < N_ALL; a++) {
		size_t n = squeeze(all[a], original, 3000, packed);

		cr_assert_leq(right_prefixes(inflate[all[a]], packed, n, original, 3000), 4, "algorithm %d", all[a]);
	}
}

Test(xca, what_stood_before_cannot_be_looked_back_at)
{
	struct xca_out out = { .bytes = unpacked, .cap = 100, .n = 10 };

	/* a match at once: distance 1, length 3 */
	cr_assert_not(xca_lz77(view_of("\0\0\0\x80\0\0", 6), 3, &out));
	out = (struct xca_out){ .bytes = unpacked, .cap = 100, .n = 10 };
	cr_assert_not(xca_lznt1(view_of("\x02\xb0\x01\0\0", 5), 3, &out));
	out = (struct xca_out){ .bytes = unpacked, .cap = 100, .n = 10 };
	cr_assert_not(xca_lz4(view_of("\x00\x01\x00", 3), 4, &out));
}

Test(xca, lznt1_ends_at_a_header_of_zero)
{
	struct xca_out out = { .bytes = unpacked, .cap = 100 };

	cr_assert(xca_lznt1(view_of("\x02\x30" "abc\0\0garbage", 14), 3, &out));
	cr_assert_eq(out.n, 3);
}

Test(xca, lznt1_refuses_a_chunk_of_more_than_4096_bytes)
{
	struct xca_out out = { .bytes = unpacked, .cap = 8000 };

	/* one literal, then matches of 4098 bytes */
	cr_assert_not(xca_lznt1(view_of("\x05\xb0\x02x\xff\x0f\0\0", 8), 4099, &out));
}

Test(xca, lz77_refuses_a_long_length_that_a_short_one_could_say)
{
	struct xca_out out = { .bytes = unpacked, .cap = 8000 };

	cr_assert_not(xca_lz77(view_of("\0\0\0\x40x\x07\0\x0f\xff\x05\0", 11), 9, &out));
	out = (struct xca_out){ .bytes = unpacked, .cap = 8000 };
	cr_assert(xca_lz77(view_of("\0\0\0\x40x\x07\0\x0f\xff\x16\0", 11), 26, &out));
}

Test(xca, huffman_refuses_a_table_that_is_no_complete_code)
{
	uint8_t in[TABLE + 8] = { 0 };
	struct xca_out out = { .bytes = unpacked, .cap = 100 };

	set_length(in, 'a', 1);
	cr_assert_not(xca_huffman(view_of(in, sizeof(in)), 4, &out), "codes to spare");
	set_length(in, 'b', 1);
	out.is_bad = false;
	cr_assert(xca_huffman(view_of(in, sizeof(in)), 4, &out));
	out.n = 0;
	set_length(in, 'c', 1);
	cr_assert_not(xca_huffman(view_of(in, sizeof(in)), 4, &out), "too many codes");
}
