#include "tests/lib/smb_talk1.h"

#include <string.h>

enum {
	CLOSE = 0x04, DELETE = 0x06, RENAME = 0x07, READ = 0x0A, WRITE = 0x0B, CREATE_NEW = 0x0F, OPEN = 0x02, TRANSACTION = 0x25,
	TRANSACTION_SECONDARY = 0x26, WRITE_AND_CLOSE = 0x2C, OPEN_ANDX = 0x2D, READ_ANDX = 0x2E, WRITE_ANDX = 0x2F,
	TRANSACTION2 = 0x32, TREE_DISCONNECT = 0x71, LOGOFF_ANDX = 0x74,
	NT_TRANSACT = 0xA0, NT_CREATE_ANDX = 0xA2, NO_ANDX = SMB1_NO_ANDX_NEXT,
	PIPE_TREE = 0x1000, HEADER = SMB1_HEADER,
	BIG = 70000,
};

static struct smb1_talk talk;

static void tell(void)
{
	smb1_talk_tell(&talk);
}

static void ask(unsigned command)
{
	smb1_talk_ask(&talk, command);
}

static void answer(unsigned command, uint32_t status)
{
	smb1_talk_answer(&talk, command, status);
}

static void answer_empty(unsigned command, uint32_t status)
{
	smb1_talk_answer_empty(&talk, command, status);
}

static void andx(unsigned words, unsigned next)
{
	smb1_talk_andx(&talk, words, next);
}

static size_t begin_bytes(void)
{
	return smb1_talk_begin_bytes(&talk);
}

static void end_bytes(size_t begin)
{
	smb1_talk_end_bytes(&talk, begin);
}

static void text(const char *t)
{
	smb1_talk_text(&talk, t);
}

static void nt_create(const char *path, uint16_t fid, unsigned resource)
{
	struct smb_message *m = &talk.m;
	size_t bytes;

	ask(NT_CREATE_ANDX);
	andx(24, NO_ANDX);
	smb_u8(m, 0);
	smb_u16(m, (unsigned)strlen(path) * 2);
	smb_zeros(m, 8);
	smb_u32(m, 0x0002019F);
	smb_zeros(m, 16);
	smb_u32(m, 5);
	smb_u32(m, 0x40);
	smb_zeros(m, 5);
	bytes = begin_bytes();
	text(path);
	end_bytes(bytes);
	tell();
	answer(NT_CREATE_ANDX, 0);
	andx(34, NO_ANDX);
	smb_u8(m, 0);
	smb_u16(m, fid);
	smb_u32(m, 2);
	smb_zeros(m, 32);
	smb_u32(m, 0x80);
	smb_zeros(m, 16);
	smb_u16(m, resource);
	smb_zeros(m, 3);
	smb_u16(m, 0);
	tell();
}

static void open_andx(const char *path, uint16_t fid)
{
	struct smb_message *m = &talk.m;
	size_t bytes;

	ask(OPEN_ANDX);
	andx(15, NO_ANDX);
	smb_u16(m, 0);
	smb_u16(m, 2);
	smb_zeros(m, 8);
	smb_u16(m, 0x12);
	smb_zeros(m, 12);
	bytes = begin_bytes();
	text(path);
	end_bytes(bytes);
	tell();
	answer(OPEN_ANDX, 0);
	andx(15, NO_ANDX);
	smb_u16(m, fid);
	smb_u16(m, 0x20);
	smb_zeros(m, 10);
	smb_u16(m, 0);
	smb_u16(m, 0);
	smb_u16(m, 2);
	smb_zeros(m, 6);
	smb_u16(m, 0);
	tell();
}

/* The core commands: a name behind a format byte, answered by a FID. */
static void core_create(unsigned command, unsigned words, const char *path, uint16_t fid)
{
	struct smb_message *m = &talk.m;
	size_t bytes;

	ask(command);
	smb_u8(m, words);
	smb_zeros(m, words * 2);
	bytes = begin_bytes();
	smb_u8(m, 4);
	text(path);
	end_bytes(bytes);
	tell();
	answer(command, 0);
	smb_u8(m, command == OPEN ? 7 : 1);
	smb_u16(m, fid);
	smb_zeros(m, command == OPEN ? 12 : 0);
	smb_u16(m, 0);
	tell();
}

