/* What is set of a file beside its names, its end and its deletion: zeros, and who may do what with it. */
#include "tests/lib/smb_kit.h"
#include "tests/lib/smb_say.h"

#include <criterion/criterion.h>
#include <string.h>

enum {
	IOCTL = 11, SET_INFO = 17, NT_TRANSACT = 0xA0,
	SET_ZERO_DATA = 0x000980C8,
	FILE_ID = 0x77, TREE = 5, SESSION = 9, FID = 7,
	OWNER = 1, GROUP = 2, DACL = 4,
};

static struct smb_message m;

static struct smb2_ids ids(uint64_t message_id)
{
	return (struct smb2_ids){ .message_id = message_id, .session_id = SESSION, .tree_id = TREE };
}

static struct smb_kit *with_file(enum smb_kit_kind kind)
{
	struct smb_kit *k = smb_kit_new(kind);

	smb_say_logon(k, ids(1), 0, 0, 0);
	smb_ask_tree(k, ids(2), "\\\\SRV\\ADMIN$");
	smb_grant_tree(k, ids(2), 1);
	smb_ask_create(k, ids(3), "tool.exe");
	smb_grant_create(k, ids(3), FILE_ID, 7);
	return k;
}

/* ---- zeros ---- */

static void say_zeros(struct smb_kit *k, uint64_t from, uint64_t to, size_t n, uint32_t status)
{
	smb2_begin(&m, IOCTL, 0, ids(5));
	smb_u16(&m, 57);
	smb_u16(&m, 0);
	smb_u32(&m, SET_ZERO_DATA);
	smb_u64(&m, FILE_ID);
	smb_u64(&m, FILE_ID);
	smb_u32(&m, 64 + 56);
	smb_u32(&m, (uint32_t)n);
	smb_zeros(&m, 24);
	smb_u64(&m, from);
	smb_u64(&m, to);
	smb_send(k, &m);
	smb2_answer(&m, IOCTL, status, ids(5));
	smb_u16(&m, 49);
	smb_u16(&m, 0);
	smb_u32(&m, SET_ZERO_DATA);
	smb_u64(&m, FILE_ID);
	smb_u64(&m, FILE_ID);
	smb_zeros(&m, 24);
	smb_send(k, &m);
}

static void write_file(struct smb_kit *k)
{
	smb_ask_write(k, ids(4), FILE_ID, 0, "MZ, and what follows it");
	smb_answer_write(k, ids(4), 0);
}

static const Ev__SmbTransfer *close_file(struct smb_kit *k)
{
	smb_say_close(k, ids(6), FILE_ID);
	return smb_kit_event(k, EV__EVENT__BODY_SMB_TRANSFER, 0)->smb_transfer;
}

Test(set, zeros_are_told_and_leave_no_digest_of_what_they_cover)
{
	struct smb_kit *k = with_file(SMB_KIT_REAL);
	const Ev__SmbSetEnd *told;

	write_file(k);
	say_zeros(k, 20, 4096, 16, 0);
	told = smb_kit_event(k, EV__EVENT__BODY_SMB_SET_END, 0)->smb_set_end;
	cr_expect_eq(told->zeroed_from, 20);
	cr_expect_eq(told->zeroed_to, 4096);
	cr_expect_not(told->has_new_size);
	cr_expect_str_eq(told->path, "tool.exe");
	cr_expect_not(close_file(k)->has_sha256);
	cr_expect_eq(k->counts.of[COUNT_FILE_NO_DIGEST], 1);
	smb_kit_free(k);
}

Test(set, zeros_behind_what_was_written_or_refused_leave_the_digest)
{
	for (int is_refused = 0; is_refused < 2; is_refused++) {
		struct smb_kit *k = with_file(SMB_KIT_REAL);

		write_file(k);
		say_zeros(k, is_refused ? 0 : 23, 4096, 16, is_refused ? 0xC0000022 : 0);
		cr_expect_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_SET_END), 1);
		cr_expect(close_file(k)->has_sha256);
		smb_kit_free(k);
	}
}

