/* Raw mode of SMB1: messages that are nothing but data. */
#include "tests/lib/smb_kit.h"

#include <criterion/criterion.h>
#include <string.h>

enum { READ_RAW = 0x1A, WRITE_RAW = 0x1D, CLOSE = 0x04, ECHO = 0x2B, FID = 7 };

#define NO_SUCH_ACCESS 0xC0000022u

static struct smb_message m;

static struct smb1_ids ids(uint16_t mid)
{
	return (struct smb1_ids){ .mid = mid, .uid = 1, .tid = 2 };
}

static void ask_read(struct smb_kit *k, uint16_t mid, uint32_t offset)
{
	smb1_begin(&m, READ_RAW, ids(mid));
	smb_u8(&m, 8);
	smb_u16(&m, FID);
	smb_u32(&m, offset);
	smb_u16(&m, 1000);
	smb_zeros(&m, 8);
	smb_u16(&m, 0);
	smb_send(k, &m);
}

/* With ${first} in the request itself. */
static void ask_write(struct smb_kit *k, uint16_t mid, const char *first)
{
	smb1_begin(&m, WRITE_RAW, ids(mid));
	smb_u8(&m, 12);
	smb_u16(&m, FID);
	smb_u16(&m, 1000);
	smb_u16(&m, 0);
	smb_u32(&m, 100);
	smb_zeros(&m, 10);
	smb_u16(&m, (unsigned)strlen(first));
	smb_u16(&m, 32 + 1 + 24 + 2);
	smb_u16(&m, (unsigned)strlen(first));
	smb_bytes(&m, first, strlen(first));
	smb_send(k, &m);
}

static void answer(struct smb_kit *k, unsigned command, uint16_t mid, uint32_t status)
{
	smb1_answer(&m, command, status, ids(mid));
	smb_u8(&m, 0);
	smb_u16(&m, 0);
	smb_send(k, &m);
}

static void say_raw(struct smb_kit *k, enum way way, const char *text)
{
	m.n = 0;
	m.way = way;
	smb_zeros(&m, 4);
	smb_bytes(&m, text, strlen(text));
	smb_send(k, &m);
}

static void close_file(struct smb_kit *k, uint16_t mid)
{
	smb1_begin(&m, CLOSE, ids(mid));
	smb_u8(&m, 3);
	smb_u16(&m, FID);
	smb_zeros(&m, 6);
	smb_send(k, &m);
	answer(k, CLOSE, mid, 0);
}

Test(raw, data_that_are_read_belong_to_the_request_that_waits)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	ask_read(k, 1, 0);
	say_raw(k, FROM_OPENED, "MZ0123456789abcdef0");
	close_file(k, 2);
	cr_assert(strstr(k->log, "read=19/1/0/0:"), "%s", k->log);
	cr_assert_eq(k->counts.of[COUNT_SMB1_RAW], 1);
	cr_assert_eq(k->counts.of[COUNT_NBSS_MALFORMED] + k->counts.of[COUNT_SMB_UNANSWERED], 0);
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

Test(raw, data_that_are_written_follow_the_leave_to_send_them)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	ask_write(k, 1, "first of all, ");
	answer(k, WRITE_RAW, 1, 0);
	say_raw(k, FROM_OPENER, "and then the rest");
	close_file(k, 2);
	cr_assert(strstr(k->log, "write=31/"), "%s", k->log);
	cr_assert_eq(k->counts.of[COUNT_SMB1_MALFORMED] + k->counts.of[COUNT_NBSS_MALFORMED], 0);
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

Test(raw, nothing_raw_follows_a_refusal)
{
	struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

	ask_write(k, 1, "");
	answer(k, WRITE_RAW, 1, NO_SUCH_ACCESS);
	say_raw(k, FROM_OPENER, "not expected at all");
	cr_assert_eq(k->counts.of[COUNT_SMB1_RAW], 0);
	cr_assert_eq(k->counts.of[COUNT_NBSS_MALFORMED], 1);
	cr_assert(smb_kit_close(k));
	smb_kit_free(k);
}

Test(raw, a_request_without_its_words_is_malformed)
{
	static const unsigned commands[] = { READ_RAW, WRITE_RAW };

	for (size_t i = 0; i < 2; i++) {
		struct smb_kit *k = smb_kit_new(SMB_KIT_FAKES);

		smb1_begin(&m, commands[i], ids(1));
		smb_u8(&m, 7);
		smb_zeros(&m, 14);
		smb_u16(&m, 0);
		smb_send(k, &m);
		cr_assert_eq(k->counts.of[COUNT_SMB1_MALFORMED], 1);
		cr_assert(smb_kit_close(k));
		smb_kit_free(k);
	}
}
