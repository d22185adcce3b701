#include "tests/lib/smb_talk1.h"

#include <string.h>

enum {
	NEGOTIATE = 0x72, SESSION_SETUP_ANDX = 0x73, TREE_CONNECT_ANDX = 0x75, NO_ANDX = SMB1_NO_ANDX_NEXT, HEADER = SMB1_HEADER,
	UID = 0x0800, DISK_TREE = 0x1001,
};

/* ---- what the parts share ---- */

void smb1_talk_tell(struct smb1_talk *t)
{
	t->tell(&t->m, t->ctx);
}

static struct smb1_ids ids(const struct smb1_talk *t)
{
	return (struct smb1_ids){ .mid = t->mid, .uid = t->uid, .tid = t->tid };
}

void smb1_talk_ask(struct smb1_talk *t, unsigned command)
{
	t->mid++;
	smb1_begin(&t->m, command, ids(t));
}

void smb1_talk_answer(struct smb1_talk *t, unsigned command, uint32_t status)
{
	smb1_answer(&t->m, command, status, ids(t));
}

void smb1_talk_answer_empty(struct smb1_talk *t, unsigned command, uint32_t status)
{
	smb1_talk_answer(t, command, status);
	smb_zeros(&t->m, 3);
	smb1_talk_tell(t);
}

void smb1_talk_andx(struct smb1_talk *t, unsigned words, unsigned next)
{
	smb_u8(&t->m, words);
	smb_u8(&t->m, next);
	smb_u8(&t->m, 0);
	smb_u16(&t->m, 0);
}

size_t smb1_talk_begin_bytes(struct smb1_talk *t)
{
	smb_u16(&t->m, 0);
	return t->m.n;
}

void smb1_talk_end_bytes(struct smb1_talk *t, size_t begin)
{
	smb_set_u16(&t->m, begin - 2 - t->m.element, (unsigned)(t->m.n - begin));
}

void smb1_talk_text(struct smb1_talk *t, const char *text)
{
	if ((t->m.n - t->m.element) % 2 != 0)
		smb_u8(&t->m, 0);
	smb_utf16(&t->m, text);
	smb_u16(&t->m, 0);
}

/* ---- logging on ---- */

void smb1_talk_negotiate(struct smb1_talk *t)
{
	struct smb_message *m = &t->m;
	size_t bytes;

	smb1_talk_ask(t, NEGOTIATE);
	smb_u8(m, 0);
	bytes = smb1_talk_begin_bytes(t);
	smb_ascii(m, "\2LANMAN1.0");
	smb_ascii(m, "\2NT LM 0.12");
	smb1_talk_end_bytes(t, bytes);
	smb1_talk_tell(t);
	smb1_talk_answer(t, NEGOTIATE, 0);
	smb_u8(m, 17);
	smb_u16(m, 1);
	smb_u8(m, 0x0F);
	smb_zeros(m, 16);
	smb_u32(m, 0x8000F3FD);
	smb_zeros(m, 11);
	bytes = smb1_talk_begin_bytes(t);
	smb_bytes(m, "fedcba9876543210", 16);
	smb1_talk_end_bytes(t, bytes);
	smb1_talk_tell(t);
}

void smb1_talk_session_setup(struct smb1_talk *t, size_t (*token)(uint8_t *), size_t (*reply)(uint8_t *), uint32_t status)
{
	struct smb_message *m = &t->m;
	uint8_t blob[256];
	size_t n = token(blob), bytes;

	t->uid = status == 0 ? UID : 0;
	smb1_talk_ask(t, SESSION_SETUP_ANDX);
	smb1_talk_andx(t, 12, NO_ANDX);
	smb_zeros(m, 10);
	smb_u16(m, (unsigned)n);
	smb_zeros(m, 8);
	bytes = smb1_talk_begin_bytes(t);
	smb_bytes(m, blob, n);
	smb1_talk_text(t, "Unix");
	smb1_talk_text(t, "Samba");
	smb1_talk_end_bytes(t, bytes);
	smb1_talk_tell(t);
	t->uid = UID;
	n = reply != NULL ? reply(blob) : 0;
	smb1_talk_answer(t, SESSION_SETUP_ANDX, status);
	smb1_talk_andx(t, 4, NO_ANDX);
	smb_u16(m, 0);
	smb_u16(m, (unsigned)n);
	bytes = smb1_talk_begin_bytes(t);
	smb_bytes(m, blob, n);
	smb1_talk_text(t, "Windows 5.1");
	smb1_talk_text(t, "Windows 2000 LAN Manager");
	smb1_talk_end_bytes(t, bytes);
	smb1_talk_tell(t);
}

