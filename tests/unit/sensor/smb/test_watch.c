/* Whoever watches sees each command, whether it yields a fact or not, as its header has it. */
#include "tests/lib/smb_kit.h"

#include <criterion/criterion.h>
#include <string.h>

enum {
	ECHO = 0x0D, QUERY_DIRECTORY = 0x0E, CHANGE_NOTIFY = 0x0F, QUERY_INFO = 0x10, NOBODY_S = 0x77,
	ASYNC = 2, RELATED = 4,
	SMB1_ECHO = 0x2B, SMB1_LOCKING_ANDX = 0x24, SMB1_READ_ANDX = 0x2E, UID = 0x801, TID = 7, MID = 5,
	SEEN_MOST = 8,
};

#define NO_MORE_FILES 0x80000006u
#define FILE_LOCK_CONFLICT 0xC0000054u
#define PENDING 0x103u

static const struct smb2_ids ids = { .message_id = 9, .session_id = 0x61, .tree_id = 5 };
static struct smb_message message;

static struct seen {
	struct smb_command of[SEEN_MOST];
	size_t n;
} seen;

static void see(void *ctx, const struct smb_command *command)
{
	struct seen *s = ctx;

	cr_assert_lt(s->n, SEEN_MOST);
	s->of[s->n++] = *command;
}

static const struct smb_watcher watcher = { .ctx = &seen, .see = see };

static struct smb_kit *watched(void)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	k->env.watcher = &watcher;
	seen.n = 0;
	return k;
}

static void expect(size_t i, const char *name, uint64_t message_id, bool is_response, uint32_t status)
{
	const struct smb_command *c = &seen.of[i];

	cr_assert_lt(i, seen.n);
	cr_expect(name == NULL ? c->name == NULL : c->name != NULL && strcmp(c->name, name) == 0, "%zu: %s", i, c->name);
	cr_expect_eq(c->message_id, message_id, "%zu", i);
	cr_expect_eq(c->is_response, is_response, "%zu", i);
	cr_expect_eq(c->way, is_response ? FROM_OPENED : FROM_OPENER, "%zu", i);
	if (is_response)
		cr_expect_eq(c->status, status, "%zu: %x", i, c->status);
}

Test(watch, each_element_of_a_compound_and_the_status_of_its_answer)
{
	struct smb_kit *k = watched();
	struct smb2_ids second = { .message_id = 10, .session_id = UINT64_MAX, .tree_id = UINT32_MAX };

	smb2_begin(&message, QUERY_DIRECTORY, 0, ids);
	smb_zeros(&message, 32);
	smb2_next(&message, QUERY_INFO, RELATED, second);
	smb_zeros(&message, 40);
	smb_send(k, &message);
	smb2_answer(&message, QUERY_DIRECTORY, NO_MORE_FILES, ids);
	smb_zeros(&message, 9);
	smb_send(k, &message);
	cr_assert_eq(seen.n, 3);
	expect(0, "QUERY_DIRECTORY", 9, false, 0);
	expect(1, "QUERY_INFO", 10, false, 0);
	expect(2, "QUERY_DIRECTORY", 9, true, NO_MORE_FILES);
	cr_expect_eq(seen.of[0].session_id, 0x61);
	cr_expect_eq(seen.of[0].tree_id, 5);
	cr_expect_eq(seen.of[1].session_id, UINT64_MAX, "as its header has it, not what it inherits");
	smb_kit_free(k);
}

Test(watch, an_interim_answer_names_no_tree)
{
	struct smb_kit *k = watched();

	smb2_answer(&message, CHANGE_NOTIFY, PENDING, ids);
	smb_set_u32(&message, 16, 1 | ASYNC);
	smb_zeros(&message, 9);
	smb_send(k, &message);
	cr_assert_eq(seen.n, 1);
	expect(0, "CHANGE_NOTIFY", 9, true, PENDING);
	cr_expect_not(seen.of[0].has_tree);
	smb_kit_free(k);
}

Test(watch, a_command_nobody_knows_has_no_name)
{
	struct smb_kit *k = watched();

	smb2_begin(&message, NOBODY_S, 0, ids);
	smb_zeros(&message, 4);
	smb_send(k, &message);
	cr_assert_eq(seen.n, 1);
	expect(0, NULL, 9, false, 0);
	cr_expect_eq(seen.of[0].command, NOBODY_S);
	smb_kit_free(k);
}

/* A block without parameters but those of a chain, and without bytes. */
static void put_block(unsigned next)
{
	smb_u8(&message, 2);
	smb_u8(&message, next);
	smb_u8(&message, 0);
	smb_u16(&message, next != 0xFF ? (unsigned)(message.n - message.element + 4) : 0);
	smb_u16(&message, 0);
}

Test(watch, of_a_failed_chain_only_the_last_command_failed)
{
	struct smb_kit *k = watched();

	smb1_answer(&message, SMB1_LOCKING_ANDX, FILE_LOCK_CONFLICT, (struct smb1_ids){ .mid = MID, .uid = UID, .tid = TID });
	put_block(SMB1_READ_ANDX);
	put_block(0xFF);
	smb_send(k, &message);
	cr_assert_eq(seen.n, 2);
	expect(0, "LOCKING_ANDX", MID, true, 0);
	expect(1, "READ_ANDX", MID, true, FILE_LOCK_CONFLICT);
	cr_expect(seen.of[1].is_smb1);
	cr_expect_eq(seen.of[1].session_id, UID);
	cr_expect_eq(seen.of[1].tree_id, TID);
	smb_kit_free(k);
}

Test(watch, smb1_commands_that_yield_no_fact_are_seen_too)
{
	struct smb_kit *k = watched();

	smb1_begin(&message, SMB1_ECHO, (struct smb1_ids){ .mid = MID, .uid = UID, .tid = TID });
	smb_u8(&message, 0);
	smb_u16(&message, 0);
	smb_send(k, &message);
	cr_assert_eq(seen.n, 1);
	expect(0, NULL, MID, false, 0);
	cr_expect_eq(seen.of[0].command, SMB1_ECHO);
	smb_kit_free(k);
}
