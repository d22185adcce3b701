/* SMB1: which request an answer belongs to, in chains and where two requests have one MID. */
#include "tests/lib/smb_say.h"

#include <criterion/criterion.h>
#include <string.h>

enum {
	CLOSE = 0x04, WRITE = 0x0B, OPEN_ANDX = 0x2D, TREE_CONNECT_ANDX = 0x75, LOCKING_ANDX = 0x24,
	NO_MORE = 0xFF, UID = 0x801, MID = 5, REPLY = 0x80,
};

#define BAD_NETWORK_NAME 0xC00000CCu

static struct smb_message message;

static struct smb1_ids ids(uint16_t tid)
{
	return (struct smb1_ids){ .mid = MID, .uid = UID, .tid = tid };
}

/* One block of a chain; ${next} is the command behind it, or NO_MORE. Returns where the offset of that stands. */
static size_t put_words(unsigned n_words, unsigned next)
{
	smb_u8(&message, n_words);
	smb_u8(&message, next);
	smb_u8(&message, 0);
	smb_u16(&message, 0);
	return message.n - 2 - message.element;
}

static void link_here(size_t offset_at)
{
	smb_set_u16(&message, offset_at, (unsigned)(message.n - message.element));
}

static size_t put_connect(const char *path, unsigned next)
{
	size_t at = put_words(4, next);

	smb_u16(&message, 0);
	smb_u16(&message, 0);
	smb_u16(&message, (unsigned)(2 * strlen(path) + 2 + 2 + 6));
	smb_zeros(&message, (message.n - message.element) % 2);
	smb_utf16(&message, path);
	smb_u16(&message, 0);
	smb_bytes(&message, "?????", 6);
	return at;
}

static void ask(struct smb_kit *k, const char *path)
{
	smb1_begin(&message, TREE_CONNECT_ANDX, ids(0));
	put_connect(path, NO_MORE);
	smb_send(k, &message);
}

static size_t put_granted(unsigned next)
{
	size_t at = put_words(3, next);

	smb_u16(&message, 1);
	smb_u16(&message, 3);
	smb_ascii(&message, "A:");
	return at;
}

static void answer(struct smb_kit *k, uint16_t tid, uint32_t status)
{
	smb1_answer(&message, TREE_CONNECT_ANDX, status, ids(tid));
	if (status == 0)
		put_granted(NO_MORE);
	else
		smb_zeros(&message, 3);
	smb_send(k, &message);
}

static const Ev__Event *connect_of(struct smb_kit *k, size_t i)
{
	const Ev__Event *e = smb_kit_event(k, EV__EVENT__BODY_SMB_TREE_CONNECT, i);

	cr_assert_not_null(e);
	return e;
}

Test(chain, two_requests_with_one_mid_are_both_answered_in_their_order)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	ask(k, "\\\\SRV\\ADMIN$");
	ask(k, "\\\\SRV\\data");
	answer(k, 1, 0);
	answer(k, 2, 0);
	cr_assert_str_eq(connect_of(k, 0)->smb_tree_connect->path, "\\\\SRV\\ADMIN$");
	cr_assert_eq(connect_of(k, 0)->smb_tree_connect->tree_id, 1);
	cr_assert_str_eq(connect_of(k, 1)->smb_tree_connect->path, "\\\\SRV\\data");
	cr_assert_eq(connect_of(k, 1)->smb_tree_connect->tree_id, 2);
	cr_assert_eq(k->counts.of[COUNT_SMB_UNANSWERED], 0);
	smb_kit_free(k);
}

Test(chain, where_an_answer_may_be_missing_a_new_request_with_its_mid_replaces_the_old_one)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	ask(k, "\\\\SRV\\ADMIN$");
	smb_kit_gap(k, FROM_OPENED, 100);
	ask(k, "\\\\SRV\\data");
	answer(k, 2, 0);
	cr_assert_not(connect_of(k, 0)->has_status);
	cr_assert_str_eq(connect_of(k, 1)->smb_tree_connect->path, "\\\\SRV\\data");
	smb_kit_free(k);
}

Test(chain, a_request_that_says_it_is_an_answer_is_read)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	smb1_begin(&message, TREE_CONNECT_ANDX, ids(0));
	put_connect("\\\\SRV\\ADMIN$", NO_MORE);
	message.bytes[message.element + 9] |= REPLY;
	smb_send(k, &message);
	answer(k, 1, 0);
	cr_assert_str_eq(connect_of(k, 0)->smb_tree_connect->path, "\\\\SRV\\ADMIN$");
	cr_assert_eq(k->counts.of[COUNT_SMB_WRONG_WAY], 1);
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

