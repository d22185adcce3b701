#include "tests/lib/smb_kit.h"

#include <string.h>

enum {
	NEGOTIATE = 0, SESSION_SETUP = 1, LOGOFF = 2, TREE_CONNECT = 3, TREE_DISCONNECT = 4, CREATE = 5, CLOSE = 6,
	READ = 8, WRITE = 9, IOCTL = 11, QUERY_INFO = 16, SET_INFO = 17,
	RELATED = 0x00000004,
	PIPE_TREE = 1, ADMIN_TREE = 5,
	BIG = 100000,
};

#define MORE_PROCESSING 0xC0000016u
#define PENDING 0x00000103u
#define ACCESS_DENIED 0xC0000022u
#define SESSION 0x0000040000000061u

struct talk {
	struct smb_message m;
	smb_tell_fn tell;
	void *ctx;
	uint64_t message_id;
};

static struct talk talk;

static void tell(void)
{
	talk.tell(&talk.m, talk.ctx);
}

static struct smb2_ids ids(uint32_t tree)
{
	return (struct smb2_ids){ .message_id = talk.message_id, .session_id = SESSION, .tree_id = tree };
}

static void ask(unsigned command, uint32_t tree)
{
	talk.message_id++;
	smb2_begin(&talk.m, command, 0, ids(tree));
}

static void answer(unsigned command, uint32_t tree, uint32_t status)
{
	smb2_answer(&talk.m, command, status, ids(tree));
}

/* [MS-SMB2] 2.2.2 */
static void refuse(unsigned command, uint32_t tree, uint32_t status)
{
	answer(command, tree, status);
	smb_u16(&talk.m, 9);
	smb_zeros(&talk.m, 7);
	tell();
}

static void file_id(uint64_t id)
{
	smb_u64(&talk.m, id | 0x1000000000000000u);
	smb_u64(&talk.m, id);
}

/* A negotiate context ([MS-SMB2] 2.2.3.1) of ${n} bytes, which follow. */
static void context(unsigned type, unsigned n)
{
	while ((talk.m.n - 4) % 8 != 0)
		smb_u8(&talk.m, 0);
	smb_u16(&talk.m, type);
	smb_u16(&talk.m, n);
	smb_u32(&talk.m, 0);
}

static void negotiate(void)
{
	struct smb_message *m = &talk.m;

	ask(NEGOTIATE, 0);
	smb_u16(m, 36);
	smb_u16(m, 3);		/* DialectCount */
	smb_u16(m, 1);		/* SecurityMode */
	smb_u16(m, 0);
	smb_u32(m, 0x7F);	/* Capabilities */
	smb_bytes(m, "0123456789abcdef", 16);
	smb_u32(m, 64 + 48);
	smb_u16(m, 4);
	smb_u16(m, 0);
	smb_u16(m, 0x0210);
	smb_u16(m, 0x0302);
	smb_u16(m, 0x0311);
	context(2, 6);		/* SMB2_ENCRYPTION_CAPABILITIES */
	smb_u16(m, 2);
	smb_u16(m, 2);
	smb_u16(m, 1);
	context(3, 12);		/* SMB2_COMPRESSION_CAPABILITIES */
	smb_u16(m, 2);
	smb_u16(m, 0);
	smb_u32(m, 1);
	smb_u16(m, 4);
	smb_u16(m, 9);
	context(5, 6);		/* SMB2_NETNAME_NEGOTIATE_CONTEXT_ID */
	smb_utf16(m, "SRV");
	context(8, 6);		/* SMB2_SIGNING_CAPABILITIES */
	smb_u16(m, 2);
	smb_u16(m, 2);
	smb_u16(m, 1);
	tell();
	answer(NEGOTIATE, 0, 0);
	smb_u16(m, 65);
	smb_u16(m, 3);		/* SecurityMode */
	smb_u16(m, 0x0311);
	smb_u16(m, 3);
	smb_bytes(m, "fedcba9876543210", 16);
	smb_u32(m, 0x2F);
	smb_zeros(m, 12 + 16);
	smb_u16(m, 0);
	smb_u16(m, 0);
	smb_u32(m, 64 + 64);
	context(2, 4);
	smb_u16(m, 1);
	smb_u16(m, 2);
	context(3, 10);
	smb_u16(m, 1);
	smb_u16(m, 0);
	smb_u32(m, 1);
	smb_u16(m, 4);
	context(8, 4);
	smb_u16(m, 1);
	smb_u16(m, 2);
	tell();
}

