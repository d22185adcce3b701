/* What was opened to be deleted when closed, and ends without a Close. */
#include "tests/lib/smb_kit.h"
#include "tests/lib/smb_say.h"

#include <criterion/criterion.h>

enum {
	TREE_DISCONNECT = 4, SET_INFO = 17,
	OPTIONS = 64 + 40,	/* [MS-SMB2] 2.2.13: CreateOptions */
	DELETE_ON_CLOSE = 0x1000,
	FILE_ID = 0x77, TREE = 5, SESSION = 9,
};

static struct smb2_ids ids(uint64_t message_id)
{
	return (struct smb2_ids){ .message_id = message_id, .session_id = SESSION, .tree_id = TREE };
}

/* A connection with such a file open on ADMIN$. */
static struct smb_kit *with_doomed_file(void)
{
	static struct smb_message m;
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	smb_say_logon(k, ids(1), 0, 0, 0);
	smb_ask_tree(k, ids(2), "\\\\SRV\\ADMIN$");
	smb_grant_tree(k, ids(2), 1);
	smb_put_create(&m, ids(3), "tool.exe", 0);
	smb_set_u32(&m, OPTIONS, DELETE_ON_CLOSE);
	smb_send(k, &m);
	smb_grant_create(k, ids(3), FILE_ID, 7);
	return k;
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

static void say_disposition(struct smb_kit *k, unsigned is_deleted)
{
	static struct smb_message m;

	smb2_begin(&m, SET_INFO, 0, ids(4));
	smb_u16(&m, 33);
	smb_u8(&m, 1);
	smb_u8(&m, 13);
	smb_u32(&m, 1);
	smb_u16(&m, 64 + 32);
	smb_zeros(&m, 6);
	smb_u64(&m, FILE_ID);
	smb_u64(&m, FILE_ID);
	smb_u8(&m, is_deleted);
	smb_send(k, &m);
	smb2_answer(&m, SET_INFO, 0, ids(4));
	smb_u16(&m, 2);
	smb_send(k, &m);
}

Test(delete, a_disposition_that_is_taken_back_leaves_what_was_asked_when_opening)
{
	struct smb_kit *k = with_doomed_file();

	say_disposition(k, 0);
	cr_expect_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_DELETE), 0);
	smb_say_close(k, ids(5), FILE_ID);
	cr_expect_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_DELETE), 1);
	cr_expect_str_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_DELETE, 0)->smb_delete->by, "delete_on_close");
	smb_kit_free(k);
}

Test(delete, one_that_was_set_and_taken_back_is_told_again_at_the_close)
{
	struct smb_kit *k = with_doomed_file();

	say_disposition(k, 1);
	say_disposition(k, 0);
	smb_say_close(k, ids(5), FILE_ID);
	cr_expect_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_DELETE), 2);
	smb_kit_free(k);
}
