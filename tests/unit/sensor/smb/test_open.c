/* Which open is meant, how it is named, and what ends it. */
#include "sensor/smb/tree.h"
#include "tests/lib/smb_say.h"

#include <criterion/criterion.h>
#include <string.h>

enum { SESSION = 0x61, CREATE = 5, CLOSE = 6, WRITE = 9 };

static struct smb_message message;

static struct smb2_ids ids(uint64_t message_id, uint32_t tree)
{
	return (struct smb2_ids){ .message_id = message_id, .session_id = SESSION, .tree_id = tree };
}

static void write_to(struct smb_kit *k, uint64_t message_id, uint64_t id, uint64_t offset, const char *bytes)
{
	smb_ask_write(k, ids(message_id, 5), id, offset, bytes);
}

static const Ev__SmbCreate *create_of(const struct smb_kit *k, size_t i)
{
	return smb_kit_event(k, EV__EVENT__BODY_SMB_CREATE, i)->smb_create;
}

/* ---- names ---- */

Test(open, a_path_is_resolved_and_stated_as_sent_where_that_differs)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	smb_ask_create(k, ids(1, 5), "a\\..\\dd.exe");
	smb_grant_create(k, ids(1, 5), 7, 7);
	smb_ask_create(k, ids(2, 5), "\\plain.exe");
	smb_grant_create(k, ids(2, 5), 8, 7);
	cr_assert_str_eq(create_of(k, 0)->path, "dd.exe");
	cr_assert_str_eq(create_of(k, 0)->sent_path, "a\\..\\dd.exe");
	cr_assert_not(create_of(k, 0)->dfs);
	cr_assert_str_eq(create_of(k, 1)->path, "plain.exe");
	cr_assert_null(create_of(k, 1)->sent_path);
	smb_kit_free(k);
}

Test(open, the_share_of_a_tree_is_known_however_long_its_server)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);
	static char path[3000];

	memset(path, 'A', sizeof(path) - 1);
	memcpy(path, "\\\\", 2);
	memcpy(path + sizeof(path) - 8, "\\ADMIN$", 7);
	smb_ask_tree(k, ids(1, 0), path);
	smb_grant_tree(k, ids(1, 5), 1);
	cr_assert_str_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_TREE_CONNECT, 0)->smb_tree_connect->share, "ADMIN$");
	cr_assert(tree_has_admin(k->conns[0]));
	smb_ask_create(k, ids(2, 5), "tool");
	smb_grant_create(k, ids(2, 5), 7, 7);
	write_to(k, 3, 7, 0, "MZ");
	cr_assert(smb_kit_close(k));
	cr_assert(strstr(k->log, "ADMIN$|tool hash"), "%s", k->log);
	smb_kit_free(k);
}

/* ---- which, and until when ---- */

Test(open, opens_of_two_sessions_with_one_number_are_two)
{
	enum { OTHER = 0x62 };
	const struct smb2_ids theirs = { .message_id = 2, .session_id = OTHER, .tree_id = 5 };
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	smb_ask_create(k, ids(1, 5), "tool.exe");
	smb_grant_create(k, ids(1, 5), 7, 7);
	smb_ask_create(k, theirs, "notes.txt");
	smb_grant_create(k, theirs, 7, 7);
	write_to(k, 3, 7, 0, "MZ and so on");
	smb_answer_write(k, ids(3, 5), 0);
	smb_say_close(k, ids(4, 5), 7);
	cr_assert(strstr(k->log, "file -|tool.exe hash id=7 size=0 write=12/1/0/0:"), "%s", k->log);
	cr_assert_null(strstr(k->log, "notes.txt"), "%s", k->log);
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

static void answer_close(struct smb_kit *k, uint64_t message_id, uint32_t status)
{
	smb2_answer(&message, CLOSE, status, ids(message_id, 5));
	smb_zeros(&message, status == 0 ? 60 : 8);
	smb_send(k, &message);
}

static void ask_close(struct smb_kit *k, uint64_t message_id, uint64_t id)
{
	smb2_begin(&message, CLOSE, 0, ids(message_id, 5));
	smb_u16(&message, 24);
	smb_zeros(&message, 6);
	smb_u64(&message, 0);
	smb_u64(&message, id);
	smb_send(k, &message);
}

Test(open, a_refused_close_ends_nothing)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	smb_ask_create(k, ids(1, 5), "tool.exe");
	smb_grant_create(k, ids(1, 5), 7, 7);
	write_to(k, 2, 7, 0, "MZ and");
	ask_close(k, 3, 7);
	answer_close(k, 3, 0xC0000022);
	write_to(k, 4, 7, 6, " so on");
	ask_close(k, 5, 7);
	answer_close(k, 5, 0xC0000128);
	cr_assert(strstr(k->log, "file -|tool.exe hash id=7 size=0 write=12/0/0/0:"), "%s", k->log);
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

Test(open, what_a_refused_compound_wrote_was_never_written)
{
	const struct smb2_ids related = { .message_id = 3, .session_id = UINT64_MAX, .tree_id = UINT32_MAX };
	struct smb_kit *k = smb_kit_new(SMB_KIT_REAL);

	smb_put_create(&message, ids(2, 5), "tool.exe", 0);
	for (int twice = 0; twice < 2; twice++) {
		smb2_next(&message, WRITE, 4, related);
		smb_u16(&message, 49);
		smb_u16(&message, 64 + 48);
		smb_u32(&message, 4);
		smb_u64(&message, 0);
		smb_u64(&message, UINT64_MAX);
		smb_u64(&message, UINT64_MAX);
		smb_zeros(&message, 16);
		smb_bytes(&message, "MZ\0\0", 4);
	}
	smb_send(k, &message);
	smb2_answer(&message, CREATE, 0xC0000022, ids(2, 5));
	smb_zeros(&message, 8);
	smb_send(k, &message);
	smb_answer_write(k, ids(3, 5), 0xC0000022);
	cr_assert(smb_kit_close(k));
	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_CREATE), 1);
	cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_TRANSFER), 0);
	smb_kit_free(k);
}
