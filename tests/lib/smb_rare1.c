#include "tests/lib/smb_rare.h"
#include "tests/lib/smb_talk1.h"

#include <string.h>

enum {
	CREATE_DIRECTORY = 0x00, CLOSE = 0x04, WRITE = 0x0B, CREATE_TEMPORARY = 0x0E, TRANSACTION = 0x25, COPY = 0x29, MOVE = 0x2A,
	TRANSACTION2 = 0x32, TREE_CONNECT = 0x70, NT_TRANSACT = 0xA0, NT_CREATE_ANDX = 0xA2, NT_RENAME = 0xA5,
	OPEN_PRINT_FILE = 0xC0, WRITE_PRINT_FILE = 0xC1, CLOSE_PRINT_FILE = 0xC2,
	HEADER = SMB1_HEADER, TID = 0x0801, PIPE_TID = 0x0802, FID = 0x4000,
};

static struct smb1_talk talk;
static struct smb_message *const m = &talk.m;

static void tell(void)
{
	smb1_talk_tell(&talk);
}

/* A format byte and a name. */
static void name(const char *text)
{
	smb_u8(m, 4);
	smb1_talk_text(&talk, text);
}

/* A request of ${n_words} words, all 0 but the ${at}th. */
static void ask(unsigned command, unsigned n_words, unsigned at, unsigned value)
{
	smb1_talk_ask(&talk, command);
	smb_u8(m, n_words);
	for (unsigned i = 0; i < n_words; i++)
		smb_u16(m, i == at ? value : 0);
}

static void names(unsigned command, unsigned n_words, unsigned at, unsigned value, const char *first, const char *second)
{
	size_t bytes;

	ask(command, n_words, at, value);
	bytes = smb1_talk_begin_bytes(&talk);
	name(first);
	if (second != NULL)
		name(second);
	smb1_talk_end_bytes(&talk, bytes);
	tell();
}

/* An answer of success with ${words} and ${bytes}. */
static void answer(unsigned command, const uint16_t *words, unsigned n_words, const char *ascii)
{
	size_t bytes;

	smb1_talk_answer(&talk, command, 0);
	smb_u8(m, n_words);
	for (unsigned i = 0; i < n_words; i++)
		smb_u16(m, words[i]);
	bytes = smb1_talk_begin_bytes(&talk);
	if (ascii != NULL)
		smb_ascii(m, ascii);
	smb1_talk_end_bytes(&talk, bytes);
	tell();
}

static void granted(unsigned command)
{
	smb1_talk_answer_empty(&talk, command, 0);
}

static void opened(unsigned command, uint16_t fid, const char *ascii)
{
	answer(command, &fid, 1, ascii);
}

static void old_commands(void)
{
	size_t bytes;

	names(TREE_CONNECT, 0, 0, 0, "\\\\SRV\\C$", "");
	answer(TREE_CONNECT, (const uint16_t[]){ 4356, TID }, 2, NULL);
	talk.tid = TID;
	names(CREATE_DIRECTORY, 0, 0, 0, "\\tools", NULL);
	granted(CREATE_DIRECTORY);
	names(CREATE_TEMPORARY, 3, 0, 0, "\\tools", NULL);
	opened(CREATE_TEMPORARY, FID, "TMP1.exe");
	ask(WRITE, 5, 0, FID);
	smb_u16(m, 3);
	smb_u8(m, 1);
	smb_u16(m, 0);
	tell();
	answer(WRITE, (const uint16_t[]){ 0 }, 1, NULL);
	names(NT_RENAME, 4, 1, 0x0103, "\\tools\\TMP1.exe", "\\link.exe");
	granted(NT_RENAME);
	names(NT_RENAME, 4, 1, 0x0104, "\\link.exe", "\\other.exe");
	granted(NT_RENAME);
	names(COPY, 3, 0, PIPE_TID, "\\other.exe", "\\copy.exe");
	answer(COPY, (const uint16_t[]){ 1 }, 1, NULL);
	names(MOVE, 3, 0, 0xFFFF, "\\copy.exe", "\\moved.exe");
	answer(MOVE, (const uint16_t[]){ 1 }, 1, NULL);
	names(OPEN_PRINT_FILE, 2, 0, 0, "job", NULL);
	opened(OPEN_PRINT_FILE, FID + 1, NULL);
	ask(WRITE_PRINT_FILE, 1, 0, FID + 1);
	bytes = smb1_talk_begin_bytes(&talk);
	smb_u8(m, 1);
	smb_u16(m, 5);
	smb_bytes(m, "paper", 5);
	smb1_talk_end_bytes(&talk, bytes);
	tell();
	granted(WRITE_PRINT_FILE);
	ask(CLOSE_PRINT_FILE, 1, 0, FID + 1);
	smb_u16(m, 0);
	tell();
	granted(CLOSE_PRINT_FILE);
}