static void session_setup(size_t (*token)(uint8_t *), size_t (*reply)(uint8_t *), uint32_t status)
{
	struct smb_message *m = &talk.m;
	uint8_t bytes[256];
	size_t n = token(bytes);

	ask(SESSION_SETUP, 0);
	smb_u16(m, 25);
	smb_u16(m, 0x0100);	/* Flags, SecurityMode */
	smb_zeros(m, 8);
	smb_u16(m, 64 + 24);
	smb_u16(m, (unsigned)n);
	smb_u64(m, 0);
	smb_bytes(m, bytes, n);
	tell();
	n = reply != NULL ? reply(bytes) : 0;
	answer(SESSION_SETUP, 0, status);
	smb_u16(m, 9);
	smb_u16(m, 0);
	smb_u16(m, 64 + 8);
	smb_u16(m, (unsigned)n);
	smb_bytes(m, bytes, n);
	tell();
}

static void tree_connect(uint32_t tree, const char *path, unsigned type)
{
	struct smb_message *m = &talk.m;

	ask(TREE_CONNECT, 0);
	smb_u16(m, 9);
	smb_u16(m, 0);
	smb_u16(m, 64 + 8);
	smb_u16(m, (unsigned)strlen(path) * 2);
	smb_utf16(m, path);
	tell();
	answer(TREE_CONNECT, tree, 0);
	smb_u16(m, 16);
	smb_u16(m, type);
	smb_u32(m, 0);
	smb_u32(m, 0);
	smb_u32(m, 0x001F01FF);
	tell();
}

static void create_body(const char *path, uint32_t disposition, uint32_t options)
{
	struct smb_message *m = &talk.m;

	smb_u16(m, 57);
	smb_zeros(m, 2 + 4 + 16);
	smb_u32(m, 0x0012019F);
	smb_zeros(m, 8);
	smb_u32(m, disposition);
	smb_u32(m, options);
	smb_u16(m, 64 + 56);
	smb_u16(m, (unsigned)strlen(path) * 2);
	smb_u64(m, 0);
	smb_utf16(m, path);
}

static void created_body(uint64_t id, uint32_t action, uint64_t time, uint64_t size)
{
	struct smb_message *m = &talk.m;

	smb_u16(m, 89);
	smb_u16(m, 0);
	smb_u32(m, action);
	for (int i = 0; i < 4; i++)
		smb_u64(m, time);
	smb_u64(m, 4096);
	smb_u64(m, size);
	smb_u32(m, 0x80);
	smb_u32(m, 0);
	file_id(id);
	smb_u64(m, 0);
}

static void create(uint32_t tree, const char *path, uint64_t id, uint64_t time)
{
	ask(CREATE, tree);
	create_body(path, 5, 0x40);
	tell();
	answer(CREATE, tree, 0);
	created_body(id, 2, time, 0);
	tell();
}

static void close_body(uint64_t id)
{
	smb_u16(&talk.m, 24);
	smb_u16(&talk.m, 1);
	smb_u32(&talk.m, 0);
	file_id(id);
}

static void closed_body(unsigned flags, uint64_t size)
{
	smb_u16(&talk.m, 60);
	smb_u16(&talk.m, flags);
	smb_zeros(&talk.m, 4 + 32 + 8);
	smb_u64(&talk.m, size);
	smb_u32(&talk.m, 0);
}

