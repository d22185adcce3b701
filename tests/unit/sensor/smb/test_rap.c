/* Calls of the Remote Administration Protocol. */
#include "sensor/smb/rap.h"
#include "tests/lib/smb_kit.h"

#include <criterion/criterion.h>
#include <string.h>

enum { TRANSACTION = 0x25, WORDS = 14 };

static struct smb_message m;
static const struct smb1_ids one = { .mid = 4, .uid = 1, .tid = 2 };

/* [MS-CIFS] 2.2.4.33.1, without a setup. */
static void ask(struct smb_kit *k, const char *name, const void *parameters, size_t n)
{
	size_t n_name = 2 * (strlen(name) + 1) + 1;	/* a byte before it, for it begins at an even place */
	unsigned at = 32 + 1 + 2 * WORDS + 2 + (unsigned)n_name;

	smb1_begin(&m, TRANSACTION, one);
	smb_u8(&m, WORDS);
	smb_u16(&m, (unsigned)n);
	smb_u16(&m, 0);
	smb_zeros(&m, 14);
	smb_u16(&m, (unsigned)n);
	smb_u16(&m, at);
	smb_u16(&m, 0);
	smb_u16(&m, 0);
	smb_u16(&m, 0);
	smb_u16(&m, (unsigned)(n_name + n));
	smb_u8(&m, 0);
	smb_utf16(&m, name);
	smb_u16(&m, 0);
	smb_bytes(&m, parameters, n);
	smb_send(k, &m);
}

/* [MS-CIFS] 2.2.4.33.2, [MS-RAP] 2.5.2 */
static void answer(struct smb_kit *k, unsigned result, unsigned entries)
{
	smb1_answer(&m, TRANSACTION, 0, one);
	smb_u8(&m, 10);
	smb_u16(&m, 8);
	smb_zeros(&m, 4);
	smb_u16(&m, 8);
	smb_u16(&m, 32 + 1 + 20 + 2);
	smb_zeros(&m, 10);
	smb_u16(&m, 8);
	smb_u16(&m, result);
	smb_u16(&m, 0);
	smb_u16(&m, entries);
	smb_u16(&m, entries);
	smb_send(k, &m);
}

static const Ev__SmbRap *rap(const struct smb_kit *k, size_t i)
{
	const Ev__Event *e = smb_kit_event(k, EV__EVENT__BODY_SMB_RAP, i);

	cr_assert_not_null(e);
	return e->smb_rap;
}

static const char share_enum[] = "\0\0WrLeh\0B13BWz\0\1\0\0\x10", server_enum[] = "h\0WrLehDz\0B16\0\1\0\0\x10\xff\xff\xff\xffLAB",
		  user_add[] = "q\0Wsz\0B21BB16B10WWzWW\0\1\0mallory", unknown[] = "\xff\x7fWq\0\0\2\0";

Test(rap, shares_are_enumerated)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	ask(k, "\\PIPE\\LANMAN", share_enum, sizeof(share_enum) - 1);
	answer(k, 0, 4);
	cr_expect_eq(rap(k, 0)->function, 0);
	cr_expect_str_eq(rap(k, 0)->operation, "NetShareEnum");
	cr_expect_eq(rap(k, 0)->level, 1);
	cr_expect_eq(rap(k, 0)->result, 0);
	cr_expect_eq(rap(k, 0)->entries, 4);
	cr_expect_eq(rap(k, 0)->n_arguments, 0);
	smb_kit_free(k);
}

Test(rap, what_a_call_names_is_told)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	ask(k, "\\PIPE\\LANMAN", server_enum, sizeof(server_enum));
	answer(k, 234, 9);
	cr_expect_str_eq(rap(k, 0)->operation, "NetServerEnum2");
	cr_assert_eq(rap(k, 0)->n_arguments, 1);
	cr_expect_str_eq(rap(k, 0)->arguments[0], "LAB");
	cr_expect_eq(rap(k, 0)->result, 234);
	ask(k, "\\PIPE\\lanman", user_add, sizeof(user_add));
	answer(k, 5, 0);
	cr_expect_str_eq(rap(k, 1)->operation, "NetUserAdd2");
	cr_expect_str_eq(rap(k, 1)->arguments[0], "mallory");
	cr_expect_eq(rap(k, 1)->result, 5);
	cr_expect_not(rap(k, 1)->has_entries, "it lists nothing");
	smb_kit_free(k);
}

Test(rap, a_code_nobody_knows_is_told_by_its_number)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	ask(k, "\\PIPE\\LANMAN", unknown, sizeof(unknown) - 1);
	answer(k, 1, 0);
	cr_expect_eq(rap(k, 0)->function, 0x7FFF);
	cr_expect_null(rap(k, 0)->operation);
	cr_expect_eq(rap(k, 0)->level, 2);
	smb_kit_free(k);
}

Test(rap, every_shorter_call_is_told_as_far_as_it_goes)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	for (size_t n = 0; n < sizeof(server_enum); n++) {
		ask(k, "\\PIPE\\LANMAN", server_enum, n);
		answer(k, 0, 1);
		cr_assert_eq(rap(k, n)->has_level, n >= 16, "%zu", n);
		cr_assert_eq(rap(k, n)->n_arguments, 0);
	}
	smb_kit_free(k);
}

Test(rap, one_that_is_not_answered_is_told_at_the_end)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	ask(k, "\\PIPE\\LANMAN", share_enum, sizeof(share_enum) - 1);
	smb_kit_hang_up(k);
	cr_expect_not(rap(k, 0)->has_result);
	smb_kit_free(k);
}

Test(rap, a_transaction_with_another_name_is_none)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	ask(k, "\\MAILSLOT\\BROWSE", share_enum, sizeof(share_enum) - 1);
	answer(k, 0, 4);
	cr_expect_eq(smb_kit_count(k, EV__EVENT__BODY_SMB_RAP), 0);
	cr_expect_eq(k->counts.of[COUNT_SMB1_OTHER], 1);
	smb_kit_free(k);
}

Test(rap, an_answer_cut_off_is_malformed_and_the_call_is_told)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	ask(k, "\\PIPE\\LANMAN", share_enum, sizeof(share_enum) - 1);
	smb1_answer(&m, TRANSACTION, 0, one);
	smb_u8(&m, 1);
	smb_zeros(&m, 4);
	smb_send(k, &m);
	cr_expect_not(rap(k, 0)->has_result);
	cr_expect_eq(k->counts.of[COUNT_SMB1_MALFORMED], 1);
	smb_kit_free(k);
}

Test(rap, every_row_has_a_name_of_its_own)
{
	for (size_t i = 0; rap_name(i) != NULL; i++)
		for (size_t j = 0; j < i; j++)
			cr_expect_str_neq(rap_name(i), rap_name(j));
}
