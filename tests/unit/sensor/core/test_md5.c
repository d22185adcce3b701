#include "sensor/core/md5.h"

#include <criterion/criterion.h>
#include <openssl/evp.h>
#include <string.h>

enum { LONGEST = 4000, MESSAGES = MD5_LANES };

static uint8_t bytes[MESSAGES][LONGEST];

static void fill(void)
{
	for (size_t i = 0; i < MESSAGES; i++)
		for (size_t k = 0; k < LONGEST; k++)
			bytes[i][k] = (uint8_t)((k * 2654435761u + i * 40503u) >> 7);
}

static void expect(struct md5 *m, const uint8_t *message, size_t n, const char *what)
{
	uint8_t ours[MD5_BYTES], theirs[MD5_BYTES];

	md5_end(m, ours);
	cr_assert_eq(EVP_Digest(message, n, theirs, NULL, EVP_md5(), NULL), 1);
	cr_expect_arr_eq(ours, theirs, sizeof(ours), "%s, %zu bytes", what, n);
}

Test(md5, every_length_around_a_block_s_end)
{
	fill();
	for (size_t n = 0; n <= 3 * MD5_BLOCK_BYTES; n++) {
		struct md5 m;

		md5_begin(&m);
		md5_add(&(struct md5_piece){ &m, view_of(bytes[0], n) }, 1);
		expect(&m, bytes[0], n, "alone");
	}
}

Test(md5, in_pieces_of_every_length)
{
	fill();
	for (size_t piece = 1; piece <= 2 * MD5_BLOCK_BYTES + 1; piece++) {
		struct md5 m;

		md5_begin(&m);
		for (size_t at = 0; at < 1000; at += piece)
			md5_add(&(struct md5_piece){ &m, view_of(bytes[0] + at, piece < 1000 - at ? piece : 1000 - at) }, 1);
		expect(&m, bytes[0], 1000, "in pieces");
	}
}

/* Side by side, ${n} messages of other lengths, in pieces whose lengths are drawn. */
static void abreast(size_t n, uint32_t seed)
{
	struct md5 m[MESSAGES];
	size_t at[MESSAGES] = { 0 };

	for (size_t i = 0; i < n; i++)
		md5_begin(&m[i]);
	for (unsigned round = 0; round < 10; round++) {
		struct md5_piece pieces[MESSAGES];

		for (size_t i = 0; i < n; i++) {
			size_t length;

			seed = seed * 1664525 + 1013904223;
			length = (seed >> 8) % (LONGEST / 10);
			pieces[i] = (struct md5_piece){ &m[i], view_of(bytes[i] + at[i], length) };
			at[i] += length;
		}
		md5_add(pieces, n);
	}
	for (size_t i = 0; i < n; i++)
		expect(&m[i], bytes[i], at[i], "abreast");
}

Test(md5, several_messages_side_by_side)
{
	fill();
	for (size_t n = 0; n <= MD5_LANES; n++)
		for (uint32_t seed = 1; seed <= 50; seed++)
			abreast(n, seed);
}