Test(set, zeros_before_what_is_written_over_them_leave_the_digest)
{
	struct smb_kit *k = with_file(SMB_KIT_REAL);

	say_zeros(k, 0, 4096, 16, 0);
	write_file(k);
	cr_expect(close_file(k)->has_sha256);
	smb_kit_free(k);
}

Test(set, zeros_without_their_end_are_malformed)
{
	struct smb_kit *k = with_file(SMB_KIT_FAKES);

	say_zeros(k, 0, 4096, 15, 0);
	cr_expect_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_SET_END), 0);
	cr_expect_eq(k->counts.of[COUNT_SMB2_MALFORMED], 1);
	smb_kit_free(k);
}

/* ---- who may do what ---- */

/* [MS-DTYP] 2.4.6: owner S-1-5-32-544, group S-1-5-18, and a DACL that lets everybody do everything, denies guests and audits. */
static const uint8_t descriptor[] = {
	1, 0, 0x04, 0x80, 20, 0, 0, 0, 36, 0, 0, 0, 0, 0, 0, 0, 48, 0, 0, 0,
	/* 20 */ 1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0,
	/* 36 */ 1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0,
	/* 48 */ 2, 0, 92, 0, 4, 0, 0, 0,
	/* 56 */ 0, 0, 20, 0, 0xFF, 1, 0x1F, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0,
	/* 76 */ 1, 0, 24, 0, 1, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x22, 2, 0, 0,
	/* 100 */ 2, 0, 20, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0,
	/* 120 */ 5, 0, 24, 0, 3, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 5, 11, 0, 0, 0,
};

static void say_security(struct smb_kit *k, uint32_t which, const uint8_t *bytes, size_t n, uint32_t status)
{
	smb2_begin(&m, SET_INFO, 0, ids(5));
	smb_u16(&m, 33);
	smb_u8(&m, 3);
	smb_u8(&m, 0);
	smb_u32(&m, (uint32_t)n);
	smb_u16(&m, 64 + 32);
	smb_u16(&m, 0);
	smb_u32(&m, which);
	smb_u64(&m, FILE_ID);
	smb_u64(&m, FILE_ID);
	smb_bytes(&m, bytes, n);
	smb_send(k, &m);
	smb2_answer(&m, SET_INFO, status, ids(5));
	smb_u16(&m, 2);
	smb_send(k, &m);
}

static const Ev__SmbSetSecurity *security(const struct smb_kit *k, size_t i)
{
	const Ev__Event *e = smb_kit_event(k, EV__EVENT__BODY_SMB_SET_SECURITY, i);

	cr_assert_not_null(e);
	return e->smb_set_security;
}

static void expect_all_of_it(const Ev__SmbSetSecurity *s)
{
	cr_assert_eq(s->n_parts, 3);
	cr_expect_str_eq(s->parts[0], "owner");
	cr_expect_str_eq(s->parts[2], "dacl");
	cr_expect_str_eq(s->owner, "S-1-5-32-544");
	cr_expect_str_eq(s->group, "S-1-5-18");
	cr_expect_eq(s->dacl_entries, 4);
	cr_assert_eq(s->n_dacl, 3, "one audits");
	cr_expect_str_eq(s->dacl[0], "allow S-1-1-0 0x001f01ff");
	cr_expect_str_eq(s->dacl[1], "deny S-1-5-32-546 0x00000001");
	cr_expect_str_eq(s->dacl[2], "allow S-1-5-11 0x00000003");
	cr_expect_not(s->has_open_to_all);
}

Test(set, a_security_descriptor_is_told)
{
	struct smb_kit *k = with_file(SMB_KIT_FAKES);

	say_security(k, OWNER | GROUP | DACL, descriptor, sizeof(descriptor), 0xC0000022);
	expect_all_of_it(security(k, 0));
	cr_expect_str_eq(security(k, 0)->path, "tool.exe");
	cr_expect_str_eq(security(k, 0)->share, "\\\\SRV\\ADMIN$");
	cr_expect_eq(smb_kit_event(k, EV__EVENT__BODY_SMB_SET_SECURITY, 0)->status, 0xC0000022);
	smb_kit_free(k);
}

