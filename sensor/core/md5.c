#include "sensor/core/md5.h"

#include <endian.h>
#include <string.h>

enum { LENGTH_AT = MD5_BLOCK_BYTES - 8 };

/* One word of each of MD5_LANES messages. */
typedef uint32_t words __attribute__((vector_size(4 * MD5_LANES)));

/* ---- one block: RFC 1321 3.4, once for one message and once for words of several ---- */

// clang-format off
#define F(x, y, z) ((z) ^ ((x) & ((y) ^ (z))))
#define G(x, y, z) ((y) ^ ((z) & ((x) ^ (y))))
#define H(x, y, z) ((x) ^ (y) ^ (z))
#define I(x, y, z) ((y) ^ ((x) | ~(z)))

#define STEP(f, a, b, c, d, k, s, t) \
	a += f(b, c, d) + w[k] + t; \
	a = (a << s | a >> (32 - s)) + b;
#define FOUR(f, k0, k1, k2, k3, s0, s1, s2, s3, t0, t1, t2, t3) \
	STEP(f, a, b, c, d, k0, s0, t0) \
	STEP(f, d, a, b, c, k1, s1, t1) \
	STEP(f, c, d, a, b, k2, s2, t2) \
	STEP(f, b, c, d, a, k3, s3, t3)
#define ROUNDS \
	FOUR(F, 0, 1, 2, 3, 7, 12, 17, 22, 0xD76AA478, 0xE8C7B756, 0x242070DB, 0xC1BDCEEE) \
	FOUR(F, 4, 5, 6, 7, 7, 12, 17, 22, 0xF57C0FAF, 0x4787C62A, 0xA8304613, 0xFD469501) \
	FOUR(F, 8, 9, 10, 11, 7, 12, 17, 22, 0x698098D8, 0x8B44F7AF, 0xFFFF5BB1, 0x895CD7BE) \
	FOUR(F, 12, 13, 14, 15, 7, 12, 17, 22, 0x6B901122, 0xFD987193, 0xA679438E, 0x49B40821) \
	FOUR(G, 1, 6, 11, 0, 5, 9, 14, 20, 0xF61E2562, 0xC040B340, 0x265E5A51, 0xE9B6C7AA) \
	FOUR(G, 5, 10, 15, 4, 5, 9, 14, 20, 0xD62F105D, 0x02441453, 0xD8A1E681, 0xE7D3FBC8) \
	FOUR(G, 9, 14, 3, 8, 5, 9, 14, 20, 0x21E1CDE6, 0xC33707D6, 0xF4D50D87, 0x455A14ED) \
	FOUR(G, 13, 2, 7, 12, 5, 9, 14, 20, 0xA9E3E905, 0xFCEFA3F8, 0x676F02D9, 0x8D2A4C8A) \
	FOUR(H, 5, 8, 11, 14, 4, 11, 16, 23, 0xFFFA3942, 0x8771F681, 0x6D9D6122, 0xFDE5380C) \
	FOUR(H, 1, 4, 7, 10, 4, 11, 16, 23, 0xA4BEEA44, 0x4BDECFA9, 0xF6BB4B60, 0xBEBFBC70) \
	FOUR(H, 13, 0, 3, 6, 4, 11, 16, 23, 0x289B7EC6, 0xEAA127FA, 0xD4EF3085, 0x04881D05) \
	FOUR(H, 9, 12, 15, 2, 4, 11, 16, 23, 0xD9D4D039, 0xE6DB99E5, 0x1FA27CF8, 0xC4AC5665) \
	FOUR(I, 0, 7, 14, 5, 6, 10, 15, 21, 0xF4292244, 0x432AFF97, 0xAB9423A7, 0xFC93A039) \
	FOUR(I, 12, 3, 10, 1, 6, 10, 15, 21, 0x655B59C3, 0x8F0CCC92, 0xFFEFF47D, 0x85845DD1) \
	FOUR(I, 8, 15, 6, 13, 6, 10, 15, 21, 0x6FA87E4F, 0xFE2CE6E0, 0xA3014314, 0x4E0811A1) \
	FOUR(I, 4, 11, 2, 9, 6, 10, 15, 21, 0xF7537E82, 0xBD3AF235, 0x2AD7D2BB, 0xEB86D391)
// clang-format on

static void take_block(uint32_t state[4], const uint8_t *block)
{
	uint32_t a = state[0], b = state[1], c = state[2], d = state[3], w[16];

	for (size_t i = 0; i < 16; i++) {
		memcpy(&w[i], block + 4 * i, 4);
		w[i] = le32toh(w[i]);
	}
	ROUNDS
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
}