/* ---- transactions ---- */

/* Of TRANSACTION and TRANSACTION2, with a Name for the first. */
static void ask_transaction(unsigned command, const char *pipe, const uint16_t *setup, unsigned n_setup, const void *parameters,
			    unsigned n_parameters, const void *data, unsigned n_data)
{
	unsigned at = HEADER + 1 + 2 * (14 + n_setup) + 2 + (pipe != NULL ? 1 + 2 * (unsigned)strlen(pipe) + 2 : 0);
	size_t bytes;

	smb1_talk_ask(&talk, command);
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
	bytes = smb1_talk_begin_bytes(&talk);
	if (pipe != NULL) {
		smb_u8(m, 0);
		smb_utf16(m, pipe);
		smb_u16(m, 0);
	}
	smb_bytes(m, parameters, n_parameters);
	smb_bytes(m, data, n_data);
	smb1_talk_end_bytes(&talk, bytes);
	tell();
}

static void answer_transaction(unsigned command, const void *data, unsigned n)
{
	size_t bytes;

	smb1_talk_answer(&talk, command, 0);
	smb_u8(m, 10);
	smb_u16(m, 0);
	smb_u16(m, n);
	smb_u16(m, 0);
	smb_zeros(m, 6);
	smb_u16(m, n);
	smb_u16(m, HEADER + 1 + 20 + 2);
	smb_u16(m, 0);
	smb_u16(m, 0);
	bytes = smb1_talk_begin_bytes(&talk);
	smb_bytes(m, data, n);
	smb1_talk_end_bytes(&talk, bytes);
	tell();
}

static void pipe_function(unsigned function, uint16_t fid, const char *said, const char *heard)
{
	uint16_t setup[] = { (uint16_t)function, fid };

	ask_transaction(TRANSACTION, fid != 0 ? "\\PIPE\\" : "\\PIPE\\status_1", setup, 2, "", 0, said, (unsigned)strlen(said));
	answer_transaction(TRANSACTION, heard, (unsigned)strlen(heard));
}

static void pipes(void)
{
	talk.tid = PIPE_TID;
	smb1_talk_tree_connect(&talk, PIPE_TID, "\\\\SRV\\IPC$", "IPC");
	pipe_function(0x0031, FID + 2, "raw write, long enough", "");
	pipe_function(0x0011, FID + 2, "", "raw read");
	pipe_function(0x0037, FID + 2, "write", "");
	pipe_function(0x0036, FID + 2, "", "read");
	pipe_function(0x0054, 0, "a call of one go, long enough", "its answer");
	ask(CLOSE, 3, 0, FID + 2);
	smb_u16(m, 0);
	tell();
	granted(CLOSE);
}

/* TRANS2_SET_PATH_INFORMATION of "p" at ${level}. */
static void set_path(unsigned level, const void *data, unsigned n)
{
	static const uint16_t setup[] = { 6 };
	uint8_t parameters[] = { (uint8_t)level, (uint8_t)(level >> 8), 0, 0, 0, 0, 'p', 0, 0, 0 };

	ask_transaction(TRANSACTION2, NULL, setup, 1, parameters, sizeof(parameters), data, n);
}