Test(set, of_a_descriptor_only_what_is_set_is_told)
{
	struct smb_kit *k = with_file(SMB_KIT_FAKES);

	say_security(k, GROUP, descriptor, sizeof(descriptor), 0);
	cr_expect_null(security(k, 0)->owner);
	cr_expect_str_eq(security(k, 0)->group, "S-1-5-18");
	cr_expect_eq(security(k, 0)->n_dacl, 0);
	smb_kit_free(k);
}

Test(set, a_dacl_that_is_absent_on_purpose_is_open_to_all)
{
	static const uint8_t open_to_all[20] = { 1, 0, 0x04, 0x80 };
	struct smb_kit *k = with_file(SMB_KIT_FAKES);

	say_security(k, DACL, open_to_all, sizeof(open_to_all), 0);
	cr_expect(security(k, 0)->open_to_all);
	cr_expect_not(security(k, 0)->has_dacl_entries);
	smb_kit_free(k);
}

Test(set, every_shorter_descriptor_is_told_as_far_as_it_goes)
{
	struct smb_kit *k = with_file(SMB_KIT_FAKES);

	for (size_t n = 0; n < sizeof(descriptor); n++) {
		say_security(k, OWNER | GROUP | DACL, descriptor, n, 0);
		cr_assert_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_SET_SECURITY), n + 1);
		cr_assert_eq(security(k, n)->owner != NULL, n >= 36);
		cr_assert_eq(security(k, n)->group != NULL, n >= 48);
		cr_assert_eq(security(k, n)->has_dacl_entries, n >= 56);
		cr_assert_eq(security(k, n)->n_dacl, (n >= 76) + (n >= 100));
	}
	smb_kit_free(k);
}

Test(set, a_sid_of_too_many_parts_and_an_entry_without_a_size_end_it)
{
	uint8_t changed[sizeof(descriptor)];
	struct smb_kit *k = with_file(SMB_KIT_FAKES);

	memcpy(changed, descriptor, sizeof(changed));
	changed[21] = 16;
	changed[58] = 3;
	say_security(k, OWNER | DACL, changed, sizeof(changed), 0);
	cr_expect_null(security(k, 0)->owner);
	cr_expect_eq(security(k, 0)->dacl_entries, 4);
	cr_expect_eq(security(k, 0)->n_dacl, 0);
	smb_kit_free(k);
}

/* [MS-CIFS] 2.2.7.3.1 */
Test(set, smb1_sets_it_in_a_transaction)
{
	const struct smb1_ids one = { .mid = 4, .uid = 1, .tid = 2 };
	const unsigned behind = 32 + 1 + 38 + 2;
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	smb1_begin(&m, NT_TRANSACT, one);
	smb_u8(&m, 19);
	smb_zeros(&m, 3);
	smb_u32(&m, 8);
	smb_u32(&m, sizeof(descriptor));
	smb_zeros(&m, 8);
	smb_u32(&m, 8);
	smb_u32(&m, behind);
	smb_u32(&m, sizeof(descriptor));
	smb_u32(&m, behind + 8);
	smb_u8(&m, 0);
	smb_u16(&m, 3);
	smb_u16(&m, 8 + sizeof(descriptor));
	smb_u16(&m, FID);
	smb_u16(&m, 0);
	smb_u32(&m, OWNER | GROUP | DACL);
	smb_bytes(&m, descriptor, sizeof(descriptor));
	smb_send(k, &m);
	smb1_answer(&m, NT_TRANSACT, 0, one);
	smb_zeros(&m, 3);
	smb_send(k, &m);
	expect_all_of_it(security(k, 0));
	cr_expect_eq(security(k, 0)->file_id, FID);
	smb_kit_free(k);
}