/* One block of each lane. */
static void take_blocks(words state[4], const uint8_t *const blocks[MD5_LANES])
{
	words a = state[0], b = state[1], c = state[2], d = state[3], w[16];

	for (size_t i = 0; i < 16; i++)
		for (size_t lane = 0; lane < MD5_LANES; lane++) {
			uint32_t word;

			memcpy(&word, blocks[lane] + 4 * i, 4);
			w[i][lane] = le32toh(word);
		}
	ROUNDS
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
}

/* ---- messages ---- */

void md5_begin(struct md5 *m)
{
	*m = (struct md5){ .state = { 0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476 } };
}

/* Whole blocks of one message that are still to be taken. */
struct run {
	struct md5 *md5;
	const uint8_t *at;
	size_t n_blocks;
};

/* Complete the block under way, if there is one, and keep what will be left over; what lies between is the run. */
static struct run run_of(const struct md5_piece *p)
{
	struct md5 *m = p->md5;
	const uint8_t *at = p->bytes.bytes;
	size_t n = p->bytes.n, waiting = m->n_bytes % MD5_BLOCK_BYTES, missing = waiting != 0 ? MD5_BLOCK_BYTES - waiting : 0;
	struct run run = { .md5 = m };

	missing = missing < n ? missing : n;
	m->n_bytes += n;
	if (missing > 0)
		memcpy(m->waiting + waiting, at, missing);
	if (missing > 0 && waiting + missing == MD5_BLOCK_BYTES)
		take_block(m->state, m->waiting);
	run.at = at + missing;
	run.n_blocks = (n - missing) / MD5_BLOCK_BYTES;
	if (n > missing)
		memcpy(m->waiting, run.at + run.n_blocks * MD5_BLOCK_BYTES, (n - missing) % MD5_BLOCK_BYTES);
	return run;
}

/* Take ${n_blocks} of each of the ${n} ${runs} side by side; lanes that are not needed follow the first one, in vain. */
static void take_abreast(struct run runs[], size_t n, size_t n_blocks)
{
	const uint8_t *blocks[MD5_LANES];
	words state[4];

	for (size_t lane = 0; lane < MD5_LANES; lane++) {
		blocks[lane] = runs[lane < n ? lane : 0].at;
		for (size_t i = 0; i < 4; i++)
			state[i][lane] = runs[lane < n ? lane : 0].md5->state[i];
	}
	for (size_t k = 0; k < n_blocks; k++) {
		take_blocks(state, blocks);
		for (size_t lane = 0; lane < MD5_LANES; lane++)
			blocks[lane] += MD5_BLOCK_BYTES;
	}
	for (size_t lane = 0; lane < n; lane++)
		for (size_t i = 0; i < 4; i++)
			runs[lane].md5->state[i] = state[i][lane];
}

/* Of the ${n} ${runs} those that are not over, in front; how many they are, and in ${least} the shortest's blocks. */
static size_t still_running(struct run runs[], size_t n, size_t *least)
{
	size_t n_left = 0;

	*least = SIZE_MAX;
	for (size_t i = 0; i < n; i++) {
		if (runs[i].n_blocks == 0)
			continue;
		*least = runs[i].n_blocks < *least ? runs[i].n_blocks : *least;
		runs[n_left++] = runs[i];
	}
	return n_left;
}

void md5_add(const struct md5_piece pieces[], size_t n)
{
	struct run runs[MD5_LANES];
	size_t n_blocks;

	for (size_t i = 0; i < n; i++)
		runs[i] = run_of(&pieces[i]);
	while ((n = still_running(runs, n, &n_blocks)) > 0) {
		if (n == 1)
			for (size_t k = 0; k < n_blocks; k++)
				take_block(runs[0].md5->state, runs[0].at + k * MD5_BLOCK_BYTES);
		else
			take_abreast(runs, n, n_blocks);
		for (size_t i = 0; i < n; i++) {
			runs[i].at += n_blocks * MD5_BLOCK_BYTES;
			runs[i].n_blocks -= n_blocks;
		}
	}
}

/* RFC 1321 3.1, 3.2: a one bit, zeros, the length in bits. */
void md5_end(struct md5 *m, uint8_t out[MD5_BYTES])
{
	const uint64_t n_bits = htole64(m->n_bytes * 8);
	size_t n = m->n_bytes % MD5_BLOCK_BYTES;

	m->waiting[n++] = 0x80;
	memset(m->waiting + n, 0, MD5_BLOCK_BYTES - n);
	if (n > LENGTH_AT) {
		take_block(m->state, m->waiting);
		memset(m->waiting, 0, MD5_BLOCK_BYTES);
	}
	memcpy(m->waiting + LENGTH_AT, &n_bits, sizeof(n_bits));
	take_block(m->state, m->waiting);
	for (size_t i = 0; i < 4; i++) {
		const uint32_t word = htole32(m->state[i]);

		memcpy(out + 4 * i, &word, sizeof(word));
	}
}
