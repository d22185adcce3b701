/* What was opened to be deleted when closed, and ends without a Close; and what is taken back. */
#include "tests/lib/smb_kit.h"
#include "tests/lib/smb_say.h"

#include <criterion/criterion.h>

enum {
	TREE_DISCONNECT = 4, SET_INFO = 17,
	OPTIONS = 64 + 40,	/* [MS-SMB2] 2.2.13: CreateOptions */
	DELETE_ON_CLOSE = 0x1000,
	DISPOSITION = 13, DISPOSITION_EX = 64,	/* [MS-FSCC] 2.4 */
	FILE_ID = 0x77, TREE = 5, SESSION = 9,
};

static struct smb2_ids ids(uint64_t message_id)
{
	return (struct smb2_ids){ .message_id = message_id, .session_id = SESSION, .tree_id = TREE };
}

/* A connection with a file open on ADMIN$, with these CreateOptions. */
static struct smb_kit *with_options(uint32_t options)
{
	static struct smb_message m;
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	smb_say_logon(k, ids(1), 0, 0, 0);
	smb_ask_tree(k, ids(2), "\\\\SRV\\ADMIN$");
	smb_grant_tree(k, ids(2), 1);
	smb_put_create(&m, ids(3), "tool.exe", 0);
	smb_set_u32(&m, OPTIONS, options);
	smb_send(k, &m);
	smb_grant_create(k, ids(3), FILE_ID, 7);
	return k;
}

static struct smb_kit *with_doomed_file(void)
{
	return with_options(DELETE_ON_CLOSE);
}

static struct smb_kit *with_file(void)
{
	return with_options(0);
}

static void say_tree_disconnect(struct smb_kit *k, uint32_t status)
{
	static struct smb_message m;

	smb2_begin(&m, TREE_DISCONNECT, 0, ids(4));
	smb_u32(&m, 4);
	smb_send(k, &m);
	smb2_answer(&m, TREE_DISCONNECT, status, ids(4));
	smb_u32(&m, 4);
	smb_send(k, &m);
}

static void expect_deleted(const struct smb_kit *k, bool is_answered)
{
	const Ev__Event *e = smb_kit_event(k, EV__EVENT__BODY_SMB_DELETE, 0);

	cr_assert_not_null(e);
	cr_expect_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_DELETE), 1);
	cr_expect_str_eq(e->smb_delete->by, "disconnect");
	cr_expect_str_eq(e->smb_delete->path, "tool.exe");
	cr_expect_str_eq(e->smb_delete->share, "\\\\SRV\\ADMIN$");
	cr_expect_eq(e->smb_delete->file_id, FILE_ID);
	cr_expect_eq(e->has_status, is_answered);
	cr_expect_eq(e->has_response_time, is_answered);
}

Test(delete, the_share_of_a_tree_that_was_named_with_a_backslash_behind_it_is_its_share)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	const Ev__SmbTreeConnect *tree;

	smb_say_logon(k, ids(1), 0, 0, 0);
	smb_ask_tree(k, ids(2), "\\\\SRV\\ADMIN$\\");
	smb_grant_tree(k, ids(2), 1);
	smb_ask_create(k, ids(3), "tool.exe");
	smb_grant_create(k, ids(3), FILE_ID, 7);
	tree = smb_kit_event(k, EV__EVENT__BODY_SMB_TREE_CONNECT, 0)->smb_tree_connect;
	cr_expect_str_eq(tree->path, "\\\\SRV\\ADMIN$\\");
	cr_expect_str_eq(tree->share, "ADMIN$");
	cr_expect_str_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_CREATE, 0)->smb_create->share, "\\\\SRV\\ADMIN$");
	smb_kit_free(k);
}

Test(delete, the_end_of_the_tree_deletes)
{
	struct smb_kit *k = with_doomed_file();

	say_tree_disconnect(k, 0xC0000022);
	cr_expect_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_DELETE), 0, "a refused one ends nothing");
	say_tree_disconnect(k, 0);
	smb_kit_hang_up(k);
	expect_deleted(k, true);
	smb_kit_free(k);
}

Test(delete, the_end_of_the_session_deletes)
{
	struct smb_kit *k = with_doomed_file();

	smb_say_logoff(k, ids(4));
	smb_kit_hang_up(k);
	expect_deleted(k, true);
	smb_kit_free(k);
}

Test(delete, the_end_of_the_connection_deletes_without_an_answer)
{
	struct smb_kit *k = with_doomed_file();

	smb_kit_hang_up(k);
	expect_deleted(k, false);
	smb_kit_free(k);
}

Test(delete, a_connection_the_sensor_lost_sight_of_says_nothing)
{
	struct smb_kit *k = with_doomed_file();

	smb_kit_close(k);
	cr_expect_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_DELETE), 0);
	smb_kit_free(k);
}