/* SESSION_SETUP_ANDX with raw responses, followed by TREE_CONNECT_ANDX in the same message. */
void smb1_talk_raw_session_and_tree(struct smb1_talk *t, uint32_t status)
{
	struct smb_message *m = &t->m;
	uint8_t response[24];
	size_t bytes;

	memset(response, 0x33, sizeof(response));
	t->uid = 0;
	t->tid = 0;
	smb1_talk_ask(t, SESSION_SETUP_ANDX);
	smb1_talk_andx(t, 13, TREE_CONNECT_ANDX);
	smb_zeros(m, 10);
	smb_u16(m, 24);
	smb_u16(m, 24);
	smb_zeros(m, 8);
	bytes = smb1_talk_begin_bytes(t);
	smb_bytes(m, response, sizeof(response));
	smb_bytes(m, response, sizeof(response));
	smb1_talk_text(t, "bob");
	smb1_talk_text(t, "DOM");
	smb1_talk_text(t, "Unix");
	smb1_talk_text(t, "Samba");
	smb1_talk_end_bytes(t, bytes);
	smb_set_u16(m, HEADER + 3, (unsigned)(m->n - m->element));
	smb1_talk_andx(t, 4, NO_ANDX);
	smb_u16(m, 0);
	smb_u16(m, 1);
	bytes = smb1_talk_begin_bytes(t);
	smb_u8(m, 0);
	smb1_talk_text(t, "\\\\SRV\\C$");
	smb_ascii(m, "?????");
	smb1_talk_end_bytes(t, bytes);
	smb1_talk_tell(t);
	if (status != 0) {
		smb1_talk_answer_empty(t, SESSION_SETUP_ANDX, status);
		return;
	}
	t->uid = UID + 1;
	t->tid = DISK_TREE;
	smb1_talk_answer(t, SESSION_SETUP_ANDX, 0);
	smb1_talk_andx(t, 3, TREE_CONNECT_ANDX);
	smb_u16(m, 1);
	bytes = smb1_talk_begin_bytes(t);
	smb1_talk_text(t, "Windows 5.1");
	smb1_talk_text(t, "Windows 2000 LAN Manager");
	smb1_talk_text(t, "WORKGROUP");
	smb1_talk_end_bytes(t, bytes);
	smb_set_u16(m, HEADER + 3, (unsigned)(m->n - m->element));
	smb1_talk_andx(t, 3, NO_ANDX);
	smb_u16(m, 1);
	bytes = smb1_talk_begin_bytes(t);
	smb_ascii(m, "A:");
	smb1_talk_text(t, "NTFS");
	smb1_talk_end_bytes(t, bytes);
	smb1_talk_tell(t);
}

void smb1_talk_tree_connect(struct smb1_talk *t, uint16_t tid, const char *path, const char *service)
{
	struct smb_message *m = &t->m;
	size_t bytes;

	smb1_talk_ask(t, TREE_CONNECT_ANDX);
	smb1_talk_andx(t, 4, NO_ANDX);
	smb_u16(m, 0);
	smb_u16(m, 1);
	bytes = smb1_talk_begin_bytes(t);
	smb_u8(m, 0);
	smb1_talk_text(t, path);
	smb_ascii(m, "?????");
	smb1_talk_end_bytes(t, bytes);
	smb1_talk_tell(t);
	t->tid = tid;
	smb1_talk_answer(t, TREE_CONNECT_ANDX, 0);
	smb1_talk_andx(t, 7, NO_ANDX);
	smb_u16(m, 1);
	smb_u32(m, 0x001F01FF);
	smb_u32(m, 0);
	bytes = smb1_talk_begin_bytes(t);
	smb_ascii(m, service);
	smb1_talk_text(t, "NTFS");
	smb1_talk_end_bytes(t, bytes);
	smb1_talk_tell(t);
}