Test(chain, what_failed_behind_it_does_not_refuse_the_first_of_a_chain)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	smb1_begin(&message, TREE_CONNECT_ANDX, ids(0));
	link_here(put_connect("\\\\SRV\\ADMIN$", TREE_CONNECT_ANDX));
	put_connect("\\\\SRV\\none", NO_MORE);
	smb_send(k, &message);
	smb1_answer(&message, TREE_CONNECT_ANDX, BAD_NETWORK_NAME, ids(1));
	link_here(put_granted(TREE_CONNECT_ANDX));
	smb_zeros(&message, 3);
	smb_send(k, &message);
	cr_assert_eq(connect_of(k, 0)->status, 0);
	cr_assert_eq(connect_of(k, 1)->status, BAD_NETWORK_NAME);
	smb_kit_free(k);
}

Test(chain, a_failed_chain_takes_no_other_message_with_its_mid_along)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	smb1_begin(&message, TREE_CONNECT_ANDX, ids(0));
	link_here(put_connect("\\\\SRV\\none", TREE_CONNECT_ANDX));
	put_connect("\\\\SRV\\behind", NO_MORE);
	smb_send(k, &message);
	ask(k, "\\\\SRV\\ADMIN$");
	answer(k, 0, BAD_NETWORK_NAME);
	answer(k, 1, 0);
	cr_assert_eq(connect_of(k, 1)->status, BAD_NETWORK_NAME);
	cr_assert_str_eq(connect_of(k, 2)->smb_tree_connect->path, "\\\\SRV\\ADMIN$");
	cr_assert_eq(connect_of(k, 2)->status, 0);
	smb_kit_free(k);
}

/* OPEN_ANDX of "p" and the CLOSE of what it opens, in one message. */
static void ask_open_and_close(struct smb_kit *k)
{
	size_t at;

	smb1_begin(&message, OPEN_ANDX, ids(1));
	at = put_words(15, CLOSE);
	smb_zeros(&message, 26);
	smb_u16(&message, 5);
	smb_zeros(&message, (message.n - message.element) % 2);
	smb_utf16(&message, "p");
	smb_u16(&message, 0);
	link_here(at);
	smb_u8(&message, 3);
	smb_u16(&message, 0xFFFF);
	smb_zeros(&message, 6);
	smb_send(k, &message);
}

Test(chain, what_it_opened_can_be_closed_in_it)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	size_t at;

	ask_open_and_close(k);
	smb1_answer(&message, OPEN_ANDX, 0, ids(1));
	at = put_words(15, CLOSE);
	smb_u16(&message, 7);
	smb_zeros(&message, 26);
	link_here(at);
	smb_zeros(&message, 3);
	smb_send(k, &message);
	cr_assert_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_CREATE, 0)->smb_create->file_id, 7);
	smb1_begin(&message, WRITE, ids(1));
	smb_u8(&message, 5);
	smb_u16(&message, 7);
	smb_u16(&message, 4);
	smb_zeros(&message, 6);
	smb_u16(&message, 7);
	smb_zeros(&message, 3);
	smb_bytes(&message, "more", 4);
	smb_send(k, &message);
	smb_kit_close(k);
	cr_assert_not_null(strstr(k->log, "write=4/"), "%s", k->log);
	cr_assert_null(strstr(k->log, "|p "), "what is written to the id afterwards went into another file: %s", k->log);
	smb_kit_free(k);
}

Test(chain, is_read_to_its_end_however_long_it_is)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	smb1_begin(&message, LOCKING_ANDX, ids(0));
	for (int i = 0; i < 200; i++) {
		size_t at = put_words(2, i < 199 ? LOCKING_ANDX : TREE_CONNECT_ANDX);

		smb_u16(&message, 0);
		link_here(at);
	}
	put_connect("\\\\SRV\\ADMIN$", NO_MORE);
	smb_send(k, &message);
	answer(k, 1, 0);
	cr_assert_str_eq(connect_of(k, 0)->smb_tree_connect->path, "\\\\SRV\\ADMIN$");
	smb_kit_free(k);
}
