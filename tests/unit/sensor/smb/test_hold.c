/* What is said to a pipe waits for the server to take it: refused bytes never enter the stream, all others do, in order. */
#include "sensor/smb/hold.h"
#include "tests/lib/smb_say.h"

#include <criterion/criterion.h>
#include <string.h>

enum { SESSION = 0x61, IPC = 5, DISK = 6, PIPE = 7, IOCTL = 0x0B, TRANSCEIVE = 0x0011C017 };

#define INVALID_PARAMETER 0xC000000Du
#define NOT_SUPPORTED     0xC00000BBu
#define CANCELLED         0xC0000120u

static struct smb2_ids ids(uint64_t message_id, uint32_t tree)
{
	return (struct smb2_ids){ .message_id = message_id, .session_id = SESSION, .tree_id = tree };
}

/* A kit with pipe svcctl open. */
static struct smb_kit *with_pipe(void)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	smb_ask_tree(k, ids(1, 0), "\\\\SRV\\IPC$");
	smb_grant_tree(k, ids(1, IPC), 2);
	smb_ask_create(k, ids(2, IPC), "svcctl");
	smb_grant_create(k, ids(2, IPC), PIPE, 0);
	return k;
}

/* Sixteen bytes that begin like a PDU, told apart by their last. */
static struct view words(char mark)
{
	static char bytes[16];

	memcpy(bytes, "\5\0\0\3\x10\0\0\0\xff\xff\0\0\1\0\0\0", sizeof(bytes));
	bytes[15] = mark;
	return view_of(bytes, sizeof(bytes));
}

static void say(struct smb_kit *k, uint64_t message_id, uint64_t offset, char mark)
{
	smb_ask_write_bytes(k, ids(message_id, IPC), PIPE, offset, words(mark));
}

static void answer(struct smb_kit *k, uint64_t message_id, uint32_t status)
{
	smb_answer_write(k, ids(message_id, IPC), status);
}

static void read_back(struct smb_kit *k, uint64_t message_id)
{
	smb_ask_read(k, ids(message_id, IPC), PIPE, 0, 100);
}

/* How the pipe's line of the log ends up, and everything given back. */
static const char *close_of(struct smb_kit *k)
{
	smb_say_close(k, ids(99, IPC), PIPE);
	cr_assert(smb_kit_close(k));
	return k->log;
}

static void ask_transceive(struct smb_kit *k, uint64_t message_id, char mark)
{
	static struct smb_message m;

	smb2_begin(&m, IOCTL, 0, ids(message_id, IPC));
	smb_u32(&m, 57);
	smb_u32(&m, TRANSCEIVE);
	smb_u64(&m, PIPE);
	smb_u64(&m, PIPE);
	smb_u32(&m, 64 + 56);
	smb_u32(&m, 16);
	smb_zeros(&m, 24);
	smb_bytes(&m, words(mark).bytes, 16);
	smb_send(k, &m);
}

static void answer_transceive(struct smb_kit *k, uint64_t message_id, uint32_t status)
{
	static struct smb_message m;

	smb2_answer(&m, IOCTL, status, ids(message_id, IPC));
	smb_u32(&m, 49);
	smb_zeros(&m, 28);
	smb_u32(&m, 64 + 48);
	smb_u32(&m, 16);
	smb_u64(&m, 0);
	smb_bytes(&m, words('<').bytes, 16);
	smb_send(k, &m);
}

/* What the log is when only ${a} and, unless 0, ${b} went into the pipe. */
static void assert_like(struct smb_kit *k, char a, char b)
{
	struct smb_kit *plain = with_pipe();
	const char *log = close_of(k);

	say(plain, 10, 0, a);
	answer(plain, 10, 0);
	if (b != 0) {
		say(plain, 11, 0, b);
		answer(plain, 11, 0);
	}
	cr_assert_str_eq(log, close_of(plain));
	smb_kit_free(plain);
	smb_kit_free(k);
}

Test(hold, a_refused_write_is_no_part_of_the_stream)
{
	struct smb_kit *k = with_pipe();

	say(k, 3, 0, 'x');
	answer(k, 3, INVALID_PARAMETER);
	say(k, 4, 0, 'a');
	answer(k, 4, 0);
	cr_assert_eq(k->counts.of[COUNT_SMB_PIPE_REFUSED], 1);
	assert_like(k, 'a', 0);
}

