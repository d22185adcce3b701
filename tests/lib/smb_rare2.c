#include "tests/lib/smb_rare.h"

#include <string.h>

enum {
	TREE_CONNECT = 3, CREATE = 5, CLOSE = 6, IOCTL = 11, SET_INFO = 17,
	HEADER = 64, TREE = 5, SOURCE = 0x21, TARGET = 0x22, MTIME = 7,
	BY_ID = 0x2000,
};

#define SESSION 0x0000040000000061u
#define ACCESS_DENIED 0xC0000022u

static struct {
	struct smb_message m;
	smb_tell_fn tell;
	void *ctx;
	uint64_t message_id;
} talk;

static struct smb_message *const m = &talk.m;

static void tell(void)
{
	talk.tell(m, talk.ctx);
}

static struct smb2_ids ids(void)
{
	return (struct smb2_ids){ .message_id = talk.message_id, .session_id = SESSION, .tree_id = TREE };
}

static void ask(unsigned command)
{
	talk.message_id++;
	smb2_begin(m, command, 0, ids());
}

static void answer(unsigned command)
{
	smb2_answer(m, command, 0, ids());
}

static void refuse(unsigned command)
{
	smb2_answer(m, command, ACCESS_DENIED, ids());
	smb_u16(m, 9);
	smb_zeros(m, 7);
	tell();
}

static void file_id(uint64_t id)
{
	smb_u64(m, id | 0x1000000000000000u);
	smb_u64(m, id);
}

static void tree_connect(void)
{
	static const char path[] = "\\\\SRV\\ADMIN$";

	ask(TREE_CONNECT);
	smb_u16(m, 9);
	smb_u16(m, 0);
	smb_u16(m, HEADER + 8);
	smb_u16(m, 2 * (sizeof(path) - 1));
	smb_utf16(m, path);
	tell();
	answer(TREE_CONNECT);
	smb_u16(m, 16);
	smb_u16(m, 1);
	smb_zeros(m, 12);
	tell();
}

/* ---- opening ---- */

void smb_rare_context(struct smb_message *to, size_t list, const void *name, size_t n_name, const void *data, size_t n_data)
{
	size_t begin = to->n - to->element, at = list;

	while (at < begin) {	/* the one before leads here */
		uint32_t next = to->bytes[to->element + at];

		if (next == 0)
			smb_set_u32(to, at, (uint32_t)(begin - at));
		at = next == 0 ? begin : at + next;
	}
	smb_u32(to, 0);
	smb_u16(to, 16);
	smb_u16(to, (unsigned)n_name);
	smb_u16(to, 0);
	smb_u16(to, 32);
	smb_u32(to, (uint32_t)n_data);
	smb_bytes(to, name, n_name);
	smb_zeros(to, 16 - n_name);
	smb_bytes(to, data, n_data);
	while ((to->n - to->element) % 8 != 0)
		smb_u8(to, 0);
}

static void create_head(const void *name, size_t n_name, uint32_t options)
{
	ask(CREATE);
	smb_u16(m, 57);
	smb_zeros(m, 34);
	smb_u32(m, 1);
	smb_u32(m, options);
	smb_u16(m, HEADER + 56);
	smb_u16(m, (unsigned)n_name);
	smb_u64(m, 0);
	smb_bytes(m, name, n_name);
	while ((m->n - m->element) % 8 != 0)
		smb_u8(m, 0);
}

static void created_head(uint64_t id)
{
	answer(CREATE);
	smb_u32(m, 89);
	smb_u32(m, 1);
	for (int i = 0; i < 4; i++)
		smb_u64(m, 116444736000000000u + 10000000u * (unsigned)(i + 1));
	smb_zeros(m, 24);
	file_id(id);
	smb_u64(m, 0);
}

static void set_contexts(size_t field, size_t list)
{
	smb_set_u32(m, field, (uint32_t)list);
	smb_set_u32(m, field + 4, (uint32_t)(m->n - m->element - list));
}

static void create(const char *path, uint64_t id)
{
	uint8_t name[64];
	size_t n = 0;

	for (; path[n] != '\0'; n++) {
		name[2 * n] = (uint8_t)path[n];
		name[2 * n + 1] = 0;
	}
	create_head(name, 2 * n, 0);
	tell();
	created_head(id);
	tell();
}

/* One that shall outlive its connection, of an older version of the file. */
static void create_durable(void)
{
	static const uint8_t app[] = "\x45\xBC\xA6\x6A\xEF\xA7\xF7\x4A\x90\x08\xFA\x46\x2E\x14\x4D\x74";
	uint8_t v2[32] = { [4] = 2, [16] = 0xC1 }, lease[32] = { 0x1E }, instance[20] = { 20, [4] = 0xA1 };
	uint8_t time[8] = { 0, 0x80, 0x3E, 0xD5, 0xDE, 0xB1, 0x9D, 0x01 };
	size_t list;

	create_head("a\0.\0e\0x\0e\0", 10, 0);
	list = m->n - m->element;
	smb_rare_context(m, list, "MxAc", 4, "", 0);
	smb_rare_context(m, list, "DH2Q", 4, v2, sizeof(v2));
	smb_rare_context(m, list, "RqLs", 4, lease, sizeof(lease));
	smb_rare_context(m, list, app, 16, instance, sizeof(instance));
	smb_rare_context(m, list, "TWrp", 4, time, sizeof(time));
	set_contexts(HEADER + 48, list);
	tell();
	created_head(SOURCE);
	list = m->n - m->element;
	smb_rare_context(m, list, "DH2Q", 4, v2, 8);
	set_contexts(HEADER + 80, list);
	tell();
}