static void files(void)
{
	static const uint16_t directory[] = { 0x000D }, file[] = { 8 };
	uint8_t link[22] = { [8] = 10, [12] = 'h', [14] = '.', [16] = 'e', [18] = 'x', [20] = 'e' };

	talk.tid = TID;
	ask_transaction(TRANSACTION2, NULL, directory, 1, "\0\0\0\0d\0\0", 8, "", 0);
	answer_transaction(TRANSACTION2, "", 0);
	set_path(0x0209, "\0\0\0\0\x54\0\0\0\0\0\0\0\0\0\0\0\xFF\xFF", 18);
	answer_transaction(TRANSACTION2, "\0\0\x03\x40\2\0\0\0\xFF\xFF\0\0", 12);
	set_path(0x0209, "\0\0\0\0\x30\2\0\0\0\0\0\0\0\0\0\0\xFF\xFF", 18);
	answer_transaction(TRANSACTION2, "\0\0\0\0\2\0\0\0\xFF\xFF\0\0", 12);
	set_path(0x0201, "t\0o\0\0", 6);
	answer_transaction(TRANSACTION2, "", 0);
	set_path(0x0203, "o\0l\0d\0\0", 8);
	answer_transaction(TRANSACTION2, "", 0);
	set_path(0x020A, "\0\0", 2);
	answer_transaction(TRANSACTION2, "", 0);
	ask_transaction(TRANSACTION2, NULL, file, 1, "\3\x40\xF3\3\0\0", 6, link, sizeof(link));
	answer_transaction(TRANSACTION2, "", 0);
	ask_transaction(TRANSACTION2, NULL, file, 1, "\3\x40\3\1\0\0", 6, "\0\0\1\0\0\0\0\0", 8);
	answer_transaction(TRANSACTION2, "", 0);
}

/* ---- NT_TRANSACT_IOCTL ---- */

static void control(uint32_t code, uint16_t fid, const void *input, unsigned n, const void *output, unsigned n_output)
{
	smb1_talk_ask(&talk, NT_TRANSACT);
	smb_u8(m, 23);
	smb_zeros(m, 3);
	smb_u32(m, 0);
	smb_u32(m, n);
	smb_zeros(m, 16);
	smb_u32(m, n);
	smb_u32(m, HEADER + 1 + 46 + 2);
	smb_u8(m, 4);
	smb_u16(m, 2);
	smb_u32(m, code);
	smb_u16(m, fid);
	smb_u16(m, 1);
	smb_u16(m, n);
	smb_bytes(m, input, n);
	tell();
	smb1_talk_answer(&talk, NT_TRANSACT, 0);
	smb_u8(m, 18);
	smb_zeros(m, 3);
	smb_u32(m, 0);
	smb_u32(m, n_output);
	smb_zeros(m, 12);
	smb_u32(m, n_output);
	smb_u32(m, HEADER + 1 + 36 + 2);
	smb_zeros(m, 5);
	smb_u16(m, n_output);
	smb_bytes(m, output, n_output);
	tell();
}

static void controls(void)
{
	static const uint8_t key[28] = "a key that is 24 bytes..";
	uint8_t chunks[32 + 24] = { 0 };

	memcpy(chunks, key, 24);
	chunks[24] = 1;
	chunks[32 + 16] = 5;
	control(0x00140078, FID, "", 0, key, sizeof(key));
	control(0x001440F2, FID + 3, chunks, sizeof(chunks), "\1\0\0\0\0\0\0\0\5\0\0\0", 12);
	control(0x00140194, FID, "", 0, "", 0);
}

void smb_rare_smb1(smb_tell_fn tell_fn, void *ctx)
{
	talk = (struct smb1_talk){ .tell = tell_fn, .ctx = ctx, .uid = 1 };
	old_commands();
	pipes();
	files();
	controls();
}