Test(hold, a_refused_ioctl_is_no_part_of_the_stream)
{
	struct smb_kit *k = with_pipe();

	ask_transceive(k, 3, 'x');
	answer_transceive(k, 3, NOT_SUPPORTED);
	say(k, 4, 0, 'a');
	answer(k, 4, 0);
	assert_like(k, 'a', 0);
}

Test(hold, a_pipe_is_not_judged_by_what_was_refused)
{
	struct smb_kit *k = with_pipe();

	smb_ask_write(k, ids(3, IPC), PIPE, 0, "no PDU begins like this one");
	answer(k, 3, INVALID_PARAMETER);
	say(k, 4, 0, 'a');
	answer(k, 4, 0);
	assert_like(k, 'a', 0);
}

/* The server may have read it: it is told, and the reader is told to look for the next PDU. */
Test(hold, what_was_cancelled_goes_on_and_the_stream_is_searched)
{
	struct smb_kit *k = with_pipe();

	say(k, 3, 0, 'a');
	answer(k, 3, CANCELLED);
	assert_like(k, 'a', 0);
}

Test(hold, a_pipe_has_no_offsets)
{
	static const uint64_t offsets[] = { 1, 0xFFFFFFFF, UINT64_MAX - 1, UINT64_MAX };

	for (size_t i = 0; i < sizeof(offsets) / sizeof(*offsets); i++) {
		struct smb_kit *k = with_pipe();

		say(k, 3, offsets[i], 'a');
		answer(k, 3, 0);
		assert_like(k, 'a', 0);
	}
}

Test(hold, what_was_never_answered_goes_on_at_the_end)
{
	struct smb_kit *k = with_pipe();

	say(k, 3, 0, 'a');
	assert_like(k, 'a', 0);
}

Test(hold, a_write_whose_answer_was_not_seen_goes_on_before_the_next)
{
	struct smb_kit *k = with_pipe();

	say(k, 3, 0, 'a');
	say(k, 4, 0, 'b');
	answer(k, 4, 0);
	assert_like(k, 'a', 'b');
}

Test(hold, two_writes_answered_in_the_other_order_go_on_in_theirs)
{
	struct smb_kit *k = with_pipe();

	say(k, 3, 0, 'a');
	say(k, 4, 0, 'b');
	answer(k, 4, 0);
	answer(k, 3, 0);
	assert_like(k, 'a', 'b');
}

Test(hold, a_refused_write_between_two_that_were_taken_is_left_out)
{
	struct smb_kit *k = with_pipe();

	say(k, 3, 0, 'a');
	say(k, 4, 0, 'x');
	say(k, 5, 0, 'b');
	answer(k, 4, INVALID_PARAMETER);
	answer(k, 3, 0);
	answer(k, 5, 0);
	assert_like(k, 'a', 'b');
}

Test(hold, what_comes_out_meanwhile_waits_behind_it)
{
	struct smb_kit *k = with_pipe();
	struct smb_kit *plain = with_pipe();

	read_back(k, 3);
	say(k, 4, 0, 'a');
	smb_answer_read(k, ids(3, IPC), "the answer of the server");
	cr_assert_null(strstr(k->log, "client"), "%s", k->log);
	answer(k, 4, 0);
	say(plain, 4, 0, 'a');
	answer(plain, 4, 0);
	read_back(plain, 3);
	smb_answer_read(plain, ids(3, IPC), "the answer of the server");
	cr_assert_str_eq(close_of(k), close_of(plain));
	smb_kit_free(plain);
	smb_kit_free(k);
}

Test(hold, no_more_is_held_than_the_bound)
{
	static uint8_t much[HOLD_BYTES];
	struct smb_kit *k = with_pipe();
	size_t before = pool_used_bytes(k->env.pool);

	memcpy(much, words('a').bytes, 16);
	for (uint64_t i = 0; i < 20; i++) {
		smb_ask_write_bytes(k, ids(3 + i, IPC), PIPE, 0, view_of(much, sizeof(much)));
		cr_assert_lt(pool_used_bytes(k->env.pool), before + 2 * HOLD_BYTES + 4096 + 20 * 256);
	}
	cr_assert_eq(k->counts.of[COUNT_SMB_PIPE_UNHELD], 19);
	cr_assert(strstr(close_of(k), "server=1310720/0:"), "%s", k->log);
	smb_kit_free(k);
}