Test(delete, what_was_closed_is_not_deleted_twice)
{
	struct smb_kit *k = with_doomed_file();

	smb_say_close(k, ids(4), FILE_ID);
	smb_kit_hang_up(k);
	cr_expect_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_DELETE), 1);
	cr_expect_str_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_DELETE, 0)->smb_delete->by, "delete_on_close");
	smb_kit_free(k);
}

/* [MS-FSCC] 2.4.11, or, with four octets, 2.4.12. */
static void say_disposition_of(struct smb_kit *k, unsigned class, uint32_t value, uint32_t status)
{
	static struct smb_message m;
	bool is_ex = class == DISPOSITION_EX;

	smb2_begin(&m, SET_INFO, 0, ids(4));
	smb_u16(&m, 33);
	smb_u8(&m, 1);
	smb_u8(&m, class);
	smb_u32(&m, is_ex ? 4 : 1);
	smb_u16(&m, 64 + 32);
	smb_zeros(&m, 6);
	smb_u64(&m, FILE_ID);
	smb_u64(&m, FILE_ID);
	if (is_ex)
		smb_u32(&m, value);
	else
		smb_u8(&m, value);
	smb_send(k, &m);
	smb2_answer(&m, SET_INFO, status, ids(4));
	smb_u16(&m, 2);
	smb_send(k, &m);
}

static void say_disposition(struct smb_kit *k, unsigned is_deleted)
{
	say_disposition_of(k, DISPOSITION, is_deleted, 0);
}

/* The ${i}th smb.delete. */
static const Ev__SmbDelete *deletion(const struct smb_kit *k, size_t i)
{
	const Ev__Event *e = smb_kit_event(k, EV__EVENT__BODY_SMB_DELETE, i);

	cr_assert_not_null(e);
	return e->smb_delete;
}

Test(delete, a_disposition_that_is_taken_back_leaves_what_was_asked_when_opening)
{
	struct smb_kit *k = with_doomed_file();

	say_disposition(k, 0);
	cr_expect_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_DELETE), 0);
	smb_say_close(k, ids(5), FILE_ID);
	cr_expect_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_DELETE), 1);
	cr_expect_str_eq(deletion(k, 0)->by, "delete_on_close");
	smb_kit_free(k);
}

Test(delete, a_disposition_that_is_taken_back_is_told)
{
	struct smb_kit *k = with_file();

	say_disposition(k, 1);
	say_disposition(k, 0);
	say_disposition(k, 0);
	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_DELETE), 2, "once");
	cr_expect_not(deletion(k, 0)->has_taken_back);
	cr_expect(deletion(k, 1)->taken_back);
	cr_expect_str_eq(deletion(k, 1)->by, "disposition");
	cr_expect_str_eq(deletion(k, 1)->path, "tool.exe");
	cr_expect_str_eq(deletion(k, 1)->share, "\\\\SRV\\ADMIN$");
	cr_expect_eq(deletion(k, 1)->file_id, FILE_ID);
	smb_say_close(k, ids(5), FILE_ID);
	cr_expect_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_DELETE), 2, "it stays");
	smb_kit_free(k);
}

Test(delete, taking_back_that_is_refused_leaves_it_to_be_taken_back)
{
	struct smb_kit *k = with_file();

	say_disposition_of(k, DISPOSITION_EX, 1, 0);
	say_disposition_of(k, DISPOSITION_EX, 0, 0xC0000022);
	say_disposition_of(k, DISPOSITION_EX, 0, 0);
	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_DELETE), 3);
	cr_expect(deletion(k, 1)->taken_back);
	cr_expect_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_DELETE, 1)->status, 0xC0000022);
	cr_expect(deletion(k, 2)->taken_back);
	smb_kit_free(k);
}

Test(delete, what_was_asked_when_opening_is_taken_back_by_a_disposition_about_that)
{
	struct smb_kit *k = with_doomed_file();

	say_disposition_of(k, DISPOSITION_EX, 8, 0);
	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_DELETE), 1);
	cr_expect(deletion(k, 0)->taken_back);
	smb_say_close(k, ids(5), FILE_ID);
	cr_expect_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_DELETE), 1);
	smb_kit_free(k);
}

Test(delete, one_that_was_set_and_taken_back_is_told_again_at_the_close)
{
	struct smb_kit *k = with_doomed_file();

	say_disposition(k, 1);
	say_disposition(k, 0);
	smb_say_close(k, ids(5), FILE_ID);
	cr_expect_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_DELETE), 3);
	cr_expect(deletion(k, 1)->taken_back);
	cr_expect_str_eq(deletion(k, 2)->by, "delete_on_close");
	smb_kit_free(k);
}