static void close_open(uint64_t id)
{
	ask(CLOSE);
	smb_u16(m, 24);
	smb_zeros(m, 6);
	file_id(id);
	tell();
	answer(CLOSE);
	smb_u16(m, 60);
	smb_zeros(m, 58);
	tell();
}

/* ---- control codes ---- */

static void ask_ioctl(uint32_t code, uint64_t id, const void *input, uint32_t n)
{
	ask(IOCTL);
	smb_u32(m, 57);
	smb_u32(m, code);
	file_id(id);
	smb_u32(m, HEADER + 56);
	smb_u32(m, n);
	smb_zeros(m, 24);
	smb_bytes(m, input, n);
	tell();
}

static void ioctl(uint32_t code, uint64_t id, const void *input, uint32_t n, const void *output, uint32_t n_output)
{
	ask_ioctl(code, id, input, n);
	answer(IOCTL);
	smb_u32(m, 49);
	smb_u32(m, code);
	file_id(id);
	smb_u32(m, 0);
	smb_u32(m, 0);
	smb_u32(m, HEADER + 48);
	smb_u32(m, n_output);
	smb_u64(m, 0);
	smb_bytes(m, output, n_output);
	tell();
}

static void copies(void)
{
	static const uint8_t key[32] = "a key that is 24 bytes..";
	uint8_t chunks[32 + 48] = { 0 }, extents[40] = { 0 }, extents_ex[56] = { 48 }, offload[32] = { 32, [16] = 9 };

	memcpy(chunks, key, 24);
	chunks[24] = 2;
	chunks[32 + 16] = 5;
	chunks[56 + 8] = 5;
	chunks[56 + 16] = 7;
	extents[8] = SOURCE;
	extents[32] = 100;
	memcpy(extents_ex + 8, extents, sizeof(extents));
	ioctl(0x00140078, SOURCE, "", 0, key, 32);
	ioctl(0x001440F2, TARGET, chunks, sizeof(chunks), "\2\0\0\0\0\0\0\0\14\0\0\0", 12);
	ask_ioctl(0x001480F2, TARGET, chunks, sizeof(chunks));
	refuse(IOCTL);
	ioctl(0x00098344, TARGET, extents, sizeof(extents), "", 0);
	ioctl(0x000983E8, TARGET, extents_ex, sizeof(extents_ex), "", 0);
	ioctl(0x00098268, TARGET, offload, sizeof(offload), "\20\0\0\0\0\0\0\0\11\0\0\0\0\0\0\0", 16);
}

static void reparse_points(void)
{
	static const uint8_t symbolic[] = "\x0C\0\0\xA0\x12\0\0\0" "\2\0\4\0" "\0\0\2\0" "\0\0\0\0" "x\0" "o\0k\0";
	static const uint8_t mount_point[] = "\3\0\0\xA0\x0C\0\0\0" "\0\0\4\0" "\4\0\0\0" "d\0:\0";
	static const uint8_t other[] = "\x17\0\0\x80\0\0\0\0";

	ioctl(0x000900A4, TARGET, symbolic, sizeof(symbolic) - 1, "", 0);
	ioctl(0x000900A4, TARGET, mount_point, sizeof(mount_point) - 1, "", 0);
	ioctl(0x000900A4, TARGET, other, sizeof(other) - 1, "", 0);
}

static void set_info(unsigned class, const void *info, uint32_t n)
{
	ask(SET_INFO);
	smb_u16(m, 33);
	smb_u8(m, 1);
	smb_u8(m, class);
	smb_u32(m, n);
	smb_u16(m, HEADER + 32);
	smb_zeros(m, 6);
	file_id(SOURCE);
	smb_bytes(m, info, n);
	tell();
	answer(SET_INFO);
	smb_u16(m, 2);
	tell();
}

void smb_rare_smb2(smb_tell_fn tell_fn, void *ctx)
{
	uint8_t link[30] = { [16] = 10, [20] = 'l', [22] = '.', [24] = 'e', [26] = 'x', [28] = 'e' };

	talk.tell = tell_fn;
	talk.ctx = ctx;
	talk.message_id = 0;
	tree_connect();
	create_durable();
	create("b.exe", TARGET);
	copies();
	reparse_points();
	set_info(11, link, sizeof(link));
	set_info(72, link, sizeof(link));
	set_info(19, "\0\0\1\0\0\0\0\0", 8);
	create_head("\1\2\3\4\5\6\7\10", 8, BY_ID);
	tell();
	created_head(0x23);
	tell();
	close_open(SOURCE);
	close_open(TARGET);
	close_open(0x23);
}