static void write_andx(uint16_t fid, uint64_t offset, unsigned mode, const void *data, uint32_t n, uint32_t status)
{
	struct smb_message *m = &talk.m;

	ask(WRITE_ANDX);
	andx(14, NO_ANDX);
	smb_u16(m, fid);
	smb_u32(m, (uint32_t)offset);
	smb_u32(m, 0);
	smb_u16(m, mode);
	smb_u16(m, 0);
	smb_u16(m, n >> 16);
	smb_u16(m, n & 0xFFFF);
	smb_u16(m, HEADER + 1 + 28 + 2 + 1);
	smb_u32(m, (uint32_t)(offset >> 32));
	smb_u16(m, (n + 1) & 0xFFFF);
	smb_u8(m, 0);
	smb_bytes(m, data, n);
	tell();
	if (status != 0) {
		answer_empty(WRITE_ANDX, status);
		return;
	}
	answer(WRITE_ANDX, 0);
	andx(6, NO_ANDX);
	smb_u16(m, n & 0xFFFF);
	smb_zeros(m, 6);
	smb_u16(m, 0);
	tell();
}

static void read_andx(uint16_t fid, uint64_t offset, const void *data, uint32_t n)
{
	struct smb_message *m = &talk.m;

	ask(READ_ANDX);
	andx(12, NO_ANDX);
	smb_u16(m, fid);
	smb_u32(m, (uint32_t)offset);
	smb_u16(m, n & 0xFFFF);
	smb_zeros(m, 8);
	smb_u32(m, (uint32_t)(offset >> 32));
	smb_u16(m, 0);
	tell();
	answer(READ_ANDX, 0);
	andx(12, NO_ANDX);
	smb_zeros(m, 6);
	smb_u16(m, n & 0xFFFF);
	smb_u16(m, HEADER + 1 + 24 + 2 + 1);
	smb_u16(m, n >> 16);
	smb_zeros(m, 8);
	smb_u16(m, (n + 1) & 0xFFFF);
	smb_u8(m, 0);
	smb_bytes(m, data, n);
	tell();
}

static void core_write(unsigned command, uint16_t fid, uint32_t offset, const void *data, uint16_t n)
{
	struct smb_message *m = &talk.m;
	size_t bytes;

	ask(command);
	smb_u8(m, command == WRITE ? 5 : 6);
	smb_u16(m, fid);
	smb_u16(m, n);
	smb_u32(m, offset);
	smb_zeros(m, command == WRITE ? 2 : 4);
	bytes = begin_bytes();
	smb_zeros(m, command == WRITE ? 3 : 1);
	smb_bytes(m, data, n);
	end_bytes(bytes);
	tell();
	answer(command, 0);
	smb_u8(m, 1);
	smb_u16(m, n);
	smb_u16(m, 0);
	tell();
}

static void core_read(uint16_t fid, uint32_t offset, const void *data, uint16_t n)
{
	struct smb_message *m = &talk.m;
	size_t bytes;

	ask(READ);
	smb_u8(m, 5);
	smb_u16(m, fid);
	smb_u16(m, n);
	smb_u32(m, offset);
	smb_u16(m, 0);
	smb_u16(m, 0);
	tell();
	answer(READ, 0);
	smb_u8(m, 5);
	smb_u16(m, n);
	smb_zeros(m, 8);
	bytes = begin_bytes();
	smb_zeros(m, 3);
	smb_bytes(m, data, n);
	end_bytes(bytes);
	tell();
}

static void close_fid(uint16_t fid)
{
	ask(CLOSE);
	smb_u8(&talk.m, 3);
	smb_u16(&talk.m, fid);
	smb_zeros(&talk.m, 6);
	tell();
	answer_empty(CLOSE, 0);
}