static void close_open(uint32_t tree, uint64_t id, unsigned flags, uint64_t size)
{
	ask(CLOSE, tree);
	close_body(id);
	tell();
	answer(CLOSE, tree, 0);
	closed_body(flags, size);
	tell();
}

static void write_body(uint64_t id, uint64_t offset, const void *bytes, uint32_t n)
{
	struct smb_message *m = &talk.m;

	smb_u16(m, 49);
	smb_u16(m, 64 + 48);
	smb_u32(m, n);
	smb_u64(m, offset);
	file_id(id);
	smb_zeros(m, 16);
	smb_bytes(m, bytes, n);
}

static void write_to(uint32_t tree, uint64_t id, uint64_t offset, const void *bytes, uint32_t n)
{
	ask(WRITE, tree);
	write_body(id, offset, bytes, n);
	tell();
	answer(WRITE, tree, 0);
	smb_u16(&talk.m, 17);
	smb_zeros(&talk.m, 2);
	smb_u32(&talk.m, n);
	smb_zeros(&talk.m, 8);
	tell();
}

static void read_from(uint32_t tree, uint64_t id, uint64_t offset, const void *bytes, uint32_t n)
{
	struct smb_message *m = &talk.m;

	ask(READ, tree);
	smb_u16(m, 49);
	smb_u16(m, 0x50);
	smb_u32(m, n);
	smb_u64(m, offset);
	file_id(id);
	smb_zeros(m, 17);
	tell();
	refuse(READ, tree, PENDING);
	answer(READ, tree, 0);
	smb_u16(m, 17);
	smb_u16(m, 64 + 16);
	smb_u32(m, n);
	smb_zeros(m, 8);
	smb_bytes(m, bytes, n);
	tell();
}

static void transceive(uint32_t tree, uint64_t id, const void *bytes, uint32_t n)
{
	struct smb_message *m = &talk.m;

	ask(IOCTL, tree);
	smb_u32(m, 57);
	smb_u32(m, 0x0011C017);
	file_id(id);
	smb_u32(m, 64 + 56);
	smb_u32(m, n);
	smb_zeros(m, 24);
	smb_bytes(m, bytes, n);
	tell();
	answer(IOCTL, tree, 0);
	smb_u32(m, 49);
	smb_u32(m, 0x0011C017);
	file_id(id);
	smb_u64(m, 0);
	smb_u32(m, 64 + 48);
	smb_u32(m, n);
	smb_u64(m, 0);
	smb_bytes(m, bytes, n);
	tell();
}

static void set_info(uint32_t tree, uint64_t id, unsigned class, const void *bytes, uint32_t n, uint32_t status)
{
	struct smb_message *m = &talk.m;

	ask(SET_INFO, tree);
	smb_u16(m, 33);
	smb_u8(m, 1);
	smb_u8(m, class);
	smb_u32(m, n);
	smb_u16(m, 64 + 32);
	smb_zeros(m, 6);
	file_id(id);
	smb_bytes(m, bytes, n);
	tell();
	if (status != 0) {
		refuse(SET_INFO, tree, status);
		return;
	}
	answer(SET_INFO, tree, 0);
	smb_u16(m, 2);
	tell();
}

