#include "tests/lib/smb_say.h"

#include <string.h>

enum {
	NEGOTIATE = 0, SESSION_SETUP = 1, LOGOFF = 2, TREE_CONNECT = 3, CREATE = 5, CLOSE = 6, READ = 8, WRITE = 9,
	HEADER = 64,
};

static struct smb_message m;

static void file_id(uint64_t id)
{
	smb_u64(&m, id);
	smb_u64(&m, id);
}

void smb_say_negotiate(struct smb_kit *k, const char *client, const char *server)
{
	smb2_begin(&m, NEGOTIATE, 0, (struct smb2_ids){ 0 });
	smb_u16(&m, 36);
	smb_u16(&m, 1);
	smb_zeros(&m, 8);
	smb_bytes(&m, client, 16);
	smb_zeros(&m, 8);
	smb_u16(&m, 0x0300);
	smb_send(k, &m);
	smb2_answer(&m, NEGOTIATE, 0, (struct smb2_ids){ 0 });
	smb_u16(&m, 65);
	smb_u16(&m, 1);
	smb_u16(&m, 0x0300);
	smb_u16(&m, 0);
	smb_bytes(&m, server, 16);
	smb_zeros(&m, 40);
	smb_send(k, &m);
}

void smb_say_logon(struct smb_kit *k, struct smb2_ids ids, unsigned flags, uint64_t previous, uint32_t status)
{
	smb2_begin(&m, SESSION_SETUP, 0, ids);
	smb_u16(&m, 25);
	smb_u8(&m, flags);
	smb_u8(&m, 1);
	smb_zeros(&m, 12);
	smb_u64(&m, previous);
	smb_send(k, &m);
	smb2_answer(&m, SESSION_SETUP, status, ids);
	smb_u16(&m, 9);
	smb_zeros(&m, 6);
	smb_send(k, &m);
}

void smb_say_logoff(struct smb_kit *k, struct smb2_ids ids)
{
	smb2_begin(&m, LOGOFF, 0, ids);
	smb_u32(&m, 4);
	smb_send(k, &m);
	smb2_answer(&m, LOGOFF, 0, ids);
	smb_u32(&m, 4);
	smb_send(k, &m);
}

void smb_ask_tree(struct smb_kit *k, struct smb2_ids ids, const char *path)
{
	smb2_begin(&m, TREE_CONNECT, 0, ids);
	smb_u16(&m, 9);
	smb_u16(&m, 0);
	smb_u16(&m, HEADER + 8);
	smb_u16(&m, (unsigned)strlen(path) * 2);
	smb_utf16(&m, path);
	smb_send(k, &m);
}

void smb_grant_tree(struct smb_kit *k, struct smb2_ids ids, unsigned type)
{
	smb2_answer(&m, TREE_CONNECT, 0, ids);
	smb_u16(&m, 16);
	smb_u16(&m, type);
	smb_zeros(&m, 12);
	smb_send(k, &m);
}

void smb_put_create(struct smb_message *to, struct smb2_ids ids, const char *path, uint32_t flags)
{
	smb2_begin(to, CREATE, flags, ids);
	smb_u16(to, 57);
	smb_zeros(to, 34);
	smb_u32(to, 1);
	smb_u32(to, 0);
	smb_u16(to, HEADER + 56);
	smb_u16(to, (unsigned)strlen(path) * 2);
	smb_u64(to, 0);
	smb_utf16(to, path);
}

void smb_ask_create(struct smb_kit *k, struct smb2_ids ids, const char *path)
{
	smb_put_create(&m, ids, path, 0);
	smb_send(k, &m);
}

void smb_grant_create(struct smb_kit *k, struct smb2_ids ids, uint64_t id, uint64_t time)
{
	smb2_answer(&m, CREATE, 0, ids);
	smb_u32(&m, 89);
	smb_u32(&m, 1);
	for (int i = 0; i < 4; i++)
		smb_u64(&m, time);
	smb_zeros(&m, 24);
	file_id(id);
	smb_u64(&m, 0);
	smb_send(k, &m);
}

void smb_ask_write_bytes(struct smb_kit *k, struct smb2_ids ids, uint64_t id, uint64_t offset, struct view bytes)
{
	smb2_begin(&m, WRITE, 0, ids);
	smb_u16(&m, 49);
	smb_u16(&m, HEADER + 48);
	smb_u32(&m, (uint32_t)bytes.n);
	smb_u64(&m, offset);
	file_id(id);
	smb_zeros(&m, 16);
	smb_bytes(&m, bytes.bytes, bytes.n);
	smb_send(k, &m);
}

void smb_ask_write(struct smb_kit *k, struct smb2_ids ids, uint64_t id, uint64_t offset, const char *text)
{
	smb_ask_write_bytes(k, ids, id, offset, view_of(text, strlen(text)));
}

void smb_answer_write(struct smb_kit *k, struct smb2_ids ids, uint32_t status)
{
	smb2_answer(&m, WRITE, status, ids);
	smb_u16(&m, 17);
	smb_zeros(&m, 14);
	smb_send(k, &m);
}

void smb_ask_read(struct smb_kit *k, struct smb2_ids ids, uint64_t id, uint64_t offset, uint32_t n)
{
	smb2_begin(&m, READ, 0, ids);
	smb_u32(&m, 49);
	smb_u32(&m, n);
	smb_u64(&m, offset);
	file_id(id);
	smb_zeros(&m, 17);
	smb_send(k, &m);
}

void smb_answer_read(struct smb_kit *k, struct smb2_ids ids, const char *text)
{
	smb2_answer(&m, READ, 0, ids);
	smb_u16(&m, 17);
	smb_u16(&m, HEADER + 16);
	smb_u32(&m, (uint32_t)strlen(text));
	smb_u64(&m, 0);
	smb_bytes(&m, text, strlen(text));
	smb_send(k, &m);
}

void smb_say_close(struct smb_kit *k, struct smb2_ids ids, uint64_t id)
{
	smb2_begin(&m, CLOSE, 0, ids);
	smb_u16(&m, 24);
	smb_zeros(&m, 6);
	file_id(id);
	smb_send(k, &m);
	smb2_answer(&m, CLOSE, 0, ids);
	smb_u16(&m, 60);
	smb_zeros(&m, 58);
	smb_send(k, &m);
}

void smb_say_sealed(struct smb_kit *k, enum way way, uint64_t session_id, size_t n)
{
	m.n = 0;
	m.way = way;
	smb_zeros(&m, 4);
	smb_bytes(&m, "\xFDSMB", 4);
	smb_zeros(&m, 16 + 16 + 8);
	smb_u64(&m, session_id);
	smb_zeros(&m, n);
	smb_send(k, &m);
}