/* The head of a transaction with ${setup} words, whose parameters and data lie behind ${pad} bytes. */
static size_t transaction(unsigned command, const uint16_t *setup, unsigned n_setup, unsigned n_parameters, unsigned n_data)
{
	struct smb_message *m = &talk.m;
	unsigned at = HEADER + 1 + 2 * (14 + n_setup) + 2;
	size_t bytes;

	ask(command);
	smb_u8(m, 14 + n_setup);
	smb_u16(m, n_parameters);
	smb_u16(m, n_data);
	smb_zeros(m, 14);
	smb_u16(m, n_parameters);
	smb_u16(m, at);
	smb_u16(m, n_data);
	smb_u16(m, at + n_parameters);
	smb_u8(m, n_setup);
	smb_u8(m, 0);
	for (unsigned i = 0; i < n_setup; i++)
		smb_u16(m, setup[i]);
	bytes = begin_bytes();
	return bytes;
}

/* ${n} bytes of ${total} at ${displacement}, as a secondary request or as an answer ([MS-CIFS] 2.2.4.34.1, 2.2.4.33.2). */
static void transaction_part(const void *data, unsigned n, unsigned displacement, unsigned total)
{
	struct smb_message *m = &talk.m;
	bool is_answer = m->way == FROM_OPENED;
	size_t bytes;

	smb_u8(m, is_answer ? 10 : 8);
	smb_u16(m, 0);
	smb_u16(m, total);
	if (is_answer)
		smb_u16(m, 0);
	smb_zeros(m, 6);
	smb_u16(m, n);
	smb_u16(m, HEADER + 1 + (is_answer ? 20 : 16) + 2);
	smb_u16(m, displacement);
	if (is_answer)
		smb_u16(m, 0);
	bytes = begin_bytes();
	smb_bytes(m, data, n);
	end_bytes(bytes);
	tell();
}

/* A message to a pipe in two requests, its answer in two responses. */
static void transact_pipe(uint16_t fid, const uint8_t *data, unsigned n)
{
	uint16_t setup[] = { 0x0026, fid };
	unsigned half = n / 2;
	size_t bytes = transaction(TRANSACTION, setup, 2, 0, half);

	smb_set_u16(&talk.m, HEADER + 3, n);	/* TotalDataCount */
	smb_bytes(&talk.m, data, half);
	end_bytes(bytes);
	tell();
	answer_empty(TRANSACTION, 0);
	smb1_begin(&talk.m, TRANSACTION_SECONDARY, (struct smb1_ids){ .mid = talk.mid, .uid = talk.uid, .tid = talk.tid });
	transaction_part(data + half, n - half, half, n);
	answer(TRANSACTION, 0);
	transaction_part(data, half, 0, n);
	answer(TRANSACTION, 0);
	transaction_part(data + half, n - half, half, n);
}

static void set_file_info(uint16_t fid, unsigned level, const void *data, unsigned n)
{
	uint16_t setup[] = { 0x0008 };
	size_t bytes = transaction(TRANSACTION2, setup, 1, 6, n);

	smb_u16(&talk.m, fid);
	smb_u16(&talk.m, level);
	smb_u16(&talk.m, 0);
	smb_bytes(&talk.m, data, n);
	end_bytes(bytes);
	tell();
	answer_empty(TRANSACTION2, 0);
}

static void names(unsigned command, const char *first, const char *second)
{
	struct smb_message *m = &talk.m;
	size_t bytes;

	ask(command);
	smb_u8(m, 1);
	smb_u16(m, 0);
	bytes = begin_bytes();
	smb_u8(m, 4);
	text(first);
	if (second != NULL) {
		smb_u8(m, 4);
		text(second);
	}
	end_bytes(bytes);
	tell();
	answer_empty(command, 0);
}

