#include "tests/lib/smb_kit.h"

#include <assert.h>
#include <string.h>

enum { NBSS_BYTES = 4, SMB2_HEADER = 64, RESPONSE = 0x00000001 };

void smb_bytes(struct smb_message *m, const void *bytes, size_t n)
{
	assert(m->n + n <= sizeof(m->bytes));
	if (n > 0)
		memcpy(m->bytes + m->n, bytes, n);
	m->n += n;
}

static void little(struct smb_message *m, uint64_t value, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint8_t byte = (uint8_t)(value >> (8 * i));

		smb_bytes(m, &byte, 1);
	}
}

void smb_u8(struct smb_message *m, unsigned value)
{
	little(m, value, 1);
}

void smb_u16(struct smb_message *m, unsigned value)
{
	little(m, value, 2);
}

void smb_u32(struct smb_message *m, uint32_t value)
{
	little(m, value, 4);
}

void smb_u64(struct smb_message *m, uint64_t value)
{
	little(m, value, 8);
}

void smb_zeros(struct smb_message *m, size_t n)
{
	while (n-- > 0)
		smb_u8(m, 0);
}

void smb_ascii(struct smb_message *m, const char *text)
{
	smb_bytes(m, text, strlen(text) + 1);
}

void smb_utf16(struct smb_message *m, const char *text)
{
	for (; *text != '\0'; text++)
		smb_u16(m, (uint8_t)*text);
}

void smb_set_u16(struct smb_message *m, size_t offset, unsigned value)
{
	m->bytes[m->element + offset] = (uint8_t)value;
	m->bytes[m->element + offset + 1] = (uint8_t)(value >> 8);
}

void smb_set_u32(struct smb_message *m, size_t offset, uint32_t value)
{
	smb_set_u16(m, offset, value & 0xFFFF);
	smb_set_u16(m, offset + 2, value >> 16);
}

static void header2(struct smb_message *m, unsigned command, uint32_t flags, uint32_t status, struct smb2_ids ids)
{
	m->element = m->n;
	smb_bytes(m, "\xFESMB", 4);
	smb_u16(m, SMB2_HEADER);
	smb_u16(m, 1);
	smb_u32(m, status);
	smb_u16(m, command);
	smb_u16(m, 1);
	smb_u32(m, flags);
	smb_u32(m, 0);
	smb_u64(m, ids.message_id);
	smb_u32(m, 0xFEFF);
	smb_u32(m, ids.tree_id);
	smb_u64(m, ids.session_id);
	smb_zeros(m, 16);
}

void smb2_begin(struct smb_message *m, unsigned command, uint32_t flags, struct smb2_ids ids)
{
	m->n = 0;
	m->way = FROM_OPENER;
	smb_zeros(m, NBSS_BYTES);
	header2(m, command, flags, 0, ids);
}

void smb2_answer(struct smb_message *m, unsigned command, uint32_t status, struct smb2_ids ids)
{
	m->n = 0;
	m->way = FROM_OPENED;
	smb_zeros(m, NBSS_BYTES);
	header2(m, command, RESPONSE, status, ids);
}

void smb2_next(struct smb_message *m, unsigned command, uint32_t flags, struct smb2_ids ids)
{
	size_t before = m->element;

	while ((m->n - NBSS_BYTES) % 8 != 0)
		smb_u8(m, 0);
	smb_set_u32(m, 20, (uint32_t)(m->n - before));
	header2(m, command, flags, 0, ids);
}

static void header1(struct smb_message *m, unsigned command, unsigned flags, uint32_t status, struct smb1_ids ids)
{
	smb_zeros(m, NBSS_BYTES);
	m->element = m->n;
	smb_bytes(m, "\xFFSMB", 4);
	smb_u8(m, command);
	smb_u32(m, status);
	smb_u8(m, flags);
	smb_u16(m, 0xC801);	/* UTF-16, NT status, extended security, long names */
	smb_zeros(m, 12);
	smb_u16(m, ids.tid);
	smb_u16(m, 0x1234);
	smb_u16(m, ids.uid);
	smb_u16(m, ids.mid);
}

void smb1_begin(struct smb_message *m, unsigned command, struct smb1_ids ids)
{
	m->n = 0;
	m->way = FROM_OPENER;
	header1(m, command, 0x18, 0, ids);
}

void smb1_answer(struct smb_message *m, unsigned command, uint32_t status, struct smb1_ids ids)
{
	m->n = 0;
	m->way = FROM_OPENED;
	header1(m, command, 0x98, status, ids);
}

struct view smb_done(struct smb_message *m)
{
	size_t n = m->n - NBSS_BYTES;

	m->bytes[1] = (uint8_t)(n >> 16);
	m->bytes[2] = (uint8_t)(n >> 8);
	m->bytes[3] = (uint8_t)n;
	return view_of(m->bytes, m->n);
}

void smb_send(struct smb_kit *k, struct smb_message *m)
{
	smb_kit_say(k, m->way, smb_done(m));
}
