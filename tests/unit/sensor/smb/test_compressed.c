/* Compressed messages: a conversation tells the same however its messages are compressed, and what is malformed is counted. */
#include "sensor/smb/compressed.h"
#include "tests/lib/ladder.h"
#include "tests/lib/smb_say.h"
#include "tests/lib/squeeze.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NBSS = 4, ECHO = 13, SMB2_HEADER = 64 };

typedef size_t (*wrap_fn)(enum squeeze how, const uint8_t *in, size_t n, size_t offset, uint8_t *out);

struct wrapper {
	struct smb_kit *kit;
	wrap_fn wrap;
	enum squeeze how;
	size_t offset;
};

static struct smb_message message;

/* ${m} with its SMB2 message replaced by a compressed one. */
static void put_wrapped(struct smb_message *m, const struct wrapper *w)
{
	size_t n = m->n - NBSS;
	size_t offset = w->offset < n ? w->offset : n;

	message.way = m->way;
	message.n = NBSS + w->wrap(w->how, m->bytes + NBSS, n, offset, message.bytes + NBSS);
}

static void say_wrapped(struct smb_message *m, void *ctx)
{
	struct wrapper *w = ctx;

	put_wrapped(m, w);
	smb_send(w->kit, &message);
}

static void check_conversation(wrap_fn wrap, enum squeeze how, size_t offset)
{
	struct smb_kit *plain = smb_kit_new(SMB_KIT_FAKES);
	struct wrapper w = { smb_kit_new(SMB_KIT_FAKES), wrap, how, offset };
	size_t n_plain, n_wrapped;
	uint8_t *of_plain, *of_wrapped;

	smb_conversation_smb2(smb_kit_hear, plain);
	smb_conversation_smb2(say_wrapped, &w);
	cr_assert(smb_kit_close(plain));
	cr_assert(smb_kit_close(w.kit));
	of_plain = smb_kit_packed(plain, &n_plain);
	of_wrapped = smb_kit_packed(w.kit, &n_wrapped);
	cr_assert_str_eq(w.kit->log, plain->log, "algorithm %d from byte %zu", how, offset);
	cr_assert_eq(n_wrapped, n_plain);
	cr_assert_eq(memcmp(of_wrapped, of_plain, n_plain), 0);
	cr_assert_gt(w.kit->counts.of[COUNT_SMB2_COMPRESSED], 20);
	cr_assert_eq(counts_sum(&w.kit->counts, COUNT_OF_MALFORMED), 0);
	free(of_plain);
	free(of_wrapped);
	smb_kit_free(plain);
	smb_kit_free(w.kit);
}

static const enum squeeze algorithms[] = { SQUEEZE_LZNT1, SQUEEZE_LZ77, SQUEEZE_HUFFMAN, SQUEEZE_LZ4 };

Test(compressed, a_conversation_tells_the_same_unchained)
{
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(*algorithms); i++) {
		check_conversation(squeeze_unchained, algorithms[i], 0);
		check_conversation(squeeze_unchained, algorithms[i], SMB2_HEADER);
	}
}

Test(compressed, a_conversation_tells_the_same_in_chains)
{
	check_conversation(squeeze_chained, SQUEEZE_NONE, 40);
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(*algorithms); i++) {
		check_conversation(squeeze_chained, algorithms[i], 0);
		check_conversation(squeeze_chained, algorithms[i], SMB2_HEADER);
	}
}

/* ---- what one message comes to ---- */

static uint8_t packed[4096], unpacked[70000];

static enum inflated inflate(const uint8_t *bytes, size_t n, struct xca_out *out)
{
	*out = (struct xca_out){ .bytes = unpacked, .cap = sizeof(unpacked) };
	return compressed_inflate(view_of(bytes, n), out);
}

Test(compressed, a_pattern_stands_for_its_repetitions)
{
	uint8_t in[300];
	struct xca_out out;
	size_t n;

	memset(in, 'h', 100);
	memset(in + 100, 'z', 200);
	n = squeeze_chained(SQUEEZE_PATTERN, in, 300, 100, packed);
	cr_assert_eq(n, 8 + 8 + 100 + 8 + 8);
	cr_assert_eq(inflate(packed, n, &out), INFLATED);
	cr_assert_eq(out.n, 300);
	cr_assert_eq(memcmp(out.bytes, in, 300), 0);
}