static void nt_transact_create(const char *path, uint16_t fid)
{
	struct smb_message *m = &talk.m;
	unsigned n = (unsigned)strlen(path) * 2, at = HEADER + 1 + 38 + 2;

	ask(NT_TRANSACT);
	smb_u8(m, 19);
	smb_zeros(m, 3);
	smb_u32(m, 54 + n);
	smb_zeros(m, 12);
	smb_u32(m, 54 + n);
	smb_u32(m, at);
	smb_u32(m, 0);
	smb_u32(m, 0);
	smb_u8(m, 0);
	smb_u16(m, 1);
	smb_u16(m, 54 + n);
	smb_zeros(m, 8);
	smb_u32(m, 0x0002019F);
	smb_zeros(m, 16);
	smb_u32(m, 2);
	smb_u32(m, 0x1000);
	smb_zeros(m, 8);
	smb_u32(m, n);
	smb_zeros(m, 5 + 1);
	smb_utf16(m, path);
	tell();
	answer(NT_TRANSACT, 0);
	smb_u8(m, 18);
	smb_zeros(m, 11);
	smb_u32(m, 69);
	smb_u32(m, HEADER + 1 + 36 + 2);
	smb_zeros(m, 17);
	smb_u16(m, 69);
	smb_u16(m, 0);
	smb_u16(m, fid);
	smb_u32(m, 2);
	smb_zeros(m, 4 + 32);
	smb_u32(m, 0x20);
	smb_zeros(m, 16);
	smb_zeros(m, 5);
	tell();
}

static void pipes(void)
{
	static const uint8_t pdu[] = { 5, 0, 11, 3, 16, 0, 0, 0, 24, 0, 0, 0, 1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8 };
	uint8_t raw[2 + sizeof(pdu)] = { sizeof(pdu), 0 };

	memcpy(raw + 2, pdu, sizeof(pdu));
	smb1_talk_tree_connect(&talk, PIPE_TREE, "\\\\SRV\\IPC$", "IPC");
	nt_create("\\svcctl", 0x4000, 2);
	write_andx(0x4000, 0, 0x000C, raw, sizeof(raw), 0);
	read_andx(0x4000, 0, pdu, sizeof(pdu));
	transact_pipe(0x4000, pdu, sizeof(pdu));
	close_fid(0x4000);
}

static void files(void)
{
	static uint8_t big[BIG];
	uint8_t rename[64] = { 0 };

	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = (uint8_t)(i * 5 + i / 253);
	nt_create("\\tool.exe", 0x4001, 0);
	write_andx(0x4001, 0, 0, big, BIG, 0);
	write_andx(0x4001, 0x100000000, 0, big, 100, 0xC0000022);
	read_andx(0x4001, 0, big, BIG);
	set_file_info(0x4001, 0x0104, "\x70\x11\x01\0\0\0\0\0", 8);
	rename[8] = 10;
	memcpy(rename + 12, "a\0.\0e\0x\0e\0", 10);
	set_file_info(0x4001, 1010, rename, 22);
	set_file_info(0x4001, 0x0102, "\1", 1);
	close_fid(0x4001);
	open_andx("\\XXXXXXXX.exe", 0x4002);
	core_write(WRITE, 0x4002, 0, "MZ..", 4);
	core_write(WRITE_AND_CLOSE, 0x4002, 4, "....", 4);
	core_create(OPEN, 2, "\\old.txt", 0x4003);
	core_read(0x4003, 0, "hello", 5);
	close_fid(0x4003);
	core_create(CREATE_NEW, 3, "\\new.txt", 0x4004);
	close_fid(0x4004);
	nt_transact_create("\\temp.bin", 0x4005);
	close_fid(0x4005);
	names(RENAME, "\\new.txt", "\\newer.txt");
	names(DELETE, "\\newer.txt", NULL);
}

void smb_conversation_smb1(smb_tell_fn tell_fn, void *ctx)
{
	talk = (struct smb1_talk){ .tell = tell_fn, .ctx = ctx };
	smb1_talk_negotiate(&talk);
	smb1_talk_session_setup(&talk, smb_ntlm_negotiate, smb_ntlm_challenge, 0xC0000016);
	smb1_talk_session_setup(&talk, smb_ntlm_authenticate, NULL, 0);
	pipes();
	smb1_talk_raw_session_and_tree(&talk, 0xC000006D);
	smb1_talk_raw_session_and_tree(&talk, 0);
	files();
	ask(TREE_DISCONNECT);
	smb_zeros(&talk.m, 3);
	tell();
	answer_empty(TREE_DISCONNECT, 0);
	ask(LOGOFF_ANDX);
	andx(2, NO_ANDX);
	smb_u16(&talk.m, 0);
	tell();
	answer(LOGOFF_ANDX, 0);
	andx(2, NO_ANDX);
	smb_u16(&talk.m, 0);
	tell();
}