Test(hold, a_refused_write_too_long_to_be_held_makes_the_reader_search)
{
	static uint8_t much[HOLD_BYTES + 1];
	struct smb_kit *k = with_pipe();

	memcpy(much, words('a').bytes, 16);
	smb_ask_write_bytes(k, ids(3, IPC), PIPE, 0, view_of(much, sizeof(much)));
	cr_assert_eq(k->counts.of[COUNT_SMB_PIPE_UNHELD], 1);
	answer(k, 3, INVALID_PARAMETER);
	cr_assert(strstr(close_of(k), "server=65537/0:"), "%s", k->log);
	smb_kit_free(k);
}

Test(hold, what_is_held_goes_on_when_its_tree_is_gone)
{
	struct smb_kit *k = with_pipe();

	say(k, 3, 0, 'a');
	cr_assert(smb_kit_close(k));
	cr_assert(strstr(k->log, "server=16/0:"), "%s", k->log);
	smb_kit_free(k);
}

/* ---- appending to files ---- */

Test(hold, an_append_goes_behind_what_was_written_before_it)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	struct smb_kit *plain = smb_kit_new(SMB_KIT_FAKES);
	struct smb_kit *both[] = { k, plain };

	for (size_t i = 0; i < 2; i++) {
		smb_ask_tree(both[i], ids(1, 0), "\\\\SRV\\ADMIN$");
		smb_grant_tree(both[i], ids(1, DISK), 1);
		smb_ask_create(both[i], ids(2, DISK), "a.exe");
		smb_grant_create(both[i], ids(2, DISK), 8, 1);
		smb_ask_write(both[i], ids(3, DISK), 8, 0, "MZ");
		smb_answer_write(both[i], ids(3, DISK), 0);
		smb_ask_write(both[i], ids(4, DISK), 8, i == 0 ? UINT64_MAX : 2, " and ");
		smb_ask_write(both[i], ids(5, DISK), 8, i == 0 ? UINT64_MAX : 7, "so on");
		cr_assert(smb_kit_close(both[i]));
	}
	cr_assert_str_eq(k->log, plain->log);
	smb_kit_free(plain);
	smb_kit_free(k);
}

Test(hold, an_append_to_a_file_whose_end_was_not_seen_is_counted_as_lost)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	smb_ask_tree(k, ids(1, 0), "\\\\SRV\\ADMIN$");
	smb_grant_tree(k, ids(1, DISK), 1);
	smb_ask_write(k, ids(3, DISK), 8, UINT64_MAX, "MZ and nobody knows where");
	smb_answer_write(k, ids(3, DISK), 0);
	cr_assert_eq(k->counts.of[COUNT_SMB_APPEND_ADRIFT], 1);
	cr_assert(smb_kit_close(k));
	cr_assert(strstr(k->log, "write=0/0/0/25:"), "%s", k->log);
	smb_kit_free(k);
}

Test(hold, a_refused_append_does_not_move_the_end)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	struct smb_kit *plain = smb_kit_new(SMB_KIT_FAKES);
	struct smb_kit *both[] = { k, plain };

	for (size_t i = 0; i < 2; i++) {
		smb_ask_tree(both[i], ids(1, 0), "\\\\SRV\\ADMIN$");
		smb_grant_tree(both[i], ids(1, DISK), 1);
		smb_ask_create(both[i], ids(2, DISK), "a.exe");
		smb_grant_create(both[i], ids(2, DISK), 8, 1);
	}
	smb_ask_write(k, ids(3, DISK), 8, UINT64_MAX, "MZ refused");
	smb_answer_write(k, ids(3, DISK), INVALID_PARAMETER);
	smb_ask_write(k, ids(4, DISK), 8, UINT64_MAX, "MZ");
	smb_answer_write(k, ids(4, DISK), 0);
	smb_ask_write(k, ids(5, DISK), 8, UINT64_MAX, " taken");
	smb_ask_write(plain, ids(3, DISK), 8, 0, "MZ refused");
	smb_answer_write(plain, ids(3, DISK), INVALID_PARAMETER);
	smb_ask_write(plain, ids(4, DISK), 8, 0, "MZ");
	smb_answer_write(plain, ids(4, DISK), 0);
	smb_ask_write(plain, ids(5, DISK), 8, 2, " taken");
	cr_assert(smb_kit_close(k));
	cr_assert(smb_kit_close(plain));
	cr_assert_str_eq(k->log, plain->log);
	smb_kit_free(plain);
	smb_kit_free(k);
}