static void inflate_prefix(struct view prefix, void *ctx)
{
	struct xca_out out = { .bytes = unpacked, .cap = sizeof(unpacked) };

	*(size_t *)ctx += compressed_inflate(prefix, &out) == INFLATED;
}

Test(compressed, only_the_whole_message_is_one)
{
	uint8_t in[500];
	size_t n_right = 0;

	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = "compress"[i % 8];
	ladder(packed, squeeze_chained(SQUEEZE_LZ77, in, sizeof(in), 64, packed), inflate_prefix, &n_right);
	ladder(packed, squeeze_unchained(SQUEEZE_LZNT1, in, sizeof(in), 64, packed), inflate_prefix, &n_right);
	cr_assert_eq(n_right, 2);
}

Test(compressed, an_algorithm_without_a_row_is_unknown)
{
	struct xca_out out;
	size_t n = squeeze_unchained(SQUEEZE_LZ77, (const uint8_t *)"aaaaaaaaaaaa", 12, 0, packed);

	packed[8] = 6;
	cr_assert_eq(inflate(packed, n, &out), INFLATED_UNKNOWN);
	packed[8] = 0;	/* NONE may not stand alone */
	cr_assert_eq(inflate(packed, n, &out), INFLATED_UNKNOWN);
	n = squeeze_chained(SQUEEZE_LZ77, (const uint8_t *)"aaaaaaaaaaaa", 12, 0, packed);
	packed[8] = 6;
	cr_assert_eq(inflate(packed, n, &out), INFLATED_UNKNOWN);
}

Test(compressed, a_size_that_is_not_kept_is_malformed)
{
	struct xca_out out;
	size_t n = squeeze_chained(SQUEEZE_LZ77, (const uint8_t *)"aaaaaaaaaaaa", 12, 0, packed);

	packed[4]++;
	cr_assert_eq(inflate(packed, n, &out), INFLATED_BAD);
}

static void say_packed(struct smb_kit *k, size_t n)
{
	message.way = FROM_OPENER;
	message.n = NBSS;
	smb_bytes(&message, packed, n);
	smb_send(k, &message);
}

Test(compressed, what_cannot_be_read_is_counted_by_reason)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	size_t n = squeeze_unchained(SQUEEZE_LZ77, (const uint8_t *)"\xFESMBaaaaaaaa", 12, 0, packed);

	packed[8] = 6;
	say_packed(k, n);
	cr_assert_eq(k->counts.of[COUNT_SMB2_COMPRESSED_UNREAD], 1);
	packed[8] = 3;
	say_packed(k, n);
	cr_assert_eq(k->counts.of[COUNT_SMB2_COMPRESSED_BAD], 1);
	packed[7] = 0xFF;	/* 4 GiB of original, and */
	packed[5] = packed[6] = 0xFF;
	packed[15] = 0xFF;	/* as much before it */
	say_packed(k, n);
	cr_assert_eq(k->counts.of[COUNT_SMB2_COMPRESSED_BAD], 2);
	cr_assert_eq(k->counts.of[COUNT_SMB2_COMPRESSED], 3);
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

Test(compressed, what_comes_out_in_a_second_is_bounded)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	static uint8_t in[1 << 20];
	size_t n = squeeze_chained(SQUEEZE_PATTERN, in, sizeof(in), 64, packed);
	uint64_t most = LIMIT_INFLATED_PER_SECOND / sizeof(in);

	k->now_ns += 1000000000 - k->now_ns % 1000000000;
	for (uint64_t i = 0; i < most + 5; i++) {
		k->now_ns -= 1000000;
		say_packed(k, n);
	}
	cr_assert_eq(k->counts.of[COUNT_SMB2_COMPRESSED_CUT], 5);
	k->now_ns += 1000000000;
	say_packed(k, n);
	cr_assert_eq(k->counts.of[COUNT_SMB2_COMPRESSED_CUT], 5, "the next second is another");
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

/* A CREATE, and one chained with more zeros than are inflated: [MS-SMB2] 2.2.42.2 has room for GiB of them in 16 bytes. */
static size_t pack_bomb(struct smb_message *m, uint32_t original, uint32_t zeros)
{
	size_t n = m->n - NBSS, at = squeeze_chained(SQUEEZE_NONE, m->bytes + NBSS, n, n, packed);
	const uint32_t words[] = { 0x00000004, 8, 0, zeros };	/* Pattern_V1, its length, the byte, how many */

	memcpy(packed + at, words, sizeof(words));
	memcpy(packed + 4, &original, sizeof(original));
	return at + sizeof(words);
}