/* CREATE with delete on close, WRITE and CLOSE in one compound; the answers come one by one. */
static void compound(void)
{
	struct smb_message *m = &talk.m;
	struct smb2_ids related = { .session_id = UINT64_MAX, .tree_id = UINT32_MAX };
	uint64_t first;

	ask(CREATE, ADMIN_TREE);
	first = talk.message_id;
	create_body("temp.dat", 2, 0x1040);
	related.message_id = ++talk.message_id;
	smb2_next(m, WRITE, RELATED, related);
	smb_u16(m, 49);
	smb_u16(m, 64 + 48);
	smb_u32(m, 5);
	smb_u64(m, 0);
	smb_u64(m, UINT64_MAX);
	smb_u64(m, UINT64_MAX);
	smb_zeros(m, 16);
	smb_bytes(m, "hello", 5);
	related.message_id = ++talk.message_id;
	smb2_next(m, CLOSE, RELATED, related);
	smb_u16(m, 24);
	smb_zeros(m, 6);
	smb_u64(m, UINT64_MAX);
	smb_u64(m, UINT64_MAX);
	tell();
	talk.message_id = first;
	answer(CREATE, ADMIN_TREE, 0);
	created_body(0x99, 2, 7, 0);
	tell();
	talk.message_id++;
	answer(WRITE, ADMIN_TREE, 0);
	smb_u16(m, 17);
	smb_zeros(m, 14);
	tell();
	talk.message_id++;
	answer(CLOSE, ADMIN_TREE, 0);
	closed_body(0, 0);
	tell();
}

static void nothing(unsigned command, uint32_t tree)
{
	ask(command, tree);
	smb_u32(&talk.m, 4);
	tell();
	answer(command, tree, 0);
	smb_u32(&talk.m, 4);
	tell();
}

static void files(void)
{
	static uint8_t big[BIG];
	uint8_t rename[64] = { 0 };

	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = (uint8_t)(i * 7 + i / 251);
	tree_connect(ADMIN_TREE, "\\\\SRV\\ADMIN$", 1);
	create(ADMIN_TREE, "tool.exe", 0x21, 7);
	write_to(ADMIN_TREE, 0x21, 0, big, BIG / 2);
	write_to(ADMIN_TREE, 0x21, BIG / 2, big + BIG / 2, BIG / 2);
	set_info(ADMIN_TREE, 0x21, 20, "\xA0\x86\x01\0\0\0\0\0", 8, 0);
	read_from(ADMIN_TREE, 0x21, 0, big, BIG);
	rename[16] = 10;
	memcpy(rename + 20, "a\0.\0e\0x\0e\0", 10);
	set_info(ADMIN_TREE, 0x21, 10, rename, 30, 0);
	set_info(ADMIN_TREE, 0x21, 13, "\1", 1, ACCESS_DENIED);
	set_info(ADMIN_TREE, 0x21, 64, "\1\0\0\0", 4, 0);
	close_open(ADMIN_TREE, 0x21, 1, BIG);
	ask(CREATE, ADMIN_TREE);
	create_body("secret.txt", 1, 0);
	tell();
	refuse(CREATE, ADMIN_TREE, ACCESS_DENIED);
	compound();
	nothing(TREE_DISCONNECT, ADMIN_TREE);
}

void smb_conversation_smb2(smb_tell_fn tell_fn, void *ctx)
{
	static const uint8_t pdu[] = { 5, 0, 11, 3, 16, 0, 0, 0, 24, 0, 0, 0, 1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8 };

	talk = (struct talk){ .tell = tell_fn, .ctx = ctx };
	negotiate();
	session_setup(smb_ntlm_negotiate, smb_ntlm_challenge, MORE_PROCESSING);
	session_setup(smb_ntlm_authenticate, NULL, 0);
	tree_connect(PIPE_TREE, "\\\\SRV\\IPC$", 2);
	create(PIPE_TREE, "svcctl", 0x11, 0);
	write_to(PIPE_TREE, 0x11, 0, pdu, sizeof(pdu));
	read_from(PIPE_TREE, 0x11, 0, pdu, sizeof(pdu));
	transceive(PIPE_TREE, 0x11, pdu, sizeof(pdu));
	close_open(PIPE_TREE, 0x11, 0, 0);
	create(PIPE_TREE, "RemCom_stdin", 0x12, 0);
	write_to(PIPE_TREE, 0x12, 0, "whoami\r\n", 8);
	close_open(PIPE_TREE, 0x12, 0, 0);
	files();
	nothing(QUERY_INFO, PIPE_TREE);
	nothing(LOGOFF, 0);
}