Test(compressed, what_stands_before_a_bomb_is_read)
{
	static const uint32_t zeros[] = { 2 << 20, 200 << 20 };

	for (size_t i = 0; i < 2; i++) {
		struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
		struct smb2_ids ids = { .message_id = 1, .session_id = 0x61, .tree_id = 5 };

		smb_put_create(&message, ids, "evil.exe", 0);
		say_packed(k, pack_bomb(&message, (uint32_t)(message.n - NBSS) + zeros[i], zeros[i]));
		smb_grant_create(k, ids, 7, 7);
		cr_assert_eq(k->counts.of[COUNT_SMB2_COMPRESSED_CUT], 1);
		cr_assert_str_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_CREATE, 0)->smb_create->path, "evil.exe");
		cr_assert(smb_kit_close(k));
		smb_kit_free(k);
	}
}

Test(compressed, what_is_cut_of_a_write_is_declared_as_lost)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	struct smb2_ids ids = { .message_id = 2, .session_id = 0x61, .tree_id = 5 };
	uint32_t n = 8 << 20, head = 64 + 48;
	char expected[64];

	smb_ask_tree(k, (struct smb2_ids){ .message_id = 1, .session_id = 0x61 }, "\\\\SRV\\ADMIN$");
	smb_grant_tree(k, (struct smb2_ids){ .message_id = 1, .session_id = 0x61, .tree_id = 5 }, 1);
	smb2_begin(&message, 9, 0, ids);
	smb_u16(&message, 49);
	smb_u16(&message, head);
	smb_u32(&message, n);
	smb_u64(&message, 0);
	smb_u64(&message, 7);
	smb_u64(&message, 7);
	smb_zeros(&message, 16);
	say_packed(k, pack_bomb(&message, head + n, n));
	cr_assert(smb_kit_close(k));
	snprintf(expected, sizeof(expected), "write=%u/0/0/%u:", LIMIT_INFLATED_BYTES - head, n - (LIMIT_INFLATED_BYTES - head));
	cr_assert(strstr(k->log, expected), "%s: %s", expected, k->log);
	smb_kit_free(k);
}

Test(compressed, when_too_much_came_out_in_a_second_heads_are_read)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	struct smb2_ids ids = { .message_id = 1, .session_id = 0x61, .tree_id = 5 };
	size_t n;

	k->env.inflated.second = k->now_ns / 1000000000;
	k->env.inflated.bytes = LIMIT_INFLATED_PER_SECOND;
	smb_put_create(&message, ids, "evil.exe", 0);
	n = pack_bomb(&message, (uint32_t)(message.n - NBSS) + 100000, 100000);
	say_packed(k, n);
	smb_grant_create(k, ids, 7, 7);
	cr_assert_str_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_CREATE, 0)->smb_create->path, "evil.exe");
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

Test(compressed, only_an_smb2_message_may_come_out)
{
	static const char *const inner[] = { "\xFCSMB", "\xFDSMB", "\xFFSMB", "nope" };
	uint8_t in[128] = { 0 };

	for (size_t i = 0; i < 4; i++) {
		struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

		memcpy(in, inner[i], 4);
		say_packed(k, squeeze_chained(SQUEEZE_NONE, in, sizeof(in), 0, packed));
		cr_assert_eq(counts_sum(&k->counts, COUNT_OF_MALFORMED), 1, "%zu", i);
		cr_assert_eq(k->counts.of[COUNT_SMB_MESSAGES] + k->counts.of[COUNT_SMB_ENCRYPTED], 0);
		smb2_begin(&message, ECHO, 0, (struct smb2_ids){ 0 });
		smb_send(k, &message);
		cr_assert_eq(k->counts.of[COUNT_SMB_MESSAGES], 1, "the next message is read");
		cr_assert(smb_kit_close(k));
		smb_kit_free(k);
	}
}

Test(compressed, every_algorithm_has_a_name)
{
	cr_assert_str_eq(compressed_algorithm(0), "NONE");
	cr_assert_str_eq(compressed_algorithm(3), "LZ77+Huffman");
	cr_assert_str_eq(compressed_algorithm(5), "LZ4");
	cr_assert_null(compressed_algorithm(6));
}
